/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a place that stands still for ever takes with it when there are no buffers and no substitution: the solver's
 * rules with all times left out, so that a place costs no more than the links below it.
 */
#ifndef PLIM_DECIDE_NETWORK_STEADY_H
#define PLIM_DECIDE_NETWORK_STEADY_H

#include "network/graph.h"

/** A workspace for one thread; start from {0}. */
typedef struct plim_steady {
	const plim_graph *graph;
	double *shortfall; /* of arrivals, one a group; 0 between two calls */
	uint64_t *waiting; /* a bit for each position in the topological order; 0 between two calls */
} plim_steady;

typedef struct plim_steady_loss {
	double margin;    /* money a day */
	uint32_t stopped; /* nodes whose margin is lost completely */
	bool another;     /* one of them is not the place itself */
} plim_steady_loss;

/** `graph` must outlive it. PLIM_ERROR_MEMORY; release with plim_steady_clear in any case. */
plim_status plim_steady_init(plim_steady *steady, const plim_graph *graph, plim_error *error);
void plim_steady_clear(plim_steady *steady);

plim_steady_loss plim_steady_solve(plim_steady *steady, bool on_link, uint32_t place);

#endif
