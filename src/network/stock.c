/* SPDX-License-Identifier: Apache-2.0 */
/* The buffer, the substitution and the clock of one group (design: section 3). */
#include "network/stage_parts.h"

#define NONE PLIM_GRAPH_NONE

/* The shortfall of the arrivals. All terms are >= 0 and those of whole links exactly 0, so that the sum is 0 only
 * when all is whole. */
static double sum_terms(const plim_stage *stage, const plim_stock *stock)
{
	double sum = 0;
	for (uint32_t k = stock->first_term; k < stock->first_term + stock->terms; k++)
		sum += stage->term[k].share * stage->term[k].shortfall;
	if (stock->bound != NONE && stage->term[stock->bound].shortfall > sum)
		sum = stage->term[stock->bound].shortfall;
	return sum < 1 ? sum : 1;
}

void plim_stock_finish_level(plim_stage *stage, plim_stock *stock)
{
	plim_moment_frame frame = stage->solver->frame;
	if (plim_moment_order(frame, stock->end, stage->now) <= 0) {
		stock->empty = stock->rate < 0;
		stock->full = stock->rate > 0;
		stock->level = (plim_moment){stock->full ? stock->buffer_days : 0, 0};
		stock->since = stage->now;
		stock->rate = 0;
		stock->moving = false;
	}
}

static void start_clock(plim_stage *stage, plim_stock *stock)
{
	stock->clock_runs = stock->substitution > 0;
	stock->clock_end = plim_moment_later(stage->now, stock->switch_days);
}

void plim_stock_take_in(plim_stage *stage, plim_stock *stock)
{
	if (stock->changed) {
		bool was_whole = !(stock->arrivals > 0);
		stock->arrivals = sum_terms(stage, stock);
		stock->changed = false;
		if (!(stock->arrivals > 0)) {
			stock->clock_runs = false;
			stock->substituting = false;
		} else if (was_whole) {
			start_clock(stage, stock);
		}
	}
	if (stock->clock_runs && plim_moment_order(stage->solver->frame, stock->clock_end, stage->now) <= 0) {
		stock->clock_runs = false;
		stock->substituting = true;
	}
	stock->supply = stock->substituting ? stock->arrivals * (1 - stock->substitution) : stock->arrivals;
}

/* Brings the level up to date and starts it on a new rate. */
static void set_rate(plim_stage *stage, plim_stock *stock, double rate)
{
	if (rate == stock->rate)
		return;
	plim_moment passed = plim_moment_minus(stage->now, stock->since);
	stock->level = plim_moment_plus(stock->level, plim_moment_times(passed, stock->rate));
	stock->since = stage->now;
	stock->rate = rate;
	stock->moving = rate < 0 || rate > 0;
	if (!stock->moving)
		return;
	plim_moment way = stock->level;
	if (rate > 0)
		way = plim_moment_minus((plim_moment){stock->buffer_days, 0}, stock->level);
	double speed = rate > 0 ? rate : -rate;
	stock->end = plim_moment_plus(stage->now, (plim_moment){way.at / speed, way.slope / speed});
	if (plim_moment_order(stage->solver->frame, stock->end, stage->now) < 0)
		stock->end = stage->now;
}

static void rise(plim_stage *stage, plim_stock *stock)
{
	if (stock->full)
		return;
	if (stock->restock_days > 0) {
		stock->empty = false;
		set_rate(stage, stock, stock->buffer_days / stock->restock_days);
		return;
	}
	stock->level = (plim_moment){stock->buffer_days, 0};
	stock->since = stage->now;
	stock->rate = 0;
	stock->moving = false;
	stock->empty = false;
	stock->full = true;
}

void plim_stock_move_level(plim_stage *stage, plim_stock *stock)
{
	if (!(stock->arrivals > 0)) {
		rise(stage, stock);
		return;
	}
	double lack = stock->supply - stage->shortfall; /* what the node uses less what comes */
	bool falls = !stock->empty && lack > 0;
	set_rate(stage, stock, falls ? -lack : 0);
	if (falls)
		stock->full = false;
}
