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

/* The stretches of some ids. */
typedef struct plim_cell_part {
	uint32_t *slot;             /* open addressing: number of a stretch + 1, or 0 */
	size_t slots;               /* a power of two, or 0 */
	uint64_t *key;              /* by number: id in the upper half, index / 8 in the lower */
	unsigned char *cell;        /* [number][index % 8]; a new stretch is all zero */
	size_t stretches, capacity; /* in use, and room for */
} plim_cell_part;

typedef struct plim_cell_map {
	size_t cell_size;      /* a multiple of 8 */
	plim_cell_part whole;  /* all ids, unless ... */
	plim_cell_part *split; /* ... there are several parts: [id >> shift]; threads may work on one each */
	size_t parts;          /* of `split`, else 0 */
	unsigned shift;
	uint32_t *settled; /* the order of plim_cell_map_settle: valid while there are as many stretches as then */
	size_t settled_count;
} plim_cell_map;

/* Parts at most, and ids of each at least: of small parts the system asks too many pages. */
#define PLIM_CELL_PARTS 16
#define PLIM_CELL_PART_IDS 128u

/* A stretch is named by its part and its number there. */
#define PLIM_CELL_NUMBER_BITS 27

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

/** The map, which may have started from {0}, with cells of a size: says so once, before threads may be at work on it. */
static inline plim_cell_map *plim_cell_map_sized(plim_cell_map *map, size_t cell_size)
{
	if (map->cell_size != cell_size)
		map->cell_size = cell_size;
	return map;
}

/** Splits an empty map into parts of neighbouring ids below `ids`, so that threads may fill one each: nothing but the
 * part of an id is touched by a call that names it. PLIM_ERROR_MEMORY. */
plim_status plim_cell_map_split(plim_cell_map *map, uint32_t ids, plim_error *error);

/** Into how many parts `ids` ids are split; an id's part is id >> *shift. */
size_t plim_cell_map_parts(uint32_t ids, unsigned *shift);

static inline plim_cell_part *plim_cell_map_part(plim_cell_map *map, uint32_t id)
{
	assert(!map->parts || id >> map->shift < map->parts);
	return map->parts ? &map->split[id >> map->shift] : &map->whole;
}

/** Room for `extra` more calls of plim_cell_map_at, whatever they ask for, or for cells of the one id.
 * PLIM_ERROR_MEMORY; what the map holds is then unchanged. */
plim_status plim_cell_map_reserve(plim_cell_map *map, size_t extra, plim_error *error);
plim_status plim_cell_map_reserve_of(plim_cell_map *map, uint32_t id, size_t extra, plim_error *error);

/** Room for all that another map holds. PLIM_ERROR_MEMORY; as above. */
plim_status plim_cell_map_reserve_all(plim_cell_map *map, const plim_cell_map *of, plim_error *error);

/** A new stretch at the slot `at`, which the search for its key has found free: its number. */
uint32_t plim_cell_part_take(plim_cell_part *part, uint64_t key, size_t at);

/* Fibonacci hashing: the product's top bits are the best. */
static inline size_t plim_cell_part_home(const plim_cell_part *part, uint64_t key)
{
	const uint64_t mixed = (key ^ key >> 29) * UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(mixed ^ mixed >> 32) & (part->slots - 1);
}

/** The cell (id, index), all zero if it is new; there must be room. Valid until the next reserve. */
static inline void *plim_cell_map_at(plim_cell_map *map, uint32_t id, uint32_t index)
{
	const uint64_t key = (uint64_t)id << 32 | index >> PLIM_CELL_BITS;
	plim_cell_part *part = plim_cell_map_part(map, id);
	assert(part->slots > 0);
	size_t at = plim_cell_part_home(part, key);
	while (part->slot[at] && part->key[part->slot[at] - 1] != key)
		at = (at + 1) & (part->slots - 1);
	const size_t number = part->slot[at] ? part->slot[at] - 1 : plim_cell_part_take(part, key, at);
	return part->cell + (number * PLIM_CELL_STRETCH + index % PLIM_CELL_STRETCH) * map->cell_size;
}

/** How many stretches there are. */
size_t plim_cell_map_stretches(const plim_cell_map *map);

/** Moves *stretch on to one that exists, if it is none; false if there are no more:
 *  `for (uint32_t s = 0; plim_cell_map_next(map, &s); s++)`, in no particular order. */
bool plim_cell_map_next(const plim_cell_map *map, uint32_t *stretch);

/** Keeps the order of the stretches until a new one comes: for a map that is complete and will be read several times.
 * PLIM_ERROR_MEMORY. */
plim_status plim_cell_map_settle(plim_cell_map *map, plim_error *error);

/** The order of a map's stretches, valid until the map changes; release with plim_cell_order_clear. PLIM_ERROR_MEMORY.
 */
plim_status plim_cell_order_of(const plim_cell_map *map, plim_cell_order *order, plim_error *error);
void plim_cell_order_clear(plim_cell_order *order);

/** Where in the order the first stretch of `id`, or of one above it, stands. */
size_t plim_cell_order_find(const plim_cell_order *order, const plim_cell_map *map, uint32_t id);

static inline const plim_cell_part *plim_cell_map_part_of(const plim_cell_map *map, uint32_t stretch)
{
	return map->parts ? &map->split[stretch >> PLIM_CELL_NUMBER_BITS] : &map->whole;
}

static inline uint64_t plim_cell_map_key(const plim_cell_map *map, uint32_t stretch)
{
	return plim_cell_map_part_of(map, stretch)->key[stretch & ((UINT32_C(1) << PLIM_CELL_NUMBER_BITS) - 1)];
}

static inline uint32_t plim_cell_map_id(const plim_cell_map *map, uint32_t stretch)
{
	return (uint32_t)(plim_cell_map_key(map, stretch) >> 32);
}

/** The index of a stretch's first cell. */
static inline uint32_t plim_cell_map_first(const plim_cell_map *map, uint32_t stretch)
{
	return (uint32_t)plim_cell_map_key(map, stretch) << PLIM_CELL_BITS;
}

static inline const void *plim_cell_map_cell(const plim_cell_map *map, uint32_t stretch, uint32_t offset)
{
	const size_t number = stretch & ((UINT32_C(1) << PLIM_CELL_NUMBER_BITS) - 1);
	return plim_cell_map_part_of(map, stretch)->cell + (number * PLIM_CELL_STRETCH + offset) * map->cell_size;
}

/** Bytes of the cells in use. */
static inline size_t plim_cell_map_bytes(const plim_cell_map *map)
{
	return plim_cell_map_stretches(map) * PLIM_CELL_STRETCH * map->cell_size;
}

/** Bytes that each stretch takes, table included, at most. */
static inline size_t plim_cell_map_stretch_bytes(size_t cell_size)
{
	return PLIM_CELL_STRETCH * cell_size + sizeof(uint64_t) + 4 * sizeof(uint32_t);
}

#endif
