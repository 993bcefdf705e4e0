/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What places (and regions that are logged like them) had in a block, event by event. Losses come a stretch of one place
 * at a time, so that the stretches are sorted, and the losses stay where they are.
 */
#ifndef PLIM_ENGINE_PLACE_LIST_H
#define PLIM_ENGINE_PLACE_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Losses first .. first + count - 1 of the list are those of a group. */
typedef struct plim_place_stretch {
	uint32_t group, first, count;
} plim_place_stretch;

/* Start from {0}. */
typedef struct plim_place_list {
	uint32_t *trial; /* of each loss */
	double *loss;
	size_t count, trial_capacity, loss_capacity;
	plim_place_stretch *stretch, *spare; /* the latter for sorting */
	size_t stretches, stretch_capacity, spare_capacity;
} plim_place_list;

void plim_place_list_clear(plim_place_list *list);

/** Forgets what it holds, keeps the memory. */
static inline void plim_place_list_reset(plim_place_list *list)
{
	list->count = list->stretches = 0;
}

/** Room for `extra` more losses, behind the last, and a stretch. False on lack of memory; the list is then unchanged. */
bool plim_place_list_reserve(plim_place_list *list, size_t extra);

/** Makes the `count` losses that were written behind the last those of a group; there must have been room. */
static inline void plim_place_list_end(plim_place_list *list, uint32_t group, size_t count)
{
	if (count == 0)
		return;
	list->stretch[list->stretches++] = (plim_place_stretch){group, (uint32_t)list->count, (uint32_t)count};
	list->count += count;
}

/** One loss. False on lack of memory. */
bool plim_place_list_add(plim_place_list *list, uint32_t group, uint32_t trial, double loss);

/**
 * Sorts the stretches by group, those of a group in the order they came in. All groups are in first .. end - 1;
 * `start` is scratch, by group. False on lack of memory.
 */
bool plim_place_list_sort(plim_place_list *list, size_t first, size_t end, uint32_t *start);

#endif
