/* SPDX-License-Identifier: Apache-2.0 */
#include "report/data_manage.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "decide/legal.h"
#include "report/put.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

bool plim_is_before(const char *date, const char *today)
{
	return *date && today && *today && strcmp(date, today) < 0;
}

bool plim_action_is_overdue(const plim_action *action, const char *today)
{
	return plim_action_is_open(action) && plim_is_before(action->due, today);
}

/* ---- actions ---- */

void plim_put_action(plim_table *table, const plim_model *model, const plim_action *action, const char *today)
{
	const char *const texts[] = {action->id,    action->title,  action->kind, action->status,
	                             action->owner, action->raised, action->due,  action->closed};
	for (size_t i = 0; i < COUNT(texts); i++)
		plim_table_text(table, texts[i]);
	plim_table_bool(table, plim_action_is_overdue(action, today));
	plim_table_text(table, action->origin);
	plim_table_text(table, action->source);
	plim_put_clause(table, model, action->clause);
	plim_put_threats(table, model, action->threat, action->threats);
	plim_put_controls(table, model, action->control, action->controls);
	plim_table_text(table, action->notes);
}

static const plim_table_column action_columns[] = {PLIM_ACTION_COLUMNS};

static size_t action_rows(const plim_data_source *source)
{
	return source->model ? source->model->actions : 0;
}

static void add_action(const plim_data_source *source, size_t i, plim_table *table)
{
	plim_put_action(table, source->model, &source->model->action[i], source->today);
}

const plim_data plim_data_actions = {"actions", action_columns, COUNT(action_columns), action_rows, add_action, false};

/* ---- the legal register ---- */

void plim_put_legal(plim_table *table, const plim_model *model, const plim_legal *legal, const char *today,
                    double fines)
{
	const char *const texts[] = {legal->id,     legal->requirement, legal->source, legal->owner,
	                             legal->status, legal->evidence,    legal->review};
	for (size_t i = 0; i < COUNT(texts); i++)
		plim_table_text(table, texts[i]);
	plim_table_bool(table, plim_is_before(legal->review, today));
	plim_put_clause(table, model, legal->clause);
	plim_put_threats(table, model, legal->threat, legal->threats);
	plim_table_number_or_none(table, fines, PLIM_FIGURE_MONEY);
}

static const plim_table_column legal_columns[] = {PLIM_LEGAL_COLUMNS};

static size_t legal_rows(const plim_data_source *source)
{
	return source->model ? source->model->legals : 0;
}

static void add_legal(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_results *r = source->results;
	const plim_legal *legal = &source->model->legal[i];
	double fines = NAN;
	plim_error error;
	if (r->scenarios) {
		const char *scenario = r->scenario[source->scenario < 0 ? 0 : source->scenario].id;
		plim_status status = plim_legal_fines(source->model, scenario, legal, &fines, &error);
		table->failed |= status == PLIM_ERROR_MEMORY;
		fines = status == PLIM_OK ? fines : NAN;
	}
	plim_put_legal(table, source->model, legal, source->today, fines);
}

const plim_data plim_data_legal = {"legal", legal_columns, COUNT(legal_columns), legal_rows, add_legal, false};

/* ---- resources and roles ---- */

const char *plim_control_accountable(const plim_control *control)
{
	const plim_duties *duties = &control->duties;
	return duties->count[PLIM_ROLE_ACCOUNTABLE] ? duties->who[PLIM_ROLE_ACCOUNTABLE][0] : control->owner;
}

void plim_put_resource(plim_table *table, const plim_model *model, uint32_t index)
{
	const plim_control *control = &model->control[index];
	const plim_duties *duties = &control->duties;
	plim_table_text(table, control->id);
	plim_table_text(table, control->title);
	plim_table_text(table, control->category);
	plim_table_text(table, control->status);
	plim_put_scenarios(table, model, index);
	plim_table_money(table, control->cost_capital.value);
	plim_table_money(table, control->cost_annual.value);
	plim_table_number(table, control->staff_days, PLIM_FIGURE_PLAIN);
	plim_table_number_or_none(table, control->life_years, PLIM_FIGURE_PLAIN);
	plim_table_number(table, control->start_day, PLIM_FIGURE_PLAIN);
	plim_put_words(table, duties->who[PLIM_ROLE_RESPONSIBLE], duties->count[PLIM_ROLE_RESPONSIBLE]);
	plim_table_text(table, plim_control_accountable(control));
	plim_put_words(table, duties->who[PLIM_ROLE_CONSULTED], duties->count[PLIM_ROLE_CONSULTED]);
	plim_put_words(table, duties->who[PLIM_ROLE_INFORMED], duties->count[PLIM_ROLE_INFORMED]);
}

static const plim_table_column resource_columns[] = {PLIM_RESOURCE_COLUMNS};

static size_t resource_rows(const plim_data_source *source)
{
	return source->model ? source->model->controls : 0;
}

static void add_resource(const plim_data_source *source, size_t i, plim_table *table)
{
	plim_put_resource(table, source->model, (uint32_t)i);
}

const plim_data plim_data_resources = {"resources",   resource_columns, COUNT(resource_columns),
                                       resource_rows, add_resource,     false};

void plim_put_resource_sum(plim_text *text, const plim_model *model, const plim_scenario *scenario)
{
	double sum[3] = {0};
	char shown[3][40];
	for (size_t i = 0; i < scenario->controls; i++) {
		const plim_control *control = &model->control[scenario->control[i]];
		sum[0] += control->cost_capital.value;
		sum[1] += control->cost_annual.value;
		sum[2] += control->staff_days;
	}
	for (size_t k = 0; k < 3; k++)
		plim_figure_show(shown[k], sum[k], k < 2 ? PLIM_FIGURE_MONEY : PLIM_FIGURE_PLAIN);
	plim_text_add_format(text, "%zu control%s: capital %s %s, %s %s and %s staff day%s a year", scenario->controls,
	                     scenario->controls == 1 ? "" : "s", model->currency, shown[0], model->currency, shown[1],
	                     shown[2], sum[2] == 1 ? "" : "s");
}
