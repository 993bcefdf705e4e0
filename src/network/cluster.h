/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The outages of one trial: which of them can interact, what they lose together, and whose loss it is.
 *
 * Sweep by start. A cluster of outages stays open until every node, buffer and clock that it reached has recovered in
 * the joint solution; an outage that starts before that moment and shares reach joins it, and so clusters merge. A
 * cluster of one is looked up in its curve. A cluster's loss at each bearer is shared over its outages in proportion to
 * their bare losses there (alone, all buffers and substitution at zero); the cost of substitution at a node in
 * proportion to what it would cost to replace all that fails to arrive in the bare solution.
 */
#ifndef PLIM_NETWORK_CLUSTER_H
#define PLIM_NETWORK_CLUSTER_H

#include "network/curve.h"

typedef struct plim_cluster_input {
	const plim_overlay *overlay;            /* NULL: the graph's own buffers and substitution */
	const plim_outage *outages;             /* in any order; by start is quickest */
	const plim_outage_curve *const *curves; /* one an outage, made under the same overlay; NULL, or an entry NULL: lone
	                                         * outages are solved instead of looked up */
	const plim_outage_curve *const *bare; /* one an outage, made under plim_graph_bare; NULL: bare losses are solved, as
	                                       * they must be where any substitution costs (plim_graph_pays) */
	size_t count;
	bool alone;   /* overlaps: alone. Each is a cluster of one */
	bool bearers; /* fill the charges by bearer too */
} plim_cluster_input;

/** What one outage is charged with. */
typedef struct plim_cluster_share {
	uint32_t cluster; /* numbered by first start */
	uint32_t members; /* outages in that cluster */
	double loss, substitution;
} plim_cluster_share;

/** What one outage is charged with at one node; both amounts >= 0, not both 0. */
typedef struct plim_cluster_charge {
	uint32_t outage, node;
	double loss, substitution;
} plim_cluster_charge;

/** A workspace for one thread. */
typedef struct plim_cluster_solver plim_cluster_solver;

/** The caller owns *solver (release with plim_cluster_solver_free); `graph` must outlive it. PLIM_ERROR_MEMORY. */
plim_status plim_cluster_solver_new(const plim_graph *graph, plim_cluster_solver **solver, plim_error *error);
void plim_cluster_solver_free(plim_cluster_solver **solver);

/** Enlarges what was too small, at least twofold. PLIM_ERROR_MEMORY. */
plim_status plim_cluster_solver_grow(plim_cluster_solver *solver, plim_error *error);
size_t plim_cluster_solver_bytes(const plim_cluster_solver *solver);

/** The network solver inside, to build curves with. */
plim_network_solver *plim_cluster_network(plim_cluster_solver *solver);

/** Solves one trial. Allocates nothing. On PLIM_NETWORK_GROW: grow, then solve again. */
plim_network_result plim_cluster_solve(plim_cluster_solver *solver, const plim_cluster_input *input);

/** One share an outage of the last trial, in the caller's order; owned by the solver until it is used again. */
const plim_cluster_share *plim_cluster_shares(const plim_cluster_solver *solver);

/** Charges of the last trial: cluster by cluster, each outage's together. Empty unless `bearers` was asked for. */
const plim_cluster_charge *plim_cluster_charges(const plim_cluster_solver *solver, size_t *count);

#endif
