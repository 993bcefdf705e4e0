/* SPDX-License-Identifier: Apache-2.0 */
#include "model/plain_table.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/load.h"

/* What a reading of the model's tables needs to have around it. */
typedef struct reading {
	plim_model model;
	plim_arena keep, spare;
	plim_load load;
} reading;

static void end_reading(reading *r)
{
	for (size_t i = 0; i < r->load.sources; i++) {
		plim_mem_free(r->load.source[i].line);
		plim_mem_free(r->load.source[i].shown);
		plim_mem_free(r->model.file[i].bytes);
	}
	plim_mem_free(r->load.source);
	plim_mem_free(r->model.file);
	plim_arena_clear(&r->spare);
	plim_arena_clear(&r->keep);
}

static size_t column_of(const char *name, const char *const *columns, size_t count)
{
	size_t i = 0;
	while (i < count && strcmp(columns[i], name) != 0)
		i++;
	return i;
}

static void check_header(reading *r, const plim_table *from, const char *const *columns, size_t count,
                         const char *needed)
{
	char hint[PLIM_HINT_SIZE];
	bool found = needed == NULL;
	for (size_t i = 0; i < from->columns; i++) {
		const plim_value *name = from->header[i];
		found |= needed && strcmp(name->text, needed) == 0;
		if (column_of(name->text, columns, count) == count)
			plim_load_error(&r->load, name, "there is no column \"%s\"%s", name->text,
			                plim_hint(hint, sizeof hint, plim_nearest(&r->load, name->text, columns, count)));
	}
	if (!found)
		plim_load_error_at(&r->load, 0, 1, 1, "the column \"%s\" is missing", needed);
}

static bool take_row(reading *r, const plim_value *row, const char *const *columns, const char *needed,
                     plim_plain_table *to)
{
	char **cell = to->cell + to->rows * to->columns;
	bool has = needed == NULL;
	to->line[to->rows++] = row->line;
	for (uint32_t i = 0; i < row->count; i++) {
		size_t c = column_of(row->pair[i].key->text, columns, to->columns);
		has |= needed && strcmp(row->pair[i].key->text, needed) == 0;
		if (c < to->columns && !(cell[c] = plim_mem_string(row->pair[i].value->text)))
			return false;
	}
	for (size_t c = 0; c < to->columns; c++)
		if (!cell[c] && !(cell[c] = plim_mem_string("")))
			return false;
	if (!has)
		plim_load_error(&r->load, row, "this row has no \"%s\"", needed);
	return true;
}

static bool take_rows(reading *r, const plim_table *from, const char *const *columns, const char *needed,
                      plim_plain_table *to)
{
	to->cell = plim_mem_alloc(from->rows * to->columns, sizeof *to->cell);
	to->line = plim_mem_alloc(from->rows, sizeof *to->line);
	bool good = to->cell && to->line;
	for (size_t i = 0; i < from->rows && good; i++)
		good = take_row(r, from->row[i], columns, needed, to);
	return good;
}

plim_status plim_plain_table_read(const char *path, const char *const *columns, size_t count, const char *needed,
                                  plim_plain_table *table, plim_findings *findings, plim_error *error)
{
	reading r = {0};
	plim_plain_table made = {.columns = count};
	const size_t before = findings->errors;
	r.model.arena = &r.keep;
	r.load = (plim_load){.model = &r.model,
	                     .keep = &r.keep,
	                     .spare = &r.spare,
	                     .findings = findings,
	                     .folder = "",
	                     .nearness = PLIM_NEARNESS};
	char *bytes = NULL;
	size_t length;
	const char *why;
	if (!plim_source_read(path, &bytes, &length, &why))
		return plim_error_set_at(error, PLIM_ERROR_IO, path, 0, 0, "cannot read the table: %s", why);
	plim_mem_free(bytes);
	const plim_value name = {.kind = PLIM_VALUE_TEXT, .text = path};
	const plim_table *from = plim_csv_open(&r.load, &name);
	bool good = from != NULL;
	if (good && from->good)
		check_header(&r, from, columns, count, needed);
	if (good && from->good && findings->errors == before)
		good = take_rows(&r, from, columns, needed, &made);
	plim_status status = PLIM_OK;
	if (!good || plim_load_failed(&r.load))
		status = plim_error_memory(error, "the table");
	else if (findings->errors > before)
		status = plim_error_set_at(error, PLIM_ERROR_MODEL, path, 0, 0, "the table has %zu error%s",
		                           findings->errors - before, findings->errors - before == 1 ? "" : "s");
	end_reading(&r);
	if (status == PLIM_OK)
		*table = made;
	else
		plim_plain_table_clear(&made);
	return status;
}

void plim_plain_table_clear(plim_plain_table *table)
{
	for (size_t i = 0; table->cell && i < table->rows * table->columns; i++)
		plim_mem_free(table->cell[i]);
	plim_mem_free(table->cell);
	plim_mem_free(table->line);
	*table = (plim_plain_table){0};
}
