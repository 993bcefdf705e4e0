/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A sheet: what a command that weighs something has to say, as a page for people and as named tables for programs. The
 * figures of both are formatted once, by the same table cells.
 */
#ifndef PLIM_REPORT_SHEET_H
#define PLIM_REPORT_SHEET_H

#include <stdio.h>

#include "plimsoll/status.h"
#include "report/page.h"
#include "report/report.h"

#define PLIM_SHEET_TABLES 12
#define PLIM_SHEET_FACTS 24

/** Start from {0}; release with plim_sheet_clear. */
typedef struct plim_sheet {
	plim_page page;
	struct plim_sheet_table {
		const char *name; /* for programs; static */
		plim_table table;
	} table[PLIM_SHEET_TABLES]; /* the first is what csv prints unless another is named */
	size_t tables;
	struct plim_sheet_fact {
		const char *key; /* static */
		char *value;
	} fact[PLIM_SHEET_FACTS];
	size_t facts;
	const plim_results *results; /* for HTML, which some sheets can be; NULL: no HTML */
	bool failed;
} plim_sheet;

void plim_sheet_clear(plim_sheet *sheet);

/** A new table for programs, to be filled; it stays where it is. */
plim_table *plim_sheet_add(plim_sheet *sheet, const char *name, const plim_table_column *column, size_t columns);

/** A fact of the header: a key for programs, a label for people (NULL: programs only). */
void plim_sheet_fact(plim_sheet *sheet, const char *key, const char *label, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/**
 * Writes the sheet; `table` (csv only) names the table, NULL the first. `kind` is the key that opens the JSON document.
 * PLIM_ERROR_USAGE for a table that is not there or does not go with the format; PLIM_ERROR_MEMORY, PLIM_ERROR_IO.
 */
plim_status plim_sheet_write(const plim_sheet *sheet, const char *kind, plim_report_format format, const char *table,
                             FILE *file, plim_error *error);

#endif
