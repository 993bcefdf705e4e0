/* SPDX-License-Identifier: Apache-2.0 */
/* Intensities: what makes a bad year for several threats at once. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "model/load.h"

static bool give(plim_load *load, plim_amount *law, const char *name, double value)
{
	plim_given *given = &law->given[law->given_count];
	given->name = plim_mem_string(name);
	given->value = value;
	load->failed |= given->name == NULL;
	law->given_count += given->name != NULL;
	return given->name != NULL;
}

static bool build(plim_load *load, const plim_value *at, plim_amount *law)
{
	plim_error error;
	plim_status status = plim_amount_build(law, &error);
	if (status == PLIM_ERROR_MEMORY)
		load->failed = true;
	else if (status != PLIM_OK)
		plim_load_error(load, at, "an intensity: %s", error.text);
	return status == PLIM_OK;
}

/* A gamma law with mean 1: Poisson counts under it are negative binomial. */
static void read_gamma(plim_load *load, const plim_value *value, plim_intensity *out)
{
	static const char *const keys[] = {"cv", NULL};
	plim_amount *law = out->number.law;
	if (!plim_is_map(load, value, "gamma"))
		return;
	plim_check_keys(load, value, keys, "gamma");
	if (!plim_get_number(load, value, "cv", &plim_range_above_zero, &out->cv)) {
		if (!plim_get(load, value, "cv"))
			plim_load_error(load, value,
			                "the gamma law of an intensity needs `cv`, its standard deviation (its mean is 1)");
		return;
	}
	law->family = PLIM_FAMILY_GAMMA;
	law->given = plim_mem_alloc(2, sizeof *law->given);
	load->failed |= !law->given;
	if (law->given && give(load, law, "mean", 1) && give(load, law, "cv", out->cv))
		build(load, value, law);
}

static bool read_regime(plim_load *load, const plim_value *row, double *factor, double *weight)
{
	static const char *const keys[] = {"weight", "factor", NULL};
	if (!plim_is_map(load, row, "a regime"))
		return false;
	plim_check_keys(load, row, keys, "a regime");
	if (plim_get_number(load, row, "weight", &plim_range_above_zero, weight) &&
	    plim_get_number(load, row, "factor", &plim_range_from_zero, factor))
		return true;
	if (!plim_get(load, row, "weight") || !plim_get(load, row, "factor"))
		plim_load_error(load, row, "a regime needs `weight` and `factor`");
	return false;
}

/* Factors are scaled so that their mean is 1: the frequency of a threat stays the mean over all years. */
static void scale_regimes(plim_load *load, const plim_value *value, plim_intensity *out)
{
	double sum = 0, total = 0;
	for (size_t i = 0; i < out->regimes; i++) {
		sum += out->weight[i] * out->factor[i];
		total += out->weight[i];
	}
	if (!(sum > 0) || !isfinite(sum) || !isfinite(total)) {
		plim_load_error(load, value, "the factors of regimes must not all be 0, and their sum must be finite");
		return;
	}
	plim_amount *law = out->number.law;
	law->family = PLIM_FAMILY_EMPIRICAL;
	law->x = plim_mem_alloc(out->regimes, sizeof *law->x);
	law->w = plim_mem_alloc(out->regimes, sizeof *law->w);
	load->failed |= !law->x || !law->w;
	for (size_t i = 0; i < out->regimes && law->x && law->w; i++) {
		law->x[i] = out->factor[i] *= total / sum;
		law->w[i] = out->weight[i];
	}
	law->count = out->regimes;
	if (law->x && law->w)
		build(load, value, law);
}

static void read_regimes(plim_load *load, const plim_value *value, plim_intensity *out)
{
	size_t before = load->findings->errors;
	if (!plim_is_list(load, value, "`regimes`"))
		return;
	if (value->count < 2)
		plim_load_error(load, value,
		                "`regimes` must have two or more, as [{weight: 0.8, factor: 0.7}, {weight: 0.2, factor: 2.2}]");
	out->factor = plim_load_keep(load, value->count, sizeof *out->factor);
	out->weight = plim_load_keep(load, value->count, sizeof *out->weight);
	for (uint32_t i = 0; out->factor && out->weight && i < value->count; i++)
		if (read_regime(load, value->item[i], &out->factor[out->regimes], &out->weight[out->regimes]))
			out->regimes++;
	if (load->findings->errors == before && !plim_load_failed(load))
		scale_regimes(load, value, out);
}

static bool scales(const plim_threat *threat)
{
	return !threat->custody &&
	       (threat->frequency.law == PLIM_COUNT_POISSON || threat->frequency.law == PLIM_COUNT_NEGATIVE_BINOMIAL ||
	        threat->frequency.law == PLIM_COUNT_ZERO_INFLATED_POISSON);
}

static void read_threats(plim_load *load, const plim_value *row, plim_intensity *out)
{
	const plim_value *value = plim_get(load, row, "threats");
	if (!value) {
		plim_load_error(load, row, "an intensity needs `threats`, the ids of those whose frequencies it multiplies");
		return;
	}
	plim_read_references(load, value, "threats", "threat", &load->threat_names, &out->threat, &out->threats);
	for (size_t i = 0; i < out->threats; i++) {
		plim_threat *threat = &load->model->threat[out->threat[i]];
		if (!scales(threat))
			plim_load_error(
			    load, value,
			    "the frequency of threat \"%s\" has no mean that an intensity could multiply: it must be poisson, "
			    "negative_binomial or zero_inflated_poisson",
			    threat->id);
		else if (threat->intensity)
			plim_load_error(load, value, "the threat \"%s\" has an intensity already; one is all it can have",
			                threat->id);
		else
			threat->intensity = &out->number;
	}
}

static void read_intensity(plim_load *load, const plim_value *row, plim_intensity *out)
{
	static const char *const keys[] = {"group", "threats", "gamma", "regimes", NULL};
	const plim_value *group = plim_get(load, row, "group"), *gamma = plim_get(load, row, "gamma"),
	                 *regimes = plim_get(load, row, "regimes");
	plim_check_keys(load, row, keys, "an intensity");
	out->cv = NAN;
	out->number.value = 1;
	out->number.law = plim_load_keep(load, 1, sizeof *out->number.law);
	out->group = (char *)"";
	if (group)
		plim_read_id(load, group, "group", &out->group);
	else
		plim_load_error(load, row, "an intensity needs `group`, its name");
	if (!gamma == !regimes)
		plim_load_error(load, row, "an intensity needs either `gamma`, as {cv: 0.5}, or `regimes`");
	else if (out->number.law && gamma)
		read_gamma(load, gamma, out);
	else if (out->number.law)
		read_regimes(load, regimes, out);
}

static int by_group(const void *a, const void *b)
{
	const plim_intensity *x = a, *y = b;
	int order = strcmp(x->group, y->group);
	return order ? order : x->position < y->position ? -1 : 1;
}

void plim_read_intensities(plim_load *load)
{
	plim_model *model = load->model;
	const plim_value **row;
	size_t count = plim_get_records(load, "intensity", "an intensity", &row);
	model->intensity = plim_load_keep(load, count, sizeof *model->intensity);
	if (!model->intensity)
		return;
	model->intensities = count;
	for (uint32_t i = 0; i < count; i++) {
		model->intensity[i].position = i;
		read_intensity(load, row[i], &model->intensity[i]);
	}
	/* threats point to where the records stay */
	qsort(model->intensity, count, sizeof *model->intensity, by_group);
	plim_names names = {0};
	for (uint32_t i = 0; i < count; i++) {
		const plim_value *at = row[model->intensity[i].position];
		read_threats(load, at, &model->intensity[i]);
		plim_index_record(load, &names, "intensity", model->intensity[i].group, i, at);
	}
	plim_names_clear(&names);
}
