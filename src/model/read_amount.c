/* SPDX-License-Identifier: Apache-2.0 */
/* Amounts: a family with its parameters, as text -> plim_amount, built. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/load.h"

#define WIDE_RATIO 1e4L /* p95 / p5 beyond which the width of the interval drives the mean */

/* One amount at its reading. */
typedef struct reading {
	plim_load *load;
	const char *key;
	plim_amount *amount;
	plim_number *times; /* where an unknown `times` goes; NULL where it must be a plain number */
	bool *per_place;    /* where that flag goes; NULL where it may not stand */
} reading;

static bool read_shape(reading *r, const plim_value *value);

static bool give(reading *r, const char *name, double number)
{
	plim_amount *amount = r->amount;
	plim_given *given = plim_mem_alloc(amount->given_count + 1, sizeof *given);
	char *copy = plim_mem_string(name);
	if (!given || !copy) {
		plim_mem_free(given);
		plim_mem_free(copy);
		r->load->failed = true;
		return false;
	}
	if (amount->given_count)
		memcpy(given, amount->given, amount->given_count * sizeof *given);
	plim_mem_free(amount->given);
	given[amount->given_count++] = (plim_given){copy, number};
	amount->given = given;
	return true;
}

/* A copy that the amount may own. */
static bool own_numbers(reading *r, const double *numbers, size_t count, double **out)
{
	double *copy = plim_mem_alloc(count, sizeof *copy);
	if (!copy) {
		r->load->failed = true;
		return false;
	}
	if (count)
		memcpy(copy, numbers, count * sizeof *copy);
	plim_mem_free(*out);
	*out = copy;
	return true;
}

static bool own_list(reading *r, const plim_value *list, const char *key, const plim_range *range, double **out,
                     size_t *count)
{
	double *numbers;
	return plim_read_numbers(r->load, list, key, range, &numbers, count) && own_numbers(r, numbers, *count, out);
}

/* ---- lists of the families that have some ---- */

static bool read_quantiles(reading *r, const plim_value *list)
{
	plim_load *load = r->load;
	if (!plim_is_list(load, list, "`quantiles`"))
		return false;
	double *p = plim_load_spare(load, list->count, sizeof *p), *x = plim_load_spare(load, list->count, sizeof *x);
	if (!p || !x)
		return false;
	bool good = true;
	for (uint32_t i = 0; i < list->count; i++) {
		const plim_value *pair = list->item[i];
		if (pair->kind != PLIM_VALUE_LIST || pair->count != 2) {
			plim_load_error(load, pair, "`quantiles` must hold pairs of a probability and a value, as [0.5, 1200]");
			good = false;
			continue;
		}
		good &= plim_read_number(load, pair->item[0], "probability of a quantile", &plim_range_share, &p[i]);
		good &= plim_read_number(load, pair->item[1], "value of a quantile", &plim_range_any, &x[i]);
	}
	r->amount->count = list->count;
	return good && own_numbers(r, x, list->count, &r->amount->x) && own_numbers(r, p, list->count, &r->amount->w);
}

/* Values of one column of a table. */
static bool read_column(reading *r, const plim_value *file, const plim_value *column)
{
	plim_load *load = r->load;
	char *name;
	if (file->kind != PLIM_VALUE_TEXT || !plim_read_text(load, column, "column", &name)) {
		if (file->kind != PLIM_VALUE_TEXT)
			plim_load_error(load, file, "`file` must be the path of a CSV table");
		return false;
	}
	const plim_table *table = plim_csv_open(load, file);
	if (!table || !table->good)
		return false;
	size_t at = 0;
	const char **names = plim_load_spare(load, table->columns, sizeof *names);
	for (size_t i = 0; names && i < table->columns; i++)
		names[i] = table->header[i]->text;
	while (names && at < table->columns && strcmp(names[at], name) != 0)
		at++;
	if (!names || at == table->columns) {
		char hint[PLIM_HINT_SIZE];
		plim_load_error(load, column, "the table %s has no column \"%s\"%s", file->text, name,
		                plim_hint(hint, sizeof hint, names ? plim_nearest(load, name, names, table->columns) : NULL));
		return false;
	}
	double *x = plim_load_spare(load, table->rows, sizeof *x);
	if (!x)
		return false;
	size_t count = 0;
	bool good = true;
	for (size_t i = 0; i < table->rows; i++) {
		const plim_value *cell = plim_get(load, table->row[i], name);
		if (!cell)
			continue;
		good &= plim_read_number(load, cell, name, &plim_range_any, &x[count]);
		count++;
	}
	if (!count) {
		plim_load_error(load, column, "the column \"%s\" of %s has no value", name, file->text);
		return false;
	}
	r->amount->count = count;
	return good && own_numbers(r, x, count, &r->amount->x);
}

static bool equal_weights(reading *r)
{
	double *ones = plim_load_spare(r->load, r->amount->count, sizeof *ones);
	if (!ones)
		return false;
	for (size_t i = 0; i < r->amount->count; i++)
		ones[i] = 1;
	return own_numbers(r, ones, r->amount->count, &r->amount->w);
}

/* As many as there must be. */
static bool read_weights(reading *r, const plim_value *list, size_t wanted, const char *of)
{
	size_t count;
	if (!own_list(r, list, "weights", &plim_range_from_zero, &r->amount->w, &count))
		return false;
	if (count == wanted)
		return true;
	plim_load_error(r->load, list, "`weights` has %zu numbers, but %zu are needed, one for each %s", count, wanted, of);
	return false;
}

static bool read_empirical(reading *r, const plim_value *map)
{
	plim_load *load = r->load;
	const plim_value *file = plim_get(load, map, "file"), *column = plim_get(load, map, "column");
	const plim_value *values = plim_get(load, map, "values"), *weights = plim_get(load, map, "weights");
	if (values ? file || column : !file || !column) {
		plim_load_error(load, map, "`empirical` needs `file` and `column`, or `values`");
		return false;
	}
	bool good = values ? own_list(r, values, "values", &plim_range_any, &r->amount->x, &r->amount->count)
	                   : read_column(r, file, column);
	if (!good)
		return false;
	return weights ? read_weights(r, weights, r->amount->count, "value") : equal_weights(r);
}

static bool read_histogram(reading *r, const plim_value *map)
{
	const plim_value *edges = plim_get(r->load, map, "edges"), *weights = plim_get(r->load, map, "weights");
	if (!edges || !weights) {
		plim_load_error(r->load, map, "`histogram` needs `edges` and `weights`");
		return false;
	}
	if (!own_list(r, edges, "edges", &plim_range_any, &r->amount->x, &r->amount->count))
		return false;
	return read_weights(r, weights, r->amount->count ? r->amount->count - 1 : 0, "bin (edges less one)");
}

/* The laws inside a mixture or splice: plain amounts. */
static bool read_parts(reading *r, const plim_value *const *values, const char *const *keys, size_t count)
{
	r->amount->part = plim_mem_alloc(count, sizeof *r->amount->part);
	if (!r->amount->part) {
		r->load->failed = true;
		return false;
	}
	r->amount->parts = count;
	bool good = true;
	for (size_t i = 0; i < count; i++) {
		reading inner = {.load = r->load, .key = keys[i], .amount = &r->amount->part[i]};
		good &= read_shape(&inner, values[i]);
	}
	return good;
}

static bool read_mixture(reading *r, const plim_value *map)
{
	plim_load *load = r->load;
	const plim_value *of = plim_get(load, map, "of"), *weights = plim_get(load, map, "weights");
	if (!of || !weights || of->kind != PLIM_VALUE_LIST || !of->count) {
		plim_load_error(load, of && weights ? of : map, "`mixture` needs `weights` and `of`, a list of distributions");
		return false;
	}
	const char **keys = plim_load_spare(load, of->count, sizeof *keys);
	if (!keys)
		return false;
	for (uint32_t i = 0; i < of->count; i++)
		keys[i] = "of";
	r->amount->count = of->count;
	return read_parts(r, of->item, keys, of->count) && read_weights(r, weights, of->count, "distribution in `of`");
}

static bool read_spliced(reading *r, const plim_value *map)
{
	static const char *const keys[] = {"body", "tail"};
	const plim_value *values[] = {plim_get(r->load, map, "body"), plim_get(r->load, map, "tail")};
	if (values[0] && values[1])
		return read_parts(r, values, keys, 2);
	plim_load_error(r->load, map, "`spliced` needs `body`, `tail` and `at`");
	return false;
}

/* Keys that are lists or distributions, for each family that has some. */
static const struct list_keys {
	plim_family family;
	const char *keys[4];
	bool (*read)(reading *, const plim_value *);
} list_families[] = {
    {PLIM_FAMILY_METALOG, {"quantiles"}, NULL},
    {PLIM_FAMILY_EMPIRICAL, {"file", "column", "values", "weights"}, read_empirical},
    {PLIM_FAMILY_HISTOGRAM, {"edges", "weights"}, read_histogram},
    {PLIM_FAMILY_MIXTURE, {"weights", "of"}, read_mixture},
    {PLIM_FAMILY_SPLICED, {"body", "tail"}, read_spliced},
};

static const struct list_keys *lists_of(plim_family family)
{
	for (size_t i = 0; i < sizeof list_families / sizeof *list_families; i++)
		if (list_families[i].family == family)
			return &list_families[i];
	return NULL;
}

static bool is_list_key(const struct list_keys *lists, const char *key)
{
	for (size_t i = 0; lists && i < 4 && lists->keys[i]; i++)
		if (strcmp(lists->keys[i], key) == 0)
			return true;
	return false;
}

/* ---- parameters ---- */

static void unknown_key(reading *r, const plim_value *key)
{
	const char *const *keys = plim_amount_keys(r->amount->family);
	size_t count = 0;
	plim_text all = {0};
	for (; keys[count]; count++) {
		plim_text_add(&all, count ? ", " : "");
		plim_text_add(&all, keys[count]);
	}
	char hint[PLIM_HINT_SIZE];
	plim_load_error(r->load, key, "the distribution %s has no key \"%s\"%s; its keys are %s",
	                plim_family_name(r->amount->family), key->text,
	                plim_hint(hint, sizeof hint, plim_nearest(r->load, key->text, keys, count)),
	                all.data ? all.data : "");
	plim_text_free(&all);
}

static bool read_scalar(reading *r, const plim_value *key, const plim_value *value)
{
	double number;
	if (strcmp(key->text, "times") == 0 && value->kind == PLIM_VALUE_MAP && r->times)
		return plim_read_unknown(r->load, value, "times", &plim_range_from_zero, r->times);
	return plim_read_number(r->load, value, key->text, &plim_range_any, &number) && give(r, key->text, number);
}

static bool read_parameters(reading *r, const plim_value *map)
{
	const struct list_keys *lists = lists_of(r->amount->family);
	bool good = true;
	for (uint32_t i = 0; i < map->count; i++) {
		const plim_value *key = map->pair[i].key;
		if (strcmp(key->text, "allow_infinite_mean") == 0) {
			r->amount->allow_infinite_mean |= plim_get_flag(r->load, map, key->text, false);
		} else if (is_list_key(lists, key->text)) {
			continue; /* below */
		} else if (!plim_amount_key_known(r->amount->family, key->text)) {
			unknown_key(r, key);
			good = false;
		} else {
			const plim_value *value = plim_get(r->load, map, key->text);
			good &= value && read_scalar(r, key, value);
		}
	}
	if (!lists)
		return good;
	if (lists->read)
		return lists->read(r, map) && good;
	const plim_value *quantiles = plim_get(r->load, map, "quantiles");
	return (!quantiles || read_quantiles(r, quantiles)) && good;
}

/* ---- the family ---- */

static const plim_value *no_family(reading *r, const plim_value *at, const char *found)
{
	const char *names[PLIM_FAMILY_COUNT];
	plim_text all = {0};
	for (int i = 0; i < PLIM_FAMILY_COUNT; i++) {
		names[i] = plim_family_name((plim_family)i);
		plim_text_add(&all, i ? ", " : "");
		plim_text_add(&all, names[i]);
	}
	char hint[PLIM_HINT_SIZE];
	const char *near = found ? plim_nearest(r->load, found, names, PLIM_FAMILY_COUNT) : NULL;
	if (found)
		plim_load_error(r->load, at, "`%s` knows no distribution \"%s\"%s%s%s", r->key, found,
		                plim_hint(hint, sizeof hint, near), near ? "" : "; there are ",
		                near || !all.data ? "" : all.data);
	else
		plim_load_error(r->load, at, "`%s` must be a number or one distribution, as {lognormal: {p5: 10, p95: 500}}",
		                r->key);
	plim_text_free(&all);
	return NULL;
}

/* The parameters of the one family that a map names, the flags beside it read. */
static const plim_value *find_family(reading *r, const plim_value *map)
{
	const plim_value *parameters = NULL;
	for (uint32_t i = 0; i < map->count; i++) {
		const plim_value *key = map->pair[i].key;
		plim_family family;
		if (strcmp(key->text, "allow_infinite_mean") == 0) {
			r->amount->allow_infinite_mean |= plim_get_flag(r->load, map, key->text, false);
		} else if (strcmp(key->text, "per_place") == 0) {
			if (r->per_place)
				*r->per_place = plim_get_flag(r->load, map, key->text, false);
			else
				plim_load_error(r->load, key, "`per_place` is for an uncertain number, not for an amount of `%s`",
				                r->key);
		} else if (!plim_family_parse(key->text, &family)) {
			return no_family(r, key, key->text);
		} else if (parameters) {
			plim_load_error(r->load, key, "`%s` names a second distribution; leave one", r->key);
			return NULL;
		} else {
			r->amount->family = family;
			parameters = plim_get(r->load, map, key->text);
			if (!parameters)
				return NULL;
		}
	}
	return parameters ? parameters : no_family(r, map, NULL);
}

/* Reads what is given without building it: parts are built with the whole. */
static bool read_shape(reading *r, const plim_value *value)
{
	double number;
	r->amount->family = PLIM_FAMILY_FIXED;
	if (value->kind == PLIM_VALUE_TEXT)
		return plim_read_number(r->load, value, r->key, &plim_range_any, &number) && give(r, "value", number);
	if (value->kind == PLIM_VALUE_LIST) {
		no_family(r, value, NULL);
		return false;
	}
	const plim_value *parameters = find_family(r, value);
	if (!parameters)
		return false;
	if (parameters->kind == PLIM_VALUE_TEXT && r->amount->family == PLIM_FAMILY_FIXED)
		return plim_read_number(r->load, parameters, "fixed", &plim_range_any, &number) && give(r, "value", number);
	return plim_is_map(r->load, parameters, plim_family_name(r->amount->family)) && read_parameters(r, parameters);
}

static bool build(plim_load *load, const plim_value *at, const char *key, plim_amount *amount)
{
	plim_error error;
	plim_status status = plim_amount_build(amount, &error);
	if (status == PLIM_ERROR_MEMORY)
		load->failed = true;
	else if (status != PLIM_OK)
		plim_load_error(load, at, "`%s`: %s", key, error.text);
	return status == PLIM_OK;
}

bool plim_read_amount(plim_load *load, const plim_value *value, const char *key, plim_amount *amount, bool *per_place)
{
	reading r = {.load = load, .key = key, .amount = amount, .per_place = per_place};
	return read_shape(&r, value) && build(load, value, key, amount);
}

/* ---- losses and outages ---- */

/* Takes a scalar out of what was given; its value, or `otherwise`. */
static double take_given(plim_amount *amount, const char *name, double otherwise)
{
	for (size_t i = 0; i < amount->given_count; i++) {
		if (strcmp(amount->given[i].name, name) != 0)
			continue;
		double value = amount->given[i].value;
		plim_mem_free(amount->given[i].name);
		amount->given_count--;
		memmove(&amount->given[i], &amount->given[i + 1], (amount->given_count - i) * sizeof *amount->given);
		return value;
	}
	return otherwise;
}

/* Smallest value of times x amount + shift. */
static double lowest_of(const plim_severity *severity)
{
	double low, high, times_low = 1, times_high = 1;
	plim_amount_support(&severity->amount, &low, &high);
	if (severity->times.law)
		plim_amount_support(severity->times.law, &times_low, &times_high);
	return low * (low < 0 ? times_high : low > 0 ? times_low : 1) + severity->shift;
}

static void warn_if_wide(plim_load *load, const plim_value *at, const char *key, const plim_amount *amount)
{
	long double p5 = plim_amount_quantile(amount, 0.05L, 0.95L), p95 = plim_amount_quantile(amount, 0.95L, 0.05L);
	if (p5 > 0 && p95 / p5 > WIDE_RATIO)
		plim_load_warn(
		    load, at,
		    "the 95 %% quantile of `%s` is %.0f times its 5 %% quantile: a slightly wider interval moves the "
		    "mean much; consider a `cap`",
		    key, (double)(p95 / p5));
}

static bool check_severity(plim_load *load, const plim_value *at, const char *key, const plim_severity *severity)
{
	if (lowest_of(severity) < 0) {
		plim_load_error(load, at, "`%s` must not be negative, but this one reaches down to %s; add `min: 0`", key,
		                plim_show(lowest_of(severity)).text);
		return false;
	}
	bool infinite = !plim_amount_has_mean(&severity->amount) || isinf(severity->times.value);
	if (infinite && isinf(severity->cap) && !severity->amount.allow_infinite_mean) {
		plim_load_error(
		    load, at,
		    "the mean of `%s` is infinite; add `cap`, choose a lighter tail, or say `allow_infinite_mean: true`", key);
		return false;
	}
	warn_if_wide(load, at, key, &severity->amount);
	return true;
}

bool plim_read_severity(plim_load *load, const plim_value *value, const char *key, plim_severity *severity)
{
	severity->times.value = 1;
	severity->shift = 0;
	severity->cap = INFINITY;
	reading r = {.load = load, .key = key, .amount = &severity->amount, .times = &severity->times};
	if (!read_shape(&r, value))
		return false;
	if (severity->times.law) {
		severity->shift = take_given(&severity->amount, "shift", 0);
		severity->cap = take_given(&severity->amount, "cap", INFINITY);
	}
	return build(load, value, key, &severity->amount) && check_severity(load, value, key, severity);
}

bool plim_band_amount(plim_load *load, const plim_value *at, const plim_band *band, plim_amount *amount)
{
	reading r = {.load = load, .key = band->name, .amount = amount};
	if (band->low == band->high) {
		amount->family = PLIM_FAMILY_FIXED;
		return give(&r, "value", band->low) && build(load, at, band->name, amount);
	}
	amount->family = band->low > 0 ? PLIM_FAMILY_LOG_UNIFORM : PLIM_FAMILY_UNIFORM;
	return give(&r, "min", band->low) && give(&r, "max", band->high) && build(load, at, band->name, amount);
}
