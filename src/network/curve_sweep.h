/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One outage of growing length, all over the network at once. Used by curve_build.c, and by those who want only the
 * beginning of a curve.
 *
 * Every node that is reached keeps its sloped solution: it holds until the node's own horizon, or until what arrives
 * becomes another line. So a step to the next change costs the nodes that change, not the whole reach.
 */
#ifndef PLIM_NETWORK_CURVE_SWEEP_H
#define PLIM_NETWORK_CURVE_SWEEP_H

#include "network/workspace.h"

/** What a node hands on for one group that it carries; PLIM_GRAPH_NONE: for all else. */
typedef struct plim_sweep_output {
	uint32_t group;
	uint32_t first, count; /* of its outlet's steps */
} plim_sweep_output;

/** A node's outputs, sorted by group. */
typedef struct plim_sweep_outlet {
	plim_step *step;
	plim_sweep_output *output;
	size_t steps, step_capacity, outputs, output_capacity;
} plim_sweep_outlet;

/** A node that is reached. */
typedef struct plim_sweep_slot {
	uint32_t node;
	uint32_t first_inlet; /* in plim_sweep.inlet, or PLIM_GRAPH_NONE */
	bool waiting;
	plim_network_loss loss;
	plim_sweep_outlet outlet;
} plim_sweep_slot;

/** A link that something arrives short by. */
typedef struct plim_sweep_inlet {
	uint32_t link, next;
} plim_sweep_inlet;

/** Sums over slots, the last recovery, the nearest horizon: of a slot, or of both branches of a tree. */
typedef struct plim_sweep_knot {
	plim_moment lost, substituted, recovery;
	double horizon;
} plim_sweep_knot;

typedef struct plim_sweep {
	plim_network_solver *solver;
	plim_outage outage;
	double days; /* the solution holds from here to just before plim_sweep_next */
	plim_sweep_slot *slot;
	size_t slots, slot_capacity;
	plim_sweep_inlet *inlet;
	size_t inlets, inlet_capacity;
	uint32_t *slot_of; /* one a node, or PLIM_GRAPH_NONE; the solver's */
	bool *linked;      /* one a link: it is an inlet; the solver's */
	plim_pool queue;
	plim_sweep_outlet fresh;
	plim_sweep_knot *tree; /* root at 1, slot k at leaves + k */
	bool *stale; /* inner knots above leaves that were set since they were joined */
	size_t leaves;
	uint32_t *changed; /* slots solved in the last step */
	size_t changes, change_capacity;
} plim_sweep;

/** A solution for D just above 0. PLIM_ERROR_MEMORY; release with plim_sweep_clear in any case. */
plim_status plim_sweep_begin(plim_sweep *sweep, plim_network_solver *solver, const plim_overlay *overlay,
                             plim_outage outage);

/** Moves on to `days`, which is not before the present horizon. PLIM_ERROR_MEMORY. */
plim_status plim_sweep_move(plim_sweep *sweep, double days);
void plim_sweep_clear(plim_sweep *sweep);

/** Sums, recovery and horizon of the present solution. */
static inline plim_sweep_knot plim_sweep_total(const plim_sweep *sweep)
{
	return sweep->tree[1];
}

#endif
