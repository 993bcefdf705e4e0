/* SPDX-License-Identifier: Apache-2.0 */
/* Sums of doubles that are exact integers: any order, any split over threads or shards gives the same bits. */
#ifndef PLIM_STATS_EXACT_SUM_H
#define PLIM_STATS_EXACT_SUM_H

#include <stdint.h>
#include <string.h>

#include "base/digest.h"

__extension__ typedef unsigned __int128 plim_u128;

/* Values from 2^-20 up to (not including) 2^60 keep all their bits: money below a millionth or above a quintillion is
 * no loss that anyone insures. */
#define PLIM_SUM_MIN_EXPONENT (-20)
#define PLIM_SUM_MAX_EXPONENT 60
#define PLIM_SUM_ORDERS 32 /* binary orders that share one accumulator */
#define PLIM_SUM_PARTS 3   /* accumulators of a sum */

#define PLIM_DOUBLE_BIAS 1023
#define PLIM_DOUBLE_MANTISSA 52
#define PLIM_DOUBLE_HIDDEN (UINT64_C(1) << PLIM_DOUBLE_MANTISSA)

/* The bits of 2^-20, and how many doubles lie from there up to 2^60. */
#define PLIM_SUM_FIRST_BITS ((uint64_t)(PLIM_DOUBLE_BIAS + PLIM_SUM_MIN_EXPONENT) << PLIM_DOUBLE_MANTISSA)
#define PLIM_SUM_SPAN_BITS ((uint64_t)(PLIM_SUM_MAX_EXPONENT - PLIM_SUM_MIN_EXPONENT) << PLIM_DOUBLE_MANTISSA)

/* A sum of non-negative doubles. part[k] counts units of 2^(32 k - 72), so that the 53-bit significand of a value
 * between 2^(32 k - 20) and 2^(32 k + 12), shifted by its order, fills at most 84 bits: room for 2^44 values. Start
 * from {0}. */
typedef struct plim_exact_sum {
	plim_u128 part[PLIM_SUM_PARTS];
	uint64_t overflow; /* values of 2^60 or more, infinite, negative or not a number */
} plim_exact_sum;

/* The same of squares. A square is that of the value with its significand truncated to 32 bits, so it is too small by
 * a factor of at most (1 - 2^-31)^2, about 2^-30; the truncation depends on the value alone, so order-freedom holds.
 * part[k] counts units of 2^(32 k - 102); room for 2^33 values. Values below 2^-20 count as 0. Start from {0}. */
typedef struct plim_exact_square_sum {
	plim_u128 part[5];
	uint64_t overflow;
} plim_exact_square_sum;

static inline uint64_t plim_double_bits(double x)
{
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	return bits;
}

/** The integer that a value below 2^-20 contributes, in units of 2^-72 (truncated); 0 for -0. */
static inline uint64_t plim_double_below(uint64_t bits)
{
	const uint64_t exponent = bits >> PLIM_DOUBLE_MANTISSA;
	const uint64_t down = PLIM_DOUBLE_BIAS + PLIM_SUM_MIN_EXPONENT - exponent;
	if (down >= 64 || exponent == 0)
		return 0;
	return ((bits & (PLIM_DOUBLE_HIDDEN - 1)) | PLIM_DOUBLE_HIDDEN) >> down;
}

/* What a value adds to any sum: the same for each, so that it is made once where it goes into several. */
typedef struct plim_exact_share {
	plim_u128 units; /* of part[part] */
	uint32_t part, overflow;
} plim_exact_share;

static inline plim_exact_share plim_exact_share_of(double x)
{
	const uint64_t bits = plim_double_bits(x), offset = bits - PLIM_SUM_FIRST_BITS;
	if (__builtin_expect(offset < PLIM_SUM_SPAN_BITS, 1)) {
		const unsigned order = (unsigned)(offset >> PLIM_DOUBLE_MANTISSA);
		const plim_u128 significand = (bits & (PLIM_DOUBLE_HIDDEN - 1)) | PLIM_DOUBLE_HIDDEN;
		return (plim_exact_share){significand << (order % PLIM_SUM_ORDERS), order / PLIM_SUM_ORDERS, 0};
	}
	if (bits < PLIM_SUM_FIRST_BITS)
		return (plim_exact_share){plim_double_below(bits), 0, 0};
	return (plim_exact_share){0, 0, bits << 1 != 0};
}

/** Adds x >= 0. Below 2^-20 it is truncated to a multiple of 2^-72; 2^60 and more only count in `overflow`. */
static inline void plim_exact_sum_add(plim_exact_sum *sum, double x)
{
	const uint64_t bits = plim_double_bits(x);
	const uint64_t offset = bits - PLIM_SUM_FIRST_BITS;
	if (__builtin_expect(offset < PLIM_SUM_SPAN_BITS, 1)) {
		const unsigned order = (unsigned)(offset >> PLIM_DOUBLE_MANTISSA);
		const plim_u128 significand = (bits & (PLIM_DOUBLE_HIDDEN - 1)) | PLIM_DOUBLE_HIDDEN;
		sum->part[order / PLIM_SUM_ORDERS] += significand << (order % PLIM_SUM_ORDERS);
	} else if (bits < PLIM_SUM_FIRST_BITS) {
		sum->part[0] += plim_double_below(bits);
	} else if (bits << 1 != 0) {
		sum->overflow++;
	}
}

/** Adds the square of x >= 0, see plim_exact_square_sum. */
static inline void plim_exact_square_sum_add(plim_exact_square_sum *sum, double x)
{
	const uint64_t bits = plim_double_bits(x);
	const uint64_t offset = bits - PLIM_SUM_FIRST_BITS;
	if (__builtin_expect(offset < PLIM_SUM_SPAN_BITS, 1)) {
		const unsigned order = 2 * (unsigned)(offset >> PLIM_DOUBLE_MANTISSA);
		const uint64_t top = ((bits & (PLIM_DOUBLE_HIDDEN - 1)) | PLIM_DOUBLE_HIDDEN) >> 21;
		sum->part[order / PLIM_SUM_ORDERS] += (plim_u128)(top * top) << (order % PLIM_SUM_ORDERS);
	} else if (bits >= PLIM_SUM_FIRST_BITS && bits << 1 != 0) {
		sum->overflow++;
	}
}

/** Adds `from` into `into`: the same bits as if every value had been added to `into`. */
void plim_exact_sum_merge(plim_exact_sum *into, const plim_exact_sum *from);
void plim_exact_square_sum_merge(plim_exact_square_sum *into, const plim_exact_square_sum *from);

/** The sum as the nearest double (ties to even); +inf if anything overflowed. */
double plim_exact_sum_value(const plim_exact_sum *sum);
double plim_exact_square_sum_value(const plim_exact_square_sum *sum);

void plim_exact_sum_digest(const plim_exact_sum *sum, plim_digest *digest);
void plim_exact_square_sum_digest(const plim_exact_square_sum *sum, plim_digest *digest);

#endif
