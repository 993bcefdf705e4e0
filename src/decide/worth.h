/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Whether a change is worth it, over what is unknown: in how many worlds, each one draw of all unknowns, the expected
 * avoided loss exceeds the expected cost. Every world is simulated on the same trials, so worlds differ by their
 * unknowns and not by luck; the error that they therefore share is taken into the bounds.
 */
#ifndef PLIM_DECIDE_WORTH_H
#define PLIM_DECIDE_WORTH_H

#include "decide/compare.h"
#include "plimsoll/run.h"

typedef struct plim_worth_options {
	uint64_t worlds, trials; /* of each world */
	/* Told after each world, in trials; NULL: none. */
	void (*progress)(const plim_run_progress *progress, void *data);
	void *progress_data;
	volatile const int *stop; /* as in plim_run_options */
} plim_worth_options;

/**
 * Fills economics.worth and the spread of the net benefit over the worlds of the options. Without
 * unknowns there is one world, and what holds in it is told only when the interval leaves no doubt. PLIM_ERROR_MODEL,
 * PLIM_ERROR_MEMORY, PLIM_ERROR_INTERRUPTED.
 */
plim_status plim_compare_worth(plim_comparison *comparison, const plim_worth_options *options, plim_error *error);

#endif
