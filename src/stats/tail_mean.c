/* SPDX-License-Identifier: Apache-2.0 */
/* TVaR: the mean of the worst (1 - p) share of trials. */
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "stats/order_statistics.h"
#include "stats/percentile.h"
#include "stats/wide.h"

#define SUM_UNIT (PLIM_SUM_MIN_EXPONENT - PLIM_DOUBLE_MANTISSA)

/* The tail of one p: `whole` trials above the boundary trial, which counts for `part` of one. */
typedef struct tail {
	plim_order_place boundary, lower; /* trials of VaR_p and of its lower bound */
	uint64_t whole;
	double part, share; /* share = whole + part = (1 - p) n */
	plim_wide above;    /* the sum of the cells that lie wholly above the boundary, once sum_above has run */
} tail;

/* Means and variances of a list's cells: each is asked for by every tail that it lies in. */
typedef struct spread {
	double *mean, *variance;
} spread;

static tail tail_of(const plim_bucket_list *list, uint64_t n, const plim_probability *p, uint64_t lower)
{
	const plim_tail_count count = plim_probability_tail_count(p, n);
	tail t = {.boundary = plim_order_locate(list, n, n - count.whole), .whole = count.whole};
	if (lower > 0)
		t.lower = plim_order_locate(list, n, lower);
	t.part = (double)count.num / (double)count.den;
	t.share = (double)count.whole + t.part;
	return t;
}

/* The first cell that lies wholly above the boundary, and the end of the entries above it in its own cell. */
static size_t first_whole_cell(const plim_bucket_list *list, const tail *t)
{
	if (t->boundary.count == 0)
		return 0;
	return t->boundary.entry == list->entries ? list->cells : list->entry[t->boundary.entry].cell + 1;
}

static size_t cell_end(const plim_bucket_list *list, const tail *t)
{
	const size_t cell = first_whole_cell(list, t);
	return cell < list->cells ? list->cell[cell].first : list->entries;
}

static void add_cells(const plim_bucket_list *list, size_t first, size_t end, plim_wide *sum)
{
	for (size_t i = first; i < end; i++)
		plim_wide_add(sum, list->cell[i].sum, list->cell[i].index >> list->cell_bits);
}

/* The sums are of integers: a tail's is that of the shorter one before it and what lies between. */
static void sum_above(const plim_bucket_list *list, tail *tails, size_t count)
{
	size_t end = list->cells;
	plim_wide sum = {0};
	for (size_t i = count; i-- > 0;) {
		const size_t first = first_whole_cell(list, &tails[i]);
		if (first > end) { /* not in order */
			sum = (plim_wide){0};
			end = list->cells;
		}
		add_cells(list, first, end, &sum);
		tails[i].above = sum;
		end = first;
	}
}

static plim_status find_spread(const plim_bucket_list *list, spread *out, plim_error *error)
{
	out->mean = plim_mem_room(list->cells, sizeof *out->mean);
	out->variance = plim_mem_room(list->cells, sizeof *out->variance);
	if (!out->mean || !out->variance)
		return plim_error_memory(error, "tail means");
	for (size_t i = 0; i < list->cells; i++) {
		out->mean[i] = plim_bucket_cell_mean(list, &list->cell[i]);
		out->variance[i] = plim_bucket_cell_variance(list, &list->cell[i]);
	}
	return PLIM_OK;
}

static void clear_spread(spread *s)
{
	plim_mem_free(s->mean);
	plim_mem_free(s->variance);
}

/* The tail's upper end of the boundary's bucket: how many trials (a fraction too), over which range. */
static double bucket_top(const plim_bucket_list *list, const tail *t, double *low, double *high)
{
	const double trials = (double)(t->boundary.count - t->boundary.position) + t->part;
	plim_bucket_range(list, &list->entry[t->boundary.entry], low, high);
	*low = *high - (*high - *low) * (trials / (double)t->boundary.count);
	return trials;
}

/* The tail's sum when only buckets are known: those of the boundary's cell count with their middles. */
static double sum_from_buckets(const plim_bucket_list *list, const tail *t)
{
	double low, high, sum = 0.0;
	if (t->boundary.count > 0) {
		const double trials = bucket_top(list, t, &low, &high);
		sum += trials * (low + high) / 2.0;
		for (size_t i = t->boundary.entry + 1; i < cell_end(list, t); i++) {
			plim_bucket_range(list, &list->entry[i], &low, &high);
			sum += (double)list->entry[i].count * (low + high) / 2.0;
		}
	}
	return plim_wide_value(&t->above, SUM_UNIT) + sum;
}

/* The exact sum of the whole trials, rounded once, and the boundary trial's part. */
static double sum_from_losses(const plim_bucket_list *list, const tail *t, const plim_selection *selection)
{
	plim_wide sum = t->above;
	if (t->boundary.count == 0)
		return plim_wide_value(&sum, SUM_UNIT);
	for (size_t i = t->boundary.entry + 1; i < cell_end(list, t); i++)
		plim_wide_add_sum(&sum, &plim_selection_bucket(selection, list->entry[i].bucket)->sum);
	const plim_selected *bucket = plim_selection_bucket(selection, t->boundary.bucket);
	plim_exact_sum top = {0};
	for (uint64_t i = t->boundary.position; i < t->boundary.count; i++)
		plim_exact_sum_add(&top, bucket->value[i]);
	plim_wide_add_sum(&sum, &top);
	return plim_wide_value(&sum, SUM_UNIT) + t->part * plim_selection_value(selection, &t->boundary);
}

static double range_deviation(double low, double high, double from)
{
	const double off = (low + high) / 2.0 - from, width = high - low;
	return width * width / 12.0 + off * off;
}

/* Var(X | X in the tail) about its mean; for intervals only, so buckets are fine enough. */
static double tail_variance(const plim_bucket_list *list, const spread *cells, const tail *t, double mean)
{
	double sum = 0.0, trials = 0.0, low, high;
	for (size_t i = first_whole_cell(list, t); i < list->cells; i++) {
		const double count = (double)list->cell[i].count, off = cells->mean[i] - mean;
		sum += count * (cells->variance[i] + off * off);
		trials += count;
	}
	if (t->boundary.count > 0) {
		for (size_t i = t->boundary.entry + 1; i < cell_end(list, t); i++) {
			plim_bucket_range(list, &list->entry[i], &low, &high);
			sum += (double)list->entry[i].count * range_deviation(low, high, mean);
		}
		sum += bucket_top(list, t, &low, &high) * range_deviation(low, high, mean);
	} else {
		sum += fmax(0.0, t->share - trials) * mean * mean;
	}
	return sum / t->share;
}

/* `selection` is NULL when there are no losses to look at. */
static plim_estimate estimate(const plim_bucket_list *list, const spread *cells, const tail *t,
                              const plim_selection *selection, double p)
{
	const double var_low = selection ? plim_selection_value(selection, &t->lower) : plim_order_lower(list, &t->lower);
	plim_estimate out = {.value = INFINITY, .lower = var_low, .upper = INFINITY, .exact = selection != NULL};
	if (list->overflow)
		return out;
	const double sum = selection ? sum_from_losses(list, t, selection) : sum_from_buckets(list, t);
	const double var =
	    selection ? plim_selection_value(selection, &t->boundary) : plim_order_interpolate(list, &t->boundary);
	/* Against the last bit: a mean of values not below VaR_p may round to below it. */
	out.value = selection ? fmax(var, sum / t->share) : sum / t->share;
	out.exact = selection || t->boundary.count == 0;
	out.lower = fmin(var_low, out.value);
	if (t->whole < 2)
		return out;
	const double excess = out.value - var;
	const double variance = (tail_variance(list, cells, t, out.value) + p * excess * excess) / t->share;
	const double reach = plim_confidence_z() * sqrt(variance);
	out.lower = fmax(0.0, out.value - reach);
	out.upper = out.value + reach;
	return out;
}

static plim_status select_losses(plim_selection *selection, const double *losses, uint64_t n, const tail *tails,
                                 size_t count, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t i = 0; status == PLIM_OK && i < count; i++) {
		status = plim_selection_want(selection, &tails[i].boundary, error);
		if (status == PLIM_OK)
			status = plim_selection_want(selection, &tails[i].lower, error);
		if (status == PLIM_OK)
			status = plim_selection_want_above(selection, &tails[i].boundary, error);
	}
	return status == PLIM_OK ? plim_selection_read(selection, losses, n, error) : status;
}

plim_status plim_list_tvars(const plim_bucket_list *list, uint64_t n, const double *losses, const plim_ranked *p,
                            size_t count, plim_estimate *out, plim_error *error)
{
	plim_selection selection = {0};
	spread cells = {0};
	tail *tails = NULL;
	plim_status status = plim_order_check(list, n, error);
	if (status != PLIM_OK)
		goto out;
	tails = plim_mem_alloc(count, sizeof *tails);
	if (!tails) {
		status = plim_error_memory(error, "tail means");
		goto out;
	}
	for (size_t i = 0; i < count; i++)
		tails[i] = tail_of(list, n, &p[i].p, p[i].lower);
	sum_above(list, tails, count);
	status = find_spread(list, &cells, error);
	if (status == PLIM_OK && losses) {
		status = plim_selection_init(&selection, list, error);
		if (status == PLIM_OK)
			status = select_losses(&selection, losses, n, tails, count, error);
	}
	for (size_t i = 0; status == PLIM_OK && i < count; i++)
		out[i] = estimate(list, &cells, &tails[i], losses ? &selection : NULL, plim_probability_value(&p[i].p));
out:
	plim_selection_clear(&selection);
	clear_spread(&cells);
	plim_mem_free(tails);
	return status;
}

plim_status plim_tvars(const plim_tally *tally, uint64_t n, const double *losses, const plim_probability *p,
                       size_t count, plim_estimate *out, plim_error *error)
{
	plim_bucket_list list = {0};
	plim_ranked *ranked = NULL;
	plim_status status = plim_ranked_list(p, count, n, &ranked, error);
	if (status == PLIM_OK)
		status = plim_tally_list(tally, &list, error);
	if (status == PLIM_OK)
		status = plim_list_tvars(&list, n, losses, ranked, count, out, error);
	plim_bucket_list_clear(&list);
	plim_mem_free(ranked);
	return status;
}

/* The boundary's bin gives what the bins above it leave of the tail's sum, never more than all it has. */
static double boundary_weight(const plim_bucket_list *list, const tail *t, double tvar)
{
	plim_wide inside = {0};
	const plim_bucket_cell *cell = &list->cell[list->entry[t->boundary.entry].cell];
	plim_wide_add(&inside, cell->sum, cell->index >> list->cell_bits);
	const double bin_sum = plim_wide_value(&inside, SUM_UNIT);
	const double left = tvar * t->share - plim_wide_value(&t->above, SUM_UNIT);
	if (!isfinite(left) || bin_sum <= 0.0)
		return 0.0;
	return fmin(1.0, fmax(0.0, left / bin_sum)) / t->share;
}

plim_status plim_tail_weights(const plim_tally *total, uint64_t n, const plim_probability *p, double tvar,
                              double weight[static PLIM_BIN_ALL], plim_error *error)
{
	plim_bucket_list list;
	plim_status status = plim_tally_list(total, &list, error);
	if (status != PLIM_OK)
		return status;
	status = plim_order_check(&list, n, error);
	if (status == PLIM_OK) {
		tail t = tail_of(&list, n, p, 0);
		sum_above(&list, &t, 1);
		for (uint32_t bin = 0; bin < PLIM_BIN_ALL; bin++)
			weight[bin] = 0.0;
		weight[PLIM_BIN_OVERFLOW] = 1.0 / t.share;
		for (size_t i = first_whole_cell(&list, &t); i < list.cells; i++)
			weight[list.cell[i].index] = 1.0 / t.share;
		if (t.boundary.count > 0 && t.boundary.entry < list.entries)
			weight[list.cell[list.entry[t.boundary.entry].cell].index] = boundary_weight(&list, &t, tvar);
	}
	plim_bucket_list_clear(&list);
	return status;
}
