/* SPDX-License-Identifier: Apache-2.0 */
/* One threat of the model as a threat of the plan: its sources, what strikes them together, components, clauses. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "dist/round.h"
#include "engine/plan_build.h"
#include "model/place.h"
#include "model/clause.h"
#include "random/identity.h"

#define ORGANISATION "(organisation)"
#define NONE "(none)"

static const char *place_id(const plim_model *model, plim_place_kind kind, uint32_t place)
{
	return kind == PLIM_PLACE_NODE ? model->node[place].id : model->link[place].id;
}

static const char *place_region(const plim_model *model, plim_place_kind kind, uint32_t place)
{
	const char *region = kind == PLIM_PLACE_NODE ? model->node[place].region : model->link[place].region;
	return *region ? region : NONE;
}

void plim_plan_source_groups(const plim_plan *plan, const plim_threat *threat, plim_plan_source *source)
{
	const plim_groups *groups = &plan->groups;
	bool node = threat->where.kind == PLIM_PLACE_NODE;
	plim_group_kind own = node ? PLIM_GROUP_NODE : PLIM_GROUP_LINK, other = node ? PLIM_GROUP_LINK : PLIM_GROUP_NODE;
	if (threat->where.kind == PLIM_PLACE_ORGANISATION) {
		source->place_group = plim_groups_find(groups, PLIM_GROUP_NODE, ORGANISATION);
		source->other_group = plim_groups_find(groups, PLIM_GROUP_LINK, ORGANISATION);
		source->region_group = plim_groups_find(groups, PLIM_GROUP_REGION, ORGANISATION);
		return;
	}
	source->place_group = plim_groups_find(groups, own, place_id(plan->model, threat->where.kind, source->place));
	source->other_group = plim_groups_find(groups, other, NONE);
	source->region_group =
		plim_groups_find(groups, PLIM_GROUP_REGION, place_region(plan->model, threat->where.kind, source->place));
}

typedef struct keyed_place {
	const char *key;
	uint32_t index; /* in the list of the selector */
} keyed_place;

static int compare_keys(const void *a, const void *b)
{
	const keyed_place *x = a, *y = b;
	int order = strcmp(x->key, y->key);
	return order ? order : (x->index > y->index) - (x->index < y->index);
}

/* Sources in order of (key, place); without `shared_by` every key is "". Places with an exposure of 0 have no source. */
static plim_status make_sources(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out)
{
	const plim_selector *where = &threat->where;
	bool organisation = where->kind == PLIM_PLACE_ORGANISATION;
	size_t places = organisation ? 1 : where->places;
	keyed_place *order = plim_mem_alloc(places, sizeof *order);
	if (!order)
		return plim_error_memory(b->error, "the sources");
	for (uint32_t i = 0; i < places; i++)
		order[i] = (keyed_place){out->shared ? plim_place_shared_key(b->model, threat, where->place[i]) : "", i};
	qsort(order, places, sizeof *order, compare_keys);
	out->first_source = (uint32_t)b->plan->sources;
	for (size_t i = 0; i < places; i++) {
		uint32_t at = order[i].index;
		plim_plan_source *source = &b->plan->source[b->plan->sources];
		*source = (plim_plan_source){.exposure = threat->exposure_of ? threat->exposure_of[at] : 1,
									 .loss_times = threat->loss_times_of ? threat->loss_times_of[at] : 1,
									 .threat = out->model_threat,
									 .place = organisation ? 0 : where->place[at]};
		if (!(source->exposure > 0))
			continue;
		const char *const names[] = {threat->id, organisation ? "" : place_id(b->model, where->kind, source->place)};
		const char *const place[] = {"place", organisation ? "organisation" : out->on_link ? "link" : "node", names[1]};
		source->identity = plim_identity(names, 2);
		source->place_identity = plim_identity(place, 3);
		plim_plan_source_groups(b->plan, threat, source);
		b->plan->sources++;
		out->sources++;
	}
	plim_mem_free(order);
	return PLIM_OK;
}

static plim_status make_keys(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out)
{
	size_t capacity = 0;
	const char *last = NULL;
	for (uint32_t s = 0; s < out->sources; s++) {
		const char *value = plim_place_shared_key(b->model, threat, b->plan->source[out->first_source + s].place);
		if (!last || strcmp(last, value) != 0) {
			if (plim_mem_grow((void **)&out->key, &capacity, out->keys + 1, sizeof *out->key))
				return plim_error_memory(b->error, "the keys of shared events");
			const char *const names[] = {"shared", threat->id, value};
			out->key[out->keys++] = (plim_plan_key){plim_identity(names, 3), out->first_source + s, 0};
			last = value;
		}
		plim_plan_key *key = &out->key[out->keys - 1];
		if (++key->count >= b->plan->largest_batch)
			b->plan->largest_batch = key->count + 1;
	}
	return PLIM_OK;
}

/* Whether the law of `table`, or of an unknown (if it is one), has no mean or no variance. */
static bool lacks_mean(const plim_plan *plan, const plim_plan_component *c)
{
	return plan->infinite_mean[c->table] ||
		   (c->times.unknown >= 0 && plan->infinite_mean[plan->unknown[c->times.unknown].table]);
}

static bool lacks_variance(const plim_plan *plan, const plim_plan_component *c)
{
	return plan->infinite_variance[c->table] ||
		   (c->times.unknown >= 0 && plan->infinite_variance[plan->unknown[c->times.unknown].table]);
}

static plim_status make_component(plim_plan_builder *b, const plim_threat *threat, const plim_severity *severity,
								  plim_plan_component *component)
{
	bool outage = severity == threat->outage;
	const char *const names[] = {outage ? "outage" : "component", severity->component};
	plim_text what = {0};
	plim_text_add_format(&what, outage ? "outage_days.times" : "loss.%s.times", severity->component);
	if (what.failed)
		return plim_error_memory(b->error, "the loss components");
	*component = (plim_plan_component){.identity = plim_identity(names, 2), .shift = severity->shift, .cap = severity->cap};
	plim_status status = plim_plan_table(b, &severity->amount, &component->table);
	if (status == PLIM_OK)
		status = plim_plan_param(b, &severity->times, "threat", threat->id, what.data, &component->times);
	if (status == PLIM_OK) {
		component->infinite_mean = isinf(component->cap) && lacks_mean(b->plan, component);
		component->infinite_variance = isinf(component->cap) && lacks_variance(b->plan, component);
	}
	plim_text_free(&what);
	return status;
}

/* Spearman's correlation of a Gaussian copula is 6/pi asin(rho / 2) (Kruskal, Journal of the American Statistical Association 53
 * (1958)); this is the way back. */
static void set_rho(double spearman, plim_plan_threat *out)
{
	out->outage_rho = plim_round_32((double)(2 * sinl(acosl(-1) * spearman / 6)));
	out->outage_rest = sqrt(1 - out->outage_rho * out->outage_rho);
}

static plim_status make_components(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out)
{
	plim_status status = PLIM_OK;
	out->component = plim_mem_alloc(threat->losses, sizeof *out->component);
	if (!out->component)
		return plim_error_memory(b->error, "the loss components");
	for (size_t c = 0; c < threat->losses && status == PLIM_OK; c++) {
		plim_plan_component *component = &out->component[out->components++];
		status = make_component(b, threat, &threat->loss[c], component);
		component->group = plim_groups_find(&b->plan->groups, PLIM_GROUP_COMPONENT, threat->loss[c].component);
	}
	if (status == PLIM_OK && threat->outage) {
		out->stops = true;
		out->outage_share = threat->outage_share;
		out->stops_inflow = threat->stops_inflow;
		status = make_component(b, threat, threat->outage, &out->outage);
		set_rho(threat->loss_outage_correlation, out);
	}
	return status;
}

/* A t copula: normal deviates over the root of a common chi-square over its degrees of freedom. */
static plim_status make_copula(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out)
{
	const double df = threat->severity_df;
	if (df == 0 || !out->shared)
		return PLIM_OK;
	plim_given given[] = {{.name = (char[]){"shape"}, .value = df / 2}, {.name = (char[]){"scale"}, .value = 2 / df}};
	plim_amount amount = {.family = PLIM_FAMILY_GAMMA, .given = given, .given_count = 2};
	plim_status status = plim_amount_build(&amount, b->error);
	if (status == PLIM_OK)
		status = plim_plan_table(b, &amount, &out->mixing_table);
	plim_mem_free(amount.coef);
	out->severity_df = df;
	return status == PLIM_OK ? plim_t_tail_new(df, &out->t_tail, b->error) : status;
}

static void add_clause(plim_plan_threat *out, uint32_t group, double weight)
{
	for (size_t c = 0; c < out->clauses; c++) {
		if (out->clause[c].group == group) {
			out->clause[c].weight += weight;
			return;
		}
	}
	out->clause[out->clauses++] = (plim_plan_share){group, weight};
}

/* Each weight goes to its leaf and to every clause above it. */
static plim_status make_clauses(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out)
{
	const plim_groups *groups = &b->plan->groups;
	size_t count = 0;
	const plim_clause *tree = plim_clause_tree(b->model->edition, &count);
	out->clause = plim_mem_alloc(count + threat->clauses + 1, sizeof *out->clause);
	if (!out->clause)
		return plim_error_memory(b->error, "the clauses");
	if (threat->clauses == 0)
		add_clause(out, plim_groups_find(groups, PLIM_GROUP_CLAUSE, "(unassigned)"), 1);
	for (size_t c = 0; c < threat->clauses; c++) {
		uint32_t group = plim_groups_find(groups, PLIM_GROUP_CLAUSE, tree[threat->clause[c].clause].number);
		if (!groups->item[group].leaf) /* its "(general)" leaf comes right after */
			group++;
		for (int32_t g = (int32_t)group; g >= 0; g = groups->item[g].parent)
			add_clause(out, (uint32_t)g, threat->clause[c].weight);
	}
	return PLIM_OK;
}

static double mean_attempts(const plim_plan_builder *b, const plim_threat *threat, const plim_plan_threat *out)
{
	const plim_frequency *f = &threat->frequency;
	plim_count law = {f->law, f->n, f->mean.value, f->p.value, f->dispersion.value, f->counts, f->weights, f->length};
	double each = plim_count_mean(&law), exposure = 0;
	for (uint32_t s = 0; s < out->sources; s++)
		exposure += b->plan->source[out->first_source + s].exposure;
	return each * (out->shared ? (double)out->keys : exposure) * b->plan->years;
}

plim_status plim_plan_threat_build(plim_plan_builder *b, uint32_t model_threat, plim_plan_threat *out)
{
	const plim_threat *threat = &b->model->threat[model_threat];
	const plim_groups *groups = &b->plan->groups;
	*out = (plim_plan_threat){.model_threat = model_threat, .shared = *threat->shared_by != '\0', .ladder = -1};
	out->on_link = threat->where.kind == PLIM_PLACE_LINK;
	out->scaled = threat->loss_times_of != NULL;
	out->group = plim_groups_find(groups, PLIM_GROUP_THREAT, threat->id);
	out->category_group = plim_groups_find(groups, PLIM_GROUP_CATEGORY, *threat->category ? threat->category : NONE);
	plim_status status = threat->custody ? plim_plan_custody(b, threat, out) : make_sources(b, threat, out);
	if (status == PLIM_OK && out->shared)
		status = make_keys(b, threat, out);
	if (status == PLIM_OK)
		status = plim_plan_param(b, &threat->strike_probability, "threat", threat->id, "strike_probability", &out->strike);
	if (status == PLIM_OK)
		status = plim_plan_param(b, &threat->severity_correlation, "threat", threat->id, "severity_correlation",
								 &out->correlation);
	if (status == PLIM_OK)
		status = make_copula(b, threat, out);
	if (status == PLIM_OK)
		status = plim_plan_param(b, &threat->vulnerability, "threat", threat->id, "vulnerability", &out->vulnerability);
	if (status == PLIM_OK && !out->custody)
		status = plim_plan_frequency(b, threat, out);
	if (status == PLIM_OK)
		status = plim_plan_effects(b, threat, out);
	if (status == PLIM_OK)
		status = make_components(b, threat, out);
	if (status == PLIM_OK)
		status = make_clauses(b, threat, out);
	if (status == PLIM_OK)
		status = plim_plan_covers(b, out);
	if (status != PLIM_OK) /* what follows rests on all of it */
		return status;
	out->held = out->stops || out->policies > 0;
	out->thins |= out->ladder >= 0 || out->thinned_p.unknown >= 0 || out->vulnerability.unknown >= 0 ||
				  out->vulnerability.value < 1;
	out->infinite_variance = out->mean.unknown >= 0 && b->plan->infinite_variance[b->plan->unknown[out->mean.unknown].table];
	if (!out->custody)
		out->attempts = mean_attempts(b, threat, out);
	return PLIM_OK;
}
