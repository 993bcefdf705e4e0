/* SPDX-License-Identifier: Apache-2.0 */
/** A comparison as a sheet. */
#ifndef PLIM_REPORT_BUILD_COMPARE_H
#define PLIM_REPORT_BUILD_COMPARE_H

#include "decide/compare.h"
#include "report/sheet.h"

/** Fills an empty sheet: tables `losses` and `value`. The comparison must outlive it. */
void plim_build_compare(const plim_comparison *comparison, plim_sheet *sheet);

/** A cell with the name of a figure as people read it: "VaR 99", "P(loss > 20,000)". `p` as in plim_compare_row;
 * `years`: a trial has several. */
void plim_build_figure_name(plim_table *table, const char *figure, double p, bool years);

#endif
