/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/optimize_search.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/optimize_local.h"
#include "decide/portfolio_parts.h"
#include "engine/plan.h"

/* Variants of all parts that are simulated for tables at most. */
#define MOST_VARIANTS 8192

/* Bounds that are added for one budget at most. */
#define MOST_CUTS 200

/* The same where a solver weighs them, which takes longer with each: so many for the first budget, and a few more for
 * each further one, for which those before hold too. What is then not proven is told with its gap. */
#define MOST_SOLVER_CUTS 30
#define FEW_SOLVER_CUTS 5

/* A bound this close to a figure meets it: sums of a million losses differ by less. */
#define CLOSE 1e-9

struct plim_search {
	plim_portfolio *pf;
	plim_portfolio_figure objective;
	bool tables;     /* all variants are known, for TVaR and breach trial by trial */
	plim_set *parts; /* controls of each part */
	double **table;  /* [function x parts + part] */
	size_t functions, capacity;
	plim_set *set; /* all that were weighed one by one, with their figures: when no bound helps */
	double *value;
	size_t sets;
	double *total, *order; /* by trial: scratch */
};

/* ---- tables: sums over trials, each with a weight ---- */

static size_t variants(const plim_search *s, size_t part)
{
	return (size_t)1 << __builtin_popcountll(s->parts[part]);
}

static double **new_function(plim_search *s)
{
	size_t parts = s->pf->parts, needed = (s->functions + 1) * parts;
	if (plim_mem_grow((void **)&s->table, &s->capacity, needed, sizeof *s->table))
		return NULL;
	double **table = s->table + s->functions * parts;
	for (size_t p = 0; p < parts; p++)
		if (!(table[p] = plim_mem_alloc(variants(s, p), sizeof **table)))
			return NULL;
	s->functions++;
	return table;
}

static plim_status tabulate_means(plim_search *s, plim_error *error)
{
	double **table = new_function(s);
	if (!table)
		return plim_error_memory(error, "the choice of controls");
	for (size_t p = 0; p < s->pf->parts; p++) {
		for (size_t v = 0; v < variants(s, p); v++) {
			const plim_variant_losses *losses = plim_portfolio_variant(s->pf, p, plim_subset(s->parts[p], v));
			for (size_t r = 0; r < PLIM_REPLICATES; r++)
				table[p][v] += losses->sum[r];
			table[p][v] /= (double)s->pf->options.trials;
		}
	}
	return PLIM_OK;
}

/* The mean over trials with weights, which sum to 1. */
static plim_status tabulate_weighted(plim_search *s, const double *weight, plim_error *error)
{
	double **table = new_function(s);
	if (!table)
		return plim_error_memory(error, "the choice of controls");
#pragma omp parallel for schedule(dynamic, 1)
	for (size_t p = 0; p < s->pf->parts; p++) {
		for (size_t v = 0; v < variants(s, p); v++) {
			const plim_variant_losses *losses = plim_portfolio_variant(s->pf, p, plim_subset(s->parts[p], v));
			double sum = 0;
			for (uint64_t b = 0; b < s->pf->blocks; b++) {
				const struct plim_block_losses *block = &losses->block[b];
				const double *w = weight + b * PLIM_BLOCK_TRIALS;
				for (uint32_t i = 0; i < block->count; i++)
					sum += w[block->trial[i]] * block->loss[i];
			}
			table[p][v] = sum;
		}
	}
	return PLIM_OK;
}

/* The bound that a set's own worst trials give: it meets the set's TVaR. */
static plim_status add_cut(plim_search *s, plim_set set, plim_error *error)
{
	const uint64_t n = s->pf->options.trials;
	plim_tail_count tail = plim_probability_tail_count(&s->pf->scale.p, n);
	double part = (double)tail.num / (double)tail.den, all = (double)tail.whole + part, left = 0;
	plim_portfolio_total(s->pf, set, s->total);
	memcpy(s->order, s->total, n * sizeof *s->order);
	plim_largest_first(s->order, n, tail.whole + 1);
	double least = s->order[0];
	for (uint64_t i = 0; i <= tail.whole && i < n; i++)
		least = s->order[i] < least ? s->order[i] : least;
	for (uint64_t t = 0; t < n; t++)
		left += s->total[t] > least;
	left = all - left; /* for the trials at the boundary, one after the other */
	for (uint64_t t = 0; t < n; t++) {
		double w = s->total[t] > least ? 1 : 0;
		if (s->total[t] == least && left > 0) {
			w = left < 1 ? left : 1;
			left -= w;
		}
		s->order[t] = w / all;
	}
	return tabulate_weighted(s, s->order, error);
}

static plim_select problem(const plim_search *s, const plim_budget *budget)
{
	return (plim_select){.candidate = s->pf->candidate,
	                     .candidates = s->pf->candidates,
	                     .budget = *budget,
	                     .parts = s->pf->parts,
	                     .part = s->parts,
	                     .functions = s->functions,
	                     .table = (const double *const *)s->table,
	                     .stop = s->pf->options.stop};
}

static plim_status find_mean(plim_search *s, const plim_budget *budget, plim_option *found, plim_error *error)
{
	plim_select select = problem(s, budget);
	plim_status status = plim_select_least(&select, &found->set, &found->found, error);
	found->bound = found->found;
	found->proof = PLIM_PROOF_TABLES;
	return status;
}

static size_t cuts_allowed(const plim_search *s)
{
	if (s->pf->candidates <= PLIM_SELECT_ENUMERATE)
		return MOST_CUTS;
	return s->functions + FEW_SOLVER_CUTS < MOST_SOLVER_CUTS ? MOST_SOLVER_CUTS - s->functions : FEW_SOLVER_CUTS;
}

static plim_status find_tvar(plim_search *s, const plim_budget *budget, plim_option *found, plim_error *error)
{
	plim_status status = PLIM_OK;
	found->found = INFINITY;
	found->proof = PLIM_PROOF_NONE;
	const size_t cuts = cuts_allowed(s);
	for (size_t i = 0; i < cuts && status == PLIM_OK && found->proof == PLIM_PROOF_NONE; i++) {
		plim_select select = problem(s, budget);
		plim_portfolio_value value;
		plim_set set = 0;
		status = plim_select_least(&select, &set, &found->bound, error);
		if (status == PLIM_OK)
			status = plim_portfolio_values(s->pf, &set, 1, false, &value, error);
		if (status != PLIM_OK)
			break;
		if (value.all[PLIM_PORTFOLIO_TVAR] < found->found) {
			found->found = value.all[PLIM_PORTFOLIO_TVAR];
			found->set = set;
		}
		if (found->bound >= found->found - CLOSE * fabs(found->found))
			found->proof = PLIM_PROOF_CUTS;
		else
			status = add_cut(s, set, error);
	}
	if (status == PLIM_OK && found->proof == PLIM_PROOF_NONE)
		status = plim_search_polish(s->pf, s->objective, budget, found, error);
	return status;
}

/* ---- every set weighed ---- */

static plim_status list_sets(plim_search *s, plim_error *error)
{
	const plim_budget all = {INFINITY, INFINITY, INFINITY};
	const size_t n = (size_t)1 << s->pf->candidates;
	s->set = plim_mem_alloc(n, sizeof *s->set);
	s->value = plim_mem_alloc(n, sizeof *s->value);
	if (!s->set || !s->value)
		return plim_error_memory(error, "the choice of controls");
	for (plim_set set = 0; set < n; set++)
		if (plim_select_allows(s->pf->candidate, s->pf->candidates, &all, set))
			s->set[s->sets++] = set;
	return PLIM_OK;
}

static plim_status simulate_sets(plim_search *s, plim_error *error)
{
	plim_status status = list_sets(s, error);
	plim_portfolio_value *value = plim_mem_alloc(64, sizeof *value);
	if (status == PLIM_OK && !value)
		status = plim_error_memory(error, "the choice of controls");
	plim_watch_step(s->pf->watch, "simulation", s->sets);
	for (size_t from = 0; from < s->sets && status == PLIM_OK; from += 64) {
		size_t n = s->sets - from < 64 ? s->sets - from : 64;
		status = plim_portfolio_values(s->pf, s->set + from, n, s->objective == PLIM_PORTFOLIO_MEAN, value, error);
		for (size_t i = 0; i < n; i++)
			s->value[from + i] = value[i].all[s->objective];
	}
	plim_mem_free(value);
	return status;
}

/* The trials whose total may lie on either side of the limit, and how many are above it whatever is chosen. `total`
 * gets a number for each that is in doubt, from 1; 0 for others. */
static plim_status find_doubtful(plim_search *s, uint64_t *above, uint32_t *doubtful, plim_error *error)
{
	const uint64_t n = s->pf->options.trials;
	double *low = plim_mem_alloc(n, sizeof *low), *high = plim_mem_alloc(n, sizeof *high);
	double *one = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *one),
	       *least = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *least),
	       *most = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *most);
	bool good = low && high && one && least && most;
	for (size_t p = 0; p < s->pf->parts && good; p++) {
		for (uint64_t b = 0; b < s->pf->blocks; b++) {
			const uint64_t at = b * PLIM_BLOCK_TRIALS, m = n - at < PLIM_BLOCK_TRIALS ? n - at : PLIM_BLOCK_TRIALS;
			for (size_t v = 0; v < variants(s, p); v++) {
				const struct plim_block_losses *block =
				    &plim_portfolio_variant(s->pf, p, plim_subset(s->parts[p], v))->block[b];
				memset(one, 0, m * sizeof *one);
				for (uint32_t i = 0; i < block->count; i++)
					one[block->trial[i]] += block->loss[i];
				for (uint64_t t = 0; t < m; t++) {
					least[t] = v == 0 || one[t] < least[t] ? one[t] : least[t];
					most[t] = v == 0 || one[t] > most[t] ? one[t] : most[t];
				}
			}
			for (uint64_t t = 0; t < m; t++) {
				low[at + t] += least[t];
				high[at + t] += most[t];
			}
		}
	}
	const double limit = s->pf->scale.loss;
	*above = *doubtful = 0;
	for (uint64_t t = 0; t < n && good; t++) { /* rounding of sums is no doubt to be settled here */
		bool sure = low[t] > limit * (1 + CLOSE), never = high[t] < limit * (1 - CLOSE);
		*above += sure;
		s->total[t] = sure || never ? 0 : ++*doubtful;
	}
	double *const scratch[] = {low, high, one, least, most};
	for (size_t i = 0; i < sizeof scratch / sizeof *scratch; i++)
		plim_mem_free(scratch[i]);
	return good ? PLIM_OK : plim_error_memory(error, "the choice of controls");
}

/* Losses in the doubtful trials: [part][variant][trial in doubt]. */
static plim_status doubtful_losses(const plim_search *s, uint32_t doubtful, double **loss, plim_error *error)
{
	for (size_t p = 0; p < s->pf->parts; p++) {
		loss[p] = plim_mem_alloc(variants(s, p) * doubtful, sizeof **loss);
		if (!loss[p])
			return plim_error_memory(error, "the choice of controls");
		for (size_t v = 0; v < variants(s, p); v++) {
			const plim_variant_losses *from = plim_portfolio_variant(s->pf, p, plim_subset(s->parts[p], v));
			for (uint64_t b = 0; b < s->pf->blocks; b++) {
				const struct plim_block_losses *block = &from->block[b];
				for (uint32_t i = 0; i < block->count; i++) {
					uint32_t number = (uint32_t)s->total[b * PLIM_BLOCK_TRIALS + block->trial[i]];
					if (number)
						loss[p][v * doubtful + number - 1] += block->loss[i];
				}
			}
		}
	}
	return PLIM_OK;
}

static plim_status count_each(plim_search *s, uint64_t above, uint32_t doubtful, double *const *loss, plim_error *error)
{
	bool failed = false;
#pragma omp parallel
	{
		double *sum = plim_mem_alloc(doubtful, sizeof *sum);
#pragma omp for schedule(dynamic, 64)
		for (size_t k = 0; k < s->sets; k++) {
			uint64_t count = above;
			if (!sum) {
#pragma omp atomic write
				failed = true;
				continue;
			}
			memset(sum, 0, doubtful * sizeof *sum);
			for (size_t p = 0; p < s->pf->parts; p++) {
				const double *from = loss[p] + plim_subset_number(s->parts[p], s->set[k] & s->parts[p]) * doubtful;
				for (uint32_t i = 0; i < doubtful; i++)
					sum[i] += from[i];
			}
			for (uint32_t i = 0; i < doubtful; i++)
				count += sum[i] > s->pf->scale.loss;
			s->value[k] = (double)count / (double)s->pf->options.trials;
		}
		plim_mem_free(sum);
	}
	return failed ? plim_error_memory(error, "the choice of controls") : PLIM_OK;
}

static plim_status count_sets(plim_search *s, plim_error *error)
{
	uint64_t above = 0;
	uint32_t doubtful = 0;
	double **loss = plim_mem_alloc(s->pf->parts, sizeof *loss);
	plim_status status = loss ? list_sets(s, error) : plim_error_memory(error, "the choice of controls");
	if (status == PLIM_OK)
		status = find_doubtful(s, &above, &doubtful, error);
	if (status == PLIM_OK)
		status = doubtful_losses(s, doubtful, loss, error);
	if (status == PLIM_OK)
		status = count_each(s, above, doubtful, loss, error);
	for (size_t p = 0; loss && p < s->pf->parts; p++)
		plim_mem_free(loss[p]);
	plim_mem_free(loss);
	return status;
}

/* Among equals the one that costs least a year, then the one of fewest controls. */
static void choose(const plim_search *s, const plim_budget *budget, plim_option *found)
{
	const plim_candidate *candidate = s->pf->candidate;
	const size_t n = s->pf->candidates;
	double yearly = INFINITY;
	found->found = INFINITY;
	for (size_t k = 0; k < s->sets; k++) {
		if (s->value[k] > found->found || !plim_select_allows(candidate, n, budget, s->set[k]))
			continue;
		double cost = plim_select_yearly(candidate, n, s->set[k]);
		if (s->value[k] == found->found &&
		    (cost > yearly || (cost == yearly && __builtin_popcountll(s->set[k]) >= __builtin_popcountll(found->set))))
			continue;
		found->found = s->value[k];
		found->set = s->set[k];
		yearly = cost;
	}
	found->bound = found->found;
	found->proof = s->tables ? PLIM_PROOF_COUNTS : PLIM_PROOF_SIMULATED;
}

/* ---- the search ---- */

static plim_status begin(plim_search *s, plim_error *error)
{
	const size_t n = s->pf->candidates;
	s->parts = plim_mem_alloc(s->pf->parts, sizeof *s->parts);
	s->total = plim_mem_alloc(s->pf->options.trials, sizeof *s->total);
	s->order = plim_mem_alloc(s->pf->options.trials, sizeof *s->order);
	if (!s->parts || !s->total || !s->order)
		return plim_error_memory(error, "the choice of controls");
	for (size_t p = 0; p < s->pf->parts; p++)
		s->parts[p] = s->pf->part[p].set;
	plim_status status =
	    plim_portfolio_simulate_all(s->pf, MOST_VARIANTS, s->objective == PLIM_PORTFOLIO_MEAN, &s->tables, error);
	if (status != PLIM_OK)
		return status;
	if (s->tables && s->objective == PLIM_PORTFOLIO_MEAN)
		return tabulate_means(s, error);
	if (s->tables && s->objective == PLIM_PORTFOLIO_TVAR)
		return add_cut(s, 0, error);
	if (s->tables && n <= PLIM_OPTIMIZE_COUNT)
		return count_sets(s, error);
	s->tables = false;
	return n <= PLIM_OPTIMIZE_SIMULATE ? simulate_sets(s, error) : PLIM_OK;
}

plim_status plim_search_new(plim_portfolio *portfolio, plim_portfolio_figure objective, plim_search **out,
                            plim_error *error)
{
	plim_search *s = plim_mem_alloc(1, sizeof *s);
	if (!s)
		return plim_error_memory(error, "the choice of controls");
	s->pf = portfolio;
	s->objective = objective;
	plim_status status = begin(s, error);
	if (status != PLIM_OK)
		plim_search_free(&s);
	*out = s;
	return status;
}

void plim_search_free(plim_search **search)
{
	plim_search *s = *search;
	if (!s)
		return;
	for (size_t i = 0; i < s->functions * s->pf->parts; i++)
		plim_mem_free(s->table[i]);
	plim_mem_free(s->table);
	plim_mem_free(s->parts);
	plim_mem_free(s->set);
	plim_mem_free(s->value);
	plim_mem_free(s->total);
	plim_mem_free(s->order);
	plim_mem_free(s);
	*search = NULL;
}

plim_status plim_search_find(plim_search *s, const plim_budget *budget, plim_option *found, plim_error *error)
{
	if (s->sets) {
		choose(s, budget, found);
		return PLIM_OK;
	}
	if (!s->tables)
		return plim_search_local(s->pf, s->objective, budget, found, error);
	return s->objective == PLIM_PORTFOLIO_MEAN ? find_mean(s, budget, found, error)
	                                           : find_tvar(s, budget, found, error);
}
