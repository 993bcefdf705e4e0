/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build_portfolio.h"

#include <stdio.h>
#include <string.h>

#include "report/attached.h"
#include "report/build_optimize.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

plim_status plim_portfolio_file_read(const char *path, const plim_results *results, plim_sheet_file *file,
                                     plim_error *error)
{
	static const char *const tables[] = {"portfolios", "roadmap", NULL};
	return plim_attached_read(path, "optimize", tables, results, file, error);
}

/* ---- tables ---- */

#define MOST_COLUMNS 12

static plim_table *begin(plim_page *page, bool roadmap, plim_table *spare, const plim_attached_column *column, size_t columns)
{
	plim_table_column own[MOST_COLUMNS];
	for (size_t c = 0; c < columns; c++)
		own[c] = *plim_optimize_column(roadmap, column[c].name);
	return plim_page_table_of(page, spare, own, columns, "");
}

static bool is_named(const plim_sheet_row *row, const char *name)
{
	return !name || strcmp(plim_sheet_row_cell(row, "portfolio")->text, name) == 0;
}

/* Rows of portfolios that have one of two names; NULL: all. */
static size_t fill(plim_table *table, const plim_sheet_rows *rows, const char *const *name, const plim_attached_column *column,
                   size_t columns)
{
	size_t count = 0;
	for (size_t i = 0; i < rows->rows; i++) {
		bool wanted = !name;
		for (size_t n = 0; name && name[n]; n++)
			wanted |= is_named(&rows->row[i], name[n]);
		for (size_t c = 0; wanted && c < columns; c++)
			plim_attached_put(table, &rows->row[i], &column[c]);
		count += wanted;
	}
	return count;
}

static const plim_sheet_row *row_named(const plim_sheet_rows *rows, const char *name)
{
	for (size_t i = 0; i < rows->rows; i++)
		if (is_named(&rows->row[i], name))
			return &rows->row[i];
	return NULL;
}

/* ---- parts ---- */

static void build_choice(const plim_sheet_file *file, const plim_sheet_rows *rows, plim_page *page)
{
	static const char *const answers[] = {"in force", "best", "uniform", NULL};
	static const plim_attached_column column[] = {
	    {"portfolio", PLIM_ATTACHED_TEXT, 0},
	    {"controls", PLIM_ATTACHED_TEXT, 0},
	    {"outlay", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"yearly_cost", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"mean", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"mean_lower", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"mean_upper", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"tvar", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"net_benefit", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"net_benefit_lower", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"net_benefit_upper", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	};
	static const char *const facts[][2] = {{"Objective", "objective"},
	                                       {"In force", "in_force"},
	                                       {"Budget of the first year", "budget"},
	                                       {"Budget of capital", "budget_capital"},
	                                       {"Budget of running costs a year", "budget_running"},
	                                       {"Losses", "losses"},
	                                       {"Trials", "trials"},
	                                       {"Seeds", "seed"},
	                                       {"Proof", "proof"}};
	const plim_sheet_row *best = row_named(rows, "best");
	plim_page_pair(page, "Chosen controls", "%s", best ? plim_sheet_row_cell(best, "controls")->text : "(none)");
	for (size_t i = 0; i < COUNT(facts); i++)
		plim_page_pair(page, facts[i][0], "%s", plim_sheet_file_fact(file, facts[i][1]));
	plim_table spare = {0};
	fill(begin(page, false, &spare, column, COUNT(column)), rows, answers, column, COUNT(column));
	plim_page_paragraph(page,
	                    "Figures are of a fresh sample that had no part in the choice, with 95 %% intervals from 32 "
	                    "replicates. Uniform is the same money spread over all controls alike. What controls avoid "
	                    "is an upper bound: attackers who move elsewhere are not followed.");
}

/* What is left of the objective under each budget, with its interval. */
static void build_frontier(const plim_sheet_file *file, const plim_sheet_rows *rows, plim_page *page)
{
	static const char *const frontier[] = {"frontier", NULL};
	const char *objective = plim_sheet_file_fact(file, "objective");
	const bool breach = strcmp(objective, "breach") == 0, tvar = strncmp(objective, "tvar", 4) == 0;
	const plim_figure figure = breach ? PLIM_FIGURE_PROBABILITY : PLIM_FIGURE_MONEY;
	const plim_attached_column column[] = {
	    {"limit", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"controls", PLIM_ATTACHED_TEXT, 0},
	    {"yearly_cost", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {breach ? "breach"
	     : tvar ? "tvar"
	            : "mean",
	     PLIM_ATTACHED_FIGURE, figure},
	    {breach ? "breach_lower"
	     : tvar ? "tvar_lower"
	            : "mean_lower",
	     PLIM_ATTACHED_FIGURE, figure},
	    {breach ? "breach_upper"
	     : tvar ? "tvar_upper"
	            : "mean_upper",
	     PLIM_ATTACHED_FIGURE, figure},
	    {"net_benefit", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	};
	if (!row_named(rows, "frontier"))
		return;
	char x_title[64], y_title[96];
	const char *currency = plim_sheet_file_fact(file, "currency");
	snprintf(x_title, sizeof x_title, "Budget (%.3s)", currency);
	snprintf(y_title, sizeof y_title, breach ? "Probability of a breach" : "%.20s of the loss of a trial (%.3s)",
	         tvar ? objective : "Mean", currency);
	plim_page_heading(page, 3, "Efficient frontier");
	plim_table spare = {0};
	size_t count = fill(begin(page, false, &spare, column, COUNT(column)), rows, frontier, column, COUNT(column));
	plim_chart *chart =
	    page->rich ? plim_page_chart(page, "Efficient frontier: what is left under each budget", x_title, y_title)
	               : NULL;
	if (chart) {
		chart->linear = true;
		chart->x = 0, chart->y = 3, chart->lower = 4, chart->upper = 5;
		plim_page_series(page, &(plim_series){.name = (char *)"Best under the budget", .rows = count});
	}
	plim_page_paragraph(page, "Each row is the best portfolio under its budget; one that buys nothing better has none. "
	                          "Bands are 95 %% intervals.");
}

static void build_road(const plim_sheet_rows *rows, plim_page *page)
{
	static const plim_attached_column column[] = {
	    {"step", PLIM_ATTACHED_COUNT, 0},
	    {"phase", PLIM_ATTACHED_COUNT, 0},
	    {"control", PLIM_ATTACHED_TEXT, 0},
	    {"owner", PLIM_ATTACHED_TEXT, 0},
	    {"start_day", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_PLAIN},
	    {"ratio", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_PLAIN},
	    {"outlay", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"yearly_cost", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"avoided_mean", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"avoided_mean_lower", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	    {"avoided_mean_upper", PLIM_ATTACHED_FIGURE, PLIM_FIGURE_MONEY},
	};
	plim_page_heading(page, 3, "Roadmap: most avoided for its cost first");
	if (rows->rows == 0) {
		plim_page_paragraph(page, "Nothing is bought.");
		return;
	}
	plim_table spare = {0};
	fill(begin(page, true, &spare, column, COUNT(column)), rows, NULL, column, COUNT(column));
	plim_page_paragraph(
	    page, "Avoided by cost is the mean loss of a year that the step avoids after the steps before it, for "
	          "each unit of its cost a year.");
}

void plim_build_portfolio(const plim_sheet_file *file, plim_page *page)
{
	const plim_sheet_rows *rows = plim_sheet_file_table(file, "portfolios");
	plim_page_heading(page, 2, "Portfolio of controls");
	build_choice(file, rows, page);
	build_frontier(file, rows, page);
	build_road(plim_sheet_file_table(file, "roadmap"), page);
}
