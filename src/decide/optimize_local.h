/* SPDX-License-Identifier: Apache-2.0 */
/* Searching near a set, where nothing better can be proven. */
#ifndef PLIM_DECIDE_OPTIMIZE_LOCAL_H
#define PLIM_DECIDE_OPTIMIZE_LOCAL_H

#include "decide/optimize.h"

/** Adds, drops and swaps controls while that helps. The bound is the figure of all candidates together, whatever they
 *  cost: it holds unless a control adds loss. */
plim_status plim_search_local(plim_portfolio *portfolio, plim_portfolio_figure objective, const plim_budget *budget,
                              plim_option *found, plim_error *error);

/** The same from found->set, whose figure is found->found; the bound stays. */
plim_status plim_search_polish(plim_portfolio *portfolio, plim_portfolio_figure objective, const plim_budget *budget,
                               plim_option *found, plim_error *error);

/** The set with a control and all that it requires. */
plim_set plim_set_with(const plim_portfolio *portfolio, plim_set set, size_t control);

#endif
