/* SPDX-License-Identifier: Apache-2.0 */
/* The exceedance curves of all scenarios in one chart, with the tolerance; and threats against clauses. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/clause.h"
#include "report/build.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const plim_table_column curve_columns[] = {
    {"series", "Curve", false},
    {"return_period", "Return period", true},
    {"exceedance", "P(loss above)", true},
    {"loss", "Loss", true},
    {"lower", "from", true},
    {"upper", "to", true},
};

static bool same_curve(const plim_curve_row *a, const plim_curve_row *b)
{
	return a->scenario == b->scenario && a->perspective == b->perspective && a->measure == b->measure;
}

static void name_curve(const plim_results *r, const plim_curve_row *row, plim_text *name)
{
	plim_text_add_format(name, "%s, %s", r->scenario[row->scenario].id, plim_measure_name(row->measure));
	if (row->perspective != PLIM_PERSPECTIVE_GROSS)
		plim_text_add_format(name, ", %s", plim_perspective_name(row->perspective));
}

static void add_row(plim_table *table, const plim_curve_row *row, const char *name)
{
	plim_table_text_copy(table, name);
	plim_table_number(table, row->return_period, PLIM_FIGURE_PLAIN);
	plim_table_number(table, row->exceedance, PLIM_FIGURE_PROBABILITY);
	plim_table_money(table, row->loss);
	plim_table_money(table, row->lower);
	plim_table_money(table, row->upper);
}

/* The next row of the total's curves from `i` on, or the number of rows. */
static size_t next_row(const plim_data_source *source, size_t i)
{
	const plim_results *r = source->results;
	while (i < r->curves && (r->curve[i].group != (uint32_t)source->lookup->total ||
	                         r->curve[i].measure > PLIM_MEASURE_OEP || !plim_data_wanted(source, r->curve[i].scenario)))
		i++;
	return i;
}

/* Lines of the policy, once: they are the same for each scenario. */
static size_t add_tolerances(const plim_results *r, plim_table *table)
{
	size_t rows = 0;
	if (r->horizon_years > 1) /* the policy is about a year, the curves are not */
		return 0;
	for (size_t i = 0; i < r->tolerances; i++) {
		const plim_tolerance_row *row = &r->tolerance[i];
		if (row->scenario != r->tolerance[0].scenario || !(row->tolerated > 0))
			continue;
		plim_table_text(table, "Tolerance");
		plim_table_number(table, 1 / row->tolerated, PLIM_FIGURE_PLAIN);
		plim_table_number(table, row->tolerated, PLIM_FIGURE_PROBABILITY);
		plim_table_money(table, row->loss);
		plim_table_none(table);
		plim_table_none(table);
		rows++;
	}
	return rows;
}

typedef struct curve_list {
	plim_series *series;
	size_t count, capacity;
	bool failed;
} curve_list;

static void begin_series(curve_list *list, const plim_series *series)
{
	if (plim_mem_grow((void **)&list->series, &list->capacity, list->count + 1, sizeof *list->series))
		list->failed = true;
	else
		list->series[list->count++] = *series;
}

/* Fills the table and notes which rows make which curve; names are owned by the list. */
static void add_curves(const plim_data_source *source, plim_table *table, curve_list *list)
{
	const plim_results *r = source->results;
	const plim_curve_row *last = NULL;
	for (size_t i = next_row(source, 0); i < r->curves && !list->failed; i = next_row(source, i + 1)) {
		const plim_curve_row *row = &r->curve[i];
		plim_text name = {0};
		name_curve(r, row, &name);
		char *copy = plim_mem_string(name.data);
		plim_text_free(&name);
		if (!copy) {
			list->failed = true;
			return;
		}
		add_row(table, row, copy);
		if (!last || !same_curve(last, row))
			begin_series(list, &(plim_series){.name = copy,
			                                  .colour = row->scenario + (uint32_t)(row->perspective * r->scenarios),
			                                  .largest_event = row->measure == PLIM_MEASURE_OEP,
			                                  .first = plim_table_rows(table) - 1});
		else
			plim_mem_free(copy);
		if (list->count)
			list->series[list->count - 1].rows++;
		last = row;
	}
}

void plim_build_exceedance(const plim_data_source *source, plim_page *page)
{
	const plim_results *r = source->results;
	if (source->lookup->total < 0 || next_row(source, 0) == r->curves)
		return;
	char percent[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_digits(percent, sizeof percent, r->confidence * 100, 6);
	plim_page_heading(page, 2, "Loss exceedance (%s)", r->currency);
	plim_page_paragraph(page,
	                    "How often a loss is passed: at a return period of 100, one trial in a hundred costs more. AEP "
	                    "is the sum of a trial, OEP its largest single event. Bands are %s%% intervals. %s",
	                    percent,
	                    r->horizon_years > 1
	                        ? "The curves are of the whole horizon; those of its years are in the table `curves`."
	                        : "Where the AEP curve of what the firm bears (net, with insurance) lies above a point of "
	                          "the tolerance, that line of the policy is broken.");
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, curve_columns, COUNT(curve_columns), "Curves as figures");
	plim_page_style(page, PLIM_TABLE_BEHIND);
	curve_list list = {0};
	add_curves(source, table, &list);
	size_t curves = plim_table_rows(table), limits = add_tolerances(r, table);
	char y_title[32], x_title[64];
	snprintf(y_title, sizeof y_title, "Loss (%.3s)", r->currency);
	snprintf(x_title, sizeof x_title, "Return period (trials of %u year%s)", (unsigned)r->horizon_years,
	         r->horizon_years == 1 ? "" : "s");
	plim_chart *chart = plim_page_chart(page, "Loss by return period", x_title, y_title);
	if (chart) {
		chart->x = 1, chart->y = 3, chart->lower = 4, chart->upper = 5;
		for (size_t i = 0; i < list.count; i++)
			plim_page_series(page, &list.series[i]);
		if (limits)
			plim_page_series(
			    page, &(plim_series){.name = (char *)"Tolerance", .points = true, .first = curves, .rows = limits});
	}
	for (size_t i = 0; i < list.count; i++)
		plim_mem_free(list.series[i].name);
	plim_mem_free(list.series);
	page->failed |= list.failed;
}

void plim_build_bars(const plim_lookup *lookup, uint32_t scenario, const char *title, plim_page *page)
{
	if (!page->parts || page->part[page->parts - 1].kind != PLIM_PART_TABLE)
		return;
	size_t rows = plim_table_rows(&page->part[page->parts - 1].table);
	char x_title[48];
	snprintf(x_title, sizeof x_title, "Mean loss of a trial (%.3s)", lookup->results->currency);
	plim_chart *chart = rows ? plim_page_chart(page, title, x_title, "") : NULL;
	if (!chart)
		return;
	chart->bars = true;
	chart->x = 0, chart->y = 1;
	plim_page_series(page, &(plim_series){.name = (char *)"Mean", .colour = scenario, .rows = rows < 12 ? rows : 12});
}

/* ---- threats against clauses ---- */

#define MOST_CLAUSES 10
#define MOST_THREATS 20

/* Clauses that some threat bears on, in the order of the tree; the number of those that fit. */
static size_t pick_clauses(const plim_model *m, uint32_t picked[static MOST_CLAUSES])
{
	size_t clauses, count = 0;
	plim_clause_tree(m->edition, &clauses);
	for (uint32_t c = 0; c < clauses; c++) {
		bool used = false;
		for (size_t t = 0; t < m->threats && !used; t++)
			for (size_t i = 0; i < m->threat[t].clauses; i++)
				used |= m->threat[t].clause[i].clause == c;
		if (used && count < MOST_CLAUSES)
			picked[count++] = c;
	}
	return count;
}

static double weight_of(const plim_threat *threat, uint32_t clause)
{
	for (size_t i = 0; i < threat->clauses; i++)
		if (threat->clause[i].clause == clause)
			return threat->clause[i].weight;
	return 0;
}

static const plim_threat *threat_of(const plim_model *m, const char *id)
{
	for (size_t i = 0; i < m->threats; i++)
		if (strcmp(m->threat[i].id, id) == 0)
			return &m->threat[i];
	return NULL;
}

static void add_heat_row(const plim_data_source *source, uint32_t scenario, uint32_t group, const uint32_t *picked,
                         size_t count, plim_table *table)
{
	const plim_threat *threat = threat_of(source->model, source->results->group[group].name);
	double mean = plim_lookup_mean(source->lookup, scenario, group);
	plim_table_text(table, source->results->group[group].name);
	plim_table_money(table, mean);
	for (size_t i = 0; i < count; i++) {
		double weight = threat ? weight_of(threat, picked[i]) : 0;
		if (weight > 0 && isfinite(mean))
			plim_table_money(table, weight * mean);
		else
			plim_table_none(table);
	}
}

void plim_build_heat(const plim_data_source *source, uint32_t scenario, plim_page *page)
{
	uint32_t picked[MOST_CLAUSES];
	size_t count = source->model ? pick_clauses(source->model, picked) : 0;
	if (!count)
		return;
	size_t clauses;
	const plim_clause *tree = plim_clause_tree(source->model->edition, &clauses);
	plim_table_column columns[MOST_CLAUSES + 2] = {{"threat", "Threat", false}, {"mean", "All", true}};
	for (size_t i = 0; i < count; i++)
		columns[i + 2] = (plim_table_column){tree[picked[i]].number, tree[picked[i]].number, true};
	plim_page_heading(page, 3, "Threats against clauses (%s, mean)", source->results->currency);
	plim_table spare = {0};
	plim_table *table = plim_page_table_of(page, &spare, columns, count + 2, "");
	plim_page_style(page, PLIM_TABLE_HEAT);
	const uint32_t *threat = source->lookup->threat + scenario * source->lookup->threats;
	for (size_t i = 0; i < source->lookup->threats && i < MOST_THREATS; i++)
		if (plim_lookup_mean(source->lookup, scenario, threat[i]) > 0)
			add_heat_row(source, scenario, threat[i], picked, count, table);
	plim_page_paragraph(page,
	                    "A cell is the part of a threat's mean loss that its weights give to the clause; what is left "
	                    "of the row has no clause%s.",
	                    count == MOST_CLAUSES ? ", or one further on than the ten shown" : "");
}
