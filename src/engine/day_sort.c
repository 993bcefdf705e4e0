/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/day_sort.h"

#include "base/error.h"
#include "base/memory.h"

void plim_day_sorter_clear(plim_day_sorter *sorter)
{
	plim_mem_free(sorter->dated);
	plim_mem_free(sorter->slot);
	*sorter = (plim_day_sorter){0};
}

/* Days are spread evenly, so a slot for each strike holds about one, and what is left to insertion is short. */
static void sort(const plim_held *held, plim_dated *from, plim_dated *to, uint32_t *slot, uint32_t *order, size_t n)
{
	double last = 0;
	for (size_t i = 0; i < n; i++) {
		from[i] = (plim_dated){held->strike[order[i]].day, order[i]};
		last = from[i].day > last ? from[i].day : last;
	}
	const double scale = last > 0 ? (double)(n - 1) / last : 0;
	for (size_t i = 0; i <= n; i++)
		slot[i] = 0;
	for (size_t i = 0; i < n; i++)
		slot[(size_t)(from[i].day * scale) + 1]++;
	for (size_t i = 0; i < n; i++)
		slot[i + 1] += slot[i];
	for (size_t i = 0; i < n; i++)
		to[slot[(size_t)(from[i].day * scale)]++] = from[i];
	for (size_t i = 1; i < n; i++) {
		const plim_dated moved = to[i];
		size_t j = i;
		for (; j > 0 && to[j - 1].day > moved.day; j--)
			to[j] = to[j - 1];
		to[j] = moved;
	}
	for (size_t i = 0; i < n; i++)
		order[i] = to[i].strike;
}

plim_status plim_day_sort(plim_day_sorter *sorter, const plim_held *held, uint32_t *order, size_t n, plim_error *error)
{
	if (n < 2)
		return PLIM_OK;
	if (plim_mem_grow((void **)&sorter->dated, &sorter->dated_capacity, 2 * n, sizeof *sorter->dated) ||
	    plim_mem_grow((void **)&sorter->slot, &sorter->slot_capacity, n + 2, sizeof *sorter->slot))
		return plim_error_memory(error, "the outages of a trial");
	sort(held, sorter->dated, sorter->dated + n, sorter->slot, order, n);
	return PLIM_OK;
}
