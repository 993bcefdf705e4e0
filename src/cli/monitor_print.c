/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/monitor_print.h"

#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "cli/print_table.h"
#include "report/data_monitor.h"
#include "report/page.h"
#include "report/write.h"

#define JSON_VERSION 1

bool plim_monitor_print_csv(const plim_monitor_page *page, FILE *file)
{
	size_t k = 0;
	plim_table table;
	while (strcmp(plim_data_monitors[k].name, page->table) != 0)
		k++;
	plim_table_init(&table, plim_data_monitors[k].column, plim_data_monitors[k].columns);
	plim_data_monitors[k].fill(page->monitor, &table);
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
	for (size_t k = 0; good && k < PLIM_DATA_MONITORS; k++) {
		plim_table table;
		plim_table_init(&table, plim_data_monitors[k].column, plim_data_monitors[k].columns);
		plim_data_monitors[k].fill(m, &table);
		fprintf(file, ",\n  \"%s\": ", plim_data_monitors[k].name);
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
	plim_page_pair(out, "Period", "%s to %s, %s year%s%s", from, to, figure, m->years == 1 ? "" : "s",
	               m->assumed_period ? " (calendar years of the log; --from and --to say better)" : "");
	if (m->outside)
		plim_page_pair(out, "Left out", "%zu row%s outside the period", m->outside, m->outside == 1 ? "" : "s");
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
	plim_table *table = plim_page_table(out, &spare, plim_data_monitors[k].column, plim_data_monitors[k].columns, "");
	plim_data_monitors[k].fill(m, table);
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
		if (m->threat[t].unplaced && m->model->threat[t].where.places > 1)
			plim_page_item(out,
			               "%s: %llu event%s no place of the model's: counted in all, in no row of places, and its "
			               "places are not tested.",
			               m->model->threat[t].id, (unsigned long long)m->threat[t].unplaced,
			               m->threat[t].unplaced == 1 ? " names" : "s name");
	for (uint32_t t = 0; t < m->model->threats; t++)
		if (m->threat[t].untested)
			plim_page_item(out, "%s: sizes are not tested, %s.", m->model->threat[t].id, m->threat[t].untested);
}

static bool build(const plim_monitor_page *page, plim_page *out)
{
	const plim_monitor *m = page->monitor;
	add_header(page, out);
	if (m->broken)
		add_table(out, PLIM_DATA_MONITOR_FAULTS, m, "Nonconformities");
	add_table(out, PLIM_DATA_MONITOR_THREATS, m, "Threats");
	if (m->places)
		add_table(out, PLIM_DATA_MONITOR_PLACES, m, "Places");
	add_table(out, PLIM_DATA_MONITOR_TESTS, m, "Tests");
	add_table(out, PLIM_DATA_MONITOR_KPIS, m, "Indicators");
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
