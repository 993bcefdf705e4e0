/* SPDX-License-Identifier: Apache-2.0 */
/* What threats pass on to groups as a whole, and which groups are fed alike. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/plan_build.h"

static void bear(plim_plan_threat *t, uint32_t group, double weight)
{
	t->bears[t->bears_count++] = (plim_plan_share){group, weight};
}

/* All groups that take the threat's sums, or a fixed share of them. */
static plim_status list_bears(plim_plan_builder *b, plim_plan_threat *t)
{
	const plim_plan *plan = b->plan;
	const plim_plan_source *first = &plan->source[t->first_source];
	bool organisation = b->model->threat[t->model_threat].where.kind == PLIM_PLACE_ORGANISATION;
	t->bears = plim_mem_alloc(t->clauses + 8, sizeof *t->bears);
	t->passes = plim_mem_alloc(t->clauses + 8, sizeof *t->passes);
	if (!t->bears || !t->passes)
		return plim_error_memory(b->error, "the groups");
	bear(t, plan->groups.total, 1);
	bear(t, t->category_group, 1);
	if (plim_threat_has_one_component(t))
		bear(t, t->component[0].group, 1);
	if (plan->graph && !t->stops)
		bear(t, plan->bearer_none, 1);
	if (organisation) {
		bear(t, first->place_group, 1);
		bear(t, first->region_group, 1);
	}
	bear(t, first->other_group, 1);
	for (size_t c = 0; c < t->clauses; c++)
		bear(t, t->clause[c].group, t->clause[c].weight);
	return PLIM_OK;
}

/* Groups that also take single strikes or components: nobody else's vector is like theirs. */
static void mark_own(const plim_plan *plan, const plim_plan_threat *t, bool *own)
{
	bool organisation = plan->model->threat[t->model_threat].where.kind == PLIM_PLACE_ORGANISATION;
	for (size_t c = 0; !plim_threat_has_one_component(t) && c < t->components; c++)
		own[t->component[c].group] = true;
	for (uint32_t s = 0; !organisation && s < t->sources; s++)
		own[plan->source[t->first_source + s].region_group] = true;
	if (t->stops) {
		own[plan->interruption_group] = own[plan->bearer_none] = true;
		if (plan->substitution_group != UINT32_MAX)
			own[plan->substitution_group] = true;
	}
}

/* A digest for each dense group of all that it takes, threat by threat. */
static void digest_feeds(const plim_plan *plan, plim_digest *feed)
{
	for (size_t g = 0; g < plan->groups.count; g++)
		plim_digest_init(&feed[g]);
	for (size_t t = 0; t < plan->threats; t++) {
		const plim_plan_threat *threat = &plan->threat[t];
		for (size_t i = 0; i < threat->bears_count; i++) {
			plim_digest_u64(&feed[threat->bears[i].group], t);
			plim_digest_double(&feed[threat->bears[i].group], threat->bears[i].weight);
		}
	}
}

/* Finds for each dense group the first that is fed alike: it shares its vector. */
static plim_status share_vectors(plim_plan_builder *b)
{
	plim_plan *plan = b->plan;
	plim_groups *groups = &plan->groups;
	plim_digest *feed = plim_mem_alloc(groups->count, sizeof *feed);
	uint8_t(*key)[PLIM_DIGEST_SIZE] = plim_mem_alloc(groups->count, sizeof *key);
	bool *own = plim_mem_alloc(groups->count, sizeof *own);
	plim_status status = feed && key && own ? PLIM_OK : plim_error_memory(b->error, "the groups");
	if (status == PLIM_OK) {
		digest_feeds(plan, feed);
		for (size_t t = 0; t < plan->threats; t++)
			if (plan->threat[t].sources > 0)
				mark_own(plan, &plan->threat[t], own);
	}
	for (uint32_t g = 0; status == PLIM_OK && g < groups->count; g++) {
		plim_digest_final(&feed[g], key[g]);
		for (uint32_t h = 0; h < g && groups->form[g] == PLIM_GROUP_FORM_DENSE && !own[g]; h++) {
			if (groups->form[h] == PLIM_GROUP_FORM_DENSE && !own[h] && memcmp(key[g], key[h], sizeof *key) == 0) {
				groups->alike[g] = h;
				break;
			}
		}
	}
	plim_mem_free(feed);
	plim_mem_free(key);
	plim_mem_free(own);
	return status;
}

/* The region of all sources of a threat, if it has only one. */
static uint32_t only_region(const plim_plan *plan, const plim_plan_threat *t)
{
	const plim_plan_source *source = &plan->source[t->first_source];
	for (uint32_t s = 1; s < t->sources; s++)
		if (source[s].region_group != source[0].region_group)
			return UINT32_MAX;
	return source[0].region_group;
}

/* A region that one threat alone strikes, and nothing else of it, takes the threat's sums as they are: the same numbers
 * added in the same order. */
static plim_status find_whole_regions(plim_plan_builder *b)
{
	plim_plan *plan = b->plan;
	uint32_t *threats = plim_mem_alloc(plan->groups.count, sizeof *threats), *last = NULL;
	if (threats)
		last = plim_mem_alloc(plan->groups.count, sizeof *last);
	for (size_t s = 0; last && s < plan->sources; s++) {
		const plim_plan_source *source = &plan->source[s];
		threats[source->region_group] += last[source->region_group] != source->threat + 1;
		last[source->region_group] = source->threat + 1;
	}
	for (size_t t = 0; last && t < plan->threats; t++) {
		plim_plan_threat *threat = &plan->threat[t];
		const bool organisation = b->model->threat[threat->model_threat].where.kind == PLIM_PLACE_ORGANISATION;
		threat->whole_region = threat->sources == 0 || organisation ? UINT32_MAX : only_region(plan, threat);
		if (threat->whole_region != UINT32_MAX && threats[threat->whole_region] > 1)
			threat->whole_region = UINT32_MAX;
	}
	const bool good = last != NULL;
	plim_mem_free(threats);
	plim_mem_free(last);
	return good ? PLIM_OK : plim_error_memory(b->error, "the groups");
}

/* So many regions are gathered in vectors; the vectors of more would not stay in a cache from event to event. */
#define FEW_REGIONS 8

/* Regions that take single strikes, and nothing as a whole, are written down as places are, if they are many: the same
 * numbers are added in the same order. */
static plim_status log_regions(plim_plan_builder *b)
{
	plim_plan *plan = b->plan;
	plim_groups *groups = &plan->groups;
	bool *which = plim_mem_alloc(groups->count, sizeof *which);
	size_t count = 0;
	if (!which)
		return plim_error_memory(b->error, "the groups");
	for (size_t s = 0; s < plan->sources; s++)
		which[plan->source[s].region_group] = true;
	for (size_t t = 0; t < plan->threats; t++) {
		const plim_plan_threat *threat = &plan->threat[t];
		if (threat->whole_region != UINT32_MAX)
			which[threat->whole_region] = false;
		for (size_t i = 0; i < threat->bears_count; i++)
			which[threat->bears[i].group] = false;
	}
	for (size_t g = 0; g < groups->count; g++)
		count += which[g];
	if (count > FEW_REGIONS)
		plim_groups_log(groups, which);
	plim_mem_free(which);
	return PLIM_OK;
}

plim_status plim_plan_passes(plim_plan_builder *b)
{
	plim_plan *plan = b->plan;
	plim_status status = PLIM_OK;
	for (size_t t = 0; t < plan->threats && status == PLIM_OK; t++)
		if (plan->threat[t].sources > 0)
			status = list_bears(b, &plan->threat[t]);
	if (status == PLIM_OK)
		status = find_whole_regions(b);
	if (status == PLIM_OK)
		status = log_regions(b);
	if (status == PLIM_OK)
		status = share_vectors(b);
	for (size_t t = 0; t < plan->threats && status == PLIM_OK; t++) {
		plim_plan_threat *threat = &plan->threat[t];
		for (size_t i = 0; i < threat->bears_count; i++)
			if (plan->groups.alike[threat->bears[i].group] == threat->bears[i].group)
				threat->passes[threat->passes_count++] = threat->bears[i];
	}
	return status;
}
