/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A FairModel. There the loss of a year is the product of a drawn rate and a drawn magnitude; here the rate is an
 * uncertain Poisson rate and each event has a magnitude of its own: the mean is the same, the spread is that of events.
 */
#include <math.h>
#include <string.h>

#include "base/text.h"
#include "model/import_parts.h"

#define LEF "Loss Event Frequency"
#define TEF "Threat Event Frequency"
#define VULNERABILITY "Vulnerability"
#define LM "Loss Magnitude"
#define PLM "Probable Loss Magnitude"
#define PL "Primary Loss"
#define SL "Secondary Loss"

static const char *const kept[] = {LEF,
                                   TEF,
                                   VULNERABILITY,
                                   LM,
                                   PLM,
                                   PL,
                                   SL,
                                   "name",
                                   "n_simulations",
                                   "random_seed",
                                   "model_uuid",
                                   "creation_date",
                                   "Creation Datetime",
                                   "type",
                                   NULL};

/* Names of nodes that have no counterpart, and why. */
static const char *const refused[][2] = {
    {"Contact Frequency", "give the Threat Event Frequency instead of the product it is part of"},
    {"Probability of Action", "give the Threat Event Frequency instead of the product it is part of"},
    {"Threat Capability", "give the Vulnerability instead of the comparison it is part of"},
    {"Control Strength", "give the Vulnerability instead of the comparison it is part of"},
    {"Secondary Loss Event Frequency", "give the Secondary Loss as one law"},
    {"Secondary Loss Event Magnitude", "give the Secondary Loss as one law"},
    {"multi_Secondary Loss", "give the Secondary Loss as one law"},
    {"Risk", "it is a result"},
};

static bool is_kept(const char *key)
{
	for (const char *const *k = kept; *k; k++)
		if (strcmp(*k, key) == 0)
			return true;
	return false;
}

static void refuse_the_rest(plim_load *load, const plim_value *root)
{
	for (uint32_t i = 0; i < root->count; i++) {
		const plim_value *key = root->pair[i].key;
		const char *why = "there is no counterpart in a model";
		if (is_kept(key->text))
			continue;
		for (size_t k = 0; k < sizeof refused / sizeof *refused; k++)
			if (strcmp(refused[k][0], key->text) == 0)
				why = refused[k][1];
		plim_load_error(load, key, "\"%s\" cannot be honoured: %s", key->text, why);
	}
}

typedef enum kind { RATE, SHARE, MONEY } kind;

static void add_normal(plim_importer *importer, double mean, double sd, kind use)
{
	plim_text *out = importer->out;
	plim_text_add(out, "{normal: {mean: ");
	plim_import_number(out, mean);
	plim_text_add(out, ", sd: ");
	plim_import_number(out, sd);
	plim_text_add(out, use == SHARE ? ", min: 0, max: 1}}" : ", min: 0}}");
}

static void add_pert(plim_importer *importer, const double at[3], double gamma)
{
	plim_text *out = importer->out;
	const char *const keys[] = {"{pert: {min: ", ", mode: ", ", max: "};
	for (int k = 0; k < 3; k++) {
		plim_text_add(out, keys[k]);
		plim_import_number(out, at[k]);
	}
	plim_text_add(out, ", lambda: ");
	plim_import_number(out, gamma);
	plim_text_add(out, "}}");
}

/* A node's law as an amount or a number. */
static void add_law(plim_importer *importer, const plim_value *map, const char *name, kind use)
{
	static const char *const keys[] = {"low", "mode", "high", "gamma", "mean", "stdev", "constant", NULL};
	plim_load *load = importer->load;
	double at[3] = {NAN, NAN, NAN}, gamma = 4, mean = NAN, sd = NAN, constant = NAN;
	size_t before = load->findings->errors;
	if (!plim_is_map(load, map, name))
		return;
	plim_check_keys(load, map, keys, name);
	for (int k = 0; k < 3; k++)
		plim_get_number(load, map, keys[k], &plim_range_from_zero, &at[k]);
	plim_get_number(load, map, "gamma", &plim_range_above_zero, &gamma);
	plim_get_number(load, map, "mean", &plim_range_from_zero, &mean);
	plim_get_number(load, map, "stdev", &plim_range_from_zero, &sd);
	plim_get_number(load, map, "constant", &plim_range_from_zero, &constant);
	if (load->findings->errors > before)
		return;
	if (!isnan(constant))
		plim_import_number(importer->out, constant);
	else if (!isnan(mean) && !isnan(sd))
		add_normal(importer, mean, sd, use);
	else if (!isnan(at[0]) && !isnan(at[1]) && !isnan(at[2]))
		add_pert(importer, at, gamma);
	else
		plim_load_error(load, map, "%s needs low, mode and high, or mean and stdev, or a constant", name);
}

static void add_frequency(plim_importer *importer, const plim_value *root)
{
	plim_load *load = importer->load;
	const plim_value *lef = plim_get(load, root, LEF), *tef = plim_get(load, root, TEF),
	                 *vulnerability = plim_get(load, root, VULNERABILITY);
	if (lef && (tef || vulnerability))
		plim_load_error(load, lef, "\"" LEF "\" stands beside what it is computed from; remove one");
	else if (!lef && (!tef || !vulnerability))
		plim_load_error(load, root, "the model needs \"" LEF "\", or \"" TEF "\" and \"" VULNERABILITY "\"");
	else {
		plim_text_add(importer->out, "    frequency: {poisson: {rate: ");
		add_law(importer, lef ? lef : tef, lef ? LEF : TEF, RATE);
		plim_text_add(importer->out, "}}\n");
		if (tef) {
			plim_text_add(importer->out, "    vulnerability: ");
			add_law(importer, vulnerability, VULNERABILITY, SHARE);
			plim_text_add(importer->out, "\n");
		}
	}
}

static void add_loss(plim_importer *importer, const plim_value *root)
{
	plim_load *load = importer->load;
	const plim_value *all = plim_get(load, root, LM), *old = plim_get(load, root, PLM),
	                 *primary = plim_get(load, root, PL), *secondary = plim_get(load, root, SL);
	all = all ? all : old;
	if (all && (primary || secondary)) {
		plim_load_error(load, all, "the magnitude of losses stands beside what it is computed from; remove one");
	} else if (all) {
		plim_text_add(importer->out, "    loss: ");
		add_law(importer, all, LM, MONEY);
		plim_text_add(importer->out, "\n");
	} else if (primary && secondary) {
		plim_text_add(importer->out, "    losses:\n      primary: ");
		add_law(importer, primary, PL, MONEY);
		plim_text_add(importer->out, "\n      secondary: ");
		add_law(importer, secondary, SL, MONEY);
		plim_text_add(importer->out, "\n");
	} else {
		plim_load_error(load, root, "the model needs \"" LM "\", or \"" PL "\" and \"" SL "\"");
	}
}

void plim_import_pyfair(plim_importer *importer, const plim_value *root)
{
	plim_load *load = importer->load;
	char *type, *name;
	plim_get_text(load, root, "type", &type);
	plim_get_text(load, root, "name", &name);
	if (strcmp(type, "FairModel") != 0) {
		plim_load_error(load, root,
		                "\"type\" must be FairModel, found \"%.40s\"; a metamodel is imported model by model", type);
		return;
	}
	refuse_the_rest(load, root);
	plim_import_head(importer, *name ? name : "FAIR model", "pyfair");
	plim_text_add(importer->out, "  - id: loss_event\n");
	add_frequency(importer, root);
	add_loss(importer, root);
	plim_load_note(load, root,
	               "a year's loss was rate times magnitude there; here events come at that rate and each has its own "
	               "magnitude: the mean is the same, percentiles are not");
}
