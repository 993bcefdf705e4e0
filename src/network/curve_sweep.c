/* SPDX-License-Identifier: Apache-2.0 */
#include "network/curve_sweep.h"

#include <string.h>

#include "base/memory.h"
#include "network/node.h"
#include "network/queue.h"

#define NONE PLIM_GRAPH_NONE
#define FIRST_LEAVES 8

/* ---- the tree ---- */

static plim_sweep_knot join(const plim_sweep *sweep, plim_sweep_knot a, plim_sweep_knot b)
{
	plim_moment_frame frame = {.sloped = true, .days = sweep->days};
	frame.horizon = a.horizon < b.horizon ? a.horizon : b.horizon;
	bool a_later = plim_moment_order(frame, a.recovery, b.recovery) >= 0;
	plim_moment later = a_later ? a.recovery : b.recovery, earlier = a_later ? b.recovery : a.recovery;
	plim_moment_keep(&frame, earlier, later);
	return (plim_sweep_knot){.lost = plim_moment_plus(a.lost, b.lost),
	                         .substituted = plim_moment_plus(a.substituted, b.substituted),
	                         .recovery = later,
	                         .horizon = frame.horizon};
}

static void join_at(plim_sweep *sweep, size_t at)
{
	sweep->tree[at] = join(sweep, sweep->tree[2 * at], sweep->tree[2 * at + 1]);
}

/* The branches above are joined by refresh, once for all leaves that a step sets. */
static void set_leaf(plim_sweep *sweep, size_t slot, plim_sweep_knot knot)
{
	size_t at = sweep->leaves + slot;
	sweep->tree[at] = knot;
	while ((at /= 2) && !sweep->stale[at])
		sweep->stale[at] = true;
}

/* Joins anew where a leaf was set, or where the later recovery of two branches has changed. */
static void refresh(plim_sweep *sweep, size_t at)
{
	if (at >= sweep->leaves || (!sweep->stale[at] && sweep->tree[at].horizon > sweep->days))
		return;
	refresh(sweep, 2 * at);
	refresh(sweep, 2 * at + 1);
	join_at(sweep, at);
	sweep->stale[at] = false;
}

/* A tree for at least `slots` slots. */
static plim_status grow_tree(plim_sweep *sweep, size_t slots)
{
	if (slots <= sweep->leaves)
		return PLIM_OK;
	size_t leaves = sweep->leaves ? sweep->leaves : FIRST_LEAVES;
	while (leaves < slots)
		leaves *= 2;
	plim_sweep_knot *tree = plim_mem_alloc(2 * leaves, sizeof *tree);
	bool *stale = plim_mem_alloc(leaves, sizeof *stale);
	if (!tree || !stale) {
		plim_mem_free(tree);
		plim_mem_free(stale);
		return PLIM_ERROR_MEMORY;
	}
	for (size_t k = 0; k < leaves; k++)
		tree[leaves + k].horizon = PLIM_MOMENT_NEVER;
	if (sweep->leaves)
		memcpy(tree + leaves, sweep->tree + sweep->leaves, sweep->leaves * sizeof *tree);
	plim_mem_free(sweep->tree);
	plim_mem_free(sweep->stale);
	sweep->tree = tree;
	sweep->stale = stale;
	sweep->leaves = leaves;
	for (size_t at = leaves; --at > 0;)
		join_at(sweep, at);
	return PLIM_OK;
}

/* ---- slots ---- */

static plim_status find_slot(plim_sweep *sweep, uint32_t node, uint32_t *slot)
{
	*slot = sweep->slot_of[node];
	if (*slot != NONE)
		return PLIM_OK;
	void *slots = sweep->slot;
	if (plim_mem_grow(&slots, &sweep->slot_capacity, sweep->slots + 1, sizeof *sweep->slot))
		return PLIM_ERROR_MEMORY;
	sweep->slot = slots;
	if (grow_tree(sweep, sweep->slots + 1) ||
	    plim_mem_grow(&sweep->queue.data, &sweep->queue.capacity, sweep->slots + 1, sizeof(uint32_t)))
		return PLIM_ERROR_MEMORY;
	*slot = sweep->slot_of[node] = (uint32_t)sweep->slots++;
	memset(&sweep->slot[*slot], 0, sizeof sweep->slot[*slot]);
	sweep->slot[*slot].node = node;
	sweep->slot[*slot].first_inlet = NONE;
	return PLIM_OK;
}

static void wait_for(plim_sweep *sweep, uint32_t slot)
{
	if (sweep->slot[slot].waiting)
		return;
	sweep->slot[slot].waiting = true;
	/* The queue has room for every slot. */
	(void)plim_queue_push(&sweep->queue, sweep->solver->graph->position[sweep->slot[slot].node]);
}

static void wait_for_expired(plim_sweep *sweep, size_t at)
{
	if (sweep->tree[at].horizon > sweep->days)
		return;
	if (at >= sweep->leaves) {
		wait_for(sweep, (uint32_t)(at - sweep->leaves));
		return;
	}
	wait_for_expired(sweep, 2 * at);
	wait_for_expired(sweep, 2 * at + 1);
}

/* ---- outlets ---- */

static const plim_sweep_output *find_output(const plim_sweep_outlet *outlet, uint32_t group)
{
	size_t low = 0, high = outlet->outputs;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (outlet->output[middle].group < group)
			low = middle + 1;
		else
			high = middle;
	}
	if (low < outlet->outputs && outlet->output[low].group == group)
		return &outlet->output[low];
	return outlet->outputs ? &outlet->output[outlet->outputs - 1] : NULL; /* that for all else */
}

static bool same_output(const plim_sweep_outlet *a, const plim_sweep_outlet *b, uint32_t group)
{
	const plim_sweep_output *left = find_output(a, group), *right = find_output(b, group);
	uint32_t left_count = left ? left->count : 0, right_count = right ? right->count : 0;
	if (left_count != right_count)
		return false;
	for (uint32_t k = 0; k < left_count; k++) {
		const plim_step *x = &a->step[left->first + k], *y = &b->step[right->first + k];
		if (x->shortfall != y->shortfall || x->time.at != y->time.at || x->time.slope != y->time.slope)
			return false;
	}
	return true;
}

static plim_status add_output(plim_sweep *sweep, uint32_t group, uint32_t signal)
{
	plim_sweep_outlet *fresh = &sweep->fresh;
	plim_signal source = {0, 0};
	if (signal != NONE)
		source = ((const plim_signal *)sweep->solver->pool[PLIM_POOL_SIGNALS].data)[signal];
	void *steps = fresh->step, *outputs = fresh->output;
	if (plim_mem_grow(&outputs, &fresh->output_capacity, fresh->outputs + 1, sizeof *fresh->output))
		return PLIM_ERROR_MEMORY;
	fresh->output = outputs;
	if (plim_mem_grow(&steps, &fresh->step_capacity, fresh->steps + source.count, sizeof *fresh->step))
		return PLIM_ERROR_MEMORY;
	fresh->step = steps;
	const plim_step *from = (const plim_step *)sweep->solver->pool[PLIM_POOL_STEPS].data + source.first;
	for (uint32_t k = 0; k < source.count; k++)
		fresh->step[fresh->steps + k] = from[k];
	fresh->output[fresh->outputs++] = (plim_sweep_output){group, (uint32_t)fresh->steps, source.count};
	fresh->steps += source.count;
	return PLIM_OK;
}

/* The outputs of the node that has just been solved, into `fresh`. */
static plim_status take_outputs(plim_sweep *sweep, uint32_t node, const plim_arrival *arrivals, size_t count,
                                uint32_t own)
{
	const plim_graph *graph = sweep->solver->graph;
	sweep->fresh.steps = sweep->fresh.outputs = 0;
	for (size_t k = 0; k < count && graph->each[node]; k++) {
		uint32_t group = arrivals[k].group;
		if (group == NONE || (k > 0 && group == arrivals[k - 1].group))
			continue;
		if (add_output(sweep, group, plim_node_output(sweep->solver, group, own)))
			return PLIM_ERROR_MEMORY;
	}
	return add_output(sweep, NONE, own);
}

/* ---- one node ---- */

static plim_network_result load_inlet(plim_sweep *sweep, uint32_t link, plim_arrival *arrival)
{
	plim_network_solver *solver = sweep->solver;
	const plim_graph *graph = solver->graph;
	const plim_sweep_outlet *outlet = &sweep->slot[sweep->slot_of[graph->link_from[link]]].outlet;
	const plim_sweep_output *output = find_output(outlet, graph->link_carries[link]);
	plim_pool *steps = &solver->pool[PLIM_POOL_STEPS], *signals = &solver->pool[PLIM_POOL_SIGNALS];
	plim_signal made = {(uint32_t)steps->used, output->count};
	*arrival = (plim_arrival){NONE, graph->link_group[link], link, (uint32_t)signals->used, graph->link_lead[link]};
	plim_step *step = plim_pool_take(steps, output->count);
	plim_signal *signal = plim_pool_take(signals, 1);
	if (!step || !signal)
		return PLIM_NETWORK_GROW;
	*signal = made;
	for (uint32_t k = 0; k < output->count; k++)
		step[k] = outlet->step[output->first + k];
	return PLIM_NETWORK_DONE;
}

static plim_network_result load_outage(plim_sweep *sweep, plim_arrival *list, uint32_t count)
{
	uint32_t signal;
	plim_moment start = {0, 0}, end = {0, 1};
	if (plim_outage_signal(sweep->solver, start, end, sweep->outage.share, &signal))
		return PLIM_NETWORK_GROW;
	for (uint32_t k = 0; k < count; k++)
		list[k] = plim_outage_arrival(sweep->solver->graph, &sweep->outage, k, signal);
	return PLIM_NETWORK_DONE;
}

/* All that arrives at a slot's node; NULL: grow. */
static plim_arrival *load(plim_sweep *sweep, const plim_sweep_slot *slot, size_t *count)
{
	plim_network_solver *solver = sweep->solver;
	const plim_graph *graph = solver->graph;
	for (int k = 0; k < PLIM_POOL_COUNT; k++)
		solver->pool[k].used = solver->pool[k].wanted = 0;
	bool entry = plim_outage_entry(graph, &sweep->outage) == slot->node;
	uint32_t struck = entry ? plim_outage_arrivals(graph, &sweep->outage) : 0;
	*count = struck;
	for (uint32_t k = slot->first_inlet; k != NONE; k = sweep->inlet[k].next)
		++*count;
	plim_arrival *list = plim_pool_take(&solver->pool[PLIM_POOL_HERE], *count);
	if (!list || (struck && load_outage(sweep, list, struck)))
		return NULL;
	size_t at = struck;
	for (uint32_t k = slot->first_inlet; k != NONE; k = sweep->inlet[k].next)
		if (load_inlet(sweep, sweep->inlet[k].link, &list[at++]))
			return NULL;
	plim_arrivals_sort(list, *count);
	return list;
}

/* Solves a slot's node; its outputs go to `fresh`, its sums to *knot. */
static plim_status solve(plim_sweep *sweep, uint32_t index, plim_sweep_knot *knot)
{
	plim_network_solver *solver = sweep->solver;
	plim_sweep_slot *slot = &sweep->slot[index];
	for (;;) {
		size_t count;
		uint32_t own;
		solver->frame = (plim_moment_frame){true, sweep->days, PLIM_MOMENT_NEVER};
		solver->recovery = (plim_moment){0, 0};
		const plim_arrival *arrivals = load(sweep, slot, &count);
		plim_network_result result = PLIM_NETWORK_GROW;
		plim_status status = PLIM_OK;
		if (arrivals) {
			result = plim_node_solve(solver, slot->node, arrivals, count, &slot->loss, &own);
			if (result == PLIM_NETWORK_DONE)
				status = take_outputs(sweep, slot->node, arrivals, count, own);
			plim_node_forget(solver, arrivals, count);
		}
		if (status)
			return status;
		if (result == PLIM_NETWORK_DONE)
			break;
		if (plim_network_solver_grow(solver, NULL))
			return PLIM_ERROR_MEMORY;
	}
	*knot = (plim_sweep_knot){slot->loss.lost, slot->loss.substituted, solver->recovery, solver->frame.horizon};
	return PLIM_OK;
}

static plim_status add_inlet(plim_sweep *sweep, uint32_t link, uint32_t slot)
{
	if (sweep->linked[link])
		return PLIM_OK;
	void *inlets = sweep->inlet;
	if (sweep->inlets >= NONE - 1 ||
	    plim_mem_grow(&inlets, &sweep->inlet_capacity, sweep->inlets + 1, sizeof *sweep->inlet))
		return PLIM_ERROR_MEMORY;
	sweep->inlet = inlets;
	sweep->inlet[sweep->inlets] = (plim_sweep_inlet){link, sweep->slot[slot].first_inlet};
	sweep->slot[slot].first_inlet = (uint32_t)sweep->inlets++;
	sweep->linked[link] = true;
	return PLIM_OK;
}

/* Puts `fresh` in force, and the nodes on the waiting list for which that makes a difference. */
static plim_status hand_on(plim_sweep *sweep, uint32_t index)
{
	const plim_graph *graph = sweep->solver->graph;
	uint32_t node = sweep->slot[index].node;
	for (uint32_t k = graph->out_start[node]; k < graph->out_start[node + 1]; k++) {
		uint32_t fed, link = graph->out_link[k];
		if (same_output(&sweep->fresh, &sweep->slot[index].outlet, graph->link_carries[link]))
			continue;
		if (find_slot(sweep, graph->link_to[link], &fed) || add_inlet(sweep, link, fed))
			return PLIM_ERROR_MEMORY;
		wait_for(sweep, fed);
	}
	plim_sweep_outlet old = sweep->slot[index].outlet;
	sweep->slot[index].outlet = sweep->fresh;
	sweep->fresh = old;
	return PLIM_OK;
}

static plim_status turn(plim_sweep *sweep)
{
	const plim_graph *graph = sweep->solver->graph;
	sweep->changes = 0;
	while (sweep->queue.used) {
		uint32_t index = sweep->slot_of[graph->order[plim_queue_pop(&sweep->queue)]];
		plim_sweep_knot knot;
		sweep->slot[index].waiting = false;
		void *changed = sweep->changed;
		if (plim_mem_grow(&changed, &sweep->change_capacity, sweep->changes + 1, sizeof *sweep->changed))
			return PLIM_ERROR_MEMORY;
		sweep->changed = changed;
		sweep->changed[sweep->changes++] = index;
		if (solve(sweep, index, &knot))
			return PLIM_ERROR_MEMORY;
		set_leaf(sweep, index, knot);
		if (hand_on(sweep, index))
			return PLIM_ERROR_MEMORY;
	}
	refresh(sweep, 1);
	return PLIM_OK;
}

plim_status plim_sweep_begin(plim_sweep *sweep, plim_network_solver *solver, const plim_overlay *overlay,
                             plim_outage outage)
{
	const plim_graph *graph = solver->graph;
	*sweep = (plim_sweep){.solver = solver, .outage = outage};
	plim_network_begin(solver, overlay);
	sweep->slot_of = solver->sweep_slot;
	sweep->linked = solver->sweep_linked;
	sweep->queue.size = sizeof(uint32_t);
	if (grow_tree(sweep, 1))
		return PLIM_ERROR_MEMORY;
	uint32_t entry;
	if (!(outage.share > 0) || plim_outage_arrivals(graph, &outage) == 0)
		return PLIM_OK;
	if (find_slot(sweep, plim_outage_entry(graph, &outage), &entry))
		return PLIM_ERROR_MEMORY;
	wait_for(sweep, entry);
	return turn(sweep);
}

plim_status plim_sweep_move(plim_sweep *sweep, double days)
{
	sweep->days = days;
	wait_for_expired(sweep, 1);
	return turn(sweep);
}

void plim_sweep_clear(plim_sweep *sweep)
{
	for (size_t k = 0; k < sweep->inlets; k++)
		sweep->linked[sweep->inlet[k].link] = false;
	for (size_t k = 0; k < sweep->slots; k++) {
		sweep->slot_of[sweep->slot[k].node] = NONE;
		plim_mem_free(sweep->slot[k].outlet.step);
		plim_mem_free(sweep->slot[k].outlet.output);
	}
	plim_mem_free(sweep->fresh.step);
	plim_mem_free(sweep->fresh.output);
	plim_mem_free(sweep->slot);
	plim_mem_free(sweep->inlet);
	plim_mem_free(sweep->tree);
	plim_mem_free(sweep->stale);
	plim_mem_free(sweep->changed);
	plim_pool_clear(&sweep->queue);
	*sweep = (plim_sweep){0};
}
