/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of src/stats share: a fixed stream of numbers and losses that lie in all corners. */
#ifndef PLIM_TEST_STATS_H
#define PLIM_TEST_STATS_H

#include <math.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/digest.h"
#include "stats/percentile.h"

/* SplitMix64 (Steele, Lea, Flood 2014). */
static inline uint64_t test_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return z ^ z >> 31;
}

/* Strictly between 0 and 1. */
static inline double test_uniform(uint64_t *state)
{
	return ((double)(test_next(state) >> 12) + 0.5) * 0x1p-52;
}

/* Any significand at any binary order from 2^low up to 2^high (excluded). */
static inline double test_wide(uint64_t *state, int low, int high)
{
	const int order = low + (int)(test_next(state) % (uint64_t)(high - low));
	return ldexp(1.0 + (double)(test_next(state) >> 12) * 0x1p-52, order);
}

/* Zero in two of five trials, else a heavy-tailed amount. */
static inline double test_loss(uint64_t *state)
{
	const double u = test_uniform(state), v = test_uniform(state);
	return u < 0.4 ? 0.0 : 1000.0 * (pow(v, -0.6) - 1.0);
}

static inline void test_shuffle(double *values, size_t n, uint64_t *state)
{
	for (size_t i = n; i > 1; i--) {
		const size_t j = (size_t)(test_next(state) % i);
		const double moved = values[i - 1];
		values[i - 1] = values[j];
		values[j] = moved;
	}
}

static inline int test_ascending(const void *left, const void *right)
{
	const double a = *(const double *)left, b = *(const double *)right;
	return (a > b) - (a < b);
}

#endif
