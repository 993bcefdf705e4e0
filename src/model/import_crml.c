/* SPDX-License-Identifier: Apache-2.0 */
/* A CRML document. Counts are per asset and independent, so those of n assets add up: Poisson n lambda, and a negative
 * binomial for gamma_poisson, whose rate is drawn for each asset. */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/import_parts.h"

static const char *const root_keys[] = {"crml", "meta", "data", "model", "pipeline", "output", NULL};
static const char *const model_keys[] = {"assets", "frequency", "severity", NULL};
static const char *const asset_keys[] = {"name", "cardinality", NULL};

/* Blocks that say where data come from, how to run and what to print: nothing of the model. */
static void note_the_rest(plim_load *load, const plim_value *root)
{
	static const char *const passed[] = {"data", "pipeline", "output"};
	for (size_t k = 0; k < 3; k++) {
		const plim_value *value = plim_get(load, root, passed[k]);
		if (value)
			plim_load_note(load, value, "`%s` is left out: it says nothing of the model", passed[k]);
	}
}

static double cardinality(plim_load *load, const plim_value *model)
{
	const plim_value *assets = plim_get(load, model, "assets");
	double count = 1;
	if (!assets)
		return 1;
	if (assets->kind == PLIM_VALUE_LIST && assets->count > 1) {
		plim_load_error(load, assets, "several kinds of `assets` cannot be honoured: split the file");
		return 1;
	}
	if (assets->kind == PLIM_VALUE_LIST && assets->count == 1)
		assets = assets->item[0];
	if (!plim_is_map(load, assets, "`assets`"))
		return 1;
	plim_check_keys(load, assets, asset_keys, "`assets` (as far as it can be honoured)");
	plim_get_number(load, assets, "cardinality", &plim_range_above_zero, &count);
	return count;
}

/* Number of a key of `parameters`, NAN (with an error) if it is not there; text in quotes may be a number too. */
static double need(plim_load *load, const plim_value *map, const char *key, const plim_range *range)
{
	double value = NAN;
	if (!plim_get(load, map, key))
		plim_load_error(load, map, "`%s` is needed here", key);
	else
		plim_get_number(load, map, key, range, &value);
	return value;
}

static void add_frequency(plim_importer *importer, const plim_value *model)
{
	static const char *const keys[] = {"model", "scope", "parameters", NULL};
	static const char *const poisson[] = {"lambda", NULL}, *const gamma[] = {"alpha_base", "beta_base", NULL};
	static const char *const scopes[] = {"asset", "portfolio", NULL};
	plim_load *load = importer->load;
	double assets = cardinality(load, model);
	const plim_value *map = plim_get(load, model, "frequency");
	char *name;
	if (!map || !plim_is_map(load, map, "`frequency`")) {
		plim_load_error(load, model, "`model` needs `frequency`");
		return;
	}
	plim_check_keys(load, map, keys, "`frequency` (as far as it can be honoured)");
	if (plim_get_choice(load, map, "scope", scopes) == 1)
		assets = 1;
	plim_need_text(load, map, "model", "`frequency`", &name);
	const plim_value *parameters = plim_get(load, map, "parameters");
	if (!parameters || !plim_is_map(load, parameters, "`parameters`")) {
		plim_load_error(load, map, "`frequency` needs `parameters`");
	} else if (strcmp(name, "poisson") == 0) {
		plim_check_keys(load, parameters, poisson, "poisson");
		plim_text_add(importer->out, "    frequency: {poisson: {rate: ");
		plim_import_number(importer->out, assets * need(load, parameters, "lambda", &plim_range_from_zero));
		plim_text_add(importer->out, "}}\n");
	} else if (strcmp(name, "gamma_poisson") == 0) {
		plim_check_keys(load, parameters, gamma, "gamma_poisson");
		double alpha = need(load, parameters, "alpha_base", &plim_range_above_zero);
		plim_text_add(importer->out, "    frequency: {negative_binomial: {mean: ");
		plim_import_number(importer->out, assets * alpha / need(load, parameters, "beta_base", &plim_range_above_zero));
		plim_text_add(importer->out, ", size: ");
		plim_import_number(importer->out, assets * alpha);
		plim_text_add(importer->out, "}}\n");
	} else {
		plim_load_error(load, plim_get(load, map, "model"),
		                "the frequency \"%.40s\" cannot be honoured; poisson and gamma_poisson can", name);
	}
}

/* A law of a loss; `extra` is one more key that may stand beside its parameters. */
static void add_law(plim_importer *importer, const plim_value *at, const char *name, const plim_value *map,
                    const char *extra)
{
	plim_load *load = importer->load;
	const char *lognormal[] = {"mu", "median", "sigma", "currency", extra, NULL},
	           *gamma[] = {"shape", "scale", "currency", extra, NULL};
	bool is_gamma = strcmp(name, "gamma") == 0;
	if (!is_gamma && strcmp(name, "lognormal") != 0) {
		plim_load_error(load, at,
		                "the severity \"%.40s\" cannot be honoured; lognormal, gamma and mixtures of them can", name);
		return;
	}
	if (!plim_is_map(load, map, name))
		return;
	plim_check_keys(load, map, is_gamma ? gamma : lognormal, name);
	const plim_value *currency = plim_get(load, map, "currency");
	if (currency && (currency->kind != PLIM_VALUE_TEXT || strcmp(currency->text, importer->currency) != 0))
		plim_load_error(load, currency, "another currency than that of the import (%s) cannot be honoured",
		                importer->currency);
	bool median = !is_gamma && plim_get(load, map, "median");
	const char *first = is_gamma ? "shape" : median ? "median" : "mu", *second = is_gamma ? "scale" : "sigma";
	plim_text_add_format(importer->out, "{%s: {%s: ", name, first);
	plim_import_number(importer->out,
	                   need(load, map, first, is_gamma || median ? &plim_range_above_zero : &plim_range_any));
	plim_text_add_format(importer->out, ", %s: ", second);
	plim_import_number(importer->out, need(load, map, second, &plim_range_above_zero));
	plim_text_add(importer->out, "}}");
}

static void add_mixture(plim_importer *importer, const plim_value *severity)
{
	plim_load *load = importer->load;
	const plim_value *list = plim_get(load, severity, "components");
	if (!list || !plim_is_list(load, list, "`components`")) {
		plim_load_error(load, severity, "a mixture needs `components`");
		return;
	}
	plim_text_add(importer->out, "{mixture: {weights: [");
	for (uint32_t i = 0; i < list->count; i++) {
		const plim_value *part = list->item[i];
		if (!plim_is_map(load, part, "a component") || part->count != 1 ||
		    !plim_is_map(load, part->pair[0].value, "the law of a component")) {
			plim_load_error(load, part, "a component must be one law with its weight");
			return;
		}
		plim_text_add(importer->out, i ? ", " : "");
		plim_import_number(importer->out, need(load, part->pair[0].value, "weight", &plim_range_from_zero));
	}
	plim_text_add(importer->out, "], of: [");
	for (uint32_t i = 0; i < list->count; i++) {
		const plim_pair *pair = &list->item[i]->pair[0];
		plim_text_add(importer->out, i ? ", " : "");
		add_law(importer, pair->key, pair->key->text, pair->value, "weight");
	}
	plim_text_add(importer->out, "]}}");
}

static void add_severity(plim_importer *importer, const plim_value *model)
{
	static const char *const keys[] = {"model", "parameters", "components", NULL};
	plim_load *load = importer->load;
	const plim_value *map = plim_get(load, model, "severity");
	char *name;
	if (!map || !plim_is_map(load, map, "`severity`")) {
		plim_load_error(load, model, "`model` needs `severity`");
		return;
	}
	plim_check_keys(load, map, keys, "`severity` (as far as it can be honoured)");
	plim_need_text(load, map, "model", "`severity`", &name);
	const plim_value *parameters = plim_get(load, map, "parameters");
	plim_text_add(importer->out, "    loss: ");
	if (strcmp(name, "mixture") == 0)
		add_mixture(importer, map);
	else if (parameters)
		add_law(importer, plim_get(load, map, "model"), name, parameters, NULL);
	else
		plim_load_error(load, map, "`severity` needs `parameters`");
	plim_text_add(importer->out, "\n");
}

void plim_import_crml(plim_importer *importer, const plim_value *root)
{
	plim_load *load = importer->load;
	char *version, *name;
	plim_get_text(load, root, "crml", &version);
	if (strcmp(version, "1.0") != 0 && strcmp(version, "1.1") != 0) {
		plim_load_error(load, root, "`crml` must be \"1.0\" or \"1.1\", found \"%.20s\"", version);
		return;
	}
	plim_check_keys(load, root, root_keys, "a CRML document");
	note_the_rest(load, root);
	const plim_value *meta = plim_get(load, root, "meta"), *model = plim_get(load, root, "model");
	if (!meta || !plim_is_map(load, meta, "`meta`") || !model || !plim_is_map(load, model, "`model`")) {
		plim_load_error(load, root, "a CRML document needs `meta` and `model`");
		return;
	}
	plim_need_text(load, meta, "name", "`meta`", &name);
	plim_check_keys(load, model, model_keys, "`model` (as far as it can be honoured)");
	plim_import_head(importer, name, "CRML");
	plim_text_add(importer->out, "  - id: loss_event\n");
	add_frequency(importer, model);
	add_severity(importer, model);
}
