/* SPDX-License-Identifier: Apache-2.0 */
/* Threats along trips: a source for each leg of each trip, with its own binomial law of incidents a year. */
#include "base/error.h"
#include "base/memory.h"
#include "engine/plan_build.h"
#include "model/custody.h"
#include "random/identity.h"

/* Where a link stands in the sorted list of a selector, which has it. */
static size_t position_of(const plim_selector *where, uint32_t link)
{
	size_t low = 0, high = where->places;
	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;
		if (where->place[middle] <= link)
			low = middle;
		else
			high = middle;
	}
	return low;
}

static plim_status add_leg(plim_plan_builder *b, const plim_threat *threat, const plim_trip *trip, size_t index,
						   plim_plan_threat *out)
{
	plim_plan *plan = b->plan;
	uint32_t link = trip->leg[index].link;
	plim_count law = {.law = PLIM_COUNT_BINOMIAL, .n = trip->trips_per_year};
	law.p = plim_custody_chance(threat->custody, trip, index);
	if (!b->model->link[link].in_scope || law.n == 0 || !(law.p > 0))
		return PLIM_OK;
	if (plim_mem_grow((void **)&plan->leg, &b->leg_capacity, plan->legs + 1, sizeof *plan->leg))
		return plim_error_memory(b->error, "the legs of trips");
	plim_plan_leg *leg = &plan->leg[plan->legs];
	leg->undetected = plim_custody_undetected(trip, index);
	plim_status status = plim_plan_generator(b, threat->id, &law, &leg->generator);
	if (status != PLIM_OK)
		return status;
	plim_plan_source *source = &plan->source[plan->sources];
	*source = (plim_plan_source){.exposure = 1, .loss_times = 1, .threat = out->model_threat, .place = link};
	if (threat->loss_times_of)
		source->loss_times = threat->loss_times_of[position_of(&threat->where, link)];
	source->leg = (uint32_t)plan->legs++;
	const char *const names[] = {threat->id, b->model->link[link].id, trip->id};
	source->identity = plim_identity(names, 3);
	const char *const place[] = {"place", "link", names[1]};
	source->place_identity = plim_identity(place, 3);
	plim_plan_source_groups(plan, threat, source);
	plan->sources++;
	out->sources++;
	out->attempts += plim_count_mean(&law) * plan->years;
	return PLIM_OK;
}

plim_status plim_plan_custody(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out)
{
	out->custody = true;
	out->detected_loss = threat->custody->detected_loss;
	out->thinned_p = out->p_zero = (plim_param){0, -1};
	out->mean = (plim_param){0, -1};
	out->intensity = (plim_param){1, -1};
	out->first_source = (uint32_t)b->plan->sources;
	plim_status status = PLIM_OK;
	for (size_t t = 0; t < b->model->trips; t++)
		for (size_t l = 0; l < b->model->trip[t].legs && status == PLIM_OK; l++)
			status = add_leg(b, threat, &b->model->trip[t], l, out);
	return status;
}
