/* SPDX-License-Identifier: Apache-2.0 */
/* Scenarios and insurance. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/load.h"

/* ---- scenarios ---- */

static void check_dependence(plim_load *load, const plim_value *at, const plim_scenario *scenario)
{
	const plim_control *all = load->model->control;
	for (size_t i = 0; i < scenario->controls; i++) {
		const plim_control *control = &all[scenario->control[i]];
		for (size_t r = 0; r < control->requires_count; r++)
			if (!plim_list_has(scenario->control, scenario->controls, control->requires[r]))
				plim_load_error(load, at,
				                "the control \"%s\" requires \"%s\", which this scenario does not have; add it",
				                control->id, all[control->requires[r]].id);
		for (size_t r = 0; r < control->excludes_count; r++)
			if (plim_list_has(scenario->control, scenario->controls, control->excludes[r]))
				plim_load_error(load, at, "the control \"%s\" excludes \"%s\"; leave one of them out of this scenario",
				                control->id, all[control->excludes[r]].id);
	}
}

static void all_policies(plim_load *load, plim_scenario *scenario)
{
	size_t count = load->model->insurances;
	scenario->policies_all = true;
	scenario->policy = plim_load_keep(load, count, sizeof *scenario->policy);
	scenario->policies = scenario->policy ? count : 0;
	for (uint32_t i = 0; i < scenario->policies; i++)
		scenario->policy[i] = i;
}

static void read_policies(plim_load *load, const plim_value *row, plim_scenario *scenario)
{
	const plim_value *value = plim_get(load, row, "insurance");
	if (value)
		plim_read_references(load, value, "insurance", "insurance", &load->insurance_names, &scenario->policy,
		                     &scenario->policies);
	else
		all_policies(load, scenario);
}

static void read_scenario(plim_load *load, const plim_value *row, plim_scenario *scenario)
{
	static const char *const keys[] = {"id", "title", "controls", "insurance", NULL};
	plim_check_keys(load, row, keys, "a scenario");
	plim_need_id(load, row, "a scenario", &scenario->id);
	plim_get_text(load, row, "title", &scenario->title);
	const plim_value *controls = plim_get(load, row, "controls");
	if (controls)
		plim_read_references(load, controls, "controls", "control", &load->control_names, &scenario->control,
		                     &scenario->controls);
	if (controls)
		check_dependence(load, controls, scenario);
	read_policies(load, row, scenario);
}

static int by_scenario(const void *a, const void *b)
{
	const plim_scenario *x = a, *y = b;
	int order = strcmp(x->id, y->id);
	return order ? order : x->position < y->position ? -1 : 1;
}

static void base_scenario(plim_load *load)
{
	plim_model *model = load->model;
	all_policies(load, model->scenario);
	model->scenario->id = plim_arena_text(load->keep, "base");
	model->scenario->title = plim_arena_text(load->keep, "");
	model->scenarios = 1;
}

void plim_read_scenarios(plim_load *load)
{
	plim_model *model = load->model;
	const plim_value **row, *list = plim_get(load, load->root, "scenarios");
	size_t count = plim_get_records(load, "scenarios", "a scenario", &row);
	model->scenario = plim_load_keep(load, count + 1, sizeof *model->scenario);
	if (!model->scenario)
		return;
	if (!list) {
		base_scenario(load);
		return;
	}
	if (list->kind == PLIM_VALUE_LIST && !list->count)
		plim_load_error(load, list, "`scenarios` is empty; name one or remove the key");
	model->scenarios = count;
	for (uint32_t i = 0; i < count; i++) {
		model->scenario[i].position = i;
		read_scenario(load, row[i], &model->scenario[i]);
	}
	qsort(model->scenario, count, sizeof *model->scenario, by_scenario);
	for (uint32_t i = 0; i < count; i++)
		plim_index_record(load, &load->scenario_names, "scenario", model->scenario[i].id, i,
		                  row[model->scenario[i].position]);
}

/* ---- insurance ---- */

static void read_covers(plim_load *load, const plim_value *row, plim_policy_cover *policy)
{
	const plim_value *value = plim_get(load, row, "covers");
	if (value)
		plim_read_references(load, value, "covers", "threat", &load->threat_names, &policy->covers,
		                     &policy->covers_count);
	if (value && !policy->covers_count && !load->findings->errors)
		plim_load_error(load, value, "`covers` is empty; name a threat");
	else if (!value)
		plim_load_error(load, row, "an insurance needs `covers`, the threats whose losses it bears");
}

static void read_policy_cover(plim_load *load, const plim_value *row, plim_policy_cover *policy)
{
	static const char *const keys[] = {
	    "id",    "covers",       "deductible", "limit", "aggregate_deductible", "aggregate_limit",
	    "share", "waiting_days", "premium",    NULL};
	plim_check_keys(load, row, keys, "an insurance");
	plim_need_id(load, row, "an insurance", &policy->id);
	read_covers(load, row, policy);
	policy->limit = policy->aggregate_limit = INFINITY;
	policy->share = 1;
	plim_get_number(load, row, "deductible", &plim_range_from_zero, &policy->deductible);
	plim_get_number(load, row, "limit", &plim_range_above_zero, &policy->limit);
	plim_get_number(load, row, "aggregate_deductible", &plim_range_from_zero, &policy->aggregate_deductible);
	plim_get_number(load, row, "aggregate_limit", &plim_range_above_zero, &policy->aggregate_limit);
	plim_get_number(load, row, "share", &plim_range_share, &policy->share);
	plim_get_number(load, row, "waiting_days", &plim_range_from_zero, &policy->waiting_days);
	plim_get_number(load, row, "premium", &plim_range_from_zero, &policy->premium);
}

static int by_policy(const void *a, const void *b)
{
	const plim_policy_cover *x = a, *y = b;
	int order = strcmp(x->id, y->id);
	return order ? order : x->position < y->position ? -1 : 1;
}

void plim_read_insurance(plim_load *load)
{
	plim_model *model = load->model;
	const plim_value **row;
	size_t count = plim_get_records(load, "insurance", "an insurance", &row);
	model->insurance = plim_load_keep(load, count, sizeof *model->insurance);
	if (!model->insurance)
		return;
	model->insurances = count;
	for (uint32_t i = 0; i < count; i++) {
		model->insurance[i].position = i;
		read_policy_cover(load, row[i], &model->insurance[i]);
	}
	qsort(model->insurance, count, sizeof *model->insurance, by_policy);
	for (uint32_t i = 0; i < count; i++)
		plim_index_record(load, &load->insurance_names, "insurance", model->insurance[i].id, i,
		                  row[model->insurance[i].position]);
}
