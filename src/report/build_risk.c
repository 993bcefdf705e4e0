/* SPDX-License-Identifier: Apache-2.0 */
/* Risk register, controls, and the matrices that are a view of the register. */
#include <assert.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/build.h"
#include "report/build_data.h"
#include "report/data_manage.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *const policy_names[] = {"commitment", "measure", "scenario", "value", "unit", "status", "detail"};
static const char *const risk_names[] = {"risk", "scenario", "title",         "events_per_trial", "loss_per_event", "mean",
                                         "p95",  "p99",      "share_of_mean", "treatment",        "owner",          "net_mean",
                                         "net_p99"};
#define NET_NAMES 2 /* at the end, for results with insurance */
static const char *const risk_grounds[] = {"risk",   "title",           "category",         "clauses",
                                           "places", "likelihood_band", "consequence_band", "assumptions"};
static const char *const risk_controls[] = {"risk", "scenario", "controls"};
static const char *const risk_decisions[] = {"risk",           "decision",      "decision_reason",
                                             "decision_owner", "decision_date", "decision_signature"};
static const char *const risk_short[] = {"risk",      "scenario", "events_per_trial", "loss_per_event", "mean", "p99",
                                         "treatment", "owner",    "net_mean",         "net_p99"};
static const char *const control_names[] = {"control", "title", "category", "clause",   "status",
                                            "owner",   "against", "scenarios", "evidence"};
static const char *const control_effects[] = {"control",
                                              "coverage",
                                              "reduces_frequency",
                                              "reduces_vulnerability",
                                              "reduces_loss",
                                              "reduces_outage_days",
                                              "cost_capital",
                                              "cost_annual",
                                              "start_day",
                                              "reliability",
                                              "friction_hours_per_passage"};
static const char *const control_short[] = {"control", "category",     "clause",     "status",
                                            "owner",   "cost_capital", "cost_annual"};

static void add_policy_pairs(const plim_data_source *source, plim_page *page)
{
	plim_table row;
	plim_table_init(&row, plim_data_policy.column, plim_data_policy.columns);
	size_t rows = plim_data_policy.rows(source);
	for (size_t i = 0; i < rows && !page->failed; i++) {
		plim_data_policy.add(source, i, &row);
		const plim_cell *cell = row.cell; /* commitment, measure, scenario, value, unit, status, detail */
		if (row.failed)
			page->failed = true;
		else
			plim_page_pair(page, cell[0].text, "%s: %s %s, %s (%s)", cell[1].text, cell[3].shown, cell[4].text,
			               cell[5].text, cell[6].text);
		plim_table_empty(&row);
	}
	plim_table_clear(&row);
}

void plim_build_policy(const plim_data_source *source, plim_page *page)
{
	if (!plim_data_policy.rows(source))
		return;
	plim_page_heading(page, 2, "Policy commitments");
	if (page->narrow) {
		add_policy_pairs(source, page);
		return;
	}
	plim_build_data(source, &plim_data_policy, policy_names, COUNT(policy_names), page);
}

void plim_build_controls(const plim_data_source *source, plim_page *page)
{
	if (!plim_data_controls.rows(source))
		return;
	plim_page_heading(page, 2, "Controls");
	if (page->narrow) {
		plim_build_data(source, &plim_data_controls, control_short, COUNT(control_short), page);
	} else {
		plim_build_data(source, &plim_data_controls, control_names, COUNT(control_names), page);
		plim_page_heading(page, 3, "What controls do and cost (%s)", source->results->currency);
		plim_build_data(source, &plim_data_controls, control_effects, COUNT(control_effects), page);
	}
	plim_page_paragraph(page,
	                    "Shares are those removed at full coverage; where the model gives a range, its mean. Costs "
	                    "in %s.",
	                    source->results->currency);
}

/* ---- what is managed ---- */

static const char *const action_names[] = {"action", "title",   "kind",   "status", "owner",   "raised",  "due",
                                           "closed", "overdue", "origin", "source", "threats", "controls"};
static const char *const action_short[] = {"action", "title", "status", "owner", "due", "overdue"};
static const char *const legal_names[] = {"legal",    "requirement", "source",  "owner",   "status",
                                          "evidence", "review",      "overdue", "threats", "expected_fines"};
static const char *const legal_short[] = {"legal", "owner", "status", "review", "overdue", "expected_fines"};
static const char *const resource_names[] = {"control",     "status",      "cost_capital", "cost_annual", "staff_days",
                                             "responsible", "accountable", "consulted",    "informed"};
static const char *const resource_short[] = {"control", "staff_days", "responsible", "accountable", "informed"};

static bool has_roles(const plim_model *model)
{
	for (size_t i = 0; i < model->controls; i++) {
		const plim_control *control = &model->control[i];
		for (int role = 0; role < PLIM_ROLES; role++)
			if (control->duties.count[role])
				return true;
		if (control->staff_days > 0)
			return true;
	}
	return false;
}

void plim_build_managed(const plim_data_source *source, plim_page *page)
{
	const plim_model *model = source->model;
#define ADD(data, full, few)                                                                                           \
	page->narrow ? plim_build_data(source, data, few, COUNT(few), page)                                                \
	             : plim_build_data(source, data, full, COUNT(full), page)
	if (model && model->actions) {
		plim_page_heading(page, 2, "Corrective and preventive actions");
		ADD(&plim_data_actions, action_names, action_short);
	}
	if (model && model->legals) {
		plim_page_heading(page, 2, "Legal register (%s)", source->results->currency);
		ADD(&plim_data_legal, legal_names, legal_short);
		plim_page_paragraph(page, "Expected fines of a trial are exact means, gross, of the component `fines` of the "
		                          "threats named. Status is the judgement of the owner, not ours.");
	}
	if (model && has_roles(model)) {
		plim_page_heading(page, 2, "Resources and roles (%s)", source->results->currency);
		ADD(&plim_data_resources, resource_names, resource_short);
	}
#undef ADD
}

/* ---- matrices ---- */

#define MOST_BANDS 5
#define MOST_IN_CELL 6

typedef struct point {
	const char *name;
	double events, loss, mean; /* a trial; an event; a trial */
	size_t row, column;        /* consequence, likelihood */
} point;

/* Bands of one axis: upper ends of all but the last. */
typedef struct axis {
	size_t bands;
	double end[MOST_BANDS - 1];
} axis;

static size_t band_of(const axis *a, double value)
{
	size_t k = 0;
	while (k + 1 < a->bands && value >= a->end[k])
		k++;
	return k;
}

/* Likelihood by decades around once a horizon; consequence by equal ratios between the smallest and the largest,
 * rounded to two digits: a matrix needs ends that can be said. */
static axis likelihood_axis(size_t bands)
{
	static const double three[] = {0.05, 0.5}, five[] = {0.01, 0.1, 1, 10};
	axis a = {.bands = bands};
	memcpy(a.end, bands == 3 ? three : five, (bands - 1) * sizeof *a.end);
	return a;
}

static double two_digits(double value)
{
	char text[PLIM_TEXT_DOUBLE_SIZE];
	double rounded = value;
	plim_text_digits(text, sizeof text, value, 2);
	return plim_text_parse_double(text, &rounded) ? rounded : value;
}

static axis consequence_axis(size_t bands, const point *points, size_t count)
{
	double low = INFINITY, high = 0;
	for (size_t i = 0; i < count; i++) {
		low = fmin(low, points[i].loss);
		high = fmax(high, points[i].loss);
	}
	if (!(high > 2 * low)) { /* alike, or only one: in the middle */
		low /= 10;
		high *= 10;
	}
	axis a = {.bands = bands};
	for (size_t k = 0; k + 1 < bands; k++)
		a.end[k] = two_digits(low * pow(high / low, (double)(k + 1) / (double)bands));
	return a;
}

static void add_axis_label(plim_table *table, const axis *a, size_t band, plim_figure figure)
{
	char low[40] = "", high[40] = "", text[100];
	if (band)
		plim_figure_show(low, a->end[band - 1], figure);
	if (band + 1 < a->bands)
		plim_figure_show(high, a->end[band], figure);
	if (!band)
		snprintf(text, sizeof text, "below %s", high);
	else if (band + 1 == a->bands)
		snprintf(text, sizeof text, "from %s", low);
	else
		snprintf(text, sizeof text, "%s to %s", low, high);
	plim_table_text_copy(table, text);
}

/* 0 to 4: the usual colouring by the sum of both bands. */
static int colour_of(size_t bands, size_t row, size_t column)
{
	return (int)(4 * (row + column) / (2 * (bands - 1)));
}

static const char *const colour_names[] = {"very low", "low", "medium", "high", "very high"};

static void add_cell(plim_table *table, const point *points, size_t count, size_t bands, size_t row, size_t column,
                     bool rich)
{
	plim_text text = {0};
	size_t inside = 0;
	int colour = colour_of(bands, row, column);
	plim_text_add(&text, colour_names[colour]);
	for (size_t i = 0; i < count; i++) {
		if (points[i].row != row || points[i].column != column)
			continue;
		if (inside < MOST_IN_CELL)
			plim_text_add_format(&text, "%s%s", inside ? ", " : ": ", points[i].name);
		inside++;
	}
	if (inside > MOST_IN_CELL)
		plim_text_add_format(&text, " and %zu more", inside - MOST_IN_CELL);
	plim_table_text_copy(table, text.failed ? NULL : text.data);
	table->failed |= text.failed;
	plim_text_free(&text);
	if (rich && !table->failed)
		table->cell[table->cells - 1].indent = (unsigned)colour + 1;
}

/* Pairs of risks of which the matrix puts the one with the smaller mean into the higher colour. */
static size_t count_inversions(const point *points, size_t count, size_t bands, size_t worst[static 2])
{
	size_t found = 0;
	double ratio = 1;
	for (size_t i = 0; i < count; i++)
		for (size_t j = 0; j < count; j++) {
			if (colour_of(bands, points[i].row, points[i].column) <=
			        colour_of(bands, points[j].row, points[j].column) ||
			    !(points[i].mean < points[j].mean))
				continue;
			found++;
			if (points[j].mean / points[i].mean > ratio) {
				ratio = points[j].mean / points[i].mean;
				worst[0] = i;
				worst[1] = j;
			}
		}
	return found;
}

static void add_matrix(point *points, size_t count, size_t bands, const char *currency, plim_page *page)
{
	static const plim_table_column columns[] = {
	    {"consequence", "Loss of an event", false},
	    {"l1", "1", false},
	    {"l2", "2", false},
	    {"l3", "3", false},
	    {"l4", "4", false},
	    {"l5", "5", false},
	};
	axis likelihood = likelihood_axis(bands), consequence = consequence_axis(bands, points, count);
	for (size_t i = 0; i < count; i++) {
		points[i].row = band_of(&consequence, points[i].loss);
		points[i].column = band_of(&likelihood, points[i].events);
	}
	char caption[80];
	snprintf(caption, sizeof caption, "%zu x %zu: loss of an event (%.3s) by events a trial", bands, bands, currency);
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, columns, bands + 1, caption);
	plim_page_style(page, PLIM_TABLE_GRID);
	plim_table_text(table, "Events a trial");
	for (size_t c = 0; c < bands; c++)
		add_axis_label(table, &likelihood, c, PLIM_FIGURE_PLAIN);
	for (size_t r = bands; r-- > 0;) {
		add_axis_label(table, &consequence, r, PLIM_FIGURE_MONEY);
		for (size_t c = 0; c < bands; c++)
			add_cell(table, points, count, bands, r, c, page->rich);
	}
	size_t worst[2] = {0, 0}, inversions = count_inversions(points, count, bands, worst);
	if (inversions)
		plim_page_paragraph(page,
		                    "This matrix puts %zu pair%s of risks in the wrong order: for one, %s stands above %s, "
		                    "whose mean loss is larger.",
		                    inversions, inversions == 1 ? "" : "s", points[worst[0]].name, points[worst[1]].name);
}

/* Threats with a loss in the scenario. */
static size_t collect(const plim_data_source *source, uint32_t scenario, point *points)
{
	const plim_lookup *lookup = source->lookup;
	size_t count = 0;
	for (size_t i = 0; i < lookup->threats; i++) {
		uint32_t group = lookup->threat[scenario * lookup->threats + i];
		const plim_moments_row *row = plim_lookup_moments(lookup, scenario, group, PLIM_MEASURE_AEP);
		if (row && row->mean > 0 && isfinite(row->mean) && row->events_per_trial > 0)
			points[count++] = (point){.name = source->results->group[group].name,
			                          .events = row->events_per_trial,
			                          .loss = row->mean / row->events_per_trial,
			                          .mean = row->mean};
	}
	return count;
}

static void build_matrices(const plim_data_source *source, uint32_t scenario, plim_page *page)
{
	point *points = plim_mem_alloc(source->lookup->threats + 1, sizeof *points);
	if (!points) {
		page->failed = true;
		return;
	}
	size_t count = collect(source, scenario, points);
	if (count) {
		plim_page_heading(page, 3, "Risk matrix, scenario %s", source->results->scenario[scenario].id);
		add_matrix(points, count, 3, source->results->currency, page);
		add_matrix(points, count, 5, source->results->currency, page);
	}
	plim_mem_free(points);
}

void plim_build_risks(const plim_data_source *source, plim_page *page)
{
	const plim_results *r = source->results;
	if (!source->lookup->threats)
		return;
	plim_page_heading(page, 2, "Risk register (%s)", r->currency);
	size_t without = r->perspectives > 1 ? 0 : NET_NAMES;
	if (!page->narrow)
		plim_build_data(source, &plim_data_risks, risk_names, COUNT(risk_names) - without, page);
	else
		plim_build_data(source, &plim_data_risks, risk_short, COUNT(risk_short) - without, page);
	plim_page_paragraph(page,
	                    "Treatment follows from the model: reduce where a control of the scenario works against the "
	                    "risk, share where insurance covers it, else accept. Vulnerability is the mean of its range. "
	                    "Likelihood and consequence name the bands that the model uses.");
	if (page->narrow)
		return; /* neither their grounds nor a matrix of names fits a terminal */
	plim_build_data_once(source, &plim_data_risks, "Where risks strike", risk_grounds, COUNT(risk_grounds), page);
	plim_build_data_once(source, &plim_data_risks, "Controls against risks", risk_controls, COUNT(risk_controls), page);
	plim_build_data_once(source, &plim_data_risks, "Decisions about risks", risk_decisions, COUNT(risk_decisions),
	                     page);
	plim_page_notice(page,
	                 "A risk matrix is a view, not a ranking: its bands and colours can put a smaller risk above a "
	                 "larger one, and risks in one cell can differ by a factor of a hundred. Rank by the mean "
	                 "and by the worst trials of the register. An infinite mean fits in no cell.");
	for (uint32_t s = 0; s < r->scenarios; s++)
		if (plim_data_wanted(source, s))
			build_matrices(source, s, page);
}

/* ---- clauses by another standard ---- */

static const char *const standard_names[] = {"corresponds_to", "clause",        "title",    "mean",       "p95", "p99",
                                             "tvar99",         "share_of_mean", "verified", "perspective"};
static const char *const standard_short[] = {"corresponds_to", "clause",        "mean",       "p95", "p99",
                                             "tvar99",         "share_of_mean", "perspective"};

void plim_build_standard(const plim_data_source *source, uint32_t scenario, plim_page *page)
{
	if (source->standard < 0 && !source->own)
		return;
	plim_data_source one = *source;
	one.scenario = (int32_t)scenario;
	plim_page_heading(page, 3, "Clauses by %s (%s, AEP)", plim_standard_name(source), source->results->currency);
	size_t without = source->results->perspectives > 1 ? 0 : 1; /* one perspective needs no name */
	if (page->narrow)
		plim_build_data(&one, &plim_data_standards, standard_short, COUNT(standard_short) - without, page);
	else
		plim_build_data(&one, &plim_data_standards, standard_names, COUNT(standard_names) - without, page);
	plim_page_paragraph(
	    page, "Figures are those of the clause of ISO 28000: several of them together can be had for the mean "
	          "only. How well an entry is known stands beside it (in csv and other formats): V seen, P "
	          "seen in part, M remembered, analyst (A) our own reading.");
}
