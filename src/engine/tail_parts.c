/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/tail_parts.h"

#include "base/error.h"
#include "base/memory.h"

static plim_status add(plim_tail_parts *parts, uint32_t group, uint32_t bin, const plim_exact_sum *sum,
                       plim_error *error)
{
	if (plim_mem_grow((void **)&parts->value, &parts->capacity, parts->count + 1, sizeof *parts->value))
		return plim_error_memory(error, "the tail sums");
	parts->value[parts->count++] = (plim_tail_value){group, bin, plim_exact_sum_value(sum)};
	return PLIM_OK;
}

static plim_status add_places(plim_tail_parts *parts, const plim_summary *s, size_t k, plim_error *error)
{
	plim_place_tail_row *rows = NULL;
	size_t count = 0;
	plim_status status = plim_place_tail_rows(&s->place_tail[k], &rows, &count, error);
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		status = add(parts, rows[i].group, rows[i].bin, &rows[i].sum, error);
	plim_mem_free(rows);
	return status;
}

plim_status plim_tail_parts_read(plim_tail_parts *parts, const plim_summary *s, size_t k, plim_error *error)
{
	plim_status status = PLIM_OK;
	const plim_exact_sum *sum;
	parts->count = 0;
	for (uint32_t g = 0; g < s->groups; g++) {
		if (plim_groups_in_set(s->layout, g))
			continue;
		const plim_tail_sums *tail = &s->tail[k * s->groups + g];
		for (uint32_t bin = 0; status == PLIM_OK && plim_tail_sums_next(tail, &bin, &sum); bin++)
			status = add(parts, g, bin, sum, error);
	}
	return status == PLIM_OK ? add_places(parts, s, k, error) : status;
}

void plim_tail_parts_clear(plim_tail_parts *parts)
{
	plim_mem_free(parts->value);
	*parts = (plim_tail_parts){0};
}

void plim_tail_parts_weigh(const plim_tail_parts *parts, const double weight[static PLIM_BIN_ALL], double *part,
                           size_t groups)
{
	for (size_t g = 0; g < groups; g++)
		part[g] = 0;
	for (size_t i = 0; i < parts->count; i++)
		if (weight[parts->value[i].bin] > 0) /* what cannot be summed up, in a bin that is not asked for, is none */
			part[parts->value[i].group] += weight[parts->value[i].bin] * parts->value[i].value;
}
