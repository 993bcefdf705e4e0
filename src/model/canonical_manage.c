/* SPDX-License-Identifier: Apache-2.0 */
#include "model/canonical_manage.h"

#include "model/clause.h"

_Static_assert(offsetof(plim_action, id) == 0 && offsetof(plim_legal, id) == 0 && offsetof(plim_assumption, id) == 0,
               "records begin with their identity");

static const char *clause_number(const plim_writer *out, int32_t clause)
{
	size_t count;
	const plim_clause *tree = plim_clause_tree(out->model->edition, &count);
	return clause < 0 ? "" : tree[clause].number;
}

static void field_threats(plim_writer *out, const uint32_t *threat, size_t count)
{
	plim_field_members(out, "threats", out->model->threat, sizeof *out->model->threat, threat, count);
}

void plim_write_action(plim_writer *out, const void *record)
{
	const plim_action *action = record;
	const plim_model *model = out->model;
	plim_field_text(out, "clause", clause_number(out, action->clause));
	plim_field_text(out, "closed", action->closed);
	plim_field_members(out, "controls", model->control, sizeof *model->control, action->control, action->controls);
	plim_field_text(out, "due", action->due);
	plim_field_text(out, "id", action->id);
	plim_field_text(out, "kind", action->kind);
	plim_field_text(out, "notes", action->notes);
	plim_field_text(out, "origin", action->origin);
	plim_field_text(out, "owner", action->owner);
	plim_field_text(out, "raised", action->raised);
	plim_field_text(out, "source", action->source);
	plim_field_text(out, "status", action->status);
	field_threats(out, action->threat, action->threats);
	plim_field_text(out, "title", action->title);
}

void plim_write_legal(plim_writer *out, const void *record)
{
	const plim_legal *legal = record;
	plim_field_text(out, "clause", clause_number(out, legal->clause));
	plim_field_text(out, "evidence", legal->evidence);
	plim_field_text(out, "id", legal->id);
	plim_field_text(out, "owner", legal->owner);
	plim_field_text(out, "requirement", legal->requirement);
	plim_field_text(out, "review", legal->review);
	plim_field_text(out, "source", legal->source);
	plim_field_text(out, "status", legal->status);
	field_threats(out, legal->threat, legal->threats);
}

void plim_field_duties(plim_writer *out, const plim_control *control)
{
	/* keys in byte order */
	static const struct {
		plim_role role;
		const char *key;
	} keys[] = {{PLIM_ROLE_ACCOUNTABLE, "accountable"},
	            {PLIM_ROLE_CONSULTED, "consulted"},
	            {PLIM_ROLE_INFORMED, "informed"},
	            {PLIM_ROLE_RESPONSIBLE, "responsible"}};
	size_t all = 0;
	for (int role = 0; role < PLIM_ROLES; role++)
		all += control->duties.count[role];
	if (all) {
		plim_writer_key(out, "roles");
		plim_writer_open(out, "{");
		for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
			plim_field_set(out, keys[k].key, control->duties.who[keys[k].role], control->duties.count[keys[k].role]);
		plim_writer_close(out, "}");
	}
	if (control->staff_days != 0)
		plim_field_number(out, "staff_days", control->staff_days);
}

void plim_field_treatment(plim_writer *out, const plim_treatment *treatment)
{
	if (!treatment->decision || !*treatment->decision)
		return;
	plim_writer_key(out, "treatment");
	plim_writer_open(out, "{");
	plim_field_text(out, "date", treatment->date);
	plim_field_text(out, "decision", treatment->decision);
	plim_field_text(out, "owner", treatment->owner);
	plim_field_text(out, "reason", treatment->reason);
	plim_field_text(out, "signature", treatment->signature);
	plim_writer_close(out, "}");
}

void plim_write_assumption(plim_writer *out, const void *record)
{
	const plim_assumption *assumption = record;
	plim_field_text(out, "confidence", assumption->confidence);
	plim_field_text(out, "date", assumption->date);
	plim_field_text(out, "id", assumption->id);
	plim_field_text(out, "limitation", assumption->limitation);
	plim_field_text(out, "owner", assumption->owner);
	plim_field_text(out, "source", assumption->source);
	plim_field_text(out, "text", assumption->text);
}

void plim_field_policy(plim_writer *out, const plim_model *model)
{
	plim_writer_key(out, "policy");
	plim_writer_open(out, "{");
	plim_field_text(out, "approved", model->approved);
	plim_field_text(out, "approver", model->approver);
	plim_field_set(out, "commitments", model->commitments, model->commitment_count);
	plim_field_text(out, "next_review", model->next_review);
	plim_writer_key(out, "tolerance");
	plim_writer_open(out, "[");
	for (size_t i = 0; i < model->tolerances; i++) {
		plim_writer_open(out, "{");
		plim_field_number(out, "loss", model->tolerance[i].loss);
		plim_field_number(out, "probability", model->tolerance[i].probability);
		plim_writer_close(out, "}");
	}
	plim_writer_close(out, "]");
	plim_writer_close(out, "}");
}
