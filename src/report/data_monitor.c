/* SPDX-License-Identifier: Apache-2.0 */
#include "report/data_monitor.h"

#include <math.h>
#include <stdio.h>

#include "base/text.h"
#include "model/clause.h"
#include "model/place.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const plim_table_column threat_columns[] = {
    {"threat", "Threat", false},
    {"expected_events", "Expected", true},
    {"events", "Events", true},
    {"p_more", "P(so many)", true},
    {"near_misses", "Near misses", true},
    {"false_alarms", "False alarms", true},
    {"posterior_rate", "Rate a year", true},
    {"posterior_lower", "Lower", true},
    {"posterior_upper", "Upper", true},
    {"expected_loss", "Expected loss", true},
    {"loss", "Loss", true},
    {"unknown_losses", "Unknown", true},
};

static const plim_table_column place_columns[] = {
    {"threat", "Threat", false}, {"place", "Place", false},      {"expected_events", "Expected", true},
    {"events", "Events", true},  {"p_more", "P(so many)", true}, {"expected_loss", "Expected loss", true},
    {"loss", "Loss", true},
};

static const plim_table_column test_columns[] = {
    {"test", "Test", false},        {"threat", "Threat", false}, {"place", "Place", false},
    {"expected", "Expected", true}, {"deviation", "SD", true},   {"actual", "Actual", true},
    {"values", "n", true},          {"p_more", "p more", true},  {"p_less", "p less", true},
    {"adjusted", "Adjusted", true}, {"broken", "Broken", false}, {"low", "Low", false},
};

static const plim_table_column kpi_columns[] = {
    {"id", "Indicator", false},     {"measure", "Measure", false}, {"kind", "Kind", false},
    {"threat", "Threat", false},    {"value", "Value", true},      {"at_most", "At most", true},
    {"at_least", "At least", true}, {"met", "Met", false},         {"owner", "Owner", false},
};

const plim_table_column plim_fault_columns[PLIM_FAULT_COLUMNS] = {
    {"id", "No", false},        {"what", "What", false},          {"threat", "Threat", false},
    {"place", "Place", false},  {"clauses", "Clauses", false},    {"limit", "Limit", true},
    {"actual", "Actual", true}, {"adjusted", "p adjusted", true}, {"owner", "Owner", false},
};

static const char *const kind_names[] = {
    [PLIM_MONITOR_COUNT] = "events",          [PLIM_MONITOR_LOSS] = "loss size",
    [PLIM_MONITOR_OUTAGE] = "outage length",  [PLIM_MONITOR_POLICY] = "policy years",
    [PLIM_MONITOR_PLACE] = "events at place",
};

/* ---- rows ---- */

static const char *threat_id(const plim_monitor *m, const plim_monitor_test *test)
{
	return test->kind == PLIM_MONITOR_POLICY ? "" : m->model->threat[test->threat].id;
}

static const char *place_id(const plim_monitor *m, uint32_t threat, uint32_t place)
{
	return plim_place_id(m->model, m->model->threat[threat].where.kind, place);
}

static double p_of_count(const plim_monitor *m, uint32_t t)
{
	for (size_t i = 0; i < m->tests; i++)
		if (m->test[i].kind == PLIM_MONITOR_COUNT && m->test[i].threat == t)
			return m->test[i].p_upper;
	return NAN;
}

static void fill_threats(const plim_monitor *m, plim_table *table)
{
	for (uint32_t t = 0; t < m->model->threats; t++) {
		const plim_monitor_threat *row = &m->threat[t];
		plim_table_text(table, m->model->threat[t].id);
		plim_table_number(table, row->expected, PLIM_FIGURE_PROBABILITY);
		plim_table_count(table, row->events);
		plim_table_number_or_none(table, p_of_count(m, t), PLIM_FIGURE_PROBABILITY);
		plim_table_count(table, row->near_misses);
		plim_table_count(table, row->false_alarms);
		plim_table_number_or_none(table, row->posterior_rate, PLIM_FIGURE_PROBABILITY);
		plim_table_number_or_none(table, row->posterior_lower, PLIM_FIGURE_PROBABILITY);
		plim_table_number_or_none(table, row->posterior_upper, PLIM_FIGURE_PROBABILITY);
		plim_table_money(table, row->expected_loss);
		plim_table_money(table, row->loss);
		plim_table_count(table, row->unknown);
	}
}

static void fill_places(const plim_monitor *m, plim_table *table)
{
	for (size_t i = 0; i < m->places; i++) {
		const plim_monitor_place *row = &m->place[i];
		plim_table_text(table, m->model->threat[row->threat].id);
		plim_table_text(table, place_id(m, row->threat, row->place));
		plim_table_number(table, row->expected, PLIM_FIGURE_PROBABILITY);
		plim_table_count(table, row->events);
		plim_table_number_or_none(table, row->p_upper, PLIM_FIGURE_PROBABILITY);
		plim_table_money(table, row->expected_loss);
		plim_table_money(table, row->loss);
	}
}

static void fill_tests(const plim_monitor *m, plim_table *table)
{
	for (size_t i = 0; i < m->tests; i++) {
		const plim_monitor_test *row = &m->test[i];
		bool place = row->kind == PLIM_MONITOR_PLACE;
		plim_table_text(table, kind_names[row->kind]);
		plim_table_text(table, threat_id(m, row));
		plim_table_text(table, place ? place_id(m, row->threat, row->place) : "");
		plim_table_number(table, row->expected, PLIM_FIGURE_PROBABILITY);
		plim_table_number_or_none(table, row->deviation, PLIM_FIGURE_PROBABILITY);
		plim_table_number_or_none(table, row->actual, PLIM_FIGURE_PROBABILITY);
		plim_table_count(table, row->values);
		plim_table_number(table, row->p_upper, PLIM_FIGURE_PROBABILITY);
		plim_table_number_or_none(table, row->p_lower, PLIM_FIGURE_PROBABILITY);
		plim_table_number(table, row->adjusted, PLIM_FIGURE_PROBABILITY);
		plim_table_bool(table, row->broken);
		plim_table_bool(table, row->low);
	}
}

static void fill_kpis(const plim_monitor *m, plim_table *table)
{
	for (size_t i = 0; i < m->kpis; i++) {
		const plim_monitor_kpi *row = &m->kpi[i];
		const plim_kpi *kpi = row->kpi;
		plim_table_text(table, kpi ? kpi->id : "");
		plim_table_text(table, plim_kpi_measure_name(row->measure));
		plim_table_text(table, plim_kpi_measure_leads(row->measure) ? "leading" : "lagging");
		plim_table_text(table, kpi ? kpi->threat : "");
		plim_table_number_or_none(table, row->value, PLIM_FIGURE_PLAIN);
		plim_table_number_or_none(table, kpi ? kpi->at_most : NAN, PLIM_FIGURE_PLAIN);
		plim_table_number_or_none(table, kpi ? kpi->at_least : NAN, PLIM_FIGURE_PLAIN);
		if (kpi)
			plim_table_bool(table, row->met);
		else
			plim_table_none(table);
		plim_table_text(table, kpi ? kpi->owner : "");
	}
}

static void add_clauses(const plim_monitor *m, const plim_monitor_test *test, plim_table *table)
{
	plim_text text = {0};
	size_t count;
	const plim_clause *tree = plim_clause_tree(m->model->edition, &count);
	const plim_threat *threat = &m->model->threat[test->threat];
	for (size_t c = 0; test->kind != PLIM_MONITOR_POLICY && c < threat->clauses; c++) {
		plim_text_add(&text, c ? ";" : "");
		plim_text_add(&text, tree[threat->clause[c].clause].number);
	}
	plim_table_text_copy(table, text.data ? text.data : "");
	table->failed |= text.failed;
	plim_text_free(&text);
}

static void number_fault(plim_table *table, size_t *number)
{
	char text[24];
	snprintf(text, sizeof text, "N%zu", ++*number);
	plim_table_text_copy(table, text);
}

/* Nonconformities: broken limits, and indicators off their targets. */
static void fill_faults(const plim_monitor *m, plim_table *table)
{
	size_t number = 0;
	for (size_t i = 0; i < m->tests; i++) {
		const plim_monitor_test *row = &m->test[i];
		if (!row->broken)
			continue;
		number_fault(table, &number);
		plim_table_text(table, kind_names[row->kind]);
		plim_table_text(table, threat_id(m, row));
		plim_table_text(table, row->kind == PLIM_MONITOR_PLACE ? place_id(m, row->threat, row->place) : "");
		add_clauses(m, row, table);
		plim_table_number(table, row->expected, PLIM_FIGURE_PROBABILITY);
		plim_table_number(table, row->actual, PLIM_FIGURE_PROBABILITY);
		plim_table_number(table, row->adjusted, PLIM_FIGURE_PROBABILITY);
		plim_table_text(table,
		                row->kind == PLIM_MONITOR_POLICY ? m->model->approver : m->model->threat[row->threat].owner);
	}
	for (size_t i = 0; i < m->kpis; i++) {
		const plim_kpi *kpi = m->kpi[i].kpi;
		if (!kpi || m->kpi[i].met)
			continue;
		number_fault(table, &number);
		plim_table_text(table, kpi->id);
		plim_table_text(table, kpi->threat);
		plim_table_text(table, "");
		plim_table_text(table, "");
		plim_table_number(table, m->kpi[i].value > kpi->at_most ? kpi->at_most : kpi->at_least, PLIM_FIGURE_PLAIN);
		plim_table_number(table, m->kpi[i].value, PLIM_FIGURE_PLAIN);
		plim_table_none(table);
		plim_table_text(table, kpi->owner);
	}
}

const plim_data_monitor plim_data_monitors[PLIM_DATA_MONITORS] = {
    {"threats", threat_columns, COUNT(threat_columns), fill_threats},
    {"places", place_columns, COUNT(place_columns), fill_places},
    {"tests", test_columns, COUNT(test_columns), fill_tests},
    {"kpis", kpi_columns, COUNT(kpi_columns), fill_kpis},
    {"nonconformities", plim_fault_columns, PLIM_FAULT_COLUMNS, fill_faults},
};
