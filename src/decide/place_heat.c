/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/place_heat.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/network_strike.h"
#include "engine/exact.h"
#include "engine/network_input.h"

typedef struct maker {
	const plim_model *model;
	const plim_scenario *scenario;
	plim_graph *graph;
	plim_overlay overlay;
	plim_network_solver *solver;
	plim_strike_table strikes;
} maker;

static bool is_at(const plim_threat *threat, uint32_t node)
{
	for (size_t i = 0; threat->where.kind == PLIM_PLACE_NODE && i < threat->where.places; i++)
		if (threat->where.place[i] == node)
			return true;
	return false;
}

/* The exact mean of a trial's direct losses. */
static plim_status add_direct(const maker *m, uint32_t node, uint32_t threat, double *mean, plim_error *error)
{
	double events, direct = 0, *component = plim_mem_alloc(m->model->threat[threat].losses, sizeof *component);
	plim_exact_threat *t = NULL;
	plim_status status = component ? plim_exact_threat_build(m->model, (uint32_t)(m->scenario - m->model->scenario),
	                                                         threat, node, PLIM_EXACT_HORIZON, &t, error)
	                               : plim_error_memory(error, "the losses by place");
	if (status == PLIM_OK && !t->direct_known)
		direct = NAN;
	else if (status == PLIM_OK)
		status = plim_exact_mean(t, false, &events, component, &direct, error);
	*mean += direct;
	plim_exact_threat_free(&t);
	plim_mem_free(component);
	return status;
}

/* What the threat's outages at the node are expected to cost, each alone. */
static plim_status add_outage(maker *m, uint32_t node, uint32_t threat, double *mean, plim_error *error)
{
	const plim_strike_table *table = &m->strikes;
	const plim_threat *record = &m->model->threat[threat];
	plim_outage outage = {.place = node, .stops_inflow = record->stops_inflow, .share = record->outage_share};
	for (size_t k = table->start[node]; k < table->start[node + 1]; k++) {
		if (table->strike[k].threat != threat)
			continue;
		plim_outage_curve *curve = NULL;
		plim_status status = plim_outage_curve_build(m->solver, &m->overlay, outage, &curve, error);
		if (status != PLIM_OK)
			return status;
		*mean += m->model->horizon_years * table->strike[k].events *
		         plim_outage_law_loss(&table->law[threat], table->strike[k].shrink, curve);
		plim_outage_curve_free(&curve);
	}
	return PLIM_OK;
}

static plim_status prepare(maker *m, plim_error *error)
{
	plim_status status = plim_network_graph(m->model, &m->graph, NULL, error);
	if (status == PLIM_OK)
		status = plim_overlay_init(&m->overlay, m->graph, error);
	for (size_t c = 0; status == PLIM_OK && c < m->scenario->controls; c++)
		plim_network_apply(m->graph, &m->model->control[m->scenario->control[c]], &m->overlay);
	if (status == PLIM_OK)
		status = plim_network_solver_new(m->graph, &m->solver, error);
	if (status == PLIM_OK)
		status = plim_strike_table_build(m->model, m->scenario, &m->strikes, error);
	return status;
}

plim_status plim_place_heat_build(const plim_model *model, const char *scenario, const uint32_t *node, size_t nodes,
                                  const uint32_t *threat, size_t threats, plim_place_heat *heat, plim_error *error)
{
	maker m = {.model = model, .scenario = plim_model_find_scenario(model, scenario)};
	if (!m.scenario)
		return plim_error_set(error, PLIM_ERROR_IO, "the model has no scenario '%s'", scenario);
	*heat = (plim_place_heat){nodes, threats, plim_mem_alloc(nodes * threats, sizeof(double))};
	plim_status status = heat->mean ? prepare(&m, error) : plim_error_memory(error, "the losses by place");
	for (size_t i = 0; i < nodes * threats && status == PLIM_OK; i++) {
		uint32_t n = node[i / threats], t = threat[i % threats];
		heat->mean[i] = is_at(&model->threat[t], n) ? 0 : NAN;
		if (isnan(heat->mean[i]))
			continue;
		status = add_direct(&m, n, t, &heat->mean[i], error);
		if (status == PLIM_OK && model->threat[t].outage)
			status = add_outage(&m, n, t, &heat->mean[i], error);
	}
	if (status != PLIM_OK)
		plim_place_heat_clear(heat);
	plim_strike_table_clear(&m.strikes);
	plim_network_solver_free(&m.solver);
	plim_overlay_clear(&m.overlay);
	plim_graph_free(&m.graph);
	return status;
}

void plim_place_heat_clear(plim_place_heat *heat)
{
	plim_mem_free(heat->mean);
	*heat = (plim_place_heat){0};
}
