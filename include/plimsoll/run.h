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
#define PLIM_RUN_MOST_TRIALS UINT64_C(1000000000000) /* 10^12: a block's number has 30 bits */

typedef struct plim_run_options {
	uint64_t trials;            /* 1 to 10^12; default 100,000 */
	uint64_t seed;              /* default 1 */
	/* 0 or 1: what is uncertain is drawn anew in every trial. W: a nested run of W worlds, each one draw of all that is
	 * uncertain, of trials / W trials, so that ignorance and chance can be told apart. W is 32 to 10^6 and divides
	 * `trials` into at least two each. Intervals then come from 32 groups of worlds. Not with a stop rule. */
	uint32_t worlds;
	uint32_t threads;           /* 1 to PLIM_RUN_MOST_THREADS; 0: all processors this process may use */
	const char *scenario;       /* run only this one; NULL: all */
	const char *cpu;            /* "scalar", "avx2", "avx512"; NULL: the widest this machine has */
	int ylt;                    /* year-loss tables: 1 keep, 0 do not, -1 (default): keep up to 10^7 trials */
	uint64_t memory_limit;      /* bytes; a run stated to need more is refused; 0: no limit */
	/* Stop rule: "1%@P99,2%@TVaR99,0.5%@mean": the run ends as soon as half the 95 % interval of each of these figures of the gross
	 * total is, in every scenario, at most that share of it; `trials` is the ceiling. It is looked at after 4, 6, 9, 14, .. blocks (each half
	 * as many more), so the results are those of a run of that many trials. NULL: none. Not with a range of blocks. */
	const char *until;
	uint64_t first_block, blocks; /* a range of blocks of the same run; blocks 0: all */
	/* Called at most about ten times a second, from any thread but never from two at once; NULL: none. */
	void (*progress)(const plim_run_progress *progress, void *data);
	void *progress_data;
	/* Set to non-zero from a signal handler or another thread to stop after the blocks in flight; NULL: never. */
	volatile const int *stop;
	const char *command; /* the command line, for the provenance; NULL: none */
	/*
	 * A working folder keeps what an interrupted run has done, as shards; NULL: nothing is kept. `checkpoint_seconds` commits it
	 * at this interval, so that a run that is killed loses no more; 0: only when *stop is set. `resume` goes on from what the
	 * folder holds, on any number of threads; without, shards in it are refused. The folder is left as it is: see
	 * plim_run_work_remove. Not to be shared by two runs at a time.
	 */
	const char *work;
	double checkpoint_seconds;
	bool resume;
	/* Told what is resumed and, as a warning, of damaged shards; NULL: none. */
	void (*notice)(bool warning, const char *text, void *data);
	void *notice_data;
	struct plim_comm *comm; /* the processes that share the run; NULL: this one alone */
} plim_run_options;

/** The defaults named above. */
plim_run_options plim_run_options_default(void);

/** Blocks of a run of so many trials. */
uint64_t plim_run_blocks(uint64_t trials);

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
 * computed (naming what), PLIM_ERROR_MEMORY, PLIM_ERROR_INTERRUPTED when *stop was set, and with a working folder PLIM_ERROR_IO when
 * it cannot be used and PLIM_ERROR_SHARDS when it holds shards of another run.
 * With several processes all of them call it, with the same arguments; *results is NULL but on the first.
 */
plim_status plim_run(const plim_model *model, const plim_run_options *options, plim_results **results,
					 plim_error *error);

/** True in *complete if the file at `path` holds this very run. PLIM_ERROR_MODEL and others as of plim_run; a file that cannot be
 *  read or is of another run is no failure, and not complete. */
plim_status plim_run_is_complete(const plim_model *model, const plim_run_options *options, const char *path,
								 bool *complete, plim_error *error);

/** How far plim_verify came. */
typedef struct plim_verification {
	bool model, plan, result; /* digests that hold */
	uint64_t blocks, resimulated;
	uint64_t cells; /* of tables that are as they should be */
} plim_verification;

/**
 * Verifies a results file: its model has its digest, compiles to its plan, every digest of blocks, year-loss tables and primary
 * data holds, every attribute and cell of its tables is what these give, and `resimulated` of its blocks (drawn at random; at most all),
 * run again, come out the same: its figures are of this model and seed.
 * PLIM_ERROR_IO when the file cannot be read (missing, truncated, foreign, of a newer format), PLIM_ERROR_CHECK with what does not
 * hold, PLIM_ERROR_MEMORY.
 */
plim_status plim_verify(const char *path, uint64_t resimulated, plim_verification *found, plim_error *error);

/** Removes a working folder and the shards in it; what else is in it stays. No folder is no error. PLIM_ERROR_IO. */
plim_status plim_run_work_remove(const char *folder, plim_error *error);

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
