/* SPDX-License-Identifier: Apache-2.0 */
/* The scale that histograms share: buckets are ranges of the bits of a double from 2^-20 to 2^60. */
#ifndef PLIM_STATS_BUCKET_H
#define PLIM_STATS_BUCKET_H

#include <stdint.h>

#include "stats/exact_sum.h"

/* Coarse bins are eighths of an octave. One bin never crosses a power of two, so significands in it share one unit. */
#define PLIM_BIN_BITS 3
#define PLIM_BIN_COUNT 640    /* 80 octaves */
#define PLIM_BIN_OVERFLOW 640 /* totals of 2^60 and more */
#define PLIM_BIN_ZERO 641     /* totals of nothing */
#define PLIM_BIN_ALL 642

/* Squares are kept of the offset from the lower end of the cell, rounded to 42 bits: 84 bits, room for 2^44 values.
 * Rounded, not truncated: a bias would count twice the offset in a variance. */
#define PLIM_OFFSET_BITS 42

/** The offset of a double (by its bits) from the lower end of its cell of 2^-cell_bits octaves: 0 .. 2^42. */
static inline uint64_t plim_offset_inside(uint64_t bits, int cell_bits)
{
	const int inside = PLIM_DOUBLE_MANTISSA - cell_bits, cut = inside - PLIM_OFFSET_BITS;
	return ((bits & ((UINT64_C(1) << inside) - 1)) + (UINT64_C(1) << (cut - 1))) >> cut;
}

/** Buckets of m mantissa bits; this is also the index of the overflow bucket. */
static inline uint32_t plim_bucket_count(int mantissa_bits)
{
	return UINT32_C(80) << mantissa_bits;
}

/** The bucket of x > 0: below 2^-20 bucket 0, from 2^60 on (and for nan or negative numbers) the overflow bucket. */
static inline uint32_t plim_bucket_of(int mantissa_bits, double x)
{
	const uint64_t bits = plim_double_bits(x);
	if (bits < PLIM_SUM_FIRST_BITS)
		return 0;
	const uint64_t offset = bits - PLIM_SUM_FIRST_BITS;
	if (offset >= PLIM_SUM_SPAN_BITS)
		return plim_bucket_count(mantissa_bits);
	return (uint32_t)(offset >> (PLIM_DOUBLE_MANTISSA - mantissa_bits));
}

/** The coarse bin of a total >= 0: 0 .. 639, PLIM_BIN_OVERFLOW or PLIM_BIN_ZERO. */
static inline uint32_t plim_tally_bin_of(double total)
{
	return total == 0.0 ? PLIM_BIN_ZERO : plim_bucket_of(PLIM_BIN_BITS, total);
}

/** The ends of a bucket [lower, upper). Bucket 0 begins at 0; the overflow bucket is [2^60, inf). */
double plim_bucket_lower(int mantissa_bits, uint32_t bucket);
double plim_bucket_upper(int mantissa_bits, uint32_t bucket);

#endif
