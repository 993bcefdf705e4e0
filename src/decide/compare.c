/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/compare.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/model_of.h"

const char *plim_basis_name(plim_basis basis)
{
	static const char *const name[] = {"", "paired trials", "replicates", "unpaired", "upper bound", "exact"};
	return name[basis];
}

plim_status plim_compare_add(plim_comparison *c, const plim_compare_row *row, plim_error *error)
{
	if (plim_mem_grow((void **)&c->row, &c->capacity, c->rows + 1, sizeof *c->row))
		return plim_error_memory(error, "the comparison");
	c->row[c->rows++] = *row;
	return PLIM_OK;
}

static bool same_list(char *const *a, char *const *b)
{
	for (size_t i = 0;; i++) {
		bool more_a = a && a[i], more_b = b && b[i];
		if (!more_a || !more_b)
			return more_a == more_b;
		if (strcmp(a[i], b[i]) != 0)
			return false;
	}
}

bool plim_compare_same_scope(const plim_model *a, const plim_model *b)
{
	const plim_selector *x = &a->scope, *y = &b->scope;
	if (strcmp(a->scope_description, b->scope_description) != 0 || a->scope_filtered != b->scope_filtered)
		return false;
	return !a->scope_filtered || (same_list(x->id, y->id) && same_list(x->node_kind, y->node_kind) &&
	                              same_list(x->region, y->region) && same_list(x->tag, y->tag));
}

static plim_status refuse(const plim_comparison *c, plim_error *error)
{
	const plim_results *a = c->before, *b = c->after;
	if (strcmp(a->currency, b->currency) != 0)
		return plim_error_set(error, PLIM_ERROR_USAGE, "the currencies differ: %s and %s; run both models in one",
		                      a->currency, b->currency);
	if (a->horizon_years != b->horizon_years)
		return plim_error_set(error, PLIM_ERROR_USAGE, "the horizons differ: %u and %u years",
		                      (unsigned)a->horizon_years, (unsigned)b->horizon_years);
	return PLIM_OK;
}

static plim_status refuse_scope(const plim_comparison *c, plim_error *error)
{
	if (!plim_compare_same_scope(c->model[0], c->model[1]))
		return plim_error_set(
		    error, PLIM_ERROR_USAGE,
		    "the scopes differ (\"%.100s\" and \"%.100s\"): what lies outside one of them would count as avoided",
		    c->model[0]->scope_description, c->model[1]->scope_description);
	return PLIM_OK; /* net against gross is what the firm bears on either side */
}

static const char *why_unpaired(const plim_results *a, const plim_results *b)
{
	if (a == b)
		return "";
	if (a->seed != b->seed)
		return "the seeds differ";
	if (a->trials != b->trials || a->first_block != b->first_block)
		return "the trials differ";
	if (a->worlds != b->worlds || (a->worlds > 1 && a->run_trials != b->run_trials))
		return "the worlds differ";
	return strcmp(a->provenance.stream, b->provenance.stream) == 0 ? "" : "the versions of the random stream differ";
}

void plim_comparison_clear(plim_comparison *c)
{
	plim_cost_clear(&c->cost);
	for (size_t k = 0; k < 2 && !c->borrowed; k++)
		plim_model_free(&c->model[k]);
	plim_mem_free(c->row);
	*c = (plim_comparison){0};
}

/* Total and groups, once the models are known. */
static plim_status fill_losses(plim_comparison *c, plim_error *error)
{
	plim_status status = refuse(c, error);
	c->why_unpaired = why_unpaired(c->before, c->after);
	c->paired = *c->why_unpaired == '\0';
	if (status == PLIM_OK)
		status = plim_compare_total(c, error);
	if (status == PLIM_OK)
		status = plim_compare_groups(c, error);
	return status;
}

plim_status plim_compare_losses(const plim_results *before, uint32_t from, const plim_results *after, uint32_t to,
                                plim_model *const model[2], plim_comparison *comparison, plim_error *error)
{
	plim_comparison c = {.before = before,
	                     .after = after,
	                     .before_scenario = from,
	                     .after_scenario = to,
	                     .model = {model[0], model[1]},
	                     .borrowed = true};
	plim_status status = fill_losses(&c, error);
	if (status != PLIM_OK)
		plim_comparison_clear(&c);
	else
		*comparison = c;
	return status;
}

plim_status plim_compare(const plim_results *before, uint32_t from, const plim_results *after, uint32_t to,
                         unsigned years, plim_comparison *comparison, plim_error *error)
{
	plim_comparison c = {.before = before, .after = after, .before_scenario = from, .after_scenario = to};
	plim_status status = plim_model_of_results(before, &c.model[0], error);
	if (status == PLIM_OK)
		status = plim_model_of_results(after, &c.model[1], error);
	if (status == PLIM_OK)
		status = refuse_scope(&c, error);
	if (status == PLIM_OK)
		status = fill_losses(&c, error);
	if (status == PLIM_OK)
		status = plim_compare_value(&c, years, error);
	if (status != PLIM_OK)
		plim_comparison_clear(&c);
	else
		*comparison = c;
	return status;
}
