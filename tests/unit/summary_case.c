/* SPDX-License-Identifier: Apache-2.0 */
#include "summary_case.h"

#include <criterion/criterion.h>
#include <string.h>

#include "engine/workspace.h"

plim_plan *summary_case_plan(const char *text, plim_model **model)
{
	plim_findings findings = {0};
	plim_error error = {0};
	plim_plan *plan = NULL;
	cr_assert_eq(plim_model_parse(text, strlen(text), NULL, model, &findings, &error), PLIM_OK, "%s",
	             findings.count ? findings.item[0].text : error.text);
	cr_assert_eq(plim_plan_build(*model, NULL, &plan, &error), PLIM_OK, "%s", error.text);
	plim_findings_clear(&findings);
	return plan;
}

plim_summary *summary_case_run(const plim_plan *plan)
{
	plim_workspace *ws = NULL;
	plim_summary *half[2] = {NULL, NULL};
	plim_block_record record;
	cr_assert_eq(plim_workspace_new(plan, plim_kernel_best(), 1, &ws, NULL), PLIM_OK);
	for (size_t i = 0; i < 2; i++)
		cr_assert_eq(plim_summary_new(plim_plan_series(plan), &plan->groups, 0, &half[i], NULL), PLIM_OK);
	for (uint64_t b = 0; b < 3; b++) {
		const uint32_t trials = b == 2 ? 500 : PLIM_BLOCK_TRIALS;
		if (b == 1)
			ws->place_stamp = (UINT32_MAX >> PLIM_BLOCK_BITS) - 3; /* as after many blocks: they run out */
		cr_assert_eq(plim_block_run(ws, b, trials, half[b / 2], NULL, &record, NULL), PLIM_OK);
	}
	cr_assert_eq(plim_summary_take_places(half[0], half[0], NULL), PLIM_OK);
	cr_assert_eq(plim_summary_merge(half[0], half[1], NULL), PLIM_OK);
	cr_assert_eq(plim_summary_finish(half[0], NULL), PLIM_OK);
	plim_summary_free(&half[1]);
	plim_workspace_free(&ws);
	return half[0];
}

void summary_case_digest(const plim_summary *s, uint8_t out[static PLIM_DIGEST_SIZE])
{
	plim_digest digest;
	plim_digest_init(&digest);
	cr_assert_eq(plim_summary_digest(s, &digest, NULL), PLIM_OK);
	plim_digest_final(&digest, out);
}
