/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Metalog (T. W. Keelin, Decision Analysis 13, 2016) with as many terms as quantiles, so that it meets each of them.
 *
 * M(y) = mu(y) + s(y) L, with L = ln(y / (1 - y)) and polynomials mu and s in y - 1/2; bounds are put in by
 * x = lower + e^M, x = upper - e^-M, or x = (lower + upper e^M) / (1 + e^M). Not every set of quantiles gives an
 * increasing M: this is checked where draws can fall.
 */
#include <float.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "dist/amount_law.h"
#include "dist/special.h"

#define LARGEST_TERMS 16
#define CHECK_STEPS 2000
#define CHECK_LOGIT 42.0L /* y = 2^-60 */

/* Terms are 1, L, dL, d, d^2, d^2 L, d^3, d^3 L, ... with d = y - 1/2. */
static bool term_has_log(size_t k)
{
	return k == 1 || k == 2 || (k >= 5 && k % 2 == 1);
}

static int term_power(size_t k)
{
	if (k < 2)
		return 0;
	return k < 4 ? 1 : (int)(k / 2);
}

static long double term(size_t k, long double d, long double log_odds)
{
	long double value = term_has_log(k) ? log_odds : 1;
	for (int i = term_power(k); i > 0; i--)
		value *= d;
	return value;
}

/* M at y = p whose L is known, and y (1 - y) M'(y), which is its slope in L. */
static long double metalog_at_odds(const plim_amount *amount, long double p, long double q, long double log_odds,
                                   long double *slope)
{
	long double d = 0.5L * (p - q), sum = 0, rise = 0;
	for (size_t k = 0; k < amount->coefs; k++) {
		int power = term_power(k);
		long double before = 1; /* d^(power - 1) */
		for (int i = 1; i < power; i++)
			before *= d;
		long double whole = power ? before * d : 1, bend = power ? power * before * p * q : 0;
		long double a = amount->coef[k];
		sum += a * (term_has_log(k) ? whole * log_odds : whole);
		rise += a * (term_has_log(k) ? bend * log_odds + whole : bend);
	}
	if (slope)
		*slope = rise;
	return sum;
}

static long double metalog_at(const plim_amount *amount, long double p, long double q, long double *slope)
{
	return metalog_at_odds(amount, p, q, logl(p) - logl(q), slope);
}

/* --- bounds --- */

static long double to_line(const plim_amount *amount, long double x)
{
	long double lower = amount->param[0], upper = amount->param[1];
	if (isinf(lower) && isinf(upper))
		return x;
	if (isinf(upper))
		return logl(x - lower);
	return isinf(lower) ? -logl(upper - x) : logl((x - lower) / (upper - x));
}

static long double from_line(const plim_amount *amount, long double m)
{
	long double lower = amount->param[0], upper = amount->param[1];
	if (isinf(lower) && isinf(upper))
		return m;
	if (isinf(upper))
		return lower + expl(m);
	if (isinf(lower))
		return upper - expl(-m);
	long double e = expl(-fabsl(m)), width = upper - lower;
	return m < 0 ? lower + width * (e / (1 + e)) : upper - width * (e / (1 + e));
}

/* --- fit --- */

/* Solves the n by n system in place by elimination with row exchange; false if it is singular. `b` becomes the
 * solution. */
static bool solve_linear(long double a[LARGEST_TERMS][LARGEST_TERMS], long double *b, size_t n)
{
	for (size_t k = 0; k < n; k++) {
		size_t pivot = k;
		for (size_t i = k + 1; i < n; i++)
			if (fabsl(a[i][k]) > fabsl(a[pivot][k]))
				pivot = i;
		if (!(fabsl(a[pivot][k]) > 0))
			return false;
		for (size_t j = 0; j < n; j++) {
			long double held = a[k][j];
			a[k][j] = a[pivot][j];
			a[pivot][j] = held;
		}
		long double held = b[k];
		b[k] = b[pivot];
		b[pivot] = held;
		for (size_t i = k + 1; i < n; i++) {
			long double factor = a[i][k] / a[k][k];
			for (size_t j = k; j < n; j++)
				a[i][j] -= factor * a[k][j];
			b[i] -= factor * b[k];
		}
	}
	for (size_t k = n; k-- > 0;) {
		for (size_t j = k + 1; j < n; j++)
			b[k] -= a[k][j] * b[j];
		b[k] /= a[k][k];
	}
	return true;
}

static plim_status fit(plim_amount *amount, plim_error *error)
{
	long double matrix[LARGEST_TERMS][LARGEST_TERMS];
	size_t n = amount->count;
	amount->coef = plim_mem_alloc(n, sizeof *amount->coef);
	if (!amount->coef)
		return plim_error_memory(error, "a metalog");
	amount->coefs = n;
	for (size_t i = 0; i < n; i++) {
		long double p = amount->w[i], q = 1 - p;
		for (size_t k = 0; k < n; k++)
			matrix[i][k] = term(k, 0.5L * (p - q), logl(p) - logl(q));
		amount->coef[i] = to_line(amount, amount->x[i]);
	}
	if (solve_linear(matrix, amount->coef, n))
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_MODEL, "metalog: these probabilities do not determine a law");
}

/* --- checks --- */

static plim_prob at_logit(long double t)
{
	return (plim_prob){1 / (1 + expl(-t)), 1 / (1 + expl(t))};
}

static long double slope_at(const plim_amount *amount, long double t)
{
	long double slope;
	plim_prob at = at_logit(t);
	metalog_at(amount, at.p, at.q, &slope);
	return slope;
}

/* The least slope in [a, b], around a grid point that is lower than its neighbours (golden section). */
static long double least_slope(const plim_amount *amount, long double a, long double b, long double *where)
{
	const long double golden = 0.381966011250105151795L;
	for (int i = 0; i < 40; i++) {
		long double left = a + golden * (b - a), right = b - golden * (b - a);
		if (slope_at(amount, left) < slope_at(amount, right))
			b = right;
		else
			a = left;
	}
	*where = 0.5L * (a + b);
	return slope_at(amount, *where);
}

static plim_status check_increasing(const plim_amount *amount, plim_error *error)
{
	const long double step = 2 * CHECK_LOGIT / CHECK_STEPS;
	long double before = INFINITY, here = slope_at(amount, -CHECK_LOGIT);
	for (int i = 0; i <= CHECK_STEPS; i++) {
		long double t = -CHECK_LOGIT + (long double)i * step, where = t;
		long double next = i < CHECK_STEPS ? slope_at(amount, t + step) : INFINITY, least = here;
		if (here > 0 && here <= before && here <= next && i > 0 && i < CHECK_STEPS)
			least = least_slope(amount, t - step, t + step, &where);
		if (!(least > 0)) {
			char text[PLIM_TEXT_DOUBLE_SIZE];
			plim_text_digits(text, sizeof text, (double)at_logit(where).p, 4);
			return plim_error_set(
			    error, PLIM_ERROR_MODEL,
			    "metalog: no law of this kind passes through these quantiles (it would fall at probability %s); "
			    "use fewer of them, or smoother ones",
			    text);
		}
		before = here;
		here = next;
	}
	return PLIM_OK;
}

static plim_status check_pairs(const plim_amount *amount, plim_error *error)
{
	long double lower = amount->param[0], upper = amount->param[1];
	if (amount->count < 2 || amount->count > LARGEST_TERMS || !amount->x || !amount->w)
		return plim_error_set(error, PLIM_ERROR_MODEL, "metalog needs between 2 and %d quantiles (p, x pairs)",
		                      LARGEST_TERMS);
	if (!(lower < upper))
		return plim_error_set(error, PLIM_ERROR_MODEL, "metalog: lower must be below upper");
	for (size_t i = 0; i < amount->count; i++) {
		double p = amount->w[i], x = amount->x[i];
		if (!(p > 0 && p < 1))
			return plim_error_set(error, PLIM_ERROR_MODEL, "metalog: every probability must lie between 0 and 1");
		if (!(isfinite(x) && x > lower && x < upper))
			return plim_error_set(error, PLIM_ERROR_MODEL,
			                      "metalog: every value must be finite and lie between lower and upper");
		if (i > 0 && !(p > amount->w[i - 1] && x > amount->x[i - 1]))
			return plim_error_set(error, PLIM_ERROR_MODEL,
			                      "metalog: probabilities and values must both increase from pair to pair");
	}
	return PLIM_OK;
}

static plim_status resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	amount->param[0] = plim_reader_get(reader, PLIM_KEY_LOWER, -INFINITY);
	amount->param[1] = plim_reader_get(reader, PLIM_KEY_UPPER, INFINITY);
	plim_status status = check_pairs(amount, error);
	if (!status)
		status = fit(amount, error);
	return status ? status : check_increasing(amount, error);
}

/* --- evaluation --- */

static long double quantile(const plim_amount *amount, long double p, long double q)
{
	if (p <= 0 || q <= 0)
		return amount->param[p <= 0 ? 0 : 1];
	return from_line(amount, metalog_at(amount, p, q, NULL));
}

typedef struct place {
	const plim_amount *amount;
	long double m;
} place;

static long double gap(const void *context, long double t)
{
	const place *wanted = context;
	plim_prob at = at_logit(t);
	return metalog_at(wanted->amount, at.p, at.q, NULL) - wanted->m;
}

/* M is nearly linear in the log odds t, so Newton's method finds t in a few steps where M rises; NAN if it does not. */
static long double newton(const place *wanted)
{
	long double t = 0, lo = -10000, hi = 10000;
	for (int i = 0; i < 60; i++) {
		long double slope;
		const plim_prob at = at_logit(t);
		const long double over = metalog_at_odds(wanted->amount, at.p, at.q, t, &slope) - wanted->m;
		if (over == 0)
			return t;
		if (!(slope > 0))
			return NAN;
		if (over > 0)
			hi = t;
		else
			lo = t;
		const long double next = t - over / slope;
		if (fabsl(next - t) <= 2 * LDBL_EPSILON * fabsl(t))
			return next;
		t = next > lo && next < hi ? next : (lo + hi) / 2;
	}
	return NAN;
}

static plim_prob split(const plim_amount *amount, long double x, bool inclusive)
{
	(void)inclusive;
	if (x <= amount->param[0] || x >= amount->param[1])
		return x <= amount->param[0] ? (plim_prob){0, 1} : (plim_prob){1, 0};
	place wanted = {amount, to_line(amount, x)};
	long double reach = 1, t = newton(&wanted);
	if (!isnan(t))
		return at_logit(t);
	while (reach < 10000 && !plim_solve(gap, &wanted, -reach, reach, &t))
		reach *= 4;
	if (reach < 10000)
		return at_logit(t);
	return gap(&wanted, 0) > 0 ? (plim_prob){0, 1} : (plim_prob){1, 0};
}

static void support(const plim_amount *amount, long double *lowest, long double *highest)
{
	*lowest = amount->param[0];
	*highest = amount->param[1];
}

/* M grows like s(1) t and falls like s(0) t; with one bound, x is its exponential. */
static void tails(const plim_amount *amount, long double *lower, long double *upper)
{
	long double ends[2] = {0, 0};
	for (size_t k = 0; k < amount->coefs; k++) {
		if (term_has_log(k)) {
			ends[0] += amount->coef[k] * term(k, -0.5L, 1);
			ends[1] += amount->coef[k] * term(k, 0.5L, 1);
		}
	}
	bool below = isinf(amount->param[0]), above = isinf(amount->param[1]);
	*lower = below && !above ? fmaxl(ends[0], 0) : 0;
	*upper = above && !below ? fmaxl(ends[1], 0) : 0;
}

const plim_law plim_law_metalog = {
    .forms = (const char *const[]){"?lower ?upper", NULL},
    .keys = (const char *const[]){"quantiles", "lower", "upper", "min", "max", "times", "shift", "cap",
                                  "allow_infinite_mean", NULL},
    .resolve = resolve,
    .quantile = quantile,
    .split = split,
    .support = support,
    .tails = tails,
};
