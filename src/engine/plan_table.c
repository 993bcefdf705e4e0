/* SPDX-License-Identifier: Apache-2.0 */
/* Tables, unknowns and parameters of a plan. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "dist/quantile_share.h"
#include "engine/plan_build.h"
#include "random/identity.h"

plim_status plim_plan_table(plim_plan_builder *b, const plim_amount *amount, uint32_t *table)
{
	plim_plan *plan = b->plan;
	const plim_quantile_table *found = NULL;
	plim_status status = plim_quantile_table_borrow(amount, &found, b->error);
	for (size_t i = 0; i < plan->tables && status == PLIM_OK; i++) {
		if (plan->table[i] == found) { /* held already */
			plim_quantile_table_return(&found);
			*table = (uint32_t)i;
			return PLIM_OK;
		}
	}
	if (status == PLIM_OK &&
	    (plim_mem_grow((void **)&plan->table, &b->table_capacity, plan->tables + 1, sizeof *plan->table) ||
	     plim_mem_grow((void **)&plan->infinite_mean, &b->mean_capacity, plan->tables + 1, sizeof *plan->infinite_mean) ||
	     plim_mem_grow((void **)&plan->infinite_variance, &b->variance_capacity, plan->tables + 1,
	                   sizeof *plan->infinite_variance))) {
		plim_quantile_table_return(&found);
		status = plim_error_memory(b->error, "the quantile tables");
	}
	if (status != PLIM_OK)
		return status;
	plan->table[plan->tables] = found;
	plan->infinite_mean[plan->tables] = !plim_amount_has_mean(amount);
	plan->infinite_variance[plan->tables] = !plim_amount_has_variance(amount);
	*table = (uint32_t)plan->tables++;
	return PLIM_OK;
}

plim_status plim_plan_count_table(plim_plan_builder *b, const plim_count *law, bool zero_truncated,
								  const plim_count_table **table)
{
	plim_plan *plan = b->plan;
	if (plim_mem_grow((void **)&plan->count_table, &b->count_table_capacity, plan->count_tables + 1,
					  sizeof *plan->count_table))
		return plim_error_memory(b->error, "the count tables");
	plim_status status = plim_count_table_build(law, zero_truncated, &plan->count_table[plan->count_tables], b->error);
	if (status == PLIM_OK)
		*table = plan->count_table[plan->count_tables++];
	return status;
}

static plim_status add_unknown(plim_plan_builder *b, const plim_number *number, const char *kind, const char *owner,
							   const char *what, int32_t *index)
{
	plim_plan *plan = b->plan;
	if (plim_mem_grow((void **)&plan->unknown, &b->unknown_capacity, plan->unknowns + 1, sizeof *plan->unknown))
		return plim_error_memory(b->error, "the unknowns");
	plim_plan_unknown *unknown = &plan->unknown[plan->unknowns];
	*unknown = (plim_plan_unknown){.per_place = number->per_place, .chance = strcmp(kind, "intensity") == 0};
	plim_status status = plim_plan_table(b, number->law, &unknown->table);
	if (status != PLIM_OK)
		return status;
	const plim_quantile_table *table = plan->table[unknown->table];
	const char *const names[] = {"unknown", kind, owner, what};
	unknown->identity = plim_identity(names, 4);
	unknown->lowest = plim_quantile_table_at(table, 0);
	unknown->highest = plim_quantile_table_at(table, (UINT64_C(1) << 52) - 1);
	plim_text name = {0};
	plim_text_add_format(&name, "%s %s: %s", kind, owner, what);
	unknown->name = name.data;
	*index = (int32_t)plan->unknowns++;
	return name.failed ? plim_error_memory(b->error, "the unknowns") : PLIM_OK;
}

plim_status plim_plan_param(plim_plan_builder *b, const plim_number *number, const char *kind, const char *owner,
							const char *what, plim_param *param)
{
	*param = (plim_param){number->value, -1};
	return number->law ? add_unknown(b, number, kind, owner, what, &param->unknown) : PLIM_OK;
}
