/* SPDX-License-Identifier: Apache-2.0 */
/* Order, cycles and reach of a directed graph in compressed form. */
#ifndef PLIM_NETWORK_TOPOLOGY_H
#define PLIM_NETWORK_TOPOLOGY_H

#include "network/graph.h"

/**
 * Fills graph->order and graph->position: each node before those it feeds, otherwise by index.
 * If there is a cycle, PLIM_ERROR_MODEL, and *cycle (caller owns it, plim_mem_free) holds its nodes in the direction of
 * flow.
 */
plim_status plim_topology_order(plim_graph *graph, uint32_t **cycle, size_t *cycle_length);

/** Fills graph->component and graph->signature. */
void plim_topology_reach(plim_graph *graph);

/** nearest[v]: the first node in topological order, strictly downstream of v, that has a margin; else PLIM_GRAPH_NONE.
 */
void plim_topology_margins(const plim_graph *graph, uint32_t *nearest);

/** False only if nothing lies downstream of both (or is either of) nodes a and b. */
static inline bool plim_topology_may_meet(const plim_graph *graph, uint32_t a, uint32_t b)
{
	if (graph->component[a] != graph->component[b])
		return false;
	uint64_t common = 0;
	for (unsigned w = 0; w < PLIM_GRAPH_SIGNATURE; w++)
		common |= graph->signature[(size_t)a * PLIM_GRAPH_SIGNATURE + w] &
		          graph->signature[(size_t)b * PLIM_GRAPH_SIGNATURE + w];
	return common != 0;
}

#endif
