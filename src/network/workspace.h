/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a network solver: pools of a stated size, filled from the start in every solution. */
#ifndef PLIM_NETWORK_WORKSPACE_H
#define PLIM_NETWORK_WORKSPACE_H

#include "network/graph.h"
#include "network/moment.h"
#include "network/propagate.h"

/** Objects of one type. A failed take notes in `wanted` what would have been enough. */
typedef struct plim_pool {
	void *data;
	size_t used, capacity, wanted, size;
} plim_pool;

/** `count` more objects (not zeroed), or NULL if there is no room. Never moves what was taken before. */
static inline void *plim_pool_take(plim_pool *pool, size_t count)
{
	if (pool->capacity - pool->used < count) {
		if (pool->wanted < pool->used + count)
			pool->wanted = pool->used + count;
		return NULL;
	}
	void *taken = (char *)pool->data + pool->used * pool->size;
	pool->used += count;
	return taken;
}

/** Room for `capacity` objects; false: no memory. */
bool plim_pool_init(plim_pool *pool, size_t capacity, size_t size);

/** Makes room, at least twofold, where a take has failed; what the pool held is lost. False: no memory. */
bool plim_pool_grow(plim_pool *pool);
void plim_pool_clear(plim_pool *pool);

/** From `time` on the shortfall is `shortfall`, until the next step. */
typedef struct plim_step {
	plim_moment time;
	double shortfall;
} plim_step;

/** A shortfall over time: 0 before its first step and after its last. */
typedef struct plim_signal {
	uint32_t first, count; /* in the pool of steps */
} plim_signal;

/** A signal that comes in at a node. */
typedef struct plim_arrival {
	uint32_t next;   /* the node's next arrival, or PLIM_GRAPH_NONE */
	uint32_t group;  /* where it comes in; PLIM_GRAPH_NONE: the node's own capacity */
	uint32_t link;   /* whose share it bears; PLIM_GRAPH_NONE: it bounds the whole group (stops: inflow) */
	uint32_t signal; /* in the pool of signals */
	double lead;     /* days by which it is shifted */
} plim_arrival;

typedef enum plim_pool_kind {
	PLIM_POOL_STEPS,
	PLIM_POOL_SIGNALS,
	PLIM_POOL_ARRIVALS,
	PLIM_POOL_QUEUE, /* positions of the nodes to be solved, a binary heap */
	PLIM_POOL_LOSSES,
	PLIM_POOL_HERE,    /* arrivals of the node that is being solved */
	PLIM_POOL_SOURCES, /* below: of the stage that is being solved */
	PLIM_POOL_TERMS,
	PLIM_POOL_STOCKS,
	PLIM_POOL_EVENTS,
	PLIM_POOL_SPARE,
	PLIM_POOL_COUNT
} plim_pool_kind;

struct plim_network_solver {
	const plim_graph *graph;
	const double *buffer_days, *substitution; /* of the scenario in force, one a group */
	plim_moment_frame frame;
	plim_moment recovery;   /* the last moment of the solution */
	const uint64_t *wanted; /* one a node: where it equals `stamp`, the node is solved; NULL: all are */
	uint64_t stamp;
	uint32_t *arrival_head; /* one a node; PLIM_GRAPH_NONE when it has none */
	uint32_t *group_signal; /* one a group, only while an `each` node is solved; else PLIM_GRAPH_NONE */
	uint32_t *sweep_slot;   /* one a node, for curve_sweep.c; all PLIM_GRAPH_NONE between curves */
	bool *sweep_linked;     /* one a link; all false between curves */
	plim_pool pool[PLIM_POOL_COUNT];
};

/** Empties all pools for a solution under `overlay` (NULL: the graph's own buffers). */
void plim_network_begin(plim_network_solver *solver, const plim_overlay *overlay);

#endif
