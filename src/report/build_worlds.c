/* SPDX-License-Identifier: Apache-2.0 */
/* Ignorance and chance, told apart by a nested run. */
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "report/build.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SHARES 5
#define SHOWN 10

static const plim_table_column split_columns[] = {
    {"what", "Part of the variance", false},
    {"place", "Place", false},
    {"share", "Share", true},
    {"lower", "from", true},
    {"upper", "to", true},
};

static bool is_of(const plim_lookup *lookup, uint32_t scenario, uint32_t row_scenario, plim_perspective perspective)
{
	return row_scenario == scenario && perspective == lookup->perspective;
}

static void add_split(plim_table *table, const plim_ignorance_row *row)
{
	const bool parameter = row->what == PLIM_IGNORANCE_PARAMETER;
	plim_table_text_indented(table, parameter ? row->parameter : plim_ignorance_name(row->what),
	                         row->what == PLIM_IGNORANCE_ALL ? 0 : 1);
	plim_table_text(table, row->place);
	plim_table_number(table, row->share, PLIM_FIGURE_SHARE);
	plim_table_number(table, row->lower, PLIM_FIGURE_SHARE);
	plim_table_number(table, row->upper, PLIM_FIGURE_SHARE);
}

static void build_split(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	const plim_results *r = lookup->results;
	size_t parameters = 0;
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, split_columns, COUNT(split_columns), "");
	for (size_t i = 0; i < r->ignorances; i++) {
		const plim_ignorance_row *row = &r->ignorance[i];
		if (!is_of(lookup, scenario, row->scenario, row->perspective))
			continue;
		parameters += row->what == PLIM_IGNORANCE_PARAMETER;
		if (row->what != PLIM_IGNORANCE_PARAMETER || parameters <= SHOWN || page->rich)
			add_split(table, row);
	}
	plim_page_paragraph(
	    page,
	    "Of the variance of a year's loss, ignorance is what would go if every uncertain number of the model "
	    "were known; the rest is chance, which no knowledge takes away. Each parameter's share is what would "
	    "go, on average, if that one number were known: the first is the one to find out first. A share just "
	    "below 0 is the chance in the estimate.%s",
	    parameters == 0 ? " No number of the model that bears on this scenario is uncertain." : "");
	if (parameters > SHOWN && !page->rich)
		plim_page_paragraph(page, "%zu parameters with smaller shares are in the table `ignorance`.",
		                    parameters - SHOWN);
}

static const plim_table_column fan_columns[] = {
    {"loss", "Loss of at least", true},
    {"exceedance", "All worlds", true},
    {"p5", "5 %", true},
    {"p25", "25 %", true},
    {"p50", "50 %", true},
    {"p75", "75 %", true},
    {"p95", "95 %", true},
    {"noise", "Noise", true},
};

/* The first row of a threshold; its shares follow. */
static bool begins(const plim_lookup *lookup, uint32_t scenario, size_t i)
{
	const plim_fan_row *row = &lookup->results->fan[i];
	return i % SHARES == 0 && i + SHARES <= lookup->results->fans && row->measure == PLIM_MEASURE_AEP &&
	       is_of(lookup, scenario, row->scenario, row->perspective);
}

static void build_table(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	const plim_results *r = lookup->results;
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, fan_columns, COUNT(fan_columns), "");
	for (size_t i = 0; i < r->fans; i++) {
		if (!begins(lookup, scenario, i))
			continue;
		plim_table_money(table, r->fan[i].loss);
		plim_table_number(table, r->fan[i].exceedance, PLIM_FIGURE_PROBABILITY);
		for (size_t k = 0; k < SHARES; k++)
			plim_table_number(table, r->fan[i + k].value, PLIM_FIGURE_PROBABILITY);
		plim_table_number(table, r->fan[i].noise, PLIM_FIGURE_SHARE);
	}
}

static const plim_table_column chart_columns[] = {
    {"series", "Curve", false},
    {"return_period", "Return period", true},
    {"exceedance", "P(loss of at least)", true},
    {"loss", "Loss", true},
    {"lower", "from", true},
    {"upper", "to", true},
};

static void add_point(plim_table *table, const char *name, double loss, double value, double lower, double upper)
{
	plim_table_text(table, name);
	plim_table_number(table, value > 0 ? 1 / value : NAN, PLIM_FIGURE_PLAIN);
	plim_table_number(table, value, PLIM_FIGURE_PROBABILITY);
	plim_table_money(table, loss);
	plim_table_number(table, lower, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, upper, PLIM_FIGURE_PROBABILITY);
}

/* All worlds, then each share of them. */
static void build_chart(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	static char *const names[SHARES + 1] = {"all worlds",         "5 % of worlds below",  "25 % of worlds below",
	                                        "half of the worlds", "75 % of worlds below", "95 % of worlds below"};
	const plim_results *r = lookup->results;
	size_t rows[SHARES + 1] = {0};
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, chart_columns, COUNT(chart_columns), "Fan as figures");
	plim_page_style(page, PLIM_TABLE_BEHIND);
	for (size_t k = 0; k <= SHARES; k++)
		for (size_t i = 0; i < r->fans; i++) {
			if (!begins(lookup, scenario, i))
				continue;
			const plim_fan_row *row = &r->fan[k > 0 ? i + k - 1 : i];
			if (k == 0)
				add_point(table, names[k], row->loss, row->exceedance, NAN, NAN);
			else
				add_point(table, names[k], row->loss, row->value, row->lower, row->upper);
			rows[k]++;
		}
	char y_title[32];
	snprintf(y_title, sizeof y_title, "Loss (%.3s)", r->currency);
	plim_chart *chart =
	    plim_page_chart(page, "Loss by return period, world by world", "Return period (trials)", y_title);
	if (!chart)
		return;
	chart->x = 1, chart->y = 3, chart->lower = chart->upper = -1;
	for (size_t k = 0, first = 0; k <= SHARES; first += rows[k++]) /* shares that lie alike have one colour */
		plim_page_series(page, &(plim_series){.name = names[k],
		                                      .colour = k == 0             ? 0
		                                                : k == 3           ? 2
		                                                : k == 2 || k == 4 ? 5
		                                                                   : 1,
		                                      .largest_event = k == 1 || k == 5,
		                                      .first = first,
		                                      .rows = rows[k]});
}

static void build_fan(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	const plim_results *r = lookup->results;
	bool any = false;
	for (size_t i = 0; i < r->fans && !any; i++)
		any = begins(lookup, scenario, i);
	if (!any) {
		plim_page_paragraph(page,
		                    "A fan of exceedance curves needs worlds of at least some dozens of trials: take fewer "
		                    "worlds, or more trials.");
		return;
	}
	build_table(lookup, scenario, page);
	plim_page_paragraph(
	    page, "The chance of a loss of at least so much in a year (AEP): over all worlds, which is the figure to act "
	          "on, and the chance that is not passed in 5, 25, 50, 75 and 95 %% of the worlds. Noise is the share "
	          "of the spread between worlds that comes from the few trials of each: near 0 the fan is ignorance "
	          "alone, near 100 %% it is too wide.");
	if (page->rich)
		build_chart(lookup, scenario, page);
}

void plim_build_worlds(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	const plim_results *r = lookup->results;
	char worlds[40], trials[40];
	if (r->worlds <= 1)
		return;
	plim_count_show(worlds, r->worlds);
	plim_count_show(trials, r->run_trials / r->worlds);
	plim_page_heading(page, 3, "Ignorance and chance%s: %s worlds of %s trials", plim_lookup_seen(lookup), worlds,
	                  trials);
	if (!r->ignorances) {
		plim_page_paragraph(page, "Worlds are compared when the whole run is there: see plimsoll merge.");
		return;
	}
	build_split(lookup, scenario, page);
	build_fan(lookup, scenario, page);
}
