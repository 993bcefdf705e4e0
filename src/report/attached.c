/* SPDX-License-Identifier: Apache-2.0 */
#include "report/attached.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"

typedef struct origin {
	const char *path, *command;
	plim_error *error;
} origin;

static plim_status refuse(const origin *o, const char *what, const char *theirs, const char *ours)
{
	return plim_error_set(o->error, PLIM_ERROR_USAGE,
	                      "'%s' is of another %s than these results: %s, not %s; run %s on the model of the "
	                      "results with their seed",
	                      o->path, what, *theirs ? theirs : "none", ours, o->command);
}

plim_status plim_attached_read(const char *path, const char *command, const char *const *tables,
                               const plim_results *results, plim_sheet_file *file, plim_error *error)
{
	const origin o = {path, command, error};
	char seed[24];
	plim_status status = plim_sheet_file_read(path, command, file, error);
	if (status != PLIM_OK)
		return status;
	const char *theirs = plim_sheet_file_fact(file, "seed");
	const size_t length = (size_t)snprintf(seed, sizeof seed, "%" PRIu64, results->seed);
	if (strcmp(plim_sheet_file_fact(file, "currency"), results->currency) != 0)
		return refuse(&o, "currency", plim_sheet_file_fact(file, "currency"), results->currency);
	if (strcmp(plim_sheet_file_fact(file, "model_sha256"), results->model_sha256) != 0)
		return refuse(&o, "model", plim_sheet_file_fact(file, "model_sha256"), results->model_sha256);
	if (strncmp(theirs, seed, length) != 0 || (theirs[length] && theirs[length] != ' ')) /* "1 and ..": a fresh one too */
		return refuse(&o, "seed", theirs, seed);
	for (; *tables; tables++)
		if (!plim_sheet_file_table(file, *tables))
			return plim_error_set(error, PLIM_ERROR_IO, "'%s' lacks its table '%s'", path, *tables);
	return PLIM_OK;
}

void plim_attached_put(plim_table *table, const plim_sheet_row *row, const plim_attached_column *column)
{
	const plim_sheet_cell *cell = plim_sheet_row_cell(row, column->name);
	double value;
	if (column->as == PLIM_ATTACHED_TEXT)
		plim_table_text_copy(table, cell->text);
	else if (!plim_text_parse_double(cell->text, &value))
		plim_table_none(table);
	else if (column->as == PLIM_ATTACHED_COUNT && value >= 0 && value < 1e9)
		plim_table_count(table, (uint64_t)value);
	else
		plim_table_number(table, value, column->figure);
}
