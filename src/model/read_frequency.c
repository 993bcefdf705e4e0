/* SPDX-License-Identifier: Apache-2.0 */
/* Frequencies: a count law whose numbers may be unknown. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/load.h"

#define MOST_COUNT 1000000000u

static const char *const law_keys[PLIM_COUNT_LAW_COUNT][5] = {
    [PLIM_COUNT_FIXED] = {"count", NULL},
    [PLIM_COUNT_BERNOULLI] = {"p", NULL},
    [PLIM_COUNT_BINOMIAL] = {"n", "p", NULL},
    [PLIM_COUNT_POISSON] = {"rate", NULL},
    [PLIM_COUNT_NEGATIVE_BINOMIAL] = {"mean", "dispersion", "size", NULL},
    [PLIM_COUNT_GEOMETRIC] = {"p", NULL},
    [PLIM_COUNT_ZERO_INFLATED_POISSON] = {"rate", "p_zero", NULL},
    [PLIM_COUNT_TABLE] = {"counts", "weights", NULL},
};

static const plim_range above_zero_to_one = {0, 1, true, "above 0 and at most 1"};

static void need_unknown(plim_load *load, const plim_value *map, const char *key, const plim_range *range,
                         plim_number *out)
{
	const plim_value *value = plim_get(load, map, key);
	if (value) {
		if (plim_read_unknown(load, value, key, range, out) && isinf(out->value))
			plim_load_error(load, value, "the mean of `%s` is infinite, and with it the number of attempts; add `max`",
			                key);
	} else {
		plim_load_error(load, map, "this frequency needs `%s`", key);
	}
}

static void need_whole(plim_load *load, const plim_value *map, const char *key, uint64_t *out)
{
	const plim_value *value = plim_get(load, map, key);
	if (value)
		plim_read_whole(load, value, key, 0, MOST_COUNT, out);
	else
		plim_load_error(load, map, "this frequency needs `%s`", key);
}

/* `size` is 1/dispersion. A law of the size stays one, for 1/size is of no family. */
static void read_dispersion(plim_load *load, const plim_value *map, plim_frequency *out)
{
	const plim_value *dispersion = plim_get(load, map, "dispersion"), *size = plim_get(load, map, "size");
	if (!dispersion == !size) {
		plim_load_error(load, map, "negative_binomial needs either `dispersion` or `size` (= 1/dispersion)");
		return;
	}
	if (dispersion) {
		plim_read_unknown(load, dispersion, "dispersion", &plim_range_from_zero, &out->dispersion);
		return;
	}
	out->dispersion_is_size = true;
	if (plim_read_unknown(load, size, "size", &plim_range_above_zero, &out->dispersion) && !out->dispersion.law)
		out->dispersion.value = 1 / out->dispersion.value;
	if (!out->dispersion.law)
		out->dispersion_is_size = false;
}

static void read_table(plim_load *load, const plim_value *map, plim_frequency *out)
{
	const plim_value *counts = plim_get(load, map, "counts"), *weights = plim_get(load, map, "weights");
	if (!counts || !weights) {
		plim_load_error(load, map, "`table` needs `counts` and `weights`");
		return;
	}
	size_t count = 0;
	if (!plim_is_list(load, counts, "`counts`") ||
	    !plim_read_numbers(load, weights, "weights", &plim_range_from_zero, &out->weights, &count))
		return;
	if (count != counts->count) {
		plim_load_error(load, weights, "`weights` has %zu numbers, but %u are needed, one for each count", count,
		                counts->count);
		return;
	}
	out->counts = plim_load_keep(load, count, sizeof *out->counts);
	for (uint32_t i = 0; out->counts && i < counts->count; i++)
		plim_read_whole(load, counts->item[i], "counts", 0, MOST_COUNT, &out->counts[i]);
	out->length = out->counts ? count : 0;
}

static void read_law(plim_load *load, const plim_value *map, plim_frequency *out)
{
	switch (out->law) {
	case PLIM_COUNT_FIXED: need_whole(load, map, "count", &out->n); break;
	case PLIM_COUNT_BINOMIAL: need_whole(load, map, "n", &out->n); /* fallthrough */
	case PLIM_COUNT_BERNOULLI: need_unknown(load, map, "p", &plim_range_share, &out->p); break;
	case PLIM_COUNT_GEOMETRIC: need_unknown(load, map, "p", &above_zero_to_one, &out->p); break;
	case PLIM_COUNT_ZERO_INFLATED_POISSON:
		need_unknown(load, map, "p_zero", &plim_range_share, &out->p); /* fallthrough */
	case PLIM_COUNT_POISSON: need_unknown(load, map, "rate", &plim_range_from_zero, &out->mean); break;
	case PLIM_COUNT_NEGATIVE_BINOMIAL:
		need_unknown(load, map, "mean", &plim_range_from_zero, &out->mean);
		read_dispersion(load, map, out);
		break;
	case PLIM_COUNT_TABLE: read_table(load, map, out); break;
	default: break;
	}
}

/* The law with its unknowns at their means: what is wrong with it as a whole. */
static void check_law(plim_load *load, const plim_value *at, const plim_frequency *f)
{
	plim_error error;
	double dispersion = f->dispersion_is_size ? 1 / f->dispersion.value : f->dispersion.value;
	const plim_count count = {f->law, f->n, f->mean.value, f->p.value, dispersion, f->counts, f->weights, f->length};
	if (plim_count_check(&count, &error) != PLIM_OK)
		plim_load_error(load, at, "`frequency`: %s", error.text);
}

static bool find_law(plim_load *load, const plim_value *map, plim_frequency *out)
{
	const char *names[PLIM_COUNT_LAW_COUNT];
	plim_text all = {0};
	for (int i = 0; i < PLIM_COUNT_LAW_COUNT; i++) {
		names[i] = plim_count_law_name((plim_count_law)i);
		plim_text_add(&all, i ? ", " : "");
		plim_text_add(&all, names[i]);
	}
	bool good = map->count == 1 && plim_count_law_parse(map->pair[0].key->text, &out->law);
	if (!good && map->count == 1) {
		char hint[PLIM_HINT_SIZE];
		const char *near = plim_nearest(load, map->pair[0].key->text, names, PLIM_COUNT_LAW_COUNT);
		plim_load_error(load, map->pair[0].key, "there is no frequency \"%s\"%s; there are %s", map->pair[0].key->text,
		                plim_hint(hint, sizeof hint, near), all.data ? all.data : "");
	} else if (!good) {
		plim_load_error(load, map, "`frequency` must name one of %s", all.data ? all.data : "");
	}
	plim_text_free(&all);
	return good;
}

bool plim_read_frequency(plim_load *load, const plim_value *value, plim_frequency *out)
{
	if (value->kind != PLIM_VALUE_MAP) {
		plim_load_error(load, value, "`frequency` must be a map, as {poisson: {rate: 0.4}}");
		return false;
	}
	size_t before = load->findings->errors;
	if (!find_law(load, value, out))
		return false;
	const plim_value *parameters = plim_get(load, value, value->pair[0].key->text);
	if (!parameters)
		return false;
	const char *name = plim_count_law_name(out->law);
	if (parameters->kind == PLIM_VALUE_TEXT && out->law == PLIM_COUNT_FIXED) {
		plim_read_whole(load, parameters, "fixed", 0, MOST_COUNT, &out->n);
	} else if (plim_is_map(load, parameters, name)) {
		plim_check_keys(load, parameters, law_keys[out->law], name);
		read_law(load, parameters, out);
	}
	if (load->findings->errors == before && !plim_load_failed(load))
		check_law(load, value, out);
	return load->findings->errors == before;
}
