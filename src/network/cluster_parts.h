/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of a cluster solver. Used by the files of the cluster alone. */
#ifndef PLIM_NETWORK_CLUSTER_PARTS_H
#define PLIM_NETWORK_CLUSTER_PARTS_H

#include "network/cluster.h"
#include "network/workspace.h"

/** A cluster in the making. Merged ones point to their heir. */
typedef struct plim_cluster {
	uint32_t heir;        /* itself, unless merged */
	uint32_t first, last; /* list of members, by plim_cluster_member.next */
	uint32_t members;
	double end;         /* of its last outage: it is open at least until then */
	double least, most; /* valid if `bounded`: between these days all has recovered; equal once that is known exactly */
	bool bounded, open;
	uint64_t met; /* the last walk that met it */
} plim_cluster;

/** An outage in order of start. */
typedef struct plim_cluster_member {
	uint32_t outage;
	uint32_t next;
	uint32_t cluster;
} plim_cluster_member;

/** A bearer of the cluster that is being shared out. */
typedef struct plim_cluster_row {
	uint32_t node;
	double loss, substitution;
	double bare, exposed; /* sums over the members' bare solutions */
} plim_cluster_row;

/** One member's bare loss at one bearer. */
typedef struct plim_cluster_part {
	uint32_t outage, row;
	double bare, exposed;
} plim_cluster_part;

typedef enum plim_cluster_pool {
	PLIM_CLUSTER_MEMBERS,
	PLIM_CLUSTER_CLUSTERS,
	PLIM_CLUSTER_HITS,   /* of clusters that the present outage joins */
	PLIM_CLUSTER_WALK,   /* nodes that the present outage reaches */
	PLIM_CLUSTER_STRIDE, /* that a member of a cluster does, while it is looked at */
	PLIM_CLUSTER_REACH,  /* nodes that a cluster reaches */
	PLIM_CLUSTER_QUEUE,  /* those of them that are to be solved */
	PLIM_CLUSTER_LIST,   /* outages of a joint solution */
	PLIM_CLUSTER_ROWS,
	PLIM_CLUSTER_PARTS,
	PLIM_CLUSTER_SHARES,
	PLIM_CLUSTER_CHARGES,
	PLIM_CLUSTER_POOLS
} plim_cluster_pool;

struct plim_cluster_solver {
	const plim_graph *graph;
	plim_network_solver *network;
	const plim_cluster_input *input; /* during a solution */
	uint32_t *owner;                 /* one a node: the cluster that reaches it, if owned[v] == trial */
	uint64_t *owned, *visited;
	uint64_t *reached, *shared, *wanted; /* one a node: the last cluster (see `reach`) that reaches it; with two members
	                                      * or more; that must be solved for what these share */
	uint32_t *reached_by;                /* one a node: the first of its members to reach it */
	uint64_t reach;                      /* stamp of the cluster that was looked at last */
	uint32_t *row_of;                    /* one a node: its row, while a cluster is shared out; else PLIM_GRAPH_NONE */
	uint64_t trial, walk;                /* stamps; never repeated */
	plim_pool pool[PLIM_CLUSTER_POOLS];
};

/** The members' outages in order of start, in the pool LIST; NULL: grow. */
const plim_outage *plim_cluster_list(plim_cluster_solver *solver, const plim_cluster *cluster);

/** Lists in a pool of nodes those at and downstream of `entry`. */
plim_network_result plim_cluster_walk(plim_cluster_solver *solver, plim_cluster_pool list, uint32_t entry);

/**
 * Finds where the members of a cluster meet. A node that one member alone reaches is, with all that feeds it, as in
 * that member's lone solution, and its loss is looked up; what is left to solve are the nodes that several reach, and
 * those that feed them. Sets *lone if every member has a curve to look up in; else nothing else is done.
 */
plim_network_result plim_cluster_reach(plim_cluster_solver *solver, const plim_cluster *cluster, bool *lone);

/** The joint solution where members meet (after plim_cluster_reach with *lone true). */
plim_network_result plim_cluster_solve_shared(plim_cluster_solver *solver, const plim_cluster *cluster);

static inline bool plim_cluster_is_shared(const plim_cluster_solver *solver, uint32_t node)
{
	return solver->shared[node] == solver->reach;
}

/** Fills shares and charges of a finished cluster. */
plim_network_result plim_cluster_share_out(plim_cluster_solver *solver, const plim_cluster *cluster, uint32_t number);

static inline plim_cluster_member *plim_cluster_members(plim_cluster_solver *solver)
{
	return solver->pool[PLIM_CLUSTER_MEMBERS].data;
}

static inline plim_cluster *plim_cluster_at(plim_cluster_solver *solver, uint32_t index)
{
	return (plim_cluster *)solver->pool[PLIM_CLUSTER_CLUSTERS].data + index;
}

#endif
