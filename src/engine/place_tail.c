/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/place_tail.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

#define FREE UINT32_MAX

void plim_place_tail_clear(plim_place_tail *tail)
{
	plim_mem_free(tail->slot);
	*tail = (plim_place_tail){0};
}

static plim_place_tail_row *find(const plim_place_tail *tail, uint32_t group, uint32_t bin)
{
	uint64_t key = ((uint64_t)group << 32 | bin) * UINT64_C(0x9E3779B97F4A7C15);
	size_t at = (size_t)(key >> 20) & (tail->capacity - 1);
	while (tail->slot[at].group != FREE && (tail->slot[at].group != group || tail->slot[at].bin != bin))
		at = (at + 1) & (tail->capacity - 1);
	return &tail->slot[at];
}

plim_status plim_place_tail_reserve(plim_place_tail *tail, size_t extra, plim_error *error)
{
	size_t wanted = tail->capacity ? tail->capacity : 64;
	while (wanted / 4 * 3 < tail->used + extra)
		wanted *= 2;
	if (wanted == tail->capacity)
		return PLIM_OK;
	plim_place_tail grown = {plim_mem_alloc(wanted, sizeof *grown.slot), wanted, tail->used};
	if (!grown.slot)
		return plim_error_memory(error, "the tail sums of places");
	for (size_t i = 0; i < wanted; i++)
		grown.slot[i].group = FREE;
	for (size_t i = 0; i < tail->capacity; i++)
		if (tail->slot[i].group != FREE)
			*find(&grown, tail->slot[i].group, tail->slot[i].bin) = tail->slot[i];
	plim_mem_free(tail->slot);
	*tail = grown;
	return PLIM_OK;
}

static plim_exact_sum *entry(plim_place_tail *tail, uint32_t group, uint32_t bin)
{
	plim_place_tail_row *row = find(tail, group, bin);
	if (row->group == FREE) {
		row->group = group;
		row->bin = bin;
		tail->used++;
		assert(tail->used < tail->capacity);
	}
	return &row->sum;
}

void plim_place_tail_add(plim_place_tail *tail, uint32_t group, uint32_t bin, double x)
{
	plim_exact_sum_add(entry(tail, group, bin), x);
}

plim_status plim_place_tail_merge(plim_place_tail *into, const plim_place_tail *from, plim_error *error)
{
	plim_status status = plim_place_tail_reserve(into, from->used, error);
	if (status != PLIM_OK)
		return status;
	for (size_t i = 0; i < from->capacity; i++)
		if (from->slot[i].group != FREE)
			plim_exact_sum_merge(entry(into, from->slot[i].group, from->slot[i].bin), &from->slot[i].sum);
	return PLIM_OK;
}

static int compare(const void *a, const void *b)
{
	const plim_place_tail_row *x = a, *y = b;
	if (x->group != y->group)
		return x->group < y->group ? -1 : 1;
	return (x->bin > y->bin) - (x->bin < y->bin);
}

plim_status plim_place_tail_rows(const plim_place_tail *tail, plim_place_tail_row **rows, size_t *count,
								 plim_error *error)
{
	plim_place_tail_row *list = plim_mem_alloc(tail->used, sizeof *list);
	if (!list)
		return plim_error_memory(error, "the tail sums of places");
	size_t n = 0;
	for (size_t i = 0; i < tail->capacity; i++)
		if (tail->slot[i].group != FREE)
			list[n++] = tail->slot[i];
	qsort(list, n, sizeof *list, compare);
	*rows = list;
	*count = n;
	return PLIM_OK;
}

void plim_place_tail_digest(const plim_place_tail_row *rows, size_t count, plim_digest *digest)
{
	plim_digest_u64(digest, count);
	for (size_t i = 0; i < count; i++) {
		plim_digest_u64(digest, rows[i].group);
		plim_digest_u64(digest, rows[i].bin);
		plim_exact_sum_digest(&rows[i].sum, digest);
	}
}
