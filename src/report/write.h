/* SPDX-License-Identifier: Apache-2.0 */
/** The writers: they place strings, and compute nothing. Errors of the stream are left to the caller (ferror). */
#ifndef PLIM_REPORT_WRITE_H
#define PLIM_REPORT_WRITE_H

#include <stdio.h>

#include "report/data.h"
#include "report/page.h"

/** Text of at most about 120 columns. False when memory is short. */
bool plim_write_text(const plim_page *page, FILE *file);

/** GitHub-flavoured markdown. False when memory is short. */
bool plim_write_markdown(const plim_page *page, FILE *file);

/** One file with everything in it, which needs no network. False when memory is short. */
bool plim_write_html(const plim_results *results, const plim_page *page, FILE *file);

/** One table: a header line, then its rows, lines ended by LF. False when memory is short. */
bool plim_write_csv(const plim_data_source *source, const plim_data *data, FILE *file);

/** The names of columns, as a line. */
void plim_write_csv_head(const plim_table_column *column, size_t columns, FILE *file);

/** The rows of a table alone, lines ended by LF. False when memory is short. */
bool plim_write_csv_rows(const plim_table *table, FILE *file);
/** A table that is at hand: a header line, then its rows. False when memory is short. */
bool plim_write_csv_table(const plim_table *table, FILE *file);

/** One document: header, notes, definitions, scenarios, groups, all tables, assumptions. False when memory is short. */
bool plim_write_json(const plim_data_source *source, FILE *file);

#endif
