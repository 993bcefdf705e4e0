/* SPDX-License-Identifier: Apache-2.0 */
/* From count laws to generators and ladders of generators. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/plan_build.h"
#include "random/address.h"

/* Above this share of non-zero trials it is cheaper to visit every trial than to collect and sort out points. */
#define DENSE_FROM 0.3L

/* A block may use a tenth of the draws that an address can hold; the rest is room for luck. */
#define MOST_ATTEMPTS ((double)PLIM_ADDRESS_DRAWS / 10)

/* A ladder reaches this many octaves below its top; lower means are thinned from its lowest step. */
#define LADDER_OCTAVES 24

/* 2^(i / 8), i = 0 .. 8 */
static const double steps[PLIM_LADDER_STEPS + 1] = {
	0x1p0, 0x1.172b83c7d517bp0, 0x1.306fe0a31b715p0, 0x1.4bfdad5362a27p0, 0x1.6a09e667f3bcdp0,
	0x1.8ace5422aa0dbp0, 0x1.ae89f995ad3adp0, 0x1.d5818dcfba487p0, 0x1p1};

static int exponent_of(double value, double *mantissa)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	int exponent = (int)(bits >> 52 & 0x7ff) - 1023;
	bits = (bits & ((UINT64_C(1) << 52) - 1)) | UINT64_C(1023) << 52;
	memcpy(mantissa, &bits, sizeof bits);
	return exponent;
}

int plim_ladder_step(double mean)
{
	double mantissa;
	int exponent = exponent_of(mean, &mantissa), i = 0;
	while (steps[i] < mantissa)
		i++;
	return PLIM_LADDER_STEPS * exponent + i;
}

double plim_ladder_mean(int k)
{
	int exponent = k >= 0 ? k / PLIM_LADDER_STEPS : -((PLIM_LADDER_STEPS - 1 - k) / PLIM_LADDER_STEPS);
	uint64_t bits = (uint64_t)(exponent + 1023) << 52;
	double power;
	memcpy(&power, &bits, sizeof power);
	return steps[k - PLIM_LADDER_STEPS * exponent] * power;
}

/* -ln P(N = 0), without cancellation for rare counts. */
static long double minus_log_p_zero(const plim_count *law)
{
	long double mean = law->mean, p = law->p, tail = 0, sum = 0;
	switch (law->law) {
	case PLIM_COUNT_POISSON: return mean;
	case PLIM_COUNT_BERNOULLI: return -log1pl(-p);
	case PLIM_COUNT_BINOMIAL: return -(long double)law->n * log1pl(-p);
	case PLIM_COUNT_GEOMETRIC: return -logl(p);
	case PLIM_COUNT_NEGATIVE_BINOMIAL:
		return law->dispersion > 0 ? log1pl((long double)law->dispersion * mean) / (long double)law->dispersion : mean;
	case PLIM_COUNT_ZERO_INFLATED_POISSON: return -log1pl((1 - p) * expm1l(-mean));
	case PLIM_COUNT_TABLE:
		for (size_t i = 0; i < law->length; i++) {
			sum += law->weights[i];
			tail += law->counts[i] ? law->weights[i] : 0;
		}
		return -log1pl(-tail / sum);
	default: return law->n ? (long double)INFINITY : 0;
	}
}

static plim_status too_many(plim_plan_builder *b, const char *threat, double attempts)
{
	return plim_error_set(b->error, PLIM_ERROR_MODEL,
	                      "threat '%s': up to %.3g attempts a year at one place; this version can address %.3g%s: "
	                      "give a lower frequency, or a `max` to its distribution%s",
	                      threat, attempts, MOST_ATTEMPTS / PLIM_BLOCK_TRIALS / b->plan->years,
	                      b->plan->years > 1 ? " in each of so many years" : "",
	                      b->plan->years > 1 ? ", or a shorter horizon" : "");
}

plim_status plim_plan_generator(plim_plan_builder *b, const char *threat, const plim_count *law, plim_generator *out)
{
	*out = (plim_generator){PLIM_GENERATOR_NONE, NULL, NULL};
	long double points = minus_log_p_zero(law);
	if (!(points > 0))
		return PLIM_OK;
	double mean = plim_count_mean(law);
	const double cells = (double)PLIM_BLOCK_TRIALS * b->plan->years;
	if (mean * cells > MOST_ATTEMPTS)
		return too_many(b, threat, mean);
	if (law->law != PLIM_COUNT_POISSON && -expm1l(-points) > DENSE_FROM) {
		out->mode = PLIM_GENERATOR_DENSE;
		return plim_plan_count_table(b, law, false, &out->cell);
	}
	out->mode = law->law == PLIM_COUNT_POISSON ? PLIM_GENERATOR_POISSON : PLIM_GENERATOR_SPARSE;
	plim_count candidates = {.law = PLIM_COUNT_POISSON, .mean = (double)(points * cells)};
	plim_status status = plim_plan_count_table(b, &candidates, false, &out->candidates);
	if (status == PLIM_OK && out->mode == PLIM_GENERATOR_SPARSE)
		status = plim_plan_count_table(b, law, true, &out->cell);
	return status;
}

/* The steps between `low` and `high`, compiled; an equal ladder of another threat is taken instead of a new one. */
static plim_status make_ladder(plim_plan_builder *b, const char *threat, const plim_count *law, double low, double high,
							   int32_t *index)
{
	plim_plan *plan = b->plan;
	int last = plim_ladder_step(high), first = low > 0 ? plim_ladder_step(low) : last - PLIM_LADDER_STEPS * LADDER_OCTAVES;
	if (first < last - PLIM_LADDER_STEPS * LADDER_OCTAVES)
		first = last - PLIM_LADDER_STEPS * LADDER_OCTAVES;
	if (plim_mem_grow((void **)&plan->ladder, &b->ladder_capacity, plan->ladders + 1, sizeof *plan->ladder))
		return plim_error_memory(b->error, "the frequency ladders");
	plim_ladder *ladder = &plan->ladder[plan->ladders];
	*ladder = (plim_ladder){.law = *law, .first = first, .count = (uint32_t)(last - first + 1)};
	ladder->generator = plim_mem_alloc(ladder->count, sizeof *ladder->generator);
	if (!ladder->generator)
		return plim_error_memory(b->error, "the frequency ladders");
	*index = (int32_t)plan->ladders++;
	for (uint32_t i = 0; i < ladder->count; i++) {
		ladder->law.mean = plim_ladder_mean(first + (int)i);
		plim_status status = plim_plan_generator(b, threat, &ladder->law, &ladder->generator[i]);
		if (status != PLIM_OK)
			return status;
	}
	return PLIM_OK;
}

/* Smallest and largest positive exposure of the sources; false if none is positive. */
static bool exposure_range(const plim_plan_builder *b, const plim_plan_threat *threat, double *low, double *high)
{
	*low = INFINITY;
	*high = 0;
	for (uint32_t s = 0; s < threat->sources; s++) {
		double exposure = b->plan->source[threat->first_source + s].exposure;
		if (exposure > 0) {
			*low = exposure < *low ? exposure : *low;
			*high = exposure > *high ? exposure : *high;
		}
	}
	return *high > 0;
}

static double unknown_low(const plim_plan_builder *b, plim_param p)
{
	return p.unknown < 0 ? p.value : b->plan->unknown[p.unknown].lowest;
}

static double unknown_high(const plim_plan_builder *b, plim_param p)
{
	return p.unknown < 0 ? p.value : b->plan->unknown[p.unknown].highest;
}

static plim_status mean_on_ladder(plim_plan_builder *b, const plim_threat *threat, const plim_count *law,
								  plim_plan_threat *out)
{
	double low, high, mean_low = unknown_low(b, out->mean), mean_high = unknown_high(b, out->mean);
	if (out->mean_is_geometric_p) {
		if (!(mean_low > 0))
			return plim_error_set(b->error, PLIM_ERROR_MODEL,
								  "threat '%s': the uncertain p of its geometric law can come arbitrarily near 0, where the "
								  "mean is infinite: give it a `min` above 0",
								  threat->id);
		double p_low = mean_low;
		mean_low = (1 - mean_high) / mean_high;
		mean_high = (1 - p_low) / p_low;
	}
	out->ladder = -1;
	mean_low *= unknown_low(b, out->intensity);
	mean_high *= unknown_high(b, out->intensity);
	if (!exposure_range(b, out, &low, &high) || !(mean_high > 0))
		return PLIM_OK; /* `fixed` stays NONE */
	return make_ladder(b, threat->id, law, mean_low * low, mean_high * high, &out->ladder);
}

static plim_status convert_params(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out, plim_param *p,
								  plim_count *law)
{
	const plim_frequency *f = &threat->frequency;
	plim_status status = plim_plan_param(b, &f->mean, "threat", threat->id, "frequency.mean", &out->mean);
	if (status == PLIM_OK)
		status = plim_plan_param(b, &f->p, "threat", threat->id, "frequency.p", p);
	if (status == PLIM_OK && f->dispersion.law)
		status = plim_error_set(b->error, PLIM_ERROR_MODEL,
								"threat '%s': an uncertain dispersion (or size) of a negative binomial is not computed by "
								"this version: give a number, and let the mean be uncertain",
								threat->id);
	*law = (plim_count){f->law, f->n, f->mean.value, f->p.value, f->dispersion.value, f->counts, f->weights, f->length};
	return status;
}

/* One unknown for all threats of the group. */
static plim_status intensity_of(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out)
{
	out->intensity = (plim_param){1, -1};
	for (size_t i = 0; i < b->model->intensities; i++) {
		const plim_intensity *intensity = &b->model->intensity[i];
		if (threat->intensity != &intensity->number)
			continue;
		for (size_t t = 0; t < b->plan->threats; t++) {
			const plim_plan_threat *other = &b->plan->threat[t];
			if (b->model->threat[other->model_threat].intensity == threat->intensity && other->intensity.unknown >= 0 && other != out) {
				out->intensity = other->intensity;
				return PLIM_OK;
			}
		}
		return plim_plan_param(b, &intensity->number, "intensity", intensity->group, "factor", &out->intensity);
	}
	return PLIM_OK;
}

plim_status plim_plan_frequency(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out)
{
	plim_param p;
	plim_count law;
	plim_status status = convert_params(b, threat, out, &p, &law);
	if (status != PLIM_OK)
		return status;
	out->ladder = -1;
	out->thinned_p = out->p_zero = (plim_param){0, -1};
	out->mean_is_geometric_p = law.law == PLIM_COUNT_GEOMETRIC && p.unknown >= 0;
	if (out->mean_is_geometric_p) { /* a geometric law is a negative binomial of dispersion 1 */
		law = (plim_count){.law = PLIM_COUNT_NEGATIVE_BINOMIAL, .dispersion = 1};
		out->mean = p;
	} else if (p.unknown >= 0 && law.law == PLIM_COUNT_ZERO_INFLATED_POISSON) {
		out->p_zero = p;
		law.p = out->zero_bound = unknown_low(b, p);
	} else if (p.unknown >= 0) {
		out->thinned_p = p;
		law.p = out->p_bound = unknown_high(b, p);
	}
	status = intensity_of(b, threat, out);
	if (status != PLIM_OK)
		return status;
	if (out->mean.unknown >= 0 || out->intensity.unknown >= 0 || threat->exposure_of)
		return mean_on_ladder(b, threat, &law, out);
	return plim_plan_generator(b, threat->id, &law, &out->fixed);
}
