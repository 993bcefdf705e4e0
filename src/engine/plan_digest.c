/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "engine/plan_build.h"
#include "random/address.h"

static void digest_param(plim_digest *d, plim_param p)
{
	plim_digest_u64(d, (uint64_t)(int64_t)p.unknown);
	plim_digest_double(d, p.unknown < 0 ? p.value : 0);
}

static void digest_generator(plim_digest *d, const plim_generator *g)
{
	plim_digest_u64(d, (uint64_t)g->mode);
	if (g->candidates)
		plim_count_table_digest(g->candidates, d);
	if (g->cell)
		plim_count_table_digest(g->cell, d);
}

static void digest_frequency(plim_digest *d, const plim_plan_threat *t)
{
	digest_generator(d, &t->fixed);
	plim_digest_u64(d, (uint64_t)(int64_t)t->ladder);
	plim_digest_u64(d, t->mean_is_geometric_p);
	digest_param(d, t->mean);
	if (t->intensity.unknown >= 0) /* other plans keep their digest */
		digest_param(d, t->intensity);
	digest_param(d, t->thinned_p);
	digest_param(d, t->p_zero);
	plim_digest_double(d, t->p_bound);
	plim_digest_double(d, t->zero_bound);
}

static void digest_component(plim_digest *d, const plim_plan_component *component)
{
	plim_digest_u64(d, component->identity);
	plim_digest_u64(d, component->table);
	plim_digest_u64(d, component->group);
	digest_param(d, component->times);
	plim_digest_double(d, component->shift);
	plim_digest_double(d, component->cap);
}

static void digest_network(plim_digest *d, const plim_plan *plan)
{
	plim_graph_digest(plan->graph, d);
	for (size_t k = 0; k < plan->scenarios; k++)
		plim_digest_u64(d, plan->scenario[k].overlay);
	for (size_t o = 0; o < plan->overlays; o++) {
		plim_digest_doubles(d, plan->overlay[o].buffer_days, plan->overlay[o].groups);
		plim_digest_doubles(d, plan->overlay[o].substitution, plan->overlay[o].groups);
	}
	for (size_t c = 0; c < plan->curves * plan->overlays; c++)
		plim_outage_curve_digest(plan->curve[c], d);
}

/* Of threats along trips only: other plans keep their digest. */
static void digest_custody(plim_digest *d, const plim_plan *plan, const plim_plan_threat *t)
{
	plim_digest_string(d, "custody");
	plim_digest_double(d, t->detected_loss);
	for (uint32_t s = 0; s < t->sources; s++) {
		const plim_plan_leg *leg = &plan->leg[plan->source[t->first_source + s].leg];
		digest_generator(d, &leg->generator);
		plim_digest_double(d, leg->undetected);
	}
}

static void digest_threat(plim_digest *d, const plim_plan *plan, const plim_plan_threat *t)
{
	plim_digest_string(d, plan->model->threat[t->model_threat].id);
	plim_digest_u64(d, t->sources);
	plim_digest_u64(d, t->shared);
	for (size_t k = 0; k < t->keys; k++) {
		plim_digest_u64(d, t->key[k].identity);
		plim_digest_u64(d, t->key[k].count);
	}
	digest_param(d, t->strike);
	digest_param(d, t->correlation);
	if (t->t_tail) { /* other plans keep their digest */
		plim_digest_string(d, "t copula");
		plim_digest_double(d, t->severity_df);
		plim_digest_u64(d, t->mixing_table);
	}
	digest_frequency(d, t);
	if (t->custody)
		digest_custody(d, plan, t);
	digest_param(d, t->vulnerability);
	for (size_t c = 0; c < t->components; c++)
		digest_component(d, &t->component[c]);
	if (t->stops) {
		digest_component(d, &t->outage);
		plim_digest_double(d, t->outage_share);
		plim_digest_u64(d, t->stops_inflow);
		if (t->outage_rho != 0) /* other plans keep their digest */
			plim_digest_double(d, t->outage_rho);
	}
	for (size_t c = 0; c < t->clauses; c++) {
		plim_digest_u64(d, t->clause[c].group);
		plim_digest_double(d, t->clause[c].weight);
	}
	plim_digest_u64(d, t->group);
	plim_digest_u64(d, t->category_group);
}

static void digest_sources(plim_digest *d, const plim_plan *plan)
{
	for (size_t s = 0; s < plan->sources; s++) {
		const plim_plan_source *source = &plan->source[s];
		plim_digest_u64(d, source->identity);
		plim_digest_double(d, source->exposure);
		plim_digest_double(d, source->loss_times);
		plim_digest_u64(d, source->effect_class);
		plim_digest_u64(d, source->place_group);
		plim_digest_u64(d, source->region_group);
		plim_digest_u64(d, source->curve);
	}
}

static void digest_controls(plim_digest *d, const plim_plan *plan)
{
	for (size_t e = 0; e < plan->effects; e++) {
		const plim_plan_effect *effect = &plan->effect[e];
		plim_digest_u64(d, effect->identity);
		digest_param(d, effect->frequency);
		digest_param(d, effect->vulnerability);
		digest_param(d, effect->loss);
		digest_param(d, effect->outage);
		digest_param(d, effect->coverage);
		plim_digest_double(d, effect->start_day);
		if (effect->reliability.unknown >= 0 || effect->reliability.value != 1) {
			plim_digest_string(d, "reliability");
			digest_param(d, effect->reliability);
		}
		for (uint32_t i = 0; i < effect->parts; i++) {
			plim_digest_u64(d, effect->part[i].group);
			digest_param(d, effect->part[i].share);
		}
	}
	for (size_t c = 0; c < plan->effect_classes; c++) {
		const plim_effect_class *class = &plan->effect_class[c];
		for (size_t k = 0; k < plan->scenarios; k++) {
			const plim_variant *variant = &plan->variant[class->variant[class->slot_of[k]]];
			plim_digest_u64(d, variant->count);
			for (uint32_t i = 0; i < variant->count; i++)
				plim_digest_u64(d, plan->variant_effect[variant->first + i]);
		}
	}
}

static void digest_tables(plim_digest *d, const plim_plan *plan)
{
	for (size_t i = 0; i < plan->tables; i++)
		plim_quantile_table_digest(plan->table[i], d);
	if (plan->normal)
		plim_quantile_table_digest(plan->normal, d);
	for (size_t i = 0; i < plan->unknowns; i++) {
		plim_digest_u64(d, plan->unknown[i].identity);
		plim_digest_u64(d, plan->unknown[i].table);
		plim_digest_u64(d, plan->unknown[i].per_place);
	}
	for (size_t l = 0; l < plan->ladders; l++) {
		plim_digest_u64(d, (uint64_t)(int64_t)plan->ladder[l].first);
		for (uint32_t i = 0; i < plan->ladder[l].count; i++)
			digest_generator(d, &plan->ladder[l].generator[i]);
	}
}

void plim_plan_digest(plim_plan *plan)
{
	plim_digest d;
	plim_digest_init(&d);
	plim_digest_string(&d, "plimsoll plan");
	plim_digest_u64(&d, PLIM_STREAM_VERSION);
	plim_digest_u64(&d, PLIM_BLOCK_BITS);
	for (size_t g = 0; g < plan->groups.count; g++) {
		plim_digest_u64(&d, (uint64_t)plan->groups.item[g].kind);
		plim_digest_string(&d, plan->groups.item[g].name);
	}
	for (size_t k = 0; k < plan->scenarios; k++)
		plim_digest_string(&d, plan->model->scenario[plan->scenario[k].model_scenario].id);
	digest_tables(&d, plan);
	digest_controls(&d, plan);
	digest_sources(&d, plan);
	for (size_t t = 0; t < plan->threats; t++)
		digest_threat(&d, plan, &plan->threat[t]);
	if (plan->graph) {
		digest_network(&d, plan);
		plim_digest_u64(&d, plan->model->overlaps_alone);
	}
	if (plan->policies > 0)
		plim_plan_insurance_digest(&d, plan);
	plim_digest_doubles(&d, plan->tolerance, plan->tolerances);
	if (plan->years > 1) { /* plans of one year keep their digest */
		plim_digest_string(&d, "horizon");
		plim_digest_u64(&d, plan->years);
		if (plan->discount)
			plim_digest_doubles(&d, plan->discount, (size_t)PLIM_YEAR_DAYS * plan->years + 1);
	}
	plim_digest_final(&d, plan->digest);
}
