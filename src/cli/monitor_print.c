/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/monitor_print.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "cli/print_table.h"
#include "model/clause.h"
#include "model/place.h"
#include "report/page.h"
#include "report/write.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define JSON_VERSION 1

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

static const plim_table_column fault_columns[] = {
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

static const struct table_of {
	const plim_table_column *column;
	size_t columns;
	void (*fill)(const plim_monitor *m, plim_table *table);
} tables[] = {
    {threat_columns, COUNT(threat_columns), fill_threats}, {place_columns, COUNT(place_columns), fill_places},
    {test_columns, COUNT(test_columns), fill_tests},       {kpi_columns, COUNT(kpi_columns), fill_kpis},
    {fault_columns, COUNT(fault_columns), fill_faults},
};

const char *const plim_monitor_tables[] = {"threats", "places", "tests", "kpis", "nonconformities", NULL};

bool plim_monitor_print_csv(const plim_monitor_page *page, FILE *file)
{
	size_t k = 0;
	plim_table table;
	while (strcmp(plim_monitor_tables[k], page->table) != 0)
		k++;
	plim_table_init(&table, tables[k].column, tables[k].columns);
	tables[k].fill(page->monitor, &table);
	bool good = plim_write_csv_table(&table, file);
	plim_table_clear(&table);
	return good;
}

bool plim_monitor_print_json(const plim_monitor_page *page, FILE *file)
{
	const plim_monitor *m = page->monitor;
	char from[PLIM_DATE_SIZE], to[PLIM_DATE_SIZE], level[PLIM_TEXT_DOUBLE_SIZE], digest[65];
	bool good = true;
	plim_date_text(from, m->from);
	plim_date_text(to, m->to);
	plim_text_double(level, m->level);
	plim_model_digest_hex(m->model, digest);
	fprintf(file, "{\n  \"plimsoll_monitor\": %d,\n  \"model_name\": ", JSON_VERSION);
	plim_print_json_string(file, m->model->name, &good);
	fprintf(file, ",\n  \"model_sha256\": \"%s\",\n  \"currency\": \"%s\",\n  \"scenario\": ", digest,
	        m->model->currency);
	plim_print_json_string(file, m->scenario ? m->scenario->id : "", &good);
	fputs(",\n  \"log\": ", file);
	plim_print_json_string(file, page->log, &good);
	fprintf(file, ",\n  \"from\": \"%s\",\n  \"to\": \"%s\",\n  \"level\": %s,\n  \"outside\": %zu,\n  \"broken\": %zu",
	        from, to, level, m->outside, m->broken);
	fprintf(file, ",\n  \"tests_by_threat\": %zu,\n  \"tests_by_place\": %zu,\n  \"not_in_model\": [", m->family[0],
	        m->family[1]);
	for (size_t i = 0; i < m->strays; i++) {
		fputs(i ? ", " : "", file);
		plim_print_json_string(file, m->stray[i], &good);
	}
	fputc(']', file);
	for (size_t k = 0; good && k < COUNT(tables); k++) {
		plim_table table;
		plim_table_init(&table, tables[k].column, tables[k].columns);
		tables[k].fill(m, &table);
		fprintf(file, ",\n  \"%s\": ", plim_monitor_tables[k]);
		good = plim_print_json_rows(&table, file);
		plim_table_clear(&table);
	}
	fputs("\n}\n", file);
	return good;
}

/* ---- for people ---- */

static void add_header(const plim_monitor_page *page, plim_page *out)
{
	const plim_monitor *m = page->monitor;
	char from[PLIM_DATE_SIZE], to[PLIM_DATE_SIZE], figure[40];
	plim_date_text(from, m->from);
	plim_date_text(to, m->to);
	plim_page_heading(out, 1, "%s against %s", m->model->name, page->log);
	if (m->broken)
		plim_page_notice(out, "%zu limit%s broken: see the nonconformities.", m->broken,
		                 m->broken == 1 ? " is" : "s are");
	else
		plim_page_paragraph(out, "No limit is broken.");
	for (size_t i = 0; i < m->strays; i++)
		plim_page_notice(out, "In the log, but not in the model: %s.", m->stray[i]);
	plim_figure_show(figure, m->years, PLIM_FIGURE_PLAIN);
	plim_page_pair(out, "Period", "%s to %s, %s years%s", from, to, figure,
	               m->assumed_period ? " (calendar years of the log; --from and --to say better)" : "");
	if (m->outside)
		plim_page_pair(out, "Left out", "%zu rows outside the period", m->outside);
	plim_page_pair(out, "Scenario", "%s", m->scenario ? m->scenario->id : "(no control)");
	plim_page_pair(out, "Currency", "%s", m->model->currency);
	plim_figure_show(figure, m->level, PLIM_FIGURE_SHARE);
	plim_page_pair(out, "False alarms",
	               "a model that is right breaks any limit with a chance of at most %s a look: %zu tests by threat and "
	               "policy, %zu by place, after Holm%s",
	               figure, m->family[0], m->family[1], m->family[1] ? ", half of it for each" : "");
}

static void add_table(plim_page *out, size_t k, const plim_monitor *m, const char *title)
{
	plim_table spare;
	plim_page_heading(out, 2, "%s", title);
	plim_table *table = plim_page_table(out, &spare, tables[k].column, tables[k].columns, "");
	tables[k].fill(m, table);
	out->failed |= table->failed;
}

static void add_notes(const plim_monitor *m, plim_page *out)
{
	plim_page_heading(out, 2, "What the figures mean");
	plim_page_item(out, "Expected: events of the model over the period, attempts times vulnerability and controls; "
	                    "uncertain numbers are one draw for the whole period, and per place as if shared.");
	plim_page_item(out,
	               "P(so many): chance of so many events or more under the model, from the exact law of the count.");
	plim_page_item(
	    out, "Rate a year: events of all places after the log, gamma with a 95 %% interval; the prior is the model "
	         "where its numbers are uncertain, else Jeffreys'.");
	plim_page_item(out, "Controls of the scenario are in force over the whole period, whatever their first day.");
	plim_page_item(out, "Losses are direct: what an outage costs through the network is not in them. A test of sizes "
	                    "compares each with the model's loss of an event (1/2 expected).");
	plim_page_item(
	    out, "Low: fewer or smaller than the model says, by the same standard; check whether the log is complete.");
	if (m->model->tolerances && m->model->insurances)
		plim_page_item(
		    out, "The tolerance is about losses after insurance, the log about all: years are not tested against it.");
	for (uint32_t t = 0; t < m->model->threats; t++)
		if (m->threat[t].untested)
			plim_page_item(out, "%s: sizes are not tested, %s.", m->model->threat[t].id, m->threat[t].untested);
}

static bool build(const plim_monitor_page *page, plim_page *out)
{
	const plim_monitor *m = page->monitor;
	add_header(page, out);
	if (m->broken)
		add_table(out, 4, m, "Nonconformities");
	add_table(out, 0, m, "Threats");
	if (m->places)
		add_table(out, 1, m, "Places");
	add_table(out, 2, m, "Tests");
	add_table(out, 3, m, "Indicators");
	add_notes(m, out);
	return !out->failed;
}

bool plim_monitor_print_text(const plim_monitor_page *page, FILE *file)
{
	plim_page out = {0};
	bool good = build(page, &out) && plim_write_text(&out, file);
	plim_page_clear(&out);
	return good;
}

bool plim_monitor_print_markdown(const plim_monitor_page *page, FILE *file)
{
	plim_page out = {0};
	bool good = build(page, &out) && plim_write_markdown(&out, file);
	plim_page_clear(&out);
	return good;
}
