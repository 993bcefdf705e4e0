/* SPDX-License-Identifier: Apache-2.0 */
/* Order and cycles of a directed graph in compressed form. */
#ifndef PLIM_NETWORK_TOPOLOGY_H
#define PLIM_NETWORK_TOPOLOGY_H

#include "network/graph.h"

/**
 * Fills graph->order and graph->position: each node before those it feeds, otherwise by index.
 * If there is a cycle, PLIM_ERROR_MODEL, and *cycle (caller owns it, plim_mem_free) holds its nodes in the direction of
 * flow.
 */
plim_status plim_topology_order(plim_graph *graph, uint32_t **cycle, size_t *cycle_length);

/** nearest[v]: the first node in topological order, strictly downstream of v, that has a margin; else PLIM_GRAPH_NONE.
 */
void plim_topology_margins(const plim_graph *graph, uint32_t *nearest);

#endif
