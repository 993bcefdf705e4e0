/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/block.h"

#include "engine/nested.h"

/* What was held back, once all events of the block are known. */
static void gather_held(plim_workspace *ws, plim_summary *summary)
{
	if (ws->plan->graph)
		plim_interruption_solve(ws);
	if (ws->status == PLIM_OK && ws->plan->policies > 0)
		plim_insure_solve(ws);
	for (size_t t = 0; t < ws->plan->threats && ws->status == PLIM_OK; t++) {
		ws->threat = &ws->plan->threat[t];
		if (!ws->threat->held || ws->threat->sources == 0)
			continue;
		plim_strikes_release(ws, t);
		plim_gather_threat(ws, summary);
	}
	ws->held.count = ws->insure.charges = 0;
	ws->held_events = 0;
}

/* All stages but the end of the block. */
static void run_stages(plim_workspace *ws, uint64_t block, uint32_t trials, plim_summary *summary, plim_error *error)
{
	ws->block = block;
	ws->trials = trials;
	ws->events = 0;
	ws->status = PLIM_OK;
	ws->error = error;
	plim_nested_begin(ws);
	for (size_t t = 0; t < ws->plan->threats; t++) {
		ws->threat = &ws->plan->threat[t];
		if (ws->threat->sources == 0)
			continue;
		if (ws->threat->held)
			plim_strikes_begin_hold(ws, t);
		plim_attempts_generate(ws);
		if (ws->threat->held)
			plim_strikes_end_hold(ws, t);
		else
			plim_gather_threat(ws, summary);
	}
	if (ws->plan->graph || ws->plan->policies > 0)
		gather_held(ws, summary);
}

plim_status plim_block_run(plim_workspace *ws, uint64_t block, uint32_t trials, plim_summary *summary,
						   double *const *ylt, plim_block_record *record, plim_error *error)
{
	run_stages(ws, block, trials, summary, error);
	plim_finish_block(ws, summary, ylt, record);
	return ws->status;
}

plim_status plim_block_losses(plim_workspace *ws, uint64_t block, uint32_t trials, const bool *wanted,
                              plim_error *error)
{
	size_t first = (ws->plan->perspectives - 1) * ws->plan->scenarios;
	for (size_t k = 0; k < ws->plan->scenarios; k++)
		ws->threats[first + k].count = 0;
	ws->wanted = wanted;
	run_stages(ws, block, trials, NULL, error);
	ws->wanted = NULL;
	return ws->status;
}

const plim_entry_list *plim_block_losses_of(const plim_workspace *ws, size_t scenario)
{
	return &ws->threats[(ws->plan->perspectives - 1) * ws->plan->scenarios + scenario];
}
