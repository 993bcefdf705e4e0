/* SPDX-License-Identifier: Apache-2.0 */
/** The threats that stop each place: how often, and for how long as a set of weighted lengths. */
#ifndef PLIM_DECIDE_NETWORK_STRIKE_H
#define PLIM_DECIDE_NETWORK_STRIKE_H

#include "model/model.h"
#include "network/curve.h"

/** The outage of one threat: lengths in ascending order, with weights that sum to 1. */
typedef struct plim_outage_law {
	double *days, *weight; /* NULL when the threat stops nothing */
	size_t points;
	double longest; /* days that one in 10^9 exceeds; INFINITY when the rest beyond matters */
	double mean;    /* days, exact where `times` is a plain number */
} plim_outage_law;

typedef struct plim_strike {
	uint32_t threat;
	double events; /* a year, > 0 */
	double shrink; /* what controls leave of the length of an outage */
} plim_strike;

/** Strikes by place (nodes, then links): those of place k are strike[start[k]] to strike[start[k + 1] - 1], sorted by
 *  what they stop and how much of it. */
typedef struct plim_strike_table {
	size_t *start;
	plim_strike *strike;
	plim_outage_law *law; /* one a threat */
	size_t threats;
} plim_strike_table;

/** `scenario` NULL: no control. PLIM_ERROR_MEMORY; release with plim_strike_table_clear in any case. */
plim_status plim_strike_table_build(const plim_model *model, const plim_scenario *scenario, plim_strike_table *table,
                                    plim_error *error);
void plim_strike_table_clear(plim_strike_table *table);

/** E[f(shrink x D)] of a curve's total margin; INFINITY when D has no mean and the loss grows with it for ever. */
double plim_outage_law_loss(const plim_outage_law *law, double shrink, const plim_outage_curve *curve);

#endif
