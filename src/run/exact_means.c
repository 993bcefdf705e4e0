/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of each group from the model: the exact mean, and how much of the variance is too rare to be seen. Each
 * threat passes both on to all groups that take it whole. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/exact.h"
#include "model/clause.h"
#include "run/cross_check.h"

static void add(double *out, int32_t group, double mean)
{
	if (group >= 0)
		out[group] = isnan(out[group]) ? mean : out[group] + mean;
}

/* Once unknown, always unknown. */
static void spoil(bool *unknown, int32_t group)
{
	if (group >= 0)
		unknown[group] = true;
}

typedef struct means {
	const plim_model *model;
	const plim_results *r;
	double *out; /* of the scenario */
	bool *unknown;
	double *second, *hidden,
	    *worst; /* by group: events x E[loss^2], the part of it too rare to be seen, the largest share of an outage */
} means;

static int32_t group_of(const means *m, plim_group_kind kind, const char *name)
{
	return plim_results_group(m->r, kind, name);
}

/* Adds to the clauses; NAN spoils them. */
static void add_clauses(means *m, const plim_threat *threat, double mean)
{
	size_t count = 0;
	const plim_clause *tree = plim_clause_tree(m->model->edition, &count);
	int32_t general;
	if (threat->clauses == 0) {
		general = group_of(m, PLIM_GROUP_CLAUSE, "(unassigned)");
		isnan(mean) ? spoil(m->unknown, general) : add(m->out, general, mean);
	}
	for (size_t c = 0; c < threat->clauses; c++) {
		int32_t g = group_of(m, PLIM_GROUP_CLAUSE, tree[threat->clause[c].clause].number);
		if (g >= 0 && !m->r->group[g].leaf) /* its "(general)" leaf comes right after */
			g++;
		for (; g >= 0; g = m->r->group[g].parent)
			isnan(mean) ? spoil(m->unknown, g) : add(m->out, g, mean * threat->clause[c].weight);
	}
}

/* A threat's second moments by component and in all. */
typedef struct squares {
	double second, hidden, worst;
} squares;

static void add_squares(means *m, int32_t group, squares s, double weight)
{
	if (group < 0)
		return;
	m->second[group] += s.second * weight * weight;
	m->hidden[group] += s.hidden * weight * weight;
	m->worst[group] = s.worst > m->worst[group] ? s.worst : m->worst[group];
}

static squares squares_of(const plim_amount *amount, double events, double trials)
{
	if (!(events > 0))
		return (squares){0};
	double second = plim_amount_second_moment(amount), share = plim_amount_unseen(amount, 1 / (events * trials));
	/* an infinite one drowns all others */
	return isinf(second) ? (squares){0, 0, 1} : (squares){events * second, events * second * share, 0};
}

static void add_squares_to_clauses(means *m, const plim_threat *threat, squares all)
{
	size_t count = 0;
	const plim_clause *tree = plim_clause_tree(m->model->edition, &count);
	if (threat->clauses == 0)
		add_squares(m, group_of(m, PLIM_GROUP_CLAUSE, "(unassigned)"), all, 1);
	for (size_t c = 0; c < threat->clauses; c++) {
		int32_t g = group_of(m, PLIM_GROUP_CLAUSE, tree[threat->clause[c].clause].number);
		if (g >= 0 && !m->r->group[g].leaf)
			g++;
		for (; g >= 0; g = m->r->group[g].parent)
			add_squares(m, g, all, threat->clause[c].weight);
	}
}

static void judge_threat(means *m, const plim_threat *threat, double events)
{
	const double trials = (double)m->r->trials;
	squares all = {0};
	for (size_t c = 0; c < threat->losses; c++) {
		squares own = squares_of(&threat->loss[c].amount, events, trials);
		add_squares(m, group_of(m, PLIM_GROUP_COMPONENT, threat->loss[c].component), own, 1);
		all = (squares){all.second + own.second, all.hidden + own.hidden, fmax(all.worst, own.worst)};
	}
	if (threat->outage && events > 0) { /* in days: no common measure with money, so that its share stands by itself */
		squares days = {.worst = plim_amount_unseen(&threat->outage->amount, 1 / (events * trials))};
		add_squares(m, group_of(m, PLIM_GROUP_COMPONENT, "interruption"), days, 1);
		all.worst = fmax(all.worst, days.worst);
	}
	add_squares(m, group_of(m, PLIM_GROUP_TOTAL, "total"), all, 1);
	add_squares(m, group_of(m, PLIM_GROUP_THREAT, threat->id), all, 1);
	add_squares(m, group_of(m, PLIM_GROUP_CATEGORY, *threat->category ? threat->category : "(none)"), all, 1);
	add_squares_to_clauses(m, threat, all);
}

static plim_status add_threat(means *m, uint32_t scenario, uint32_t index, plim_error *error)
{
	const plim_threat *threat = &m->model->threat[index];
	plim_exact_threat *t = NULL;
	double events = 0, total = 0, *component = plim_mem_alloc(threat->losses, sizeof *component);
	plim_status status = component ? plim_exact_threat_build(m->model, scenario, index, PLIM_EXACT_EVERYWHERE,
	                                                         PLIM_EXACT_HORIZON, &t, error)
	                               : plim_error_memory(error, "the exact means");
	if (status == PLIM_OK && !(*t->no_mean && *t->no_events))
		status = plim_exact_mean(t, false, &events, component, &total, error);
	if (status == PLIM_OK && *t->no_mean)
		total = NAN;
	const int32_t whole[] = {group_of(m, PLIM_GROUP_TOTAL, "total"), group_of(m, PLIM_GROUP_THREAT, threat->id),
	                         group_of(m, PLIM_GROUP_CATEGORY, *threat->category ? threat->category : "(none)")};
	for (size_t i = 0; status == PLIM_OK && i < sizeof whole / sizeof *whole; i++)
		isnan(total) ? spoil(m->unknown, whole[i]) : add(m->out, whole[i], total);
	for (size_t c = 0; status == PLIM_OK && c < threat->losses; c++) {
		int32_t group = group_of(m, PLIM_GROUP_COMPONENT, threat->loss[c].component);
		isnan(total) ? spoil(m->unknown, group) : add(m->out, group, component[c]);
	}
	if (status == PLIM_OK) {
		add_clauses(m, threat, total);
		judge_threat(m, threat, events);
	}
	plim_mem_free(component);
	plim_exact_threat_free(&t);
	return status;
}

/* The index in the model of a scenario of the results; UINT32_MAX if it has none. */
static uint32_t scenario_in_model(const plim_model *model, const char *id)
{
	const plim_scenario *found = plim_model_find_scenario(model, id);
	return found ? (uint32_t)(found - model->scenario) : UINT32_MAX;
}

static void finish(means *m, double *unseen)
{
	for (size_t g = 0; g < m->r->groups; g++) {
		double share = m->second[g] > 0 ? m->hidden[g] / m->second[g] : 0;
		unseen[g] = fmax(share, m->worst[g]);
		m->out[g] = m->unknown[g] ? NAN : m->out[g];
	}
}

plim_status plim_cross_check_means(const plim_model *model, const plim_results *results, double *out, double *unseen,
                                   plim_error *error)
{
	const size_t groups = results->groups;
	bool *unknown = plim_mem_alloc(groups, sizeof *unknown);
	double *sums = plim_mem_alloc(3 * groups, sizeof *sums);
	plim_status status = unknown && sums ? PLIM_OK : plim_error_memory(error, "the exact means");
	for (uint32_t s = 0; s < results->scenarios && status == PLIM_OK; s++) {
		means m = {model, results, out + s * groups, unknown, sums, sums + groups, sums + 2 * groups};
		uint32_t scenario = scenario_in_model(model, results->scenario[s].id);
		for (size_t g = 0; g < groups; g++) {
			m.out[g] = NAN;
			unknown[g] = false;
			m.second[g] = m.hidden[g] = m.worst[g] = 0;
		}
		for (uint32_t t = 0; t < model->threats && scenario != UINT32_MAX && status == PLIM_OK; t++)
			status = add_threat(&m, scenario, t, error);
		if (status == PLIM_OK)
			finish(&m, unseen + s * groups);
	}
	plim_mem_free(unknown);
	plim_mem_free(sums);
	return status;
}
