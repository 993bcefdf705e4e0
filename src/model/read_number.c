/* SPDX-License-Identifier: Apache-2.0 */
/* Numbers, and unknowns: a distribution where a number is expected. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "model/load.h"

const plim_range plim_range_any = {-INFINITY, INFINITY, false, ""};
const plim_range plim_range_share = {0, 1, false, "from 0 to 1"};
const plim_range plim_range_from_zero = {0, INFINITY, false, "of 0 or more"};
const plim_range plim_range_above_zero = {0, INFINITY, true, "above 0"};

static bool is_within(const plim_range *range, double value)
{
	return value <= range->high && (range->above_low ? value > range->low : value >= range->low);
}

static bool is_too_large(const char *text)
{
	char *end;
	return *text && strspn(text, "+-0123456789.eE") == strlen(text) && isinf(strtod(text, &end)) && *end == '\0';
}

/* What is wrong with a text that is not a number, and what to do. */
static const char *advice_for(const plim_value *value)
{
	const char *text = value->text;
	size_t length = strlen(text);
	const char *sign = text + (*text == '+' || *text == '-');
	if (*sign == '.')
		sign++;
	if (!value->plain)
		return "; remove the quotes";
	if (length && strspn(text, "+-0123456789.,eE") == length && strchr(text, ','))
		return "; write a point for the decimals (0.5), and no commas between thousands";
	if (strcasecmp(sign, "nan") == 0 || strcasecmp(sign, "inf") == 0 || strcasecmp(sign, "infinity") == 0)
		return "; nan and inf are not numbers here: leave the key out for no limit";
	if (length && text[length - 1] == '%')
		return "; write 0.2 for 20 %";
	if (is_too_large(text))
		return "; that is beyond the largest number there is (1.8e308)";
	if (length && strspn(text, "+-0123456789._ eE") == length)
		return "; write plain digits, as 1500000 or 1.5e6";
	return "";
}

bool plim_read_number(plim_load *load, const plim_value *value, const char *key, const plim_range *range, double *out)
{
	double number;
	if (value->kind == PLIM_VALUE_MAP) {
		plim_load_error(
		    load, value,
		    "`%s` must be a plain number; an uncertain one (a distribution) is not allowed here in format 1", key);
		return false;
	}
	if (value->kind == PLIM_VALUE_LIST) {
		plim_load_error(load, value, "`%s` must be one number, found a list", key);
		return false;
	}
	if (!value->plain || !plim_text_parse_double(value->text, &number)) {
		plim_load_error(load, value, "`%s` must be a number%s%s, found %stext \"%.80s\"%s", key,
		                *range->says ? " " : "", range->says, value->plain ? "" : "the quoted ", value->text,
		                advice_for(value));
		return false;
	}
	if (!is_within(range, number)) {
		plim_load_error(load, value, "`%s` must be a number %s, found %.80s", key, range->says, value->text);
		return false;
	}
	*out = number;
	return true;
}

bool plim_get_number(plim_load *load, const plim_value *map, const char *key, const plim_range *range, double *out)
{
	const plim_value *value = plim_get(load, map, key);
	return value && plim_read_number(load, value, key, range, out);
}

bool plim_read_whole(plim_load *load, const plim_value *value, const char *key, uint64_t low, uint64_t high,
                     uint64_t *out)
{
	double number;
	if (!plim_read_number(load, value, key, &plim_range_any, &number))
		return false;
	if (!(number >= (double)low && number <= (double)high) || number != floor(number)) {
		plim_load_error(load, value, "`%s` must be a whole number from %llu to %llu, found %.80s", key,
		                (unsigned long long)low, (unsigned long long)high, value->text);
		return false;
	}
	*out = (uint64_t)number;
	return true;
}

bool plim_read_numbers(plim_load *load, const plim_value *list, const char *key, const plim_range *range, double **out,
                       size_t *count)
{
	if (list->kind != PLIM_VALUE_LIST) {
		plim_load_error(load, list, "`%s` must be a list of numbers, as [1, 2, 3]", key);
		return false;
	}
	double *numbers = plim_load_keep(load, list->count, sizeof *numbers);
	if (!numbers)
		return false;
	bool good = true;
	for (uint32_t i = 0; i < list->count; i++)
		good &= plim_read_number(load, list->item[i], key, range, &numbers[i]);
	*out = numbers;
	*count = list->count;
	return good;
}

/* ---- unknowns ---- */

static bool check_support(plim_load *load, const plim_value *value, const char *key, const plim_range *range,
                          const plim_amount *law)
{
	double low, high;
	plim_amount_support(law, &low, &high);
	/* a law that starts at an open end, as lognormal at 0, does not take the end itself */
	bool good = low >= range->low && high <= range->high && (!range->above_low || low > range->low || high > low);
	if (good)
		return true;
	char from[PLIM_TEXT_DOUBLE_SIZE], to[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_double(from, low);
	plim_text_double(to, high);
	plim_load_error(load, value,
	                "`%s` must be a number %s, but this distribution reaches from %s to %s; add `min` and `max` to it",
	                key, range->says, from, to);
	return false;
}

bool plim_read_unknown(plim_load *load, const plim_value *value, const char *key, const plim_range *range,
                       plim_number *out)
{
	if (value->kind != PLIM_VALUE_MAP)
		return plim_read_number(load, value, key, range, &out->value);
	out->law = plim_load_keep(load, 1, sizeof *out->law);
	if (!out->law || !plim_read_amount(load, value, key, out->law, &out->per_place) ||
	    !check_support(load, value, key, range, out->law))
		return false;
	out->value = plim_amount_mean(out->law);
	if (isfinite(out->value) || out->law->allow_infinite_mean)
		return true;
	plim_load_error(load, value, "the mean of `%s` is infinite; add `cap` or `max`, or choose a lighter tail", key);
	return false;
}

void plim_get_unknown(plim_load *load, const plim_value *map, const char *key, const plim_range *range,
                      plim_number *out)
{
	const plim_value *value = plim_get(load, map, key);
	if (value)
		plim_read_unknown(load, value, key, range, out);
}
