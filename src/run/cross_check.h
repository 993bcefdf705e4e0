/* SPDX-License-Identifier: Apache-2.0 */
/** The cross-check: a run beside what is known of its model without simulation (engine/exact.h). */
#ifndef PLIM_RUN_CROSS_CHECK_H
#define PLIM_RUN_CROSS_CHECK_H

#include "model/model.h"
#include "plimsoll/results.h"

/** A false alarm, whatever the number of tests, is less likely than this. */
#define PLIM_CHECK_ALARM 1e-6

/**
 * Adds to results->check from results->summary (its trials, whichever blocks they are) and the model. Scenarios, groups
 * and trials are set already. Tested are, gross, for the total, for every threat and for the places with the largest
 * expected loss of each scenario, as far as their laws are known: the number of events; the trials with a loss; the
 * trials at or above a threshold near the exact P50, P90, P99 and P99.9; and the sum of min(loss, x), x near the exact
 * P99.9. Thresholds are edges of the histograms' buckets, so that counts are exact. A threat on which a scenario has no
 * bearing is not compared again. The work is bounded by a number of steps that depends on the trials alone; what is
 * left out has a row that says so. Means that are known are rows too. Rows do not depend on the number of threads.
 * PLIM_ERROR_MEMORY.
 */
plim_status plim_cross_check(const plim_model *model, plim_results *results, const double *mean, uint32_t threads,
                             plim_error *error);

/**
 * Judges intervals by the model's tails, and adds rows of PLIM_CHECK_UNSEEN to results->check: where more than
 * PLIM_UNSEEN_MOST of a group's variance is beyond what the run can see, TVaR of the annual sum, gross, is taken from
 * the exact mean mu if that is known: TVaR = q + (mu - mean(min(X, q))) / (1 - p), +- 1.96 sd(min(X, q)) / ((1 - p)
 * sqrt(n)), not below q, q the percentile of the run (the derivative by q is 0 there, so that its error enters in the
 * second order only). No value above q enters, so neither a heavy tail nor an infinite variance spoils it. Tables and
 * summary are filled already. `mean` and `unseen` as from plim_cross_check_means. PLIM_ERROR_MEMORY.
 */
plim_status plim_judge_intervals(plim_results *results, const double *mean, const double *unseen, plim_error *error);

/** All of this: exact means, intervals, tests. What every run, and whatever makes its tables anew, ends with. */
plim_status plim_run_beside_model(const plim_model *model, plim_results *results, uint32_t threads, plim_error *error);

/** What the model says of each group's annual sum, gross: its exact mean, NAN where that is not known, and the share of
 * its variance that results->trials trials do not see: out and unseen, [scenario of the results][group].
 * PLIM_ERROR_MEMORY. */
plim_status plim_cross_check_means(const plim_model *model, const plim_results *results, double *out, double *unseen,
                                   plim_error *error);

#endif
