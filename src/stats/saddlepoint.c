/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/saddlepoint.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

/* Beyond exp(+-MOST) nothing changes any more. */
#define MOST 600.0

/* K'(s) - mean, +inf beyond the end of where K is finite; it increases. */
static double slope_less(plim_cgf cgf, const void *context, double s, double mean)
{
	double k[3];
	return cgf(context, s, false, k) && isfinite(k[1]) ? k[1] - mean : INFINITY;
}

/* The s with K'(s) = mean: doubled steps until it is enclosed, then false position after Illinois, with a bisection
 * where an end is infinite or steps are short. */
static double solve(plim_cgf cgf, const void *context, double mean, double scale)
{
	double a = 0, fa = slope_less(cgf, context, 0, mean), step = (fa < 0 ? 1e-3 : -1e-3) / scale;
	double b = step, fb = slope_less(cgf, context, b, mean);
	for (; (fb < 0) == (fa < 0) && fabs(b) * scale < MOST; b += step) {
		a = b;
		fa = fb;
		step *= 2;
		fb = slope_less(cgf, context, b + step, mean);
	}
	for (int i = 0; i < 200 && fabs(b - a) > 1e-12 * fabs(b) && fa != 0 && fb != 0; i++) {
		double at = isfinite(fa) && isfinite(fb) && i % 8 != 7 ? a - fa * (b - a) / (fb - fa) : (a + b) / 2;
		double f = slope_less(cgf, context, at, mean);
		if ((f < 0) != (fb < 0)) {
			a = b;
			fa = fb;
		} else {
			fa /= 2;
		}
		b = at;
		fb = f;
		if (fabs(f) < 1e-12 * mean)
			break;
	}
	return isfinite(fb) ? b : a;
}

/* r and u of the formula, for the sum at x; false at the mean, where it is 0 / 0. */
static bool saddle(plim_cgf cgf, const void *context, double n, double x, double scale, bool lattice, double *r,
                   double *u)
{
	double k[3];
	const double s = solve(cgf, context, x / n, scale);
	cgf(context, s, true, k);
	*u = (lattice ? -expm1(-s) : s) * sqrt(n * k[2]);
	*r = copysign(sqrt(fmax(0, 2 * (s * x - n * k[0]))), s);
	return fabs(*r) > 1e-3 && fabs(*u) > 1e-3;
}

/* P(sum < x) and P(sum >= x), each accurate in its own tail. */
static void split(plim_cgf cgf, const void *context, double n, double x, double scale, bool lattice, double *below,
                  double *above)
{
	double r, u, k[3];
	if (!saddle(cgf, context, n, x, scale, lattice, &r, &u)) { /* the normal law serves at the mean */
		cgf(context, 0, true, k);
		r = (x - (lattice ? 0.5 : 0) - n * k[1]) / sqrt(n * k[2]);
		u = r;
	}
	const double turn = u == r ? 0 : gsl_ran_ugaussian_pdf(r) * (1 / u - 1 / r);
	*above = fmin(1, fmax(0, gsl_cdf_ugaussian_Q(r) + turn));
	*below = fmin(1, fmax(0, gsl_cdf_ugaussian_P(r) - turn));
}

void plim_saddlepoint_tails(plim_cgf cgf, const void *context, double n, double x, double scale, bool lattice,
                            double *below, double *above)
{
	double unused, k[3];
	if (!lattice) {
		split(cgf, context, n, x, scale, false, below, above);
		return;
	}
	*above = 1;
	if (x > 0.5)
		split(cgf, context, n, x, scale, true, &unused, above);
	if (x < 0.5 && cgf(context, -MOST / scale, false, k))
		*below = exp(n * k[0]); /* nothing at all happened */
	else
		split(cgf, context, n, x + 1, scale, true, below, &unused);
}
