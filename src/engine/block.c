/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/block.h"

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
		plim_attempts_generate(ws);
		plim_gather_threat(ws, summary);
	}
	plim_finish_block(ws, summary, ylt, record);
	return ws->status;
}
