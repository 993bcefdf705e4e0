/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/order_statistics.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

plim_status plim_order_check(const plim_bucket_list *list, uint64_t n, plim_error *error)
{
	if (n == 0 || list->positive > n)
		return plim_error_set(error, PLIM_ERROR_INTERNAL, "a histogram holds %llu values of %llu trials",
		                      (unsigned long long)list->positive, (unsigned long long)n);
	return PLIM_OK;
}

plim_order_place plim_order_locate(const plim_bucket_list *list, uint64_t n, uint64_t rank)
{
	const uint64_t zeros = n - list->positive, inside = list->positive - list->overflow;
	if (rank <= zeros)
		return (plim_order_place){0};
	const uint64_t among = rank - zeros;
	if (among > inside)
		return (plim_order_place){.bucket = plim_bucket_count(list->mantissa_bits),
		                          .entry = list->entries,
		                          .position = among - inside,
		                          .count = list->overflow};
	size_t low = 0, high = list->entries; /* the last entry with fewer than `among` values below it */
	while (high - low > 1) {
		const size_t middle = low + (high - low) / 2;
		if (list->entry[middle].below < among)
			low = middle;
		else
			high = middle;
	}
	const plim_bucket_entry *entry = &list->entry[low];
	return (plim_order_place){
	    .bucket = entry->bucket, .entry = low, .position = among - entry->below, .count = entry->count};
}

double plim_order_interpolate(const plim_bucket_list *list, const plim_order_place *place)
{
	if (place->count == 0)
		return 0.0;
	if (place->entry == list->entries)
		return INFINITY;
	double low, high;
	plim_bucket_range(list, &list->entry[place->entry], &low, &high);
	return low + (high - low) * (((double)place->position - 0.5) / (double)place->count);
}

double plim_order_lower(const plim_bucket_list *list, const plim_order_place *place)
{
	return place->count == 0 ? 0.0 : plim_bucket_lower(list->mantissa_bits, place->bucket);
}

double plim_order_upper(const plim_bucket_list *list, const plim_order_place *place)
{
	return place->count == 0 ? 0.0 : plim_bucket_upper(list->mantissa_bits, place->bucket);
}

plim_status plim_selection_init(plim_selection *selection, const plim_bucket_list *list, plim_error *error)
{
	plim_selection fresh = {.list = list};
	fresh.slot_of = plim_mem_alloc(plim_bucket_count(list->mantissa_bits) + 1, sizeof *fresh.slot_of);
	if (!fresh.slot_of)
		return plim_error_memory(error, "selecting losses");
	*selection = fresh;
	return PLIM_OK;
}

void plim_selection_clear(plim_selection *selection)
{
	for (size_t i = 0; i < selection->slots; i++)
		plim_mem_free(selection->slot[i].value);
	plim_mem_free(selection->slot);
	plim_mem_free(selection->slot_of);
	*selection = (plim_selection){0};
}

static plim_status want(plim_selection *selection, uint32_t bucket, uint64_t count, bool keep, plim_error *error)
{
	uint32_t *index = &selection->slot_of[bucket];
	if (*index == 0) {
		if (plim_mem_grow((void **)&selection->slot, &selection->capacity, selection->slots + 1,
		                  sizeof *selection->slot))
			return plim_error_memory(error, "selecting losses");
		selection->slot[selection->slots] = (plim_selected){.expected = count};
		*index = (uint32_t)++selection->slots;
	}
	plim_selected *slot = &selection->slot[*index - 1];
	slot->keep = slot->keep || keep;
	return PLIM_OK;
}

plim_status plim_selection_want(plim_selection *selection, const plim_order_place *place, plim_error *error)
{
	if (place->count == 0)
		return PLIM_OK;
	return want(selection, place->bucket, place->count, true, error);
}

plim_status plim_selection_want_above(plim_selection *selection, const plim_order_place *place, plim_error *error)
{
	const plim_bucket_list *list = selection->list;
	if (place->count == 0 || place->entry == list->entries)
		return PLIM_OK;
	const uint32_t cell = list->entry[place->entry].cell;
	for (size_t i = place->entry + 1; i < list->entries && list->entry[i].cell == cell; i++) {
		const plim_status status = want(selection, list->entry[i].bucket, list->entry[i].count, false, error);
		if (status != PLIM_OK)
			return status;
	}
	return PLIM_OK;
}

static plim_status make_room(plim_selection *selection, plim_error *error)
{
	for (size_t i = 0; i < selection->slots; i++) {
		plim_selected *slot = &selection->slot[i];
		if (!slot->keep)
			continue;
		slot->value = plim_mem_alloc(slot->expected, sizeof *slot->value);
		if (!slot->value)
			return plim_error_memory(error, "selecting losses");
	}
	return PLIM_OK;
}

/* Returns how many losses are above 0. */
static uint64_t pass(plim_selection *selection, const double *losses, uint64_t n)
{
	const int mantissa_bits = selection->list->mantissa_bits;
	uint64_t positive = 0;
	for (uint64_t i = 0; i < n; i++) {
		const double x = losses[i];
		if (x == 0.0)
			continue;
		positive++;
		const uint32_t index = selection->slot_of[plim_bucket_of(mantissa_bits, x)];
		if (index == 0)
			continue;
		plim_selected *slot = &selection->slot[index - 1];
		if (slot->keep && slot->met < slot->expected)
			slot->value[slot->met] = x;
		slot->met++;
		plim_exact_sum_add(&slot->sum, x);
	}
	return positive;
}

static int ascending(const void *left, const void *right)
{
	const double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

/* A fixed loss fills one bucket with millions of equal values, which need no sorting. */
static void sort_values(double *value, size_t count)
{
	size_t i = 1;
	while (i < count && value[i - 1] <= value[i])
		i++;
	if (i < count)
		qsort(value, count, sizeof *value, ascending);
}

plim_status plim_selection_read(plim_selection *selection, const double *losses, uint64_t n, plim_error *error)
{
	const plim_status status = make_room(selection, error);
	if (status != PLIM_OK)
		return status;
	bool same = pass(selection, losses, n) == selection->list->positive;
	for (size_t i = 0; i < selection->slots; i++)
		same = same && selection->slot[i].met == selection->slot[i].expected;
	if (!same)
		return plim_error_set(error, PLIM_ERROR_INTERNAL, "the year-loss table and its histogram differ");
	for (size_t i = 0; i < selection->slots; i++)
		if (selection->slot[i].keep)
			sort_values(selection->slot[i].value, selection->slot[i].expected);
	return PLIM_OK;
}

const plim_selected *plim_selection_bucket(const plim_selection *selection, uint32_t bucket)
{
	const uint32_t index = selection->slot_of[bucket];
	return index ? &selection->slot[index - 1] : NULL;
}

double plim_selection_value(const plim_selection *selection, const plim_order_place *place)
{
	if (place->count == 0)
		return 0.0;
	const plim_selected *slot = plim_selection_bucket(selection, place->bucket);
	assert(slot && slot->keep);
	return slot->value[place->position - 1];
}
