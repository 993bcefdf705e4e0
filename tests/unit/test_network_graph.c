/* SPDX-License-Identifier: Apache-2.0 */
/* What a graph refuses, what it warns of, and rules of the network that are easily seen by hand. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "network/curve.h"
#include "network_case.h"

static void init_chain(network_case *c)
{
	case_init(c, 3);
	c->margin[2] = 1;
	case_link(c, 0, 1, 0, 1, 0);
	case_link(c, 1, 2, 0, 1, 0);
}

/* The findings of a case, and whether it is built. */
static plim_graph_findings find(network_case *c, plim_status expected)
{
	plim_graph_findings findings = {0};
	plim_graph *graph = NULL;
	plim_error error = {0};
	cr_assert_eq(plim_graph_build(&c->input, &graph, &findings, &error), expected, "%s", error.text);
	cr_assert_eq(graph == NULL, expected != PLIM_OK);
	plim_graph_free(&graph);
	return findings;
}

static size_t count_kind(const plim_graph_findings *findings, plim_graph_finding_kind kind)
{
	size_t count = 0;
	for (size_t k = 0; k < findings->count; k++)
		count += findings->item[k].kind == kind;
	return count;
}

static void expect_one(network_case *c, plim_status status, plim_graph_finding_kind kind)
{
	plim_graph_findings findings = find(c, status);
	cr_expect_eq(findings.count, 1);
	cr_expect_eq(count_kind(&findings, kind), 1);
	cr_expect_eq(findings.errors, status == PLIM_OK ? 0 : 1);
	plim_graph_findings_clear(&findings);
}

Test(network_graph, nothing_to_find)
{
	network_case c;
	init_chain(&c);
	plim_graph_findings findings = find(&c, PLIM_OK);
	cr_assert_eq(findings.count, 0);
}

Test(network_graph, shares_must_sum_to_one)
{
	network_case c;
	case_init(&c, 3);
	c.margin[2] = 1;
	case_link(&c, 0, 2, 0, 0.5, 0);
	case_link(&c, 1, 2, 0, 0.5 + 2e-6, 0);
	expect_one(&c, PLIM_ERROR_MODEL, PLIM_GRAPH_SHARE_SUM);
	c.share[1] = 0.5 - 0.9e-6; /* within the tolerance: scaled */
	plim_graph *graph = case_build(&c);
	cr_assert_float_eq(graph->link_share[0] + graph->link_share[1], 1, 1e-15);
	cr_assert_float_eq(graph->link_share[0] / graph->link_share[1], c.share[0] / c.share[1], 1e-15);
	plim_graph_free(&graph);
}

Test(network_graph, groups_must_agree)
{
	network_case c;
	case_init(&c, 3);
	c.margin[2] = 1;
	case_link(&c, 0, 2, 0, 0.5, 4);
	case_link(&c, 1, 2, 0, 0.5, 5);
	expect_one(&c, PLIM_ERROR_MODEL, PLIM_GRAPH_UNEQUAL_GROUP);
	c.item[1] = 1; /* two groups */
	c.share[0] = c.share[1] = 1;
	plim_graph_findings findings = find(&c, PLIM_OK);
	cr_assert_eq(findings.count, 0);
}

Test(network_graph, numbers_must_be_in_range)
{
	static const double bad[] = {-1, NAN, INFINITY};
	for (int k = 0; k < 3; k++) {
		network_case c;
		init_chain(&c);
		c.buffer[1] = bad[k];
		expect_one(&c, PLIM_ERROR_MODEL, PLIM_GRAPH_BAD_VALUE);
		init_chain(&c);
		c.margin[2] = bad[k];
		expect_one(&c, PLIM_ERROR_MODEL, PLIM_GRAPH_BAD_VALUE);
	}
	network_case c;
	init_chain(&c);
	c.substitution[0] = 1.01;
	expect_one(&c, PLIM_ERROR_MODEL, PLIM_GRAPH_BAD_VALUE);
	init_chain(&c);
	c.to[1] = 3;
	expect_one(&c, PLIM_ERROR_MODEL, PLIM_GRAPH_BAD_INDEX);
}

Test(network_graph, cycle_is_printed)
{
	static const char *const names[] = {"farm", "mill", "plant", "shop", "port"};
	network_case c;
	case_init(&c, 5);
	c.margin[3] = 1;
	c.input.names = names;
	case_link(&c, 0, 1, 0, 1, 0);
	case_link(&c, 1, 2, 0, 1, 0);
	case_link(&c, 2, 4, 0, 1, 0);
	case_link(&c, 4, 1, 1, 1, 0);
	case_link(&c, 2, 3, 0, 1, 0);
	plim_graph *graph = NULL;
	plim_error error = {0};
	cr_assert_eq(plim_graph_build(&c.input, &graph, NULL, &error), PLIM_ERROR_MODEL);
	/* Any of its nodes may come first. */
	bool printed = strstr(error.text, "mill > plant > port > mill") ||
	               strstr(error.text, "plant > port > mill > plant") ||
	               strstr(error.text, "port > mill > plant > port");
	cr_assert(printed, "%s", error.text);
	c.to[3] = 4; /* a node that feeds itself */
	expect_one(&c, PLIM_ERROR_MODEL, PLIM_GRAPH_CYCLE);
}

Test(network_graph, warnings)
{
	network_case c;
	init_chain(&c);
	c.margin[0] = 1;
	plim_graph_findings findings = find(&c, PLIM_OK);
	cr_assert_eq(findings.count, 1);
	cr_assert(findings.item[0].kind == PLIM_GRAPH_DOUBLE_MARGIN && findings.item[0].node == 0 &&
	          findings.item[0].other == 2);
	char text[256];
	plim_graph_finding_text(&c.input, &findings, &findings.item[0], text, sizeof text);
	cr_assert(strstr(text, "node 0") && strstr(text, "node 2"), "%s", text);
	plim_graph_findings_clear(&findings);
	init_chain(&c);
	c.margin[2] = 0;
	findings = find(&c, PLIM_OK);
	cr_assert_eq(count_kind(&findings, PLIM_GRAPH_NO_CUSTOMER), 1);
	cr_assert_eq(count_kind(&findings, PLIM_GRAPH_NO_MARGIN_BELOW), 2);
	plim_graph_findings_clear(&findings);
	init_chain(&c);
	c.each[1] = true;
	c.item[1] = 7;
	expect_one(&c, PLIM_OK, PLIM_GRAPH_ITEM_UNMATCHED);
}

/* ---- rules ---- */

/* A port through which two items pass to two shops of their own. */
static void init_port(network_case *c)
{
	case_init(c, 5);
	c->each[2] = true;
	c->margin[2] = 10;
	c->margin[3] = c->margin[4] = 1;
	case_link(c, 0, 2, 0, 1, 2);
	case_link(c, 1, 2, 1, 1, 0);
	case_link(c, 2, 3, 0, 1, 0);
	case_link(c, 2, 4, 1, 1, 0);
}

Test(network_graph, items_pass_a_port_on_their_own)
{
	network_case c;
	init_port(&c);
	case_outage(&c, 0, 0, 10); /* item 0 only, behind 2 days */
	cr_assert_float_eq(case_loss(&c), 8 * (5 + 1), 1e-12);
	c.outage[0].place = 2; /* the port itself: both, no stock helps */
	cr_assert_float_eq(case_loss(&c), 10 * (10 + 2), 1e-12);
	c.outage[0].stops_inflow = true; /* its arrivals: item 0 has 2 days in stock */
	cr_assert_float_eq(case_loss(&c), 8 * (5 + 1) + 10 * (5 + 1), 1e-12);
	c.weight_node[0] = c.weight_node[1] = 2;
	c.weight_item[0] = 0;
	c.weight_item[1] = 1;
	c.weight[0] = 3;
	c.weight[1] = 1;
	c.input.weights = 2;
	cr_assert_float_eq(case_loss(&c), 8 * (7.5 + 1) + 10 * (2.5 + 1), 1e-12);
	c.each[2] = false; /* all items together: the first that lacks stops the port */
	c.input.weights = 0;
	cr_assert_float_eq(case_loss(&c), 10 * (10 + 2), 1e-12);
}

Test(network_graph, overlays_add_buffers)
{
	network_case c;
	case_init(&c, 2);
	c.margin[1] = 1;
	case_link(&c, 0, 1, 0, 1, 2);
	plim_graph *graph = case_build(&c);
	plim_network_solver *solver = NULL;
	plim_overlay overlay = {0};
	cr_assert_eq(plim_network_solver_new(graph, &solver, NULL), PLIM_OK);
	cr_assert_eq(plim_overlay_init(&overlay, graph, NULL), PLIM_OK);
	plim_overlay_add_node(&overlay, graph, 1, 3, 0.5);
	plim_outage outage = {.place = 0, .days = 20, .share = 1};
	size_t count;
	cr_assert_eq(plim_network_solve(solver, &overlay, &outage, 1), PLIM_NETWORK_DONE);
	cr_assert_float_eq(plim_network_losses(solver, &count)->lost.at, (20 - 10) * 0.5, 1e-12);
	cr_assert_eq(plim_network_solve(solver, NULL, &outage, 1), PLIM_NETWORK_DONE);
	cr_assert_float_eq(plim_network_losses(solver, &count)->lost.at, 18, 1e-12);
	cr_assert_eq(plim_network_solve_bare(solver, &outage, 1), PLIM_NETWORK_DONE);
	cr_assert_float_eq(plim_network_losses(solver, &count)->lost.at, 20, 1e-12);
	plim_overlay_add(&overlay, 0, 0, 0.9); /* no more than everything */
	cr_assert_eq(overlay.substitution[0], 1);
	plim_overlay_clear(&overlay);
	plim_network_solver_free(&solver);
	plim_graph_free(&graph);
}

/* Ten tenths do not sum to 1 in binary, and yet the moment when all are back is the moment when all is whole. */
Test(network_graph, whole_is_never_a_comparison_of_sums)
{
	network_case c;
	case_init(&c, 11);
	c.margin[10] = 1;
	for (uint32_t k = 0; k < 10; k++)
		case_link(&c, k, 10, 0, 0.1, 5);
	for (uint32_t k = 0; k < 10; k++)
		case_outage(&c, k, 0.1 * k, 0.1 * k + 7.7);
	plim_graph *graph = case_build(&c);
	plim_network_solver *solver = NULL;
	cr_assert_eq(plim_network_solver_new(graph, &solver, NULL), PLIM_OK);
	while (plim_network_solve(solver, NULL, c.outage, c.outages) == PLIM_NETWORK_GROW)
		cr_assert_eq(plim_network_solver_grow(solver, NULL), PLIM_OK);
	/* 7.7 days are lost to the buffer in all, 2.7 of them unbuffered; then it fills in 30 days from 8.6 on. */
	size_t count;
	cr_assert_float_eq(plim_network_losses(solver, &count)->lost.at, 2.7, 1e-12);
	cr_assert_float_eq(plim_network_recovery(solver), 38.6, 1e-12);
	plim_network_solver_free(&solver);
	plim_graph_free(&graph);
}

/* 0.1 + 0.2 and 0.3 differ in binary: where a gap ends by one way and begins by the other, none may open between. */
Test(network_graph, equal_ways_take_equal_time)
{
	for (int swapped = 0; swapped < 2; swapped++) {
		network_case c;
		case_init(&c, 4);
		c.margin[3] = 1;
		c.lead[case_link(&c, 0, 1, 0, 1, 0)] = swapped ? 0 : 0.1;
		c.lead[case_link(&c, 0, 2, 0, 1, 0)] = swapped ? 0.1 : 0;
		c.lead[case_link(&c, 1, 3, 0, 0.5, 0)] = swapped ? 0 : 0.2;
		c.lead[case_link(&c, 2, 3, 0, 0.5, 0)] = swapped ? 0.2 : 0;
		case_substitute(&c, 2, 1, 0.35);
		case_outage(&c, 0, 0, 0.3); /* short by one way to day 0.3, by the other from day 0.1 + 0.2 on */
		cr_assert_float_eq(case_loss(&c), 0.35 * 0.5, 1e-12);
	}
}

/* ---- large networks ---- */

typedef struct wide {
	plim_graph_input input;
	double *margin, *share, *buffer;
	uint32_t *from, *to, *item;
} wide;

/* One source feeds `middle` nodes, each of which feeds `middle` customers. */
static wide make_wide(uint32_t middle)
{
	size_t nodes = 1 + middle + (size_t)middle * middle, links = nodes - 1;
	wide w = {.margin = plim_mem_alloc(nodes, sizeof(double)),
	          .share = plim_mem_alloc(links, sizeof(double)),
	          .buffer = plim_mem_alloc(links, sizeof(double)),
	          .from = plim_mem_alloc(links, sizeof(uint32_t)),
	          .to = plim_mem_alloc(links, sizeof(uint32_t)),
	          .item = plim_mem_alloc(links, sizeof(uint32_t))};
	for (uint32_t l = 0; l < links; l++) {
		w.from[l] = l < middle ? 0 : 1 + (l - middle) / middle;
		w.to[l] = l + 1;
		w.share[l] = 1;
		w.buffer[l] = l < middle ? l : 0.25 * (l % middle);
		w.margin[l + 1] = l < middle ? 0 : 1;
	}
	w.input = (plim_graph_input){.nodes = nodes,
	                             .links = links,
	                             .margin_per_day = w.margin,
	                             .from = w.from,
	                             .to = w.to,
	                             .item = w.item,
	                             .share = w.share,
	                             .buffer_days = w.buffer};
	return w;
}

static void free_wide(wide *w)
{
	void *arrays[] = {w->margin, w->share, w->buffer, w->from, w->to, w->item};
	for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
		plim_mem_free(arrays[k]);
}

Test(network_graph, workspace_grows_and_then_stays)
{
	const uint32_t middle = 60;
	wide w = make_wide(middle);
	plim_graph *graph = NULL;
	plim_network_solver *solver = NULL;
	cr_assert_eq(plim_graph_build(&w.input, &graph, NULL, NULL), PLIM_OK);
	cr_assert_eq(plim_network_solver_new(graph, &solver, NULL), PLIM_OK);
	plim_outage outage = {.place = 0, .days = 50, .share = 1};
	double expected = 0, sum = 0;
	for (uint32_t l = middle; l < w.input.links; l++)
		expected += fmax(0, 50 - w.buffer[w.from[l] - 1] - w.buffer[l]);
	int grown = 0;
	for (; plim_network_solve(solver, NULL, &outage, 1) == PLIM_NETWORK_GROW; grown++)
		cr_assert_eq(plim_network_solver_grow(solver, NULL), PLIM_OK);
	cr_assert_gt(grown, 0);
	size_t count, bytes = plim_network_solver_bytes(solver);
	const plim_network_loss *loss = plim_network_losses(solver, &count);
	for (size_t k = 0; k < count; k++)
		sum += loss[k].lost.at;
	cr_assert_float_eq(sum, expected, 1e-8);
	cr_assert_eq(plim_network_solve(solver, NULL, &outage, 1), PLIM_NETWORK_DONE);
	outage.place = 1;
	cr_assert_eq(plim_network_solve(solver, NULL, &outage, 1), PLIM_NETWORK_DONE);
	cr_assert_eq(plim_network_solver_bytes(solver), bytes);
	plim_network_solver_free(&solver);
	plim_graph_free(&graph);
	free_wide(&w);
}

Test(network_graph, curve_of_many_bearers)
{
	const uint32_t middle = 30;
	wide w = make_wide(middle);
	plim_graph *graph = NULL;
	plim_network_solver *solver = NULL;
	plim_outage_curve *curve = NULL;
	cr_assert_eq(plim_graph_build(&w.input, &graph, NULL, NULL), PLIM_OK);
	cr_assert_eq(plim_network_solver_new(graph, &solver, NULL), PLIM_OK);
	cr_assert_eq(plim_outage_curve_build(solver, NULL, (plim_outage){.share = 1}, &curve, NULL), PLIM_OK);
	cr_assert_eq(curve->bearers, (size_t)middle * middle);
	cr_assert_eq(curve->time_to_survive, 0);
	for (double days = 0.1; days < 50; days += 1.3) {
		double expected = 0;
		for (uint32_t l = middle; l < w.input.links; l++)
			expected += fmax(0, days - w.buffer[w.from[l] - 1] - w.buffer[l]);
		cr_assert_float_eq(plim_curve_at(curve, curve->loss, days), expected, 1e-9 * (1 + expected));
	}
	for (size_t k = 1; k < curve->bearers; k++)
		cr_assert_leq(curve->bearer[k - 1].onset, curve->bearer[k].onset);
	plim_outage_curve_free(&curve);
	plim_network_solver_free(&solver);
	plim_graph_free(&graph);
	free_wide(&w);
}

/* The same bits whatever the solver did before, whatever the date, in whatever order the outages come. */
Test(network_graph, same_bits)
{
	test_random r = {31};
	for (int k = 0; k < 2000; k++) {
		network_case c;
		case_random(&c, &r);
		plim_graph *graph = case_build(&c);
		plim_network_solver *solver = NULL;
		cr_assert_eq(plim_network_solver_new(graph, &solver, NULL), PLIM_OK);
		double loss[2] = {0, 0};
		for (int pass = 0; pass < 2; pass++) {
			while (plim_network_solve(solver, NULL, c.outage, c.outages) == PLIM_NETWORK_GROW)
				cr_assert_eq(plim_network_solver_grow(solver, NULL), PLIM_OK);
			size_t count;
			const plim_network_loss *row = plim_network_losses(solver, &count);
			for (size_t j = 0; j < count; j++)
				loss[pass] += row[j].lost.at;
			for (size_t j = 0; j < c.outages / 2; j++) {
				plim_outage other = c.outage[j];
				c.outage[j] = c.outage[c.outages - 1 - j];
				c.outage[c.outages - 1 - j] = other;
			}
			(void)plim_network_solve_bare(solver, c.outage, 1);
		}
		cr_assert_eq(memcmp(&loss[0], &loss[1], sizeof loss[0]), 0);
		plim_network_solver_free(&solver);
		plim_graph_free(&graph);
	}
}
