/* SPDX-License-Identifier: Apache-2.0 */
/* The search of optimize.h: what it knows, and one budget after the other. */
#ifndef PLIM_DECIDE_OPTIMIZE_SEARCH_H
#define PLIM_DECIDE_OPTIMIZE_SEARCH_H

#include "decide/optimize.h"

typedef struct plim_search plim_search;

/** Simulates what the search for `objective` is to rest on. The caller owns *search; the portfolio must outlive it. */
plim_status plim_search_new(plim_portfolio *portfolio, plim_portfolio_figure objective, plim_search **search,
                            plim_error *error);
void plim_search_free(plim_search **search);

/** The best set under a budget: fills set, found, bound and proof. */
plim_status plim_search_find(plim_search *search, const plim_budget *budget, plim_option *found, plim_error *error);

#endif
