/* SPDX-License-Identifier: Apache-2.0 */
/* The sweep: which outages of a trial belong together. */
#include "network/cluster.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "network/cluster_parts.h"
#include "network/node.h"

#define NONE PLIM_GRAPH_NONE

static uint32_t *hits_of(plim_cluster_solver *solver, size_t *count)
{
	*count = solver->pool[PLIM_CLUSTER_HITS].used;
	return solver->pool[PLIM_CLUSTER_HITS].data;
}

/* True if an outage changes nothing at all: it then interacts with nothing. */
static bool is_idle(const plim_graph *graph, const plim_outage *outage)
{
	if (!(outage->days > 0 && outage->share > 0))
		return true;
	if (outage->on_link)
		return !(graph->link_share[outage->place] > 0);
	return outage->stops_inflow && graph->group_start[outage->place] == graph->group_start[outage->place + 1];
}

const plim_outage *plim_cluster_list(plim_cluster_solver *solver, const plim_cluster *cluster)
{
	solver->pool[PLIM_CLUSTER_LIST].used = 0;
	plim_outage *list = plim_pool_take(&solver->pool[PLIM_CLUSTER_LIST], cluster->members);
	const plim_cluster_member *members = plim_cluster_members(solver);
	uint32_t at = cluster->first;
	for (uint32_t k = 0; list && k < cluster->members; k++, at = members[at].next)
		list[k] = solver->input->outages[members[at].outage];
	return list;
}

/* The day by which every member, alone, has recovered everywhere. */
static double lone_recovery(const plim_cluster_solver *solver, const plim_cluster *cluster)
{
	const plim_cluster_input *input = solver->input;
	const plim_cluster_member *members = solver->pool[PLIM_CLUSTER_MEMBERS].data;
	double last = 0;
	for (uint32_t at = cluster->first, k = 0; k < cluster->members; k++, at = members[at].next) {
		const uint32_t outage = members[at].outage;
		const plim_outage_curve *curve = input->curves[outage];
		const double day =
		    input->outages[outage].start + plim_curve_at(curve, curve->recovery, input->outages[outage].days);
		last = k == 0 || day > last ? day : last;
	}
	return last;
}

/* Bounds on the moment of recovery from the nodes where members meet; everywhere else one member recovers alone. */
static plim_network_result bound_recovery(plim_cluster_solver *solver, plim_cluster *cluster)
{
	const double start = solver->input->outages[plim_cluster_members(solver)[cluster->first].outage].start;
	bool lone;
	if (plim_cluster_reach(solver, cluster, &lone))
		return PLIM_NETWORK_GROW;
	cluster->least = start;
	cluster->most = PLIM_MOMENT_NEVER;
	if (lone) {
		if (plim_cluster_solve_shared(solver, cluster))
			return PLIM_NETWORK_GROW;
		cluster->least = start + plim_network_recovery(solver->network);
		cluster->most = fmax(cluster->least, lone_recovery(solver, cluster));
	}
	cluster->bounded = true;
	return PLIM_NETWORK_DONE;
}

/* The moment itself: by the curve for one outage that has one, else by the joint solution. */
static plim_network_result find_recovery(plim_cluster_solver *solver, plim_cluster *cluster)
{
	const plim_cluster_input *input = solver->input;
	const uint32_t first = plim_cluster_members(solver)[cluster->first].outage;
	const plim_outage_curve *curve = input->curves ? input->curves[first] : NULL;
	double days;
	if (cluster->members == 1 && curve) {
		days = plim_curve_at(curve, curve->recovery, input->outages[first].days);
	} else {
		const plim_outage *list = plim_cluster_list(solver, cluster);
		if (!list || plim_network_solve(solver->network, input->overlay, list, cluster->members))
			return PLIM_NETWORK_GROW;
		days = plim_network_recovery(solver->network);
	}
	cluster->least = cluster->most = input->outages[first].start + days;
	cluster->bounded = true;
	return PLIM_NETWORK_DONE;
}

/* Whether all has recovered by day `start`: by bounds where they tell, for they cost less. */
static plim_network_result has_recovered(plim_cluster_solver *solver, plim_cluster *cluster, double start,
                                         bool *recovered)
{
	if (!cluster->bounded && cluster->members > 1 && bound_recovery(solver, cluster))
		return PLIM_NETWORK_GROW;
	const bool told = cluster->bounded && (start < cluster->least || start >= cluster->most);
	if (!told && find_recovery(solver, cluster))
		return PLIM_NETWORK_GROW;
	*recovered = start >= cluster->least;
	return PLIM_NETWORK_DONE;
}

/* Writes the cluster's name on all that the last walk met. A node needs one name only: of two open clusters that reach
 * it the later would have joined the earlier. */
static void own_walk(plim_cluster_solver *solver, uint32_t cluster)
{
	const plim_pool *pool = &solver->pool[PLIM_CLUSTER_WALK];
	const uint32_t *nodes = pool->data;
	for (size_t k = 0; k < pool->used; k++) {
		solver->owner[nodes[k]] = cluster;
		solver->owned[nodes[k]] = solver->trial;
	}
}

static uint32_t heir_of(plim_cluster_solver *solver, uint32_t index)
{
	while (plim_cluster_at(solver, index)->heir != index)
		index = plim_cluster_at(solver, index)->heir;
	return index;
}

/* Lists in HITS the open clusters whose reach the last walk met. */
static plim_network_result find_hits(plim_cluster_solver *solver)
{
	plim_pool *walk = &solver->pool[PLIM_CLUSTER_WALK], *hits = &solver->pool[PLIM_CLUSTER_HITS];
	const uint32_t *nodes = walk->data;
	hits->used = 0;
	for (size_t k = 0; k < walk->used; k++) {
		if (solver->owned[nodes[k]] != solver->trial)
			continue;
		uint32_t index = heir_of(solver, solver->owner[nodes[k]]), *hit;
		plim_cluster *cluster = plim_cluster_at(solver, index);
		if (!cluster->open || cluster->met == solver->walk)
			continue;
		cluster->met = solver->walk;
		if (!(hit = plim_pool_take(hits, 1)))
			return PLIM_NETWORK_GROW;
		*hit = index;
	}
	return PLIM_NETWORK_DONE;
}

/* Keeps of HITS those that have not recovered by `start`, in order of number. */
static plim_network_result drop_recovered(plim_cluster_solver *solver, double start)
{
	size_t count, kept = 0;
	uint32_t *hits = hits_of(solver, &count);
	for (size_t k = 0; k < count; k++) {
		uint32_t index = hits[k];
		plim_cluster *cluster = plim_cluster_at(solver, index);
		if (start >= cluster->end) {
			bool recovered;
			if (has_recovered(solver, cluster, start, &recovered))
				return PLIM_NETWORK_GROW;
			cluster->open = !recovered;
		}
		if (!cluster->open)
			continue;
		size_t at = kept++;
		for (; at > 0 && hits[at - 1] > index; at--)
			hits[at] = hits[at - 1];
		hits[at] = index;
	}
	solver->pool[PLIM_CLUSTER_HITS].used = kept;
	return PLIM_NETWORK_DONE;
}

/* Merges two sorted lists of members into the first cluster's. */
static void merge(plim_cluster_solver *solver, plim_cluster *into, uint32_t into_index, plim_cluster *from)
{
	plim_cluster_member *members = plim_cluster_members(solver);
	uint32_t a = into->first, b = from->first, *link = &into->first, last = NONE;
	while (a != NONE || b != NONE) {
		uint32_t *smaller = b == NONE || (a != NONE && a < b) ? &a : &b;
		last = *link = *smaller;
		link = &members[last].next;
		*smaller = *link;
	}
	into->last = last;
	into->members += from->members;
	into->end = from->end > into->end ? from->end : into->end;
	into->bounded = false;
	from->heir = into_index;
	from->open = false;
}

/* A cluster of the one outage of member `index`. */
static plim_cluster *make_cluster(plim_cluster_solver *solver, uint32_t index, uint32_t *number)
{
	plim_cluster_member *member = plim_cluster_members(solver) + index;
	const plim_outage *outage = &solver->input->outages[member->outage];
	*number = (uint32_t)solver->pool[PLIM_CLUSTER_CLUSTERS].used;
	plim_cluster *cluster = plim_pool_take(&solver->pool[PLIM_CLUSTER_CLUSTERS], 1);
	if (!cluster)
		return NULL;
	*cluster = (plim_cluster){.heir = *number, .first = index, .last = index, .members = 1};
	cluster->end = outage->start + outage->days;
	member->next = NONE;
	member->cluster = *number;
	return cluster;
}

/* Places one outage: into a cluster of its own, and that together with all that it meets. */
static plim_network_result place(plim_cluster_solver *solver, uint32_t index)
{
	const plim_outage *outage = &solver->input->outages[plim_cluster_members(solver)[index].outage];
	uint32_t number;
	plim_cluster *cluster = make_cluster(solver, index, &number);
	if (!cluster)
		return PLIM_NETWORK_GROW;
	/* The only outage of a trial, the commonest case in small models, meets nothing. */
	if (solver->input->alone || solver->input->count == 1 || is_idle(solver->graph, outage))
		return PLIM_NETWORK_DONE;
	cluster->open = true;
	if (plim_cluster_walk(solver, PLIM_CLUSTER_WALK, plim_outage_entry(solver->graph, outage)) || find_hits(solver) ||
	    drop_recovered(solver, outage->start))
		return PLIM_NETWORK_GROW;
	size_t count;
	const uint32_t *hits = hits_of(solver, &count);
	uint32_t into = count ? hits[0] : number;
	own_walk(solver, into);
	for (size_t k = 1; k < count; k++)
		merge(solver, plim_cluster_at(solver, into), into, plim_cluster_at(solver, hits[k]));
	if (count)
		merge(solver, plim_cluster_at(solver, into), into, cluster);
	return PLIM_NETWORK_DONE;
}

/* All outages as members, by start, then by index. */
static plim_network_result list_members(plim_cluster_solver *solver)
{
	const plim_cluster_input *input = solver->input;
	plim_cluster_member *members = plim_pool_take(&solver->pool[PLIM_CLUSTER_MEMBERS], input->count);
	if (!members)
		return PLIM_NETWORK_GROW;
	for (uint32_t k = 0; k < input->count; k++) {
		double start = input->outages[k].start;
		uint32_t at = k;
		for (; at > 0 && input->outages[members[at - 1].outage].start > start; at--)
			members[at].outage = members[at - 1].outage;
		members[at].outage = k;
	}
	return PLIM_NETWORK_DONE;
}

static plim_network_result share_clusters(plim_cluster_solver *solver)
{
	uint32_t number = 0, count = (uint32_t)solver->pool[PLIM_CLUSTER_CLUSTERS].used;
	if (!plim_pool_take(&solver->pool[PLIM_CLUSTER_SHARES], solver->input->count))
		return PLIM_NETWORK_GROW;
	for (uint32_t k = 0; k < count; k++) {
		const plim_cluster *cluster = plim_cluster_at(solver, k);
		if (cluster->heir != k)
			continue;
		if (plim_cluster_share_out(solver, cluster, number++))
			return PLIM_NETWORK_GROW;
	}
	return PLIM_NETWORK_DONE;
}

plim_network_result plim_cluster_solve(plim_cluster_solver *solver, const plim_cluster_input *input)
{
	solver->input = input;
	solver->trial++;
	for (int k = 0; k < PLIM_CLUSTER_POOLS; k++) {
		solver->pool[k].used = 0;
		solver->pool[k].wanted = 0;
	}
	plim_network_result result = list_members(solver);
	for (uint32_t k = 0; k < input->count && result == PLIM_NETWORK_DONE; k++)
		result = place(solver, k);
	if (result == PLIM_NETWORK_DONE)
		result = share_clusters(solver);
	solver->input = NULL;
	return result;
}
