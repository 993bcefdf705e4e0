/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build_avoided.h"

#include <math.h>

#include "report/build_optimize.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const plim_table_column control_columns[] = {
    {"control", "Control", false},        {"title", "Title", false},      {"left_out", "Left out", true},
    {"left_out_lower", "from", true},     {"left_out_upper", "to", true}, {"first_in", "First in", true},
    {"first_in_lower", "from", true},     {"first_in_upper", "to", true}, {"shapley", "Shapley", true},
    {"shapley_lower", "from", true},      {"shapley_upper", "to", true},  {"share", "Share", true},
    {"yearly_cost", "Cost a year", true},
};

static const plim_table_column clause_columns[] = {
    {"clause", "Clause", false},          {"title", "Title", false},      {"left_out", "Left out", true},
    {"left_out_lower", "from", true},     {"left_out_upper", "to", true}, {"first_in", "First in", true},
    {"first_in_lower", "from", true},     {"first_in_upper", "to", true}, {"shapley", "Shapley", true},
    {"shapley_lower", "from", true},      {"shapley_upper", "to", true},  {"share", "Share", true},
    {"yearly_cost", "Cost a year", true},
};

static const plim_table_column displaced_columns[] = {
    {"control", "Control", false},
    {"displaced_share", "Displaced share", true},
    {"avoided", "Avoided", true},
    {"avoided_lower", "from", true},
    {"avoided_upper", "to", true},
    {"displaced", "Displaced", true},
    {"displaced_lower", "from", true},
    {"displaced_upper", "to", true},
    {"net", "Net", true},
    {"net_lower", "from", true},
    {"net_upper", "to", true},
};

static const plim_table_column shifted_columns[] = {
    {"threat", "Threat", false},
    {"covered_places", "Covered places", true},
    {"open_places", "Open places", true},
    {"turned_away", "Attempts turned away a year", true},
    {"elsewhere", "Attempts a year at open places", true},
    {"factor", "Their factor at 100 %", true},
    {"remark", "Remark", false},
};

/* Columns of people's tables: no title. */
static const size_t shown[] = {0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};

static void put(plim_table *t, double value, plim_figure figure)
{
	if (isnan(value))
		plim_table_none(t);
	else
		plim_table_number(t, value, figure);
}

static void put_interval(plim_table *t, plim_interval x, plim_figure figure)
{
	put(t, x.value, figure);
	put(t, x.lower, figure);
	put(t, x.upper, figure);
}

static void fill(const plim_avoided *a, const plim_avoided_row *row, size_t rows, plim_table *t)
{
	plim_figure figure = a->options.figure == PLIM_PORTFOLIO_BREACH ? PLIM_FIGURE_PROBABILITY : PLIM_FIGURE_MONEY;
	for (size_t i = 0; i < rows; i++) {
		plim_table_text(t, row[i].id);
		plim_table_text(t, row[i].title);
		put_interval(t, row[i].left_out, figure);
		put_interval(t, row[i].first_in, figure);
		put_interval(t, row[i].shapley, figure);
		put(t, a->total.value != 0 ? row[i].shapley.value / a->total.value : NAN, PLIM_FIGURE_SHARE);
		put(t, row[i].yearly, PLIM_FIGURE_MONEY);
	}
}

static void show(plim_page *page, const plim_table *from)
{
	plim_table_column own[COUNT(shown)];
	plim_table spare = {0};
	for (size_t c = 0; c < COUNT(shown); c++)
		own[c] = from->column[shown[c]];
	plim_table *to = plim_page_table_of(page, &spare, own, COUNT(shown), "");
	for (size_t r = 0; r < plim_table_rows(from); r++)
		for (size_t c = 0; c < COUNT(shown); c++)
			plim_table_copy(to, plim_table_cell(from, r, shown[c]));
}

static void add_interval(const plim_avoided *a, plim_sheet *sheet, const char *key, const char *label, plim_interval x)
{
	plim_figure figure = a->options.figure == PLIM_PORTFOLIO_BREACH ? PLIM_FIGURE_PROBABILITY : PLIM_FIGURE_MONEY;
	char value[40], lower[40], upper[40];
	plim_figure_show(value, x.value, figure);
	plim_figure_show(lower, x.lower, figure);
	plim_figure_show(upper, x.upper, figure);
	plim_sheet_fact(sheet, key, label, "%s (%s to %s)", value, lower, upper);
}

static void add_facts(const plim_avoided *a, plim_sheet *sheet)
{
	const plim_portfolio *pf = a->portfolio;
	char name[64], hex[65] = "";
	plim_portfolio_figure_name(name, sizeof name, &a->options.scale, (int)a->options.figure);
	plim_model_digest_hex(pf->model, hex);
	plim_sheet_fact(sheet, "model", "Model", "%s", pf->model->name);
	plim_sheet_fact(sheet, "model_sha256", NULL, "%s", hex);
	plim_sheet_fact(sheet, "currency", "Currency", "%s", pf->model->currency);
	plim_sheet_fact(sheet, "from", "From scenario", "%s", pf->before->id);
	plim_sheet_fact(sheet, "to", "To", "%s", a->options.to ? a->options.to : "the controls below together");
	plim_sheet_fact(sheet, "losses", "Losses", "of a trial of %u year%s, %s", (unsigned)pf->model->horizon_years,
	                pf->model->horizon_years == 1 ? "" : "s", pf->before->policies > 0 ? "net of insurance" : "gross");
	plim_sheet_fact(sheet, "figure", "Figure", "%s", name);
	plim_sheet_fact(sheet, "trials", "Trials", "%llu", (unsigned long long)a->options.run.trials);
	plim_sheet_fact(sheet, "seed", "Seed", "%llu", (unsigned long long)a->options.run.seed);
	add_interval(a, sheet, "before", "Before", a->before);
	add_interval(a, sheet, "after", "After", a->after);
	add_interval(a, sheet, "avoided", "Avoided", a->total);
	if (a->orders)
		plim_sheet_fact(sheet, "shapley", "Shapley values", "from %zu drawn orders", a->orders);
	else
		plim_sheet_fact(sheet, "shapley", "Shapley values", "exact in the sample");
	if (a->displaced.rows)
		plim_sheet_fact(
		    sheet, "displacement", "Displacement",
		    "assumed: attempts turned away are made again at open places of the same threat%s, in proportion "
		    "to the attempts there; %s",
		    a->options.displace.to_threats ? ", or else of other threats" : "",
		    a->displaced.deliberate ? "threats of the family malicious only" : "all threats");
}

/* ---- threat shifting ---- */

static void fill_displaced(const plim_avoided *a, plim_table *t)
{
	const plim_portfolio *pf = a->portfolio;
	const plim_figure figure = a->options.figure == PLIM_PORTFOLIO_BREACH ? PLIM_FIGURE_PROBABILITY : PLIM_FIGURE_MONEY;
	for (size_t i = 0; i < a->displaced.rows; i++) {
		const plim_displaced_row *row = &a->displaced.row[i];
		const bool alone = (row->set & (row->set - 1)) == 0;
		plim_table_text(t, alone ? pf->model->control[pf->candidate[__builtin_ctzll(row->set)].control].id
		                         : "(all together)");
		put(t, row->share, PLIM_FIGURE_SHARE);
		put_interval(t, row->avoided, figure);
		put_interval(t, row->displaced, figure);
		put_interval(t, row->net, figure);
	}
}

static void fill_shifted(const plim_avoided *a, plim_table *t)
{
	for (size_t i = 0; i < a->displaced.threats; i++) {
		const plim_displaced_threat *row = &a->displaced.threat[i];
		plim_table_text(t, row->id);
		plim_table_count(t, row->covered);
		plim_table_count(t, row->open);
		put(t, row->turned_away, PLIM_FIGURE_PROBABILITY);
		put(t, row->elsewhere, PLIM_FIGURE_PROBABILITY);
		put(t, row->factor, PLIM_FIGURE_PROBABILITY);
		plim_table_text(t, row->remark);
	}
}

static void show_all(plim_page *page, const plim_table *from)
{
	plim_table spare = {0};
	plim_table *to = plim_page_table(page, &spare, from->column, from->columns, "");
	for (size_t i = 0; i < from->cells; i++)
		plim_table_copy(to, &from->cell[i]);
}

static void add_displaced(const plim_avoided *a, plim_sheet *sheet)
{
	plim_page *page = &sheet->page;
	plim_table *rows = plim_sheet_add(sheet, "displacement", displaced_columns, COUNT(displaced_columns));
	plim_table *threats = plim_sheet_add(sheet, "displaced_threats", shifted_columns, COUNT(shifted_columns));
	fill_displaced(a, rows);
	fill_shifted(a, threats);
	plim_page_heading(page, 2, "If attackers move elsewhere");
	plim_page_paragraph(
	    page,
	    "An assumption, not a finding: nothing in the model says where attackers go. Of the attempts that controls "
	    "turn "
	    "away, by acting on frequency or vulnerability, the displaced share is made again at the open places of the "
	    "same "
	    "threat, where none of these controls does so, in proportion to the attempts that those places see already%s. "
	    "There they meet the vulnerability and the controls of that place, at any time of the horizon. %s Attempts are "
	    "counted at expected values of what is uncertain; the losses are simulated.",
	    a->options.displace.to_threats
	        ? "; where a threat has no open place, at those of all threats that move, in the same proportion"
	        : "; where a threat has no open place, they go nowhere",
	    a->displaced.deliberate ? "Only threats of the family malicious move."
	                            : "No threat is of the family malicious, so all move.");
	show_all(page, rows);
	plim_page_paragraph(page,
	                    "Net is avoided less displaced, in the same trials. A control alone is first in: it comes on "
	                    "top of what is in force.");
	plim_page_heading(page, 3, "Where attempts go, all controls together");
	show_all(page, threats);
}

void plim_build_avoided(const plim_avoided *a, plim_sheet *sheet)
{
	plim_page *page = &sheet->page;
	plim_page_heading(page, 1, "What controls avoid: %s", a->portfolio->model->name);
	add_facts(a, sheet);
	plim_table *controls = plim_sheet_add(sheet, "controls", control_columns, COUNT(control_columns));
	fill(a, a->control, a->portfolio->candidates, controls);
	plim_table *clauses = plim_sheet_add(sheet, "clauses", clause_columns, COUNT(clause_columns));
	fill(a, a->clause, a->clauses, clauses);
	plim_page_heading(page, 2, "By control");
	show(page, controls);
	plim_page_paragraph(
	    page,
	    "Left out: lost again if this control alone were taken away. First in: avoided if it came alone. Shapley: "
	    "the mean over all orders in which the controls could come; only these sum to what all avoid. A control "
	    "whose required control is not there does nothing.");
	plim_page_heading(page, 2, "By clause that the controls serve");
	show(page, clauses);
	plim_page_paragraph(
	    page,
	    "All controls of a clause, and of the clauses under it, left out or first in together; Shapley values "
	    "summed, so that a clause includes those under it. 95 %% intervals are from 32 replicates of the same "
	    "trials and measure their number, not what is unknown about the inputs. Avoided losses are an upper "
	    "bound: attackers who move elsewhere are not followed here%s.",
	    a->displaced.rows ? ", but below" : "; --displace does");
	if (a->displaced.rows)
		add_displaced(a, sheet);
}
