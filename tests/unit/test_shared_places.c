/* SPDX-License-Identifier: Apache-2.0 */
/* Threads that add up their places in one summary must end with what one thread ends with. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "summary_case.h"

/* So many that they fall into several parts of a shared summary; most have something in a block. */
#define NODES 700
#define THREADS 4

static char *model_text(void)
{
	enum { LINE = 80 };
	char *text = plim_mem_alloc(NODES + 12, LINE);
	int n = sprintf(text, "plimsoll: 1\nname: n\ncurrency: EUR\nnodes:\n");
	for (int i = 0; i < NODES; i++)
		n += sprintf(text + n, "  - {id: n%d, kind: site, tags: [k%d]}\n", i, i % 3);
	sprintf(text + n, "threats:\n"
	                  "  - {id: t, frequency: {poisson: {rate: 0.01}}, where: {nodes: {kind: site}},\n"
	                  "     loss: {lognormal: {mu: 9, sigma: 2}}}\n"
	                  "controls: [{id: c, category: physical, where: {nodes: {tag: k1}}, reduces: {frequency: 0.5}}]\n"
	                  "scenarios: [{id: s0, controls: []}, {id: s1, controls: [c]}]\n");
	return text;
}

static plim_summary *empty(const plim_plan *plan)
{
	plim_summary *s = NULL;
	cr_assert_eq(plim_summary_new(plim_plan_series(plan), &plan->groups, 0, &s, NULL), PLIM_OK);
	return s;
}

/* A block for each thread, its places added up in one summary; by one thread, or by all at a time. */
static plim_summary *run(const plim_plan *plan, bool shared)
{
	plim_summary *all = empty(plan), *own[THREADS];
	int failed = 0;
	if (shared)
		cr_assert_eq(plim_summary_share_places(all, NULL), PLIM_OK);
	for (int i = 0; i < THREADS; i++) {
		plim_workspace *ws = NULL;
		plim_block_record record;
		own[i] = empty(plan);
		cr_assert_eq(plim_workspace_new(plan, plim_kernel_best(), 1, &ws, NULL), PLIM_OK);
		cr_assert_eq(plim_block_run(ws, (uint64_t)i, PLIM_BLOCK_TRIALS, own[i], NULL, &record, NULL), PLIM_OK);
		plim_workspace_free(&ws);
	}
#pragma omp parallel for num_threads(shared ? THREADS : 1) schedule(static, 1) reduction(+ : failed)
	for (int i = 0; i < THREADS; i++)
		failed += plim_summary_take_places(all, own[i], NULL) != PLIM_OK;
	cr_assert_eq(failed, 0);
	plim_summary_unshare_places(all);
	for (int i = 0; i < THREADS; i++) {
		cr_assert_eq(plim_summary_merge(all, own[i], NULL), PLIM_OK);
		plim_summary_free(&own[i]);
	}
	cr_assert_eq(plim_summary_finish(all, NULL), PLIM_OK);
	return all;
}

Test(shared_places, are_those_of_one_thread)
{
	plim_model *model = NULL;
	char *text = model_text();
	plim_plan *plan = summary_case_plan(text, &model);
	uint8_t alone[PLIM_DIGEST_SIZE], together[PLIM_DIGEST_SIZE];
	unsigned shift;
	cr_assert_geq(plim_cell_map_parts((uint32_t)plan->groups.count, &shift), THREADS);
	for (int shared = 0; shared < 2; shared++) {
		plim_summary *s = run(plan, shared);
		summary_case_digest(s, shared ? together : alone);
		plim_summary_free(&s);
	}
	cr_expect_arr_eq(alone, together, sizeof alone);
	plim_plan_free(&plan);
	plim_model_free(&model);
	plim_mem_free(text);
}
