/* SPDX-License-Identifier: Apache-2.0 */
/* The network of a plan: graph, what each scenario adds to it, and a curve for every way a place can be stopped. */
#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/network_input.h"
#include "engine/plan_build.h"

static bool adds(const plim_control *control)
{
	return control->adds_buffer_days != 0 || control->adds_substitution != 0;
}

/* True if two scenarios have the same controls that add buffer or substitution. */
static bool same_adds(const plim_model *model, const plim_scenario *a, const plim_scenario *b)
{
	for (size_t i = 0, j = 0;; i++, j++) {
		while (i < a->controls && !adds(&model->control[a->control[i]]))
			i++;
		while (j < b->controls && !adds(&model->control[b->control[j]]))
			j++;
		bool more_a = i < a->controls, more_b = j < b->controls;
		if (!more_a || !more_b)
			return more_a == more_b;
		if (a->control[i] != b->control[j])
			return false;
	}
}

static plim_status make_overlays(plim_plan_builder *b)
{
	plim_plan *plan = b->plan;
	const plim_model *model = b->model;
	plan->overlay = plim_mem_alloc(plan->scenarios, sizeof *plan->overlay);
	if (!plan->overlay)
		return plim_error_memory(b->error, "the network");
	for (size_t k = 0; k < plan->scenarios; k++) {
		const plim_scenario *scenario = &model->scenario[plan->scenario[k].model_scenario];
		size_t same = 0;
		while (same < k && !same_adds(model, scenario, &model->scenario[plan->scenario[same].model_scenario]))
			same++;
		if (same < k) {
			plan->scenario[k].overlay = plan->scenario[same].overlay;
			continue;
		}
		plim_overlay *overlay = &plan->overlay[plan->overlays];
		plim_status status = plim_overlay_init(overlay, plan->graph, b->error);
		if (status != PLIM_OK)
			return status;
		plan->scenario[k].overlay = (uint32_t)plan->overlays++;
		for (size_t c = 0; c < scenario->controls; c++)
			plim_network_apply(plan->graph, &model->control[scenario->control[c]], overlay);
	}
	return PLIM_OK;
}

/* One way to stop a place, the source that meets it, and the longest outage that any threat brings in this way. */
typedef struct stop {
	plim_outage outage;
	uint32_t source;
	double longest;
} stop;

static int compare_stops(const void *a, const void *b)
{
	const plim_outage *x = &((const stop *)a)->outage, *y = &((const stop *)b)->outage;
	if (x->on_link != y->on_link)
		return x->on_link ? 1 : -1;
	if (x->place != y->place)
		return x->place < y->place ? -1 : 1;
	if (x->stops_inflow != y->stops_inflow)
		return x->stops_inflow ? 1 : -1;
	return (x->share > y->share) - (x->share < y->share);
}

static plim_outage outage_of(const plim_plan *plan, const plim_plan_threat *t, uint32_t source)
{
	return (plim_outage){.place = plan->source[source].place,
	                     .on_link = t->on_link,
	                     .stops_inflow = t->stops_inflow,
	                     .share = t->outage_share};
}

/* The longest outage that a threat can bring: controls only shorten it. Knots of a curve beyond it cost the more the
 * longer they are sought: small deficits empty large buffers after many years. */
static double longest_outage(const plim_plan *plan, const plim_plan_threat *t)
{
	const plim_plan_component *c = &t->outage;
	const double top = plim_quantile_table_at(plan->table[c->table], (UINT64_C(1) << 52) - 1);
	const double times = c->times.unknown < 0 ? c->times.value : plan->unknown[c->times.unknown].highest;
	const double longest = fmin(top * times + c->shift, c->cap);
	return top >= 0 && times >= 0 && longest >= 0 ? longest : INFINITY;
}

/* All stops, sorted; each source learns the number of its own. Returns the number of different ones in plan->curves. */
static stop *collect_stops(plim_plan *plan)
{
	size_t count = 0, kept = 0;
	stop *list = plim_mem_alloc(plan->sources, sizeof *list);
	for (size_t t = 0; list && t < plan->threats; t++) {
		const plim_plan_threat *threat = &plan->threat[t];
		const double longest = threat->stops ? longest_outage(plan, threat) : 0;
		for (uint32_t s = 0; threat->stops && s < threat->sources; s++) {
			uint32_t source = threat->first_source + s;
			list[count++] = (stop){outage_of(plan, threat, source), source, longest};
		}
	}
	if (list)
		qsort(list, count, sizeof *list, compare_stops);
	for (size_t i = 0; i < count; i++) {
		uint32_t source = list[i].source;
		if (kept == 0 || compare_stops(&list[kept - 1], &list[i]) != 0)
			list[kept++] = list[i];
		list[kept - 1].longest = fmax(list[kept - 1].longest, list[i].longest);
		plan->source[source].curve = (uint32_t)(kept - 1);
	}
	plan->curves = kept;
	return list;
}

/* Curve number i of all: those of every overlay, then the bare ones. */
static plim_status build_curve(plim_plan *plan, plim_network_solver *solver, const stop *list, size_t i,
                               plim_error *error)
{
	const plim_outage outage = list[i % plan->curves].outage;
	const double longest = list[i % plan->curves].longest;
	const plim_overlay bare = plim_graph_bare(plan->graph);
	const size_t overlay = i / plan->curves;
	if (overlay == plan->overlays)
		return plim_outage_curve_build_to(solver, &bare, outage, longest, &plan->bare[i % plan->curves], error);
	return plim_outage_curve_build_to(solver, &plan->overlay[overlay], outage, longest, &plan->curve[i], error);
}

static void build_curves(plim_plan_builder *b, const stop *list, plim_status *status)
{
	plim_plan *plan = b->plan;
	const size_t count = plan->curves * (plan->overlays + (plan->bare ? 1 : 0));
#pragma omp parallel
	{
		plim_network_solver *solver = NULL;
		plim_error error;
		plim_status own = plim_network_solver_new(plan->graph, &solver, &error);
#pragma omp for schedule(dynamic, 16)
		for (size_t i = 0; i < count; i++)
			if (own == PLIM_OK)
				own = build_curve(plan, solver, list, i, &error);
#pragma omp critical(plim_curves)
		if (own != PLIM_OK && *status == PLIM_OK) {
			*status = own;
			if (b->error)
				*b->error = error;
		}
		plim_network_solver_free(&solver);
	}
}

/* Up to so many places have bare curves. They take most of the time of compiling a large network, in which few places
 * ever meet others: there bare losses are solved when they do, to the same value but for rounding. */
#define MOST_BARE 8192

static bool has_bare_curves(const plim_plan_builder *b)
{
	return !plim_graph_pays(b->plan->graph) && !b->model->overlaps_alone && b->plan->curves <= MOST_BARE;
}

static plim_status make_curves(plim_plan_builder *b)
{
	plim_plan *plan = b->plan;
	plim_status status = PLIM_OK;
	stop *list = collect_stops(plan);
	plan->curve = list ? plim_mem_alloc(plan->curves * plan->overlays, sizeof *plan->curve) : NULL;
	const bool bare = has_bare_curves(b);
	if (list && bare)
		plan->bare = plim_mem_alloc(plan->curves, sizeof *plan->bare);
	if (plan->curve && (plan->bare || !bare))
		build_curves(b, list, &status);
	else
		status = plim_error_memory(b->error, "the outage-loss curves");
	plim_mem_free(list);
	return status;
}

static plim_status name_groups(plim_plan_builder *b)
{
	plim_plan *plan = b->plan;
	const plim_groups *groups = &plan->groups;
	plan->bearer_group = plim_mem_alloc(b->model->nodes, sizeof *plan->bearer_group);
	if (!plan->bearer_group)
		return plim_error_memory(b->error, "the network");
	plan->bearer_none = plim_groups_find(groups, PLIM_GROUP_BEARER, "(none)");
	plan->interruption_group = plim_groups_find(groups, PLIM_GROUP_COMPONENT, "interruption");
	plan->substitution_group = plim_groups_find(groups, PLIM_GROUP_COMPONENT, "substitution");
	if (plan->substitution_group >= groups->first[PLIM_GROUP_COMPONENT + 1] ||
	    strcmp(groups->item[plan->substitution_group].name, "substitution") != 0)
		plan->substitution_group = UINT32_MAX;
	for (size_t n = 0; n < b->model->nodes; n++) {
		uint32_t group = plim_groups_find(groups, PLIM_GROUP_BEARER, b->model->node[n].id);
		bool found =
		    group < groups->first[PLIM_GROUP_BEARER + 1] && strcmp(groups->item[group].name, b->model->node[n].id) == 0;
		plan->bearer_group[n] = found ? group : UINT32_MAX;
	}
	return PLIM_OK;
}

plim_status plim_plan_network(plim_plan_builder *b)
{
	bool stops = false;
	for (size_t t = 0; t < b->plan->threats; t++)
		stops |= b->plan->threat[t].stops;
	if (!stops)
		return PLIM_OK;
	plim_status status = plim_network_graph(b->model, &b->plan->graph, NULL, b->error);
	if (status == PLIM_OK)
		status = name_groups(b);
	if (status == PLIM_OK)
		status = make_overlays(b);
	return status == PLIM_OK ? make_curves(b) : status;
}

void plim_plan_network_free(plim_plan *plan)
{
	for (size_t c = 0; plan->curve && c < plan->curves * plan->overlays; c++)
		plim_outage_curve_free(&plan->curve[c]);
	for (size_t c = 0; plan->bare && c < plan->curves; c++)
		plim_outage_curve_free(&plan->bare[c]);
	for (size_t o = 0; o < plan->overlays; o++)
		plim_overlay_clear(&plan->overlay[o]);
	plim_mem_free(plan->curve);
	plim_mem_free(plan->bare);
	plim_mem_free(plan->overlay);
	plim_mem_free(plan->bearer_group);
	plim_graph_free(&plan->graph);
}
