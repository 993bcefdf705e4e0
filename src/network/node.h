/* SPDX-License-Identifier: Apache-2.0 */
/* One node: what its arrivals make of its outputs and its loss. And the arrivals that an outage is itself. */
#ifndef PLIM_NETWORK_NODE_H
#define PLIM_NETWORK_NODE_H

#include "network/workspace.h"

/** The signal of an outage: its share from start to end. */
plim_network_result plim_outage_signal(plim_network_solver *solver, plim_moment start, plim_moment end, double share,
                                       uint32_t *signal);

/** The node where an outage enters: all that it reaches lies at it or downstream. */
uint32_t plim_outage_entry(const plim_graph *graph, const plim_outage *outage);

/** How many arrivals an outage is, at its entry, and the k-th of them. */
uint32_t plim_outage_arrivals(const plim_graph *graph, const plim_outage *outage);
plim_arrival plim_outage_arrival(const plim_graph *graph, const plim_outage *outage, uint32_t k, uint32_t signal);

/** Sorts by group, then link, as a stage needs them. */
void plim_arrivals_sort(plim_arrival *list, size_t count);

/**
 * Solves a node for its sorted arrivals. *own: the signal of its capacity or (`all`) of the node. Afterwards
 * plim_node_output tells what a link hands on, until plim_node_forget, which must be called after failures too.
 */
plim_network_result plim_node_solve(plim_network_solver *solver, uint32_t node, const plim_arrival *arrivals,
                                    size_t count, plim_network_loss *loss, uint32_t *own);

/** The signal of a link that carries `group` (or PLIM_GRAPH_NONE); PLIM_GRAPH_NONE: whole throughout. */
uint32_t plim_node_output(const plim_network_solver *solver, uint32_t group, uint32_t own);
void plim_node_forget(plim_network_solver *solver, const plim_arrival *arrivals, size_t count);

/** True if the node has a margin or pays for substitution. */
bool plim_node_bears(const plim_graph *graph, const plim_network_loss *loss);

#endif
