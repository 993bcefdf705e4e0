/* SPDX-License-Identifier: Apache-2.0 */
#include "report/data_review.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/data_manage.h"
#include "report/data_monitor.h"
#include "report/put.h"
#include "report/review_decisions.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- what changed in the model ---- */

static const plim_table_column change_columns[] = {
    {"list", "List", false}, {"name", "Name", false},     {"change", "Change", false},
    {"key", "Key", false},   {"before", "Before", false}, {"after", "After", false},
};

static void fill_changes(const plim_review_source *source, plim_table *table)
{
	const plim_diff *diff = &source->review->diff;
	for (size_t i = 0; i < diff->count; i++) {
		const plim_change *change = &diff->change[i];
		plim_table_text(table, plim_change_list(change));
		plim_table_text(table, change->name);
		plim_table_text(table, plim_change_name(change->kind));
		plim_table_text(table, change->key);
		plim_table_text(table, change->before);
		plim_table_text(table, change->after);
	}
}

/* ---- losses ---- */

static const char *scenario_id(const plim_review *r, size_t pair)
{
	return r->after->scenario[r->pair[pair].after].id;
}

static const plim_table_column loss_columns[] = {
    {"scenario", "Scenario", false}, {"figure", "Figure", false},  {"p", "p", true},
    {"group_kind", "Kind", false},   {"group", "Group", false},    {"before", "Before", true},
    {"after", "After", true},        {"change", "Change", true},   {"lower", "from", true},
    {"upper", "to", true},           {"basis", "Interval", false},
};

static void put_change(plim_table *table, const plim_compare_row *row)
{
	bool chance = strcmp(row->figure, "breach") == 0 || strcmp(row->figure, "p_loss") == 0;
	const double value[] = {row->before, row->after, row->avoided == 0 ? 0 : -row->avoided,
	                        row->upper == 0 ? 0 : -row->upper, row->lower == 0 ? 0 : -row->lower};
	for (size_t k = 0; k < COUNT(value); k++)
		plim_table_number_or_none(table, value[k], chance ? PLIM_FIGURE_PROBABILITY : PLIM_FIGURE_MONEY);
	plim_table_text(table, plim_basis_name(row->basis));
}

static void fill_losses(const plim_review_source *source, plim_table *table)
{
	const plim_review *r = source->review;
	for (size_t p = 0; p < r->pairs; p++)
		for (size_t i = 0; i < r->pair[p].losses.rows; i++) {
			const plim_compare_row *row = &r->pair[p].losses.row[i];
			plim_table_text(table, scenario_id(r, p));
			plim_table_text(table, row->figure);
			plim_table_number_or_none(table, row->p, PLIM_FIGURE_PLAIN);
			plim_table_text(table, plim_group_kind_name(row->kind));
			plim_table_text(table, row->group);
			put_change(table, row);
		}
}

static const plim_table_column threat_columns[] = {
    {"scenario", "Scenario", false}, {"threat", "Threat", false}, {"title", "Title", false}, {"before", "Before", true},
    {"after", "After", true},        {"change", "Change", true},  {"lower", "from", true},   {"upper", "to", true},
    {"basis", "Interval", false},    {"why", "Why", false},
};

static void fill_threats(const plim_review_source *source, plim_table *table)
{
	const plim_review *r = source->review;
	for (size_t i = 0; i < r->threats; i++) {
		const plim_review_threat *row = &r->threat[i];
		const double value[] = {row->before, row->after, row->change, row->lower, row->upper};
		plim_table_text(table, scenario_id(r, row->pair));
		plim_table_text(table, row->threat);
		plim_table_text(table, row->title);
		for (size_t k = 0; k < COUNT(value); k++)
			plim_table_number_or_none(table, value[k] == 0 ? 0 : value[k], PLIM_FIGURE_MONEY);
		plim_table_text(table, plim_basis_name(row->basis));
		plim_table_text(table, row->why);
	}
}

/* ---- tolerance ---- */

static const plim_table_column tolerance_columns[] = {
    {"scenario", "Scenario", false},
    {"loss", "Loss above", true},
    {"tolerated", "Tolerated", true},
    {"before", "Before", true},
    {"after", "After", true},
    {"lower", "from", true},
    {"upper", "to", true},
    {"met_before", "Met before", false},
    {"met", "Met", false},
};

static const plim_tolerance_row *find_tolerance(const plim_results *r, uint32_t scenario, double loss)
{
	for (size_t i = 0; i < r->tolerances; i++)
		if (r->tolerance[i].scenario == scenario && r->tolerance[i].loss == loss)
			return &r->tolerance[i];
	return NULL;
}

static void put_tolerance(const plim_review *r, size_t pair, const plim_tolerance_row *row, plim_table *table)
{
	const plim_tolerance_row *old = find_tolerance(r->before, r->pair[pair].before, row->loss);
	plim_table_text(table, scenario_id(r, pair));
	plim_table_money(table, row->loss);
	plim_table_number(table, row->tolerated, PLIM_FIGURE_PROBABILITY);
	plim_table_number_or_none(table, old ? old->probability : NAN, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, row->probability, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, row->lower, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, row->upper, PLIM_FIGURE_PROBABILITY);
	if (old)
		plim_table_bool(table, old->met);
	else
		plim_table_none(table);
	plim_table_bool(table, row->met);
}

static void fill_tolerance(const plim_review_source *source, plim_table *table)
{
	const plim_review *r = source->review;
	for (size_t p = 0; p < r->pairs; p++)
		for (size_t i = 0; i < r->after->tolerances; i++)
			if (r->after->tolerance[i].scenario == r->pair[p].after)
				put_tolerance(r, p, &r->after->tolerance[i], table);
}

/* ---- actions ---- */

static const plim_table_column action_columns[] = {PLIM_ACTION_COLUMNS, {"since", "Since then", false}};

/* What became of an action since the earlier run. */
static void put_since(plim_table *table, const plim_action *old, const plim_action *now)
{
	char text[96];
	if (!old)
		plim_table_text(table, "new");
	else if (!now)
		plim_table_text(table, plim_action_is_open(old) ? "no longer listed, though it was open" : "no longer listed");
	else if (strcmp(old->status, now->status) == 0 && strcmp(old->due, now->due) != 0) {
		snprintf(text, sizeof text, "put off: was due %.12s", *old->due ? old->due : "at no date");
		plim_table_text_copy(table, text);
	} else if (strcmp(old->status, now->status) == 0)
		plim_table_text(table, "as before");
	else {
		snprintf(text, sizeof text, "was %.20s", old->status);
		plim_table_text_copy(table, text);
	}
}

static void fill_actions(const plim_review_source *source, plim_table *table)
{
	const plim_model *a = source->review->model[0], *b = source->review->model[1];
	for (size_t i = 0; i < b->actions; i++) {
		plim_put_action(table, b, &b->action[i], source->today);
		put_since(table, plim_review_find_action(a, b->action[i].id), &b->action[i]);
	}
	for (size_t i = 0; i < a->actions; i++) {
		if (plim_review_find_action(b, a->action[i].id))
			continue;
		plim_put_action(table, a, &a->action[i], source->today);
		put_since(table, &a->action[i], NULL);
	}
}

/* ---- policy ---- */

static const plim_table_column policy_columns[] = {
    {"commitment", "Commitment", false}, {"measure", "Measure", false}, {"scenario", "Scenario", false},
    {"before", "Before", true},          {"value", "Value", true},      {"unit", "Unit", false},
    {"status", "Status", false},         {"detail", "Detail", false},
};

enum { POLICY_COMMITMENT, POLICY_MEASURE, POLICY_SCENARIO, POLICY_VALUE, POLICY_UNIT, POLICY_STATUS, POLICY_DETAIL };

/* The policy's own table of one run. */
static bool policy_of(const plim_results *results, const plim_model *model, uint32_t scenario, const char *today,
                      plim_table *table)
{
	plim_lookup lookup = {0};
	plim_error error;
	plim_table_init(table, plim_data_policy.column, plim_data_policy.columns);
	if (plim_lookup_build(&lookup, results, &error) != PLIM_OK)
		return false;
	plim_data_source source = {.results = results,
	                           .lookup = &lookup,
	                           .scenario = (int32_t)scenario,
	                           .model = model,
	                           .today = today,
	                           .standard = -1};
	size_t rows = plim_data_policy.rows(&source);
	for (size_t i = 0; i < rows; i++)
		plim_data_policy.add(&source, i, table);
	plim_lookup_clear(&lookup);
	return !table->failed;
}

static const plim_cell *value_before(const plim_table *old, const plim_table *now, size_t row)
{
	for (size_t r = 0; r < plim_table_rows(old); r++)
		if (strcmp(plim_table_cell(old, r, POLICY_COMMITMENT)->text,
		           plim_table_cell(now, row, POLICY_COMMITMENT)->text) == 0 &&
		    strcmp(plim_table_cell(old, r, POLICY_MEASURE)->text, plim_table_cell(now, row, POLICY_MEASURE)->text) == 0)
			return plim_table_cell(old, r, POLICY_VALUE);
	return NULL;
}

static void fill_policy(const plim_review_source *source, plim_table *table)
{
	const plim_review *r = source->review;
	plim_table old, now;
	bool good = policy_of(r->before, r->model[0], r->pair[0].before, source->today, &old);
	good = policy_of(r->after, r->model[1], r->pair[0].after, source->today, &now) && good;
	table->failed |= !good;
	for (size_t i = 0; good && i < plim_table_rows(&now); i++)
		for (size_t k = 0; k < now.columns; k++) {
			const plim_cell *before = k == POLICY_VALUE ? value_before(&old, &now, i) : NULL;
			if (before)
				plim_table_copy(table, before);
			else if (k == POLICY_VALUE)
				plim_table_none(table);
			plim_table_copy(table, plim_table_cell(&now, i, k));
		}
	plim_table_clear(&old);
	plim_table_clear(&now);
}

/* ---- legal register, resources ---- */

static const plim_table_column legal_columns[] = {PLIM_LEGAL_COLUMNS, {"fines_before", "Before", true}};

static void fill_legal(const plim_review_source *source, plim_table *table)
{
	const plim_review *r = source->review;
	const plim_model *b = r->model[1];
	for (size_t i = 0; i < b->legals; i++) {
		plim_put_legal(table, b, &b->legal[i], source->today, r->fines[i].after);
		plim_table_number_or_none(table, r->fines[i].before, PLIM_FIGURE_MONEY);
	}
}

static const plim_table_column resource_columns[] = {PLIM_RESOURCE_COLUMNS, {"since", "Since then", false}};

static const plim_control *find_control(const plim_model *model, const char *id)
{
	for (size_t i = 0; i < model->controls; i++)
		if (strcmp(model->control[i].id, id) == 0)
			return &model->control[i];
	return NULL;
}

static void fill_resources(const plim_review_source *source, plim_table *table)
{
	const plim_model *b = source->review->model[1];
	for (uint32_t i = 0; i < b->controls; i++) {
		const plim_control *old = find_control(source->review->model[0], b->control[i].id);
		plim_text text = {0};
		plim_put_resource(table, b, i);
		if (!old)
			plim_text_add(&text, "new");
		else if (strcmp(old->status, b->control[i].status) == 0)
			plim_text_add(&text, "as before");
		else
			plim_text_add_format(&text, "was %s", *old->status ? old->status : "without a status");
		plim_put_text(table, &text);
	}
}

/* ---- nonconformities ---- */

static void fill_faults(const plim_review_source *source, plim_table *table)
{
	if (source->monitor)
		plim_data_monitors[PLIM_DATA_MONITOR_FAULTS].fill(source->monitor, table);
}

const plim_data_review plim_data_reviews[PLIM_REVIEW_TABLES] = {
    {"decisions", plim_decision_columns, PLIM_DECISION_COLUMNS, plim_decisions_fill},
    {"changes", change_columns, COUNT(change_columns), fill_changes},
    {"losses", loss_columns, COUNT(loss_columns), fill_losses},
    {"threats", threat_columns, COUNT(threat_columns), fill_threats},
    {"tolerance", tolerance_columns, COUNT(tolerance_columns), fill_tolerance},
    {"actions", action_columns, COUNT(action_columns), fill_actions},
    {"policy", policy_columns, COUNT(policy_columns), fill_policy},
    {"legal", legal_columns, COUNT(legal_columns), fill_legal},
    {"resources", resource_columns, COUNT(resource_columns), fill_resources},
    {"nonconformities", plim_fault_columns, PLIM_FAULT_COLUMNS, fill_faults},
};
