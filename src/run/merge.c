/* SPDX-License-Identifier: Apache-2.0 */
/* Shards -> the results of the whole run: the model is compiled again from the text in the first shard, so that all
 * tables are made by the same code as those of a single run. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/nested.h"
#include "plimsoll/run.h"
#include "run/collect.h"
#include "store/shard.h"

/* Ranges named in a message before it says how many more there are. */
#define NAMED 10

typedef struct head {
	const char *path;
	plim_span span;
	plim_shard_key key;
	char *started, *finished; /* owned */
	double seconds;
	uint32_t threads;
} head;

typedef struct merging {
	const plim_run_options *asked;
	head *item;
	size_t count;
	char *scenario;     /* the only one that was run, or NULL */
	uint32_t scenarios; /* in every shard */
	plim_run_options options;
	plim_model *model;
	plim_run_parts parts;
	plim_error *error;
} merging;

/* What a shard is refused for is the fault of the shards, whatever the reader calls it. */
static plim_status blame_shard(plim_status status, plim_error *error)
{
	if (status != PLIM_ERROR_IO)
		return status;
	if (error)
		error->status = PLIM_ERROR_SHARDS;
	return PLIM_ERROR_SHARDS;
}

static plim_status read_head(merging *m, const char *path)
{
	plim_results *shard = NULL;
	bool keeps_ylt;
	head *to = &m->item[m->count];
	plim_status status = plim_shard_read(path, 0, &shard, &keeps_ylt, m->error);
	if (status == PLIM_OK)
		status = plim_shard_span(shard, path, &to->span, m->error);
	if (status != PLIM_OK) {
		plim_results_free(&shard);
		return blame_shard(status, m->error);
	}
	to->path = path;
	to->key = plim_shard_key_of_file(shard, keeps_ylt);
	to->started = plim_mem_string(shard->provenance.started);
	to->finished = plim_mem_string(shard->provenance.finished);
	to->seconds = shard->provenance.seconds;
	to->threads = shard->provenance.threads;
	m->count++;
	if (m->count == 1) {
		m->scenarios = (uint32_t)shard->scenarios;
		m->scenario = shard->scenarios == 1 ? plim_mem_string(shard->scenario[0].id) : NULL;
	} else {
		status = plim_shard_key_check(&to->key, &m->item[0].key, path, m->item[0].path, m->error);
	}
	plim_results_free(&shard);
	return status;
}

static int compare_heads(const void *a, const void *b)
{
	const head *x = a, *y = b;
	if (x->span.first != y->span.first)
		return x->span.first < y->span.first ? -1 : 1;
	return strcmp(x->path, y->path);
}

static void add_gap(plim_text *gaps, size_t *count, uint64_t first, uint64_t end)
{
	if (first >= end)
		return;
	if (*count < NAMED)
		plim_text_add_format(gaps, "%s%llu:%llu", *count ? ", " : "", (unsigned long long)first,
		                     (unsigned long long)end);
	(*count)++;
}

static plim_status check_overlaps(const merging *m)
{
	for (size_t i = 1; i < m->count; i++) {
		const head *a = &m->item[i - 1], *b = &m->item[i];
		if (b->span.first < a->span.end)
			return plim_error_set_at(m->error, PLIM_ERROR_SHARDS, b->path, 0, 0, "blocks %llu:%llu are in %s too",
			                         (unsigned long long)b->span.first,
			                         (unsigned long long)(a->span.end < b->span.end ? a->span.end : b->span.end),
			                         a->path);
	}
	return PLIM_OK;
}

/* No gap within `first` to `end`; a shard outside is refused when it is read. */
static plim_status check_gaps(const merging *m, uint64_t first, uint64_t end)
{
	plim_text gaps = {0};
	size_t count = 0;
	uint64_t at = first;
	for (size_t i = 0; i < m->count; i++) {
		add_gap(&gaps, &count, at, m->item[i].span.first < end ? m->item[i].span.first : end);
		if (m->item[i].span.end > at)
			at = m->item[i].span.end;
	}
	add_gap(&gaps, &count, at, end);
	if (count > NAMED)
		plim_text_add_format(&gaps, " and %zu more", count - NAMED);
	plim_status status = PLIM_OK;
	if (count)
		status = plim_error_set(m->error, PLIM_ERROR_SHARDS, "of blocks %llu:%llu these are in no shard: %s",
		                        (unsigned long long)first, (unsigned long long)end, gaps.data ? gaps.data : "");
	plim_text_free(&gaps);
	return status;
}

/* A number of worlds that cannot be is the shards' fault too. */
static plim_status blame_usage(plim_status status, plim_error *error)
{
	if (status == PLIM_ERROR_USAGE && error)
		error->status = PLIM_ERROR_SHARDS;
	return status == PLIM_ERROR_USAGE ? PLIM_ERROR_SHARDS : status;
}

/* The model of the first shard, compiled: it must give the plan that the shards were made with. */
static plim_status compile(merging *m)
{
	plim_results *first = NULL;
	bool keeps_ylt;
	char plan[PLIM_DIGEST_HEX_SIZE], model[PLIM_DIGEST_HEX_SIZE];
	plim_status status =
	    blame_shard(plim_shard_read(m->item[0].path, PLIM_SHARD_MODEL, &first, &keeps_ylt, m->error), m->error);
	if (status == PLIM_OK)
		status = plim_model_read_kept(first->model_text, first->model_texts, &m->model, m->error);
	plim_results_free(&first);
	if (status != PLIM_OK)
		return status == PLIM_ERROR_MEMORY ? status : blame_shard(status, m->error);
	plim_model_digest_hex(m->model, model);
	if (strcmp(model, m->item[0].key.model_sha256) != 0)
		return plim_error_set_at(
		    m->error, PLIM_ERROR_SHARDS, m->item[0].path, 0, 0,
		    "the model in the shard is not that of its digest: the file is damaged, or the model is "
		    "read differently by this version");
	bool alone = m->scenarios == 1 && m->model->scenarios > 1;
	status = plim_plan_build(m->model, alone ? m->scenario : NULL, &m->parts.plan, m->error);
	if (status != PLIM_OK)
		return status;
	plim_digest_hex(m->parts.plan->digest, plan);
	if (strcmp(plan, m->item[0].key.plan_sha256) != 0)
		return plim_error_set_at(
		    m->error, PLIM_ERROR_SHARDS, m->item[0].path, 0, 0,
		    "this version compiles the model to another plan (%.12s) than the shards have (%.12s): "
		    "merge them with the version that made them",
		    plan, m->item[0].key.plan_sha256);
	return blame_usage(plim_plan_nest(m->parts.plan, m->options.trials, m->options.worlds, m->error), m->error);
}

static plim_status collect(merging *m)
{
	plim_status status = plim_collect_begin(&m->parts, m->item[0].key.keeps_ylt, m->error);
	for (size_t i = 0; i < m->count && status == PLIM_OK; i++) {
		plim_span span;
		status = blame_shard(plim_collect_shard(&m->parts, m->item[i].path, &span, m->error), m->error);
	}
	return status;
}

/* When the shards were made, and how long all of them took together. */
static void sum_up(const merging *m, plim_results *r)
{
	char *started = NULL, *finished = NULL;
	r->provenance.seconds = 0;
	r->provenance.threads = 0;
	for (size_t i = 0; i < m->count; i++) {
		const head *h = &m->item[i];
		r->provenance.seconds += h->seconds;
		r->provenance.threads = h->threads > r->provenance.threads ? h->threads : r->provenance.threads;
		if (h->started && (!started || strcmp(h->started, started) < 0)) /* ISO 8601 sorts as text */
			started = h->started;
		if (h->finished && (!finished || strcmp(h->finished, finished) > 0))
			finished = h->finished;
	}
	char *kept_started = plim_mem_string(started), *kept_finished = plim_mem_string(finished);
	if (kept_started && kept_finished) {
		plim_mem_free(r->provenance.started);
		plim_mem_free(r->provenance.finished);
		r->provenance.started = kept_started;
		r->provenance.finished = kept_finished;
		return;
	}
	plim_mem_free(kept_started);
	plim_mem_free(kept_finished);
}

static plim_status merge(merging *m, plim_results **results)
{
	m->options = *m->asked;
	m->options.trials = m->item[0].key.run_trials;
	m->options.worlds = (uint32_t)m->item[0].key.worlds;
	m->options.seed = m->item[0].key.seed;
	m->parts.options = &m->options;
	m->parts.kernel = plim_kernel_best();
	qsort(m->item, m->count, sizeof *m->item, compare_heads);
	plim_status status = check_overlaps(m);
	if (status == PLIM_OK)
		status = plim_block_range_of(&m->options, &m->parts.range, m->error);
	if (status == PLIM_OK)
		status = check_gaps(m, m->parts.range.first, m->parts.range.first + m->parts.range.count);
	if (status == PLIM_OK)
		status = compile(m);
	m->parts.model = m->model;
	if (status == PLIM_OK)
		status = collect(m);
	if (status == PLIM_OK)
		status = plim_run_assemble(&m->parts, results, m->error);
	if (status == PLIM_OK)
		sum_up(m, *results);
	return status;
}

static void clear(merging *m)
{
	for (size_t i = 0; m->item && i < m->count; i++) {
		plim_mem_free(m->item[i].started);
		plim_mem_free(m->item[i].finished);
	}
	if (m->parts.plan)
		plim_collect_end(&m->parts);
	plim_plan_free(&m->parts.plan);
	plim_model_free(&m->model);
	plim_mem_free(m->item);
	plim_mem_free(m->scenario);
}

plim_status plim_merge(const char *const *shard, size_t shards, const plim_run_options *options, plim_results **results,
                       plim_error *error)
{
	merging m = {.asked = options, .error = error};
	if (shards == 0)
		return plim_error_set(error, PLIM_ERROR_SHARDS, "there is no shard to merge");
	m.item = plim_mem_alloc(shards, sizeof *m.item);
	plim_status status = m.item ? PLIM_OK : plim_error_memory(error, "the shards");
	for (size_t i = 0; i < shards && status == PLIM_OK; i++)
		status = read_head(&m, shard[i]);
	if (status == PLIM_OK)
		status = merge(&m, results);
	clear(&m);
	return status;
}
