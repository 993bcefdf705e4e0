/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/insure.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/workspace.h"

plim_status plim_insure_init(plim_insure *insure, const plim_plan *plan, plim_error *error)
{
	insure->start = plim_mem_alloc(PLIM_BLOCK_TRIALS + 1, sizeof *insure->start);
	insure->retained = plim_mem_alloc(plan->policies, sizeof *insure->retained);
	insure->paid = plim_mem_alloc(plan->policies, sizeof *insure->paid);
	insure->pays = plim_mem_alloc(plan->policies, sizeof *insure->pays);
	insure->rate = plim_mem_alloc(plan->policies, sizeof *insure->rate);
	bool ok = insure->start && insure->retained && insure->paid && insure->pays && insure->rate;
	return ok ? PLIM_OK : plim_error_memory(error, "the insurance");
}

void plim_insure_clear(plim_insure *insure)
{
	plim_mem_free(insure->ceded);
	plim_mem_free(insure->order);
	plim_mem_free(insure->start);
	plim_mem_free(insure->retained);
	plim_mem_free(insure->paid);
	plim_mem_free(insure->pays);
	plim_mem_free(insure->rate);
	plim_mem_free(insure->charge);
	plim_mem_free(insure->borne);
	*insure = (plim_insure){0};
}

void plim_insure_note(plim_workspace *ws, plim_insure_charge charge)
{
	plim_insure *in = &ws->insure;
	if (ws->plan->policies == 0 || !(charge.loss > 0))
		return;
	if (plim_mem_grow((void **)&in->charge, &in->charge_capacity, in->charges + 1, sizeof *in->charge))
		ws->status = plim_error_memory(ws->error, "the outages of a block");
	else
		in->charge[in->charges++] = charge;
}

static const plim_plan_threat *threat_of(const plim_workspace *ws, uint32_t strike)
{
	return &ws->plan->threat[ws->plan->source[ws->held.strike[strike].source].threat];
}

/* Insured strikes by trial, and within a trial by day; ties keep the order of threats, sources and attempts, so that
 * the strikes of a shared event stay together. */
static bool sort_strikes(plim_workspace *ws)
{
	const plim_held *held = &ws->held;
	plim_insure *in = &ws->insure;
	uint32_t *start = in->start;
	if (plim_mem_grow((void **)&in->order, &in->order_capacity, held->count, sizeof *in->order)) {
		ws->status = plim_error_memory(ws->error, "the insured losses of a block");
		return false;
	}
	memset(start, 0, (PLIM_BLOCK_TRIALS + 1) * sizeof *start);
	for (uint32_t i = 0; i < held->count; i++)
		start[held->strike[i].trial + 1] += threat_of(ws, i)->policies > 0;
	for (uint32_t t = 0; t < PLIM_BLOCK_TRIALS; t++)
		start[t + 1] += start[t];
	for (uint32_t i = 0; i < held->count; i++)
		if (threat_of(ws, i)->policies > 0)
			in->order[start[held->strike[i].trial]++] = i;
	for (uint32_t t = PLIM_BLOCK_TRIALS; t > 0; t--)
		start[t] = start[t - 1];
	start[0] = 0;
	for (uint32_t t = 0; t < PLIM_BLOCK_TRIALS && ws->status == PLIM_OK; t++)
		ws->status = plim_day_sort(&ws->by_day, held, in->order + start[t], start[t + 1] - start[t], ws->error);
	return ws->status == PLIM_OK;
}

/* One event in one scenario: its strikes, consecutive in `order`. */
typedef struct event {
	size_t scenario;
	const plim_plan_threat *threat;
	const uint32_t *strike;
	size_t strikes;
	double direct, outage, loss; /* over its strikes: gross */
} event;

static uint32_t slot_of(const plim_workspace *ws, uint32_t strike, size_t k)
{
	uint32_t class = ws->plan->source[ws->held.strike[strike].source].effect_class;
	return ws->plan->effect_class[class].slot_of[k];
}

static double direct_of(const plim_workspace *ws, uint32_t strike, size_t k)
{
	return ws->held.sum[strike] * ws->held.factor[slot_of(ws, strike, k)][strike];
}

static double outage_of(const plim_workspace *ws, uint32_t strike, size_t k)
{
	const double *extra = ws->held.extra + 2 * ((size_t)strike * ws->held.scenarios + k);
	return extra[0] + extra[1];
}

/* What outages of `days` and of `days` less the waiting days lose on their own: the share that is insured. */
static double insured_share(const plim_workspace *ws, uint32_t strike, size_t k, double waiting)
{
	const plim_plan *plan = ws->plan;
	if (waiting == 0)
		return 1;
	const plim_plan_source *source = &plan->source[ws->held.strike[strike].source];
	const plim_outage_curve *curve = plan->curve[source->curve + plan->scenario[k].overlay * plan->curves];
	double days = ws->held.days[(size_t)strike * ws->held.slots + slot_of(ws, strike, k)];
	double left = days > waiting ? days - waiting : 0;
	double whole = plim_curve_at(curve, curve->loss, days) + plim_curve_at(curve, curve->substitution, days);
	double part = plim_curve_at(curve, curve->loss, left) + plim_curve_at(curve, curve->substitution, left);
	if (!(whole > 0)) /* it loses something only together with others */
		return days > 0 ? left / days : 0;
	return part < whole ? part / whole : 1; /* curves may fall */
}

static bool insures(const plim_workspace *ws, const event *e, size_t i)
{
	return ws->plan->policy_in_force[e->scenario * ws->plan->policies + e->threat->policy[i]];
}

/* The loss that a policy looks at. */
static double insured_loss(const plim_workspace *ws, const event *e, double waiting)
{
	double loss = e->direct;
	if (waiting == 0 || e->outage == 0)
		return e->loss;
	for (size_t s = 0; s < e->strikes; s++)
		loss += outage_of(ws, e->strike[s], e->scenario) * insured_share(ws, e->strike[s], e->scenario, waiting);
	return loss;
}

/* What one policy would pay if it were alone, its aggregate deductible worn down by it. */
static void offer(plim_workspace *ws, const event *e, uint32_t policy)
{
	const plim_plan_policy *p = &ws->plan->policy[policy];
	double loss = insured_loss(ws, e, p->waiting_days), layer = loss - p->deductible;
	if (!(layer > 0))
		return;
	double pays = p->share * (layer < p->limit ? layer : p->limit);
	double kept = p->aggregate_deductible - ws->insure.retained[policy];
	if (kept > 0) {
		kept = kept < pays ? kept : pays;
		ws->insure.retained[policy] += kept;
		pays -= kept;
	}
	double left = p->aggregate_limit - ws->insure.paid[policy];
	pays = pays < left ? pays : left > 0 ? left : 0;
	ws->insure.pays[policy] = pays;
	ws->insure.rate[policy] = pays / loss;
}

/* What all policies together would pay of each unit of the interruption of a strike. */
static double outage_rate(const plim_workspace *ws, const event *e, uint32_t strike)
{
	double rate = 0;
	for (size_t i = 0; i < e->threat->policies; i++) {
		uint32_t policy = e->threat->policy[i];
		if (ws->insure.rate[policy] > 0)
			rate +=
			    ws->insure.rate[policy] * insured_share(ws, strike, e->scenario, ws->plan->policy[policy].waiting_days);
	}
	return rate;
}

static double at_most_one(double x)
{
	return x < 1 ? x : 1;
}

/* Where policies would pay more than there is: what `policy` pays when each part of the loss is paid for once, in
 * proportion. */
static double scaled_payment(const plim_workspace *ws, const event *e, uint32_t policy, double direct_rate)
{
	double rate = ws->insure.rate[policy], waiting = ws->plan->policy[policy].waiting_days;
	double pays = rate * e->direct / (direct_rate > 1 ? direct_rate : 1);
	for (size_t s = 0; s < e->strikes; s++) {
		double all = outage_rate(ws, e, e->strike[s]);
		pays += rate * outage_of(ws, e->strike[s], e->scenario) *
		        insured_share(ws, e->strike[s], e->scenario, waiting) / (all > 1 ? all : 1);
	}
	return pays;
}

/* Fills the shares of every strike; returns what is ceded by them, and whether some part would be paid for more than
 * once. */
static double share_out(plim_workspace *ws, const event *e, double direct_rate, bool *beyond)
{
	double ceded = 0;
	*beyond = direct_rate > 1 && e->direct > 0;
	for (size_t s = 0; s < e->strikes; s++) {
		uint32_t strike = e->strike[s];
		double outage = outage_of(ws, strike, e->scenario), rate = outage > 0 ? outage_rate(ws, e, strike) : 0;
		plim_ceded *c = &ws->insure.ceded[(size_t)strike * ws->held.scenarios + e->scenario];
		*beyond |= rate > 1;
		c->direct = at_most_one(direct_rate);
		c->outage = at_most_one(rate);
		c->total = direct_of(ws, strike, e->scenario) * c->direct + outage * c->outage;
		ceded += c->total;
	}
	return ceded;
}

/* An event that is paid for in full leaves nothing anywhere, not even the rounding of a share. */
static void cede_all(plim_workspace *ws, const event *e)
{
	for (size_t s = 0; s < e->strikes; s++) {
		uint32_t strike = e->strike[s];
		double loss = direct_of(ws, strike, e->scenario);
		loss += outage_of(ws, strike, e->scenario);
		ws->insure.ceded[(size_t)strike * ws->held.scenarios + e->scenario] = (plim_ceded){loss, 0, 1, 1};
	}
}

static void count_event(plim_workspace *ws, const event *e, double ceded)
{
	size_t scenarios = ws->plan->scenarios, threat = (size_t)(e->threat - ws->plan->threat);
	uint64_t *counts = ws->held_counts + threat * plim_plan_series(ws->plan) + e->scenario;
	counts[PLIM_PERSPECTIVE_CEDED * scenarios] += ceded > 0;
	counts[PLIM_PERSPECTIVE_NET * scenarios] -= ceded > 0 && ceded >= e->loss;
}

static void cede(plim_workspace *ws, const event *e)
{
	const plim_plan_threat *t = e->threat;
	plim_insure *in = &ws->insure;
	double offered = 0, direct_rate = 0;
	bool beyond = false;
	for (size_t i = 0; i < t->policies; i++) {
		uint32_t p = t->policy[i];
		in->rate[p] = in->pays[p] = 0;
		if (insures(ws, e, i))
			offer(ws, e, p);
		offered += in->pays[p];
		direct_rate += in->rate[p];
	}
	if (!(offered > 0))
		return;
	double ceded = share_out(ws, e, direct_rate, &beyond);
	for (size_t i = 0; i < t->policies; i++) {
		uint32_t p = t->policy[i];
		in->paid[p] += beyond ? scaled_payment(ws, e, p, direct_rate) : in->pays[p];
	}
	if (!beyond)
		ceded = offered; /* to the last bit what the terms say, not the sum of rounded shares */
	if (ceded >= e->loss) {
		ceded = e->loss;
		cede_all(ws, e);
	}
	plim_ceded *first = &in->ceded[(size_t)e->strike[0] * ws->held.scenarios + e->scenario];
	first->whole = ceded;
	if (e->strikes == 1)
		first->total = ceded;
	count_event(ws, e, ceded);
}

/* Aggregates count anew in every year. */
static void begin_year(plim_workspace *ws)
{
	for (size_t p = 0; p < ws->plan->policies; p++)
		ws->insure.retained[p] = ws->insure.paid[p] = 0;
}

static void cede_trial(plim_workspace *ws, uint32_t trial, size_t k)
{
	plim_insure *in = &ws->insure;
	double year_end = 0;
	for (uint32_t o = in->start[trial]; o < in->start[trial + 1];) {
		const uint32_t *first = &in->order[o];
		event e = {.scenario = k, .threat = threat_of(ws, *first), .strike = first};
		for (; o < in->start[trial + 1]; o++, e.strikes++) {
			uint32_t strike = in->order[o];
			if (e.strikes > 0 && (!e.threat->shared || ws->held.strike[strike].event != ws->held.strike[*first].event))
				break;
			double direct = direct_of(ws, strike, k), outage = outage_of(ws, strike, k);
			e.direct += direct;
			e.outage += outage;
			e.loss += direct + outage; /* as it is gathered */
		}
		const double day = ws->held.strike[*first].day;
		if (day >= year_end) {
			begin_year(ws);
			year_end = PLIM_YEAR_DAYS * (plim_year_of(day) + 1);
		}
		if (e.loss > 0)
			cede(ws, &e);
	}
}

static bool reserve(plim_workspace *ws)
{
	plim_insure *in = &ws->insure;
	size_t needed = ws->held.count * ws->held.scenarios;
	if (plim_mem_grow((void **)&in->ceded, &in->ceded_capacity, needed, sizeof *in->ceded)) {
		ws->status = plim_error_memory(ws->error, "the insured losses of a block");
		return false;
	}
	memset(in->ceded, 0, needed * sizeof *in->ceded);
	if (!ws->plan->graph) /* else the outages have been solved, and those of other strikes set to 0 */
		memset(ws->held.extra, 0, 2 * needed * sizeof *ws->held.extra);
	return true;
}

static void begin_counts(plim_workspace *ws)
{
	size_t scenarios = ws->plan->scenarios, series = plim_plan_series(ws->plan);
	for (size_t t = 0; t < ws->plan->threats; t++) {
		uint64_t *counts = ws->held_counts + t * series;
		memset(counts + PLIM_PERSPECTIVE_CEDED * scenarios, 0, scenarios * sizeof *counts);
		memcpy(counts + PLIM_PERSPECTIVE_NET * scenarios, counts, scenarios * sizeof *counts);
	}
}

/* ---- bearers ---- */

static int compare_borne(const void *a, const void *b)
{
	const plim_insure_borne *x = a, *y = b;
	if (x->node != y->node)
		return x->node < y->node ? -1 : 1;
	if (x->event != y->event)
		return x->event < y->event ? -1 : 1;
	return (x->at > y->at) - (x->at < y->at);
}

static void book(plim_workspace *ws, const plim_insure_charge *charge, const plim_insure_borne *b)
{
	size_t scenarios = ws->plan->scenarios;
	uint32_t group = ws->plan->bearer_group[b->node];
	if (b->ceded > 0)
		plim_workspace_list(ws, &ws->places[PLIM_PERSPECTIVE_CEDED * scenarios + charge->scenario], group,
		                    charge->trial, b->ceded);
	if (b->net > 0)
		plim_workspace_list(ws, &ws->places[PLIM_PERSPECTIVE_NET * scenarios + charge->scenario], group, charge->trial,
		                    b->net);
}

/* The charges of one trial in one scenario: places struck together are one loss to a bearer. */
static void book_trial(plim_workspace *ws, const plim_insure_charge *charge, size_t count)
{
	plim_insure *in = &ws->insure;
	size_t kept = 0;
	if (plim_mem_grow((void **)&in->borne, &in->borne_capacity, count, sizeof *in->borne)) {
		ws->status = plim_error_memory(ws->error, "the insured losses of a block");
		return;
	}
	for (uint32_t i = 0; i < count; i++) {
		const plim_ceded *c = &in->ceded[(size_t)charge[i].strike * ws->held.scenarios + charge[i].scenario];
		double ceded = charge[i].loss * c->outage;
		uint32_t number = ws->held.strike[charge[i].strike].event;
		in->borne[i] = (plim_insure_borne){charge[i].node, number, i, ceded, charge[i].loss - ceded};
	}
	qsort(in->borne, count, sizeof *in->borne, compare_borne);
	for (size_t i = 0; i < count; i++) {
		if (kept > 0 && in->borne[kept - 1].node == in->borne[i].node &&
		    in->borne[kept - 1].event == in->borne[i].event) {
			in->borne[kept - 1].ceded += in->borne[i].ceded;
			in->borne[kept - 1].net += in->borne[i].net;
		} else {
			in->borne[kept++] = in->borne[i];
		}
	}
	for (size_t i = 0; i < kept; i++)
		book(ws, charge, &in->borne[i]);
}

static void book_bearers(plim_workspace *ws)
{
	const plim_insure *in = &ws->insure;
	for (size_t i = 0, begin = 0; i < in->charges && ws->status == PLIM_OK; begin = i) {
		const plim_insure_charge *first = &in->charge[begin];
		while (i < in->charges && in->charge[i].trial == first->trial && in->charge[i].scenario == first->scenario)
			i++;
		book_trial(ws, first, i - begin);
	}
}

void plim_insure_solve(plim_workspace *ws)
{
	begin_counts(ws);
	if (ws->held.count == 0 || !reserve(ws) || !sort_strikes(ws))
		return;
	for (uint32_t trial = 0; trial < ws->trials; trial++)
		for (size_t k = 0; ws->insure.start[trial] < ws->insure.start[trial + 1] && k < ws->plan->scenarios; k++)
			if (plim_workspace_holds(ws, k))
				cede_trial(ws, trial, k);
	book_bearers(ws);
}
