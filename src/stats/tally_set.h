/* SPDX-License-Identifier: Apache-2.0 */
/* Many tallies of few mantissa bits that are mostly empty, in one map: nodes, links, bearers; worlds and replicates. */
#ifndef PLIM_STATS_TALLY_SET_H
#define PLIM_STATS_TALLY_SET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "plimsoll/status.h"
#include "stats/bucket.h"
#include "stats/bucket_list.h"
#include "stats/cell_map.h"

#define PLIM_TALLY_SET_BITS 5
#define PLIM_BUCKETS_OF_SET ((80u << PLIM_TALLY_SET_BITS) + 1) /* of one id, the overflow bucket among them */

/* One non-empty bucket of one id. `sum` of the significands, `square` of the offsets from the bucket's lower end, as in
 * plim_tally_bin. */
typedef struct plim_tally_row {
	uint32_t id;
	uint32_t bucket; /* of plim_bucket_count(bits of the set); that number itself is the overflow bucket */
	uint64_t count;
	plim_u128 sum, square;
} plim_tally_row;

/* The same without its name: what the map holds, 40 bytes. */
typedef struct __attribute__((packed, aligned(8))) plim_tally_cell {
	uint64_t count;
	plim_u128 sum, square;
} plim_tally_cell;

/* Start from {0} or plim_tally_set_init. */
typedef struct plim_tally_set {
	plim_cell_map map;
	int coarse; /* mantissa bits fewer than PLIM_TALLY_SET_BITS: set it before anything is added */
} plim_tally_set;

static inline int plim_tally_set_bits(const plim_tally_set *set)
{
	return PLIM_TALLY_SET_BITS - set->coarse;
}

/** An empty set with room for `rows` adds (may be 0). PLIM_ERROR_MEMORY. */
plim_status plim_tally_set_init(plim_tally_set *set, size_t rows, plim_error *error);
void plim_tally_set_clear(plim_tally_set *set);

/** Forgets all values, keeps the memory. */
void plim_tally_set_reset(plim_tally_set *set);

/** Makes room for `extra` more calls of plim_tally_set_add or _take, whatever they bring. Call it between blocks. */
plim_status plim_tally_set_reserve(plim_tally_set *set, size_t extra, plim_error *error);

/** Splits an empty set by ids, for threads that fill a part each (plim_cell_map_split). PLIM_ERROR_MEMORY. */
plim_status plim_tally_set_split(plim_tally_set *set, uint32_t ids, plim_error *error);

/** Room as plim_tally_set_reserve makes it, for calls with one id: nothing but the part that the id is in is touched. */
plim_status plim_tally_set_reserve_of(plim_tally_set *set, uint32_t id, size_t extra, plim_error *error);

/** Adds one trial's value x >= 0 of `id` (0 is skipped). Never allocates: there must be room. */
void plim_tally_set_add(plim_tally_set *set, uint32_t id, double x);

/** Takes one trial's value out again, as plim_tally_take does: the set may go below zero until it is whole again, and
 * must not be read before. There must be room as for an add. */
void plim_tally_set_take(plim_tally_set *set, uint32_t id, double x);

/* The cells of one id, all zero to begin with: for many values of it at a time, which then need no search. */
typedef struct plim_tally_cells {
	plim_tally_cell *cell; /* PLIM_TALLY_CELLS, by bucket of PLIM_TALLY_SET_BITS */
	uint32_t first, last;  /* buckets that may hold something; first > last: none */
} plim_tally_cells;
#define PLIM_TALLY_CELLS ((PLIM_BUCKETS_OF_SET / PLIM_CELL_STRETCH + 1) * PLIM_CELL_STRETCH)

/** The slow end of plim_tally_cells_add: values below 2^-20, of 2^60 and more, zero (nothing). */
void plim_tally_cells_add_outside(plim_tally_cells *cells, double x);

/** As plim_tally_set_add and _take. */
static inline void plim_tally_cells_add(plim_tally_cells *cells, double x)
{
	const uint64_t bits = plim_double_bits(x), offset = bits - PLIM_SUM_FIRST_BITS;
	if (__builtin_expect(offset >= PLIM_SUM_SPAN_BITS, 0)) {
		plim_tally_cells_add_outside(cells, x);
		return;
	}
	const uint32_t bucket = (uint32_t)(offset >> (PLIM_DOUBLE_MANTISSA - PLIM_TALLY_SET_BITS));
	const uint64_t inside = plim_offset_inside(bits, PLIM_TALLY_SET_BITS);
	plim_tally_cell *cell = &cells->cell[bucket];
	cells->first = bucket < cells->first ? bucket : cells->first;
	cells->last = bucket > cells->last ? bucket : cells->last;
	cell->count++;
	cell->sum += (bits & (PLIM_DOUBLE_HIDDEN - 1)) | PLIM_DOUBLE_HIDDEN;
	cell->square += (plim_u128)inside * inside;
}
void plim_tally_cells_take(plim_tally_cells *cells, double x);

/** Moves all of them into a set of PLIM_TALLY_SET_BITS; the cells are all zero then. PLIM_ERROR_MEMORY. */
plim_status plim_tally_set_move(plim_tally_set *set, uint32_t id, plim_tally_cells *cells, plim_error *error);

/** Adds `from` into `into` (both of the same bits), growing it as needed; on an error `into` is unchanged. */
plim_status plim_tally_set_merge(plim_tally_set *into, const plim_tally_set *from, plim_error *error);

/** Adds what a file holds, growing as needed; PLIM_ERROR_IO for a row that cannot be (index, count 0, sum). */
plim_status plim_tally_set_put(plim_tally_set *set, const plim_tally_row *row, plim_error *error);

/** For a set that is complete: what reads it afterwards need not sort it again. PLIM_ERROR_MEMORY. */
plim_status plim_tally_set_settle(plim_tally_set *set, plim_error *error);

void plim_tally_row_digest(const plim_tally_row *row, plim_digest *digest);

/** Digests the rows in order: the same for the same values however they came together. PLIM_ERROR_MEMORY. */
plim_status plim_tally_set_digest(const plim_tally_set *set, plim_digest *digest, plim_error *error);

/* A walk over the rows of a set by (id, bucket) ascending: for storing, digests and extraction. The set must not change
 * meanwhile. */
typedef struct plim_tally_walk {
	const plim_cell_map *map;
	plim_cell_order order;
	size_t at;     /* in the order */
	uint32_t cell; /* of that stretch */
} plim_tally_walk;

/** Starts at the first row; release with plim_tally_walk_end. PLIM_ERROR_MEMORY. */
plim_status plim_tally_walk_begin(plim_tally_walk *walk, const plim_tally_set *set, plim_error *error);
void plim_tally_walk_end(plim_tally_walk *walk);

/** The next row; false after the last. */
bool plim_tally_walk_next(plim_tally_walk *walk, plim_tally_row *row);

/** Goes to the first row of `id` and returns how many rows it has: they are the next ones. */
size_t plim_tally_walk_find(plim_tally_walk *walk, uint32_t id);

/** Rows of one id (there may be none) as a list for the statistics in percentile.h; release with
 * plim_bucket_list_clear. The walk goes on from there. */
plim_status plim_tally_walk_list(plim_tally_walk *walk, uint32_t id, plim_bucket_list *list, plim_error *error);

/** All rows by (id, bucket) ascending, at once; the caller releases *rows with plim_mem_free. PLIM_ERROR_MEMORY. */
plim_status plim_tally_set_rows(const plim_tally_set *set, plim_tally_row **rows, size_t *count, plim_error *error);

/** The rows of one id within sorted rows: *found of them from the returned pointer on (NULL and 0 if there are none).
 */
const plim_tally_row *plim_tally_rows_find(const plim_tally_row *rows, size_t count, uint32_t id, size_t *found);

/** Rows of one id of a set of so many mantissa bits as a list for the statistics in percentile.h; release with
 * plim_bucket_list_clear. */
plim_status plim_tally_rows_list(const plim_tally_row *rows, size_t count, int mantissa_bits, plim_bucket_list *list,
                                 plim_error *error);

#endif
