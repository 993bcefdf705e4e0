/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Normal, gamma and beta laws in long double, both tails to full relative accuracy; and root finding.
 *
 * Written here because GSL and the double functions of libm change last bits with the CPU, which quantile tables must
 * not.
 */
#ifndef PLIM_DIST_SPECIAL_H
#define PLIM_DIST_SPECIAL_H

#include <stdbool.h>

#include "dist/amount_law.h"

/** Quantile of the standard normal law: the smaller of p and q decides. */
long double plim_normal_quantile(long double p, long double q);

/** Probability pair of the standard normal law at z. */
plim_prob plim_normal_split(long double z);

/** A gamma law with scale 1, prepared. */
typedef struct plim_gamma_law {
	long double shape;
	long double factor; /* ln of x f(x) at x = shape */
} plim_gamma_law;

plim_gamma_law plim_gamma_make(long double shape);

/** Probability pair at x >= 0; *slope (may be NULL) is x f(x). Series below the mean, continued fraction above. */
plim_prob plim_gamma_split(const plim_gamma_law *law, long double x, long double *slope);
long double plim_gamma_quantile(const plim_gamma_law *law, long double p, long double q);

/** A beta law on [0, 1], prepared. */
typedef struct plim_beta_law {
	long double alpha, beta;
	long double factor; /* ln of x (1 - x) f(x) at the mean */
} plim_beta_law;

plim_beta_law plim_beta_make(long double alpha, long double beta);

/** Probability pair at x, given with y = 1 - x; *slope (may be NULL) is x y f(x). */
plim_prob plim_beta_split(const plim_beta_law *law, long double x, long double y, long double *slope);

/** Quantile; *y (may be NULL) is 1 - x with its own accuracy. */
long double plim_beta_quantile(const plim_beta_law *law, long double p, long double q, long double *y);

/** Root of a continuous function between lo and hi by Chandrupatla's method (bisection and inverse quadratic steps),
 *  to the last bits; false if the ends have the same sign. */
bool plim_solve(long double (*function)(const void *, long double), const void *context, long double lo, long double hi,
                long double *root);

/** Nodes and weights of the 20-point Gauss-Legendre rule on [-1, 1]. */
#define PLIM_GAUSS_POINTS 20
void plim_gauss_rule(long double node[static PLIM_GAUSS_POINTS], long double weight[static PLIM_GAUSS_POINTS]);

#endif
