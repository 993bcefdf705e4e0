/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/exact_sum.h"

#include <math.h>

#include "stats/wide.h"

/* The units of part[0], as powers of two. */
#define SUM_UNIT (PLIM_SUM_MIN_EXPONENT - PLIM_DOUBLE_MANTISSA)
#define SQUARE_UNIT (2 * (PLIM_SUM_MIN_EXPONENT - 31))

void plim_exact_sum_merge(plim_exact_sum *into, const plim_exact_sum *from)
{
	for (int k = 0; k < 3; k++)
		into->part[k] += from->part[k];
	into->overflow += from->overflow;
}

void plim_exact_square_sum_merge(plim_exact_square_sum *into, const plim_exact_square_sum *from)
{
	for (int k = 0; k < 5; k++)
		into->part[k] += from->part[k];
	into->overflow += from->overflow;
}

double plim_exact_sum_value(const plim_exact_sum *sum)
{
	if (sum->overflow)
		return INFINITY;
	plim_wide wide = {0};
	plim_wide_add_sum(&wide, sum);
	return plim_wide_value(&wide, SUM_UNIT);
}

double plim_exact_square_sum_value(const plim_exact_square_sum *sum)
{
	if (sum->overflow)
		return INFINITY;
	plim_wide wide = {0};
	for (unsigned k = 0; k < 5; k++)
		plim_wide_add(&wide, sum->part[k], k * PLIM_SUM_ORDERS);
	return plim_wide_value(&wide, SQUARE_UNIT);
}

static void digest_parts(const plim_u128 *part, int count, uint64_t overflow, plim_digest *digest)
{
	for (int k = 0; k < count; k++) {
		plim_digest_u64(digest, (uint64_t)part[k]);
		plim_digest_u64(digest, (uint64_t)(part[k] >> 64));
	}
	plim_digest_u64(digest, overflow);
}

void plim_exact_sum_digest(const plim_exact_sum *sum, plim_digest *digest)
{
	digest_parts(sum->part, 3, sum->overflow, digest);
}

void plim_exact_square_sum_digest(const plim_exact_square_sum *sum, plim_digest *digest)
{
	digest_parts(sum->part, 5, sum->overflow, digest);
}
