/* SPDX-License-Identifier: Apache-2.0 */
#include "run/blocks.h"

#include <omp.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"

#define MOST_TRIALS UINT64_C(1000000000000)

plim_status plim_block_range_of(const plim_run_options *options, plim_block_range *range, plim_error *error)
{
	if (options->trials == 0 || options->trials > MOST_TRIALS)
		return plim_error_set(error, PLIM_ERROR_USAGE, "%llu trials: from 1 to 10^12 can be run",
		                      (unsigned long long)options->trials);
	if (options->threads > PLIM_RUN_MOST_THREADS)
		return plim_error_set(error, PLIM_ERROR_USAGE, "%u threads: from 1 to %d, or 0 for all processors",
		                      (unsigned)options->threads, PLIM_RUN_MOST_THREADS);
	uint64_t all = (options->trials + PLIM_BLOCK_TRIALS - 1) / PLIM_BLOCK_TRIALS;
	uint64_t first = options->first_block, count = options->blocks ? options->blocks : all;
	if (first >= all || count > all - first)
		if (options->blocks || first)
			return plim_error_set(error, PLIM_ERROR_USAGE, "blocks %llu:%llu: %llu trials have blocks 0:%llu",
			                      (unsigned long long)first, (unsigned long long)(first + count),
			                      (unsigned long long)options->trials, (unsigned long long)all);
	uint64_t end = first + count;
	range->first = first;
	range->count = count;
	range->last_trials = end < all ? PLIM_BLOCK_TRIALS : (uint32_t)(options->trials - (all - 1) * PLIM_BLOCK_TRIALS);
	range->trials = (count - 1) * PLIM_BLOCK_TRIALS + range->last_trials;
	return PLIM_OK;
}

uint32_t plim_block_threads(const plim_run_options *options, const plim_block_range *range)
{
	uint32_t threads = options->threads ? options->threads : (uint32_t)omp_get_num_procs();
	return threads > range->count ? (uint32_t)range->count : threads;
}

/* What the threads share. */
typedef struct loop {
	const plim_plan *plan;
	const plim_kernel *kernel;
	const plim_run_options *options;
	const plim_block_range *range;
	double *const *ylt;
	plim_block_record *record;
	plim_summary *summary; /* of finished threads */
	uint64_t done;
	plim_status status; /* first failure */
	plim_error *error;
	double started, reported;
} loop;

double plim_run_clock(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void fail(loop *l, plim_status status, const plim_error *error)
{
#pragma omp critical(plim_loop)
	if (l->status == PLIM_OK) {
		l->status = status;
		if (l->error)
			*l->error = *error;
	}
}

static bool stopped(loop *l)
{
	plim_status status;
#pragma omp atomic read
	status = l->status;
	return status != PLIM_OK || (l->options->stop && *l->options->stop);
}

/* Counts a block and tells the caller, from whichever thread comes by a tenth of a second after the last time. */
static void report_progress(loop *l)
{
#pragma omp critical(plim_loop)
	{
		double time = plim_run_clock();
		l->done++;
		if (l->options->progress && (time - l->reported >= 0.1 || l->done == l->range->count)) {
			uint64_t trials = l->done * PLIM_BLOCK_TRIALS;
			plim_run_progress progress = {l->done, l->range->count,
			                              trials < l->range->trials ? trials : l->range->trials, l->range->trials,
			                              time - l->started};
			l->reported = time;
			l->options->progress(&progress, l->options->progress_data);
		}
	}
}

static plim_status run_block(loop *l, plim_workspace *ws, plim_summary *summary, uint64_t i, double **ylt,
                             plim_error *error)
{
	uint32_t trials = i + 1 == l->range->count ? l->range->last_trials : PLIM_BLOCK_TRIALS;
	for (size_t k = 0; l->ylt && k < plim_plan_series(l->plan); k++)
		ylt[k] = l->ylt[k] + i * PLIM_BLOCK_TRIALS;
	plim_status status =
	    plim_block_run(ws, l->range->first + i, trials, summary, l->ylt ? ylt : NULL, &l->record[i], error);
	if (status == PLIM_OK)
		report_progress(l);
	return status;
}

static void finish_thread(loop *l, plim_summary **own)
{
	plim_error error;
	plim_status status = PLIM_OK;
#pragma omp critical(plim_merge)
	if (!l->summary) {
		l->summary = *own;
		*own = NULL;
	} else {
		status = plim_summary_merge(l->summary, *own, &error);
	}
	if (status != PLIM_OK)
		fail(l, status, &error);
	plim_summary_free(own);
}

static void run_thread(loop *l)
{
	plim_workspace *ws = NULL;
	plim_summary *own = NULL;
	plim_error error;
	double **ylt = plim_mem_alloc(plim_plan_series(l->plan), sizeof *ylt);
	plim_status status = ylt ? PLIM_OK : plim_error_memory(&error, "a thread");
	if (status == PLIM_OK)
		status = plim_workspace_new(l->plan, l->kernel, l->options->seed, &ws, &error);
	if (status == PLIM_OK)
		status = plim_summary_new(plim_plan_series(l->plan), &l->plan->groups, l->plan->tolerances, &own, &error);
	if (status != PLIM_OK)
		fail(l, status, &error);
		/* Blocks are handed out one by one: sums are exact, so who takes which does not matter. */
#pragma omp for schedule(dynamic, 1)
	for (uint64_t i = 0; i < l->range->count; i++) {
		if (status != PLIM_OK || stopped(l))
			continue;
		status = run_block(l, ws, own, i, ylt, &error);
		if (status != PLIM_OK)
			fail(l, status, &error);
	}
	plim_workspace_free(&ws); /* before summaries merge, which is when most is held */
	if (own)
		finish_thread(l, &own);
	plim_mem_free(ylt);
}

plim_status plim_blocks_run(const plim_plan *plan, const plim_kernel *kernel, const plim_run_options *options,
                            const plim_block_range *range, double *const *ylt, plim_block_record *record,
                            plim_summary **summary, plim_error *error)
{
	loop l = {.plan = plan,
	          .kernel = kernel,
	          .options = options,
	          .range = range,
	          .ylt = ylt,
	          .record = record,
	          .status = PLIM_OK,
	          .error = error,
	          .started = plim_run_clock()};
#pragma omp parallel num_threads(plim_block_threads(options, range))
	run_thread(&l);
	if (l.status == PLIM_OK && options->stop && *options->stop && l.done < range->count)
		l.status = plim_error_set(error, PLIM_ERROR_INTERRUPTED, "stopped after %llu of %llu blocks",
		                          (unsigned long long)l.done, (unsigned long long)range->count);
	if (l.status == PLIM_OK)
		l.status = plim_summary_finish(l.summary, error);
	if (l.status != PLIM_OK)
		plim_summary_free(&l.summary);
	else
		*summary = l.summary;
	return l.status;
}
