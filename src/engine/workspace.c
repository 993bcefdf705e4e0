/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/workspace.h"

#include "base/error.h"
#include "base/memory.h"

#define VECTOR_BYTES (PLIM_BLOCK_TRIALS * sizeof(double))

static bool allocate_draws(plim_workspace *ws)
{
	const plim_plan *plan = ws->plan;
	const size_t cells = (size_t)PLIM_BLOCK_TRIALS * plan->years;
	ws->unknown = plim_mem_alloc(plan->unknowns, sizeof *ws->unknown);
	ws->unknown_block = plim_mem_alloc(plan->unknowns, sizeof *ws->unknown_block);
	ws->variant = plim_mem_alloc(plan->variants, sizeof *ws->variant);
	ws->variant_block = plim_mem_alloc(plan->variants, sizeof *ws->variant_block);
	ws->source_mean = plim_mem_alloc(cells, sizeof *ws->source_mean);
	ws->iota = plim_mem_alloc(cells, sizeof *ws->iota);
	ws->world = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *ws->world);
	ws->same = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *ws->same);
	ws->draw = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *ws->draw);
	ws->cell = plim_mem_alloc(cells / 64, sizeof *ws->cell);
	ws->count_identity = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *ws->count_identity);
	ws->unknown_identity = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *ws->unknown_identity);
	ws->unknown_x = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *ws->unknown_x);
	ws->count_position = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *ws->count_position);
	if (!ws->unknown || !ws->unknown_block || !ws->variant || !ws->variant_block || !ws->source_mean || !ws->iota ||
	    !ws->world || !ws->same || !ws->draw || !ws->cell || !ws->count_identity || !ws->unknown_identity ||
	    !ws->unknown_x || !ws->count_position)
		return false;
	for (uint32_t i = 0; i < cells; i++)
		ws->iota[i] = i;
	for (size_t i = 0; i < plan->unknowns; i++) {
		ws->unknown_block[i] = UINT64_MAX;
		if (!plan->unknown[i].per_place &&
		    !(ws->unknown[i] = plim_mem_alloc(plim_unknown_values(plan, i), sizeof(double))))
			return false;
	}
	for (size_t i = 0; i < plan->variants; i++) {
		const plim_variant *v = &plan->variant[i];
		ws->variant_block[i] = UINT64_MAX;
		if (v->uncertain && !v->per_place && !(ws->variant[i] = plim_mem_alloc(cells, sizeof(double))))
			return false;
	}
	return true;
}

static bool allocate_threat(plim_workspace *ws)
{
	size_t series = plim_plan_series(ws->plan), groups = ws->plan->groups.count;
	ws->of_threat = plim_mem_alloc(series, sizeof *ws->of_threat);
	ws->touched = plim_mem_alloc(PLIM_BLOCK_TRIALS + 1, sizeof *ws->touched);
	ws->is_touched = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *ws->is_touched);
	ws->threat_events = plim_mem_alloc(series, sizeof *ws->threat_events);
	ws->event_loss = plim_mem_alloc(ws->batch.capacity, sizeof *ws->event_loss);
	ws->event_day = plim_mem_alloc(ws->batch.capacity, sizeof *ws->event_day);
	ws->event_trial = plim_mem_alloc(ws->batch.capacity, sizeof *ws->event_trial);
	ws->region_loss = plim_mem_alloc(groups, sizeof *ws->region_loss);
	ws->region_list = plim_mem_alloc(groups, sizeof *ws->region_list);
	ws->region_events = plim_mem_alloc(groups * series, sizeof *ws->region_events);
	if (!ws->of_threat || !ws->touched || !ws->is_touched || !ws->threat_events || !ws->event_loss || !ws->event_day ||
	    !ws->event_trial || !ws->region_loss || !ws->region_list || !ws->region_events)
		return false;
	for (size_t k = 0; k < series; k++) {
		ws->of_threat[k].sum = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof(double));
		ws->of_threat[k].largest = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof(double));
		if (!ws->of_threat[k].sum || !ws->of_threat[k].largest)
			return false;
	}
	return true;
}

static bool allocate_years(plim_workspace *ws)
{
	const plim_plan *plan = ws->plan;
	const size_t series = plim_plan_series(plan);
	if (plan->years == 1)
		return true;
	ws->year_sum = plim_mem_alloc(series, sizeof *ws->year_sum);
	ws->present_sum = plan->discount ? plim_mem_alloc(series, sizeof *ws->present_sum) : NULL;
	bool good = ws->year_sum && (ws->present_sum || !plan->discount);
	for (size_t k = 0; k < series && good; k++) {
		good = (ws->year_sum[k] = plim_mem_alloc((size_t)PLIM_BLOCK_TRIALS * plan->years, sizeof(double))) != NULL;
		if (good && plan->discount)
			good = (ws->present_sum[k] = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof(double))) != NULL;
	}
	return good;
}

static bool allocate_groups(plim_workspace *ws)
{
	const plim_groups *groups = &ws->plan->groups;
	size_t series = plim_plan_series(ws->plan), vectors = series * groups->dense_count;
	ws->dense = plim_mem_alloc(vectors, sizeof *ws->dense);
	ws->dense_used = plim_mem_alloc(vectors, sizeof *ws->dense_used);
	ws->dense_bytes = vectors * 2 * VECTOR_BYTES;
	ws->dense_pages = plim_mem_pages(ws->dense_bytes);
	ws->threats = plim_mem_alloc(series, sizeof *ws->threats);
	ws->places = plim_mem_alloc(series, sizeof *ws->places);
	ws->regions = plim_mem_alloc(series, sizeof *ws->regions);
	ws->merged = plim_mem_alloc(series, sizeof *ws->merged);
	ws->place_count = plim_mem_alloc(groups->count + 1, sizeof *ws->place_count);
	ws->place_seen = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *ws->place_seen);
	ws->place.sum = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof(double));
	ws->place.largest = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof(double));
	ws->total_bin = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *ws->total_bin);
	ws->mark = plim_mem_alloc(series * PLIM_BLOCK_TRIALS, sizeof *ws->mark);
	ws->marked = plim_mem_alloc(series * PLIM_BLOCK_TRIALS, sizeof *ws->marked);
	ws->marked_count = plim_mem_alloc(series, sizeof *ws->marked_count);
	ws->marked_in = plim_mem_alloc(PLIM_BLOCK_TRIALS, sizeof *ws->marked_in);
	ws->marked_all = plim_mem_alloc(PLIM_BLOCK_TRIALS + 1, sizeof *ws->marked_all);
	if (!ws->dense || !ws->dense_used || !ws->dense_pages || !ws->threats || !ws->places || !ws->regions ||
	    !ws->merged || !ws->place_count || !ws->place_seen || !ws->place.sum || !ws->place.largest || !ws->total_bin || !ws->mark || !ws->marked ||
	    !ws->marked_count || !ws->marked_in || !ws->marked_all)
		return false;
	double *next = ws->dense_pages;
	for (size_t i = 0; i < vectors; i++, next += 2 * PLIM_BLOCK_TRIALS)
		ws->dense[i] = (plim_vectors){next, next + PLIM_BLOCK_TRIALS};
	return true;
}

static plim_status allocate_held(plim_workspace *ws, plim_error *error)
{
	const plim_plan *plan = ws->plan;
	if (!plan->graph && plan->policies == 0)
		return PLIM_OK;
	ws->held_counts = plim_mem_alloc(plan->threats * plim_plan_series(plan), sizeof *ws->held_counts);
	ws->held_first = plim_mem_alloc(2 * plan->threats, sizeof *ws->held_first);
	ws->interruption.start = plim_mem_alloc(PLIM_BLOCK_TRIALS + 1, sizeof *ws->interruption.start);
	if (!ws->held_counts || !ws->held_first || !ws->interruption.start)
		return plim_error_memory(error, "the workspace of a thread");
	plim_status status = plim_held_init(&ws->held, plan->most_slots, plan->most_components, (uint32_t)plan->scenarios,
	                                    plan->by_component, error);
	if (status == PLIM_OK && plan->policies > 0)
		status = plim_insure_init(&ws->insure, plan, error);
	return status == PLIM_OK && plan->graph ? plim_cluster_solver_new(plan->graph, &ws->interruption.solver, error)
	                                        : status;
}

static void free_held(plim_workspace *ws)
{
	plim_interruption *in = &ws->interruption;
	plim_held_clear(&ws->held);
	plim_day_sorter_clear(&ws->by_day);
	plim_insure_clear(&ws->insure);
	plim_cluster_solver_free(&in->solver);
	plim_mem_free(ws->held_counts);
	plim_mem_free(ws->held_first);
	plim_mem_free(in->order);
	plim_mem_free((void *)in->bare);
	plim_mem_free(in->start);
	plim_mem_free(in->all);
	plim_mem_free(in->outage);
	plim_mem_free((void *)in->curve);
	plim_mem_free(in->strike);
	plim_mem_free(in->borne);
}

plim_status plim_workspace_new(const plim_plan *plan, const plim_kernel *kernel, uint64_t seed, plim_workspace **out,
                               plim_error *error)
{
	plim_workspace *ws = plim_mem_alloc(1, sizeof *ws);
	if (!ws)
		return plim_error_memory(error, "the workspace of a thread");
	ws->plan = plan;
	ws->kernel = kernel;
	ws->seed = seed;
	plim_status status =
	    plim_batch_init(&ws->batch, plan->largest_batch, plan->most_slots, plan->most_components, error);
	if (status == PLIM_OK && plan->by_component)
		status = plim_batch_init_parts(&ws->batch, error);
	if (status == PLIM_OK)
		status = plim_batch_init(&ws->attempts, PLIM_BATCH_STRIKES, 1, 0, error);
	if (status == PLIM_OK && !(allocate_draws(ws) && allocate_threat(ws) && allocate_years(ws) && allocate_groups(ws)))
		status = plim_error_memory(error, "the workspace of a thread");
	if (status == PLIM_OK)
		status = allocate_held(ws, error);
	if (status != PLIM_OK)
		plim_workspace_free(&ws);
	else
		*out = ws;
	return status;
}

static void free_vectors(plim_vectors *v)
{
	plim_mem_free(v->sum);
	plim_mem_free(v->largest);
}

static void free_entries(plim_entry_list *list)
{
	plim_mem_pages_free(list->item, list->capacity * sizeof *list->item);
}

static void free_lists(plim_workspace *ws)
{
	plim_mem_pages_free(ws->sorted, ws->sorted_capacity * sizeof *ws->sorted);
	for (size_t k = 0; k < plim_plan_series(ws->plan); k++) {
		if (ws->of_threat)
			free_vectors(&ws->of_threat[k]);
		if (ws->year_sum)
			plim_mem_free(ws->year_sum[k]);
		if (ws->present_sum)
			plim_mem_free(ws->present_sum[k]);
		if (ws->threats)
			free_entries(&ws->threats[k]);
		if (ws->places)
			plim_place_list_clear(&ws->places[k]);
		if (ws->regions)
			plim_place_list_clear(&ws->regions[k]);
		if (ws->merged)
			free_entries(&ws->merged[k]);
	}
	for (size_t i = 0; ws->unknown && i < ws->plan->unknowns; i++)
		plim_mem_free(ws->unknown[i]);
	for (size_t i = 0; ws->variant && i < ws->plan->variants; i++)
		plim_mem_free(ws->variant[i]);
}

void plim_workspace_free(plim_workspace **workspace)
{
	plim_workspace *ws = *workspace;
	if (!ws)
		return;
	free_lists(ws);
	free_held(ws);
	free_vectors(&ws->place);
	plim_batch_clear(&ws->batch);
	plim_batch_clear(&ws->attempts);
	plim_mem_pages_free(ws->dense_pages, ws->dense_bytes);
	void *arrays[] = {(void *)ws->unknown,
	                  ws->unknown_block,
	                  (void *)ws->variant,
	                  ws->variant_block,
	                  ws->source_mean,
	                  ws->iota,
	                  ws->world,
	                  ws->same,
	                  ws->draw,
	                  ws->cell,
	                  ws->count_identity,
	                  ws->unknown_identity,
	                  ws->unknown_x,
	                  ws->count_position,
	                  ws->of_threat,
	                  ws->touched,
	                  ws->is_touched,
	                  ws->threat_events,
	                  ws->event_loss,
	                  ws->event_day,
	                  (void *)ws->year_sum,
	                  (void *)ws->present_sum,
	                  ws->event_trial,
	                  ws->region_loss,
	                  ws->region_list,
	                  ws->region_events,
	                  ws->dense,
	                  ws->dense_used,
	                  ws->threats,
	                  ws->places,
	                  ws->regions,
	                  ws->merged,
	                  ws->place_count,
	                  ws->total_bin,
	                  ws->place_seen,
	                  ws->mark,
	                  ws->marked,
	                  ws->marked_count,
	                  ws->marked_in,
	                  ws->marked_all};
	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
		plim_mem_free(arrays[i]);
	plim_mem_free(ws);
	*workspace = NULL;
}

size_t plim_workspace_bytes(const plim_plan *plan)
{
	size_t vectors = plan->unknowns + plan->variants + plim_plan_series(plan) * (2 * plan->groups.dense_count + 3) + 16;
	if (plan->years > 1) /* vectors by cell, of the total's years, and its present value */
		vectors +=
		    (plan->unknowns + plan->variants + plim_plan_series(plan) + 2) * plan->years + plim_plan_series(plan);
	size_t entries = (size_t)(plan->attempts_per_trial * PLIM_BLOCK_TRIALS) * plim_plan_series(plan);
	if (plan->graph || plan->policies > 0)
		entries +=
		    (size_t)(plan->held_per_trial * PLIM_BLOCK_TRIALS *
		             (double)plim_held_bytes(plan->most_slots, plan->most_components, (uint32_t)plan->scenarios) /
		             (4 * sizeof(plim_entry)));
	const size_t lists = plan->groups.logged_count > 0 ? 5 : 4; /* of threats, places, regions, the worst, sorted */
	return vectors * VECTOR_BYTES + plim_batch_bytes(plan->largest_batch, plan->most_slots, plan->most_components) +
	       plim_batch_bytes(PLIM_BATCH_STRIKES, 1, 0) + lists * entries * sizeof(plim_entry) + plan->groups.count * 32;
}

plim_entry *plim_entries_reserve(plim_workspace *ws, plim_entry_list *list, size_t extra)
{
	if (plim_mem_pages_reserve((void **)&list->item, &list->capacity, list->count + extra, sizeof *list->item)) {
		ws->status = plim_error_memory(ws->error, "the losses of a block");
		return NULL;
	}
	return list->item + list->count;
}

void plim_workspace_list(plim_workspace *ws, plim_place_list *list, uint32_t group, uint32_t trial, double loss)
{
	if (!plim_place_list_add(list, group, trial, loss))
		ws->status = plim_error_memory(ws->error, "the losses of a block");
}

bool plim_entry_grow(plim_workspace *ws, plim_entry_list *list)
{
	return plim_entries_reserve(ws, list, 1024) != NULL;
}

bool plim_workspace_holds(const plim_workspace *ws, size_t scenario)
{
	const plim_plan *plan = ws->plan;
	if (!ws->wanted)
		return true;
	for (size_t t = 0; t < plan->threats; t++)
		if (plan->threat[t].held && ws->wanted[t * plan->scenarios + scenario])
			return true;
	return false;
}
