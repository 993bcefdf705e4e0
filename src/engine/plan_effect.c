/* SPDX-License-Identifier: Apache-2.0 */
/* Which controls act where, in which scenario: effects, variants and effect classes. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/plan_build.h"
#include "model/place.h"
#include "random/identity.h"

#define MOST_CONTROLS 256 /* against one threat */

typedef struct control_set {
	uint64_t word[MOST_CONTROLS / 64];
} control_set;

/* The controls that can act on one threat in some scenario: model index and index of the effect in the plan. */
typedef struct relevant {
	uint32_t control[MOST_CONTROLS], effect[MOST_CONTROLS];
	size_t count;
} relevant;

static plim_status add_parts(plim_plan_builder *b, const plim_control *control, plim_plan_effect *effect)
{
	plim_status status = PLIM_OK;
	effect->part = plim_mem_alloc(control->components, sizeof *effect->part);
	if (!effect->part)
		return plim_error_memory(b->error, "the effects of controls");
	for (size_t i = 0; i < control->components && status == PLIM_OK; i++) {
		const plim_component_reduction *from = &control->component[i];
		plim_plan_part *part = &effect->part[effect->parts++];
		plim_text what = {0};
		plim_text_add_format(&what, "reduces.losses.%s", from->component);
		part->group = plim_groups_find(&b->plan->groups, PLIM_GROUP_COMPONENT, from->component);
		status = what.failed ? plim_error_memory(b->error, "the effects of controls")
							 : plim_plan_param(b, &from->share, "control", control->id, what.data, &part->share);
		plim_text_free(&what);
	}
	return status;
}

static plim_status add_effect(plim_plan_builder *b, const plim_control *control, uint32_t *index)
{
	plim_plan *plan = b->plan;
	if (plim_mem_grow((void **)&plan->effect, &b->effect_capacity, plan->effects + 1, sizeof *plan->effect))
		return plim_error_memory(b->error, "the effects of controls");
	plim_plan_effect *effect = &plan->effect[plan->effects++];
	*effect = (plim_plan_effect){0};
	const char *const names[] = {"control", control->id};
	effect->identity = plim_identity(names, 2);
	effect->start_day = control->start_day;
	const struct {
		const plim_number *number;
		const char *name;
		plim_param *param;
	} parts[] = {
		{&control->reduces_frequency, "reduces.frequency", &effect->frequency},
		{&control->reduces_vulnerability, "reduces.vulnerability", &effect->vulnerability},
		{&control->reduces_loss, "reduces.loss", &effect->loss},
		{&control->reduces_outage, "reduces.outage_days", &effect->outage},
		{&control->coverage, "coverage", &effect->coverage},
		{&control->reliability, "reliability", &effect->reliability},
	};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
		plim_status status =
			plim_plan_param(b, parts[i].number, "control", control->id, parts[i].name, parts[i].param);
		if (status != PLIM_OK)
			return status;
	}
	*index = (uint32_t)plan->effects - 1;
	return add_parts(b, control, effect);
}

/* The unknowns of a control belong to the control, not to the pair: one effect serves all threats. */
static plim_status effect_of(plim_plan_builder *b, uint32_t control, uint32_t *index)
{
	uint64_t identity;
	const char *const names[] = {"control", b->model->control[control].id};
	identity = plim_identity(names, 2);
	for (size_t e = 0; e < b->plan->effects; e++) {
		if (b->plan->effect[e].identity == identity) {
			*index = (uint32_t)e;
			return PLIM_OK;
		}
	}
	return add_effect(b, &b->model->control[control], index);
}

static plim_status collect_relevant(plim_plan_builder *b, uint32_t threat, relevant *out)
{
	out->count = 0;
	for (uint32_t c = 0; c < b->model->controls; c++) {
		const plim_control *control = &b->model->control[c];
		bool used = false;
		for (size_t k = 0; k < b->plan->scenarios && !used; k++) {
			const plim_scenario *scenario = &b->model->scenario[b->plan->scenario[k].model_scenario];
			used = plim_list_has(scenario->control, scenario->controls, c);
		}
		if (!used || !plim_control_is_against(control, threat))
			continue;
		if (out->count == MOST_CONTROLS)
			return plim_error_set(b->error, PLIM_ERROR_MODEL, "threat '%s': more than %d controls act against it",
								  b->model->threat[threat].id, MOST_CONTROLS);
		plim_status status = effect_of(b, c, &out->effect[out->count]);
		if (status != PLIM_OK)
			return status;
		out->control[out->count++] = c;
	}
	return PLIM_OK;
}

static bool is_zero(plim_param p)
{
	return p.unknown < 0 && p.value == 0;
}

static bool is_one(plim_param p)
{
	return p.unknown < 0 && p.value == 1;
}

static bool is_uncertain(plim_param p)
{
	return p.unknown >= 0;
}

static bool is_per_place(const plim_plan *plan, plim_param p)
{
	return p.unknown >= 0 && plan->unknown[p.unknown].per_place;
}

static void describe_variant(const plim_plan *plan, plim_variant *variant)
{
	variant->thin = 1;
	for (uint32_t i = 0; i < variant->count; i++) {
		const plim_plan_effect *e = &plan->effect[plan->variant_effect[variant->first + i]];
		bool thins = !is_zero(e->frequency) || !is_zero(e->vulnerability);
		variant->timed |= e->start_day > 0;
		variant->cuts |= !is_zero(e->loss) || e->parts > 0;
		variant->by_component |= e->parts > 0;
		variant->shortens |= !is_zero(e->outage);
		if (!thins)
			continue;
		variant->thins = true;
		variant->uncertain |= is_uncertain(e->frequency) || is_uncertain(e->vulnerability) ||
							  is_uncertain(e->coverage) || !is_one(e->reliability);
		variant->per_place |= is_per_place(plan, e->frequency) || is_per_place(plan, e->vulnerability) ||
							  is_per_place(plan, e->coverage) || is_per_place(plan, e->reliability);
		variant->thin *= (1 - e->coverage.value * e->frequency.value) * (1 - e->coverage.value * e->vulnerability.value);
	}
}

/* The variant with exactly these effects. */
static plim_status find_variant(plim_plan_builder *b, const relevant *r, const control_set *set, uint32_t *index)
{
	plim_plan *plan = b->plan;
	uint32_t list[MOST_CONTROLS], count = 0;
	for (size_t i = 0; i < r->count; i++)
		if (set->word[i / 64] >> (i % 64) & 1)
			list[count++] = r->effect[i];
	for (size_t v = 0; v < plan->variants; v++) {
		const plim_variant *variant = &plan->variant[v];
		if (variant->count == count &&
			(count == 0 || memcmp(plan->variant_effect + variant->first, list, count * sizeof *list) == 0)) {
			*index = (uint32_t)v;
			return PLIM_OK;
		}
	}
	if (plim_mem_grow((void **)&plan->variant, &b->variant_capacity, plan->variants + 1, sizeof *plan->variant) ||
		plim_mem_grow((void **)&plan->variant_effect, &b->variant_effect_capacity, plan->variant_effects + count + 1,
					  sizeof *plan->variant_effect))
		return plim_error_memory(b->error, "the effects of controls");
	plim_variant *variant = &plan->variant[plan->variants];
	*variant = (plim_variant){.first = (uint32_t)plan->variant_effects, .count = count};
	memcpy(plan->variant_effect + plan->variant_effects, list, count * sizeof *list);
	plan->variant_effects += count;
	describe_variant(plan, variant);
	*index = (uint32_t)plan->variants++;
	return PLIM_OK;
}

static plim_status add_class(plim_plan_builder *b, const relevant *r, const control_set *at_place, uint32_t *index)
{
	plim_plan *plan = b->plan;
	if (plim_mem_grow((void **)&plan->effect_class, &b->class_capacity, plan->effect_classes + 1,
					  sizeof *plan->effect_class))
		return plim_error_memory(b->error, "the effects of controls");
	plim_effect_class *class = &plan->effect_class[plan->effect_classes];
	*class = (plim_effect_class){.variant = plim_mem_alloc(plan->scenarios, sizeof *class->variant),
								 .slot_of = plim_mem_alloc(plan->scenarios, sizeof *class->slot_of)};
	*index = (uint32_t)plan->effect_classes++;
	if (!class->variant || !class->slot_of)
		return plim_error_memory(b->error, "the effects of controls");
	for (size_t k = 0; k < plan->scenarios; k++) {
		const plim_scenario *scenario = &b->model->scenario[plan->scenario[k].model_scenario];
		control_set set = {{0}};
		uint32_t variant = 0, slot = 0;
		for (size_t i = 0; i < r->count; i++)
			if (at_place->word[i / 64] >> (i % 64) & 1 &&
			    plim_list_has(scenario->control, scenario->controls, r->control[i]))
				set.word[i / 64] |= UINT64_C(1) << (i % 64);
		plim_status status = find_variant(b, r, &set, &variant);
		if (status != PLIM_OK)
			return status;
		while (slot < class->slots && class->variant[slot] != variant)
			slot++;
		if (slot == class->slots)
			class->variant[class->slots++] = variant;
		class->slot_of[k] = slot;
	}
	return PLIM_OK;
}

static void note_class(plim_plan *plan, plim_plan_threat *out, const plim_effect_class *class)
{
	out->most_slots = class->slots > out->most_slots ? class->slots : out->most_slots;
	for (uint32_t s = 0; s < class->slots; s++) {
		const plim_variant *variant = &plan->variant[class->variant[s]];
		out->thins |= variant->thins;
		out->timed |= variant->timed;
		out->by_component |= variant->by_component;
	}
}

plim_status plim_plan_effects(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out)
{
	plim_plan *plan = b->plan;
	relevant r;
	plim_status status = collect_relevant(b, out->model_threat, &r);
	if (status != PLIM_OK)
		return status;
	size_t first_class = plan->effect_classes, seen = 0, seen_capacity = 0;
	control_set *known = NULL;
	for (uint32_t s = 0; s < out->sources && status == PLIM_OK; s++) {
		plim_plan_source *source = &plan->source[out->first_source + s];
		control_set set = {{0}};
		for (size_t i = 0; i < r.count; i++)
			if (plim_control_is_at(&b->model->control[r.control[i]], threat->where.kind, source->place))
				set.word[i / 64] |= UINT64_C(1) << (i % 64);
		size_t c = 0;
		while (c < seen && memcmp(&known[c], &set, sizeof set) != 0)
			c++;
		if (c == seen) {
			uint32_t index = 0;
			if (plim_mem_grow((void **)&known, &seen_capacity, seen + 1, sizeof *known)) {
				status = plim_error_memory(b->error, "the effects of controls");
				break;
			}
			known[seen++] = set;
			status = add_class(b, &r, &set, &index);
			if (status != PLIM_OK)
				break;
			note_class(plan, out, &plan->effect_class[index]);
		}
		source->effect_class = (uint32_t)(first_class + c);
	}
	out->one_class = seen == 1;
	plim_mem_free(known);
	return status;
}
