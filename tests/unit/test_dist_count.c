/* SPDX-License-Identifier: Apache-2.0 */
/* Count laws against GSL, against each other, and their tables by thresholds, chi-square and moments. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "dist/count_eval.h"

#define END (UINT64_C(1) << 52)
#define DRAWS 1000000

/* Addressed draws: the i-th uniform of a stream (splitmix64). */
static uint64_t draw(uint64_t stream, uint64_t i)
{
	uint64_t z = stream * UINT64_C(0xd1342543de82ef95) + (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (z ^ (z >> 31)) >> 12;
}

static const uint64_t listed_counts[] = {7, 0, 1000000, 3};
static const double listed_weights[] = {2, 5, 0.5, 1};

#define P(m) .law = PLIM_COUNT_POISSON, .mean = m
#define B(trials, prob) .law = PLIM_COUNT_BINOMIAL, .n = trials, .p = prob
#define NB(m, d) .law = PLIM_COUNT_NEGATIVE_BINOMIAL, .mean = m, .dispersion = d
#define G(prob) .law = PLIM_COUNT_GEOMETRIC, .p = prob
#define Z(m, zero) .law = PLIM_COUNT_ZERO_INFLATED_POISSON, .mean = m, .p = zero
#define T                                                                                                              \
	.law = PLIM_COUNT_TABLE, .counts = listed_counts, .weights = listed_weights,                                       \
	.length = sizeof listed_counts / sizeof *listed_counts

static const plim_count laws[] = {
    {.law = PLIM_COUNT_FIXED, .n = 3},
    {.law = PLIM_COUNT_BERNOULLI, .p = 0.3},
    {.law = PLIM_COUNT_BERNOULLI, .p = 1e-7},
    {B(10, 0.25)},
    {B(1000, 0.999)},
    {B(1000000000, 1e-7)},
    {B(5, 1)},
    {P(0)},
    {P(1e-9)},
    {P(0.4)},
    {P(1)},
    {P(30)},
    {P(2500.5)},
    {P(1e7)},
    {NB(0.2, 0.5)},
    {NB(50, 0.02)},
    {NB(50, 0)},
    {NB(50, 1e-30)},
    {NB(20, 3)},
    {NB(0.001, 40)},
    {G(0.5)},
    {G(0.01)},
    {G(1)},
    {Z(3, 0.4)},
    {Z(500, 0.9)},
    {Z(2, 0)},
    {T},
};
#define LAWS (sizeof laws / sizeof *laws)

static plim_count_table *must_build(const plim_count *count, bool zero_truncated)
{
	plim_error error = {0};
	plim_count_table *table = NULL;
	cr_assert_eq(plim_count_table_build(count, zero_truncated, &table, &error), PLIM_OK, "%s: %s",
	             plim_count_law_name(count->law), error.text);
	return table;
}

/* --- laws --- */

Test(dist_count, names)
{
	for (int i = 0; i < PLIM_COUNT_LAW_COUNT; i++) {
		plim_count_law law;
		cr_assert(plim_count_law_parse(plim_count_law_name((plim_count_law)i), &law));
		cr_expect_eq((int)law, i);
	}
	plim_count_law law = PLIM_COUNT_TABLE;
	cr_expect_not(plim_count_law_parse("cauchy", &law));
	cr_expect_eq(law, PLIM_COUNT_TABLE);
}

Test(dist_count, bad_laws_are_refused)
{
	const uint64_t twice[] = {1, 2, 1};
	const double ones[] = {1, 1, 1};
	const double zeros[] = {0, 0, 0};
	const double negative[] = {1, -1, 1};
	const plim_count bad[] = {
	    {P(-1)},
	    {P(INFINITY)},
	    {P(NAN)},
	    {.law = PLIM_COUNT_BERNOULLI, .p = 1.1},
	    {B(3, -0.1)},
	    {B(3, NAN)},
	    {G(0)},
	    {G(1.5)},
	    {NB(-1, 1)},
	    {NB(1, -1)},
	    {NB(1, NAN)},
	    {Z(1, 2)},
	    {Z(-1, 0.5)},
	    {.law = PLIM_COUNT_TABLE},
	    {.law = PLIM_COUNT_TABLE, .counts = twice, .weights = ones, .length = 3},
	    {.law = PLIM_COUNT_TABLE, .counts = listed_counts, .weights = zeros, .length = 3},
	    {.law = PLIM_COUNT_TABLE, .counts = listed_counts, .weights = negative, .length = 3},
	};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		plim_error error = {0};
		plim_count_table *table = NULL;
		cr_expect_eq(plim_count_check(&bad[i], &error), PLIM_ERROR_MODEL, "case %zu", i);
		cr_expect_neq(error.text[0], '\0');
		cr_expect_eq(plim_count_table_build(&bad[i], false, &table, &error), PLIM_ERROR_MODEL);
		cr_expect_null(table);
	}
	for (size_t i = 0; i < LAWS; i++)
		cr_expect_eq(plim_count_check(&laws[i], NULL), PLIM_OK);
}

/* GSL's probabilities lose digits with the size of their logarithms. */
static void check_pmf(const plim_count *count, uint64_t k, double want, double tolerance)
{
	double got = (double)plim_count_pmf(count, k);
	cr_expect_leq(fabs(got - want), tolerance * want, "%s at %llu: %.17g, not %.17g", plim_count_law_name(count->law),
	              (unsigned long long)k, got, want);
}

Test(dist_count, pmf_against_gsl)
{
	for (unsigned k = 0; k < 60; k++) {
		check_pmf(&(plim_count){P(7.5)}, k, gsl_ran_poisson_pdf(k, 7.5), 1e-12);
		check_pmf(&(plim_count){B(60, 0.3)}, k, gsl_ran_binomial_pdf(k, 0.3, 60), 1e-12);
		check_pmf(&(plim_count){NB(4, 0.8)}, k, gsl_ran_negative_binomial_pdf(k, 1 / (1 + 4 * 0.8), 1 / 0.8), 1e-12);
		check_pmf(&(plim_count){G(0.2)}, k, gsl_ran_geometric_pdf(k + 1, 0.2), 1e-12);
	}
	check_pmf(&(plim_count){P(1e7)}, 10000000, gsl_ran_poisson_pdf(10000000, 1e7), 1e-6);
}

/* Exact rationals and a second way: ratios of neighbours are known in closed form. */
Test(dist_count, pmf_ratios)
{
	for (uint64_t k = 9990000; k < 10010000; k += 997) {
		const plim_count poisson = {P(1e7)};
		const plim_count negative = {NB(1e7, 1e-3)};
		long double ratio = plim_count_pmf(&poisson, k + 1) / plim_count_pmf(&poisson, k);
		cr_expect_lt(fabsl(ratio * (long double)(k + 1) / 1e7L - 1), 2e-14L, "poisson %llu", (unsigned long long)k);
		long double odds = 1e7L * (long double)1e-3;
		long double want = odds / (1 + odds) * (1 / (long double)1e-3 + (long double)k) / (long double)(k + 1);
		ratio = plim_count_pmf(&negative, k + 1) / plim_count_pmf(&negative, k);
		cr_expect_lt(fabsl(ratio / want - 1), 2e-14L, "negative binomial %llu", (unsigned long long)k);
	}
	cr_expect_lt(fabsl(plim_count_pmf(&(plim_count){B(4, 0.5)}, 2) - 0.375L), 1e-18L);
	cr_expect_lt(fabsl(plim_count_pmf(&(plim_count){P(1)}, 20) * 2432902008176640000.0L * expl(1) - 1), 1e-15L);
}

Test(dist_count, negative_binomial_tends_to_poisson)
{
	for (uint64_t k = 0; k < 100; k += 3) {
		long double want = plim_count_pmf(&(plim_count){P(20)}, k);
		for (int e = -20; e >= -45; e -= 5) {
			long double got = plim_count_pmf(&(plim_count){NB(20, pow(10, e))}, k);
			cr_expect_lt(fabsl(got / want - 1), 1e-14L, "dispersion 1e%d, k %llu", e, (unsigned long long)k);
		}
	}
}

/* Mean, variance and P(0) from the probabilities themselves. */
Test(dist_count, closed_moments)
{
	for (size_t i = 0; i < LAWS; i++) {
		long double sum = 0, mean = 0, square = 0;
		double variance = plim_count_variance(&laws[i]);
		double reach = plim_count_mean(&laws[i]) + 60 * sqrt(variance) + 60;
		if (laws[i].law == PLIM_COUNT_TABLE || reach > 1e5)
			continue;
		if (laws[i].dispersion > 1)
			reach *= 30;
		for (uint64_t k = 0; k < (uint64_t)reach; k++) {
			long double p = plim_count_pmf(&laws[i], k);
			sum += p;
			mean += p * (long double)k;
			square += p * (long double)k * (long double)k;
		}
		cr_expect_lt(fabsl(sum - 1), 1e-12L, "law %zu: %Lg", i, sum);
		cr_expect_lt(fabsl(mean - plim_count_mean(&laws[i])), 1e-12L * (1 + mean), "law %zu", i);
		cr_expect_lt(fabsl(square - mean * mean - variance), 1e-11L * (1 + square), "law %zu", i);
		cr_expect_lt(fabsl(plim_count_pmf(&laws[i], 0) - plim_count_p_zero(&laws[i])), 1e-15L, "law %zu", i);
	}
	const plim_count table = {T};
	cr_expect_float_eq(plim_count_mean(&table), (14 + 500000 + 3) / 8.5, 1e-9);
	cr_expect_float_eq(plim_count_p_zero(&table), 5 / 8.5, 1e-15);
}

/* --- tables --- */

/* The number of x that give at most k. */
static uint64_t at_most(const plim_count_table *table, uint64_t k)
{
	uint64_t low = 0;
	uint64_t high = END;
	while (low < high) {
		uint64_t middle = (low + high) / 2;
		if (plim_count_table_at(table, middle) <= k)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Both tails to 32 bits and half an x, and `gsl` for what GSL misses. */
static void check_threshold(const plim_count_table *table, uint64_t k, double p, double q, double gsl)
{
	uint64_t got = at_most(table, k);
	double tail = fmin(p, q);
	double mass = p < q ? (double)got * 0x1p-52 : (double)(END - got) * 0x1p-52;
	cr_expect_leq(fabs(mass - tail), (0x1p-32 + gsl) * tail + 0x1.0001p-53, "at most %llu: %.12g, not %.12g",
	              (unsigned long long)k, mass, tail);
}

Test(dist_count, thresholds_against_gsl)
{
	const double rates[] = {1e-9, 0.4, 1, 30, 2500.5};
	for (size_t i = 0; i < 5; i++) {
		plim_count_table *table = must_build(&(plim_count){P(rates[i])}, false);
		double sd = sqrt(rates[i]);
		unsigned first = rates[i] > 9 * sd ? (unsigned)(rates[i] - 9 * sd) : 0;
		for (unsigned k = first; k < rates[i] + 10 * sd + 20; k++)
			check_threshold(table, k, gsl_cdf_poisson_P(k, rates[i]), gsl_cdf_poisson_Q(k, rates[i]), 1e-11);
		plim_count_table_free(&table);
		cr_expect_null(table);
	}
	plim_count_table *table = must_build(&(plim_count){B(60, 0.3)}, false);
	for (unsigned k = 0; k <= 60; k++)
		check_threshold(table, k, gsl_cdf_binomial_P(k, 0.3, 60), gsl_cdf_binomial_Q(k, 0.3, 60), 1e-11);
	cr_expect_leq(plim_count_table_largest(table), 60);
	plim_count_table_free(&table);
	table = must_build(&(plim_count){NB(20, 3)}, false);
	for (unsigned k = 0; k < 1500; k++)
		check_threshold(table, k, gsl_cdf_negative_binomial_P(k, 1.0 / 61, 1.0 / 3),
		                gsl_cdf_negative_binomial_Q(k, 1.0 / 61, 1.0 / 3), 1e-10);
	plim_count_table_free(&table);
}

/* The same against sums of the probabilities themselves, each tail from its far end: exact to the rounding. */
Test(dist_count, thresholds_against_sums)
{
	const plim_count few[] = {{P(0.4)}, {P(30)}, {P(2500.5)}, {NB(20, 3)}, {NB(50, 0.02)}, {G(0.01)}, {Z(500, 0.9)}};
	enum { TOP = 6000 };
	static long double below[TOP], above[TOP];
	for (size_t i = 0; i < sizeof few / sizeof *few; i++) {
		plim_count_table *table = must_build(&few[i], false);
		for (uint64_t k = 0; k < TOP; k++)
			below[k] = (k ? below[k - 1] : 0) + plim_count_pmf(&few[i], k);
		for (uint64_t k = TOP - 1; k > 0; k--)
			above[k - 1] = (k == TOP - 1 ? 0 : above[k]) + plim_count_pmf(&few[i], k);
		for (uint64_t k = 0; k < 4000; k++)
			check_threshold(table, k, (double)below[k], (double)above[k], 1e-14);
		plim_count_table_free(&table);
	}
}

/* Out of 60 digits: the sum of the Poisson probabilities of 2500.5 above 2773. */
Test(dist_count, far_tail)
{
	plim_count_table *table = must_build(&(plim_count){P(2500.5)}, false);
	check_threshold(table, 2773, 1 - 3.98843705773083867e-8, 3.98843705773083867e-8, 0);
	plim_count_table_free(&table);
}

/* The normal approximation with its skewness term leaves O(1/mean): 1e7 is checked to 1e-6 in the body, and its memory.
 */
Test(dist_count, ten_million)
{
	plim_count_table *table = must_build(&(plim_count){P(1e7)}, false);
	for (int s = -4; s <= 4; s++) {
		uint64_t k = (uint64_t)(1e7 + s * sqrt(1e7));
		double z = ((double)k + 0.5 - 1e7) / sqrt(1e7);
		double p = gsl_cdf_ugaussian_P(z) - (z * z - 1) / (6 * sqrt(1e7)) * gsl_ran_ugaussian_pdf(z);
		cr_expect_float_eq((double)at_most(table, k) * 0x1p-52, p, 1e-6);
	}
	cr_expect_lt(plim_count_table_bytes(table), 2000000);
	plim_count_table_free(&table);
}

/* Given N >= 1, where almost all mass is at 0: P(N > 1 | N >= 1) of a Poisson is rate / 2 - rate^2 / 12 + ... */
Test(dist_count, truncated_near_zero)
{
	plim_count_table *table = must_build(&(plim_count){P(1e-9)}, true);
	cr_expect_eq(plim_count_table_at(table, 0), 1);
	uint64_t above = END - at_most(table, 1);
	cr_expect_lt(fabs((double)above * 0x1p-52 - 5e-10), 5e-10 * 1e-9 + 0x1p-52);
	plim_count_table_free(&table);
	/* here 1 - P(N = 0) in plain arithmetic is 0 */
	table = must_build(&(plim_count){P(1e-25)}, true);
	cr_expect_eq(plim_count_table_largest(table), 1);
	plim_count_table_free(&table);
	/* size 1/40 and odds 0.04: the logarithmic law but for terms of the order of the size */
	table = must_build(&(plim_count){NB(0.001, 40)}, true);
	double zero = pow(1.04, -1.0 / 40);
	for (unsigned k = 1; k < 11; k++) {
		double q = gsl_cdf_negative_binomial_Q(k, 1 / 1.04, 1.0 / 40) / (1 - zero);
		check_threshold(table, k, 1 - q, q, 1e-11);
	}
	plim_count_table_free(&table);
}

Test(dist_count, truncated_zero_law_is_refused)
{
	const plim_count never[] = {{P(0)}, {B(0, 0.5)}, {B(4, 0)}, {.law = PLIM_COUNT_FIXED},
	                            {G(1)}, {Z(3, 1)},   {NB(0, 2)}};
	for (size_t i = 0; i < sizeof never / sizeof *never; i++) {
		plim_count_table *table = NULL;
		plim_error error = {0};
		cr_expect_eq(plim_count_table_build(&never[i], true, &table, &error), PLIM_ERROR_MODEL, "law %zu", i);
		cr_expect_null(table);
		table = must_build(&never[i], false);
		cr_expect_eq(plim_count_table_largest(table), 0);
		plim_count_table_free(&table);
	}
}

Test(dist_count, endless_spread_is_refused)
{
	plim_count_table *table = NULL;
	plim_error error = {0};
	cr_expect_eq(plim_count_table_build(&(plim_count){G(1e-9)}, false, &table, &error), PLIM_ERROR_MODEL);
	cr_expect_null(table);
}

/* --- draws --- */

/* Chi-square of counts of values from `base` on; cells with less than 10 expected are joined. */
static double chi_square_p(const plim_count *count, bool truncated, const uint64_t *seen, uint64_t base, size_t cells)
{
	double scale = truncated ? 1 / (1 - plim_count_p_zero(count)) : 1;
	double chi = 0, expected = 0, observed = 0, left = DRAWS, rest = DRAWS;
	unsigned degrees = 0;
	for (size_t i = 0; i < cells; i++) {
		uint64_t k = base + i;
		expected += k == 0 && truncated ? 0 : DRAWS * scale * (double)plim_count_pmf(count, k);
		observed += (double)seen[i];
		if (expected < 10 || left - expected < 10)
			continue;
		chi += (observed - expected) * (observed - expected) / expected;
		left -= expected;
		rest -= observed;
		degrees++;
		expected = observed = 0;
	}
	if (degrees == 0)
		return 1;
	chi += (rest - left) * (rest - left) / left;
	return gsl_cdf_chisq_Q(chi, degrees);
}

static void check_draws(const plim_count *count, bool truncated, uint64_t stream)
{
	enum { CELLS = 100000 };
	plim_count_table *table = must_build(count, truncated);
	uint64_t *seen = calloc(CELLS, sizeof *seen);
	double mean = plim_count_mean(count);
	double variance = plim_count_variance(count);
	uint64_t base = mean > 50000 ? (uint64_t)mean - CELLS / 2 : 0;
	long double sum = 0;
	for (uint64_t i = 0; i < DRAWS; i++) {
		uint64_t k = plim_count_eval(table, draw(stream, i));
		sum += (long double)k;
		if (k >= base && k - base < CELLS)
			seen[k - base]++;
	}
	double positive = 1 - plim_count_p_zero(count);
	if (truncated) {
		variance = (variance + mean * mean) / positive - mean * mean / (positive * positive);
		mean /= positive;
	}
	double off = fabs((double)(sum / DRAWS) - mean);
	cr_expect_leq(off, 4.5 * sqrt(fmax(variance, 0) / DRAWS) + 1e-9 * mean, "%s (mean %g, truncated %d): mean %.9Lg",
	              plim_count_law_name(count->law), mean, truncated, sum / DRAWS);
	double p = chi_square_p(count, truncated, seen, base, CELLS);
	cr_expect_gt(p, 1e-6, "%s (mean %g, truncated %d): chi-square p = %g", plim_count_law_name(count->law), mean,
	             truncated, p);
	free(seen);
	plim_count_table_free(&table);
}

Test(dist_count, draws)
{
	for (size_t i = 0; i < LAWS; i++)
		check_draws(&laws[i], false, 100 + i);
}

Test(dist_count, truncated_draws)
{
	for (size_t i = 0; i < LAWS; i++)
		if (plim_count_p_zero(&laws[i]) < 0.9999 && laws[i].law != PLIM_COUNT_FIXED)
			check_draws(&laws[i], true, 200 + i);
}

Test(dist_count, table_values_are_exact)
{
	plim_count_table *table = must_build(&(plim_count){T}, false);
	cr_expect_eq(plim_count_table_at(table, 0), 0);
	cr_expect_eq(plim_count_table_largest(table), 1000000);
	check_threshold(table, 0, 5 / 8.5, 3.5 / 8.5, 1e-15);
	check_threshold(table, 6, 6 / 8.5, 2.5 / 8.5, 1e-15);
	check_threshold(table, 999999, 8 / 8.5, 0.5 / 8.5, 1e-15);
	plim_count_table_free(&table);
	table = must_build(&(plim_count){T}, true);
	cr_expect_eq(plim_count_table_at(table, 0), 3);
	check_threshold(table, 3, 1 / 3.5, 2.5 / 3.5, 1e-15);
	plim_count_table_free(&table);
}

/* Zero-inflation far from 0 costs no thresholds in between. */
Test(dist_count, inflation_far_from_zero)
{
	plim_count_table *table = must_build(&(plim_count){Z(1e7, 0.25)}, false);
	cr_expect_eq(plim_count_table_at(table, END / 4 - 1), 0);
	cr_expect_gt(plim_count_table_at(table, END / 4), 9900000);
	cr_expect_lt(plim_count_table_bytes(table), 2000000);
	plim_count_table_free(&table);
}

static void digest_of(const plim_count *count, uint8_t raw[static PLIM_DIGEST_SIZE])
{
	plim_count_table *table = must_build(count, false);
	plim_digest digest;
	plim_digest_init(&digest);
	plim_count_table_digest(table, &digest);
	plim_digest_final(&digest, raw);
	plim_count_table_free(&table);
}

Test(dist_count, digest)
{
	uint8_t one[PLIM_DIGEST_SIZE], again[PLIM_DIGEST_SIZE], other[PLIM_DIGEST_SIZE];
	digest_of(&(plim_count){P(3)}, one);
	digest_of(&(plim_count){P(3)}, again);
	digest_of(&(plim_count){P(3.000001)}, other);
	cr_expect_arr_eq(one, again, PLIM_DIGEST_SIZE);
	cr_expect_arr_neq(one, other, PLIM_DIGEST_SIZE);
}
