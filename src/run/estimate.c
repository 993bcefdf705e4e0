/* SPDX-License-Identifier: Apache-2.0 */
/* What a run will need, said before it begins. */
#include "run/estimate.h"

#include <math.h>

#include "store/tabulate.h"

/* Of one thread: the log of its places with what a block may add to it. */
static double log_bytes(const plim_plan *plan, const plim_block_range *range)
{
	const double series = (double)plim_plan_series(plan), blocks = (double)range->count;
	const double runs = plan->groups.logged_count > 0 ? 2 : 1; /* an event's place, and its region */
	const double block = runs * plan->attempts_per_trial * PLIM_BLOCK_TRIALS * series * sizeof(plim_place_value) +
	                     PLIM_BLOCK_TRIALS * series * sizeof(uint16_t);
	const double limit = (double)plim_summary_log_limit(&plan->groups, plim_plan_series(plan));
	return 2 * fmin(block * blocks, limit + block); /* half of it may be in pages that are not yet written */
}

/* The places of all threads: each holds them, unless they share one. */
static double place_bytes(const plim_plan *plan, const plim_block_range *range, double threads)
{
	const size_t series = plim_plan_series(plan);
	const double own = (double)plim_groups_own_places(&plan->groups, series) / (double)series;
	const double values = own > 0 ? plan->attempts_per_trial * (double)range->trials / own : 0;
	return (plan->groups.places_shared ? 1 : threads) * (double)plim_summary_place_bytes(series, &plan->groups, values);
}

/* What is made of the summary in the end: rows of tables, of which the largest places of three kinds have all, and what
 * groups had of the worst trials; and the program itself with the chunks that it packs. */
static double table_bytes(const plim_plan *plan)
{
	enum { ROWS = 40, ROW = 72 }; /* of percentiles, TVaR, curves and moments of one variable */
	enum { PROGRAM = 32 << 20 };
	const double series = (double)plim_plan_series(plan), groups = (double)plan->groups.count;
	const double whole = (double)plan->groups.dense_count + (double)plan->groups.logged_count;
	const double full = fmin(groups, whole + 3.0 * PLIM_TABLE_PLACES);
	const double shares = fmin(groups, 2 * plan->attempts_per_trial + whole);
	return PROGRAM + series * PLIM_MEASURES * ROW * (full * ROWS + groups) +
	       2 * series * PLIM_WORST_TRIALS * shares * sizeof(plim_share);
}

void plim_run_estimate_of(const plim_plan *plan, const plim_run_options *options, const plim_block_range *range,
                          bool keeps_ylt, plim_run_estimate *e)
{
	uint64_t threads = plim_block_threads(options, range);
	e->sources = plan->sources;
	e->attempts_per_trial = plan->attempts_per_trial;
	e->groups = plan->groups.count;
	e->scenarios = plan->scenarios;
	e->block_trials = PLIM_BLOCK_TRIALS;
	e->memory_bytes =
	    plim_plan_bytes(plan) + range->count * (sizeof(plim_block_record) + sizeof(plim_block_row)) +
	    threads * (plim_workspace_bytes(plan) + plim_summary_bytes(plim_plan_series(plan), &plan->groups)) +
	    (uint64_t)((double)threads * log_bytes(plan, range) + place_bytes(plan, range, (double)threads) +
	               table_bytes(plan)) +
	    (keeps_ylt ? range->trials * plim_plan_series(plan) * sizeof(double) : 0);
}
