/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/optimize_local.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"

typedef struct climb {
	plim_portfolio *pf;
	plim_portfolio_figure objective;
	const plim_budget *budget;
	plim_set *set; /* that can be reached in one move */
	plim_portfolio_value *value;
	size_t sets;
} climb;

plim_set plim_set_with(const plim_portfolio *pf, plim_set set, size_t control)
{
	set |= (plim_set)1 << control;
	for (plim_set before = 0; before != set;) {
		before = set;
		for (size_t i = 0; i < pf->candidates; i++)
			if (set & (plim_set)1 << i)
				set |= pf->candidate[i].requires;
	}
	return set;
}

static void reach(climb *c, plim_set set)
{
	for (size_t i = 0; i < c->sets; i++)
		if (c->set[i] == set)
			return;
	if (plim_select_allows(c->pf->candidate, c->pf->candidates, c->budget, set))
		c->set[c->sets++] = set;
}

/* One more, one less, and one for another, each with what belongs to it. */
static void list_moves(climb *c, plim_set from)
{
	const size_t n = c->pf->candidates;
	c->sets = 0;
	reach(c, from);
	for (size_t i = 0; i < n; i++) {
		if (!(from >> i & 1)) {
			reach(c, plim_set_with(c->pf, from, i));
			continue;
		}
		plim_set without = plim_portfolio_working(c->pf, from & ~((plim_set)1 << i));
		reach(c, without);
		for (size_t j = 0; j < n; j++)
			if (!(from >> j & 1))
				reach(c, plim_set_with(c->pf, without, j));
	}
}

static double weigh(const climb *c, size_t i, size_t from, bool by_ratio)
{
	double gain = c->value[from].all[c->objective] - c->value[i].all[c->objective];
	double cost = plim_select_yearly(c->pf->candidate, c->pf->candidates, c->set[i]) -
	              plim_select_yearly(c->pf->candidate, c->pf->candidates, c->set[from]);
	if (!by_ratio)
		return gain;
	return gain > 0 && cost <= 0 ? INFINITY : gain / cost;
}

static plim_status ascend(climb *c, bool by_ratio, plim_set *set, double *value, plim_error *error)
{
	for (bool moved = true; moved;) {
		size_t best = 0;
		list_moves(c, *set);
		plim_status status =
		    plim_portfolio_values(c->pf, c->set, c->sets, c->objective == PLIM_PORTFOLIO_MEAN, c->value, error);
		if (status != PLIM_OK)
			return status;
		for (size_t i = 1; i < c->sets; i++)
			if (c->value[i].all[c->objective] < c->value[0].all[c->objective] &&
			    (best == 0 || weigh(c, i, 0, by_ratio) > weigh(c, best, 0, by_ratio)))
				best = i;
		moved = best != 0;
		*set = c->set[best];
		*value = c->value[best].all[c->objective];
	}
	return PLIM_OK;
}

static plim_status begin(climb *c, plim_portfolio *pf, plim_portfolio_figure objective, const plim_budget *budget,
                         plim_error *error)
{
	const size_t most = (pf->candidates + 1) * (pf->candidates + 1);
	*c = (climb){.pf = pf, .objective = objective, .budget = budget};
	c->set = plim_mem_alloc(most, sizeof *c->set);
	c->value = plim_mem_alloc(most, sizeof *c->value);
	return c->set && c->value ? PLIM_OK : plim_error_memory(error, "the choice of controls");
}

static void end(climb *c)
{
	plim_mem_free(c->set);
	plim_mem_free(c->value);
}

plim_status plim_search_local(plim_portfolio *pf, plim_portfolio_figure objective, const plim_budget *budget,
                              plim_option *found, plim_error *error)
{
	climb c;
	plim_status status = begin(&c, pf, objective, budget, error);
	found->found = INFINITY;
	found->proof = PLIM_PROOF_NONE;
	for (int by_ratio = 0; by_ratio < 2 && status == PLIM_OK; by_ratio++) {
		plim_set set = 0;
		double value = INFINITY;
		status = ascend(&c, by_ratio, &set, &value, error);
		if (status == PLIM_OK && value < found->found) {
			found->found = value;
			found->set = set;
		}
	}
	plim_set all = ~(plim_set)0 >> (64 - pf->candidates);
	if (status == PLIM_OK)
		status = plim_portfolio_values(pf, &all, 1, objective == PLIM_PORTFOLIO_MEAN, c.value, error);
	if (status == PLIM_OK)
		found->bound = c.value->all[objective];
	end(&c);
	return status;
}

plim_status plim_search_polish(plim_portfolio *pf, plim_portfolio_figure objective, const plim_budget *budget,
                               plim_option *found, plim_error *error)
{
	climb c;
	plim_status status = begin(&c, pf, objective, budget, error);
	if (status == PLIM_OK)
		status = ascend(&c, false, &found->set, &found->found, error);
	end(&c);
	return status;
}
