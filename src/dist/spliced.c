/* SPDX-License-Identifier: Apache-2.0 */
/* Spliced: a body below `at`, and from there a generalized Pareto tail that takes the body's place. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "dist/amount_law.h"

#define LEAST_WEIGHT 1e-12L

static plim_status check_tail(const plim_amount *amount, plim_error *error)
{
	static const char *const refused[] = {"location", "min", "times", "shift"};
	if (amount->parts != 2)
		return plim_error_set(error, PLIM_ERROR_MODEL, "spliced needs a body and a tail");
	const plim_amount *tail = &amount->part[1];
	if (tail->family != PLIM_FAMILY_GPD)
		return plim_error_set(error, PLIM_ERROR_MODEL, "spliced: the tail must be gpd, not %s",
		                      plim_family_name(tail->family));
	size_t quantiles = 0;
	for (size_t i = 0; i < tail->given_count; i++) {
		for (size_t k = 0; k < sizeof refused / sizeof *refused; k++)
			if (strcmp(tail->given[i].name, refused[k]) == 0)
				return plim_error_set(error, PLIM_ERROR_MODEL, "spliced: the tail starts from `at`, so it takes no %s",
				                      refused[k]);
		quantiles += tail->given[i].name[0] == 'p';
	}
	if (quantiles > 2)
		return plim_error_set(error, PLIM_ERROR_MODEL,
		                      "spliced: the tail starts from `at`, so two quantiles determine it");
	return PLIM_OK;
}

static plim_status build_parts(plim_amount *amount, double at, plim_error *error)
{
	plim_error inner;
	plim_status status = plim_amount_build(&amount->part[0], &inner);
	if (status)
		return plim_error_set(error, status, "body of a splice: %.1400s", inner.text);
	status = plim_amount_build_at(&amount->part[1], &at, &inner);
	if (status)
		return plim_error_set(error, status, "tail of a splice: %.1400s", inner.text);
	return PLIM_OK;
}

static plim_status resolve(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	double at = reader->value[PLIM_KEY_AT];
	plim_status status = check_tail(amount, error);
	if (!status)
		status = build_parts(amount, at, error);
	if (status)
		return status;
	plim_prob body = plim_amount_split(&amount->part[0], at, false);
	amount->param[0] = at;
	amount->param[1] = body.p;
	amount->param[2] = body.q;
	if (body.p >= LEAST_WEIGHT && body.q >= LEAST_WEIGHT)
		return PLIM_OK;
	char text[3][PLIM_TEXT_DOUBLE_SIZE];
	double lowest, highest;
	plim_amount_support(&amount->part[0], &lowest, &highest);
	plim_text_double(text[0], at);
	plim_text_digits(text[1], sizeof text[1], lowest, 6);
	plim_text_digits(text[2], sizeof text[2], highest, 6);
	return plim_error_set(
	    error, PLIM_ERROR_MODEL,
	    "spliced: `at` (%s) must leave the body a probability above 1e-12 on either side; it lies between %s and %s",
	    text[0], text[1], text[2]);
}

static long double quantile(const plim_amount *amount, long double p, long double q)
{
	long double below = amount->param[1], above = amount->param[2];
	if (p < q ? p <= below : q >= above)
		return fminl(plim_amount_quantile(&amount->part[0], p, q), amount->param[0]);
	long double into = p < q ? p - below : above - q;
	return plim_amount_quantile(&amount->part[1], into / above, q / above);
}

static plim_prob split(const plim_amount *amount, long double x, bool inclusive)
{
	long double below = amount->param[1], above = amount->param[2];
	if (x < amount->param[0])
		return plim_amount_split(&amount->part[0], x, inclusive);
	plim_prob tail = plim_amount_split(&amount->part[1], x, inclusive);
	return (plim_prob){below + above * tail.p, above * tail.q};
}

static void support(const plim_amount *amount, long double *lowest, long double *highest)
{
	double low, high;
	plim_amount_support(&amount->part[0], &low, &high);
	*lowest = low;
	plim_amount_support(&amount->part[1], &low, &high);
	*highest = high;
}

static void tails(const plim_amount *amount, long double *lower, long double *upper)
{
	long double unused;
	plim_amount_tails(&amount->part[0], lower, &unused);
	plim_amount_tails(&amount->part[1], &unused, upper);
}

static plim_partial partial(const plim_amount *amount, long double lo, long double hi, long double centre)
{
	long double at = amount->param[0], above = amount->param[2];
	plim_partial sum = {0, 0, 0};
	if (lo < at)
		sum = plim_amount_partial(&amount->part[0], lo, fminl(hi, nextafterl(at, -INFINITY)), centre);
	if (hi > at) {
		plim_partial tail = plim_amount_partial(&amount->part[1], lo, hi, centre);
		sum.m0 += above * tail.m0;
		sum.m1 += above * tail.m1;
		sum.m2 += above * tail.m2;
	}
	return sum;
}

static long double nearest_atom(const plim_amount *amount, long double x)
{
	long double at = amount->param[0], body = INFINITY, tail = INFINITY;
	if (!plim_amount_nearest_atom(&amount->part[0], fminl(x, nextafterl(at, -INFINITY)), &body) || body >= at)
		body = INFINITY;
	if (!plim_amount_nearest_atom(&amount->part[1], x, &tail))
		tail = INFINITY;
	return fabsl(body - x) <= fabsl(tail - x) ? body : tail;
}

const plim_law plim_law_spliced = {
    .forms = (const char *const[]){"at", NULL},
    .keys =
        (const char *const[]){"body", "tail", "at", "min", "max", "times", "shift", "cap", "allow_infinite_mean", NULL},
    .resolve = resolve,
    .quantile = quantile,
    .split = split,
    .support = support,
    .tails = tails,
    .partial = partial,
    .nearest_atom = nearest_atom,
};
