/* SPDX-License-Identifier: Apache-2.0 */
/* Beta on [min, max], and PERT, which is a beta law given by its mode. */
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"
#include "dist/family_range.h"
#include "dist/special.h"

#define COMMON "times", "shift", "cap", "allow_infinite_mean"
#define LEAST_SHAPE 0.1L
#define LARGEST_TOTAL 1e6L

static plim_beta_law law_of(const plim_amount *amount)
{
	return (plim_beta_law){amount->param[2], amount->param[3], amount->param[4]};
}

static long double beta_quantile(const plim_amount *amount, long double p, long double q)
{
	plim_beta_law law = law_of(amount);
	long double min = amount->param[0], width = amount->param[1] - min, y;
	long double x = plim_beta_quantile(&law, p, q, &y);
	return x < 0.5L ? min + x * width : amount->param[1] - y * width;
}

static plim_prob beta_split(const plim_amount *amount, long double x, bool inclusive)
{
	(void)inclusive;
	plim_beta_law law = law_of(amount);
	long double min = amount->param[0], max = amount->param[1];
	if (x <= min || x >= max)
		return x <= min ? (plim_prob){0, 1} : (plim_prob){1, 0};
	return plim_beta_split(&law, (x - min) / (max - min), (max - x) / (max - min), NULL);
}

static void beta_support(const plim_amount *amount, long double *lowest, long double *highest)
{
	*lowest = amount->param[0];
	*highest = amount->param[1];
}

static plim_status beta_fill(plim_amount *amount, const plim_reader *reader, long double min, long double max,
                             long double alpha, long double beta, plim_error *error)
{
	char text[2][PLIM_TEXT_DOUBLE_SIZE];
	plim_status status = plim_range_check(reader, min, max, error);
	if (status)
		return status;
	plim_text_digits(text[0], sizeof text[0], (double)alpha, 6);
	plim_text_digits(text[1], sizeof text[1], (double)beta, 6);
	if (!(alpha >= LEAST_SHAPE && beta >= LEAST_SHAPE && alpha + beta <= 2 * LARGEST_TOTAL))
		return plim_error_set(error, PLIM_ERROR_MODEL,
		                      "%s: alpha (%s) and beta (%s) must be at least 0.1 and add up to at most 2e6",
		                      reader->family, text[0], text[1]);
	plim_beta_law law = plim_beta_make(alpha, beta);
	amount->param[0] = min;
	amount->param[1] = max;
	amount->param[2] = alpha;
	amount->param[3] = beta;
	amount->param[4] = law.factor;
	return PLIM_OK;
}

/* --- elicitation of both shapes, on [0, 1] --- */

/* Two quantiles on [0, 1]; `total` is alpha + beta while the mean is sought that puts the first one right. */
typedef struct pair {
	plim_prob level[2];
	long double x[2], y[2];
	long double total;
} pair;

static long double first_gap(const void *context, long double logit)
{
	const pair *two = context;
	plim_beta_law law = plim_beta_make(two->total / (1 + expl(-logit)), two->total / (1 + expl(logit)));
	plim_prob at = plim_beta_split(&law, two->x[0], two->y[0], NULL);
	return two->level[0].p < 0.5L ? logl(at.p / two->level[0].p) : logl(two->level[0].q / at.q);
}

/* The law of a total (given by its logarithm) that has the first quantile; false if there is none. */
static bool first_fit(const pair *two, long double t, plim_beta_law *law)
{
	pair trial = *two;
	long double logit;
	trial.total = expl(t);
	if (!plim_solve(first_gap, &trial, -40, 40, &logit))
		return false;
	*law = plim_beta_make(trial.total / (1 + expl(-logit)), trial.total / (1 + expl(logit)));
	return true;
}

static long double least_shape(const void *context, long double t)
{
	plim_beta_law law;
	return first_fit(context, t, &law) ? fminl(law.alpha, law.beta) / LEAST_SHAPE : 0;
}

/* Odds of the second quantile's gap: how far it is from the upper end, over how far from the first quantile. */
static long double second_odds(const void *context, long double t)
{
	const pair *two = context;
	plim_beta_law law;
	long double y = 0;
	if (!first_fit(two, t, &law))
		return NAN;
	long double x = plim_beta_quantile(&law, two->level[1].p, two->level[1].q, &y);
	return y / (x < 0.5L ? x - two->x[0] : two->y[0] - y);
}

static plim_status beta_two_quantiles(const plim_reader *reader, long double min, long double max, long double *alpha,
                                      long double *beta, plim_error *error)
{
	pair two = {.total = 0};
	char what[128];
	long double width = max - min, least = logl(2 * LEAST_SHAPE), t;
	for (int i = 0; i < 2; i++) {
		two.level[i] = reader->level[i];
		two.x[i] = (reader->x[i] - min) / width;
		two.y[i] = (max - reader->x[i]) / width;
		if (!(two.x[i] > 0 && two.y[i] > 0))
			return plim_error_set(error, PLIM_ERROR_MODEL, "%s: %s must lie between min and max", reader->family,
			                      reader->name[i]);
	}
	snprintf(what, sizeof what, "least shape that puts %s right", reader->name[0]);
	plim_status status =
	    plim_elicit_solve(reader, least_shape, &two, least, logl(LARGEST_TOTAL), 1, what, &least, error);
	if (status)
		return status;
	snprintf(what, sizeof what, "(max - %s) / (%s - %s)", reader->name[1], reader->name[1], reader->name[0]);
	status = plim_elicit_solve(reader, second_odds, &two, least, logl(LARGEST_TOTAL), two.y[1] / (two.x[1] - two.x[0]),
	                           what, &t, error);
	plim_beta_law law;
	if (!status && first_fit(&two, t, &law)) {
		/* the search may end on the least shape itself, a rounding below it */
		*alpha = fmaxl(law.alpha, LEAST_SHAPE);
		*beta = fmaxl(law.beta, LEAST_SHAPE);
	}
	return status;
}

static plim_status beta_moments(const plim_reader *reader, long double min, long double max, long double *alpha,
                                long double *beta, plim_error *error)
{
	long double mean = reader->value[PLIM_KEY_MEAN], sd = reader->value[PLIM_KEY_CV] * mean;
	char text[3][PLIM_TEXT_DOUBLE_SIZE];
	if (!(mean > min && mean < max))
		return plim_error_set(error, PLIM_ERROR_MODEL, "%s: mean must lie between min and max", reader->family);
	long double x = (mean - min) / (max - min), y = (max - mean) / (max - min), s = sd / (max - min);
	long double total = x * y / (s * s) - 1;
	*alpha = x * total;
	*beta = y * total;
	if (total > 0 && *alpha >= LEAST_SHAPE && *beta >= LEAST_SHAPE)
		return PLIM_OK;
	/* the widest: the smaller shape is 0.1 */
	long double widest = sqrtl(x * y / (1 + LEAST_SHAPE / fminl(x, y))) * (max - min) / fabsl(mean);
	plim_text_double(text[0], reader->value[PLIM_KEY_CV]);
	plim_text_digits(text[1], sizeof text[1], (double)widest, 6);
	return plim_error_set(error, PLIM_ERROR_MODEL, "%s: cv is %s, but with this mean, min and max it must be below %s",
	                      reader->family, text[0], text[1]);
}

static plim_status beta_shapes(const plim_reader *reader, long double min, long double max, long double *alpha,
                               long double *beta, plim_error *error)
{
	plim_status status = plim_range_check(reader, min, max, error);
	if (status)
		return status;
	if (reader->quantiles == 2)
		return beta_two_quantiles(reader, min, max, alpha, beta, error);
	return beta_moments(reader, min, max, alpha, beta, error);
}

static plim_status beta_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	static const plim_key positive[] = {PLIM_KEY_ALPHA, PLIM_KEY_BETA, PLIM_KEY_CV};
	long double min = plim_reader_get(reader, PLIM_KEY_MIN, 0), max = plim_reader_get(reader, PLIM_KEY_MAX, 1);
	long double alpha = reader->value[PLIM_KEY_ALPHA], beta = reader->value[PLIM_KEY_BETA];
	plim_status status = plim_elicit_positive(reader, positive, 3, error);
	if (!status)
		status = plim_elicit_above(reader, -INFINITY, "", error);
	if (!status && !reader->has[PLIM_KEY_ALPHA])
		status = beta_shapes(reader, min, max, &alpha, &beta, error);
	return status ? status : beta_fill(amount, reader, min, max, alpha, beta, error);
}

const plim_law plim_law_beta = {
    .forms = (const char *const[]){"alpha beta ?min ?max", "q q ?min ?max", "mean cv ?min ?max", NULL},
    .keys = (const char *const[]){"alpha", "beta", "min", "max", "p5", "p50", "p95", "mean", "cv", COMMON, NULL},
    .resolve = beta_resolve,
    .quantile = beta_quantile,
    .split = beta_split,
    .support = beta_support,
    .own_range = true,
};

/* --- PERT: alpha = 1 + lambda c, beta = 1 + lambda (1 - c), with the mode at the share c (Vose) --- */

static long double pert_unit(const void *context, long double c, plim_prob level)
{
	const long double *lambda = context;
	plim_beta_law law = plim_beta_make(1 + *lambda * c, 1 + *lambda * (1 - c));
	return plim_beta_quantile(&law, level.p, level.q, NULL);
}

/* Mode and lambda both free: a beta law with both shapes from 1 on. */
static plim_status pert_free(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	long double min = reader->value[PLIM_KEY_MIN], max = reader->value[PLIM_KEY_MAX], alpha = 0, beta = 0;
	plim_status status = beta_shapes(reader, min, max, &alpha, &beta, error);
	if (!status && !(alpha >= 1 && beta >= 1))
		status = plim_error_set(
		    error, PLIM_ERROR_MODEL,
		    "%s: %s lie too far apart for a law with one mode between min and max; narrow them, or use beta",
		    reader->family, reader->quantiles ? "the quantiles" : "mean and cv");
	return status ? status : beta_fill(amount, reader, min, max, alpha, beta, error);
}

static plim_status pert_resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	static const plim_key positive[] = {PLIM_KEY_LAMBDA, PLIM_KEY_CV};
	plim_status status = plim_elicit_positive(reader, positive, 2, error);
	if (!status)
		status = plim_elicit_above(reader, -INFINITY, "", error);
	if (status)
		return status;
	if (reader->quantiles == 2 || reader->has[PLIM_KEY_CV])
		return pert_free(amount, reader, error);
	long double lambda = plim_reader_get(reader, PLIM_KEY_LAMBDA, 4);
	plim_range range = {reader->value[PLIM_KEY_MIN], reader->value[PLIM_KEY_MODE], reader->value[PLIM_KEY_MAX]};
	if (lambda > LARGEST_TOTAL)
		return plim_error_set(error, PLIM_ERROR_MODEL, "%s: lambda must be at most 1e6", reader->family);
	if (reader->quantiles)
		status = plim_range_elicit(reader, pert_unit, &lambda, &range, error);
	else if (reader->has[PLIM_KEY_MEAN])
		range.mode = ((lambda + 2) * reader->value[PLIM_KEY_MEAN] - range.min - range.max) / lambda;
	if (!status)
		status = plim_range_mode_check(reader, &range, lambda + 2, error);
	if (status)
		return status;
	long double width = range.max - range.min;
	return beta_fill(amount, reader, range.min, range.max, 1 + lambda * ((range.mode - range.min) / width),
	                 1 + lambda * ((range.max - range.mode) / width), error);
}

const plim_law plim_law_pert = {
    .forms = (const char *const[]){"min mode max ?lambda", "q q q ?lambda", "min max q ?lambda", "min max mean ?lambda",
                                   "min max q q", "min max mean cv", NULL},
    .keys = (const char *const[]){"min", "mode", "max", "lambda", "p5", "p50", "p95", "mean", "cv", COMMON, NULL},
    .resolve = pert_resolve,
    .quantile = beta_quantile,
    .split = beta_split,
    .support = beta_support,
    .own_range = true,
};
