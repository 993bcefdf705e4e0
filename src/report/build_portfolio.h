/* SPDX-License-Identifier: Apache-2.0 */
/** What optimize chose, from its JSON document, as a section of the report. */
#ifndef PLIM_REPORT_BUILD_PORTFOLIO_H
#define PLIM_REPORT_BUILD_PORTFOLIO_H

#include "model/sheet_file.h"
#include "plimsoll/results.h"
#include "report/page.h"

/** Reads it. PLIM_ERROR_USAGE when it is of another model, currency or seed than the results; others as
 *  plim_sheet_file_read. Release with plim_sheet_file_clear in any case. */
plim_status plim_portfolio_file_read(const char *path, const plim_results *results, plim_sheet_file *file,
                                     plim_error *error);

/** The chosen portfolio, the efficient frontier with its chart, and the roadmap. The file must outlive the page. */
void plim_build_portfolio(const plim_sheet_file *file, plim_page *page);

#endif
