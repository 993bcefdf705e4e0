/* SPDX-License-Identifier: Apache-2.0 */
/** The block loop: all blocks of a run, on all threads, into one summary. */
#ifndef PLIM_RUN_BLOCKS_H
#define PLIM_RUN_BLOCKS_H

#include "engine/block.h"
#include "plimsoll/run.h"
#include "run/comm.h"

typedef struct plim_block_range {
	uint64_t first, count; /* blocks */
	uint64_t trials;       /* in them */
	uint32_t last_trials;  /* in the last one */
} plim_block_range;

/** The blocks that options ask for. PLIM_ERROR_USAGE when out of range. */
plim_status plim_block_range_of(const plim_run_options *options, plim_block_range *range, plim_error *error);

/** Seconds of a clock that never goes back. */
double plim_run_clock(void);

/** Threads that a run may use: options->threads, or all processors. */
uint32_t plim_run_threads(const plim_run_options *options);

/** Threads that its blocks keep busy: never more than there are blocks. */
uint32_t plim_block_threads(const plim_run_options *options, const plim_block_range *range);

/** The part of a run that starts at block `first` and has `count` blocks, at least one. */
plim_block_range plim_block_range_make(uint64_t run_trials, uint64_t first, uint64_t count);

/* How far a run is, over all its jobs. */
typedef struct plim_blocks_watch {
	uint64_t done;           /* blocks that this process has done */
	uint64_t blocks, trials; /* that all processes will do */
	double started, reported;
	int stop; /* another process asked to stop, or this one's failure did */
} plim_blocks_watch;

typedef struct plim_blocks_job {
	const plim_plan *plan;
	const plim_kernel *kernel;
	const plim_run_options *options;
	plim_block_range range;
	uint64_t origin;    /* the block that ylt and record begin with */
	double *const *ylt; /* [series], NULL: not kept */
	plim_block_record *record;
	double seconds; /* no further block is taken after this long; 0: no limit */
} plim_blocks_job;

/** True once the caller or another process has asked to stop. */
bool plim_blocks_stopped(const plim_run_options *options, const plim_blocks_watch *watch);

/**
 * Runs blocks until all are done, time is up or a stop is asked for: *done of them, the first of the range. The caller owns
 * *summary of these, which borrows plan->groups. PLIM_ERROR_MEMORY.
 */
plim_status plim_blocks_run(const plim_blocks_job *job, plim_blocks_watch *watch, uint64_t *done, plim_summary **summary,
							plim_error *error);

#endif
