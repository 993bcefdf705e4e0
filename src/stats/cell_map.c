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

static size_t parts_of(const plim_cell_map *map)
{
	return map->parts ? map->parts : 1;
}

static const plim_cell_part *part_at(const plim_cell_map *map, size_t i)
{
	return map->parts ? &map->split[i] : &map->whole;
}

static plim_cell_part *part_to_change(plim_cell_map *map, size_t i)
{
	return map->parts ? &map->split[i] : &map->whole;
}

size_t plim_cell_map_parts(uint32_t ids, unsigned *shift)
{
	const uint32_t last = ids > 0 ? ids - 1 : 0;
	*shift = 0;
	while (last >> *shift >= PLIM_CELL_PARTS || UINT32_C(1) << *shift < PLIM_CELL_PART_IDS)
		++*shift;
	return (last >> *shift) + 1;
}

plim_status plim_cell_map_split(plim_cell_map *map, uint32_t ids, plim_error *error)
{
	const size_t parts = plim_cell_map_parts(ids, &map->shift);
	map->split = plim_mem_alloc(parts, sizeof *map->split);
	map->parts = map->split ? parts : 0;
	return map->split ? PLIM_OK : plim_error_memory(error, "sparse histograms");
}

static void clear_part(const plim_cell_map *map, plim_cell_part *part)
{
	plim_mem_pages_free(part->cell, part->capacity * stretch_bytes(map));
	plim_mem_free(part->slot);
	plim_mem_free(part->key);
}

void plim_cell_map_clear(plim_cell_map *map)
{
	for (size_t i = 0; i < parts_of(map); i++)
		clear_part(map, part_to_change(map, i));
	plim_mem_free(map->split);
	plim_mem_free(map->settled);
	*map = (plim_cell_map){.cell_size = map->cell_size};
}

void plim_cell_map_reset(plim_cell_map *map)
{
	for (size_t i = 0; i < parts_of(map); i++) {
		plim_cell_part *part = part_to_change(map, i);
		if (part->stretches) {
			memset(part->slot, 0, part->slots * sizeof *part->slot);
			memset(part->cell, 0, part->stretches * stretch_bytes(map));
		}
		part->stretches = 0;
	}
	plim_mem_free(map->settled);
	map->settled = NULL;
}

uint32_t plim_cell_part_take(plim_cell_part *part, uint64_t key, size_t at)
{
	assert(part->stretches < part->capacity);
	const uint32_t number = (uint32_t)part->stretches++;
	part->key[number] = key;
	part->slot[at] = number + 1;
	return number;
}

size_t plim_cell_map_stretches(const plim_cell_map *map)
{
	size_t stretches = 0;
	for (size_t i = 0; i < parts_of(map); i++)
		stretches += part_at(map, i)->stretches;
	return stretches;
}

bool plim_cell_map_next(const plim_cell_map *map, uint32_t *stretch)
{
	const uint32_t one = UINT32_C(1) << PLIM_CELL_NUMBER_BITS;
	for (size_t i = *stretch >> PLIM_CELL_NUMBER_BITS; i < parts_of(map); *stretch = (uint32_t)++i * one)
		if (*stretch % one < part_at(map, i)->stretches)
			return true;
	return false;
}

/* A table at most half full, for probes that stay short. */
static uint32_t *make_slots(const plim_cell_part *part, size_t capacity, size_t *slots)
{
	plim_cell_part grown = *part;
	grown.slots = FEWEST_SLOTS;
	while (grown.slots < 2 * capacity)
		grown.slots *= 2;
	*slots = grown.slots;
	uint32_t *slot = plim_mem_alloc(grown.slots, sizeof *slot);
	for (size_t i = 0; slot && i < part->stretches; i++) {
		size_t at = plim_cell_part_home(&grown, part->key[i]);
		while (slot[at])
			at = (at + 1) & (grown.slots - 1);
		slot[at] = (uint32_t)i + 1;
	}
	return slot;
}

static plim_status reserve_part(const plim_cell_map *map, plim_cell_part *part, size_t extra, plim_error *error)
{
	if (extra <= part->capacity - part->stretches)
		return PLIM_OK;
	size_t capacity = part->capacity + part->capacity / 2, slots;
	const size_t most = (size_t)1 << PLIM_CELL_NUMBER_BITS;
	if (extra > most - part->stretches)
		return plim_error_memory(error, "sparse histograms");
	if (capacity < part->stretches + extra)
		capacity = part->stretches + extra;
	capacity = capacity < most ? capacity : most;
	uint32_t *slot = make_slots(part, capacity, &slots);
	uint64_t *key = plim_mem_alloc(capacity, sizeof *key);
	if (slot && key &&
	    plim_mem_pages_grow((void **)&part->cell, part->capacity * stretch_bytes(map), capacity * stretch_bytes(map)) ==
	        PLIM_OK) {
		if (part->stretches)
			memcpy(key, part->key, part->stretches * sizeof *key);
		plim_mem_free(part->slot);
		plim_mem_free(part->key);
		part->slot = slot;
		part->slots = slots;
		part->key = key;
		part->capacity = capacity;
		return PLIM_OK;
	}
	plim_mem_free(slot);
	plim_mem_free(key);
	return plim_error_memory(error, "sparse histograms");
}

plim_status plim_cell_map_reserve(plim_cell_map *map, size_t extra, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < parts_of(map) && status == PLIM_OK; i++)
		status = reserve_part(map, part_to_change(map, i), extra, error);
	return status;
}

plim_status plim_cell_map_reserve_of(plim_cell_map *map, uint32_t id, size_t extra, plim_error *error)
{
	return reserve_part(map, plim_cell_map_part(map, id), extra, error);
}

plim_status plim_cell_map_reserve_all(plim_cell_map *map, const plim_cell_map *of, plim_error *error)
{
	size_t extra[PLIM_CELL_PARTS] = {0};
	plim_status status = PLIM_OK;
	for (uint32_t s = 0; plim_cell_map_next(of, &s); s++)
		extra[map->parts ? plim_cell_map_id(of, s) >> map->shift : 0]++;
	for (size_t i = 0; i < parts_of(map) && status == PLIM_OK; i++)
		status = reserve_part(map, part_to_change(map, i), extra[i], error);
	return status;
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

/* Parts follow one another, so each is sorted by itself. `list` has room for the largest. */
static uint32_t *sort_part(const plim_cell_map *map, size_t i, numbered *list, uint32_t *sorted)
{
	const plim_cell_part *part = part_at(map, i);
	for (size_t s = 0; s < part->stretches; s++)
		list[s] = (numbered){part->key[s], (uint32_t)(i << PLIM_CELL_NUMBER_BITS | s)};
	qsort(list, part->stretches, sizeof *list, by_key);
	for (size_t s = 0; s < part->stretches; s++)
		*sorted++ = list[s].stretch;
	return sorted;
}

static plim_status sort(const plim_cell_map *map, uint32_t **order, plim_error *error)
{
	size_t largest = 0;
	for (size_t i = 0; i < parts_of(map); i++)
		largest = part_at(map, i)->stretches > largest ? part_at(map, i)->stretches : largest;
	numbered *list = plim_mem_alloc(largest, sizeof *list);
	uint32_t *sorted = plim_mem_alloc(plim_cell_map_stretches(map), sizeof *sorted), *end = sorted;
	if (!list || !sorted) {
		plim_mem_free(list);
		plim_mem_free(sorted);
		return plim_error_memory(error, "sorting sparse histograms");
	}
	for (size_t i = 0; i < parts_of(map); i++)
		end = sort_part(map, i, list, end);
	plim_mem_free(list);
	*order = sorted;
	return PLIM_OK;
}

static bool is_settled(const plim_cell_map *map)
{
	return map->settled && map->settled_count == plim_cell_map_stretches(map);
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
	map->settled_count = plim_cell_map_stretches(map);
	return PLIM_OK;
}

plim_status plim_cell_order_of(const plim_cell_map *map, plim_cell_order *order, plim_error *error)
{
	*order = (plim_cell_order){.stretch = map->settled, .count = plim_cell_map_stretches(map)};
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
