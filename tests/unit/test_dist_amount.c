/* SPDX-License-Identifier: Apache-2.0 */
/* Amount laws against GSL and against themselves. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>

#include "dist/special.h"
#include "dist_amount_make.h"

#define EPS 0x1p-52

/* Quantiles of both tails down to 1e-12 against GSL's; `tolerance` is what GSL's own inverse is good for. */
static void against(plim_amount amount, double (*pinv)(double, double, double), double (*qinv)(double, double, double),
                    double a, double b, double tolerance)
{
	gsl_set_error_handler_off();
	for (double tail = 1e-12; tail <= 0.5; tail *= 1.7) {
		double low = (double)plim_amount_quantile(&amount, tail, 1 - (long double)tail);
		double high = (double)plim_amount_quantile(&amount, 1 - (long double)tail, tail);
		cr_expect_float_eq(low / pinv(tail, a, b), 1, tolerance, "%s(%g, %g) p %g: %.17g, GSL %.17g",
		                   plim_family_name(amount.family), a, b, tail, low, pinv(tail, a, b));
		cr_expect_float_eq(high / qinv(tail, a, b), 1, tolerance, "%s(%g, %g) q %g: %.17g, GSL %.17g",
		                   plim_family_name(amount.family), a, b, tail, high, qinv(tail, a, b));
	}
	plim_amount_clear(&amount);
}

static plim_amount two(plim_family family, const char *first, double a, const char *second, double b)
{
	return amount_make(family, GIVEN({first, a}, {second, b}));
}

Test(dist_amount, gsl_closed_forms)
{
	for (double a = 0.3; a < 6; a *= 2.3) {
		for (double b = 0.5; b < 200; b *= 9) {
			against(two(PLIM_FAMILY_WEIBULL, "shape", a, "scale", b), gsl_cdf_weibull_Pinv, gsl_cdf_weibull_Qinv, b, a,
			        1e-13);
			against(two(PLIM_FAMILY_PARETO, "shape", a, "minimum", b), gsl_cdf_pareto_Pinv, gsl_cdf_pareto_Qinv, a, b,
			        1e-13);
			against(two(PLIM_FAMILY_LOMAX, "shape", 1e9, "scale", 1e9 * b), gsl_cdf_weibull_Pinv, gsl_cdf_weibull_Qinv,
			        b, 1, 1e-6);
			against(two(PLIM_FAMILY_UNIFORM, "min", a, "max", a + b), gsl_cdf_flat_Pinv, gsl_cdf_flat_Qinv, a, a + b,
			        1e-14);
		}
	}
}

Test(dist_amount, gsl_lognormal)
{
	for (double sigma = 0.05; sigma < 5; sigma *= 2)
		against(two(PLIM_FAMILY_LOGNORMAL, "mu", 1.5, "sigma", sigma), gsl_cdf_lognormal_Pinv, gsl_cdf_lognormal_Qinv,
		        1.5, sigma, 1e-13);
}

/* GSL's gamma and beta inverses stop at some 1e-9 relative (and fail now and then), so its cdf is the oracle: a
 * relative error e of a tail probability is an error of about e / slope of ln x. */
static void against_cdf(plim_amount amount, double (*cdf_p)(double, double, double),
                        double (*cdf_q)(double, double, double), double a, double b)
{
	for (double tail = 1e-12; tail <= 0.5; tail *= 1.7) {
		double low = (double)plim_amount_quantile(&amount, tail, 1 - (long double)tail);
		double high = (double)plim_amount_quantile(&amount, 1 - (long double)tail, tail);
		if (low > 1e-290)
			cr_expect_float_eq(cdf_p(low, a, b) / tail, 1, 3e-10, "%s(%g, %g) p %g: GSL %g",
			                   plim_family_name(amount.family), a, b, tail, cdf_p(low, a, b) / tail - 1);
		/* next to 1 a double cannot say how far from 1 it is */
		double slack = amount.family == PLIM_FAMILY_BETA ? EPS / (1 - high) * 2 * b : 0;
		if (slack < 1e-3)
			cr_expect_float_eq(cdf_q(high, a, b) / tail, 1, 3e-10 + slack, "%s(%g, %g) q %g: GSL %g",
			                   plim_family_name(amount.family), a, b, tail, cdf_q(high, a, b) / tail - 1);
	}
	plim_amount_clear(&amount);
}

Test(dist_amount, gsl_gamma)
{
	for (double shape = 0.1; shape < 3000; shape *= 2.1)
		against_cdf(two(PLIM_FAMILY_GAMMA, "shape", shape, "scale", 3), gsl_cdf_gamma_P, gsl_cdf_gamma_Q, shape, 3);
}

Test(dist_amount, gsl_beta)
{
	for (double alpha = 0.1; alpha < 300; alpha *= 3.7)
		for (double beta = 0.13; beta < 300; beta *= 3.1)
			against_cdf(two(PLIM_FAMILY_BETA, "alpha", alpha, "beta", beta), gsl_cdf_beta_P, gsl_cdf_beta_Q, alpha,
			            beta);
}

Test(dist_amount, normal_tails)
{
	gsl_set_error_handler_off();
	for (double tail = 0.5; tail > 1e-300; tail *= 1e-3) {
		double z = (double)plim_normal_quantile(1 - (long double)tail, tail);
		cr_expect_float_eq(z, gsl_cdf_ugaussian_Qinv(tail), 1e-13 * (1 + z), "%g: %.17g %.17g", tail, z,
		                   gsl_cdf_ugaussian_Qinv(tail));
	}
	/* far beyond a double */
	for (long double tail = 1e-300L; tail > 1e-4900L; tail *= 1e-37L)
		cr_expect_float_eq((double)(plim_normal_split(plim_normal_quantile(1, tail)).q / tail), 1, 1e-13);
}

/* Stirling's series takes over at 16: factorials tell whether it is right there. (a - 1)! from products, a few bits. */
Test(dist_amount, stirling)
{
	long double factorial = 1;
	for (int a = 2; a < 40; a++) {
		factorial *= a - 1;
		long double wanted = a * logl(a) - a - logl(factorial);
		cr_expect_float_eq((double)(plim_gamma_make(a).factor - wanted), 0, 6e-18 * (a < 20 ? 1 : 10), "%d: %Lg", a,
		                   plim_gamma_make(a).factor - wanted);
	}
}

/* Closed forms at exactly known points. */
Test(dist_amount, known_values)
{
	const struct {
		plim_family family;
		const pair *given;
		long double p;
		double value;
	} cases[] = {
	    {PLIM_FAMILY_BURR, GIVEN({"shape1", 2}, {"shape2", 3}, {"scale", 10}), 0.75L, 10},
	    {PLIM_FAMILY_LOG_LOGISTIC, GIVEN({"shape", 2}, {"scale", 10}), 0.8L, 20},
	    {PLIM_FAMILY_GPD, GIVEN({"shape", 0.5}, {"scale", 10}, {"location", 3}), 0.75L, 23},
	    {PLIM_FAMILY_GPD, GIVEN({"shape", -0.5}, {"scale", 10}), 0.75L, 10},
	    {PLIM_FAMILY_GPD, GIVEN({"shape", 0}, {"scale", 10}), 0.5L, 6.931471805599453},
	    {PLIM_FAMILY_LOMAX, GIVEN({"shape", 2}, {"scale", 10}), 0.75L, 10},
	    {PLIM_FAMILY_LOG_UNIFORM, GIVEN({"min", 1}, {"max", 10000}), 0.75L, 1000},
	    {PLIM_FAMILY_TRIANGULAR, GIVEN({"min", 0}, {"mode", 2}, {"max", 8}), 0.25L, 2},
	    {PLIM_FAMILY_TRIANGULAR, GIVEN({"min", 0}, {"mode", 0}, {"max", 8}), 0.75L, 4},
	    {PLIM_FAMILY_PERT, GIVEN({"min", 10}, {"mode", 20}, {"max", 30}), 0.5L, 20},
	    {PLIM_FAMILY_BETA, GIVEN({"alpha", 1}, {"beta", 2}), 0.75L, 0.5},
	    {PLIM_FAMILY_LOGNORMAL, GIVEN({"median", 7}, {"sigma", 2}, {"times", 3}, {"shift", -1}), 0.5L, 20},
	    {PLIM_FAMILY_EXPONENTIAL, GIVEN({"mean", 7}, {"cap", 3}), 0.5L, 3},
	    {PLIM_FAMILY_FIXED, GIVEN({"value", 7}, {"times", 2}), 0.1L, 14},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		plim_amount amount = amount_make(cases[i].family, cases[i].given);
		double x = (double)plim_amount_quantile(&amount, cases[i].p, 1 - cases[i].p);
		cr_expect_float_eq(x, cases[i].value, 4 * EPS * fabs(cases[i].value), "%s: %.17g",
		                   plim_family_name(cases[i].family), x);
		plim_amount_clear(&amount);
	}
}

/* cdf(quantile(p)) = p in both tails down to 2^-53, with and without conditioning. `grain` is the rounding of long
 * double where a value near 0 is the difference of large ones. */
static void round_trip_grain(plim_amount amount, double grain)
{
	for (int k = 1; k <= 53; k++) {
		long double tail = ldexpl(1, -k);
		for (int side = 0; side < 2; side++) {
			long double x = plim_amount_quantile(&amount, side ? 1 - tail : tail, side ? tail : 1 - tail);
			/* what the cdf says one rounding of a double to either side of x */
			double below = nextafter((double)x, -INFINITY) - grain;
			double above = nextafter((double)x, INFINITY) + grain;
			long double lo = side ? plim_amount_sf(&amount, above) : plim_amount_cdf(&amount, below);
			long double hi = side ? plim_amount_sf(&amount, below) : plim_amount_cdf(&amount, above);
			cr_expect(lo <= tail * (1 + 1e-12L) && hi >= tail * (1 - 1e-12L), "%s %s 2^-%d: x %.17Lg gives %Lg to %Lg",
			          plim_family_name(amount.family), side ? "q" : "p", k, x, lo / tail - 1, hi / tail - 1);
		}
	}
	plim_amount_clear(&amount);
}

static void round_trip(plim_amount amount)
{
	round_trip_grain(amount, 0);
}

Test(dist_amount, round_trips)
{
	round_trip(amount_make(PLIM_FAMILY_BURR, GIVEN({"shape1", 1.3}, {"shape2", 2.1}, {"scale", 1e4})));
	round_trip(amount_make(PLIM_FAMILY_LOG_LOGISTIC, GIVEN({"shape", 1.3}, {"scale", 1e4})));
	round_trip(amount_make(PLIM_FAMILY_GPD, GIVEN({"shape", 0.7}, {"scale", 10}, {"location", 5})));
	round_trip(amount_make(PLIM_FAMILY_GPD, GIVEN({"shape", -0.4}, {"scale", 10})));
	round_trip(amount_make(PLIM_FAMILY_LOMAX, GIVEN({"shape", 1.7}, {"scale", 10}, {"times", 3})));
	round_trip(amount_make(PLIM_FAMILY_LOG_UNIFORM, GIVEN({"min", 3}, {"max", 1e7})));
	round_trip(amount_make(PLIM_FAMILY_TRIANGULAR, GIVEN({"min", 3}, {"mode", 9}, {"max", 50})));
	round_trip(amount_make(PLIM_FAMILY_PERT, GIVEN({"min", 0}, {"mode", 9}, {"max", 50}, {"lambda", 7})));
	round_trip(amount_make(PLIM_FAMILY_GAMMA, GIVEN({"mean", 9}, {"cv", 0.7})));
	round_trip(amount_make(PLIM_FAMILY_LOGNORMAL, GIVEN({"p5", 12e3}, {"p95", 900e3}, {"shift", 100})));
}

Test(dist_amount, conditioned_far_in_a_tail)
{
	/* mass 1e-7 and less, above and below */
	round_trip(amount_make(PLIM_FAMILY_LOGNORMAL, GIVEN({"mu", 0}, {"sigma", 1}, {"min", 200}, {"max", 500})));
	round_trip(amount_make(PLIM_FAMILY_LOGNORMAL, GIVEN({"mu", 0}, {"sigma", 1}, {"min", 0.002}, {"max", 0.005})));
	round_trip_grain(amount_make(PLIM_FAMILY_NORMAL, GIVEN({"mean", -6}, {"sd", 1})), 2e-18);
	round_trip(amount_make(PLIM_FAMILY_GAMMA, GIVEN({"shape", 2}, {"scale", 1}, {"min", 25})));
	round_trip(amount_make(PLIM_FAMILY_EXPONENTIAL, GIVEN({"mean", 1}, {"min", 26}, {"max", 27})));
	/* an exponential has no memory */
	plim_amount amount = amount_make(PLIM_FAMILY_EXPONENTIAL, GIVEN({"mean", 1}, {"min", 26}));
	for (double tail = 1e-12; tail < 0.5; tail *= 3)
		cr_expect_float_eq((double)plim_amount_quantile(&amount, 1 - (long double)tail, tail), 26 - log(tail),
		                   1e-13 * 50);
	plim_amount_clear(&amount);
}

Test(dist_amount, normal_is_cut_at_zero_unless_told)
{
	plim_amount amount = amount_make(PLIM_FAMILY_NORMAL, GIVEN({"mean", 1}, {"sd", 2}));
	double low, high;
	plim_amount_support(&amount, &low, &high);
	cr_expect_eq(low, 0);
	cr_expect(isinf(high));
	cr_expect(plim_amount_quantile(&amount, 1e-9L, 1 - 1e-9L) >= 0);
	plim_amount_clear(&amount);
	amount = amount_make(PLIM_FAMILY_NORMAL, GIVEN({"mean", 1}, {"sd", 2}, {"min", -1e9}));
	cr_expect_float_eq((double)plim_amount_quantile(&amount, 1e-3L, 1 - 1e-3L), 1 + 2 * gsl_cdf_ugaussian_Pinv(1e-3),
	                   1e-13);
	plim_amount_clear(&amount);
}

Test(dist_amount, refusals)
{
#define REFUSED(family, text, ...) amount_refused(amount_given(PLIM_FAMILY_##family, GIVEN(__VA_ARGS__)), text)
	REFUSED(LOGNORMAL, "sigma", {"mu", 1});
	REFUSED(LOGNORMAL, "it was given mean, cv, sigma", {"mean", 1}, {"cv", 1}, {"sigma", 1});
	REFUSED(LOGNORMAL, "does not take shape", {"mean", 1}, {"cv", 1}, {"shape", 1});
	REFUSED(LOGNORMAL, "sigma must be above 0, it is -1", {"mu", 1}, {"sigma", -1});
	REFUSED(LOGNORMAL, "p95 (1) must be above p5 (2)", {"p5", 2}, {"p95", 1});
	REFUSED(LOGNORMAL, "only once", {"p5", 2}, {"p5.0", 3});
	REFUSED(LOGNORMAL, "only once", {"mu", 2}, {"mu", 2}, {"sigma", 1});
	REFUSED(LOGNORMAL, "does not take p100", {"p5", 2}, {"p100", 3});
	REFUSED(LOGNORMAL, "times must be above 0", {"mu", 2}, {"sigma", 1}, {"times", 0});
	REFUSED(LOGNORMAL, "min (3) must be below max (2)", {"mu", 2}, {"sigma", 1}, {"min", 3}, {"max", 2});
	REFUSED(LOGNORMAL, "below 1e-12", {"mu", 0}, {"sigma", 1}, {"min", 1e4});
	REFUSED(LOGNORMAL, "finite", {"mu", NAN}, {"sigma", 1});
	REFUSED(GAMMA, "shape must lie between 0.1", {"shape", 0.09}, {"scale", 1});
	REFUSED(GAMMA, "cv must lie between", {"mean", 1}, {"cv", 4});
	REFUSED(GAMMA, "p95 / p5 is", {"p5", 1e-30}, {"p95", 1});
	REFUSED(BETA, "at least 0.1", {"alpha", 0.09}, {"beta", 1});
	REFUSED(BETA, "must be below 1.63299", {"mean", 0.2}, {"cv", 1.9});
	REFUSED(BETA, "between min and max", {"p5", 0.1}, {"p95", 1.1});
	REFUSED(TRIANGULAR, "mode is 5, but", {"min", 1}, {"mode", 5}, {"max", 4});
	REFUSED(TRIANGULAR, "mean is 9, but min and max allow only values from 4 to 7", {"min", 1}, {"max", 10},
	        {"mean", 9});
	REFUSED(TRIANGULAR, "(p90 - p50) / (p50 - p10)", {"p10", 1}, {"p50", 2}, {"p90", 9});
	REFUSED(UNIFORM, "must be below", {"min", 1}, {"max", 1});
	REFUSED(UNIFORM, "one quantile too many", {"p1", 1}, {"p2", 2}, {"p3", 3}, {"p4", 4});
	REFUSED(LOMAX, "cv must be above 1", {"mean", 1}, {"cv", 1});
	REFUSED(LOMAX, "p95 / p50 is 2", {"p50", 1}, {"p95", 2});
	REFUSED(WEIBULL, "above 0", {"p5", -1}, {"p95", 2});
	REFUSED(GPD, "above location 5", {"p5", 4}, {"p95", 20}, {"location", 5});
	REFUSED(LOGNORMAL, "exceed any number", {"mu", 0}, {"sigma", 100});
	REFUSED(FIXED, "below 1e-12", {"value", 4}, {"min", 5});
#undef REFUSED
}

Test(dist_amount, keys)
{
	cr_expect(plim_amount_key_known(PLIM_FAMILY_LOGNORMAL, "p99.5"));
	cr_expect(plim_amount_key_known(PLIM_FAMILY_LOGNORMAL, "median"));
	cr_expect(plim_amount_key_known(PLIM_FAMILY_LOGNORMAL, "cap"));
	cr_expect(plim_amount_key_known(PLIM_FAMILY_GPD, "location"));
	cr_expect_not(plim_amount_key_known(PLIM_FAMILY_LOGNORMAL, "q"));
	cr_expect_not(plim_amount_key_known(PLIM_FAMILY_LOGNORMAL, "p0"));
	cr_expect_not(plim_amount_key_known(PLIM_FAMILY_LOGNORMAL, "p1e1"));
	cr_expect_not(plim_amount_key_known(PLIM_FAMILY_FIXED, "p50"));
	cr_expect_not(plim_amount_key_known(PLIM_FAMILY_LOGNORMAL, "shape"));
	for (int i = 0; i < PLIM_FAMILY_COUNT; i++) {
		plim_family family;
		cr_expect(plim_family_parse(plim_family_name((plim_family)i), &family) && (int)family == i);
		cr_expect_not_null(plim_amount_keys((plim_family)i)[0]);
	}
}
