/* SPDX-License-Identifier: Apache-2.0 */
/* What is managed beside the figures: actions to their end, the legal register, who does what. None of it changes a
 * result. */
#include <stdlib.h>
#include <string.h>

#include "model/load.h"

/* ---- who does what ---- */

static const char *const role_keys[] = {"responsible", "accountable", "consulted", "informed", NULL};

void plim_read_duties(plim_load *load, const plim_value *row, plim_control *control)
{
	plim_get_number(load, row, "staff_days", &plim_range_from_zero, &control->staff_days);
	const plim_value *map = plim_get(load, row, "roles");
	if (!map || !plim_is_map(load, map, "`roles`"))
		return;
	plim_check_keys(load, map, role_keys, "`roles`");
	for (int role = 0; role < PLIM_ROLES; role++) {
		plim_words words = {0};
		if (!plim_get_words(load, map, role_keys[role], &words))
			continue;
		control->duties.who[role] = words.word;
		control->duties.count[role] = words.count;
		if (words.count)
			qsort(words.word, words.count, sizeof *words.word, plim_compare_words);
	}
	if (control->duties.count[PLIM_ROLE_ACCOUNTABLE] > 1)
		plim_load_error(load, plim_get(load, map, "accountable"),
		                "one answers for a control: name one under `accountable`, the others under `responsible`");
}

/* ---- what was decided about a risk ---- */

/* Who bears a risk, or gives up what brings it, must be able to say why, who decided and when. */
static void check_decision(plim_load *load, const plim_value *map, const plim_treatment *t)
{
	bool grave = strcmp(t->decision, "accept") == 0 || strcmp(t->decision, "avoid") == 0;
	const struct {
		const char *key, *text;
	} needed[] = {{"reason", t->reason}, {"owner", t->owner}, {"date", t->date}};
	for (size_t i = 0; grave && i < sizeof needed / sizeof *needed; i++)
		if (!*needed[i].text)
			plim_load_error(load, map, "`treatment`: a decision to %s needs `%s`", t->decision, needed[i].key);
	if (strcmp(t->signature, "signed") == 0 && !*t->owner)
		plim_load_error(load, map, "`treatment`: it is signed, but `owner` does not say by whom");
	if (strcmp(t->decision, "avoid") == 0 && !load->findings->errors)
		plim_load_warn(load, map,
		               "`treatment`: the risk is to be avoided, and its losses still count; when what brings it has "
		               "ended, take the threat out");
}

void plim_read_treatment(plim_load *load, const plim_value *row, plim_treatment *treatment)
{
	static const char *const keys[] = {"decision", "reason", "owner", "date", "signature", NULL};
	static const char *const decisions[] = {"", "avoid", "reduce", "share", "accept", NULL};
	static const char *const signatures[] = {"", "pending", "signed", NULL};
	const plim_value *map = plim_get(load, row, "treatment");
	char *const absent = plim_arena_text(load->keep, "");
	*treatment = (plim_treatment){absent, absent, absent, absent, absent};
	if (!map || !plim_is_map(load, map, "`treatment`"))
		return;
	plim_check_keys(load, map, keys, "`treatment`");
	treatment->decision = plim_get_word(load, map, "decision", decisions);
	plim_get_text(load, map, "reason", &treatment->reason);
	plim_get_text(load, map, "owner", &treatment->owner);
	plim_get_date(load, map, "date", &treatment->date);
	treatment->signature = plim_get_word(load, map, "signature", signatures);
	if (!plim_get(load, map, "decision"))
		plim_load_error(load, map, "`treatment` needs `decision`: avoid, reduce, share or accept");
	else
		check_decision(load, map, treatment);
}

/* ---- actions ---- */

bool plim_action_is_open(const plim_action *action)
{
	return strcmp(action->status, "open") == 0 || strcmp(action->status, "under way") == 0;
}

static void read_clause(plim_load *load, const plim_value *row, int32_t *clause)
{
	char *number;
	const plim_value *at = plim_get(load, row, "clause");
	*clause = -1;
	if (at && plim_read_text(load, at, "clause", &number))
		*clause = plim_read_clause(load, at, number);
}

static void read_threats(plim_load *load, const plim_value *row, uint32_t **threat, size_t *count)
{
	const plim_value *value = plim_get(load, row, "threats");
	if (value)
		plim_read_references(load, value, "threats", "threat", &load->threat_names, threat, count);
}

/* Dates are text of one form, so their order is that of the text. */
static void check_dates(plim_load *load, const plim_value *row, const plim_action *action)
{
	if (*action->raised && *action->due && strcmp(action->due, action->raised) < 0)
		plim_load_error(load, plim_get(load, row, "due"), "the action \"%s\" is due before it was raised", action->id);
	if (*action->raised && *action->closed && strcmp(action->closed, action->raised) < 0)
		plim_load_error(load, plim_get(load, row, "closed"), "the action \"%s\" was closed before it was raised",
		                action->id);
	if (plim_action_is_open(action) && *action->closed)
		plim_load_error(load, plim_get(load, row, "closed"),
		                "the action \"%s\" is %s and has a day on which it was closed; set `status` to done, verified "
		                "or dropped, or remove `closed`",
		                action->id, action->status);
	if (!plim_action_is_open(action) && !*action->closed)
		plim_load_warn(load, row, "the action \"%s\" is %s, but `closed` does not say since when", action->id,
		               action->status);
	if (plim_action_is_open(action) && (!*action->owner || !*action->due))
		plim_load_warn(load, row, "the action \"%s\" is %s without %s: nobody can be asked for it", action->id,
		               action->status, *action->owner ? "a day on which it is `due`" : "an `owner`");
}

static void read_action(plim_load *load, const plim_value *row, plim_action *action)
{
	static const char *const keys[] = {"id",  "title",  "kind",   "status",  "origin",   "source", "owner", "raised",
	                                   "due", "closed", "clause", "threats", "controls", "notes",  NULL};
	static const char *const kinds[] = {"", "corrective", "preventive", "improvement", NULL};
	static const char *const states[] = {"open", "under way", "done", "verified", "dropped", NULL};
	static const char *const origins[] = {"",       "audit",      "incident", "exercise", "complaint",
	                                      "review", "monitoring", "change",   "other",    NULL};
	plim_check_keys(load, row, keys, "an action");
	plim_need_id(load, row, "an action", &action->id);
	plim_need_text(load, row, "title", "an action", &action->title);
	action->kind = plim_get_word(load, row, "kind", kinds);
	int state = plim_get_choice(load, row, "status", states);
	action->status = plim_arena_text(load->keep, states[state < 0 ? 0 : state]);
	action->origin = plim_get_word(load, row, "origin", origins);
	plim_get_text(load, row, "source", &action->source);
	plim_get_text(load, row, "owner", &action->owner);
	plim_get_date(load, row, "raised", &action->raised);
	plim_get_date(load, row, "due", &action->due);
	plim_get_date(load, row, "closed", &action->closed);
	plim_get_text(load, row, "notes", &action->notes);
	read_clause(load, row, &action->clause);
	read_threats(load, row, &action->threat, &action->threats);
	const plim_value *controls = plim_get(load, row, "controls");
	if (controls)
		plim_read_references(load, controls, "controls", "control", &load->control_names, &action->control,
		                     &action->controls);
	if (state >= 0 && !plim_load_failed(load))
		check_dates(load, row, action);
}

static int by_action(const void *a, const void *b)
{
	const plim_action *x = a, *y = b;
	int order = strcmp(x->id, y->id);
	return order ? order : x->position < y->position ? -1 : 1;
}

void plim_read_actions(plim_load *load)
{
	plim_model *model = load->model;
	const plim_value **row;
	size_t count = plim_get_records(load, "actions", "an action", &row);
	model->action = plim_load_keep(load, count, sizeof *model->action);
	if (!model->action || !count)
		return;
	model->actions = count;
	for (uint32_t i = 0; i < count; i++) {
		model->action[i].position = i;
		read_action(load, row[i], &model->action[i]);
		plim_index_record(load, &load->action_names, "action", model->action[i].id, i, row[i]);
	}
	qsort(model->action, count, sizeof *model->action, by_action);
}

/* ---- the legal register ---- */

static bool has_fines(const plim_threat *threat)
{
	for (size_t c = 0; c < threat->losses; c++)
		if (strcmp(threat->loss[c].component, PLIM_LEGAL_COMPONENT) == 0)
			return true;
	return false;
}

static void read_legal(plim_load *load, const plim_value *row, plim_legal *legal)
{
	static const char *const keys[] = {"id",     "requirement", "source", "owner",   "review",
	                                   "status", "evidence",    "clause", "threats", NULL};
	static const char *const states[] = {"", "met", "partly met", "not met", "not assessed", NULL};
	plim_check_keys(load, row, keys, "a legal requirement");
	plim_need_id(load, row, "a legal requirement", &legal->id);
	plim_need_text(load, row, "requirement", "a legal requirement", &legal->requirement);
	plim_get_text(load, row, "source", &legal->source);
	plim_get_text(load, row, "owner", &legal->owner);
	plim_get_date(load, row, "review", &legal->review);
	plim_get_text(load, row, "evidence", &legal->evidence);
	legal->status = plim_get_word(load, row, "status", states);
	read_clause(load, row, &legal->clause);
	read_threats(load, row, &legal->threat, &legal->threats);
	if (load->findings->errors)
		return; /* threats may be half read */
	for (size_t i = 0; i < legal->threats; i++) {
		const plim_threat *threat = &load->model->threat[legal->threat[i]];
		if (!has_fines(threat))
			plim_load_error(load, plim_get(load, row, "threats"),
			                "the threat \"%s\" has no loss component `fines`, so that breaking \"%s\" costs nothing; "
			                "add one to its `losses`",
			                threat->id, legal->id);
	}
}

static int by_legal(const void *a, const void *b)
{
	const plim_legal *x = a, *y = b;
	int order = strcmp(x->id, y->id);
	return order ? order : x->position < y->position ? -1 : 1;
}

void plim_read_legal(plim_load *load)
{
	plim_model *model = load->model;
	const plim_value **row;
	size_t count = plim_get_records(load, "legal", "a legal requirement", &row);
	model->legal = plim_load_keep(load, count, sizeof *model->legal);
	if (!model->legal || !count)
		return;
	model->legals = count;
	for (uint32_t i = 0; i < count; i++) {
		model->legal[i].position = i;
		read_legal(load, row[i], &model->legal[i]);
		plim_index_record(load, &load->legal_names, "legal requirement", model->legal[i].id, i, row[i]);
	}
	qsort(model->legal, count, sizeof *model->legal, by_legal);
}
