/* SPDX-License-Identifier: Apache-2.0 */
/* Gathering: from the losses of strikes to vectors over the trials of the block. */
#include <string.h>

#include "base/error.h"
#include "engine/nested.h"
#include "engine/workspace.h"

/* Interruption and cost of substitution of the first strike of the batch; the next strike's follow 2 x scenarios on. */
static const double *held_extra(const plim_workspace *ws, size_t k)
{
	return ws->releasing->extra + 2 * (ws->held_at * ws->releasing->scenarios + k);
}

/* The scenario's loss of every strike. */
static void scenario_loss(plim_workspace *ws, size_t k)
{
	plim_batch *b = &ws->batch;
	for (size_t r = 0; r < b->runs; r++) {
		const plim_run_of_class *run = &b->run[r];
		const double *factor = b->factor[ws->plan->effect_class[run->effect_class].slot_of[k]];
		ws->kernel->multiply(b->sum + run->begin, factor + run->begin, run->end - run->begin, b->loss + run->begin);
	}
	if (ws->releasing) {
		const double *extra = held_extra(ws, k);
		size_t step = 2 * ws->releasing->scenarios;
		for (size_t i = 0; i < b->count; i++)
			b->loss[i] += extra[step * i] + extra[step * i + 1];
	}
}

/* Strikes of a batch from which on it is quicker to look for the trials struck when the threat is over. */
#define MANY_STRIKES 2048

static void touch(plim_workspace *ws)
{
	const plim_batch *b = &ws->batch;
	size_t count = ws->touched_count;
	if (b->count >= MANY_STRIKES) {
		const uint32_t *trial = b->trial;
		uint8_t *is_touched = ws->is_touched;
		for (size_t i = 0, n = b->count; i < n; i++)
			is_touched[trial[i]] = 1;
		ws->touched_unlisted = true;
		return;
	}
	for (size_t i = 0; i < b->count; i++) {
		uint32_t trial = b->trial[i];
		ws->touched[count] = trial; /* no branch: kept only if the count moves on; the list has one place to spare */
		count += !ws->is_touched[trial];
		ws->is_touched[trial] = 1;
	}
	ws->touched_count = count;
}

/* All that were touched, listed or not. */
static void list_touched(plim_workspace *ws)
{
	size_t count = 0;
	for (uint32_t t = 0; t < ws->trials; t++) {
		ws->touched[count] = t;
		count += ws->is_touched[t];
	}
	ws->touched_count = count;
	ws->touched_unlisted = false;
}

static void scatter(const plim_vectors *v, const uint32_t *trial, const double *loss, size_t n)
{
	for (size_t i = 0; i < n; i++)
		plim_vectors_add(v, trial[i], loss[i]);
}

/* Several years: what events cost the total in the year of their day, and what that is worth at the start. */
static void scatter_years(plim_workspace *ws, size_t series, const uint32_t *trial, const double *day,
                          const double *loss, size_t n)
{
	double *year = ws->year_sum[series], *present = ws->present_sum ? ws->present_sum[series] : NULL;
	for (size_t i = 0; i < n; i++)
		year[(size_t)plim_year_of(day[i]) * PLIM_BLOCK_TRIALS + trial[i]] += loss[i];
	for (size_t i = 0; present && i < n; i++)
		present[trial[i]] += loss[i] * plim_plan_discount(ws->plan, day[i]);
}

/* What events cost, into the threat's vectors and the total's years. */
static void scatter_events(plim_workspace *ws, size_t series, const uint32_t *trial, const double *day,
                           const double *loss, size_t n)
{
	scatter(&ws->of_threat[series], trial, loss, n);
	if (ws->year_sum)
		scatter_years(ws, series, trial, day, loss, n);
}

/* Shared events: the places struck together make one event. Returns the number of events. */
static size_t sum_events(plim_workspace *ws, const double *loss)
{
	const plim_batch *b = &ws->batch;
	size_t events = 0;
	for (size_t i = 0; i < b->count; i++) {
		if (i == 0 || b->event[i] != b->event[i - 1]) {
			ws->event_trial[events] = b->trial[i];
			ws->event_day[events] = b->day[i];
			ws->event_loss[events++] = 0;
		}
		ws->event_loss[events - 1] += loss[i];
	}
	return events;
}

/* Adds what each event costs, `loss` by strike. */
static void gather(plim_workspace *ws, const plim_vectors *v, const double *loss)
{
	const plim_batch *b = &ws->batch;
	if (ws->threat->shared) {
		size_t events = sum_events(ws, loss);
		scatter(v, ws->event_trial, ws->event_loss, events);
	} else {
		scatter(v, b->trial, loss, b->count);
	}
}

/* Losses of one part of the batch, by component c of the threat, or of all its components for c = ALL_DIRECT. */
#define ALL_DIRECT SIZE_MAX

static const double *direct_loss(plim_workspace *ws, const plim_view *view, size_t c)
{
	plim_batch *b = &ws->batch;
	double *loss = (double *)b->x; /* free by now, and of the same size */
	const double *base = c == ALL_DIRECT ? b->sum : b->base + c * b->capacity;
	for (size_t r = 0; r < b->runs; r++) {
		const plim_run_of_class *run = &b->run[r];
		uint32_t slot = ws->plan->effect_class[run->effect_class].slot_of[view->scenario];
		const double *factor = ws->threat->by_component && c != ALL_DIRECT ? b->part[slot] + c * b->capacity : b->factor[slot];
		ws->kernel->multiply(base + run->begin, factor + run->begin, run->end - run->begin, loss + run->begin);
	}
	if (view->perspective != PLIM_PERSPECTIVE_GROSS)
		plim_insure_direct(ws, view, loss);
	return loss;
}

/* Interruption (which 0) or cost of substitution (1) of the batch. */
static const double *extra_loss(plim_workspace *ws, const plim_view *view, size_t which)
{
	double *loss = (double *)ws->batch.x;
	const double *extra = held_extra(ws, view->scenario) + which;
	for (size_t i = 0; i < ws->batch.count; i++)
		loss[i] = extra[2 * ws->releasing->scenarios * i];
	if (view->perspective != PLIM_PERSPECTIVE_GROSS)
		plim_insure_outage(ws, view, loss);
	return loss;
}

static void gather_components(plim_workspace *ws, const plim_view *view)
{
	size_t k = view->series;
	const plim_plan_threat *t = ws->threat;
	const plim_plan *plan = ws->plan;
	if (plim_threat_has_one_component(t))
		return; /* the threat's own vector serves */
	for (size_t c = 0; c < t->components; c++)
		gather(ws, plim_workspace_dense(ws, k, t->component[c].group), direct_loss(ws, view, c));
	if (!t->stops)
		return;
	gather(ws, plim_workspace_dense(ws, k, plan->interruption_group), extra_loss(ws, view, 0));
	if (plan->substitution_group != UINT32_MAX)
		gather(ws, plim_workspace_dense(ws, k, plan->substitution_group), extra_loss(ws, view, 1));
	if (t->components > 0)
		gather(ws, plim_workspace_dense(ws, k, plan->bearer_none), direct_loss(ws, view, ALL_DIRECT));
}

static bool is_logged(const plim_workspace *ws, uint32_t group)
{
	return ws->plan->groups.form[group] == PLIM_GROUP_FORM_LOGGED;
}

/* Writes the losses > 0 of strikes begin .. end - 1 into a list, for the end of the block. */
static void list_losses(plim_workspace *ws, plim_place_list *list, uint32_t group, size_t begin, size_t end)
{
	const plim_batch *b = &ws->batch;
	size_t count = 0;
	if (!plim_place_list_reserve(list, end - begin)) {
		ws->status = plim_error_memory(ws->error, "the losses of a block");
		return;
	}
	uint32_t *trial = list->trial + list->count;
	double *loss = list->loss + list->count;
	for (size_t i = begin; i < end; i++) { /* no branch: kept only if the count moves on */
		trial[count] = b->trial[i];
		loss[count] = b->loss[i];
		count += b->loss[i] > 0;
	}
	plim_place_list_end(list, group, count);
}

/* What one event costs in a region. */
static void add_to_region(plim_workspace *ws, size_t k, uint32_t region, uint32_t trial, double loss)
{
	if (is_logged(ws, region)) {
		plim_workspace_list(ws, &ws->regions[k], region, trial, loss);
		return;
	}
	scatter(plim_workspace_dense(ws, k, region), &trial, &loss, 1);
	ws->region_events[k * ws->plan->groups.count + region]++;
}

/* Shared events: what an event costs in a region is summed over the places struck there. */
static void gather_shared_regions(plim_workspace *ws, size_t k)
{
	const plim_batch *b = &ws->batch;
	const plim_plan_source *source = ws->plan->source;
	for (size_t i = 0; i < b->count;) {
		size_t begin = i, regions = 0;
		uint32_t trial = b->trial[i];
		for (; i < b->count && b->event[i] == b->event[begin]; i++) {
			uint32_t region = source[b->source[i]].region_group;
			if (ws->region_loss[region] == 0 && b->loss[i] > 0)
				ws->region_list[regions++] = region;
			ws->region_loss[region] += b->loss[i];
		}
		for (size_t r = 0; r < regions; r++) {
			uint32_t region = ws->region_list[r];
			add_to_region(ws, k, region, trial, ws->region_loss[region]);
			ws->region_loss[region] = 0;
		}
	}
}

/* A region that has all that the threat has takes it at the end of the threat (pass_on): only its events are counted. */
static void count_whole_region(plim_workspace *ws, size_t k)
{
	ws->region_events[k * ws->plan->groups.count + ws->threat->whole_region] +=
	    ws->kernel->count_positive(ws->batch.loss, ws->batch.count);
}

/* Sources come in order, so strikes of one region come in stretches. */
static void gather_regions(plim_workspace *ws, size_t k)
{
	const plim_batch *b = &ws->batch;
	const plim_plan_source *source = ws->plan->source;
	for (size_t i = 0, begin = 0; i < b->count; begin = i) {
		uint32_t region = source[b->source[i]].region_group;
		while (i < b->count && source[b->source[i]].region_group == region)
			i++;
		if (is_logged(ws, region)) {
			list_losses(ws, &ws->regions[k], region, begin, i);
			continue;
		}
		const uint64_t events = ws->kernel->count_positive(b->loss + begin, i - begin);
		scatter(plim_workspace_dense(ws, k, region), b->trial + begin, b->loss + begin, i - begin);
		ws->region_events[k * ws->plan->groups.count + region] += events;
	}
}

/* Where stretches of strikes at one source end, for each that begins a stretch: sources come in order mostly. */
static void find_stretches(plim_workspace *ws)
{
	const plim_batch *b = &ws->batch;
	uint32_t *end = b->stretch_end;
	for (size_t i = 0, begin = 0; i < b->count; begin = i) {
		while (i < b->count && b->source[i] == b->source[begin])
			i++;
		end[begin] = (uint32_t)i;
	}
}

/* Places that have in this series what they have in an earlier one are gathered there. */
static void gather_places(plim_workspace *ws, size_t k)
{
	const plim_batch *b = &ws->batch;
	for (size_t begin = 0, end; begin < b->count; begin = end) {
		const uint32_t group = ws->plan->source[b->source[begin]].place_group;
		end = b->stretch_end[begin];
		if (plim_groups_origin(&ws->plan->groups, k, group) == k)
			list_losses(ws, &ws->places[k], group, begin, end);
	}
}

static bool at_organisation(const plim_workspace *ws)
{
	return ws->plan->model->threat[ws->threat->model_threat].where.kind == PLIM_PLACE_ORGANISATION;
}

/* Shared events into the threat's vector: insurers look at the sum over the places, `batch.loss` gross. */
static void gather_events(plim_workspace *ws, const plim_view *view, bool insured)
{
	size_t events = sum_events(ws, ws->batch.loss);
	if (insured)
		plim_insure_events(ws, view);
	scatter_events(ws, view->series, ws->event_trial, ws->event_day, ws->event_loss, events);
}

static void gather_view(plim_workspace *ws, plim_view view)
{
	plim_batch *b = &ws->batch;
	bool insured = view.perspective != PLIM_PERSPECTIVE_GROSS && ws->threat->policies > 0;
	if (!insured)
		view.perspective = PLIM_PERSPECTIVE_GROSS; /* what is not insured is net as it is gross */
	scenario_loss(ws, view.scenario);
	if (ws->threat->shared)
		gather_events(ws, &view, insured);
	if (insured)
		plim_insure_strikes(ws, &view, b->loss);
	if (!ws->threat->shared)
		scatter_events(ws, view.series, b->trial, b->day, b->loss, b->count);
	if (ws->wanted)
		return;
	gather_components(ws, &view);
	if (at_organisation(ws))
		return;
	if (ws->threat->shared)
		gather_shared_regions(ws, view.series);
	else if (ws->threat->whole_region != UINT32_MAX)
		count_whole_region(ws, view.series);
	else
		gather_regions(ws, view.series);
	gather_places(ws, view.series);
}

void plim_gather_batch(plim_workspace *ws)
{
	size_t scenarios = ws->plan->scenarios;
	touch(ws);
	find_stretches(ws);
	for (size_t p = ws->wanted ? ws->plan->perspectives - 1 : 0; p < ws->plan->perspectives; p++)
		for (size_t k = 0; k < scenarios; k++)
			if ((p != PLIM_PERSPECTIVE_CEDED || ws->threat->policies > 0) && plim_workspace_wants(ws, k))
				gather_view(ws, (plim_view){p * scenarios + k, k, (plim_perspective)p});
}

static void add_vectors(plim_workspace *ws, const plim_vectors *to, const plim_vectors *from, double weight)
{
	for (size_t i = 0; i < ws->touched_count; i++) {
		uint32_t t = ws->touched[i];
		double largest = from->largest[t] * weight;
		to->sum[t] += from->sum[t] * weight;
		to->largest[t] = largest > to->largest[t] ? largest : to->largest[t];
	}
}

static void pass_on(plim_workspace *ws, plim_summary *summary, size_t k)
{
	const plim_plan_threat *t = ws->threat;
	uint64_t *events = summary->events + k * summary->groups, n = ws->threat_events[k];
	for (size_t i = 0; i < t->passes_count; i++)
		add_vectors(ws, plim_workspace_dense(ws, k, t->passes[i].group), &ws->of_threat[k], t->passes[i].weight);
	if (t->whole_region != UINT32_MAX && !t->shared)
		add_vectors(ws, plim_workspace_dense(ws, k, t->whole_region), &ws->of_threat[k], 1);
	for (size_t i = 0; i < t->bears_count; i++)
		events[t->bears[i].group] += n;
	events[t->group] += n;
	for (size_t c = 0; !plim_threat_has_one_component(t) && c < t->components; c++)
		events[t->component[c].group] += n;
	if (t->stops) {
		events[ws->plan->interruption_group] += n;
		events[ws->plan->bearer_none] += t->components > 0 ? n : 0;
		if (ws->plan->substitution_group != UINT32_MAX)
			events[ws->plan->substitution_group] += n;
	}
	for (size_t g = ws->plan->groups.first[PLIM_GROUP_REGION]; g < ws->plan->groups.first[PLIM_GROUP_REGION + 1]; g++) {
		events[g] += ws->region_events[k * summary->groups + g];
		ws->region_events[k * summary->groups + g] = 0;
	}
}

/* Adds between asking for a tally's memory and touching it: a miss costs about as much as this many. */
#define AHEAD 12

static void flush_threat(plim_workspace *ws, plim_summary *summary, size_t k)
{
	uint32_t group = ws->threat->group;
	plim_vectors *own = &ws->of_threat[k];
	plim_tally *sum = plim_summary_tally(summary, k, group, PLIM_MEASURE_AEP);
	plim_tally *largest = plim_summary_tally(summary, k, group, PLIM_MEASURE_OEP);
	pass_on(ws, summary, k);
	plim_nested_add(ws, summary, k, group, own, ws->touched, ws->touched_count);
	for (size_t i = 0; i < ws->touched_count; i++) {
		uint32_t t = ws->touched[i];
		if (i + AHEAD < ws->touched_count)
			plim_tally_prefetch(sum, own->sum[ws->touched[i + AHEAD]]);
		if (own->sum[t] > 0) {
			plim_summary_add_trial(sum, largest, own->sum[t], own->largest[t]);
			plim_entry_add(ws, &ws->threats[k], (plim_entry){group, t, own->sum[t]});
		}
		own->sum[t] = own->largest[t] = 0;
	}
	ws->threat_events[k] = 0;
}

/* A lean block keeps the threat's sums and nothing else. */
static void list_threat(plim_workspace *ws, size_t k)
{
	plim_vectors *own = &ws->of_threat[k];
	for (size_t i = 0; i < ws->touched_count; i++) {
		uint32_t t = ws->touched[i];
		if (own->sum[t] > 0)
			plim_entry_add(ws, &ws->threats[k], (plim_entry){ws->threat->group, t, own->sum[t]});
		own->sum[t] = own->largest[t] = 0;
	}
	ws->threat_events[k] = 0;
}

static void list_scenarios(plim_workspace *ws)
{
	size_t first = (ws->plan->perspectives - 1) * ws->plan->scenarios;
	for (size_t k = 0; k < ws->plan->scenarios; k++)
		if (plim_workspace_wants(ws, k))
			list_threat(ws, first + k);
}

void plim_gather_threat(plim_workspace *ws, plim_summary *summary)
{
	if (ws->touched_unlisted)
		list_touched(ws);
	if (!ws->wanted && ws->plan->perspectives > 1 && ws->threat->policies == 0)
		memcpy(ws->threat_events + PLIM_PERSPECTIVE_NET * ws->plan->scenarios, ws->threat_events,
			   ws->plan->scenarios * sizeof *ws->threat_events);
	if (ws->wanted)
		list_scenarios(ws);
	for (size_t k = 0; !ws->wanted && k < plim_plan_series(ws->plan); k++)
		flush_threat(ws, summary, k);
	for (size_t i = 0; i < ws->touched_count; i++)
		ws->is_touched[ws->touched[i]] = 0;
	ws->touched_count = 0;
}
