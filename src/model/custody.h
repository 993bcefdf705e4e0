/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Chain of custody in closed form. On leg l of a trip the hazard of an incident is
 *     L_l = h_moving T_moving + h_resting T_resting + h_hand_over H,
 * an incident on leg l needs none before it: p_l = exp(-(L_1 + .. + L_(l-1))) (1 - exp(-L_l)), so that all legs
 * together have 1 - exp(-(L_1 + .. )), and it stays undetected with the product of (1 - p_d) over the checks at the end
 * of leg l and later.
 */
#ifndef PLIM_MODEL_CUSTODY_H
#define PLIM_MODEL_CUSTODY_H

#include "model/model.h"

/** Hazard of one leg. */
double plim_custody_hazard(const plim_custody *custody, const plim_leg *leg);

/** Probability that a trip has its incident on leg `index`, with 32 significant bits: the same on every processor. */
double plim_custody_chance(const plim_custody *custody, const plim_trip *trip, size_t index);

/** Probability that no check sees an incident on leg `index`. */
double plim_custody_undetected(const plim_trip *trip, size_t index);

/** What one threat does to one trip, over all its legs, before vulnerability and controls. */
typedef struct plim_custody_sum {
	double hazard;     /* of the whole trip */
	double incident;   /* probability of an incident on a trip */
	double undetected; /* probability that an incident is not detected; 0 without a hazard */
	double per_year;   /* expected incidents */
} plim_custody_sum;
plim_custody_sum plim_custody_add_up(const plim_custody *custody, const plim_trip *trip);

#endif
