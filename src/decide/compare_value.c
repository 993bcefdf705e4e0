/* SPDX-License-Identifier: Apache-2.0 */
/* Whether it pays: costs against the avoided loss. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/compare.h"
#include "decide/loss_figures.h"
#include "stats/percentile.h"

#define MOST_YEARS 100

/* Draws of uncertain costs, for their spread. */
#define COST_DRAWS 10000

static unsigned longest_life(const plim_comparison *c)
{
	double longest = c->before->horizon_years;
	for (size_t i = 0; i < c->cost.items; i++)
		longest = fmax(longest, ceil(c->cost.item[i].life_years));
	return longest < MOST_YEARS ? (unsigned)longest : MOST_YEARS;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static plim_status spread_costs(plim_comparison *c, plim_error *error)
{
	plim_compare_economics *e = &c->economics;
	e->yearly_lower = e->yearly_upper = e->yearly;
	if (!c->cost.uncertain)
		return PLIM_OK;
	double *draw = plim_mem_alloc(COST_DRAWS, sizeof *draw);
	if (!draw)
		return plim_error_memory(error, "the costs");
	for (uint64_t i = 0; i < COST_DRAWS; i++)
		draw[i] = plim_cost_drawn(&c->cost, c->before->seed, i);
	qsort(draw, COST_DRAWS, sizeof *draw, ascending);
	e->yearly_lower = draw[COST_DRAWS / 40];
	e->yearly_upper = draw[COST_DRAWS - 1 - COST_DRAWS / 40];
	plim_mem_free(draw);
	return PLIM_OK;
}

/* What a year's avoided loss is worth at the start, counted at the end of the year. */
static double discount(const plim_compare_economics *e, unsigned year)
{
	return pow(1 + e->rate, -(double)year);
}

/* What a yearly avoided loss comes to. All are linear in it, so bounds go through. */
static double present_value(const plim_compare_economics *e, double avoided, double cost)
{
	double sum = -cost;
	for (unsigned y = 1; y <= e->years; y++)
		sum += avoided * discount(e, y);
	return sum;
}

/* The first year from which on nothing starts any more, at most the last one. */
static unsigned settled_year(const plim_comparison *c)
{
	const plim_results *const side[] = {c->before, c->after};
	const uint32_t scenario[] = {c->before_scenario, c->after_scenario};
	double latest = 0;
	for (int k = 0; k < 2; k++) {
		const plim_scenario *s = plim_model_find_scenario(c->model[k], side[k]->scenario[scenario[k]].id);
		for (size_t i = 0; s && i < s->controls; i++)
			latest = fmax(latest, c->model[k]->control[s->control[i]].start_day);
	}
	const double year = 1 + ceil(latest / 365);
	return year < c->before->horizon_years ? (unsigned)year : c->before->horizon_years;
}

/* Mean loss of a year of the horizon, as the firm bears it; NAN if the results have none. */
static double mean_of_year(const plim_results *r, uint32_t scenario, unsigned year)
{
	const plim_perspective borne = r->perspectives > 1 ? PLIM_PERSPECTIVE_NET : PLIM_PERSPECTIVE_GROSS;
	for (size_t i = 0; i < r->moments_count; i++) {
		const plim_moments_row *row = &r->moments[i];
		if (row->scenario == scenario && row->perspective == borne && row->measure == PLIM_MEASURE_YEAR + year - 1)
			return row->mean;
	}
	return NAN;
}

/*
 * The present value where years differ because something starts within the horizon: each year's own avoided loss up to
 * the first that nothing changes any more, then the average of those from it on, beyond the horizon too. A weighted sum
 * of the years whose covariances are not negative spreads no more than the largest weight times their plain sum: that
 * gives the bounds, from those of the mean.
 */
static void weigh_years(plim_comparison *c, const plim_compare_row *mean, double cost)
{
	plim_compare_economics *e = &c->economics;
	const unsigned horizon = c->before->horizon_years, settled = settled_year(c);
	double sum = -cost, most = 0, later = 0;
	for (unsigned y = settled; y <= e->years; y++)
		later += discount(e, y) / (horizon - settled + 1);
	for (unsigned y = 1; y <= horizon; y++) {
		const double avoided =
		    mean_of_year(c->before, c->before_scenario, y) - mean_of_year(c->after, c->after_scenario, y);
		const double weight = y >= settled ? later : y <= e->years ? discount(e, y) : 0;
		sum += weight * avoided;
		most = fmax(most, weight);
	}
	if (isnan(sum)) /* a mean is infinite */
		return;
	e->present = (plim_compare_money){sum, sum - most * (mean->avoided - mean->lower),
	                                  sum + most * (mean->upper - mean->avoided)};
}

static double payback(const plim_compare_economics *e, double avoided)
{
	double gain = avoided - e->running;
	if (e->capital <= 0)
		return gain >= 0 ? 0 : INFINITY;
	return gain > 0 ? e->capital / gain : INFINITY;
}

static void weigh(plim_comparison *c, const plim_compare_row *mean)
{
	plim_compare_economics *e = &c->economics;
	double years = c->before->horizon_years, present = plim_cost_present(&c->cost, e->years);
	const double avoided[] = {mean->avoided / years, mean->lower / years, mean->upper / years};
	plim_compare_money *const money[] = {&e->avoided, &e->net,     &e->rosi,      &e->ratio,
	                                     &e->present, &e->payback, &e->break_even};
	for (size_t i = 0; i < 3; i++) {
		double a = avoided[i];
		bool costs = e->yearly > 0;
		const double value[] = {a,
		                        a - e->yearly,
		                        costs ? (a - e->yearly) / e->yearly : NAN,
		                        costs ? a / e->yearly : NAN,
		                        present_value(e, a, present),
		                        payback(e, a),
		                        costs ? (a > 0 ? e->yearly / a : INFINITY) : 0};
		for (size_t m = 0; m < sizeof money / sizeof *money; m++)
			*(i == 0 ? &money[m]->value : i == 1 ? &money[m]->lower : &money[m]->upper) = value[m];
	}
	if (settled_year(c) > 1)
		weigh_years(c, mean, present);
	/* more avoided is sooner paid back */
	plim_compare_money *const falling[] = {&e->payback, &e->break_even};
	for (size_t i = 0; i < 2; i++) {
		double lower = falling[i]->upper;
		falling[i]->upper = falling[i]->lower;
		falling[i]->lower = lower;
	}
}

/* Over trials: in which share of years what was avoided was more than the year cost. */
static void count_years(plim_comparison *c)
{
	plim_compare_economics *e = &c->economics;
	const plim_results *r = c->before, *s = c->after;
	const double *a =
	    plim_results_ylt(r, c->before_scenario, r->perspectives > 1 ? PLIM_PERSPECTIVE_NET : PLIM_PERSPECTIVE_GROSS);
	const double *b =
	    plim_results_ylt(s, c->after_scenario, s->perspectives > 1 ? PLIM_PERSPECTIVE_NET : PLIM_PERSPECTIVE_GROSS);
	double paying[PLIM_REPLICATES] = {0};
	e->pays_in_trial = e->pays_lower = e->pays_upper = NAN;
	if (!c->paired || !a || !b)
		return;
	const plim_trial_range range = plim_trial_range_of(r);
	uint64_t pays = 0, trials[PLIM_REPLICATES] = {0}, first = r->first_block * r->block_trials;
	for (uint64_t i = 0; i < r->trials; i++) {
		double cost = c->cost.uncertain ? plim_cost_drawn(&c->cost, r->seed, first + i) : e->yearly;
		const bool paid = (a[i] - b[i]) / r->horizon_years > cost;
		const int replicate = plim_replicate_of(&range, i);
		pays += paid;
		trials[replicate]++;
		paying[replicate] += paid;
	}
	plim_estimate share = range.world_trials
	                          ? plim_exceedance_effective(pays, r->trials, plim_replicates_effective_of(trials, paying))
	                          : plim_exceedance(pays, r->trials);
	e->pays_in_trial = share.value;
	e->pays_lower = share.lower;
	e->pays_upper = share.upper;
}

static const plim_compare_row *mean_of_total(const plim_comparison *c)
{
	for (size_t i = 0; i < c->rows; i++)
		if (c->row[i].kind == PLIM_GROUP_TOTAL && strcmp(c->row[i].figure, "mean") == 0)
			return &c->row[i];
	return NULL;
}

plim_status plim_compare_value(plim_comparison *c, unsigned years, plim_error *error)
{
	plim_compare_economics *e = &c->economics;
	const plim_scenario *from = plim_model_find_scenario(c->model[0], c->before->scenario[c->before_scenario].id);
	const plim_scenario *to = plim_model_find_scenario(c->model[1], c->after->scenario[c->after_scenario].id);
	const plim_compare_row *mean = mean_of_total(c);
	if (!from || !to || !mean)
		return plim_error_set(error, PLIM_ERROR_IO, "the results do not hold the scenarios that they name");
	plim_status status = plim_cost_add(&c->cost, c->model[0], from, -1, error);
	if (status == PLIM_OK)
		status = plim_cost_add(&c->cost, c->model[1], to, 1, error);
	if (status != PLIM_OK)
		return status;
	plim_cost_cancel(&c->cost);
	e->rate = c->cost.rate;
	e->capital = plim_cost_capital(&c->cost);
	e->running = plim_cost_running(&c->cost);
	e->yearly = plim_cost_yearly(&c->cost);
	e->years = years ? years : longest_life(c);
	e->worth = e->worth_lower = e->worth_upper = NAN;
	e->net_worlds = (plim_compare_money){NAN, NAN, NAN};
	weigh(c, mean);
	count_years(c);
	return spread_costs(c, error);
}
