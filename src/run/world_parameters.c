/* SPDX-License-Identifier: Apache-2.0 */
/* Which uncertain parameters bear on a scenario, and at which places. */
#include "base/error.h"
#include "base/memory.h"
#include "model/place.h"
#include "run/worlds.h"

typedef struct lister {
	const plim_plan *plan;
	uint32_t scenario;
	plim_world_parameter *list;
	size_t count, capacity;
	bool too_many;
	plim_error *error;
} lister;

static bool is(plim_param param, const plim_plan *plan, const plim_plan_unknown *unknown)
{
	return param.unknown >= 0 && plan->unknown[param.unknown].identity == unknown->identity;
}

static bool effect_uses(const plim_plan *plan, const plim_plan_effect *e, const plim_plan_unknown *u)
{
	bool uses = is(e->frequency, plan, u) || is(e->vulnerability, plan, u) || is(e->loss, plan, u) ||
	            is(e->outage, plan, u) || is(e->coverage, plan, u) || is(e->reliability, plan, u);
	for (uint32_t i = 0; i < e->parts && !uses; i++)
		uses = is(e->part[i].share, plan, u);
	return uses;
}

/* Whether a control of the scenario at the source has the unknown. */
static bool source_uses(const lister *l, const plim_plan_source *source, const plim_plan_unknown *u)
{
	const plim_plan *plan = l->plan;
	const plim_effect_class *class = &plan->effect_class[source->effect_class];
	const plim_variant *v = &plan->variant[class->variant[class->slot_of[l->scenario]]];
	for (uint32_t i = 0; i < v->count; i++)
		if (effect_uses(plan, &plan->effect[plan->variant_effect[v->first + i]], u))
			return true;
	return false;
}

/* In the frequency, which at shared events belongs to their keys, or in what each place has of its own. */
static bool frequency_uses(const plim_plan *plan, const plim_plan_threat *t, const plim_plan_unknown *u)
{
	return is(t->mean, plan, u) || is(t->thinned_p, plan, u) || is(t->p_zero, plan, u);
}

static bool threat_uses(const plim_plan *plan, const plim_plan_threat *t, const plim_plan_unknown *u)
{
	bool uses = is(t->strike, plan, u) || is(t->correlation, plan, u) || is(t->vulnerability, plan, u) ||
	            (t->stops && is(t->outage.times, plan, u));
	for (size_t c = 0; c < t->components && !uses; c++)
		uses = is(t->component[c].times, plan, u);
	return uses;
}

static plim_status add(lister *l, const plim_plan_unknown *u, uint64_t place_identity, const char *place)
{
	for (size_t i = 0; i < l->count; i++)
		if (l->list[i].unknown->identity == u->identity && l->list[i].place_identity == place_identity)
			return PLIM_OK;
	l->too_many |= u->per_place && l->count >= PLIM_WORLD_MOST_PARAMETERS;
	if (l->too_many)
		return PLIM_OK;
	if (plim_mem_grow((void **)&l->list, &l->capacity, l->count + 1, sizeof *l->list))
		return plim_error_memory(l->error, "the uncertain parameters");
	l->list[l->count++] = (plim_world_parameter){u, place_identity, place};
	return PLIM_OK;
}

static const char *place_name(const plim_plan *plan, const plim_plan_threat *t, const plim_plan_source *source)
{
	const plim_model *model = plan->model;
	if (model->threat[t->model_threat].where.kind == PLIM_PLACE_ORGANISATION)
		return "";
	return t->on_link ? model->link[source->place].id : model->node[source->place].id;
}

static plim_status add_keys(lister *l, const plim_plan_threat *t, const plim_plan_unknown *u)
{
	const plim_plan *plan = l->plan;
	plim_status status = PLIM_OK;
	for (size_t k = 0; k < t->keys && status == PLIM_OK && !l->too_many; k++) {
		const uint32_t place = plan->source[t->key[k].first].place;
		status = add(l, u, t->key[k].identity,
		             plim_place_shared_key(plan->model, &plan->model->threat[t->model_threat], place));
	}
	return status;
}

/* The unknown as far as it bears on a threat. */
static plim_status add_of_threat(lister *l, const plim_plan_threat *t, const plim_plan_unknown *u)
{
	const plim_plan *plan = l->plan;
	const bool frequency = frequency_uses(plan, t, u), own = threat_uses(plan, t, u);
	plim_status status = PLIM_OK;
	if (frequency && t->shared && u->per_place)
		return add_keys(l, t, u);
	for (uint32_t s = 0; s < t->sources && status == PLIM_OK && !l->too_many; s++) {
		const plim_plan_source *source = &plan->source[t->first_source + s];
		if (!frequency && !own && !source_uses(l, source, u))
			continue;
		if (!u->per_place)
			return add(l, u, 0, "");
		status = add(l, u, source->place_identity, place_name(plan, t, source));
	}
	return status;
}

static plim_status add_all(lister *l, bool per_place)
{
	const plim_plan *plan = l->plan;
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < plan->unknowns && status == PLIM_OK; i++) {
		const plim_plan_unknown *u = &plan->unknown[i];
		if (u->chance || u->per_place != per_place)
			continue;
		for (size_t t = 0; t < plan->threats && status == PLIM_OK; t++)
			status = add_of_threat(l, &plan->threat[t], u);
	}
	return status;
}

plim_status plim_world_parameters(const plim_plan *plan, uint32_t scenario, plim_world_parameter **list, size_t *count,
                                  plim_error *error)
{
	lister l = {.plan = plan, .scenario = scenario, .error = error};
	plim_status status = add_all(&l, false);
	const size_t common = l.count;
	if (status == PLIM_OK)
		status = add_all(&l, true);
	if (l.too_many) /* some of the places would say nothing of the others */
		l.count = common;
	if (status != PLIM_OK) {
		plim_mem_free(l.list);
		return status;
	}
	*list = l.list;
	*count = l.count;
	return PLIM_OK;
}
