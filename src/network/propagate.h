/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Outages followed down the network: an exact solution, event by event in topological order, without a time grid.
 *
 * All is counted in shortfalls (1 - flow), which are exactly 0 where the network is whole. Only nodes that a shortfall
 * comes to are visited. The arithmetic is + - * / and comparisons in a fixed order: the same bits everywhere.
 */
#ifndef PLIM_NETWORK_PROPAGATE_H
#define PLIM_NETWORK_PROPAGATE_H

#include "network/graph.h"
#include "network/moment.h"

/** One outage. Days of `start` count from any origin. Outages without length or share do nothing. */
typedef struct plim_outage {
	uint32_t place;    /* a node, or a link */
	bool on_link;      /* which of both */
	bool stops_inflow; /* at a node: its arrivals stop instead of its output */
	double start;      /* day */
	double days;       /* >= 0, finite */
	double share;      /* of the flow that is lost, in [0, 1] */
} plim_outage;

/** What a node loses. In plain solutions the slopes are 0. */
typedef struct plim_network_loss {
	uint32_t node;
	plim_moment lost;        /* margin, money */
	plim_moment substituted; /* cost of substitution, money */
	plim_moment exposed;     /* cost that substitution would have if it replaced all that fails to arrive, money */
} plim_network_loss;

typedef enum plim_network_result {
	PLIM_NETWORK_DONE,
	PLIM_NETWORK_GROW /* the workspace is too small: call plim_network_solver_grow, then solve again */
} plim_network_result;

/** A workspace for one thread. */
typedef struct plim_network_solver plim_network_solver;

/** The caller owns *solver (release with plim_network_solver_free); `graph` must outlive it. PLIM_ERROR_MEMORY. */
plim_status plim_network_solver_new(const plim_graph *graph, plim_network_solver **solver, plim_error *error);
void plim_network_solver_free(plim_network_solver **solver);

/** Enlarges what was too small, at least twofold. PLIM_ERROR_MEMORY. */
plim_status plim_network_solver_grow(plim_network_solver *solver, plim_error *error);

/** Bytes held. */
size_t plim_network_solver_bytes(const plim_network_solver *solver);

/**
 * Solves `count` outages together, in the order given, with the buffers and substitution of `overlay` (NULL: the
 * graph's own). Allocates nothing. Times are taken relative to the earliest start, so that a solution does not depend
 * on the date.
 */
plim_network_result plim_network_solve(plim_network_solver *solver, const plim_overlay *overlay,
                                       const plim_outage *outages, size_t count);

/** The same at the nodes v with wanted[v] == stamp alone; with a node all of the reached nodes that feed it must be
 * wanted. Losses and recovery are then those of these nodes. */
plim_network_result plim_network_solve_within(plim_network_solver *solver, const plim_overlay *overlay,
                                              const plim_outage *outages, size_t count, const uint64_t *wanted,
                                              uint64_t stamp);

/** The same with all buffers and substitution at zero: bare losses. */
plim_network_result plim_network_solve_bare(plim_network_solver *solver, const plim_outage *outages, size_t count);

/** Losses of the last solution, in topological order, with a row for each visited node that has a margin or pays for
 *  substitution; owned by the solver, valid until it is used again. */
const plim_network_loss *plim_network_losses(const plim_network_solver *solver, size_t *count);

/** Days from the earliest start to the moment when every node, buffer and clock of the last solution has recovered. */
double plim_network_recovery(const plim_network_solver *solver);

#endif
