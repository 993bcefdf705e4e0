/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Amounts: what is common to all families.
 *
 * param, by family (the parent's own parameters, after elicitation):
 *   fixed value | uniform, log_uniform min max | triangular min mode max | pert, beta min max alpha beta factor |
 *   normal mean sd | lognormal mu sigma | exponential mean | gamma shape scale factor | weibull, log_logistic shape
 * scale | pareto shape minimum | lomax shape scale | gpd shape scale location | burr shape1 shape2 scale | metalog
 * lower upper (infinite when absent) | spliced at, body's P(X < at), its complement coef: metalog: coefficients;
 * empirical: values, P(X <= x_i), P(X > x_i); histogram: P and Q at the edges; mixture: weights scaled to 1.
 */
#include "dist/amount.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "dist/amount_law.h"

static const char *const family_names[PLIM_FAMILY_COUNT] = {
#define X(name, text) [PLIM_FAMILY_##name] = text,
    PLIM_FAMILY_LIST(X)
#undef X
};

static const plim_law *const laws[PLIM_FAMILY_COUNT] = {
    [PLIM_FAMILY_FIXED] = &plim_law_fixed,
    [PLIM_FAMILY_UNIFORM] = &plim_law_uniform,
    [PLIM_FAMILY_LOG_UNIFORM] = &plim_law_log_uniform,
    [PLIM_FAMILY_TRIANGULAR] = &plim_law_triangular,
    [PLIM_FAMILY_PERT] = &plim_law_pert,
    [PLIM_FAMILY_BETA] = &plim_law_beta,
    [PLIM_FAMILY_NORMAL] = &plim_law_normal,
    [PLIM_FAMILY_LOGNORMAL] = &plim_law_lognormal,
    [PLIM_FAMILY_EXPONENTIAL] = &plim_law_exponential,
    [PLIM_FAMILY_GAMMA] = &plim_law_gamma,
    [PLIM_FAMILY_WEIBULL] = &plim_law_weibull,
    [PLIM_FAMILY_PARETO] = &plim_law_pareto,
    [PLIM_FAMILY_LOMAX] = &plim_law_lomax,
    [PLIM_FAMILY_GPD] = &plim_law_gpd,
    [PLIM_FAMILY_BURR] = &plim_law_burr,
    [PLIM_FAMILY_LOG_LOGISTIC] = &plim_law_log_logistic,
    [PLIM_FAMILY_METALOG] = &plim_law_metalog,
    [PLIM_FAMILY_EMPIRICAL] = &plim_law_empirical,
    [PLIM_FAMILY_HISTOGRAM] = &plim_law_histogram,
    [PLIM_FAMILY_MIXTURE] = &plim_law_mixture,
    [PLIM_FAMILY_SPLICED] = &plim_law_spliced,
};

#define LEAST_INSIDE 1e-12L /* a condition that is met more rarely is a mistake */

const plim_law *plim_law_of(plim_family family)
{
	return laws[family];
}

const char *plim_family_name(plim_family family)
{
	return (unsigned)family < PLIM_FAMILY_COUNT ? family_names[family] : "unknown family";
}

bool plim_family_parse(const char *name, plim_family *family)
{
	for (int i = 0; i < PLIM_FAMILY_COUNT; i++) {
		if (strcmp(name, family_names[i]) == 0) {
			*family = (plim_family)i;
			return true;
		}
	}
	return false;
}

void plim_amount_clear(plim_amount *amount)
{
	for (size_t i = 0; i < amount->given_count; i++)
		plim_mem_free(amount->given[i].name);
	plim_mem_free(amount->given);
	plim_mem_free(amount->x);
	plim_mem_free(amount->w);
	plim_mem_free(amount->coef);
	for (size_t i = 0; i < amount->parts; i++)
		plim_amount_clear(&amount->part[i]);
	plim_mem_free(amount->part);
	*amount = (plim_amount){0};
}

/* --- conditioning --- */

static plim_status refuse_range(const plim_amount *amount, plim_error *error)
{
	long double lowest, highest;
	char text[4][PLIM_TEXT_DOUBLE_SIZE];
	plim_law_of(amount->family)->support(amount, &lowest, &highest);
	plim_text_double(text[0], amount->min);
	plim_text_double(text[1], amount->max);
	plim_text_digits(text[2], PLIM_TEXT_DOUBLE_SIZE, (double)lowest, 6);
	plim_text_digits(text[3], PLIM_TEXT_DOUBLE_SIZE, (double)highest, 6);
	return plim_error_set(error, PLIM_ERROR_MODEL,
	                      "%s: its probability between min (%s) and max (%s) is below 1e-12; it lies between %s and %s",
	                      plim_family_name(amount->family), text[0], text[1], text[2], text[3]);
}

static plim_status build_condition(plim_amount *amount, plim_error *error)
{
	const plim_law *law = plim_law_of(amount->family);
	amount->below = amount->above = 0;
	amount->inside = 1;
	if (isinf(amount->min) && isinf(amount->max))
		return PLIM_OK;
	if (!(amount->min < amount->max)) {
		char low[PLIM_TEXT_DOUBLE_SIZE], high[PLIM_TEXT_DOUBLE_SIZE];
		plim_text_double(low, amount->min);
		plim_text_double(high, amount->max);
		return plim_error_set(error, PLIM_ERROR_MODEL, "%s: min (%s) must be below max (%s)",
		                      plim_family_name(amount->family), low, high);
	}
	plim_prob least = law->split(amount, amount->min, false), most = law->split(amount, amount->max, true);
	amount->below = least.p;
	amount->above = most.q;
	if (most.p < 0.5L)
		amount->inside = most.p - least.p;
	else
		amount->inside = least.q < 0.5L ? least.q - most.q : 1 - least.p - most.q;
	return amount->inside >= LEAST_INSIDE ? PLIM_OK : refuse_range(amount, error);
}

/* Every draw, the rarest included (2^-53 in either tail), must be a double. */
static plim_status check_size(const plim_amount *amount, plim_error *error)
{
	const long double rare = 0x1p-53L;
	if (isfinite((double)plim_amount_quantile(amount, rare, 1 - rare)) &&
	    isfinite((double)plim_amount_quantile(amount, 1 - rare, rare)))
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_MODEL, "%s: it is so wide that its rare values exceed any number (1e308)",
	                      plim_family_name(amount->family));
}

static plim_status build_common(plim_amount *amount, const plim_reader *reader, plim_error *error)
{
	bool own = plim_law_of(amount->family)->own_range;
	double least = amount->family == PLIM_FAMILY_NORMAL ? 0 : -INFINITY;
	const plim_key times = PLIM_KEY_TIMES;
	amount->min = own ? -INFINITY : plim_reader_get(reader, PLIM_KEY_MIN, least);
	amount->max = own ? INFINITY : plim_reader_get(reader, PLIM_KEY_MAX, INFINITY);
	amount->times = plim_reader_get(reader, PLIM_KEY_TIMES, 1);
	amount->shift = plim_reader_get(reader, PLIM_KEY_SHIFT, 0);
	amount->cap = plim_reader_get(reader, PLIM_KEY_CAP, INFINITY);
	plim_status status = plim_elicit_positive(reader, &times, 1, error);
	if (!status)
		status = build_condition(amount, error);
	return status ? status : check_size(amount, error);
}

plim_status plim_amount_build_at(plim_amount *amount, const double *location, plim_error *error)
{
	plim_reader reader;
	plim_status status = plim_reader_init(&reader, amount, error);
	if (!status && location) {
		reader.has[PLIM_KEY_LOCATION] = true;
		reader.value[PLIM_KEY_LOCATION] = *location;
	}
	if (!status)
		status = plim_law_of(amount->family)->resolve(amount, &reader, error);
	if (!status)
		status = build_common(amount, &reader, error);
	if (status) {
		plim_mem_free(amount->coef);
		amount->coef = NULL;
		amount->coefs = 0;
	}
	return status;
}

plim_status plim_amount_build(plim_amount *amount, plim_error *error)
{
	return plim_amount_build_at(amount, NULL, error);
}

/* --- evaluation --- */

long double plim_amount_quantile(const plim_amount *amount, long double p, long double q)
{
	long double parent_p = amount->below + amount->inside * p, parent_q = amount->above + amount->inside * q;
	long double x = plim_law_of(amount->family)->quantile(amount, parent_p, parent_q);
	if (x < amount->min)
		x = amount->min;
	if (x > amount->max)
		x = amount->max;
	x = x * amount->times + amount->shift;
	return x > amount->cap ? (long double)amount->cap : x;
}

long double plim_amount_parent_value(const plim_amount *amount, long double x)
{
	if (amount->times == 1 && amount->shift == 0)
		return x;
	const plim_law *law = plim_law_of(amount->family);
	long double parent = (x - amount->shift) / amount->times;
	if (law->nearest_atom && isfinite(parent)) {
		long double atom = law->nearest_atom(amount, parent);
		if ((double)(atom * amount->times + amount->shift) == (double)x)
			return atom;
	}
	return parent;
}

plim_prob plim_amount_split(const plim_amount *amount, long double x, bool inclusive)
{
	if (x > amount->cap || (x >= amount->cap && inclusive))
		return (plim_prob){1, 0};
	x = plim_amount_parent_value(amount, x);
	if (x < amount->min || (x <= amount->min && !inclusive))
		return (plim_prob){0, 1};
	if (x > amount->max || (x >= amount->max && inclusive))
		return (plim_prob){1, 0};
	plim_prob at = plim_law_of(amount->family)->split(amount, x, inclusive);
	if (amount->inside >= 1)
		return at;
	plim_prob prob;
	if (at.p < 0.5L) {
		prob.p = (at.p - amount->below) / amount->inside;
		prob.q = (amount->inside + amount->below - at.p) / amount->inside;
	} else {
		prob.p = (amount->inside + amount->above - at.q) / amount->inside;
		prob.q = (at.q - amount->above) / amount->inside;
	}
	prob.p = fminl(fmaxl(prob.p, 0), 1);
	prob.q = fminl(fmaxl(prob.q, 0), 1);
	return prob;
}

long double plim_amount_cdf(const plim_amount *amount, double x)
{
	return plim_amount_split(amount, x, true).p;
}

long double plim_amount_sf(const plim_amount *amount, double x)
{
	return plim_amount_split(amount, x, true).q;
}

void plim_amount_support(const plim_amount *amount, double *lowest, double *highest)
{
	long double low, high;
	plim_law_of(amount->family)->support(amount, &low, &high);
	low = fmaxl(low, amount->min) * amount->times + amount->shift;
	high = fminl(high, amount->max) * amount->times + amount->shift;
	*lowest = (double)fminl(low, amount->cap);
	*highest = (double)fminl(high, amount->cap);
}

bool plim_amount_nearest_atom(const plim_amount *amount, long double x, long double *atom)
{
	const plim_law *law = plim_law_of(amount->family);
	bool found = isfinite(amount->cap) && plim_amount_split(amount, amount->cap, false).q > 0;
	if (found)
		*atom = amount->cap;
	if (!law->nearest_atom)
		return found;
	long double parent = law->nearest_atom(amount, (x - amount->shift) / amount->times);
	if (!isfinite(parent) || parent < amount->min || parent > amount->max)
		return found;
	long double own = fminl(parent * amount->times + amount->shift, amount->cap);
	if (!found || fabsl(own - x) < fabsl(*atom - x))
		*atom = own;
	return true;
}

bool plim_amount_has_atoms(const plim_amount *amount)
{
	if (amount->family == PLIM_FAMILY_FIXED || amount->family == PLIM_FAMILY_EMPIRICAL)
		return true;
	if (isfinite(amount->cap) && plim_amount_split(amount, amount->cap, false).q > 0)
		return true;
	for (size_t i = 0; i < amount->parts; i++)
		if (plim_amount_has_atoms(&amount->part[i]))
			return true;
	return false;
}

plim_status plim_amount_check_mean(const plim_amount *amount, plim_error *error)
{
	if (amount->allow_infinite_mean || isfinite(plim_amount_mean(amount)))
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_MODEL,
	                      "%s: its mean is infinite; give a cap (or max), or say allow_infinite_mean: true",
	                      plim_family_name(amount->family));
}
