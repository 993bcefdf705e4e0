/* SPDX-License-Identifier: Apache-2.0 */
/** The network of a model as a graph, and what a control changes in it. */
#ifndef PLIM_ENGINE_NETWORK_INPUT_H
#define PLIM_ENGINE_NETWORK_INPUT_H

#include "model/model.h"
#include "network/graph.h"

/**
 * Builds the graph of all nodes and links; nodes and links keep the model's indices. Margins out of scope count as 0, so that a pilot
 * sees the whole network but only its own losses. Findings (may be NULL) take warnings.
 * The caller owns *graph. PLIM_ERROR_MODEL when the links make no sound network, PLIM_ERROR_MEMORY.
 */
plim_status plim_network_graph(const plim_model *model, plim_graph **graph, plim_graph_findings *findings,
							   plim_error *error);

/** Adds what a control adds, scaled by its coverage (its mean, if that is uncertain), to the groups at its places: every group of
 *  a node, the group of a link. */
void plim_network_apply(const plim_graph *graph, const plim_control *control, plim_overlay *overlay);

#endif
