/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The best set of controls under budgets, where losses add up over parts.
 *
 * Each of `functions` gives every part a number for each set of its own controls; a set's value under it is the sum
 * over parts, and a set's value is the largest over the functions. (One function: a mean. Several: what is known from
 * below of a TVaR, see optimize.) The least value is found, and proven, by going through all sets that the budgets
 * allow, or, beyond PLIM_SELECT_ENUMERATE controls, by GLPK's branch and cut of the mixed-integer program
 *
 *   least z  with  z >= sum over parts p and sets v of f_p(v) y_p(v)  for each function f,
 *   sum over v of y_p(v) = 1,  sum over v with control c of y_p(v) = x_c,  x_c in {0, 1},  y >= 0.
 */
#ifndef PLIM_DECIDE_SELECT_H
#define PLIM_DECIDE_SELECT_H

#include "decide/portfolio.h"

#define PLIM_SELECT_ENUMERATE 20

/** What may be spent; INFINITY: no limit. */
typedef struct plim_budget {
	double outlay;  /* of the first year: capital and running costs together */
	double capital; /* at the start */
	double running; /* a year */
} plim_budget;

typedef struct plim_select {
	const plim_candidate *candidate;
	size_t candidates;
	plim_budget budget;
	size_t parts;
	const plim_set *part; /* controls of each */
	size_t functions;
	const double *const *table; /* [function x parts + part][number of the subset of the part's controls] */
	volatile const int *stop;
	bool solver; /* GLPK whatever the number of controls */
} plim_select;

/** True if a set is coherent and within the budget (up to rounding, 1e-9 of it). */
bool plim_select_allows(const plim_candidate *candidate, size_t candidates, const plim_budget *budget, plim_set set);

/** Costs of a set. */
plim_budget plim_select_cost(const plim_candidate *candidate, size_t candidates, plim_set set);
double plim_select_yearly(const plim_candidate *candidate, size_t candidates, plim_set set);

double plim_select_value(const plim_select *select, plim_set set);

/**
 * The set of least value; among equals the one that costs least a year. PLIM_ERROR_INTERRUPTED, PLIM_ERROR_MEMORY,
 * PLIM_ERROR_INTERNAL when GLPK fails.
 */
plim_status plim_select_least(const plim_select *select, plim_set *set, double *value, plim_error *error);

#endif
