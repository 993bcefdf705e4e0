/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/review.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/legal.h"
#include "decide/model_of.h"

static int threat_order(const void *key, const void *threat)
{
	return strcmp(key, ((const plim_threat *)threat)->id);
}

const plim_threat *plim_review_find_threat(const plim_model *model, const char *id)
{
	return bsearch(id, model->threat, model->threats, sizeof *model->threat, threat_order);
}

const plim_action *plim_review_find_action(const plim_model *model, const char *id)
{
	for (size_t i = 0; i < model->actions; i++)
		if (strcmp(model->action[i].id, id) == 0)
			return &model->action[i];
	return NULL;
}

/* ---- scenarios ---- */

static plim_status pair_up(plim_review *r, const char *scenario, plim_error *error)
{
	const plim_results *a = r->before, *b = r->after;
	r->pair = plim_mem_alloc(b->scenarios + 1, sizeof *r->pair);
	if (!r->pair)
		return plim_error_memory(error, "the review");
	for (uint32_t s = 0; s < b->scenarios; s++) {
		int32_t other = plim_results_scenario(a, b->scenario[s].id);
		if (other >= 0 && (!scenario || strcmp(scenario, b->scenario[s].id) == 0))
			r->pair[r->pairs++] = (plim_review_pair){.before = (uint32_t)other, .after = s};
	}
	r->matched = r->pairs > 0;
	if (!r->matched && scenario)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--scenario: not both runs hold the scenario '%s'", scenario);
	if (!r->matched && (!a->scenarios || !b->scenarios))
		return plim_error_set(error, PLIM_ERROR_IO, "a run holds no scenario");
	if (!r->matched)
		r->pair[r->pairs++] = (plim_review_pair){.before = 0, .after = 0};
	return PLIM_OK;
}

/* ---- losses ---- */

static int by_change(const void *a, const void *b)
{
	const plim_review_threat *x = a, *y = b;
	if (x->pair != y->pair)
		return x->pair < y->pair ? -1 : 1;
	double p = fabs(x->change), q = fabs(y->change);
	if (isnan(p) != isnan(q))
		return isnan(p) ? 1 : -1;
	return p > q ? -1 : p < q ? 1 : strcmp(x->threat, y->threat);
}

static plim_status add_threats(plim_review *r, size_t pair, plim_error *error)
{
	const plim_comparison *c = &r->pair[pair].losses;
	for (size_t i = 0; i < c->rows; i++) {
		const plim_compare_row *row = &c->row[i];
		if (row->kind != PLIM_GROUP_THREAT || strcmp(row->figure, "mean") != 0)
			continue;
		double change = row->avoided == 0 ? 0 : -row->avoided;
		plim_review_threat threat = {pair,   row->group,  row->title,  row->before, row->after,
		                             change, -row->upper, -row->lower, row->basis,  NULL};
		threat.why = plim_review_cause(r, &r->pair[pair], row->group, change);
		if (!threat.why || plim_mem_grow((void **)&r->threat, &r->capacity, r->threats + 1, sizeof *r->threat)) {
			plim_mem_free(threat.why);
			return plim_error_memory(error, "the review");
		}
		r->threat[r->threats++] = threat;
	}
	return PLIM_OK;
}

static plim_status compare_pairs(plim_review *r, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t p = 0; p < r->pairs && status == PLIM_OK; p++) {
		plim_error why;
		status = plim_compare_losses(r->before, r->pair[p].before, r->after, r->pair[p].after, r->model,
		                             &r->pair[p].losses, &why);
		if (status == PLIM_ERROR_USAGE) { /* another currency or horizon: the rest of the review stands */
			snprintf(r->no_losses, sizeof r->no_losses, "%.199s", why.text);
			return PLIM_OK;
		}
		if (status != PLIM_OK)
			*error = why;
		else
			status = add_threats(r, p, error);
	}
	if (r->threats)
		qsort(r->threat, r->threats, sizeof *r->threat, by_change);
	return status;
}

/* ---- fines ---- */

static const plim_legal *find_legal(const plim_model *model, const char *id)
{
	for (size_t i = 0; i < model->legals; i++)
		if (strcmp(model->legal[i].id, id) == 0)
			return &model->legal[i];
	return NULL;
}

static plim_status expect_fines(plim_review *r, plim_error *error)
{
	const plim_model *a = r->model[0], *b = r->model[1];
	const char *before = r->before->scenario[r->pair[0].before].id, *after = r->after->scenario[r->pair[0].after].id;
	r->fines = plim_mem_alloc(b->legals, sizeof *r->fines);
	plim_status status = r->fines ? PLIM_OK : plim_error_memory(error, "the expected fines");
	for (size_t i = 0; i < b->legals && status == PLIM_OK; i++) {
		const plim_legal *old = find_legal(a, b->legal[i].id);
		r->fines[i].before = NAN;
		status = plim_legal_fines(b, after, &b->legal[i], &r->fines[i].after, error);
		if (status == PLIM_OK && old)
			status = plim_legal_fines(a, before, old, &r->fines[i].before, error);
	}
	r->all_fines.before = NAN;
	if (status == PLIM_OK)
		status = plim_legal_fines(b, after, NULL, &r->all_fines.after, error);
	if (status == PLIM_OK && a->legals)
		status = plim_legal_fines(a, before, NULL, &r->all_fines.before, error);
	return status;
}

/* ---- the whole ---- */

plim_status plim_review_build(const plim_results *before, const plim_results *after, const char *scenario,
                              plim_review *review, plim_error *error)
{
	plim_review r = {.before = before, .after = after};
	plim_status status = plim_model_of_results(before, &r.model[0], error);
	if (status == PLIM_OK)
		status = plim_model_of_results(after, &r.model[1], error);
	if (status == PLIM_OK)
		status = plim_diff_build(r.model[0], r.model[1], &r.diff, error);
	if (status == PLIM_OK)
		status = pair_up(&r, scenario, error);
	if (status == PLIM_OK)
		status = compare_pairs(&r, error);
	if (status == PLIM_OK)
		status = expect_fines(&r, error);
	if (status == PLIM_OK)
		r.same_scope = plim_compare_same_scope(r.model[0], r.model[1]);
	if (status != PLIM_OK)
		plim_review_clear(&r);
	else
		*review = r;
	return status;
}

void plim_review_clear(plim_review *r)
{
	for (size_t p = 0; p < r->pairs; p++)
		plim_comparison_clear(&r->pair[p].losses);
	for (size_t i = 0; i < r->threats; i++)
		plim_mem_free(r->threat[i].why);
	plim_mem_free(r->pair);
	plim_mem_free(r->threat);
	plim_mem_free(r->fines);
	plim_diff_clear(&r->diff);
	plim_model_free(&r->model[0]);
	plim_model_free(&r->model[1]);
	*r = (plim_review){0};
}
