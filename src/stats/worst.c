/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/worst.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

plim_status plim_worst_init(plim_worst *worst, size_t capacity, plim_error *error)
{
	plim_worst_entry *entry = plim_mem_alloc(capacity, sizeof *entry);
	if (!entry)
		return plim_error_memory(error, "the worst trials");
	*worst = (plim_worst){.entry = entry, .capacity = capacity};
	return PLIM_OK;
}

void plim_worst_clear(plim_worst *worst)
{
	plim_mem_free(worst->entry);
	*worst = (plim_worst){0};
}

void plim_worst_reset(plim_worst *worst)
{
	worst->count = 0;
}

static bool is_worse(const plim_worst_entry *a, const plim_worst_entry *b)
{
	return a->value > b->value || (a->value == b->value && a->trial < b->trial);
}

/* entry[0] is the least bad: a parent is never worse than its children. */
static void sift_up(plim_worst_entry *heap, size_t at)
{
	while (at > 0) {
		const size_t parent = (at - 1) / 2;
		if (!is_worse(&heap[parent], &heap[at]))
			return;
		const plim_worst_entry moved = heap[at];
		heap[at] = heap[parent];
		heap[parent] = moved;
		at = parent;
	}
}

static void sift_down(plim_worst_entry *heap, size_t count)
{
	for (size_t at = 0;;) {
		size_t least = at;
		for (size_t child = 2 * at + 1; child <= 2 * at + 2 && child < count; child++)
			if (is_worse(&heap[least], &heap[child]))
				least = child;
		if (least == at)
			return;
		const plim_worst_entry moved = heap[at];
		heap[at] = heap[least];
		heap[least] = moved;
		at = least;
	}
}

bool plim_worst_enter(plim_worst *worst, double value, uint64_t trial, uint64_t *slot)
{
	plim_worst_entry entry = {.value = value, .trial = trial, .slot = worst->count};
	if (isnan(value) || worst->capacity == 0)
		return false;
	if (worst->count < worst->capacity) {
		worst->entry[worst->count] = entry;
		sift_up(worst->entry, worst->count++);
	} else {
		if (!is_worse(&entry, &worst->entry[0]))
			return false;
		entry.slot = worst->entry[0].slot;
		worst->entry[0] = entry;
		sift_down(worst->entry, worst->count);
	}
	if (slot)
		*slot = entry.slot;
	return true;
}

void plim_worst_merge(plim_worst *into, const plim_worst *from, plim_worst_copy copy, void *context)
{
	for (size_t i = 0; i < from->count; i++) {
		uint64_t slot;
		if (plim_worst_offer(into, from->entry[i].value, from->entry[i].trial, &slot) && copy)
			copy(context, slot, from->entry[i].slot);
	}
}

static int worst_first(const void *left, const void *right)
{
	return is_worse(right, left) - is_worse(left, right);
}

void plim_worst_sort(const plim_worst *worst, plim_worst_entry *sorted)
{
	if (worst->count == 0)
		return;
	memcpy(sorted, worst->entry, worst->count * sizeof *sorted);
	qsort(sorted, worst->count, sizeof *sorted, worst_first);
}
