/* SPDX-License-Identifier: Apache-2.0 */
/* The fan: how the exceedance of a loss differs between worlds. */
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "run/worlds.h"

/* Exceedances, of the whole run, at which to look, as far down as a world has this many trials above. */
static const double levels[] = {0.9,  0.8,  0.7,   0.6,   0.5,   0.4,    0.3,    0.2,    0.1,    0.05,
                                0.02, 0.01, 0.005, 0.002, 0.001, 0.0005, 0.0002, 0.0001, 0.00005};
static const char *const shares[] = {"0.05", "0.25", "0.5", "0.75", "0.95"};
#define LEAST_TRIALS 10
#define COUNT(array) (sizeof(array) / sizeof *(array))

typedef struct fan {
	plim_results *r;
	const plim_tally_row *row; /* by world and bucket */
	size_t rows;
	plim_fan_row key; /* what all rows have in common */
	uint64_t world_trials;
	double *share; /* by world: of its trials at or above the threshold */
	size_t *capacity;
	plim_error *error;
} fan;

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* The part of the worlds' variance that comes from the few trials of each. */
static double noise_of(const fan *f)
{
	const double worlds = (double)f->r->worlds, m = (double)f->world_trials;
	double sum = 0, within = 0, squares = 0;
	for (size_t w = 0; w < f->r->worlds; w++) {
		sum += f->share[w];
		within += f->share[w] * (1 - f->share[w]) / (m - 1);
	}
	for (size_t w = 0; w < f->r->worlds; w++)
		squares += (f->share[w] - sum / worlds) * (f->share[w] - sum / worlds);
	return squares > 0 ? fmin(1, within / worlds / (squares / (worlds - 1))) : NAN;
}

static plim_status add_threshold(fan *f, uint32_t bucket, double exceedance)
{
	plim_results *r = f->r;
	for (size_t w = 0; w < r->worlds; w++)
		f->share[w] = 0;
	for (size_t i = 0; i < f->rows; i++)
		if (f->row[i].bucket >= bucket)
			f->share[f->row[i].id] += (double)f->row[i].count;
	for (size_t w = 0; w < r->worlds; w++)
		f->share[w] /= (double)f->world_trials;
	if (plim_mem_grow((void **)&r->fan, f->capacity, r->fans + COUNT(shares), sizeof *r->fan))
		return plim_error_memory(f->error, "the fan");
	plim_fan_row row = f->key;
	row.loss = plim_bucket_lower(PLIM_BIN_BITS, bucket);
	row.exceedance = exceedance;
	row.noise = noise_of(f);
	qsort(f->share, r->worlds, sizeof *f->share, ascending);
	for (size_t i = 0; i < COUNT(shares); i++) {
		plim_probability p;
		plim_status status = plim_probability_parse(shares[i], &p, f->error);
		if (status != PLIM_OK)
			return status;
		const plim_ranked ranked = plim_ranked_of(&p, r->worlds);
		row.worlds = plim_probability_value(&p);
		row.value = f->share[plim_probability_rank(&p, r->worlds) - 1];
		row.lower = ranked.lower > 0 ? f->share[ranked.lower - 1] : 0;
		row.upper = ranked.upper <= r->worlds ? f->share[ranked.upper - 1] : 1;
		r->fan[r->fans++] = row;
	}
	return PLIM_OK;
}

/* At each level the edge of a bin whose exceedance is nearest, each edge once. */
static plim_status add_levels(fan *f)
{
	uint64_t above[(80 << PLIM_BIN_BITS) + 2] = {0};
	const uint32_t end = plim_bucket_count(PLIM_BIN_BITS);
	const double n = (double)f->r->trials;
	uint32_t last = 0;
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < f->rows; i++)
		above[f->row[i].bucket] += f->row[i].count;
	for (uint32_t b = end; b-- > 0;)
		above[b] += above[b + 1];
	for (size_t i = 0; i < COUNT(levels) && status == PLIM_OK; i++) {
		uint32_t best = 0;
		if (levels[i] * (double)f->world_trials < LEAST_TRIALS)
			break;
		for (uint32_t b = 1; b < end; b++)
			if (above[b] > 0 && above[b] != above[b - 1] &&
			    (best == 0 || fabs((double)above[b] / n - levels[i]) < fabs((double)above[best] / n - levels[i])))
				best = b;
		const double found = (double)above[best] / n;
		if (best <= last || found * (double)f->world_trials < LEAST_TRIALS)
			continue;
		last = best;
		status = add_threshold(f, best, found);
	}
	return status;
}

plim_status plim_fan_add(plim_results *results, uint32_t scenario, plim_perspective perspective,
                         const plim_nested_rows *rows, size_t *capacity, plim_error *error)
{
	fan f = {.r = results, .capacity = capacity, .error = error};
	plim_status status = PLIM_OK;
	f.world_trials = results->run_trials / results->worlds;
	f.share = plim_mem_alloc(results->worlds, sizeof *f.share);
	if (!f.share)
		return plim_error_memory(error, "the fan");
	for (int m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++) {
		f.row = rows->world[m];
		f.rows = rows->worlds[m];
		f.key = (plim_fan_row){.scenario = scenario, .perspective = perspective, .measure = (plim_measure)m};
		status = add_levels(&f);
	}
	plim_mem_free(f.share);
	return status;
}
