/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/count_sum.h"

#include <gsl/gsl_fft_complex.h>
#include <math.h>

#include "base/memory.h"

bool plim_count_sum_init(plim_count_sum *sum, size_t length)
{
	*sum = (plim_count_sum){.length = length};
	sum->transform = plim_mem_alloc(length / 2 + 1, sizeof *sum->transform);
	sum->probability = plim_mem_alloc(length, sizeof *sum->probability);
	if (sum->transform && sum->probability)
		return true;
	plim_count_sum_clear(sum);
	return false;
}

void plim_count_sum_clear(plim_count_sum *sum)
{
	plim_mem_free(sum->transform);
	plim_mem_free(sum->probability);
	*sum = (plim_count_sum){0};
}

static double complex log_table(const plim_count *law, double complex w)
{
	double complex value = 0;
	double total = 0;
	for (size_t i = 0; i < law->length; i++) {
		value += law->weights[i] * cpow(w, (double)law->counts[i]);
		total += law->weights[i];
	}
	return clog(value / total);
}

/* ln of the generating function of one count at w. Powers are taken by way of the logarithm: where they are whole, its
 * branch does not matter; that of a negative binomial has a positive real part. */
static double complex log_generating(const plim_count *law, double complex w)
{
	switch (law->law) {
	case PLIM_COUNT_FIXED: return law->n ? (double)law->n * clog(w) : 0;
	case PLIM_COUNT_BERNOULLI: return clog(1 - law->p + law->p * w);
	case PLIM_COUNT_BINOMIAL: return law->n ? (double)law->n * clog(1 - law->p + law->p * w) : 0;
	case PLIM_COUNT_POISSON: return law->mean * (w - 1);
	case PLIM_COUNT_NEGATIVE_BINOMIAL:
		if (!(law->dispersion > 0))
			return law->mean * (w - 1);
		return -clog(1 + law->dispersion * law->mean * (1 - w)) / law->dispersion;
	case PLIM_COUNT_GEOMETRIC: return clog(law->p / (1 - (1 - law->p) * w));
	case PLIM_COUNT_ZERO_INFLATED_POISSON: return clog(law->p + (1 - law->p) * cexp(law->mean * (w - 1)));
	default: return log_table(law, w);
	}
}

/* 0 to the power of 0 is 1 here. */
static double complex times_log(double times, double complex logarithm)
{
	return times > 0 ? times * logarithm : 0;
}

void plim_count_sum_add(plim_count_sum *sum, const plim_count_part *part, size_t parts)
{
	for (size_t j = 0; j <= sum->length / 2; j++) {
		double angle = 2 * M_PI * (double)j / (double)sum->length;
		double complex z = cos(angle) + I * sin(angle), all = 0;
		for (size_t i = 0; i < parts; i++) {
			double whole = floor(part[i].years), rest = part[i].years - whole, p = part[i].p;
			all += times_log(part[i].times * whole, log_generating(&part[i].law, 1 - p + p * z));
			if (rest > 0)
				all += times_log(part[i].times, log_generating(&part[i].law, 1 - p * rest + p * rest * z));
		}
		double complex value = cexp(all);
		sum->transform[j] += isnan(creal(value)) || isnan(cimag(value)) ? 0 : value; /* exp(-inf) is 0 */
	}
	sum->draws++;
}

bool plim_count_sum_finish(plim_count_sum *sum)
{
	size_t n = sum->length;
	double *data = plim_mem_alloc(2 * n, sizeof *data);
	if (!data)
		return false;
	for (size_t j = 0; j < n; j++) {
		double complex value = j <= n / 2 ? sum->transform[j] : conj(sum->transform[n - j]);
		data[2 * j] = creal(value) / (double)sum->draws;
		data[2 * j + 1] = cimag(value) / (double)sum->draws;
	}
	gsl_fft_complex_radix2_forward(data, 1, n);
	for (size_t k = 0; k < n; k++)
		sum->probability[k] = fmax(data[2 * k] / (double)n, 0);
	plim_mem_free(data);
	return true;
}

double plim_count_sum_upper(const plim_count_sum *sum, size_t k)
{
	double p = 0;
	for (size_t i = sum->length; i > k; i--)
		p += sum->probability[i - 1];
	return k == 0 ? 1 : fmin(p, 1);
}

double plim_count_sum_lower(const plim_count_sum *sum, size_t k)
{
	double p = 0;
	for (size_t i = 0; i <= k && i < sum->length; i++)
		p += sum->probability[i];
	return fmin(p, 1);
}

void plim_count_parts_moments(const plim_count_part *part, size_t parts, double *mean, double *variance)
{
	*mean = *variance = 0;
	for (size_t i = 0; i < parts; i++) {
		double m = plim_count_mean(&part[i].law), v = plim_count_variance(&part[i].law);
		double whole = floor(part[i].years), rest = part[i].years - whole, p = part[i].p;
		*mean += part[i].times * part[i].years * p * m;
		*variance += part[i].times * whole * (p * p * v + p * (1 - p) * m);
		p *= rest;
		*variance += part[i].times * (p * p * v + p * (1 - p) * m);
	}
}
