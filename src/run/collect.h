/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Putting blocks together from shards: files that hold a range of the blocks of one run.
 *
 * A shard is taken only if it proves that it belongs (same model, plan, seed, trials of the run, stream) and that it is
 * whole: its digest is computed anew from what was read, and so are those of its blocks where year-loss tables were
 * kept.
 */
#ifndef PLIM_RUN_COLLECT_H
#define PLIM_RUN_COLLECT_H

#include "run/assemble.h"

/** Blocks first .. end - 1. */
typedef struct plim_span {
	uint64_t first, end;
} plim_span;

/** What the shards of a run have in common. */
typedef struct plim_shard_key {
	char model_sha256[PLIM_DIGEST_HEX_SIZE], plan_sha256[PLIM_DIGEST_HEX_SIZE];
	uint64_t seed, run_trials, worlds;
	uint32_t block_trials;
	int32_t stream_version, format_major, format_minor;
	bool keeps_ylt;
} plim_shard_key;

plim_shard_key plim_shard_key_of_run(const plim_run_parts *parts);
plim_shard_key plim_shard_key_of_file(const plim_results *shard, bool keeps_ylt);

/** PLIM_ERROR_SHARDS, naming file and difference, when `key` of the file at `path` is not `wanted`, the key of `whose`.
 */
plim_status plim_shard_key_check(const plim_shard_key *key, const plim_shard_key *wanted, const char *path,
                                 const char *whose, plim_error *error);

/** The blocks that a shard says it has. PLIM_ERROR_IO when that contradicts itself. */
plim_status plim_shard_span(const plim_results *shard, const char *path, plim_span *span, plim_error *error);

/**
 * Adds a shard to parts->summary (NULL at first), parts->record and parts->ylt, whose range must hold its blocks.
 * PLIM_ERROR_SHARDS when it belongs to another run or holds blocks outside the range, PLIM_ERROR_IO when it cannot be
 * read or is not what its digest says: nothing has been added then. PLIM_ERROR_MEMORY.
 */
plim_status plim_collect_shard(plim_run_parts *parts, const char *path, plim_span *span, plim_error *error);

/** Adds a finished summary to parts->summary, which takes it over: *from is freed in any case. */
plim_status plim_collect_summary(plim_run_parts *parts, plim_summary **from, plim_error *error);

/** Room for the blocks of parts->range: records, and year-loss tables if `ylt`. PLIM_ERROR_MEMORY. */
plim_status plim_collect_begin(plim_run_parts *parts, bool ylt, plim_error *error);
void plim_collect_end(plim_run_parts *parts);

#endif
