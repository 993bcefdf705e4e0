/* SPDX-License-Identifier: Apache-2.0 */
/** The best portfolio of controls as a sheet. */
#ifndef PLIM_REPORT_BUILD_OPTIMIZE_H
#define PLIM_REPORT_BUILD_OPTIMIZE_H

#include "base/text.h"
#include "decide/optimize.h"
#include "report/sheet.h"

/** Fills an empty sheet: tables `portfolios`, `roadmap` and `controls`. The optimum must outlive it. */
void plim_build_optimize(const plim_optimum *optimum, plim_sheet *sheet);

/** The ids of a set's controls, with ", " between; "(none)" for an empty set. Release with plim_text_free. */
plim_text plim_set_text(const plim_portfolio *portfolio, plim_set set);

/** "Mean", "TVaR 99 %", "P(loss > 1,000,000)" as the portfolio's scale has them. */
void plim_portfolio_figure_name(char *name, size_t size, const plim_portfolio_scale *scale, int figure);

/** "mean", "tvar99", "breach": as the command line has them. */
void plim_portfolio_figure_key(char *key, size_t size, const plim_portfolio_scale *scale, int figure);

/** The column of that name of the table `portfolios`, or `roadmap`: there is one. Static. */
const plim_table_column *plim_optimize_column(bool roadmap, const char *name);

#endif
