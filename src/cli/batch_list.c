/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/batch_list.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cli.h"
#include "model/finding.h"
#include "model/plain_table.h"

enum { MODEL, OUTPUT, TRIALS, SEED, SCENARIO, YLT, COLUMNS };
static const char *const columns[COLUMNS] = {"model", "output", "trials", "seed", "scenario", "ylt"};

/* What stands between a folder and a name in it. */
static const char *slash_behind(const char *folder)
{
	size_t length = strlen(folder);
	return length && folder[length - 1] == '/' ? "" : "/";
}

static char *joined(const char *folder, size_t length, const char *name)
{
	plim_text path = {0};
	if (*name != '/')
		plim_text_add_n(&path, folder, length);
	plim_text_add(&path, name);
	if (!path.failed && path.data)
		return path.data;
	plim_text_free(&path);
	return NULL;
}

/* FOLDER/model-scenario.h5 */
static char *default_output(const char *folder, const plim_batch_item *item)
{
	const char *slash = strrchr(item->model, '/'), *name = slash ? slash + 1 : item->model, *dot = strrchr(name, '.');
	plim_text path = {0};
	plim_text_add_format(&path, "%s%s%.*s", folder, slash_behind(folder),
	                     dot && dot > name ? (int)(dot - name) : (int)strlen(name), name);
	if (item->scenario)
		plim_text_add_format(&path, "-%s", item->scenario);
	plim_text_add(&path, ".h5");
	if (!path.failed)
		return path.data;
	plim_text_free(&path);
	return NULL;
}

static plim_batch_item *add(plim_batch_list *list, const plim_run_options *defaults)
{
	if (plim_mem_grow((void **)&list->item, &list->capacity, list->count + 1, sizeof *list->item))
		return NULL;
	plim_batch_item *item = &list->item[list->count++];
	*item = (plim_batch_item){.trials = defaults->trials, .seed = defaults->seed, .ylt = defaults->ylt};
	return item;
}

/* ---- a folder ---- */

/* A schema beside models is none. */
static bool is_model_name(const char *name)
{
	static const char *const ending[] = {".yaml", ".yml", ".json"};
	static const char schema[] = ".schema.json";
	size_t length = strlen(name), last = sizeof schema - 1;
	if (length > last && strcmp(name + length - last, schema) == 0)
		return false;
	for (size_t i = 0; *name != '.' && i < sizeof ending / sizeof *ending; i++) {
		size_t tail = strlen(ending[i]);
		if (length > tail && strcmp(name + length - tail, ending[i]) == 0)
			return true;
	}
	return false;
}

static int compare_models(const void *a, const void *b)
{
	return strcmp(((const plim_batch_item *)a)->model, ((const plim_batch_item *)b)->model);
}

static plim_status read_folder(const char *path, const char *folder, const plim_run_options *defaults,
                               plim_batch_list *list, plim_error *error)
{
	DIR *stream = opendir(path);
	if (!stream)
		return plim_error_set(error, PLIM_ERROR_IO, "cannot read the folder '%s': %s", path, strerror(errno));
	plim_text start = {0};
	plim_text_add_format(&start, "%s%s", path, slash_behind(path));
	bool good = !start.failed;
	for (const struct dirent *entry; good && (entry = readdir(stream));) {
		if (!is_model_name(entry->d_name))
			continue;
		plim_batch_item *item = add(list, defaults);
		good = item && (item->model = joined(start.data, start.length, entry->d_name)) &&
		       (item->output = default_output(folder, item));
	}
	closedir(stream);
	plim_text_free(&start);
	if (!good)
		return plim_error_memory(error, "the list");
	if (list->count == 0)
		return plim_error_set(error, PLIM_ERROR_MODEL, "there is no model (*.yaml, *.yml, *.json) in the folder '%s'",
		                      path);
	qsort(list->item, list->count, sizeof *list->item, compare_models);
	return PLIM_OK;
}

/* ---- a CSV list ---- */

typedef struct reading {
	const char *path, *folder;
	plim_plain_table table;
	plim_findings findings;
	bool failed;
} reading;

static void complain(reading *r, size_t row, const char *text)
{
	r->failed |= !plim_findings_add(&r->findings, PLIM_FINDING_ERROR, r->path, r->table.line[row], 1, "", text);
}

/* A cell as the option of `run` of that name reads it; a blank one changes nothing. */
static void take_numbers(reading *r, size_t row, plim_batch_item *item)
{
	plim_error error = {0};
	const char *trials = plim_plain_table_cell(&r->table, row, TRIALS),
	           *seed = plim_plain_table_cell(&r->table, row, SEED);
	const char *ylt = plim_plain_table_cell(&r->table, row, YLT);
	if (*trials && plim_cli_count("trials", trials, 1, PLIM_RUN_MOST_TRIALS, &item->trials, &error) != PLIM_OK)
		complain(r, row, error.text);
	if (*seed && plim_cli_seed("seed", seed, &item->seed, &error) != PLIM_OK)
		complain(r, row, error.text);
	if (*ylt && strcmp(ylt, "yes") != 0 && strcmp(ylt, "no") != 0)
		complain(r, row, "ylt: a cell is yes, no or blank");
	else if (*ylt)
		item->ylt = *ylt == 'y';
}

static void take_row(reading *r, size_t row, const plim_run_options *defaults, plim_batch_list *list)
{
	plim_batch_item *item = add(list, defaults);
	const char *slash = strrchr(r->path, '/'), *output = plim_plain_table_cell(&r->table, row, OUTPUT);
	const char *scenario = plim_plain_table_cell(&r->table, row, SCENARIO);
	plim_text start = {0};
	if (!item) {
		r->failed = true;
		return;
	}
	take_numbers(r, row, item);
	item->model =
	    joined(r->path, slash ? (size_t)(slash - r->path) + 1 : 0, plim_plain_table_cell(&r->table, row, MODEL));
	item->scenario = *scenario ? plim_mem_string(scenario) : NULL;
	plim_text_add_format(&start, "%s%s", r->folder, slash_behind(r->folder));
	if (item->model && !start.failed)
		item->output = *output ? joined(start.data, start.length, output) : default_output(r->folder, item);
	r->failed |= !item->model || !item->output || (*scenario && !item->scenario);
	plim_text_free(&start);
}

static void check_outputs(reading *r, const plim_batch_list *list)
{
	for (size_t i = 0; i < list->count && !r->failed; i++)
		for (size_t j = 0; j < i; j++)
			if (strcmp(list->item[i].output, list->item[j].output) == 0) {
				complain(r, i, "another row writes the same results file; name one in the column `output`");
				break;
			}
}

static plim_status read_table(const char *path, const char *folder, const plim_run_options *defaults,
                              plim_batch_list *list, plim_error *error)
{
	reading r = {.path = path, .folder = folder};
	plim_status status = plim_plain_table_read(path, columns, COLUMNS, columns[MODEL], &r.table, &r.findings, error);
	for (size_t i = 0; status == PLIM_OK && i < r.table.rows; i++)
		take_row(&r, i, defaults, list);
	if (status == PLIM_OK)
		check_outputs(&r, list);
	plim_cli_findings(&r.findings);
	if (status == PLIM_OK && r.failed)
		status = plim_error_memory(error, "the list");
	if (status == PLIM_OK && r.findings.errors)
		status = plim_error_set(error, PLIM_ERROR_MODEL, "the list '%s' has %zu error%s; nothing was run", path,
		                        r.findings.errors, r.findings.errors == 1 ? "" : "s");
	if (status == PLIM_OK && list->count == 0)
		status = plim_error_set(error, PLIM_ERROR_MODEL, "the list '%s' has no row", path);
	plim_findings_clear(&r.findings);
	plim_plain_table_clear(&r.table);
	return status;
}

plim_status plim_batch_list_read(const char *path, const char *folder, const plim_run_options *defaults,
                                 plim_batch_list *list, plim_error *error)
{
	struct stat info;
	bool is_folder = stat(path, &info) == 0 && S_ISDIR(info.st_mode);
	return (is_folder ? read_folder : read_table)(path, folder, defaults, list, error);
}

void plim_batch_list_clear(plim_batch_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		plim_mem_free(list->item[i].model);
		plim_mem_free(list->item[i].output);
		plim_mem_free(list->item[i].scenario);
	}
	plim_mem_free(list->item);
	*list = (plim_batch_list){0};
}
