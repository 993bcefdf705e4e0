/* SPDX-License-Identifier: Apache-2.0 */
/* Clusters: charged shares by hand, and the sweep against a plain one on random networks. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../long.h"
#include "network/cluster.h"
#include "network_case.h"

typedef struct bench {
	plim_graph *graph;
	plim_cluster_solver *solver;
	plim_outage_curve *curve[CASE_OUTAGES], *bare[CASE_OUTAGES];
} bench;

static bench open_bench(network_case *c)
{
	bench b = {.graph = case_build(c)};
	cr_assert_eq(plim_cluster_solver_new(b.graph, &b.solver, NULL), PLIM_OK);
	const plim_overlay bare = plim_graph_bare(b.graph);
	for (size_t k = 0; k < c->outages; k++) {
		plim_network_solver *network = plim_cluster_network(b.solver);
		cr_assert_eq(plim_outage_curve_build(network, NULL, c->outage[k], &b.curve[k], NULL), PLIM_OK);
		cr_assert_eq(plim_outage_curve_build(network, &bare, c->outage[k], &b.bare[k], NULL), PLIM_OK);
	}
	return b;
}

static void close_bench(bench *b)
{
	for (int k = 0; k < CASE_OUTAGES; k++) {
		plim_outage_curve_free(&b->curve[k]);
		plim_outage_curve_free(&b->bare[k]);
	}
	plim_cluster_solver_free(&b->solver);
	plim_graph_free(&b->graph);
}

static const plim_cluster_share *solve(bench *b, const network_case *c, bool curves, bool alone)
{
	plim_cluster_input input = {.outages = c->outage,
	                            .curves = curves ? (const plim_outage_curve *const *)b->curve : NULL,
	                            .bare = curves && !plim_graph_pays(b->graph) ? (const plim_outage_curve *const *)b->bare
	                                                                         : NULL,
	                            .count = c->outages,
	                            .alone = alone,
	                            .bearers = true};
	while (plim_cluster_solve(b->solver, &input) == PLIM_NETWORK_GROW)
		cr_assert_eq(plim_cluster_solver_grow(b->solver, NULL), PLIM_OK);
	return plim_cluster_shares(b->solver);
}

static void check_two(network_case *c, double first, double second)
{
	bench b = open_bench(c);
	const plim_cluster_share *share = solve(&b, c, true, false);
	cr_assert_float_eq(share[0].loss, first, 1e-9, "%.12g", share[0].loss);
	cr_assert_float_eq(share[1].loss, second, 1e-9, "%.12g", share[1].loss);
	close_bench(&b);
}

Test(network_cluster, e1_charges)
{
	network_case c;
	case_init(&c, 3);
	c.margin[2] = 1;
	case_link(&c, 0, 2, 0, 0.6, 6);
	case_link(&c, 1, 2, 0, 0.4, 6);
	case_outage(&c, 0, 0, 25);
	case_outage(&c, 1, 5, 15);
	check_two(&c, 13 * 15.0 / 19, 13 * 4.0 / 19);
}

Test(network_cluster, e2_charges)
{
	network_case c;
	case_init(&c, 3);
	c.margin[2] = 1;
	case_link(&c, 0, 2, 0, 1, 5);
	case_link(&c, 1, 2, 1, 1, 12);
	case_outage(&c, 0, 0, 20);
	case_outage(&c, 1, 10, 30);
	check_two(&c, 7.5, 7.5);
}

/* The buffer (10 days, restock 30) is full again on day 8 + 24 = 32: from then on a second outage stands alone. */
Test(network_cluster, the_moment_is_exact)
{
	for (int late = 0; late < 2; late++) {
		network_case c;
		case_init(&c, 2);
		c.margin[1] = 1;
		case_link(&c, 0, 1, 0, 1, 10);
		case_outage(&c, 0, 100, 108);
		case_outage(&c, 0, late ? 132 : 131.75, 150);
		bench b = open_bench(&c);
		const plim_cluster_share *share = solve(&b, &c, true, false);
		cr_assert_eq(share[0].members, late ? 1 : 2);
		cr_assert_eq(share[0].cluster == share[1].cluster, !late);
		double lost = late ? 8 : 8.25 + 0.25 / 3, first = late ? 0 : lost * 8 / 26.25;
		cr_assert_float_eq(share[0].loss, first, 1e-9);
		cr_assert_float_eq(share[1].loss, lost - first, 1e-9);
		share = solve(&b, &c, true, true);
		cr_assert_float_eq(share[1].loss, late ? 8 : 8.25, 1e-9);
		close_bench(&b);
	}
}

/* An outage that meets two clusters makes them one; one that meets neither stays alone. */
Test(network_cluster, merging)
{
	network_case c;
	case_init(&c, 6);
	c.margin[3] = c.margin[4] = c.margin[5] = 1;
	for (uint32_t k = 0; k < 3; k++)
		case_link(&c, k, 3 + k, 0, 1, 5);
	case_link(&c, 2, 3, 1, 1, 5); /* 2 reaches 3 and 4 too */
	case_link(&c, 2, 4, 1, 1, 5);
	case_outage(&c, 0, 0, 20);
	case_outage(&c, 1, 1, 20);
	bench b = open_bench(&c);
	const plim_cluster_share *share = solve(&b, &c, true, false);
	cr_assert_eq(share[0].members, 1);
	cr_assert_eq(share[1].cluster, 1);
	close_bench(&b);
	case_outage(&c, 2, 2, 20);
	b = open_bench(&c);
	share = solve(&b, &c, true, false);
	for (int k = 0; k < 3; k++)
		cr_assert(share[k].members == 3 && share[k].cluster == 0);
	cr_assert_float_eq(share[0].loss + share[1].loss + share[2].loss, 15 + 14 + 13, 1e-9);
	close_bench(&b);
}

/* The cost of substitution goes by what each outage keeps away. */
Test(network_cluster, substitution_is_charged)
{
	network_case c;
	case_init(&c, 3);
	c.margin[2] = 1;
	case_link(&c, 0, 2, 0, 0.75, 0);
	case_link(&c, 1, 2, 0, 0.25, 0);
	case_substitute(&c, 0, 0.5, 2);
	c.cost[0] = c.cost[1] = 10;
	case_outage(&c, 0, 0, 12);
	case_outage(&c, 1, 0, 12);
	bench b = open_bench(&c);
	const plim_cluster_share *share = solve(&b, &c, true, false);
	cr_assert_float_eq(share[0].substitution, 0.75 * 50, 1e-9);
	cr_assert_float_eq(share[1].substitution, 0.25 * 50, 1e-9);
	cr_assert_float_eq(share[0].loss, 0.75 * 7, 1e-9);
	close_bench(&b);
}

/* ---- a plain sweep: explicit reach, everything solved anew, no short cuts ---- */

typedef struct plain {
	bench *b;
	const network_case *c;
	bool reach[CASE_OUTAGES][CASE_NODES];
	int cluster[CASE_OUTAGES]; /* -1: not begun */
} plain;

static void find_reach(plain *p)
{
	const network_case *c = p->c;
	for (size_t k = 0; k < c->outages; k++) {
		const plim_outage *o = &c->outage[k];
		p->reach[k][o->on_link ? c->to[o->place] : o->place] = true;
		for (uint32_t v = 0; v < c->input.nodes; v++) /* nodes are numbered downstream */
			for (size_t l = 0; l < c->input.links; l++)
				if (c->from[l] == v && p->reach[k][v])
					p->reach[k][c->to[l]] = true;
	}
}

static size_t members_of(const plain *p, int cluster, plim_outage *list)
{
	size_t count = 0;
	for (size_t k = 0; k < p->c->outages; k++)
		if (p->cluster[k] == cluster)
			list[count++] = p->c->outage[k];
	return count;
}

static double recovery_of(plain *p, int cluster)
{
	plim_outage list[CASE_OUTAGES];
	size_t count = members_of(p, cluster, list);
	plim_network_solver *solver = plim_cluster_network(p->b->solver);
	while (plim_network_solve(solver, NULL, list, count) == PLIM_NETWORK_GROW)
		cr_assert_eq(plim_network_solver_grow(solver, NULL), PLIM_OK);
	double first = INFINITY;
	for (size_t k = 0; k < count; k++)
		first = fmin(first, list[k].start);
	return first + plim_network_recovery(solver);
}

static bool meets(const plain *p, size_t outage, int cluster)
{
	for (size_t k = 0; k < p->c->outages; k++)
		for (size_t v = 0; v < p->c->input.nodes && p->cluster[k] == cluster; v++)
			if (p->reach[k][v] && p->reach[outage][v])
				return true;
	return false;
}

/* Outages of a case are sorted by start before this. */
static void sweep(plain *p)
{
	for (size_t k = 0; k < p->c->outages; k++)
		p->cluster[k] = -1;
	for (size_t k = 0; k < p->c->outages; k++) {
		bool joins[CASE_OUTAGES] = {false};
		p->cluster[k] = (int)k;
		if (!(recovery_of(p, (int)k) > p->c->outage[k].start))
			continue; /* it changes nothing, as where arrivals stop at a place that has none */
		for (int old = 0; old < (int)k; old++)
			joins[old] = meets(p, k, old) && p->c->outage[k].start < recovery_of(p, old);
		for (size_t j = 0; j < k; j++)
			if (joins[p->cluster[j]])
				p->cluster[j] = (int)k;
	}
}

static plim_network_loss loss_at(plim_network_solver *solver, uint32_t node)
{
	size_t count;
	const plim_network_loss *loss = plim_network_losses(solver, &count);
	for (size_t k = 0; k < count; k++)
		if (loss[k].node == node)
			return loss[k];
	return (plim_network_loss){0};
}

/* What outage k is charged with at a node, from the definition. */
static double charge_of(plain *p, size_t k, uint32_t node, bool substitution)
{
	plim_network_solver *solver = plim_cluster_network(p->b->solver);
	double sum = 0, own = 0;
	for (size_t j = 0; j < p->c->outages; j++) {
		if (p->cluster[j] != p->cluster[k])
			continue;
		while (plim_network_solve_bare(solver, &p->c->outage[j], 1) == PLIM_NETWORK_GROW)
			cr_assert_eq(plim_network_solver_grow(solver, NULL), PLIM_OK);
		plim_network_loss bare = loss_at(solver, node);
		sum += substitution ? bare.exposed.at : bare.lost.at;
		if (j == k)
			own = substitution ? bare.exposed.at : bare.lost.at;
	}
	recovery_of(p, p->cluster[k]); /* leaves the joint solution behind */
	plim_network_loss joint = loss_at(solver, node);
	double whole = substitution ? joint.substituted.at : joint.lost.at;
	return whole > 0 ? whole * own / sum : 0;
}

static void sort_outages(network_case *c)
{
	for (size_t k = 1; k < c->outages; k++)
		for (size_t j = k; j > 0 && c->outage[j].start < c->outage[j - 1].start; j--) {
			plim_outage other = c->outage[j];
			c->outage[j] = c->outage[j - 1];
			c->outage[j - 1] = other;
		}
}

static void more_outages(network_case *c, test_random *r)
{
	size_t kinds = c->outages;
	while (c->outages < 12) {
		c->outage[c->outages] = c->outage[random_below(r, (uint32_t)kinds)];
		c->outage[c->outages].start = 365 * random_uniform(r);
		c->outage[c->outages++].days = -10 * log(random_uniform(r));
	}
	sort_outages(c);
}

static void check_sweep(plain *p, bool curves, const char *what)
{
	network_case c = *p->c;
	const plim_cluster_share *share = solve(p->b, &c, curves, false);
	plim_cluster_share shares[CASE_OUTAGES];
	memcpy(shares, share, c.outages * sizeof *share);
	size_t count;
	const plim_cluster_charge *found = plim_cluster_charges(p->b->solver, &count);
	plim_cluster_charge charges[CASE_OUTAGES * CASE_NODES];
	cr_assert_leq(count, CASE_OUTAGES * CASE_NODES);
	memcpy(charges, found, count * sizeof *found);
	for (size_t k = 0; k < c.outages; k++) {
		for (size_t j = 0; j < c.outages; j++)
			cr_assert_eq(shares[k].cluster == shares[j].cluster, p->cluster[k] == p->cluster[j], "%s: %zu, %zu", what,
			             k, j);
		double loss = 0, cost = 0, listed = 0, listed_cost = 0;
		for (uint32_t v = 0; v < c.input.nodes; v++) {
			loss += charge_of(p, k, v, false);
			cost += charge_of(p, k, v, true);
		}
		for (size_t j = 0; j < count; j++) {
			listed += charges[j].outage == k ? charges[j].loss : 0;
			listed_cost += charges[j].outage == k ? charges[j].substitution : 0;
		}
		cr_assert_float_eq(shares[k].loss, loss, 1e-8, "%s: outage %zu %.15g %.15g", what, k, shares[k].loss, loss);
		cr_assert_float_eq(shares[k].substitution, cost, 1e-8, "%s: outage %zu", what, k);
		cr_assert_float_eq(listed, loss, 1e-8);
		cr_assert_float_eq(listed_cost, cost, 1e-8);
	}
}

Test(network_cluster, sweep_equals_plain_sweep)
{
	test_random r = {4711};
	int cases = test_is_long() ? 10000 : 400, joint = 0;
	for (int k = 0; k < cases; k++) {
		network_case c;
		char what[32];
		snprintf(what, sizeof what, "case %d", k);
		case_random(&c, &r);
		more_outages(&c, &r);
		bench b = open_bench(&c);
		plain p = {.b = &b, .c = &c};
		find_reach(&p);
		sweep(&p);
		check_sweep(&p, true, what);
		check_sweep(&p, false, what);
		for (size_t j = 1; j < c.outages; j++)
			joint += p.cluster[j] == p.cluster[j - 1];
		close_bench(&b);
	}
	cr_assert_gt(joint, cases); /* clusters do occur */
}

/* Wherever the line is drawn: the clusters lose what all outages lose in one solution. */
Test(network_cluster, totals_do_not_depend_on_the_line)
{
	test_random r = {99};
	int cases = test_is_long() ? 100000 : 3000;
	for (int k = 0; k < cases; k++) {
		network_case c;
		case_random(&c, &r);
		more_outages(&c, &r);
		bench b = open_bench(&c);
		const plim_cluster_share *share = solve(&b, &c, true, false);
		double sum = 0, whole = case_loss(&c);
		for (size_t j = 0; j < c.outages; j++)
			sum += share[j].loss;
		cr_assert_float_eq(sum, whole, 1e-8, "case %d: %.15g %.15g", k, sum, whole);
		close_bench(&b);
	}
}
