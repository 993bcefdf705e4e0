/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Families whose cumulative hazard H(x) = -ln P(X > x) has a closed form, and so has its inverse:
 * exponential, weibull, pareto, lomax, gpd, burr, log_logistic (burr with shape1 = 1).
 * At the lower end H is the probability itself, at the upper end its logarithm: both tails keep their accuracy.
 */
#include <math.h>

#include "base/error.h"
#include "dist/family_hazard.h"

#define COMMON "min", "max", "times", "shift", "cap", "allow_infinite_mean"

/* expm1(r h) / r, which is h at r = 0 */
static long double stretch(long double r, long double h)
{
	return r == 0 ? h : expm1l(r * h) / r;
}

/* (e^h - 1)^r; far out by logarithms, where e^h alone exceeds the largest number. */
static long double powered(long double h, long double r)
{
	return h < 64 ? powl(expm1l(h), r) : expl(r * (h + log1pl(-expl(-h))));
}

/* The value that is passed at hazard h. */
static long double value_at(const plim_amount *amount, long double h)
{
	const long double *a = amount->param;
	switch (amount->family) {
	case PLIM_FAMILY_EXPONENTIAL: return a[0] * h;
	case PLIM_FAMILY_WEIBULL: return a[1] * powl(h, 1 / a[0]);
	case PLIM_FAMILY_PARETO: return a[1] * expl(h / a[0]);
	case PLIM_FAMILY_LOMAX: return a[1] * expm1l(h / a[0]);
	case PLIM_FAMILY_GPD: return a[2] + a[1] * stretch(a[0], h);
	case PLIM_FAMILY_BURR: return a[2] * powered(h / a[0], 1 / a[1]);
	default: return a[1] * powered(h, 1 / a[0]); /* log_logistic */
	}
}

/* The hazard at a value inside the support. */
static long double hazard_at(const plim_amount *amount, long double x)
{
	const long double *a = amount->param;
	switch (amount->family) {
	case PLIM_FAMILY_EXPONENTIAL: return x / a[0];
	case PLIM_FAMILY_WEIBULL: return powl(x / a[1], a[0]);
	case PLIM_FAMILY_PARETO: return a[0] * log1pl((x - a[1]) / a[1]);
	case PLIM_FAMILY_LOMAX: return a[0] * log1pl(x / a[1]);
	case PLIM_FAMILY_GPD: return a[0] == 0 ? (x - a[2]) / a[1] : log1pl(a[0] * (x - a[2]) / a[1]) / a[0];
	case PLIM_FAMILY_BURR: return a[0] * log1pl(powl(x / a[2], a[1]));
	default: return log1pl(powl(x / a[1], a[0]));
	}
}

static long double quantile(const plim_amount *amount, long double p, long double q)
{
	return value_at(amount, plim_hazard(p, q));
}

static void support(const plim_amount *amount, long double *lowest, long double *highest)
{
	const long double *a = amount->param;
	*lowest = 0;
	*highest = INFINITY;
	if (amount->family == PLIM_FAMILY_PARETO)
		*lowest = a[1];
	if (amount->family == PLIM_FAMILY_GPD) {
		*lowest = a[2];
		if (a[0] < 0)
			*highest = a[2] - a[1] / a[0];
	}
}

static plim_prob split(const plim_amount *amount, long double x, bool inclusive)
{
	(void)inclusive;
	long double lowest, highest;
	support(amount, &lowest, &highest);
	if (x <= lowest)
		return (plim_prob){0, 1};
	return x >= highest ? (plim_prob){1, 0} : plim_prob_hazard(hazard_at(amount, x));
}

static void tails(const plim_amount *amount, long double *lower, long double *upper)
{
	const long double *a = amount->param;
	*lower = *upper = 0;
	switch (amount->family) {
	case PLIM_FAMILY_PARETO:
	case PLIM_FAMILY_LOMAX:
	case PLIM_FAMILY_LOG_LOGISTIC: *upper = 1 / a[0]; break;
	case PLIM_FAMILY_GPD: *upper = fmaxl(a[0], 0); break;
	case PLIM_FAMILY_BURR: *upper = 1 / (a[0] * a[1]); break;
	default: break;
	}
}

static plim_status check(const plim_amount *amount, const plim_reader *reader, int scale, plim_error *error)
{
	for (int i = 0; i < 3; i++)
		if (!isfinite((double)amount->param[i]) || (i == scale && !((double)amount->param[i] > 0)))
			return plim_error_set(error, PLIM_ERROR_MODEL, "%s: the numbers given leave no law of finite scale above 0",
			                      reader->family);
	return PLIM_OK;
}

static plim_status resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	static const plim_key positive[] = {PLIM_KEY_MEAN,   PLIM_KEY_CV,     PLIM_KEY_SHAPE,  PLIM_KEY_SCALE,
	                                    PLIM_KEY_SHAPE1, PLIM_KEY_SHAPE2, PLIM_KEY_MINIMUM};
	plim_status status = plim_elicit_positive(reader, positive, 7, error);
	if (!status)
		status = plim_elicit_above(reader, 0, "", error);
	amount->param[2] = 0;
	if (!status)
		status = plim_hazard_elicit(amount, reader, error);
	if (status)
		return status;
	/* one quantile gives the scale: the law with scale 1 says how much of it */
	int scale = amount->family == PLIM_FAMILY_BURR ? 2 : amount->family == PLIM_FAMILY_EXPONENTIAL ? 0 : 1;
	if (reader->quantiles == 1) {
		amount->param[scale] = 1;
		amount->param[scale] = reader->x[0] / quantile(amount, reader->level[0].p, reader->level[0].q);
	}
	return check(amount, reader, scale, error);
}

static plim_status gpd_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	static const plim_key positive[] = {PLIM_KEY_SCALE, PLIM_KEY_CV};
	long double location = plim_reader_get(reader, PLIM_KEY_LOCATION, 0);
	plim_status status = plim_elicit_positive(reader, positive, 2, error);
	if (!status)
		status = plim_elicit_above(reader, reader->quantiles == 3 ? -INFINITY : location, "location ", error);
	amount->param[2] = location;
	if (!status)
		status = plim_gpd_elicit(amount, reader, error);
	if (status)
		return status;
	if (reader->quantiles == 1)
		amount->param[1] =
		    (reader->x[0] - location) / stretch(amount->param[0], plim_hazard(reader->level[0].p, reader->level[0].q));
	return check(amount, reader, 1, error);
}

#define HAZARD_LAW .quantile = quantile, .split = split, .support = support, .tails = tails

const plim_law plim_law_exponential = {
    .forms = (const char *const[]){"mean", "q", NULL},
    .keys = (const char *const[]){"mean", "p50", "p95", COMMON, NULL},
    .resolve = resolve,
    HAZARD_LAW,
};

const plim_law plim_law_weibull = {
    .forms = (const char *const[]){"shape scale", "q q", "mean cv", "shape q", NULL},
    .keys = (const char *const[]){"shape", "scale", "p5", "p50", "p95", "mean", "cv", COMMON, NULL},
    .resolve = resolve,
    HAZARD_LAW,
};

const plim_law plim_law_pareto = {
    .forms = (const char *const[]){"shape minimum", "q q", "mean cv", "shape q", NULL},
    .keys = (const char *const[]){"shape", "minimum", "p5", "p50", "p95", "mean", "cv", COMMON, NULL},
    .resolve = resolve,
    HAZARD_LAW,
};

const plim_law plim_law_lomax = {
    .forms = (const char *const[]){"shape scale", "q q", "mean cv", "shape q", NULL},
    .keys = (const char *const[]){"shape", "scale", "p5", "p50", "p95", "mean", "cv", COMMON, NULL},
    .resolve = resolve,
    HAZARD_LAW,
};

const plim_law plim_law_gpd = {
    .forms = (const char *const[]){"shape scale ?location", "q q ?location", "q q q", "mean cv ?location",
                                   "shape q ?location", NULL},
    .keys = (const char *const[]){"shape", "scale", "location", "p5", "p50", "p95", "mean", "cv", COMMON, NULL},
    .resolve = gpd_resolve,
    HAZARD_LAW,
};

const plim_law plim_law_burr = {
    .forms = (const char *const[]){"shape1 shape2 scale", "q q q", "shape1 shape2 q", NULL},
    .keys = (const char *const[]){"shape1", "shape2", "scale", "p5", "p50", "p95", COMMON, NULL},
    .resolve = resolve,
    HAZARD_LAW,
};

const plim_law plim_law_log_logistic = {
    .forms = (const char *const[]){"shape scale", "q q", "mean cv", "shape q", NULL},
    .keys = (const char *const[]){"shape", "scale", "p5", "p50", "p95", "mean", "cv", COMMON, NULL},
    .resolve = resolve,
    HAZARD_LAW,
};
