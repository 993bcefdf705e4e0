/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Count laws fitted to the counts of successive spans of time.
 *
 * Poisson: rate = k / T with the exact interval of Garwood (1936). Negative binomial (variance = mean + dispersion
 * mean^2 for a span of one year): maximum likelihood with intervals of the profile likelihood; of a span of e years the
 * mean is e times as large and the dispersion the same, as the model file has it for `exposure`.
 */
#ifndef PLIM_STATS_FIT_COUNT_H
#define PLIM_STATS_FIT_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct plim_fit_count {
	uint64_t events;
	double years;
	double rate, rate_lower, rate_upper; /* a year */
	double poisson_log_likelihood, poisson_aic;
	bool spread; /* a negative binomial law with dispersion above 0 fits: what follows holds */
	double mean, mean_lower, mean_upper;
	double dispersion, dispersion_lower, dispersion_upper;
	double binomial_log_likelihood, binomial_aic;
	double dispersion_index; /* sum (k - e)^2 / e over n - 1: 1 for a Poisson law; NAN with one span */
	double dispersion_p;     /* P(as large or larger | Poisson, this total), by addressed draws; NAN if unknown */
} plim_fit_count;

/** 95 % interval of the mean of a Poisson law of which `events` were seen: divide by the years. Exact: coverage is
 *  never below. */
void plim_poisson_interval(uint64_t events, double *lower, double *upper);

/** Fits counts[i] seen in years[i] > 0. `replicates` draws (0: none) give the p-value of the index. False when memory
 * is short. */
bool plim_fit_count_of(const uint64_t *counts, const double *years, size_t spans, uint64_t seed, uint64_t identity,
                       uint32_t replicates, plim_fit_count *out);

#endif
