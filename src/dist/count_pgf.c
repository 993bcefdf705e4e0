/* SPDX-License-Identifier: Apache-2.0 */
#include "dist/count_pgf.h"

#include <math.h>

/* z^n for whole n, by squaring. */
static double complex power(double complex z, uint64_t n)
{
	double complex out = 1;
	for (; n; n >>= 1, z *= z)
		if (n & 1)
			out *= z;
	return out;
}

static double complex table_pgf(const plim_count *count, double complex z)
{
	double complex sum = 0;
	double total = 0;
	for (size_t i = 0; i < count->length; i++) {
		sum += count->weights[i] * power(z, count->counts[i]);
		total += count->weights[i];
	}
	return sum / total;
}

/* (1 + dispersion mean (1 - z))^(-1/dispersion) */
static double complex negative_binomial_pgf(double mean, double dispersion, double complex z)
{
	if (dispersion * mean < 1e-12)
		return cexp(mean * (z - 1));
	const double complex base = 1 + dispersion * mean * (1 - z);
	return creal(base) > 0 ? cexp(-clog(base) / dispersion) : (double complex)INFINITY;
}

double complex plim_count_pgf(const plim_count *count, double complex z)
{
	switch (count->law) {
	case PLIM_COUNT_FIXED: return power(z, count->n);
	case PLIM_COUNT_BERNOULLI: return 1 - count->p + count->p * z;
	case PLIM_COUNT_BINOMIAL: return power(1 - count->p + count->p * z, count->n);
	case PLIM_COUNT_POISSON: return cexp(count->mean * (z - 1));
	case PLIM_COUNT_NEGATIVE_BINOMIAL: return negative_binomial_pgf(count->mean, count->dispersion, z);
	case PLIM_COUNT_GEOMETRIC: return negative_binomial_pgf((1 - count->p) / count->p, 1, z);
	case PLIM_COUNT_ZERO_INFLATED_POISSON: return count->p + (1 - count->p) * cexp(count->mean * (z - 1));
	case PLIM_COUNT_TABLE: return table_pgf(count, z);
	case PLIM_COUNT_LAW_COUNT: break;
	}
	return NAN;
}
