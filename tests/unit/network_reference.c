/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Written from the rules, in flows (1 = whole) and steps of time, and sharing nothing with the solver: every node is
 * looked at in every step. A flow is whole when each flow that goes into it is exactly 1.
 */
#include "network_reference.h"

#include <math.h>
#include <string.h>

#define ITEMS 4

typedef struct stock {
	bool there;
	double level, clock; /* days of buffer; days since the arrivals stopped being whole, -1 while whole */
} stock;

typedef struct play {
	const network_case *c;
	size_t steps;
	double h;
	double *output; /* flow of (node, item, step); an `all` node has the same for each item */
	stock stock[CASE_NODES][ITEMS];
} play;

static double to_grid(double days)
{
	return round(days * REFERENCE_STEPS) / REFERENCE_STEPS;
}

void reference_round(network_case *c)
{
	for (size_t l = 0; l < c->input.links; l++) {
		c->lead[l] = to_grid(c->lead[l]);
		c->switch_days[l] = to_grid(c->switch_days[l]);
	}
	for (size_t k = 0; k < c->outages; k++) {
		c->outage[k].start = to_grid(c->outage[k].start);
		c->outage[k].days = to_grid(c->outage[k].days);
	}
}

/* The smallest flow that outages of a kind leave at a place in the middle of a step. */
static double open_at(const play *p, uint32_t place, bool on_link, bool inflow, size_t step)
{
	double flow = 1, t = ((double)step + 0.5) * p->h;
	for (size_t k = 0; k < p->c->outages; k++) {
		const plim_outage *o = &p->c->outage[k];
		if (o->place == place && o->on_link == on_link && o->stops_inflow == inflow && o->start < t &&
		    t < o->start + o->days)
			flow = fmin(flow, 1 - o->share);
	}
	return flow;
}

static double *flow_of(const play *p, uint32_t node, uint32_t item, size_t step)
{
	return &p->output[(step * p->c->input.nodes + node) * ITEMS + item];
}

/* Arrivals of a group; *whole tells whether every part of it is. */
static double arrivals(const play *p, uint32_t node, uint32_t item, size_t step, bool *whole)
{
	double sum = 0, shares = 0;
	*whole = true;
	for (uint32_t l = 0; l < p->c->input.links; l++) {
		if (p->c->to[l] != node || p->c->item[l] != item)
			continue;
		size_t lead = (size_t)lround(p->c->lead[l] / p->h);
		double flow = step < lead ? 1 : *flow_of(p, p->c->from[l], item, step - lead);
		flow = fmin(flow, open_at(p, l, true, false, step));
		*whole = *whole && flow == 1;
		sum += p->c->share[l] * flow;
		shares += p->c->share[l];
	}
	double inflow = open_at(p, node, false, true, step);
	*whole = *whole && inflow == 1;
	return fmin(sum / shares, inflow);
}

static size_t link_of_group(const play *p, uint32_t node, uint32_t item)
{
	for (size_t l = 0; l < p->c->input.links; l++)
		if (p->c->to[l] == node && p->c->item[l] == item)
			return l;
	return SIZE_MAX;
}

typedef struct supply {
	double flow;
	bool whole, there;
} supply;

/* What a group supplies after substitution; adds the cost of it. */
static supply supply_of(play *p, uint32_t node, uint32_t item, size_t step, double *cost)
{
	size_t l = link_of_group(p, node, item);
	if (l == SIZE_MAX)
		return (supply){1, true, false};
	stock *s = &p->stock[node][item];
	supply result = {.there = true};
	double a = arrivals(p, node, item, step, &result.whole);
	result.flow = result.whole ? 1 : a;
	if (result.whole) {
		s->clock = -1;
		return result;
	}
	if (s->clock < 0)
		s->clock = 0;
	if (s->clock > p->c->switch_days[l] - p->h / 2) {
		double substituted = p->c->substitution[l] * (1 - a);
		result.flow = a + substituted;
		*cost += p->c->cost[l] * substituted * p->h;
	}
	s->clock += p->h;
	return result;
}

static void move_level(play *p, uint32_t node, uint32_t item, double q, supply s)
{
	size_t l = link_of_group(p, node, item);
	stock *own = &p->stock[node][item];
	double buffer = p->c->buffer[l];
	if (s.whole)
		own->level = p->c->restock[l] > 0 ? fmin(buffer, own->level + buffer / p->c->restock[l] * p->h) : buffer;
	else
		own->level = fmax(0, own->level - fmax(0, q - s.flow) * p->h);
}

/* One node in one step; returns the flow that its margin sees. */
static double play_node(play *p, uint32_t v, size_t step, double *cost)
{
	double c = open_at(p, v, false, false, step), all = c, each = 0;
	supply s[ITEMS];
	int groups = 0;
	for (uint32_t i = 0; i < ITEMS; i++) {
		s[i] = supply_of(p, v, i, step, cost);
		if (s[i].there && p->stock[v][i].level <= 0)
			all = fmin(all, s[i].flow);
		groups += s[i].there;
	}
	for (uint32_t i = 0; i < ITEMS; i++) {
		double own = s[i].there && p->stock[v][i].level <= 0 ? fmin(c, s[i].flow) : c;
		double q = p->c->each[v] ? own : all;
		*flow_of(p, v, i, step) = q;
		if (s[i].there) {
			each += own / groups;
			move_level(p, v, i, q, s[i]);
		}
	}
	return p->c->each[v] && groups ? each : all;
}

void reference_losses(const network_case *c, unsigned finer, double *margin, double *substitution)
{
	play p = {.c = c, .h = 1.0 / (REFERENCE_STEPS * finer)};
	double last = 0, lead = 0;
	for (size_t k = 0; k < c->outages; k++)
		last = fmax(last, c->outage[k].start + c->outage[k].days);
	for (size_t l = 0; l < c->input.links; l++)
		lead = fmax(lead, c->lead[l]);
	p.steps = (size_t)((last + lead * (double)c->input.nodes) / p.h) + 2;
	p.output = malloc(p.steps * c->input.nodes * ITEMS * sizeof *p.output);
	for (uint32_t v = 0; v < c->input.nodes; v++) {
		margin[v] = substitution[v] = 0;
		for (uint32_t i = 0; i < ITEMS; i++) {
			size_t l = link_of_group(&p, v, i);
			p.stock[v][i] = (stock){true, l == SIZE_MAX ? 0 : c->buffer[l], -1};
		}
	}
	/* Nodes of a case are numbered in topological order. */
	for (size_t step = 0; p.output && step < p.steps; step++)
		for (uint32_t v = 0; v < c->input.nodes; v++)
			margin[v] += c->margin[v] * (1 - play_node(&p, v, step, &substitution[v])) * p.h;
	free(p.output);
}
