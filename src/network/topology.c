/* SPDX-License-Identifier: Apache-2.0 */
#include "network/topology.h"

#include "base/memory.h"

/* Kahn's algorithm with the order itself as the queue. Returns how many nodes were placed; the rest lie on or below
 * cycles and keep a positive count of feeders. */
static uint32_t place_nodes(plim_graph *graph, uint32_t *feeders)
{
	for (uint32_t l = 0; l < graph->links; l++)
		feeders[graph->link_to[l]]++;
	uint32_t placed = 0;
	for (uint32_t v = 0; v < graph->nodes; v++)
		if (feeders[v] == 0)
			graph->order[placed++] = v;
	for (uint32_t head = 0; head < placed; head++) {
		uint32_t v = graph->order[head];
		graph->position[v] = head;
		for (uint32_t k = graph->out_start[v]; k < graph->out_start[v + 1]; k++) {
			uint32_t w = graph->link_to[graph->out_link[k]];
			if (--feeders[w] == 0)
				graph->order[placed++] = w;
		}
	}
	return placed;
}

/* Each node left over has a feeder left over: walking feeders must meet a node again, and that closes a cycle. */
static plim_status find_cycle(const plim_graph *graph, const uint32_t *feeders, uint32_t **cycle, size_t *length)
{
	uint32_t *feeder = plim_mem_alloc(graph->nodes, sizeof *feeder);
	uint32_t *seen = plim_mem_alloc(graph->nodes, sizeof *seen);
	uint32_t *found = plim_mem_alloc(graph->nodes, sizeof *found);
	plim_status status = PLIM_ERROR_MEMORY;
	if (!feeder || !seen || !found)
		goto out;
	for (uint32_t l = graph->links; l-- > 0;)
		if (feeders[graph->link_from[l]] > 0)
			feeder[graph->link_to[l]] = graph->link_from[l];
	uint32_t v = 0, steps = 0;
	while (feeders[v] == 0)
		v++;
	for (; seen[v] == 0; v = feeder[v])
		seen[v] = ++steps;
	uint32_t count = steps - seen[v] + 1;
	for (uint32_t k = count; k-- > 0; v = feeder[v])
		found[(k + 1) % count] = v;
	*cycle = found;
	*length = count;
	found = NULL;
	status = PLIM_ERROR_MODEL;
out:
	plim_mem_free(feeder);
	plim_mem_free(seen);
	plim_mem_free(found);
	return status;
}

plim_status plim_topology_order(plim_graph *graph, uint32_t **cycle, size_t *cycle_length)
{
	uint32_t *feeders = plim_mem_alloc(graph->nodes, sizeof *feeders);
	if (!feeders)
		return PLIM_ERROR_MEMORY;
	plim_status status = PLIM_OK;
	if (place_nodes(graph, feeders) < graph->nodes)
		status = find_cycle(graph, feeders, cycle, cycle_length);
	plim_mem_free(feeders);
	return status;
}

void plim_topology_margins(const plim_graph *graph, uint32_t *nearest)
{
	for (uint32_t p = graph->nodes; p-- > 0;) {
		uint32_t v = graph->order[p];
		nearest[v] = PLIM_GRAPH_NONE;
		for (uint32_t k = graph->out_start[v]; k < graph->out_start[v + 1]; k++) {
			uint32_t w = graph->link_to[graph->out_link[k]];
			uint32_t found = graph->margin[w] > 0 ? w : nearest[w];
			if (found != PLIM_GRAPH_NONE &&
			    (nearest[v] == PLIM_GRAPH_NONE || graph->position[found] < graph->position[nearest[v]]))
				nearest[v] = found;
		}
	}
}
