/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/worth.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/pin.h"
#include "decide/trial_losses.h"
#include "run/blocks.h"
#include "stats/percentile.h"

/* Mean loss of a trial in one scenario, as the firm bears it. */
static plim_status mean_loss(const plim_model *model, const char *scenario, uint64_t seed,
                             const plim_worth_options *options, double *mean, plim_error *error)
{
	plim_run_options run = plim_run_options_default();
	plim_trial_losses losses = {0};
	run.trials = options->trials;
	run.seed = seed;
	run.scenario = scenario;
	run.stop = options->stop;
	plim_status status = plim_trial_losses_run(model, &run, false, &losses, error);
	if (status == PLIM_OK)
		*mean = plim_losses_mean(losses.loss[0], losses.trials);
	plim_trial_losses_clear(&losses);
	return status;
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

static void tell(const plim_worth_options *options, uint64_t worlds, double started)
{
	plim_run_progress progress = {worlds, options->worlds, 2 * worlds * options->trials,
	                              2 * options->worlds * options->trials, plim_run_clock() - started};
	if (options->progress)
		options->progress(&progress, options->progress_data);
}

static plim_status run_worlds(plim_comparison *c, plim_pin *const pin[2], const plim_worth_options *options,
                              double *net, plim_error *error)
{
	plim_status status = PLIM_OK;
	const char *const scenario[] = {c->before->scenario[c->before_scenario].id,
	                                c->after->scenario[c->after_scenario].id};
	const plim_results *const results[] = {c->before, c->after};
	double started = plim_run_clock();
	for (uint64_t w = 0; w < options->worlds && status == PLIM_OK; w++) {
		double mean[2] = {0};
		for (int k = 0; k < 2 && status == PLIM_OK; k++)
			status = mean_loss(plim_pin_world(pin[k], results[k]->seed, w), scenario[k], results[k]->seed, options,
			                   &mean[k], error);
		net[w] = (mean[0] - mean[1]) / c->before->horizon_years - plim_cost_drawn(&c->cost, c->before->seed, w);
		tell(options, w + 1, started);
	}
	return status;
}

plim_status plim_compare_worth(plim_comparison *c, const plim_worth_options *options, plim_error *error)
{
	const uint64_t worlds = options->worlds;
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
		status = net ? run_worlds(c, pin, options, net, error) : plim_error_memory(error, "the worlds");
		if (status == PLIM_OK)
			sum_up(e, net, worlds,
			       (e->avoided.upper - e->avoided.lower) / 2 *
			           sqrt((double)c->before->trials / (double)options->trials));
		e->worlds = worlds;
		plim_mem_free(net);
	}
	plim_pin_free(&pin[0]);
	plim_pin_free(&pin[1]);
	return status;
}
