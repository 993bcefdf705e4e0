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
