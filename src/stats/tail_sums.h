/* SPDX-License-Identifier: Apache-2.0 */
/* What one group contributes to the trials of each size of total, for its part in the total's tail. */
#ifndef PLIM_STATS_TAIL_SUMS_H
#define PLIM_STATS_TAIL_SUMS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "plimsoll/status.h"
#include "stats/bucket.h"

/* One exact sum of the group's value for each coarse bin of the trial's total (see plim_tally_bin_of). */
typedef struct plim_tail_sums {
	plim_exact_sum *sum; /* PLIM_BIN_ALL, zero pages */
} plim_tail_sums;

plim_status plim_tail_sums_init(plim_tail_sums *tail, plim_error *error);
void plim_tail_sums_clear(plim_tail_sums *tail);

/** Forgets all values, keeps the memory. */
void plim_tail_sums_reset(plim_tail_sums *tail);

/** Adds the group's value x >= 0 of a trial whose total lies in `total_bin` = plim_tally_bin_of(total). */
static inline void plim_tail_sums_add(plim_tail_sums *tail, uint32_t total_bin, double x)
{
	plim_exact_sum_add(&tail->sum[total_bin], x);
}

void plim_tail_sums_merge(plim_tail_sums *into, const plim_tail_sums *from);
void plim_tail_sums_digest(const plim_tail_sums *tail, plim_digest *digest);

/** Finds the first non-empty bin from *bin on: `for (uint32_t b = 0; plim_tail_sums_next(t, &b, &sum); b++)`.
 *  *sum points into the tail sums. */
bool plim_tail_sums_next(const plim_tail_sums *tail, uint32_t *bin, const plim_exact_sum **sum);

/** Adds what a file holds; false (and nothing done) when the bin is out of range. */
bool plim_tail_sums_put(plim_tail_sums *tail, uint32_t bin, const plim_exact_sum *sum);

#endif
