/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What threats cost, trial by trial, in many scenarios at once, and no summary: for choosing among sets of controls.
 * The attempts are those of a run with the same seed, whatever the scenarios.
 */
#ifndef PLIM_RUN_LOSSES_H
#define PLIM_RUN_LOSSES_H

#include "engine/block.h"
#include "plimsoll/run.h"

typedef struct plim_losses_job {
	const plim_plan *plan;
	const plim_run_options *options; /* read: trials, seed, threads, stop, progress */
	const bool *wanted;              /* [threat of the plan][scenario]: what the sink is to see */
	/* Takes the losses of one scenario in one block (see plim_block_losses_of), `block` from 0; called from many
	 * threads at once, never twice for the same block and scenario. */
	plim_status (*sink)(void *data, uint64_t block, size_t scenario, const plim_entry_list *losses, plim_error *error);
	void *data;
} plim_losses_job;

/** PLIM_ERROR_USAGE for options out of range, PLIM_ERROR_INTERRUPTED when *stop was set, PLIM_ERROR_MEMORY, and what
 * the sink returns. */
plim_status plim_losses_run(const plim_losses_job *job, plim_error *error);

#endif
