/* SPDX-License-Identifier: Apache-2.0 */
/* Tables, unknowns and parameters of a plan. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/plan_build.h"
#include "random/identity.h"

static void digest_amount(plim_digest *digest, const plim_amount *amount)
{
	plim_digest_u64(digest, (uint64_t)amount->family);
	plim_digest_u64(digest, amount->given_count);
	for (size_t i = 0; i < amount->given_count; i++) {
		plim_digest_string(digest, amount->given[i].name);
		plim_digest_double(digest, amount->given[i].value);
	}
	plim_digest_u64(digest, amount->count);
	if (amount->x)
		plim_digest_doubles(digest, amount->x, amount->count);
	size_t weights = !amount->w ? 0
					 : amount->family == PLIM_FAMILY_HISTOGRAM ? amount->count - 1
					 : amount->family == PLIM_FAMILY_MIXTURE   ? amount->parts
															   : amount->count;
	plim_digest_u64(digest, weights);
	if (weights)
		plim_digest_doubles(digest, amount->w, weights);
	plim_digest_u64(digest, amount->parts);
	for (size_t i = 0; i < amount->parts; i++)
		digest_amount(digest, &amount->part[i]);
}

plim_status plim_plan_table(plim_plan_builder *b, const plim_amount *amount, uint32_t *table)
{
	plim_plan *plan = b->plan;
	plim_digest digest;
	uint8_t key[PLIM_DIGEST_SIZE];
	plim_digest_init(&digest);
	digest_amount(&digest, amount);
	plim_digest_final(&digest, key);
	for (size_t i = 0; i < plan->tables; i++) {
		if (memcmp(b->table_key[i], key, sizeof key) == 0) {
			*table = (uint32_t)i;
			return PLIM_OK;
		}
	}
	if (plim_mem_grow((void **)&plan->table, &b->table_capacity, plan->tables + 1, sizeof *plan->table) ||
		plim_mem_grow((void **)&plan->infinite_mean, &b->mean_capacity, plan->tables + 1, sizeof *plan->infinite_mean) ||
		plim_mem_grow((void **)&plan->infinite_variance, &b->variance_capacity, plan->tables + 1,
					  sizeof *plan->infinite_variance) ||
		plim_mem_grow((void **)&b->table_key, &b->table_keys, plan->tables + 1, sizeof *b->table_key))
		return plim_error_memory(b->error, "the quantile tables");
	plim_status status = plim_quantile_table_build(amount, &plan->table[plan->tables], b->error);
	if (status != PLIM_OK)
		return status;
	plan->infinite_mean[plan->tables] = !plim_amount_has_mean(amount);
	plan->infinite_variance[plan->tables] = !plim_amount_has_variance(amount);
	memcpy(b->table_key[plan->tables], key, sizeof key);
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
