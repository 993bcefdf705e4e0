/* SPDX-License-Identifier: Apache-2.0 */
/* The tables of what the model says beside what the run found: risks, controls, assumptions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/clause.h"
#include "model/place.h"
#include "report/data.h"
#include "report/put.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MOST_NAMES 8 /* of places in a cell */

/* ---- texts made from lists ---- */

static void put_places(plim_table *table, const plim_model *model, const plim_selector *where)
{
	plim_text text = {0};
	if (where->everywhere)
		plim_text_add(&text, "(everywhere)");
	else if (where->kind == PLIM_PLACE_ORGANISATION)
		plim_text_add(&text, "(organisation)");
	for (size_t i = 0; where->kind != PLIM_PLACE_ORGANISATION && i < where->places && i < MOST_NAMES; i++) {
		uint32_t place = where->place[i];
		plim_put_item(&text, where->kind == PLIM_PLACE_NODE ? model->node[place].id : model->link[place].id);
	}
	if (where->kind != PLIM_PLACE_ORGANISATION && where->places > MOST_NAMES)
		plim_text_add_format(&text, ";... %zu more", where->places - MOST_NAMES);
	plim_put_text(table, &text);
}

static void put_clauses(plim_table *table, const plim_model *model, const plim_threat *threat)
{
	size_t count;
	const plim_clause *tree = plim_clause_tree(model->edition, &count);
	plim_text text = {0};
	for (size_t i = 0; i < threat->clauses; i++)
		plim_put_item(&text, tree[threat->clause[i].clause].number);
	plim_put_text(table, &text);
}

/* ---- risks ---- */

static const plim_table_column risk_columns[] = {
    {"scenario", "Scenario", false},
    {"rank", "Rank", true},
    {"risk", "Risk", false},
    {"title", "Title", false},
    {"family", "Family", false},
    {"category", "Category", false},
    {"clauses", "Clauses", false},
    {"places", "Where", false},
    {"likelihood_band", "Likelihood", false},
    {"consequence_band", "Consequence", false},
    {"vulnerability", "Vulnerability", true},
    {"events_per_trial", "Events a trial", true},
    {"loss_per_event", "Loss an event", true},
    {"mean", "Mean", true},
    {"p95", "P95", true},
    {"p99", "P99", true},
    {"share_of_mean", "Share", true},
    {"net_mean", "Net mean", true},
    {"net_p99", "Net P99", true},
    {"controls", "Controls in force", false},
    {"treatment", "Treatment", false},
    {"owner", "Owner", false},
    {"assumptions", "Assumptions", false},
    {"decision", "Decision", false},
    {"decision_reason", "Reason", false},
    {"decision_owner", "Decided by", false},
    {"decision_date", "Decided", false},
    {"decision_signature", "Signature", false},
};

static size_t risk_rows(const plim_data_source *source)
{
	return source->lookup->threats * source->results->scenarios;
}

static int by_id(const void *key, const void *threat)
{
	return strcmp(key, ((const plim_threat *)threat)->id);
}

static const plim_threat *find_threat(const plim_model *model, const char *id)
{
	return model ? bsearch(id, model->threat, model->threats, sizeof *model->threat, by_id) : NULL;
}

static const plim_scenario *find_scenario(const plim_model *model, const char *id)
{
	for (size_t i = 0; model && i < model->scenarios; i++)
		if (strcmp(model->scenario[i].id, id) == 0)
			return &model->scenario[i];
	return NULL;
}

/* Controls of the scenario against the threat, and what is done about it: what follows from the model, since a risk
 * without control or cover is one that is borne. */
static void put_treatment(plim_table *table, const plim_model *model, const plim_scenario *scenario, uint32_t threat)
{
	plim_text controls = {0}, treatment = {0};
	for (size_t i = 0; scenario && i < scenario->controls; i++) {
		const plim_control *control = &model->control[scenario->control[i]];
		if (plim_control_is_against(control, threat))
			plim_put_item(&controls, control->id);
	}
	if (controls.length)
		plim_put_item(&treatment, "reduce");
	for (size_t i = 0; i < model->insurances; i++)
		if (plim_list_has(model->insurance[i].covers, model->insurance[i].covers_count, threat)) {
			plim_put_item(&treatment, "share");
			break;
		}
	const char *decision = model->threat[threat].treatment.decision;
	if (strcmp(decision, "avoid") == 0 || strcmp(decision, "accept") == 0) /* of what the others leave */
		plim_put_item(&treatment, decision);
	if (!treatment.length)
		plim_put_item(&treatment, "accept");
	plim_put_text(table, &controls);
	plim_put_text(table, &treatment);
}

static void put_blank(plim_table *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		plim_table_none(table);
}

static void put_described(plim_table *table, const plim_model *model, const plim_threat *threat)
{
	plim_table_text(table, threat->family);
	plim_table_text(table, threat->category);
	put_clauses(table, model, threat);
	put_places(table, model, &threat->where);
	plim_table_text(table, threat->likelihood);
	plim_table_text(table, threat->consequence);
	plim_table_number(table, threat->vulnerability.value, PLIM_FIGURE_PROBABILITY);
}

static void put_value(plim_table *table, const plim_percentile_row *row)
{
	if (row)
		plim_table_money(table, row->value);
	else
		plim_table_none(table);
}

static void put_figures(const plim_data_source *source, uint32_t scenario, uint32_t group, plim_table *table)
{
	const plim_lookup *lookup = source->lookup;
	const plim_moments_row *row = plim_lookup_moments(lookup, scenario, group, PLIM_MEASURE_AEP);
	double mean = row ? row->mean : NAN, events = row ? row->events_per_trial : NAN;
	plim_table_number(table, events, PLIM_FIGURE_PLAIN);
	if (events > 0)
		plim_table_money(table, mean / events);
	else
		plim_table_none(table);
	plim_table_money(table, mean);
	put_value(table, plim_lookup_percentile(lookup, scenario, group, PLIM_MEASURE_AEP, 0.95));
	put_value(table, plim_lookup_percentile(lookup, scenario, group, PLIM_MEASURE_AEP, 0.99));
	double total = lookup->total < 0 ? NAN : plim_lookup_mean(lookup, scenario, (uint32_t)lookup->total);
	plim_data_add_share(table, mean, total);
	if (source->results->perspectives < 2) {
		put_blank(table, 2);
		return;
	}
	plim_lookup net = plim_lookup_from(lookup, PLIM_PERSPECTIVE_NET);
	plim_table_money(table, plim_lookup_mean(&net, scenario, group));
	put_value(table, plim_lookup_percentile(&net, scenario, group, PLIM_MEASURE_AEP, 0.99));
}

static void add_risk(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_results *r = source->results;
	const plim_model *model = source->model;
	size_t threats = source->lookup->threats;
	uint32_t scenario = (uint32_t)(i / threats);
	if (!plim_data_wanted(source, scenario))
		return;
	const plim_group *group = &r->group[source->lookup->threat[i]];
	const plim_threat *threat = find_threat(model, group->name);
	plim_table_text(table, r->scenario[scenario].id);
	plim_table_integer(table, i % threats + 1);
	plim_table_text(table, group->name);
	plim_table_text(table, group->title);
	if (threat)
		put_described(table, model, threat);
	else
		put_blank(table, 7);
	put_figures(source, scenario, source->lookup->threat[i], table);
	if (!threat) {
		put_blank(table, 9);
		return;
	}
	put_treatment(table, model, find_scenario(model, r->scenario[scenario].id), (uint32_t)(threat - model->threat));
	plim_table_text(table, threat->owner);
	plim_put_words(table, threat->assumptions, threat->assumption_count);
	const plim_treatment *t = &threat->treatment;
	plim_table_text(table, t->decision);
	plim_table_text(table, t->reason);
	plim_table_text(table, t->owner);
	plim_table_text(table, t->date);
	plim_table_text(table, *t->decision && !*t->signature ? "not signed" : t->signature);
}

const plim_data plim_data_risks = {"risks", risk_columns, COUNT(risk_columns), risk_rows, add_risk, false};

/* ---- controls ---- */

static const plim_table_column control_columns[] = {
    {"control", "Control", false},
    {"title", "Title", false},
    {"category", "Category", false},
    {"clause", "Clause", false},
    {"status", "Status", false},
    {"owner", "Owner", false},
    {"places", "Where", false},
    {"against", "Against", false},
    {"coverage", "Coverage", true},
    {"reduces_frequency", "Less frequent", true},
    {"reduces_vulnerability", "Less vulnerable", true},
    {"reduces_loss", "Less loss", true},
    {"reduces_outage_days", "Shorter outage", true},
    {"cost_capital", "Capital", true},
    {"cost_annual", "Cost a year", true},
    {"start_day", "In force from day", true},
    {"reliability", "In order", true},
    {"friction_hours_per_passage", "Hours a passage", true},
    {"scenarios", "In scenarios", false},
    {"evidence", "Evidence", false},
    {"notes", "Notes", false},
};

static size_t control_rows(const plim_data_source *source)
{
	return source->model ? source->model->controls : 0;
}

static void put_against(plim_table *table, const plim_model *model, const plim_control *control)
{
	plim_text text = {0};
	if (control->against_all)
		plim_text_add(&text, "(all threats)");
	for (size_t i = 0; !control->against_all && i < control->against_count; i++)
		plim_put_item(&text, model->threat[control->against[i]].id);
	plim_put_text(table, &text);
}

/* Controls stand as in the file. */
static uint32_t at_position(const plim_model *model, size_t position)
{
	uint32_t i = 0;
	while (i + 1 < model->controls && model->control[i].position != position)
		i++;
	return i;
}

static void add_control(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_model *model = source->model;
	uint32_t index = at_position(model, i);
	const plim_control *control = &model->control[index];
	size_t count;
	const plim_clause *tree = plim_clause_tree(model->edition, &count);
	const double shares[] = {control->coverage.value, control->reduces_frequency.value,
	                         control->reduces_vulnerability.value, control->reduces_loss.value,
	                         control->reduces_outage.value};
	plim_table_text(table, control->id);
	plim_table_text(table, control->title);
	plim_table_text(table, control->category);
	plim_table_text(table, control->clause < 0 ? "" : tree[control->clause].number);
	plim_table_text(table, control->status);
	plim_table_text(table, control->owner);
	put_places(table, model, &control->where);
	put_against(table, model, control);
	for (size_t k = 0; k < COUNT(shares); k++)
		plim_table_number(table, shares[k], PLIM_FIGURE_SHARE);
	plim_table_money(table, control->cost_capital.value);
	plim_table_money(table, control->cost_annual.value);
	plim_table_number(table, control->start_day, PLIM_FIGURE_PLAIN);
	plim_table_number(table, control->reliability.value, PLIM_FIGURE_SHARE);
	plim_table_number(table, control->friction.hours.value, PLIM_FIGURE_PLAIN);
	plim_put_scenarios(table, model, index);
	plim_table_text(table, control->evidence);
	plim_table_text(table, control->notes);
}

const plim_data plim_data_controls = {"controls",   control_columns, COUNT(control_columns),
                                      control_rows, add_control,     false};

/* ---- assumptions ---- */

static const plim_table_column assumption_columns[] = {
    {"id", "Id", false},
    {"text", "Assumption", false},
    {"source", "Source", false},
    {"confidence", "Confidence", false},
    {"owner", "Owner", false},
    {"date", "Date", false},
    {"limitation", "Limitation", false},
};

static size_t assumption_rows(const plim_data_source *source)
{
	return source->results->assumptions;
}

static void add_assumption(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_result_assumption *a = &source->results->assumption[i];
	plim_table_text(table, a->id);
	plim_table_text(table, a->text);
	plim_table_text(table, a->source);
	plim_table_text(table, a->confidence);
	plim_table_text(table, a->owner);
	plim_table_text(table, a->date);
	plim_table_text(table, a->limitation);
}

const plim_data plim_data_assumptions = {"assumptions",   assumption_columns, COUNT(assumption_columns),
                                         assumption_rows, add_assumption,     false};
