/* SPDX-License-Identifier: Apache-2.0 */
/* Quantile tables against the quantile functions they were made from, against GSL, and against what must be exact.
 * With PLIM_TEST_VERBOSE set, prints the worst error of each law. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "dist/amount_breaks.h"
#include "dist/quantile_build.h"
#include "dist/quantile_eval.h"
#include "dist/round.h"

#define END PLIM_QUANTILE_END

/* Addressed draws: the i-th uniform of a stream (splitmix64). */
static uint64_t draw(uint64_t stream, uint64_t i)
{
	uint64_t z = stream * UINT64_C(0xd1342543de82ef95) + (i + 1) * UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (z ^ (z >> 31)) >> 12;
}

static long double p_of(uint64_t x)
{
	return ((long double)x + 0.5L) * 0x1p-52L;
}

static long double q_of(uint64_t x)
{
	return ((long double)(END - 1 - x) + 0.5L) * 0x1p-52L;
}

/* --- amounts to test with --- */

typedef struct law_case {
	plim_family family;
	const char *key[6];
	double value[6];
} law_case;

static void give(plim_amount *amount, const char *key, double value)
{
	plim_given *grown = plim_mem_alloc(amount->given_count + 1, sizeof *grown);
	if (amount->given_count)
		memcpy(grown, amount->given, amount->given_count * sizeof *grown);
	grown[amount->given_count].name = plim_mem_string(key);
	grown[amount->given_count++].value = value;
	plim_mem_free(amount->given);
	amount->given = grown;
}

static plim_amount amount_of(const law_case *law)
{
	plim_amount amount = {.family = law->family, .min = -INFINITY, .max = INFINITY, .times = 1, .cap = INFINITY};
	for (int i = 0; i < 6 && law->key[i]; i++)
		give(&amount, law->key[i], law->value[i]);
	return amount;
}

static double *doubles(const double *values, size_t count)
{
	double *copy = plim_mem_alloc(count, sizeof *copy);
	memcpy(copy, values, count * sizeof *copy);
	return copy;
}

static void lists(plim_amount *amount, const double *x, size_t nx, const double *w, size_t nw)
{
	amount->x = doubles(x, nx);
	amount->w = doubles(w, nw);
	amount->count = nx;
}

static void mix(plim_amount *amount, const law_case *part, const double *weights, size_t parts)
{
	amount->part = plim_mem_alloc(parts, sizeof *amount->part);
	amount->parts = parts;
	for (size_t i = 0; i < parts; i++)
		amount->part[i] = amount_of(&part[i]);
	if (weights) {
		amount->w = doubles(weights, parts);
		amount->count = parts;
	}
}

static void must_build(plim_amount *amount)
{
	plim_error error = {0};
	amount->allow_infinite_mean = true;
	cr_assert_eq(plim_amount_build(amount, &error), PLIM_OK, "%s: %s", plim_family_name(amount->family), error.text);
}

static plim_quantile_table *must_compile(const plim_amount *amount)
{
	plim_error error = {0};
	plim_quantile_table *table = NULL;
	cr_assert_eq(plim_quantile_table_build(amount, &table, &error), PLIM_OK, "%s: %s", plim_family_name(amount->family),
	             error.text);
	return table;
}

/* --- the error --- */

static double scale_of(const plim_amount *amount)
{
	double low, high;
	double scale = fabs((double)plim_amount_quantile(amount, 0.5L, 0.5L));
	plim_amount_support(amount, &low, &high);
	if (low < 0 && high > 0)
		scale = fmax(scale,
		             (double)(plim_amount_quantile(amount, 0.75L, 0.25L) - plim_amount_quantile(amount, 0.25L, 0.75L)));
	return scale;
}

/* The quantile with its probability moved by the share `by` of the smaller tail: a break may lie that far off. */
static long double moved(const plim_amount *amount, uint64_t x, long double by)
{
	long double p = p_of(x);
	long double q = q_of(x);
	long double step = by * (p < q ? p : q);
	return plim_amount_quantile(amount, p + step, q - step);
}

/* Distance of the table from the law at x, in the scale of the bound. Where the table has breaks, 32 bits of the tail
 * are all that a break's place is known to, so the law may be met anywhere within these. */
static double error_at(const plim_amount *amount, const plim_quantile_table *table, double floor, uint64_t x)
{
	double got = plim_quantile_table_at(table, x);
	long double low = plim_amount_quantile(amount, p_of(x), q_of(x));
	long double high = low;
	double scale = fmax(fabs((double)low), floor);
	if (fabsl(got - low) > 0.9L * PLIM_QUANTILE_ERROR * scale && table->kind == PLIM_QUANTILE_KIND_PIECES) {
		low = moved(amount, x, -0x1p-31L);
		high = moved(amount, x, 0x1p-31L);
	}
	long double off = got < low ? low - got : got > high ? got - high : 0;
	return off == 0 ? 0 : (double)off / scale;
}

/* The j-th place to look at: both ends, every octave's edges from both ends, and points inside the octaves. */
static uint64_t place(unsigned j, uint64_t stream)
{
	unsigned octave = (j >> 1) % 52;
	uint64_t m = UINT64_C(1) << octave;
	switch ((j >> 1) / 52) {
	case 0: m -= 1; break;
	case 1: break;
	default: m += draw(stream, j) & (m - 1); break;
	}
	m &= END / 2 - 1;
	return j & 1 ? END - 1 - m : m;
}

#define PLACES (2 * 52 * 40)

static double worst_error(const plim_amount *amount, const plim_quantile_table *table, uint64_t *where)
{
	double floor = 1e-9 * scale_of(amount);
	double worst = 0;
	for (unsigned j = 0; j < PLACES; j++) {
		uint64_t x = place(j, 1);
		double error = error_at(amount, table, floor, x);
		if (!(error <= worst)) {
			worst = error;
			*where = x;
		}
	}
	return worst;
}

static void check_error(const plim_amount *amount)
{
	plim_quantile_table *table = must_compile(amount);
	uint64_t where = 0;
	double worst = worst_error(amount, table, &where);
	if (getenv("PLIM_TEST_VERBOSE"))
		fprintf(stderr, "%-13s %s %g: worst %.2e at x = %llx, %zu segments, %zu pieces\n",
		        plim_family_name(amount->family), amount->given_count ? amount->given[0].name : "",
		        amount->given_count ? amount->given[0].value : 0, worst, (unsigned long long)where,
		        table->segment_count, table->count);
	cr_expect(worst <= PLIM_QUANTILE_ERROR, "%s %s=%g: error %g at x = %llx", plim_family_name(amount->family),
	          amount->given_count ? amount->given[0].name : "", amount->given_count ? amount->given[0].value : 0, worst,
	          (unsigned long long)where);
	plim_quantile_table_free(&table);
	cr_expect_null(table);
}

static void check_case(const law_case *law)
{
	plim_amount amount = amount_of(law);
	must_build(&amount);
	check_error(&amount);
	plim_amount_clear(&amount);
}

#define F(name) PLIM_FAMILY_##name

static const law_case closed_cases[] = {
    {F(FIXED), {"value"}, {1234.56789}},
    {F(UNIFORM), {"min", "max"}, {0, 10}},
    {F(UNIFORM), {"min", "max"}, {-3, 5}},
    {F(UNIFORM), {"min", "max"}, {1e6, 2e6}},
    {F(LOG_UNIFORM), {"min", "max"}, {1e4, 1e5}},
    {F(LOG_UNIFORM), {"min", "max"}, {1e-3, 1e9}},
    {F(TRIANGULAR), {"min", "mode", "max"}, {0, 2, 10}},
    {F(TRIANGULAR), {"min", "mode", "max"}, {0, 5, 10}},
    {F(TRIANGULAR), {"min", "mode", "max"}, {-4, 1, 2}},
    {F(TRIANGULAR), {"min", "mode", "max"}, {1, 1, 3}},
    {F(NORMAL), {"mean", "sd"}, {100, 30}},
    {F(NORMAL), {"mean", "sd"}, {1, 10}},
    {F(NORMAL), {"mean", "sd", "min"}, {100, 100, -1e6}},
    {F(LOGNORMAL), {"median", "sigma"}, {1e5, 0.1}},
    {F(LOGNORMAL), {"median", "sigma"}, {1e5, 1}},
    {F(LOGNORMAL), {"median", "sigma"}, {1e5, 2}},
    {F(LOGNORMAL), {"median", "sigma"}, {1e5, 3.07}},
    {F(LOGNORMAL), {"p5", "p95"}, {12e3, 900e3}},
    {F(LOGNORMAL), {"median", "sigma", "cap"}, {1e5, 2, 1e6}},
    {F(LOGNORMAL), {"median", "sigma", "min", "max"}, {1e5, 2, 2e4, 5e5}},
    {F(LOGNORMAL), {"median", "sigma", "times", "shift"}, {1e5, 1, 3, 1000}},
    {F(EXPONENTIAL), {"mean"}, {7}},
    {F(EXPONENTIAL), {"mean", "shift"}, {7, -2}},
    {F(WEIBULL), {"shape", "scale"}, {0.3, 10}},
    {F(WEIBULL), {"shape", "scale"}, {2, 10}},
    {F(WEIBULL), {"shape", "scale"}, {12, 10}},
    {F(PARETO), {"shape", "minimum"}, {1.5, 100}},
    {F(PARETO), {"shape", "minimum", "cap"}, {0.8, 100, 1e6}},
    {F(LOMAX), {"shape", "scale"}, {2.5, 100}},
    {F(GPD), {"shape", "scale", "location"}, {0.5, 10, 3}},
    {F(GPD), {"shape", "scale", "location"}, {-0.3, 10, 0}},
    {F(GPD), {"shape", "scale", "location"}, {0, 10, 0}},
    {F(BURR), {"shape1", "shape2", "scale"}, {2, 3, 10}},
    {F(LOG_LOGISTIC), {"shape", "scale"}, {3, 10}},
};

static const law_case special_cases[] = {
    {F(PERT), {"min", "mode", "max"}, {0, 1, 5}},
    {F(PERT), {"min", "mode", "max"}, {0.1, 0.3, 0.6}},
    {F(PERT), {"min", "mode", "max", "lambda"}, {0, 0, 5, 10}},
    {F(BETA), {"alpha", "beta"}, {0.1, 0.2}},
    {F(BETA), {"alpha", "beta"}, {0.5, 0.5}},
    {F(BETA), {"alpha", "beta"}, {2, 30}},
    {F(BETA), {"alpha", "beta", "min", "max"}, {3, 2, 10, 20}},
    {F(GAMMA), {"shape", "scale"}, {0.1, 10}},
    {F(GAMMA), {"shape", "scale"}, {1, 10}},
    {F(GAMMA), {"mean", "cv"}, {9, 0.7}},
    {F(GAMMA), {"shape", "scale"}, {200, 0.5}},
};

Test(dist_table, closed_families)
{
	for (size_t i = 0; i < sizeof closed_cases / sizeof *closed_cases; i++)
		check_case(&closed_cases[i]);
}

Test(dist_table, special_families)
{
	for (size_t i = 0; i < sizeof special_cases / sizeof *special_cases; i++)
		check_case(&special_cases[i]);
}

Test(dist_table, metalog)
{
	const double x[] = {10, 40, 200};
	const double p[] = {0.1, 0.5, 0.9};
	const law_case forms[] = {{F(METALOG), {"lower"}, {0}}, {F(METALOG), {"lower", "upper"}, {0, 1000}}};
	for (size_t i = 0; i < 2; i++) {
		plim_amount amount = amount_of(&forms[i]);
		lists(&amount, x, 3, p, 3);
		must_build(&amount);
		check_error(&amount);
		plim_amount_clear(&amount);
	}
}

Test(dist_table, histogram)
{
	const double edges[] = {0, 10, 20, 50, 60, 1000};
	const double weights[] = {5, 3, 0, 1e-3, 2};
	plim_amount amount = amount_of(&(law_case){F(HISTOGRAM), {0}, {0}});
	lists(&amount, edges, 6, weights, 5);
	must_build(&amount);
	check_error(&amount);
	plim_quantile_table *table = must_compile(&amount);
	/* nothing in the empty bin, and the jump is at the exact x */
	long double p = 8.0L / 10.001L;
	uint64_t x = (uint64_t)floorl(p * 0x1p52L - 0.5L);
	cr_expect_leq(plim_quantile_table_at(table, x), 20);
	cr_expect_gt(plim_quantile_table_at(table, x), 20 - 1e-9);
	cr_expect_geq(plim_quantile_table_at(table, x + 1), 50);
	cr_expect_lt(plim_quantile_table_at(table, x + 1), 50 + 1e-9);
	for (uint64_t i = 0; i < 200000; i++) {
		double y = plim_quantile_table_at(table, draw(3, i));
		cr_assert(y <= 20 || y >= 50, "%g lies in the empty bin", y);
	}
	plim_quantile_table_free(&table);
	plim_amount_clear(&amount);
}

Test(dist_table, mixtures)
{
	const law_case smooth[] = {{F(LOGNORMAL), {"median", "sigma"}, {100, 1}}, {F(GAMMA), {"shape", "scale"}, {2, 5}}};
	const law_case kinked[] = {{F(UNIFORM), {"min", "max"}, {0, 10}}, {F(UNIFORM), {"min", "max"}, {5, 30}}};
	const law_case gap[] = {{F(UNIFORM), {"min", "max"}, {0, 1}}, {F(PARETO), {"shape", "minimum"}, {2, 10}}};
	const law_case atoms[] = {{F(FIXED), {"value"}, {0}}, {F(LOGNORMAL), {"median", "sigma"}, {100, 1}}};
	const law_case inner[] = {{F(FIXED), {"value"}, {100}}, {F(LOGNORMAL), {"median", "sigma"}, {100, 1}}};
	const law_case capped[] = {{F(LOGNORMAL), {"median", "sigma", "cap"}, {100, 1, 300}},
	                           {F(EXPONENTIAL), {"mean"}, {50}}};
	const law_case *const all[] = {smooth, kinked, gap, atoms, inner, capped};
	const double weights[] = {3, 2};
	for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
		plim_amount amount = amount_of(&(law_case){F(MIXTURE), {0}, {0}});
		mix(&amount, all[i], weights, 2);
		must_build(&amount);
		check_error(&amount);
		plim_amount_clear(&amount);
	}
}

/* An atom inside a smooth law: exactly its value over exactly its share (to the 32 bits of a break). */
Test(dist_table, atom_in_mixture)
{
	const law_case parts[] = {{F(FIXED), {"value"}, {123.456}}, {F(EXPONENTIAL), {"mean"}, {200}}};
	const double weights[] = {1, 3};
	plim_amount amount = amount_of(&(law_case){F(MIXTURE), {"times"}, {3}});
	mix(&amount, parts, weights, 2);
	must_build(&amount);
	plim_quantile_table *table = must_compile(&amount);
	const double atom = (double)(3 * (long double)123.456);
	const size_t n = 1000000;
	size_t hits = 0;
	for (uint64_t i = 0; i < n; i++)
		hits += plim_quantile_table_at(table, draw(4, i)) == atom;
	cr_expect_lt(fabs((double)hits - 0.25 * (double)n), 4.5 * sqrt(0.25 * 0.75 * (double)n), "%zu hits", hits);
	plim_quantile_table_free(&table);
	plim_amount_clear(&amount);
}

Test(dist_table, spliced)
{
	const law_case parts[] = {{F(LOGNORMAL), {"median", "sigma"}, {100, 1}}, {F(GPD), {"shape", "scale"}, {0.4, 200}}};
	plim_amount amount = amount_of(&(law_case){F(SPLICED), {"at"}, {500}});
	mix(&amount, parts, NULL, 2);
	must_build(&amount);
	check_error(&amount);
	plim_amount_clear(&amount);
}

Test(dist_table, empirical_is_exact)
{
	const double x[] = {5.5, 1.25, 9.1, 1e9, 0.1};
	const double w[] = {1, 2, 3, 1e-6, 4};
	const double order[] = {0.1, 1.25, 5.5, 9.1, 1e9};
	const long double below[] = {0, 4, 6, 7, 10};
	const long double total = 10 + (long double)1e-6;
	plim_amount amount = amount_of(&(law_case){F(EMPIRICAL), {"cap"}, {5e8}});
	lists(&amount, x, 5, w, 5);
	must_build(&amount);
	check_error(&amount);
	plim_quantile_table *table = must_compile(&amount);
	for (int i = 0; i < 5; i++) {
		double value = order[i] > 5e8 ? 5e8 : order[i];
		uint64_t start = i ? (uint64_t)floorl(below[i] / total * 0x1p52L + 0.5L) : 0;
		cr_expect_eq(plim_quantile_table_at(table, start + 1), value);
		if (i)
			cr_expect_eq(plim_quantile_table_at(table, start - 2), order[i - 1]);
	}
	cr_expect_eq(plim_quantile_table_at(table, END - 1), 5e8);
	plim_quantile_table_free(&table);
	plim_amount_clear(&amount);
}

/* First x at which the table reaches `value`. */
static uint64_t first_at(const plim_quantile_table *table, double value)
{
	uint64_t low = 0;
	uint64_t high = END - 1;
	while (low < high) {
		uint64_t middle = (low + high) / 2;
		if (plim_quantile_table_at(table, middle) >= value)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

Test(dist_table, cap_is_exact)
{
	const double cap = 1234567.891;
	plim_amount amount = amount_of(&(law_case){F(LOGNORMAL), {"median", "sigma", "cap"}, {1e5, 2, cap}});
	must_build(&amount);
	plim_quantile_table *table = must_compile(&amount);
	uint64_t x = first_at(table, cap);
	double q = (double)q_of(x);
	double low = gsl_cdf_lognormal_Q(cap * (1 + 1e-6), log(1e5), 2);
	double high = gsl_cdf_lognormal_Q(cap * (1 - 1e-6), log(1e5), 2);
	cr_expect(q > low && q < high, "cap met at q = %.17g, not in [%.17g, %.17g]", q, low, high);
	for (uint64_t i = 0; i < 100000; i++) {
		uint64_t at = x + draw(5, i) % (END - x);
		cr_assert_eq(plim_quantile_table_at(table, at), cap);
	}
	cr_expect_eq(table->kind, PLIM_QUANTILE_KIND_WHOLE, "a cap alone keeps the fast path");
	plim_quantile_table_free(&table);
	plim_amount_clear(&amount);
}

/* --- oracle --- */

typedef struct oracle {
	law_case law;
	double (*lower)(double p, double a, double b);
	double (*upper)(double q, double a, double b);
	double a, b;
} oracle;

static double exponential_lower(double p, double a, double b)
{
	(void)b;
	return gsl_cdf_exponential_Pinv(p, a);
}

static double exponential_upper(double q, double a, double b)
{
	(void)b;
	return gsl_cdf_exponential_Qinv(q, a);
}

static void check_oracle(const oracle *o, double reach)
{
	plim_amount amount = amount_of(&o->law);
	must_build(&amount);
	plim_quantile_table *table = must_compile(&amount);
	for (unsigned j = 0; j < PLACES; j++) {
		uint64_t x = place(j, 9);
		double p = (double)p_of(x);
		double q = (double)q_of(x);
		if (fmin(p, q) < reach)
			continue;
		double want = p < q ? o->lower(p, o->a, o->b) : o->upper(q, o->a, o->b);
		double got = plim_quantile_table_at(table, x);
		/* 1e-8 more for what GSL's inverses miss */
		cr_expect_leq(fabs(got - want), (PLIM_QUANTILE_ERROR + 1e-8) * want, "%s at %g: %.12g, GSL %.12g",
		              plim_family_name(o->law.family), p, got, want);
	}
	plim_quantile_table_free(&table);
	plim_amount_clear(&amount);
}

Test(dist_table, gsl)
{
	const oracle oracles[] = {
	    {{F(LOGNORMAL), {"mu", "sigma"}, {10, 2}}, gsl_cdf_lognormal_Pinv, gsl_cdf_lognormal_Qinv, 10, 2},
	    {{F(WEIBULL), {"shape", "scale"}, {0.7, 3}}, gsl_cdf_weibull_Pinv, gsl_cdf_weibull_Qinv, 3, 0.7},
	    {{F(PARETO), {"shape", "minimum"}, {1.5, 3}}, gsl_cdf_pareto_Pinv, gsl_cdf_pareto_Qinv, 1.5, 3},
	    {{F(EXPONENTIAL), {"mean"}, {3}}, exponential_lower, exponential_upper, 3, 0},
	};
	for (size_t i = 0; i < sizeof oracles / sizeof *oracles; i++)
		check_oracle(&oracles[i], 0);
	/* GSL's searched inverses are sure to hold in the body only */
	const oracle searched[] = {
	    {{F(GAMMA), {"shape", "scale"}, {2.5, 3}}, gsl_cdf_gamma_Pinv, gsl_cdf_gamma_Qinv, 2.5, 3},
	    {{F(BETA), {"alpha", "beta"}, {2, 3}}, gsl_cdf_beta_Pinv, gsl_cdf_beta_Qinv, 2, 3},
	};
	for (size_t i = 0; i < sizeof searched / sizeof *searched; i++)
		check_oracle(&searched[i], 1e-6);
}

/* --- shape, identity, errors --- */

Test(dist_table, monotone_within_the_bound)
{
	for (size_t i = 0; i < sizeof closed_cases / sizeof *closed_cases; i++) {
		plim_amount amount = amount_of(&closed_cases[i]);
		must_build(&amount);
		plim_quantile_table *table = must_compile(&amount);
		double floor = 1e-9 * scale_of(&amount);
		for (uint64_t j = 0; j < 50000; j++) {
			uint64_t x = draw(6, j) >> (j % 40);
			uint64_t gap = draw(7, j) >> (12 + j % 40);
			double y = plim_quantile_table_at(table, x);
			double z = plim_quantile_table_at(table, x + gap < END ? x + gap : END - 1);
			cr_assert_geq(z, y - 2 * PLIM_QUANTILE_ERROR * fmax(fabs(y), floor), "%s at %llx",
			              plim_family_name(amount.family), (unsigned long long)x);
		}
		plim_quantile_table_free(&table);
		plim_amount_clear(&amount);
	}
}

static void digest_of(const plim_amount *amount, char hex[static PLIM_DIGEST_HEX_SIZE])
{
	plim_quantile_table *table = must_compile(amount);
	plim_digest digest;
	uint8_t raw[PLIM_DIGEST_SIZE];
	plim_digest_init(&digest);
	plim_quantile_table_digest(table, &digest);
	plim_digest_final(&digest, raw);
	plim_digest_hex(raw, hex);
	plim_quantile_table_free(&table);
}

Test(dist_table, digest_tells_laws_apart)
{
	char one[PLIM_DIGEST_HEX_SIZE], again[PLIM_DIGEST_HEX_SIZE], other[PLIM_DIGEST_HEX_SIZE];
	plim_amount amount = amount_of(&(law_case){F(LOGNORMAL), {"median", "sigma"}, {1e5, 2}});
	plim_amount near = amount_of(&(law_case){F(LOGNORMAL), {"median", "sigma"}, {1e5, 2.0000001}});
	must_build(&amount);
	must_build(&near);
	digest_of(&amount, one);
	digest_of(&amount, again);
	digest_of(&near, other);
	cr_expect_str_eq(one, again);
	cr_expect_str_neq(one, other);
	plim_amount_clear(&amount);
	plim_amount_clear(&near);
}

Test(dist_table, loop_equals_reference)
{
	enum { N = 4099 }; /* not a multiple of a vector */
	static uint64_t x[N];
	static double y[N];
	for (size_t i = 0; i < sizeof closed_cases / sizeof *closed_cases; i++) {
		plim_amount amount = amount_of(&closed_cases[i]);
		must_build(&amount);
		plim_quantile_table *table = must_compile(&amount);
		for (unsigned j = 0; j < N; j++)
			x[j] = j < PLACES ? place(j, 8) : draw(8, j);
		plim_quantile_eval(table, x, y, N);
		for (unsigned j = 0; j < N; j++)
			cr_assert_eq(plim_quantile_bits(y[j]), plim_quantile_bits(plim_quantile_table_at(table, x[j])));
		cr_expect_gt(plim_quantile_table_bytes(table), 0);
		plim_quantile_table_free(&table);
		plim_amount_clear(&amount);
	}
}

Test(dist_table, too_wide_is_refused)
{
	plim_amount amount = amount_of(&(law_case){F(WEIBULL), {"shape", "scale"}, {0.006, 1}});
	plim_quantile_table *table = NULL;
	plim_error error = {0};
	must_build(&amount);
	cr_expect_eq(plim_quantile_table_build(&amount, &table, &error), PLIM_ERROR_MODEL);
	cr_expect_null(table);
	cr_expect_neq(error.text[0], '\0');
	plim_amount_clear(&amount);
}

Test(dist_table, round_to_32_bits)
{
	const double unit = 0x1p-31; /* the last of 32 bits of 1 */
	cr_expect_eq(plim_round_32(1 + unit), 1 + unit);
	cr_expect_eq(plim_round_32(1 + unit / 2), 1, "a half goes to the even neighbour");
	cr_expect_eq(plim_round_32(1 + 1.5 * unit), 1 + 2 * unit);
	cr_expect_eq(plim_round_32(1 + unit / 2 + 0x1p-52), 1 + unit);
	cr_expect_eq(plim_round_32(2 - 0x1p-52), 2, "a carry reaches the exponent");
	cr_expect_eq(plim_round_32(-(1 + 1.5 * unit)), -(1 + 2 * unit));
	cr_expect_eq(plim_round_32(0), 0);
}

Test(dist_table, cubic_through_four_points)
{
	const double t[4] = {0, 0.25, 0.75, 1};
	double y[4];
	plim_quantile_segment segment;
	for (int i = 0; i < 4; i++)
		y[i] = 1 + t[i] * (2 + t[i] * (-3 + t[i] * 4));
	quantile_cubic_fit(t, y, &segment);
	for (int i = 0; i < 4; i++)
		cr_expect_float_eq(segment.c[i], ((double[]){1, 2, -3, 4})[i], 1e-14);
}

Test(dist_table, starts_of_probabilities)
{
	cr_expect_eq(quantile_start_of(0, 1, false), 0);
	cr_expect_eq(quantile_start_of(0.5L, 0.5L, false), END / 2);
	cr_expect_eq(quantile_start_of(0x1p-52L, 1 - 0x1p-52L, true), 1);
	cr_expect_eq(quantile_start_of(1 - 0x1p-52L, 0x1p-52L, true), END - 1);
	cr_expect_eq(quantile_start_of(1, 0, true), END);
}
