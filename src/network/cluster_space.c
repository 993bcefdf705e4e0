/* SPDX-License-Identifier: Apache-2.0 */
/* Making, enlarging and releasing cluster solvers. */
#include "base/error.h"
#include "base/memory.h"
#include "network/cluster_parts.h"

#define FIRST_CAPACITY 256

static const size_t object_size[PLIM_CLUSTER_POOLS] = {
    [PLIM_CLUSTER_MEMBERS] = sizeof(plim_cluster_member),
    [PLIM_CLUSTER_CLUSTERS] = sizeof(plim_cluster),
    [PLIM_CLUSTER_HITS] = sizeof(uint32_t),
    [PLIM_CLUSTER_WALK] = sizeof(uint32_t),
    [PLIM_CLUSTER_STRIDE] = sizeof(uint32_t),
    [PLIM_CLUSTER_REACH] = sizeof(uint32_t),
    [PLIM_CLUSTER_QUEUE] = sizeof(uint32_t),
    [PLIM_CLUSTER_LIST] = sizeof(plim_outage),
    [PLIM_CLUSTER_ROWS] = sizeof(plim_cluster_row),
    [PLIM_CLUSTER_PARTS] = sizeof(plim_cluster_part),
    [PLIM_CLUSTER_SHARES] = sizeof(plim_cluster_share),
    [PLIM_CLUSTER_CHARGES] = sizeof(plim_cluster_charge),
};

void plim_cluster_solver_free(plim_cluster_solver **solver)
{
	if (!solver || !*solver)
		return;
	plim_network_solver_free(&(*solver)->network);
	plim_mem_free((*solver)->owner);
	plim_mem_free((*solver)->owned);
	plim_mem_free((*solver)->visited);
	plim_mem_free((*solver)->reached);
	plim_mem_free((*solver)->reached_by);
	plim_mem_free((*solver)->shared);
	plim_mem_free((*solver)->wanted);
	plim_mem_free((*solver)->row_of);
	for (int k = 0; k < PLIM_CLUSTER_POOLS; k++)
		plim_pool_clear(&(*solver)->pool[k]);
	plim_mem_free(*solver);
	*solver = NULL;
}

plim_status plim_cluster_solver_new(const plim_graph *graph, plim_cluster_solver **solver, plim_error *error)
{
	plim_cluster_solver *made = plim_mem_alloc(1, sizeof *made);
	if (!made)
		return plim_error_memory(error, "the cluster solver");
	made->graph = graph;
	made->owner = plim_mem_alloc(graph->nodes, sizeof *made->owner);
	made->owned = plim_mem_alloc(graph->nodes, sizeof *made->owned);
	made->visited = plim_mem_alloc(graph->nodes, sizeof *made->visited);
	made->reached = plim_mem_alloc(graph->nodes, sizeof *made->reached);
	made->reached_by = plim_mem_alloc(graph->nodes, sizeof *made->reached_by);
	made->shared = plim_mem_alloc(graph->nodes, sizeof *made->shared);
	made->wanted = plim_mem_alloc(graph->nodes, sizeof *made->wanted);
	made->row_of = plim_mem_alloc(graph->nodes, sizeof *made->row_of);
	bool whole = made->owner && made->owned && made->visited && made->row_of && made->reached && made->reached_by &&
	             made->shared && made->wanted;
	for (int k = 0; k < PLIM_CLUSTER_POOLS; k++)
		whole = plim_pool_init(&made->pool[k], FIRST_CAPACITY, object_size[k]) && whole;
	if (!whole || plim_network_solver_new(graph, &made->network, error)) {
		plim_cluster_solver_free(&made);
		return plim_error_memory(error, "the cluster solver");
	}
	for (uint32_t v = 0; v < graph->nodes; v++)
		made->row_of[v] = PLIM_GRAPH_NONE;
	*solver = made;
	return PLIM_OK;
}

plim_status plim_cluster_solver_grow(plim_cluster_solver *solver, plim_error *error)
{
	for (int k = 0; k < PLIM_CLUSTER_POOLS; k++)
		if (!plim_pool_grow(&solver->pool[k]))
			return plim_error_memory(error, "the cluster solver");
	return plim_network_solver_grow(solver->network, error);
}

size_t plim_cluster_solver_bytes(const plim_cluster_solver *solver)
{
	size_t node = 3 * sizeof(uint32_t) + 5 * sizeof(uint64_t);
	size_t bytes = sizeof *solver + solver->graph->nodes * node + plim_network_solver_bytes(solver->network);
	for (int k = 0; k < PLIM_CLUSTER_POOLS; k++)
		bytes += solver->pool[k].capacity * solver->pool[k].size;
	return bytes;
}

plim_network_solver *plim_cluster_network(plim_cluster_solver *solver)
{
	return solver->network;
}

const plim_cluster_share *plim_cluster_shares(const plim_cluster_solver *solver)
{
	return solver->pool[PLIM_CLUSTER_SHARES].data;
}

const plim_cluster_charge *plim_cluster_charges(const plim_cluster_solver *solver, size_t *count)
{
	*count = solver->pool[PLIM_CLUSTER_CHARGES].used;
	return solver->pool[PLIM_CLUSTER_CHARGES].data;
}
