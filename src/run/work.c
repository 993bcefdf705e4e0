/* SPDX-License-Identifier: Apache-2.0 */
#include "run/work.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#define LOCK "lock"
#define ASIDE ".damaged"

static plim_status fail(const char *path, const char *what, int number, plim_error *error)
{
	return plim_error_set_at(error, PLIM_ERROR_IO, path, 0, 0, "cannot %s: %s", what, strerror(number));
}

static char *join(const char *folder, const char *name)
{
	plim_text path = {0};
	plim_text_add_format(&path, "%s/%s", folder, name);
	if (!path.failed)
		return path.data;
	plim_text_free(&path);
	return NULL;
}

/* A crash right after mkdir must not take the folder away from under its shards. */
static void flush_parent(const char *folder)
{
	char *up = join(folder, "..");
	int descriptor = up ? open(up, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
	if (descriptor >= 0) {
		fsync(descriptor);
		close(descriptor);
	}
	plim_mem_free(up);
}

static plim_status take_lock(plim_work *work, plim_error *error)
{
	char *path = join(work->folder, LOCK);
	plim_status status = PLIM_OK;
	if (!path)
		return plim_error_memory(error, "a file name");
	work->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0666);
	if (work->lock < 0)
		status = fail(path, "use the working folder", errno, error);
	/* Some file systems have no locks: the run goes on without. */
	else if (flock(work->lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
		status = plim_error_set_at(error, PLIM_ERROR_IO, work->folder, 0, 0,
		                           "another run is using this working folder: wait for it, or name another (--work)");
	plim_mem_free(path);
	if (status != PLIM_OK)
		plim_work_close(work);
	return status;
}

plim_status plim_work_open(plim_work *work, plim_error *error)
{
	if (work->lock >= 0)
		return PLIM_OK;
	if (mkdir(work->folder, 0777) == 0)
		flush_parent(work->folder);
	else if (errno != EEXIST)
		return fail(work->folder, "make the working folder", errno, error);
	return take_lock(work, error);
}

void plim_work_close(plim_work *work)
{
	if (work->lock >= 0)
		close(work->lock);
	work->lock = -1;
}

static void name_of(plim_span span, char out[static 64])
{
	snprintf(out, 64, "blocks-%010llu-%010llu.h5", (unsigned long long)span.first, (unsigned long long)span.end);
}

/* The blocks that a name stands for; *rest is what follows ".h5". */
static bool parse_name(const char *name, plim_span *span, const char **rest)
{
	unsigned long long first, end;
	char same[64];
	if (sscanf(name, "blocks-%llu-%llu", &first, &end) != 2 || first >= end)
		return false;
	*span = (plim_span){first, end};
	name_of(*span, same);
	*rest = name + strlen(same);
	return strncmp(name, same, strlen(same)) == 0;
}

static int compare(const void *a, const void *b)
{
	const plim_work_shard *x = a, *y = b;
	if (x->span.first != y->span.first)
		return x->span.first < y->span.first ? -1 : 1;
	return (x->span.end > y->span.end) - (x->span.end < y->span.end);
}

static plim_status add(const plim_work *work, const char *name, bool clean, plim_work_list *list, plim_error *error)
{
	plim_span span;
	const char *rest;
	if (!parse_name(name, &span, &rest))
		return PLIM_OK;
	char *path = join(work->folder, name);
	if (!path || plim_mem_grow((void **)&list->item, &list->capacity, list->count + 1, sizeof *list->item)) {
		plim_mem_free(path);
		return plim_error_memory(error, "the working folder");
	}
	if (*rest == '\0') {
		list->item[list->count++] = (plim_work_shard){path, span};
		return PLIM_OK;
	}
	if (clean && strncmp(rest, ".tmp-", 5) == 0)
		unlink(path);
	plim_mem_free(path);
	return PLIM_OK;
}

plim_status plim_work_read(const plim_work *work, bool clean, plim_work_list *list, plim_error *error)
{
	DIR *stream = opendir(work->folder);
	if (!stream)
		return errno == ENOENT ? PLIM_OK : fail(work->folder, "read the working folder", errno, error);
	plim_status status = PLIM_OK;
	for (const struct dirent *entry; status == PLIM_OK && (entry = readdir(stream));)
		status = add(work, entry->d_name, clean, list, error);
	closedir(stream);
	if (list->count)
		qsort(list->item, list->count, sizeof *list->item, compare);
	return status;
}

void plim_work_list_clear(plim_work_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		plim_mem_free(list->item[i].path);
	plim_mem_free(list->item);
	*list = (plim_work_list){0};
}

/* The year-loss tables of a shard lie within those of the run: lent for the time of writing. */
static plim_status lend_ylt(plim_results *r, const plim_run_parts *parts, uint64_t first, plim_error *error)
{
	if (!parts->ylt)
		return PLIM_OK;
	r->ylt = plim_mem_alloc(r->scenarios * r->perspectives, sizeof *r->ylt);
	if (!r->ylt)
		return plim_error_memory(error, "a shard");
	for (size_t p = 0; p < r->perspectives; p++)
		for (size_t i = 0; i < r->scenarios; i++)
			r->ylt[p * r->scenarios + i] = parts->ylt[p * r->scenarios + r->scenario[i].primary] +
			                               (first - parts->range.first) * PLIM_BLOCK_TRIALS;
	return PLIM_OK;
}

static plim_status write_shard(const char *path, const plim_run_parts *run, plim_run_parts *shard, plim_error *error)
{
	plim_results *results = NULL;
	plim_status status = plim_run_assemble(shard, &results, error);
	if (status != PLIM_OK)
		return status;
	status = lend_ylt(results, run, shard->range.first, error);
	if (status == PLIM_OK)
		status = plim_results_write(results, path, false, error);
	plim_mem_free(results->ylt);
	results->ylt = NULL;
	shard->summary = results->summary; /* back to the caller */
	results->summary = NULL;
	plim_results_free(&results);
	return status;
}

plim_status plim_work_commit(const plim_work *work, const plim_run_parts *parts, plim_span span, plim_summary *summary,
                             plim_error *error)
{
	char name[64];
	name_of(span, name);
	char *path = join(work->folder, name);
	if (!path)
		return plim_error_memory(error, "a file name");
	plim_run_parts shard = *parts;
	shard.range = plim_block_range_make(parts->options->trials, span.first, span.end - span.first);
	shard.record = parts->record + (span.first - parts->range.first);
	shard.summary = summary;
	shard.ylt = NULL;
	shard.bare = true;
	shard.finished = time(NULL);
	plim_status status = write_shard(path, parts, &shard, error);
	plim_mem_free(path);
	return status;
}

plim_status plim_work_set_aside(const char *path, plim_error *error)
{
	plim_text to = {0};
	plim_text_add_format(&to, "%s" ASIDE, path);
	plim_status status = PLIM_OK;
	if (to.failed)
		status = plim_error_memory(error, "a file name");
	else if (rename(path, to.data) != 0)
		status = fail(path, "set the damaged shard aside", errno, error);
	plim_text_free(&to);
	return status;
}

/* Only what a run puts there goes; anything else keeps the folder. */
static bool is_ours(const char *name)
{
	plim_span span;
	const char *rest;
	if (strcmp(name, LOCK) == 0)
		return true;
	return parse_name(name, &span, &rest) &&
	       (*rest == '\0' || strcmp(rest, ASIDE) == 0 || strncmp(rest, ".tmp-", 5) == 0);
}

plim_status plim_run_work_remove(const char *folder, plim_error *error)
{
	DIR *stream = opendir(folder);
	if (!stream)
		return errno == ENOENT ? PLIM_OK : fail(folder, "remove the working folder", errno, error);
	plim_status status = PLIM_OK;
	for (const struct dirent *entry; status == PLIM_OK && (entry = readdir(stream));)
		if (is_ours(entry->d_name) && unlinkat(dirfd(stream), entry->d_name, 0) != 0 && errno != ENOENT)
			status = fail(folder, "remove the working folder", errno, error);
	closedir(stream);
	if (status == PLIM_OK && rmdir(folder) != 0 && errno != ENOTEMPTY && errno != EEXIST && errno != ENOENT)
		status = fail(folder, "remove the working folder", errno, error);
	return status;
}
