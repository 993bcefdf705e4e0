/* SPDX-License-Identifier: Apache-2.0 */
/* Laws given by minimum, mode and maximum: what the triangle and PERT share. */
#ifndef PLIM_DIST_FAMILY_RANGE_H
#define PLIM_DIST_FAMILY_RANGE_H

#include "dist/amount_law.h"

typedef struct plim_range {
	long double min, mode, max;
} plim_range;

/** Quantile of the law on [0, 1] whose mode is c. */
typedef long double (*plim_range_unit)(const void *context, long double c, plim_prob level);

/** PLIM_ERROR_MODEL unless min < max, both finite. */
plim_status plim_range_check(const plim_reader *reader, long double min, long double max, plim_error *error);

/** PLIM_ERROR_MODEL unless min <= mode <= max and min < max; when the mode came from a mean, the message gives the
 * range of means, where mean = (min + (parts - 2) mode + max) / parts. */
plim_status plim_range_mode_check(const plim_reader *reader, plim_range *range, long double parts, plim_error *error);

/** Fills `range` from one quantile (with min and max given) or three. */
plim_status plim_range_elicit(const plim_reader *reader, plim_range_unit unit, const void *context, plim_range *range,
                              plim_error *error);

#endif
