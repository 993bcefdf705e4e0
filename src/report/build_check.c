/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>

#include "report/build.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const plim_table_column check_columns[] = {
    {"group", "Group", false},   {"quantity", "Quantity", false}, {"at", "at", true},
    {"observed", "Run", true},   {"expected", "Exact", true},     {"p_value", "p", true},
    {"result", "Result", false},
};

/* Counts of events and amounts alike: the large ones are read in thousands. */
static plim_figure figure_of(double value)
{
	return fabs(value) < 1000 ? PLIM_FIGURE_PLAIN : PLIM_FIGURE_MONEY;
}

static void add_row(plim_table *table, const plim_results *r, const plim_check_row *row)
{
	char name[160];
	snprintf(name, sizeof name, "%.120s%s%s", r->group[row->group].name, row->measure == PLIM_MEASURE_AEP ? "" : " ",
	         row->measure == PLIM_MEASURE_AEP ? "" : plim_measure_name(row->measure));
	plim_table_text_copy(table, name);
	plim_table_text(table, plim_check_quantity_name(row->quantity));
	plim_table_number(table, row->at, PLIM_FIGURE_MONEY);
	plim_table_number(table, row->observed, figure_of(row->observed));
	plim_table_number(table, row->expected, figure_of(row->expected));
	plim_table_number(table, row->p_value, PLIM_FIGURE_PROBABILITY);
	plim_table_text(table, row->loud ? "CONTRADICTION" : isnan(row->p_value) ? "" : "agrees");
}

/* The total's rows, of the whole horizon, and all that contradict. */
static bool is_shown(const plim_results *r, const plim_check_row *row)
{
	return row->loud || (r->group[row->group].kind == PLIM_GROUP_TOTAL && row->measure == PLIM_MEASURE_AEP &&
	                     row->quantity != PLIM_CHECK_NONE && row->quantity != PLIM_CHECK_UNSEEN);
}

bool plim_build_unseen(const plim_results *r, uint32_t scenario, uint32_t group, const plim_check_row **row)
{
	for (size_t i = 0; i < r->checks; i++) {
		if (r->check[i].quantity != PLIM_CHECK_UNSEEN || r->check[i].scenario != scenario || r->check[i].group != group)
			continue;
		if (row)
			*row = &r->check[i];
		return true;
	}
	return false;
}

/* Where intervals cannot be trusted, by the model's tails. */
static void add_unseen(const plim_results *r, uint32_t scenario, uint32_t total, plim_page *page)
{
	const plim_check_row *row = NULL;
	size_t others = 0;
	for (size_t i = 0; i < r->checks; i++)
		others +=
		    r->check[i].quantity == PLIM_CHECK_UNSEEN && r->check[i].scenario == scenario && r->check[i].group != total;
	if (plim_build_unseen(r, scenario, total, &row)) {
		char share[40];
		plim_figure_show(share, row->observed, PLIM_FIGURE_SHARE);
		plim_page_notice(
		    page,
		    "By the model's tails %s of the total's variance come from losses too rare for this many trials: %s. "
		    "Percentiles are not concerned.",
		    share, row->remark);
	}
	if (others)
		plim_page_paragraph(page, "The same holds for %zu of its groups; the table `check` lists them.", others);
}

static void add_remarks(const plim_results *r, uint32_t scenario, plim_page *page)
{
	size_t others = 0;
	for (size_t i = 0; i < r->checks; i++) {
		const plim_check_row *row = &r->check[i];
		if (row->scenario != scenario || row->quantity != PLIM_CHECK_NONE)
			continue;
		if (r->group[row->group].kind == PLIM_GROUP_TOTAL)
			plim_page_paragraph(page, "The exact law of the total is not part of this: %s.", row->remark);
		else
			others++;
	}
	if (others)
		plim_page_paragraph(
		    page, "Without an exact law, or left out: %zu of the threats and places; the table `check` says why.",
		    others);
}

void plim_build_check(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	const plim_results *r = lookup->results;
	size_t tests = 0, loud = 0, shown = 0;
	double smallest = 1;
	for (size_t i = 0; i < r->checks; i++) {
		const plim_check_row *row = &r->check[i];
		if (row->scenario != scenario)
			continue;
		tests += isnan(row->p_value) ? 0 : 1;
		loud += row->loud;
		shown += is_shown(r, row);
		smallest = row->p_value < smallest ? row->p_value : smallest;
	}
	if (!r->checks)
		return;
	plim_page_heading(page, 3, "Beside exact laws");
	if (shown) {
		plim_table spare = {0};
		plim_table *table = plim_page_table(page, &spare, check_columns, COUNT(check_columns), "");
		for (size_t i = 0; i < r->checks; i++)
			if (r->check[i].scenario == scenario && is_shown(r, &r->check[i]))
				add_row(table, r, &r->check[i]);
	}
	char p_value[40];
	plim_figure_show(p_value, smallest, PLIM_FIGURE_PROBABILITY);
	if (tests && !loud)
		plim_page_paragraph(
		    page,
		    "%zu tests of the total, threats and places against laws that are known without simulation: "
		    "none contradicts (smallest p %s).",
		    tests, p_value);
	else if (!tests && scenario > 0)
		plim_page_paragraph(page, "What the controls of this scenario leave as it is was tested in an earlier one.");
	add_remarks(r, scenario, page);
	if (lookup->total >= 0)
		add_unseen(r, scenario, (uint32_t)lookup->total, page);
}

void plim_build_alarm(const plim_results *r, plim_page *page)
{
	size_t loud, tests = plim_results_checks(r, &loud);
	if (loud)
		plim_page_notice(page,
		                 "Do not use these figures: %zu of %zu tests contradict exact laws of the model (marked "
		                 "CONTRADICTION below). A healthy run does so once in a million.",
		                 loud, tests);
}
