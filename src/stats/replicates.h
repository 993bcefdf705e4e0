/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Intervals from replicates: parts of a run that are alike and independent of each other, whatever ties the trials
 * within one together (the unknowns of their worlds). Replicate r has trials[r] trials; a mean over all trials is a
 * ratio of sums over replicates, and its variance that of cluster sampling (Cochran, Sampling Techniques, 1977, 9A.2):
 * R / (R - 1) sum of (total_r - mean trials_r)^2 / n^2, with R - 1 degrees of freedom.
 */
#ifndef PLIM_STATS_REPLICATES_H
#define PLIM_STATS_REPLICATES_H

#include <stddef.h>
#include <stdint.h>

#include "stats/percentile.h"
#include "stats/tally_set.h"

#define PLIM_REPLICATES 32

/** One variable in all replicates: rows of a set of PLIM_BIN_BITS mantissa bits, borrowed. */
typedef struct plim_replicates {
	uint64_t trials[PLIM_REPLICATES]; /* 0: this part of the run has none of it */
	const plim_tally_row *row[PLIM_REPLICATES];
	size_t rows[PLIM_REPLICATES];
} plim_replicates;

/** The two-sided factor of PLIM_CONFIDENCE: Student's t with `count` - 1 degrees of freedom, 24 bits of it; +inf
 * below 2. */
double plim_replicates_factor(size_t count);

/** The factor for those that have trials. */
double plim_replicates_t(const plim_replicates *r);

/** Standard error of a mean over all trials whose sum over replicate k is total[k]; +inf for fewer than two replicates.
 */
double plim_replicates_error(const uint64_t trials[static PLIM_REPLICATES], const double total[static PLIM_REPLICATES]);

/** Standard error of the mean; +inf after an overflow. */
double plim_replicates_mean_error(const plim_replicates *r);

/**
 * Standard errors of mean((X - x)+) and of mean(min(X, x)), x moved to the nearest edge of a bin (less than a sixteenth
 * of an octave). The first over 1 - p is that of TVaR_p for x = VaR_p: the derivative of q + E[(X - q)+] / (1 - p) by q
 * is 0 there, so that neither the error of q nor the move counts in the first order.
 */
double plim_replicates_excess_error(const plim_replicates *r, double x);
double plim_replicates_limited_error(const plim_replicates *r, double x);

/**
 * How many independent trials say as much of P(X > VaR_p) as these n do: n over the design effect, with the degrees of
 * freedom taken into account, at most n (Korn and Graubard, Survey Methodology 24 (1998)). The design effect is that of
 * the edge of a bin whose exceedance is nearest to 1 - p. Below 1 when nothing can be said.
 */
double plim_replicates_effective(const plim_replicates *r, double p);

/** The same from trials above a threshold in each replicate. */
double plim_replicates_effective_of(const uint64_t trials[static PLIM_REPLICATES],
                                    const double above[static PLIM_REPLICATES]);

/** Ranks of the interval of VaR_p among n trials that are worth `effective` independent ones: those of so many trials,
 * scaled up. */
plim_ranked plim_ranked_effective(const plim_probability *p, uint64_t n, double effective);

/** plim_exceedance with the interval of `effective` independent trials. */
plim_estimate plim_exceedance_effective(uint64_t above, uint64_t n, double effective);

#endif
