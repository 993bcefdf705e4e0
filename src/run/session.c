/* SPDX-License-Identifier: Apache-2.0 */
#include "run/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "run/work.h"

typedef struct session {
	plim_run_parts *parts;
	const plim_run_options *options;
	plim_comm *comm;
	plim_error *error;
	plim_work work;
	bool ylt;
	plim_block_range whole; /* what all ranks together make up */
	plim_span *done;        /* committed before, sorted, disjoint */
	uint64_t done_count, done_capacity;
	plim_blocks_watch watch;
	bool stopped;
} session;

static bool is_root(const session *s)
{
	return plim_comm_rank(s->comm) == 0;
}

static void notice(const session *s, bool warning, const char *text)
{
	if (s->options->notice)
		s->options->notice(warning, text, s->options->notice_data);
}

/* ---- what was committed before: rank 0 ---- */

static plim_status add_span(session *s, plim_span span)
{
	size_t capacity = s->done_capacity;
	if (plim_mem_grow((void **)&s->done, &capacity, s->done_count + 1, sizeof *s->done))
		return plim_error_memory(s->error, "the shards");
	s->done_capacity = capacity;
	s->done[s->done_count++] = span;
	return PLIM_OK;
}

static plim_status set_aside(session *s, const char *path, const plim_error *why)
{
	char text[2200];
	plim_status status = plim_work_set_aside(path, s->error);
	if (status == PLIM_OK) {
		snprintf(text, sizeof text, "%s: %s; it is set aside as %s.damaged and its blocks are run again", path,
		         why->text, path);
		notice(s, true, text);
	}
	return status;
}

static plim_status overlap(const session *s, const char *path)
{
	return plim_error_set_at(
	    s->error, PLIM_ERROR_SHARDS, path, 0, 0,
	    "this shard has blocks that another one of the working folder has too: remove one of them");
}

static plim_status take_shard(session *s, const plim_work_shard *shard)
{
	plim_error why = {0};
	plim_span span;
	/* sorted by name, so an overlap is with the one before */
	if (s->done_count && shard->span.first < s->done[s->done_count - 1].end)
		return overlap(s, shard->path);
	plim_status status = plim_collect_shard(s->parts, shard->path, &span, &why);
	if (status == PLIM_ERROR_IO)
		return set_aside(s, shard->path, &why);
	if (status == PLIM_OK && (span.first != shard->span.first || span.end != shard->span.end))
		status = plim_error_set_at(&why, PLIM_ERROR_SHARDS, shard->path, 0, 0,
		                           "this shard has other blocks than its name says");
	if (status != PLIM_OK) {
		if (s->error)
			*s->error = why;
		return status;
	}
	return add_span(s, span);
}

static plim_status take_shards(session *s, const plim_work_list *list)
{
	plim_status status = PLIM_OK;
	char text[200];
	uint64_t blocks = 0;
	for (size_t i = 0; i < list->count && status == PLIM_OK; i++)
		status = take_shard(s, &list->item[i]);
	for (size_t i = 0; i < s->done_count; i++)
		blocks += s->done[i].end - s->done[i].first;
	snprintf(text, sizeof text, "resumed: %llu of %llu blocks were committed before", (unsigned long long)blocks,
	         (unsigned long long)s->whole.count);
	if (status == PLIM_OK)
		notice(s, false, text);
	return status;
}

/* Without `resume` a folder with shards in it is somebody's unfinished run: it is neither used nor touched. */
static plim_status open_work(session *s)
{
	plim_work_list list = {0};
	bool many = plim_comm_size(s->comm) > 1, resume = s->options->resume;
	plim_status status = PLIM_OK;
	if (many || resume || s->options->checkpoint_seconds > 0)
		status = plim_work_open(&s->work, s->error);
	if (status == PLIM_OK)
		status = plim_work_read(&s->work, s->work.lock >= 0, &list, s->error);
	if (status == PLIM_OK && list.count && !resume)
		status = plim_error_set_at(
		    s->error, PLIM_ERROR_IO, s->work.folder, 0, 0,
		    "this working folder has %zu shards of an interrupted run: --resume goes on from them; to "
		    "start anew, remove the folder",
		    list.count);
	if (status == PLIM_OK && resume)
		status = take_shards(s, &list);
	plim_work_list_clear(&list);
	return status;
}

/* ---- which blocks are this rank's ---- */

/* Calls visit for the parts of this rank among the blocks that are not done: from `from` to `to`, counted over them
 * alone. */
typedef plim_status visit_gap(session *s, plim_span gap);

static plim_status clip(session *s, uint64_t *passed, plim_span gap, uint64_t from, uint64_t to, visit_gap *visit)
{
	uint64_t length = gap.end - gap.first, start = *passed;
	uint64_t a = from > start ? from - start : 0, b = to > start ? to - start : 0;
	*passed += length;
	b = b > length ? length : b;
	return a < b ? visit(s, (plim_span){gap.first + a, gap.first + b}) : PLIM_OK;
}

static plim_status each_gap(session *s, uint64_t from, uint64_t to, visit_gap *visit)
{
	uint64_t at = s->whole.first, passed = 0, end = s->whole.first + s->whole.count;
	plim_status status = PLIM_OK;
	for (uint64_t i = 0; i < s->done_count && status == PLIM_OK; i++) {
		status = clip(s, &passed, (plim_span){at, s->done[i].first}, from, to, visit);
		at = s->done[i].end;
	}
	return status == PLIM_OK ? clip(s, &passed, (plim_span){at, end}, from, to, visit) : status;
}

static uint64_t share_of(uint64_t blocks, uint32_t rank, uint32_t ranks)
{
	return blocks / ranks * rank + blocks % ranks * rank / ranks;
}

static plim_status visit_own(session *s, visit_gap *visit)
{
	uint32_t rank = plim_comm_rank(s->comm), ranks = plim_comm_size(s->comm);
	return each_gap(s, share_of(s->watch.blocks, rank, ranks), share_of(s->watch.blocks, rank + 1, ranks), visit);
}

static void count_blocks(session *s)
{
	uint64_t left = s->whole.count, cut;
	for (uint64_t i = 0; i < s->done_count; i++)
		left -= s->done[i].end - s->done[i].first;
	s->watch.blocks = left;
	/* the last block may be cut, and still to be done */
	cut = s->done_count && s->done[s->done_count - 1].end == s->whole.first + s->whole.count
	          ? 0
	          : PLIM_BLOCK_TRIALS - s->whole.last_trials;
	s->watch.trials = left ? left * PLIM_BLOCK_TRIALS - cut : 0;
}

/* ---- running and committing ---- */

static bool is_committed(const session *s, bool last)
{
	return s->work.folder && (!last || s->options->checkpoint_seconds > 0 || plim_comm_size(s->comm) > 1);
}

/* What a rank has run: into a shard, on rank 0 into the summary as well. */
static plim_status keep(session *s, plim_span span, bool last, plim_summary **summary)
{
	plim_status status = PLIM_OK;
	if (is_committed(s, last)) {
		if (is_root(s))
			status = plim_work_open(&s->work, s->error);
		if (status == PLIM_OK)
			status = plim_work_commit(&s->work, s->parts, span, *summary, s->error);
	}
	if (status == PLIM_OK && is_root(s))
		status = plim_collect_summary(s->parts, summary, s->error);
	plim_summary_free(summary);
	return status;
}

static plim_status run_segment(session *s, plim_span *left)
{
	plim_run_parts *parts = s->parts;
	plim_blocks_job job = {.plan = parts->plan,
	                       .kernel = parts->kernel,
	                       .options = s->options,
	                       .range = plim_block_range_make(s->options->trials, left->first, left->end - left->first),
	                       .origin = parts->range.first,
	                       .ylt = parts->ylt,
	                       .record = parts->record,
	                       .seconds = s->work.folder ? s->options->checkpoint_seconds : 0};
	plim_summary *summary = NULL;
	uint64_t done = 0;
	plim_status status = plim_blocks_run(&job, &s->watch, &done, &summary, s->error);
	plim_span span = {left->first, left->first + done};
	s->stopped = plim_blocks_stopped(s->options, &s->watch) && span.end < left->end;
	if (status == PLIM_OK && done > 0)
		status = keep(s, span, span.end == left->end && !s->stopped, &summary);
	plim_summary_free(&summary);
	left->first = span.end;
	return status;
}

static plim_status run_gap(session *s, plim_span gap)
{
	plim_status status = PLIM_OK;
	while (gap.first < gap.end && status == PLIM_OK && !s->stopped)
		status = run_segment(s, &gap);
	if (status == PLIM_OK && s->stopped)
		status = PLIM_ERROR_INTERRUPTED;
	return status;
}

/* A rank that failed or was stopped tells the others, who may be in the middle of their blocks. */
static plim_status run_own(session *s)
{
	plim_status status = visit_own(s, run_gap);
	bool stop = status != PLIM_OK;
	plim_comm_report(s->comm, s->watch.done, &stop);
	return status;
}

/* The range that other ranks than the first need room for. */
static plim_status widen(session *s, plim_span gap)
{
	plim_block_range *range = &s->parts->range;
	uint64_t first = range->count ? range->first : gap.first;
	*range = plim_block_range_make(s->options->trials, first, gap.end - first);
	return PLIM_OK;
}

static plim_status make_room(session *s)
{
	if (is_root(s))
		return PLIM_OK;
	s->parts->range.count = 0;
	visit_own(s, widen);
	if (s->parts->range.count == 0) /* more ranks than blocks */
		return PLIM_OK;
	return plim_collect_begin(s->parts, s->ylt, s->error);
}

/* ---- the end ---- */

static bool is_done(const session *s, plim_span span)
{
	for (uint64_t i = 0; i < s->done_count; i++)
		if (s->done[i].first == span.first && s->done[i].end == span.end)
			return true;
	return false;
}

/* The shards of this run in the folder, once they are all there: a file system over a network may show what another
 * host has written only after a while. */
static plim_status wait_for_others(session *s, plim_work_list *list)
{
	for (int attempt = 0; attempt < 60; attempt++) {
		uint64_t blocks = 0;
		plim_work_list_clear(list);
		plim_status status = plim_work_read(&s->work, false, list, s->error);
		for (size_t i = 0; i < list->count; i++)
			blocks += list->item[i].span.end - list->item[i].span.first;
		if (status != PLIM_OK || blocks == s->whole.count)
			return status;
		sleep(1);
	}
	return plim_error_set_at(
	    s->error, PLIM_ERROR_SHARDS, s->work.folder, 0, 0,
	    "shards of other processes have not come into the working folder: it must be on a file system "
	    "that all hosts share");
}

/* Shards that other ranks have committed. Those of rank 0 itself have been added already: the first of the new ones. */
static plim_status take_others(session *s)
{
	plim_work_list list = {0};
	uint64_t own = share_of(s->watch.blocks, 1, plim_comm_size(s->comm)), counted = 0;
	plim_status status = wait_for_others(s, &list);
	for (size_t i = 0; i < list.count && status == PLIM_OK; i++) {
		plim_span span = list.item[i].span;
		if (is_done(s, span))
			continue;
		counted += span.end - span.first;
		if (counted > own)
			status = plim_collect_shard(s->parts, list.item[i].path, &span, s->error);
	}
	plim_work_list_clear(&list);
	return status;
}

static plim_status interrupted(session *s, uint64_t done)
{
	uint64_t before = s->whole.count - s->watch.blocks;
	if (!s->work.folder)
		return plim_error_set(s->error, PLIM_ERROR_INTERRUPTED,
		                      "interrupted after %llu of %llu blocks; nothing was kept", (unsigned long long)done,
		                      (unsigned long long)s->whole.count);
	if (before + done == 0)
		return plim_error_set(s->error, PLIM_ERROR_INTERRUPTED,
		                      "interrupted before the first block was done: there was nothing to keep");
	return plim_error_set(s->error, PLIM_ERROR_INTERRUPTED,
	                      "interrupted after %llu of %llu blocks, which are kept in '%s': --resume goes on from there",
	                      (unsigned long long)(before + done), (unsigned long long)s->whole.count, s->work.folder);
}

/* A full disk, say, stops the run, but what stands in the folder stays good. */
static void add_comfort(session *s)
{
	size_t length = strlen(s->error->text);
	snprintf(s->error->text + length, sizeof s->error->text - length,
	         "; what was committed before is kept in '%s': --resume goes on from there", s->work.folder);
}

static plim_status begin(session *s)
{
	plim_status status = PLIM_OK;
	if (plim_comm_size(s->comm) > 1 && !s->work.folder)
		status = plim_error_set(s->error, PLIM_ERROR_USAGE, "a run of several processes needs a working folder");
	if (status == PLIM_OK && is_root(s))
		status = plim_collect_begin(s->parts, s->ylt, s->error);
	if (status == PLIM_OK && is_root(s) && s->work.folder)
		status = open_work(s);
	status = plim_comm_agree(s->comm, status, s->error);
	if (status != PLIM_OK)
		return status;
	plim_comm_share(s->comm, &s->done_count, sizeof s->done_count);
	if (!is_root(s) && s->done_count) {
		s->done = plim_mem_alloc(s->done_count, sizeof *s->done);
		status = s->done ? PLIM_OK : plim_error_memory(s->error, "the shards");
	}
	status = plim_comm_agree(s->comm, status, s->error);
	if (status == PLIM_OK)
		plim_comm_share(s->comm, s->done, s->done_count * sizeof *s->done);
	return status;
}

static plim_status run_all(session *s)
{
	plim_status status = begin(s);
	if (status != PLIM_OK)
		return status;
	count_blocks(s);
	status = make_room(s);
	status = plim_comm_agree(s->comm, status, s->error);
	if (status != PLIM_OK)
		return status;
	s->watch.started = plim_run_clock();
	status = run_own(s);
	uint64_t done = plim_comm_settle(s->comm, s->watch.done);
	if (status == PLIM_ERROR_INTERRUPTED)
		interrupted(s, done);
	if (status == PLIM_ERROR_IO && s->work.folder)
		add_comfort(s);
	status = plim_comm_agree(s->comm, status, s->error);
	if (status == PLIM_OK && is_root(s) && plim_comm_size(s->comm) > 1)
		status = take_others(s);
	return plim_comm_agree(s->comm, status, s->error);
}

plim_status plim_session_run(plim_run_parts *parts, bool ylt, plim_error *error)
{
	plim_error none;
	session s = {.parts = parts,
	             .options = parts->options,
	             .comm = parts->options->comm,
	             .error = error ? error : &none,
	             .work = {.folder = parts->options->work, .lock = -1},
	             .ylt = ylt,
	             .whole = parts->range};
	plim_status status = run_all(&s);
	/* every trial once: whatever went before, nothing else may become a result */
	if (status == PLIM_OK && is_root(&s) && parts->summary->trials != parts->range.trials)
		status = plim_error_set(s.error, PLIM_ERROR_INTERNAL, "%llu trials were added up, and there are %llu",
		                        (unsigned long long)parts->summary->trials, (unsigned long long)parts->range.trials);
	plim_work_close(&s.work);
	plim_mem_free(s.done);
	return plim_comm_agree(s.comm, status, s.error);
}
