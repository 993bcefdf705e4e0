/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/cell_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

#define FEWEST_SLOTS 64

void plim_cell_map_init(plim_cell_map *map, size_t cell_size)
{
	*map = (plim_cell_map){.cell_size = cell_size};
}

static size_t stretch_bytes(const plim_cell_map *map)
{
	return PLIM_CELL_STRETCH * map->cell_size;
}

void plim_cell_map_clear(plim_cell_map *map)
{
	plim_mem_pages_free(map->cell, map->capacity * stretch_bytes(map));
	plim_mem_free(map->slot);
	plim_mem_free(map->key);
	plim_mem_free(map->settled);
	*map = (plim_cell_map){.cell_size = map->cell_size};
}

void plim_cell_map_reset(plim_cell_map *map)
{
	if (map->stretches) {
		memset(map->slot, 0, map->slots * sizeof *map->slot);
		memset(map->cell, 0, map->stretches * stretch_bytes(map));
	}
	map->stretches = 0;
	plim_mem_free(map->settled);
	map->settled = NULL;
}

uint32_t plim_cell_map_take(plim_cell_map *map, uint64_t key, size_t at)
{
	assert(map->stretches < map->capacity);
	const uint32_t stretch = (uint32_t)map->stretches++;
	map->key[stretch] = key;
	map->slot[at] = stretch + 1;
	return stretch;
}

/* A table at most half full, for probes that stay short. */
static uint32_t *make_slots(const plim_cell_map *map, size_t capacity, size_t *slots)
{
	plim_cell_map grown = *map;
	grown.slots = FEWEST_SLOTS;
	while (grown.slots < 2 * capacity)
		grown.slots *= 2;
	*slots = grown.slots;
	uint32_t *slot = plim_mem_alloc(grown.slots, sizeof *slot);
	for (size_t i = 0; slot && i < map->stretches; i++) {
		size_t at = plim_cell_map_home(&grown, map->key[i]);
		while (slot[at])
			at = (at + 1) & (grown.slots - 1);
		slot[at] = (uint32_t)i + 1;
	}
	return slot;
}

plim_status plim_cell_map_reserve(plim_cell_map *map, size_t extra, plim_error *error)
{
	if (extra <= plim_cell_map_room(map))
		return PLIM_OK;
	size_t capacity = map->capacity + map->capacity / 2, slots;
	if (extra >= UINT32_MAX - map->stretches)
		return plim_error_memory(error, "sparse histograms");
	if (capacity < map->stretches + extra)
		capacity = map->stretches + extra;
	uint32_t *slot = make_slots(map, capacity, &slots);
	uint64_t *key = plim_mem_alloc(capacity, sizeof *key);
	if (slot && key &&
	    plim_mem_pages_grow((void **)&map->cell, map->capacity * stretch_bytes(map), capacity * stretch_bytes(map)) ==
	        PLIM_OK) {
		if (map->stretches)
			memcpy(key, map->key, map->stretches * sizeof *key);
		plim_mem_free(map->slot);
		plim_mem_free(map->key);
		map->slot = slot;
		map->slots = slots;
		map->key = key;
		map->capacity = capacity;
		return PLIM_OK;
	}
	plim_mem_free(slot);
	plim_mem_free(key);
	return plim_error_memory(error, "sparse histograms");
}

typedef struct numbered {
	uint64_t key;
	uint32_t stretch;
} numbered;

static int by_key(const void *left, const void *right)
{
	const numbered *a = left, *b = right;
	return (a->key > b->key) - (a->key < b->key);
}

static plim_status sort(const plim_cell_map *map, uint32_t **order, plim_error *error)
{
	numbered *list = plim_mem_alloc(map->stretches, sizeof *list);
	uint32_t *sorted = plim_mem_alloc(map->stretches, sizeof *sorted);
	if (!list || !sorted) {
		plim_mem_free(list);
		plim_mem_free(sorted);
		return plim_error_memory(error, "sorting sparse histograms");
	}
	for (size_t i = 0; i < map->stretches; i++)
		list[i] = (numbered){map->key[i], (uint32_t)i};
	qsort(list, map->stretches, sizeof *list, by_key);
	for (size_t i = 0; i < map->stretches; i++)
		sorted[i] = list[i].stretch;
	plim_mem_free(list);
	*order = sorted;
	return PLIM_OK;
}

static bool is_settled(const plim_cell_map *map)
{
	return map->settled && map->settled_count == map->stretches;
}

plim_status plim_cell_map_settle(plim_cell_map *map, plim_error *error)
{
	if (is_settled(map))
		return PLIM_OK;
	uint32_t *order;
	const plim_status status = sort(map, &order, error);
	if (status != PLIM_OK)
		return status;
	plim_mem_free(map->settled);
	map->settled = order;
	map->settled_count = map->stretches;
	return PLIM_OK;
}

plim_status plim_cell_order_of(const plim_cell_map *map, plim_cell_order *order, plim_error *error)
{
	*order = (plim_cell_order){.stretch = map->settled, .count = map->stretches};
	if (is_settled(map))
		return PLIM_OK;
	const plim_status status = sort(map, &order->own, error);
	order->stretch = order->own;
	return status;
}

void plim_cell_order_clear(plim_cell_order *order)
{
	plim_mem_free(order->own);
	*order = (plim_cell_order){0};
}

size_t plim_cell_order_find(const plim_cell_order *order, const plim_cell_map *map, uint32_t id)
{
	size_t low = 0, high = order->count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (plim_cell_map_id(map, order->stretch[middle]) < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}
