/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/fit_count.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "dist/special.h"
#include "random/address.h"

#define DROP 1.920729410347062L /* chi2_1(0.95) / 2 */
#define MOST_DRAWS UINT64_C(20000000)
#define LOW -20.0L /* logarithms within which a dispersion is looked for */
#define HIGH 12.0L

void plim_poisson_interval(uint64_t events, double *lower, double *upper)
{
	double k = (double)events;
	*lower = events ? gsl_cdf_gamma_Pinv(0.025, k, 1) : 0;
	*upper = gsl_cdf_gamma_Qinv(0.025, k + 1, 1);
}

typedef struct spans {
	const uint64_t *count;
	const double *years;
	size_t length;
	long double top;  /* of the likelihood */
	long double mean; /* held, for a profile of the mean */
	long double total_years, total;
} spans;

static long double poisson_log_likelihood(const spans *s, long double rate)
{
	long double sum = 0;
	for (size_t i = 0; i < s->length; i++) {
		long double e = rate * (long double)s->years[i], k = (long double)s->count[i];
		sum += (k > 0 ? k * logl(e) : 0) - e - lgammal(k + 1);
	}
	return sum;
}

static long double binomial_log_likelihood(const spans *s, long double mean, long double dispersion)
{
	long double size = 1 / dispersion, sum = 0;
	for (size_t i = 0; i < s->length; i++) {
		long double e = mean * (long double)s->years[i], k = (long double)s->count[i];
		sum += lgammal(k + size) - lgammal(size) - lgammal(k + 1) - size * log1pl(e * dispersion);
		sum += k > 0 ? k * (logl(e * dispersion) - log1pl(e * dispersion)) : 0;
	}
	return sum;
}

/* d lnL / d ln mean at a dispersion: falls with the mean. */
static long double slope_of_mean(const void *context, long double log_mean)
{
	const spans *s = context;
	long double sum = 0, mean = expl(log_mean);
	for (size_t i = 0; i < s->length; i++) {
		long double e = mean * (long double)s->years[i];
		sum += ((long double)s->count[i] - e) / (1 + e * s->mean); /* s->mean holds the dispersion here */
	}
	return sum;
}

/* The best mean at a dispersion. */
static long double best_mean(const spans *s, long double dispersion)
{
	spans held = *s;
	long double root, centre = logl(s->total / s->total_years);
	held.mean = dispersion;
	return plim_solve(slope_of_mean, &held, centre - 15, centre + 15, &root) ? expl(root) : s->total / s->total_years;
}

/* Golden section for the largest value of a function with one top. */
static long double maximise(long double (*f)(const spans *, long double), const spans *s, long double low,
                            long double high, long double *top)
{
	const long double ratio = 0.61803398874989484820L;
	long double a = high - ratio * (high - low), b = low + ratio * (high - low), at_a = f(s, a), at_b = f(s, b);
	while (high - low > 1e-7L) {
		if (at_a >= at_b) {
			high = b;
			b = a;
			at_b = at_a;
			a = high - ratio * (high - low);
			at_a = f(s, a);
		} else {
			low = a;
			a = b;
			at_a = at_b;
			b = low + ratio * (high - low);
			at_b = f(s, b);
		}
	}
	*top = fmaxl(at_a, at_b);
	return (low + high) / 2;
}

static long double profile_of_dispersion(const spans *s, long double log_dispersion)
{
	long double dispersion = expl(log_dispersion);
	return binomial_log_likelihood(s, best_mean(s, dispersion), dispersion);
}

static long double at_mean(const spans *s, long double log_dispersion)
{
	return binomial_log_likelihood(s, s->mean, expl(log_dispersion));
}

static long double dispersion_excess(const void *context, long double log_dispersion)
{
	const spans *s = context;
	return s->top - profile_of_dispersion(s, log_dispersion) - DROP;
}

static long double mean_excess(const void *context, long double log_mean)
{
	spans s = *(const spans *)context;
	long double top;
	s.mean = expl(log_mean);
	maximise(at_mean, &s, LOW, HIGH, &top);
	return s.top - top - DROP;
}

static double end_of(long double (*f)(const void *, long double), const spans *s, long double inside,
                     long double outside, double open)
{
	long double root;
	return plim_solve(f, s, inside, outside, &root) ? (double)expl(root) : open;
}

static void fit_binomial(const spans *given, plim_fit_count *out)
{
	spans s = *given;
	long double log_dispersion = maximise(profile_of_dispersion, &s, LOW, HIGH, &s.top);
	if (log_dispersion < LOW + 5 || !(s.top > (long double)out->poisson_log_likelihood + 1e-9L))
		return; /* counts no wider than Poisson's */
	long double dispersion = expl(log_dispersion), mean = best_mean(&s, dispersion), centre = logl(mean);
	out->spread = true;
	out->dispersion = (double)dispersion;
	out->mean = (double)mean;
	out->binomial_log_likelihood = (double)s.top;
	out->binomial_aic = (double)(4 - 2 * s.top);
	out->dispersion_lower = end_of(dispersion_excess, &s, log_dispersion, LOW, 0);
	out->dispersion_upper = end_of(dispersion_excess, &s, log_dispersion, HIGH, INFINITY);
	out->mean_lower = end_of(mean_excess, &s, centre, centre - 15, 0);
	out->mean_upper = end_of(mean_excess, &s, centre, centre + 15, INFINITY);
}

static double index_of(const spans *s, const uint64_t *count)
{
	double sum = 0, rate = (double)(s->total / s->total_years);
	for (size_t i = 0; i < s->length; i++) {
		double e = rate * s->years[i], off = (double)count[i] - e;
		sum += off * off / e;
	}
	return sum / (double)(s->length - 1);
}

/* Given the total of Poisson counts they are multinomial: each event falls on a span by its length. */
static void draw_counts(const spans *s, uint64_t seed, uint64_t identity, uint32_t replicate, uint64_t *count)
{
	uint64_t base = plim_address_base(PLIM_PURPOSE_REPLICATE, replicate);
	memset(count, 0, s->length * sizeof *count);
	for (uint64_t k = 0; k < (uint64_t)s->total; k++) {
		double left = plim_uniform_double(plim_address_uniform(seed, identity, base, k)) * (double)s->total_years;
		size_t i = 0;
		while (i + 1 < s->length && left >= s->years[i])
			left -= s->years[i++];
		count[i]++;
	}
}

static bool test_index(const spans *s, uint64_t seed, uint64_t identity, uint32_t replicates, plim_fit_count *out)
{
	out->dispersion_index = index_of(s, s->count);
	if (!replicates || (uint64_t)s->total * replicates > MOST_DRAWS)
		return true;
	uint64_t *count = plim_mem_alloc(s->length, sizeof *count);
	if (!count)
		return false;
	uint32_t as_large = 0;
	for (uint32_t r = 0; r < replicates; r++) {
		draw_counts(s, seed, identity, r, count);
		as_large += index_of(s, count) >= out->dispersion_index * (1 - 1e-12);
	}
	plim_mem_free(count);
	out->dispersion_p = (1 + (double)as_large) / (1 + (double)replicates);
	return true;
}

bool plim_fit_count_of(const uint64_t *counts, const double *years, size_t length, uint64_t seed, uint64_t identity,
                       uint32_t replicates, plim_fit_count *out)
{
	spans s = {.count = counts, .years = years, .length = length};
	*out = (plim_fit_count){.dispersion_index = NAN, .dispersion_p = NAN};
	for (size_t i = 0; i < length; i++) {
		out->events += counts[i];
		out->years += years[i];
	}
	s.total = (long double)out->events;
	s.total_years = (long double)out->years;
	out->rate = (double)out->events / out->years;
	plim_poisson_interval(out->events, &out->rate_lower, &out->rate_upper);
	out->rate_lower /= out->years;
	out->rate_upper /= out->years;
	if (!out->events)
		return true;
	out->poisson_log_likelihood = (double)poisson_log_likelihood(&s, s.total / s.total_years);
	out->poisson_aic = 2 - 2 * out->poisson_log_likelihood;
	if (length < 2)
		return true;
	fit_binomial(&s, out);
	return test_index(&s, seed, identity, replicates, out);
}
