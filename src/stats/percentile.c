/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/percentile.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "stats/order_statistics.h"

/* The three trials that a percentile needs; an upper rank beyond the last trial has none. */
typedef struct wanted {
	plim_order_place value, lower, upper;
	bool open;
} wanted;

plim_ranked plim_ranked_of(const plim_probability *p, uint64_t n)
{
	plim_ranked ranked = {.p = *p};
	plim_interval_ranks(p, n, &ranked.lower, &ranked.upper);
	return ranked;
}

plim_status plim_ranked_list(const plim_probability *p, size_t count, uint64_t n, plim_ranked **ranked,
                             plim_error *error)
{
	*ranked = plim_mem_alloc(count, sizeof **ranked);
	if (!*ranked)
		return plim_error_memory(error, "percentiles");
	for (size_t i = 0; i < count; i++)
		(*ranked)[i] = plim_ranked_of(&p[i], n);
	return PLIM_OK;
}

static wanted wanted_of(const plim_bucket_list *list, uint64_t n, const plim_ranked *p)
{
	wanted w = {.value = plim_order_locate(list, n, plim_probability_rank(&p->p, n)), .open = p->upper > n};
	if (p->lower > 0)
		w.lower = plim_order_locate(list, n, p->lower);
	if (!w.open)
		w.upper = plim_order_locate(list, n, p->upper);
	return w;
}

static plim_estimate from_buckets(const plim_bucket_list *list, const wanted *w)
{
	return (plim_estimate){.value = plim_order_interpolate(list, &w->value),
	                       .lower = plim_order_lower(list, &w->lower),
	                       .upper = w->open ? INFINITY : plim_order_upper(list, &w->upper),
	                       .exact = w->value.count == 0};
}

static plim_estimate from_losses(const plim_selection *selection, const wanted *w)
{
	return (plim_estimate){.value = plim_selection_value(selection, &w->value),
	                       .lower = plim_selection_value(selection, &w->lower),
	                       .upper = w->open ? INFINITY : plim_selection_value(selection, &w->upper),
	                       .exact = true};
}

static plim_status select_losses(plim_selection *selection, const double *losses, uint64_t n, const wanted *w,
                                 size_t count, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t i = 0; status == PLIM_OK && i < count; i++) {
		const plim_order_place *place[] = {&w[i].value, &w[i].lower, &w[i].upper};
		for (int k = 0; status == PLIM_OK && k < 3; k++)
			status = plim_selection_want(selection, place[k], error);
	}
	return status == PLIM_OK ? plim_selection_read(selection, losses, n, error) : status;
}

plim_status plim_list_percentiles(const plim_bucket_list *list, uint64_t n, const double *losses,
                                  const plim_ranked *p, size_t count, plim_estimate *out, plim_error *error)
{
	plim_selection selection = {0};
	wanted *w = NULL;
	plim_status status = plim_order_check(list, n, error);
	if (status != PLIM_OK)
		goto out;
	w = plim_mem_alloc(count, sizeof *w);
	if (!w) {
		status = plim_error_memory(error, "percentiles");
		goto out;
	}
	for (size_t i = 0; i < count; i++)
		w[i] = wanted_of(list, n, &p[i]);
	if (losses) {
		status = plim_selection_init(&selection, list, error);
		if (status == PLIM_OK)
			status = select_losses(&selection, losses, n, w, count, error);
	}
	for (size_t i = 0; status == PLIM_OK && i < count; i++)
		out[i] = losses ? from_losses(&selection, &w[i]) : from_buckets(list, &w[i]);
out:
	plim_selection_clear(&selection);
	plim_mem_free(w);
	return status;
}

plim_status plim_percentiles(const plim_tally *tally, uint64_t n, const double *losses, const plim_probability *p,
                             size_t count, plim_estimate *out, plim_error *error)
{
	plim_bucket_list list = {0};
	plim_ranked *ranked = NULL;
	plim_status status = plim_ranked_list(p, count, n, &ranked, error);
	if (status == PLIM_OK)
		status = plim_tally_list(tally, &list, error);
	if (status == PLIM_OK)
		status = plim_list_percentiles(&list, n, losses, ranked, count, out, error);
	plim_bucket_list_clear(&list);
	plim_mem_free(ranked);
	return status;
}
