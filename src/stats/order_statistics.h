/* SPDX-License-Identifier: Apache-2.0 */
/* Where a rank lies among buckets, and the losses of the few buckets that hold wanted ranks. Internal to this folder.
 */
#ifndef PLIM_STATS_ORDER_STATISTICS_H
#define PLIM_STATS_ORDER_STATISTICS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"
#include "stats/bucket_list.h"

/* The trial of a rank: the `position`-th (from 1, ascending) of the `count` in `bucket`; count 0: a trial of loss 0.
 * `entry` is its index in the list, list->entries for the overflow bucket. */
typedef struct plim_order_place {
	uint32_t bucket;
	size_t entry;
	uint64_t position, count;
} plim_order_place;

/** The place of rank 1 .. n; the list holds at most n values. */
plim_order_place plim_order_locate(const plim_bucket_list *list, uint64_t n, uint64_t rank);

/** The value at a place by interpolation within its bucket (0 and +inf in the outermost), and the bucket's ends. */
double plim_order_interpolate(const plim_bucket_list *list, const plim_order_place *place);
double plim_order_lower(const plim_bucket_list *list, const plim_order_place *place);
double plim_order_upper(const plim_bucket_list *list, const plim_order_place *place);

/** PLIM_ERROR_INTERNAL unless n >= 1 and the list holds at most n values. */
plim_status plim_order_check(const plim_bucket_list *list, uint64_t n, plim_error *error);

typedef struct plim_selected {
	uint64_t expected, met;
	bool keep;     /* the values too, not only their sum */
	double *value; /* `expected` of them, ascending once read */
	plim_exact_sum sum;
} plim_selected;

/* Start with plim_selection_init, name buckets, read the losses once, ask, clear. */
typedef struct plim_selection {
	const plim_bucket_list *list; /* borrowed */
	uint32_t *slot_of;            /* by bucket, overflow last: index in `slot` plus 1, or 0 */
	plim_selected *slot;
	size_t slots, capacity;
} plim_selection;

plim_status plim_selection_init(plim_selection *selection, const plim_bucket_list *list, plim_error *error);
void plim_selection_clear(plim_selection *selection);

/** Names the bucket of a place; a place of loss 0 needs none. Naming a bucket twice is fine. */
plim_status plim_selection_want(plim_selection *selection, const plim_order_place *place, plim_error *error);

/** Names every bucket above that of `place` in the same cell, for their sums. */
plim_status plim_selection_want_above(plim_selection *selection, const plim_order_place *place, plim_error *error);

/** One pass over n losses. PLIM_ERROR_INTERNAL when they are not those that the list was made from. */
plim_status plim_selection_read(plim_selection *selection, const double *losses, uint64_t n, plim_error *error);

/** The loss at a place whose bucket was named. */
double plim_selection_value(const plim_selection *selection, const plim_order_place *place);

/** What was met in a named bucket; NULL if it was not named. */
const plim_selected *plim_selection_bucket(const plim_selection *selection, uint32_t bucket);

#endif
