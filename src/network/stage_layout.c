/* SPDX-License-Identifier: Apache-2.0 */
/* Laying out a stage: which signals bear on which link, and all their steps in order of time. */
#include <string.h>

#include "network/stage_parts.h"

#define NONE PLIM_GRAPH_NONE
#define INSERTION_MAX 24 /* up to so many, insertion beats merging */

static plim_stage_event *take(plim_network_solver *solver, plim_pool_kind kind, size_t count)
{
	solver->pool[kind].used = 0;
	return plim_pool_take(&solver->pool[kind], count);
}

static void open_stock(plim_stage *stage, const plim_network_solver *solver, uint32_t group)
{
	const plim_graph *graph = solver->graph;
	plim_stock *stock = &stage->stock[stage->stocks++];
	memset(stock, 0, sizeof *stock);
	stock->first_term = (uint32_t)stage->terms;
	stock->bound = NONE;
	stock->buffer_days = solver->buffer_days[group];
	stock->restock_days = graph->restock_days[group];
	stock->substitution = solver->substitution[group];
	stock->switch_days = graph->switch_days[group];
	stock->cost = graph->substitution_cost[group];
	stock->level.at = stock->buffer_days;
	stock->full = true;
	stock->empty = !(stock->buffer_days > 0);
}

static void open_term(plim_stage *stage, const plim_network_solver *solver, const plim_arrival *arrival, size_t at)
{
	uint32_t index = (uint32_t)stage->terms++;
	plim_term *term = &stage->term[index];
	*term = (plim_term){.share = 1, .first_source = (uint32_t)at, .stock = NONE};
	if (arrival->group == NONE) {
		stage->capacity = index;
		return;
	}
	plim_stock *stock = &stage->stock[stage->stocks - 1];
	term->stock = (uint32_t)(stage->stocks - 1);
	if (arrival->link == NONE) { /* sorted behind the group's links */
		stock->bound = index;
	} else {
		term->share = solver->graph->link_share[arrival->link];
		stock->terms++;
	}
}

static void lay_terms(plim_stage *stage, const plim_arrival *arrivals, size_t count)
{
	for (size_t k = 0; k < count; k++) {
		bool new_group = k == 0 || arrivals[k].group != arrivals[k - 1].group;
		if (new_group && arrivals[k].group != NONE)
			open_stock(stage, stage->solver, arrivals[k].group);
		if (new_group || arrivals[k].link != arrivals[k - 1].link)
			open_term(stage, stage->solver, &arrivals[k], k);
		plim_term *term = &stage->term[stage->terms - 1];
		term->sources++;
		stage->source[k] = (plim_source){0, (uint32_t)(stage->terms - 1)};
	}
}

static size_t count_events(const plim_network_solver *solver, const plim_arrival *arrivals, size_t count)
{
	const plim_signal *signals = solver->pool[PLIM_POOL_SIGNALS].data;
	size_t events = 0;
	for (size_t k = 0; k < count; k++)
		events += signals[arrivals[k].signal].count;
	return events;
}

static void lay_events(plim_stage *stage, const plim_arrival *arrivals, size_t count)
{
	const plim_signal *signals = stage->solver->pool[PLIM_POOL_SIGNALS].data;
	const plim_step *steps = stage->solver->pool[PLIM_POOL_STEPS].data;
	plim_stage_event *event = stage->event;
	for (size_t k = 0; k < count; k++) {
		plim_signal signal = signals[arrivals[k].signal];
		for (uint32_t s = signal.first; s < signal.first + signal.count; s++, event++) {
			event->time = plim_moment_later(steps[s].time, arrivals[k].lead);
			event->key = plim_moment_value(stage->solver->frame, event->time);
			event->shortfall = steps[s].shortfall;
			event->source = (uint32_t)k;
		}
	}
}

plim_network_result plim_stage_layout(plim_stage *stage, const plim_arrival *arrivals, size_t count)
{
	plim_network_solver *solver = stage->solver;
	stage->events = count_events(solver, arrivals, count);
	stage->sources = count;
	stage->capacity = NONE;
	stage->source = (void *)take(solver, PLIM_POOL_SOURCES, count);
	stage->term = (void *)take(solver, PLIM_POOL_TERMS, count);
	stage->stock = (void *)take(solver, PLIM_POOL_STOCKS, count);
	stage->event = take(solver, PLIM_POOL_EVENTS, stage->events);
	plim_stage_event *spare = take(solver, PLIM_POOL_SPARE, stage->events);
	if (!stage->source || !stage->term || !stage->stock || !stage->event || !spare)
		return PLIM_NETWORK_GROW;
	lay_terms(stage, arrivals, count);
	lay_events(stage, arrivals, count);
	plim_stage_sort(stage->event, stage->events, spare, solver->frame);
	return PLIM_NETWORK_DONE;
}

static bool before(const plim_stage_event *a, const plim_stage_event *b)
{
	return a->key < b->key || (a->key == b->key && a->source < b->source);
}

static void sort_by_insertion(plim_stage_event *events, size_t count)
{
	for (size_t k = 1; k < count; k++) {
		if (!before(&events[k], &events[k - 1]))
			continue;
		plim_stage_event moved = events[k];
		size_t at = k;
		for (; at > 0 && before(&moved, &events[at - 1]); at--)
			events[at] = events[at - 1];
		events[at] = moved;
	}
}

static void merge(const plim_stage_event *from, plim_stage_event *to, size_t first, size_t middle, size_t last)
{
	size_t a = first, b = middle;
	for (size_t k = first; k < last; k++)
		to[k] = a < middle && (b >= last || !before(&from[b], &from[a])) ? from[a++] : from[b++];
}

static void sort_by_merging(plim_stage_event *events, size_t count, plim_stage_event *spare)
{
	for (size_t first = 0; first < count; first += INSERTION_MAX)
		sort_by_insertion(events + first, count - first < INSERTION_MAX ? count - first : INSERTION_MAX);
	plim_stage_event *from = events, *to = spare;
	for (size_t width = INSERTION_MAX; width < count; width *= 2) {
		for (size_t first = 0; first < count; first += 2 * width) {
			size_t middle = first + width < count ? first + width : count;
			size_t last = first + 2 * width < count ? first + 2 * width : count;
			merge(from, to, first, middle, last);
		}
		plim_stage_event *other = from;
		from = to;
		to = other;
	}
	if (from != events)
		memcpy(events, from, count * sizeof *events);
}

void plim_stage_sort(plim_stage_event *events, size_t count, plim_stage_event *spare, plim_moment_frame frame)
{
	if (count <= INSERTION_MAX)
		sort_by_insertion(events, count);
	else
		sort_by_merging(events, count, spare);
	if (!frame.sloped)
		return;
	/* Moments whose keys tie but for rounding go by their slopes. */
	for (size_t k = 1; k < count; k++) {
		if (plim_moment_order(frame, events[k].time, events[k - 1].time) >= 0)
			continue;
		plim_stage_event moved = events[k];
		size_t at = k;
		for (; at > 0 && plim_moment_order(frame, moved.time, events[at - 1].time) < 0; at--)
			events[at] = events[at - 1];
		events[at] = moved;
	}
}
