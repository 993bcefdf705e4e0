/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/place_list.h"

#include <string.h>

#include "base/memory.h"

void plim_place_list_clear(plim_place_list *list)
{
	plim_mem_pages_free(list->trial, list->trial_capacity * sizeof *list->trial);
	plim_mem_pages_free(list->loss, list->loss_capacity * sizeof *list->loss);
	plim_mem_pages_free(list->stretch, list->stretch_capacity * sizeof *list->stretch);
	plim_mem_pages_free(list->spare, list->spare_capacity * sizeof *list->spare);
	*list = (plim_place_list){0};
}

bool plim_place_list_reserve(plim_place_list *list, size_t extra)
{
	const size_t count = list->count + extra;
	return count <= UINT32_MAX &&
	       plim_mem_pages_reserve((void **)&list->trial, &list->trial_capacity, count, sizeof *list->trial) == 0 &&
	       plim_mem_pages_reserve((void **)&list->loss, &list->loss_capacity, count, sizeof *list->loss) == 0 &&
	       plim_mem_pages_reserve((void **)&list->stretch, &list->stretch_capacity, list->stretches + 1,
	                              sizeof *list->stretch) == 0;
}

bool plim_place_list_add(plim_place_list *list, uint32_t group, uint32_t trial, double loss)
{
	if (!plim_place_list_reserve(list, 1))
		return false;
	list->trial[list->count] = trial;
	list->loss[list->count] = loss;
	if (list->stretches > 0 && list->stretch[list->stretches - 1].group == group) {
		list->stretch[list->stretches - 1].count++;
		list->count++;
	} else {
		plim_place_list_end(list, group, 1);
	}
	return true;
}

static bool in_order(const plim_place_list *list)
{
	for (size_t i = 1; i < list->stretches; i++)
		if (list->stretch[i].group < list->stretch[i - 1].group)
			return false;
	return true;
}

bool plim_place_list_sort(plim_place_list *list, size_t first, size_t end, uint32_t *start)
{
	uint32_t next = 0;
	if (in_order(list))
		return true;
	if (plim_mem_pages_reserve((void **)&list->spare, &list->spare_capacity, list->stretch_capacity,
	                           sizeof *list->spare))
		return false;
	memset(start + first, 0, (end - first) * sizeof *start);
	for (size_t i = 0; i < list->stretches; i++)
		start[list->stretch[i].group]++;
	for (size_t g = first; g < end; g++) {
		const uint32_t count = start[g];
		start[g] = next;
		next += count;
	}
	for (size_t i = 0; i < list->stretches; i++)
		list->spare[start[list->stretch[i].group]++] = list->stretch[i];
	plim_place_stretch *sorted = list->spare;
	const size_t capacity = list->spare_capacity;
	list->spare = list->stretch;
	list->spare_capacity = list->stretch_capacity;
	list->stretch = sorted;
	list->stretch_capacity = capacity;
	return true;
}
