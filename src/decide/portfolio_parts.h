/* SPDX-License-Identifier: Apache-2.0 */
/* What the files of portfolios share. */
#ifndef PLIM_DECIDE_PORTFOLIO_PARTS_H
#define PLIM_DECIDE_PORTFOLIO_PARTS_H

#include "decide/portfolio.h"

/** A copy of a portfolio's model whose scenarios are what is in force and a set of candidates each. Start from {0}. */
typedef struct plim_scenario_list {
	plim_model model;
	plim_scenario *scenario;
	uint32_t *control;
	char *name;
} plim_scenario_list;

/** Scenario k has set k. PLIM_ERROR_MEMORY. */
plim_status plim_scenario_list_make(const plim_portfolio *portfolio, const plim_set *set, size_t count,
                                    plim_scenario_list *list, plim_error *error);
void plim_scenario_list_clear(plim_scenario_list *list);

/** Forgets the losses trial by trial; sums stay. */
void plim_portfolio_drop(plim_portfolio *portfolio);

/** The k-th subset of a set: the bits of k put at the places of the set's bits; and the way back. */
plim_set plim_subset(plim_set set, uint64_t k);
uint64_t plim_subset_number(plim_set set, plim_set subset);

#endif
