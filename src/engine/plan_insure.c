/* SPDX-License-Identifier: Apache-2.0 */
/* The insurance of a plan: which policies are in force in which scenario, and what they cover. */
#include "base/error.h"
#include "base/memory.h"
#include "engine/plan_build.h"

plim_status plim_plan_policies(plim_plan_builder *b)
{
	plim_plan *plan = b->plan;
	const plim_model *model = b->model;
	plan->perspectives = 1;
	if (model->insurances == 0)
		return PLIM_OK;
	plan->policy = plim_mem_alloc(model->insurances, sizeof *plan->policy);
	plan->policy_in_force = plim_mem_alloc(model->insurances * plan->scenarios, sizeof *plan->policy_in_force);
	if (!plan->policy || !plan->policy_in_force)
		return plim_error_memory(b->error, "the insurance");
	for (uint32_t i = 0; i < model->insurances; i++) {
		const plim_policy_cover *from = &model->insurance[i];
		plan->policy[plan->policies++] =
		    (plim_plan_policy){from->deductible,           from->limit,           from->share,
		                       from->aggregate_deductible, from->aggregate_limit, from->waiting_days};
	}
	for (size_t k = 0; k < plan->scenarios; k++) {
		const plim_scenario *scenario = &model->scenario[plan->scenario[k].model_scenario];
		for (size_t i = 0; i < scenario->policies; i++)
			plan->policy_in_force[k * plan->policies + scenario->policy[i]] = true;
	}
	plan->perspectives = 3;
	return PLIM_OK;
}

plim_status plim_plan_covers(plim_plan_builder *b, plim_plan_threat *out)
{
	const plim_model *model = b->model;
	out->policy = plim_mem_alloc(model->insurances, sizeof *out->policy);
	if (!out->policy)
		return plim_error_memory(b->error, "the insurance");
	for (uint32_t i = 0; i < model->insurances; i++)
		if (plim_list_has(model->insurance[i].covers, model->insurance[i].covers_count, out->model_threat))
			out->policy[out->policies++] = i;
	return PLIM_OK;
}

void plim_plan_insurance_digest(plim_digest *d, const plim_plan *plan)
{
	plim_digest_string(d, "insurance");
	for (size_t i = 0; i < plan->policies; i++) {
		const plim_plan_policy *p = &plan->policy[i];
		const double terms[] = {p->deductible,           p->limit,           p->share,
		                        p->aggregate_deductible, p->aggregate_limit, p->waiting_days};
		plim_digest_doubles(d, terms, sizeof terms / sizeof *terms);
	}
	for (size_t i = 0; i < plan->policies * plan->scenarios; i++)
		plim_digest_u64(d, plan->policy_in_force[i]);
	for (size_t t = 0; t < plan->threats; t++) {
		plim_digest_u64(d, plan->threat[t].policies);
		for (size_t i = 0; i < plan->threat[t].policies; i++)
			plim_digest_u64(d, plan->threat[t].policy[i]);
	}
}
