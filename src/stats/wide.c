/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/wide.h"

#include <assert.h>

#include "base/power.h"

void plim_wide_add(plim_wide *wide, plim_u128 value, unsigned shift)
{
	assert(shift <= 192);
	const unsigned bit = shift % 64;
	const plim_u128 low = value << bit;
	const uint64_t part[3] = {(uint64_t)low, (uint64_t)(low >> 64), bit ? (uint64_t)(value >> (128 - bit)) : 0};
	plim_u128 carry = 0;
	for (unsigned i = shift / 64, k = 0; i < PLIM_WIDE_LIMBS && (k < 3 || carry); i++, k++) {
		carry += (plim_u128)wide->limb[i] + (k < 3 ? part[k] : 0);
		wide->limb[i] = (uint64_t)carry;
		carry >>= 64;
	}
}

void plim_wide_add_sum(plim_wide *wide, const plim_exact_sum *sum)
{
	for (unsigned k = 0; k < 3; k++)
		plim_wide_add(wide, sum->part[k], k * PLIM_SUM_ORDERS);
}

/* The 64 bits from the leading one on, the bit position of their lowest, and whether anything below was cut. */
static uint64_t leading_bits(const plim_wide *wide, int top, int *position, bool *sticky)
{
	const int zeros = __builtin_clzll(wide->limb[top]);
	uint64_t bits = wide->limb[top] << zeros;
	*sticky = false;
	if (top > 0 && zeros > 0) {
		bits |= wide->limb[top - 1] >> (64 - zeros);
		*sticky = wide->limb[top - 1] << zeros != 0;
	} else if (top > 0) {
		*sticky = wide->limb[top - 1] != 0;
	}
	for (int i = 0; i < top - 1; i++)
		*sticky = *sticky || wide->limb[i] != 0;
	*position = 64 * top - zeros;
	return bits;
}

double plim_wide_value(const plim_wide *wide, int exponent)
{
	int top = PLIM_WIDE_LIMBS - 1;
	while (top >= 0 && wide->limb[top] == 0)
		top--;
	if (top < 0)
		return 0.0;
	int position;
	bool sticky;
	const uint64_t bits = leading_bits(wide, top, &position, &sticky);
	const uint64_t half = UINT64_C(1) << 10, rest = bits & (2 * half - 1);
	uint64_t significand = bits >> 11;
	if (rest > half || (rest == half && (sticky || (significand & 1))))
		significand++;
	return plim_times_power((double)significand, position + 11 + exponent);
}
