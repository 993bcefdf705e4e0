/* SPDX-License-Identifier: Apache-2.0 */
/** The block loop: all blocks of a run, on all threads, into one summary. */
#ifndef PLIM_RUN_BLOCKS_H
#define PLIM_RUN_BLOCKS_H

#include "engine/block.h"
#include "plimsoll/run.h"

typedef struct plim_block_range {
	uint64_t first, count; /* blocks */
	uint64_t trials;       /* in them */
	uint32_t last_trials;  /* in the last one */
} plim_block_range;

/** The blocks that options ask for. PLIM_ERROR_USAGE when out of range. */
plim_status plim_block_range_of(const plim_run_options *options, plim_block_range *range, plim_error *error);

/** Seconds of a clock that never goes back. */
double plim_run_clock(void);

/** Threads that a run uses: options->threads or all processors, never more than there are blocks. */
uint32_t plim_block_threads(const plim_run_options *options, const plim_block_range *range);

/**
 * Runs the range. ylt[series] (NULL: not kept) has room for all trials of the range, record for all its blocks. The caller
 * owns *summary, which borrows plan->groups. PLIM_ERROR_MEMORY, PLIM_ERROR_INTERRUPTED when options->stop was set.
 */
plim_status plim_blocks_run(const plim_plan *plan, const plim_kernel *kernel, const plim_run_options *options,
							const plim_block_range *range, double *const *ylt, plim_block_record *record,
							plim_summary **summary, plim_error *error);

#endif
