/* SPDX-License-Identifier: Apache-2.0 */
/** The stop rule: run until intervals are narrow enough, with a ceiling. */
#ifndef PLIM_RUN_UNTIL_H
#define PLIM_RUN_UNTIL_H

#include "run/blocks.h"
#include "stats/probability.h"

typedef enum plim_until_figure { PLIM_UNTIL_PERCENTILE, PLIM_UNTIL_TVAR, PLIM_UNTIL_MEAN } plim_until_figure;

/* "1%@P99": half of the 95 % interval of the total's P99 is at most 1 % of it. */
typedef struct plim_until_target {
	plim_until_figure figure;
	plim_probability p;
	double share;
} plim_until_target;

#define PLIM_UNTIL_MOST 16

typedef struct plim_until {
	plim_until_target target[PLIM_UNTIL_MOST];
	size_t targets;
} plim_until;

/** Reads "1%@P99, 2%@TVaR99.5, 0.5%@mean". PLIM_ERROR_USAGE saying what was expected. */
plim_status plim_until_parse(const char *text, plim_until *until, plim_error *error);

/** The next number of blocks, after `blocks`, at which the rule is looked at; from 4 on in steps of a half, never
 * beyond `all`. */
uint64_t plim_until_next(uint64_t blocks, uint64_t all);

/* What a run has so far. */
typedef struct plim_until_run {
	const plim_model *model;
	const plim_plan *plan;
	const plim_kernel *kernel;
	const plim_run_options *options;
	uint64_t ylt_trials; /* `ylt` has room for this many; once passed it is given up, as in a run of that length */
	double **ylt;        /* by series, or NULL */
	plim_block_record *record;
	plim_summary *summary;
	plim_block_range range; /* in: up to the ceiling; out: what was run */
	bool met;
} plim_until_run;

/**
 * Runs blocks in stages and stops after the first stage in which every target holds for the gross total of every
 * scenario. It depends on the intervals alone, which depend on model, seed and trials alone: so the results are those
 * of a run of just that many trials. An interval that the model's tails forbid to trust (cross_check.h) meets no
 * target. Errors as plim_blocks_run.
 */
plim_status plim_until_blocks(const plim_until *until, plim_until_run *run, plim_error *error);

#endif
