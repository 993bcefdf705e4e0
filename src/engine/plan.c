/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/plan.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/quantile_share.h"
#include "dist/round.h"
#include "engine/batch.h"
#include "engine/plan_build.h"
#include "random/identity.h"

static plim_status choose_scenarios(plim_plan_builder *b, const char *only)
{
	const plim_model *model = b->model;
	b->plan->scenario = plim_mem_alloc(model->scenarios, sizeof *b->plan->scenario);
	if (!b->plan->scenario)
		return plim_error_memory(b->error, "the scenarios");
	for (uint32_t k = 0; k < model->scenarios; k++)
		if (!only || strcmp(model->scenario[k].id, only) == 0)
			b->plan->scenario[b->plan->scenarios++] =
			    (plim_plan_scenario){.model_scenario = k, .display = model->scenario[k].position};
	if (b->plan->scenarios == 0)
		return plim_error_set(b->error, PLIM_ERROR_USAGE, "the model has no scenario '%s'", only ? only : "");
	return PLIM_OK;
}

/* A draw must belong to one thing only. 64 bits make a collision all but impossible; this makes it impossible. */
static plim_status check_identities(plim_plan_builder *b)
{
	const plim_plan *plan = b->plan;
	size_t count = 0, most = plan->sources + plan->unknowns + plan->effects;
	for (size_t t = 0; t < plan->threats; t++)
		most += plan->threat[t].keys;
	uint64_t *all = plim_mem_alloc(most, sizeof *all), which = 0;
	if (!all)
		return plim_error_memory(b->error, "the identities");
	for (size_t i = 0; i < plan->sources; i++)
		all[count++] = plan->source[i].identity;
	for (size_t i = 0; i < plan->unknowns; i++)
		all[count++] = plan->unknown[i].identity;
	for (size_t i = 0; i < plan->effects; i++)
		all[count++] = plan->effect[i].identity;
	for (size_t t = 0; t < plan->threats; t++)
		for (size_t k = 0; k < plan->threat[t].keys; k++)
			all[count++] = plan->threat[t].key[k].identity;
	int collides = plim_identity_collides(all, count, &which);
	plim_mem_free(all);
	if (collides)
		return plim_error_set(
		    b->error, PLIM_ERROR_MODEL,
		    "two names of this model have the same 64-bit identity %016llx: rename a threat or a place",
		    (unsigned long long)which);
	return PLIM_OK;
}

static size_t most_sources(const plim_model *model)
{
	size_t count = 0;
	size_t legs = 0;
	for (size_t i = 0; i < model->trips; i++)
		legs += model->trip[i].legs;
	for (size_t t = 0; t < model->threats; t++) {
		const plim_threat *threat = &model->threat[t];
		count += threat->custody ? legs : threat->where.kind == PLIM_PLACE_ORGANISATION ? 1 : threat->where.places;
	}
	return count;
}

static plim_status make_threats(plim_plan_builder *b)
{
	plim_plan *plan = b->plan;
	plan->threat = plim_mem_alloc(b->model->threats, sizeof *plan->threat);
	plan->source = plim_mem_alloc(most_sources(b->model), sizeof *plan->source);
	if (!plan->threat || !plan->source)
		return plim_error_memory(b->error, "the sources");
	plan->largest_batch = PLIM_BATCH_STRIKES;
	for (uint32_t t = 0; t < b->model->threats; t++) {
		plim_plan_threat *threat = &plan->threat[plan->threats++];
		plim_status status = plim_plan_threat_build(b, t, threat);
		if (status != PLIM_OK)
			return status;
		plan->most_slots = threat->most_slots > plan->most_slots ? threat->most_slots : plan->most_slots;
		if (threat->components > plan->most_components)
			plan->most_components = (uint32_t)threat->components;
		plan->by_component |= threat->by_component;
		plan->attempts_per_trial += threat->attempts;
		plan->held_per_trial += threat->held ? threat->attempts : 0;
	}
	return PLIM_OK;
}

static bool needs_normal(const plim_plan *plan)
{
	for (size_t t = 0; t < plan->threats; t++)
		if (plan->threat[t].outage_rho != 0 || plan->threat[t].t_tail ||
		    (plan->threat[t].shared &&
		     (plan->threat[t].correlation.unknown >= 0 || plan->threat[t].correlation.value != 0)))
			return true;
	return false;
}

/* Copulas need the standard normal quantile: the table of a normal law whose truncation at 0 is lifted. */
static plim_status make_normal(plim_plan_builder *b)
{
	plim_given given[] = {{.name = (char[]){"mean"}, .value = 0},
	                      {.name = (char[]){"sd"}, .value = 1},
	                      {.name = (char[]){"min"}, .value = -40}};
	plim_amount amount = {.family = PLIM_FAMILY_NORMAL, .given = given, .given_count = 3};
	plim_status status = plim_amount_build(&amount, b->error);
	if (status == PLIM_OK)
		status = plim_quantile_table_borrow(&amount, &b->plan->normal, b->error);
	plim_mem_free(amount.coef);
	return status == PLIM_OK ? plim_normal_tail_new(&b->plan->normal_tail, b->error) : status;
}

/* Present values of a unit, day by day, if losses are to be discounted: only a horizon of several years has that total.
 */
static plim_status make_discount(plim_plan_builder *b)
{
	const plim_model *model = b->model;
	if (!b->plan->groups.present)
		return PLIM_OK;
	const size_t days = (size_t)PLIM_YEAR_DAYS * model->horizon_years;
	b->plan->discount = plim_mem_alloc(days + 1, sizeof *b->plan->discount);
	if (!b->plan->discount)
		return plim_error_memory(b->error, "the discounting");
	for (size_t d = 0; d <= days; d++)
		b->plan->discount[d] = plim_round_32(exp(-log1p(model->discount_rate) * ((double)d / PLIM_YEAR_DAYS)));
	return PLIM_OK;
}

static plim_status make_tolerance(plim_plan_builder *b)
{
	const plim_model *model = b->model;
	b->plan->tolerance = plim_mem_alloc(model->tolerances, sizeof *b->plan->tolerance);
	if (!b->plan->tolerance)
		return plim_error_memory(b->error, "the tolerance");
	for (size_t i = 0; i < model->tolerances; i++)
		b->plan->tolerance[b->plan->tolerances++] = model->tolerance[i].loss;
	return PLIM_OK;
}

plim_status plim_plan_build(const plim_model *model, const char *scenario, plim_plan **plan, plim_error *error)
{
	plim_plan *built = plim_mem_alloc(1, sizeof *built);
	if (!built)
		return plim_error_memory(error, "the plan");
	built->model = model;
	built->years = model->horizon_years;
	plim_plan_builder b = {.plan = built, .model = model, .error = error};
	plim_status status = choose_scenarios(&b, scenario);
	if (status == PLIM_OK)
		status = plim_plan_policies(&b);
	if (status == PLIM_OK)
		status = plim_groups_build(model, plim_plan_series(built), &built->groups, error);
	if (status == PLIM_OK)
		status = make_threats(&b);
	if (status == PLIM_OK)
		status = check_identities(&b);
	if (status == PLIM_OK)
		status = plim_plan_network(&b);
	if (status == PLIM_OK)
		status = plim_plan_passes(&b);
	if (status == PLIM_OK)
		status = plim_plan_origins(&b);
	if (status == PLIM_OK && needs_normal(built))
		status = make_normal(&b);
	if (status == PLIM_OK)
		status = make_tolerance(&b);
	if (status == PLIM_OK)
		status = make_discount(&b);
	if (status != PLIM_OK) {
		plim_plan_free(&built);
		return status;
	}
	plim_plan_digest(built);
	*plan = built;
	return PLIM_OK;
}

static void free_tables(plim_plan *plan)
{
	for (size_t i = 0; i < plan->tables; i++)
		plim_quantile_table_return(&plan->table[i]);
	for (size_t i = 0; i < plan->count_tables; i++)
		plim_count_table_free(&plan->count_table[i]);
	plim_quantile_table_return(&plan->normal);
	plim_mem_free(plan->normal_tail);
	for (size_t i = 0; i < plan->ladders; i++)
		plim_mem_free(plan->ladder[i].generator);
	plim_mem_free((void *)plan->table);
	plim_mem_free(plan->infinite_mean);
	plim_mem_free(plan->infinite_variance);
	plim_mem_free(plan->count_table);
	plim_mem_free(plan->ladder);
}

void plim_plan_free(plim_plan **plan)
{
	plim_plan *p = *plan;
	if (!p)
		return;
	free_tables(p);
	plim_plan_network_free(p);
	for (size_t t = 0; t < p->threats; t++) {
		plim_mem_free(p->threat[t].key);
		plim_mem_free(p->threat[t].component);
		plim_mem_free(p->threat[t].clause);
		plim_mem_free(p->threat[t].bears);
		plim_mem_free(p->threat[t].passes);
		plim_mem_free(p->threat[t].policy);
		plim_mem_free(p->threat[t].t_tail);
	}
	for (size_t c = 0; c < p->effect_classes; c++) {
		plim_mem_free(p->effect_class[c].variant);
		plim_mem_free(p->effect_class[c].slot_of);
	}
	plim_groups_clear(&p->groups);
	plim_mem_free(p->scenario);
	plim_mem_free(p->policy);
	plim_mem_free(p->policy_in_force);
	plim_mem_free(p->threat);
	plim_mem_free(p->source);
	plim_mem_free(p->leg);
	for (size_t i = 0; i < p->unknowns; i++)
		plim_mem_free(p->unknown[i].name);
	plim_mem_free(p->unknown);
	for (size_t e = 0; e < p->effects; e++)
		plim_mem_free(p->effect[e].part);
	plim_mem_free(p->effect);
	plim_mem_free(p->variant_effect);
	plim_mem_free(p->variant);
	plim_mem_free(p->effect_class);
	plim_mem_free(p->tolerance);
	plim_mem_free(p->discount);
	plim_mem_free(p);
	*plan = NULL;
}

size_t plim_plan_bytes(const plim_plan *plan)
{
	size_t bytes = plan->sources * sizeof *plan->source + plan->groups.count * (sizeof *plan->groups.item + 64);
	bytes += plan->groups.origin_rows * plan->groups.series * sizeof *plan->groups.origin;
	bytes += plan->discount ? ((size_t)PLIM_YEAR_DAYS * plan->years + 1) * sizeof *plan->discount : 0;
	for (size_t i = 0; i < plan->tables; i++)
		bytes += plim_quantile_table_bytes(plan->table[i]);
	for (size_t i = 0; i < plan->count_tables; i++)
		bytes += plim_count_table_bytes(plan->count_table[i]);
	if (plan->graph)
		bytes += plim_graph_bytes(plan->graph);
	for (size_t t = 0; t < plan->threats; t++)
		bytes += plan->threat[t].t_tail ? plim_t_tail_bytes(plan->threat[t].t_tail) : 0;
	for (size_t c = 0; c < plan->curves * plan->overlays; c++)
		bytes += plim_outage_curve_bytes(plan->curve[c]);
	for (size_t c = 0; plan->bare && c < plan->curves; c++)
		bytes += plim_outage_curve_bytes(plan->bare[c]);
	return bytes;
}
