/* SPDX-License-Identifier: Apache-2.0 */
/** From a finished run to its results. */
#ifndef PLIM_RUN_ASSEMBLE_H
#define PLIM_RUN_ASSEMBLE_H

#include <time.h>

#include "run/blocks.h"

typedef struct plim_run_parts {
	const plim_model *model;
	plim_plan *plan; /* its groups move into the results */
	const plim_kernel *kernel;
	const plim_run_options *options;
	plim_block_range range;
	plim_summary *summary; /* moves into the results, as does `ylt` */
	double **ylt;
	plim_block_record *record;
	time_t started, finished;
	double seconds; /* of the block loop */
	bool until_met; /* with options->until ... */
	uint64_t until_ceiling;
	bool bare;      /* for a shard: no tables; the groups stay with the plan, and the summary borrows them */
} plim_run_parts;

/** Builds the results; what moves into them is left NULL in *parts. PLIM_ERROR_MEMORY. */
plim_status plim_run_assemble(plim_run_parts *parts, plim_results **results, plim_error *error);

/** The digest of results (src/store/FORMAT.md): identity of the run, block digests, summary. PLIM_ERROR_MEMORY. */
plim_status plim_run_digest(const plim_results *results, const plim_summary *summary,
							char hex[static PLIM_DIGEST_HEX_SIZE], plim_error *error);

#endif
