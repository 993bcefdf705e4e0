/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/network_onset.h"

#include <math.h>
#include <string.h>

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

/* The lines found so far. */
typedef struct onset {
	plim_curve_line *line;
	size_t lines, capacity;
} onset;

static plim_status add_line(onset *found, const plim_sweep *sweep)
{
	plim_curve_line line = line_of(plim_sweep_total(sweep).lost, sweep->days);
	if (found->lines == 0 && line.value == 0 && line.slope == 0)
		return PLIM_OK;
	if (plim_mem_grow((void **)&found->line, &found->capacity, found->lines + 1, sizeof *found->line))
		return PLIM_ERROR_MEMORY;
	found->line[found->lines++] = line;
	return PLIM_OK;
}

static plim_status sweep_on(plim_sweep *sweep, double days, onset *found)
{
	plim_status status = add_line(found, sweep);
	double next = plim_sweep_total(sweep).horizon;
	while (!status && next < PLIM_MOMENT_NEVER && (next <= days || found->lines == 0)) {
		double least = sweep->days * (1 + STEP);
		status = plim_sweep_move(sweep, next > least ? next : least);
		if (!status)
			status = add_line(found, sweep);
		next = plim_sweep_total(sweep).horizon;
	}
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

static plim_outage_curve *curve_of(const onset *found)
{
	plim_outage_curve *curve = plim_outage_curve_new(0, found->lines);
	if (!curve)
		return NULL;
	if (found->lines)
		memcpy(curve->line, found->line, found->lines * sizeof *curve->line);
	curve->lines = found->lines;
	curve->loss.count = (uint32_t)found->lines;
	curve->time_to_survive = time_to_survive(curve);
	return curve;
}

plim_status plim_outage_onset_build(plim_network_solver *solver, const plim_overlay *overlay, plim_outage outage,
                                    double days, plim_outage_curve **curve, plim_error *error)
{
	plim_sweep sweep = {0};
	onset found = {0};
	plim_outage_curve *made = NULL;
	plim_status status = plim_sweep_begin(&sweep, solver, overlay, outage);
	if (status == PLIM_OK)
		status = sweep_on(&sweep, days, &found);
	if (status == PLIM_OK)
		made = curve_of(&found);
	plim_sweep_clear(&sweep);
	plim_mem_free(found.line);
	if (!made)
		return plim_error_memory(error, "an outage-loss curve");
	*curve = made;
	return PLIM_OK;
}
