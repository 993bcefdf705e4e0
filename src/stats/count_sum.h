/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The exact law of a sum of independent counts, each thinned and over some years, from its generating function.
 *
 * The sum has G(z) = prod G_i(1 - p_i + p_i z)^(n_i), inverted by a discrete Fourier transform on the unit circle. The
 * probabilities come out with an absolute error of some 1e-15, plus what the law has beyond `length`.
 * Where numbers of the laws are uncertain, G is the mean over draws of them.
 */
#ifndef PLIM_STATS_COUNT_SUM_H
#define PLIM_STATS_COUNT_SUM_H

#include <complex.h>
#include <stdbool.h>
#include <stddef.h>

#include "dist/count.h"

/** `times` independent counts of `law` a year over `years`, each of them kept with probability `p`. The part of a year
 *  that is begun keeps that share of its counts: they are uniform over the year. */
typedef struct plim_count_part {
	plim_count law;
	double p, times, years;
} plim_count_part;

/** Start with plim_count_sum_init, add the parts of each draw, finish. */
typedef struct plim_count_sum {
	size_t length; /* a power of two */
	size_t draws;
	double complex *transform; /* length / 2 + 1 sums of G */
	double *probability;       /* P(N = k), k < length, after the end */
} plim_count_sum;

/** False when memory is short. */
bool plim_count_sum_init(plim_count_sum *sum, size_t length);
void plim_count_sum_add(plim_count_sum *sum, const plim_count_part *part, size_t parts);
bool plim_count_sum_finish(plim_count_sum *sum);
void plim_count_sum_clear(plim_count_sum *sum);

/** P(N >= k) and P(N <= k). */
double plim_count_sum_upper(const plim_count_sum *sum, size_t k);
double plim_count_sum_lower(const plim_count_sum *sum, size_t k);

/** Mean and variance of a sum of parts. */
void plim_count_parts_moments(const plim_count_part *part, size_t parts, double *mean, double *variance);

#endif
