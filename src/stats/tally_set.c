/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/tally_set.h"

#include "base/error.h"
#include "base/memory.h"

static plim_tally_cell *cell_of(plim_tally_set *set, uint32_t id, uint32_t bucket)
{
	return plim_cell_map_at(&set->map, id, bucket);
}

plim_status plim_tally_set_init(plim_tally_set *set, size_t rows, plim_error *error)
{
	plim_tally_set fresh = {0};
	const plim_status status = plim_tally_set_reserve(&fresh, rows, error);
	if (status == PLIM_OK)
		*set = fresh;
	return status;
}

void plim_tally_set_clear(plim_tally_set *set)
{
	plim_cell_map_clear(&set->map);
}

void plim_tally_set_reset(plim_tally_set *set)
{
	plim_cell_map_reset(&set->map);
}

static plim_cell_map *map_of(plim_tally_set *set)
{
	return plim_cell_map_sized(&set->map, sizeof(plim_tally_cell));
}

plim_status plim_tally_set_reserve(plim_tally_set *set, size_t extra, plim_error *error)
{
	return plim_cell_map_reserve(map_of(set), extra, error);
}

plim_status plim_tally_set_split(plim_tally_set *set, uint32_t ids, plim_error *error)
{
	return plim_cell_map_split(map_of(set), ids, error);
}

plim_status plim_tally_set_reserve_of(plim_tally_set *set, uint32_t id, size_t extra, plim_error *error)
{
	return plim_cell_map_reserve_of(map_of(set), id, extra, error);
}

/* What one value adds to its bucket. False: nothing, for it is 0. */
static bool share_of(int bits_kept, double x, plim_tally_cell *share)
{
	const uint64_t bits = plim_double_bits(x);
	*share = (plim_tally_cell){1, 0, 0};
	if (bits < PLIM_SUM_FIRST_BITS) {
		share->sum = plim_double_below(bits);
	} else if (bits - PLIM_SUM_FIRST_BITS < PLIM_SUM_SPAN_BITS) {
		const uint64_t inside = plim_offset_inside(bits, bits_kept);
		share->sum = (bits & (PLIM_DOUBLE_HIDDEN - 1)) | PLIM_DOUBLE_HIDDEN;
		share->square = (plim_u128)inside * inside;
	}
	return bits << 1 != 0;
}

void plim_tally_set_add(plim_tally_set *set, uint32_t id, double x)
{
	plim_tally_cell share;
	const int bits = plim_tally_set_bits(set);
	if (!share_of(bits, x, &share))
		return;
	plim_tally_cell *cell = cell_of(set, id, plim_bucket_of(bits, x));
	cell->count++;
	cell->sum += share.sum;
	cell->square += share.square;
}

void plim_tally_set_take(plim_tally_set *set, uint32_t id, double x)
{
	plim_tally_cell share;
	const int bits = plim_tally_set_bits(set);
	if (!share_of(bits, x, &share))
		return;
	plim_tally_cell *cell = cell_of(set, id, plim_bucket_of(bits, x));
	cell->count--;
	cell->sum -= share.sum;
	cell->square -= share.square;
}

static plim_tally_cell *cells_at(plim_tally_cells *cells, double x)
{
	const uint32_t bucket = plim_bucket_of(PLIM_TALLY_SET_BITS, x);
	cells->first = bucket < cells->first ? bucket : cells->first;
	cells->last = bucket > cells->last ? bucket : cells->last;
	return &cells->cell[bucket];
}

void plim_tally_cells_add_outside(plim_tally_cells *cells, double x)
{
	plim_tally_cell share;
	if (!share_of(PLIM_TALLY_SET_BITS, x, &share))
		return;
	plim_tally_cell *cell = cells_at(cells, x);
	cell->count++;
	cell->sum += share.sum;
	cell->square += share.square;
}

void plim_tally_cells_take(plim_tally_cells *cells, double x)
{
	plim_tally_cell share;
	if (!share_of(PLIM_TALLY_SET_BITS, x, &share))
		return;
	plim_tally_cell *cell = cells_at(cells, x);
	cell->count--;
	cell->sum -= share.sum;
	cell->square -= share.square;
}

static bool is_empty(const plim_tally_cell *cell)
{
	return cell->count == 0 && cell->sum == 0 && cell->square == 0;
}

static bool is_empty_stretch(const plim_tally_cell *cell)
{
	for (uint32_t i = 0; i < PLIM_CELL_STRETCH; i++)
		if (!is_empty(&cell[i]))
			return false;
	return true;
}

/* Where the stretches of cells go, NULL for those that hold nothing. All are asked for before the first is read: each
 * lies somewhere else in memory. */
static void find_targets(plim_tally_set *set, uint32_t id, const plim_tally_cells *cells, uint32_t first,
                         uint32_t stretches, plim_tally_cell **target)
{
	enum { LINE = 64 };
	for (uint32_t s = 0; s < stretches; s++) {
		const uint32_t bucket = (first + s) * PLIM_CELL_STRETCH;
		target[s] = is_empty_stretch(&cells->cell[bucket]) ? NULL : cell_of(set, id, bucket);
		for (size_t byte = 0; target[s] && byte < PLIM_CELL_STRETCH * sizeof **target; byte += LINE)
			__builtin_prefetch((char *)target[s] + byte, 1);
	}
}

plim_status plim_tally_set_move(plim_tally_set *set, uint32_t id, plim_tally_cells *cells, plim_error *error)
{
	if (cells->first > cells->last)
		return PLIM_OK;
	plim_tally_cell *target[PLIM_TALLY_CELLS / PLIM_CELL_STRETCH];
	const uint32_t first = cells->first / PLIM_CELL_STRETCH, stretches = cells->last / PLIM_CELL_STRETCH - first + 1;
	const plim_status status = plim_tally_set_reserve_of(set, id, stretches, error);
	if (status != PLIM_OK)
		return status;
	find_targets(set, id, cells, first, stretches, target);
	for (uint32_t s = 0; s < stretches; s++) {
		plim_tally_cell *from = &cells->cell[(first + s) * PLIM_CELL_STRETCH];
		for (uint32_t i = 0; target[s] && i < PLIM_CELL_STRETCH; i++) {
			target[s][i].count += from[i].count;
			target[s][i].sum += from[i].sum;
			target[s][i].square += from[i].square;
			from[i] = (plim_tally_cell){0};
		}
	}
	cells->first = UINT32_MAX;
	cells->last = 0;
	return PLIM_OK;
}

static void merge_stretch(plim_tally_set *into, const plim_cell_map *map, uint32_t s)
{
	plim_tally_cell *to = cell_of(into, plim_cell_map_id(map, s), plim_cell_map_first(map, s));
	const plim_tally_cell *cell = plim_cell_map_cell(map, s, 0);
	for (uint32_t i = 0; i < PLIM_CELL_STRETCH; i++) {
		to[i].count += cell[i].count;
		to[i].sum += cell[i].sum;
		to[i].square += cell[i].square;
	}
}

plim_status plim_tally_set_merge(plim_tally_set *into, const plim_tally_set *from, plim_error *error)
{
	const plim_cell_map *map = &from->map;
	const plim_status status = plim_cell_map_reserve_all(map_of(into), map, error);
	for (uint32_t s = 0; status == PLIM_OK && plim_cell_map_next(map, &s); s++)
		merge_stretch(into, map, s);
	return status;
}

/* As bin_sound in tally.c, with one bucket for a bin. */
static bool row_sound(const plim_tally_row *row, int bits)
{
	const uint32_t last = plim_bucket_count(bits);
	if (row->count == 0 || row->bucket > last)
		return false;
	if (row->bucket == last)
		return row->sum == 0 && row->square == 0;
	const uint64_t width = PLIM_DOUBLE_HIDDEN >> bits;
	const uint64_t first = PLIM_DOUBLE_HIDDEN + width * (row->bucket % (1u << bits));
	if (row->sum >= (plim_u128)(first + width) * row->count ||
	    (row->bucket > 0 && row->sum < (plim_u128)first * row->count))
		return false;
	return row->square >> (2 * PLIM_OFFSET_BITS) <= row->count;
}

plim_status plim_tally_set_put(plim_tally_set *set, const plim_tally_row *row, plim_error *error)
{
	if (!row_sound(row, plim_tally_set_bits(set)))
		return plim_error_set(error, PLIM_ERROR_IO, "a stored histogram row (id %u, bucket %u) contradicts itself",
		                      row->id, row->bucket);
	const plim_status status = plim_tally_set_reserve_of(set, row->id, 1, error);
	if (status != PLIM_OK)
		return status;
	plim_tally_cell *cell = cell_of(set, row->id, row->bucket);
	cell->count += row->count;
	cell->sum += row->sum;
	cell->square += row->square;
	return PLIM_OK;
}

plim_status plim_tally_set_settle(plim_tally_set *set, plim_error *error)
{
	return plim_cell_map_settle(&set->map, error);
}

static size_t rows_of(const plim_cell_map *map, uint32_t stretch)
{
	const plim_tally_cell *cell = plim_cell_map_cell(map, stretch, 0);
	size_t rows = 0;
	for (uint32_t i = 0; i < PLIM_CELL_STRETCH; i++)
		rows += cell[i].count != 0;
	return rows;
}

void plim_tally_row_digest(const plim_tally_row *r, plim_digest *digest)
{
	const uint64_t words[] = {r->id,
	                          r->bucket,
	                          r->count,
	                          (uint64_t)(r->sum >> 64),
	                          (uint64_t)r->sum,
	                          (uint64_t)(r->square >> 64),
	                          (uint64_t)r->square};
	plim_digest_u64s(digest, words, sizeof words / sizeof *words);
}

plim_status plim_tally_set_digest(const plim_tally_set *set, plim_digest *digest, plim_error *error)
{
	plim_tally_walk walk;
	plim_tally_row r;
	size_t count = 0;
	const plim_status status = plim_tally_walk_begin(&walk, set, error);
	if (status != PLIM_OK)
		return status;
	for (uint32_t s = 0; plim_cell_map_next(&set->map, &s); s++)
		count += rows_of(&set->map, s);
	plim_digest_u64(digest, count);
	while (plim_tally_walk_next(&walk, &r))
		plim_tally_row_digest(&r, digest);
	plim_tally_walk_end(&walk);
	return PLIM_OK;
}

plim_status plim_tally_walk_begin(plim_tally_walk *walk, const plim_tally_set *set, plim_error *error)
{
	*walk = (plim_tally_walk){.map = &set->map};
	return plim_cell_order_of(&set->map, &walk->order, error);
}

void plim_tally_walk_end(plim_tally_walk *walk)
{
	plim_cell_order_clear(&walk->order);
}

bool plim_tally_walk_next(plim_tally_walk *walk, plim_tally_row *row)
{
	for (; walk->at < walk->order.count; walk->at++, walk->cell = 0) {
		const uint32_t stretch = walk->order.stretch[walk->at];
		for (; walk->cell < PLIM_CELL_STRETCH; walk->cell++) {
			const plim_tally_cell *cell = plim_cell_map_cell(walk->map, stretch, walk->cell);
			if (cell->count == 0)
				continue;
			*row = (plim_tally_row){plim_cell_map_id(walk->map, stretch),
			                        plim_cell_map_first(walk->map, stretch) + walk->cell, cell->count, cell->sum,
			                        cell->square};
			walk->cell++;
			return true;
		}
	}
	return false;
}

size_t plim_tally_walk_find(plim_tally_walk *walk, uint32_t id)
{
	size_t count = 0;
	walk->at = plim_cell_order_find(&walk->order, walk->map, id);
	walk->cell = 0;
	for (size_t i = walk->at; i < walk->order.count && plim_cell_map_id(walk->map, walk->order.stretch[i]) == id; i++)
		count += rows_of(walk->map, walk->order.stretch[i]);
	return count;
}

plim_status plim_tally_walk_list(plim_tally_walk *walk, uint32_t id, plim_bucket_list *list, plim_error *error)
{
	size_t count = plim_tally_walk_find(walk, id);
	const plim_status status =
	    plim_bucket_list_init(list, PLIM_TALLY_SET_BITS, PLIM_TALLY_SET_BITS, count, count, error);
	if (status != PLIM_OK)
		return status;
	plim_tally_row row;
	for (; count > 0 && plim_tally_walk_next(walk, &row); count--) {
		if (row.bucket == plim_bucket_count(PLIM_TALLY_SET_BITS)) {
			plim_bucket_list_add_overflow(list, row.count);
			continue;
		}
		plim_bucket_list_add_cell(list, row.bucket, row.sum, row.square);
		plim_bucket_list_add(list, row.bucket, row.count);
	}
	return PLIM_OK;
}

plim_status plim_tally_set_rows(const plim_tally_set *set, plim_tally_row **rows, size_t *count, plim_error *error)
{
	plim_tally_walk walk;
	size_t all = 0, filled = 0;
	const plim_status status = plim_tally_walk_begin(&walk, set, error);
	if (status != PLIM_OK)
		return status;
	for (uint32_t s = 0; plim_cell_map_next(&set->map, &s); s++)
		all += rows_of(&set->map, s);
	plim_tally_row *sorted = plim_mem_alloc(all, sizeof *sorted);
	while (sorted && filled < all && plim_tally_walk_next(&walk, &sorted[filled]))
		filled++;
	plim_tally_walk_end(&walk);
	if (!sorted)
		return plim_error_memory(error, "sorting sparse histograms");
	*rows = sorted;
	*count = filled;
	return PLIM_OK;
}

/* The first row whose id is not below `id`. */
static size_t lower_bound(const plim_tally_row *rows, size_t count, uint64_t id)
{
	size_t low = 0, high = count;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (rows[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const plim_tally_row *plim_tally_rows_find(const plim_tally_row *rows, size_t count, uint32_t id, size_t *found)
{
	const size_t first = lower_bound(rows, count, id);
	*found = lower_bound(rows, count, (uint64_t)id + 1) - first;
	return *found ? rows + first : NULL;
}

static void add_row(plim_bucket_list *list, int mantissa_bits, const plim_tally_row *row)
{
	if (row->bucket == plim_bucket_count(mantissa_bits)) {
		plim_bucket_list_add_overflow(list, row->count);
		return;
	}
	plim_bucket_list_add_cell(list, row->bucket, row->sum, row->square);
	plim_bucket_list_add(list, row->bucket, row->count);
}

plim_status plim_tally_rows_list(const plim_tally_row *rows, size_t count, int mantissa_bits, plim_bucket_list *list,
                                 plim_error *error)
{
	const plim_status status = plim_bucket_list_init(list, mantissa_bits, mantissa_bits, count, count, error);
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		add_row(list, mantissa_bits, &rows[i]);
	return status;
}
