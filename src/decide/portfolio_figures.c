/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of portfolios from the losses of their parts. */
#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/portfolio_parts.h"
#include "engine/plan.h"

/* Sets that are simulated before their losses may be dropped again. */
#define TOGETHER 64

uint64_t plim_subset_number(plim_set set, plim_set subset)
{
	uint64_t k = 0;
	for (uint64_t bit = 1; set; set &= set - 1, bit <<= 1)
		if (subset & set & -set)
			k |= bit;
	return k;
}

static void swap(double *a, double *b)
{
	double kept = *a;
	*a = *b;
	*b = kept;
}

static double middle(double a, double b, double c)
{
	double low = a < b ? a : b, high = a < b ? b : a;
	return c < low ? low : c > high ? high : c;
}

/* Hoare's selection; the middle of three as the pivot, so that sorted values are no bad case. */
void plim_largest_first(double *x, size_t n, size_t k)
{
	if (k == 0 || k >= n)
		return;
	for (ptrdiff_t low = 0, high = (ptrdiff_t)n - 1, last = (ptrdiff_t)k - 1; low < high;) {
		double pivot = middle(x[low], x[low + (high - low) / 2], x[high]);
		ptrdiff_t i = low, j = high;
		while (i <= j) {
			while (x[i] > pivot)
				i++;
			while (x[j] < pivot)
				j--;
			if (i <= j)
				swap(&x[i++], &x[j--]);
		}
		/* x[low .. j] >= pivot >= x[i .. high], and what lies between is the pivot */
		if (last > j && last < i)
			return;
		low = last <= j ? low : i;
		high = last <= j ? j : high;
	}
}

/* Mean of the worst 1 - p of n values; changes their order. */
static double tail_mean(double *x, uint64_t n, const plim_probability *p)
{
	plim_tail_count tail = plim_probability_tail_count(p, n);
	double part = (double)tail.num / (double)tail.den, sum = 0, next = 0;
	if (n == 0)
		return NAN;
	plim_largest_first(x, n, tail.whole);
	for (uint64_t i = 0; i < tail.whole; i++)
		sum += x[i];
	for (uint64_t i = tail.whole; part > 0 && i < n; i++)
		next = x[i] > next ? x[i] : next;
	return (sum + part * next) / ((double)tail.whole + part);
}

void plim_portfolio_total(const plim_portfolio *pf, plim_set set, double *total)
{
	memset(total, 0, pf->options.trials * sizeof *total);
	for (size_t p = 0; p < pf->parts; p++) {
		const plim_variant_losses *v = plim_portfolio_variant(pf, p, set);
		for (uint64_t b = 0; b < pf->blocks; b++) {
			const struct plim_block_losses *block = &v->block[b];
			double *at = total + b * PLIM_BLOCK_TRIALS;
			for (uint32_t i = 0; i < block->count; i++)
				at[block->trial[i]] += block->loss[i];
		}
	}
}

static void mean_of(const plim_portfolio *pf, plim_set set, plim_portfolio_value *value)
{
	double all = 0;
	for (size_t r = 0; r < PLIM_REPLICATES; r++) {
		double sum = 0;
		for (size_t p = 0; p < pf->parts; p++)
			sum += plim_portfolio_variant(pf, p, set)->sum[r];
		value->replicate[PLIM_PORTFOLIO_MEAN][r] = sum / (double)pf->trials_of[r];
		all += sum;
	}
	value->all[PLIM_PORTFOLIO_MEAN] = all / (double)pf->options.trials;
	for (int f = PLIM_PORTFOLIO_TVAR; f <= PLIM_PORTFOLIO_BREACH; f++) {
		value->all[f] = NAN;
		for (size_t r = 0; r < PLIM_REPLICATES; r++)
			value->replicate[f][r] = NAN;
	}
}

/* TVaR and breach of the totals of all trials, whose order is lost; `scratch` has room for as many. */
static void tail_of(const plim_portfolio *pf, double *total, double *scratch, plim_portfolio_value *value)
{
	const uint64_t n = pf->options.trials;
	uint64_t start[PLIM_REPLICATES + 1] = {0}, above[PLIM_REPLICATES] = {0}, all = 0;
	for (size_t r = 0; r < PLIM_REPLICATES; r++)
		start[r + 1] = start[r] + pf->trials_of[r];
	for (uint64_t t = 0; t < n; t++) {
		int r = plim_replicate_of(&(const plim_trial_range){.n = n}, t);
		scratch[start[r]++] = total[t];
		above[r] += total[t] > pf->scale.loss;
	}
	for (size_t r = 0; r < PLIM_REPLICATES; r++) {
		value->replicate[PLIM_PORTFOLIO_TVAR][r] =
		    tail_mean(scratch + start[r] - pf->trials_of[r], pf->trials_of[r], &pf->scale.p);
		value->replicate[PLIM_PORTFOLIO_BREACH][r] = (double)above[r] / (double)pf->trials_of[r];
		all += above[r];
	}
	value->all[PLIM_PORTFOLIO_TVAR] = tail_mean(total, n, &pf->scale.p);
	value->all[PLIM_PORTFOLIO_BREACH] = (double)all / (double)n;
	for (size_t r = 0; isnan(pf->scale.loss) && r < PLIM_REPLICATES; r++)
		value->all[PLIM_PORTFOLIO_BREACH] = value->replicate[PLIM_PORTFOLIO_BREACH][r] = NAN;
}

/* Sets whose losses are held. */
static plim_status figure(const plim_portfolio *pf, const plim_set *set, size_t count, plim_portfolio_value *value,
                          plim_error *error)
{
	bool failed = false;
#pragma omp parallel num_threads(pf->options.threads ? (int)pf->options.threads : omp_get_num_procs())
	{
		double *total = plim_mem_alloc(pf->options.trials, sizeof *total);
		double *scratch = plim_mem_alloc(pf->options.trials, sizeof *scratch);
#pragma omp for schedule(dynamic, 1)
		for (size_t k = 0; k < count; k++) {
			if (total && scratch) {
				plim_portfolio_total(pf, set[k], total);
				tail_of(pf, total, scratch, &value[k]);
			} else {
#pragma omp atomic write
				failed = true;
			}
		}
		plim_mem_free(total);
		plim_mem_free(scratch);
	}
	return failed ? plim_error_memory(error, "the losses of the portfolios") : PLIM_OK;
}

plim_status plim_portfolio_value_of(const plim_portfolio *pf, const double *loss, plim_portfolio_value *value,
                                    plim_error *error)
{
	const uint64_t n = pf->options.trials;
	double *total = plim_mem_alloc(n, sizeof *total), *scratch = plim_mem_alloc(n, sizeof *scratch);
	plim_status status = total && scratch ? PLIM_OK : plim_error_memory(error, "the losses of the portfolios");
	*value = (plim_portfolio_value){0};
	for (uint64_t t = 0; t < n && status == PLIM_OK; t++) {
		total[t] = loss[t];
		value->all[PLIM_PORTFOLIO_MEAN] += loss[t] / (double)n;
		const int r = plim_replicate_of(&(const plim_trial_range){.n = n}, t);
		value->replicate[PLIM_PORTFOLIO_MEAN][r] += loss[t] / (double)pf->trials_of[r];
	}
	if (status == PLIM_OK)
		tail_of(pf, total, scratch, value);
	plim_mem_free(total);
	plim_mem_free(scratch);
	return status;
}

static bool known(const plim_portfolio *pf, plim_set set, bool held)
{
	for (size_t p = 0; p < pf->parts; p++) {
		const plim_variant_losses *v = plim_portfolio_variant(pf, p, set);
		if (!v || (held && !v->block))
			return false;
	}
	return true;
}

plim_status plim_portfolio_values(plim_portfolio *pf, const plim_set *set, size_t count, bool mean_only,
                                  plim_portfolio_value *value, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t from = 0; from < count && status == PLIM_OK; from += TOGETHER) {
		plim_set missing[TOGETHER];
		size_t n = count - from < TOGETHER ? count - from : TOGETHER, m = 0;
		for (size_t k = from; k < from + n; k++)
			if (!known(pf, set[k], !mean_only))
				missing[m++] = set[k];
		if (m && pf->bytes > pf->limit) {
			plim_portfolio_drop(pf); /* and with them those of sets that were there: all are needed now */
			for (m = 0; m < n; m++)
				missing[m] = set[from + m];
		}
		plim_watch_take(pf->watch, n);
		if (m)
			status = plim_portfolio_simulate(pf, missing, m, error);
		for (size_t k = from; k < from + n && status == PLIM_OK; k++)
			mean_of(pf, set[k], &value[k]);
		if (status == PLIM_OK && !mean_only)
			status = figure(pf, set + from, n, value + from, error);
		plim_watch_done(pf->watch, n);
		if (pf->options.stop && *pf->options.stop && status == PLIM_OK)
			status = plim_error_set(error, PLIM_ERROR_INTERRUPTED, "interrupted");
	}
	return status;
}
