/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/network_print.h"

#include <inttypes.h>
#include <math.h>

#include "base/memory.h"
#include "cli/print_table.h"
#include "report/escape.h"
#include "report/page.h"
#include "report/write.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The major grows when a key goes or changes its meaning. */
#define JSON_VERSION 1

/* key, meaning: for people and for programs the same words */
static const char *const definitions[][2] = {
    {"time_to_survive_days", "TTS: the longest full outage of the place alone that loses no margin, sup{D: f(D) = 0}; "
                             "inf when none ever does"},
    {"time_to_recover_days", "TTR: mean length of the outages that strike the place, over its threats by their events "
                             "a year; empty when no threat stops it"},
    {"gap", "TTR is longer than TTS"},
    {"events_per_year",
     "expected events that stop the place; frequencies, vulnerabilities and all uncertain parameters "
     "at their means"},
    {"expected_loss_per_year",
     "margin lost a year by the outages of the place, each standing alone: the sum over "
     "threats of events a year x E[f(D)], integrated over some 1,600 quantiles of the length; "
     "cost of substitution and direct losses not included"},
    {"loss_per_day_D", "f(D) / D: average loss per day of a full outage of D days"},
    {"value_share", "share of all margin that stops while the place stands still, without buffers and substitution"},
    {"betweenness", "share of all pairs of other nodes whose shortest way along the links leads through the node"},
    {"bearers_stopped", "places with a margin (itself included) that stop completely then, without buffers and "
                        "substitution"},
    {"single_point_of_failure", "its outage alone, without buffers and substitution, stops the margin of another place "
                                "completely, or all margin there is"},
};

static const plim_table_column columns[] = {
    {"rank", "", true},
    {"place", "", false},
    {"id", "", false},
    {"title", "", false},
    {"kind", "", false},
    {"region", "", false},
    {"time_to_survive_days", "", true},
    {"time_to_recover_days", "", true},
    {"gap", "", false},
    {"events_per_year", "", true},
    {"expected_loss_per_year", "", true},
    {"loss_per_day_1", "", true},
    {"loss_per_day_7", "", true},
    {"loss_per_day_30", "", true},
    {"loss_per_day_90", "", true},
    {"value_share", "", true},
    {"betweenness", "", true},
    {"bearers_stopped", "", true},
    {"single_point_of_failure", "", false},
};

static const plim_table_column risk_columns[] = {
    {"id", "Place", false},
    {"loss", "Loss a year", true},
    {"value", "Value", true},
    {"tts", "TTS days", true},
    {"ttr", "TTR days", true},
    {"gap", "Gap", false},
    {"events", "Events a year", true},
    {"between", "Betweenness", true},
    {"stops", "Bearers stopped", true},
    {"spof", "SPOF", false},
};

static const plim_table_column length_columns[] = {
    {"id", "Place", false},   {"d1", "1 day", true},    {"d7", "7 days", true},
    {"d30", "30 days", true}, {"d90", "90 days", true},
};

static const plim_table_column single_columns[] = {
    {"id", "Place", false},
    {"stops", "Bearers stopped", true},
    {"value", "Value", true},
    {"loss", "Loss a year", true},
};

static const char *id_of(const plim_model *model, const plim_network_row *row)
{
	return row->on_link ? model->link[row->place].id : model->node[row->place].id;
}

/* A number, or an empty cell where there is none. */
static void add_number(plim_table *table, double value, plim_figure figure)
{
	if (isnan(value))
		plim_table_none(table);
	else
		plim_table_number(table, value, figure);
}

static void add_names(const plim_model *model, const plim_network_row *row, plim_table *table)
{
	const plim_node *node = row->on_link ? NULL : &model->node[row->place];
	const plim_link *link = row->on_link ? &model->link[row->place] : NULL;
	plim_table_text(table, node ? "node" : "link");
	plim_table_text(table, id_of(model, row));
	plim_table_text(table, node ? node->title : link->title);
	plim_table_text(table, node ? node->kind : *link->kind ? link->kind : link->mode);
	plim_table_text(table, node ? node->region : link->region);
}

/* A row with all that is known, in the order of `columns`. */
static void add_row(const plim_network_page *page, size_t i, plim_table *table)
{
	const plim_network_row *row = &page->view->row[i];
	plim_table_integer(table, i + 1);
	add_names(page->model, row, table);
	add_number(table, row->time_to_survive, PLIM_FIGURE_PLAIN);
	add_number(table, row->time_to_recover, PLIM_FIGURE_PLAIN);
	plim_table_bool(table, row->gap);
	add_number(table, row->events_per_year, PLIM_FIGURE_PLAIN);
	plim_table_money(table, row->expected_loss);
	for (size_t k = 0; k < PLIM_NETWORK_LENGTHS; k++)
		plim_table_money(table, row->loss_per_day[k]);
	add_number(table, row->value_share, PLIM_FIGURE_SHARE);
	add_number(table, row->betweenness, PLIM_FIGURE_PROBABILITY);
	plim_table_integer(table, row->bearers_stopped);
	plim_table_bool(table, row->single_point);
}

static size_t shown_rows(const plim_network_page *page)
{
	return page->top < page->view->rows ? page->top : page->view->rows;
}

bool plim_network_print_csv(const plim_network_page *page, FILE *file)
{
	plim_table table;
	plim_table_init(&table, columns, COUNT(columns));
	plim_write_csv_head(columns, COUNT(columns), file);
	bool good = true;
	for (size_t i = 0; good && i < shown_rows(page) && !ferror(file); i++) {
		add_row(page, i, &table);
		good = !table.failed && plim_write_csv_rows(&table, file);
		plim_table_empty(&table);
	}
	plim_table_clear(&table);
	return good;
}

static void put_field(FILE *file, const char *key, const char *value, bool *good)
{
	fprintf(file, "  \"%s\": ", key);
	if (value)
		plim_print_json_string(file, value, good);
	else
		fputs("null", file);
	fputs(",\n", file);
}

static void put_number(FILE *file, const char *key, double value)
{
	char text[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_double(text, value);
	fprintf(file, isfinite(value) ? "  \"%s\": %s,\n" : "  \"%s\": \"%s\",\n", key, text);
}

static bool write_json_header(const plim_network_page *page, FILE *file)
{
	const plim_network_view *view = page->view;
	bool good = true;
	char digest[65];
	plim_model_digest_hex(page->model, digest);
	put_field(file, "model_name", page->model->name, &good);
	put_field(file, "model_sha256", digest, &good);
	put_field(file, "currency", page->model->currency, &good);
	put_field(file, "scenario", page->scenario, &good);
	put_number(file, "margin_per_day", view->margin_per_day);
	put_number(file, "expected_loss_per_year", view->expected_loss);
	fprintf(file, "  \"nodes\": %zu,\n  \"links\": %zu,\n  \"bearers\": %" PRIu32 ",\n", page->model->nodes,
	        page->model->links, view->bearers);
	fprintf(file, "  \"betweenness_sources\": %" PRIu32 ",\n  \"single_points_of_failure\": %zu,\n  \"gaps\": %zu,\n",
	        view->sources, view->single_points, view->gaps);
	fprintf(file, "  \"survival_to_first_loss\": %s,\n", view->onsets ? "true" : "false");
	fprintf(file, "  \"places\": %zu,\n  \"shown\": %zu,\n  \"definitions\": {", view->rows, shown_rows(page));
	for (size_t k = 0; k < COUNT(definitions); k++) {
		fprintf(file, "%s\n    \"%s\": ", k ? "," : "", definitions[k][0]);
		plim_print_json_string(file, definitions[k][1], &good);
	}
	fputs("\n  },\n  \"warnings\": [", file);
	for (size_t k = 0; k < view->warnings; k++) {
		fputs(k ? ",\n    " : "\n    ", file);
		plim_print_json_string(file, view->warning[k], &good);
	}
	fputs("],\n", file);
	return good;
}

bool plim_network_print_json(const plim_network_page *page, FILE *file)
{
	plim_table table;
	plim_table_init(&table, columns, COUNT(columns));
	fprintf(file, "{\n  \"plimsoll_network\": %d,\n", JSON_VERSION);
	bool good = write_json_header(page, file);
	fputs("  \"rows\": [", file);
	for (size_t i = 0; good && i < shown_rows(page) && !ferror(file); i++) {
		add_row(page, i, &table);
		good = !table.failed;
		fputs(i ? ",\n    " : "\n    ", file);
		good = good && plim_print_json_row(&table, 0, file);
		plim_table_empty(&table);
	}
	fputs("\n  ]\n}\n", file);
	plim_table_clear(&table);
	return good;
}

static void add_header(const plim_network_page *page, plim_page *out)
{
	const plim_network_view *view = page->view;
	char money[40];
	plim_page_heading(out, 1, "Network of %s", page->model->name);
	plim_page_pair(out, "Scenario", "%s", page->scenario ? page->scenario : "(no control)");
	plim_page_pair(out, "Network", "%zu nodes, %zu links", page->model->nodes, page->model->links);
	plim_figure_show(money, view->margin_per_day, PLIM_FIGURE_MONEY);
	plim_page_pair(out, "Margin", "%s %s a day, at %" PRIu32 " bearer%s", money, page->model->currency, view->bearers,
	               view->bearers == 1 ? "" : "s");
	plim_figure_show(money, view->expected_loss, PLIM_FIGURE_MONEY);
	plim_page_pair(out, "Expected loss", "%s %s a year by outages of %s, each alone", money, page->model->currency,
	               page->links ? "nodes and links" : "nodes (--links adds links)");
	plim_page_pair(out, "Gaps", "%zu place%s with TTR > TTS", view->gaps, view->gaps == 1 ? "" : "s");
	plim_page_pair(out, "Shown", "%zu of %zu places%s", shown_rows(page), view->rows,
	               shown_rows(page) < view->rows ? "; --all shows the rest" : "");
	if (page->scenario)
		plim_page_pair(out, "Controls", "in force from the first day, at their mean effect");
	if (view->onsets)
		plim_page_pair(out, "Large network",
		               "TTS up to the first loss; curves go on straight beyond the longest outages");
	if (view->sources < page->model->nodes)
		plim_page_pair(out, "Betweenness", "estimated from the ways that start at %" PRIu32 " evenly spaced nodes",
		               view->sources);
}

static void add_risks(const plim_network_page *page, plim_page *out)
{
	plim_table spare, *table = plim_page_table(out, &spare, risk_columns, COUNT(risk_columns), "");
	for (size_t i = 0; i < shown_rows(page); i++) {
		const plim_network_row *row = &page->view->row[i];
		plim_table_text(table, id_of(page->model, row));
		plim_table_money(table, row->expected_loss);
		add_number(table, row->value_share, PLIM_FIGURE_SHARE);
		add_number(table, row->time_to_survive, PLIM_FIGURE_PLAIN);
		add_number(table, row->time_to_recover, PLIM_FIGURE_PLAIN);
		plim_table_text(table, row->gap ? "GAP" : "");
		add_number(table, row->events_per_year, PLIM_FIGURE_PROBABILITY);
		add_number(table, row->betweenness, PLIM_FIGURE_PROBABILITY);
		plim_table_count(table, row->bearers_stopped);
		plim_table_text(table, row->single_point ? "SPOF" : "");
	}
	out->failed |= table->failed;
}

static void add_lengths(const plim_network_page *page, plim_page *out)
{
	plim_table spare, *table = plim_page_table(out, &spare, length_columns, COUNT(length_columns), "");
	for (size_t i = 0; i < shown_rows(page); i++) {
		const plim_network_row *row = &page->view->row[i];
		plim_table_text(table, id_of(page->model, row));
		for (size_t k = 0; k < PLIM_NETWORK_LENGTHS; k++)
			plim_table_money(table, row->loss_per_day[k]);
	}
	out->failed |= table->failed;
}

static void add_single_points(const plim_network_page *page, plim_page *out)
{
	const plim_network_view *view = page->view;
	size_t shown = 0;
	plim_page_heading(out, 2, "Single points of failure: %zu", view->single_points);
	if (view->single_points > page->top)
		plim_page_paragraph(out, "The first %zu in rank; --all shows the rest.", page->top);
	plim_table spare, *table = plim_page_table(out, &spare, single_columns, COUNT(single_columns), "");
	for (size_t i = 0; i < view->rows && shown < page->top; i++) {
		const plim_network_row *row = &view->row[i];
		if (!row->single_point)
			continue;
		shown++;
		plim_table_text(table, id_of(page->model, row));
		plim_table_count(table, row->bearers_stopped);
		add_number(table, row->value_share, PLIM_FIGURE_SHARE);
		plim_table_money(table, row->expected_loss);
	}
	out->failed |= table->failed;
}

static void add_definitions(plim_page *out)
{
	plim_page_heading(out, 2, "What the figures mean");
	for (size_t k = 0; k < COUNT(definitions); k++)
		plim_page_item(out, "%s: %s", definitions[k][0], definitions[k][1]);
}

bool plim_network_print_text(const plim_network_page *page, FILE *file)
{
	plim_page out = {0};
	add_header(page, &out);
	plim_page_heading(&out, 2, "Places by expected loss, then by value");
	add_risks(page, &out);
	plim_page_heading(&out, 2, "Average loss per day of a full outage of so many days, f(D) / D");
	add_lengths(page, &out);
	add_single_points(page, &out);
	add_definitions(&out);
	bool good = !out.failed && plim_write_text(&out, file);
	plim_page_clear(&out);
	return good;
}
