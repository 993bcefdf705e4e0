/* SPDX-License-Identifier: Apache-2.0 */
#include "run/collect.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "random/address.h"
#include "store/primary.h"
#include "store/results_table.h"
#include "store/shard.h"

plim_shard_key plim_shard_key_of_run(const plim_run_parts *parts)
{
	plim_shard_key key = {.seed = parts->options->seed,
	                      .run_trials = parts->options->trials,
	                      .worlds = parts->options->worlds > 1 ? parts->options->worlds : 1,
	                      .block_trials = PLIM_BLOCK_TRIALS,
	                      .stream_version = PLIM_STREAM_VERSION,
	                      .format_major = PLIM_STORE_MAJOR,
	                      .format_minor = PLIM_STORE_MINOR,
	                      .keeps_ylt = parts->ylt != NULL};
	plim_model_digest_hex(parts->model, key.model_sha256);
	plim_digest_hex(parts->plan->digest, key.plan_sha256);
	return key;
}

plim_shard_key plim_shard_key_of_file(const plim_results *shard, bool keeps_ylt)
{
	plim_shard_key key = {.seed = shard->seed,
	                      .run_trials = shard->run_trials,
	                      .worlds = shard->worlds,
	                      .block_trials = shard->block_trials,
	                      .stream_version = shard->stream_version,
	                      .format_major = shard->format_major,
	                      .format_minor = shard->format_minor,
	                      .keeps_ylt = keeps_ylt};
	memcpy(key.model_sha256, shard->model_sha256, sizeof key.model_sha256);
	memcpy(key.plan_sha256, shard->plan_sha256, sizeof key.plan_sha256);
	return key;
}

static plim_status other_number(const char *path, const char *whose, const char *what, uint64_t is, uint64_t wanted,
                                plim_error *error)
{
	return plim_error_set_at(error, PLIM_ERROR_SHARDS, path, 0, 0, "this shard has %s %llu, and %s has %llu", what,
	                         (unsigned long long)is, whose, (unsigned long long)wanted);
}

static plim_status other_digest(const char *path, const char *whose, const char *what, const char *is,
                                const char *wanted, plim_error *error)
{
	return plim_error_set_at(error, PLIM_ERROR_SHARDS, path, 0, 0,
	                         "this shard is of another %s (%.12s) than %s (%.12s)", what, is, whose, wanted);
}

plim_status plim_shard_key_check(const plim_shard_key *key, const plim_shard_key *wanted, const char *path,
                                 const char *whose, plim_error *error)
{
	if (strcmp(key->model_sha256, wanted->model_sha256) != 0)
		return other_digest(path, whose, "model", key->model_sha256, wanted->model_sha256, error);
	if (key->seed != wanted->seed)
		return other_number(path, whose, "seed", key->seed, wanted->seed, error);
	if (key->run_trials != wanted->run_trials)
		return other_number(path, whose, "a run of trials", key->run_trials, wanted->run_trials, error);
	if (key->worlds != wanted->worlds)
		return other_number(path, whose, "worlds:", key->worlds, wanted->worlds, error);
	if (key->stream_version != wanted->stream_version)
		return other_number(path, whose, "stream version", (uint64_t)key->stream_version,
		                    (uint64_t)wanted->stream_version, error);
	if (key->format_major != wanted->format_major || key->format_minor != wanted->format_minor) /* tables of a newer format would be lost on the way */
		return plim_error_set_at(error, PLIM_ERROR_SHARDS, path, 0, 0,
		                         "this file has format version %d.%d, and %s has %d.%d: run its model again, or use the version "
		                         "that made it", key->format_major,
		                         key->format_minor, whose, wanted->format_major, wanted->format_minor);
	if (key->block_trials != wanted->block_trials)
		return other_number(path, whose, "trials in a block", key->block_trials, wanted->block_trials, error);
	if (strcmp(key->plan_sha256, wanted->plan_sha256) != 0)
		return other_digest(path, whose, "compiled plan", key->plan_sha256, wanted->plan_sha256, error);
	if (key->keeps_ylt != wanted->keeps_ylt)
		return plim_error_set_at(error, PLIM_ERROR_SHARDS, path, 0, 0,
		                         "this shard has %s year-loss tables, and %s has %s (--ylt)",
		                         key->keeps_ylt ? "its" : "no", whose, wanted->keeps_ylt ? "its own" : "none");
	return PLIM_OK;
}

static plim_status damaged(const char *path, const char *what, plim_error *error)
{
	return plim_error_set_at(error, PLIM_ERROR_IO, path, 0, 0, "the shard is damaged: %s", what);
}

plim_status plim_shard_span(const plim_results *shard, const char *path, plim_span *span, plim_error *error)
{
	plim_block_range range;
	plim_run_options options = {
	    .trials = shard->run_trials, .first_block = shard->first_block, .blocks = shard->blocks};
	plim_error why;
	if (shard->blocks == 0 || shard->block_trials != PLIM_BLOCK_TRIALS ||
	    plim_block_range_of(&options, &range, &why) != PLIM_OK || range.trials != shard->trials)
		return damaged(path, "its numbers of trials and blocks contradict each other", error);
	*span = (plim_span){range.first, range.first + range.count};
	return PLIM_OK;
}

static plim_status check_rows(const plim_results *shard, const char *path, plim_error *error)
{
	if (shard->block_rows != shard->blocks)
		return damaged(path, "its table of blocks is incomplete", error);
	for (size_t i = 0; i < shard->block_rows; i++)
		if (shard->block[i].block != shard->first_block + i)
			return damaged(path, "its table of blocks is out of order", error);
	return PLIM_OK;
}

/* Where a series of the primary data stands among the year-loss tables of a file, which are in the order of display. */
static const double *series_ylt(const plim_results *shard, size_t series)
{
	for (size_t i = 0; i < shard->scenarios; i++)
		if (shard->scenario[i].primary == series % shard->scenarios)
			return shard->ylt[series / shard->scenarios * shard->scenarios + i];
	return NULL;
}

static uint64_t block_digest(const plim_results *shard, size_t series, size_t block)
{
	size_t at = block * PLIM_BLOCK_TRIALS, left = shard->trials - at;
	uint64_t digest = 0;
	for (size_t k = 0; k < series; k++)
		digest =
		    plim_block_digest(digest, series_ylt(shard, k) + at, left < PLIM_BLOCK_TRIALS ? left : PLIM_BLOCK_TRIALS);
	return digest;
}

static plim_status check_ylt(const plim_run_parts *parts, const plim_results *shard, const char *path,
                             plim_error *error)
{
	size_t series = plim_plan_series(parts->plan);
	if (shard->scenarios * shard->perspectives != series || shard->scenarios == 0)
		return damaged(path, "its scenarios are not those of the plan", error);
	for (size_t k = 0; parts->ylt && k < series; k++)
		if (!shard->ylt || !series_ylt(shard, k))
			return damaged(path, "a year-loss table is missing", error);
	for (size_t i = 0; parts->ylt && i < shard->block_rows; i++)
		if (block_digest(shard, series, i) != shard->block[i].digest)
			return damaged(path, "a block's trials are not those of its digest", error);
	return PLIM_OK;
}

static plim_status check_digest(const plim_results *shard, const plim_summary *summary, const char *path,
                                plim_error *error)
{
	char digest[PLIM_DIGEST_HEX_SIZE];
	plim_status status = plim_run_digest(shard, summary, digest, error);
	if (status != PLIM_OK)
		return status;
	if (summary->trials != shard->trials || strcmp(digest, shard->result_sha256) != 0)
		return damaged(path, "its content is not that of its result digest", error);
	return PLIM_OK;
}

static void copy_blocks(plim_run_parts *parts, const plim_results *shard)
{
	uint64_t at = shard->first_block - parts->range.first;
	for (size_t i = 0; i < shard->block_rows; i++)
		parts->record[at + i] = (plim_block_record){shard->block[i].events, shard->block[i].digest};
	for (size_t k = 0; parts->ylt && k < plim_plan_series(parts->plan); k++)
		memcpy(parts->ylt[k] + at * PLIM_BLOCK_TRIALS, series_ylt(shard, k), shard->trials * sizeof(double));
}

plim_status plim_collect_summary(plim_run_parts *parts, plim_summary **from, plim_error *error)
{
	plim_status status = PLIM_OK;
	if (!parts->summary) {
		parts->summary = *from;
		*from = NULL;
	} else {
		status = plim_summary_merge(parts->summary, *from, error);
	}
	plim_summary_free(from);
	return status;
}

/* Everything is proven before anything is added. */
static plim_status take(plim_run_parts *parts, const plim_results *shard, const char *path, plim_error *error)
{
	plim_summary *summary = NULL;
	plim_status status = check_rows(shard, path, error);
	if (status == PLIM_OK)
		status = check_ylt(parts, shard, path, error);
	if (status == PLIM_OK)
		status = plim_summary_read(path, &parts->plan->groups, plim_plan_series(parts->plan), parts->plan->tolerances,
		                           &summary, error);
	if (status == PLIM_OK)
		status = check_digest(shard, summary, path, error);
	if (status == PLIM_OK) {
		copy_blocks(parts, shard);
		status = plim_collect_summary(parts, &summary, error);
	}
	plim_summary_free(&summary);
	return status;
}

plim_status plim_collect_shard(plim_run_parts *parts, const char *path, plim_span *span, plim_error *error)
{
	plim_results *shard = NULL;
	bool keeps_ylt = false;
	unsigned wanted = PLIM_SHARD_BLOCKS | (parts->ylt ? PLIM_SHARD_YLT : 0);
	plim_status status = plim_shard_read(path, wanted, &shard, &keeps_ylt, error);
	if (status != PLIM_OK)
		return status;
	plim_shard_key key = plim_shard_key_of_file(shard, keeps_ylt), run = plim_shard_key_of_run(parts);
	status = plim_shard_key_check(&key, &run, path, "the run", error);
	if (status == PLIM_OK)
		status = plim_shard_span(shard, path, span, error);
	if (status == PLIM_OK && (span->first < parts->range.first || span->end > parts->range.first + parts->range.count))
		status = plim_error_set_at(
		    error, PLIM_ERROR_SHARDS, path, 0, 0, "this shard has blocks %llu:%llu, and wanted are %llu:%llu",
		    (unsigned long long)span->first, (unsigned long long)span->end, (unsigned long long)parts->range.first,
		    (unsigned long long)(parts->range.first + parts->range.count));
	if (status == PLIM_OK)
		status = take(parts, shard, path, error);
	plim_results_free(&shard);
	return status;
}

plim_status plim_collect_begin(plim_run_parts *parts, bool ylt, plim_error *error)
{
	size_t series = plim_plan_series(parts->plan);
	parts->record = plim_mem_alloc(parts->range.count, sizeof *parts->record);
	if (!parts->record)
		return plim_error_memory(error, "the blocks");
	if (!ylt)
		return PLIM_OK;
	parts->ylt = plim_mem_alloc(series, sizeof *parts->ylt);
	for (size_t k = 0; k < series; k++)
		if (!parts->ylt || !(parts->ylt[k] = plim_mem_room(parts->range.trials, sizeof **parts->ylt)))
			return plim_error_memory(error, "the year-loss tables");
	return PLIM_OK;
}

void plim_collect_end(plim_run_parts *parts)
{
	for (size_t k = 0; parts->ylt && k < plim_plan_series(parts->plan); k++)
		plim_mem_free(parts->ylt[k]);
	plim_mem_free(parts->ylt);
	plim_mem_free(parts->record);
	plim_summary_free(&parts->summary);
	parts->ylt = NULL;
	parts->record = NULL;
}
