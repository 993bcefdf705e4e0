/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/bucket_list.h"

#include <assert.h>
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/power.h"

plim_status plim_bucket_list_init(plim_bucket_list *list, int mantissa_bits, int cell_bits, size_t entries,
                                  size_t cells, plim_error *error)
{
	plim_bucket_list fresh = {.mantissa_bits = mantissa_bits, .cell_bits = cell_bits};
	fresh.entry = plim_mem_alloc(entries, sizeof *fresh.entry);
	fresh.cell = plim_mem_alloc(cells, sizeof *fresh.cell);
	if (!fresh.entry || !fresh.cell) {
		plim_bucket_list_clear(&fresh);
		return plim_error_memory(error, "a list of histogram buckets");
	}
	*list = fresh;
	return PLIM_OK;
}

void plim_bucket_list_clear(plim_bucket_list *list)
{
	plim_mem_free(list->entry);
	plim_mem_free(list->cell);
	*list = (plim_bucket_list){0};
}

void plim_bucket_list_add_cell(plim_bucket_list *list, uint32_t index, plim_u128 sum, plim_u128 square)
{
	list->cell[list->cells++] =
	    (plim_bucket_cell){.index = index, .first = (uint32_t)list->entries, .sum = sum, .square = square};
}

void plim_bucket_list_add(plim_bucket_list *list, uint32_t bucket, uint64_t count)
{
	assert(list->cells > 0);
	list->entry[list->entries++] = (plim_bucket_entry){
	    .bucket = bucket, .cell = (uint32_t)(list->cells - 1), .count = count, .below = list->positive};
	list->cell[list->cells - 1].count += count;
	list->positive += count;
}

void plim_bucket_list_add_overflow(plim_bucket_list *list, uint64_t count)
{
	list->overflow += count;
	list->positive += count;
}

/* One unit in the last place of the significands of a cell. */
static double cell_unit(const plim_bucket_list *list, const plim_bucket_cell *cell)
{
	return plim_times_power(1.0, (int)(cell->index >> list->cell_bits) + PLIM_SUM_MIN_EXPONENT - PLIM_DOUBLE_MANTISSA);
}

double plim_bucket_cell_mean(const plim_bucket_list *list, const plim_bucket_cell *cell)
{
	return (double)cell->sum * cell_unit(list, cell) / (double)cell->count;
}

double plim_bucket_cell_variance(const plim_bucket_list *list, const plim_bucket_cell *cell)
{
	/* In integers as far as possible: mean of offsets = mean of significands less that of the cell's lower end. */
	const int cut = PLIM_DOUBLE_MANTISSA - list->cell_bits - PLIM_OFFSET_BITS;
	const uint64_t step = cell->index & ((UINT32_C(1) << list->cell_bits) - 1);
	const uint64_t first = PLIM_DOUBLE_HIDDEN + (step << (PLIM_DOUBLE_MANTISSA - list->cell_bits));
	const plim_u128 floor_sum = (plim_u128)first * cell->count;
	if (cell->sum <= floor_sum)
		return 0.0; /* all at the lower end, or below 2^-20 */
	const double mean = (double)(cell->sum - floor_sum) / (double)cell->count;
	const double square = plim_times_power((double)cell->square / (double)cell->count, 2 * cut);
	const double variance = square - mean * mean;
	/* What rounding of doubles and of offsets can make of equal values. */
	const double noise = mean * (mean * 0x1p-50 + plim_times_power(2.0, cut));
	const double unit = cell_unit(list, cell);
	return variance <= noise ? 0.0 : variance * unit * unit;
}

void plim_bucket_range(const plim_bucket_list *list, const plim_bucket_entry *entry, double *low, double *high)
{
	const plim_bucket_cell *cell = &list->cell[entry->cell];
	const double lower = plim_bucket_lower(list->mantissa_bits, entry->bucket);
	const double upper = plim_bucket_upper(list->mantissa_bits, entry->bucket);
	*low = lower;
	*high = upper;
	if (cell->count != entry->count)
		return;
	const double mean = plim_bucket_cell_mean(list, cell);
	const double reach = sqrt(3.0 * plim_bucket_cell_variance(list, cell));
	*low = fmax(lower, mean - reach);
	*high = fmin(upper, mean + reach);
}
