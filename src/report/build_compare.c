/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build_compare.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Groups of a kind shown to people. */
#define MOST_GROUPS 10

static const plim_table_column loss_columns[] = {
    {"figure", "Figure", false},  {"p", "p", true},           {"group_kind", "Kind", false},
    {"group", "Group", false},    {"before", "Before", true}, {"after", "After", true},
    {"avoided", "Avoided", true}, {"lower", "from", true},    {"upper", "to", true},
    {"basis", "Interval", false},
};

static bool is_probability(const plim_compare_row *row)
{
	return strcmp(row->figure, "breach") == 0 || strcmp(row->figure, "p_loss") == 0;
}

static void add_figures(plim_table *table, const plim_compare_row *row)
{
	const double value[] = {row->before, row->after, row->avoided, row->lower, row->upper};
	for (size_t i = 0; i < COUNT(value); i++) {
		if (isnan(value[i]))
			plim_table_none(table);
		else
			plim_table_number(table, value[i], is_probability(row) ? PLIM_FIGURE_PROBABILITY : PLIM_FIGURE_MONEY);
	}
	plim_table_text(table, plim_basis_name(row->basis));
}

static void fill_losses(const plim_comparison *c, plim_table *table)
{
	for (size_t i = 0; i < c->rows; i++) {
		const plim_compare_row *row = &c->row[i];
		plim_table_text(table, row->figure);
		if (isnan(row->p))
			plim_table_none(table);
		else
			plim_table_number(table, row->p, PLIM_FIGURE_PLAIN);
		plim_table_text(table, plim_group_kind_name(row->kind));
		plim_table_text(table, row->group);
		add_figures(table, row);
	}
}

static const plim_table_column total_columns[] = {
    {"figure", "Figure", false}, {"before", "Before", true}, {"after", "After", true},     {"avoided", "Avoided", true},
    {"lower", "from", true},     {"upper", "to", true},      {"basis", "Interval", false},
};

void plim_build_figure_name(plim_table *table, const char *figure, double p, bool years)
{
	char text[96], number[40];
	if (strcmp(figure, "mean") == 0) {
		plim_table_text(table, "Mean of the trials");
	} else if (strcmp(figure, "exact_mean") == 0) {
		plim_table_text(table, "Exact mean");
	} else if (strcmp(figure, "p_loss") == 0) {
		plim_table_text(table, "P(any loss)");
	} else if (strcmp(figure, "breach") == 0) {
		plim_figure_show(number, p, PLIM_FIGURE_MONEY);
		snprintf(text, sizeof text, years ? "P(loss of a year > %s)" : "P(loss > %s)", number);
		plim_table_text_copy(table, text);
	} else {
		plim_text_digits(number, sizeof number, 100 * p, 6);
		snprintf(text, sizeof text, "%s %s", strcmp(figure, "var") == 0 ? "VaR" : "TVaR", number);
		plim_table_text_copy(table, text);
	}
}

static void build_total(const plim_comparison *c, plim_page *page)
{
	plim_table spare = {0};
	plim_page_heading(page, 2, "Losses of a trial (%s, %s)", c->before->currency,
	                  c->before->perspectives > 1 || c->after->perspectives > 1 ? "net of insurance" : "gross");
	plim_table *table = plim_page_table(page, &spare, total_columns, COUNT(total_columns), "");
	for (size_t i = 0; i < c->rows; i++) {
		if (c->row[i].kind != PLIM_GROUP_TOTAL)
			continue;
		plim_build_figure_name(table, c->row[i].figure, c->row[i].p, c->before->horizon_years > 1);
		add_figures(table, &c->row[i]);
	}
	plim_page_paragraph(
	    page, "Avoided is before - after; 95 %% intervals are of the avoided amount and measure the number of "
	          "trials, not what is unknown about the inputs. Losses that controls avoid are an upper bound: "
	          "attackers who move elsewhere are not followed.");
}

/* ---- value ---- */

static const plim_table_column value_columns[] = {
    {"key", "Key", false},   {"figure", "Figure", false}, {"value", "Value", true},
    {"lower", "from", true}, {"upper", "to", true},       {"meaning", "Meaning", false},
};

static void add_value(plim_table *table, const char *key, const char *name, plim_compare_money m, plim_figure figure,
                      const char *meaning)
{
	const double value[] = {m.value, m.lower, m.upper};
	plim_table_text(table, key);
	plim_table_text(table, name);
	for (size_t i = 0; i < 3; i++) {
		if (isnan(value[i]))
			plim_table_none(table);
		else
			plim_table_number(table, value[i], figure);
	}
	plim_table_text(table, meaning);
}

static plim_compare_money plain(double value)
{
	return (plim_compare_money){value, NAN, NAN};
}

static void fill_value(const plim_comparison *c, plim_table *t)
{
	const plim_compare_economics *e = &c->economics;
	plim_compare_money yearly = {e->yearly, e->yearly_lower, e->yearly_upper};
	plim_compare_money pays = {e->pays_in_trial, e->pays_lower, e->pays_upper};
	add_value(t, "avoided", "Avoided loss a year", e->avoided, PLIM_FIGURE_MONEY, "mean before - mean after");
	add_value(t, "capital", "Capital", plain(e->capital), PLIM_FIGURE_MONEY, "at the start, more than before");
	add_value(t, "running", "Running cost a year", plain(e->running), PLIM_FIGURE_MONEY,
	          "annual, friction, premiums; more than before");
	add_value(t, "cost", "Cost a year", yearly, PLIM_FIGURE_MONEY, "capital by annuity; interval: uncertain costs");
	add_value(t, "net_benefit", "Net benefit a year", e->net, PLIM_FIGURE_MONEY, "avoided - cost");
	add_value(t, "rosi", "ROSI", e->rosi, PLIM_FIGURE_SHARE, "return on security investment: net benefit / cost");
	add_value(t, "benefit_cost_ratio", "Benefit-cost ratio", e->ratio, PLIM_FIGURE_PLAIN, "avoided / cost");
	add_value(t, "npv", "Net present value", e->present, PLIM_FIGURE_MONEY, "over the years named above, at that rate");
	add_value(t, "payback_years", "Payback, years", e->payback, PLIM_FIGURE_PLAIN,
	          "capital / (avoided - running cost)");
	add_value(t, "break_even", "Break-even effectiveness", e->break_even, PLIM_FIGURE_SHARE,
	          "share of the avoided loss that pays the cost");
	add_value(t, "p_pays_in_a_year", "P(it pays in a year)", pays, PLIM_FIGURE_PROBABILITY,
	          c->before->horizon_years > 1 ? "over trials: avoided in an average year of the trial > cost of a year"
	                                       : "over trials: avoided in the year > cost of the year");
	add_value(t, "p_worth_it", "P(it is worth it)", (plim_compare_money){e->worth, e->worth_lower, e->worth_upper},
	          PLIM_FIGURE_PROBABILITY, "over unknowns: expected avoided > expected cost");
	add_value(t, "net_benefit_worlds", "Net benefit over worlds", e->net_worlds, PLIM_FIGURE_MONEY,
	          "median and central 90 % of the unknowns' worlds");
}

static void build_value(const plim_comparison *c, plim_page *page, const plim_table *value)
{
	static const plim_table_column columns[] = {
	    {"figure", "Figure", false}, {"value", "Value", true},      {"lower", "from", true},
	    {"upper", "to", true},       {"meaning", "Meaning", false},
	};
	plim_table spare = {0};
	plim_page_heading(page, 2, "Whether it pays (%s)", c->before->currency);
	plim_table *table = plim_page_table(page, &spare, columns, COUNT(columns), "");
	for (size_t r = 0; r < plim_table_rows(value); r++)
		for (size_t k = 1; k < COUNT(value_columns); k++)
			plim_table_copy(table, plim_table_cell(value, r, k));
	if (c->economics.worlds == 0)
		plim_page_paragraph(page,
		                    "P(it is worth it) needs a simulation of worlds, each one draw of all unknowns: ask for it "
		                    "with --worlds.");
}

/* ---- groups ---- */

static int by_avoided(const void *a, const void *b)
{
	const plim_compare_row *x = *(const plim_compare_row *const *)a, *y = *(const plim_compare_row *const *)b;
	double p = fabs(x->avoided), q = fabs(y->avoided);
	if (p != q)
		return p > q ? -1 : 1;
	return x < y ? -1 : x > y;
}

static const plim_table_column group_columns[] = {
    {"group", "Group", false}, {"before", "Before", true}, {"after", "After", true},     {"avoided", "Avoided", true},
    {"lower", "from", true},   {"upper", "to", true},      {"basis", "Interval", false},
};

static void build_kind(const plim_comparison *c, plim_group_kind kind, const char *title, size_t most, plim_page *page)
{
	const plim_compare_row **list = plim_mem_alloc(c->rows, sizeof *list);
	size_t count = 0;
	plim_table spare = {0};
	if (!list) {
		page->failed = true;
		return;
	}
	for (size_t i = 0; i < c->rows; i++)
		if (c->row[i].kind == kind && strcmp(c->row[i].figure, "mean") == 0)
			list[count++] = &c->row[i];
	if (count > most) /* few: as they stand; many: the largest differences */
		qsort(list, count, sizeof *list, by_avoided);
	if (count) {
		plim_page_heading(page, 3, "%s (mean, %s)", title, c->before->currency);
		plim_table *table = plim_page_table(page, &spare, group_columns, COUNT(group_columns), "");
		for (size_t i = 0; i < count && i < most; i++) {
			plim_text name = {0};
			plim_text_add_format(&name, "%s%s%s", list[i]->group, *list[i]->title ? "  " : "", list[i]->title);
			plim_table_text_copy(table, name.data);
			table->failed |= name.failed;
			plim_text_free(&name);
			add_figures(table, list[i]);
		}
	}
	plim_mem_free(list);
}

static void build_groups(const plim_comparison *c, plim_page *page)
{
	plim_page_heading(page, 2, "Where it is avoided");
	build_kind(c, PLIM_GROUP_CLAUSE, "Clauses", SIZE_MAX, page);
	build_kind(c, PLIM_GROUP_THREAT, "Threats", MOST_GROUPS, page);
	build_kind(c, PLIM_GROUP_CATEGORY, "Categories", MOST_GROUPS, page);
	build_kind(c, PLIM_GROUP_COMPONENT, "Loss components", MOST_GROUPS, page);
	build_kind(c, PLIM_GROUP_REGION, "Regions", MOST_GROUPS, page);
	build_kind(c, PLIM_GROUP_NODE, "Nodes", MOST_GROUPS, page);
	build_kind(c, PLIM_GROUP_LINK, "Links", MOST_GROUPS, page);
	build_kind(c, PLIM_GROUP_BEARER, "Bearers", MOST_GROUPS, page);
	plim_page_paragraph(page,
	                    "A results file holds no losses of groups trial by trial. Where the basis says upper bound the "
	                    "interval adds both variances although the scenarios share their draws: the true one is "
	                    "narrower. VaR and TVaR of groups are in csv and json.");
}

static const char *or_none(const char *controls)
{
	return *controls ? controls : "none";
}

void plim_build_compare(const plim_comparison *c, plim_sheet *sheet)
{
	const plim_results *a = c->before, *b = c->after;
	char rate[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_double(rate, c->economics.rate);
	plim_page_heading(&sheet->page, 1, "Comparison: %s", a->model_name);
	plim_sheet_fact(sheet, "before", "Before", "%s", a->scenario[c->before_scenario].id);
	plim_sheet_fact(sheet, "after", "After", "%s", b->scenario[c->after_scenario].id);
	plim_sheet_fact(sheet, "controls_before", "Controls before", "%s",
	                or_none(a->scenario[c->before_scenario].controls));
	plim_sheet_fact(sheet, "controls_after", "Controls after", "%s", or_none(b->scenario[c->after_scenario].controls));
	plim_sheet_fact(sheet, "currency", "Currency", "%s", a->currency);
	plim_sheet_fact(sheet, "trials", "Trials", "%llu and %llu", (unsigned long long)a->trials,
	                (unsigned long long)b->trials);
	plim_sheet_fact(sheet, "paired", "Paired", c->paired ? "yes: both scenarios saw the same attempts" : "no: %s",
	                c->why_unpaired);
	plim_sheet_fact(sheet, "discount_rate", "Discount rate", "%s", rate);
	plim_sheet_fact(sheet, "years", "Years of present values", "%u", c->economics.years);
	plim_sheet_fact(sheet, "before_sha256", NULL, "%s", a->result_sha256);
	plim_sheet_fact(sheet, "after_sha256", NULL, "%s", b->result_sha256);
	fill_losses(c, plim_sheet_add(sheet, "losses", loss_columns, COUNT(loss_columns)));
	plim_table *value = plim_sheet_add(sheet, "value", value_columns, COUNT(value_columns));
	fill_value(c, value);
	build_total(c, &sheet->page);
	build_value(c, &sheet->page, value);
	build_groups(c, &sheet->page);
}
