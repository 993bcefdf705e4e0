/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/optimize.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/optimize_local.h"
#include "decide/optimize_search.h"
#include "decide/portfolio_parts.h"

const char *plim_proof_text(plim_proof proof, size_t candidates)
{
	switch (proof) {
	case PLIM_PROOF_TABLES:
		return candidates <= PLIM_SELECT_ENUMERATE
		           ? "exact in the sample: every portfolio was weighed"
		           : "exact in the sample: a mixed-integer program solved by branch and cut";
	case PLIM_PROOF_CUTS: return "exact in the sample: bounds from worst trials meet the portfolio";
	case PLIM_PROOF_COUNTS: return "exact in the sample: every portfolio was counted";
	case PLIM_PROOF_SIMULATED: return "exact in the sample: every portfolio was simulated";
	case PLIM_PROOF_NONE: break;
	}
	return "best found: not proven";
}

plim_interval plim_interval_of(const plim_portfolio_value *value, const plim_portfolio_value *less, int figure)
{
	double replicate[PLIM_REPLICATES], all = value->all[figure];
	for (size_t r = 0; r < PLIM_REPLICATES; r++) {
		replicate[r] = value->replicate[figure][r];
		if (less)
			replicate[r] = less->replicate[figure][r] - replicate[r];
	}
	if (less)
		all = less->all[figure] - all;
	double half = plim_replicate_half(replicate, PLIM_REPLICATES);
	return (plim_interval){all, all - half, all + half};
}

/* ---- the search ---- */

static void price(const plim_portfolio *pf, plim_option *option)
{
	option->cost = plim_select_cost(pf->candidate, pf->candidates, option->set);
	option->yearly = plim_select_yearly(pf->candidate, pf->candidates, option->set);
}

static plim_option no_option(plim_set set)
{
	return (plim_option){.set = set, .limit = NAN, .found = NAN, .bound = NAN};
}

static double *varied(plim_optimum *o, plim_budget *budget)
{
	const plim_budget *given = &o->options.budget;
	bool capital = isinf(given->outlay) && !isinf(given->capital);
	bool running = isinf(given->outlay) && isinf(given->capital) && !isinf(given->running);
	o->frontier_of = capital ? "capital" : running ? "running" : "outlay";
	return capital ? &budget->capital : running ? &budget->running : &budget->outlay;
}

/* Budgets from nothing to all controls in even steps, and the one that was given. */
static size_t list_levels(plim_optimum *o, double *level)
{
	const plim_portfolio *pf = o->portfolio;
	plim_budget all = plim_select_cost(pf->candidate, pf->candidates, ~(plim_set)0 >> (64 - pf->candidates));
	plim_budget given = o->options.budget;
	double most = *varied(o, &all), own = *varied(o, &given);
	size_t count = 0;
	for (unsigned i = 0; i <= o->options.steps; i++) {
		double next = most * i / o->options.steps, before = count ? level[count - 1] : -1;
		if (own > before && own < next)
			level[count++] = own;
		if (next > before)
			level[count++] = next;
	}
	return count;
}

static plim_status draw_frontier(plim_optimum *o, plim_search *search, plim_error *error)
{
	plim_status status = PLIM_OK;
	double *level = plim_mem_alloc(o->options.steps + 2, sizeof *level);
	o->frontier = plim_mem_alloc(o->options.steps + 2, sizeof *o->frontier);
	if (!level || !o->frontier)
		status = plim_error_memory(error, "the frontier");
	size_t count = status == PLIM_OK && o->options.steps ? list_levels(o, level) : 0;
	plim_watch_step(o->portfolio->watch, "frontier", 0);
	for (size_t i = 0; i < count && status == PLIM_OK; i++) {
		plim_budget budget = o->options.budget;
		plim_option *option = &o->frontier[o->frontiers];
		*varied(o, &budget) = level[i];
		*option = no_option(0);
		option->limit = level[i];
		status = plim_search_find(search, &budget, option, error);
		price(o->portfolio, option);
		/* a larger budget that buys nothing better is no new point */
		o->frontiers += o->frontiers == 0 || option[-1].set != option->set;
	}
	plim_mem_free(level);
	return status;
}

/* ---- the roadmap ---- */

/* The control, with what it requires, that avoids most for each unit of yearly cost after `set`. */
static plim_status next_step(plim_optimum *o, plim_set set, plim_road_step *step, plim_error *error)
{
	plim_portfolio *pf = o->portfolio;
	plim_set list[PLIM_PORTFOLIO_CONTROLS + 1];
	plim_portfolio_value *value = plim_mem_alloc(PLIM_PORTFOLIO_CONTROLS + 1, sizeof *value);
	size_t count = 1;
	list[0] = set;
	for (size_t i = 0; i < pf->candidates; i++)
		if (o->best.set & ~set & (plim_set)1 << i)
			list[count++] = plim_set_with(pf, set, i);
	plim_status status =
	    value ? plim_portfolio_values(pf, list, count, true, value, error) : plim_error_memory(error, "the roadmap");
	step->ratio = -INFINITY;
	for (size_t k = 1; k < count && status == PLIM_OK; k++) {
		plim_set added = list[k] & ~set;
		double cost = plim_select_yearly(pf->candidate, pf->candidates, added);
		double gain =
		    (value[0].all[PLIM_PORTFOLIO_MEAN] - value[k].all[PLIM_PORTFOLIO_MEAN]) / pf->model->horizon_years;
		double ratio = cost > 0 ? gain / cost : gain > 0 ? INFINITY : 0;
		if (ratio > step->ratio) {
			step->ratio = ratio;
			step->added = added;
		}
	}
	plim_mem_free(value);
	return status;
}

/* The phase in which the money so far is there. */
static unsigned phase_of(const plim_optimum *o, double outlay, unsigned before)
{
	double phase = ceil(outlay / o->options.phase - 1e-9);
	if (isnan(o->options.phase))
		return 0;
	phase = phase < 1 ? 1 : phase > 1e6 ? 1e6 : phase;
	return (unsigned)phase > before ? (unsigned)phase : before;
}

static plim_status make_road(plim_optimum *o, plim_error *error)
{
	plim_status status = PLIM_OK;
	o->road = plim_mem_alloc(PLIM_PORTFOLIO_CONTROLS, sizeof *o->road);
	if (!o->road)
		return plim_error_memory(error, "the roadmap");
	plim_watch_step(o->portfolio->watch, "roadmap", 0);
	for (plim_set set = 0; set != o->best.set && status == PLIM_OK;) {
		plim_road_step *step = &o->road[o->steps];
		status = next_step(o, set, step, error);
		if (status != PLIM_OK)
			break;
		set |= step->added;
		step->after = no_option(set);
		price(o->portfolio, &step->after);
		step->phase = phase_of(o, step->after.cost.outlay, o->steps ? step[-1].phase : 0);
		o->steps++;
	}
	return status;
}

/* ---- the same money for all alike ---- */

/* Controls that can stand together, in the order of the file's names. */
static plim_set compatible(const plim_portfolio *pf)
{
	plim_set set = 0;
	for (size_t i = 0; i < pf->candidates; i++)
		if (!(pf->candidate[i].excludes & (set | (plim_set)1 << i)))
			set |= (plim_set)1 << i;
	return plim_portfolio_working(pf, set);
}

static double share_of(double budget, double all)
{
	return all > budget ? budget / all : 1;
}

/* A model in which each control of the set is rolled out to a share of what it covers. */
static plim_status spread_out(const plim_optimum *o, plim_set set, double share, plim_model *model, plim_error *error)
{
	const plim_portfolio *pf = o->portfolio;
	*model = *pf->model;
	model->control = plim_mem_alloc(model->controls, sizeof *model->control);
	if (!model->control)
		return plim_error_memory(error, "the uniform spending");
	memcpy(model->control, pf->model->control, model->controls * sizeof *model->control);
	for (size_t i = 0; i < pf->candidates; i++) {
		plim_number *coverage = &model->control[pf->candidate[i].control].coverage;
		if (!(set >> i & 1))
			continue;
		if (coverage->law)
			coverage->value = plim_amount_mean(coverage->law);
		coverage->law = NULL;
		coverage->value *= share;
	}
	return PLIM_OK;
}

static plim_status spend_evenly(plim_optimum *o, const plim_run_options *fresh, const plim_portfolio_value *before,
                                plim_portfolio_value *value, plim_error *error)
{
	const plim_portfolio *pf = o->portfolio;
	plim_portfolio *spread = NULL;
	plim_model model = {0};
	plim_option *u = &o->uniform;
	*u = no_option(compatible(pf));
	price(pf, u);
	o->rollout = fmin(
	    fmin(share_of(o->options.budget.outlay, u->cost.outlay), share_of(o->options.budget.capital, u->cost.capital)),
	    share_of(o->options.budget.running, u->cost.running));
	plim_status status = spread_out(o, u->set, o->rollout, &model, error);
	if (status == PLIM_OK)
		status =
		    plim_portfolio_new(&model, o->options.from, o->options.controls, &o->options.scale, fresh, &spread, error);
	if (status == PLIM_OK) {
		spread->watch = pf->watch;
		status = plim_portfolio_values(spread, &u->set, 1, false, value, error);
	}
	for (int f = 0; f < PLIM_PORTFOLIO_FIGURES && status == PLIM_OK; f++) {
		u->figure[f] = plim_interval_of(value, NULL, f);
		u->avoided[f] = plim_interval_of(value, before, f);
	}
	u->cost.outlay *= o->rollout;
	u->cost.capital *= o->rollout;
	u->cost.running *= o->rollout;
	u->yearly *= o->rollout;
	plim_portfolio_free(&spread);
	plim_mem_free(model.control);
	return status;
}

/* ---- the fresh sample ---- */

static size_t list_options(plim_optimum *o, plim_option **list)
{
	size_t count = 0;
	list[count++] = &o->before;
	list[count++] = &o->best;
	for (size_t i = 0; i < o->frontiers; i++)
		list[count++] = &o->frontier[i];
	for (size_t i = 0; i < o->steps; i++)
		list[count++] = &o->road[i].after;
	return count;
}

static plim_status evaluate(plim_portfolio *fresh, plim_option **list, size_t count, plim_portfolio_value *value,
                            plim_error *error)
{
	plim_set *set = plim_mem_alloc(count, sizeof *set);
	if (!set)
		return plim_error_memory(error, "the fresh sample");
	for (size_t i = 0; i < count; i++)
		set[i] = list[i]->set;
	plim_status status = plim_portfolio_values(fresh, set, count, false, value, error);
	for (size_t i = 0; i < count && status == PLIM_OK; i++) {
		for (int f = 0; f < PLIM_PORTFOLIO_FIGURES; f++) {
			list[i]->figure[f] = plim_interval_of(&value[i], NULL, f);
			list[i]->avoided[f] = plim_interval_of(&value[i], &value[0], f);
		}
	}
	plim_mem_free(set);
	return status;
}

static plim_status look_again(plim_optimum *o, plim_error *error)
{
	plim_run_options run = o->options.run;
	plim_portfolio *fresh = NULL;
	size_t most = 2 + o->frontiers + o->steps;
	plim_option **list = plim_mem_alloc(most, sizeof *list);
	plim_portfolio_value *value = plim_mem_alloc(most + 1, sizeof *value);
	plim_status status = list && value ? PLIM_OK : plim_error_memory(error, "the fresh sample");
	run.seed = o->options.fresh_seed;
	if (status == PLIM_OK)
		status = plim_portfolio_new(o->portfolio->model, o->options.from, o->options.controls, &o->options.scale, &run,
		                            &fresh, error);
	if (status == PLIM_OK) {
		const size_t count = list_options(o, list);
		fresh->watch = o->portfolio->watch;
		plim_watch_step(fresh->watch, "fresh sample", count + 1); /* the last one spends evenly */
		status = evaluate(fresh, list, count, value, error);
	}
	if (status == PLIM_OK)
		status = spend_evenly(o, &run, &value[0], &value[most], error);
	if (fresh)
		o->scenarios += fresh->simulated + 1;
	plim_portfolio_free(&fresh);
	plim_mem_free(list);
	plim_mem_free(value);
	return status;
}

/* ---- all of it ---- */

static plim_status search(plim_optimum *o, plim_error *error)
{
	plim_search *s = NULL;
	plim_status status = plim_search_new(o->portfolio, o->options.objective, &s, error);
	o->before = no_option(0);
	o->best = no_option(0);
	plim_watch_step(o->portfolio->watch, "search", 0);
	if (status == PLIM_OK)
		status = plim_search_find(s, &o->options.budget, &o->best, error);
	price(o->portfolio, &o->best);
	if (status == PLIM_OK)
		status = draw_frontier(o, s, error);
	plim_search_free(&s);
	return status;
}

plim_status plim_optimize(const plim_model *model, const plim_optimize_options *options, plim_optimum *optimum,
                          plim_error *error)
{
	plim_optimum o = {.options = *options, .frontier_of = "outlay"};
	if (options->objective == PLIM_PORTFOLIO_BREACH && isnan(options->scale.loss))
		return plim_error_set(error, PLIM_ERROR_USAGE, "a breach needs the loss that is not to be exceeded");
	plim_status status = plim_portfolio_new(model, options->from, options->controls, &options->scale, &options->run,
	                                        &o.portfolio, error);
	if (status == PLIM_OK) {
		o.portfolio->watch = options->watch;
		status = search(&o, error);
	}
	if (status == PLIM_OK)
		status = make_road(&o, error);
	if (status == PLIM_OK) {
		o.interacts = o.portfolio->interacts;
		o.scenarios = o.portfolio->simulated;
		plim_portfolio_drop(o.portfolio);
		status = look_again(&o, error);
	}
	if (status != PLIM_OK)
		plim_optimum_clear(&o);
	else
		*optimum = o;
	return status;
}

void plim_optimum_clear(plim_optimum *o)
{
	plim_portfolio_free(&o->portfolio);
	plim_mem_free(o->frontier);
	plim_mem_free(o->road);
	*o = (plim_optimum){0};
}
