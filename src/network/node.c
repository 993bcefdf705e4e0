/* SPDX-License-Identifier: Apache-2.0 */
#include "network/node.h"

#include "network/stage.h"

#define NONE PLIM_GRAPH_NONE
#define WHOLE (PLIM_GRAPH_NONE - 1) /* group_signal of a solved group that hands on nothing */

/* The signal of an outage itself: its share from start to end. */
plim_network_result plim_outage_signal(plim_network_solver *solver, plim_moment start, plim_moment end, double share,
                                       uint32_t *signal)
{
	plim_pool *steps = &solver->pool[PLIM_POOL_STEPS], *signals = &solver->pool[PLIM_POOL_SIGNALS];
	uint32_t first = (uint32_t)steps->used;
	if (share > 1)
		share = 1;
	*signal = (uint32_t)signals->used;
	plim_step *step = plim_pool_take(steps, 2);
	plim_signal *made = plim_pool_take(signals, 1);
	if (!step || !made)
		return PLIM_NETWORK_GROW;
	step[0] = (plim_step){start, share};
	step[1] = (plim_step){end, 0};
	*made = (plim_signal){first, 2};
	return PLIM_NETWORK_DONE;
}

uint32_t plim_outage_entry(const plim_graph *graph, const plim_outage *outage)
{
	return outage->on_link ? graph->link_to[outage->place] : outage->place;
}

uint32_t plim_outage_arrivals(const plim_graph *graph, const plim_outage *outage)
{
	if (outage->on_link || !outage->stops_inflow)
		return 1;
	return graph->group_start[outage->place + 1] - graph->group_start[outage->place];
}

plim_arrival plim_outage_arrival(const plim_graph *graph, const plim_outage *outage, uint32_t k, uint32_t signal)
{
	if (outage->on_link)
		return (plim_arrival){NONE, graph->link_group[outage->place], outage->place, signal, 0};
	if (outage->stops_inflow)
		return (plim_arrival){NONE, graph->group_start[outage->place] + k, NONE, signal, 0};
	return (plim_arrival){NONE, NONE, NONE, signal, 0};
}

/* By group, then link: capacity and bounds, which have none, come last. Ties keep the order of arrival. */
static bool arrives_before(const plim_arrival *a, const plim_arrival *b)
{
	return a->group != b->group ? a->group < b->group : a->link < b->link;
}

static void sift_arrivals(plim_arrival *list, size_t root, size_t count)
{
	plim_arrival moved = list[root];
	for (;;) {
		size_t child = 2 * root + 1;
		if (child >= count)
			break;
		if (child + 1 < count && arrives_before(&list[child], &list[child + 1]))
			child++;
		if (!arrives_before(&moved, &list[child]))
			break;
		list[root] = list[child];
		root = child;
	}
	list[root] = moved;
}

/* Heap sort: in place, no worst case. The order among arrivals at one link has no effect: the largest counts. */
void plim_arrivals_sort(plim_arrival *list, size_t count)
{
	for (size_t k = count / 2; k-- > 0;)
		sift_arrivals(list, k, count);
	for (size_t last = count; last-- > 1;) {
		plim_arrival largest = list[0];
		list[0] = list[last];
		list[last] = largest;
		sift_arrivals(list, 0, last);
	}
}

static void add_sum(plim_network_loss *loss, plim_stage_sum sum, double margin)
{
	loss->lost = plim_moment_plus(loss->lost, plim_moment_times(sum.shortfall_days, margin));
	loss->substituted = plim_moment_plus(loss->substituted, sum.substituted);
	loss->exposed = plim_moment_plus(loss->exposed, sum.exposed);
}

static bool feeds(const plim_graph *graph, uint32_t node)
{
	return graph->out_start[node] < graph->out_start[node + 1];
}

static plim_network_result solve_all(plim_network_solver *solver, uint32_t node, const plim_arrival *arrivals,
                                     size_t count, plim_network_loss *loss, uint32_t *own)
{
	plim_stage_sum sum;
	plim_network_result result = plim_stage_solve(solver, arrivals, count, feeds(solver->graph, node), &sum, own);
	add_sum(loss, sum, solver->graph->margin[node]);
	return result;
}

/* One item of an `each` node: the group's arrivals, and the capacity behind them. */
static plim_network_result solve_item(plim_network_solver *solver, const plim_arrival *own, size_t count,
                                      const plim_arrival *capacity, size_t capacities, plim_network_loss *loss)
{
	const plim_graph *graph = solver->graph;
	plim_pool *here = &solver->pool[PLIM_POOL_HERE];
	uint32_t group = own->group, node = graph->group_node[group], signal;
	plim_arrival *list = plim_pool_take(here, count + capacities);
	if (!list)
		return PLIM_NETWORK_GROW;
	for (size_t k = 0; k < count; k++)
		list[k] = own[k];
	for (size_t k = 0; k < capacities; k++)
		list[count + k] = capacity[k];
	plim_stage_sum sum;
	plim_network_result result = plim_stage_solve(solver, list, count + capacities, feeds(graph, node), &sum, &signal);
	here->used -= count + capacities;
	if (result != PLIM_NETWORK_DONE)
		return result;
	solver->group_signal[group] = signal == NONE ? WHOLE : signal;
	add_sum(loss, sum, graph->margin[node] * graph->weight[group]);
	return PLIM_NETWORK_DONE;
}

/* What only the node's own capacity touches: items that arrive whole, and items that do not arrive at all. */
static plim_network_result solve_rest(plim_network_solver *solver, uint32_t node, const plim_arrival *capacity,
                                      size_t count, plim_network_loss *loss, uint32_t *signal)
{
	const plim_graph *graph = solver->graph;
	uint32_t first = graph->group_start[node], last = graph->group_start[node + 1];
	double weight = first < last ? 0 : 1;
	*signal = NONE;
	if (count == 0)
		return PLIM_NETWORK_DONE;
	for (uint32_t g = first; g < last; g++)
		if (solver->group_signal[g] == NONE)
			weight += graph->weight[g];
	plim_stage_sum sum;
	plim_network_result result = plim_stage_solve(solver, capacity, count, feeds(graph, node), &sum, signal);
	add_sum(loss, sum, graph->margin[node] * weight);
	return result;
}

/* Items of an `each` node do not need each other: each is a stage of its own. */
static plim_network_result solve_each(plim_network_solver *solver, uint32_t node, const plim_arrival *arrivals,
                                      size_t count, plim_network_loss *loss, uint32_t *own)
{
	size_t grouped = count;
	while (grouped > 0 && arrivals[grouped - 1].group == NONE)
		grouped--;
	plim_network_result result = PLIM_NETWORK_DONE;
	size_t first = 0, last;
	for (; first < grouped && result == PLIM_NETWORK_DONE; first = last) {
		for (last = first; last < grouped && arrivals[last].group == arrivals[first].group;)
			last++;
		result = solve_item(solver, arrivals + first, last - first, arrivals + grouped, count - grouped, loss);
	}
	return result == PLIM_NETWORK_DONE ? solve_rest(solver, node, arrivals + grouped, count - grouped, loss, own)
	                                   : result;
}

plim_network_result plim_node_solve(plim_network_solver *solver, uint32_t node, const plim_arrival *arrivals,
                                    size_t count, plim_network_loss *loss, uint32_t *own)
{
	*loss = (plim_network_loss){.node = node};
	*own = NONE;
	if (solver->graph->each[node])
		return solve_each(solver, node, arrivals, count, loss, own);
	return solve_all(solver, node, arrivals, count, loss, own);
}

uint32_t plim_node_output(const plim_network_solver *solver, uint32_t group, uint32_t own)
{
	if (group == NONE || solver->group_signal[group] == NONE)
		return own;
	return solver->group_signal[group] == WHOLE ? NONE : solver->group_signal[group];
}

void plim_node_forget(plim_network_solver *solver, const plim_arrival *arrivals, size_t count)
{
	for (size_t k = 0; k < count; k++)
		if (arrivals[k].group != NONE)
			solver->group_signal[arrivals[k].group] = NONE;
}

bool plim_node_bears(const plim_graph *graph, const plim_network_loss *loss)
{
	return graph->margin[loss->node] > 0 || loss->exposed.at > 0 || loss->exposed.slope > 0;
}
