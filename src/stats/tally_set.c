/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/tally_set.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* At most 2 of 3 slots are taken: linear probes stay short. */
static size_t limit_of(size_t capacity)
{
	return capacity / 3 * 2;
}

/* Fibonacci hashing of (id, bucket): neighbours are spread, the product's top bits are the best. */
static size_t home_of(const plim_tally_set *set, uint32_t id, uint32_t bucket)
{
	const uint64_t key = (uint64_t)id << 32 | bucket;
	const uint64_t mixed = (key ^ key >> 29) * UINT64_C(0x9E3779B97F4A7C15);
	return (size_t)(mixed ^ mixed >> 32) & (set->capacity - 1);
}

/* The slot of (id, bucket), taken for it if it is new: for the caller to fill. */
static plim_tally_row *slot_for(plim_tally_set *set, uint32_t id, uint32_t bucket)
{
	assert(set->capacity > 0);
	size_t at = home_of(set, id, bucket);
	for (;; at = (at + 1) & (set->capacity - 1)) {
		plim_tally_row *row = &set->slot[at];
		if (row->count == 0) {
			assert(set->used < set->limit);
			set->used++;
			row->id = id;
			row->bucket = bucket;
			return row;
		}
		if (row->id == id && row->bucket == bucket)
			return row;
	}
}

static void merge_row(plim_tally_set *set, const plim_tally_row *from)
{
	plim_tally_row *row = slot_for(set, from->id, from->bucket);
	row->count += from->count;
	row->sum += from->sum;
	row->square += from->square;
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
	plim_mem_pages_free(set->slot, set->capacity * sizeof *set->slot);
	*set = (plim_tally_set){0};
}

void plim_tally_set_reset(plim_tally_set *set)
{
	if (set->used)
		memset(set->slot, 0, set->capacity * sizeof *set->slot);
	set->used = 0;
}

plim_status plim_tally_set_reserve(plim_tally_set *set, size_t extra, plim_error *error)
{
	if (extra <= plim_tally_set_room(set))
		return PLIM_OK;
	if (extra > SIZE_MAX / 1024 - set->used)
		return plim_error_memory(error, "sparse histograms");
	plim_tally_set grown = {.capacity = set->capacity ? 2 * set->capacity : 64};
	while (limit_of(grown.capacity) < set->used + extra)
		grown.capacity *= 2;
	grown.limit = limit_of(grown.capacity);
	grown.slot = plim_mem_pages(grown.capacity * sizeof *grown.slot);
	if (!grown.slot)
		return plim_error_memory(error, "sparse histograms");
	for (size_t i = 0; i < set->capacity; i++)
		if (set->slot[i].count)
			merge_row(&grown, &set->slot[i]);
	plim_tally_set_clear(set);
	*set = grown;
	return PLIM_OK;
}

void plim_tally_set_add(plim_tally_set *set, uint32_t id, double x)
{
	const uint64_t bits = plim_double_bits(x);
	if (bits << 1 == 0)
		return;
	plim_tally_row *row = slot_for(set, id, plim_bucket_of(PLIM_TALLY_SET_BITS, x));
	row->count++;
	if (bits < PLIM_SUM_FIRST_BITS) {
		row->sum += plim_double_below(bits);
	} else if (bits - PLIM_SUM_FIRST_BITS < PLIM_SUM_SPAN_BITS) {
		const uint64_t inside = plim_offset_inside(bits, PLIM_TALLY_SET_BITS);
		row->sum += (bits & (PLIM_DOUBLE_HIDDEN - 1)) | PLIM_DOUBLE_HIDDEN;
		row->square += (plim_u128)inside * inside;
	}
}

plim_status plim_tally_set_merge(plim_tally_set *into, const plim_tally_set *from, plim_error *error)
{
	const plim_status status = plim_tally_set_reserve(into, from->used, error);
	if (status != PLIM_OK)
		return status;
	for (size_t i = 0; i < from->capacity; i++)
		if (from->slot[i].count)
			merge_row(into, &from->slot[i]);
	return PLIM_OK;
}

/* As bin_sound in tally.c, with one bucket for a bin. */
static bool row_sound(const plim_tally_row *row)
{
	const uint32_t last = plim_bucket_count(PLIM_TALLY_SET_BITS);
	if (row->count == 0 || row->bucket > last)
		return false;
	if (row->bucket == last)
		return row->sum == 0 && row->square == 0;
	const uint64_t width = PLIM_DOUBLE_HIDDEN >> PLIM_TALLY_SET_BITS;
	const uint64_t first = PLIM_DOUBLE_HIDDEN + width * (row->bucket % (1u << PLIM_TALLY_SET_BITS));
	if (row->sum >= (plim_u128)(first + width) * row->count ||
	    (row->bucket > 0 && row->sum < (plim_u128)first * row->count))
		return false;
	return row->square >> (2 * PLIM_OFFSET_BITS) <= row->count;
}

plim_status plim_tally_set_put(plim_tally_set *set, const plim_tally_row *row, plim_error *error)
{
	if (!row_sound(row))
		return plim_error_set(error, PLIM_ERROR_IO, "a stored histogram row (id %u, bucket %u) contradicts itself",
		                      row->id, row->bucket);
	const plim_status status = plim_tally_set_reserve(set, 1, error);
	if (status == PLIM_OK)
		merge_row(set, row);
	return status;
}

static int by_key(const void *left, const void *right)
{
	const plim_tally_row *a = left, *b = right;
	const uint64_t x = (uint64_t)a->id << 32 | a->bucket, y = (uint64_t)b->id << 32 | b->bucket;
	return (x > y) - (x < y);
}

plim_status plim_tally_set_rows(const plim_tally_set *set, plim_tally_row **rows, size_t *count, plim_error *error)
{
	plim_tally_row *sorted = plim_mem_alloc(set->used, sizeof *sorted);
	if (!sorted)
		return plim_error_memory(error, "sorting sparse histograms");
	size_t filled = 0;
	for (size_t i = 0; i < set->capacity; i++)
		if (set->slot[i].count)
			sorted[filled++] = set->slot[i];
	qsort(sorted, filled, sizeof *sorted, by_key);
	*rows = sorted;
	*count = filled;
	return PLIM_OK;
}

void plim_tally_rows_digest(const plim_tally_row *rows, size_t count, plim_digest *digest)
{
	plim_digest_u64(digest, count);
	for (size_t i = 0; i < count; i++) {
		const plim_tally_row *r = &rows[i];
		const uint64_t words[] = {r->id,
		                          r->bucket,
		                          r->count,
		                          (uint64_t)(r->sum >> 64),
		                          (uint64_t)r->sum,
		                          (uint64_t)(r->square >> 64),
		                          (uint64_t)r->square};
		plim_digest_u64s(digest, words, sizeof words / sizeof *words);
	}
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

plim_status plim_tally_rows_list(const plim_tally_row *rows, size_t count, plim_bucket_list *list, plim_error *error)
{
	const plim_status status =
	    plim_bucket_list_init(list, PLIM_TALLY_SET_BITS, PLIM_TALLY_SET_BITS, count, count, error);
	if (status != PLIM_OK)
		return status;
	for (size_t i = 0; i < count; i++) {
		if (rows[i].bucket == plim_bucket_count(PLIM_TALLY_SET_BITS)) {
			plim_bucket_list_add_overflow(list, rows[i].count);
			continue;
		}
		plim_bucket_list_add_cell(list, rows[i].bucket, rows[i].sum, rows[i].square);
		plim_bucket_list_add(list, rows[i].bucket, rows[i].count);
	}
	return PLIM_OK;
}
