/* SPDX-License-Identifier: Apache-2.0 */
/* Normal, lognormal and gamma. */
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"
#include "dist/special.h"

#define COMMON "min", "max", "times", "shift", "cap", "allow_infinite_mean"

static plim_status check_finite(const plim_reader *reader, long double a, long double b, plim_error *error)
{
	if (isfinite((double)a) && isfinite((double)b) && b > 0)
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_MODEL, "%s: the numbers given leave no law of finite width above 0",
	                      reader->family);
}

/* --- normal --- */

/* The straight line through two points of (z, value): mean and sd of a normal law. */
static void normal_line(const plim_reader *reader, long double first, long double second, long double *mean,
                        long double *sd)
{
	long double a = plim_normal_quantile(reader->level[0].p, reader->level[0].q);
	long double b = plim_normal_quantile(reader->level[1].p, reader->level[1].q);
	*sd = (second - first) / (b - a);
	/* from the point that is nearer to the middle */
	*mean = fabsl(a) < fabsl(b) ? first - a * *sd : second - b * *sd;
}

static plim_status normal_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	static const plim_key positive[] = {PLIM_KEY_SD, PLIM_KEY_CV};
	long double mean = reader->value[PLIM_KEY_MEAN], sd = reader->value[PLIM_KEY_SD];
	plim_status status = plim_elicit_positive(reader, positive, 2, error);
	if (!status)
		status = plim_elicit_above(reader, -INFINITY, "", error);
	if (status)
		return status;
	if (reader->quantiles)
		normal_line(reader, reader->x[0], reader->x[1], &mean, &sd);
	else if (reader->has[PLIM_KEY_CV])
		sd = fabsl(mean) * reader->value[PLIM_KEY_CV];
	amount->param[0] = mean;
	amount->param[1] = sd;
	return check_finite(reader, mean, sd, error);
}

static long double normal_quantile(const plim_amount *amount, long double p, long double q)
{
	return amount->param[0] + amount->param[1] * plim_normal_quantile(p, q);
}

static plim_prob normal_split(const plim_amount *amount, long double x, bool inclusive)
{
	(void)inclusive;
	return plim_normal_split((x - amount->param[0]) / amount->param[1]);
}

static void whole_line(const plim_amount *amount, long double *lowest, long double *highest)
{
	(void)amount;
	*lowest = -INFINITY;
	*highest = INFINITY;
}

const plim_law plim_law_normal = {
    .forms = (const char *const[]){"mean sd", "q q", "mean cv", NULL},
    .keys = (const char *const[]){"mean", "sd", "p5", "p50", "p95", "cv", COMMON, NULL},
    .resolve = normal_resolve,
    .quantile = normal_quantile,
    .split = normal_split,
    .support = whole_line,
};

/* --- lognormal --- */

static plim_status lognormal_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	static const plim_key positive[] = {PLIM_KEY_SIGMA, PLIM_KEY_MEDIAN, PLIM_KEY_MEAN, PLIM_KEY_CV};
	long double mu = reader->value[PLIM_KEY_MU], sigma = reader->value[PLIM_KEY_SIGMA];
	plim_status status = plim_elicit_positive(reader, positive, 4, error);
	if (!status)
		status = plim_elicit_above(reader, 0, "", error);
	if (status)
		return status;
	if (reader->quantiles == 2) {
		normal_line(reader, logl(reader->x[0]), logl(reader->x[1]), &mu, &sigma);
	} else if (reader->quantiles == 1) {
		mu = logl(reader->x[0]) - sigma * plim_normal_quantile(reader->level[0].p, reader->level[0].q);
	} else if (reader->has[PLIM_KEY_MEDIAN]) {
		mu = logl(reader->value[PLIM_KEY_MEDIAN]);
	} else if (reader->has[PLIM_KEY_MEAN]) {
		long double cv = reader->value[PLIM_KEY_CV];
		if (reader->has[PLIM_KEY_CV])
			sigma = sqrtl(log1pl(cv * cv));
		mu = logl(reader->value[PLIM_KEY_MEAN]) - 0.5L * sigma * sigma;
	}
	amount->param[0] = mu;
	amount->param[1] = sigma;
	return check_finite(reader, mu, sigma, error);
}

static long double lognormal_quantile(const plim_amount *amount, long double p, long double q)
{
	return expl(amount->param[0] + amount->param[1] * plim_normal_quantile(p, q));
}

static plim_prob lognormal_split(const plim_amount *amount, long double x, bool inclusive)
{
	(void)inclusive;
	if (x <= 0)
		return (plim_prob){0, 1};
	return plim_normal_split((logl(x) - amount->param[0]) / amount->param[1]);
}

static void half_line(const plim_amount *amount, long double *lowest, long double *highest)
{
	(void)amount;
	*lowest = 0;
	*highest = INFINITY;
}

const plim_law plim_law_lognormal = {
    .forms = (const char *const[]){"mu sigma", "median sigma", "mean sigma", "q q", "mean cv", "sigma q", NULL},
    .keys = (const char *const[]){"mu", "sigma", "median", "mean", "p5", "p50", "p95", "cv", COMMON, NULL},
    .resolve = lognormal_resolve,
    .quantile = lognormal_quantile,
    .split = lognormal_split,
    .support = half_line,
};

/* --- gamma --- */

#define LEAST_SHAPE 0.1L
#define LARGEST_SHAPE 1e6L

static long double gamma_ratio(const void *context, long double t)
{
	const plim_reader *reader = context;
	plim_gamma_law law = plim_gamma_make(expl(t));
	return plim_gamma_quantile(&law, reader->level[1].p, reader->level[1].q) /
	       plim_gamma_quantile(&law, reader->level[0].p, reader->level[0].q);
}

/* Scale from a quantile, the shape being known. */
static long double gamma_scale(const plim_reader *reader, long double shape)
{
	plim_gamma_law law = plim_gamma_make(shape);
	return reader->x[0] / plim_gamma_quantile(&law, reader->level[0].p, reader->level[0].q);
}

static plim_status gamma_shape(const plim_reader *reader, long double *shape, plim_error *error)
{
	char what[80];
	if (reader->has[PLIM_KEY_CV]) {
		*shape = 1 / ((long double)reader->value[PLIM_KEY_CV] * reader->value[PLIM_KEY_CV]);
	} else if (reader->quantiles == 2) {
		snprintf(what, sizeof what, "%s / %s", reader->name[1], reader->name[0]);
		plim_status status = plim_elicit_solve(reader, gamma_ratio, reader, logl(LEAST_SHAPE), logl(LARGEST_SHAPE),
		                                       reader->x[1] / reader->x[0], what, shape, error);
		if (status)
			return status;
		*shape = expl(*shape);
	}
	if (*shape >= LEAST_SHAPE * (1 - 1e-15L) && *shape <= LARGEST_SHAPE * (1 + 1e-15L))
		return PLIM_OK;
	if (reader->has[PLIM_KEY_CV])
		return plim_error_set(error, PLIM_ERROR_MODEL,
		                      "%s: cv must lie between 0.001 and 3.16227 (shape from 0.1 to 1e6)", reader->family);
	return plim_error_set(error, PLIM_ERROR_MODEL, "%s: shape must lie between 0.1 and 1e6", reader->family);
}

static plim_status gamma_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	static const plim_key positive[] = {PLIM_KEY_SHAPE, PLIM_KEY_SCALE, PLIM_KEY_MEAN, PLIM_KEY_CV};
	long double shape = reader->value[PLIM_KEY_SHAPE], scale = reader->value[PLIM_KEY_SCALE];
	plim_status status = plim_elicit_positive(reader, positive, 4, error);
	if (!status)
		status = plim_elicit_above(reader, 0, "", error);
	if (!status)
		status = gamma_shape(reader, &shape, error);
	if (status)
		return status;
	if (reader->quantiles)
		scale = gamma_scale(reader, shape);
	else if (reader->has[PLIM_KEY_MEAN])
		scale = reader->value[PLIM_KEY_MEAN] / shape;
	amount->param[0] = shape;
	amount->param[1] = scale;
	amount->param[2] = plim_gamma_make(shape).factor;
	return check_finite(reader, shape, scale, error);
}

static long double gamma_quantile(const plim_amount *amount, long double p, long double q)
{
	plim_gamma_law law = {amount->param[0], amount->param[2]};
	return amount->param[1] * plim_gamma_quantile(&law, p, q);
}

static plim_prob gamma_split(const plim_amount *amount, long double x, bool inclusive)
{
	(void)inclusive;
	plim_gamma_law law = {amount->param[0], amount->param[2]};
	return plim_gamma_split(&law, x / amount->param[1], NULL);
}

const plim_law plim_law_gamma = {
    .forms = (const char *const[]){"shape scale", "q q", "mean cv", "shape q", "shape mean", NULL},
    .keys = (const char *const[]){"shape", "scale", "p5", "p50", "p95", "mean", "cv", COMMON, NULL},
    .resolve = gamma_resolve,
    .quantile = gamma_quantile,
    .split = gamma_split,
    .support = half_line,
};
