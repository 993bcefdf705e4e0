/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What each control avoids, and the controls of each clause: shares of what a scenario avoids of another's losses.
 *
 * Controls help and replace one another, so "what a control avoids" has three answers, all from the same trials:
 * - left out: the figure without it less the figure of all: what would be lost again if it alone were taken away;
 * - first in: the figure of none less the figure of it alone: what it would avoid if it came first;
 * - Shapley value: the mean over all orders in which controls could come of what it adds on coming (Shapley, A value
 * for n-person games, 1953). Only these sum to what all avoid together. A control whose `requires` is not there does
 * nothing in any of them. For a clause all controls tagged with it, or with a clause under it, are left out or come
 * first together, and their Shapley values are summed.
 */
#ifndef PLIM_DECIDE_AVOIDED_H
#define PLIM_DECIDE_AVOIDED_H

#include "decide/displace.h"

/** Shapley values come from all sets of up to so many controls, beyond that from drawn orders. */
#define PLIM_AVOIDED_EXACT 12

typedef struct plim_avoided_options {
	const char *from, *to; /* scenarios; from NULL: the first of the file; to NULL: `controls`, or all there are */
	const char *const *controls; /* ids, NULL-terminated, with `to` NULL */
	plim_portfolio_figure figure;
	plim_portfolio_scale scale;
	plim_run_options run;           /* trials, seed, threads, memory_limit, stop */
	size_t orders;                  /* drawn beyond PLIM_AVOIDED_EXACT controls, at least 2 */
	plim_displace_options displace; /* no shares: attackers are not followed */
	plim_watch *watch;              /* NULL: nobody looks */
} plim_avoided_options;

/** Amounts of the figure: money of a trial, or a probability; 95 % intervals from the spread of replicates, for drawn
 *  orders with the spread of the orders beside it. */
typedef struct plim_avoided_row {
	const char *id, *title; /* borrowed from the model or static */
	plim_set set;
	plim_interval left_out, first_in, shapley;
	double yearly; /* cost a year */
} plim_avoided_row;

typedef struct plim_avoided {
	plim_portfolio *portfolio; /* owned; its candidates are the controls */
	plim_avoided_options options;
	plim_avoided_row *control; /* portfolio->candidates of them */
	plim_avoided_row *clause;  /* in the standard's order; the last may be "(unassigned)" */
	size_t clauses;
	plim_interval before, after, total;
	size_t orders;            /* drawn; 0: Shapley values are exact in the sample */
	plim_displaced displaced; /* no rows unless it was asked for */
} plim_avoided;

/** PLIM_ERROR_USAGE when the scenarios do not differ by controls alone, others as plim_optimize. Release with
 *  plim_avoided_clear. */
plim_status plim_avoided_loss(const plim_model *model, const plim_avoided_options *options, plim_avoided *avoided,
                              plim_error *error);
void plim_avoided_clear(plim_avoided *avoided);

#endif
