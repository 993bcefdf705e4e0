/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/block.h"

/* What was held back, once all outages of the block are known. */
static void gather_outages(plim_workspace *ws, plim_summary *summary)
{
	plim_interruption_solve(ws);
	for (size_t t = 0; t < ws->plan->threats && ws->status == PLIM_OK; t++) {
		ws->threat = &ws->plan->threat[t];
		if (!ws->threat->stops || ws->threat->sources == 0)
			continue;
		plim_strikes_release(ws, t);
		plim_gather_threat(ws, summary);
	}
	ws->held.count = ws->held_events = 0;
}

plim_status plim_block_run(plim_workspace *ws, uint64_t block, uint32_t trials, plim_summary *summary,
						   double *const *ylt, plim_block_record *record, plim_error *error)
{
	ws->block = block;
	ws->trials = trials;
	ws->events = 0;
	ws->status = PLIM_OK;
	ws->error = error;
	for (size_t t = 0; t < ws->plan->threats; t++) {
		ws->threat = &ws->plan->threat[t];
		if (ws->threat->sources == 0)
			continue;
		if (ws->threat->stops)
			plim_strikes_begin_hold(ws, t);
		plim_attempts_generate(ws);
		if (ws->threat->stops)
			plim_strikes_end_hold(ws, t);
		else
			plim_gather_threat(ws, summary);
	}
	if (ws->plan->graph)
		gather_outages(ws, summary);
	plim_finish_block(ws, summary, ylt, record);
	return ws->status;
}
