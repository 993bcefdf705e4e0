/* SPDX-License-Identifier: Apache-2.0 */
#include "dist/count.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/count_law.h"

#define PI 3.14159265358979323846264338327950288L
#define LN_SQRT_2PI 0.91893853320467274178032973640561764L

/* Below this dispersion a negative binomial is its Poisson to the last bit of a long double. */
#define DISPERSION_MIN 1e-40

static const char *const names[PLIM_COUNT_LAW_COUNT] = {
#define X(name, text) text,
    PLIM_COUNT_LAW_LIST(X)
#undef X
};

const char *plim_count_law_name(plim_count_law law)
{
	return (unsigned)law < PLIM_COUNT_LAW_COUNT ? names[law] : "unknown";
}

bool plim_count_law_parse(const char *name, plim_count_law *law)
{
	for (unsigned i = 0; i < PLIM_COUNT_LAW_COUNT; i++)
		if (strcmp(name, names[i]) == 0) {
			*law = (plim_count_law)i;
			return true;
		}
	return false;
}

static int compare_u64(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static plim_status check_distinct(const plim_count *count, plim_error *error)
{
	uint64_t *sorted = plim_mem_alloc(count->length, sizeof *sorted);
	plim_status status = PLIM_OK;
	if (!sorted)
		return plim_error_memory(error, "a table of counts");
	memcpy(sorted, count->counts, count->length * sizeof *sorted);
	qsort(sorted, count->length, sizeof *sorted, compare_u64);
	for (size_t i = 1; i < count->length && status == PLIM_OK; i++)
		if (sorted[i] == sorted[i - 1])
			status = plim_error_set(error, PLIM_ERROR_MODEL, "table: the count %llu is given twice",
			                        (unsigned long long)sorted[i]);
	plim_mem_free(sorted);
	return status;
}

static plim_status check_table(const plim_count *count, plim_error *error)
{
	double sum = 0;
	if (count->length == 0)
		return plim_error_set(error, PLIM_ERROR_MODEL, "table: no counts are given");
	for (size_t i = 0; i < count->length; i++) {
		if (!(count->weights[i] >= 0) || !isfinite(count->weights[i]))
			return plim_error_set(error, PLIM_ERROR_MODEL, "table: weight %g is not a number of 0 or more",
			                      count->weights[i]);
		sum += count->weights[i];
	}
	if (!(sum > 0) || !isfinite(sum))
		return plim_error_set(error, PLIM_ERROR_MODEL, "table: the weights must have a positive, finite sum");
	return check_distinct(count, error);
}

static plim_status check_rate(const plim_count *count, const char *what, plim_error *error)
{
	if (count->mean >= 0 && isfinite(count->mean))
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_MODEL, "%s: %s must be 0 or more, not %g", names[count->law], what,
	                      count->mean);
}

static plim_status check_p(const plim_count *count, const char *what, bool zero_allowed, plim_error *error)
{
	if (count->p <= 1 && (count->p > 0 || (zero_allowed && count->p == 0)))
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_MODEL, "%s: %s must be in %s0, 1], not %g", names[count->law], what,
	                      zero_allowed ? "[" : "(", count->p);
}

plim_status plim_count_check(const plim_count *count, plim_error *error)
{
	plim_status status;
	switch (count->law) {
	case PLIM_COUNT_FIXED: return PLIM_OK;
	case PLIM_COUNT_BERNOULLI:
	case PLIM_COUNT_BINOMIAL: return check_p(count, "p", true, error);
	case PLIM_COUNT_GEOMETRIC: return check_p(count, "p", false, error);
	case PLIM_COUNT_POISSON: return check_rate(count, "rate", error);
	case PLIM_COUNT_ZERO_INFLATED_POISSON:
		status = check_rate(count, "rate", error);
		return status != PLIM_OK ? status : check_p(count, "p_zero", true, error);
	case PLIM_COUNT_NEGATIVE_BINOMIAL:
		status = check_rate(count, "mean", error);
		if (status == PLIM_OK && !(count->dispersion >= 0 && isfinite(count->dispersion)))
			status = plim_error_set(error, PLIM_ERROR_MODEL, "negative_binomial: dispersion must be 0 or more, not %g",
			                        count->dispersion);
		return status;
	case PLIM_COUNT_TABLE: return check_table(count, error);
	case PLIM_COUNT_LAW_COUNT: break;
	}
	return plim_error_set(error, PLIM_ERROR_MODEL, "unknown count law");
}

/* Sum of weight * (count - centre)^power over a table, divided by the sum of weights. */
static long double table_moment(const plim_count *count, long double centre, int power)
{
	long double sum = 0;
	long double total = 0;
	for (size_t i = 0; i < count->length; i++) {
		long double d = (long double)count->counts[i] - centre;
		sum += count->weights[i] * (power == 2 ? d * d : d);
		total += count->weights[i];
	}
	return sum / total;
}

/* The share of weight at count k. */
static long double table_share(const plim_count *count, uint64_t k, bool other)
{
	long double sum = 0;
	long double total = 0;
	for (size_t i = 0; i < count->length; i++) {
		total += count->weights[i];
		if ((count->counts[i] == k) != other)
			sum += count->weights[i];
	}
	return sum / total;
}

double plim_count_mean(const plim_count *count)
{
	long double q = 1 - (long double)count->p;
	switch (count->law) {
	case PLIM_COUNT_FIXED: return (double)count->n;
	case PLIM_COUNT_BERNOULLI: return count->p;
	case PLIM_COUNT_BINOMIAL: return (double)((long double)count->n * count->p);
	case PLIM_COUNT_POISSON:
	case PLIM_COUNT_NEGATIVE_BINOMIAL: return count->mean;
	case PLIM_COUNT_GEOMETRIC: return (double)(q / count->p);
	case PLIM_COUNT_ZERO_INFLATED_POISSON: return (double)(q * count->mean);
	case PLIM_COUNT_TABLE: return (double)table_moment(count, 0, 1);
	case PLIM_COUNT_LAW_COUNT: break;
	}
	return NAN;
}

double plim_count_variance(const plim_count *count)
{
	long double p = count->p;
	long double q = 1 - p;
	long double mean = count->mean;
	switch (count->law) {
	case PLIM_COUNT_FIXED: return 0;
	case PLIM_COUNT_BERNOULLI: return (double)(p * q);
	case PLIM_COUNT_BINOMIAL: return (double)((long double)count->n * p * q);
	case PLIM_COUNT_POISSON: return count->mean;
	case PLIM_COUNT_NEGATIVE_BINOMIAL: return (double)(mean + count->dispersion * mean * mean);
	case PLIM_COUNT_GEOMETRIC: return (double)(q / (p * p));
	case PLIM_COUNT_ZERO_INFLATED_POISSON: return (double)(q * mean * (1 + p * mean));
	case PLIM_COUNT_TABLE: return (double)table_moment(count, table_moment(count, 0, 1), 2);
	case PLIM_COUNT_LAW_COUNT: break;
	}
	return NAN;
}

/* -ln P(N = 0) of the law (of the Poisson part where there are two); infinite if it cannot be 0. */
static long double zero_hazard(const plim_count *count)
{
	switch (count->law) {
	case PLIM_COUNT_FIXED: return count->n == 0 ? 0 : INFINITY;
	case PLIM_COUNT_BERNOULLI: return -log1pl(-(long double)count->p);
	case PLIM_COUNT_BINOMIAL: return count->n == 0 ? 0 : -(long double)count->n * log1pl(-(long double)count->p);
	case PLIM_COUNT_NEGATIVE_BINOMIAL:
		if (count->dispersion > DISPERSION_MIN)
			return log1pl((long double)count->mean * count->dispersion) / count->dispersion;
		return count->mean;
	case PLIM_COUNT_GEOMETRIC: return -logl(count->p);
	default: return count->mean;
	}
}

long double count_p_positive(const plim_count *count)
{
	if (count->law == PLIM_COUNT_TABLE)
		return table_share(count, 0, true);
	if (count->law == PLIM_COUNT_GEOMETRIC)
		return 1 - (long double)count->p;
	long double positive = -expm1l(-zero_hazard(count));
	return count->law == PLIM_COUNT_ZERO_INFLATED_POISSON ? (1 - (long double)count->p) * positive : positive;
}

double plim_count_p_zero(const plim_count *count)
{
	if (count->law == PLIM_COUNT_TABLE)
		return (double)table_share(count, 0, false);
	long double zero = expl(-zero_hazard(count));
	if (count->law == PLIM_COUNT_ZERO_INFLATED_POISSON)
		zero = count->p + (1 - (long double)count->p) * zero;
	return (double)zero;
}

/* ln(n!) less Stirling's formula for it, n > 0 (Loader 2000, "Fast and accurate computation of binomial
 * probabilities"). */
static long double stirling_error(long double n)
{
	static const long double b[] = {1 / 12.0L,   -1 / 360.0L,      1 / 1260.0L, -1 / 1680.0L,
	                                1 / 1188.0L, -691 / 360360.0L, 1 / 156.0L,  -3617 / 122400.0L};
	if (n < 16)
		return lgammal(n + 1) - (n + 0.5L) * logl(n) + n - LN_SQRT_2PI;
	long double sum = 0;
	for (int i = 7; i >= 0; i--)
		sum = sum / (n * n) + b[i];
	return sum / n;
}

/* x ln(x / m) + m - x without cancellation (Loader's deviance bd0), d = x - m given by who can form it best. */
static long double deviance(long double x, long double m, long double d)
{
	if (fabsl(d) >= 0.1L * (x + m))
		return x * logl(x / m) - d;
	long double v = d / (x + m);
	long double term = 2 * x * v;
	long double sum = d * v;
	for (int j = 3;; j += 2) {
		term *= v * v;
		long double next = sum + term / j;
		if (next == sum)
			return sum;
		sum = next;
	}
}

static long double pmf_poisson(long double mean, uint64_t k)
{
	long double x = (long double)k;
	if (k == 0 || mean == 0)
		return k == 0 ? expl(-mean) : 0;
	return expl(-stirling_error(x) - deviance(x, mean, x - mean)) / sqrtl(2 * PI * x);
}

static long double pmf_binomial(uint64_t n, long double p, uint64_t k)
{
	if (k > n)
		return 0;
	long double q = 1 - p;
	if (p == 0 || q == 0)
		return k == (p == 0 ? 0 : n);
	long double trials = (long double)n;
	if (k == 0)
		return expl(trials * log1pl(-p));
	if (k == n)
		return expl(trials * logl(p));
	long double x = (long double)k;
	long double d = x - trials * p;
	long double log = stirling_error(trials) - stirling_error(x) - stirling_error(trials - x) -
	                  deviance(x, trials * p, d) - deviance(trials - x, trials * q, -d);
	return expl(log) * sqrtl(trials / (2 * PI * x * (trials - x)));
}

/* With size r = 1 / dispersion and p = 1 / (1 + mean dispersion): r / (r + k) times the binomial of r in r + k. */
static long double pmf_negative_binomial(const plim_count *count, uint64_t k)
{
	if (count->dispersion <= DISPERSION_MIN || count->mean == 0)
		return pmf_poisson(count->mean, k);
	if (k == 0)
		return expl(-zero_hazard(count));
	long double r = 1 / (long double)count->dispersion;
	long double odds = (long double)count->mean * count->dispersion;
	long double n = r + (long double)k;
	long double x = (long double)k;
	/* both differences from the mean in closed form: a large r would swallow k */
	long double d = (x - count->mean) / (1 + odds);
	long double log = stirling_error(n) - stirling_error(x) - stirling_error(r) -
	                  deviance(x, n * (odds / (1 + odds)), d) - deviance(r, n / (1 + odds), -d);
	return expl(log) * sqrtl(r / (2 * PI * x * n));
}

long double plim_count_pmf(const plim_count *count, uint64_t k)
{
	long double p = count->p;
	switch (count->law) {
	case PLIM_COUNT_FIXED: return k == count->n;
	case PLIM_COUNT_BERNOULLI: return k == 0 ? 1 - p : k == 1 ? p : 0;
	case PLIM_COUNT_BINOMIAL: return pmf_binomial(count->n, p, k);
	case PLIM_COUNT_POISSON: return pmf_poisson(count->mean, k);
	case PLIM_COUNT_NEGATIVE_BINOMIAL: return pmf_negative_binomial(count, k);
	case PLIM_COUNT_GEOMETRIC: return p == 1 ? k == 0 : p * expl((long double)k * log1pl(-p));
	case PLIM_COUNT_ZERO_INFLATED_POISSON: return (k == 0 ? p : 0) + (1 - p) * pmf_poisson(count->mean, k);
	case PLIM_COUNT_TABLE: return table_share(count, k, false);
	case PLIM_COUNT_LAW_COUNT: break;
	}
	return 0;
}
