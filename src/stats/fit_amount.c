/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/fit_amount.h"

#include <gsl/gsl_multimin.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

#define DROP 1.920729410347062 /* chi2_1(0.95) / 2 */
#define FINE 1e-6              /* sizes of the simplex at which a search ends: main, within a profile, refits */
#define MIDDLE 1e-5
#define COARSE 2e-4
#define EDGE 0.02 /* so near to its box a coordinate is taken as running away */

/* ---- the likelihood of a sample scaled to a geometric mean of 1 ---- */

typedef struct scaled {
	plim_family family;
	double origin, threshold;
	const double *x, *log_x;
	size_t values;
	const double *low, *high;
	size_t bounded;
	double sum, sum_log, sum_log_square;
	/* a search over all coordinates but `held` (PLIM_FIT_MOST_PARAMETERS: over all) */
	size_t held, parameters;
	double held_at;
} scaled;

static double sum_log_density(const scaled *s, const double *c)
{
	double n = (double)s->values, a, sum = 0;
	switch (s->family) { /* what depends on sums alone */
	case PLIM_FAMILY_LOGNORMAL:
		a = exp(-2 * c[1]);
		sum = s->sum_log_square - 2 * c[0] * s->sum_log + n * c[0] * c[0];
		return -n * (0.91893853320467274178 + c[1]) - s->sum_log - a * sum / 2;
	case PLIM_FAMILY_EXPONENTIAL: return -n * c[0] - s->sum * exp(-c[0]);
	case PLIM_FAMILY_GAMMA:
		a = exp(c[0]);
		return (a - 1) * s->sum_log - n * (a * c[1] + lgamma(a)) - s->sum * exp(-c[1]);
	case PLIM_FAMILY_PARETO: a = exp(c[0]); return n * (c[0] + a * log(s->origin)) - (a + 1) * s->sum_log;
	default: break;
	}
	for (size_t i = 0; i < s->values; i++)
		sum += plim_fit_log_density(s->family, c, s->origin, s->x[i], s->log_x[i]);
	return sum;
}

static double log_likelihood(const scaled *s, const double *c)
{
	for (size_t k = 0; k < s->parameters; k++) {
		double low, high;
		plim_fit_box(s->family, k, &low, &high);
		if (!(c[k] >= low && c[k] <= high))
			return -INFINITY;
	}
	double sum = sum_log_density(s, c);
	for (size_t j = 0; j < s->bounded; j++) {
		double above = plim_fit_log_tail(s->family, c, s->origin, s->low[j]);
		double beyond = plim_fit_log_tail(s->family, c, s->origin, s->high[j]);
		sum += above + log(-expm1(beyond - above));
	}
	if (s->threshold > 0)
		sum -= (double)(s->values + s->bounded) * plim_fit_log_tail(s->family, c, s->origin, s->threshold);
	return isfinite(sum) ? sum : -INFINITY;
}

/* ---- searches ---- */

static double cost(const gsl_vector *v, void *context)
{
	const scaled *s = context;
	double c[PLIM_FIT_MOST_PARAMETERS];
	for (size_t k = 0, at = 0; k < s->parameters; k++)
		c[k] = k == s->held ? s->held_at : gsl_vector_get(v, at++);
	double value = log_likelihood(s, c);
	return isfinite(value) ? -value : 1e300;
}

/* Nelder and Mead from *c, for all coordinates but the held one. False if memory is short. */
static bool search(scaled *s, double *c, double step, double size, double *top)
{
	size_t free = s->parameters - (s->held < s->parameters);
	if (s->held < s->parameters)
		c[s->held] = s->held_at;
	if (!free) {
		*top = log_likelihood(s, c);
		return true;
	}
	gsl_multimin_fminimizer *m = gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, free);
	gsl_vector *x = gsl_vector_alloc(free), *steps = gsl_vector_alloc(free);
	bool good = m && x && steps;
	if (good) {
		for (size_t k = 0, at = 0; k < s->parameters; k++)
			if (k != s->held)
				gsl_vector_set(x, at++, c[k]);
		gsl_vector_set_all(steps, step);
		gsl_multimin_function f = {cost, free, s};
		gsl_multimin_fminimizer_set(m, &f, x, steps);
		for (int i = 0; i < 2000; i++)
			if (gsl_multimin_fminimizer_iterate(m) || gsl_multimin_fminimizer_size(m) < size)
				break;
		for (size_t k = 0, at = 0; k < s->parameters; k++)
			if (k != s->held)
				c[k] = gsl_vector_get(m->x, at++);
		*top = -m->fval;
	}
	if (m)
		gsl_multimin_fminimizer_free(m);
	if (x)
		gsl_vector_free(x);
	if (steps)
		gsl_vector_free(steps);
	return good;
}

/* ---- beginnings: from the logarithms of the amounts above the threshold ---- */

static void begin(const scaled *s, int attempt, double *c)
{
	double n = (double)s->values, mean = s->sum / n, centre = s->sum_log / n;
	double spread = sqrt(fmax(s->sum_log_square / n - centre * centre, 1e-4));
	double shape = fmin(fmax(1.2825 / spread, 0.1), 50); /* of a Weibull or log-logistic law as wide */
	double lower = attempt == 1 ? 1 : 0;                 /* a truncated sample hides a wider law with a lower centre */
	switch (s->family) {
	case PLIM_FAMILY_LOGNORMAL:
		c[0] = centre - 2 * lower * spread;
		c[1] = log(spread * (1 + lower));
		return;
	case PLIM_FAMILY_EXPONENTIAL: c[0] = log(fmax(mean - s->threshold, 1e-3)); return;
	case PLIM_FAMILY_GAMMA:
		c[0] = log(fmin(fmax(0.5 / fmax(log(mean) - centre, 1e-4) / (1 + 2 * lower), 0.15), 5000));
		c[1] = log(mean) - c[0];
		return;
	case PLIM_FAMILY_WEIBULL:
	case PLIM_FAMILY_LOG_LOGISTIC:
		c[0] = log(shape / (1 + lower));
		c[1] = log(fmax(mean, 1e-3)) - lower;
		return;
	case PLIM_FAMILY_PARETO: c[0] = log(fmin(n / fmax(s->sum_log - n * log(s->origin), 1e-6), 900)); return;
	case PLIM_FAMILY_LOMAX:
		c[0] = attempt == 2 ? log(30) : log(2);
		c[1] = log(mean * (attempt == 2 ? 29 : 1));
		return;
	case PLIM_FAMILY_GPD:
		c[0] = attempt == 2 ? -0.1 : 0.3;
		c[1] = log(fmax(mean - s->origin, 1e-3) * (1 - c[0]));
		return;
	default: /* burr */
		c[0] = attempt == 2 ? log(5) : 0;
		c[1] = log(shape / (1 + lower));
		c[2] = attempt == 2 ? log(fmax(mean, 1e-3) * 2) : centre;
	}
}

static bool at_edge(const scaled *s, const double *c)
{
	for (size_t k = 0; k < s->parameters; k++) {
		double low, high;
		plim_fit_box(s->family, k, &low, &high);
		if (c[k] < low + EDGE || c[k] > high - EDGE)
			return true;
	}
	return false;
}

/* The best of three searches, each begun again where it ended: a simplex may have gone flat. */
static bool find_top(scaled *s, double *c, double *top)
{
	*top = -INFINITY;
	s->held = PLIM_FIT_MOST_PARAMETERS;
	for (int attempt = 0; attempt < 3; attempt++) {
		double here[PLIM_FIT_MOST_PARAMETERS] = {0}, value;
		begin(s, attempt, here);
		if (!search(s, here, 0.3, MIDDLE, &value) || !search(s, here, 0.05, FINE, &value))
			return false;
		if (value > *top) {
			*top = value;
			memcpy(c, here, sizeof here);
		}
	}
	return true;
}

/* ---- profiles ---- */

/* How far the profile at `value` of coordinate k lies below the top, less DROP: negative inside the interval. */
static double excess(scaled *s, size_t k, double value, double top, double *c)
{
	double here;
	s->held = k;
	s->held_at = value;
	if (!search(s, c, 0.1, MIDDLE, &here))
		return INFINITY;
	return top - here - DROP;
}

/* One end of the interval, by bracketing and false position (Illinois); an end of the box if the profile never falls
 * so far. */
static double profile_end(scaled *s, size_t k, int direction, double top, const double *best)
{
	double low, high, c[PLIM_FIT_MOST_PARAMETERS];
	plim_fit_box(s->family, k, &low, &high);
	memcpy(c, best, sizeof c);
	double limit = direction < 0 ? low : high, inside = best[k], at_inside = -DROP;
	double step = 2 / sqrt((double)(s->values + s->bounded)), outside = inside, at_outside = at_inside;
	while (at_outside < 0) {
		if (outside == limit)
			return limit;
		inside = outside;
		at_inside = at_outside;
		outside += direction * step;
		if (direction * (outside - limit) > 0)
			outside = limit;
		at_outside = excess(s, k, outside, top, c);
		step *= 1.7;
	}
	if (!isfinite(at_outside))
		at_outside = DROP;
	for (int i = 0, side = 0; i < 40 && fabs(outside - inside) > 1e-6; i++) {
		double x = (inside * at_outside - outside * at_inside) / (at_outside - at_inside);
		if (!(fabs(x - inside) > 1e-9 && fabs(x - outside) > 1e-9))
			x = (inside + outside) / 2;
		double y = excess(s, k, x, top, c);
		if (!isfinite(y))
			y = DROP;
		if (fabs(y) < 1e-5)
			return x;
		if (y < 0) {
			inside = x;
			at_inside = y;
			at_outside *= side == 1 ? 0.5 : 1;
			side = 1;
		} else {
			outside = x;
			at_outside = y;
			at_inside *= side == -1 ? 0.5 : 1;
			side = -1;
		}
	}
	return (inside + outside) / 2;
}

/* ---- samples ---- */

/* Memory of a scaled sample: x, log x, bounds. */
static double *scale_sample(const plim_fit_sample *sample, double factor, scaled *s)
{
	double *memory = plim_mem_alloc(2 * sample->values + 2 * sample->bounded + 1, sizeof *memory);
	if (!memory)
		return NULL;
	double *x = memory, *log_x = x + sample->values, *low = log_x + sample->values, *high = low + sample->bounded;
	*s = (scaled){.x = x, .log_x = log_x, .low = low, .high = high, .values = sample->values};
	s->bounded = sample->bounded;
	s->threshold = sample->threshold / factor;
	s->held = PLIM_FIT_MOST_PARAMETERS;
	for (size_t i = 0; i < sample->values; i++) {
		x[i] = sample->value[i] / factor;
		log_x[i] = log(x[i]);
		s->sum += x[i];
		s->sum_log += log_x[i];
		s->sum_log_square += log_x[i] * log_x[i];
	}
	for (size_t j = 0; j < sample->bounded; j++) {
		low[j] = sample->low[j] / factor;
		high[j] = sample->high[j] / factor;
	}
	return memory;
}

static void set_family(scaled *s, plim_family family, double origin)
{
	s->family = family;
	s->parameters = plim_fit_parameters(family);
	s->origin = origin;
}

static double geometric_mean(const plim_fit_sample *sample)
{
	double sum = 0;
	for (size_t i = 0; i < sample->values; i++)
		sum += log(sample->value[i]);
	return exp(sum / (double)sample->values);
}

static double smallest(const plim_fit_sample *sample)
{
	double least = INFINITY;
	for (size_t i = 0; i < sample->values; i++)
		least = fmin(least, sample->value[i]);
	return least;
}

static size_t distinct(const plim_fit_sample *sample)
{
	size_t found = sample->values > 0;
	for (size_t i = 1; i < sample->values && found <= PLIM_FIT_MOST_PARAMETERS + 1; i++) {
		size_t k = 0;
		while (k < i && sample->value[k] != sample->value[i])
			k++;
		found += k == i;
	}
	return found;
}

double plim_fit_log_likelihood(const plim_fit_sample *sample, plim_family family, const double *c, double origin)
{
	scaled s;
	double *memory = scale_sample(sample, 1, &s);
	if (!memory)
		return NAN;
	set_family(&s, family, origin);
	s.parameters = 0; /* boxes are for scaled samples */
	double value = log_likelihood(&s, c);
	plim_mem_free(memory);
	return value;
}

bool plim_fit_again(const plim_fit_sample *sample, plim_family family, double origin, double *c)
{
	scaled s;
	double factor = geometric_mean(sample), top;
	double *memory = scale_sample(sample, factor, &s);
	if (!memory)
		return false;
	set_family(&s, family, origin / factor);
	plim_fit_rescale(family, c, -log(factor));
	bool good = search(&s, c, 0.1, COARSE, &top) && top > -1e290;
	plim_fit_rescale(family, c, log(factor));
	plim_mem_free(memory);
	return good;
}

/* ---- one fit ---- */

static void take_intervals(scaled *s, double factor, double top, plim_fit_amount *out)
{
	double best[PLIM_FIT_MOST_PARAMETERS];
	memcpy(best, out->coordinate, sizeof best);
	for (size_t k = 0; k < s->parameters; k++) {
		double low, high;
		plim_fit_box(s->family, k, &low, &high);
		for (int direction = -1; direction <= 1; direction += 2) {
			double end[PLIM_FIT_MOST_PARAMETERS] = {0}, c = profile_end(s, k, direction, top, best);
			bool open = direction < 0 ? c <= low : c >= high;
			end[k] = c;
			plim_fit_rescale(s->family, end, log(factor));
			double natural = plim_fit_natural(s->family, k, end[k]);
			if (direction < 0)
				out->lower[k] = !open ? natural : s->family == PLIM_FAMILY_GPD && k == 0 ? -0.5 : 0;
			else
				out->upper[k] = open ? INFINITY : natural;
		}
	}
	plim_fit_rescale(s->family, out->coordinate, log(factor));
	for (size_t k = 0; k < s->parameters; k++)
		out->natural[k] = plim_fit_natural(s->family, k, out->coordinate[k]);
}

static double origin_of(const plim_fit_sample *sample, plim_family family)
{
	if (family == PLIM_FAMILY_PARETO)
		return sample->threshold > 0 ? sample->threshold : smallest(sample);
	return family == PLIM_FAMILY_GPD ? sample->threshold : 0;
}

/* Why a family cannot be fitted to this sample at all; NULL if it can. */
static const char *unfit(const plim_fit_sample *sample, plim_family family)
{
	bool loose = family == PLIM_FAMILY_PARETO && !(sample->threshold > 0);
	if (distinct(sample) < plim_fit_parameters(family) + 2)
		return "too few different values";
	for (size_t j = 0; loose && j < sample->bounded; j++)
		if (sample->low[j] < smallest(sample))
			return "its minimum cannot be told from values known only within bounds; give a threshold";
	return NULL;
}

plim_status plim_fit_amount_of(const plim_fit_sample *sample, plim_family family, plim_fit_amount *out,
                               plim_error *error)
{
	*out = (plim_fit_amount){.family = family, .ks = NAN, .ad = NAN, .ks_p = NAN, .ad_p = NAN};
	out->parameters = plim_fit_parameters(family);
	out->origin_lower = NAN;
	out->why = unfit(sample, family);
	if (out->why)
		return PLIM_OK;
	scaled s;
	double factor = geometric_mean(sample), top = -INFINITY;
	double *memory = scale_sample(sample, factor, &s);
	if (!memory)
		return plim_error_memory(error, "a sample");
	out->origin = origin_of(sample, family);
	set_family(&s, family, out->origin / factor);
	plim_status status = find_top(&s, out->coordinate, &top) ? PLIM_OK : plim_error_memory(error, "a search");
	if (!(top > -1e290)) {
		out->why = "no likelihood could be computed";
	} else if (at_edge(&s, out->coordinate)) {
		out->why = family == PLIM_FAMILY_GPD && out->coordinate[0] < 0
		               ? "the maximum runs to a shape below -0.5, where it has no interval"
		               : "the likelihood has no maximum: the best law is the limit of another family";
	} else if (status == PLIM_OK) {
		bool loose = family == PLIM_FAMILY_PARETO && !(sample->threshold > 0);
		take_intervals(&s, factor, top, out);
		out->log_likelihood = top - (double)sample->values * log(factor);
		/* Akaike's criterion estimates how the law would do on new data. With the smallest value for its minimum a
		 * Pareto law gives nothing below it, and new data would sooner or later have a value there: there is no such
		 * figure, however many parameters are counted. */
		out->aic = loose ? NAN : 2 * (double)out->parameters - 2 * out->log_likelihood;
		/* the smallest of n values has itself a Pareto law, with n times the shape */
		if (loose)
			out->origin_lower = out->origin * pow(0.05, 1 / ((double)sample->values * out->natural[0]));
		out->good = true;
	}
	plim_mem_free(memory);
	return status;
}
