/* SPDX-License-Identifier: Apache-2.0 */
/* Controls: what they reduce or add, where, and what they cost. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/load.h"

static const char *const control_keys[] = {
    "id",         "title",       "description", "category", "clause",   "where",     "against",    "reduces",
    "adds",       "coverage",    "cost",        "owner",    "status",   "start_day", "evidence",   "notes",
    "confidence", "reliability", "requires",    "excludes", "friction", "roles",     "staff_days", NULL};

static int by_component(const void *a, const void *b)
{
	return strcmp(((const plim_component_reduction *)a)->component, ((const plim_component_reduction *)b)->component);
}

/* True if some threat that the control acts against has the loss component. */
static bool meets_component(const plim_load *load, const plim_control *control, const char *name)
{
	for (size_t i = 0; i < control->against_count; i++) {
		const plim_threat *threat = &load->model->threat[control->against[i]];
		for (size_t c = 0; c < threat->losses; c++)
			if (strcmp(threat->loss[c].component, name) == 0)
				return true;
	}
	return false;
}

/* `reduces: {losses: {goods: 0.3}}`: by component, as the threats name them. */
static void read_components(plim_load *load, const plim_value *map, plim_control *control)
{
	if (!map || !plim_is_map(load, map, "`losses` of `reduces`"))
		return;
	control->component = plim_load_keep(load, map->count, sizeof *control->component);
	if (!control->component)
		return;
	for (uint32_t i = 0; i < map->count; i++) {
		const plim_value *key = map->pair[i].key;
		plim_component_reduction *reduction = &control->component[control->components];
		if (!plim_read_id(load, key, "loss component", &reduction->component))
			continue;
		control->components++;
		plim_get_unknown(load, map, key->text, &plim_range_share, &reduction->share);
		if (load->findings->errors == 0 && !meets_component(load, control, key->text))
			plim_load_error(load, key, "no threat that this control acts against has a loss component \"%s\"",
			                key->text);
	}
	qsort(control->component, control->components, sizeof *control->component, by_component);
}

static void read_reductions(plim_load *load, const plim_value *row, plim_control *control)
{
	static const char *const keys[] = {"frequency", "vulnerability", "loss", "losses", "outage_days", NULL};
	const plim_value *map = plim_get(load, row, "reduces");
	if (!map || !plim_is_map(load, map, "`reduces`"))
		return;
	plim_check_keys(load, map, keys, "`reduces`");
	plim_get_unknown(load, map, "frequency", &plim_range_share, &control->reduces_frequency);
	plim_get_unknown(load, map, "vulnerability", &plim_range_share, &control->reduces_vulnerability);
	plim_get_unknown(load, map, "loss", &plim_range_share, &control->reduces_loss);
	plim_get_unknown(load, map, "outage_days", &plim_range_share, &control->reduces_outage);
	read_components(load, plim_get(load, map, "losses"), control);
}

/* Passages are those of the model's trips over the legs that the control protects, unless they are given. */
static void read_friction(plim_load *load, const plim_value *row, plim_control *control)
{
	static const char *const keys[] = {"hours_per_passage", "passages_per_year", "cost_per_hour", NULL};
	plim_friction *friction = &control->friction;
	friction->passages_per_year = NAN;
	const plim_value *map = plim_get(load, row, "friction");
	if (!map || !plim_is_map(load, map, "`friction`"))
		return;
	plim_check_keys(load, map, keys, "`friction`");
	plim_get_unknown(load, map, "hours_per_passage", &plim_range_from_zero, &friction->hours);
	plim_get_number(load, map, "passages_per_year", &plim_range_from_zero, &friction->passages_per_year);
	plim_get_number(load, map, "cost_per_hour", &plim_range_from_zero, &friction->cost_per_hour);
	if (!plim_get(load, map, "hours_per_passage"))
		plim_load_error(load, map,
		                "`friction` needs `hours_per_passage`, what the control adds to each passage of a leg");
	if (isnan(friction->passages_per_year) && load->model->trips == 0)
		plim_load_error(load, map, "`friction` needs `passages_per_year`, or `trips` whose passages can be counted");
}

static void read_additions(plim_load *load, const plim_value *row, plim_control *control)
{
	static const char *const keys[] = {"buffer_days", "substitution", NULL};
	const plim_value *map = plim_get(load, row, "adds");
	if (!map || !plim_is_map(load, map, "`adds`"))
		return;
	plim_check_keys(load, map, keys, "`adds`");
	plim_get_number(load, map, "buffer_days", &plim_range_from_zero, &control->adds_buffer_days);
	plim_get_number(load, map, "substitution", &plim_range_share, &control->adds_substitution);
}

static void read_cost(plim_load *load, const plim_value *row, plim_control *control)
{
	static const char *const keys[] = {"capital", "annual", "life_years", NULL};
	control->life_years = NAN;
	const plim_value *map = plim_get(load, row, "cost");
	if (!map || !plim_is_map(load, map, "`cost`"))
		return;
	plim_check_keys(load, map, keys, "`cost`");
	plim_get_unknown(load, map, "capital", &plim_range_from_zero, &control->cost_capital);
	plim_get_unknown(load, map, "annual", &plim_range_from_zero, &control->cost_annual);
	plim_get_number(load, map, "life_years", &plim_range_above_zero, &control->life_years);
}

static void read_against(plim_load *load, const plim_value *row, plim_control *control)
{
	const plim_value *value = plim_get(load, row, "against");
	const plim_model *model = load->model;
	if (value) {
		plim_read_references(load, value, "against", "threat", &load->threat_names, &control->against,
		                     &control->against_count);
		return;
	}
	control->against_all = true;
	control->against = plim_load_keep(load, model->threats, sizeof *control->against);
	for (uint32_t i = 0; control->against && i < model->threats; i++)
		control->against[i] = i;
	control->against_count = control->against ? model->threats : 0;
}

static void read_texts(plim_load *load, const plim_value *row, plim_control *control)
{
	plim_need_id(load, row, "a control", &control->id);
	plim_get_text(load, row, "title", &control->title);
	plim_get_text(load, row, "description", &control->description);
	plim_get_text(load, row, "owner", &control->owner);
	plim_get_text(load, row, "status", &control->status);
	plim_get_text(load, row, "notes", &control->notes);
	plim_get_text(load, row, "evidence", &control->evidence);
	plim_get_text(load, row, "confidence", &control->confidence);
	control->category = plim_get_word(load, row, "category", plim_categories);
}

static void read_control(plim_load *load, const plim_value *row, plim_control *control)
{
	plim_check_keys(load, row, control_keys, "a control");
	read_texts(load, row, control);
	char *clause;
	const plim_value *at = plim_get(load, row, "clause");
	control->clause = -1;
	if (at && plim_read_text(load, at, "clause", &clause))
		control->clause = plim_read_clause(load, at, clause);
	plim_read_selector(load, plim_get(load, row, "where"), "`where`", true, &control->where);
	read_against(load, row, control);
	read_reductions(load, row, control);
	read_additions(load, row, control);
	read_cost(load, row, control);
	plim_read_duties(load, row, control);
	read_friction(load, row, control);
	control->reliability.value = 1;
	plim_get_unknown(load, row, "reliability", &plim_range_share, &control->reliability);
	control->coverage.value = 1;
	plim_get_unknown(load, row, "coverage", &plim_range_share, &control->coverage);
	plim_get_number(load, row, "start_day", &plim_range_from_zero, &control->start_day);
	if (control->start_day >= 365.0 * load->model->horizon_years)
		plim_load_warn(load, plim_get(load, row, "start_day"),
		               "this control starts after the horizon and has no effect");
}

static int by_id(const void *a, const void *b)
{
	const plim_control *x = a, *y = b;
	int order = strcmp(x->id, y->id);
	return order ? order : x->position < y->position ? -1 : 1;
}

/* Controls name one another, so these are read when all have their place. */
static void read_dependence(plim_load *load, plim_control *control, uint32_t number)
{
	const plim_value *row = load->control_row[control->position];
	const plim_value *requires = plim_get(load, row, "requires"), *excludes = plim_get(load, row, "excludes");
	if (requires)
		plim_read_references(load, requires, "requires", "control", &load->control_names, &control->requires,
		                     &control->requires_count);
	if (excludes)
		plim_read_references(load, excludes, "excludes", "control", &load->control_names, &control->excludes,
		                     &control->excludes_count);
	for (size_t i = 0; i < control->requires_count; i++)
		if (control->requires[i] == number)
			plim_load_error(load, requires, "the control \"%s\" requires itself", control->id);
	for (size_t i = 0; i < control->excludes_count; i++)
		if (control->excludes[i] == number)
			plim_load_error(load, excludes, "the control \"%s\" excludes itself", control->id);
}

void plim_read_controls(plim_load *load)
{
	plim_model *model = load->model;
	size_t count = plim_get_records(load, "controls", "a control", &load->control_row);
	model->control = plim_load_keep(load, count, sizeof *model->control);
	if (!model->control)
		return;
	model->controls = count;
	for (uint32_t i = 0; i < count; i++) {
		model->control[i].position = i;
		read_control(load, load->control_row[i], &model->control[i]);
	}
	qsort(model->control, count, sizeof *model->control, by_id);
	for (uint32_t i = 0; i < count; i++)
		plim_index_record(load, &load->control_names, "control", model->control[i].id, i,
		                  load->control_row[model->control[i].position]);
	for (uint32_t i = 0; i < count; i++)
		read_dependence(load, &model->control[i], i);
}
