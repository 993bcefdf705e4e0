/* SPDX-License-Identifier: Apache-2.0 */
/** Held strikes of a trial in the order of their days. */
#ifndef PLIM_ENGINE_DAY_SORT_H
#define PLIM_ENGINE_DAY_SORT_H

#include "engine/held.h"

typedef struct plim_dated {
	double day;
	uint32_t strike;
} plim_dated;

/** Scratch; starts from {0}. */
typedef struct plim_day_sorter {
	plim_dated *dated;
	uint32_t *slot;
	size_t dated_capacity, slot_capacity;
} plim_day_sorter;

void plim_day_sorter_clear(plim_day_sorter *sorter);

/** Sorts `order`, n indices of held strikes, by day; ties keep their order. PLIM_ERROR_MEMORY. */
plim_status plim_day_sort(plim_day_sorter *sorter, const plim_held *held, uint32_t *order, size_t n, plim_error *error);

#endif
