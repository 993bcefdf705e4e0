/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/network_steady.h"

#include "base/error.h"
#include "base/memory.h"

/* A margin is lost completely if all but this share of it is: sums of shares round. */
#define ROUNDING 1e-9

plim_status plim_steady_init(plim_steady *steady, const plim_graph *graph, plim_error *error)
{
	steady->graph = graph;
	steady->shortfall = plim_mem_alloc(graph->groups, sizeof *steady->shortfall);
	steady->waiting = plim_mem_alloc((size_t)graph->nodes / 64 + 1, sizeof *steady->waiting);
	return steady->shortfall && steady->waiting ? PLIM_OK : plim_error_memory(error, "the network");
}

void plim_steady_clear(plim_steady *steady)
{
	plim_mem_free(steady->shortfall);
	plim_mem_free(steady->waiting);
	*steady = (plim_steady){0};
}

static double larger(double a, double b)
{
	return a > b ? a : b;
}

/* What fails on `link` fails at its group; the node there waits to be solved. */
static void arrive(plim_steady *steady, uint32_t link, double shortfall)
{
	const plim_graph *graph = steady->graph;
	if (!(shortfall > 0))
		return;
	uint32_t position = graph->position[graph->link_to[link]];
	steady->shortfall[graph->link_group[link]] += graph->link_share[link] * shortfall;
	steady->waiting[position / 64] |= UINT64_C(1) << position % 64;
}

/* The shortfall of all arrivals together: of the worst group, or at `each` nodes over the weights of the items. */
static double whole_shortfall(const plim_steady *steady, uint32_t node, double own)
{
	const plim_graph *graph = steady->graph;
	uint32_t first = graph->group_start[node], end = graph->group_start[node + 1];
	double worst = own, mean = 0;
	for (uint32_t g = first; g < end; g++) {
		double here = larger(own, steady->shortfall[g]);
		worst = larger(worst, here);
		mean += graph->weight[g] * here;
	}
	return graph->each[node] && first < end ? mean : worst;
}

static void hand_on(plim_steady *steady, uint32_t node, double own, double whole)
{
	const plim_graph *graph = steady->graph;
	for (uint32_t k = graph->out_start[node]; k < graph->out_start[node + 1]; k++) {
		uint32_t link = graph->out_link[k], carried = graph->link_carries[link];
		double shortfall = whole;
		if (graph->each[node])
			shortfall = carried == PLIM_GRAPH_NONE ? own : larger(own, steady->shortfall[carried]);
		arrive(steady, link, shortfall);
	}
}

/* `own`: the shortfall of the node's own capacity. */
static void solve_node(plim_steady *steady, uint32_t node, double own, bool is_place, plim_steady_loss *loss)
{
	const plim_graph *graph = steady->graph;
	double whole = whole_shortfall(steady, node, own);
	hand_on(steady, node, own, whole);
	loss->margin += graph->margin[node] * larger(0, whole < 1 ? whole : 1);
	if (graph->margin[node] > 0 && whole >= 1 - ROUNDING) {
		loss->stopped++;
		loss->another |= !is_place;
	}
	for (uint32_t g = graph->group_start[node]; g < graph->group_start[node + 1]; g++)
		steady->shortfall[g] = 0;
}

plim_steady_loss plim_steady_solve(plim_steady *steady, bool on_link, uint32_t place)
{
	const plim_graph *graph = steady->graph;
	plim_steady_loss loss = {0};
	if (on_link)
		arrive(steady, place, 1);
	else
		solve_node(steady, place, 1, true, &loss);
	uint32_t start = on_link ? graph->position[graph->link_to[place]] : graph->position[place];
	/* Links lead to later positions only: one pass. */
	for (size_t word = start / 64; word <= graph->nodes / 64; word++) {
		while (steady->waiting[word]) {
			size_t position = word * 64 + (size_t)__builtin_ctzll(steady->waiting[word]);
			steady->waiting[word] &= steady->waiting[word] - 1;
			solve_node(steady, graph->order[position], 0, false, &loss);
		}
	}
	return loss;
}
