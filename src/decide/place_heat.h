/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What each threat is expected to cost at each of some nodes, without simulation: results keep groups of nodes and of
 * threats, but no table of both.
 *
 * Direct losses are exact means at the node. Interruption is of each outage alone and from means, as in network_view.h:
 * events a year x E[f(D)], margin only, controls in force from the first day at their mean effect.
 */
#ifndef PLIM_DECIDE_PLACE_HEAT_H
#define PLIM_DECIDE_PLACE_HEAT_H

#include "model/model.h"

/** Expected loss of a trial, gross, from one threat at one node: NAN where the threat is not at the node, or its mean
 * is not known. */
typedef struct plim_place_heat {
	size_t nodes, threats;
	double *mean; /* [node][threat], in the order asked for */
} plim_place_heat;

/**
 * Fills *heat (which must be {0}) for nodes and threats of the model, by index, in a scenario (its id).
 * PLIM_ERROR_IO when the model has no such scenario, PLIM_ERROR_MODEL when its links make no sound network,
 * PLIM_ERROR_MEMORY.
 */
plim_status plim_place_heat_build(const plim_model *model, const char *scenario, const uint32_t *node, size_t nodes,
                                  const uint32_t *threat, size_t threats, plim_place_heat *heat, plim_error *error);
void plim_place_heat_clear(plim_place_heat *heat);

#endif
