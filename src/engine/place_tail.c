/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/place_tail.h"

#include "base/error.h"
#include "base/memory.h"

void plim_place_tail_clear(plim_place_tail *tail)
{
	plim_cell_map_clear(&tail->map);
}

static plim_cell_map *map_of(plim_place_tail *tail)
{
	return plim_cell_map_sized(&tail->map, sizeof(plim_exact_sum));
}

plim_status plim_place_tail_reserve(plim_place_tail *tail, size_t extra, plim_error *error)
{
	return plim_cell_map_reserve(map_of(tail), extra, error);
}

plim_status plim_place_tail_split(plim_place_tail *tail, uint32_t groups, plim_error *error)
{
	return plim_cell_map_split(map_of(tail), groups, error);
}

plim_status plim_place_tail_reserve_of(plim_place_tail *tail, uint32_t group, size_t extra, plim_error *error)
{
	return plim_cell_map_reserve_of(map_of(tail), group, extra, error);
}

void plim_place_tail_add(plim_place_tail *tail, uint32_t group, uint32_t bin, double x)
{
	plim_exact_sum_add(plim_cell_map_at(&tail->map, group, bin), x);
}

plim_status plim_place_tail_put(plim_place_tail *tail, const plim_place_tail_row *row, plim_error *error)
{
	plim_status status = plim_place_tail_reserve_of(tail, row->group, 1, error);
	if (status == PLIM_OK)
		plim_exact_sum_merge(plim_cell_map_at(&tail->map, row->group, row->bin), &row->sum);
	return status;
}

/* Whether the bins of a stretch, or what lies of it in first .. last, hold anything. */
static bool holds(const plim_tail_halves *from, uint32_t first, uint32_t last)
{
	plim_halves any = {0, 0};
	for (size_t p = 0; p < PLIM_SUM_PARTS; p++)
		for (uint32_t b = first; from->parts >> p & 1 && b <= last; b++)
			any |= from->of[p * from->step + b];
	return (any[0] | any[1]) != 0;
}

/* Bins first .. last, which lie in one stretch, to[0] being its first bin. */
static void move_stretch(const plim_tail_halves *from, uint32_t first, uint32_t last, plim_exact_sum *to)
{
	for (size_t p = 0; p < PLIM_SUM_PARTS; p++) {
		if (!(from->parts >> p & 1))
			continue;
		plim_halves *halves = from->of + p * from->step;
		for (uint32_t b = first; b <= last; b++) {
			if ((halves[b][0] | halves[b][1]) == 0)
				continue;
			to[b % PLIM_CELL_STRETCH].part[p] += halves[b][0] + ((plim_u128)halves[b][1] << PLIM_HALF_BITS);
			halves[b] = (plim_halves){0, 0};
		}
	}
}

static uint32_t end_of_stretch(uint32_t bin, uint32_t last)
{
	const uint32_t end = bin - bin % PLIM_CELL_STRETCH + PLIM_CELL_STRETCH - 1;
	return end < last ? end : last;
}

void plim_place_tail_move(plim_place_tail *tail, uint32_t group, const plim_tail_halves *from, uint32_t first,
                          uint32_t last)
{
	plim_exact_sum *to[PLIM_PLACE_TAIL_STRETCHES];
	size_t n = 0;
	/* each lies somewhere else in memory: all are asked for before the first is read */
	for (uint32_t b = first; b <= last; b = end_of_stretch(b, last) + 1, n++) {
		to[n] = holds(from, b, end_of_stretch(b, last)) ? plim_cell_map_at(&tail->map, group, b - b % PLIM_CELL_STRETCH)
		                                                : NULL;
		for (size_t i = 0; to[n] && i < PLIM_CELL_STRETCH; i++)
			__builtin_prefetch(&to[n][i], 1);
	}
	n = 0;
	for (uint32_t b = first; b <= last; b = end_of_stretch(b, last) + 1, n++)
		if (to[n])
			move_stretch(from, b, end_of_stretch(b, last), to[n]);
}

/* A bin of which nothing was ever added is no row. */
static bool is_empty(const plim_exact_sum *sum)
{
	return sum->part[0] == 0 && sum->part[1] == 0 && sum->part[2] == 0 && sum->overflow == 0;
}

plim_status plim_place_tail_merge(plim_place_tail *into, const plim_place_tail *from, plim_error *error)
{
	const plim_cell_map *map = &from->map;
	const plim_status status = plim_cell_map_reserve_all(map_of(into), map, error);
	for (uint32_t s = 0; status == PLIM_OK && plim_cell_map_next(map, &s); s++) {
		plim_exact_sum *to = plim_cell_map_at(&into->map, plim_cell_map_id(map, s), plim_cell_map_first(map, s));
		const plim_exact_sum *sum = plim_cell_map_cell(map, s, 0);
		for (uint32_t i = 0; i < PLIM_CELL_STRETCH; i++)
			if (!is_empty(&sum[i]))
				plim_exact_sum_merge(&to[i], &sum[i]);
	}
	return status;
}

static size_t count_rows(const plim_cell_map *map)
{
	size_t rows = 0;
	for (uint32_t s = 0; plim_cell_map_next(map, &s); s++)
		for (uint32_t i = 0; i < PLIM_CELL_STRETCH; i++)
			rows += !is_empty(plim_cell_map_cell(map, s, i));
	return rows;
}

plim_status plim_place_tail_rows(const plim_place_tail *tail, plim_place_tail_row **rows, size_t *count,
                                 plim_error *error)
{
	const plim_cell_map *map = &tail->map;
	plim_cell_order order;
	plim_status status = plim_cell_order_of(map, &order, error);
	if (status != PLIM_OK)
		return status;
	plim_place_tail_row *list = plim_mem_alloc(count_rows(map), sizeof *list);
	size_t n = 0;
	for (size_t s = 0; list && s < order.count; s++) {
		for (uint32_t i = 0; i < PLIM_CELL_STRETCH; i++) {
			const plim_exact_sum *sum = plim_cell_map_cell(map, order.stretch[s], i);
			if (!is_empty(sum))
				list[n++] = (plim_place_tail_row){plim_cell_map_id(map, order.stretch[s]),
				                                  plim_cell_map_first(map, order.stretch[s]) + i, *sum};
		}
	}
	plim_cell_order_clear(&order);
	if (!list)
		return plim_error_memory(error, "the tail sums of places");
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
