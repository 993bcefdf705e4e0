/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Comparing two scenarios: what the second avoids of the first's losses, what it costs more, and whether that pays.
 *
 * Losses are what the firm bears: net with insurance, else gross. Avoided is before - after: positive is good. Two
 * scenarios of one file, or of two files with the same seed, stream and trials, saw the same attempts: they are paired,
 * and intervals are of the differences trial by trial (means and probabilities by their standard error, VaR and TVaR
 * from the spread of replicates). Files that are not paired add their variances.
 */
#ifndef PLIM_DECIDE_COMPARE_H
#define PLIM_DECIDE_COMPARE_H

#include "decide/cost.h"
#include "plimsoll/results.h"

/** How an interval was made. */
typedef enum plim_basis {
	PLIM_BASIS_NONE,       /* no interval */
	PLIM_BASIS_PAIRED,     /* differences trial by trial */
	PLIM_BASIS_REPLICATES, /* the spread of replicates of the difference */
	PLIM_BASIS_UNPAIRED,   /* variances added */
	PLIM_BASIS_BOUND,      /* variances added though the scenarios share their draws: wider than need be */
	PLIM_BASIS_EXACT,      /* no sampling in it */
} plim_basis;
const char *plim_basis_name(plim_basis basis);

/** One figure. `p`: of a percentile or TVaR; the loss of a breach; else NAN. Bounds NAN: none. */
typedef struct plim_compare_row {
	const char *figure; /* "mean" (of the trials), "exact_mean" (where both are known), "var", "tvar", "breach", "p_zero": static */
	double p;
	plim_group_kind kind;
	const char *group; /* borrowed from the results */
	const char *title;
	double before, after, avoided, lower, upper;
	plim_basis basis;
} plim_compare_row;

/** A figure of the economics, its interval by the interval of the avoided mean loss. */
typedef struct plim_compare_money {
	double value, lower, upper;
} plim_compare_money;

typedef struct plim_compare_economics {
	double capital, running, yearly;   /* cost more: at the start; a year; a year with the capital by annuity */
	double yearly_lower, yearly_upper; /* the central 95 % of uncertain costs; equal when they are certain */
	double rate;
	unsigned years;                                                 /* of present values */
	plim_compare_money avoided, net, rosi, ratio, present, payback; /* a year, except present value and payback */
	plim_compare_money break_even;                                  /* share of the avoided loss that pays the cost */
	double pays_in_trial, pays_lower,
	    pays_upper; /* over trials: P(avoided > cost) in a year; NAN without paired trials */
	/* over unknowns (plim_compare_worth): P(expected avoided > expected cost), and the median and central 90 % of the
	 * worlds' net benefits a year; NAN when not simulated or, without unknowns, in doubt */
	double worth, worth_lower, worth_upper;
	plim_compare_money net_worlds;
	uint64_t worlds;
} plim_compare_economics;

typedef struct plim_comparison {
	const plim_results *before, *after; /* borrowed, with their scenarios */
	uint32_t before_scenario, after_scenario;
	bool paired;
	const char *why_unpaired; /* static; "" when paired */
	plim_compare_row *row;    /* the total first, then groups */
	size_t rows, capacity;
	plim_cost cost;
	plim_compare_economics economics;
	plim_model *model[2]; /* owned, unless ... */
	bool borrowed;        /* ... they are the caller's */
} plim_comparison;

/**
 * Compares scenario `from` of `before` with `to` of `after` (the same results, or others that must stay as long as
 * the comparison). `years` 0: the longest life among the controls that differ, at least the horizon.
 * PLIM_ERROR_USAGE when currency, horizon or scope differ; PLIM_ERROR_IO, PLIM_ERROR_MODEL when the model cannot be
 * read from the results; PLIM_ERROR_MEMORY. Release with plim_comparison_clear.
 */
plim_status plim_compare(const plim_results *before, uint32_t from, const plim_results *after, uint32_t to,
                         unsigned years, plim_comparison *comparison, plim_error *error);
void plim_comparison_clear(plim_comparison *comparison);

/**
 * The losses alone, of models that are at hand (the caller's, for as long as the comparison): total and groups, without
 * costs. The scopes may differ: what that does to the figures is for the caller to say. PLIM_ERROR_USAGE when currency
 * or horizon differ; PLIM_ERROR_MEMORY.
 */
plim_status plim_compare_losses(const plim_results *before, uint32_t from, const plim_results *after, uint32_t to,
                                plim_model *const model[2], plim_comparison *comparison, plim_error *error);

/** True if both models have the same scope. */
bool plim_compare_same_scope(const plim_model *a, const plim_model *b);

/** Adds a row (PLIM_ERROR_MEMORY). Inside this folder. */
plim_status plim_compare_add(plim_comparison *c, const plim_compare_row *row, plim_error *error);
plim_status plim_compare_total(plim_comparison *c, plim_error *error);
plim_status plim_compare_groups(plim_comparison *c, plim_error *error);
plim_status plim_compare_value(plim_comparison *c, unsigned years, plim_error *error);

#endif
