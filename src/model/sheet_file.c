/* SPDX-License-Identifier: Apache-2.0 */
#include "model/sheet_file.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/finding.h"
#include "model/load.h"

static bool keep_row(plim_sheet_file *out, const plim_value *map, plim_sheet_row *row)
{
	if (map->kind != PLIM_VALUE_MAP)
		return false;
	row->cell = plim_arena_alloc(&out->keep, map->count + 1, sizeof *row->cell);
	for (uint32_t i = 0; row->cell && i < map->count; i++) {
		const plim_value *value = map->pair[i].value;
		if (value->kind == PLIM_VALUE_TEXT)
			row->cell[row->cells++] = (plim_sheet_cell){plim_arena_text(&out->keep, map->pair[i].key->text),
			                                            plim_arena_text(&out->keep, value->text), value->plain};
	}
	return row->cell != NULL;
}

static bool keep_table(plim_sheet_file *out, const plim_pair *pair)
{
	plim_sheet_rows *table = &out->table[out->tables++];
	table->name = plim_arena_text(&out->keep, pair->key->text);
	table->row = plim_arena_alloc(&out->keep, pair->value->count + 1, sizeof *table->row);
	for (uint32_t i = 0; table->row && i < pair->value->count; i++)
		if (!keep_row(out, pair->value->item[i], &table->row[table->rows++]))
			return false;
	return table->row != NULL;
}

/* False when it is no such document; memory that ran short is in out->keep. */
static bool keep(plim_sheet_file *out, const plim_value *root, const char *kind)
{
	if (root->kind != PLIM_VALUE_MAP || root->count == 0 || strcmp(root->pair[0].key->text, kind) != 0 ||
	    root->pair[0].value->kind != PLIM_VALUE_TEXT || strcmp(root->pair[0].value->text, "1") != 0)
		return false;
	out->table = plim_arena_alloc(&out->keep, root->count, sizeof *out->table);
	bool good = out->table && keep_row(out, root, &out->fact);
	for (uint32_t i = 0; good && i < root->count; i++)
		if (root->pair[i].value->kind == PLIM_VALUE_LIST)
			good = keep_table(out, &root->pair[i]);
	return good;
}

static plim_status parse(const char *path, const char *command, char *bytes, size_t length, plim_sheet_file *out,
                         plim_error *error)
{
	char kind[64];
	plim_arena spare = {0};
	plim_findings findings = {0};
	plim_model files = {.arena = &out->keep};
	plim_load load = {
	    .model = &files, .keep = &out->keep, .spare = &spare, .findings = &findings, .nearness = PLIM_NEARNESS};
	const plim_value *root = NULL;
	snprintf(kind, sizeof kind, "plimsoll_%s", command);
	if (plim_source_add(&load, "", path, bytes, length) && plim_source_guard(&load, 0))
		root = plim_yaml_read(&load, 0);
	if (!files.files)
		plim_mem_free(bytes);
	bool good = root && keep(out, root, kind);
	plim_status status = PLIM_OK;
	if (plim_load_failed(&load) || out->keep.failed)
		status = plim_error_memory(error, "the file of another command");
	else if (!root && findings.count && length > 0) /* what is said of an empty model would mislead */
		status = plim_error_set_at(error, PLIM_ERROR_IO, path, findings.item[0].line, findings.item[0].col,
		                           "no JSON: %s", findings.item[0].text);
	else if (!good)
		status = plim_error_set(error, PLIM_ERROR_IO,
		                        "'%s' is not what plimsoll %s --format json writes: it does not open with \"%s\": 1, "
		                        "or its tables are damaged",
		                        path, command, kind);
	for (size_t i = 0; i < files.files; i++)
		plim_mem_free(files.file[i].bytes);
	plim_mem_free(files.file);
	plim_findings_clear(&findings);
	plim_load_clear(&load);
	return status;
}

plim_status plim_sheet_file_read(const char *path, const char *command, plim_sheet_file *file, plim_error *error)
{
	char *bytes;
	size_t length;
	const char *why;
	*file = (plim_sheet_file){0};
	if (!plim_source_read(path, &bytes, &length, &why))
		return plim_error_set_at(error, PLIM_ERROR_IO, path, 0, 0, "cannot read the file: %s", why);
	plim_status status = parse(path, command, bytes, length, file, error);
	if (status != PLIM_OK)
		plim_sheet_file_clear(file);
	return status;
}

void plim_sheet_file_clear(plim_sheet_file *file)
{
	plim_arena_clear(&file->keep);
	*file = (plim_sheet_file){0};
}

const plim_sheet_cell *plim_sheet_row_cell(const plim_sheet_row *row, const char *name)
{
	static const plim_sheet_cell none = {"", "", false};
	for (size_t i = 0; i < row->cells; i++)
		if (strcmp(row->cell[i].name, name) == 0 && !(row->cell[i].plain && strcmp(row->cell[i].text, "null") == 0))
			return &row->cell[i];
	return &none;
}

const char *plim_sheet_file_fact(const plim_sheet_file *file, const char *name)
{
	return plim_sheet_row_cell(&file->fact, name)->text;
}

const plim_sheet_rows *plim_sheet_file_table(const plim_sheet_file *file, const char *name)
{
	for (size_t i = 0; i < file->tables; i++)
		if (strcmp(file->table[i].name, name) == 0)
			return &file->table[i];
	return NULL;
}
