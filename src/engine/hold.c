/* SPDX-License-Identifier: Apache-2.0 */
/* Holding strikes that stop something or are insured, and letting them go again with what the network lost and insurers bear. */
#include <string.h>

#include "engine/workspace.h"

void plim_strikes_begin_hold(plim_workspace *ws, size_t index)
{
	ws->held_first[index] = ws->held.count;
}

void plim_strikes_end_hold(plim_workspace *ws, size_t index)
{
	size_t scenarios = ws->plan->scenarios;
	ws->held_first[ws->plan->threats + index] = ws->held.count;
	memcpy(ws->held_counts + index * plim_plan_series(ws->plan), ws->threat_events, scenarios * sizeof *ws->threat_events);
	memset(ws->threat_events, 0, scenarios * sizeof *ws->threat_events);
}

void plim_strikes_hold(plim_workspace *ws)
{
	const plim_batch *b = &ws->batch;
	plim_held *held = &ws->held;
	size_t at = held->count, n = b->count;
	if (ws->status != PLIM_OK || (ws->status = plim_held_reserve(held, at + n, ws->error)) != PLIM_OK)
		return;
	memcpy(held->sum + at, b->sum, n * sizeof *b->sum);
	for (size_t c = 0; c < ws->threat->components; c++)
		memcpy(held->base[c] + at, b->base + c * b->capacity, n * sizeof(double));
	for (uint32_t s = 0; s < ws->threat->most_slots; s++)
		memcpy(held->factor[s] + at, b->factor[s], n * sizeof(double));
	for (uint32_t s = 0; ws->threat->by_component && s < ws->threat->most_slots; s++)
		for (size_t c = 0; c < ws->threat->components; c++)
			memcpy(held->part[s * held->components + c] + at, b->part[s] + c * b->capacity, n * sizeof(double));
	for (size_t i = 0; i < n; i++) {
		bool same = ws->threat->shared && i > 0 && b->event[i] == b->event[i - 1];
		ws->held_events += !same;
		held->strike[at + i] = (plim_held_strike){b->source[i], b->trial[i], ws->held_events, b->day[i]};
		for (uint32_t s = 0; s < ws->threat->most_slots; s++)
			held->days[(at + i) * held->slots + s] = ws->threat->stops ? b->days[s][i] : 0;
	}
	held->count = at + n;
}

/* As many held strikes from `at` on as fit a batch without parting an event. */
static size_t stretch(const plim_workspace *ws, size_t at, size_t end)
{
	const plim_held *held = &ws->held;
	if (end - at <= ws->batch.capacity)
		return end - at;
	size_t n = ws->batch.capacity;
	while (n > 1 && held->strike[at + n].event == held->strike[at + n - 1].event)
		n--;
	return n;
}

static void fill_batch(plim_workspace *ws, size_t at, size_t n)
{
	const plim_held *held = &ws->held;
	plim_batch *b = &ws->batch;
	b->count = n;
	for (size_t i = 0; i < n; i++) {
		b->source[i] = held->strike[at + i].source;
		b->trial[i] = held->strike[at + i].trial;
		b->event[i] = held->strike[at + i].event;
	}
	for (size_t i = 0; ws->plan->years > 1 && i < n; i++)
		b->day[i] = held->strike[at + i].day;
	memcpy(b->sum, held->sum + at, n * sizeof *b->sum);
	for (size_t c = 0; c < ws->threat->components; c++)
		memcpy(b->base + c * b->capacity, held->base[c] + at, n * sizeof(double));
	for (uint32_t s = 0; s < ws->threat->most_slots; s++)
		memcpy(b->factor[s], held->factor[s] + at, n * sizeof(double));
	for (uint32_t s = 0; ws->threat->by_component && s < ws->threat->most_slots; s++)
		for (size_t c = 0; c < ws->threat->components; c++)
			memcpy(b->part[s] + c * b->capacity, held->part[s * held->components + c] + at, n * sizeof(double));
}

void plim_strikes_release(plim_workspace *ws, size_t index)
{
	size_t series = plim_plan_series(ws->plan), end = ws->held_first[ws->plan->threats + index];
	memcpy(ws->threat_events, ws->held_counts + index * series, series * sizeof *ws->threat_events);
	ws->releasing = &ws->held;
	for (size_t at = ws->held_first[index]; at < end;) {
		size_t n = stretch(ws, at, end);
		fill_batch(ws, at, n);
		ws->held_at = at;
		plim_strikes_find_runs(ws);
		plim_gather_batch(ws);
		at += n;
	}
	ws->batch.count = 0;
	ws->releasing = NULL;
}
