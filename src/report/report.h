/* SPDX-License-Identifier: Apache-2.0 */
/** Reports: results -> tables -> text, markdown, CSV, JSON, HTML or a workbook. */
#ifndef PLIM_REPORT_REPORT_H
#define PLIM_REPORT_REPORT_H

#include <stdbool.h>
#include <stdio.h>

#include "plimsoll/results.h"

/* format, name on the command line */
#define PLIM_REPORT_FORMAT_LIST(X)                                                                                     \
	X(TEXT, "text")                                                                                                    \
	X(MARKDOWN, "markdown")                                                                                            \
	X(CSV, "csv")                                                                                                      \
	X(JSON, "json")                                                                                                    \
	X(HTML, "html")                                                                                                    \
	X(XLSX, "xlsx")

typedef enum plim_report_format {
#define X(name, text) PLIM_REPORT_##name,
	PLIM_REPORT_FORMAT_LIST(X)
#undef X
} plim_report_format;

typedef struct plim_report_options {
	plim_report_format format;
	const char *table;    /* CSV: which table; NULL: "clauses" */
	const char *scenario; /* id of the only scenario to report; NULL: all */
	const char *standard; /* clauses also by it: 14001, 9001, 28000:2022, 28000:2007, or a table FILE.csv; NULL: ours only */
	const char *tornado;   /* the same of sensitivity */
	const char *portfolio; /* not CSV, JSON, XLSX: what optimize wrote as JSON, to be shown beside; NULL: nothing */
	const char *today;    /* YYYY-MM-DD, what lies before it is overdue; NULL: the date of the run */
} plim_report_options;

/** Text, all scenarios. */
plim_report_options plim_report_options_default(void);

/** Finds a format by name. PLIM_ERROR_USAGE, naming the formats there are. */
plim_status plim_report_format_parse(const char *name, plim_report_format *format, plim_error *error);

/**
 * Writes a report to `file`, which is flushed but stays open.
 * PLIM_ERROR_USAGE for a table or scenario that is not there (or a table without CSV), PLIM_ERROR_IO when the stream
 * fails (what was written before is then incomplete) or the results are damaged, PLIM_ERROR_MEMORY.
 */
plim_status plim_report_write(const plim_results *results, const plim_report_options *options, FILE *file,
                              plim_error *error);

/** True if a table (NULL: none) needs the year-loss tables, which plim_results_read leaves out unless asked. */
bool plim_report_needs_ylt(const char *table);

/** True if every tolerance of the scenario (NULL: of all) is met; *broken (may be NULL) counts the others. */
bool plim_report_tolerance_met(const plim_results *results, const char *scenario, size_t *broken);

#endif
