/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/fit_law.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sf_erf.h>
#include <gsl/gsl_sf_gamma.h>
#include <math.h>

#define LN_SQRT_2PI 0.91893853320467274178
#define SMALL 1e-9 /* |shape| of a gpd below which it is taken as exponential */

const plim_family plim_fit_family[PLIM_FIT_FAMILIES] = {
    PLIM_FAMILY_LOGNORMAL, PLIM_FAMILY_EXPONENTIAL, PLIM_FAMILY_GAMMA, PLIM_FAMILY_WEIBULL,      PLIM_FAMILY_PARETO,
    PLIM_FAMILY_LOMAX,     PLIM_FAMILY_GPD,         PLIM_FAMILY_BURR,  PLIM_FAMILY_LOG_LOGISTIC,
};

static const char *const names[PLIM_FAMILY_COUNT][PLIM_FIT_MOST_PARAMETERS] = {
    [PLIM_FAMILY_LOGNORMAL] = {"median", "sigma"},
    [PLIM_FAMILY_EXPONENTIAL] = {"mean"},
    [PLIM_FAMILY_GAMMA] = {"shape", "scale"},
    [PLIM_FAMILY_WEIBULL] = {"shape", "scale"},
    [PLIM_FAMILY_PARETO] = {"shape"},
    [PLIM_FAMILY_LOMAX] = {"shape", "scale"},
    [PLIM_FAMILY_GPD] = {"shape", "scale"},
    [PLIM_FAMILY_BURR] = {"shape1", "shape2", "scale"},
    [PLIM_FAMILY_LOG_LOGISTIC] = {"shape", "scale"},
};

const char *plim_fit_parameter_name(plim_family family, size_t index)
{
	return names[family][index];
}

size_t plim_fit_parameters(plim_family family)
{
	size_t count = 0;
	while (count < PLIM_FIT_MOST_PARAMETERS && names[family][count])
		count++;
	return count;
}

static bool is_plain(plim_family family, size_t index)
{
	return family == PLIM_FAMILY_GPD && index == 0;
}

double plim_fit_natural(plim_family family, size_t index, double coordinate)
{
	return is_plain(family, index) ? coordinate : exp(coordinate);
}

double plim_fit_coordinate(plim_family family, size_t index, double natural)
{
	return is_plain(family, index) ? natural : log(natural);
}

/* Which coordinate is the scale. */
static size_t scale_of(plim_family family)
{
	if (family == PLIM_FAMILY_LOGNORMAL || family == PLIM_FAMILY_EXPONENTIAL)
		return 0;
	return family == PLIM_FAMILY_PARETO ? PLIM_FIT_MOST_PARAMETERS : plim_fit_parameters(family) - 1;
}

void plim_fit_rescale(plim_family family, double *coordinate, double log_s)
{
	size_t scale = scale_of(family);
	if (scale < PLIM_FIT_MOST_PARAMETERS)
		coordinate[scale] += log_s;
}

void plim_fit_box(plim_family family, size_t index, double *low, double *high)
{
	if (index == scale_of(family)) { /* twenty orders of magnitude around the data */
		*low = -46;
		*high = 46;
	} else if (is_plain(family, index)) { /* below -1/2 the maximum is no regular one */
		*low = -0.5;
		*high = 10;
	} else if (family == PLIM_FAMILY_LOGNORMAL) { /* sigma from 1/1000 to 50 */
		*low = -7;
		*high = 4;
	} else if (family == PLIM_FAMILY_GAMMA) { /* the engine takes shapes from 0.1 */
		*low = -2.3;
		*high = 9.2;
	} else { /* shapes from 0.05 to 1,000: beyond, the law is another one in the limit */
		*low = -3;
		*high = 6.9;
	}
}

/* ---- densities ---- */

static double gpd_log_density(double shape, double log_scale, double y)
{
	double ratio = y / exp(log_scale);
	if (fabs(shape) < SMALL)
		return -log_scale - ratio;
	return -log_scale - (1 + 1 / shape) * log1p(shape * ratio);
}

double plim_fit_log_density(plim_family family, const double *c, double origin, double x, double log_x)
{
	double z, a, b;
	switch (family) {
	case PLIM_FAMILY_LOGNORMAL: z = (log_x - c[0]) * exp(-c[1]); return -LN_SQRT_2PI - c[1] - log_x - z * z / 2;
	case PLIM_FAMILY_EXPONENTIAL: return -c[0] - x * exp(-c[0]);
	case PLIM_FAMILY_GAMMA: a = exp(c[0]); return (a - 1) * log_x - a * c[1] - x * exp(-c[1]) - lgamma(a);
	case PLIM_FAMILY_WEIBULL:
		a = exp(c[0]);
		z = a * (log_x - c[1]);
		return c[0] + z - log_x - exp(z);
	case PLIM_FAMILY_PARETO: a = exp(c[0]); return c[0] + a * log(origin) - (a + 1) * log_x;
	case PLIM_FAMILY_LOMAX: a = exp(c[0]); return c[0] - c[1] - (a + 1) * log1p(x * exp(-c[1]));
	case PLIM_FAMILY_GPD: return gpd_log_density(c[0], c[1], x - origin);
	case PLIM_FAMILY_BURR:
		a = exp(c[0]);
		b = exp(c[1]);
		z = b * (log_x - c[2]);
		return c[0] + c[1] + z - log_x - (a + 1) * log1p(exp(z));
	case PLIM_FAMILY_LOG_LOGISTIC:
		b = exp(c[0]);
		z = b * (log_x - c[1]);
		return c[0] + z - log_x - 2 * log1p(exp(z));
	default: return NAN;
	}
}

/* ---- tails ---- */

static double gpd_log_tail(double shape, double log_scale, double y)
{
	double ratio = y / exp(log_scale);
	if (fabs(shape) < SMALL)
		return -ratio;
	return shape * ratio <= -1 ? -INFINITY : -log1p(shape * ratio) / shape;
}

double plim_fit_log_tail(plim_family family, const double *c, double origin, double x)
{
	double z;
	if (isinf(x))
		return x > 0 ? -INFINITY : 0;
	if (x <= 0 || ((family == PLIM_FAMILY_PARETO || family == PLIM_FAMILY_GPD) && x <= origin))
		return 0;
	switch (family) {
	case PLIM_FAMILY_LOGNORMAL: return gsl_sf_log_erfc((log(x) - c[0]) * exp(-c[1]) * M_SQRT1_2) - M_LN2;
	case PLIM_FAMILY_EXPONENTIAL: return -x * exp(-c[0]);
	case PLIM_FAMILY_GAMMA: return log(gsl_cdf_gamma_Q(x, exp(c[0]), exp(c[1])));
	case PLIM_FAMILY_WEIBULL: return -exp(exp(c[0]) * (log(x) - c[1]));
	case PLIM_FAMILY_PARETO: return -exp(c[0]) * log(x / origin);
	case PLIM_FAMILY_LOMAX: return -exp(c[0]) * log1p(x * exp(-c[1]));
	case PLIM_FAMILY_GPD: return gpd_log_tail(c[0], c[1], x - origin);
	case PLIM_FAMILY_BURR: z = exp(c[1]) * (log(x) - c[2]); return -exp(c[0]) * log1p(exp(z));
	case PLIM_FAMILY_LOG_LOGISTIC: z = exp(c[0]) * (log(x) - c[1]); return -log1p(exp(z));
	default: return NAN;
	}
}

double plim_fit_tail_quantile(plim_family family, const double *c, double origin, double q)
{
	double hazard = -log(q);
	switch (family) {
	case PLIM_FAMILY_LOGNORMAL: return exp(c[0] + exp(c[1]) * gsl_cdf_ugaussian_Qinv(q));
	case PLIM_FAMILY_EXPONENTIAL: return hazard * exp(c[0]);
	case PLIM_FAMILY_GAMMA: return gsl_cdf_gamma_Qinv(q, exp(c[0]), exp(c[1]));
	case PLIM_FAMILY_WEIBULL: return exp(c[1] + log(hazard) * exp(-c[0]));
	case PLIM_FAMILY_PARETO: return origin * exp(hazard * exp(-c[0]));
	case PLIM_FAMILY_LOMAX: return exp(c[1]) * expm1(hazard * exp(-c[0]));
	case PLIM_FAMILY_GPD: return origin + exp(c[1]) * (fabs(c[0]) < SMALL ? hazard : expm1(c[0] * hazard) / c[0]);
	case PLIM_FAMILY_BURR: return exp(c[2] + log(expm1(hazard * exp(-c[0]))) * exp(-c[1]));
	case PLIM_FAMILY_LOG_LOGISTIC: return exp(c[1] + log(expm1(hazard)) * exp(-c[0]));
	default: return NAN;
	}
}
