/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts made of lists and of other amounts: metalog, empirical, histogram, mixture, spliced. */
#include <criterion/criterion.h>
#include <math.h>

#include "dist_amount_make.h"

#define MAKE(family, ...) amount_make(PLIM_FAMILY_##family, GIVEN(__VA_ARGS__))
#define LENGTH(array) (sizeof(array) / sizeof *(array))

static double at(const plim_amount *amount, double p)
{
	return (double)plim_amount_quantile(amount, p, 1 - (long double)p);
}

static plim_amount listed(plim_family family, const pair *given, const double *x, size_t xs, const double *w, size_t ws)
{
	plim_amount amount = amount_given(family, given);
	amount_lists(&amount, x, xs, w, ws);
	return amount;
}

static plim_amount of_two(plim_family family, const pair *given, double w0, double w1, plim_amount a, plim_amount b)
{
	plim_amount amount = amount_given(family, given);
	if (family == PLIM_FAMILY_MIXTURE)
		amount_lists(&amount, NULL, 0, (double[]){w0, w1}, 2);
	amount_parts(&amount, a, b);
	return amount;
}

#define LAW(family, ...) amount_given(PLIM_FAMILY_##family, GIVEN(__VA_ARGS__))

/* The moments again, by the midpoint rule on a million quantiles: slow, plain, and of bounded error for bounded laws.
 */
static void check_moments(const plim_amount *amount, double tolerance)
{
	const int n = 100000;
	long double sum = 0, squares = 0;
	for (int i = 0; i < n; i++) {
		long double p = (i + 0.5L) / n, x = plim_amount_quantile(amount, p, 1 - p);
		sum += x;
		squares += x * x;
	}
	long double mean = sum / n, variance = squares / n - mean * mean;
	double m = plim_amount_mean(amount), v = plim_amount_variance(amount);
	cr_expect_float_eq(m, (double)mean, tolerance * fabs(m), "%s: mean %.12g, by sums %.12Lg",
	                   plim_family_name(amount->family), m, mean);
	cr_expect_float_eq(v, (double)variance, 10 * tolerance * v, "%s: variance %.12g, by sums %.12Lg",
	                   plim_family_name(amount->family), v, variance);
}

/* P(X <= Q(p)) >= p >= P(X < Q(p)), in both tails, up to the rounding of Q to a double. */
static void check_inverse(const plim_amount *amount)
{
	for (int k = 1; k <= 50; k++) {
		long double tail = ldexpl(0.97L, -k);
		for (int side = 0; side < 2; side++) {
			double x = (double)plim_amount_quantile(amount, side ? 1 - tail : tail, side ? tail : 1 - tail);
			double below = nextafter(x, -INFINITY), above = nextafter(x, INFINITY);
			long double lo = side ? plim_amount_sf(amount, above) : plim_amount_cdf(amount, below);
			long double hi = side ? plim_amount_sf(amount, below) : plim_amount_cdf(amount, above);
			cr_expect(lo <= tail * (1 + 1e-11L) && hi >= tail * (1 - 1e-11L), "%s %s %d: %g gives %Lg to %Lg",
			          plim_family_name(amount->family), side ? "q" : "p", k, x, lo / tail, hi / tail);
		}
	}
}

/* --- metalog --- */

Test(dist_amount_compound, metalog_meets_its_quantiles)
{
	const double p[] = {0.05, 0.3, 0.5, 0.8, 0.95}, x[] = {10, 24, 35, 60, 95};
	const pair *bounds[] = {NOTHING, GIVEN({"lower", 0}), GIVEN({"upper", 200}), GIVEN({"lower", 0}, {"upper", 200}),
	                        GIVEN({"lower", 0}, {"times", 1})};
	for (size_t b = 0; b < LENGTH(bounds); b++) {
		for (size_t n = 2; n <= 5; n++) {
			plim_amount amount = amount_build(listed(PLIM_FAMILY_METALOG, bounds[b], x, n, p, n));
			for (size_t i = 0; i < n; i++)
				cr_expect_float_eq(at(&amount, p[i]), x[i], 1e-12 * x[i]);
			check_inverse(&amount);
			plim_amount_clear(&amount);
		}
	}
}

/* A logistic law is the metalog of two terms; on logarithms it is the log-logistic. */
Test(dist_amount_compound, metalog_logistic)
{
	const double p[] = {0.25, 0.75}, x[] = {10 - 2 * 1.0986122886681098, 10 + 2 * 1.0986122886681098};
	plim_amount amount = amount_build(listed(PLIM_FAMILY_METALOG, NOTHING, x, 2, p, 2));
	cr_expect_float_eq(plim_amount_mean(&amount), 10, 1e-12);
	cr_expect_float_eq(plim_amount_variance(&amount), 4 * M_PI * M_PI / 3, 1e-11);
	cr_expect_float_eq((double)plim_amount_cdf(&amount, 14), 1 / (1 + exp(-2)), 1e-14);
	plim_amount_clear(&amount);
	/* index of the upper tail: 1 / shape of the log-logistic */
	for (double shape = 0.8; shape < 4; shape += 0.7) {
		double y[] = {pow(1.0 / 3, 1 / shape), pow(3, 1 / shape)}, b = M_PI / shape;
		amount = amount_build(listed(PLIM_FAMILY_METALOG, GIVEN({"lower", 0}), y, 2, p, 2));
		double mean = plim_amount_mean(&amount);
		if (shape < 1)
			cr_expect(isinf(mean));
		else
			cr_expect_float_eq(mean, b / sin(b), 1e-9 * mean, "%g: %.12g %.12g", shape, mean, b / sin(b));
		plim_amount_clear(&amount);
	}
}

Test(dist_amount_compound, metalog_refusals)
{
	const double p[] = {0.1, 0.5, 0.9}, far[] = {1, 8, 100}, down[] = {1, 3, 2};
	amount_refused(listed(PLIM_FAMILY_METALOG, NOTHING, far, 3, p, 3), "it would fall at probability");
	amount_refused(listed(PLIM_FAMILY_METALOG, NOTHING, down, 3, p, 3), "must both increase");
	amount_refused(listed(PLIM_FAMILY_METALOG, GIVEN({"lower", 1}), far, 3, p, 3), "between lower and upper");
	amount_refused(listed(PLIM_FAMILY_METALOG, NOTHING, far, 1, p, 1), "between 2 and 16");
	amount_refused(listed(PLIM_FAMILY_METALOG, GIVEN({"mean", 1}), far, 3, p, 3), "does not take mean");
	/* bounded below the same quantiles are a law */
	plim_amount amount = amount_build(listed(PLIM_FAMILY_METALOG, GIVEN({"lower", 0}), far, 3, p, 3));
	plim_amount_clear(&amount);
}

/* --- lists --- */

Test(dist_amount_compound, empirical)
{
	const double x[] = {5, 1, 3, 1, 9}, w[] = {1, 2, 3, 2, 0};
	plim_amount amount = amount_build(listed(PLIM_FAMILY_EMPIRICAL, NOTHING, x, 5, w, 5));
	cr_expect_eq(at(&amount, 0.1), 1);
	cr_expect_eq(at(&amount, 0.5), 1);
	cr_expect_eq(at(&amount, 0.51), 3);
	cr_expect_eq(at(&amount, 0.876), 5);
	cr_expect_eq((double)plim_amount_cdf(&amount, 1), 0.5);
	cr_expect_eq((double)plim_amount_cdf(&amount, nextafter(1, 0)), 0);
	cr_expect_eq((double)plim_amount_sf(&amount, 3), 0.125);
	cr_expect_float_eq(plim_amount_mean(&amount), 18.0 / 8, 1e-15);
	cr_expect_float_eq(plim_amount_variance(&amount), (4 + 27 + 25) / 8.0 - 81.0 / 16, 1e-14);
	cr_expect(plim_amount_has_atoms(&amount));
	plim_amount_clear(&amount);
	/* min and max belong to the range; times and shift that round do not move an atom off itself */
	amount = amount_build(
	    listed(PLIM_FAMILY_EMPIRICAL, GIVEN({"min", 1}, {"max", 3}, {"times", 0.1}, {"shift", 0.7}), x, 5, w, 5));
	double top = at(&amount, 0.9);
	cr_expect_eq(top, (double)(3 * (long double)0.1 + 0.7));
	cr_expect_eq((double)plim_amount_cdf(&amount, top), 1);
	cr_expect_float_eq((double)plim_amount_cdf(&amount, at(&amount, 0.1)), 4.0 / 7, 1e-15);
	cr_expect_float_eq(plim_amount_mean(&amount), 0.7 + 1.3 / 7, 1e-15);
	plim_amount_clear(&amount);
	amount_refused(listed(PLIM_FAMILY_EMPIRICAL, NOTHING, x, 5, (double[]){0, 0, 0, 0, 0}, 5), "at least one weight");
	amount_refused(listed(PLIM_FAMILY_EMPIRICAL, NOTHING, x, 5, (double[]){0, -1, 0, 0, 0}, 5), "weight 2");
	amount_refused(listed(PLIM_FAMILY_EMPIRICAL, GIVEN({"min", 6}, {"max", 8}), x, 5, NULL, 0), "below 1e-12");
	amount_refused(amount_given(PLIM_FAMILY_EMPIRICAL, NOTHING), "at least one value");
}

Test(dist_amount_compound, histogram)
{
	const double edges[] = {0, 10, 20, 50, 60}, w[] = {1, 0, 2, 1};
	plim_amount amount = amount_given(PLIM_FAMILY_HISTOGRAM, NOTHING);
	amount_lists(&amount, edges, 5, w, 4);
	amount = amount_build(amount);
	cr_expect_float_eq(at(&amount, 0.125), 5, 1e-15);
	cr_expect_float_eq(at(&amount, 0.5), 35, 1e-14);
	cr_expect_float_eq(at(&amount, 0.875), 55, 1e-14);
	cr_expect_float_eq((double)plim_amount_cdf(&amount, 15), 0.25, 1e-17);
	cr_expect_float_eq(plim_amount_mean(&amount), (5 + 70 + 55) / 4.0, 1e-14);
	check_inverse(&amount);
	check_moments(&amount, 1e-8);
	cr_expect_not(plim_amount_has_atoms(&amount));
	plim_amount_clear(&amount);
	amount = amount_given(PLIM_FAMILY_HISTOGRAM, NOTHING);
	amount_lists(&amount, (double[]){0, 10, 10}, 3, w, 2);
	amount_refused(amount, "edge 3");
}

/* --- mixture --- */

Test(dist_amount_compound, mixture)
{
	plim_amount amount =
	    amount_build(of_two(PLIM_FAMILY_MIXTURE, NOTHING, 3, 1, LAW(LOGNORMAL, {"mu", 0}, {"sigma", 1}),
	                        LAW(GAMMA, {"shape", 2}, {"scale", 100})));
	check_inverse(&amount);
	double a = exp(0.5), b = 200, mean = 0.75 * a + 0.25 * b;
	cr_expect_float_eq(plim_amount_mean(&amount), mean, 1e-10 * mean);
	double second = 0.75 * exp(2) + 0.25 * (20000 + 40000);
	cr_expect_float_eq(plim_amount_variance(&amount), second - mean * mean, 1e-9 * second);
	double x = 30, want = 0.75 * 0.5 * erfc(-log(x) / sqrt(2)) + 0.25 * (1 - exp(-0.3) * 1.3);
	cr_expect_float_eq((double)plim_amount_cdf(&amount, x), want, 1e-15);
	cr_expect_not(plim_amount_has_atoms(&amount));
	plim_amount_clear(&amount);
}

Test(dist_amount_compound, mixture_with_atoms_and_gaps)
{
	/* half nothing, half uniform on 10 to 20, cut at 18 after doubling from 9: atoms at 0 and at the cap */
	plim_amount amount = amount_build(of_two(PLIM_FAMILY_MIXTURE, GIVEN({"cap", 18}), 1, 1, LAW(FIXED, {"value", 0}),
	                                         LAW(UNIFORM, {"min", 10}, {"max", 20})));
	cr_expect_eq(at(&amount, 0.3), 0);
	cr_expect_float_eq(at(&amount, 0.75), 15, 1e-14);
	cr_expect_eq(at(&amount, 0.95), 18);
	cr_expect_eq((double)plim_amount_cdf(&amount, 0), 0.5);
	cr_expect_eq((double)plim_amount_cdf(&amount, 5), 0.5);
	cr_expect_eq((double)plim_amount_sf(&amount, 18), 0);
	cr_expect_float_eq((double)plim_amount_sf(&amount, 17.999999999), 0.1, 1e-9);
	cr_expect_float_eq(plim_amount_mean(&amount), 0.4 * 14 + 0.1 * 18, 1e-14);
	cr_expect(plim_amount_has_atoms(&amount));
	plim_amount_clear(&amount);
	/* an atom within a continuous part */
	amount = amount_build(of_two(PLIM_FAMILY_MIXTURE, NOTHING, 1, 3, LAW(FIXED, {"value", 7.3}),
	                             LAW(LOGNORMAL, {"median", 7}, {"sigma", 1})));
	double below = (double)plim_amount_cdf(&amount, nextafter(7.3, 0)), above = (double)plim_amount_cdf(&amount, 7.3);
	cr_expect_float_eq(above - below, 0.25, 1e-14);
	for (int i = 1; i < 10; i++) {
		/* the very value, in long double too */
		long double p = below + (above - below) * i / 10;
		cr_expect(plim_amount_quantile(&amount, p, 1 - p) == 7.3);
	}
	cr_expect_lt(at(&amount, below - 1e-6), 7.3);
	cr_expect_gt(at(&amount, above + 1e-6), 7.3);
	plim_amount_clear(&amount);
}

Test(dist_amount_compound, mixture_conditioned_and_nested)
{
	plim_amount inner =
	    of_two(PLIM_FAMILY_MIXTURE, GIVEN({"times", 2}), 1, 1, LAW(EXPONENTIAL, {"mean", 3}, {"cap", 20}),
	           LAW(PERT, {"min", 5}, {"mode", 8}, {"max", 30}));
	plim_amount amount = amount_build(of_two(PLIM_FAMILY_MIXTURE, GIVEN({"min", 4}, {"max", 50}, {"shift", 1}), 2, 1,
	                                         inner, LAW(LOGNORMAL, {"median", 12}, {"sigma", 1}, {"max", 60})));
	double low, high;
	plim_amount_support(&amount, &low, &high);
	cr_expect_eq(low, 5);
	cr_expect_eq(high, 51);
	check_inverse(&amount);
	check_moments(&amount, 1e-5);
	plim_amount_clear(&amount);
	amount_refused(of_two(PLIM_FAMILY_MIXTURE, NOTHING, 1, 1, LAW(EXPONENTIAL, {"mean", 3}), LAW(GAMMA, {"mean", 2})),
	               "law 2 of a mixture: gamma needs");
	amount_refused(of_two(PLIM_FAMILY_MIXTURE, NOTHING, 0, 0, LAW(EXPONENTIAL, {"mean", 3}), LAW(FIXED, {"value", 2})),
	               "at least one weight");
}

Test(dist_amount_compound, mixture_tails)
{
	plim_amount amount = amount_build(of_two(PLIM_FAMILY_MIXTURE, NOTHING, 9, 1, LAW(EXPONENTIAL, {"mean", 3}),
	                                         LAW(PARETO, {"shape", 0.9}, {"minimum", 1})));
	cr_expect(isinf(plim_amount_mean(&amount)));
	plim_amount_clear(&amount);
	amount = amount_build(of_two(PLIM_FAMILY_MIXTURE, GIVEN({"cap", 1e6}), 9, 1, LAW(EXPONENTIAL, {"mean", 3}),
	                             LAW(PARETO, {"shape", 0.9}, {"minimum", 1})));
	double tail = pow(1e6, -0.9), pareto = 0.9 * (pow(1e6, 0.1) - 1) / 0.1 + 1e6 * tail;
	cr_expect_float_eq(plim_amount_mean(&amount), 0.9 * 3 + 0.1 * pareto, 1e-9 * pareto);
	plim_amount_clear(&amount);
	/* a weight of 0 takes no part */
	amount = amount_build(of_two(PLIM_FAMILY_MIXTURE, NOTHING, 1, 0, LAW(EXPONENTIAL, {"mean", 3}),
	                             LAW(PARETO, {"shape", 0.9}, {"minimum", 1})));
	cr_expect_float_eq(plim_amount_mean(&amount), 3, 1e-12);
	plim_amount_clear(&amount);
}

/* --- spliced --- */

Test(dist_amount_compound, spliced)
{
	plim_amount amount =
	    amount_build(of_two(PLIM_FAMILY_SPLICED, GIVEN({"at", 5}), 0, 0, LAW(LOGNORMAL, {"mu", 0}, {"sigma", 1}),
	                        LAW(GPD, {"shape", 0.25}, {"scale", 4})));
	double below = 0.5 * erfc(-log(5) / sqrt(2));
	cr_expect_float_eq((double)plim_amount_cdf(&amount, 5), below, 1e-15);
	cr_expect_float_eq((double)plim_amount_sf(&amount, 9), (1 - below) * pow(1 + 0.25, -4), 1e-15);
	cr_expect_float_eq(at(&amount, 0.5), 1, 1e-15);
	check_inverse(&amount);
	/* E of a lognormal below 5 is e^(1/2) Phi(ln 5 - 1) */
	double mean = exp(0.5) * 0.5 * erfc(-(log(5) - 1) / sqrt(2)) + (1 - below) * (5 + 4 / 0.75);
	cr_expect_float_eq(plim_amount_mean(&amount), mean, 1e-10 * mean);
	plim_amount_clear(&amount);
	amount = amount_build(of_two(PLIM_FAMILY_SPLICED, GIVEN({"at", 5}, {"max", 1000}), 0, 0,
	                             LAW(LOGNORMAL, {"mu", 0}, {"sigma", 1}), LAW(GPD, {"p50", 8}, {"p90", 30})));
	check_inverse(&amount);
	check_moments(&amount, 1e-3);
	plim_amount_clear(&amount);
}

Test(dist_amount_compound, spliced_refusals)
{
#define SPLICE(at_value, body, tail) of_two(PLIM_FAMILY_SPLICED, GIVEN({"at", at_value}), 0, 0, body, tail)
	amount_refused(SPLICE(5, LAW(EXPONENTIAL, {"mean", 1}), LAW(EXPONENTIAL, {"mean", 1})),
	               "must be gpd, not exponential");
	amount_refused(SPLICE(5, LAW(EXPONENTIAL, {"mean", 1}), LAW(GPD, {"shape", 0}, {"scale", 1}, {"location", 5})),
	               "no location");
	amount_refused(SPLICE(50, LAW(UNIFORM, {"min", 1}, {"max", 9}), LAW(GPD, {"shape", 0}, {"scale", 1})),
	               "between 1 and 9");
	amount_refused(SPLICE(5, LAW(EXPONENTIAL, {"mean", 1}), LAW(GPD, {"p50", 4}, {"p90", 9})),
	               "tail of a splice: gpd: p50");
	plim_amount amount = amount_build(SPLICE(5, LAW(EXPONENTIAL, {"mean", 1}), LAW(GPD, {"shape", 1}, {"scale", 1})));
	cr_expect(isinf(plim_amount_mean(&amount)));
	plim_amount_clear(&amount);
}
