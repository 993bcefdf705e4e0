/* SPDX-License-Identifier: Apache-2.0 */
/* Empirical (values with weights) and histogram (uniform in each bin). */
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/amount_law.h"

#define COMMON "min", "max", "times", "shift", "cap", "allow_infinite_mean"

/* PLIM_ERROR_MODEL unless all weights are finite, none negative and their sum above 0. */
static plim_status check_weights(const char *family, const double *weights, size_t count, plim_error *error)
{
	long double sum = 0;
	for (size_t i = 0; i < count; i++) {
		if (!(isfinite(weights[i]) && weights[i] >= 0))
			return plim_error_set(error, PLIM_ERROR_MODEL, "%s: weight %zu must be a finite number from 0 on", family,
			                      i + 1);
		sum += weights[i];
	}
	if (sum > 0)
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_MODEL, "%s: at least one weight must be above 0", family);
}

/* Sums from both ends, each exact in its own tail: p[i] of masses 0..i, q[i] of what is above i; both scaled to 1. */
static void cumulate(const long double *mass, size_t n, long double *p, long double *q)
{
	long double sum = 0, rest = 0;
	for (size_t i = 0; i < n; i++)
		p[i] = sum += mass[i];
	for (size_t i = n; i-- > 0; rest += mass[i])
		q[i] = rest;
	for (size_t i = 0; i < n; i++) {
		p[i] /= sum;
		q[i] /= sum;
	}
	p[n - 1] = 1;
}

/* The first i of n where (p[i], q[i]) reaches the probability asked for. */
static size_t find_level(const long double *p, const long double *q, size_t n, plim_prob at)
{
	size_t low = 0, high = n - 1;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (at.p < at.q ? p[middle] >= at.p : q[middle] <= at.q)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* How many of n ascending values are < x, or <= x. */
static size_t count_below(const long double *x, size_t n, long double limit, bool inclusive)
{
	size_t low = 0, high = n;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (x[middle] < limit || (inclusive && x[middle] <= limit))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* --- empirical: coef holds n values, then their p, then their q --- */

typedef struct weighted {
	double x, w;
} weighted;

static int weighted_compare(const void *a, const void *b)
{
	double x = ((const weighted *)a)->x, y = ((const weighted *)b)->x;
	return (x > y) - (x < y);
}

/* Sorts, drops weights of 0 and joins equal values; returns how many are left. */
static size_t gather(const plim_amount *amount, weighted *all)
{
	size_t n = 0, kept = 0;
	for (size_t i = 0; i < amount->count; i++)
		if (!amount->w || amount->w[i] > 0)
			all[n++] = (weighted){amount->x[i], amount->w ? amount->w[i] : 1};
	qsort(all, n, sizeof *all, weighted_compare);
	for (size_t i = 0; i < n; i++) {
		if (kept > 0 && all[kept - 1].x >= all[i].x)
			all[kept - 1].w += all[i].w;
		else
			all[kept++] = all[i];
	}
	return kept;
}

static plim_status empirical_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	if (amount->count == 0 || !amount->x)
		return plim_error_set(error, PLIM_ERROR_MODEL, "%s needs at least one value", reader->family);
	for (size_t i = 0; i < amount->count; i++)
		if (!isfinite(amount->x[i]))
			return plim_error_set(error, PLIM_ERROR_MODEL, "%s: value %zu must be a finite number", reader->family,
			                      i + 1);
	plim_status status = amount->w ? check_weights(reader->family, amount->w, amount->count, error) : PLIM_OK;
	if (status)
		return status;
	weighted *all = plim_mem_alloc(amount->count, sizeof *all);
	size_t n = all ? gather(amount, all) : 0;
	long double *mass = plim_mem_alloc(n, sizeof *mass);
	amount->coef = plim_mem_alloc(n, 3 * sizeof *amount->coef);
	if (all && mass && amount->coef) {
		amount->coefs = 3 * n;
		for (size_t i = 0; i < n; i++) {
			amount->coef[i] = all[i].x;
			mass[i] = all[i].w;
		}
		cumulate(mass, n, amount->coef + n, amount->coef + 2 * n);
	} else {
		status = plim_error_memory(error, "values of an empirical law");
	}
	plim_mem_free(all);
	plim_mem_free(mass);
	return status;
}

static long double empirical_quantile(const plim_amount *amount, long double p, long double q)
{
	size_t n = amount->coefs / 3;
	return amount->coef[find_level(amount->coef + n, amount->coef + 2 * n, n, (plim_prob){p, q})];
}

static plim_prob empirical_split(const plim_amount *amount, long double x, bool inclusive)
{
	size_t n = amount->coefs / 3, below = count_below(amount->coef, n, x, inclusive);
	if (below == 0)
		return (plim_prob){0, 1};
	return (plim_prob){amount->coef[n + below - 1], amount->coef[2 * n + below - 1]};
}

static void empirical_support(const plim_amount *amount, long double *lowest, long double *highest)
{
	*lowest = amount->coef[0];
	*highest = amount->coef[amount->coefs / 3 - 1];
}

static plim_partial empirical_partial(const plim_amount *amount, long double lo, long double hi, long double centre)
{
	size_t n = amount->coefs / 3;
	const long double *x = amount->coef, *p = x + n, *q = p + n;
	plim_partial sum = {0, 0, 0};
	for (size_t i = 0; i < n; i++) {
		if (!(x[i] > lo && x[i] <= hi))
			continue;
		long double mass = p[i] < 0.5L ? p[i] - (i ? p[i - 1] : 0) : (i ? q[i - 1] : 1) - q[i], gap = x[i] - centre;
		sum.m0 += mass;
		sum.m1 += mass * gap;
		sum.m2 += mass * gap * gap;
	}
	return sum;
}

static long double empirical_atom(const plim_amount *amount, long double x)
{
	size_t n = amount->coefs / 3, i = count_below(amount->coef, n, x, false);
	if (i == n || (i > 0 && x - amount->coef[i - 1] < amount->coef[i] - x))
		i--;
	return amount->coef[i];
}

const plim_law plim_law_empirical = {
    .forms = (const char *const[]){"", NULL},
    .keys = (const char *const[]){"file", "column", "values", "weights", COMMON, NULL},
    .resolve = empirical_resolve,
    .quantile = empirical_quantile,
    .split = empirical_split,
    .support = empirical_support,
    .partial = empirical_partial,
    .nearest_atom = empirical_atom,
};

/* --- histogram: coef holds p, then q, at the upper edge of each bin --- */

static plim_status histogram_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	if (amount->count < 2 || !amount->x || !amount->w)
		return plim_error_set(error, PLIM_ERROR_MODEL, "%s needs at least two edges and one weight less",
		                      reader->family);
	size_t n = amount->count - 1;
	for (size_t i = 0; i <= n; i++)
		if (!isfinite(amount->x[i]) || (i > 0 && !(amount->x[i] > amount->x[i - 1])))
			return plim_error_set(error, PLIM_ERROR_MODEL, "%s: edge %zu must be finite and above the one before",
			                      reader->family, i + 1);
	plim_status status = check_weights(reader->family, amount->w, n, error);
	if (status)
		return status;
	long double *mass = plim_mem_alloc(n, sizeof *mass);
	amount->coef = plim_mem_alloc(n, 2 * sizeof *amount->coef);
	if (mass && amount->coef) {
		amount->coefs = 2 * n;
		for (size_t i = 0; i < n; i++)
			mass[i] = amount->w[i];
		cumulate(mass, n, amount->coef, amount->coef + n);
	} else {
		status = plim_error_memory(error, "bins of a histogram");
	}
	plim_mem_free(mass);
	return status;
}

/* Probability at the lower edge of a bin. */
static plim_prob bin_floor(const plim_amount *amount, size_t bin)
{
	size_t n = amount->coefs / 2;
	return bin == 0 ? (plim_prob){0, 1} : (plim_prob){amount->coef[bin - 1], amount->coef[n + bin - 1]};
}

static long double bin_mass(const plim_amount *amount, size_t bin)
{
	plim_prob floor = bin_floor(amount, bin);
	size_t n = amount->coefs / 2;
	return amount->coef[bin] < 0.5L ? amount->coef[bin] - floor.p : floor.q - amount->coef[n + bin];
}

static long double histogram_quantile(const plim_amount *amount, long double p, long double q)
{
	size_t n = amount->coefs / 2, bin = find_level(amount->coef, amount->coef + n, n, (plim_prob){p, q});
	while (bin + 1 < n && !(bin_mass(amount, bin) > 0)) /* only at p = 0 */
		bin++;
	plim_prob floor = bin_floor(amount, bin);
	long double share = (p < q ? p - floor.p : floor.q - q) / bin_mass(amount, bin);
	share = fminl(fmaxl(share, 0), 1);
	long double low = amount->x[bin], high = amount->x[bin + 1];
	return share < 0.5L ? low + share * (high - low) : high - (1 - share) * (high - low);
}

/* The bin with x[bin] <= x < x[bin + 1]; x lies inside. */
static size_t find_bin(const plim_amount *amount, long double x)
{
	size_t low = 0, high = amount->count - 2;
	while (low < high) {
		size_t middle = (low + high + 1) / 2;
		if (amount->x[middle] <= x)
			low = middle;
		else
			high = middle - 1;
	}
	return low;
}

static plim_prob histogram_split(const plim_amount *amount, long double x, bool inclusive)
{
	(void)inclusive;
	if (x <= amount->x[0] || x >= amount->x[amount->count - 1])
		return x <= amount->x[0] ? (plim_prob){0, 1} : (plim_prob){1, 0};
	size_t bin = find_bin(amount, x), n = amount->coefs / 2;
	long double width = (long double)amount->x[bin + 1] - amount->x[bin], mass = bin_mass(amount, bin);
	return (plim_prob){bin_floor(amount, bin).p + mass * ((x - amount->x[bin]) / width),
	                   amount->coef[n + bin] + mass * ((amount->x[bin + 1] - x) / width)};
}

static void histogram_support(const plim_amount *amount, long double *lowest, long double *highest)
{
	size_t first = 0, last = amount->count - 2;
	while (!(amount->w[first] > 0))
		first++;
	while (!(amount->w[last] > 0))
		last--;
	*lowest = amount->x[first];
	*highest = amount->x[last + 1];
}

static plim_partial histogram_partial(const plim_amount *amount, long double lo, long double hi, long double centre)
{
	plim_partial sum = {0, 0, 0};
	for (size_t i = 0; i + 1 < amount->count; i++) {
		long double a = fmaxl(lo, amount->x[i]), b = fminl(hi, amount->x[i + 1]);
		if (!(a < b))
			continue;
		long double mass = bin_mass(amount, i) * ((b - a) / ((long double)amount->x[i + 1] - amount->x[i]));
		long double middle = 0.5L * (a + b) - centre;
		sum.m0 += mass;
		sum.m1 += mass * middle;
		sum.m2 += mass * (middle * middle + (b - a) * (b - a) / 12);
	}
	return sum;
}

const plim_law plim_law_histogram = {
    .forms = (const char *const[]){"", NULL},
    .keys = (const char *const[]){"edges", "weights", COMMON, NULL},
    .resolve = histogram_resolve,
    .quantile = histogram_quantile,
    .split = histogram_split,
    .support = histogram_support,
    .partial = histogram_partial,
};
