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

plim_status plim_block_run(plim_workspace *ws, uint64_t block, uint32_t trials, plim_summary *summary,
						   double *const *ylt, plim_block_record *record, plim_error *error)
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
	plim_finish_block(ws, summary, ylt, record);
	return ws->status;
}
