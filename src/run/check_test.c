/* SPDX-License-Identifier: Apache-2.0 */
#include "run/check_test.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "stats/saddlepoint.h"
#include "stats/wide.h"

static double two_sided(double below, double above)
{
	return fmin(1, 2 * fmin(below, above));
}

/* --- one of two --- */

static bool bernoulli_cgf(const void *context, double s, bool second, double k[static 3])
{
	const double p = *(const double *)context;
	(void)second;
	/* by whichever of e^s and e^-s is small */
	const double up = s > 0 ? p : p * exp(s), down = s > 0 ? (1 - p) * exp(-s) : 1 - p;
	k[0] = (s > 0 ? s : 0) + log(up + down);
	if (fabs(s) < 1)
		k[0] = log1p(p * expm1(s));
	k[1] = up / (up + down);
	k[2] = k[1] * (down / (up + down));
	return true;
}

double plim_check_binomial(double n, double observed, double least, double most)
{
	double below = 1, above = 1, unused;
	/* as many or more, if the upper bound is true; as few or fewer, if the lower one is */
	if (!(most > 0))
		above = observed > 0 ? 0 : 1;
	else if (most < 1)
		plim_saddlepoint_tails(bernoulli_cgf, &most, n, observed, 1, true, &unused, &above);
	if (least >= 1)
		below = observed < n ? 0 : 1;
	else if (least > 0)
		plim_saddlepoint_tails(bernoulli_cgf, &least, n, observed, 1, true, &below, &unused);
	return two_sided(below, above);
}

/* --- events --- */

typedef struct event_law {
	const plim_exact_law *law;
	plim_error *error;
	plim_status *status;
} event_law;

/* ln G(e^(s + ih)) has the derivative of ln G(e^s) as its imaginary part over h, without any difference taken. */
#define TINY 1e-30

static bool event_value(const event_law *e, double s, double *value, double *slope)
{
	double complex g = 1;
	const double complex z = exp(s) + I * (exp(s) * TINY);
	for (size_t i = 0; i < e->law->threats && *e->status == PLIM_OK; i++)
		*e->status = plim_exact_transform(e->law->threat[i], PLIM_EXACT_EVENTS, NULL, z, &g, NULL, e->error);
	if (!(creal(g) > 0) || !isfinite(creal(g)) || *e->status != PLIM_OK)
		return false;
	*value = log(creal(g));
	*slope = cimag(g) / TINY / creal(g);
	return isfinite(*slope);
}

static bool event_cgf(const void *context, double s, bool second, double k[static 3])
{
	double before, after, unused;
	const double step = 1e-4;
	if (s > 700 || !event_value(context, s, &k[0], &k[1]))
		return false;
	if (!second)
		return true;
	if (!event_value(context, s - step, &unused, &before) || !event_value(context, s + step, &unused, &after))
		return false;
	k[2] = (after - before) / (2 * step);
	return true;
}

plim_status plim_check_events(const plim_exact_law *law, double n, double observed, double *p_value, plim_error *error)
{
	plim_status status = PLIM_OK;
	const event_law e = {law, error, &status};
	double k[3], below = 1, above = 1;
	*p_value = 1;
	if (!event_cgf(&e, 0, true, k))
		return status;
	if (!(k[2] > 1e-7 * k[1])) /* always the same number */
		*p_value = fabs(observed - n * k[1]) < 0.5 + 1e-9 * observed ? 1 : 0;
	else {
		plim_saddlepoint_tails(event_cgf, &e, n, observed, 1, true, &below, &above);
		*p_value = two_sided(below, above);
	}
	return status;
}

/* --- thresholds --- */

/* Trials at or above the lower edge of a bucket. */
static double counted_from(const plim_bucket_list *list, uint32_t bucket)
{
	uint64_t count = list->overflow;
	for (size_t i = list->entries; i-- > 0 && list->entry[i].bucket >= bucket;)
		count += list->entry[i].count;
	return (double)count;
}

#define EITHER_SIDE 4

bool plim_check_threshold(const plim_bucket_list *list, const plim_exact_curve *curve, double p, double n,
                          plim_check_above *above)
{
	double value, least, most, best = INFINITY;
	uint32_t chosen = 0;
	if (!plim_exact_curve_quantile(curve, p, &value, &least, &most) || !(value > 0))
		return false;
	const uint32_t bucket = plim_bucket_of(list->mantissa_bits, value), end = plim_bucket_count(list->mantissa_bits);
	const uint32_t first = bucket > EITHER_SIDE ? bucket - EITHER_SIDE : 1;
	const double error = sqrt(p * (1 - p) / n);
	for (uint32_t b = first; b <= bucket + EITHER_SIDE && b < end; b++) {
		const double at = plim_bucket_lower(list->mantissa_bits, b);
		if (at > curve->step * (double)curve->size * 0.7)
			break;
		plim_exact_curve_above(curve, at, &least, &most);
		/* a bracket costs what it is wide; beside it, to lie far from p costs a little */
		const double cost = (most - least) / error + 0.1 * fabs((least + most) / 2 - (1 - p)) / (1 - p);
		if (most > 0 && least < 1 && cost < best) {
			best = cost;
			chosen = b;
			*above = (plim_check_above){at, 0, least, most};
		}
	}
	if (!isfinite(best))
		return false;
	above->observed = counted_from(list, chosen);
	return true;
}

/* --- sums --- */

typedef struct limited_law {
	const plim_exact_steps *steps;
	const double *cdf; /* its lower or upper bound */
	double at;         /* in units of which the values are min(x / at, 1) */
} limited_law;

static bool limited_cgf(const void *context, double s, bool second, double k[static 3])
{
	const limited_law *l = context;
	double sum = 0, first = 0, squares = 0, before = 0, shift = s > 0 ? s : 0;
	(void)second;
	for (size_t j = 0; j <= l->steps->count; j++) {
		const bool last = j == l->steps->count || l->steps->at[j] >= l->at;
		const double x = last ? 1 : l->steps->at[j] / l->at;
		const double p = (last ? 1 : l->cdf[j]) - before;
		const double weight = p * exp(s * x - shift);
		before += p;
		sum += weight;
		first += weight * x;
		squares += weight * x * x;
		if (last)
			break;
	}
	k[0] = shift + log(sum);
	k[1] = first / sum;
	k[2] = squares / sum - k[1] * k[1];
	return true;
}

/* Tail probabilities of the sum of n, from one bound of the law. The upper bound of the distribution function holds
 * from its point on, so that losses taken there are too small; the lower bound makes them too large if taken a step
 * later. */
static void limited_tails(const plim_exact_steps *steps, const double *cdf, double at, double n, double observed,
                          double *below, double *above)
{
	const limited_law law = {steps, cdf, at};
	double k[3];
	limited_cgf(&law, 0, true, k);
	*below = *above = 1;
	if (k[2] > 0)
		plim_saddlepoint_tails(limited_cgf, &law, n, observed / at, 1, false, below, above);
}

#define SUM_UNIT (PLIM_SUM_MIN_EXPONENT - PLIM_DOUBLE_MANTISSA)

/* Sum of min(x, at) over the trials counted, `at` the lower edge of cell `cell`. */
static double limited_sum(const plim_bucket_list *list, uint32_t cell, double at)
{
	plim_wide wide = {0};
	uint64_t above = list->overflow;
	for (size_t i = 0; i < list->cells; i++) {
		if (list->cell[i].index < cell)
			plim_wide_add(&wide, list->cell[i].sum, list->cell[i].index >> list->cell_bits);
		else
			above += list->cell[i].count;
	}
	return plim_wide_value(&wide, SUM_UNIT) + at * (double)above;
}

/* With fewer losses than this the sum is no more than their number, which is tested by itself. */
#define FEWEST 10

void plim_check_limited_sum(const plim_bucket_list *list, const plim_exact_steps *steps, double quantile, double n,
                            plim_check_limited *limited)
{
	double least, most, below, above, unused;
	*limited = (plim_check_limited){.at = 0};
	if (steps->count == 0 || n * (1 - steps->low[0]) < FEWEST)
		return;
	const uint32_t cell = plim_bucket_of(list->cell_bits, quantile);
	if (cell == 0 || cell >= plim_bucket_count(list->cell_bits))
		return;
	const double at = plim_bucket_lower(list->cell_bits, cell);
	plim_exact_steps_limited(steps, at, &least, &most);
	*limited = (plim_check_limited){at, limited_sum(list, cell, at), n * least, n * most, 1};
	limited_tails(steps, steps->low, at, n, limited->observed, &unused, &above);
	limited_tails(steps, steps->high, at, n, limited->observed, &below, &unused);
	limited->p_value = two_sided(below, above);
}
