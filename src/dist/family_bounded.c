/* SPDX-License-Identifier: Apache-2.0 */
/* Fixed, uniform, log_uniform, triangular. */
#include <math.h>

#include "base/error.h"
#include "base/text.h"
#include "dist/family_range.h"
#include "dist/special.h"

#define COMMON "times", "shift", "cap", "allow_infinite_mean"

static const plim_prob below_all = {0, 1}, above_all = {1, 0};

/* --- fixed --- */

static plim_status fixed_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	(void)error;
	amount->param[0] = reader->value[PLIM_KEY_VALUE];
	return PLIM_OK;
}

static long double fixed_quantile(const plim_amount *amount, long double p, long double q)
{
	(void)p;
	(void)q;
	return amount->param[0];
}

static plim_prob fixed_split(const plim_amount *amount, long double x, bool inclusive)
{
	return x > amount->param[0] || (inclusive && x >= amount->param[0]) ? above_all : below_all;
}

static void fixed_support(const plim_amount *amount, long double *lowest, long double *highest)
{
	*lowest = *highest = amount->param[0];
}

static plim_partial fixed_partial(const plim_amount *amount, long double lo, long double hi, long double centre)
{
	long double gap = amount->param[0] - centre;
	bool in = amount->param[0] > lo && amount->param[0] <= hi;
	return in ? (plim_partial){1, gap, gap * gap} : (plim_partial){0, 0, 0};
}

static long double fixed_atom(const plim_amount *amount, long double x)
{
	(void)x;
	return amount->param[0];
}

const plim_law plim_law_fixed = {
    .forms = (const char *const[]){"value", NULL},
    .keys = (const char *const[]){"value", "min", "max", COMMON, NULL},
    .resolve = fixed_resolve,
    .quantile = fixed_quantile,
    .split = fixed_split,
    .support = fixed_support,
    .partial = fixed_partial,
    .nearest_atom = fixed_atom,
};

/* --- uniform, and log_uniform on the logarithms --- */

plim_status plim_range_check(const plim_reader *reader, long double min, long double max, plim_error *error)
{
	if (min < max && isfinite(min) && isfinite(max))
		return PLIM_OK;
	char low[PLIM_TEXT_DOUBLE_SIZE], high[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_double(low, (double)min);
	plim_text_double(high, (double)max);
	return plim_error_set(error, PLIM_ERROR_MODEL, "%s: min (%s) must be below max (%s)", reader->family, low, high);
}

static plim_status uniform_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	static const plim_key positive[] = {PLIM_KEY_CV};
	plim_status status = plim_elicit_positive(reader, positive, 1, error);
	if (!status)
		status = plim_elicit_above(reader, -INFINITY, "", error);
	if (status)
		return status;
	long double min = reader->value[PLIM_KEY_MIN], max = reader->value[PLIM_KEY_MAX];
	if (reader->quantiles == 2) {
		long double slope = (reader->x[1] - reader->x[0]) / (reader->level[1].p - reader->level[0].p);
		min = reader->x[0] - reader->level[0].p * slope;
		max = reader->x[1] + reader->level[1].q * slope;
	} else if (reader->has[PLIM_KEY_CV]) {
		long double half = sqrtl(3) * reader->value[PLIM_KEY_CV] * fabsl(reader->value[PLIM_KEY_MEAN]);
		min = reader->value[PLIM_KEY_MEAN] - half;
		max = reader->value[PLIM_KEY_MEAN] + half;
	}
	amount->param[0] = min;
	amount->param[1] = max;
	return plim_range_check(reader, min, max, error);
}

static long double uniform_quantile(const plim_amount *amount, long double p, long double q)
{
	long double width = amount->param[1] - amount->param[0];
	return p < q ? amount->param[0] + p * width : amount->param[1] - q * width;
}

static plim_prob uniform_split(const plim_amount *amount, long double x, bool inclusive)
{
	(void)inclusive;
	long double min = amount->param[0], max = amount->param[1];
	if (x <= min || x >= max)
		return x <= min ? below_all : above_all;
	return (plim_prob){(x - min) / (max - min), (max - x) / (max - min)};
}

static void range_support(const plim_amount *amount, long double *lowest, long double *highest)
{
	*lowest = amount->param[0];
	*highest = amount->param[1];
}

const plim_law plim_law_uniform = {
    .forms = (const char *const[]){"min max", "q q", "mean cv", NULL},
    .keys = (const char *const[]){"min", "max", "p5", "p50", "p95", "mean", "cv", COMMON, NULL},
    .resolve = uniform_resolve,
    .quantile = uniform_quantile,
    .split = uniform_split,
    .support = range_support,
    .own_range = true,
};

/* 1 + cv^2 of a log_uniform law whose ln(max / min) is e^t: (w / 2) coth(w / 2) */
static long double log_uniform_spread(const void *context, long double t)
{
	(void)context;
	long double half = 0.5L * expl(t);
	return half < 1e-4L ? half * half / 3 : half / tanhl(half) - 1;
}

static plim_status log_uniform_elicit(const plim_reader *reader, long double *min, long double *max, plim_error *error)
{
	if (reader->quantiles == 2) {
		long double low = logl(reader->x[0]), high = logl(reader->x[1]);
		long double slope = (high - low) / (reader->level[1].p - reader->level[0].p);
		*min = expl(low - reader->level[0].p * slope);
		*max = expl(high + reader->level[1].q * slope);
	} else if (reader->has[PLIM_KEY_CV]) {
		long double cv = reader->value[PLIM_KEY_CV], mean = reader->value[PLIM_KEY_MEAN], t;
		plim_status status =
		    plim_elicit_solve(reader, log_uniform_spread, NULL, -20, logl(1400), cv * cv, "cv squared", &t, error);
		if (status)
			return status;
		/* mean = (max - min) / w */
		long double w = expl(t);
		*min = mean * w / expm1l(w);
		*max = *min * expl(w);
	}
	return PLIM_OK;
}

static plim_status log_uniform_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	static const plim_key positive[] = {PLIM_KEY_MIN, PLIM_KEY_MAX, PLIM_KEY_MEAN, PLIM_KEY_CV};
	long double min = reader->value[PLIM_KEY_MIN], max = reader->value[PLIM_KEY_MAX];
	plim_status status = plim_elicit_positive(reader, positive, 4, error);
	if (!status)
		status = plim_elicit_above(reader, 0, "", error);
	if (!status)
		status = log_uniform_elicit(reader, &min, &max, error);
	amount->param[0] = min;
	amount->param[1] = max;
	return status ? status : plim_range_check(reader, min, max, error);
}

static long double log_uniform_quantile(const plim_amount *amount, long double p, long double q)
{
	long double width = logl(amount->param[1] / amount->param[0]);
	return p < q ? amount->param[0] * expl(p * width) : amount->param[1] * expl(-q * width);
}

static plim_prob log_uniform_split(const plim_amount *amount, long double x, bool inclusive)
{
	(void)inclusive;
	long double min = amount->param[0], max = amount->param[1];
	if (x <= min || x >= max)
		return x <= min ? below_all : above_all;
	long double width = logl(max / min);
	return (plim_prob){log1pl((x - min) / min) / width, -log1pl((x - max) / max) / width};
}

const plim_law plim_law_log_uniform = {
    .forms = (const char *const[]){"min max", "q q", "mean cv", NULL},
    .keys = (const char *const[]){"min", "max", "p5", "p50", "p95", "mean", "cv", COMMON, NULL},
    .resolve = log_uniform_resolve,
    .quantile = log_uniform_quantile,
    .split = log_uniform_split,
    .support = range_support,
    .own_range = true,
};

/* --- triangular --- */

/* A triangle on [0, 1] with the mode at c */
static long double triangle_unit(const void *context, long double c, plim_prob level)
{
	(void)context;
	return level.p <= c ? sqrtl(level.p * c) : 1 - sqrtl(level.q * (1 - c));
}

static plim_status triangular_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	plim_range range = {reader->value[PLIM_KEY_MIN], reader->value[PLIM_KEY_MODE], reader->value[PLIM_KEY_MAX]};
	plim_status status = plim_elicit_above(reader, -INFINITY, "", error);
	if (!status && reader->quantiles)
		status = plim_range_elicit(reader, triangle_unit, NULL, &range, error);
	if (!status && reader->has[PLIM_KEY_MEAN])
		range.mode = 3 * (long double)reader->value[PLIM_KEY_MEAN] - range.min - range.max;
	if (!status)
		status = plim_range_mode_check(reader, &range, 3, error);
	amount->param[0] = range.min;
	amount->param[1] = range.mode;
	amount->param[2] = range.max;
	return status;
}

static long double triangular_quantile(const plim_amount *amount, long double p, long double q)
{
	long double min = amount->param[0], mode = amount->param[1], max = amount->param[2], width = max - min;
	bool left = p < q ? p * width <= mode - min : q * width >= max - mode;
	return left ? min + sqrtl(p * width * (mode - min)) : max - sqrtl(q * width * (max - mode));
}

static plim_prob triangular_split(const plim_amount *amount, long double x, bool inclusive)
{
	(void)inclusive;
	long double min = amount->param[0], mode = amount->param[1], max = amount->param[2], width = max - min;
	if (x <= min || x >= max)
		return x <= min ? below_all : above_all;
	if (x <= mode) {
		long double p = (x - min) / width * ((x - min) / (mode - min));
		return (plim_prob){p, 1 - p};
	}
	long double q = (max - x) / width * ((max - x) / (max - mode));
	return (plim_prob){1 - q, q};
}

static void triangular_support(const plim_amount *amount, long double *lowest, long double *highest)
{
	*lowest = amount->param[0];
	*highest = amount->param[2];
}

const plim_law plim_law_triangular = {
    .forms = (const char *const[]){"min mode max", "q q q", "min max q", "min max mean", NULL},
    .keys = (const char *const[]){"min", "mode", "max", "p5", "p50", "p95", "mean", COMMON, NULL},
    .resolve = triangular_resolve,
    .quantile = triangular_quantile,
    .split = triangular_split,
    .support = triangular_support,
    .own_range = true,
};
