/* SPDX-License-Identifier: Apache-2.0 */
/* Moments by quadrature against closed forms. */
#include <criterion/criterion.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#include "dist_amount_make.h"

#define MAKE(family, ...) amount_make(PLIM_FAMILY_##family, GIVEN(__VA_ARGS__))

/* Both to 1e-10 relative: ten times better than promised. Infinite must be infinite. */
static void moments(plim_amount amount, double mean, double variance)
{
	double m = plim_amount_mean(&amount), v = plim_amount_variance(&amount);
	const char *name = plim_family_name(amount.family);
	if (isinf(mean))
		cr_expect(isinf(m), "%s: mean %g should be infinite", name, m);
	else
		cr_expect_float_eq(m, mean, 1e-10 * fabs(mean), "%s: mean %.17g, wanted %.17g", name, m, mean);
	if (isinf(variance))
		cr_expect(isinf(v), "%s: variance %g should be infinite", name, v);
	else
		cr_expect_float_eq(v, variance, 1e-10 * variance, "%s: variance %.17g, wanted %.17g", name, v, variance);
	plim_amount_clear(&amount);
}

Test(dist_amount_moments, light)
{
	moments(MAKE(FIXED, {"value", 4}, {"times", 2}), 8, 0);
	moments(MAKE(UNIFORM, {"min", 2}, {"max", 5}), 3.5, 0.75);
	moments(MAKE(LOG_UNIFORM, {"min", 1}, {"max", 1e6}), (1e6 - 1) / log(1e6),
	        (1e12 - 1) / (2 * log(1e6)) - pow((1e6 - 1) / log(1e6), 2));
	moments(MAKE(TRIANGULAR, {"min", 1}, {"mode", 2}, {"max", 9}), 4, (1 + 4 + 81 - 2 - 9 - 18) / 18.0);
	moments(MAKE(PERT, {"min", 0}, {"mode", 1}, {"max", 5}), 1.5, 1.5 * 3.5 / 7);
	moments(MAKE(BETA, {"alpha", 0.1}, {"beta", 0.2}), 1.0 / 3, 0.02 / (0.09 * 1.3));
	moments(MAKE(BETA, {"alpha", 300}, {"beta", 20}), 300.0 / 320, 6000 / (320.0 * 320 * 321));
	moments(MAKE(EXPONENTIAL, {"mean", 7}, {"shift", 100}, {"times", 3}), 121, 441);
	moments(MAKE(NORMAL, {"mean", 7}, {"sd", 3}, {"min", -1000}), 7, 9);
	for (double shape = 0.1; shape < 1e4; shape *= 5)
		moments(MAKE(GAMMA, {"shape", shape}, {"scale", 2}), 2 * shape, 4 * shape);
	for (double k = 0.3; k < 20; k *= 2) {
		double g1 = gsl_sf_gamma(1 + 1 / k), g2 = gsl_sf_gamma(1 + 2 / k);
		moments(MAKE(WEIBULL, {"shape", k}, {"scale", 1}), g1, g2 - g1 * g1);
	}
	for (double s = 0.01; s < 12; s *= 2)
		moments(MAKE(LOGNORMAL, {"mu", 1}, {"sigma", s}), exp(1 + s * s / 2), expm1(s * s) * exp(2 + s * s));
}

Test(dist_amount_moments, heavy)
{
	const double shapes[] = {0.5, 1, 1.001, 1.3, 1.9, 2, 2.01, 3, 30};
	for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
		double a = shapes[i], no = INFINITY;
		double pareto = a > 2 ? 9 * a / ((a - 1) * (a - 1) * (a - 2)) : no;
		double lomax = a > 2 ? 9 * a / ((a - 1) * (a - 1) * (a - 2)) : no;
		moments(MAKE(PARETO, {"shape", a}, {"minimum", 3}), a > 1 ? 3 * a / (a - 1) : no, pareto);
		moments(MAKE(LOMAX, {"shape", a}, {"scale", 3}), a > 1 ? 3 / (a - 1) : no, lomax);
		double b = M_PI / a, ll = a > 1 ? 3 * b / sin(b) : no;
		moments(MAKE(LOG_LOGISTIC, {"shape", a}, {"scale", 3}), ll, a > 2 ? 9 * 2 * b / sin(2 * b) - ll * ll : no);
	}
	for (double xi = -3; xi < 1.3; xi += 0.1875) {
		double mean = xi < 1 ? 5 + 3 / (1 - xi) : INFINITY;
		moments(MAKE(GPD, {"shape", xi}, {"scale", 3}, {"location", 5}), mean,
		        xi < 0.5 ? 9 / ((1 - xi) * (1 - xi) * (1 - 2 * xi)) : INFINITY);
	}
	/* burr: E X^r = k B(k - r / c, 1 + r / c) */
	double k = 1.7, c = 2.2, m1 = k * gsl_sf_beta(k - 1 / c, 1 + 1 / c), m2 = k * gsl_sf_beta(k - 2 / c, 1 + 2 / c);
	moments(MAKE(BURR, {"shape1", k}, {"shape2", c}, {"scale", 1}), m1, m2 - m1 * m1);
	moments(MAKE(BURR, {"shape1", 0.5}, {"shape2", 2}, {"scale", 1}), INFINITY, INFINITY);
	/* shape1 < 1: the tail's e^(h / shape1) passes the largest number long before the mean has converged */
	moments(MAKE(BURR, {"shape1", 0.5}, {"shape2", 4}, {"scale", 1}), 0.5 * tgamma(0.25) * tgamma(1.25) / tgamma(1.5),
	        INFINITY);
}

Test(dist_amount_moments, conditioned_and_capped)
{
	/* no memory */
	moments(MAKE(EXPONENTIAL, {"mean", 1}, {"min", 20}), 21, 1);
	/* E min(X, c) = m (1 - e^-c/m); E min^2 = 2 m^2 (1 - e^-t (1 + t)) */
	double t = 2.5, mean = 3 * -expm1(-t);
	moments(MAKE(EXPONENTIAL, {"mean", 3}, {"cap", 7.5}), mean, 18 * (1 - exp(-t) * (1 + t)) - mean * mean);
	/* a Pareto of infinite mean, cut at b: a L^a (b^(1-a) - L^(1-a)) / ((1 - a) (1 - (L/b)^a)), L = 1 */
	double a = 0.5, b = 1e8, in = 1 - pow(b, -a), m1 = a * (pow(b, 1 - a) - 1) / (1 - a) / in;
	double m2 = a * (pow(b, 2 - a) - 1) / (2 - a) / in;
	moments(MAKE(PARETO, {"shape", a}, {"minimum", 1}, {"max", b}), m1, m2 - m1 * m1);
	/* and capped: the conditioned part plus b at its probability */
	double c1 = m1 * in + b * pow(b, -a), c2 = m2 * in + b * b * pow(b, -a);
	moments(MAKE(PARETO, {"shape", a}, {"minimum", 1}, {"cap", b}), c1, c2 - c1 * c1);
	/* uniform within a uniform; a cap below everything */
	moments(MAKE(FIXED, {"value", 9}, {"cap", 2}), 2, 0);
	moments(MAKE(LOG_UNIFORM, {"min", 3}, {"max", 9}, {"cap", 2}), 2, 0);
	/* normal above 0: mu = 0 is the half-normal */
	moments(MAKE(NORMAL, {"mean", 0}, {"sd", 2}), 2 * sqrt(2 / M_PI), 4 * (1 - 2 / M_PI));
}

Test(dist_amount_moments, infinite_mean_is_refused_unless_allowed)
{
	plim_error error;
	plim_amount amount = MAKE(PARETO, {"shape", 1}, {"minimum", 1});
	cr_expect_eq(plim_amount_check_mean(&amount, &error), PLIM_ERROR_MODEL);
	cr_expect(strstr(error.text, "cap"));
	amount.allow_infinite_mean = true;
	cr_expect_eq(plim_amount_check_mean(&amount, &error), PLIM_OK);
	plim_amount_clear(&amount);
	amount = MAKE(PARETO, {"shape", 1}, {"minimum", 1}, {"cap", 100});
	cr_expect_eq(plim_amount_check_mean(&amount, &error), PLIM_OK);
	plim_amount_clear(&amount);
}
