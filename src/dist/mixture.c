/* SPDX-License-Identifier: Apache-2.0 */
/* Mixture: one of several laws, by weight. */
#include <float.h>
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/amount_law.h"
#include "dist/special.h"

static plim_status check_weights(const plim_amount *amount, plim_error *error)
{
	long double sum = 0;
	if (amount->parts == 0 || amount->count != amount->parts || !amount->w)
		return plim_error_set(error, PLIM_ERROR_MODEL,
		                      "mixture needs one weight for each of its laws (%zu weights, %zu laws)", amount->count,
		                      amount->parts);
	for (size_t i = 0; i < amount->parts; i++) {
		if (!(isfinite(amount->w[i]) && amount->w[i] >= 0))
			return plim_error_set(error, PLIM_ERROR_MODEL, "mixture: weight %zu must be a finite number from 0 on",
			                      i + 1);
		sum += amount->w[i];
	}
	if (sum > 0)
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_MODEL, "mixture: at least one weight must be above 0");
}

static plim_status resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	(void)reader;
	plim_status status = check_weights(amount, error);
	for (size_t i = 0; i < amount->parts && !status; i++) {
		plim_error inner;
		status = plim_amount_build(&amount->part[i], &inner);
		if (status)
			plim_error_set(error, status, "law %zu of a mixture: %.1400s", i + 1, inner.text);
	}
	if (status)
		return status;
	amount->coef = plim_mem_alloc(amount->parts, sizeof *amount->coef);
	if (!amount->coef)
		return plim_error_memory(error, "weights of a mixture");
	amount->coefs = amount->parts;
	long double sum = 0;
	for (size_t i = 0; i < amount->parts; i++)
		sum += amount->w[i];
	for (size_t i = 0; i < amount->parts; i++)
		amount->coef[i] = amount->w[i] / sum;
	return PLIM_OK;
}

static plim_prob split(const plim_amount *amount, long double x, bool inclusive)
{
	plim_prob sum = {0, 0};
	for (size_t i = 0; i < amount->parts; i++) {
		plim_prob at = plim_amount_split(&amount->part[i], x, inclusive);
		sum.p += amount->coef[i] * at.p;
		sum.q += amount->coef[i] * at.q;
	}
	return sum;
}

static bool nearest_of_parts(const plim_amount *amount, long double x, long double *atom)
{
	bool found = false;
	for (size_t i = 0; i < amount->parts; i++) {
		long double other;
		if (!(amount->coef[i] > 0) || !plim_amount_nearest_atom(&amount->part[i], x, &other))
			continue;
		if (!found || fabsl(other - x) < fabsl(*atom - x))
			*atom = other;
		found = true;
	}
	return found;
}

static long double nearest_atom(const plim_amount *amount, long double x)
{
	long double atom;
	return nearest_of_parts(amount, x, &atom) ? atom : INFINITY;
}

/* --- quantile: the cdf inverted between the parts' own quantiles --- */

/* Where the mixture's probability, seen from the nearer tail, passes the one asked for. Positive values are searched by
 * their logarithm, along which tails are nearly straight. */
typedef struct crossing {
	const plim_amount *amount;
	bool by_log, lower;
	long double ln_target;
} crossing;

static long double crossing_gap(const void *context, long double t)
{
	const crossing *wanted = context;
	plim_prob at = split(wanted->amount, wanted->by_log ? expl(t) : t, true);
	long double gap = wanted->lower ? logl(at.p) - wanted->ln_target : wanted->ln_target - logl(at.q);
	return fminl(fmaxl(gap, -1e4L), 1e4L); /* the ends of a support are infinitely far in these logarithms */
}

/* True if the value asked for is this atom: below it the probability is not reached, at it it is. */
static bool is_quantile(const plim_amount *amount, long double atom, plim_prob wanted)
{
	plim_prob before = split(amount, atom, false), at = split(amount, atom, true);
	if (wanted.p < wanted.q)
		return before.p < wanted.p && wanted.p <= at.p;
	return before.q > wanted.q && wanted.q >= at.q;
}

/* The largest and smallest of the parts' quantiles: the mixture's lies between. */
static void enclose(const plim_amount *amount, plim_prob at, long double *lo, long double *hi)
{
	*lo = INFINITY;
	*hi = -INFINITY;
	for (size_t i = 0; i < amount->parts; i++) {
		if (!(amount->coef[i] > 0))
			continue;
		long double x = plim_amount_quantile(&amount->part[i], at.p, at.q);
		*lo = fminl(*lo, x);
		*hi = fmaxl(*hi, x);
	}
}

static long double quantile(const plim_amount *amount, long double p, long double q)
{
	long double lo, hi, t;
	plim_prob wanted = {p, q};
	enclose(amount, wanted, &lo, &hi);
	if (!(lo < hi))
		return lo;
	crossing across = {amount, lo > 0, p < q, logl(p < q ? p : q)};
	/* a rounding wider, so that the ends have different signs */
	long double a = lo - 8 * LDBL_EPSILON * fabsl(lo), b = hi + 8 * LDBL_EPSILON * fabsl(hi);
	if (across.by_log) {
		a = logl(a) - 8 * LDBL_EPSILON;
		b = logl(b) + 8 * LDBL_EPSILON;
	}
	if (!plim_solve(crossing_gap, &across, a, b, &t))
		t = fabsl(crossing_gap(&across, a)) < fabsl(crossing_gap(&across, b)) ? a : b;
	long double x = across.by_log ? expl(t) : t, atom;
	if (nearest_of_parts(amount, x, &atom) && fabsl(atom - x) <= 1e-12L * fmaxl(fabsl(x), fabsl(atom)) &&
	    is_quantile(amount, atom, wanted))
		return atom;
	return x;
}

static void support(const plim_amount *amount, long double *lowest, long double *highest)
{
	*lowest = INFINITY;
	*highest = -INFINITY;
	for (size_t i = 0; i < amount->parts; i++) {
		double low, high;
		if (!(amount->coef[i] > 0))
			continue;
		plim_amount_support(&amount->part[i], &low, &high);
		*lowest = fminl(*lowest, low);
		*highest = fmaxl(*highest, high);
	}
}

static void tails(const plim_amount *amount, long double *lower, long double *upper)
{
	*lower = *upper = 0;
	for (size_t i = 0; i < amount->parts; i++) {
		long double low, high;
		if (!(amount->coef[i] > 0))
			continue;
		plim_amount_tails(&amount->part[i], &low, &high);
		*lower = fmaxl(*lower, low);
		*upper = fmaxl(*upper, high);
	}
}

static plim_partial partial(const plim_amount *amount, long double lo, long double hi, long double centre)
{
	plim_partial sum = {0, 0, 0};
	for (size_t i = 0; i < amount->parts; i++) {
		if (!(amount->coef[i] > 0))
			continue;
		plim_partial one = plim_amount_partial(&amount->part[i], lo, hi, centre);
		sum.m0 += amount->coef[i] * one.m0;
		sum.m1 += amount->coef[i] * one.m1;
		sum.m2 += amount->coef[i] * one.m2;
	}
	return sum;
}

const plim_law plim_law_mixture = {
    .forms = (const char *const[]){"", NULL},
    .keys = (const char *const[]){"weights", "of", "min", "max", "times", "shift", "cap", "allow_infinite_mean", NULL},
    .resolve = resolve,
    .quantile = quantile,
    .split = split,
    .support = support,
    .tails = tails,
    .partial = partial,
    .nearest_atom = nearest_atom,
};
