/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/network_onset.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "network/curve_sweep.h"

#define NOTHING 0x1p-45 /* relative: what a difference of equals leaves behind, as in curve_build.c */
#define STEP 0x1p-50    /* relative: the least step */

static plim_curve_line line_of(plim_moment lost, double days)
{
	double value = lost.at + lost.slope * days;
	if (fabs(value) <= NOTHING * (fabs(lost.at) + fabs(lost.slope) * days))
		value = 0;
	return (plim_curve_line){days, value, lost.slope};
}

static plim_status add_line(plim_outage_curve *curve, size_t *capacity, const plim_sweep *sweep)
{
	void *lines = curve->line;
	plim_curve_line line = line_of(plim_sweep_total(sweep).lost, sweep->days);
	if (curve->lines == 0 && line.value == 0 && line.slope == 0)
		return PLIM_OK;
	if (plim_mem_grow(&lines, capacity, curve->lines + 1, sizeof *curve->line))
		return PLIM_ERROR_MEMORY;
	curve->line = lines;
	curve->line[curve->lines++] = line;
	return PLIM_OK;
}

static plim_status sweep_on(plim_sweep *sweep, double days, plim_outage_curve *curve)
{
	size_t capacity = 0;
	plim_status status = add_line(curve, &capacity, sweep);
	double next = plim_sweep_total(sweep).horizon;
	while (!status && next < PLIM_MOMENT_NEVER && (next <= days || curve->lines == 0)) {
		double least = sweep->days * (1 + STEP);
		status = plim_sweep_move(sweep, next > least ? next : least);
		if (!status)
			status = add_line(curve, &capacity, sweep);
		next = plim_sweep_total(sweep).horizon;
	}
	curve->loss.count = (uint32_t)curve->lines;
	return status;
}

/* The end of the last stretch, or a last touch, at 0. */
static double time_to_survive(const plim_outage_curve *curve)
{
	double longest = curve->lines ? curve->line[0].from : INFINITY;
	for (size_t k = 0; k < curve->lines; k++) {
		if (!(curve->line[k].value > 0))
			longest = curve->line[k].from;
		if (!(curve->line[k].value > 0) && !(curve->line[k].slope > 0))
			longest = k + 1 < curve->lines ? curve->line[k + 1].from : INFINITY;
	}
	return longest;
}

plim_status plim_outage_onset_build(plim_network_solver *solver, const plim_overlay *overlay, plim_outage outage,
                                    double days, plim_outage_curve **curve, plim_error *error)
{
	plim_sweep sweep = {0};
	plim_outage_curve *made = plim_mem_alloc(1, sizeof *made);
	plim_status status = made ? plim_sweep_begin(&sweep, solver, overlay, outage) : PLIM_ERROR_MEMORY;
	if (status == PLIM_OK)
		status = sweep_on(&sweep, days, made);
	if (made)
		plim_sweep_clear(&sweep);
	if (status != PLIM_OK) {
		plim_outage_curve_free(&made);
		return plim_error_memory(error, "an outage-loss curve");
	}
	made->time_to_survive = time_to_survive(made);
	*curve = made;
	return PLIM_OK;
}
