/* SPDX-License-Identifier: Apache-2.0 */
/** Betweenness of the nodes of a graph, by igraph. */
#ifndef PLIM_DECIDE_NETWORK_CENTRALITY_H
#define PLIM_DECIDE_NETWORK_CENTRALITY_H

#include "network/graph.h"

/** Link visits over all sources beyond which betweenness rests on a sample of sources: some ten seconds of work. */
#define PLIM_CENTRALITY_VISITS 4e8

/**
 * betweenness[v] (one a node, the caller's): the share of shortest directed ways between all ordered pairs of other
 * nodes that lead through v: the sum over pairs divided by (n - 1)(n - 2), 0 for fewer than three nodes. Parallel links
 * count once. Where the work would exceed `visits`, only ways from an evenly spaced sample of nodes are counted, and
 * scaled up; *sources is how many. igraph's handlers of errors and warnings are silenced here and put back.
 * PLIM_ERROR_MEMORY, or PLIM_ERROR_INTERNAL with igraph's message.
 */
plim_status plim_centrality_betweenness(const plim_graph *graph, double visits, double *betweenness, uint32_t *sources,
                                        plim_error *error);

#endif
