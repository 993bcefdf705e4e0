/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Common intensities: with a loss of 1 for each event annual sums are counts. Under a gamma intensity a Poisson count
 * of mean m is negative binomial (dispersion cv^2), and so is the sum of two threats of one group; under regimes it is
 * a mixture of Poisson counts. Chi-square at 1e-6 over cells of at least 25 expected trials. Variances and the
 * covariance between threats against Var N = m + m^2 v,  Cov(N1, N2) = m1 m2 v,  v the variance of the factor, by the
 * spread over independent seeds (16 of them: beyond 6 standard errors with a chance of 2e-5).
 */
#include <math.h>

#include "dist/count.h"
#include "counts.h"
#include "long.h"
#include "run_model.h"
#include "tap.h"

#define HEAD "plimsoll: 1\nname: intensity\ncurrency: EUR\n"
#define CELLS 200
#define SEEDS 16

static plim_results *run(const char *threats, const char *intensity, uint64_t trials, uint64_t seed)
{
	char text[4096];
	run_of what = {.trials = trials, .seed = seed};
	snprintf(text, sizeof text,
	         HEAD "nodes:\n  - {id: a, kind: port, trips: 2}\n  - {id: b, kind: port, trips: 0.5}\nthreats:\n%s%s%s",
	         threats, *intensity ? "intensity:\n" : "", intensity);
	return run_text(text, &what);
}

static void check_counts(const char *name, const plim_results *r, const double *pmf)
{
	size_t loud, tests = plim_results_checks(r, &loud);
	tap_ok(tests > 0 && loud == 0, "%s: no contradiction in %zu tests against exact laws", name, tests);
	counts_check(name, r->ylt[0], r->trials, pmf, CELLS);
}

static void add_pmf(double *pmf, plim_count law, double weight)
{
	for (int k = 0; k < CELLS; k++)
		pmf[k] += weight * (double)plim_count_pmf(&law, (uint64_t)k);
}

static plim_count negative_binomial(double mean, double dispersion)
{
	return (plim_count){.law = PLIM_COUNT_NEGATIVE_BINOMIAL, .mean = mean, .dispersion = dispersion};
}

static void laws(void)
{
	const uint64_t trials = test_is_long() ? 4000000 : 400000;
	static const char one[] = "  - {id: t, frequency: {poisson: {rate: 3}}, loss: {fixed: {value: 1}}}\n";
	static const char two[] = "  - {id: t, frequency: {poisson: {rate: 3}}, loss: {fixed: {value: 1}}}\n"
	                          "  - {id: u, where: {nodes: {kind: port}}, exposure: trips, frequency: {poisson: {rate: "
	                          "0.8}}, vulnerability: 0.5, "
	                          "loss: {fixed: {value: 1}}}\n";
	double pmf[CELLS] = {0}, both[CELLS] = {0}, regimes[CELLS] = {0};
	add_pmf(pmf, negative_binomial(3, 0.36), 1);
	plim_results *r = run(one, "  - {group: g, threats: [t], gamma: {cv: 0.6}}\n", trials, 5);
	check_counts("a Poisson count under a gamma intensity", r, pmf);
	plim_results_free(&r);
	/* 3 + 2.5 x 0.8 x 0.5 = 4 events a year, all under one factor */
	add_pmf(both, negative_binomial(4, 0.36), 1);
	r = run(two, "  - {group: g, threats: [t, u], gamma: {cv: 0.6}}\n", trials, 5);
	check_counts("two threats, three sources, one intensity", r, both);
	plim_results_free(&r);
	/* factors 0.5 and 3 with weights 4 and 1 have the mean 1 */
	add_pmf(regimes, (plim_count){.law = PLIM_COUNT_POISSON, .mean = 1.5}, 0.8);
	add_pmf(regimes, (plim_count){.law = PLIM_COUNT_POISSON, .mean = 9}, 0.2);
	r = run(one, "  - {group: g, threats: [t], regimes: [{weight: 4, factor: 0.5}, {weight: 1, factor: 3}]}\n", trials,
	        5);
	check_counts("regimes", r, regimes);
	plim_results_free(&r);
	r = run(one, "  - {group: g, threats: [t], regimes: [{weight: 40, factor: 1}, {weight: 10, factor: 6}]}\n", trials,
	        5);
	check_counts("regimes scaled to a mean of 1", r, regimes);
	plim_results_free(&r);
}

static double variance_of(const plim_results *r, plim_group_kind kind, const char *name)
{
	const plim_moments_row *m =
	    plim_results_moments(r, 0, (uint32_t)plim_results_group(r, kind, name), PLIM_MEASURE_AEP);
	return m->sd * m->sd;
}

static void check_spread(const char *name, const double *value, double exact)
{
	double sum = 0, squares = 0;
	for (int i = 0; i < SEEDS; i++)
		sum += value[i] / SEEDS;
	for (int i = 0; i < SEEDS; i++)
		squares += (value[i] - sum) * (value[i] - sum);
	double error = sqrt(squares / (SEEDS - 1) / SEEDS);
	tap_ok(fabs(sum - exact) < 6 * error && error < 0.1 * exact, "%s: %.5g, exact %.5g (%+.2f errors)", name, sum,
	       exact, (sum - exact) / error);
}

static void moments(void)
{
	static const char threats[] =
	    "  - {id: t, frequency: {poisson: {rate: 3}}, loss: {fixed: {value: 1}}}\n"
	    "  - {id: u, frequency: {negative_binomial: {mean: 2, dispersion: 0.5}}, loss: {fixed: {value: 1}}}\n"
	    "  - {id: v, frequency: {poisson: {rate: 2}}, loss: {fixed: {value: 1}}}\n";
	double t[SEEDS], u[SEEDS], covariance[SEEDS], apart[SEEDS];
	for (int i = 0; i < SEEDS; i++) {
		plim_results *r = run(threats, "  - {group: g, threats: [t, u], gamma: {cv: 0.8}}\n", 40000, 100 + (uint64_t)i);
		double v = variance_of(r, PLIM_GROUP_THREAT, "v"), all = variance_of(r, PLIM_GROUP_TOTAL, "total");
		t[i] = variance_of(r, PLIM_GROUP_THREAT, "t");
		u[i] = variance_of(r, PLIM_GROUP_THREAT, "u");
		covariance[i] = (all - t[i] - u[i] - v) / 2;
		apart[i] = v;
		plim_results_free(&r);
	}
	check_spread("Var of a Poisson count", t, 3 + 9 * 0.64);
	/* given the factor f: 2 f + 0.5 (2 f)^2, and E f^2 = 1.64 */
	check_spread("Var of a negative binomial count", u, 2 + 0.5 * 4 * 1.64 + 4 * 0.64);
	check_spread("Cov between the two", covariance, 3 * 2 * 0.64);
	check_spread("Var of a threat outside the group", apart, 2);
}

/* Threats outside the group keep their draws, bit for bit. */
static void others_stay(void)
{
	static const char both[] = "  - {id: t, frequency: {poisson: {rate: 3}}, loss: {fixed: {value: 0}}}\n"
	                           "  - {id: v, frequency: {poisson: {rate: 2}}, loss: {exponential: {mean: 5}}}\n";
	plim_results *with = run(both, "  - {group: g, threats: [t], gamma: {cv: 0.8}}\n", 20000, 9),
	             *without = run(both, "", 20000, 9);
	tap_ok(memcmp(with->ylt[0], without->ylt[0], 20000 * sizeof(double)) == 0, "other threats keep their draws");
	tap_ok(strcmp(with->plan_sha256, without->plan_sha256) != 0 &&
	           strcmp(with->model_sha256, without->model_sha256) != 0,
	       "model and plan are others");
	plim_results_free(&with);
	plim_results_free(&without);
}

int main(void)
{
	laws();
	moments();
	others_stay();
	return tap_done();
}
