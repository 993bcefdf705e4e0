/* SPDX-License-Identifier: Apache-2.0 */
/* Percentiles, tail means, moments and probabilities with 95 % intervals, from tallies or from the losses themselves.
 */
#ifndef PLIM_STATS_PERCENTILE_H
#define PLIM_STATS_PERCENTILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"
#include "stats/bucket_list.h"
#include "stats/probability.h"
#include "stats/tally.h"

#define PLIM_CONFIDENCE 0.95

/* `exact`: the value comes from the losses themselves or from whole exact sums, or is 0: not from inside a bucket.
 * Bounds may be +inf. */
typedef struct plim_estimate {
	double value, lower, upper;
	bool exact;
} plim_estimate;

typedef struct plim_moments {
	double mean, mean_se, mean_lower, mean_upper, sd;
	double p_zero;
	uint64_t positive; /* trials above 0 */
} plim_moments;

/** A probability with the ranks of its interval among n trials: costly to find, so found once for many variables. */
typedef struct plim_ranked {
	plim_probability p;
	uint64_t lower, upper;
} plim_ranked;

plim_ranked plim_ranked_of(const plim_probability *p, uint64_t n);

/** The same for `count` probabilities; the caller releases *ranked with plim_mem_free. PLIM_ERROR_MEMORY. */
plim_status plim_ranked_list(const plim_probability *p, size_t count, uint64_t n, plim_ranked **ranked,
                             plim_error *error);

/**
 * VaR_p for `count` probabilities over n >= 1 trials: out[i] is the value at rank n - floor((1 - p) n).
 *
 * With `losses` (n values in any order, the same that were added to the tally) values and bounds are order statistics
 * themselves; one pass collects the values of the buckets that hold a wanted rank, and only those are sorted. With
 * NULL the value is interpolated by rank within its bucket and the bounds are the outer ends of buckets.
 * Bounds are the order statistics l, u with P(l <= Binomial(n, p) < u) >= 0.95; a lower rank of 0 gives 0, an upper
 * rank above n gives +inf. PLIM_ERROR_MEMORY; PLIM_ERROR_INTERNAL when losses and tally do not belong together.
 */
plim_status plim_percentiles(const plim_tally *tally, uint64_t n, const double *losses, const plim_probability *p,
                             size_t count, plim_estimate *out, plim_error *error);

/**
 * TVaR_p: mean of the worst (1 - p) n trials, the boundary trial (that of VaR_p) taken in part.
 *
 * With `losses` exact; without, the sums of coarse bins are exact and only the bin of the boundary is shared out over
 * its buckets. Interval: TVaR +- 1.96 sqrt((Var(X | worst) + p (TVaR - VaR)^2) / ((1 - p) n)), the asymptotic variance
 * of the empirical tail mean (Manistre and Hancock, North American Actuarial Journal 9(2), 2005), not below 0; fewer
 * than two whole trials in the tail say nothing of their spread: then from the lower bound of VaR_p to +inf. A variance
 * of the model that is infinite is the caller's to know. Errors as plim_percentiles.
 */
plim_status plim_tvars(const plim_tally *tally, uint64_t n, const double *losses, const plim_probability *p,
                       size_t count, plim_estimate *out, plim_error *error);

/** The same from a list, such as that of one id of a sparse set; p is ranked for the same n. */
plim_status plim_list_percentiles(const plim_bucket_list *list, uint64_t n, const double *losses,
                                  const plim_ranked *p, size_t count, plim_estimate *out, plim_error *error);
plim_status plim_list_tvars(const plim_bucket_list *list, uint64_t n, const double *losses, const plim_ranked *p,
                            size_t count, plim_estimate *out, plim_error *error);

/**
 * Mean, its standard error and interval (mean +- 1.96 se, not below 0), standard deviation (n - 1), and the share of
 * trials without loss (for its interval: plim_exceedance), over n >= 1 trials. Of one trial sd is 0 and se +inf; after
 * an overflow mean, se and sd are +inf.
 */
plim_status plim_moments_of(const plim_tally *tally, uint64_t n, plim_moments *out, plim_error *error);
void plim_list_moments(const plim_bucket_list *list, uint64_t n, plim_moments *out);

/** Mean and standard deviation (n - 1) of min(X, limit) over n >= 1 trials; within the bucket of `limit` values are taken to be spread
 *  evenly. */
void plim_list_limited(const plim_bucket_list *list, uint64_t n, double limit, double *mean, double *sd);

/** TVaR from a known mean, `rest` = 1 - p, q = VaR_p of the trials: see run/cross_check.h. Not exact. */
plim_estimate plim_tvar_from_mean(const plim_bucket_list *list, uint64_t n, double q, double rest, double mean);

/**
 * A probability from an exact counter: `above` of n >= 1 trials. Interval of Clopper and Pearson while either count is
 * below 1,000, else Wilson's with continuity correction. `exact` is true.
 */
plim_estimate plim_exceedance(uint64_t above, uint64_t n);

/**
 * Weights that turn sums by coarse bin of the total into parts of its TVaR_p: 1 / ((1 - p) n) above the bin of the
 * boundary, 0 below, and in that bin the share of the total's own sum that lies in the tail. So the parts of groups
 * that add up to the total add up to `tvar`, the TVaR of the same tally and n. weight has PLIM_BIN_ALL entries.
 */
plim_status plim_tail_weights(const plim_tally *total, uint64_t n, const plim_probability *p, double tvar,
                              double weight[static PLIM_BIN_ALL], plim_error *error);

/**
 * Ranks l <= rank <= u of the 95 % interval of the p-quantile from n trials: P(B < l) <= 0.025 and P(B >= u) <= 0.025
 * for B ~ Binomial(n, p). *lower may be 0 and *upper n + 1: there is no such trial.
 */
void plim_interval_ranks(const plim_probability *p, uint64_t n, uint64_t *lower, uint64_t *upper);

/** The two-sided normal factor of PLIM_CONFIDENCE, 1.95996... */
double plim_confidence_z(void);

#endif
