/* SPDX-License-Identifier: Apache-2.0 */
/* Intervals judged by the model's tails instead of the sample. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/nested.h"
#include "engine/summary.h"
#include "run/cross_check.h"
#include "stats/percentile.h"

typedef struct judge {
	plim_results *r;
	const double *mean, *unseen;
	size_t capacity;
	plim_error *error;
} judge;

static size_t place_of(const judge *j, uint32_t scenario, uint32_t group)
{
	return scenario * j->r->groups + group;
}

static plim_status add_row(judge *j, uint32_t scenario, uint32_t group)
{
	plim_results *r = j->r;
	const size_t at = place_of(j, scenario, group);
	if (plim_mem_grow((void **)&r->check, &j->capacity, r->checks + 1, sizeof *r->check))
		return plim_error_memory(j->error, "the intervals");
	const bool known = !isnan(j->mean[at]) && isfinite(j->mean[at]);
	plim_check_row row = {.scenario = scenario,
	                      .group = group,
	                      .quantity = PLIM_CHECK_UNSEEN,
	                      .at = NAN,
	                      .observed = j->unseen[at],
	                      .expected = NAN,
	                      .lower = NAN,
	                      .upper = NAN,
	                      .p_value = NAN};
	row.remark = plim_mem_string(known ? "TVaR is taken from the exact mean; the interval of the mean may be too narrow"
	                                   : "the intervals of mean and TVaR may be too narrow");
	r->check[r->checks++] = row;
	return row.remark ? PLIM_OK : plim_error_memory(j->error, "the intervals");
}

/* The percentile of the same variable and p: the tables have their rows in the same order. */
static double quantile_for(const plim_results *r, size_t i)
{
	const plim_percentile_row *tvar = &r->tvar[i], *row = i < r->percentiles ? &r->percentile[i] : NULL;
	if (!row || row->scenario != tvar->scenario || row->group != tvar->group || row->measure != tvar->measure ||
	    row->perspective != tvar->perspective || row->p != tvar->p)
		row = plim_results_percentile(r, tvar->scenario, tvar->group, tvar->measure, tvar->p);
	return row ? row->value : NAN;
}

static void from_mean(plim_percentile_row *row, const plim_bucket_list *list, uint64_t n, double q, double mean)
{
	const plim_estimate e = plim_tvar_from_mean(list, n, q, 1 - row->p, mean);
	row->value = e.value;
	row->lower = e.lower;
	row->upper = e.upper;
	row->exact = e.exact;
}

/* The same where trials go together by world: the error of mean(min(X, q)) from the replicates. */
static plim_status widen(const judge *j, plim_percentile_row *row, double q)
{
	const plim_results *r = j->r;
	const plim_summary *s = r->summary;
	plim_nested_rows rows = {.worlds = {0}};
	uint64_t trials[PLIM_REPLICATES];
	plim_status status = plim_nested_rows_get(s, r->scenario[row->scenario].primary, &rows, j->error);
	if (status == PLIM_OK) {
		plim_nested_trials(s->layout, r->first_block * r->block_trials, r->trials, trials);
		const plim_replicates all = plim_nested_group(&rows, PLIM_MEASURE_AEP, row->group, trials);
		const double half = plim_replicates_t(&all) * plim_replicates_limited_error(&all, q) / (1 - row->p);
		row->lower = isfinite(half) ? fmax(q, row->value - half) : q;
		row->upper = fmax(q, row->value + half);
	}
	plim_nested_rows_clear(&rows);
	return status;
}

/* The parts of the total's TVaR keep their shares, and add up to it as before. */
static void scale_parts(plim_results *r, const plim_percentile_row *total, double before)
{
	for (size_t i = 0; i < r->tails && before > 0; i++) {
		plim_tail_row *row = &r->tail[i];
		if (row->scenario == total->scenario && row->perspective == total->perspective && row->p == total->p)
			row->value = row->value * (total->value / before);
	}
}

static plim_status judge_tvars(judge *j)
{
	plim_results *r = j->r;
	plim_bucket_list list = {0};
	plim_status status = PLIM_OK;
	size_t last = SIZE_MAX;
	for (size_t i = 0; i < r->tvars && status == PLIM_OK; i++) {
		plim_percentile_row *row = &r->tvar[i];
		const size_t at = place_of(j, row->scenario, row->group);
		if (row->measure != PLIM_MEASURE_AEP || row->perspective != PLIM_PERSPECTIVE_GROSS ||
		    !(j->unseen[at] > PLIM_UNSEEN_MOST) || !isfinite(j->mean[at]))
			continue;
		if (at != last) {
			plim_bucket_list_clear(&list);
			list = (plim_bucket_list){0};
			status = plim_summary_list(r->summary, r->scenario[row->scenario].primary, row->group, PLIM_MEASURE_AEP,
			                           &list, j->error);
			last = at;
		}
		const double q = quantile_for(r, i);
		const double before = row->value;
		if (status == PLIM_OK && isfinite(q)) {
			from_mean(row, &list, r->trials, q, j->mean[at]);
			if (r->worlds > 1)
				status = widen(j, row, q);
			if (r->group[row->group].kind == PLIM_GROUP_TOTAL)
				scale_parts(r, row, before);
		}
	}
	plim_bucket_list_clear(&list);
	return status;
}

plim_status plim_judge_intervals(plim_results *results, const double *mean, const double *unseen, plim_error *error)
{
	judge j = {.r = results, .mean = mean, .unseen = unseen, .capacity = results->checks, .error = error};
	plim_status status = PLIM_OK;
	for (uint32_t s = 0; s < results->scenarios; s++)
		for (uint32_t g = 0; g < results->groups && status == PLIM_OK; g++)
			if (unseen[place_of(&j, s, g)] > PLIM_UNSEEN_MOST)
				status = add_row(&j, s, g);
	return status == PLIM_OK ? judge_tvars(&j) : status;
}

plim_status plim_run_beside_model(const plim_model *model, plim_results *results, uint32_t threads, plim_error *error)
{
	const size_t size = results->scenarios * results->groups;
	double *mean = plim_mem_alloc(size, sizeof *mean), *unseen = plim_mem_alloc(size, sizeof *unseen);
	plim_status status = mean && unseen ? plim_cross_check_means(model, results, mean, unseen, error)
	                                    : plim_error_memory(error, "the cross-check");
	if (status == PLIM_OK)
		status = plim_judge_intervals(results, mean, unseen, error);
	if (status == PLIM_OK)
		status = plim_cross_check(model, results, mean, threads, error);
	plim_mem_free(mean);
	plim_mem_free(unseen);
	return status;
}
