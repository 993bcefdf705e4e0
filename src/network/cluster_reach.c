/* SPDX-License-Identifier: Apache-2.0 */
/* Where the outages of a cluster meet, and what has to be solved for it. */
#include "network/cluster_parts.h"
#include "network/node.h"

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

/* Shared nodes and what feeds them, against the direction of flow. Only what is reached can be short of anything. */
static plim_network_result want_shared(plim_cluster_solver *solver)
{
	const plim_graph *graph = solver->graph;
	const plim_pool *reach = &solver->pool[PLIM_CLUSTER_REACH];
	plim_pool *queue = &solver->pool[PLIM_CLUSTER_QUEUE];
	const uint32_t *nodes = reach->data;
	uint32_t *wanted = queue->data;
	size_t used = 0;
	if (queue->capacity < reach->used) { /* each enters once at most */
		queue->wanted = reach->used;
		return PLIM_NETWORK_GROW;
	}
	for (size_t k = 0; k < reach->used; k++) {
		if (!plim_cluster_is_shared(solver, nodes[k]))
			continue;
		solver->wanted[nodes[k]] = solver->reach;
		wanted[used++] = nodes[k];
	}
	for (size_t head = 0; head < used; head++) {
		const uint32_t v = wanted[head];
		for (uint32_t k = graph->in_start[v]; k < graph->in_start[v + 1]; k++) {
			const uint32_t u = graph->link_from[graph->in_link[k]];
			if (solver->reached[u] != solver->reach || solver->wanted[u] == solver->reach)
				continue;
			solver->wanted[u] = solver->reach;
			wanted[used++] = u;
		}
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
