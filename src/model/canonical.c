/* SPDX-License-Identifier: Apache-2.0 */
#include "model/canonical.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/canonical_law.h"
#include "model/canonical_manage.h"
#include "model/clause.h"
#include "model/json_writer.h"
#include "model/model.h"

/* Every record sorted here has its identity as its first member. */
#define NAME_FIRST(type, member) _Static_assert(offsetof(type, member) == 0, #type " must begin with its identity")
NAME_FIRST(plim_node, id);
NAME_FIRST(plim_link, id);
NAME_FIRST(plim_threat, id);
NAME_FIRST(plim_trip, id);
NAME_FIRST(plim_control, id);
NAME_FIRST(plim_scenario, id);
NAME_FIRST(plim_policy_cover, id);
NAME_FIRST(plim_band, name);
NAME_FIRST(plim_column, name);
NAME_FIRST(plim_severity, component);

/* ---- parts of a threat ---- */

static void field_list(plim_writer *out, const char *name, char *const *list)
{
	if (!list) {
		plim_field_null(out, name);
		return;
	}
	size_t count = 0;
	while (list[count])
		count++;
	plim_field_set(out, name, list, count);
}

static void field_selector(plim_writer *out, const char *name, const plim_selector *selector)
{
	static const char *const places[] = {"organisation", "nodes", "links"};
	plim_writer_key(out, name);
	plim_writer_open(out, "{");
	field_list(out, "id", selector->id);
	field_list(out, "kind", selector->node_kind);
	field_list(out, "mode", selector->mode);
	plim_field_text(out, "places", selector->everywhere ? "everywhere" : places[selector->kind]);
	field_list(out, "region", selector->region);
	field_list(out, "tag", selector->tag);
	plim_writer_close(out, "}");
}

static void field_frequency(plim_writer *out, const plim_frequency *frequency)
{
	plim_writer_key(out, "frequency");
	plim_writer_open(out, "{");
	plim_writer_key(out, "counts");
	plim_writer_open(out, "[");
	for (size_t i = 0; i < frequency->length; i++) {
		plim_writer_integer(out, frequency->counts[i]);
	}
	plim_writer_close(out, "]");
	plim_field_unknown(out, "dispersion", &frequency->dispersion);
	/* a plain size has become a plain dispersion: only a law of the size is another thing */
	plim_field_bool(out, "dispersion_is_size", frequency->dispersion.law && frequency->dispersion_is_size);
	plim_field_text(out, "law", plim_count_law_name(frequency->law));
	plim_field_unknown(out, "mean", &frequency->mean);
	plim_field_integer(out, "n", frequency->n);
	plim_field_unknown(out, "p", &frequency->p);
	plim_field_numbers(out, "weights", frequency->weights, frequency->length);
	plim_writer_close(out, "}");
}

static void write_severity(plim_writer *out, const void *record)
{
	const plim_severity *severity = record;
	plim_writer_key(out, "amount");
	plim_value_amount(out, &severity->amount);
	plim_field_number(out, "cap", severity->cap);
	plim_field_text(out, "component", severity->component);
	plim_field_number(out, "shift", severity->shift);
	plim_field_unknown(out, "times", &severity->times);
}

static void field_outage(plim_writer *out, const plim_severity *outage)
{
	if (!outage) {
		plim_field_null(out, "outage");
		return;
	}
	plim_writer_key(out, "outage");
	plim_writer_open(out, "{");
	write_severity(out, outage);
	plim_writer_close(out, "}");
}

static const char *clause_number(const plim_model *model, size_t index)
{
	size_t count;
	const plim_clause *tree = plim_clause_tree(model->edition, &count);
	return index < count ? tree[index].number : "";
}

static void field_clauses(plim_writer *out, const plim_threat *threat)
{
	plim_writer_key(out, "clauses");
	plim_writer_open(out, "[");
	for (size_t i = 0; i < threat->clauses; i++) {
		plim_writer_open(out, "{");
		plim_field_text(out, "clause", clause_number(out->model, threat->clause[i].clause));
		plim_field_number(out, "weight", threat->clause[i].weight);
		plim_writer_close(out, "}");
	}
	plim_writer_close(out, "]");
}

static void field_custody(plim_writer *out, const plim_custody *custody)
{
	if (!custody) {
		plim_field_null(out, "custody");
		return;
	}
	plim_writer_key(out, "custody");
	plim_writer_open(out, "{");
	plim_field_number(out, "detected_loss", custody->detected_loss);
	plim_field_number(out, "hand_over", custody->hand_over);
	plim_field_number(out, "moving", custody->moving);
	plim_field_number(out, "resting", custody->resting);
	plim_writer_close(out, "}");
}

static void write_threat(plim_writer *out, const void *record)
{
	const plim_threat *threat = record;
	plim_field_set(out, "assumptions", threat->assumptions, threat->assumption_count);
	plim_field_text(out, "category", threat->category);
	field_clauses(out, threat);
	plim_field_text(out, "consequence", threat->consequence);
	field_custody(out, threat->custody);
	plim_field_text(out, "description", threat->description);
	plim_field_text(out, "exposure", threat->exposure);
	plim_field_text(out, "family", threat->family);
	field_frequency(out, &threat->frequency);
	plim_field_text(out, "id", threat->id);
	plim_field_text(out, "likelihood", threat->likelihood);
	if (threat->loss_outage_correlation != 0) /* models without keep their digest */
		plim_field_number(out, "loss_outage_correlation", threat->loss_outage_correlation);
	plim_field_text(out, "loss_times", threat->loss_times);
	plim_field_records(out, "losses", threat->loss, threat->losses, sizeof *threat->loss, write_severity);
	plim_field_text(out, "notes", threat->notes);
	field_outage(out, threat->outage);
	plim_field_number(out, "outage_share", threat->outage_share);
	plim_field_text(out, "owner", threat->owner);
	if (threat->severity_df != 0) /* models without keep their digest */
		plim_field_number(out, "severity_copula_df", threat->severity_df);
	plim_field_unknown(out, "severity_correlation", &threat->severity_correlation);
	plim_field_text(out, "shared_by", threat->shared_by);
	plim_field_text(out, "stops", threat->stops_inflow ? "inflow" : "output");
	plim_field_unknown(out, "strike_probability", &threat->strike_probability);
	plim_field_text(out, "title", threat->title);
	plim_field_treatment(out, &threat->treatment);
	plim_field_unknown(out, "vulnerability", &threat->vulnerability);
	field_selector(out, "where", &threat->where);
}

/* ---- places ---- */

/* The cells of one row of a table, under the columns' names; blank ones are absent. The text and not the number is
 * written, because a column can also be a key of a shared event. */
static void field_columns(plim_writer *out, const plim_column *columns, size_t count, size_t row)
{
	plim_writer_key(out, "columns");
	plim_writer_open(out, "{");
	const void **order = count ? plim_records_sorted(out, columns, count, sizeof *columns) : NULL;
	for (size_t i = 0; order && i < count; i++) {
		const plim_column *column = order[i];
		if (column->text[row] && *column->text[row])
			plim_field_text(out, column->name, column->text[row]);
	}
	plim_mem_free(order);
	plim_writer_close(out, "}");
}

static void write_node(plim_writer *out, const void *record)
{
	const plim_node *node = record;
	const plim_model *model = out->model;
	field_columns(out, model->node_column, model->node_columns, (size_t)(node - model->node));
	plim_field_text(out, "id", node->id);
	plim_field_text(out, "inputs", node->inputs_each ? "each" : "all");
	plim_writer_key(out, "item_weights");
	plim_writer_open(out, "{");
	for (size_t i = 0; i < node->item_count; i++)
		plim_field_number(out, node->item_names[i], node->item_weights[i]);
	plim_writer_close(out, "}");
	plim_field_text(out, "kind", node->kind);
	plim_field_number(out, "margin_per_day", node->margin_per_day);
	plim_field_text(out, "region", node->region);
	plim_field_set(out, "tags", node->tags, node->tag_count);
	plim_field_text(out, "title", node->title);
}

static void write_link(plim_writer *out, const void *record)
{
	const plim_link *link = record;
	const plim_model *model = out->model;
	plim_field_number(out, "buffer_days", link->buffer_days);
	field_columns(out, model->link_column, model->link_columns, (size_t)(link - model->link));
	plim_field_text(out, "from", model->node[link->from].id);
	plim_field_text(out, "id", link->id);
	plim_field_text(out, "item", link->item);
	plim_field_text(out, "kind", link->kind);
	plim_field_number(out, "lead_days", link->lead_days);
	plim_field_text(out, "mode", link->mode);
	plim_field_text(out, "region", link->region);
	plim_field_number(out, "restock_days", link->restock_days);
	plim_field_number(out, "share", link->share);
	plim_field_number(out, "substitution", link->substitution);
	plim_field_number(out, "substitution_cost_per_day", link->substitution_cost_per_day);
	plim_field_number(out, "switch_days", link->switch_days);
	plim_field_set(out, "tags", link->tags, link->tag_count);
	plim_field_text(out, "title", link->title);
	plim_field_text(out, "to", model->node[link->to].id);
}

static void write_trip(plim_writer *out, const void *record)
{
	const plim_trip *trip = record;
	plim_field_text(out, "id", trip->id);
	plim_writer_key(out, "legs");
	plim_writer_open(out, "[");
	for (size_t i = 0; i < trip->legs; i++) {
		const plim_leg *leg = &trip->leg[i];
		plim_writer_open(out, "{");
		plim_field_integer(out, "hand_overs", leg->hand_overs);
		plim_field_number(out, "hours_moving", leg->hours_moving);
		plim_field_number(out, "hours_resting", leg->hours_resting);
		plim_field_text(out, "link", out->model->link[leg->link].id);
		plim_field_number(out, "seal_check", leg->seal_check);
		plim_writer_close(out, "}");
	}
	plim_writer_close(out, "]");
	plim_field_text(out, "title", trip->title);
	plim_field_integer(out, "trips_per_year", trip->trips_per_year);
}

/* ---- what is done about it ---- */

static void field_effects(plim_writer *out, const plim_control *control)
{
	plim_writer_key(out, "reduces");
	plim_writer_open(out, "{");
	plim_field_unknown(out, "frequency", &control->reduces_frequency);
	plim_field_unknown(out, "loss", &control->reduces_loss);
	if (control->components > 0) {
		plim_writer_key(out, "losses");
		plim_writer_open(out, "{");
		for (size_t i = 0; i < control->components; i++)
			plim_field_unknown(out, control->component[i].component, &control->component[i].share);
		plim_writer_close(out, "}");
	}
	plim_field_unknown(out, "outage_days", &control->reduces_outage);
	plim_field_unknown(out, "vulnerability", &control->reduces_vulnerability);
	plim_writer_close(out, "}");
}

static void field_cost(plim_writer *out, const plim_control *control)
{
	plim_writer_key(out, "cost");
	plim_writer_open(out, "{");
	plim_field_unknown(out, "annual", &control->cost_annual);
	plim_field_unknown(out, "capital", &control->cost_capital);
	plim_field_number(out, "life_years", control->life_years);
	plim_writer_close(out, "}");
}

static void field_friction(plim_writer *out, const plim_friction *friction)
{
	plim_writer_key(out, "friction");
	plim_writer_open(out, "{");
	plim_field_number(out, "cost_per_hour", friction->cost_per_hour);
	plim_field_unknown(out, "hours_per_passage", &friction->hours);
	plim_field_number(out, "passages_per_year", friction->passages_per_year);
	plim_writer_close(out, "}");
}

static bool is_plain(const plim_number *number, double value)
{
	return !number->law && number->value == value;
}

/* Keys that came later than others are written only where they say something: models without them keep their digest. */
static void write_control(plim_writer *out, const void *record)
{
	const plim_control *control = record;
	const plim_model *model = out->model;
	plim_writer_key(out, "adds");
	plim_writer_open(out, "{");
	plim_field_number(out, "buffer_days", control->adds_buffer_days);
	plim_field_number(out, "substitution", control->adds_substitution);
	plim_writer_close(out, "}");
	if (control->against_all)
		plim_field_null(out, "against");
	else
		plim_field_members(out, "against", model->threat, sizeof *model->threat, control->against,
		                   control->against_count);
	plim_field_text(out, "category", control->category);
	plim_field_text(out, "clause", control->clause < 0 ? "" : clause_number(model, (size_t)control->clause));
	plim_field_text(out, "confidence", control->confidence);
	field_cost(out, control);
	plim_field_unknown(out, "coverage", &control->coverage);
	plim_field_text(out, "description", control->description);
	plim_field_text(out, "evidence", control->evidence);
	if (control->excludes_count > 0)
		plim_field_members(out, "excludes", model->control, sizeof *model->control, control->excludes,
		                   control->excludes_count);
	if (!is_plain(&control->friction.hours, 0))
		field_friction(out, &control->friction);
	plim_field_text(out, "id", control->id);
	plim_field_text(out, "notes", control->notes);
	plim_field_text(out, "owner", control->owner);
	field_effects(out, control);
	if (!is_plain(&control->reliability, 1))
		plim_field_unknown(out, "reliability", &control->reliability);
	if (control->requires_count > 0)
		plim_field_members(out, "requires", model->control, sizeof *model->control, control->requires,
		                   control->requires_count);
	plim_field_duties(out, control);
	plim_field_number(out, "start_day", control->start_day);
	plim_field_text(out, "status", control->status);
	plim_field_text(out, "title", control->title);
	field_selector(out, "where", &control->where);
}

static void write_scenario(plim_writer *out, const void *record)
{
	const plim_scenario *scenario = record;
	const plim_model *model = out->model;
	plim_field_members(out, "controls", model->control, sizeof *model->control, scenario->control, scenario->controls);
	plim_field_text(out, "id", scenario->id);
	if (!scenario->policies_all) /* absent means all: models without the key keep their digest */
		plim_field_members(out, "insurance", model->insurance, sizeof *model->insurance, scenario->policy,
		                   scenario->policies);
	plim_field_text(out, "title", scenario->title);
}

static void write_policy_cover(plim_writer *out, const void *record)
{
	const plim_policy_cover *policy = record;
	const plim_model *model = out->model;
	plim_field_number(out, "aggregate_deductible", policy->aggregate_deductible);
	plim_field_number(out, "aggregate_limit", policy->aggregate_limit);
	plim_field_members(out, "covers", model->threat, sizeof *model->threat, policy->covers, policy->covers_count);
	plim_field_number(out, "deductible", policy->deductible);
	plim_field_text(out, "id", policy->id);
	plim_field_number(out, "limit", policy->limit);
	plim_field_number(out, "premium", policy->premium);
	plim_field_number(out, "share", policy->share);
	plim_field_number(out, "waiting_days", policy->waiting_days);
}

static void write_intensity(plim_writer *out, const void *record)
{
	const plim_intensity *intensity = record;
	const plim_model *model = out->model;
	plim_field_number(out, "cv", intensity->cv);
	plim_field_text(out, "group", intensity->group);
	plim_writer_key(out, "regimes");
	plim_writer_open(out, "[");
	for (size_t i = 0; i < intensity->regimes; i++) {
		plim_writer_open(out, "{");
		plim_field_number(out, "factor", intensity->factor[i]);
		plim_field_number(out, "weight", intensity->weight[i]);
		plim_writer_close(out, "}");
	}
	plim_writer_close(out, "]");
	plim_field_members(out, "threats", model->threat, sizeof *model->threat, intensity->threat, intensity->threats);
}

/* ---- the model ---- */

static void write_band(plim_writer *out, const void *record)
{
	const plim_band *band = record;
	plim_field_number(out, "high", band->high);
	plim_field_number(out, "low", band->low);
	plim_field_text(out, "name", band->name);
}

static void field_bands(plim_writer *out)
{
	const plim_model *model = out->model;
	plim_writer_key(out, "bands");
	plim_writer_open(out, "{");
	plim_field_records(out, "consequence", model->consequence, model->consequences, sizeof(plim_band), write_band);
	plim_field_records(out, "likelihood", model->likelihood, model->likelihoods, sizeof(plim_band), write_band);
	plim_writer_close(out, "}");
}

static void field_scope(plim_writer *out)
{
	const plim_model *model = out->model;
	plim_writer_key(out, "scope");
	plim_writer_open(out, "{");
	plim_field_text(out, "description", model->scope_description);
	if (model->scope_filtered)
		field_selector(out, "include", &model->scope);
	else
		plim_field_null(out, "include");
	plim_writer_close(out, "}");
}

void plim_model_lists(const plim_model *m, plim_model_list list[static PLIM_MODEL_LISTS])
{
	/* `late`: came later than others, and is not written when empty, so that models without keep their digest */
#define LIST(name, member, count, write, late)                                                                         \
	(plim_model_list){name, m->member, m->count, sizeof *m->member, write, late}
	list[PLIM_LIST_ACTIONS] = LIST("actions", action, actions, plim_write_action, true);
	list[PLIM_LIST_ASSUMPTIONS] = LIST("assumptions", assumption, assumptions, plim_write_assumption, false);
	list[PLIM_LIST_CONTROLS] = LIST("controls", control, controls, write_control, false);
	list[PLIM_LIST_INSURANCE] = LIST("insurance", insurance, insurances, write_policy_cover, false);
	list[PLIM_LIST_INTENSITY] = LIST("intensity", intensity, intensities, write_intensity, true);
	list[PLIM_LIST_LEGAL] = LIST("legal", legal, legals, plim_write_legal, true);
	list[PLIM_LIST_LINKS] = LIST("links", link, links, write_link, false);
	list[PLIM_LIST_NODES] = LIST("nodes", node, nodes, write_node, false);
	list[PLIM_LIST_SCENARIOS] = LIST("scenarios", scenario, scenarios, write_scenario, false);
	list[PLIM_LIST_THREATS] = LIST("threats", threat, threats, write_threat, false);
	list[PLIM_LIST_TRIPS] = LIST("trips", trip, trips, write_trip, false);
#undef LIST
}

/* The lists from `from` up to `to`, which stand side by side in byte order. NULL: the lists are left out. */
static void field_lists(plim_writer *out, const plim_model_list *list, int from, int to)
{
	for (int k = from; list && k <= to; k++)
		if (list[k].count || !list[k].late)
			plim_field_records(out, list[k].name, list[k].record, list[k].count, list[k].size, list[k].write);
}

static void write_parts(plim_writer *out, const plim_model_list *list)
{
	const plim_model *m = out->model;
	plim_writer_open(out, "{");
	field_lists(out, list, PLIM_LIST_ACTIONS, PLIM_LIST_ASSUMPTIONS);
	field_bands(out);
	field_lists(out, list, PLIM_LIST_CONTROLS, PLIM_LIST_CONTROLS);
	plim_field_text(out, "currency", m->currency);
	plim_field_text(out, "description", m->description);
	plim_field_number(out, "discount_rate", m->discount_rate);
	plim_field_integer(out, "edition", (uint64_t)m->edition);
	plim_field_integer(out, "horizon_years", m->horizon_years);
	field_lists(out, list, PLIM_LIST_INSURANCE, PLIM_LIST_LINKS);
	plim_field_text(out, "name", m->name);
	field_lists(out, list, PLIM_LIST_NODES, PLIM_LIST_NODES);
	plim_field_text(out, "overlaps", m->overlaps_alone ? "alone" : "joint");
	plim_field_integer(out, "plimsoll", 1);
	plim_field_policy(out, m);
	field_lists(out, list, PLIM_LIST_SCENARIOS, PLIM_LIST_SCENARIOS);
	field_scope(out);
	field_lists(out, list, PLIM_LIST_THREATS, PLIM_LIST_TRIPS);
	plim_writer_close(out, "}");
}

void plim_model_write_head(plim_writer *out)
{
	write_parts(out, NULL);
}

static void write_model(plim_writer *out)
{
	plim_model_list list[PLIM_MODEL_LISTS];
	plim_model_lists(out->model, list);
	write_parts(out, list);
}

plim_status plim_model_to_json(const plim_model *model, char **json, plim_error *error)
{
	plim_writer out = {.model = model};
	write_model(&out);
	if (out.text.failed) {
		plim_text_free(&out.text);
		return plim_error_memory(error, "the model as JSON");
	}
	*json = out.text.data;
	return PLIM_OK;
}

plim_status plim_model_digest_compute(plim_model *model, plim_error *error)
{
	plim_digest digest;
	plim_digest_init(&digest);
	plim_writer out = {.model = model, .digest = &digest};
	write_model(&out);
	bool failed = out.text.failed;
	plim_text_free(&out.text);
	if (failed)
		return plim_error_memory(error, "the digest of the model");
	plim_digest_final(&digest, model->digest);
	return PLIM_OK;
}
