/* SPDX-License-Identifier: Apache-2.0 */
/* A results file against itself and against its model: every digest and every figure is made anew. */
#include <math.h>
#include <string.h>
#include <sys/random.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/nested.h"
#include "plimsoll/run.h"
#include "plimsoll/version.h"
#include "random/address.h"
#include "run/collect.h"
#include "store/results_table.h"

typedef struct verification {
	const char *path;
	plim_results *file;
	plim_model *model;
	plim_run_options options;
	plim_run_parts parts;
	plim_verification *found;
	plim_error *error;
} verification;

static plim_status refuse(const verification *v, const char *what)
{
	return plim_error_set_at(v->error, PLIM_ERROR_CHECK, v->path, 0, 0, "%s", what);
}

/* What a shard would be called damaged for is here a check that did not hold. */
static plim_status blame_file(const verification *v, plim_status status)
{
	if (status != PLIM_ERROR_IO && status != PLIM_ERROR_SHARDS && status != PLIM_ERROR_MODEL)
		return status;
	v->error->status = PLIM_ERROR_CHECK;
	return PLIM_ERROR_CHECK;
}

static plim_status check_model(verification *v)
{
	char digest[PLIM_DIGEST_HEX_SIZE];
	plim_status status = plim_model_read_kept(v->file->model_text, v->file->model_texts, &v->model, v->error);
	if (status != PLIM_OK)
		return blame_file(v, status);
	plim_model_digest_hex(v->model, digest);
	if (strcmp(digest, v->file->model_sha256) != 0)
		return plim_error_set_at(
		    v->error, PLIM_ERROR_CHECK, v->path, 0, 0,
		    "the model in the file has SHA-256 %.12s, and the file says %.12s: one of them was changed", digest,
		    v->file->model_sha256);
	v->parts.model = v->model;
	v->found->model = true;
	return PLIM_OK;
}

/* A file of one scenario may be of a model with several, of which only that one was run. */
static plim_status check_plan(verification *v)
{
	char digest[PLIM_DIGEST_HEX_SIZE];
	const plim_results *file = v->file;
	bool alone = file->scenarios == 1 && v->model->scenarios > 1;
	plim_status status = plim_plan_build(v->model, alone ? file->scenario[0].id : NULL, &v->parts.plan, v->error);
	if (status != PLIM_OK)
		return status == PLIM_ERROR_USAGE ? blame_file(v, PLIM_ERROR_IO) : status;
	plim_digest_hex(v->parts.plan->digest, digest);
	if (strcmp(digest, file->plan_sha256) == 0) {
		v->found->plan = true;
		status = plim_plan_nest(v->parts.plan, v->options.trials, v->options.worlds, v->error);
		return status == PLIM_ERROR_USAGE ? blame_file(v, PLIM_ERROR_IO) : status;
	}
	const char *made_by = file->provenance.version ? file->provenance.version : "";
	return plim_error_set_at(
	    v->error, PLIM_ERROR_CHECK, v->path, 0, 0,
	    "the model compiles to a plan with SHA-256 %.12s, and the file says %.12s: it was changed, or "
	    "the version that made it (%s; this is %s) compiles otherwise",
	    digest, file->plan_sha256, made_by, PLIM_VERSION);
}

/* Blocks, year-loss tables and primary data against their digests. */
static plim_status check_result(verification *v)
{
	plim_span span;
	plim_status status = plim_shard_span(v->file, v->path, &span, v->error);
	if (status != PLIM_OK)
		return blame_file(v, status);
	v->parts.range = plim_block_range_make(v->options.trials, span.first, span.end - span.first);
	status = plim_collect_begin(&v->parts, v->file->ylt != NULL, v->error);
	if (status == PLIM_OK)
		status = plim_collect_shard(&v->parts, v->path, &span, v->error);
	if (status != PLIM_OK)
		return blame_file(v, status);
	v->found->result = true;
	return PLIM_OK;
}

/* ---- blocks run again ---- */

/* Distinct blocks, drawn anew at every call: nobody can know beforehand which. Floyd's way to draw a sample (CACM 30,
 * 1987). */
static plim_status draw_blocks(const verification *v, uint64_t wanted, uint64_t *block)
{
	uint64_t count = v->parts.range.count, drawn = 0;
	for (uint64_t j = count - wanted; j < count; j++) {
		uint64_t x;
		if (getrandom(&x, sizeof x, 0) != (ssize_t)sizeof x)
			return plim_error_set(v->error, PLIM_ERROR_IO, "the system gives no random numbers");
		x %= j + 1;
		for (uint64_t i = 0; i < drawn; i++)
			if (block[i] == x)
				x = j;
		block[drawn++] = x;
	}
	return PLIM_OK;
}

static plim_status run_block(const verification *v, plim_workspace *ws, plim_summary *summary, uint64_t i)
{
	const plim_block_range *range = &v->parts.range;
	plim_block_record record;
	uint32_t trials = i + 1 == range->count ? range->last_trials : PLIM_BLOCK_TRIALS;
	plim_status status = plim_block_run(ws, range->first + i, trials, summary, NULL, &record, v->error);
	if (status != PLIM_OK)
		return status;
	if (record.events == v->parts.record[i].events && record.digest == v->parts.record[i].digest)
		return PLIM_OK;
	return plim_error_set_at(
	    v->error, PLIM_ERROR_CHECK, v->path, 0, 0,
	    "block %llu, run again, gives %llu events and digest %016llx; the file has %llu and %016llx: its "
	    "figures are not those of this model and seed",
	    (unsigned long long)(range->first + i), (unsigned long long)record.events, (unsigned long long)record.digest,
	    (unsigned long long)v->parts.record[i].events, (unsigned long long)v->parts.record[i].digest);
}

static plim_status run_blocks(const verification *v, const uint64_t *block, uint64_t count)
{
	const plim_plan *plan = v->parts.plan;
	plim_workspace *ws = NULL;
	plim_summary *summary = NULL;
	plim_status status = plim_workspace_new(plan, v->parts.kernel, v->options.seed, &ws, v->error);
	if (status == PLIM_OK)
		status = plim_summary_new(plim_plan_series(plan), &plan->groups, plan->tolerances, &summary, v->error);
	for (uint64_t i = 0; i < count && status == PLIM_OK; i++)
		status = run_block(v, ws, summary, block[i]);
	plim_summary_free(&summary);
	plim_workspace_free(&ws);
	return status;
}

static plim_status resimulate(verification *v, uint64_t wanted)
{
	if (wanted > v->parts.range.count)
		wanted = v->parts.range.count;
	uint64_t *block = plim_mem_alloc(wanted, sizeof *block);
	plim_status status = block ? draw_blocks(v, wanted, block) : plim_error_memory(v->error, "the blocks");
	if (status == PLIM_OK)
		status = run_blocks(v, block, wanted);
	if (status == PLIM_OK)
		v->found->resimulated = wanted;
	plim_mem_free(block);
	return status;
}

/* ---- tables and attributes, made anew ---- */

static bool same_double(double a, double b)
{
	return a == b || (isnan(a) && isnan(b));
}

static bool same_cell(plim_h5_type type, const plim_h5_cell *a, const plim_h5_cell *b)
{
	switch (type) {
	case PLIM_H5_TEXT: return strcmp(a->text, b->text) == 0;
	case PLIM_H5_F64: return same_double(a->f64, b->f64);
	case PLIM_H5_U64: return a->u64 == b->u64;
	case PLIM_H5_U32: return a->u32 == b->u32;
	case PLIM_H5_I32: return a->i32 == b->i32;
	case PLIM_H5_BOOL: return a->yes == b->yes;
	case PLIM_H5_BYTE: break;
	}
	return false;
}

static plim_status other_cell(const verification *v, const plim_results_table *table, size_t row, const char *column)
{
	return plim_error_set_at(
	    v->error, PLIM_ERROR_CHECK, v->path, 0, 0,
	    "table %s, row %zu, column %s is not what the primary data of the file give: it was changed, or "
	    "made by a version that tabulates otherwise (%s; this is %s)",
	    table->name, row, column, v->file->provenance.version ? v->file->provenance.version : "", PLIM_VERSION);
}

static plim_status compare_table(verification *v, const plim_results_table *table, const plim_results *made)
{
	size_t rows = plim_results_table_rows(table, made);
	if (plim_results_table_rows(table, v->file) != rows)
		return plim_error_set_at(v->error, PLIM_ERROR_CHECK, v->path, 0, 0, "table %s has %zu rows and should have %zu",
		                         table->name, plim_results_table_rows(table, v->file), rows);
	for (size_t row = 0; row < rows; row++) {
		plim_h5_cell is[PLIM_H5_COLUMNS] = {0}, should[PLIM_H5_COLUMNS] = {0};
		bool there = table->get(v->file, row, is);
		if (there != table->get(made, row, should))
			return other_cell(v, table, row, table->column[0].name);
		for (size_t c = 0; c < table->columns && there; c++)
			if (!same_cell(table->column[c].type, &is[c], &should[c]))
				return other_cell(v, table, row, table->column[c].name);
		v->found->cells += there ? table->columns : 0;
	}
	return PLIM_OK;
}

static bool same_attribute(const plim_results_attribute *a, const plim_results *x, const plim_results *y)
{
	const void *p = (const char *)x + a->offset, *q = (const char *)y + a->offset;
	if (a->hex)
		return strcmp(p, q) == 0;
	if (a->type == PLIM_H5_TEXT) {
		const char *s = *(char *const *)p, *t = *(char *const *)q;
		return strcmp(s ? s : "", t ? t : "") == 0;
	}
	return memcmp(p, q, a->type == PLIM_H5_U32 || a->type == PLIM_H5_I32 ? 4 : 8) == 0;
}

static plim_status compare_attributes(const verification *v, const plim_results *made)
{
	size_t count;
	const plim_results_attribute *a = plim_results_attributes(&count);
	for (size_t i = 0; i < count; i++)
		if (!same_attribute(&a[i], v->file, made))
			return plim_error_set_at(v->error, PLIM_ERROR_CHECK, v->path, 0, 0,
			                         "attribute %s is not what the model in the file says", a[i].name);
	return PLIM_OK;
}

/* The results of the same primary data, as a run would make them today. The plan's groups move into them. */
static plim_status check_tables(verification *v)
{
	plim_results *made = NULL;
	size_t count;
	const plim_results_table *table = plim_results_tables(&count);
	v->parts.bare = !v->file->tabulated;
	plim_status status = plim_run_assemble(&v->parts, &made, v->error);
	if (status == PLIM_OK)
		status = compare_attributes(v, made);
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		status = compare_table(v, &table[i], made);
	if (v->parts.bare && made)
		plim_summary_free(&made->summary); /* its groups belong to the plan: first of all */
	plim_results_free(&made);
	return status;
}

static plim_status verify(verification *v, uint64_t resimulated)
{
	if (v->file->stream_version != PLIM_STREAM_VERSION && resimulated)
		return refuse(v, "its random streams are of another version: this one cannot run its blocks again");
	plim_status status = check_model(v);
	if (status == PLIM_OK)
		status = check_plan(v);
	if (status == PLIM_OK)
		status = check_result(v);
	if (status == PLIM_OK && resimulated)
		status = resimulate(v, resimulated);
	return status == PLIM_OK ? check_tables(v) : status;
}

plim_status plim_verify(const char *path, uint64_t resimulated, plim_verification *found, plim_error *error)
{
	plim_error none;
	verification v = {.path = path, .found = found, .error = error ? error : &none};
	*found = (plim_verification){0};
	plim_status status = plim_results_read(path, true, &v.file, v.error);
	if (status != PLIM_OK)
		return status;
	v.options = plim_run_options_default();
	v.options.trials = v.file->run_trials;
	v.options.seed = v.file->seed;
	v.options.worlds = v.file->worlds;
	found->blocks = v.file->blocks;
	v.parts.options = &v.options;
	v.parts.kernel = plim_kernel_best();
	status = verify(&v, resimulated);
	if (v.parts.plan)
		plim_collect_end(&v.parts);
	plim_plan_free(&v.parts.plan);
	plim_model_free(&v.model);
	plim_results_free(&v.file);
	return status;
}
