/* SPDX-License-Identifier: Apache-2.0 */
/* Elicitation: the law that was asked for is the law that comes out, whatever it was asked by. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>

#include "dist_amount_make.h"

/* A small generator with a fixed seed: tests must not depend on the part under test elsewhere (Marsaglia's xorshift).
 */
static double uniform(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return (double)(*state >> 11) * 0x1p-53;
}

/* A value between a and b, evenly by logarithm. */
static double spread(uint64_t *state, double a, double b)
{
	return a * pow(b / a, uniform(state));
}

/* Asks the law's own quantiles back: `count` of them at `percent`, beside the scalars in `fixed`. */
static void ask_back(plim_amount law, const double *percent, size_t count, const pair *fixed)
{
	char names[3][32];
	pair given[8];
	size_t n = 0;
	for (; fixed[n].name; n++)
		given[n] = fixed[n];
	/* in falling order, so that sorting is needed */
	for (size_t i = count; i-- > 0;) {
		snprintf(names[i], sizeof names[i], "p%g", percent[i]);
		long double p = (long double)percent[i] / 100;
		given[n++] = (pair){names[i], (double)plim_amount_quantile(&law, p, 1 - p)};
	}
	given[n] = (pair){NULL, 0};
	plim_amount back = amount_make(law.family, given);
	for (size_t i = n - count; i < n; i++) {
		double percentage;
		sscanf(given[i].name, "p%lf", &percentage);
		long double p = (long double)percentage / 100, q = (100 - (long double)percentage) / 100;
		double x = (double)plim_amount_quantile(&back, p, q);
		cr_expect_float_eq(x, given[i].value, 1e-11 * fabs(given[i].value), "%s %s: wanted %.17g, got %.17g",
		                   plim_family_name(law.family), given[i].name, given[i].value, x);
	}
	plim_amount_clear(&back);
	plim_amount_clear(&law);
}

#define MAKE(family, ...) amount_make(PLIM_FAMILY_##family, GIVEN(__VA_ARGS__))

static const double pairs[][2] = {{5, 95}, {50, 90}, {10, 50}, {0.1, 99.9}, {60, 99.5}, {1, 2}};
static const double triples[][3] = {{5, 50, 95}, {10, 20, 90}, {50, 90, 99}, {1, 60, 99.5}};

Test(dist_amount_elicit, two_quantiles)
{
	uint64_t state = 88172645463325252u;
	for (int i = 0; i < 60; i++) {
		const double *at = pairs[i % 6];
		double scale = spread(&state, 1e-3, 1e9), shape = spread(&state, 0.3, 30), b = spread(&state, 0.15, 40);
		ask_back(MAKE(LOGNORMAL, {"median", scale}, {"sigma", 1 / shape}), at, 2, NOTHING);
		ask_back(MAKE(NORMAL, {"mean", scale}, {"sd", shape * scale}, {"min", -1e12}), at, 2, GIVEN({"min", -1e12}));
		ask_back(MAKE(UNIFORM, {"min", -scale}, {"max", shape * scale}), at, 2, NOTHING);
		ask_back(MAKE(LOG_UNIFORM, {"min", scale}, {"max", scale * (1 + shape)}), at, 2, NOTHING);
		ask_back(MAKE(GAMMA, {"shape", b}, {"scale", scale}), at, 2, NOTHING);
		ask_back(MAKE(WEIBULL, {"shape", shape}, {"scale", scale}), at, 2, NOTHING);
		ask_back(MAKE(PARETO, {"shape", shape}, {"minimum", scale}), at, 2, NOTHING);
		ask_back(MAKE(LOMAX, {"shape", shape}, {"scale", scale}), at, 2, NOTHING);
		ask_back(MAKE(LOG_LOGISTIC, {"shape", shape}, {"scale", scale}), at, 2, NOTHING);
		ask_back(MAKE(GPD, {"shape", 1 - b / 10}, {"scale", scale}, {"location", 3}), at, 2, GIVEN({"location", 3}));
	}
}

/* The inner quantiles of a beta law may lie so near an end that a double cannot tell them from it: moderate shapes
 * here. */
Test(dist_amount_elicit, beta_and_pert)
{
	uint64_t state = 7;
	for (int i = 0; i < 24; i++) {
		const double *at = pairs[i % 4];
		double alpha = spread(&state, 0.4, 60), beta = spread(&state, 0.4, 60), c = uniform(&state);
		ask_back(MAKE(BETA, {"alpha", alpha}, {"beta", beta}), at, 2, NOTHING);
		ask_back(MAKE(BETA, {"alpha", alpha}, {"beta", beta}, {"min", 10}, {"max", 70}), at, 2,
		         GIVEN({"min", 10}, {"max", 70}));
		ask_back(MAKE(PERT, {"min", 1}, {"mode", 1 + 9 * c}, {"max", 10}, {"lambda", 6}), at, 2,
		         GIVEN({"min", 1}, {"max", 10}));
		ask_back(MAKE(PERT, {"min", 1}, {"mode", 1 + 9 * c}, {"max", 10}), at, 1, GIVEN({"min", 1}, {"max", 10}));
		ask_back(MAKE(TRIANGULAR, {"min", 1}, {"mode", 1 + 9 * c}, {"max", 10}), at, 1, GIVEN({"min", 1}, {"max", 10}));
	}
}

Test(dist_amount_elicit, three_quantiles)
{
	uint64_t state = 99;
	for (int i = 0; i < 40; i++) {
		const double *at = triples[i % 4];
		double scale = spread(&state, 1e-3, 1e9), shape = spread(&state, 0.3, 10), b = spread(&state, 0.4, 10),
		       c = uniform(&state);
		ask_back(MAKE(BURR, {"shape1", shape}, {"shape2", b}, {"scale", scale}), at, 3, NOTHING);
		ask_back(MAKE(GPD, {"shape", 1 - b / 4}, {"scale", scale}, {"location", scale}), at, 3, NOTHING);
		ask_back(MAKE(TRIANGULAR, {"min", 0}, {"mode", c * scale}, {"max", scale}), at, 3, NOTHING);
		ask_back(MAKE(PERT, {"min", 0}, {"mode", c * scale}, {"max", scale}), at, 3, NOTHING);
		ask_back(MAKE(PERT, {"min", 0}, {"mode", c * scale}, {"max", scale}, {"lambda", 9}), at, 3,
		         GIVEN({"lambda", 9}));
	}
}

Test(dist_amount_elicit, one_quantile)
{
	const double at[] = {97.5};
	ask_back(MAKE(EXPONENTIAL, {"mean", 17}), at, 1, NOTHING);
	ask_back(MAKE(GAMMA, {"shape", 0.4}, {"scale", 17}), at, 1, GIVEN({"shape", 0.4}));
	ask_back(MAKE(WEIBULL, {"shape", 0.4}, {"scale", 17}), at, 1, GIVEN({"shape", 0.4}));
	ask_back(MAKE(PARETO, {"shape", 0.4}, {"minimum", 17}), at, 1, GIVEN({"shape", 0.4}));
	ask_back(MAKE(LOMAX, {"shape", 0.4}, {"scale", 17}), at, 1, GIVEN({"shape", 0.4}));
	ask_back(MAKE(LOG_LOGISTIC, {"shape", 0.4}, {"scale", 17}), at, 1, GIVEN({"shape", 0.4}));
	ask_back(MAKE(LOGNORMAL, {"mu", 0.4}, {"sigma", 3}), at, 1, GIVEN({"sigma", 3}));
	ask_back(MAKE(GPD, {"shape", 0.4}, {"scale", 3}, {"location", 1}), at, 1, GIVEN({"shape", 0.4}, {"location", 1}));
	ask_back(MAKE(BURR, {"shape1", 0.4}, {"shape2", 3}, {"scale", 5}), at, 1, GIVEN({"shape1", 0.4}, {"shape2", 3}));
}

/* mean and cv: the built law's moments, by quadrature, are those asked for. */
Test(dist_amount_elicit, mean_and_cv)
{
	const struct {
		plim_family family;
		double cv;
		const pair *fixed;
	} cases[] = {
	    {PLIM_FAMILY_LOGNORMAL, 3, NOTHING},
	    {PLIM_FAMILY_GAMMA, 0.7, NOTHING},
	    {PLIM_FAMILY_GAMMA, 3, NOTHING},
	    {PLIM_FAMILY_WEIBULL, 0.3, NOTHING},
	    {PLIM_FAMILY_WEIBULL, 5, NOTHING},
	    {PLIM_FAMILY_PARETO, 0.8, NOTHING},
	    {PLIM_FAMILY_PARETO, 3, NOTHING},
	    {PLIM_FAMILY_LOMAX, 1.4, NOTHING},
	    {PLIM_FAMILY_LOMAX, 4, NOTHING},
	    {PLIM_FAMILY_LOG_LOGISTIC, 0.4, NOTHING},
	    {PLIM_FAMILY_LOG_LOGISTIC, 3, NOTHING},
	    {PLIM_FAMILY_UNIFORM, 0.4, NOTHING},
	    {PLIM_FAMILY_LOG_UNIFORM, 0.1, NOTHING},
	    {PLIM_FAMILY_LOG_UNIFORM, 2, NOTHING},
	    {PLIM_FAMILY_GPD, 2, NOTHING},
	    {PLIM_FAMILY_GPD, 0.5, NOTHING},
	    {PLIM_FAMILY_GPD, 0.8, GIVEN({"location", 4})},
	    {PLIM_FAMILY_BETA, 0.3, GIVEN({"min", 1}, {"max", 50})},
	    {PLIM_FAMILY_PERT, 0.3, GIVEN({"min", 1}, {"max", 50})},
	    {PLIM_FAMILY_NORMAL, 0.3, GIVEN({"min", -1000})},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		pair given[8] = {{"mean", 20}, {"cv", cases[i].cv}};
		for (size_t n = 0; cases[i].fixed[n].name; n++)
			given[n + 2] = cases[i].fixed[n];
		plim_amount amount = amount_make(cases[i].family, given);
		double mean = plim_amount_mean(&amount), sd = sqrt(plim_amount_variance(&amount));
		cr_expect_float_eq(mean, 20, 20e-10, "%s: mean %.17g", plim_family_name(amount.family), mean);
		cr_expect_float_eq(sd / 20, cases[i].cv, 1e-9 * cases[i].cv, "%s: cv %.17g", plim_family_name(amount.family),
		                   sd / 20);
		plim_amount_clear(&amount);
	}
	plim_amount amount = MAKE(TRIANGULAR, {"min", 1}, {"max", 10}, {"mean", 5});
	cr_expect_float_eq(plim_amount_mean(&amount), 5, 1e-14);
	plim_amount_clear(&amount);
	amount = MAKE(PERT, {"min", 1}, {"max", 10}, {"mean", 5}, {"lambda", 5});
	cr_expect_float_eq(plim_amount_mean(&amount), 5, 1e-14);
	plim_amount_clear(&amount);
}
