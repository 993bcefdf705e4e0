/* SPDX-License-Identifier: Apache-2.0 */
/* Whose loss it is: by look-up for a lone outage, in proportion to bare losses in a cluster. */
#include "network/cluster_parts.h"

#define NONE PLIM_GRAPH_NONE

static plim_network_result add_charge(plim_cluster_solver *solver, uint32_t outage, uint32_t node, double loss,
                                      double substitution)
{
	if (!(loss > 0) && !(substitution > 0))
		return PLIM_NETWORK_DONE;
	plim_cluster_charge *charge = plim_pool_take(&solver->pool[PLIM_CLUSTER_CHARGES], 1);
	if (!charge)
		return PLIM_NETWORK_GROW;
	*charge = (plim_cluster_charge){outage, node, loss, substitution};
	return PLIM_NETWORK_DONE;
}

static plim_network_result look_up(plim_cluster_solver *solver, uint32_t outage, const plim_outage_curve *curve,
                                   plim_cluster_share *share)
{
	double days = solver->input->outages[outage].days;
	share->loss = plim_curve_at(curve, curve->loss, days);
	share->substitution = plim_curve_at(curve, curve->substitution, days);
	if (!solver->input->bearers)
		return PLIM_NETWORK_DONE;
	if (curve->bearers == 1) /* it bears all */
		return add_charge(solver, outage, curve->bearer->node, share->loss, share->substitution);
	for (size_t k = 0; k < curve->bearers; k++) {
		const plim_curve_bearer *bearer = &curve->bearer[k];
		if (bearer->onset > plim_curve_bound(days))
			break;
		if (add_charge(solver, outage, bearer->node, plim_curve_at(curve, bearer->loss, days),
		               plim_curve_at(curve, bearer->substitution, days)))
			return PLIM_NETWORK_GROW;
	}
	return PLIM_NETWORK_DONE;
}

static plim_network_result solve_lone(plim_cluster_solver *solver, uint32_t outage, plim_cluster_share *share)
{
	const plim_cluster_input *input = solver->input;
	if (plim_network_solve(solver->network, input->overlay, &input->outages[outage], 1))
		return PLIM_NETWORK_GROW;
	size_t count;
	const plim_network_loss *loss = plim_network_losses(solver->network, &count);
	for (size_t k = 0; k < count; k++) {
		share->loss += loss[k].lost.at;
		share->substitution += loss[k].substituted.at;
		if (input->bearers && add_charge(solver, outage, loss[k].node, loss[k].lost.at, loss[k].substituted.at))
			return PLIM_NETWORK_GROW;
	}
	return PLIM_NETWORK_DONE;
}

static plim_network_result solve_whole(plim_cluster_solver *solver, const plim_cluster *cluster)
{
	const plim_outage *list = plim_cluster_list(solver, cluster);
	if (!list)
		return PLIM_NETWORK_GROW;
	return plim_network_solve(solver->network, solver->input->overlay, list, cluster->members);
}

/* The joint solution's bearers as rows: all, or with `lone` those where members meet. */
static plim_network_result list_rows(plim_cluster_solver *solver, const plim_cluster *cluster, bool lone)
{
	if (lone ? plim_cluster_solve_shared(solver, cluster) : solve_whole(solver, cluster))
		return PLIM_NETWORK_GROW;
	size_t count;
	const plim_network_loss *loss = plim_network_losses(solver->network, &count);
	for (size_t k = 0; k < count; k++) {
		if (lone && !plim_cluster_is_shared(solver, loss[k].node))
			continue;
		if (!(loss[k].lost.at > 0) && !(loss[k].substituted.at > 0))
			continue;
		uint32_t index = (uint32_t)solver->pool[PLIM_CLUSTER_ROWS].used;
		plim_cluster_row *row = plim_pool_take(&solver->pool[PLIM_CLUSTER_ROWS], 1);
		if (!row)
			return PLIM_NETWORK_GROW;
		*row = (plim_cluster_row){loss[k].node, loss[k].lost.at, loss[k].substituted.at, 0, 0};
		solver->row_of[loss[k].node] = index;
	}
	return PLIM_NETWORK_DONE;
}

/* What one member loses alone at a node, without buffers and substitution. */
static plim_network_result add_part(plim_cluster_solver *solver, uint32_t outage, uint32_t node, double bare,
                                    double exposed)
{
	const uint32_t index = solver->row_of[node];
	if (index == NONE)
		return PLIM_NETWORK_DONE;
	plim_cluster_part *part = plim_pool_take(&solver->pool[PLIM_CLUSTER_PARTS], 1);
	if (!part)
		return PLIM_NETWORK_GROW;
	*part = (plim_cluster_part){outage, index, bare, exposed};
	plim_cluster_row *row = (plim_cluster_row *)solver->pool[PLIM_CLUSTER_ROWS].data + index;
	row->bare += bare;
	row->exposed += exposed;
	return PLIM_NETWORK_DONE;
}

static plim_network_result look_up_parts(plim_cluster_solver *solver, uint32_t outage, const plim_outage_curve *curve)
{
	const double days = solver->input->outages[outage].days, bound = plim_curve_bound(days);
	for (size_t k = 0; k < curve->bearers && curve->bearer[k].onset <= bound; k++)
		if (add_part(solver, outage, curve->bearer[k].node, plim_curve_at(curve, curve->bearer[k].loss, days), 0))
			return PLIM_NETWORK_GROW;
	return PLIM_NETWORK_DONE;
}

static plim_network_result solve_parts(plim_cluster_solver *solver, uint32_t outage)
{
	if (plim_network_solve_bare(solver->network, &solver->input->outages[outage], 1))
		return PLIM_NETWORK_GROW;
	size_t count;
	const plim_network_loss *loss = plim_network_losses(solver->network, &count);
	for (size_t k = 0; k < count; k++)
		if (add_part(solver, outage, loss[k].node, loss[k].lost.at, loss[k].exposed.at))
			return PLIM_NETWORK_GROW;
	return PLIM_NETWORK_DONE;
}

static plim_network_result add_parts(plim_cluster_solver *solver, uint32_t outage)
{
	const plim_outage_curve *const *bare = solver->input->bare;
	return bare ? look_up_parts(solver, outage, bare[outage]) : solve_parts(solver, outage);
}

/* part / sum of the whole; a sum of 0 has no parts. */
static double portion(double whole, double part, double sum)
{
	return sum > 0 ? whole * (part / sum) : 0;
}

static plim_network_result divide(plim_cluster_solver *solver)
{
	const plim_cluster_row *rows = solver->pool[PLIM_CLUSTER_ROWS].data;
	const plim_cluster_part *parts = solver->pool[PLIM_CLUSTER_PARTS].data;
	plim_cluster_share *shares = solver->pool[PLIM_CLUSTER_SHARES].data;
	for (size_t k = 0; k < solver->pool[PLIM_CLUSTER_PARTS].used; k++) {
		const plim_cluster_row *row = &rows[parts[k].row];
		double loss = portion(row->loss, parts[k].bare, row->bare);
		double substitution = portion(row->substitution, parts[k].exposed, row->exposed);
		shares[parts[k].outage].loss += loss;
		shares[parts[k].outage].substitution += substitution;
		if (solver->input->bearers && add_charge(solver, parts[k].outage, row->node, loss, substitution))
			return PLIM_NETWORK_GROW;
	}
	return PLIM_NETWORK_DONE;
}

/* What a member loses where it meets no other: by look-up. */
static plim_network_result charge_lone(plim_cluster_solver *solver, uint32_t outage)
{
	const plim_outage_curve *curve = solver->input->curves[outage];
	plim_cluster_share *share = (plim_cluster_share *)solver->pool[PLIM_CLUSTER_SHARES].data + outage;
	const double days = solver->input->outages[outage].days, bound = plim_curve_bound(days);
	for (size_t k = 0; k < curve->bearers && curve->bearer[k].onset <= bound; k++) {
		const plim_curve_bearer *bearer = &curve->bearer[k];
		if (plim_cluster_is_shared(solver, bearer->node))
			continue;
		const double loss = plim_curve_at(curve, bearer->loss, days);
		const double substitution = plim_curve_at(curve, bearer->substitution, days);
		share->loss += loss;
		share->substitution += substitution;
		if (solver->input->bearers && add_charge(solver, outage, bearer->node, loss, substitution))
			return PLIM_NETWORK_GROW;
	}
	return PLIM_NETWORK_DONE;
}

static plim_network_result share_joint(plim_cluster_solver *solver, const plim_cluster *cluster)
{
	const plim_cluster_member *members = plim_cluster_members(solver);
	bool lone;
	solver->pool[PLIM_CLUSTER_ROWS].used = 0;
	solver->pool[PLIM_CLUSTER_PARTS].used = 0;
	plim_network_result result = plim_cluster_reach(solver, cluster, &lone);
	for (uint32_t at = cluster->first; lone && at != NONE && result == PLIM_NETWORK_DONE; at = members[at].next)
		result = charge_lone(solver, members[at].outage);
	if (result == PLIM_NETWORK_DONE)
		result = list_rows(solver, cluster, lone);
	bool loses = solver->pool[PLIM_CLUSTER_ROWS].used > 0;
	for (uint32_t at = cluster->first; loses && at != NONE && result == PLIM_NETWORK_DONE; at = members[at].next)
		result = add_parts(solver, members[at].outage);
	const plim_cluster_row *rows = solver->pool[PLIM_CLUSTER_ROWS].data;
	for (size_t k = 0; k < solver->pool[PLIM_CLUSTER_ROWS].used; k++)
		solver->row_of[rows[k].node] = NONE;
	return result == PLIM_NETWORK_DONE ? divide(solver) : result;
}

plim_network_result plim_cluster_share_out(plim_cluster_solver *solver, const plim_cluster *cluster, uint32_t number)
{
	const plim_cluster_member *members = plim_cluster_members(solver);
	plim_cluster_share *shares = solver->pool[PLIM_CLUSTER_SHARES].data;
	for (uint32_t at = cluster->first; at != NONE; at = members[at].next)
		shares[members[at].outage] = (plim_cluster_share){number, cluster->members, 0, 0};
	if (cluster->members > 1)
		return share_joint(solver, cluster);
	uint32_t outage = members[cluster->first].outage;
	const plim_outage_curve *curve = solver->input->curves ? solver->input->curves[outage] : NULL;
	if (curve)
		return look_up(solver, outage, curve, &shares[outage]);
	return solve_lone(solver, outage, &shares[outage]);
}
