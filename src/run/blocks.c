/* SPDX-License-Identifier: Apache-2.0 */
#include "run/blocks.h"

#include <math.h>
#include <omp.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"

plim_status plim_block_range_of(const plim_run_options *options, plim_block_range *range, plim_error *error)
{
	if (options->trials == 0 || options->trials > PLIM_RUN_MOST_TRIALS)
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
	*range = plim_block_range_make(options->trials, first, count);
	return PLIM_OK;
}

plim_block_range plim_block_range_make(uint64_t run_trials, uint64_t first, uint64_t count)
{
	uint64_t all = (run_trials + PLIM_BLOCK_TRIALS - 1) / PLIM_BLOCK_TRIALS;
	bool whole = first + count < all;
	plim_block_range range = {.first = first, .count = count};
	range.last_trials = whole ? PLIM_BLOCK_TRIALS : (uint32_t)(run_trials - (all - 1) * PLIM_BLOCK_TRIALS);
	range.trials = (count - 1) * PLIM_BLOCK_TRIALS + range.last_trials;
	return range;
}

uint64_t plim_run_blocks(uint64_t trials)
{
	return trials / PLIM_BLOCK_TRIALS + (trials % PLIM_BLOCK_TRIALS != 0);
}

uint32_t plim_run_threads(const plim_run_options *options)
{
	return options->threads ? options->threads : (uint32_t)omp_get_num_procs();
}

uint32_t plim_block_threads(const plim_run_options *options, const plim_block_range *range)
{
	const uint32_t threads = plim_run_threads(options);
	return threads > range->count ? (uint32_t)range->count : threads;
}

/* What the threads share. */
typedef struct loop {
	const plim_blocks_job *job;
	plim_blocks_watch *watch;
	uint64_t next;         /* block to be taken next, from the start of the range */
	plim_summary *summary; /* of places that threads share, and in the end of all */
	plim_summary **own;    /* [thread]: what it has added up */
	plim_status status;    /* first failure */
	plim_error *error;
	double end; /* time at which no further block is taken */
	int paused; /* ... has come */
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

bool plim_blocks_stopped(const plim_run_options *options, const plim_blocks_watch *watch)
{
	int asked;
#pragma omp atomic read
	asked = watch->stop;
	return asked || (options->stop && *options->stop);
}

/* Whether blocks are still handed out. One that was is finished in any case, so what is done is always the first blocks
 * of the range without a gap. */
static bool goes_on(loop *l)
{
	plim_status status;
	int paused;
#pragma omp atomic read
	status = l->status;
#pragma omp atomic read
	paused = l->paused;
	return status == PLIM_OK && !paused && !plim_blocks_stopped(l->job->options, l->watch);
}

static bool take_block(loop *l, uint64_t *i)
{
	if (!goes_on(l))
		return false;
#pragma omp atomic capture
	*i = l->next++;
	return *i < l->job->range.count;
}

static void tell(plim_blocks_watch *w, const plim_run_options *options, uint64_t done, double time)
{
	uint64_t trials = done * PLIM_BLOCK_TRIALS;
	plim_run_progress progress = {done, w->blocks, trials < w->trials ? trials : w->trials, w->trials,
	                              time - w->started};
	options->progress(&progress, options->progress_data);
}

/* Counts a block; and tells the caller and the other ranks, from whichever thread comes by a tenth of a second after
 * the last time. */
static void report_progress(loop *l)
{
	plim_blocks_watch *w = l->watch;
#pragma omp critical(plim_loop)
	{
		double time = plim_run_clock();
		w->done++;
		if (time >= l->end) {
#pragma omp atomic write
			l->paused = 1;
		}
		if (time - w->reported >= 0.1 || w->done == w->blocks) {
			bool stop = l->status != PLIM_OK || plim_blocks_stopped(l->job->options, w);
			uint64_t done = plim_comm_report(l->job->options->comm, w->done, &stop);
			if (stop) {
#pragma omp atomic write
				w->stop = 1;
			}
			w->reported = time;
			if (l->job->options->progress && plim_comm_rank(l->job->options->comm) == 0)
				tell(w, l->job->options, done, time);
		}
	}
}

static plim_status run_block(loop *l, plim_workspace *ws, plim_summary *summary, uint64_t i, double **ylt,
                             plim_error *error)
{
	const plim_blocks_job *job = l->job;
	uint32_t trials = i + 1 == job->range.count ? job->range.last_trials : PLIM_BLOCK_TRIALS;
	uint64_t block = job->range.first + i, at = block - job->origin;
	for (size_t k = 0; job->ylt && k < plim_plan_series(job->plan); k++)
		ylt[k] = job->ylt[k] + at * PLIM_BLOCK_TRIALS;
	plim_status status = plim_block_run(ws, block, trials, summary, job->ylt ? ylt : NULL, &job->record[at], error);
	if (status == PLIM_OK)
		report_progress(l);
	return status;
}

/* Adds up what the thread has written down of its places. Where they are many, one copy of them is held, whatever the
 * number of threads. */
static plim_status add_up_places(loop *l, plim_summary *own, plim_error *error)
{
	return plim_summary_take_places(l->summary ? l->summary : own, own, error);
}

/* The summary whose places the threads fill together. */
static plim_status begin_shared(loop *l)
{
	const plim_plan *plan = l->job->plan;
	const plim_status status =
	    plim_summary_new(plim_plan_series(plan), &plan->groups, plan->tolerances, &l->summary, l->error);
	return status == PLIM_OK ? plim_summary_share_places(l->summary, l->error) : status;
}

static void run_thread(loop *l)
{
	const plim_plan *plan = l->job->plan;
	plim_workspace *ws = NULL;
	plim_summary *own = NULL;
	plim_error error;
	uint64_t i;
	double **ylt = plim_mem_alloc(plim_plan_series(plan), sizeof *ylt);
	plim_status status = ylt ? PLIM_OK : plim_error_memory(&error, "a thread");
	if (status == PLIM_OK)
		status = plim_workspace_new(plan, l->job->kernel, l->job->options->seed, &ws, &error);
	if (status == PLIM_OK)
		status = plim_summary_new(plim_plan_series(plan), &plan->groups, plan->tolerances, &own, &error);
	/* Blocks are handed out one by one: sums are exact, so who takes which does not matter. */
	while (status == PLIM_OK && take_block(l, &i)) {
		status = run_block(l, ws, own, i, ylt, &error);
		if (status == PLIM_OK && plim_summary_log_is_full(own)) /* each place has many values */
			status = add_up_places(l, own, &error);
	}
	plim_workspace_free(&ws); /* before summaries merge, which is when most is held */
	if (status == PLIM_OK)
		status = add_up_places(l, own, &error);
	if (status != PLIM_OK)
		fail(l, status, &error);
	l->own[omp_get_thread_num()] = own;
	plim_mem_free(ylt);
}

/* What the threads have, into one. */
static void merge_threads(loop *l, int threads)
{
	plim_error error;
	for (int i = 0; i < threads; i++) {
		plim_status status = l->status;
		if (!l->summary) {
			l->summary = l->own[i];
			l->own[i] = NULL;
		} else if (status == PLIM_OK && l->own[i]) {
			l->summary->threads = plim_run_threads(l->job->options);
			status = plim_summary_merge(l->summary, l->own[i], &error);
		}
		if (status != PLIM_OK && l->status == PLIM_OK)
			fail(l, status, &error);
		plim_summary_free(&l->own[i]);
	}
	if (l->summary)
		l->summary->threads = plim_run_threads(l->job->options);
}

plim_status plim_blocks_run(const plim_blocks_job *job, plim_blocks_watch *watch, uint64_t *done,
                            plim_summary **summary, plim_error *error)
{
	loop l = {.job = job, .watch = watch, .status = PLIM_OK, .error = error};
	const int threads = (int)plim_block_threads(job->options, &job->range);
	l.end = job->seconds > 0 ? plim_run_clock() + job->seconds : INFINITY;
	l.own = plim_mem_alloc((size_t)threads, sizeof(plim_summary *));
	if (!l.own)
		return plim_error_memory(error, "the threads");
	if (job->plan->groups.places_shared)
		l.status = begin_shared(&l);
#pragma omp parallel num_threads(threads)
	run_thread(&l);
	if (l.summary)
		plim_summary_unshare_places(l.summary);
	merge_threads(&l, threads);
	plim_mem_free((void *)l.own);
	if (l.status == PLIM_OK)
		l.status = plim_summary_finish(l.summary, error);
	if (l.status != PLIM_OK) {
		plim_summary_free(&l.summary);
		return l.status;
	}
	*done = l.next < job->range.count ? l.next : job->range.count;
	*summary = l.summary;
	return PLIM_OK;
}
