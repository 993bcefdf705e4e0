/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "stats/percentile.h"
#include "stats/wide.h"

static double list_sum(const plim_bucket_list *list)
{
	if (list->overflow)
		return INFINITY;
	plim_wide wide = {0};
	for (size_t i = 0; i < list->cells; i++)
		plim_wide_add(&wide, list->cell[i].sum, list->cell[i].index >> list->cell_bits);
	return plim_wide_value(&wide, PLIM_SUM_MIN_EXPONENT - PLIM_DOUBLE_MANTISSA);
}

/* Sum of squared deviations from `mean`, cell by cell: no difference of large numbers is taken. */
static double squared_deviations(const plim_bucket_list *list, double zeros, double mean)
{
	double sum = zeros * mean * mean;
	for (size_t i = 0; i < list->cells; i++) {
		const plim_bucket_cell *cell = &list->cell[i];
		const double off = plim_bucket_cell_mean(list, cell) - mean;
		sum += (double)cell->count * (plim_bucket_cell_variance(list, cell) + off * off);
	}
	return sum;
}

void plim_list_moments(const plim_bucket_list *list, uint64_t n, plim_moments *out)
{
	const double trials = (double)n;
	const uint64_t zeros = n > list->positive ? n - list->positive : 0;
	plim_moments m = {.p_zero = (double)zeros / trials, .positive = list->positive};
	m.mean = list_sum(list) / trials;
	if (list->overflow)
		m.sd = INFINITY;
	else if (n > 1)
		m.sd = sqrt(squared_deviations(list, (double)zeros, m.mean) / (trials - 1.0));
	m.mean_se = n > 1 ? m.sd / sqrt(trials) : INFINITY;
	m.mean_lower = isinf(m.mean_se) ? 0.0 : fmax(0.0, m.mean - plim_confidence_z() * m.mean_se);
	m.mean_upper = m.mean + plim_confidence_z() * m.mean_se;
	*out = m;
}

/* Sums of a part of a list: how many values, their sum, and the sum of their squares about a centre. */
typedef struct part_sums {
	double count, sum, squares, centre;
} part_sums;

static void add_part(part_sums *s, double count, double mean, double variance)
{
	const double off = mean - s->centre;
	s->count += count;
	s->sum += count * mean;
	s->squares += count * (variance + off * off);
}

/* The entries of the cell that `limit` lies in. */
static void add_crossed(part_sums *s, const plim_bucket_list *list, size_t first, size_t end, double limit)
{
	for (size_t i = first; i < end; i++) {
		double low, high;
		plim_bucket_range(list, &list->entry[i], &low, &high);
		const double count = (double)list->entry[i].count;
		const double below = low >= limit ? 0 : high <= limit ? 1 : (limit - low) / (high - low);
		const double top = fmin(high, limit), width = top - low;
		if (below > 0)
			add_part(s, count * below, (low + top) / 2, width * width / 12);
		if (below < 1)
			add_part(s, count * (1 - below), limit, 0);
	}
}

void plim_list_limited(const plim_bucket_list *list, uint64_t n, double limit, double *mean, double *sd)
{
	part_sums s = {.centre = limit / 2};
	const double trials = (double)n;
	add_part(&s, (double)(n - list->positive), 0, 0);
	add_part(&s, (double)list->overflow, limit, 0);
	for (size_t i = 0; i < list->cells; i++) {
		const plim_bucket_cell *cell = &list->cell[i];
		const size_t end = i + 1 < list->cells ? list->cell[i + 1].first : list->entries;
		if (plim_bucket_upper(list->cell_bits, cell->index) <= limit)
			add_part(&s, (double)cell->count, plim_bucket_cell_mean(list, cell), plim_bucket_cell_variance(list, cell));
		else if (plim_bucket_lower(list->cell_bits, cell->index) >= limit)
			add_part(&s, (double)cell->count, limit, 0);
		else
			add_crossed(&s, list, cell->first, end, limit);
	}
	const double off = s.sum / trials - s.centre;
	*mean = s.sum / trials;
	*sd = n > 1 ? sqrt(fmax(0, s.squares - trials * off * off) / (trials - 1)) : 0;
}

plim_estimate plim_tvar_from_mean(const plim_bucket_list *list, uint64_t n, double q, double rest, double mean)
{
	double limited, sd;
	plim_list_limited(list, n, q, &limited, &sd);
	const double half = plim_confidence_z() * sd / (rest * sqrt((double)n)), value = q + (mean - limited) / rest;
	return (plim_estimate){fmax(q, value), fmax(q, value - half), fmax(q, value + half), false};
}

plim_status plim_moments_of(const plim_tally *tally, uint64_t n, plim_moments *out, plim_error *error)
{
	plim_bucket_list list;
	const plim_status status = plim_tally_list(tally, &list, error);
	if (status != PLIM_OK)
		return status;
	plim_list_moments(&list, n, out);
	plim_bucket_list_clear(&list);
	return PLIM_OK;
}
