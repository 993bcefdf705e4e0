/* SPDX-License-Identifier: Apache-2.0 */
#include "network/propagate.h"

#include "network/node.h"
#include "network/queue.h"

#define NONE PLIM_GRAPH_NONE

static plim_network_result add_arrival(plim_network_solver *solver, uint32_t node, plim_arrival arrival)
{
	plim_pool *pool = &solver->pool[PLIM_POOL_ARRIVALS];
	uint32_t index = (uint32_t)pool->used;
	if (solver->wanted && solver->wanted[node] != solver->stamp)
		return PLIM_NETWORK_DONE;
	plim_arrival *made = plim_pool_take(pool, 1);
	if (!made)
		return PLIM_NETWORK_GROW;
	if (solver->arrival_head[node] == NONE &&
	    !plim_queue_push(&solver->pool[PLIM_POOL_QUEUE], solver->graph->position[node]))
		return PLIM_NETWORK_GROW;
	*made = arrival;
	made->next = solver->arrival_head[node];
	solver->arrival_head[node] = index;
	return PLIM_NETWORK_DONE;
}

static plim_network_result strike(plim_network_solver *solver, const plim_outage *outage, plim_moment start,
                                  plim_moment end)
{
	const plim_graph *graph = solver->graph;
	uint32_t signal, entry = plim_outage_entry(graph, outage), count = plim_outage_arrivals(graph, outage);
	if (plim_outage_signal(solver, start, end, outage->share, &signal))
		return PLIM_NETWORK_GROW;
	for (uint32_t k = 0; k < count; k++)
		if (add_arrival(solver, entry, plim_outage_arrival(graph, outage, k, signal)))
			return PLIM_NETWORK_GROW;
	return PLIM_NETWORK_DONE;
}

/* The node's arrivals, sorted, in a pool of their own. */
static plim_arrival *gather(plim_network_solver *solver, uint32_t node, size_t *count)
{
	const plim_arrival *arrivals = solver->pool[PLIM_POOL_ARRIVALS].data;
	plim_pool *here = &solver->pool[PLIM_POOL_HERE];
	size_t found = 0;
	for (uint32_t k = solver->arrival_head[node]; k != NONE; k = arrivals[k].next)
		found++;
	here->used = 0;
	plim_arrival *list = plim_pool_take(here, found);
	*count = found;
	for (uint32_t k = solver->arrival_head[node]; list && k != NONE; k = arrivals[k].next)
		list[--found] = arrivals[k];
	solver->arrival_head[node] = NONE;
	if (list)
		plim_arrivals_sort(list, *count);
	return list;
}

/* Hands the outputs of a solved node on to those that it feeds. */
static plim_network_result hand_on(plim_network_solver *solver, uint32_t node, uint32_t own)
{
	const plim_graph *graph = solver->graph;
	for (uint32_t k = graph->out_start[node]; k < graph->out_start[node + 1]; k++) {
		uint32_t link = graph->out_link[k], signal = plim_node_output(solver, graph->link_carries[link], own);
		if (signal == NONE)
			continue;
		plim_arrival arrival = {NONE, graph->link_group[link], link, signal, graph->link_lead[link]};
		if (add_arrival(solver, graph->link_to[link], arrival))
			return PLIM_NETWORK_GROW;
	}
	return PLIM_NETWORK_DONE;
}

static plim_network_result solve_node(plim_network_solver *solver, uint32_t node)
{
	size_t count = 0;
	const plim_arrival *arrivals = gather(solver, node, &count);
	if (!arrivals)
		return PLIM_NETWORK_GROW;
	plim_network_loss loss;
	uint32_t own;
	plim_network_result result = plim_node_solve(solver, node, arrivals, count, &loss, &own);
	if (result == PLIM_NETWORK_DONE)
		result = hand_on(solver, node, own);
	plim_node_forget(solver, arrivals, count);
	if (result != PLIM_NETWORK_DONE || !plim_node_bears(solver->graph, &loss))
		return result;
	plim_network_loss *row = plim_pool_take(&solver->pool[PLIM_POOL_LOSSES], 1);
	if (!row)
		return PLIM_NETWORK_GROW;
	*row = loss;
	return PLIM_NETWORK_DONE;
}

void plim_network_begin(plim_network_solver *solver, const plim_overlay *overlay)
{
	solver->buffer_days = overlay ? overlay->buffer_days : solver->graph->buffer_days;
	solver->substitution = overlay ? overlay->substitution : solver->graph->substitution;
	solver->frame = (plim_moment_frame){0};
	solver->recovery = (plim_moment){0, 0};
	solver->wanted = NULL;
	for (int k = 0; k < PLIM_POOL_COUNT; k++) {
		solver->pool[k].used = 0;
		solver->pool[k].wanted = 0;
	}
}

static plim_network_result run_queue(plim_network_solver *solver, plim_network_result result)
{
	plim_pool *queue = &solver->pool[PLIM_POOL_QUEUE];
	while (result == PLIM_NETWORK_DONE && queue->used)
		result = solve_node(solver, solver->graph->order[plim_queue_pop(queue)]);
	while (queue->used)
		solver->arrival_head[solver->graph->order[plim_queue_pop(queue)]] = NONE;
	return result;
}

static plim_network_result solve(plim_network_solver *solver, const plim_outage *outages, size_t count)
{
	plim_network_result result = PLIM_NETWORK_DONE;
	double origin = count ? outages[0].start : 0;
	for (size_t k = 1; k < count; k++)
		if (outages[k].start < origin)
			origin = outages[k].start;
	for (size_t k = 0; k < count && result == PLIM_NETWORK_DONE; k++) {
		if (!(outages[k].days > 0 && outages[k].share > 0))
			continue;
		plim_moment start = {outages[k].start - origin, 0};
		result = strike(solver, &outages[k], start, plim_moment_later(start, outages[k].days));
	}
	return run_queue(solver, result);
}

plim_network_result plim_network_solve(plim_network_solver *solver, const plim_overlay *overlay,
                                       const plim_outage *outages, size_t count)
{
	plim_network_begin(solver, overlay);
	return solve(solver, outages, count);
}

plim_network_result plim_network_solve_within(plim_network_solver *solver, const plim_overlay *overlay,
                                              const plim_outage *outages, size_t count, const uint64_t *wanted,
                                              uint64_t stamp)
{
	plim_network_begin(solver, overlay);
	solver->wanted = wanted;
	solver->stamp = stamp;
	return solve(solver, outages, count);
}

plim_network_result plim_network_solve_bare(plim_network_solver *solver, const plim_outage *outages, size_t count)
{
	const plim_overlay bare = plim_graph_bare(solver->graph);
	plim_network_begin(solver, &bare);
	return solve(solver, outages, count);
}

const plim_network_loss *plim_network_losses(const plim_network_solver *solver, size_t *count)
{
	*count = solver->pool[PLIM_POOL_LOSSES].used;
	return solver->pool[PLIM_POOL_LOSSES].data;
}

double plim_network_recovery(const plim_network_solver *solver)
{
	return solver->recovery.at;
}
