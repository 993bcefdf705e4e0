/* SPDX-License-Identifier: Apache-2.0 */
/** CSV files that belong to no model: lists of things to do. The same reader as for the tables of a model. */
#ifndef PLIM_MODEL_PLAIN_TABLE_H
#define PLIM_MODEL_PLAIN_TABLE_H

#include <stddef.h>

#include "plimsoll/model.h"

typedef struct plim_plain_table {
	char **cell; /* [row][column], "" when blank; all owned */
	int *line;   /* of the file, one a row */
	size_t rows, columns;
} plim_plain_table;

/**
 * Reads a table whose columns are among the `columns` given, in any order. Errors go to *findings, all in one pass:
 * what is no CSV, a column that is not known, `needed` (a column, or NULL) missing or blank. PLIM_ERROR_MODEL when
 * there are any, PLIM_ERROR_MEMORY.
 */
plim_status plim_plain_table_read(const char *path, const char *const *columns, size_t count, const char *needed,
                                  plim_plain_table *table, plim_findings *findings, plim_error *error);
void plim_plain_table_clear(plim_plain_table *table);

static inline const char *plim_plain_table_cell(const plim_plain_table *table, size_t row, size_t column)
{
	return table->cell[row * table->columns + column];
}

#endif
