/* SPDX-License-Identifier: Apache-2.0 */
/** Scaling by a power of two. */
#ifndef PLIM_BASE_POWER_H
#define PLIM_BASE_POWER_H

#include <math.h>
#include <stdint.h>
#include <string.h>

/** x * 2^exponent, the same number as ldexp gives: tables ask for millions, and libm's function checks its arguments
 * twice. */
static inline double plim_times_power(double x, int exponent)
{
	if (exponent < -1022 || exponent > 1023) /* the power itself is no normal number */
		return ldexp(x, exponent);
	const uint64_t bits = (uint64_t)(exponent + 1023) << 52;
	double power;
	memcpy(&power, &bits, sizeof power);
	return x * power;
}

#endif
