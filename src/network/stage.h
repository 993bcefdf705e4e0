/* SPDX-License-Identifier: Apache-2.0 */
/* One node of the network, or one item of an `inputs: each` node: shortfalls in, shortfall out. */
#ifndef PLIM_NETWORK_STAGE_H
#define PLIM_NETWORK_STAGE_H

#include "network/workspace.h"

/** What a stage adds up: days of shortfall, and the costs of substitution. */
typedef struct plim_stage_sum {
	plim_moment shortfall_days, substituted, exposed;
} plim_stage_sum;

/**
 * Solves one stage for `count` arrivals, sorted by group and link. `emit`: keep the output as a signal, whose index
 * comes back in *signal (PLIM_GRAPH_NONE if it is whole throughout). Moves solver->recovery on.
 */
plim_network_result plim_stage_solve(plim_network_solver *solver, const plim_arrival *arrivals, size_t count, bool emit,
                                     plim_stage_sum *sum, uint32_t *signal);

#endif
