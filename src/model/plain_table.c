/* SPDX-License-Identifier: Apache-2.0 */
#include "model/plain_table.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/load.h"

/* The table in the making. */
typedef struct reading {
	plim_load *load;
	const char *const *columns;
	const char *needed;
	plim_plain_table *to;
	bool failed;
} reading;

static size_t column_of(const char *name, const char *const *columns, size_t count)
{
	size_t i = 0;
	while (i < count && strcmp(columns[i], name) != 0)
		i++;
	return i;
}

static void check_header(const reading *r, const plim_table *from)
{
	char hint[PLIM_HINT_SIZE];
	const size_t count = r->to->columns;
	bool found = r->needed == NULL;
	for (size_t i = 0; i < from->columns; i++) {
		const plim_value *name = from->header[i];
		found |= r->needed && strcmp(name->text, r->needed) == 0;
		if (column_of(name->text, r->columns, count) == count)
			plim_load_error(r->load, name, "there is no column \"%s\"%s", name->text,
			                plim_hint(hint, sizeof hint, plim_nearest(r->load, name->text, r->columns, count)));
	}
	if (!found)
		plim_load_error_at(r->load, 0, 1, 1, "the column \"%s\" is missing", r->needed);
}

static bool take_row(const reading *r, const plim_value *row)
{
	plim_plain_table *to = r->to;
	char **cell = to->cell + to->rows * to->columns;
	bool has = r->needed == NULL;
	to->line[to->rows++] = row->line;
	for (uint32_t i = 0; i < row->count; i++) {
		size_t c = column_of(row->pair[i].key->text, r->columns, to->columns);
		has |= r->needed && strcmp(row->pair[i].key->text, r->needed) == 0;
		if (c < to->columns && !(cell[c] = plim_mem_string(row->pair[i].value->text)))
			return false;
	}
	for (size_t c = 0; c < to->columns; c++)
		if (!cell[c] && !(cell[c] = plim_mem_string("")))
			return false;
	if (!has)
		plim_load_error(r->load, row, "this row has no \"%s\"", r->needed);
	return true;
}

static void read_rows(plim_load *load, const plim_table *from, void *target)
{
	reading *r = target;
	const size_t before = load->findings->errors;
	r->load = load;
	check_header(r, from);
	if (load->findings->errors > before)
		return;
	r->to->cell = plim_mem_alloc(from->rows * r->to->columns, sizeof *r->to->cell);
	r->to->line = plim_mem_alloc(from->rows, sizeof *r->to->line);
	r->failed = !r->to->cell || !r->to->line;
	for (size_t i = 0; i < from->rows && !r->failed; i++)
		r->failed = !take_row(r, from->row[i]);
}

plim_status plim_plain_table_read(const char *path, const char *const *columns, size_t count, const char *needed,
                                  plim_plain_table *table, plim_findings *findings, plim_error *error)
{
	plim_plain_table made = {.columns = count};
	plim_arena keep = {0};
	reading r = {.columns = columns, .needed = needed, .to = &made};
	plim_status status = plim_table_load(path, "table", &keep, read_rows, &r, findings, error);
	if (status == PLIM_OK && r.failed)
		status = plim_error_memory(error, "the table");
	plim_arena_clear(&keep);
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
