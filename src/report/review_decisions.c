/* SPDX-License-Identifier: Apache-2.0 */
#include "report/review_decisions.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/data_manage.h"
#include "report/data_monitor.h"
#include "report/put.h"

const plim_table_column plim_decision_columns[PLIM_DECISION_COLUMNS] = {
    {"subject", "Subject", false}, {"about", "About", false}, {"what", "What is to be decided on", false},
    {"owner", "Owner", false},     {"date", "Date", false},
};

static void add(plim_table *table, const char *subject, const char *about, const char *owner, const char *date,
                const char *format, ...) __attribute__((format(printf, 6, 7)));

static void add(plim_table *table, const char *subject, const char *about, const char *owner, const char *date,
                const char *format, ...)
{
	char text[400];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	plim_table_text(table, subject);
	plim_table_text_copy(table, about);
	plim_table_text_copy(table, text);
	plim_table_text_copy(table, owner);
	plim_table_text(table, date);
}

static void add_tolerance(const plim_review_source *source, plim_table *table)
{
	const plim_review *r = source->review;
	const plim_results *now = r->after;
	for (size_t i = 0; i < now->tolerances; i++) {
		const plim_tolerance_row *row = &now->tolerance[i];
		bool reviewed = false;
		char loss[40], tolerated[40], seen[40];
		for (size_t p = 0; p < r->pairs; p++)
			reviewed |= r->pair[p].after == row->scenario;
		if (row->met || !reviewed)
			continue;
		plim_figure_show(loss, row->loss, PLIM_FIGURE_MONEY);
		plim_figure_show(tolerated, row->tolerated, PLIM_FIGURE_PROBABILITY);
		plim_figure_show(seen, row->probability, PLIM_FIGURE_PROBABILITY);
		add(table, "tolerance", now->scenario[row->scenario].id, now->approver, "",
		    "broken: a trial loses more than %s %s with probability %s, tolerated is %s", now->currency, loss, seen,
		    tolerated);
	}
}

/* The mean of the reviewed state rose by more than chance explains. */
static void add_worse(const plim_review_source *source, plim_table *table)
{
	const plim_review *r = source->review;
	for (size_t p = 0; p < r->pairs; p++)
		for (size_t i = 0; i < r->pair[p].losses.rows; i++) {
			const plim_compare_row *row = &r->pair[p].losses.row[i];
			char more[40];
			if (row->kind != PLIM_GROUP_TOTAL || strcmp(row->figure, "mean") != 0 || !(row->upper < 0))
				continue;
			plim_figure_show(more, -row->avoided, PLIM_FIGURE_MONEY);
			add(table, "losses", r->after->scenario[r->pair[p].after].id, r->after->approver, "",
			    "worse: the mean loss of a trial rose by %s %s, more than chance explains", r->after->currency, more);
		}
}

static void add_policy(const plim_review_source *source, plim_table *table)
{
	const plim_results *now = source->review->after;
	const char *date = now->next_review ? now->next_review : "";
	if (plim_is_before(date, source->today))
		add(table, "policy", "", now->approver, date, "overdue: the review of the policy was planned for that day");
	else if (!*date)
		add(table, "policy", "", now->approver, "", "no date is set for the next review of the policy");
}

static void add_actions(const plim_review_source *source, plim_table *table)
{
	const plim_model *a = source->review->model[0], *b = source->review->model[1];
	for (size_t i = 0; i < b->actions; i++) {
		const plim_action *action = &b->action[i];
		const char *lacks = !*action->owner ? "owner" : "date on which it is due";
		if (plim_action_is_overdue(action, source->today))
			add(table, "action", action->id, action->owner, action->due, "overdue: %s", action->title);
		else if (plim_action_is_open(action) && (!*action->owner || !*action->due))
			add(table, "action", action->id, action->owner, action->due, "open without %s %s: %s",
			    *lacks == 'o' ? "an" : "a", lacks, action->title);
		else if (strcmp(action->status, "done") == 0)
			add(table, "action", action->id, action->owner, action->closed, "done, but not verified: %s",
			    action->title);
	}
	for (size_t i = 0; i < a->actions; i++)
		if (plim_action_is_open(&a->action[i]) && !plim_review_find_action(b, a->action[i].id))
			add(table, "action", a->action[i].id, a->action[i].owner, a->action[i].due,
			    "no longer listed, though it was open: %s", a->action[i].title);
}

static void add_legal(const plim_review_source *source, plim_table *table)
{
	const plim_model *b = source->review->model[1];
	for (size_t i = 0; i < b->legals; i++) {
		const plim_legal *legal = &b->legal[i];
		if (plim_is_before(legal->review, source->today))
			add(table, "legal", legal->id, legal->owner, legal->review, "review overdue: %s", legal->requirement);
		if (*legal->status && strcmp(legal->status, "met") != 0)
			add(table, "legal", legal->id, legal->owner, "", "%s, by its owner's judgement: %s", legal->status,
			    legal->requirement);
	}
}

static void add_controls(const plim_review_source *source, plim_table *table)
{
	const plim_model *b = source->review->model[1];
	for (size_t i = 0; i < b->controls; i++)
		if (!*plim_control_accountable(&b->control[i]))
			add(table, "control", b->control[i].id, "", "", "nobody answers for it: name an owner, or one accountable");
}

static bool has_open_action(const plim_model *model, const char *threat)
{
	for (size_t i = 0; i < model->actions; i++)
		for (size_t k = 0; plim_action_is_open(&model->action[i]) && k < model->action[i].threats; k++)
			if (strcmp(model->threat[model->action[i].threat[k]].id, threat) == 0)
				return true;
	return false;
}

/* Columns of the monitor's table of nonconformities. */
enum { FAULT_ID, FAULT_WHAT, FAULT_THREAT, FAULT_PLACE, FAULT_OWNER = 8 };

static void add_faults(const plim_review_source *source, plim_table *table)
{
	const plim_data_monitor *data = &plim_data_monitors[PLIM_DATA_MONITOR_FAULTS];
	plim_table faults;
	if (!source->monitor)
		return;
	plim_table_init(&faults, data->column, data->columns);
	data->fill(source->monitor, &faults);
	table->failed |= faults.failed;
	for (size_t i = 0; !faults.failed && i < plim_table_rows(&faults); i++) {
		const char *threat = plim_table_cell(&faults, i, FAULT_THREAT)->text;
		const char *place = plim_table_cell(&faults, i, FAULT_PLACE)->text;
		bool treated = *threat && has_open_action(source->review->model[1], threat);
		add(table, "nonconformity", plim_table_cell(&faults, i, FAULT_ID)->text,
		    plim_table_cell(&faults, i, FAULT_OWNER)->text, "", "limit broken (%s%s%s%s%s): %s",
		    plim_table_cell(&faults, i, FAULT_WHAT)->text, *threat ? " of " : "", threat, *place ? " at " : "", place,
		    treated ? "an open action is about it" : "no open action is about it");
	}
	plim_table_clear(&faults);
}

void plim_decisions_fill(const plim_review_source *source, plim_table *table)
{
	add_tolerance(source, table);
	add_worse(source, table);
	add_faults(source, table);
	add_policy(source, table);
	add_actions(source, table);
	add_legal(source, table);
	add_controls(source, table);
}
