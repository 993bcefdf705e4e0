/* SPDX-License-Identifier: Apache-2.0 */
/* The exact solver against the slow reference on random networks. */
#include <criterion/criterion.h>
#include <math.h>

#include "../long.h"
#include "network_reference.h"

#define FAST_CASES 300
#define LONG_CASES 10000

static void exact_losses(network_case *c, double *margin, double *substitution)
{
	plim_graph *graph = case_build(c);
	plim_network_solver *solver = NULL;
	cr_assert_eq(plim_network_solver_new(graph, &solver, NULL), PLIM_OK);
	while (plim_network_solve(solver, NULL, c->outage, c->outages) == PLIM_NETWORK_GROW)
		cr_assert_eq(plim_network_solver_grow(solver, NULL), PLIM_OK);
	for (size_t v = 0; v < c->input.nodes; v++)
		margin[v] = substitution[v] = 0;
	size_t count;
	const plim_network_loss *loss = plim_network_losses(solver, &count);
	for (size_t k = 0; k < count; k++) {
		margin[loss[k].node] = loss[k].lost.at;
		substitution[loss[k].node] = loss[k].substituted.at;
	}
	plim_network_solver_free(&solver);
	plim_graph_free(&graph);
}

/* A buffer of the reference runs empty up to one step late, and what it feeds inherits that: the error is a small
 * multiple of the step for each outage and link. */
static double allowance(const network_case *c, double step)
{
	return step * (double)(c->outages + c->input.links);
}

static bool agrees(network_case *c, unsigned finer, double *worst)
{
	double margin[CASE_NODES], cost[CASE_NODES], exact_margin[CASE_NODES], exact_cost[CASE_NODES];
	reference_losses(c, finer, margin, cost);
	exact_losses(c, exact_margin, exact_cost);
	double bound = allowance(c, 1.0 / (REFERENCE_STEPS * finer));
	*worst = 0;
	for (size_t v = 0; v < c->input.nodes; v++) {
		double scale = c->margin[v] > 0 ? c->margin[v] : 1;
		*worst = fmax(*worst, fabs(margin[v] - exact_margin[v]) / scale / bound);
		*worst = fmax(*worst, fabs(cost[v] - exact_cost[v]) / bound);
	}
	return *worst <= 1;
}

Test(network_random, exact_equals_reference)
{
	test_random r = {20261124};
	int cases = test_is_long() ? LONG_CASES : FAST_CASES, finer_cases = 0;
	double largest = 0;
	for (int k = 0; k < cases; k++) {
		network_case c;
		uint64_t seed = r.state;
		case_random(&c, &r);
		reference_round(&c);
		double worst, again = 0;
		/* A flow may be whole for less than a step, which sets back a clock: such a case is asked again with finer
		 * steps, where an error of the solver would stay. */
		if (!agrees(&c, 1, &worst)) {
			finer_cases++;
			cr_assert(agrees(&c, 16, &again), "case %d (state %llu): off by %g, then %g bounds", k,
			          (unsigned long long)seed, worst, again);
		}
		largest = fmax(largest, fmin(worst, 1));
	}
	cr_log_info("largest error %g of its bound; %d cases needed finer steps", largest, finer_cases);
	cr_assert_leq(finer_cases, cases / 50);
}
