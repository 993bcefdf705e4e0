/* SPDX-License-Identifier: Apache-2.0 */
/* Candidates, what they cost and need, and the parts of the threats that they act on. */
#include "decide/portfolio.h"

#include <math.h>
#include <omp.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/cost.h"
#include "decide/portfolio_parts.h"
#include "engine/plan.h"
#include "random/identity.h"

#define KEPT_BYTES ((size_t)1 << 30)

/* ---- candidates ---- */

static plim_status add_candidate(plim_portfolio *pf, uint32_t control, plim_error *error)
{
	for (size_t i = 0; i < pf->candidates; i++)
		if (pf->candidate[i].control == control)
			return PLIM_OK;
	if (pf->candidates == PLIM_PORTFOLIO_CONTROLS)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "there are more than %d controls to choose from: name those that matter with --controls",
		                      PLIM_PORTFOLIO_CONTROLS);
	pf->candidate[pf->candidates++].control = control;
	return PLIM_OK;
}

static plim_status name_candidate(plim_portfolio *pf, const char *id, plim_error *error)
{
	const plim_model *model = pf->model;
	for (uint32_t c = 0; c < model->controls; c++) {
		if (strcmp(model->control[c].id, id) != 0)
			continue;
		if (plim_list_has(pf->before->control, pf->before->controls, c))
			return plim_error_set(error, PLIM_ERROR_USAGE, "the control '%s' is in force in scenario '%s' already", id,
			                      pf->before->id);
		return add_candidate(pf, c, error);
	}
	return plim_error_set(error, PLIM_ERROR_USAGE, "the model has no control '%s'", id);
}

static plim_status choose_candidates(plim_portfolio *pf, const char *const *ids, plim_error *error)
{
	plim_status status = PLIM_OK;
	pf->candidate = plim_mem_alloc(PLIM_PORTFOLIO_CONTROLS, sizeof *pf->candidate);
	if (!pf->candidate)
		return plim_error_memory(error, "the controls");
	for (size_t i = 0; ids && ids[i] && status == PLIM_OK; i++)
		status = name_candidate(pf, ids[i], error);
	for (uint32_t c = 0; !ids && c < pf->model->controls && status == PLIM_OK; c++)
		if (!plim_list_has(pf->before->control, pf->before->controls, c))
			status = add_candidate(pf, c, error);
	if (status == PLIM_OK && pf->candidates == 0)
		return plim_error_set(error, PLIM_ERROR_USAGE, "there is no control to choose: scenario '%s' has all of them",
		                      pf->before->id);
	return status;
}

static plim_status price(plim_portfolio *pf, plim_candidate *candidate, plim_error *error)
{
	plim_cost cost = {0};
	plim_scenario alone = {.control = &candidate->control, .controls = 1};
	plim_status status = plim_cost_add(&cost, pf->model, &alone, 1, error);
	if (status == PLIM_OK) {
		candidate->capital = plim_cost_capital(&cost);
		candidate->running = plim_cost_running(&cost);
		candidate->yearly = plim_cost_yearly(&cost);
	}
	plim_cost_clear(&cost);
	return status;
}

static plim_set set_of(const plim_portfolio *pf, const uint32_t *list, size_t count, bool *outside)
{
	plim_set set = 0;
	for (size_t i = 0; i < count; i++) {
		size_t c = 0;
		while (c < pf->candidates && pf->candidate[c].control != list[i])
			c++;
		if (c < pf->candidates)
			set |= (plim_set)1 << c;
		else
			*outside |= !plim_list_has(pf->before->control, pf->before->controls, list[i]);
	}
	return set;
}

/* A candidate that needs what cannot be had, or excludes what is in force, excludes itself. */
static void relate(plim_portfolio *pf)
{
	for (size_t i = 0; i < pf->candidates; i++) {
		plim_candidate *candidate = &pf->candidate[i];
		const plim_control *control = &pf->model->control[candidate->control];
		bool missing = false, ignored = false, barred = false;
		candidate->requires = set_of(pf, control->requires, control->requires_count, &missing);
		candidate->excludes |= set_of(pf, control->excludes, control->excludes_count, &ignored);
		for (size_t b = 0; b < pf->before->controls; b++) {
			const plim_control *kept = &pf->model->control[pf->before->control[b]];
			barred |= plim_list_has(control->excludes, control->excludes_count, pf->before->control[b]) ||
			          plim_list_has(kept->excludes, kept->excludes_count, candidate->control);
		}
		if (missing || barred)
			candidate->excludes |= (plim_set)1 << i;
		for (size_t j = 0; j < pf->candidates; j++)
			if (candidate->excludes >> j & 1)
				pf->candidate[j].excludes |= (plim_set)1 << i;
	}
}

plim_set plim_portfolio_working(const plim_portfolio *pf, plim_set set)
{
	for (plim_set before = 0; before != set;) {
		before = set;
		for (size_t i = 0; i < pf->candidates; i++)
			if (set >> i & 1 && pf->candidate[i].requires & ~set)
				set &= ~((plim_set)1 << i);
	}
	return set;
}

bool plim_portfolio_coherent(const plim_portfolio *pf, plim_set set)
{
	for (size_t i = 0; i < pf->candidates; i++)
		if (set >> i & 1 && (pf->candidate[i].requires & ~set || pf->candidate[i].excludes & set))
			return false;
	return true;
}

/* ---- parts ---- */

static bool not_zero(plim_param p)
{
	return p.unknown >= 0 || p.value != 0;
}

static bool acts(const plim_plan_effect *effect, const plim_plan_threat *threat)
{
	return not_zero(effect->frequency) || not_zero(effect->vulnerability) || not_zero(effect->loss) ||
	       effect->parts > 0 || (threat->stops && not_zero(effect->outage));
}

static plim_set candidate_of(const plim_portfolio *pf, uint64_t identity)
{
	for (size_t i = 0; i < pf->candidates; i++) {
		const char *const names[] = {"control", pf->model->control[pf->candidate[i].control].id};
		if (plim_identity(names, 2) == identity)
			return (plim_set)1 << i;
	}
	return 0;
}

/* The candidates that act on a threat, as the plan of a scenario with all of them has it. */
static plim_set acting_on(const plim_portfolio *pf, const plim_plan *plan, const plim_plan_threat *threat)
{
	plim_set set = 0;
	uint32_t last = UINT32_MAX;
	for (uint32_t s = 0; s < threat->sources; s++) {
		uint32_t class = plan->source[threat->first_source + s].effect_class;
		if (class == last)
			continue;
		last = class;
		const plim_variant *v = &plan->variant[plan->effect_class[class].variant[0]];
		for (uint32_t e = 0; e < v->count; e++) {
			const plim_plan_effect *effect = &plan->effect[plan->variant_effect[v->first + e]];
			if (acts(effect, threat))
				set |= candidate_of(pf, effect->identity);
		}
	}
	for (size_t i = 0; threat->stops && i < pf->candidates; i++) {
		const plim_control *control = &pf->model->control[pf->candidate[i].control];
		if (control->adds_buffer_days != 0 || control->adds_substitution != 0)
			set |= (plim_set)1 << i;
	}
	return set;
}

/* True if two threats' losses of a trial depend on one another. */
static bool meet(const plim_plan *plan, const plim_plan_threat *a, const plim_plan_threat *b)
{
	if (a->stops && b->stops)
		return true;
	for (size_t i = 0; i < a->policies; i++)
		for (size_t j = 0; j < b->policies; j++)
			if (a->policy[i] == b->policy[j] && plan->policy_in_force[a->policy[i]])
				return true;
	return false;
}

static void join_meeting(const plim_plan *plan, uint32_t *root)
{
	for (bool changed = true; changed;) {
		changed = false;
		for (size_t a = 0; a < plan->threats; a++) {
			for (size_t b = 0; b < a; b++) {
				if (root[a] == root[b] || !meet(plan, &plan->threat[a], &plan->threat[b]))
					continue;
				root[a] = root[b] = root[a] < root[b] ? root[a] : root[b];
				changed = true;
			}
		}
	}
}

/* Parts: threats that meet; and, of those that do not, all that the same candidates act on. */
static plim_status make_parts(plim_portfolio *pf, const plim_plan *plan, plim_error *error)
{
	uint32_t *root = plim_mem_alloc(plan->threats, sizeof *root);
	plim_set *set = plim_mem_alloc(plan->threats, sizeof *set);
	pf->part = plim_mem_alloc(plan->threats, sizeof *pf->part);
	pf->part_of = plim_mem_alloc(pf->model->threats, sizeof *pf->part_of);
	plim_status status = root && set && pf->part && pf->part_of ? PLIM_OK : plim_error_memory(error, "the controls");
	for (uint32_t t = 0; status == PLIM_OK && t < plan->threats; t++)
		root[t] = t;
	if (status == PLIM_OK)
		join_meeting(plan, root);
	for (size_t t = 0; status == PLIM_OK && t < plan->threats; t++) {
		set[root[t]] |= acting_on(pf, plan, &plan->threat[t]);
		pf->interacts |= plan->threat[t].held;
	}
	for (size_t t = 0; status == PLIM_OK && t < plan->threats; t++) {
		size_t p = 0;
		while (p < pf->parts && pf->part[p].set != set[root[t]])
			p++;
		if (p == pf->parts)
			pf->part[pf->parts++].set = set[root[t]];
		pf->part_of[plan->threat[t].model_threat] = (uint32_t)p;
	}
	plim_mem_free(root);
	plim_mem_free(set);
	return status;
}

static plim_status check_means(const plim_portfolio *pf, const plim_plan *plan, plim_error *error)
{
	for (size_t t = 0; t < plan->threats; t++) {
		const plim_plan_threat *threat = &plan->threat[t];
		bool infinite = threat->stops && threat->outage.infinite_mean;
		for (size_t c = 0; c < threat->components; c++)
			infinite |= threat->component[c].infinite_mean;
		if (infinite && threat->sources > 0)
			return plim_error_set(error, PLIM_ERROR_MODEL,
			                      "threat '%s' has an infinite mean loss: no mean or TVaR can be compared; give it a "
			                      "cap",
			                      pf->model->threat[threat->model_threat].id);
	}
	return PLIM_OK;
}

/* What cannot be dropped: the totals of all trials, twice for each thread and twice more in the search, and the losses
 * of one set, of 10 bytes each. */
static plim_status check_room(const plim_portfolio *pf, const plim_plan *plan, plim_error *error)
{
	const double trials = (double)pf->options.trials, limit = (double)(pf->limit > KEPT_BYTES ? pf->limit : KEPT_BYTES);
	const int threads = pf->options.threads ? (int)pf->options.threads : omp_get_num_procs();
	const double needed = trials * (16.0 * (threads + 1) + 10 * plan->attempts_per_trial);
	if (needed <= limit)
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_USAGE,
	                      "%.4g trials need %.3g GB at once, and there may be %.3g GB: take %.3g trials at most, or "
	                      "allow more with --memory",
	                      trials, needed / 1e9, limit / 1e9, floor(trials * limit / needed / 1e4) * 1e4);
}

static plim_status study(plim_portfolio *pf, plim_error *error)
{
	plim_plan *plan = NULL;
	plim_scenario_list list = {0};
	plim_set all = ~(plim_set)0 >> (64 - pf->candidates);
	plim_status status = plim_scenario_list_make(pf, &all, 1, &list, error);
	if (status == PLIM_OK)
		status = plim_plan_build(&list.model, NULL, &plan, error);
	if (status == PLIM_OK)
		status = check_room(pf, plan, error);
	if (status == PLIM_OK)
		status = check_means(pf, plan, error);
	if (status == PLIM_OK)
		status = make_parts(pf, plan, error);
	plim_plan_free(&plan);
	plim_scenario_list_clear(&list);
	return status;
}

plim_status plim_portfolio_new(const plim_model *model, const char *from, const char *const *controls,
                               const plim_portfolio_scale *scale, const plim_run_options *options, plim_portfolio **out,
                               plim_error *error)
{
	plim_portfolio *pf = plim_mem_alloc(1, sizeof *pf);
	if (!pf)
		return plim_error_memory(error, "the controls");
	*pf = (plim_portfolio){.model = model, .options = *options, .scale = *scale};
	pf->limit = options->memory_limit ? (size_t)options->memory_limit : KEPT_BYTES;
	pf->blocks = plim_run_blocks(options->trials);
	pf->before = plim_model_find_scenario(model, from);
	plim_status status = PLIM_OK;
	if (!pf->before)
		status = plim_error_set(error, PLIM_ERROR_USAGE, "the model has no scenario '%s'", from ? from : "");
	if (status == PLIM_OK)
		status = choose_candidates(pf, controls, error);
	for (size_t i = 0; i < pf->candidates && status == PLIM_OK; i++)
		status = price(pf, &pf->candidate[i], error);
	if (status == PLIM_OK) {
		relate(pf);
		status = study(pf, error);
	}
	for (uint64_t t = 0; t < options->trials && status == PLIM_OK; t++)
		pf->trials_of[plim_replicate_of(&(const plim_trial_range){.n = options->trials}, t)]++;
	if (status != PLIM_OK)
		plim_portfolio_free(&pf);
	*out = pf;
	return status;
}

void plim_portfolio_free(plim_portfolio **portfolio)
{
	plim_portfolio *pf = *portfolio;
	if (!pf)
		return;
	plim_portfolio_drop(pf);
	for (size_t p = 0; p < pf->parts; p++)
		plim_mem_free(pf->part[p].variant);
	plim_mem_free(pf->part);
	plim_mem_free(pf->part_of);
	plim_mem_free(pf->candidate);
	plim_mem_free(pf);
	*portfolio = NULL;
}
