/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/bucket.h"

#include <math.h>

/* The double at which a bucket begins. Adding to the bits walks through mantissa and exponent alike. */
static double edge(int mantissa_bits, uint32_t bucket)
{
	const uint64_t bits = PLIM_SUM_FIRST_BITS + ((uint64_t)bucket << (PLIM_DOUBLE_MANTISSA - mantissa_bits));
	double x;
	memcpy(&x, &bits, sizeof x);
	return x;
}

double plim_bucket_lower(int mantissa_bits, uint32_t bucket)
{
	return bucket == 0 ? 0.0 : edge(mantissa_bits, bucket);
}

double plim_bucket_upper(int mantissa_bits, uint32_t bucket)
{
	return bucket >= plim_bucket_count(mantissa_bits) ? INFINITY : edge(mantissa_bits, bucket + 1);
}
