/* SPDX-License-Identifier: Apache-2.0 */
/* Annual counts against their law: chi-square over cells of at least 25 expected trials. */
#ifndef PLIM_TESTS_COUNTS_H
#define PLIM_TESTS_COUNTS_H

#include <gsl/gsl_cdf.h>
#include <stdint.h>
#include <string.h>

#include "tap.h"

#define COUNTS_MOST_CELLS 400
#define COUNTS_SMALLEST_P 1e-6

/* `count` of each of n trials, as losses of 1 each, against pmf[0 .. cells); small cells joined. */
static inline void counts_check(const char *name, const double *count, uint64_t n, const double *pmf, int cells)
{
	double observed[COUNTS_MOST_CELLS] = {0}, statistic = 0, seen = 0, wanted = 0;
	int freedom = -1;
	for (uint64_t i = 0; i < n; i++)
		observed[count[i] < cells - 1 ? (int)(count[i] + 0.5) : cells - 1]++;
	for (int k = 0; k < cells; k++) {
		double rest = 0;
		seen += observed[k];
		wanted += (double)n * pmf[k];
		for (int j = k + 1; j < cells && rest < 25; j++)
			rest += (double)n * pmf[j];
		if (wanted < 25 || (rest < 25 && k + 1 < cells))
			continue;
		statistic += (seen - wanted) * (seen - wanted) / wanted;
		freedom++;
		seen = wanted = 0;
	}
	const double p = freedom > 0 ? gsl_cdf_chisq_Q(statistic, freedom) : 0;
	tap_ok(p > COUNTS_SMALLEST_P, "%s: chi-square %.1f on %d, p %.3g", name, statistic, freedom, p);
}

#endif
