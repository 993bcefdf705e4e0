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

/** `value` (finite) with 32 significant bits, halves to even; integer work on the bits, so no rounding mode matters. */
static inline double plim_round_32(double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	bits += (UINT64_C(1) << 20) - 1 + ((bits >> 21) & 1); /* 53 - 32 = 21 bits go; a carry steps the exponent rightly */
	bits &= ~((UINT64_C(1) << 21) - 1);
	memcpy(&value, &bits, sizeof value);
	return value;
}

#endif
