/* SPDX-License-Identifier: Apache-2.0 */
/** Running a model: const model -> compiled plan -> blocks of trials -> results. */
#ifndef PLIMSOLL_RUN_H
#define PLIMSOLL_RUN_H

#include <stdbool.h>
#include <stdint.h>

#include "plimsoll/model.h"
#include "plimsoll/results.h"
#include "plimsoll/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef struct plim_run_progress {
	uint64_t blocks_done, blocks;
	uint64_t trials_done, trials;
	double seconds; /* since the first block began */
} plim_run_progress;

#define PLIM_RUN_MOST_THREADS 1024

typedef struct plim_run_options {
	uint64_t trials;            /* 1 to 10^12; default 100,000 */
	uint64_t seed;              /* default 1 */
	uint32_t threads;           /* 1 to PLIM_RUN_MOST_THREADS; 0: all processors this process may use */
	const char *scenario;       /* run only this one; NULL: all */
	const char *cpu;            /* "scalar", "avx2", "avx512"; NULL: the widest this machine has */
	int ylt;                    /* year-loss tables: 1 keep, 0 do not, -1 (default): keep up to 10^7 trials */
	uint64_t memory_limit;      /* bytes; a run stated to need more is refused; 0: no limit */
	uint64_t first_block, blocks; /* a range of blocks of the same run; blocks 0: all */
	/* Called at most about ten times a second, from any thread but never from two at once; NULL: none. */
	void (*progress)(const plim_run_progress *progress, void *data);
	void *progress_data;
	/* Set to non-zero from a signal handler or another thread to stop after the blocks in flight; NULL: never. */
	volatile const int *stop;
	const char *command; /* the command line, for the provenance; NULL: none */
} plim_run_options;

/** The defaults named above. */
plim_run_options plim_run_options_default(void);

/** What a run of this model would need and hold, without running it. */
typedef struct plim_run_estimate {
	uint64_t sources;          /* threats at places */
	double attempts_per_trial; /* expected */
	uint64_t groups, scenarios;
	uint64_t memory_bytes;     /* upper bound of what the run allocates; a function of model and options only */
	uint32_t block_trials;
} plim_run_estimate;

plim_status plim_run_plan(const plim_model *model, const plim_run_options *options, plim_run_estimate *estimate,
						  plim_error *error);

/**
 * Runs the model. The same model, seed and trials give the same results on any number of threads and any CPU.
 * The caller owns *results. PLIM_ERROR_USAGE for options out of range, PLIM_ERROR_MODEL for a model that cannot be
 * computed (naming what), PLIM_ERROR_MEMORY, PLIM_ERROR_INTERRUPTED when *stop was set.
 */
plim_status plim_run(const plim_model *model, const plim_run_options *options, plim_results **results,
					 plim_error *error);

/**
 * Puts the shards of a run together: results files that hold a range of its blocks each (first_block and blocks of the
 * options, or a working folder). Equal in every figure and in its digest to the same run in one piece. Of `options` are read:
 * first_block and blocks (the range that the shards must make up; blocks 0: the whole run) and command.
 * The caller owns *results. PLIM_ERROR_SHARDS, naming it, when a shard is damaged, belongs to another run, or shares blocks
 * with another, and when blocks are missing; PLIM_ERROR_MEMORY.
 */
plim_status plim_merge(const char *const *shard, size_t shards, const plim_run_options *options, plim_results **results,
					   plim_error *error);

/** One line for each thing that this version does not compute of the model, or reads differently: added to *findings as
 *  warnings; a model feature that would falsify every number is an error instead. */
plim_status plim_run_check(const plim_model *model, plim_findings *findings, plim_error *error);

#ifdef __cplusplus
}
#endif
#endif
