/* SPDX-License-Identifier: Apache-2.0 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cli.h"
#include "plimsoll/run.h"

static const plim_cli_option options[] = {
    {"output", 'o', "FILE", "results file to write (needed)"},
    {"blocks", 0, "A:B", "the shards make up blocks A to B - 1 only (default: the whole run)"},
    {"quiet", 'q', NULL, "no summary"},
    {"force", 'f', NULL, "replace a results file that exists"},
    {NULL, 0, NULL, NULL},
};

/* Names of shards, owned. */
typedef struct list {
	char **item;
	size_t count, capacity;
} list;

static plim_status add(list *l, const char *folder, const char *name, plim_error *error)
{
	plim_text path = {0};
	plim_text_add_format(&path, "%s%s%s", folder ? folder : "", folder ? "/" : "", name);
	if (path.failed || plim_mem_grow((void **)&l->item, &l->capacity, l->count + 1, sizeof *l->item)) {
		plim_text_free(&path);
		return plim_error_memory(error, "the names of the shards");
	}
	l->item[l->count++] = path.data;
	return PLIM_OK;
}

static bool is_results_name(const char *name)
{
	size_t length = strlen(name);
	return *name != '.' && length > 3 && strcmp(name + length - 3, ".h5") == 0;
}

static int compare(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Every *.h5 of a folder. */
static plim_status add_folder(list *l, const char *folder, plim_error *error)
{
	DIR *stream = opendir(folder);
	size_t before = l->count;
	plim_status status = PLIM_OK;
	if (!stream)
		return plim_error_set(error, PLIM_ERROR_IO, "cannot read the folder '%s': %s", folder, strerror(errno));
	for (const struct dirent *entry; status == PLIM_OK && (entry = readdir(stream));)
		if (is_results_name(entry->d_name))
			status = add(l, folder, entry->d_name, error);
	closedir(stream);
	if (status == PLIM_OK && l->count == before)
		return plim_error_set(error, PLIM_ERROR_SHARDS, "there is no shard (*.h5) in the folder '%s'", folder);
	if (l->count > before)
		qsort(l->item + before, l->count - before, sizeof *l->item, compare);
	return status;
}

static plim_status collect(const plim_cli_args *args, list *l, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < args->operands && status == PLIM_OK; i++) {
		struct stat info;
		bool folder = stat(args->operand[i], &info) == 0 && S_ISDIR(info.st_mode);
		status = folder ? add_folder(l, args->operand[i], error) : add(l, NULL, args->operand[i], error);
	}
	return status;
}

static plim_status parse(const plim_cli_args *args, plim_run_options *out, plim_error *error)
{
	const char *blocks = plim_cli_value(args, "blocks"), *path = plim_cli_value(args, "output");
	if (!path)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "where to? give a results file: plimsoll merge part-*.h5 -o whole.h5");
	if (blocks) {
		plim_status status = plim_cli_range("--blocks", blocks, &out->first_block, &out->blocks, error);
		if (status != PLIM_OK)
			return status;
	}
	return plim_cli_output_check(path, plim_cli_value(args, "force") != NULL, error);
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	plim_run_options asked = plim_run_options_default();
	const char *path = plim_cli_value(args, "output");
	plim_results *results = NULL;
	plim_text command = {0};
	list shards = {0};
	plim_status status = parse(args, &asked, error);
	plim_cli_join(args, &command);
	asked.command = command.failed ? NULL : command.data;
	if (status == PLIM_OK)
		status = collect(args, &shards, error);
	if (status == PLIM_OK)
		status = plim_merge((const char *const *)shards.item, shards.count, &asked, &results, error);
	if (status == PLIM_OK)
		status = plim_results_write(results, path, plim_cli_value(args, "force") != NULL, error);
	if (status == PLIM_OK && !plim_cli_value(args, "quiet"))
		plim_cli_run_summary(results, path);
	if (status == PLIM_OK)
		status = plim_cli_run_judge(results, path, plim_cli_value(args, "quiet") != NULL, error);
	for (size_t i = 0; i < shards.count; i++)
		plim_mem_free(shards.item[i]);
	plim_mem_free(shards.item);
	plim_text_free(&command);
	plim_results_free(&results);
	return status;
}

const plim_cli_command plim_cmd_merge = {
    .name = "merge",
    .summary = "Put the shards of a run together",
    .operands = "SHARD...",
    .least = 1,
    .most = PLIM_CLI_ANY_OPERANDS,
    .option = options,
    .text = "A shard is a results file of a range of blocks (run --blocks), or a folder with such files: the working "
            "folder of\n"
            "an interrupted run, say. Merging copies; the shards stay as they are. It proves that all are of one "
            "model, seed,\n"
            "run and version of the random streams, that each is what its digest says, and that no block is missing or "
            "there\n"
            "twice; otherwise it names what is wrong and ends with exit code 5. The merged file has the digest and the "
            "figures\n"
            "of the same run in one piece.\n",
    .example = "  plimsoll run first.yaml -n 1M --blocks 0:100 -o part-0.h5\n"
               "  plimsoll run first.yaml -n 1M --blocks 100:245 -o part-1.h5\n"
               "  plimsoll merge part-0.h5 part-1.h5 -o whole.h5\n",
    .run = run,
};
