/* SPDX-License-Identifier: Apache-2.0 */
/* How far a sample is from a fitted law, and how far samples of that very law are from their own fits. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "random/address.h"
#include "stats/fit_amount.h"

#define LEAST 1e-300

double plim_fit_ks(const double *z, size_t count)
{
	double d = 0, n = (double)count;
	for (size_t i = 0; i < count; i++)
		d = fmax(d, fmax((double)(i + 1) / n - z[i], z[i] - (double)i / n));
	return d;
}

double plim_fit_ad(const double *z, size_t count)
{
	double sum = 0, n = (double)count;
	for (size_t i = 0; i < count; i++) {
		double low = fmax(z[i], LEAST), high = fmax(1 - z[count - 1 - i], LEAST);
		sum += (2 * (double)i + 1) * (log(low) + log(high));
	}
	return -n - sum / n;
}

double plim_fit_common_limit(const plim_fit_sample *sample)
{
	for (size_t j = 0; j < sample->bounded; j++)
		if (sample->low[j] > sample->threshold || sample->high[j] != sample->high[0] || isinf(sample->high[j]))
			return NAN;
	for (size_t i = 0; sample->bounded && i < sample->values; i++)
		if (sample->value[i] < sample->high[0])
			return NAN;
	return sample->bounded ? sample->high[0] : sample->threshold;
}

double plim_fit_probability(const plim_fit_amount *fit, double limit, double x)
{
	double above = plim_fit_log_tail(fit->family, fit->coordinate, fit->origin, limit);
	return -expm1(plim_fit_log_tail(fit->family, fit->coordinate, fit->origin, x) - above);
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* D and A2 of values given that they are above `limit`; z has room for them. */
static void distances(const plim_fit_amount *fit, double limit, const double *value, size_t count, double *z,
                      double *ks, double *ad)
{
	for (size_t i = 0; i < count; i++)
		z[i] = plim_fit_probability(fit, limit, value[i]);
	qsort(z, count, sizeof *z, ascending);
	/* the values that a minimum was estimated from say nothing of the law above it */
	size_t first = 0;
	while (first + 1 < count && z[first] <= 0)
		first++;
	*ks = plim_fit_ks(z + first, count - first);
	*ad = plim_fit_ad(z + first, count - first);
}

/* Room of one replicate: values, z, and bounds that are all alike. */
typedef struct room {
	double *value, *z, *low, *high;
} room;

/* Draws a sample as large as the given one from the fitted law; false if too few values are left above the limit. */
static bool draw(const plim_fit_sample *sample, const plim_fit_amount *fit, double limit, uint64_t seed,
                 uint64_t identity, uint64_t replicate, room *r, plim_fit_sample *out)
{
	uint64_t base = plim_address_base(PLIM_PURPOSE_REPLICATE, replicate);
	double above = exp(plim_fit_log_tail(fit->family, fit->coordinate, fit->origin, sample->threshold));
	size_t all = sample->values + sample->bounded, values = 0, bounded = 0;
	for (size_t i = 0; i < all; i++) {
		double u = plim_uniform_double(plim_address_uniform(seed, identity, base, i));
		double x = plim_fit_tail_quantile(fit->family, fit->coordinate, fit->origin, above * u);
		/* one drawn at the very threshold must not look as if it lay below */
		x = x > sample->threshold ? x : nextafter(sample->threshold, INFINITY);
		if (sample->bounded && x < limit) {
			r->low[bounded] = sample->threshold;
			r->high[bounded++] = limit;
		} else {
			r->value[values++] = x;
		}
	}
	*out = (plim_fit_sample){r->value, values, r->low, r->high, bounded, sample->threshold};
	return values > PLIM_FIT_MOST_PARAMETERS;
}

static bool make_room(room *r, size_t all)
{
	r->value = plim_mem_alloc(4 * all, sizeof *r->value);
	if (!r->value)
		return false;
	r->z = r->value + all;
	r->low = r->z + all;
	r->high = r->low + all;
	return true;
}

/* D and A2 of a replicate; false if it could not be fitted. */
static bool replicate_distances(const plim_fit_sample *sample, const plim_fit_amount *fit, double limit, uint64_t seed,
                                uint64_t identity, uint64_t replicate, room *r, double *ks, double *ad)
{
	plim_fit_sample drawn;
	plim_fit_amount again = *fit;
	if (!draw(sample, fit, limit, seed, identity, replicate, r, &drawn))
		return false;
	if (fit->family == PLIM_FAMILY_PARETO && !(sample->threshold > 0)) {
		again.origin = INFINITY;
		for (size_t i = 0; i < drawn.values; i++)
			again.origin = fmin(again.origin, r->value[i]);
	}
	if (!plim_fit_again(&drawn, fit->family, again.origin, again.coordinate))
		return false;
	distances(&again, limit, r->value, drawn.values, r->z, ks, ad);
	return true;
}

plim_status plim_fit_bootstrap(const plim_fit_sample *sample, plim_fit_amount *fit, uint64_t seed, uint64_t identity,
                               uint32_t replicates, plim_error *error)
{
	double limit = plim_fit_common_limit(sample);
	if (!fit->good || isnan(limit))
		return PLIM_OK;
	size_t all = sample->values + sample->bounded;
	room own;
	if (!make_room(&own, all))
		return plim_error_memory(error, "a sample");
	distances(fit, limit, sample->value, sample->values, own.z, &fit->ks, &fit->ad);
	plim_mem_free(own.value);
	uint32_t done = 0, ks_as_large = 0, ad_as_large = 0;
	bool failed = false;
#pragma omp parallel reduction(+ : done, ks_as_large, ad_as_large) reduction(|| : failed)
	{
		room r;
		bool good = make_room(&r, all);
		failed = !good;
#pragma omp for schedule(dynamic, 4)
		for (uint32_t k = 0; k < replicates; k++) {
			double ks, ad;
			if (!good || !replicate_distances(sample, fit, limit, seed, identity, k, &r, &ks, &ad))
				continue;
			done++;
			ks_as_large += ks >= fit->ks;
			ad_as_large += ad >= fit->ad;
		}
		if (good)
			plim_mem_free(r.value);
	}
	if (failed)
		return plim_error_memory(error, "the replicates");
	fit->replicates = done;
	if (done) {
		fit->ks_p = (1 + (double)ks_as_large) / (1 + (double)done);
		fit->ad_p = (1 + (double)ad_as_large) / (1 + (double)done);
	}
	return PLIM_OK;
}
