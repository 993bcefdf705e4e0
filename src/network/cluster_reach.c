/* SPDX-License-Identifier: Apache-2.0 */
/* Where the outages of a cluster meet, and what has to be solved for it. */
#include "network/cluster_parts.h"
#include "network/node.h"
#include "network/queue.h"

plim_network_result plim_cluster_walk(plim_cluster_solver *solver, plim_cluster_pool list, uint32_t entry)
{
	const plim_graph *graph = solver->graph;
	plim_pool *pool = &solver->pool[list];
	const uint64_t walk = ++solver->walk;
	uint32_t *nodes = pool->data;
	size_t used = 1;
	nodes[0] = entry;
	solver->visited[entry] = walk;
	for (size_t head = 0; head < used; head++) {
		uint32_t v = nodes[head];
		for (uint32_t k = graph->out_start[v]; k < graph->out_start[v + 1]; k++) {
			uint32_t w = graph->link_to[graph->out_link[k]];
			if (solver->visited[w] == walk)
				continue;
			solver->visited[w] = walk;
			if (used == pool->capacity) {
				pool->wanted = used + 1;
				return PLIM_NETWORK_GROW;
			}
			nodes[used++] = w;
		}
	}
	pool->used = used;
	return PLIM_NETWORK_DONE;
}

/* Adds what one member reaches to what the cluster does. */
static plim_network_result add_reach(plim_cluster_solver *solver, uint32_t outage)
{
	if (plim_cluster_walk(solver, PLIM_CLUSTER_STRIDE,
	                      plim_outage_entry(solver->graph, &solver->input->outages[outage])))
		return PLIM_NETWORK_GROW;
	const plim_pool *walk = &solver->pool[PLIM_CLUSTER_STRIDE];
	const uint32_t *nodes = walk->data;
	for (size_t k = 0; k < walk->used; k++) {
		const uint32_t v = nodes[k];
		if (solver->reached[v] == solver->reach) {
			solver->shared[v] = solver->reach;
			continue;
		}
		uint32_t *place = plim_pool_take(&solver->pool[PLIM_CLUSTER_REACH], 1);
		if (!place)
			return PLIM_NETWORK_GROW;
		*place = v;
		solver->reached[v] = solver->reach;
		solver->reached_by[v] = outage;
	}
	return PLIM_NETWORK_DONE;
}

static bool feeds_wanted(const plim_cluster_solver *solver, uint32_t v)
{
	const plim_graph *graph = solver->graph;
	for (uint32_t k = graph->out_start[v]; k < graph->out_start[v + 1]; k++)
		if (solver->wanted[graph->link_to[graph->out_link[k]]] == solver->reach)
			return true;
	return false;
}

/* Shared nodes and what feeds them: against the direction of flow, so that a node's successors are known before it. */
static plim_network_result want_shared(plim_cluster_solver *solver)
{
	const plim_graph *graph = solver->graph;
	const plim_pool *reach = &solver->pool[PLIM_CLUSTER_REACH];
	plim_pool *queue = &solver->pool[PLIM_CLUSTER_QUEUE];
	const uint32_t *nodes = reach->data, last = graph->nodes - 1;
	queue->used = 0;
	for (size_t k = 0; k < reach->used; k++) {
		if (plim_cluster_is_shared(solver, nodes[k]))
			solver->wanted[nodes[k]] = solver->reach;
		else if (!plim_queue_push(queue, last - graph->position[nodes[k]]))
			return PLIM_NETWORK_GROW;
	}
	while (queue->used) {
		const uint32_t v = graph->order[last - plim_queue_pop(queue)];
		if (feeds_wanted(solver, v))
			solver->wanted[v] = solver->reach;
	}
	return PLIM_NETWORK_DONE;
}

plim_network_result plim_cluster_reach(plim_cluster_solver *solver, const plim_cluster *cluster, bool *lone)
{
	const plim_cluster_member *members = plim_cluster_members(solver);
	uint32_t at = cluster->first;
	solver->reach++;
	solver->pool[PLIM_CLUSTER_REACH].used = 0;
	*lone = solver->input->curves != NULL;
	for (uint32_t k = 0; k < cluster->members && *lone; k++, at = members[at].next)
		*lone = solver->input->curves[members[at].outage] != NULL;
	at = cluster->first;
	for (uint32_t k = 0; k < cluster->members && *lone; k++, at = members[at].next)
		if (add_reach(solver, members[at].outage))
			return PLIM_NETWORK_GROW;
	return *lone ? want_shared(solver) : PLIM_NETWORK_DONE;
}

plim_network_result plim_cluster_solve_shared(plim_cluster_solver *solver, const plim_cluster *cluster)
{
	const plim_outage *list = plim_cluster_list(solver, cluster);
	if (!list)
		return PLIM_NETWORK_GROW;
	return plim_network_solve_within(solver->network, solver->input->overlay, list, cluster->members, solver->wanted,
	                                 solver->reach);
}
