/* SPDX-License-Identifier: Apache-2.0 */
/** The JSON document of another command about the model of a report, to be shown in it. */
#ifndef PLIM_REPORT_ATTACHED_H
#define PLIM_REPORT_ATTACHED_H

#include "model/sheet_file.h"
#include "plimsoll/results.h"
#include "report/table.h"

/** Reads what `command` wrote, with at least the tables named, up to NULL. PLIM_ERROR_USAGE when it is of another model,
 *  currency or seed than the results, PLIM_ERROR_IO when a table is missing; others as plim_sheet_file_read. Release with
 *  plim_sheet_file_clear in any case. */
plim_status plim_attached_read(const char *path, const char *command, const char *const *tables,
                               const plim_results *results, plim_sheet_file *file, plim_error *error);

/** A column of such a table, and how its figures are shown. */
typedef struct plim_attached_column {
	const char *name;
	enum { PLIM_ATTACHED_TEXT, PLIM_ATTACHED_COUNT, PLIM_ATTACHED_FIGURE } as;
	plim_figure figure;
} plim_attached_column;

/** One cell; an empty one where the row has no figure. */
void plim_attached_put(plim_table *table, const plim_sheet_row *row, const plim_attached_column *column);

#endif
