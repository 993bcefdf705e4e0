/* SPDX-License-Identifier: Apache-2.0 */
/** The JSON document that a command wrote: facts, and tables of rows. Read as it stands, for other commands to show. */
#ifndef PLIM_MODEL_SHEET_FILE_H
#define PLIM_MODEL_SHEET_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/arena.h"
#include "plimsoll/status.h"

typedef struct plim_sheet_cell {
	const char *name, *text;
	bool plain; /* not in quotes: a number, true, false or null */
} plim_sheet_cell;

typedef struct plim_sheet_row {
	plim_sheet_cell *cell;
	size_t cells;
} plim_sheet_row;

typedef struct plim_sheet_rows {
	const char *name;
	plim_sheet_row *row;
	size_t rows;
} plim_sheet_rows;

/** Start from {0}; release with plim_sheet_file_clear. */
typedef struct plim_sheet_file {
	plim_arena keep;
	plim_sheet_row fact;
	plim_sheet_rows *table;
	size_t tables;
} plim_sheet_file;

/** Reads what `plimsoll COMMAND --format json` wrote: a document that opens with the key plimsoll_COMMAND.
 * PLIM_ERROR_IO when it cannot be read, is no JSON or of another kind; PLIM_ERROR_MEMORY. */
plim_status plim_sheet_file_read(const char *path, const char *command, plim_sheet_file *file, plim_error *error);
void plim_sheet_file_clear(plim_sheet_file *file);

/** The text of a fact, or of a cell; "" when it is not there or null. */
const char *plim_sheet_file_fact(const plim_sheet_file *file, const char *name);
const plim_sheet_cell *plim_sheet_row_cell(const plim_sheet_row *row, const char *name);

/** A table; NULL when it is not there. */
const plim_sheet_rows *plim_sheet_file_table(const plim_sheet_file *file, const char *name);

#endif
