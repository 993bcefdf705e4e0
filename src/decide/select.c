/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/select.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/portfolio_parts.h"
#include "decide/select_solver.h"

/* Budgets are sums of decimal amounts: what rounding adds to one is not over it. */
#define SLACK 1e-9

/* Values closer than this share are equal. */
#define EQUAL 1e-12

static bool within(double cost, double budget)
{
	return cost <= budget + SLACK * fabs(budget);
}

plim_budget plim_select_cost(const plim_candidate *candidate, size_t candidates, plim_set set)
{
	plim_budget sum = {0};
	for (size_t i = 0; i < candidates; i++) {
		if (!(set >> i & 1))
			continue;
		sum.capital += candidate[i].capital;
		sum.running += candidate[i].running;
	}
	sum.outlay = sum.capital + sum.running;
	return sum;
}

double plim_select_yearly(const plim_candidate *candidate, size_t candidates, plim_set set)
{
	double sum = 0;
	for (size_t i = 0; i < candidates; i++)
		if (set >> i & 1)
			sum += candidate[i].yearly;
	return sum;
}

static bool affordable(const plim_budget *cost, const plim_budget *budget)
{
	return within(cost->outlay, budget->outlay) && within(cost->capital, budget->capital) &&
	       within(cost->running, budget->running);
}

bool plim_select_allows(const plim_candidate *candidate, size_t candidates, const plim_budget *budget, plim_set set)
{
	for (size_t i = 0; i < candidates; i++)
		if (set >> i & 1 && (candidate[i].requires & ~set || candidate[i].excludes & set))
			return false;
	plim_budget cost = plim_select_cost(candidate, candidates, set);
	return affordable(&cost, budget);
}

static double value_at(const plim_select *s, const uint64_t *number)
{
	double worst = -INFINITY;
	for (size_t f = 0; f < s->functions; f++) {
		double sum = 0;
		for (size_t p = 0; p < s->parts; p++)
			sum += s->table[f * s->parts + p][number[p]];
		worst = sum > worst ? sum : worst;
	}
	return worst;
}

double plim_select_value(const plim_select *s, plim_set set)
{
	double worst = -INFINITY;
	for (size_t f = 0; f < s->functions; f++) {
		double sum = 0;
		for (size_t p = 0; p < s->parts; p++)
			sum += s->table[f * s->parts + p][plim_subset_number(s->part[p], set & s->part[p])];
		worst = sum > worst ? sum : worst;
	}
	return worst;
}

/* ---- all sets ---- */

typedef struct search {
	const plim_select *select;
	uint64_t *number; /* by part: of the subset so far */
	plim_set set, best;
	double value, yearly;
} search;

static void weigh(search *s)
{
	const plim_select *select = s->select;
	double value = value_at(select, s->number), margin = EQUAL * fabs(s->value);
	if (value > s->value + margin)
		return;
	double yearly = plim_select_yearly(select->candidate, select->candidates, s->set);
	bool equal = value >= s->value - margin;
	if (equal &&
	    (yearly > s->yearly || (yearly == s->yearly && __builtin_popcountll(s->set) >= __builtin_popcountll(s->best))))
		return;
	s->value = equal && s->value < value ? s->value : value;
	s->yearly = yearly;
	s->best = s->set;
}

static void number_with(search *s, size_t control, bool on)
{
	const plim_set bit = (plim_set)1 << control;
	for (size_t p = 0; p < s->select->parts; p++) {
		const plim_set own = s->select->part[p];
		if (!(own & bit))
			continue;
		uint64_t flag = UINT64_C(1) << __builtin_popcountll(own & (bit - 1));
		s->number[p] = on ? s->number[p] | flag : s->number[p] & ~flag;
	}
}

/* Decides on control `at` and all after it. */
static void go_through(search *s, size_t at, plim_budget cost)
{
	const plim_select *select = s->select;
	if (at == select->candidates) {
		bool complete = true;
		for (size_t i = 0; i < at; i++)
			complete &= !(s->set >> i & 1) || !(select->candidate[i].requires & ~s->set);
		if (complete)
			weigh(s);
		return;
	}
	const plim_candidate *c = &select->candidate[at];
	go_through(s, at + 1, cost);
	cost.capital += c->capital;
	cost.running += c->running;
	cost.outlay = cost.capital + cost.running;
	const plim_set bit = (plim_set)1 << at;
	if (!affordable(&cost, &select->budget) || c->excludes & (s->set | bit))
		return;
	s->set |= bit;
	number_with(s, at, true);
	go_through(s, at + 1, cost);
	number_with(s, at, false);
	s->set &= ~bit;
}

static plim_status enumerate(const plim_select *select, plim_set *set, double *value, plim_error *error)
{
	search s = {.select = select, .value = INFINITY, .yearly = INFINITY};
	s.number = plim_mem_alloc(select->parts, sizeof *s.number);
	if (!s.number)
		return plim_error_memory(error, "the choice of controls");
	go_through(&s, 0, (plim_budget){0});
	plim_mem_free(s.number);
	*set = s.best;
	*value = s.value;
	return PLIM_OK;
}

/* Takes out what changes nothing, the dearest first. */
static void thin_out(const plim_select *select, plim_set *set, double *value)
{
	for (bool changed = true; changed;) {
		size_t best = select->candidates;
		changed = false;
		for (size_t i = 0; i < select->candidates; i++) {
			plim_set without = *set & ~((plim_set)1 << i);
			if (without == *set ||
			    !plim_select_allows(select->candidate, select->candidates, &select->budget, without) ||
			    plim_select_value(select, without) > *value + EQUAL * fabs(*value))
				continue;
			if (best == select->candidates || select->candidate[i].yearly > select->candidate[best].yearly)
				best = i;
		}
		if (best < select->candidates) {
			*set &= ~((plim_set)1 << best);
			changed = true;
		}
	}
}

plim_status plim_select_least(const plim_select *select, plim_set *set, double *value, plim_error *error)
{
	if (!select->solver && select->candidates <= PLIM_SELECT_ENUMERATE)
		return enumerate(select, set, value, error);
	plim_status status = plim_select_solve(select, set, error);
	if (status != PLIM_OK)
		return status;
	*value = plim_select_value(select, *set);
	thin_out(select, set, value);
	return PLIM_OK;
}
