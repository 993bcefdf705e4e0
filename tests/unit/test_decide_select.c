/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "decide/select.h"

enum { CONTROLS = 16, PARTS = 9, FUNCTIONS = 3, MOST_BITS = 5 };

/* A choice of 16 controls. Every part has a number for each set of its controls, drawn at random and not monotone: the
 * controls of a part help, hinder or replace one another in any way. */
typedef struct instance {
	plim_candidate candidate[CONTROLS];
	plim_set part[PARTS];
	double number[FUNCTIONS][PARTS][1 << MOST_BITS];
	const double *table[FUNCTIONS * PARTS];
	plim_select select;
} instance;

static double uniform(unsigned *state)
{
	*state = *state * 1664525u + 1013904223u;
	return (*state >> 8) / 16777216.0;
}

static void make(instance *in, unsigned seed, size_t functions)
{
	unsigned state = seed;
	for (size_t i = 0; i < CONTROLS; i++)
		in->candidate[i] = (plim_candidate){.capital = floor(100 * uniform(&state)),
		                                    .running = floor(30 * uniform(&state)),
		                                    .yearly = floor(50 * uniform(&state))};
	in->candidate[3].requires = 1 << 7 | 1 << 1;
	in->candidate[7].requires = 1 << 12;
	in->candidate[4].excludes = 1 << 5 | 1 << 6;
	in->candidate[5].excludes = in->candidate[6].excludes = 1 << 4;
	for (size_t p = 0; p < PARTS; p++) {
		in->part[p] = 0;
		while (__builtin_popcountll(in->part[p]) < (int)(p % (MOST_BITS + 1)))
			in->part[p] |= (plim_set)1 << (unsigned)(CONTROLS * uniform(&state));
		for (size_t f = 0; f < functions; f++) {
			in->table[f * PARTS + p] = in->number[f][p];
			for (size_t v = 0; v < 1 << MOST_BITS; v++)
				in->number[f][p][v] = 1000 * uniform(&state) / (1 + __builtin_popcountll(v));
		}
	}
	in->select = (plim_select){.candidate = in->candidate,
	                           .candidates = CONTROLS,
	                           .budget = {400, 300, 120},
	                           .parts = PARTS,
	                           .part = in->part,
	                           .functions = functions,
	                           .table = in->table};
}

/* Written out: no code of the search. */
static double value_of(const instance *in, unsigned set)
{
	double worst = -INFINITY;
	for (size_t f = 0; f < in->select.functions; f++) {
		double sum = 0;
		for (size_t p = 0; p < PARTS; p++) {
			size_t v = 0, bit = 0;
			for (size_t i = 0; i < CONTROLS; i++)
				if (in->part[p] >> i & 1)
					v |= (size_t)(set >> i & 1) << bit++;
			sum += in->number[f][p][v];
		}
		worst = fmax(worst, sum);
	}
	return worst;
}

static bool allowed(const instance *in, unsigned set)
{
	double capital = 0, running = 0;
	for (size_t i = 0; i < CONTROLS; i++) {
		if (!(set >> i & 1))
			continue;
		capital += in->candidate[i].capital;
		running += in->candidate[i].running;
		if ((in->candidate[i].requires & set) != in->candidate[i].requires || in->candidate[i].excludes & set)
			return false;
	}
	const plim_budget *b = &in->select.budget;
	return capital <= b->capital && running <= b->running && capital + running <= b->outlay;
}

static double brute_force(const instance *in)
{
	double best = INFINITY;
	for (unsigned set = 0; set < 1u << CONTROLS; set++)
		if (allowed(in, set))
			best = fmin(best, value_of(in, set));
	return best;
}

static void check(instance *in, const char *what)
{
	plim_error error;
	double expected = brute_force(in);
	for (int solver = 0; solver < 2; solver++) {
		plim_set set = 0;
		double value = 0;
		in->select.solver = solver;
		cr_assert_eq(plim_select_least(&in->select, &set, &value, &error), PLIM_OK);
		cr_assert(allowed(in, (unsigned)set), "%s, solver %d: not allowed", what, solver);
		cr_assert(fabs(value - value_of(in, (unsigned)set)) <= 1e-9 * value, "%s: another value than the set's", what);
		cr_assert(fabs(value - expected) <= 1e-7 * expected, "%s, solver %d: %.17g instead of %.17g", what, solver,
		          value, expected);
	}
}

Test(decide_select, sixteen_controls_with_interactions_against_brute_force)
{
	instance in;
	for (unsigned seed = 1; seed <= 6; seed++) {
		make(&in, seed, seed % 2 ? 1 : FUNCTIONS);
		check(&in, "three budgets");
		in.select.budget = (plim_budget){INFINITY, 150, INFINITY};
		check(&in, "capital alone");
	}
}

Test(decide_select, a_budget_of_nothing_buys_nothing)
{
	instance in;
	plim_set set = 1;
	double value;
	plim_error error;
	make(&in, 7, 1);
	in.select.budget = (plim_budget){0, 0, 0};
	for (int solver = 0; solver < 2; solver++) {
		in.select.solver = solver;
		for (size_t i = 0; i < CONTROLS; i++)
			in.candidate[i].capital = 1 + (double)i;
		cr_assert_eq(plim_select_least(&in.select, &set, &value, &error), PLIM_OK);
		cr_assert_eq(set, 0);
		cr_assert_float_eq(value, value_of(&in, 0), 1e-9);
	}
}

Test(decide_select, with_money_for_everything_all_that_helps_is_bought)
{
	instance in;
	plim_error error;
	make(&in, 8, 1);
	in.select.budget = (plim_budget){INFINITY, INFINITY, INFINITY};
	for (size_t i = 0; i < CONTROLS; i++)
		in.candidate[i].excludes = 0;
	plim_set useful = 0;
	for (size_t p = 0; p < PARTS; p++) {
		useful |= in.part[p];
		for (size_t v = 0; v < 1 << MOST_BITS; v++)
			in.number[0][p][v] = 100.0 / (1 + __builtin_popcountll(v));
	}
	for (size_t i = 0; i < CONTROLS; i++) /* what a useful one requires is bought too */
	useful |= useful >> i & 1 ? in.candidate[i].requires : 0;
	for (int solver = 0; solver < 2; solver++) {
		plim_set set = 0;
		double value;
		in.select.solver = solver;
		cr_assert_eq(plim_select_least(&in.select, &set, &value, &error), PLIM_OK);
		cr_assert_eq(set, useful, "solver %d: %llx instead of %llx", solver, (unsigned long long)set,
		             (unsigned long long)useful);
	}
}

Test(decide_select, what_changes_nothing_is_not_bought)
{
	instance in;
	plim_set set = 0;
	double value;
	plim_error error;
	make(&in, 9, 1);
	for (size_t p = 0; p < PARTS; p++)
		for (size_t v = 0; v < 1 << MOST_BITS; v++)
			in.number[0][p][v] = 5;
	for (int solver = 0; solver < 2; solver++) {
		in.select.solver = solver;
		cr_assert_eq(plim_select_least(&in.select, &set, &value, &error), PLIM_OK);
		cr_assert_eq(set, 0);
	}
}

static int descending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x < y) - (x > y);
}

Test(decide_select, the_largest_values_come_first)
{
	enum { N = 500 };
	double x[N], sorted[N];
	unsigned state = 5;
	for (int round = 0; round < 200; round++) {
		size_t n = 1 + (size_t)(N * uniform(&state)), k = (size_t)((double)(n + 1) * uniform(&state));
		for (size_t i = 0; i < n; i++)
			x[i] = sorted[i] = round % 4 == 0 ? 3 : round % 4 == 1 ? (double)i : floor(40 * uniform(&state));
		qsort(sorted, n, sizeof *sorted, descending);
		plim_largest_first(x, n, k);
		qsort(x, k, sizeof *x, descending);
		for (size_t i = 0; i < k; i++)
			cr_assert_eq(x[i], sorted[i], "value %zu of %zu, the first %zu of which were asked for", i, n, k);
	}
}
