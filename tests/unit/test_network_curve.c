/* SPDX-License-Identifier: Apache-2.0 */
/* Outage-loss curves: the worked ones by hand, and look-up against solution on random networks. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../long.h"
#include "network/curve.h"
#include "network_case.h"

typedef struct bench {
	plim_graph *graph;
	plim_network_solver *solver;
} bench;

static bench open_bench(network_case *c)
{
	bench b = {case_build(c), NULL};
	cr_assert_eq(plim_network_solver_new(b.graph, &b.solver, NULL), PLIM_OK);
	return b;
}

static void close_bench(bench *b)
{
	plim_network_solver_free(&b->solver);
	plim_graph_free(&b->graph);
}

static plim_outage_curve *curve_of(bench *b, plim_outage outage)
{
	plim_outage_curve *curve = NULL;
	plim_error error = {0};
	cr_assert_eq(plim_outage_curve_build(b->solver, NULL, outage, &curve, &error), PLIM_OK, "%s", error.text);
	return curve;
}

static void check_times(network_case *c, double survive, double days, double loss)
{
	bench b = open_bench(c);
	plim_outage_curve *curve = curve_of(&b, (plim_outage){.place = 0, .share = 1});
	if (isinf(survive))
		cr_assert(isinf(curve->time_to_survive));
	else
		cr_assert_float_eq(curve->time_to_survive, survive, 1e-9);
	cr_assert_float_eq(plim_curve_at(curve, curve->loss, days), loss, 1e-9);
	plim_outage_curve_free(&curve);
	close_bench(&b);
}

static void diamond(network_case *c, uint32_t items)
{
	case_init(c, 4);
	c->margin[3] = 1;
	case_link(c, 0, 1, 0, 1, 5);
	case_link(c, 0, 2, 0, 1, 12);
	case_link(c, 1, 3, 0, items == 1 ? 0.6 : 1, 4);
	case_link(c, 2, 3, items - 1, items == 1 ? 0.4 : 1, 4);
}

Test(network_curve, times_to_survive)
{
	network_case c;
	diamond(&c, 1);
	check_times(&c, 5 + 4 / 0.6, 30, 18.2);
	diamond(&c, 2);
	check_times(&c, 9, 30, 21);
	case_init(&c, 2); /* a supplier whom substitution replaces in full */
	c.margin[1] = 1;
	case_substitute(&c, case_link(&c, 0, 1, 0, 1, 5), 1, 4);
	check_times(&c, INFINITY, 1000, 0);
	case_substitute(&c, 0, 1, 6);
	check_times(&c, 5, 1000, 1);
	c.buffer[0] = 0;
	check_times(&c, 0, 3, 3);
	case_init(&c, 2); /* nothing to lose */
	case_link(&c, 0, 1, 0, 1, 5);
	check_times(&c, INFINITY, 10, 0);
}

/* E10: f rises to 28, falls to 24 where the gaps join. */
Test(network_curve, e10_jump)
{
	network_case c;
	case_init(&c, 4);
	c.margin[3] = 1;
	case_link(&c, 0, 1, 0, 1, 0);
	case_link(&c, 0, 2, 0, 1, 0);
	case_link(&c, 1, 3, 0, 0.5, 0);
	c.lead[case_link(&c, 2, 3, 0, 0.5, 0)] = 100;
	case_substitute(&c, 2, 0.8, 10);
	check_times(&c, 0, 99.9, 27.98);
	check_times(&c, 0, 100, 24);
	check_times(&c, 0, nextafter(100, 0), 24); /* one moment but for rounding */
	check_times(&c, 0, 100 - 1e-10, 28);
	bench b = open_bench(&c);
	plim_outage_curve *curve = curve_of(&b, (plim_outage){.place = 0, .share = 1});
	cr_assert_eq(curve->loss.count, 3); /* before the switch, behind it, joined */
	cr_assert_eq(curve->bearers, 1);
	plim_outage_curve_free(&curve);
	close_bench(&b);
}

static void check_node(const plim_outage_curve *curve, const plim_network_loss *loss, size_t count, double days,
                       double tolerance)
{
	for (size_t k = 0; k < curve->bearers; k++) {
		const plim_curve_bearer *bearer = &curve->bearer[k];
		double margin = 0, cost = 0;
		for (size_t j = 0; j < count; j++) {
			margin += loss[j].node == bearer->node ? loss[j].lost.at : 0;
			cost += loss[j].node == bearer->node ? loss[j].substituted.at : 0;
		}
		cr_assert_float_eq(plim_curve_at(curve, bearer->loss, days), margin, tolerance);
		cr_assert_float_eq(plim_curve_at(curve, bearer->substitution, days), cost, tolerance);
		cr_assert(days >= bearer->onset || (margin == 0 && cost == 0));
	}
}

static void check_days(bench *b, plim_outage outage, const plim_outage_curve *curve, double days, const char *what)
{
	outage.days = days;
	while (plim_network_solve(b->solver, NULL, &outage, 1) == PLIM_NETWORK_GROW)
		cr_assert_eq(plim_network_solver_grow(b->solver, NULL), PLIM_OK);
	size_t count;
	const plim_network_loss *loss = plim_network_losses(b->solver, &count);
	double margin = 0, cost = 0, tolerance = 1e-10 * (1 + days);
	for (size_t k = 0; k < count; k++) {
		margin += loss[k].lost.at;
		cost += loss[k].substituted.at;
	}
	cr_assert_float_eq(plim_curve_at(curve, curve->loss, days), margin, tolerance,
	                   "%s: loss at %.17g is %.17g, not %.17g", what, days, plim_curve_at(curve, curve->loss, days),
	                   margin);
	cr_assert_float_eq(plim_curve_at(curve, curve->substitution, days), cost, tolerance,
	                   "%s: substitution at %.17g is %.17g, not %.17g", what, days,
	                   plim_curve_at(curve, curve->substitution, days), cost);
	cr_assert_float_eq(plim_curve_at(curve, curve->recovery, days), plim_network_recovery(b->solver), tolerance,
	                   "%s: recovery at %.17g is %.17g, not %.17g", what, days,
	                   plim_curve_at(curve, curve->recovery, days), plim_network_recovery(b->solver));
	check_node(curve, loss, count, days, tolerance);
}

/* Random lengths, lengths just beside every knot, and lengths far out. */
static void check_curve(bench *b, plim_outage outage, test_random *r, const char *what)
{
	plim_outage_curve *curve = curve_of(b, outage);
	for (int k = 0; k < 20; k++)
		check_days(b, outage, curve, 40 * random_uniform(r), what);
	for (size_t k = 0; k < curve->lines; k++) {
		check_days(b, outage, curve, curve->line[k].from * (1 - 1e-9), what);
		check_days(b, outage, curve, curve->line[k].from * (1 + 1e-9) + 1e-9, what);
	}
	check_days(b, outage, curve, 1e4, what);
	plim_outage_curve_free(&curve);
}

Test(network_curve, look_up_equals_solution)
{
	test_random r = {77};
	int cases = test_is_long() ? 20000 : 1500;
	for (int k = 0; k < cases; k++) {
		network_case c;
		char what[64];
		case_random(&c, &r);
		snprintf(what, sizeof what, "case %d", k);
		bench b = open_bench(&c);
		for (size_t j = 0; j < c.outages; j++) {
			c.outage[j].start = 0;
			check_curve(&b, c.outage[j], &r, what);
		}
		close_bench(&b);
	}
}

static bool same_bits(const plim_outage_curve *a, plim_curve f, const plim_outage_curve *b, plim_curve g, double days)
{
	const double x = plim_curve_at(a, f, days), y = plim_curve_at(b, g, days);
	return memcmp(&x, &y, sizeof x) == 0;
}

/* The bearers that lose anything by then are the same, in the same order. */
static void check_same(const plim_outage_curve *whole, const plim_outage_curve *part, double days)
{
	cr_assert(same_bits(whole, whole->loss, part, part->loss, days));
	cr_assert(same_bits(whole, whole->substitution, part, part->substitution, days));
	cr_assert(same_bits(whole, whole->recovery, part, part->recovery, days));
	for (size_t k = 0; k < whole->bearers && whole->bearer[k].onset <= plim_curve_bound(days); k++) {
		cr_assert_lt(k, part->bearers);
		cr_assert_eq(whole->bearer[k].node, part->bearer[k].node);
		cr_assert(same_bits(whole, whole->bearer[k].loss, part, part->bearer[k].loss, days));
		cr_assert(same_bits(whole, whole->bearer[k].substitution, part, part->bearer[k].substitution, days));
	}
}

static void check_part(bench *b, plim_outage outage, test_random *r)
{
	plim_outage_curve *whole = curve_of(b, outage), *part = NULL;
	const double longest = 40 * random_uniform(r);
	cr_assert_eq(plim_outage_curve_build_to(b->solver, NULL, outage, longest, &part, NULL), PLIM_OK);
	cr_assert_leq(part->lines, whole->lines);
	for (int k = 0; k < 20; k++)
		check_same(whole, part, longest * random_uniform(r));
	for (size_t k = 0; k < whole->lines; k++)
		if (whole->line[k].from <= longest)
			check_same(whole, part, whole->line[k].from);
	check_same(whole, part, longest);
	plim_outage_curve_free(&whole);
	plim_outage_curve_free(&part);
}

Test(network_curve, a_part_has_the_bits_of_the_whole)
{
	test_random r = {78};
	int cases = test_is_long() ? 20000 : 1500;
	for (int k = 0; k < cases; k++) {
		network_case c;
		case_random(&c, &r);
		bench b = open_bench(&c);
		for (size_t j = 0; j < c.outages; j++)
			check_part(&b, c.outage[j], &r);
		close_bench(&b);
	}
}
