/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Cells of many ids, most of which never occur: a map from (id, index) to a cell of fixed size.
 *
 * Cells come in stretches of eight neighbouring indices. What one id gets in a block falls into a few stretches, so a
 * run of adds for one id works in the cache, and the table of stretches is an eighth of one of cells.
 */
#ifndef PLIM_STATS_CELL_MAP_H
#define PLIM_STATS_CELL_MAP_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

#define PLIM_CELL_BITS 3
#define PLIM_CELL_STRETCH (1u << PLIM_CELL_BITS)

typedef struct plim_cell_map {
	size_t cell_size;           /* a multiple of 8 */
	uint32_t *slot;             /* open addressing: number of a stretch + 1, or 0 */
	size_t slots;               /* a power of two, or 0 */
	uint64_t *key;              /* by stretch: id in the upper half, index / 8 in the lower */
	unsigned char *cell;        /* [stretch][index % 8]; a new stretch is all zero */
	size_t stretches, capacity; /* in use, and room for */
	uint32_t *settled;          /* the order of plim_cell_map_settle: valid while there are as many stretches as then */
	size_t settled_count;
} plim_cell_map;

/* Stretches by (id, index) ascending: borrowed from a settled map, else made for the one who asks. */
typedef struct plim_cell_order {
	const uint32_t *stretch;
	uint32_t *own;
	size_t count;
} plim_cell_order;

/** An empty map; allocates nothing yet. Release with plim_cell_map_clear. */
void plim_cell_map_init(plim_cell_map *map, size_t cell_size);
void plim_cell_map_clear(plim_cell_map *map);

/** Forgets all cells, keeps the memory. */
void plim_cell_map_reset(plim_cell_map *map);

/** Room for `extra` more calls of plim_cell_map_at, whatever they ask for. PLIM_ERROR_MEMORY; the map is then
 * unchanged. */
plim_status plim_cell_map_reserve(plim_cell_map *map, size_t extra, plim_error *error);

/** Calls of plim_cell_map_at that surely find room. */
static inline size_t plim_cell_map_room(const plim_cell_map *map)
{
	return map->capacity - map->stretches;
}

/** A new stretch at the slot `at`, which the search for its key has found free. */
uint32_t plim_cell_map_take(plim_cell_map *map, uint64_t key, size_t at);

/* Fibonacci hashing: the product's top bits are the best. */
static inline size_t plim_cell_map_home(const plim_cell_map *map, uint64_t key)
{
	const uint64_t mixed = (key ^ key >> 29) * UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(mixed ^ mixed >> 32) & (map->slots - 1);
}

/** The cell (id, index), all zero if it is new; there must be room. Valid until the next reserve. */
static inline void *plim_cell_map_at(plim_cell_map *map, uint32_t id, uint32_t index)
{
	const uint64_t key = (uint64_t)id << 32 | index >> PLIM_CELL_BITS;
	assert(map->slots > 0);
	size_t at = plim_cell_map_home(map, key);
	while (map->slot[at] && map->key[map->slot[at] - 1] != key)
		at = (at + 1) & (map->slots - 1);
	const size_t stretch = map->slot[at] ? map->slot[at] - 1 : plim_cell_map_take(map, key, at);
	return map->cell + (stretch * PLIM_CELL_STRETCH + index % PLIM_CELL_STRETCH) * map->cell_size;
}

/** Keeps the order of the stretches until a new one comes: for a map that is complete and will be read several times.
 * PLIM_ERROR_MEMORY. */
plim_status plim_cell_map_settle(plim_cell_map *map, plim_error *error);

/** The order of a map's stretches, valid until the map changes; release with plim_cell_order_clear. PLIM_ERROR_MEMORY.
 */
plim_status plim_cell_order_of(const plim_cell_map *map, plim_cell_order *order, plim_error *error);
void plim_cell_order_clear(plim_cell_order *order);

/** Where in the order the first stretch of `id`, or of one above it, stands. */
size_t plim_cell_order_find(const plim_cell_order *order, const plim_cell_map *map, uint32_t id);

static inline uint32_t plim_cell_map_id(const plim_cell_map *map, size_t stretch)
{
	return (uint32_t)(map->key[stretch] >> 32);
}

/** The index of a stretch's first cell. */
static inline uint32_t plim_cell_map_first(const plim_cell_map *map, size_t stretch)
{
	return (uint32_t)map->key[stretch] << PLIM_CELL_BITS;
}

static inline const void *plim_cell_map_cell(const plim_cell_map *map, size_t stretch, uint32_t offset)
{
	return map->cell + (stretch * PLIM_CELL_STRETCH + offset) * map->cell_size;
}

/** Bytes of the cells in use. */
static inline size_t plim_cell_map_bytes(const plim_cell_map *map)
{
	return map->stretches * PLIM_CELL_STRETCH * map->cell_size;
}

/** Bytes that each stretch takes, table included, at most. */
static inline size_t plim_cell_map_stretch_bytes(size_t cell_size)
{
	return PLIM_CELL_STRETCH * cell_size + sizeof(uint64_t) + 4 * sizeof(uint32_t);
}

#endif
