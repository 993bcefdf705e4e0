/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "decide/network_centrality.h"
#include "decide/network_onset.h"
#include "decide/network_steady.h"
#include "decide/network_strike.h"
#include "decide/network_view.h"
#include "network_case.h"

#define HEAD "plimsoll: 1\nname: Test\ncurrency: EUR\n"
#define NEAR(a, b, relative) cr_assert(fabs((a) - (b)) <= (relative)*fabs(b) + 1e-12, "%.17g, not %.17g", (a), (b))

static const char chain[] =
    HEAD "nodes:\n"
         "  - {id: a, kind: supplier}\n  - {id: b, kind: plant}\n  - {id: c, kind: customer, margin_per_day: 100}\n"
         "links:\n"
         "  - {from: a, to: b, item: ore, buffer_days: 3}\n  - {from: b, to: c, item: tin, buffer_days: 4}\n"
         "threats:\n"
         "  - {id: fire, where: {nodes: {id: [a, b]}}, frequency: {poisson: {rate: 0.5}}, vulnerability: 0.4,\n"
         "     outage_days: {exponential: {mean: 10}}}\n"
         "  - {id: flood, where: {nodes: {id: a}}, frequency: {poisson: {rate: 0.3}}, outage_days: 4}\n"
         "controls:\n"
         "  - {id: stock, category: physical, where: {nodes: {id: b}}, coverage: 0.5, adds: {buffer_days: 4}}\n"
         "  - {id: fence, category: physical, where: {nodes: {id: a}}, against: [flood], coverage: 0.5,\n"
         "     reduces: {frequency: 0.8, outage_days: 0.5}}\n"
         "scenarios:\n"
         "  - {id: none, controls: []}\n  - {id: fenced, controls: [fence]}\n"
         "  - {id: stocked, controls: [stock]}\n";

static const char diamond[] =
    HEAD "nodes:\n"
         "  - {id: s, kind: supplier}\n  - {id: x, kind: plant}\n  - {id: y, kind: plant}\n"
         "  - {id: t, kind: customer, margin_per_day: 100}\n"
         "links:\n"
         "  - {from: s, to: x, item: ore, buffer_days: 2}\n  - {from: s, to: y, item: ore, buffer_days: %s}\n"
         "  - {from: x, to: t, item: %s, buffer_days: %s}\n  - {from: y, to: t, item: %s, buffer_days: %s}\n"
         "threats:\n"
         "  - {id: fire, frequency: {poisson: {rate: 1}}, loss: 1}\n";

static plim_model *parse(const char *text)
{
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error = {0};
	plim_status status = plim_model_parse(text, strlen(text), NULL, &model, &findings, &error);
	cr_assert_eq(status, PLIM_OK, "%s; %s", error.text, findings.count ? findings.item[0].text : "");
	plim_findings_clear(&findings);
	return model;
}

static plim_network_view view_of(const char *text, const char *scenario, bool links)
{
	plim_model *model = parse(text);
	plim_network_view view = {0};
	plim_error error = {0};
	plim_network_view_options options = {.scenario = scenario, .links = links};
	plim_status status = plim_network_view_build(model, &options, &view, &error);
	cr_assert_eq(status, PLIM_OK, "%s", error.text);
	plim_model_free(&model);
	return view;
}

static const plim_network_row *row_of(const plim_network_view *view, bool on_link, uint32_t place)
{
	for (size_t i = 0; i < view->rows; i++)
		if (view->row[i].on_link == on_link && view->row[i].place == place)
			return &view->row[i];
	cr_assert_fail("place %u is missing", place);
	return NULL;
}

/* Nodes by name: a model sorts them by id, and these are given in that order. */
enum { A, B, C };
enum { S, T, X, Y };

Test(decide_network, a_chain_survives_the_sum_of_its_buffers)
{
	plim_network_view view = view_of(chain, NULL, true);
	cr_assert_eq(view.rows, 5);
	NEAR(row_of(&view, false, A)->time_to_survive, 7.0, 1e-12);
	NEAR(row_of(&view, false, B)->time_to_survive, 4.0, 1e-12);
	cr_assert_eq(row_of(&view, false, C)->time_to_survive, 0);
	NEAR(row_of(&view, true, 0)->time_to_survive, 7.0, 1e-12);
	NEAR(row_of(&view, true, 1)->time_to_survive, 4.0, 1e-12);
	plim_network_view_clear(&view);
}

Test(decide_network, loss_per_day_is_the_average_over_the_outage)
{
	plim_network_view view = view_of(chain, NULL, false);
	const double *a = row_of(&view, false, A)->loss_per_day, *b = row_of(&view, false, B)->loss_per_day;
	cr_assert_eq(a[0], 0);
	cr_assert_eq(a[1], 0); /* 7 days are the buffers */
	NEAR(a[2], 100.0 * (30 - 7) / 30, 1e-12);
	NEAR(a[3], 100.0 * (90 - 7) / 90, 1e-12);
	NEAR(b[1], 100.0 * (7 - 4) / 7, 1e-12);
	NEAR(row_of(&view, false, C)->loss_per_day[0], 100.0, 1e-12);
	plim_network_view_clear(&view);
}

/* E[(D - B)+] of an exponential D of mean u is u exp(-B / u). */
Test(decide_network, expected_loss_behind_a_buffer)
{
	plim_network_view view = view_of(chain, NULL, false);
	const plim_network_row *a = row_of(&view, false, A), *b = row_of(&view, false, B), *c = row_of(&view, false, C);
	NEAR(a->expected_loss, 0.2 * 100 * 10 * exp(-0.7), 1e-5); /* the flood of 4 days costs nothing */
	NEAR(b->expected_loss, 0.2 * 100 * 10 * exp(-0.4), 1e-5);
	NEAR(a->events_per_year, 0.5, 1e-12);
	NEAR(a->time_to_recover, (0.2 * 10 + 0.3 * 4) / 0.5, 1e-9);
	cr_assert(!a->gap, "6.4 days are below 7");
	cr_assert(b->gap, "10 days are above 4");
	cr_assert(isnan(c->time_to_recover) && !c->gap && c->expected_loss == 0 && c->events_per_year == 0);
	cr_assert_eq(view.row[0].place, B, "ranked by expected loss");
	cr_assert_eq(view.row[1].place, A);
	plim_network_view_clear(&view);
}

Test(decide_network, betweenness_of_a_chain)
{
	plim_network_view view = view_of(chain, NULL, true);
	NEAR(row_of(&view, false, B)->betweenness, 0.5, 1e-12); /* one of two ordered pairs of others */
	cr_assert_eq(row_of(&view, false, A)->betweenness, 0);
	cr_assert(isnan(row_of(&view, true, 0)->betweenness));
	plim_network_view_clear(&view);
}

Test(decide_network, controls_of_a_scenario_act_at_their_mean)
{
	plim_network_view view = view_of(chain, "fenced", false);
	const plim_network_row *a = row_of(&view, false, A);
	NEAR(a->events_per_year, 0.2 + 0.3 * (1 - 0.5 * 0.8), 1e-12);
	NEAR(a->time_to_recover, (0.2 * 10 + 0.18 * 4 * 0.75) / 0.38, 1e-9);
	plim_network_view_clear(&view);
	view = view_of(chain, "stocked", false);
	NEAR(row_of(&view, false, A)->time_to_survive, 3 + 0.5 * 4 + 4, 1e-12);
	NEAR(row_of(&view, false, B)->time_to_survive, 4.0, 1e-12);
	plim_network_view_clear(&view);
	plim_model *model = parse(chain);
	plim_error error = {0};
	plim_network_view_options options = {.scenario = "nowhere"};
	cr_assert_eq(plim_network_view_build(model, &options, &view, &error), PLIM_ERROR_USAGE);
	cr_assert(view.row == NULL && strstr(error.text, "nowhere"));
	plim_model_free(&model);
}

/* Two trips over the second link, one over the first: incidents add up at their links. */
Test(decide_network, incidents_along_trips)
{
	static const char trips[] = HEAD
	    "nodes: [{id: a}, {id: b}, {id: c, margin_per_day: 100}]\n"
	    "links: [{id: ab, from: a, to: b}, {id: bc, from: b, to: c}]\n"
	    "trips:\n  - {id: x, legs: [ab, bc], trips_per_year: 50, hours_moving: [1, 2]}\n"
	    "  - {id: y, legs: [bc], trips_per_year: 20, hours_moving: [4]}\n"
	    "threats:\n  - {id: t, custody: {moving: 1e-3}, vulnerability: 0.4, outage_days: {exponential: {mean: 5}}}\n";
	plim_network_view view = view_of(trips, NULL, true);
	double first = 0.4 * 50 * (1 - exp(-1e-3));
	double second = 0.4 * (50 * exp(-1e-3) * (1 - exp(-2e-3)) + 20 * (1 - exp(-4e-3)));
	NEAR(row_of(&view, true, 0)->events_per_year, first, 1e-9);
	NEAR(row_of(&view, true, 1)->events_per_year, second, 1e-9);
	NEAR(row_of(&view, true, 1)->expected_loss, second * 500, 1e-5);
	plim_network_view_clear(&view);
}

/* Half of the flow fails at day 2, all of it at day 6; 5 days of stock fall by 2, then last for 3 more. */
Test(decide_network, a_diamond_of_one_item_is_an_or)
{
	char text[2048];
	snprintf(text, sizeof text, diamond, "6", "part, share: 0.5", "5", "part, share: 0.5", "5");
	plim_network_view view = view_of(text, NULL, false);
	NEAR(row_of(&view, false, S)->time_to_survive, 9.0, 1e-12);
	NEAR(row_of(&view, false, X)->time_to_survive, 10.0, 1e-12);
	NEAR(row_of(&view, false, X)->loss_per_day[2], 100 * 0.5 * (30 - 10) / 30, 1e-12);
	NEAR(row_of(&view, false, X)->value_share, 0.5, 1e-12);
	cr_assert(!row_of(&view, false, X)->single_point && !row_of(&view, false, Y)->single_point);
	cr_assert_eq(row_of(&view, false, X)->bearers_stopped, 0);
	cr_assert(row_of(&view, false, S)->single_point && row_of(&view, false, S)->bearers_stopped == 1);
	NEAR(row_of(&view, false, X)->betweenness, 0.5 / 6, 1e-12); /* one of two shortest ways of one of six pairs */
	plim_network_view_clear(&view);
}

Test(decide_network, a_diamond_of_two_items_is_an_and)
{
	char text[2048];
	snprintf(text, sizeof text, diamond, "1", "part", "1", "tool", "3");
	plim_network_view view = view_of(text, NULL, false);
	NEAR(row_of(&view, false, S)->time_to_survive, 3.0, 1e-12); /* min(2 + 1, 1 + 3) */
	NEAR(row_of(&view, false, X)->time_to_survive, 1.0, 1e-12);
	NEAR(row_of(&view, false, Y)->time_to_survive, 3.0, 1e-12);
	cr_assert(row_of(&view, false, X)->single_point && row_of(&view, false, Y)->single_point);
	NEAR(row_of(&view, false, X)->value_share, 1.0, 1e-12);
	cr_assert_eq(view.single_points, 4); /* the customer too: it is all the margin there is */
	plim_network_view_clear(&view);
}

Test(decide_network, warnings_are_told)
{
	plim_network_view view = view_of(HEAD "nodes:\n  - {id: a, margin_per_day: 1}\n  - {id: b, margin_per_day: 1}\n"
	                                      "  - {id: c}\n"
	                                      "links:\n  - {from: a, to: b, item: i}\n  - {from: a, to: c, item: i}\n"
	                                      "threats:\n  - {id: f, frequency: {poisson: {rate: 1}}, loss: 1}\n",
	                                 NULL, false);
	cr_assert_eq(view.warnings, 2);
	cr_assert(strstr(view.warning[0], "a has a margin and feeds b"), "%s", view.warning[0]);
	cr_assert(strstr(view.warning[1], "c has no margin and feeds nothing"), "%s", view.warning[1]);
	cr_assert(!row_of(&view, false, B)->single_point, "a customer among others stops only itself");
	cr_assert(isinf(row_of(&view, false, C)->time_to_survive));
	plim_network_view_clear(&view);
}

/* A generalised Pareto law of shape 0.9 has most of its mean in outages that no grid of quantiles sees. */
Test(decide_network, a_heavy_tail_keeps_its_mean)
{
	plim_model *model = parse(HEAD "nodes:\n  - {id: a, margin_per_day: 7}\nthreats:\n"
	                               "  - {id: f, where: {nodes: {id: a}}, frequency: {poisson: {rate: 2}},\n"
	                               "     outage_days: {gpd: {shape: 0.9, scale: 3}}}\n");
	plim_network_view view = {0};
	plim_network_view_options options = {0};
	cr_assert_eq(plim_network_view_build(model, &options, &view, NULL), PLIM_OK);
	NEAR(view.row[0].expected_loss, 2 * 7 * 3 / (1 - 0.9), 1e-6);
	NEAR(view.row[0].time_to_recover, 3 / (1 - 0.9), 1e-6);
	plim_network_view_clear(&view);
	plim_model_free(&model);
}

static double bare_loss(const plim_graph *graph, bool on_link, uint32_t place)
{
	plim_network_solver *solver = NULL;
	plim_outage outage = {.place = place, .on_link = on_link, .days = 1, .share = 1};
	cr_assert_eq(plim_network_solver_new(graph, &solver, NULL), PLIM_OK);
	while (plim_network_solve_bare(solver, &outage, 1) == PLIM_NETWORK_GROW)
		cr_assert_eq(plim_network_solver_grow(solver, NULL), PLIM_OK);
	size_t count = 0;
	double sum = 0;
	const plim_network_loss *loss = plim_network_losses(solver, &count);
	for (size_t k = 0; k < count; k++)
		sum += loss[k].lost.at;
	plim_network_solver_free(&solver);
	return sum;
}

/* Without leads a bare outage of one day is the steady state for one day: the solver is the reference. */
Test(decide_network, the_steady_state_is_that_of_the_solver)
{
	test_random random = {11};
	size_t losses = 0;
	for (int round = 0; round < 200; round++) {
		network_case c;
		case_random(&c, &random);
		for (size_t k = 0; k < CASE_LINKS; k++)
			c.lead[k] = 0;
		plim_graph *graph = case_build(&c);
		plim_steady steady = {0};
		cr_assert_eq(plim_steady_init(&steady, graph, NULL), PLIM_OK);
		for (uint32_t i = 0; i < graph->nodes + graph->links; i++) {
			bool on_link = i >= graph->nodes;
			uint32_t place = on_link ? i - graph->nodes : i;
			double wanted = bare_loss(graph, on_link, place);
			losses += wanted > 0;
			NEAR(plim_steady_solve(&steady, on_link, place).margin, wanted, 1e-9);
		}
		plim_steady_clear(&steady);
		plim_graph_free(&graph);
	}
	cr_assert_gt(losses, 500);
}

/* The short curve of a large network against the whole one. */
Test(decide_network, the_beginning_of_a_curve_is_that_of_the_whole)
{
	test_random random = {12};
	size_t losses = 0;
	for (int round = 0; round < 200; round++) {
		network_case c;
		case_random(&c, &random);
		plim_graph *graph = case_build(&c);
		plim_network_solver *solver = NULL;
		cr_assert_eq(plim_network_solver_new(graph, &solver, NULL), PLIM_OK);
		for (uint32_t n = 0; n < graph->nodes; n++) {
			plim_outage outage = {.place = n, .share = 1};
			plim_outage_curve *whole = NULL, *begin = NULL;
			cr_assert_eq(plim_outage_curve_build(solver, NULL, outage, &whole, NULL), PLIM_OK);
			cr_assert_eq(plim_outage_onset_build(solver, NULL, outage, 30, &begin, NULL), PLIM_OK);
			for (double days = 0.37; days < 30; days *= 1.3) {
				double wanted = plim_curve_at(whole, whole->loss, days);
				losses += wanted > 0;
				cr_assert_float_eq(plim_curve_at(begin, begin->loss, days), wanted, 1e-9 * (1 + wanted));
			}
			cr_assert(begin->time_to_survive <= whole->time_to_survive * (1 + 1e-12));
			plim_outage_curve_free(&whole);
			plim_outage_curve_free(&begin);
		}
		plim_network_solver_free(&solver);
		plim_graph_free(&graph);
	}
	cr_assert_gt(losses, 1000);
}

/* All sources by a sample that holds them all, and a real sample that stays within its bounds. */
Test(decide_network, betweenness_of_a_star_and_of_a_sample)
{
	network_case c;
	uint32_t sources = 0;
	double betweenness[CASE_NODES];
	case_init(&c, 9);
	for (uint32_t k = 0; k < 4; k++) {
		case_link(&c, k, 4, k, 1, 0);
		case_link(&c, 4, 5 + k, 0, 1, 0);
	}
	plim_graph *graph = case_build(&c);
	cr_assert_eq(plim_centrality_betweenness(graph, 1e9, betweenness, &sources, NULL), PLIM_OK);
	cr_assert_eq(sources, 9);
	NEAR(betweenness[4], 16.0 / (8 * 7), 1e-12);
	cr_assert_eq(betweenness[0], 0);
	cr_assert_eq(plim_centrality_betweenness(graph, 12, betweenness, &sources, NULL), PLIM_OK);
	cr_assert(sources >= 1 && sources < 9, "%u", sources);
	plim_graph_free(&graph);
}
