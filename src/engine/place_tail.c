/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/place_tail.h"

#include "base/error.h"
#include "base/memory.h"

void plim_place_tail_clear(plim_place_tail *tail)
{
	plim_cell_map_clear(&tail->map);
}

plim_status plim_place_tail_reserve(plim_place_tail *tail, size_t extra, plim_error *error)
{
	tail->map.cell_size = sizeof(plim_exact_sum);
	return plim_cell_map_reserve(&tail->map, extra, error);
}

void plim_place_tail_add(plim_place_tail *tail, uint32_t group, uint32_t bin, double x)
{
	plim_exact_sum_add(plim_cell_map_at(&tail->map, group, bin), x);
}

plim_status plim_place_tail_put(plim_place_tail *tail, const plim_place_tail_row *row, plim_error *error)
{
	plim_status status = plim_place_tail_reserve(tail, 1, error);
	if (status == PLIM_OK)
		plim_exact_sum_merge(plim_cell_map_at(&tail->map, row->group, row->bin), &row->sum);
	return status;
}

/* A bin of which nothing was ever added is no row. */
static bool is_empty(const plim_exact_sum *sum)
{
	return sum->part[0] == 0 && sum->part[1] == 0 && sum->part[2] == 0 && sum->overflow == 0;
}

void plim_place_tail_move(plim_place_tail *tail, uint32_t group, plim_exact_sum *sum, uint32_t first, uint32_t last)
{
	plim_exact_sum *to = NULL;
	for (uint32_t b = first; b <= last; b++) {
		if (b % PLIM_CELL_STRETCH == 0)
			to = NULL;
		if (is_empty(&sum[b]))
			continue;
		if (!to)
			to = plim_cell_map_at(&tail->map, group, b - b % PLIM_CELL_STRETCH);
		plim_exact_sum_merge(&to[b % PLIM_CELL_STRETCH], &sum[b]);
		sum[b] = (plim_exact_sum){0};
	}
}

plim_status plim_place_tail_merge(plim_place_tail *into, const plim_place_tail *from, plim_error *error)
{
	const plim_cell_map *map = &from->map;
	plim_status status = plim_place_tail_reserve(into, map->stretches, error);
	for (size_t s = 0; s < map->stretches && status == PLIM_OK; s++) {
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
	for (size_t s = 0; s < map->stretches; s++)
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
	for (size_t s = 0; list && s < map->stretches; s++) {
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
