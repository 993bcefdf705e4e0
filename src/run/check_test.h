/* SPDX-License-Identifier: Apache-2.0 */
/** The tests of the cross-check: what was counted against an exact law, with two-sided p-values. Where the law is known
 * between two bounds the nearer one is taken as true, so that arithmetic alone can never raise an alarm. */
#ifndef PLIM_RUN_CHECK_TEST_H
#define PLIM_RUN_CHECK_TEST_H

#include "engine/exact.h"
#include "stats/bucket_list.h"

/** Of n trials `observed` have a property of probability `least` to `most`. */
double plim_check_binomial(double n, double observed, double least, double most);

/** Events of n trials against their exact law. PLIM_ERROR_MEMORY. */
plim_status plim_check_events(const plim_exact_law *law, double n, double observed, double *p_value, plim_error *error);

typedef struct plim_check_above {
	double at, observed, least, most; /* probabilities of a trial at or above `at` */
} plim_check_above;

/** A bucket's edge near the quantile at p, preferring one at which the law is known closely; false if there is none. */
bool plim_check_threshold(const plim_bucket_list *list, const plim_exact_curve *curve, double p, double n,
                          plim_check_above *above);

typedef struct plim_check_limited {
	double at, observed, least, most, p_value; /* sums over n trials of min(loss, at) */
} plim_check_limited;

/** The sum of min(loss, at) for the edge of a cell at or below `quantile`; at = 0 if there is none. */
void plim_check_limited_sum(const plim_bucket_list *list, const plim_exact_steps *steps, double quantile, double n,
                            plim_check_limited *limited);

#endif
