/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Families fitted to a sample of amounts by maximum likelihood.
 *
 * The sample may be truncated from the left (amounts at or below `threshold` never came in), and some of its amounts
 * may be known only within bounds. With F the law and S = 1 - F the log-likelihood is sum ln f(x_i) + sum ln (F(b_j) -
 * F(a_j)) - (n + m) ln S(threshold). Intervals are those of the profile likelihood: the values at which its maximum
 * over the other parameters is at most chi2_1(0.95) / 2 = 1.92 below the top (Wilks 1938). They follow a change of the
 * parameter and keep to its range.
 */
#ifndef PLIM_STATS_FIT_AMOUNT_H
#define PLIM_STATS_FIT_AMOUNT_H

#include <stdint.h>

#include "plimsoll/status.h"
#include "stats/fit_law.h"

/** A sample: borrowed. */
typedef struct plim_fit_sample {
	const double *value; /* above `threshold` and above 0 */
	size_t values;
	const double *low, *high; /* bounds of further amounts, threshold <= low < high, high may be INFINITY */
	size_t bounded;
	double threshold; /* 0: none */
} plim_fit_sample;

/** One family fitted. */
typedef struct plim_fit_amount {
	plim_family family;
	bool good;                                   /* a regular maximum was found; else nothing below holds but `why` */
	const char *why;                             /* static: why not */
	size_t parameters;                           /* free ones */
	double coordinate[PLIM_FIT_MOST_PARAMETERS]; /* fit_law.h */
	double origin; /* location of a gpd: the threshold; minimum of a pareto: the threshold, else the smallest value */
	double natural[PLIM_FIT_MOST_PARAMETERS], lower[PLIM_FIT_MOST_PARAMETERS], upper[PLIM_FIT_MOST_PARAMETERS];
	double origin_lower;        /* pareto without threshold: 95 % lower bound of the minimum; else NAN */
	double log_likelihood, aic; /* aic = 2 k - 2 lnL; NAN for a pareto whose minimum is the smallest value */
	double ks, ad;              /* Kolmogorov-Smirnov D and Anderson-Darling A2 of the known values; NAN: not defined */
	double ks_p, ad_p;          /* by plim_fit_bootstrap; NAN before */
	uint32_t replicates;        /* of it */
} plim_fit_amount;

/** Fits one family. PLIM_ERROR_MEMORY only: a fit that cannot be made says so in *out. */
plim_status plim_fit_amount_of(const plim_fit_sample *sample, plim_family family, plim_fit_amount *out,
                               plim_error *error);

/** The coordinates alone (no intervals), begun at *c: for refits. False if no maximum was found. */
bool plim_fit_again(const plim_fit_sample *sample, plim_family family, double origin, double *c);

/** Log-likelihood of a sample; -inf where the coordinates are impossible. */
double plim_fit_log_likelihood(const plim_fit_sample *sample, plim_family family, const double *c, double origin);

/**
 * P-values of D and A2, right though the parameters were estimated: `replicates` samples of the same size are drawn
 * from the fitted law, truncated and (where all bounds are from the threshold to one common limit) censored alike, each
 * is fitted anew and its own D and A2 are taken; p = (1 + replicates with as large a value) / (1 + replicates)
 * (Davison and Hinkley 1997, 4.2.3). Draws are addressed by seed, `identity`, replicate and position. Left NAN when the
 * bounds are of another kind, as D and A2 are.
 */
plim_status plim_fit_bootstrap(const plim_fit_sample *sample, plim_fit_amount *fit, uint64_t seed, uint64_t identity,
                               uint32_t replicates, plim_error *error);

/** D and A2 of sorted probabilities z (of `count` values under the law): Stephens 1974. Clamped to 1e-300 off 0 and 1.
 */
double plim_fit_ks(const double *z, size_t count);
double plim_fit_ad(const double *z, size_t count);

/** Probability of `x` within the truncated law given that it is above `limit` (>= threshold). */
double plim_fit_probability(const plim_fit_amount *fit, double limit, double x);

/** The common upper limit of all bounds that begin at the threshold; the threshold when there are no bounds; NAN when
 *  the bounds are of another kind. */
double plim_fit_common_limit(const plim_fit_sample *sample);

#endif
