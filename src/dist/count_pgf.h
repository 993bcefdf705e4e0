/* SPDX-License-Identifier: Apache-2.0 */
/** Probability generating functions of the count laws. */
#ifndef PLIM_DIST_COUNT_PGF_H
#define PLIM_DIST_COUNT_PGF_H

#include <complex.h>

#include "dist/count.h"

/**
 * E[z^N]. Any z inside the unit circle, and beyond it as far as the series converges (infinite from there on for real
 * z). So the law of a compound sum is plim_count_pgf(N, transform of the amount), and thinning with chance q puts 1 - q
 * + q z in the place of z.
 */
double complex plim_count_pgf(const plim_count *count, double complex z);

#endif
