/* SPDX-License-Identifier: Apache-2.0 */
/* An unsigned integer of 384 bits: where accumulators of different scale meet before the one rounding to a double. */
#ifndef PLIM_STATS_WIDE_H
#define PLIM_STATS_WIDE_H

#include <stdbool.h>

#include "stats/exact_sum.h"

#define PLIM_WIDE_LIMBS 6

/* Least significant limb first. Start from {0}. */
typedef struct plim_wide {
	uint64_t limb[PLIM_WIDE_LIMBS];
} plim_wide;

/** Adds value x 2^shift, shift <= 192; the sum must stay below 2^384. */
void plim_wide_add(plim_wide *wide, plim_u128 value, unsigned shift);

/** Adds a plim_exact_sum (its overflow aside), in units of 2^-72. */
void plim_wide_add_sum(plim_wide *wide, const plim_exact_sum *sum);

/** wide x 2^exponent as the nearest double, ties to even. The result must not be subnormal. */
double plim_wide_value(const plim_wide *wide, int exponent);

#endif
