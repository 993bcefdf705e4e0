/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/watch.h"

#include "run/blocks.h"

static void look(plim_watch *w, double part, bool always)
{
	const double now = plim_run_clock();
	w->sets = w->done + part * w->at_hand;
	w->seconds = now - w->began;
	w->in_step = now - w->step_began;
	if (!always && now - w->told < 0.1)
		return;
	w->told = now;
	w->tell(w, w->data);
}

void plim_watch_step(plim_watch *w, const char *step, uint64_t all)
{
	if (!w)
		return;
	w->step_began = plim_run_clock();
	if (!w->step)
		w->began = w->step_began;
	w->step = step;
	w->all = all;
	w->done = w->at_hand = 0;
	look(w, 0, true);
}

void plim_watch_take(plim_watch *w, size_t sets)
{
	if (w)
		w->at_hand = (double)sets;
}

void plim_watch_done(plim_watch *w, size_t sets)
{
	if (!w)
		return;
	w->done += (double)sets;
	w->at_hand = 0;
	look(w, 0, false);
}

static void see_pass(const plim_run_progress *progress, void *data)
{
	plim_watch *w = data;
	w->trials = w->trials_before + (double)progress->trials_done * (double)w->together;
	if (progress->blocks_done == progress->blocks)
		w->trials_before = w->trials;
	look(w, (double)progress->blocks_done / (double)progress->blocks, false);
}

plim_run_options plim_watch_pass(plim_watch *w, const plim_run_options *options, size_t together)
{
	plim_run_options pass = *options;
	pass.progress = w ? see_pass : NULL;
	pass.progress_data = w;
	if (w)
		w->together = together;
	return pass;
}
