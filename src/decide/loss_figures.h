/* SPDX-License-Identifier: Apache-2.0 */
/** Figures of losses given trial by trial, and intervals of anything from the spread of replicates. */
#ifndef PLIM_DECIDE_LOSS_FIGURES_H
#define PLIM_DECIDE_LOSS_FIGURES_H

#include <stddef.h>
#include <stdint.h>

#include "plimsoll/results.h"
#include "plimsoll/status.h"
#include "stats/probability.h"
#include "stats/replicates.h"

/** Half the 95 % interval of the mean of `count` independent replicates: t with count - 1 degrees of freedom times
 *  their standard error. NAN for fewer than two. */
double plim_replicate_half(const double *value, size_t count);

/** VaR_p and TVaR_p of n >= 1 losses sorted ascending; the boundary trial is taken in part. */
double plim_sorted_var(const double *sorted, uint64_t n, const plim_probability *p);
double plim_sorted_tvar(const double *sorted, uint64_t n, const plim_probability *p);

/** Trials of a run by what ties them together. */
typedef struct plim_trial_range {
	uint64_t n, first, world_trials; /* world_trials 0: nothing, each by itself */
} plim_trial_range;

plim_trial_range plim_trial_range_of(const plim_results *results);

/** The replicate of trial i < n: that of its world; else whole blocks in turn when there are PLIM_REPLICATES blocks,
 * else stretches of like length. */
int plim_replicate_of(const plim_trial_range *range, uint64_t i);

/** A copy of the losses of replicate r (all of them for r < 0), sorted ascending. The caller owns *out.
 *  PLIM_ERROR_MEMORY. */
plim_status plim_losses_sorted(const double *loss, const plim_trial_range *range, int r, double **out, uint64_t *count,
                               plim_error *error);

/** True if a figure of the worst (1 - p) share has trials enough, a handful, in each replicate. */
int plim_replicates_can(uint64_t n, const plim_probability *p);

#endif
