/* SPDX-License-Identifier: Apache-2.0 */
#include "network/stage.h"

#include "network/stage_parts.h"

#define NONE PLIM_GRAPH_NONE

/* Finds the next moment at which anything happens; false when nothing will. */
static bool find_next(plim_stage *stage, plim_moment *next)
{
	plim_moment_frame frame = stage->solver->frame;
	bool found = stage->next_event < stage->events;
	if (found)
		*next = stage->event[stage->next_event].time;
	for (size_t k = 0; k < stage->stocks; k++) {
		const plim_stock *stock = &stage->stock[k];
		if (stock->clock_runs && (!found || plim_moment_order(frame, stock->clock_end, *next) < 0)) {
			*next = stock->clock_end;
			found = true;
		}
		if (stock->moving && (!found || plim_moment_order(frame, stock->end, *next) < 0)) {
			*next = stock->end;
			found = true;
		}
	}
	return found;
}

/* The choice of `next` rests on its coming before all the others. */
static void keep_next(plim_stage *stage, plim_moment next)
{
	plim_moment_frame *frame = &stage->solver->frame;
	if (!frame->sloped)
		return;
	if (stage->next_event < stage->events)
		plim_moment_keep(frame, next, stage->event[stage->next_event].time);
	for (size_t k = 0; k < stage->stocks; k++) {
		if (stage->stock[k].clock_runs)
			plim_moment_keep(frame, next, stage->stock[k].clock_end);
		if (stage->stock[k].moving)
			plim_moment_keep(frame, next, stage->stock[k].end);
	}
}

/* Moves on to `next`, adding up what lies between. */
static void advance(plim_stage *stage, plim_moment next, plim_stage_sum *sum)
{
	plim_moment passed = plim_moment_minus(next, stage->now);
	if (stage->shortfall > 0)
		sum->shortfall_days = plim_moment_plus(sum->shortfall_days, plim_moment_times(passed, stage->shortfall));
	for (size_t k = 0; k < stage->stocks; k++) {
		const plim_stock *stock = &stage->stock[k];
		if (!(stock->cost > 0 && stock->arrivals > 0))
			continue;
		plim_moment exposed = plim_moment_times(passed, stock->cost * stock->arrivals);
		sum->exposed = plim_moment_plus(sum->exposed, exposed);
		if (stock->substituting)
			sum->substituted = plim_moment_plus(sum->substituted, plim_moment_times(exposed, stock->substitution));
	}
	stage->now = next;
}

static double largest_source(const plim_stage *stage, const plim_term *term)
{
	double largest = 0;
	for (uint32_t k = term->first_source; k < term->first_source + term->sources; k++)
		if (stage->source[k].shortfall > largest)
			largest = stage->source[k].shortfall;
	return largest;
}

static void apply_event(plim_stage *stage, const plim_stage_event *event)
{
	plim_source *source = &stage->source[event->source];
	plim_term *term = &stage->term[source->term];
	double before = source->shortfall, after = event->shortfall;
	source->shortfall = after;
	term->active += (uint32_t)(after > 0) - (uint32_t)(before > 0);
	if (term->active <= 1 && (after > 0 || term->active == 0))
		term->shortfall = after; /* the only one, or none: a long list need not be searched */
	else
		term->shortfall = largest_source(stage, term);
	if (term->stock != NONE)
		stage->stock[term->stock].changed = true;
}

static void apply_events(plim_stage *stage)
{
	plim_moment_frame *frame = &stage->solver->frame;
	while (stage->next_event < stage->events &&
	       plim_moment_order(*frame, stage->event[stage->next_event].time, stage->now) <= 0)
		apply_event(stage, &stage->event[stage->next_event++]);
	if (stage->next_event < stage->events)
		plim_moment_keep(frame, stage->now, stage->event[stage->next_event].time);
}

/* q = min(c, s_g of each group whose buffer is empty), as a shortfall. */
static double find_shortfall(const plim_stage *stage)
{
	double largest = stage->capacity == NONE ? 0 : stage->term[stage->capacity].shortfall;
	for (size_t k = 0; k < stage->stocks; k++)
		if (stage->stock[k].empty && stage->stock[k].supply > largest)
			largest = stage->stock[k].supply;
	return largest;
}

/* Notes the output from now on; a step that lasts no time leaves no trace. */
static plim_network_result emit_step(plim_stage *stage, double shortfall)
{
	plim_pool *pool = &stage->solver->pool[PLIM_POOL_STEPS];
	plim_step *steps = pool->data;
	size_t count = pool->used - stage->first_step;
	plim_step *last = count ? &steps[pool->used - 1] : NULL;
	if (last && plim_moment_order(stage->solver->frame, last->time, stage->now) == 0) {
		double earlier = count > 1 ? steps[pool->used - 2].shortfall : 0;
		last->shortfall = shortfall;
		if (earlier == shortfall)
			pool->used--;
		return PLIM_NETWORK_DONE;
	}
	plim_step *step = plim_pool_take(pool, 1);
	if (!step)
		return PLIM_NETWORK_GROW;
	*step = (plim_step){stage->now, shortfall};
	return PLIM_NETWORK_DONE;
}

/* Everything that happens at the present moment. */
static plim_network_result turn(plim_stage *stage)
{
	for (size_t k = 0; k < stage->stocks; k++)
		plim_stock_finish(stage, &stage->stock[k]);
	apply_events(stage);
	for (size_t k = 0; k < stage->stocks; k++)
		plim_stock_arrive(stage, &stage->stock[k]);
	double shortfall = find_shortfall(stage);
	bool changes = shortfall != stage->shortfall;
	stage->shortfall = shortfall;
	for (size_t k = 0; k < stage->stocks; k++)
		plim_stock_move(stage, &stage->stock[k]);
	return changes && stage->emit ? emit_step(stage, shortfall) : PLIM_NETWORK_DONE;
}

static void note_recovery(plim_stage *stage)
{
	plim_network_solver *solver = stage->solver;
	if (plim_moment_order(solver->frame, stage->now, solver->recovery) > 0) {
		plim_moment_keep(&solver->frame, solver->recovery, stage->now);
		solver->recovery = stage->now;
	} else {
		plim_moment_keep(&solver->frame, stage->now, solver->recovery);
	}
}

static plim_network_result keep_signal(plim_stage *stage, uint32_t *signal)
{
	size_t count = stage->solver->pool[PLIM_POOL_STEPS].used - stage->first_step;
	if (count == 0)
		return PLIM_NETWORK_DONE;
	plim_pool *pool = &stage->solver->pool[PLIM_POOL_SIGNALS];
	uint32_t index = (uint32_t)pool->used;
	plim_signal *made = plim_pool_take(pool, 1);
	if (!made)
		return PLIM_NETWORK_GROW;
	*made = (plim_signal){(uint32_t)stage->first_step, (uint32_t)count};
	*signal = index;
	return PLIM_NETWORK_DONE;
}

plim_network_result plim_stage_solve(plim_network_solver *solver, const plim_arrival *arrivals, size_t count, bool emit,
                                     plim_stage_sum *sum, uint32_t *signal)
{
	plim_stage stage = {.solver = solver, .emit = emit};
	stage.first_step = solver->pool[PLIM_POOL_STEPS].used;
	*sum = (plim_stage_sum){0};
	*signal = NONE;
	plim_network_result result = plim_stage_layout(&stage, arrivals, count);
	plim_moment next = {0, 0};
	if (result == PLIM_NETWORK_DONE && find_next(&stage, &next))
		stage.now = next;
	while (result == PLIM_NETWORK_DONE && find_next(&stage, &next)) {
		keep_next(&stage, next);
		advance(&stage, next, sum);
		result = turn(&stage);
	}
	if (result != PLIM_NETWORK_DONE)
		return result;
	note_recovery(&stage);
	return keep_signal(&stage, signal);
}
