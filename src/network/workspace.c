/* SPDX-License-Identifier: Apache-2.0 */
#include "network/workspace.h"

#include "base/error.h"
#include "base/memory.h"
#include "network/stage_parts.h"

#define FIRST_CAPACITY 256 /* objects a pool starts with: enough for most lone outages */

static const size_t object_size[PLIM_POOL_COUNT] = {
    [PLIM_POOL_STEPS] = sizeof(plim_step),          [PLIM_POOL_SIGNALS] = sizeof(plim_signal),
    [PLIM_POOL_ARRIVALS] = sizeof(plim_arrival),    [PLIM_POOL_QUEUE] = sizeof(uint32_t),
    [PLIM_POOL_LOSSES] = sizeof(plim_network_loss), [PLIM_POOL_HERE] = sizeof(plim_arrival),
    [PLIM_POOL_SOURCES] = sizeof(plim_source),      [PLIM_POOL_TERMS] = sizeof(plim_term),
    [PLIM_POOL_STOCKS] = sizeof(plim_stock),        [PLIM_POOL_EVENTS] = sizeof(plim_stage_event),
    [PLIM_POOL_SPARE] = sizeof(plim_stage_event),
};

bool plim_pool_init(plim_pool *pool, size_t capacity, size_t size)
{
	*pool = (plim_pool){.capacity = capacity, .size = size};
	pool->data = plim_mem_alloc(capacity, size);
	return pool->data != NULL;
}

bool plim_pool_grow(plim_pool *pool)
{
	if (pool->wanted <= pool->capacity)
		return true;
	size_t capacity = pool->capacity * 2 > pool->wanted ? pool->capacity * 2 : pool->wanted;
	void *data = plim_mem_alloc(capacity, pool->size);
	if (!data)
		return false;
	plim_mem_free(pool->data);
	pool->data = data;
	pool->capacity = capacity;
	pool->used = 0;
	return true;
}

void plim_pool_clear(plim_pool *pool)
{
	plim_mem_free(pool->data);
	*pool = (plim_pool){0};
}

static void fill_none(uint32_t *array, size_t count)
{
	for (size_t k = 0; k < count; k++)
		array[k] = PLIM_GRAPH_NONE;
}

void plim_network_solver_free(plim_network_solver **solver)
{
	if (!solver || !*solver)
		return;
	plim_mem_free((*solver)->arrival_head);
	plim_mem_free((*solver)->group_signal);
	plim_mem_free((*solver)->sweep_slot);
	plim_mem_free((*solver)->sweep_linked);
	for (int k = 0; k < PLIM_POOL_COUNT; k++)
		plim_pool_clear(&(*solver)->pool[k]);
	plim_mem_free(*solver);
	*solver = NULL;
}

plim_status plim_network_solver_new(const plim_graph *graph, plim_network_solver **solver, plim_error *error)
{
	plim_network_solver *made = plim_mem_alloc(1, sizeof *made);
	if (!made)
		return plim_error_memory(error, "the network solver");
	made->graph = graph;
	made->arrival_head = plim_mem_alloc(graph->nodes, sizeof *made->arrival_head);
	made->group_signal = plim_mem_alloc(graph->groups, sizeof *made->group_signal);
	made->sweep_slot = plim_mem_alloc(graph->nodes, sizeof *made->sweep_slot);
	made->sweep_linked = plim_mem_alloc(graph->links, sizeof *made->sweep_linked);
	bool whole = made->arrival_head && made->group_signal && made->sweep_slot && made->sweep_linked;
	for (int k = 0; k < PLIM_POOL_COUNT; k++)
		whole = plim_pool_init(&made->pool[k], FIRST_CAPACITY, object_size[k]) && whole;
	if (!whole) {
		plim_network_solver_free(&made);
		return plim_error_memory(error, "the network solver");
	}
	fill_none(made->arrival_head, graph->nodes);
	fill_none(made->group_signal, graph->groups);
	fill_none(made->sweep_slot, graph->nodes);
	*solver = made;
	return PLIM_OK;
}

plim_status plim_network_solver_grow(plim_network_solver *solver, plim_error *error)
{
	for (int k = 0; k < PLIM_POOL_COUNT; k++)
		if (!plim_pool_grow(&solver->pool[k]))
			return plim_error_memory(error, "the network solver");
	return PLIM_OK;
}

size_t plim_network_solver_bytes(const plim_network_solver *solver)
{
	size_t bytes = sizeof *solver + (2 * (size_t)solver->graph->nodes + solver->graph->groups) * sizeof(uint32_t) +
	               solver->graph->links;
	for (int k = 0; k < PLIM_POOL_COUNT; k++)
		bytes += solver->pool[k].capacity * solver->pool[k].size;
	return bytes;
}
