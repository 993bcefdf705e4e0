/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Rounding to 32 significant bits: what every value that leaves libm must go through before it enters a table.
 *
 * The last bits of libm change with the CPU; rounding this far swallows them, and what follows uses + - * / only.
 */
#ifndef PLIM_DIST_ROUND_H
#define PLIM_DIST_ROUND_H

#include <stdint.h>
#include <string.h>

/** `value` (finite) with `kept` significant bits (1 to 52), halves to even; integer work on the bits, so no rounding mode
 *  matters. */
static inline double plim_round_bits(double value, int kept)
{
	const int go = 53 - kept;
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	bits += (UINT64_C(1) << (go - 1)) - 1 + ((bits >> go) & 1); /* a carry steps the exponent rightly */
	bits &= ~((UINT64_C(1) << go) - 1);
	memcpy(&value, &bits, sizeof value);
	return value;
}

static inline double plim_round_32(double value)
{
	return plim_round_bits(value, 32);
}

#endif
