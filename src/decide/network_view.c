/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/network_view.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/network_centrality.h"
#include "decide/network_onset.h"
#include "decide/network_steady.h"
#include "decide/network_strike.h"
#include "decide/network_warning.h"
#include "engine/network_input.h"

const double plim_network_length[PLIM_NETWORK_LENGTHS] = {1, 7, 30, 90};

/* All margin is lost if all but this share of it is: sums round. */
#define ROUNDING 1e-9

typedef struct maker {
	const plim_model *model;
	plim_graph *graph;
	plim_overlay overlay;
	plim_strike_table strikes;
	plim_network_view *view;
} maker;

/* One thread's solvers. */
typedef struct worker {
	const maker *maker;
	plim_network_solver *solver;
	plim_steady steady;
} worker;

/* The length up to which the curves of a place are asked for: of large networks no more of them is made. */
static double longest_of(const maker *m, const plim_network_row *row)
{
	const plim_strike_table *table = &m->strikes;
	size_t slot = (row->on_link ? m->model->nodes : 0) + row->place;
	double longest = plim_network_length[PLIM_NETWORK_LENGTHS - 1];
	for (size_t k = table->start[slot]; k < table->start[slot + 1]; k++)
		longest = fmax(longest, table->law[table->strike[k].threat].longest);
	return longest;
}

static plim_status build_curve(worker *w, const plim_network_row *row, bool inflow, double share,
                               plim_outage_curve **curve, plim_error *error)
{
	const maker *m = w->maker;
	plim_outage outage = {.place = row->place, .on_link = row->on_link, .stops_inflow = inflow, .share = share};
	double longest = m->view->onsets ? longest_of(m, row) : INFINITY;
	if (isinf(longest))
		return plim_outage_curve_build(w->solver, &m->overlay, outage, curve, error);
	return plim_outage_onset_build(w->solver, &m->overlay, outage, longest, curve, error);
}

static void read_curve(const plim_outage_curve *curve, plim_network_row *row)
{
	row->time_to_survive = curve->time_to_survive;
	for (size_t k = 0; k < PLIM_NETWORK_LENGTHS; k++)
		row->loss_per_day[k] = plim_curve_at(curve, curve->loss, plim_network_length[k]) / plim_network_length[k];
}

/* Its events a year, their mean length, and what they are expected to lose; `whole` is the curve of a full outage. */
static plim_status price_strikes(worker *w, const plim_outage_curve *whole, plim_network_row *row, plim_error *error)
{
	const plim_strike_table *table = &w->maker->strikes;
	size_t slot = (row->on_link ? w->maker->model->nodes : 0) + row->place;
	const plim_threat *before = NULL;
	plim_outage_curve *own = NULL;
	plim_status status = PLIM_OK;
	double days = 0;
	for (size_t k = table->start[slot]; k < table->start[slot + 1] && status == PLIM_OK; k++) {
		const plim_strike *strike = &table->strike[k];
		const plim_threat *threat = &w->maker->model->threat[strike->threat];
		bool is_whole = !threat->stops_inflow && !(threat->outage_share < 1);
		bool again =
		    before && before->stops_inflow == threat->stops_inflow && !(before->outage_share < threat->outage_share);
		if (!is_whole && !again) {
			plim_outage_curve_free(&own);
			status = build_curve(w, row, threat->stops_inflow, threat->outage_share, &own, error);
		}
		before = threat;
		const plim_outage_law *law = &table->law[strike->threat];
		row->events_per_year += strike->events;
		days += strike->shrink > 0 ? strike->events * strike->shrink * law->mean : 0;
		if (status == PLIM_OK)
			row->expected_loss += strike->events * plim_outage_law_loss(law, strike->shrink, is_whole ? whole : own);
	}
	plim_outage_curve_free(&own);
	row->time_to_recover = row->events_per_year > 0 ? days / row->events_per_year : NAN;
	row->gap = row->time_to_recover > row->time_to_survive;
	return status;
}

/* What an outage that never ends takes, with no buffer and no substitution. */
static void weigh(worker *w, plim_network_row *row)
{
	double all = w->maker->view->margin_per_day;
	plim_steady_loss loss = plim_steady_solve(&w->steady, row->on_link, row->place);
	row->bearers_stopped = loss.stopped;
	row->value_share = all > 0 ? fmin(loss.margin / all, 1) : NAN;
	row->single_point = loss.another || (all > 0 && loss.margin >= all * (1 - ROUNDING));
}

static plim_status fill_row(worker *w, plim_network_row *row, plim_error *error)
{
	plim_outage_curve *whole = NULL;
	plim_status status = build_curve(w, row, false, 1, &whole, error);
	if (status == PLIM_OK) {
		read_curve(whole, row);
		status = price_strikes(w, whole, row, error);
		weigh(w, row);
	}
	plim_outage_curve_free(&whole);
	return status;
}

static plim_status fill_rows(maker *m, plim_error *error)
{
	plim_status status = PLIM_OK;
#pragma omp parallel
	{
		worker w = {.maker = m};
		plim_error own_error;
		plim_status own = plim_network_solver_new(m->graph, &w.solver, &own_error);
		if (own == PLIM_OK)
			own = plim_steady_init(&w.steady, m->graph, &own_error);
#pragma omp for schedule(dynamic, 16)
		for (size_t i = 0; i < m->view->rows; i++)
			if (own == PLIM_OK)
				own = fill_row(&w, &m->view->row[i], &own_error);
#pragma omp critical(plim_network_rows)
		if (own != PLIM_OK && status == PLIM_OK) {
			status = own;
			if (error)
				*error = own_error;
		}
		plim_network_solver_free(&w.solver);
		plim_steady_clear(&w.steady);
	}
	return status;
}

static plim_status find_scenario(const plim_model *model, const char *id, const plim_scenario **scenario,
                                 plim_error *error)
{
	*scenario = id ? plim_model_find_scenario(model, id) : NULL;
	if (id && !*scenario)
		return plim_error_set(error, PLIM_ERROR_USAGE, "the model has no scenario '%s'", id);
	return PLIM_OK;
}

/* The graph, what it is worth, and the warnings that it gave. */
static plim_status make_graph(maker *m, plim_error *error)
{
	plim_graph_findings findings = {0};
	plim_network_view *view = m->view;
	plim_status status = plim_network_graph(m->model, &m->graph, &findings, error);
	if (status == PLIM_OK)
		status = plim_network_warnings(m->model, &findings, &view->warning, &view->warnings, error);
	plim_graph_findings_clear(&findings);
	for (uint32_t n = 0; status == PLIM_OK && n < m->graph->nodes; n++) {
		view->margin_per_day += m->graph->margin[n];
		view->bearers += m->graph->margin[n] > 0;
	}
	return status;
}

static plim_status make_overlay(maker *m, const plim_scenario *scenario, plim_error *error)
{
	plim_status status = plim_overlay_init(&m->overlay, m->graph, error);
	for (size_t c = 0; status == PLIM_OK && scenario && c < scenario->controls; c++)
		plim_network_apply(m->graph, &m->model->control[scenario->control[c]], &m->overlay);
	return status;
}

static plim_status make_rows(maker *m, bool links, plim_error *error)
{
	plim_network_view *view = m->view;
	size_t nodes = m->model->nodes, rows = nodes + (links ? m->model->links : 0);
	double *betweenness = plim_mem_alloc(nodes, sizeof *betweenness);
	view->row = plim_mem_alloc(rows, sizeof *view->row);
	view->onsets = rows > PLIM_NETWORK_WHOLE;
	plim_status status = view->row && betweenness ? PLIM_OK : plim_error_memory(error, "the table of places");
	if (status == PLIM_OK)
		status = plim_centrality_betweenness(m->graph, PLIM_CENTRALITY_VISITS, betweenness, &view->sources, error);
	for (size_t i = 0; status == PLIM_OK && i < rows; i++) {
		view->row[i].on_link = i >= nodes;
		view->row[i].place = (uint32_t)(i < nodes ? i : i - nodes);
		view->row[i].betweenness = i < nodes ? betweenness[i] : NAN;
		view->rows++;
	}
	plim_mem_free(betweenness);
	return status;
}

static int larger_first(double a, double b)
{
	return a > b ? -1 : a < b;
}

static int compare_rows(const void *left, const void *right)
{
	const plim_network_row *a = left, *b = right;
	int order = larger_first(a->expected_loss, b->expected_loss);
	if (!order)
		order = larger_first(a->value_share, b->value_share);
	if (!order)
		order = (int)a->on_link - (int)b->on_link;
	return order ? order : (a->place > b->place) - (a->place < b->place);
}

static void rank(plim_network_view *view)
{
	qsort(view->row, view->rows, sizeof *view->row, compare_rows);
	for (size_t i = 0; i < view->rows; i++) {
		view->expected_loss += view->row[i].expected_loss;
		view->single_points += view->row[i].single_point;
		view->gaps += view->row[i].gap;
	}
}

static plim_status make(maker *m, const plim_network_view_options *options, plim_error *error)
{
	const plim_scenario *scenario = NULL;
	plim_status status = find_scenario(m->model, options->scenario, &scenario, error);
	if (status == PLIM_OK)
		status = make_graph(m, error);
	if (status == PLIM_OK)
		status = make_overlay(m, scenario, error);
	if (status == PLIM_OK)
		status = plim_strike_table_build(m->model, scenario, &m->strikes, error);
	if (status == PLIM_OK)
		status = make_rows(m, options->links, error);
	return status == PLIM_OK ? fill_rows(m, error) : status;
}

plim_status plim_network_view_build(const plim_model *model, const plim_network_view_options *options,
                                    plim_network_view *view, plim_error *error)
{
	if (model->nodes == 0)
		return plim_error_set(error, PLIM_ERROR_MODEL, "the model has no nodes, and so no network");
	maker m = {.model = model, .view = view};
	plim_status status = make(&m, options, error);
	if (status == PLIM_OK)
		rank(view);
	else
		plim_network_view_clear(view);
	plim_strike_table_clear(&m.strikes);
	plim_overlay_clear(&m.overlay);
	plim_graph_free(&m.graph);
	return status;
}

void plim_network_view_clear(plim_network_view *view)
{
	plim_mem_free(view->row);
	plim_network_warnings_free(&view->warning, &view->warnings);
	*view = (plim_network_view){0};
}
