/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/sobol_index.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_qrng.h>
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "random/address.h"
#include "random/identity.h"

/* Inputs that share a sequence: A and B take two dimensions for each, and GSL's Sobol' sequence has 40. */
#define GROUP_INPUTS 10

static plim_status no_memory(plim_error *error)
{
	return plim_error_memory(error, "the design of the Sobol' indices");
}

static double shifted(double x, double shift)
{
	double u = x + shift;
	u -= u >= 1;
	return u > 0 ? u : 0x1p-53;
}

static uint64_t identity_of(const char *what)
{
	const char *const names[] = {"sobol", what};
	return plim_identity(names, 2);
}

/* The order in which a part takes its points for inputs from `first` on: as they come for the first inputs, else
 * shuffled (Fisher and Yates), so that groups of inputs are independent of each other. */
static void shuffle(size_t *order, uint64_t points, uint64_t seed, size_t part, size_t first)
{
	const uint64_t identity = identity_of("order"), base = plim_address_base(PLIM_PURPOSE_SHIFT, part);
	for (size_t j = 0; j < points; j++)
		order[j] = j;
	for (size_t j = points; first > 0 && j > 1; j--) {
		uint64_t x = plim_address_uniform(seed, identity, base, first * points + j);
		size_t k = (size_t)(plim_uniform_double(x) * (double)j), other = order[k];
		order[k] = order[j - 1];
		order[j - 1] = other;
	}
}

/* Fills matrices A and B for `count` inputs from `first` on. */
static plim_status fill_group(plim_sobol_design *d, uint64_t seed, size_t first, size_t count, plim_error *error)
{
	const uint64_t identity = identity_of("shift");
	double x[2 * GROUP_INPUTS];
	gsl_qrng *q = gsl_qrng_alloc(gsl_qrng_sobol, (unsigned)(2 * count));
	size_t *order = plim_mem_alloc(d->points, sizeof *order);
	plim_status status = q && order ? PLIM_OK : no_memory(error);
	for (uint64_t j = 1; j < d->points && status == PLIM_OK; j++)
		gsl_qrng_get(q, x); /* so that parts begin where stretches of even spread do */
	for (size_t r = 0; r < d->replicates && status == PLIM_OK; r++) {
		const uint64_t base = plim_address_base(PLIM_PURPOSE_SHIFT, r);
		shuffle(order, d->points, seed, r, first);
		for (size_t j = 0; j < d->points; j++) {
			double *row = d->base + (r * d->points + order[j]) * 2 * d->inputs;
			gsl_qrng_get(q, x);
			for (size_t i = 0; i < 2 * count; i++) {
				size_t at = i < count ? first + i : d->inputs + first + i - count;
				row[at] = shifted(x[i], plim_uniform_double(plim_address_uniform(seed, identity, base, at)));
			}
		}
	}
	if (q)
		gsl_qrng_free(q);
	plim_mem_free(order);
	return status;
}

plim_status plim_sobol_design_make(size_t inputs, uint64_t points, size_t replicates, uint64_t seed,
                                   plim_sobol_design *d, plim_error *error)
{
	if (inputs > PLIM_SOBOL_MOST_INPUTS)
		return plim_error_set(error, PLIM_ERROR_USAGE, "%zu uncertain inputs: Sobol' indices are computed of up to %d",
		                      inputs, PLIM_SOBOL_MOST_INPUTS);
	*d = (plim_sobol_design){inputs, points, replicates,
	                         plim_mem_alloc(replicates * points * 2 * inputs, sizeof *d->base)};
	plim_status status = d->base ? PLIM_OK : no_memory(error);
	for (size_t first = 0; first < inputs && status == PLIM_OK; first += GROUP_INPUTS)
		status = fill_group(d, seed, first, inputs - first < GROUP_INPUTS ? inputs - first : GROUP_INPUTS, error);
	if (status != PLIM_OK)
		plim_sobol_design_clear(d);
	return status;
}

void plim_sobol_design_clear(plim_sobol_design *d)
{
	plim_mem_free(d->base);
	*d = (plim_sobol_design){0};
}

uint64_t plim_sobol_rows(const plim_sobol_design *d)
{
	return d->replicates * d->points * (d->inputs + 2);
}

size_t plim_sobol_replicate(const plim_sobol_design *d, uint64_t row)
{
	return (size_t)(row / (d->inputs + 2) / d->points);
}

void plim_sobol_row(const plim_sobol_design *d, uint64_t row, double *u)
{
	const double *a = d->base + row / (d->inputs + 2) * 2 * d->inputs, *b = a + d->inputs;
	size_t which = (size_t)(row % (d->inputs + 2));
	for (size_t i = 0; i < d->inputs; i++)
		u[i] = which == 1 || which == i + 2 ? b[i] : a[i];
}

plim_estimate plim_jackknife(double value, const double *without, size_t n)
{
	double mean = 0, squares = 0;
	for (size_t r = 0; r < n; r++)
		mean += without[r] / (double)n;
	for (size_t r = 0; r < n; r++)
		squares += (without[r] - mean) * (without[r] - mean);
	double half = gsl_cdf_tdist_Pinv(0.975, (double)(n - 1)) * sqrt((double)(n - 1) / (double)n * squares);
	return (plim_estimate){.value = value, .lower = value - half, .upper = value + half};
}

/* Sums over the points of one replicate. */
typedef struct sums {
	double n, y, squares;  /* over A and B: values from the middle */
	double *first, *total; /* by input: fB (fAB - fA), (fA - fAB)^2 */
} sums;

static void add_point(sums *s, const double *y, size_t inputs, double middle)
{
	double a = y[0] - middle, b = y[1] - middle;
	s->n += 1;
	s->y += a + b;
	s->squares += a * a + b * b;
	for (size_t i = 0; i < inputs; i++) {
		double mixed = y[2 + i] - middle;
		s->first[i] += b * (mixed - a);
		s->total[i] += (a - mixed) * (a - mixed);
	}
}

/* Both indices of input i from all replicates but `without` (SIZE_MAX: all). */
static void pooled(const sums *part, size_t replicates, size_t without, size_t i, double *first, double *total)
{
	double n = 0, y = 0, squares = 0;
	*first = *total = 0;
	for (size_t r = 0; r < replicates; r++) {
		if (r == without)
			continue;
		n += part[r].n;
		y += part[r].y;
		squares += part[r].squares;
		*first += part[r].first[i];
		*total += part[r].total[i];
	}
	double variance = squares / (2 * n) - y / (2 * n) * (y / (2 * n));
	*first = variance > 0 ? *first / n / variance : 0;
	*total = variance > 0 ? *total / (2 * n) / variance : 0;
}

typedef struct ranked {
	double value, rank;
	size_t at;
} ranked;

static int by_value(const void *a, const void *b)
{
	const ranked *x = a, *y = b;
	return x->value != y->value ? (x->value > y->value) - (x->value < y->value) : (x->at > y->at) - (x->at < y->at);
}

/* Replaces values by their ranks, ties by the middle of theirs. */
static void to_ranks(ranked *list, size_t n, double *out)
{
	qsort(list, n, sizeof *list, by_value);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && list[end].value == list[i].value; end++)
			;
		for (size_t j = i; j < end; j++)
			out[list[j].at] = (double)(i + end - 1) / 2;
	}
}

static double correlation(const double *x, const double *y, size_t n)
{
	double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
	for (size_t i = 0; i < n; i++) {
		mx += x[i] / (double)n;
		my += y[i] / (double)n;
	}
	for (size_t i = 0; i < n; i++) {
		xx += (x[i] - mx) * (x[i] - mx);
		yy += (y[i] - my) * (y[i] - my);
		xy += (x[i] - mx) * (y[i] - my);
	}
	return xx > 0 && yy > 0 ? xy / sqrt(xx * yy) : 0;
}

/* Spearman's correlation over the rows A and B of all replicates but one. */
static double rank_correlation(const plim_sobol_design *d, const double *y, size_t input, size_t without, ranked *list,
                               double *rank)
{
	size_t most = 2 * d->replicates * (size_t)d->points;
	for (int side = 0; side < 2; side++) {
		size_t n = 0;
		for (size_t j = 0; j < most / 2; j++) {
			if (j / d->points == without)
				continue;
			for (size_t m = 0; m < 2; m++, n++)
				list[n] = (ranked){side ? y[j * (d->inputs + 2) + m] : d->base[(2 * j + m) * d->inputs + input], 0, n};
		}
		to_ranks(list, n, rank + (side ? most : 0));
		if (side)
			return correlation(rank, rank + most, n);
	}
	return 0;
}

static void index_of(const plim_sobol_design *d, const double *y, const sums *part, size_t i, ranked *list,
                     double *rank, double *without, plim_sobol_index *out)
{
	double *first = without, *total = first + d->replicates, *spearman = total + d->replicates, all[2];
	for (size_t r = 0; r < d->replicates; r++) {
		pooled(part, d->replicates, r, i, &first[r], &total[r]);
		spearman[r] = rank_correlation(d, y, i, r, list, rank);
	}
	pooled(part, d->replicates, SIZE_MAX, i, &all[0], &all[1]);
	out->first = plim_jackknife(all[0], first, d->replicates);
	out->total = plim_jackknife(all[1], total, d->replicates);
	out->rank = plim_jackknife(rank_correlation(d, y, i, SIZE_MAX, list, rank), spearman, d->replicates);
}

plim_status plim_sobol_indices(const plim_sobol_design *d, const double *y, plim_sobol_index *out, plim_error *error)
{
	const size_t wide = d->inputs + 2, base = d->replicates * (size_t)d->points;
	sums *part = plim_mem_alloc(d->replicates, sizeof *part);
	double *room = plim_mem_alloc(2 * d->replicates * d->inputs, sizeof *room);
	double *rank = plim_mem_alloc(4 * base, sizeof *rank),
	       *without = plim_mem_alloc(3 * d->replicates, sizeof *without);
	ranked *list = plim_mem_alloc(2 * base, sizeof *list);
	plim_status status = part && room && rank && without && list ? PLIM_OK : no_memory(error);
	double middle = 0;
	for (size_t j = 0; j < base; j++)
		middle += (y[j * wide] + y[j * wide + 1]) / (2 * (double)base);
	for (size_t r = 0; r < d->replicates && status == PLIM_OK; r++) {
		part[r].first = room + 2 * r * d->inputs;
		part[r].total = part[r].first + d->inputs;
		for (size_t j = 0; j < d->points; j++)
			add_point(&part[r], y + (r * (size_t)d->points + j) * wide, d->inputs, middle);
	}
	for (size_t i = 0; i < d->inputs && status == PLIM_OK; i++)
		index_of(d, y, part, i, list, rank, without, &out[i]);
	plim_mem_free(part);
	plim_mem_free(room);
	plim_mem_free(rank);
	plim_mem_free(without);
	plim_mem_free(list);
	return status;
}
