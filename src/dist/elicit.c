/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"
#include "dist/amount_law.h"
#include "dist/special.h"

plim_status plim_elicit_positive(const plim_reader *reader, const plim_key *keys, size_t count, plim_error *error)
{
	for (size_t i = 0; i < count; i++) {
		if (reader->has[keys[i]] && !(reader->value[keys[i]] > 0)) {
			char number[PLIM_TEXT_DOUBLE_SIZE];
			plim_text_double(number, reader->value[keys[i]]);
			return plim_error_set(error, PLIM_ERROR_MODEL, "%s: %s must be above 0, it is %s", reader->family,
			                      plim_key_name(keys[i]), number);
		}
	}
	return PLIM_OK;
}

plim_status plim_elicit_above(const plim_reader *reader, long double floor, const char *what, plim_error *error)
{
	char number[PLIM_TEXT_DOUBLE_SIZE], limit[PLIM_TEXT_DOUBLE_SIZE];
	for (size_t i = 0; i < reader->quantiles; i++) {
		plim_text_double(number, (double)reader->x[i]);
		if (!(reader->x[i] > floor)) {
			plim_text_double(limit, (double)floor);
			return plim_error_set(error, PLIM_ERROR_MODEL, "%s: %s must be above %s%s, it is %s", reader->family,
			                      reader->name[i], what, limit, number);
		}
		if (i > 0 && !(reader->x[i] > reader->x[i - 1])) {
			plim_text_double(limit, (double)reader->x[i - 1]);
			return plim_error_set(error, PLIM_ERROR_MODEL, "%s: %s (%s) must be above %s (%s)", reader->family,
			                      reader->name[i], number, reader->name[i - 1], limit);
		}
	}
	return PLIM_OK;
}

typedef struct target {
	long double (*value)(const void *, long double);
	const void *context;
	long double ln_target;
} target;

static long double target_gap(const void *context, long double t)
{
	const target *wanted = context;
	return logl(wanted->value(wanted->context, t)) - wanted->ln_target;
}

plim_status plim_elicit_solve(const plim_reader *reader, long double (*value)(const void *, long double),
                              const void *context, long double lo, long double hi, long double wish, const char *what,
                              long double *t, plim_error *error)
{
	target wanted = {value, context, wish > 0 ? logl(wish) : -INFINITY};
	if (wish > 0 && plim_solve(target_gap, &wanted, lo, hi, t))
		return PLIM_OK;
	long double a = value(context, lo), b = value(context, hi);
	/* doubles given for a law at the very end may miss it by their rounding */
	if (fabsl(wish - a) <= 1e-12L * wish || fabsl(wish - b) <= 1e-12L * wish) {
		*t = fabsl(wish - a) <= 1e-12L * wish ? lo : hi;
		return PLIM_OK;
	}
	char low[PLIM_TEXT_DOUBLE_SIZE], high[PLIM_TEXT_DOUBLE_SIZE], is[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_digits(low, sizeof low, (double)(a < b ? a : b), 6);
	plim_text_digits(high, sizeof high, (double)(a < b ? b : a), 6);
	plim_text_digits(is, sizeof is, (double)wish, 6);
	return plim_error_set(error, PLIM_ERROR_MODEL,
	                      "%s: %s is %s, but this family can only give values between %s and %s", reader->family, what,
	                      is, low, high);
}

long double plim_hazard(long double p, long double q)
{
	return p < q ? -log1pl(-p) : -logl(q);
}

plim_prob plim_prob_hazard(long double hazard)
{
	return (plim_prob){-expm1l(-hazard), expl(-hazard)};
}
