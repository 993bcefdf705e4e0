/* SPDX-License-Identifier: Apache-2.0 */
/** Tables of commands as JSON (report/write.h has CSV). All return false when memory is short. */
#ifndef PLIM_CLI_PRINT_TABLE_H
#define PLIM_CLI_PRINT_TABLE_H

#include <stdio.h>

#include "report/table.h"

/** A row as an object. JSON has no inf: it is a string; an empty cell is null. */
bool plim_print_json_row(const plim_table *table, size_t row, FILE *file);
/** All rows as a list. */
bool plim_print_json_rows(const plim_table *table, FILE *file);
/** A string with its quotes (NULL: empty); *good becomes false when memory is short. */
void plim_print_json_string(FILE *file, const char *string, bool *good);

#endif
