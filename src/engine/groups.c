/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/groups.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/clause.h"

#define ORGANISATION "(organisation)"
#define NONE "(none)"
#define UNASSIGNED "(unassigned)"
#define INTERRUPTION "interruption"
#define SUBSTITUTION "substitution"

typedef struct builder {
	plim_groups *groups;
	size_t capacity;
	bool failed;
} builder;

static void add(builder *b, plim_group_kind kind, const char *name, const char *title, int32_t parent, bool leaf)
{
	plim_groups *g = b->groups;
	if (b->failed || plim_mem_grow((void **)&g->item, &b->capacity, g->count + 1, sizeof *g->item)) {
		b->failed = true;
		return;
	}
	plim_group *item = &g->item[g->count++];
	*item = (plim_group){.kind = kind,
						 .name = plim_mem_string(name),
						 .title = plim_mem_string(title),
						 .parent = parent,
						 .leaf = leaf};
	if (!item->name || !item->title)
		b->failed = true;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(((const plim_group *)a)->name, ((const plim_group *)b)->name);
}

/* Sorts what `kind` has so far and drops doubles. */
static void settle(builder *b, size_t first)
{
	plim_groups *g = b->groups;
	if (b->failed)
		return;
	if (g->count > first + 1)
		qsort(g->item + first, g->count - first, sizeof *g->item, compare_names);
	size_t kept = first;
	for (size_t i = first; i < g->count; i++) {
		if (kept > first && strcmp(g->item[kept - 1].name, g->item[i].name) == 0) {
			plim_mem_free(g->item[i].name);
			plim_mem_free(g->item[i].title);
		} else {
			g->item[kept++] = g->item[i];
		}
	}
	g->count = kept;
}

static bool clause_weighted(const plim_model *model, uint32_t clause)
{
	for (size_t t = 0; t < model->threats; t++)
		for (size_t c = 0; c < model->threat[t].clauses; c++)
			if (model->threat[t].clause[c].clause == clause)
				return true;
	return false;
}

static bool clause_has_children(const plim_clause *tree, size_t count, uint32_t clause)
{
	for (size_t i = 0; i < count; i++)
		if (tree[i].parent == (int32_t)clause)
			return true;
	return false;
}

/* The whole tree, so that a clause on which nothing bears shows as such; a parent that carries weight itself has a leaf
 * "(general)" right below it. */
static void add_clauses(builder *b, const plim_model *model)
{
	size_t count = 0;
	const plim_clause *tree = plim_clause_tree(model->edition, &count);
	int32_t *index = plim_mem_alloc(count, sizeof *index);
	if (!index) {
		b->failed = true;
		return;
	}
	for (uint32_t c = 0; c < count && !b->failed; c++) {
		bool parent = clause_has_children(tree, count, c);
		index[c] = (int32_t)b->groups->count;
		add(b, PLIM_GROUP_CLAUSE, tree[c].number, tree[c].title, tree[c].parent < 0 ? -1 : index[tree[c].parent], !parent);
		if (parent && clause_weighted(model, c)) {
			char name[64];
			snprintf(name, sizeof name, "%s (general)", tree[c].number);
			add(b, PLIM_GROUP_CLAUSE, name, tree[c].title, index[c], true);
		}
	}
	for (size_t t = 0; t < model->threats; t++) {
		if (model->threat[t].clauses == 0) {
			add(b, PLIM_GROUP_CLAUSE, UNASSIGNED, "No clause named", -1, true);
			break;
		}
	}
	plim_mem_free(index);
}

static const char *or_none(const char *name)
{
	return *name ? name : NONE;
}

static bool has_outages(const plim_model *model)
{
	for (size_t t = 0; t < model->threats; t++)
		if (model->threat[t].outage)
			return true;
	return false;
}

/* What outages add to the loss components. */
static void add_outage_components(builder *b, const plim_model *model)
{
	bool costs = false;
	for (size_t i = 0; i < model->links; i++)
		costs |= model->link[i].substitution_cost_per_day > 0;
	if (has_outages(model))
		add(b, PLIM_GROUP_COMPONENT, INTERRUPTION, "", -1, true);
	if (has_outages(model) && costs)
		add(b, PLIM_GROUP_COMPONENT, SUBSTITUTION, "", -1, true);
}

/* Nodes whose margin, or whose cost of substitution, an outage can touch; direct losses have no bearer. */
static void add_bearers(builder *b, const plim_model *model)
{
	if (!has_outages(model))
		return;
	add(b, PLIM_GROUP_BEARER, NONE, "", -1, true);
	for (size_t n = 0; n < model->nodes; n++)
		if (model->node[n].in_scope && model->node[n].margin_per_day > 0)
			add(b, PLIM_GROUP_BEARER, model->node[n].id, model->node[n].title, -1, true);
	for (size_t i = 0; i < model->links; i++) {
		const plim_node *to = &model->node[model->link[i].to];
		if (to->in_scope && model->link[i].substitution_cost_per_day > 0)
			add(b, PLIM_GROUP_BEARER, to->id, to->title, -1, true);
	}
}

static void add_threat_attributes(builder *b, const plim_model *model, plim_group_kind kind)
{
	for (size_t t = 0; t < model->threats; t++) {
		const plim_threat *threat = &model->threat[t];
		if (kind == PLIM_GROUP_THREAT)
			add(b, kind, threat->id, threat->title, -1, true);
		else if (kind == PLIM_GROUP_CATEGORY)
			add(b, kind, or_none(threat->category), "", -1, true);
		else
			for (size_t c = 0; c < threat->losses; c++)
				add(b, kind, threat->loss[c].component, "", -1, true);
	}
}

/* Places that some threat can strike, and the two names that make every kind add up to the total. */
static void add_places(builder *b, const plim_model *model, plim_group_kind kind)
{
	plim_place_kind own = kind == PLIM_GROUP_NODE ? PLIM_PLACE_NODE : PLIM_PLACE_LINK;
	for (size_t t = 0; t < model->threats; t++) {
		const plim_selector *where = &model->threat[t].where;
		if (where->kind == PLIM_PLACE_ORGANISATION)
			add(b, kind, ORGANISATION, "", -1, true);
		else if (where->kind != own)
			add(b, kind, NONE, "", -1, true);
		else
			for (size_t p = 0; p < where->places; p++) {
				uint32_t place = where->place[p];
				add(b, kind, own == PLIM_PLACE_NODE ? model->node[place].id : model->link[place].id,
					own == PLIM_PLACE_NODE ? model->node[place].title : model->link[place].title, -1, true);
			}
	}
}

static void add_regions(builder *b, const plim_model *model)
{
	for (size_t t = 0; t < model->threats; t++) {
		const plim_selector *where = &model->threat[t].where;
		if (where->kind == PLIM_PLACE_ORGANISATION)
			add(b, PLIM_GROUP_REGION, ORGANISATION, "", -1, true);
		for (size_t p = 0; p < where->places; p++)
			add(b, PLIM_GROUP_REGION,
				or_none(where->kind == PLIM_PLACE_NODE ? model->node[where->place[p]].region
													   : model->link[where->place[p]].region),
				"", -1, true);
		settle(b, b->groups->first[PLIM_GROUP_REGION]); /* keep it short: there are many places and few regions */
	}
}

static void add_kind(builder *b, const plim_model *model, plim_group_kind kind)
{
	switch (kind) {
	case PLIM_GROUP_TOTAL: add(b, kind, "total", "", -1, true); break;
	case PLIM_GROUP_CLAUSE: add_clauses(b, model); return;
	case PLIM_GROUP_THREAT:
	case PLIM_GROUP_CATEGORY:
	case PLIM_GROUP_COMPONENT:
		add_threat_attributes(b, model, kind);
		if (kind == PLIM_GROUP_COMPONENT)
			add_outage_components(b, model);
		break;
	case PLIM_GROUP_BEARER: add_bearers(b, model); break;
	case PLIM_GROUP_NODE:
	case PLIM_GROUP_LINK: add_places(b, model, kind); break;
	case PLIM_GROUP_REGION: add_regions(b, model); break;
	default: break;
	}
	settle(b, b->groups->first[kind]);
}

static plim_group_form form_of(const plim_group *group)
{
	if (group->kind == PLIM_GROUP_THREAT)
		return PLIM_GROUP_FORM_LIST;
	if (group->kind == PLIM_GROUP_NODE || group->kind == PLIM_GROUP_LINK || group->kind == PLIM_GROUP_BEARER)
		if (strcmp(group->name, NONE) != 0 && strcmp(group->name, ORGANISATION) != 0)
			return PLIM_GROUP_FORM_SPARSE;
	return PLIM_GROUP_FORM_DENSE;
}

static void number_dense(plim_groups *groups)
{
	groups->dense_count = groups->logged_count = 0;
	for (size_t g = 0; g < groups->count; g++) {
		groups->dense[g] = groups->form[g] == PLIM_GROUP_FORM_DENSE ? groups->dense_count++ : UINT32_MAX;
		groups->logged_count += groups->form[g] == PLIM_GROUP_FORM_LOGGED;
	}
}

void plim_groups_log(plim_groups *groups, const bool *which)
{
	for (size_t g = 0; g < groups->count; g++)
		if (groups->form[g] == PLIM_GROUP_FORM_DENSE || groups->form[g] == PLIM_GROUP_FORM_LOGGED)
			groups->form[g] = which[g] ? PLIM_GROUP_FORM_LOGGED : PLIM_GROUP_FORM_DENSE;
	number_dense(groups);
}

plim_status plim_groups_build(const plim_model *model, size_t series, plim_groups *groups, plim_error *error)
{
	plim_groups built = {0};
	builder b = {.groups = &built};
	for (int kind = 0; kind < PLIM_GROUP_KIND_COUNT; kind++) {
		built.first[kind] = built.count;
		add_kind(&b, model, (plim_group_kind)kind);
	}
	built.first[PLIM_GROUP_KIND_COUNT] = built.count;
	built.form = plim_mem_alloc(built.count, sizeof *built.form);
	built.dense = plim_mem_alloc(built.count, sizeof *built.dense);
	built.alike = plim_mem_alloc(built.count, sizeof *built.alike);
	if (b.failed || !built.form || !built.dense || !built.alike) {
		plim_groups_clear(&built);
		return plim_error_memory(error, "the list of groups");
	}
	size_t places = 0;
	for (size_t g = 0; g < built.count; g++) {
		built.form[g] = form_of(&built.item[g]);
		places += built.form[g] == PLIM_GROUP_FORM_SPARSE;
		built.alike[g] = (uint32_t)g;
	}
	number_dense(&built);
	built.places_shared = places * series > PLIM_GROUPS_OWN_PLACES;
	built.years = model->horizon_years;
	built.present = model->horizon_years > 1 && !isnan(model->discount_rate);
	*groups = built;
	return PLIM_OK;
}

size_t plim_groups_own_places(const plim_groups *groups, size_t series)
{
	size_t places = 0;
	for (size_t k = 0; k < series; k++)
		for (size_t g = 0; g < groups->count; g++)
			places += plim_groups_in_set(groups, g) && plim_groups_origin(groups, k, g) == k;
	return places;
}

void plim_groups_part_series(plim_groups *groups)
{
	plim_mem_free(groups->origin);
	plim_mem_free(groups->origin_row);
	groups->origin = groups->origin_row = NULL;
	groups->origin_rows = 0;
}

void plim_groups_clear(plim_groups *groups)
{
	for (size_t g = 0; g < groups->count; g++) {
		plim_mem_free(groups->item[g].name);
		plim_mem_free(groups->item[g].title);
	}
	plim_mem_free(groups->item);
	plim_mem_free(groups->form);
	plim_mem_free(groups->dense);
	plim_mem_free(groups->alike);
	plim_groups_part_series(groups);
	*groups = (plim_groups){0};
}

uint32_t plim_groups_find(const plim_groups *groups, plim_group_kind kind, const char *name)
{
	size_t low = groups->first[kind], high = groups->first[kind + 1];
	if (kind == PLIM_GROUP_CLAUSE) { /* in the standard's order, and short */
		while (low < high && strcmp(groups->item[low].name, name) != 0)
			low++;
		return (uint32_t)low;
	}
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (strcmp(groups->item[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return (uint32_t)low;
}

int plim_group_mantissa_bits(plim_group_kind kind)
{
	switch (kind) {
	case PLIM_GROUP_TOTAL:
	case PLIM_GROUP_CLAUSE: return 10;
	case PLIM_GROUP_NODE:
	case PLIM_GROUP_LINK:
	case PLIM_GROUP_BEARER: return 5;
	default: return 7;
	}
}

bool plim_groups_follows(const plim_groups *groups, size_t group)
{
	if (!groups->alike || groups->alike[group] == group)
		return false;
	const plim_group_kind kind = groups->item[group].kind, first = groups->item[groups->alike[group]].kind;
	return plim_group_mantissa_bits(first) >= plim_group_mantissa_bits(kind);
}
