/* SPDX-License-Identifier: Apache-2.0 */
/* The K worst trials, in a bounded heap whose content does not depend on the order of offers. */
#ifndef PLIM_STATS_WORST_H
#define PLIM_STATS_WORST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

#define PLIM_WORST_TRIALS 1000

/* `slot` (0 .. capacity - 1) is where the owner keeps what belongs to this trial, such as its group vector. */
typedef struct plim_worst_entry {
	double value;
	uint64_t trial;
	uint64_t slot;
} plim_worst_entry;

/* Worse means a larger value or, at equal values, a smaller trial index. entry[0] is the least bad of those kept. */
typedef struct plim_worst {
	plim_worst_entry *entry;
	size_t count, capacity;
} plim_worst;

plim_status plim_worst_init(plim_worst *worst, size_t capacity, plim_error *error);
void plim_worst_clear(plim_worst *worst);

/** Forgets all trials, keeps the memory. */
void plim_worst_reset(plim_worst *worst);

/** The slow end of plim_worst_offer. */
bool plim_worst_enter(plim_worst *worst, double value, uint64_t trial, uint64_t *slot);

/** Offers a trial (each index at most once). True if it enters: *slot (may be NULL) is then its place, whose former
 *  content, if any, has been evicted. A value that is not a number never enters. */
static inline bool plim_worst_offer(plim_worst *worst, double value, uint64_t trial, uint64_t *slot)
{
	if (worst->count == worst->capacity && (worst->capacity == 0 || value < worst->entry[0].value))
		return false;
	return plim_worst_enter(worst, value, trial, slot);
}

/** Tells the owner to copy what belongs to `from_slot` of the other set to `to_slot` of this one. */
typedef void (*plim_worst_copy)(void *context, uint64_t to_slot, uint64_t from_slot);

/** Offers every trial of `from` to `into`; `copy` (may be NULL) is called for each that enters, in an order that
 *  may fill a slot twice: the last call counts. */
void plim_worst_merge(plim_worst *into, const plim_worst *from, plim_worst_copy copy, void *context);

/** Writes the entries, worst first, to `sorted` (room for worst->count). */
void plim_worst_sort(const plim_worst *worst, plim_worst_entry *sorted);

#endif
