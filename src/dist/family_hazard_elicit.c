/* SPDX-License-Identifier: Apache-2.0 */
#include "dist/family_hazard.h"

#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"

static long double hazard(const plim_reader *reader, size_t i)
{
	return plim_hazard(reader->level[i].p, reader->level[i].q);
}

static long double ln_x_ratio(const plim_reader *reader)
{
	return logl(reader->x[1] / reader->x[0]);
}

/* "p95 / p5" or "(p95 - location) / (p5 - location)" */
static const char *ratio_name(const plim_reader *reader, bool location, char *text, size_t size)
{
	const char *less = location ? " - location" : "";
	snprintf(text, size, location ? "(%s%s) / (%s%s)" : "%s%s / %s%s", reader->name[1], less, reader->name[0], less);
	return text;
}

/* A cv that must lie above `least`. */
static plim_status check_cv(const plim_reader *reader, double least, plim_error *error)
{
	char is[PLIM_TEXT_DOUBLE_SIZE], limit[PLIM_TEXT_DOUBLE_SIZE];
	if (reader->value[PLIM_KEY_CV] > least)
		return PLIM_OK;
	plim_text_double(is, reader->value[PLIM_KEY_CV]);
	plim_text_double(limit, least);
	return plim_error_set(error, PLIM_ERROR_MODEL, "%s: cv must be above %s, it is %s", reader->family, limit, is);
}

/* --- weibull: ln x = ln scale + ln H / shape --- */

/* cv squared at shape e^t; both moments exist for every shape */
static long double weibull_spread(const void *context, long double t)
{
	(void)context;
	int sign;
	long double r = expl(-t);
	return expm1l(lgammal_r(1 + 2 * r, &sign) - 2 * lgammal_r(1 + r, &sign));
}

static plim_status weibull_elicit(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	long double *shape = &amount->param[0], *scale = &amount->param[1];
	if (reader->quantiles == 2) {
		*shape = logl(hazard(reader, 1) / hazard(reader, 0)) / ln_x_ratio(reader);
		*scale = reader->x[1] / powl(hazard(reader, 1), 1 / *shape);
	} else if (reader->has[PLIM_KEY_CV]) {
		long double cv = reader->value[PLIM_KEY_CV], t;
		int sign;
		plim_status status =
		    plim_elicit_solve(reader, weibull_spread, NULL, logl(0.02L), logl(1e5L), cv * cv, "cv squared", &t, error);
		if (status)
			return status;
		*shape = expl(t);
		*scale = reader->value[PLIM_KEY_MEAN] / expl(lgammal_r(1 + 1 / *shape, &sign));
	}
	return PLIM_OK;
}

/* --- pareto: ln x = ln minimum + H / shape --- */

static void pareto_elicit(plim_amount *amount, const plim_reader *reader)
{
	long double *shape = &amount->param[0], *minimum = &amount->param[1];
	if (reader->quantiles == 2) {
		*shape = (hazard(reader, 1) - hazard(reader, 0)) / ln_x_ratio(reader);
		*minimum = reader->x[0] * expl(-hazard(reader, 0) / *shape);
	} else if (reader->has[PLIM_KEY_CV]) {
		/* cv^2 = 1 / (shape (shape - 2)) */
		long double cv = reader->value[PLIM_KEY_CV];
		*shape = 1 + sqrtl(1 + 1 / (cv * cv));
		*minimum = reader->value[PLIM_KEY_MEAN] * (*shape - 1) / *shape;
	}
}

/* --- lomax and gpd: x = location + scale (e^(xi H) - 1) / xi, where xi = 1 / shape of the lomax --- */

static long double power_ratio(const void *context, long double xi)
{
	const plim_reader *reader = context;
	long double a = hazard(reader, 0), b = hazard(reader, 1);
	return fabsl(xi) * b < 1e-4000L ? b / a : expm1l(xi * b) / expm1l(xi * a);
}

static long double power_ratio_ln(const void *context, long double t)
{
	return power_ratio(context, expl(t));
}

/* The least and largest index tried: far beyond what money does, and safely within the range of long double. */
#define LARGEST_INDEX 100.0L

static plim_status lomax_elicit(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	long double *shape = &amount->param[0], *scale = &amount->param[1], t;
	char name[80];
	if (reader->quantiles == 2) {
		plim_status status =
		    plim_elicit_solve(reader, power_ratio_ln, reader, logl(1e-9L), logl(LARGEST_INDEX),
		                      reader->x[1] / reader->x[0], ratio_name(reader, false, name, sizeof name), &t, error);
		if (status)
			return status;
		*shape = expl(-t);
		*scale = reader->x[1] / expm1l(hazard(reader, 1) / *shape);
	} else if (reader->has[PLIM_KEY_CV]) {
		/* cv^2 = shape / (shape - 2) */
		long double square = (long double)reader->value[PLIM_KEY_CV] * reader->value[PLIM_KEY_CV];
		if (check_cv(reader, 1, error))
			return PLIM_ERROR_MODEL;
		*shape = 2 * square / (square - 1);
		*scale = reader->value[PLIM_KEY_MEAN] * (*shape - 1);
	}
	return PLIM_OK;
}

/* (x3 - x2) / (x2 - x1) = e^(xi (H2 - H1)) times what two quantiles give when counted from the first and second */
static long double power_steps(const void *context, long double xi)
{
	const plim_reader *reader = context;
	long double a = hazard(reader, 1) - hazard(reader, 0), b = hazard(reader, 2) - hazard(reader, 1);
	long double ratio = fabsl(xi) * b < 1e-4000L ? b / a : expm1l(xi * b) / expm1l(xi * a);
	return expl(xi * a) * ratio;
}

static long double power_unit(long double xi, long double h)
{
	return xi == 0 ? h : expm1l(xi * h) / xi;
}

static plim_status gpd_three(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	char what[128];
	snprintf(what, sizeof what, "(%s - %s) / (%s - %s)", reader->name[2], reader->name[1], reader->name[1],
	         reader->name[0]);
	long double *xi = &amount->param[0], *scale = &amount->param[1], *location = &amount->param[2];
	long double target = (reader->x[2] - reader->x[1]) / (reader->x[1] - reader->x[0]);
	plim_status status =
	    plim_elicit_solve(reader, power_steps, reader, -LARGEST_INDEX, LARGEST_INDEX, target, what, xi, error);
	if (status)
		return status;
	long double low = power_unit(*xi, hazard(reader, 0));
	*scale = (reader->x[2] - reader->x[0]) / (power_unit(*xi, hazard(reader, 2)) - low);
	*location = reader->x[0] - *scale * low;
	return PLIM_OK;
}

static plim_status gpd_moments(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	/* mean - location = scale / (1 - xi); variance = (mean - location)^2 / (1 - 2 xi) */
	long double mean = reader->value[PLIM_KEY_MEAN], above = mean - amount->param[2];
	long double ratio = above / (mean * reader->value[PLIM_KEY_CV]);
	if (!(above > 0 && mean > 0))
		return plim_error_set(error, PLIM_ERROR_MODEL, "%s: mean must be above location and above 0", reader->family);
	amount->param[0] = 0.5L * (1 - ratio * ratio);
	amount->param[1] = above * (1 - amount->param[0]);
	return PLIM_OK;
}

plim_status plim_gpd_elicit(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	char name[80];
	if (reader->quantiles == 3)
		return gpd_three(amount, reader, error);
	if (reader->has[PLIM_KEY_CV])
		return gpd_moments(amount, reader, error);
	amount->param[0] = reader->value[PLIM_KEY_SHAPE];
	amount->param[1] = reader->value[PLIM_KEY_SCALE];
	if (reader->quantiles < 2)
		return PLIM_OK;
	long double location = amount->param[2];
	long double ratio = (reader->x[1] - location) / (reader->x[0] - location);
	plim_status status = plim_elicit_solve(reader, power_ratio, reader, -LARGEST_INDEX, LARGEST_INDEX, ratio,
	                                       ratio_name(reader, true, name, sizeof name), &amount->param[0], error);
	if (!status)
		amount->param[1] = (reader->x[1] - location) / power_unit(amount->param[0], hazard(reader, 1));
	return status;
}

/* --- burr: ln x = ln scale + ln(e^(H / shape1) - 1) / shape2 --- */

static long double burr_ln(long double h, long double ln_shape)
{
	long double r = h * expl(-ln_shape);
	return r > 100 ? r : logl(expm1l(r));
}

static long double burr_steps(const void *context, long double t)
{
	const plim_reader *reader = context;
	long double middle = burr_ln(hazard(reader, 1), t);
	return (burr_ln(hazard(reader, 2), t) - middle) / (middle - burr_ln(hazard(reader, 0), t));
}

static plim_status burr_elicit(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	char what[128];
	long double *a = amount->param, t;
	a[0] = reader->value[PLIM_KEY_SHAPE1];
	a[1] = reader->value[PLIM_KEY_SHAPE2];
	a[2] = reader->value[PLIM_KEY_SCALE];
	if (reader->quantiles < 3)
		return PLIM_OK;
	const char *const *name = reader->name;
	snprintf(what, sizeof what, "ln(%s / %s) / ln(%s / %s)", name[2], name[1], name[1], name[0]);
	plim_status status = plim_elicit_solve(reader, burr_steps, reader, logl(1e-3L), logl(1e6L),
	                                       logl(reader->x[2] / reader->x[1]) / ln_x_ratio(reader), what, &t, error);
	if (status)
		return status;
	long double first = burr_ln(hazard(reader, 0), t);
	a[0] = expl(t);
	a[1] = (burr_ln(hazard(reader, 2), t) - first) / logl(reader->x[2] / reader->x[0]);
	a[2] = expl(logl(reader->x[0]) - first / a[1]);
	return PLIM_OK;
}

/* --- log_logistic: ln x = ln scale + ln(p / q) / shape --- */

/* cv squared where pi / shape is (pi / 2) / (1 + e^-t): tan(b) / b - 1 */
static long double log_logistic_spread(const void *context, long double t)
{
	(void)context;
	long double b = 1.570796326794896619231321691639751442L / (1 + expl(-t));
	return b < 1e-4L ? b * b / 3 : tanl(b) / b - 1;
}

static plim_status log_logistic_elicit(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	long double *shape = &amount->param[0], *scale = &amount->param[1], t;
	if (reader->quantiles == 2) {
		const plim_prob *at = reader->level;
		*shape = logl(at[1].p / at[1].q / (at[0].p / at[0].q)) / ln_x_ratio(reader);
		*scale = reader->x[1] / powl(at[1].p / at[1].q, 1 / *shape);
	} else if (reader->has[PLIM_KEY_CV]) {
		long double cv = reader->value[PLIM_KEY_CV];
		plim_status status =
		    plim_elicit_solve(reader, log_logistic_spread, NULL, -15, 30, cv * cv, "cv squared", &t, error);
		if (status)
			return status;
		*shape = 2 * (1 + expl(-t));
		long double b = 1.570796326794896619231321691639751442L / (1 + expl(-t));
		*scale = reader->value[PLIM_KEY_MEAN] * sinl(b) / b;
	}
	return PLIM_OK;
}

plim_status plim_hazard_elicit(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	amount->param[0] = reader->value[PLIM_KEY_SHAPE];
	amount->param[1] = reader->value[PLIM_KEY_SCALE];
	switch (amount->family) {
	case PLIM_FAMILY_WEIBULL: return weibull_elicit(amount, reader, error);
	case PLIM_FAMILY_LOMAX: return lomax_elicit(amount, reader, error);
	case PLIM_FAMILY_BURR: return burr_elicit(amount, reader, error);
	case PLIM_FAMILY_LOG_LOGISTIC: return log_logistic_elicit(amount, reader, error);
	case PLIM_FAMILY_PARETO:
		amount->param[1] = reader->value[PLIM_KEY_MINIMUM];
		pareto_elicit(amount, reader);
		return PLIM_OK;
	default: /* exponential */
		amount->param[0] = reader->value[PLIM_KEY_MEAN];
		amount->param[1] = 0;
		return PLIM_OK;
	}
}
