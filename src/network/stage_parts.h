/* SPDX-License-Identifier: Apache-2.0 */
/* The parts of a stage. Used by the files of the stage alone. */
#ifndef PLIM_NETWORK_STAGE_PARTS_H
#define PLIM_NETWORK_STAGE_PARTS_H

#include "network/workspace.h"

/** The present value of one arriving signal. */
typedef struct plim_source {
	double shortfall;
	uint32_t term;
} plim_source;

/** Signals that bear on the same link (or bound, or capacity): the largest shortfall counts. */
typedef struct plim_term {
	double share, shortfall;
	uint32_t first_source, sources;
	uint32_t active; /* sources that are not whole */
	uint32_t stock;  /* PLIM_GRAPH_NONE: the capacity */
} plim_term;

/** A group of links that something arrives short at: its buffer, its substitution, its clock. */
typedef struct plim_stock {
	uint32_t first_term, terms;
	uint32_t bound; /* the term that bounds the whole group, or PLIM_GRAPH_NONE */
	double buffer_days, restock_days, substitution, switch_days, cost;
	double arrivals;   /* shortfall of the arrivals; 0 = whole */
	double supply;     /* the same after substitution */
	bool changed;      /* a term has moved since `arrivals` was summed */
	bool substituting; /* the clock has run out */
	bool clock_runs;
	plim_moment clock_end;
	bool empty, full;         /* both when there is no buffer */
	bool moving;              /* the level moves and will meet an end */
	double rate;              /* days of buffer a day */
	plim_moment level, since; /* the level at `since` */
	plim_moment end;          /* when it is empty or full */
} plim_stock;

/** A signal steps. */
typedef struct plim_stage_event {
	plim_moment time;
	double key; /* the value of `time`, to sort by */
	double shortfall;
	uint32_t source;
} plim_stage_event;

/** A stage at the moment `now`. */
typedef struct plim_stage {
	plim_network_solver *solver;
	plim_source *source;
	plim_term *term;
	plim_stock *stock;
	plim_stage_event *event;
	size_t sources, terms, stocks, events, next_event;
	uint32_t capacity; /* its term, or PLIM_GRAPH_NONE */
	plim_moment now;
	double shortfall; /* of the output */
	size_t first_step;
	bool emit;
} plim_stage;

/** Lays out sources, terms, stocks and sorted events for sorted arrivals. */
plim_network_result plim_stage_layout(plim_stage *stage, const plim_arrival *arrivals, size_t count);

/** Sorts events by time; `spare` has room for as many. */
void plim_stage_sort(plim_stage_event *events, size_t count, plim_stage_event *spare, plim_moment_frame frame);

/* Most stocks have nothing to do at most moments, so the questions whether they have are asked here. */
void plim_stock_finish_level(plim_stage *stage, plim_stock *stock);
void plim_stock_take_in(plim_stage *stage, plim_stock *stock);
void plim_stock_move_level(plim_stage *stage, plim_stock *stock);

/** At stage->now: takes in what ended (levels, clocks) and what the changed terms mean for each stock. */
static inline void plim_stock_finish(plim_stage *stage, plim_stock *stock)
{
	if (stock->moving)
		plim_stock_finish_level(stage, stock);
}
static inline void plim_stock_arrive(plim_stage *stage, plim_stock *stock)
{
	if (stock->changed || stock->clock_runs)
		plim_stock_take_in(stage, stock);
}

/** At stage->now: how the level moves from here on, the output being stage->shortfall. */
static inline void plim_stock_move(plim_stage *stage, plim_stock *stock)
{
	if (stock->buffer_days > 0)
		plim_stock_move_level(stage, stock);
}

#endif
