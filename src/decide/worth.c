/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/worth.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/pin.h"
#include "plimsoll/run.h"
#include "stats/percentile.h"

/* Mean loss of a trial in one scenario, as the firm bears it. */
static plim_status mean_loss(const plim_model *model, const char *scenario, uint64_t seed, uint64_t trials,
                             double *mean, plim_error *error)
{
	plim_run_options options = plim_run_options_default();
	plim_results *r = NULL;
	options.trials = trials;
	options.seed = seed;
	options.scenario = scenario;
	options.ylt = 0;
	plim_status status = plim_run(model, &options, &r, error);
	if (status != PLIM_OK)
		return status;
	plim_perspective borne = r->perspectives > 1 ? PLIM_PERSPECTIVE_NET : PLIM_PERSPECTIVE_GROSS;
	for (size_t i = 0; i < r->moments_count; i++) {
		const plim_moments_row *row = &r->moments[i];
		if (r->group[row->group].kind == PLIM_GROUP_TOTAL && row->perspective == borne &&
		    row->measure == PLIM_MEASURE_AEP)
			*mean = row->mean;
	}
	plim_results_free(&r);
	return PLIM_OK;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

static plim_estimate share_above(const double *net, uint64_t worlds, double least)
{
	uint64_t count = 0;
	for (uint64_t w = 0; w < worlds; w++)
		count += net[w] > least;
	return plim_exceedance(count, worlds);
}

/* The bounds take in the error that all worlds share, since they share their trials. */
static void sum_up(plim_compare_economics *e, double *net, uint64_t worlds, double error)
{
	e->worth = share_above(net, worlds, 0).value;
	e->worth_lower = share_above(net, worlds, error).lower;
	e->worth_upper = share_above(net, worlds, -error).upper;
	qsort(net, worlds, sizeof *net, ascending);
	e->net_worlds.value = net[worlds / 2];
	e->net_worlds.lower = net[worlds / 20];
	e->net_worlds.upper = net[worlds - 1 - worlds / 20];
}

static plim_status run_worlds(plim_comparison *c, plim_pin *const pin[2], uint64_t worlds, uint64_t trials, double *net,
                              plim_error *error)
{
	plim_status status = PLIM_OK;
	const char *const scenario[] = {c->before->scenario[c->before_scenario].id,
	                                c->after->scenario[c->after_scenario].id};
	const plim_results *const results[] = {c->before, c->after};
	for (uint64_t w = 0; w < worlds && status == PLIM_OK; w++) {
		double mean[2] = {0};
		for (int k = 0; k < 2 && status == PLIM_OK; k++)
			status = mean_loss(plim_pin_world(pin[k], results[k]->seed, w), scenario[k], results[k]->seed, trials,
			                   &mean[k], error);
		net[w] = (mean[0] - mean[1]) / c->before->horizon_years - plim_cost_drawn(&c->cost, c->before->seed, w);
	}
	return status;
}

plim_status plim_compare_worth(plim_comparison *c, uint64_t worlds, uint64_t trials, plim_error *error)
{
	plim_compare_economics *e = &c->economics;
	plim_pin *pin[2] = {NULL, NULL};
	plim_status status = plim_pin_new(c->model[0], &pin[0], error);
	if (status == PLIM_OK)
		status = plim_pin_new(c->model[1], &pin[1], error);
	if (status == PLIM_OK && plim_pin_count(pin[0]) + plim_pin_count(pin[1]) == 0 && !c->cost.uncertain) {
		if (e->net.lower > 0 || e->net.upper < 0)
			e->worth = e->worth_lower = e->worth_upper = e->net.lower > 0;
		e->worlds = 1;
	} else if (status == PLIM_OK) {
		double *net = plim_mem_alloc(worlds, sizeof *net);
		status = net ? run_worlds(c, pin, worlds, trials, net, error) : plim_error_memory(error, "the worlds");
		if (status == PLIM_OK)
			sum_up(e, net, worlds,
			       (e->avoided.upper - e->avoided.lower) / 2 * sqrt((double)c->before->trials / (double)trials));
		e->worlds = worlds;
		plim_mem_free(net);
	}
	plim_pin_free(&pin[0]);
	plim_pin_free(&pin[1]);
	return status;
}
