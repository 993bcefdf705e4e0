/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/loss_figures.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/plan.h"

/* Trials of each replicate that a tail figure is to rest on at least. */
#define LEAST_TAIL 5

double plim_replicate_half(const double *value, size_t count)
{
	double mean = 0, squares = 0;
	if (count < 2)
		return NAN;
	for (size_t i = 0; i < count; i++)
		mean += value[i] / (double)count;
	for (size_t i = 0; i < count; i++)
		squares += (value[i] - mean) * (value[i] - mean);
	double error = sqrt(squares / (double)(count - 1) / (double)count);
	return gsl_cdf_tdist_Pinv(0.975, (double)(count - 1)) * error;
}

double plim_sorted_var(const double *sorted, uint64_t n, const plim_probability *p)
{
	return sorted[plim_probability_rank(p, n) - 1];
}

double plim_sorted_tvar(const double *sorted, uint64_t n, const plim_probability *p)
{
	plim_tail_count tail = plim_probability_tail_count(p, n);
	double part = (double)tail.num / (double)tail.den, sum = part * plim_sorted_var(sorted, n, p);
	for (uint64_t i = n - tail.whole; i < n; i++)
		sum += sorted[i];
	return sum / ((double)tail.whole + part);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

plim_trial_range plim_trial_range_of(const plim_results *r)
{
	const uint64_t world_trials = r->worlds > 1 ? r->run_trials / r->worlds : 0;
	return (plim_trial_range){r->trials, r->first_block * r->block_trials, world_trials};
}

int plim_replicate_of(const plim_trial_range *range, uint64_t i)
{
	if (range->world_trials)
		return (int)((range->first + i) / range->world_trials % PLIM_REPLICATES);
	if (range->n >= (uint64_t)PLIM_REPLICATES * PLIM_BLOCK_TRIALS)
		return (int)(i / PLIM_BLOCK_TRIALS % PLIM_REPLICATES);
	return (int)(i * PLIM_REPLICATES / range->n);
}

plim_status plim_losses_sorted(const double *loss, const plim_trial_range *range, int r, double **out, uint64_t *count,
                               plim_error *error)
{
	double *list = plim_mem_alloc(range->n, sizeof *list);
	if (!list)
		return plim_error_memory(error, "the losses of a comparison");
	*count = 0;
	for (uint64_t i = 0; i < range->n; i++)
		if (r < 0 || plim_replicate_of(range, i) == r)
			list[(*count)++] = loss[i];
	qsort(list, *count, sizeof *list, ascending);
	*out = list;
	return PLIM_OK;
}

int plim_replicates_can(uint64_t n, const plim_probability *p)
{
	return plim_probability_tail(p) * (double)(n / PLIM_REPLICATES) >= LEAST_TAIL;
}
