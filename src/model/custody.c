/* SPDX-License-Identifier: Apache-2.0 */
#include "model/custody.h"

#include <math.h>

#include "dist/round.h"

double plim_custody_hazard(const plim_custody *custody, const plim_leg *leg)
{
	return custody->moving * leg->hours_moving + custody->resting * leg->hours_resting +
	       custody->hand_over * (double)leg->hand_overs;
}

double plim_custody_chance(const plim_custody *custody, const plim_trip *trip, size_t index)
{
	double before = 0;
	for (size_t l = 0; l < index; l++)
		before += plim_custody_hazard(custody, &trip->leg[l]);
	double chance = exp(-before) * -expm1(-plim_custody_hazard(custody, &trip->leg[index]));
	/* rounding must not carry it above 1, nor make something of what is too small for a number */
	return chance >= 1 ? 1 : chance > 0 ? plim_round_32(chance) : 0;
}

double plim_custody_undetected(const plim_trip *trip, size_t index)
{
	double left = 1;
	for (size_t l = index; l < trip->legs; l++)
		left *= 1 - trip->leg[l].seal_check;
	return left;
}

plim_custody_sum plim_custody_add_up(const plim_custody *custody, const plim_trip *trip)
{
	plim_custody_sum sum = {0};
	double undetected = 0, incidents = 0;
	for (size_t l = 0; l < trip->legs; l++) {
		double chance = plim_custody_chance(custody, trip, l);
		sum.hazard += plim_custody_hazard(custody, &trip->leg[l]);
		incidents += chance;
		undetected += chance * plim_custody_undetected(trip, l);
	}
	sum.incident = -expm1(-sum.hazard);
	sum.undetected = incidents > 0 ? undetected / incidents : 0;
	sum.per_year = (double)trip->trips_per_year * sum.incident;
	return sum;
}
