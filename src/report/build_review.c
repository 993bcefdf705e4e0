/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build_review.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/build_compare.h"
#include "report/data_manage.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Rows shown to people; csv and json have all. */
#define MOST_CHANGES 80
#define MOST_THREATS 25

typedef struct builder {
	const plim_review_source *source;
	const plim_review *review;
	plim_sheet *sheet;
	plim_page *page;
} builder;

static const plim_table *table_of(const builder *b, int which)
{
	return &b->sheet->table[which].table;
}

/* True if a row is to be shown. */
typedef bool chooser(const plim_table *table, size_t row, const void *with);

/* Columns of a table for programs, by their names, as people read them; returns how many rows were left out. */
static size_t show(builder *b, int which, const char *const *names, size_t count, size_t most, chooser *choose,
                   const void *with)
{
	const plim_table *all = table_of(b, which);
	plim_table_column columns[40];
	size_t from[40], shown = 0, left = 0;
	for (size_t k = 0; k < count; k++)
		for (size_t c = 0; c < all->columns; c++)
			if (strcmp(all->column[c].name, names[k]) == 0) {
				columns[k] = all->column[c];
				from[k] = c;
			}
	plim_table spare = {0};
	plim_table *table = plim_page_table_of(b->page, &spare, columns, count, "");
	for (size_t r = 0; r < plim_table_rows(all) && !all->failed; r++) {
		if (choose && !choose(all, r, with))
			continue;
		left += shown >= most;
		for (size_t k = 0; k < count && shown < most; k++)
			plim_table_copy(table, plim_table_cell(all, r, from[k]));
		shown += shown < most;
	}
	b->page->failed |= table->failed || all->failed;
	return left;
}

#define SHOW(b, which, names, most) show(b, which, names, COUNT(names), most, NULL, NULL)

/* ---- top ---- */

static void add_run(builder *b, const char *key, const char *label, const plim_results *r)
{
	char trials[40];
	plim_count_show(trials, r->trials);
	plim_sheet_fact(b->sheet, key, label, "%.10s: %s, %s trials, seed %llu, model %.12s, result %.12s",
	                r->provenance.started ? r->provenance.started : "", r->model_name, trials,
	                (unsigned long long)r->seed, r->model_sha256, r->result_sha256);
}

static void add_head(builder *b)
{
	const plim_review *r = b->review;
	const plim_comparison *first = &r->pair[0].losses;
	plim_page_heading(b->page, 1, "Management review: %s", r->after->model_name);
	plim_sheet_fact(b->sheet, "today", "As of", "%s", b->source->today);
	add_run(b, "before", "Earlier run", r->before);
	add_run(b, "after", "Later run", r->after);
	plim_sheet_fact(b->sheet, "before_sha256", NULL, "%s", r->before->result_sha256);
	plim_sheet_fact(b->sheet, "after_sha256", NULL, "%s", r->after->result_sha256);
	plim_sheet_fact(b->sheet, "currency", "Currency", "%s", r->after->currency);
	plim_sheet_fact(b->sheet, "approver", "Approver", "%s",
	                r->after->approver && *r->after->approver ? r->after->approver : "(not stated)");
	plim_sheet_fact(b->sheet, "next_review", "Next review", "%s",
	                r->after->next_review && *r->after->next_review ? r->after->next_review : "(not stated)");
	if (*r->no_losses) {
		plim_sheet_fact(b->sheet, "paired", NULL, "no: %s", r->no_losses);
		plim_page_notice(b->page, "Losses are not compared: %s.", r->no_losses);
	} else {
		plim_sheet_fact(b->sheet, "paired", "Paired",
		                first->paired ? "yes: the same seed and trials, so both runs drew the same attempts; intervals "
		                                "of the total are of the differences trial by trial"
		                              : "no: %s; intervals add the variances of both runs",
		                first->why_unpaired);
	}
	if (!r->matched)
		plim_page_notice(b->page,
		                 "The runs have no scenario of the same name: %s of the earlier one stands beside %s of the "
		                 "later one.",
		                 r->before->scenario[0].id, r->after->scenario[0].id);
	if (!r->same_scope)
		plim_page_notice(b->page, "The scope of the model changed: part of every difference is that more or less is in "
		                          "the model, not that losses rose or fell.");
}

/* ---- agenda ---- */

static void count_actions(const builder *b, const char *origin, const char *other, size_t count[static 2])
{
	const plim_model *m = b->review->model[1];
	count[0] = count[1] = 0;
	for (size_t i = 0; i < m->actions; i++) {
		const char *of = m->action[i].origin;
		bool wanted = !origin || strcmp(of, origin) == 0 || (other && strcmp(of, other) == 0);
		count[0] += wanted;
		count[1] += wanted && plim_action_is_open(&m->action[i]);
	}
}

static void add_input(plim_table *table, const char *input, const char *where, const char *found)
{
	plim_table_text(table, input);
	plim_table_text(table, where);
	plim_table_text_copy(table, found);
}

static void add_counted(const builder *b, plim_table *table, const char *input, const char *origin, const char *other)
{
	size_t count[2];
	char text[80];
	count_actions(b, origin, other, count);
	snprintf(text, sizeof text, "%zu action%s, %zu of them open", count[0], count[0] == 1 ? "" : "s", count[1]);
	add_input(table, input, "Actions", text);
}

static void add_agenda(builder *b)
{
	static const plim_table_column columns[] = {
	    {"input", "Input of a review", false}, {"where", "Part", false}, {"found", "What there is", false}};
	const plim_review *r = b->review;
	plim_table spare = {0};
	char text[96];
	plim_page_heading(b->page, 2, "Agenda");
	plim_table *table = plim_page_table(b->page, &spare, columns, COUNT(columns), "");
	add_counted(b, table, "Audits and evaluations", "audit", "exercise");
	add_counted(b, table, "Communication from outside, complaints", "complaint", NULL);
	snprintf(text, sizeof text, "%zu scenario%s, %zu differences by threat", r->pairs, r->pairs == 1 ? "" : "s",
	         r->threats);
	add_input(table, "Security performance", "Losses", *r->no_losses ? "not compared" : text);
	snprintf(text, sizeof text, "%zu tolerance lines, %zu measures of commitments",
	         plim_table_rows(table_of(b, PLIM_REVIEW_TOLERANCE)), plim_table_rows(table_of(b, PLIM_REVIEW_POLICY)));
	add_input(table, "Objectives and targets", "Tolerance; Policy commitments", text);
	snprintf(text, sizeof text, "%zu requirements", r->model[1]->legals);
	add_input(table, "Legal and other requirements", "Legal register", text);
	add_counted(b, table, "Corrective and preventive actions", NULL, NULL);
	add_counted(b, table, "Follow-up of earlier reviews", "review", NULL);
	snprintf(text, sizeof text, "%zu changes of the model", r->diff.count);
	add_input(table, "Changed circumstances", "What changed", text);
	snprintf(text, sizeof text, "%zu nonconformities", plim_table_rows(table_of(b, PLIM_REVIEW_FAULTS)));
	add_input(table, "Monitoring and incidents", "Nonconformities",
	          b->source->monitor ? text : "no incident log was given (--log)");
	snprintf(text, sizeof text, "%zu points", plim_table_rows(table_of(b, PLIM_REVIEW_DECISIONS)));
	add_input(table, "Recommendations", "For decision", text);
	b->page->failed |= table->failed;
}

/* ---- parts ---- */

static void add_decisions(builder *b)
{
	static const char *const names[] = {"subject", "about", "what", "owner", "date"};
	const plim_table *all = table_of(b, PLIM_REVIEW_DECISIONS);
	plim_page_heading(b->page, 2, "For decision");
	for (size_t r = 0; b->page->narrow && r < plim_table_rows(all) && !all->failed; r++) {
		const plim_cell *cell = plim_table_cell(all, r, 0); /* subject, about, what, owner, date */
		plim_page_item(b->page, "%s %s: %s (%s%s%s)", cell[0].text, cell[1].text, cell[2].text,
		               *cell[3].text ? cell[3].text : "no owner", *cell[4].text ? ", " : "", cell[4].text);
	}
	if (plim_table_rows(all) && b->page->narrow)
		return;
	if (plim_table_rows(all))
		SHOW(b, PLIM_REVIEW_DECISIONS, names, SIZE_MAX);
	else
		plim_page_paragraph(b->page, "Nothing is broken, overdue, worse, or open without an owner.");
}

/* As lines, since values may be long; returns how many were left out. */
static size_t list_changes(builder *b)
{
	const plim_diff *diff = &b->review->diff;
	for (size_t i = 0; i < diff->count && i < MOST_CHANGES; i++) {
		const plim_change *c = &diff->change[i];
		const char *space = *c->name ? " " : "";
		if (c->kind == PLIM_CHANGE_CHANGED)
			plim_page_item(b->page, "%s%s%s: %s: %s -> %s", plim_change_list(c), space, c->name, c->key, c->before,
			               c->after);
		else
			plim_page_item(b->page, "%s%s%s: %s", plim_change_list(c), space, c->name, plim_change_name(c->kind));
	}
	return diff->count > MOST_CHANGES ? diff->count - MOST_CHANGES : 0;
}

static void add_changes(builder *b)
{
	static const char *const names[] = {"list", "name", "change", "key", "before", "after"};
	plim_page_heading(b->page, 2, "What changed in the model");
	if (!b->review->diff.count) {
		plim_page_paragraph(b->page, "Nothing: both runs are of the same model.");
		return;
	}
	size_t left = b->page->narrow ? list_changes(b) : SHOW(b, PLIM_REVIEW_CHANGES, names, MOST_CHANGES);
	if (left)
		plim_page_paragraph(b->page, "%zu more changes are in csv (--table changes) and json.", left);
}

enum { LOSS_SCENARIO, LOSS_FIGURE, LOSS_P, LOSS_KIND, LOSS_GROUP, LOSS_BEFORE, LOSS_BASIS = 10 };

static void show_total(builder *b, const char *scenario)
{
	static const plim_table_column columns[] = {
	    {"figure", "Figure", false},  {"before", "Before", true}, {"after", "After", true},
	    {"change", "Change", true},   {"lower", "from", true},    {"upper", "to", true},
	    {"basis", "Interval", false},
	};
	const plim_table *all = table_of(b, PLIM_REVIEW_LOSSES);
	plim_table spare = {0};
	plim_table *table = plim_page_table(b->page, &spare, columns, COUNT(columns), "");
	for (size_t r = 0; r < plim_table_rows(all) && !all->failed; r++) {
		const plim_cell *cell = plim_table_cell(all, r, 0);
		if (strcmp(cell[LOSS_SCENARIO].text, scenario) != 0 ||
		    strcmp(cell[LOSS_KIND].text, plim_group_kind_name(PLIM_GROUP_TOTAL)) != 0)
			continue;
		plim_build_figure_name(table, cell[LOSS_FIGURE].text, cell[LOSS_P].value,
		                       b->review->after->horizon_years > 1);
		for (int c = LOSS_BEFORE; c <= LOSS_BASIS; c++)
			plim_table_copy(table, &cell[c]);
	}
	b->page->failed |= table->failed;
}

static bool is_of(const plim_table *table, size_t row, const void *scenario)
{
	return strcmp(plim_table_cell(table, row, 0)->text, scenario) == 0;
}

static void add_pair(builder *b, size_t p)
{
	static const char *const threats[] = {"threat", "before", "after", "change", "lower", "upper", "why"};
	const plim_results *now = b->review->after;
	const char *scenario = now->scenario[b->review->pair[p].after].id;
	plim_page_heading(b->page, 3, "Scenario %s", scenario);
	show_total(b, scenario);
	plim_page_heading(b->page, 3, "Why: threats of scenario %s (mean of a trial, %s)", scenario, now->currency);
	size_t left = show(b, PLIM_REVIEW_THREATS, threats, COUNT(threats), MOST_THREATS, is_of, scenario);
	if (left)
		plim_page_paragraph(b->page, "%zu threats with smaller changes are in csv (--table threats) and json.", left);
}

static void add_losses(builder *b)
{
	const plim_review *r = b->review;
	if (*r->no_losses)
		return;
	bool insured = r->before->perspectives > 1 || r->after->perspectives > 1;
	plim_page_heading(b->page, 2, "What that did to the losses (%s, %s)", r->after->currency,
	                  insured ? "net of insurance" : "gross");
	for (size_t p = 0; p < r->pairs; p++)
		add_pair(b, p);
	plim_page_paragraph(b->page,
	                    "Change is after - before: above 0 is worse. Intervals are 95 %% and hold the error of the "
	                    "number of trials, not what "
	                    "is unknown about the inputs; where the basis is an upper bound, the true one is narrower. Why "
	                    "names what changed of whatever the threat's loss depends on.");
}

static void add_tolerance(builder *b)
{
	static const char *const names[] = {"scenario", "loss",  "tolerated",  "before", "after",
	                                    "lower",    "upper", "met_before", "met"};
	plim_page_heading(b->page, 2, "Tolerance");
	if (plim_table_rows(table_of(b, PLIM_REVIEW_TOLERANCE)))
		SHOW(b, PLIM_REVIEW_TOLERANCE, names, SIZE_MAX);
	else
		plim_page_paragraph(b->page, "The policy states no tolerance.");
}

static void add_faults(builder *b)
{
	static const char *const names[] = {"id", "what", "threat", "place", "limit", "actual", "adjusted", "owner"};
	char from[PLIM_DATE_SIZE], to[PLIM_DATE_SIZE];
	const plim_monitor *m = b->source->monitor;
	if (!m)
		return;
	plim_date_text(from, m->from);
	plim_date_text(to, m->to);
	plim_page_heading(b->page, 2, "Nonconformities");
	plim_page_paragraph(b->page, "From %s, %s to %s, held against the later model.", b->source->log, from, to);
	if (plim_table_rows(table_of(b, PLIM_REVIEW_FAULTS)))
		SHOW(b, PLIM_REVIEW_FAULTS, names, SIZE_MAX);
	else
		plim_page_paragraph(b->page, "No limit is broken.");
}

static void add_actions(builder *b)
{
	static const char *const wide[] = {"action",  "title", "kind",   "status", "owner",   "raised",   "due",  "closed",
	                                   "overdue", "since", "origin", "source", "threats", "controls", "notes"};
	static const char *const narrow[] = {"action", "title", "status", "owner", "due", "overdue", "since"};
	plim_page_heading(b->page, 2, "Actions");
	if (!plim_table_rows(table_of(b, PLIM_REVIEW_ACTIONS)))
		plim_page_paragraph(b->page, "The model lists no action (key `actions`).");
	else if (b->page->narrow)
		SHOW(b, PLIM_REVIEW_ACTIONS, narrow, SIZE_MAX);
	else
		SHOW(b, PLIM_REVIEW_ACTIONS, wide, SIZE_MAX);
}

static void add_policy(builder *b)
{
	static const char *const wide[] = {"commitment", "measure", "scenario", "before",
	                                   "value",      "unit",    "status",   "detail"};
	static const char *const narrow[] = {"commitment", "measure", "before", "value", "unit", "status"};
	plim_page_heading(b->page, 2, "Policy commitments");
	if (!plim_table_rows(table_of(b, PLIM_REVIEW_POLICY)))
		plim_page_paragraph(b->page, "The policy states no commitment.");
	else if (b->page->narrow)
		SHOW(b, PLIM_REVIEW_POLICY, narrow, SIZE_MAX);
	else
		SHOW(b, PLIM_REVIEW_POLICY, wide, SIZE_MAX);
}

static void add_legal(builder *b)
{
	static const char *const wide[] = {"legal",  "requirement", "source",  "owner",          "status",      "evidence",
	                                   "review", "overdue",     "threats", "expected_fines", "fines_before"};
	static const char *const narrow[] = {"legal",   "owner",          "status",      "review",
	                                     "overdue", "expected_fines", "fines_before"};
	const plim_review *r = b->review;
	char sum[40];
	plim_page_heading(b->page, 2, "Legal register (%s)", r->after->currency);
	if (!r->model[1]->legals) {
		plim_page_paragraph(b->page, "The model has no legal register (key `legal`).");
		return;
	}
	if (b->page->narrow)
		SHOW(b, PLIM_REVIEW_LEGAL, narrow, SIZE_MAX);
	else
		SHOW(b, PLIM_REVIEW_LEGAL, wide, SIZE_MAX);
	plim_figure_show(sum, r->all_fines.after, PLIM_FIGURE_MONEY);
	plim_page_paragraph(b->page,
	                    "Expected fines of a trial, gross, with the controls of scenario %s, exact means without "
	                    "simulation: %s in all, each threat once. Status is the judgement of the owner, not ours.",
	                    r->after->scenario[r->pair[0].after].id, isnan(r->all_fines.after) ? "not known" : sum);
}

static void add_resources(builder *b)
{
	static const char *const costs[] = {"control",     "status",     "scenarios", "cost_capital",
	                                    "cost_annual", "staff_days", "since"};
	static const char *const duties[] = {"control", "responsible", "accountable", "consulted", "informed"};
	const plim_model *m = b->review->model[1];
	plim_page_heading(b->page, 2, "Resources and roles (%s)", m->currency);
	if (!m->controls) {
		plim_page_paragraph(b->page, "The model has no control.");
		return;
	}
	SHOW(b, PLIM_REVIEW_RESOURCES, costs, SIZE_MAX);
	for (size_t s = 0; s < m->scenarios; s++) {
		plim_text text = {0};
		plim_put_resource_sum(&text, m, &m->scenario[s]);
		plim_page_pair(b->page, m->scenario[s].id, "%s", text.failed ? "" : text.data);
		b->page->failed |= text.failed;
		plim_text_free(&text);
	}
	plim_page_heading(b->page, 3, "Who is responsible, accountable, consulted, informed");
	SHOW(b, PLIM_REVIEW_RESOURCES, duties, SIZE_MAX);
}

void plim_build_review(const plim_review_source *source, plim_sheet *sheet)
{
	builder b = {.source = source, .review = source->review, .sheet = sheet, .page = &sheet->page};
	for (int k = 0; k < PLIM_REVIEW_TABLES; k++) {
		const plim_data_review *data = &plim_data_reviews[k];
		data->fill(source, plim_sheet_add(sheet, data->name, data->column, data->columns));
	}
	sheet->results = source->review->after;
	add_head(&b);
	add_decisions(&b);
	add_agenda(&b);
	add_changes(&b);
	add_losses(&b);
	add_tolerance(&b);
	add_faults(&b);
	add_actions(&b);
	add_policy(&b);
	add_legal(&b);
	add_resources(&b);
}
