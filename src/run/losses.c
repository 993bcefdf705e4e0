/* SPDX-License-Identifier: Apache-2.0 */
#include "run/losses.h"

#include "base/error.h"
#include "run/blocks.h"

/* What the threads share. */
typedef struct loop {
	const plim_losses_job *job;
	const plim_kernel *kernel;
	plim_block_range range;
	uint64_t next, done;
	double began, told;
	plim_status status; /* first failure */
	plim_error *error;
} loop;

static void fail(loop *l, plim_status status, const plim_error *error)
{
#pragma omp critical(plim_losses)
	if (l->status == PLIM_OK) {
		l->status = status;
		if (l->error)
			*l->error = *error;
	}
}

static bool take_block(loop *l, uint64_t *block)
{
	plim_status status;
#pragma omp atomic read
	status = l->status;
	if (status != PLIM_OK || (l->job->options->stop && *l->job->options->stop))
		return false;
#pragma omp atomic capture
	*block = l->next++;
	return *block < l->range.count;
}

/* Counts a block, and tells of it a tenth of a second after the last time. */
static void report_progress(loop *l)
{
	const plim_run_options *options = l->job->options;
	if (!options->progress)
		return;
#pragma omp critical(plim_losses)
	{
		const double time = plim_run_clock();
		const uint64_t trials = ++l->done * PLIM_BLOCK_TRIALS;
		if (time - l->told >= 0.1 || l->done == l->range.count) {
			const plim_run_progress progress = {l->done, l->range.count,
			                                    trials < l->range.trials ? trials : l->range.trials, l->range.trials,
			                                    time - l->began};
			l->told = time;
			options->progress(&progress, options->progress_data);
		}
	}
}

static plim_status run_block(loop *l, plim_workspace *ws, uint64_t block, plim_error *error)
{
	uint32_t trials = block + 1 == l->range.count ? l->range.last_trials : PLIM_BLOCK_TRIALS;
	plim_status status = plim_block_losses(ws, block, trials, l->job->wanted, error);
	for (size_t k = 0; k < l->job->plan->scenarios && status == PLIM_OK; k++)
		status = l->job->sink(l->job->data, block, k, plim_block_losses_of(ws, k), error);
	if (status == PLIM_OK)
		report_progress(l);
	return status;
}

static void run_thread(loop *l)
{
	plim_workspace *ws = NULL;
	plim_error error;
	uint64_t block;
	plim_status status = plim_workspace_new(l->job->plan, l->kernel, l->job->options->seed, &ws, &error);
	while (status == PLIM_OK && take_block(l, &block))
		status = run_block(l, ws, block, &error);
	if (status != PLIM_OK)
		fail(l, status, &error);
	plim_workspace_free(&ws);
}

plim_status plim_losses_run(const plim_losses_job *job, plim_error *error)
{
	loop l = {.job = job, .kernel = plim_kernel_best(), .status = PLIM_OK, .error = error};
	plim_status status = plim_block_range_of(job->options, &l.range, error);
	if (status != PLIM_OK)
		return status;
	l.began = plim_run_clock();
#pragma omp parallel num_threads(plim_block_threads(job->options, &l.range))
	run_thread(&l);
	if (l.status == PLIM_OK && l.next < l.range.count)
		return plim_error_set(error, PLIM_ERROR_INTERRUPTED, "interrupted");
	return l.status;
}
