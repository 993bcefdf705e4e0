/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a scenario costs a year: its controls by annuity, what they add to the flow, and its premiums.
 *
 * The yearly cost of capital C that lives L years is C r / (1 - (1 + r)^-L) at a rate r (Brealey, Myers and Allen,
 * Principles of Corporate Finance: equivalent annual cost), C / L without a rate; a control without `life_years` is
 * taken to last the horizon. Friction costs hours x passages x cost of an hour, where passages are those of the
 * model's trips over the legs that the control protects unless they are given.
 */
#ifndef PLIM_DECIDE_COST_H
#define PLIM_DECIDE_COST_H

#include "dist/quantile_table.h"
#include "model/model.h"

/** A number of the model as it is drawn. */
typedef struct plim_cost_number {
	double mean;
	uint64_t identity;          /* of the unknown: the same draws as everywhere else */
	plim_quantile_table *table; /* NULL for a plain number */
} plim_cost_number;

/** One control, or one premium (capital 0), that costs (sign 1) or saves (-1). */
typedef struct plim_cost_item {
	const char *id; /* borrowed from the model */
	double sign;
	double life_years;
	plim_cost_number capital, annual, hours;
	double cost_per_unit_hour; /* passages a year x cost of an hour */
} plim_cost_item;

typedef struct plim_cost {
	plim_cost_item *item;
	size_t items;
	double rate; /* discount rate, 0 when there is none */
	bool uncertain;
} plim_cost;

/** Yearly cost of one unit of capital. */
double plim_annuity(double rate, double life_years);

/** Adds what `scenario` costs, with a sign. Start from {0}. PLIM_ERROR_MEMORY, PLIM_ERROR_MODEL. */
plim_status plim_cost_add(plim_cost *cost, const plim_model *model, const plim_scenario *scenario, double sign,
                          plim_error *error);

/** Takes out what is on both sides under the same name at the same price. */
void plim_cost_cancel(plim_cost *cost);
void plim_cost_clear(plim_cost *cost);

/** Sums over the items, unknowns by their means: money a year, and capital at the start. */
double plim_cost_yearly(const plim_cost *cost);
double plim_cost_capital(const plim_cost *cost);
double plim_cost_running(const plim_cost *cost); /* a year, without capital */

/** Money a year with the unknowns that trial `trial` of a run with `seed` draws. */
double plim_cost_drawn(const plim_cost *cost, uint64_t seed, uint64_t trial);

/** The present value of all costs of `years` years: capital at the start and whenever it has worn out, less what the
 *  last one is still worth (in proportion) at the end; what runs at the end of each year. */
double plim_cost_present(const plim_cost *cost, unsigned years);

#endif
