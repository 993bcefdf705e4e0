/* SPDX-License-Identifier: Apache-2.0 */
/* Controls: what they reduce or add, where, and what they cost. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/load.h"

static const char *const control_keys[] = {"id",      "title",     "description", "category", "clause",     "where",
                                           "against", "reduces",   "adds",        "coverage", "cost",       "owner",
                                           "status",  "start_day", "evidence",    "notes",    "confidence", NULL};

static void read_reductions(plim_load *load, const plim_value *row, plim_control *control)
{
	static const char *const keys[] = {"frequency", "vulnerability", "loss", "outage_days", NULL};
	const plim_value *map = plim_get(load, row, "reduces");
	if (!map || !plim_is_map(load, map, "`reduces`"))
		return;
	plim_check_keys(load, map, keys, "`reduces`");
	plim_get_unknown(load, map, "frequency", &plim_range_share, &control->reduces_frequency);
	plim_get_unknown(load, map, "vulnerability", &plim_range_share, &control->reduces_vulnerability);
	plim_get_unknown(load, map, "loss", &plim_range_share, &control->reduces_loss);
	plim_get_unknown(load, map, "outage_days", &plim_range_share, &control->reduces_outage);
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
}
