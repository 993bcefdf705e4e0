/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "stats/replicates.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

void plim_build_add_value(plim_table *table, const plim_percentile_row *row)
{
	if (row)
		plim_table_money(table, row->value);
	else
		plim_table_none(table);
}

void plim_build_add_interval(plim_table *table, const plim_percentile_row *row)
{
	plim_build_add_value(table, row);
	if (row) {
		plim_table_money(table, row->lower);
		plim_table_money(table, row->upper);
	} else {
		plim_table_none(table);
		plim_table_none(table);
	}
}

static const plim_table_column total_columns[] = {
    {"figure", "Figure", false}, {"value", "Value", true},  {"lower", "from", true},
    {"upper", "to", true},       {"basis", "Basis", false},
};

/* Mean plus and minus the normal quantile times its standard error. */
static void add_mean(plim_table *table, const plim_results *r, const plim_moments_row *row)
{
	double confidence = r->confidence > 0 && r->confidence < 1 ? r->confidence : 0.95;
	double half =
	    (r->worlds > 1 ? plim_replicates_factor(PLIM_REPLICATES) : gsl_cdf_ugaussian_Qinv((1 - confidence) / 2)) *
	    row->mean_se;
	plim_table_text(table, "Mean");
	plim_table_money(table, row->mean);
	plim_table_money(table, isinf(half) ? -half : row->mean - half);
	plim_table_money(table, row->mean + half);
	plim_table_text(table, isinf(row->mean)                                             ? "infinite in the model"
	                       : isinf(half)                                                ? "infinite variance"
	                       : plim_build_unseen(r, row->scenario, row->group, NULL) ? "trials; may be too narrow"
	                                                                                    : "trials");
}

static void add_single(plim_table *table, const char *name, double value, plim_figure figure)
{
	plim_table_text(table, name);
	plim_table_number(table, value, figure);
	plim_table_none(table);
	plim_table_none(table);
	plim_table_text(table, "trials");
}

/* True if a TVaR comes from the exact mean (run/cross_check.h). */
static bool is_from_mean(const plim_results *r, const plim_percentile_row *row)
{
	bool known = false;
	for (size_t i = 0; i < r->checks && !known; i++)
		known = r->check[i].quantity == PLIM_CHECK_MEAN && r->check[i].measure == row->measure &&
		        r->check[i].scenario == row->scenario && r->check[i].group == row->group &&
		        isfinite(r->check[i].expected);
	return known && row->perspective == PLIM_PERSPECTIVE_GROSS &&
	       plim_build_unseen(r, row->scenario, row->group, NULL);
}

static const char *percentile_basis(const plim_percentile_row *row)
{
	return !row ? "" : row->exact ? "sorted trials" : "histogram";
}

static const char *tvar_basis(const plim_results *r, const plim_percentile_row *row)
{
	if (!row || isinf(row->value))
		return percentile_basis(row);
	if (is_from_mean(r, row))
		return "exact mean";
	return plim_build_unseen(r, row->scenario, row->group, NULL) ? "trials; may be too narrow" : percentile_basis(row);
}

static void add_percentile(plim_table *table, const char *name, double p, const plim_percentile_row *row,
                           const char *basis)
{
	char text[PLIM_TEXT_DOUBLE_SIZE + 16], percent[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_digits(percent, sizeof percent, p * 100, 6);
	snprintf(text, sizeof text, "%s%s", name, percent);
	plim_table_text_copy(table, text);
	plim_build_add_interval(table, row);
	plim_table_text(table, basis);
}

static const double aep_p[] = {0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995};
static const double oep_p[] = {0.9, 0.99, 0.995};
static const double tvar_p[] = {0.95, 0.99};

void plim_build_total(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	const plim_results *r = lookup->results;
	char percent[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_digits(percent, sizeof percent, r->confidence * 100, 6);
	plim_page_heading(page, 3, "Total%s (%s, with %s%% intervals)", plim_lookup_seen(lookup), r->currency, percent);
	if (lookup->total < 0)
		return;
	uint32_t total = (uint32_t)lookup->total;
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, total_columns, COUNT(total_columns), "");
	const plim_moments_row *row = plim_lookup_moments(lookup, scenario, total, PLIM_MEASURE_AEP);
	if (row) {
		add_mean(table, r, row);
		add_single(table, "Standard deviation", row->sd, PLIM_FIGURE_MONEY);
		add_single(table, "Events a trial", row->events_per_trial, PLIM_FIGURE_PLAIN);
		add_single(table, "P(no loss)", row->p_zero, PLIM_FIGURE_PROBABILITY);
	}
	for (size_t i = 0; i < COUNT(aep_p); i++) {
		const plim_percentile_row *at = plim_lookup_percentile(lookup, scenario, total, PLIM_MEASURE_AEP, aep_p[i]);
		add_percentile(table, "AEP P", aep_p[i], at, percentile_basis(at));
	}
	for (size_t i = 0; i < COUNT(tvar_p); i++) {
		const plim_percentile_row *at = plim_lookup_tvar(lookup, scenario, total, PLIM_MEASURE_AEP, tvar_p[i]);
		add_percentile(table, "AEP TVaR ", tvar_p[i], at, tvar_basis(r, at));
	}
	for (size_t i = 0; i < COUNT(oep_p); i++) {
		const plim_percentile_row *at = plim_lookup_percentile(lookup, scenario, total, PLIM_MEASURE_OEP, oep_p[i]);
		add_percentile(table, "OEP P", oep_p[i], at, percentile_basis(at));
	}
}

static const plim_table_column year_columns[] = {
    {"year", "Year", false}, {"mean", "Mean", true},      {"mean_se", "Standard error", true},
    {"p50", "P50", true},    {"p90", "P90", true},        {"p99", "P99", true},
    {"p995", "P99.5", true}, {"tvar99", "TVaR 99", true}, {"p_zero", "P(no loss)", true},
};

/* Years shown to people; the tables hold all. */
#define MOST_YEARS 30

static void add_year(plim_table *table, const plim_lookup *lookup, uint32_t scenario, plim_measure measure,
                     const char *name)
{
	static const double p[] = {0.5, 0.9, 0.99, 0.995};
	const uint32_t total = (uint32_t)lookup->total;
	const plim_moments_row *row = plim_lookup_moments(lookup, scenario, total, measure);
	if (!row)
		return;
	plim_table_text_copy(table, name);
	plim_table_money(table, row->mean);
	plim_table_money(table, row->mean_se);
	for (size_t i = 0; i < COUNT(p); i++)
		plim_build_add_value(table, plim_lookup_percentile(lookup, scenario, total, measure, p[i]));
	plim_build_add_value(table, plim_lookup_tvar(lookup, scenario, total, measure, 0.99));
	plim_table_number(table, row->p_zero, PLIM_FIGURE_PROBABILITY);
}

void plim_build_years(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	const plim_results *r = lookup->results;
	if (r->horizon_years < 2 || lookup->total < 0)
		return;
	plim_page_heading(page, 3, "Years of the horizon%s (%s)", plim_lookup_seen(lookup), r->currency);
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, year_columns, COUNT(year_columns), "");
	for (uint32_t y = 1; y <= r->horizon_years && y <= MOST_YEARS; y++) {
		char name[16];
		snprintf(name, sizeof name, "%u", (unsigned)y);
		add_year(table, lookup, scenario, PLIM_MEASURE_YEAR + y - 1, name);
	}
	add_year(table, lookup, scenario, PLIM_MEASURE_AEP, "all");
	add_year(table, lookup, scenario, PLIM_MEASURE_PRESENT, "all, discounted");
	plim_page_paragraph(page,
	                    "A loss counts in the year in which its event began. Means of the years add up to that of all; "
	                    "percentiles do not.%s",
	                    r->horizon_years > MOST_YEARS ? " The first thirty years are shown; the tables hold all." : "");
}

static const plim_table_column perspective_columns[] = {
    {"perspective", "Seen", false}, {"mean", "Mean", true},         {"p90", "P90", true},
    {"p95", "P95", true},           {"p99", "P99", true},           {"p995", "P99.5", true},
    {"tvar99", "TVaR 99", true},    {"p_zero", "P(no loss)", true},
};

void plim_build_perspectives(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	static const double p[] = {0.9, 0.95, 0.99, 0.995};
	if (lookup->total < 0)
		return;
	uint32_t total = (uint32_t)lookup->total;
	plim_page_heading(page, 3, "Insurance (%s, AEP)", lookup->results->currency);
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, perspective_columns, COUNT(perspective_columns), "");
	for (uint32_t k = 0; k < lookup->results->perspectives; k++) {
		plim_lookup seen = plim_lookup_from(lookup, (plim_perspective)k);
		const plim_moments_row *row = plim_lookup_moments(&seen, scenario, total, PLIM_MEASURE_AEP);
		plim_table_text(table, plim_perspective_name((plim_perspective)k));
		plim_table_money(table, row ? row->mean : NAN);
		for (size_t i = 0; i < COUNT(p); i++)
			plim_build_add_value(table, plim_lookup_percentile(&seen, scenario, total, PLIM_MEASURE_AEP, p[i]));
		plim_build_add_value(table, plim_lookup_tvar(&seen, scenario, total, PLIM_MEASURE_AEP, 0.99));
		plim_table_number(table, row ? row->p_zero : NAN, PLIM_FIGURE_PROBABILITY);
	}
	plim_page_paragraph(page,
	                    "Gross is before insurance, ceded what insurers pay, net what is left: in every trial gross "
	                    "is ceded plus net, so their means add up and their percentiles do not. Premiums are no loss "
	                    "and stand in none of these figures. Tolerance is tested on net.");
}

static const plim_table_column comparison_columns[] = {
    {"scenario", "Scenario", false}, {"mean", "Mean", true},         {"p95", "P95", true}, {"p99", "P99", true},
    {"tvar99", "TVaR 99", true},     {"p_zero", "P(no loss)", true},
};

/* "parking  Secured parking" */
static void add_scenario(plim_table *table, const plim_result_scenario *scenario)
{
	plim_text name = {0};
	bool titled = scenario->title && *scenario->title;
	plim_text_add_format(&name, "%s%s%s", scenario->id, titled ? "  " : "", titled ? scenario->title : "");
	plim_table_text_copy(table, name.data);
	table->failed |= name.failed;
	plim_text_free(&name);
}

void plim_build_comparison(const plim_lookup *lookup, plim_page *page)
{
	const plim_results *r = lookup->results;
	if (r->scenarios < 2 || lookup->total < 0)
		return;
	uint32_t total = (uint32_t)lookup->total;
	plim_page_heading(page, 2, "Scenarios side by side%s (%s)", plim_lookup_seen(lookup), r->currency);
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, comparison_columns, COUNT(comparison_columns), "");
	for (uint32_t s = 0; s < r->scenarios; s++) {
		const plim_moments_row *row = plim_lookup_moments(lookup, s, total, PLIM_MEASURE_AEP);
		add_scenario(table, &r->scenario[s]);
		plim_table_money(table, row ? row->mean : NAN);
		plim_build_add_value(table, plim_lookup_percentile(lookup, s, total, PLIM_MEASURE_AEP, 0.95));
		plim_build_add_value(table, plim_lookup_percentile(lookup, s, total, PLIM_MEASURE_AEP, 0.99));
		plim_build_add_value(table, plim_lookup_tvar(lookup, s, total, PLIM_MEASURE_AEP, 0.99));
		plim_table_number(table, row ? row->p_zero : NAN, PLIM_FIGURE_PROBABILITY);
	}
}

static const plim_table_column tolerance_columns[] = {
    {"loss", "Loss above", true},      {"tolerated", "Tolerated", true}, {"exceeded", "Trials above", true},
    {"probability", "Observed", true}, {"lower", "from", true},          {"upper", "to", true},
    {"result", "Result", false},       {"year", "Year", true},
};

void plim_build_tolerance(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	const plim_results *r = lookup->results;
	size_t lines = 0;
	for (size_t i = 0; i < r->tolerances; i++)
		lines += r->tolerance[i].scenario == scenario;
	plim_page_heading(page, 3, "Tolerance%s (%s)", plim_lookup_seen(lookup), r->currency);
	if (!lines) {
		plim_page_paragraph(page, "The policy states no tolerance.");
		return;
	}
	plim_table spare = {0};
	const bool years = r->horizon_years > 1;
	plim_table *table = plim_page_table(page, &spare, tolerance_columns, COUNT(tolerance_columns) - !years, "");
	for (size_t i = 0; i < r->tolerances; i++) {
		const plim_tolerance_row *row = &r->tolerance[i];
		if (row->scenario != scenario)
			continue;
		plim_table_money(table, row->loss);
		plim_table_number(table, row->tolerated, PLIM_FIGURE_PROBABILITY);
		plim_table_count(table, row->exceeded);
		plim_table_number(table, row->probability, PLIM_FIGURE_PROBABILITY);
		plim_table_number(table, row->lower, PLIM_FIGURE_PROBABILITY);
		plim_table_number(table, row->upper, PLIM_FIGURE_PROBABILITY);
		plim_table_text(table, row->met ? "met" : "broken");
		if (years)
			plim_table_integer(table, row->year);
	}
	if (years)
		plim_page_paragraph(page, "Tolerance is about a year: every year of the horizon is tested by itself.");
	plim_page_paragraph(page, "A line is met when the observed probability of a trial above the loss is at or below "
	                          "the tolerated one; where the interval spans the tolerated probability, more trials are "
	                          "needed to be sure.");
}

static const plim_table_column curve_columns[] = {
    {"return_period", "Return period", true},
    {"exceedance", "P(loss above)", true},
    {"aep", "AEP", true},
    {"aep_lower", "from", true},
    {"aep_upper", "to", true},
    {"oep", "OEP", true},
    {"oep_lower", "from", true},
    {"oep_upper", "to", true},
};

static const double periods[] = {2, 4, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 10000};

/* The row of the total's curve at a return period (within the rounding of 1 / (1 - p)), or NULL. */
static const plim_curve_row *curve_row(const plim_lookup *lookup, uint32_t scenario, plim_measure measure,
                                       double period)
{
	const plim_results *r = lookup->results;
	for (size_t i = 0; i < r->curves; i++) {
		const plim_curve_row *row = &r->curve[i];
		if (row->scenario == scenario && row->group == (uint32_t)lookup->total && row->measure == measure &&
		    row->perspective == lookup->perspective && fabs(row->return_period - period) <= 1e-9 * period)
			return row;
	}
	return NULL;
}

static void add_curve(plim_table *table, const plim_curve_row *row)
{
	if (!row) {
		for (int i = 0; i < 3; i++)
			plim_table_none(table);
		return;
	}
	plim_table_money(table, row->loss);
	plim_table_money(table, row->lower);
	plim_table_money(table, row->upper);
}

void plim_build_curve(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	if (lookup->total < 0 || !lookup->results->curves)
		return;
	plim_page_heading(page, 3, "Loss curve of the total%s (%s)", plim_lookup_seen(lookup), lookup->results->currency);
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, curve_columns, COUNT(curve_columns), "");
	for (size_t i = 0; i < COUNT(periods); i++) {
		const plim_curve_row *aep = curve_row(lookup, scenario, PLIM_MEASURE_AEP, periods[i]);
		const plim_curve_row *oep = curve_row(lookup, scenario, PLIM_MEASURE_OEP, periods[i]);
		if (!aep && !oep)
			continue;
		plim_table_number(table, periods[i], PLIM_FIGURE_PLAIN);
		plim_table_number(table, (aep ? aep : oep)->exceedance, PLIM_FIGURE_PROBABILITY);
		add_curve(table, aep);
		add_curve(table, oep);
	}
}
