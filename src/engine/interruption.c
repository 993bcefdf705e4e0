/* SPDX-License-Identifier: Apache-2.0 */
/* Interruption: the outages of each trial, solved in the network, and their losses put on the strikes and bearers. */
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/workspace.h"

/* Held strikes by trial; within a trial in the order of threats, sources and attempts. */
static bool sort_by_trial(plim_workspace *ws)
{
	const plim_held *held = &ws->held;
	plim_interruption *in = &ws->interruption;
	if (plim_mem_grow((void **)&in->order, &in->order_capacity, held->count, sizeof *in->order)) {
		ws->status = plim_error_memory(ws->error, "the outages of a block");
		return false;
	}
	uint32_t *start = in->start;
	for (uint32_t t = 0; t <= PLIM_BLOCK_TRIALS; t++)
		start[t] = 0;
	for (size_t i = 0; i < held->count; i++)
		start[held->strike[i].trial + 1]++;
	for (uint32_t t = 0; t < PLIM_BLOCK_TRIALS; t++)
		start[t + 1] += start[t];
	for (size_t i = 0; i < held->count; i++)
		in->order[start[held->strike[i].trial]++] = (uint32_t)i;
	for (uint32_t t = PLIM_BLOCK_TRIALS; t > 0; t--)
		start[t] = start[t - 1];
	start[0] = 0;
	return true;
}

static bool reserve_trial(plim_workspace *ws, size_t outages)
{
	plim_interruption *in = &ws->interruption;
	if (plim_mem_grow((void **)&in->all, &in->all_capacity, outages, sizeof *in->all) ||
	    plim_mem_grow((void **)&in->outage, &in->outage_capacity, outages, sizeof *in->outage) ||
	    plim_mem_grow((void **)&in->curve, &in->curve_capacity, outages, sizeof *in->curve) ||
	    plim_mem_grow((void **)&in->bare, &in->bare_capacity, outages, sizeof *in->bare) ||
	    plim_mem_grow((void **)&in->strike, &in->strike_capacity, outages, sizeof *in->strike)) {
		ws->status = plim_error_memory(ws->error, "the outages of a trial");
		return false;
	}
	return true;
}

/* What the outages of a trial have in common over scenarios. */
static void collect_trial(plim_workspace *ws, uint32_t trial)
{
	const plim_plan *plan = ws->plan;
	plim_interruption *in = &ws->interruption;
	for (uint32_t o = in->start[trial], n = 0; o < in->start[trial + 1]; o++, n++) {
		uint32_t i = in->order[o];
		const plim_held_strike *strike = &ws->held.strike[i];
		const plim_plan_source *source = &plan->source[strike->source];
		const plim_plan_threat *t = &plan->threat[source->threat];
		in->all[n] = (plim_trial_outage){
		    .outage = {source->place, t->on_link, t->stops_inflow, strike->day, 0, t->outage_share},
		    .slot_of = plan->effect_class[source->effect_class].slot_of,
		    .curve = plan->curve + source->curve,
		    .bare = plan->bare ? plan->bare[source->curve] : NULL,
		    .days = ws->held.days + (size_t)i * ws->held.slots,
		    .extra = ws->held.extra + 2 * (size_t)i * ws->held.scenarios,
		    .event = strike->event,
		    .shared = t->shared,
		};
	}
}

/* A trial's strikes lie scattered over the list: asks for their memory while an earlier trial is solved. */
static void prefetch_trial(const plim_workspace *ws, uint32_t trial)
{
	const plim_held *held = &ws->held;
	const plim_interruption *in = &ws->interruption;
	for (uint32_t o = in->start[trial]; o < in->start[trial + 1]; o++) {
		size_t i = in->order[o];
		__builtin_prefetch(&held->strike[i]);
		__builtin_prefetch(held->days + i * held->slots);
		__builtin_prefetch(held->extra + 2 * i * held->scenarios, 1);
	}
}

/* The outages of the trial that happen in one scenario. */
static size_t collect(plim_workspace *ws, size_t k, size_t all)
{
	plim_interruption *in = &ws->interruption;
	const size_t curves = ws->plan->scenario[k].overlay * ws->plan->curves;
	size_t count = 0;
	for (size_t n = 0; n < all; n++) {
		const plim_trial_outage *from = &in->all[n];
		double days = from->days[from->slot_of[k]];
		from->extra[2 * k] = from->extra[2 * k + 1] = 0;
		if (!(days > 0))
			continue;
		in->outage[count] = from->outage;
		in->outage[count].days = days;
		plim_outage_curve_prefetch(from->curve[curves]);
		in->curve[count] = from->curve[curves];
		in->bare[count] = from->bare;
		in->strike[count++] = (uint32_t)n;
	}
	return count;
}

static void solve(plim_workspace *ws, size_t k, size_t count)
{
	plim_interruption *in = &ws->interruption;
	plim_cluster_input input = {.overlay = &ws->plan->overlay[ws->plan->scenario[k].overlay],
	                            .outages = in->outage,
	                            .curves = in->curve,
	                            .bare = ws->plan->bare ? in->bare : NULL,
	                            .count = count,
	                            .alone = ws->plan->model->overlaps_alone,
	                            .bearers = !ws->wanted};
	while (ws->status == PLIM_OK && plim_cluster_solve(in->solver, &input) == PLIM_NETWORK_GROW)
		ws->status = plim_cluster_solver_grow(in->solver, ws->error);
	if (ws->status != PLIM_OK)
		return;
	const plim_cluster_share *share = plim_cluster_shares(in->solver);
	for (size_t i = 0; i < count; i++) {
		double *extra = in->all[in->strike[i]].extra + 2 * k;
		extra[0] = share[i].loss;
		extra[1] = share[i].substitution;
	}
}

static int compare_borne(const void *a, const void *b)
{
	const plim_borne *x = a, *y = b;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	return (x->event > y->event) - (x->event < y->event);
}

static void bear(plim_workspace *ws, size_t k, uint32_t trial, uint32_t node, double loss)
{
	if (loss > 0)
		plim_workspace_list(ws, &ws->places[k], ws->plan->bearer_group[node], trial, loss);
}

/* Charges of shared events: the places struck together are one loss to a bearer. */
static void charge_shared(plim_workspace *ws, size_t k, uint32_t trial, size_t count)
{
	plim_borne *borne = ws->interruption.borne;
	size_t kept = 0;
	if (count > 1)
		qsort(borne, count, sizeof *borne, compare_borne);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && compare_borne(&borne[kept - 1], &borne[i]) == 0)
			borne[kept - 1].loss += borne[i].loss;
		else
			borne[kept++] = borne[i];
	}
	for (size_t i = 0; i < kept; i++)
		bear(ws, k, trial, borne[i].node, borne[i].loss);
}

static void charge_bearers(plim_workspace *ws, size_t k, uint32_t trial)
{
	plim_interruption *in = &ws->interruption;
	size_t count = 0, shared = 0;
	const plim_cluster_charge *charge = plim_cluster_charges(in->solver, &count);
	if (plim_mem_grow((void **)&in->borne, &in->borne_capacity, count, sizeof *in->borne)) {
		ws->status = plim_error_memory(ws->error, "the outages of a trial");
		return;
	}
	for (size_t i = 0; i < count; i++) {
		const plim_trial_outage *outage = &in->all[in->strike[charge[i].outage]];
		double loss = charge[i].loss + charge[i].substitution;
		uint32_t strike = in->order[in->start[trial] + in->strike[charge[i].outage]];
		plim_insure_note(ws, (plim_insure_charge){(uint32_t)k, trial, strike, charge[i].node, loss});
		if (outage->shared)
			in->borne[shared++] = (plim_borne){charge[i].node, outage->event, loss};
		else
			bear(ws, k, trial, charge[i].node, loss);
	}
	charge_shared(ws, k, trial, shared);
}

void plim_interruption_solve(plim_workspace *ws)
{
	plim_interruption *in = &ws->interruption;
	if (ws->held.count == 0 || !sort_by_trial(ws))
		return;
	for (uint32_t trial = 0; trial < ws->trials && ws->status == PLIM_OK; trial++) {
		size_t all = in->start[trial + 1] - in->start[trial];
		if (trial + 1 < ws->trials)
			prefetch_trial(ws, trial + 1);
		if (all == 0 || !reserve_trial(ws, all))
			continue;
		ws->status = plim_day_sort(&ws->by_day, &ws->held, in->order + in->start[trial], all, ws->error);
		if (ws->status != PLIM_OK)
			return;
		collect_trial(ws, trial);
		for (size_t k = 0; k < ws->plan->scenarios && ws->status == PLIM_OK; k++) {
			size_t count = plim_workspace_holds(ws, k) ? collect(ws, k, all) : 0;
			if (count == 0)
				continue;
			solve(ws, k, count);
			if (ws->status == PLIM_OK && !ws->wanted)
				charge_bearers(ws, k, trial);
		}
	}
}
