/* SPDX-License-Identifier: Apache-2.0 */
#include "network_case.h"

#include <criterion/criterion.h>
#include <string.h>

void case_init(network_case *c, size_t nodes)
{
	memset(c, 0, sizeof *c);
	c->input = (plim_graph_input){.nodes = nodes,
	                              .margin_per_day = c->margin,
	                              .inputs_each = c->each,
	                              .from = c->from,
	                              .to = c->to,
	                              .item = c->item,
	                              .share = c->share,
	                              .lead_days = c->lead,
	                              .buffer_days = c->buffer,
	                              .restock_days = c->restock,
	                              .substitution = c->substitution,
	                              .switch_days = c->switch_days,
	                              .substitution_cost_per_day = c->cost,
	                              .weight_node = c->weight_node,
	                              .weight_item = c->weight_item,
	                              .weight = c->weight};
}

uint32_t case_link(network_case *c, uint32_t from, uint32_t to, uint32_t item, double share, double buffer)
{
	size_t l = c->input.links++;
	c->from[l] = from;
	c->to[l] = to;
	c->item[l] = item;
	c->share[l] = share;
	c->buffer[l] = buffer;
	c->restock[l] = 30;
	return (uint32_t)l;
}

void case_substitute(network_case *c, uint32_t link, double substitution, double switch_days)
{
	for (size_t l = 0; l < c->input.links; l++) {
		if (c->to[l] != c->to[link] || c->item[l] != c->item[link])
			continue;
		c->substitution[l] = substitution;
		c->switch_days[l] = switch_days;
	}
}

void case_restock(network_case *c, double days)
{
	for (size_t l = 0; l < c->input.links; l++)
		c->restock[l] = days;
}

size_t case_outage(network_case *c, uint32_t node, double start, double end)
{
	c->outage[c->outages] = (plim_outage){.place = node, .start = start, .days = end - start, .share = 1};
	return c->outages++;
}

plim_graph *case_build(network_case *c)
{
	plim_graph *graph = NULL;
	plim_error error = {0};
	cr_assert_eq(plim_graph_build(&c->input, &graph, NULL, &error), PLIM_OK, "%s", error.text);
	return graph;
}

double case_loss(network_case *c)
{
	plim_graph *graph = case_build(c);
	plim_network_solver *solver = NULL;
	cr_assert_eq(plim_network_solver_new(graph, &solver, NULL), PLIM_OK);
	while (plim_network_solve(solver, NULL, c->outage, c->outages) == PLIM_NETWORK_GROW)
		cr_assert_eq(plim_network_solver_grow(solver, NULL), PLIM_OK);
	size_t count;
	const plim_network_loss *loss = plim_network_losses(solver, &count);
	double sum = 0;
	for (size_t k = 0; k < count; k++)
		sum += loss[k].lost.at;
	plim_network_solver_free(&solver);
	plim_graph_free(&graph);
	return sum;
}

uint64_t random_bits(test_random *r)
{
	uint64_t z = r->state += UINT64_C(0x9e3779b97f4a7c15);
	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

double random_uniform(test_random *r)
{
	return ((double)(random_bits(r) >> 12) + 0.5) * 0x1p-52;
}

uint32_t random_below(test_random *r, uint32_t n)
{
	return (uint32_t)(random_uniform(r) * n);
}

static double pick(test_random *r, const double *values, uint32_t count)
{
	return values[random_below(r, count)];
}

/* Shares of a group: equal parts with a random tilt. */
static void random_group(network_case *c, test_random *r, uint32_t to, uint32_t item)
{
	static const double buffers[] = {0, 0, 2.3, 5.1, 11.7}, restocks[] = {0, 7.5, 30},
	                    substitutions[] = {0, 0, 0.35, 0.8, 1}, switches[] = {0, 3.2, 9.1}, leads[] = {0, 0, 1.7, 12.3};
	uint32_t suppliers = 1 + random_below(r, to < 3 ? to : 3);
	double weights[3], sum = 0;
	for (uint32_t k = 0; k < suppliers; k++)
		sum += weights[k] = 0.2 + random_uniform(r);
	double buffer = pick(r, buffers, 5), restock = pick(r, restocks, 3), substitution = pick(r, substitutions, 5),
	       switch_days = pick(r, switches, 3), cost = random_below(r, 3) == 0 ? 0.7 : 0;
	for (uint32_t k = 0; k < suppliers; k++) {
		uint32_t l = case_link(c, random_below(r, to), to, item, weights[k] / sum, buffer);
		c->restock[l] = restock;
		c->substitution[l] = substitution;
		c->switch_days[l] = switch_days;
		c->cost[l] = cost;
		c->lead[l] = pick(r, leads, 4);
	}
}

static void random_outages(network_case *c, test_random *r)
{
	uint32_t count = 1 + random_below(r, 5);
	for (uint32_t k = 0; k < count; k++) {
		double start = 60 * random_uniform(r), days = 30 * random_uniform(r);
		bool on_link = c->input.links > 0 && random_below(r, 3) == 0;
		uint32_t places = (uint32_t)(on_link ? c->input.links : c->input.nodes);
		plim_outage outage = {.place = random_below(r, places), .on_link = on_link, .start = start, .days = days};
		outage.stops_inflow = !on_link && random_below(r, 3) == 0;
		outage.share = random_below(r, 2) ? 1 : random_uniform(r);
		c->outage[c->outages++] = outage;
	}
}

void case_random(network_case *c, test_random *r)
{
	uint32_t nodes = 2 + random_below(r, 6);
	case_init(c, nodes);
	for (uint32_t v = 0; v < nodes; v++) {
		c->each[v] = random_below(r, 4) == 0;
		if (v + 1 == nodes || random_below(r, 3) == 0)
			c->margin[v] = 1 + v;
		uint32_t items = v == 0 ? 0 : v + 1 == nodes ? 1 + random_below(r, 3) : random_below(r, 3);
		for (uint32_t i = 0; i < items; i++)
			random_group(c, r, v, i);
	}
	random_outages(c, r);
}
