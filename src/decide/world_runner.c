/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/world_runner.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/quantile_table.h"
#include "engine/block.h"

/* Places of a large network pile up in the summary, which nobody reads: it starts anew from here on. */

struct plim_world_runner {
	plim_plan *plan;
	plim_workspace *ws;
	plim_summary *summary; /* what blocks add up to: of no use, but a block needs somewhere to add */
	uint32_t *own_table;   /* by unknown of the caller's: its table in the plan, UINT32_MAX when it has none ... */
	plim_quantile_table **own; /* ... which is this one: the runner's, where the plan's others are borrowed */
	size_t unknowns;
	double **loss, **block; /* [series]: all, and where a block's go */
	double *room;
	uint64_t blocks;
};

/* A table of its own for each unknown that worlds fix: laws that are alike share one in the plan. */
static plim_status own_tables(plim_world_runner *r, const uint64_t *identity, plim_error *error)
{
	plim_plan *plan = r->plan;
	size_t size = plan->tables + r->unknowns;
	const plim_quantile_table **table = plim_mem_alloc(size, sizeof *table);
	r->own_table = plim_mem_alloc(r->unknowns, sizeof *r->own_table);
	r->own = plim_mem_alloc(r->unknowns, sizeof *r->own);
	if (!table || !r->own_table || !r->own) {
		plim_mem_free((void *)table);
		return plim_error_memory(error, "the worlds");
	}
	memcpy((void *)table, (const void *)plan->table, plan->tables * sizeof *table);
	plim_mem_free((void *)plan->table);
	plan->table = table;
	for (size_t i = 0; i < r->unknowns; i++) {
		r->own_table[i] = UINT32_MAX;
		for (size_t u = 0; u < plan->unknowns; u++) {
			if (plan->unknown[u].identity != identity[i])
				continue;
			r->own_table[i] = plan->unknown[u].table = (uint32_t)plan->tables++;
		}
	}
	return PLIM_OK;
}

plim_status plim_world_runner_new(const plim_model *model, const char *scenario, uint64_t seed,
                                  const uint64_t *identity, size_t unknowns, plim_world_runner **out, plim_error *error)
{
	plim_world_runner *r = plim_mem_alloc(1, sizeof *r);
	if (!r)
		return plim_error_memory(error, "the worlds");
	r->unknowns = unknowns;
	plim_status status = plim_plan_build(model, scenario, &r->plan, error);
	if (status == PLIM_OK)
		status = own_tables(r, identity, error);
	if (status == PLIM_OK)
		status = plim_workspace_new(r->plan, plim_kernel_best(), seed, &r->ws, error);
	if (status == PLIM_OK) {
		r->loss = plim_mem_alloc(plim_plan_series(r->plan), sizeof *r->loss);
		r->block = plim_mem_alloc(plim_plan_series(r->plan), sizeof *r->block);
		status = r->loss && r->block ? PLIM_OK : plim_error_memory(error, "the worlds");
	}
	*out = r;
	if (status != PLIM_OK)
		plim_world_runner_free(out);
	return status;
}

void plim_world_runner_free(plim_world_runner **runner)
{
	plim_world_runner *r = *runner;
	if (!r)
		return;
	plim_workspace_free(&r->ws);
	plim_summary_free(&r->summary);
	for (size_t i = 0; r->own && i < r->unknowns; i++) {
		if (r->own[i])
			r->plan->table[r->own_table[i]] = NULL;
		plim_quantile_table_free(&r->own[i]);
	}
	plim_plan_free(&r->plan);
	plim_mem_free(r->own_table);
	plim_mem_free((void *)r->own);
	plim_mem_free(r->loss);
	plim_mem_free(r->block);
	plim_mem_free(r->room);
	plim_mem_free(r);
	*runner = NULL;
}

size_t plim_world_runner_scenarios(const plim_world_runner *r)
{
	return r->plan->scenarios;
}

/* The table of an unknown that has one value. */
static plim_status set_value(plim_quantile_table **table, double value, plim_error *error)
{
	plim_given given = {.name = (char[]){"value"}, .value = value};
	plim_amount amount = {.family = PLIM_FAMILY_FIXED, .given = &given, .given_count = 1};
	plim_quantile_table *made = NULL;
	plim_status status = plim_amount_build(&amount, error);
	if (status == PLIM_OK)
		status = plim_quantile_table_build(&amount, &made, error);
	amount.given = NULL; /* not on the heap */
	amount.given_count = 0;
	plim_amount_clear(&amount);
	if (status != PLIM_OK)
		return status;
	plim_quantile_table_free(table);
	*table = made;
	return PLIM_OK;
}

/* What the workspace remembers of the block's unknowns is of the world before. */
static void forget(plim_world_runner *r)
{
	for (size_t u = 0; u < r->plan->unknowns; u++)
		r->ws->unknown_block[u] = UINT64_MAX;
	for (size_t v = 0; v < r->plan->variants; v++)
		r->ws->variant_block[v] = UINT64_MAX;
}

static plim_status make_room(plim_world_runner *r, uint64_t blocks, plim_error *error)
{
	const plim_plan *plan = r->plan;
	size_t series = plim_plan_series(plan), trials = blocks * PLIM_BLOCK_TRIALS;
	if (r->summary && plim_summary_log_is_full(r->summary))
		plim_summary_free(&r->summary);
	plim_status status =
	    r->summary ? PLIM_OK : plim_summary_new(series, &plan->groups, plan->tolerances, &r->summary, error);
	if (status != PLIM_OK || r->blocks == blocks)
		return status;
	plim_mem_free(r->room);
	r->room = plim_mem_alloc(series * trials, sizeof *r->room);
	r->blocks = r->room ? blocks : 0;
	if (!r->room)
		return plim_error_memory(error, "the worlds");
	for (size_t k = 0; k < series; k++)
		r->loss[k] = r->room + k * trials;
	return PLIM_OK;
}

plim_status plim_world_runner_run(plim_world_runner *r, const double *value, uint64_t first, uint64_t blocks,
                                  double *const **loss, plim_error *error)
{
	const plim_plan *plan = r->plan;
	plim_status status = make_room(r, blocks, error);
	for (size_t i = 0; i < r->unknowns && status == PLIM_OK; i++) {
		if (r->own_table[i] == UINT32_MAX)
			continue;
		status = set_value(&r->own[i], value[i], error);
		plan->table[r->own_table[i]] = r->own[i];
	}
	forget(r);
	for (uint64_t b = 0; b < blocks && status == PLIM_OK; b++) {
		plim_block_record record;
		for (size_t k = 0; k < plim_plan_series(plan); k++)
			r->block[k] = r->loss[k] + b * PLIM_BLOCK_TRIALS;
		status = plim_block_run(r->ws, first + b, PLIM_BLOCK_TRIALS, r->summary, r->block, &record, error);
	}
	*loss = r->loss + (plan->perspectives > 1 ? PLIM_PERSPECTIVE_NET * plan->scenarios : 0);
	return status;
}
