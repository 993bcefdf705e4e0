/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "decide/avoided.h"
#include "decide/optimize_local.h"
#include "decide/optimize_search.h"
#include "decide/portfolio.h"

enum { CONTROLS = 6, SETS = 1 << CONTROLS, TRIALS = 16000 };

/* Threats that are alone, that stop a network together, and that are insured together; controls on one or several, of
 * every kind: on attempts, losses and components, outages and stocks, in part and from a later day. */
static const char head[] =
    "plimsoll: 1\n"
    "name: parts\n"
    "currency: EUR\n"
    "nodes:\n"
    "  - {id: mill}\n"
    "  - {id: plant, region: a}\n"
    "  - {id: shop, region: b, margin_per_day: 9e3}\n"
    "links:\n"
    "  - {from: mill, to: plant, item: flour, buffer_days: 2}\n"
    "  - {from: plant, to: shop, item: bread}\n"
    "threats:\n"
    "  - {id: fraud, frequency: {poisson: {rate: {uniform: {min: 0.5, max: 2}}}}, vulnerability: 0.6,\n"
    "     losses: {cash: {lognormal: {median: 5e3, sigma: 1}}, fees: {uniform: {min: 1e3, max: 3e3}}}}\n"
    "  - {id: theft, where: {nodes: {}}, frequency: {poisson: {rate: 0.4}}, loss: {lognormal: {median: 2e4, sigma: "
    "1.2}}}\n"
    "  - {id: fire, where: {nodes: {id: plant}}, frequency: {poisson: {rate: 0.3}}, loss: {fixed: 3e4},\n"
    "     outage_days: {uniform: {min: 2, max: 40}}}\n"
    "  - {id: strike, where: {nodes: {id: [mill, plant]}}, frequency: {poisson: {rate: 0.5}},\n"
    "     outage_days: {uniform: {min: 1, max: 20}}}\n"
    "  - {id: cargo, frequency: {poisson: {rate: 0.8}}, loss: {lognormal: {median: 4e4, sigma: 1}}}\n"
    "controls:\n"
    "  - {id: c0, against: [fraud, cargo], reduces: {frequency: 0.4}, coverage: 0.8, cost: {capital: 10e3, annual: "
    "500}}\n"
    "  - {id: c1, against: [fraud], reduces: {losses: {cash: 0.7}}, cost: {capital: 4e3, life_years: 5}}\n"
    "  - {id: c2, where: {nodes: {region: a}}, against: [theft, fire], reduces: {loss: 0.5, outage_days: 0.3},\n"
    "     coverage: 0.7, cost: {capital: 20e3, annual: 1e3}}\n"
    "  - {id: c3, adds: {buffer_days: 5}, cost: {annual: 6e3}, excludes: [c5]}\n"
    "  - {id: c4, against: [strike], reduces: {vulnerability: 0.5}, start_day: 100, cost: {annual: 2e3}, requires: "
    "[c3]}\n"
    "  - {id: c5, against: [cargo, theft], reduces: {frequency: 0.6}, reliability: 0.9, cost: {capital: 30e3}}\n"
    "insurance:\n"
    "  - {id: policy, covers: [cargo, theft], deductible: 20e3, limit: 1e5, aggregate_limit: 2e5, premium: 1e4}\n"
    "scenarios:\n"
    "  - {id: now, controls: []}\n";

static plim_model *load(const char *text)
{
	plim_model_text file = {.name = "", .bytes = (char *)text, .length = strlen(text)};
	plim_model *model = NULL;
	plim_error error;
	plim_status status = plim_model_read_kept(&file, 1, &model, &error);
	cr_assert_eq(status, PLIM_OK, "%s", error.text);
	return model;
}

static plim_portfolio *portfolio_of(const plim_model *model, uint64_t memory)
{
	plim_portfolio *pf = NULL;
	plim_error error;
	plim_portfolio_scale scale = {.loss = 200e3};
	plim_run_options options = plim_run_options_default();
	options.trials = TRIALS;
	options.memory_limit = memory;
	cr_assert_eq(plim_probability_parse("0.99", &scale.p, &error), PLIM_OK);
	plim_status status = plim_portfolio_new(model, NULL, NULL, &scale, &options, &pf, &error);
	cr_assert_eq(status, PLIM_OK, "%s", error.text);
	return pf;
}

/* A scenario for each set that is coherent, run by the engine as a whole. */
static plim_results *run_all(const plim_portfolio *pf, const plim_set *set, size_t count)
{
	plim_text text = {0};
	plim_results *results = NULL;
	plim_error error;
	plim_text_add(&text, head);
	for (size_t k = 0; k < count; k++) {
		plim_text_add_format(&text, "  - {id: s%zu, controls: [", k);
		for (size_t i = 0, n = 0; i < CONTROLS; i++)
			if (set[k] >> i & 1)
				plim_text_add_format(&text, "%sc%zu", n++ ? ", " : "", i);
		plim_text_add(&text, "]}\n");
	}
	plim_model *model = load(text.data);
	plim_run_options options = pf->options;
	options.memory_limit = 0;
	plim_status status = plim_run(model, &options, &results, &error);
	cr_assert_eq(status, PLIM_OK, "%s", error.text);
	plim_model_free(&model);
	plim_text_free(&text);
	return results;
}

static size_t coherent(const plim_portfolio *pf, plim_set *set)
{
	size_t count = 0;
	for (plim_set s = 0; s < SETS; s++)
		if (plim_portfolio_coherent(pf, s))
			set[count++] = s;
	return count;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* One part after the other, and the totals of any set are those of a run of its scenario. */
Test(decide_portfolio, totals_are_those_of_the_scenario)
{
	static const uint64_t limit[] = {0, 1};
	plim_model *model = load(head);
	plim_set set[SETS];
	double *total = plim_mem_alloc(TRIALS, sizeof *total);
	plim_portfolio *pf = portfolio_of(model, 0);
	size_t all = coherent(pf, set), count = 0;
	cr_assert_eq(pf->candidates, CONTROLS);
	cr_assert_gt(pf->parts, 1);
	for (size_t k = 0; k < all; k += 9) /* with the empty one and all kinds of others */
		set[count++] = set[k];
	plim_results *r = run_all(pf, set, count);
	plim_portfolio_free(&pf);
	for (size_t m = 0; m < 2; m++) { /* with all losses kept, and dropped at once */
		plim_portfolio_value value[SETS];
		plim_error error;
		pf = portfolio_of(model, limit[m]);
		cr_assert_eq(plim_portfolio_values(pf, set, count, false, value, &error), PLIM_OK);
		for (size_t k = 0; k < count; k++) {
			char id[24];
			snprintf(id, sizeof id, "s%zu", k);
			const double *ylt = plim_results_ylt(r, (uint32_t)plim_results_scenario(r, id), PLIM_PERSPECTIVE_NET);
			double mean = 0, above = 0;
			for (size_t t = 0; t < TRIALS; t++) {
				mean += ylt[t] / TRIALS;
				above += (ylt[t] > pf->scale.loss) / (double)TRIALS;
			}
			if (m == 0) {
				plim_portfolio_total(pf, set[k], total);
				for (size_t t = 0; t < TRIALS; t++)
					cr_assert(fabs(total[t] - ylt[t]) <= 1e-9 * (1 + ylt[t]), "set %zu, trial %zu: %.17g, not %.17g", k,
					          t, total[t], ylt[t]);
			}
			memcpy(total, ylt, TRIALS * sizeof *total);
			qsort(total, TRIALS, sizeof *total, ascending);
			cr_assert_float_eq(value[k].all[PLIM_PORTFOLIO_MEAN], mean, 1e-9 * mean);
			cr_assert_float_eq(value[k].all[PLIM_PORTFOLIO_BREACH], above, 1e-9);
			double tvar = plim_sorted_tvar(total, TRIALS, &pf->scale.p);
			cr_assert_float_eq(value[k].all[PLIM_PORTFOLIO_TVAR], tvar, 1e-9 * tvar);
		}
		plim_portfolio_free(&pf);
	}
	plim_results_free(&r);
	plim_model_free(&model);
	plim_mem_free(total);
}

/* The search by bounds and counts finds what weighing every set finds. */
Test(decide_portfolio, the_search_finds_the_best_of_all_sets)
{
	static const plim_budget budget[] = {{0, 0, 0},
	                                     {15e3, INFINITY, INFINITY},
	                                     {INFINITY, 25e3, 5e3},
	                                     {40e3, INFINITY, INFINITY},
	                                     {INFINITY, INFINITY, INFINITY}};
	plim_model *model = load(head);
	plim_set set[SETS];
	plim_portfolio_value value[SETS];
	plim_error error;
	plim_portfolio *pf = portfolio_of(model, 0);
	size_t count = coherent(pf, set);
	cr_assert_eq(plim_portfolio_values(pf, set, count, false, value, &error), PLIM_OK);
	for (int f = 0; f < PLIM_PORTFOLIO_FIGURES; f++) {
		plim_search *search = NULL;
		cr_assert_eq(plim_search_new(pf, (plim_portfolio_figure)f, &search, &error), PLIM_OK);
		for (size_t b = 0; b < sizeof budget / sizeof *budget; b++) {
			plim_option found = {0};
			double best = INFINITY;
			for (size_t k = 0; k < count; k++)
				if (plim_select_allows(pf->candidate, CONTROLS, &budget[b], set[k]))
					best = fmin(best, value[k].all[f]);
			cr_assert_eq(plim_search_find(search, &budget[b], &found, &error), PLIM_OK);
			cr_assert_neq(found.proof, PLIM_PROOF_NONE);
			cr_assert(plim_select_allows(pf->candidate, CONTROLS, &budget[b], found.set));
			cr_assert(fabs(found.found - best) <= 1e-8 * best, "figure %d, budget %zu: %.17g instead of %.17g", f, b,
			          found.found, best);
		}
		plim_search_free(&search);
	}
	plim_portfolio_free(&pf);
	plim_model_free(&model);
}

/* Amounts that are certain, so a set avoids the sum of what its controls avoid: 2, 6, 6 and 10 for 1, 5, 5 and 10. With
 * 10 to spend the best are the two of 6. By gain the climb begins with the one of 10, which leaves room for nothing; by
 * gain for the money it begins with the one of 2, and then has room for one of 6. Nothing can be added to either end,
 * and what is dropped is lost. Only a swap leads on: the other one of 6 for that of 2. */
static const char stairs[] = "plimsoll: 1\n"
                             "name: stairs\n"
                             "currency: EUR\n"
                             "threats:\n"
                             "  - {id: t0, frequency: {fixed: {count: 1}}, loss: {fixed: 2}}\n"
                             "  - {id: t1, frequency: {fixed: {count: 1}}, loss: {fixed: 6}}\n"
                             "  - {id: t2, frequency: {fixed: {count: 1}}, loss: {fixed: 6}}\n"
                             "  - {id: t3, frequency: {fixed: {count: 1}}, loss: {fixed: 10}}\n"
                             "controls:\n"
                             "  - {id: c0, against: [t0], reduces: {loss: 1}, cost: {annual: 1}}\n"
                             "  - {id: c1, against: [t1], reduces: {loss: 1}, cost: {annual: 5}}\n"
                             "  - {id: c2, against: [t2], reduces: {loss: 1}, cost: {annual: 5}}\n"
                             "  - {id: c3, against: [t3], reduces: {loss: 1}, cost: {annual: 10}}\n"
                             "scenarios:\n"
                             "  - {id: now, controls: []}\n";

enum { STAIRS = 4, SMALL = 1, FIRST = 2, SECOND = 4, LARGE = 8 };

/* True if no set with one control more or one less does better within the budget. */
static bool is_end_without_swaps(const plim_portfolio *pf, const plim_budget *budget, const double *left, plim_set set)
{
	bool end = true;
	for (size_t i = 0; i < STAIRS; i++) {
		const plim_set next = set ^ (plim_set)1 << i;
		end &= !(plim_select_allows(pf->candidate, STAIRS, budget, next) && left[next] < left[set]);
	}
	return end;
}

Test(decide_portfolio, a_climb_swaps_where_adding_and_dropping_end)
{
	const plim_budget budget = {10, INFINITY, INFINITY};
	plim_model *model = load(stairs);
	plim_portfolio *pf = portfolio_of(model, 0);
	plim_error error;
	for (int f = PLIM_PORTFOLIO_MEAN; f <= PLIM_PORTFOLIO_TVAR; f++) {
		plim_set set[1 << STAIRS], best = 0;
		plim_portfolio_value value[1 << STAIRS];
		double left[1 << STAIRS];
		for (plim_set s = 0; s < 1 << STAIRS; s++)
			set[s] = s;
		cr_assert_eq(plim_portfolio_values(pf, set, 1 << STAIRS, false, value, &error), PLIM_OK);
		for (plim_set s = 0; s < 1 << STAIRS; s++) {
			left[s] = value[s].all[f];
			if (plim_select_allows(pf->candidate, STAIRS, &budget, s) && left[s] < left[best])
				best = s;
		}
		cr_assert_eq(best, FIRST | SECOND);
		cr_assert_float_eq(left[best], 12, 1e-9);
		cr_assert(is_end_without_swaps(pf, &budget, left, LARGE));
		cr_assert(is_end_without_swaps(pf, &budget, left, SMALL | FIRST));
		cr_assert(is_end_without_swaps(pf, &budget, left, SMALL | SECOND));

		plim_option found = {0};
		cr_assert_eq(plim_search_local(pf, (plim_portfolio_figure)f, &budget, &found, &error), PLIM_OK);
		cr_assert_eq(found.set, best);
		cr_assert_float_eq(found.found, left[best], 1e-9);
		found = (plim_option){.set = SMALL | FIRST, .found = left[SMALL | FIRST]};
		cr_assert_eq(plim_search_polish(pf, (plim_portfolio_figure)f, &budget, &found, &error), PLIM_OK);
		cr_assert_eq(found.set, best);
		cr_assert_float_eq(found.found, left[best], 1e-9);
		/* one swap from the large one makes it worse, so there it stays */
		found = (plim_option){.set = LARGE, .found = left[LARGE]};
		cr_assert_eq(plim_search_polish(pf, (plim_portfolio_figure)f, &budget, &found, &error), PLIM_OK);
		cr_assert_eq(found.set, LARGE);
	}
	plim_portfolio_free(&pf);
	plim_model_free(&model);
}

static void count_steps(const plim_watch *watch, void *data)
{
	size_t *told = data;
	*told += watch->done == 0 && watch->at_hand == 0; /* as a step begins */
	cr_assert(watch->all == 0 || watch->sets <= (double)watch->all, "%s: %g of %lu", watch->step, watch->sets,
	          (unsigned long)watch->all);
}

/* A watch sees every step, all of the last one, and every trial that was simulated. */
Test(decide_portfolio, a_watch_sees_all_that_is_done)
{
	plim_model *model = load(head);
	plim_error error;
	plim_optimum optimum = {0};
	plim_avoided avoided = {0};
	size_t steps = 0;
	plim_watch watch = {.tell = count_steps, .data = &steps};
	plim_optimize_options how = {
	    .objective = PLIM_PORTFOLIO_TVAR, .scale.loss = NAN, .steps = 3, .phase = NAN, .fresh_seed = 7};
	how.budget = (plim_budget){40e3, INFINITY, INFINITY};
	how.run = plim_run_options_default();
	how.run.trials = TRIALS;
	how.watch = &watch;
	cr_assert_eq(plim_probability_parse("0.99", &how.scale.p, &error), PLIM_OK);
	cr_assert_eq(plim_optimize(model, &how, &optimum, &error), PLIM_OK);
	cr_assert_eq(steps, 5); /* simulation, search, frontier, roadmap, fresh sample */
	cr_assert_str_eq(watch.step, "fresh sample");
	cr_assert_eq(watch.all, 3 + optimum.frontiers + optimum.steps); /* what is in force, the best, and even spending */
	cr_assert_eq(watch.sets, (double)watch.all);
	cr_assert_eq(watch.trials, (double)optimum.scenarios * TRIALS);
	plim_optimum_clear(&optimum);

	const plim_avoided_options share = {.figure = PLIM_PORTFOLIO_TVAR,
	                                    .scale = how.scale,
	                                    .run = how.run,
	                                    .displace = {.share = {0.5, 1}, .shares = 2},
	                                    .watch = &watch};
	watch = (plim_watch){.tell = count_steps, .data = &steps};
	steps = 0;
	cr_assert_eq(plim_avoided_loss(model, &share, &avoided, &error), PLIM_OK);
	cr_assert_eq(steps, 4); /* controls, clauses, Shapley values, displacement */
	cr_assert_str_eq(watch.step, "displacement");
	cr_assert_eq(watch.all, CONTROLS + 1);
	cr_assert_eq(watch.sets, (double)watch.all);
	const uint64_t displaced = (CONTROLS + 1) * 4; /* before, after, and two shares */
	cr_assert_eq(watch.trials, (double)(avoided.portfolio->simulated + displaced) * TRIALS);
	plim_avoided_clear(&avoided);
	plim_model_free(&model);
}

Test(decide_portfolio, controls_without_what_they_require_do_not_work)
{
	plim_model *model = load(head);
	plim_portfolio *pf = portfolio_of(model, 0);
	cr_assert_eq(plim_portfolio_working(pf, 1 << 4), 0);
	cr_assert_eq(plim_portfolio_working(pf, 1 << 4 | 1 << 3), 1 << 4 | 1 << 3);
	cr_assert(!plim_portfolio_coherent(pf, 1 << 4));
	cr_assert(!plim_portfolio_coherent(pf, 1 << 5 | 1 << 3));
	cr_assert(plim_portfolio_coherent(pf, 1 << 5 | 1 << 2));
	plim_portfolio_free(&pf);
	plim_model_free(&model);
}
