/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build_optimize.h"

#include <math.h>
#include <string.h>

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* ---- names ---- */

plim_text plim_set_text(const plim_portfolio *pf, plim_set set)
{
	plim_text text = {0};
	for (size_t i = 0; i < pf->candidates; i++)
		if (set >> i & 1)
			plim_text_add_format(&text, "%s%s", text.length ? ", " : "",
			                     pf->model->control[pf->candidate[i].control].id);
	if (!set)
		plim_text_add(&text, "(none)");
	return text;
}

static void per_cent(char *out, size_t size, const plim_portfolio_scale *scale)
{
	plim_text_digits(out, size, 100 * plim_probability_value(&scale->p), 10);
}

void plim_portfolio_figure_name(char *name, size_t size, const plim_portfolio_scale *scale, int figure)
{
	char number[40];
	if (figure == PLIM_PORTFOLIO_MEAN) {
		snprintf(name, size, "Mean");
	} else if (figure == PLIM_PORTFOLIO_TVAR) {
		per_cent(number, sizeof number, scale);
		snprintf(name, size, "TVaR %s %%", number);
	} else {
		plim_figure_show(number, scale->loss, PLIM_FIGURE_MONEY);
		snprintf(name, size, "P(loss > %s)", number);
	}
}

void plim_portfolio_figure_key(char *key, size_t size, const plim_portfolio_scale *scale, int figure)
{
	char number[40];
	per_cent(number, sizeof number, scale);
	if (figure == PLIM_PORTFOLIO_TVAR)
		snprintf(key, size, "tvar%s", number);
	else
		snprintf(key, size, "%s", figure == PLIM_PORTFOLIO_MEAN ? "mean" : "breach");
}

static void put_set(plim_table *table, const plim_portfolio *pf, plim_set set)
{
	plim_text text = plim_set_text(pf, set);
	table->failed |= text.failed;
	plim_table_text_copy(table, text.data ? text.data : "");
	plim_text_free(&text);
}

static void put(plim_table *table, double value, plim_figure figure)
{
	if (isnan(value))
		plim_table_none(table);
	else
		plim_table_number(table, value, figure);
}

static plim_figure kind_of(int figure)
{
	return figure == PLIM_PORTFOLIO_BREACH ? PLIM_FIGURE_PROBABILITY : PLIM_FIGURE_MONEY;
}

static void put_interval(plim_table *table, plim_interval interval, plim_figure figure)
{
	put(table, interval.value, figure);
	put(table, interval.lower, figure);
	put(table, interval.upper, figure);
}

/* What is avoided in a year beyond what a year costs. */
static plim_interval net_benefit(const plim_optimum *o, const plim_option *option)
{
	plim_interval net = option->avoided[PLIM_PORTFOLIO_MEAN];
	double years = o->portfolio->model->horizon_years;
	net.value = net.value / years - option->yearly;
	net.lower = net.lower / years - option->yearly;
	net.upper = net.upper / years - option->yearly;
	return net;
}

/* ---- for programs ---- */

static const plim_table_column portfolio_columns[] = {
    {"portfolio", "Portfolio", false},
    {"limit", "Budget", true},
    {"controls", "Controls", false},
    {"outlay", "First year", true},
    {"capital", "Capital", true},
    {"running", "Running a year", true},
    {"yearly_cost", "Cost a year", true},
    {"mean", "Mean", true},
    {"mean_lower", "from", true},
    {"mean_upper", "to", true},
    {"tvar", "TVaR", true},
    {"tvar_lower", "from", true},
    {"tvar_upper", "to", true},
    {"breach", "P(breach)", true},
    {"breach_lower", "from", true},
    {"breach_upper", "to", true},
    {"avoided_mean", "Avoided", true},
    {"avoided_mean_lower", "from", true},
    {"avoided_mean_upper", "to", true},
    {"avoided_tvar", "Avoided TVaR", true},
    {"avoided_tvar_lower", "from", true},
    {"avoided_tvar_upper", "to", true},
    {"avoided_breach", "Avoided P", true},
    {"avoided_breach_lower", "from", true},
    {"avoided_breach_upper", "to", true},
    {"net_benefit", "Net benefit a year", true},
    {"net_benefit_lower", "from", true},
    {"net_benefit_upper", "to", true},
    {"found", "Found", true},
    {"gap", "Gap", true},
    {"proof", "Proof", false},
};

static void put_costs(plim_table *t, const plim_option *option)
{
	put(t, option->cost.outlay, PLIM_FIGURE_MONEY);
	put(t, option->cost.capital, PLIM_FIGURE_MONEY);
	put(t, option->cost.running, PLIM_FIGURE_MONEY);
	put(t, option->yearly, PLIM_FIGURE_MONEY);
}

static double gap_of(const plim_option *option)
{
	double gap = option->found - option->bound;
	return option->proof == PLIM_PROOF_NONE && !isnan(gap) ? fmax(gap, 0) : isnan(gap) ? NAN : 0;
}

static void put_option(plim_table *t, const plim_optimum *o, const char *name, const plim_option *option)
{
	const plim_portfolio *pf = o->portfolio;
	plim_table_text(t, name);
	put(t, option->limit, PLIM_FIGURE_MONEY);
	put_set(t, pf, option->set);
	put_costs(t, option);
	for (int f = 0; f < PLIM_PORTFOLIO_FIGURES; f++)
		put_interval(t, option->figure[f], kind_of(f));
	for (int f = 0; f < PLIM_PORTFOLIO_FIGURES; f++)
		put_interval(t, option->avoided[f], kind_of(f));
	put_interval(t, net_benefit(o, option), PLIM_FIGURE_MONEY);
	put(t, option->found, kind_of((int)o->options.objective));
	put(t, gap_of(option), kind_of((int)o->options.objective));
	plim_table_text(t, isnan(option->found) ? "" : plim_proof_text(option->proof, pf->candidates));
}

static void fill_portfolios(const plim_optimum *o, plim_table *t)
{
	put_option(t, o, "in force", &o->before);
	put_option(t, o, "best", &o->best);
	put_option(t, o, "uniform", &o->uniform);
	for (size_t i = 0; i < o->frontiers; i++)
		put_option(t, o, "frontier", &o->frontier[i]);
}

static const plim_table_column road_columns[] = {
    {"step", "Step", true},
    {"phase", "Phase", true},
    {"control", "Control", false},
    {"start_day", "From day", true},
    {"ratio", "Avoided by cost", true},
    {"outlay", "First year, so far", true},
    {"capital", "Capital, so far", true},
    {"running", "Running, so far", true},
    {"yearly_cost", "Cost a year, so far", true},
    {"mean", "Mean loss then", true},
    {"mean_lower", "from", true},
    {"mean_upper", "to", true},
    {"avoided_mean", "Avoided so far", true},
    {"avoided_mean_lower", "from", true},
    {"avoided_mean_upper", "to", true},
    {"owner", "Owner", false},
};

/* When all that a step adds is in force, and who owns it. */
static double start_of(const plim_portfolio *pf, plim_set set)
{
	double day = 0;
	for (size_t i = 0; i < pf->candidates; i++)
		if (set >> i & 1)
			day = fmax(day, pf->model->control[pf->candidate[i].control].start_day);
	return day;
}

static void put_owners(plim_table *t, const plim_portfolio *pf, plim_set set)
{
	plim_text text = {0};
	for (size_t i = 0; i < pf->candidates; i++) {
		const char *owner = pf->model->control[pf->candidate[i].control].owner;
		if (set >> i & 1 && *owner)
			plim_text_add_format(&text, "%s%s", text.length ? ", " : "", owner);
	}
	t->failed |= text.failed;
	plim_table_text_copy(t, text.data ? text.data : "");
	plim_text_free(&text);
}

static void fill_road(const plim_optimum *o, plim_table *t)
{
	for (size_t i = 0; i < o->steps; i++) {
		const plim_road_step *step = &o->road[i];
		plim_table_count(t, i + 1);
		if (step->phase)
			plim_table_count(t, step->phase);
		else
			plim_table_none(t);
		put_set(t, o->portfolio, step->added);
		put(t, start_of(o->portfolio, step->added), PLIM_FIGURE_PLAIN);
		put(t, step->ratio, PLIM_FIGURE_PLAIN);
		put_costs(t, &step->after);
		put_interval(t, step->after.figure[PLIM_PORTFOLIO_MEAN], PLIM_FIGURE_MONEY);
		put_interval(t, step->after.avoided[PLIM_PORTFOLIO_MEAN], PLIM_FIGURE_MONEY);
		put_owners(t, o->portfolio, step->added);
	}
}

static const plim_table_column control_columns[] = {
    {"control", "Control", false},   {"title", "Title", false},           {"chosen", "Chosen", false},
    {"capital", "Capital", true},    {"running", "Running a year", true}, {"yearly_cost", "Cost a year", true},
    {"requires", "Requires", false}, {"excludes", "Excludes", false},
};

static void fill_controls(const plim_optimum *o, plim_table *t)
{
	const plim_portfolio *pf = o->portfolio;
	for (size_t i = 0; i < pf->candidates; i++) {
		const plim_candidate *c = &pf->candidate[i];
		plim_table_text(t, pf->model->control[c->control].id);
		plim_table_text(t, pf->model->control[c->control].title);
		plim_table_bool(t, o->best.set >> i & 1);
		put(t, c->capital, PLIM_FIGURE_MONEY);
		put(t, c->running, PLIM_FIGURE_MONEY);
		put(t, c->yearly, PLIM_FIGURE_MONEY);
		put_set(t, pf, c->requires);
		put_set(t, pf, c->excludes);
	}
}

/* ---- for people ---- */

#define MOST_SHOWN 16

/* A table of the page with some rows and columns of a table for programs. */
static void show(plim_page *page, const plim_table *from, size_t first, size_t end, const size_t *column,
                 size_t columns)
{
	plim_table_column own[MOST_SHOWN];
	plim_table spare = {0};
	for (size_t c = 0; c < columns; c++)
		own[c] = from->column[column[c]];
	plim_table *to = plim_page_table_of(page, &spare, own, columns, "");
	for (size_t r = first; r < end; r++)
		for (size_t c = 0; c < columns; c++)
			plim_table_copy(to, plim_table_cell(from, r, column[c]));
}

static size_t column_named(const plim_table *table, const char *name)
{
	size_t c = 0;
	while (c + 1 < table->columns && strcmp(table->column[c].name, name) != 0)
		c++;
	return c;
}

/* Columns by name; "" is the one after the last, as bounds follow their value. */
static void show_named(plim_page *page, const plim_table *from, size_t first, size_t end, const char *const *name,
                       size_t names)
{
	size_t column[MOST_SHOWN], last = 0;
	for (size_t i = 0; i < names; i++)
		column[i] = last = *name[i] ? column_named(from, name[i]) : last + 1;
	show(page, from, first, end, column, names);
}

/* Rows of the table of portfolios before the frontier. */
#define ANSWERS 3

static void build_answer(const plim_optimum *o, plim_page *page, const plim_table *portfolios)
{
	char key[40];
	plim_portfolio_figure_name(key, sizeof key, &o->options.scale, (int)o->options.objective);
	plim_page_heading(page, 2, "The best portfolio for %s", key);
	plim_text chosen = plim_set_text(o->portfolio, o->best.set);
	plim_page_pair(page, "Controls", "%s", chosen.data ? chosen.data : "");
	plim_page_pair(page, "Proof", "%s", plim_proof_text(o->best.proof, o->portfolio->candidates));
	page->failed |= chosen.failed;
	plim_text_free(&chosen);
	if (o->best.proof == PLIM_PROOF_NONE) {
		char gap[40];
		plim_figure_show(gap, gap_of(&o->best), kind_of((int)o->options.objective));
		plim_page_paragraph(page, "No portfolio can be better by more than %s%s.", gap,
		                    o->portfolio->interacts ? ", unless some control adds loss where outages or insurance meet"
		                                            : "");
	}
	static const char *const losses[] = {"portfolio", "mean", "", "", "tvar", "", "", "breach", "", ""};
	static const char *const gains[] = {"portfolio", "outlay", "yearly_cost", "avoided_mean", "", "", "net_benefit",
	                                    "",          ""};
	show_named(page, portfolios, 0, ANSWERS, losses, COUNT(losses));
	show_named(page, portfolios, 0, ANSWERS, gains, COUNT(gains));
	plim_page_paragraph(
	    page, "Figures are of a fresh sample that had no part in the choice; 95 %% intervals are from 32 "
	          "replicates of it, for what is avoided trial by trial, and measure the number of trials, not what is "
	          "unknown about the inputs. Losses that controls avoid are an upper bound: attackers who move "
	          "elsewhere are not followed.");
	plim_page_paragraph(
	    page,
	    "Uniform spending is the same budget spread over %s alike: each is rolled out to %.1f %% of what "
	    "it covers (an uncertain coverage counts by its mean).",
	    o->portfolio->candidates > 1 ? "all controls that can stand together" : "the control", 100 * o->rollout);
}

static void build_frontier(const plim_optimum *o, plim_page *page, const plim_table *portfolios)
{
	const char *figure = o->options.objective == PLIM_PORTFOLIO_MEAN   ? "mean"
	                     : o->options.objective == PLIM_PORTFOLIO_TVAR ? "tvar"
	                                                                   : "breach";
	const char *const columns[] = {"limit", "controls", "yearly_cost", figure, "", "", "net_benefit", "", ""};
	const char *budget = strcmp(o->frontier_of, "outlay") == 0    ? "the first year (capital and running costs)"
	                     : strcmp(o->frontier_of, "capital") == 0 ? "capital"
	                                                              : "running costs";
	if (o->frontiers == 0)
		return;
	plim_page_heading(page, 2, "What other budgets buy");
	show_named(page, portfolios, ANSWERS, ANSWERS + o->frontiers, columns, COUNT(columns));
	plim_page_paragraph(
	    page,
	    "The budget is of %s; each row is the best portfolio under it, and a budget that buys nothing better "
	    "has none.",
	    budget);
	for (size_t i = 0; i < o->frontiers; i++)
		if (o->frontier[i].proof == PLIM_PROOF_NONE) {
			plim_page_paragraph(page, "Some of these are the best found and not proven (see `proof` in csv).");
			return;
		}
}

static void build_road(const plim_optimum *o, plim_page *page, const plim_table *road)
{
	static const char *const with_phase[] = {"step",   "phase",       "control",      "start_day", "ratio",
	                                         "outlay", "yearly_cost", "avoided_mean", "",          ""};
	plim_page_heading(page, 2, "Roadmap: most avoided for its cost first");
	if (o->steps == 0) {
		plim_page_paragraph(page, "Nothing is bought.");
		return;
	}
	show_named(page, road, 0, o->steps, with_phase, COUNT(with_phase));
	plim_page_paragraph(
	    page, "Avoided by cost is the mean loss of a year that the step avoids after the steps before it, for "
	          "each unit of its cost a year, in the sample of the search.");
}

static void show_money(plim_sheet *sheet, const char *key, const char *label, double value)
{
	char text[40];
	if (isinf(value)) {
		plim_sheet_fact(sheet, key, label, "none");
		return;
	}
	plim_figure_show(text, value, PLIM_FIGURE_MONEY);
	plim_sheet_fact(sheet, key, label, "%s", text);
}

static void add_facts(const plim_optimum *o, plim_sheet *sheet)
{
	const plim_portfolio *pf = o->portfolio;
	char key[40], hex[65] = "";
	plim_portfolio_figure_key(key, sizeof key, &o->options.scale, (int)o->options.objective);
	plim_model_digest_hex(pf->model, hex);
	plim_sheet_fact(sheet, "model", "Model", "%s", pf->model->name);
	plim_sheet_fact(sheet, "model_sha256", NULL, "%s", hex);
	plim_sheet_fact(sheet, "currency", "Currency", "%s", pf->model->currency);
	plim_sheet_fact(sheet, "in_force", "In force", "%s (%zu control%s)", pf->before->id, pf->before->controls,
	                pf->before->controls == 1 ? "" : "s");
	plim_sheet_fact(sheet, "losses", "Losses", "of a trial of %u year%s, %s", (unsigned)pf->model->horizon_years,
	                pf->model->horizon_years == 1 ? "" : "s", pf->before->policies > 0 ? "net of insurance" : "gross");
	plim_sheet_fact(sheet, "objective", "Objective", "%s", key);
	plim_sheet_fact(sheet, "candidates", "Controls to choose from", "%zu", pf->candidates);
	show_money(sheet, "budget", "Budget of the first year", o->options.budget.outlay);
	show_money(sheet, "budget_capital", "Budget of capital", o->options.budget.capital);
	show_money(sheet, "budget_running", "Budget of running costs a year", o->options.budget.running);
	plim_sheet_fact(sheet, "trials", "Trials", "%llu to choose, %llu fresh", (unsigned long long)o->options.run.trials,
	                (unsigned long long)o->options.run.trials);
	plim_sheet_fact(sheet, "seed", "Seeds", "%llu and %llu", (unsigned long long)o->options.run.seed,
	                (unsigned long long)o->options.fresh_seed);
	plim_sheet_fact(sheet, "proof", NULL, "%s", plim_proof_text(o->best.proof, pf->candidates));
	plim_sheet_fact(sheet, "rollout", NULL, "%.6g", o->rollout);
	plim_sheet_fact(sheet, "scenarios_simulated", NULL, "%llu", (unsigned long long)o->scenarios);
}

const plim_table_column *plim_optimize_column(bool roadmap, const char *name)
{
	const plim_table_column *column = roadmap ? road_columns : portfolio_columns;
	const size_t columns = roadmap ? COUNT(road_columns) : COUNT(portfolio_columns);
	size_t i = 0;
	while (i + 1 < columns && strcmp(column[i].name, name) != 0)
		i++;
	return &column[i];
}

void plim_build_optimize(const plim_optimum *o, plim_sheet *sheet)
{
	plim_page_heading(&sheet->page, 1, "Choice of controls: %s", o->portfolio->model->name);
	add_facts(o, sheet);
	plim_table *portfolios = plim_sheet_add(sheet, "portfolios", portfolio_columns, COUNT(portfolio_columns));
	fill_portfolios(o, portfolios);
	plim_table *road = plim_sheet_add(sheet, "roadmap", road_columns, COUNT(road_columns));
	fill_road(o, road);
	plim_table *controls = plim_sheet_add(sheet, "controls", control_columns, COUNT(control_columns));
	fill_controls(o, controls);
	build_answer(o, &sheet->page, portfolios);
	build_frontier(o, &sheet->page, portfolios);
	build_road(o, &sheet->page, road);
}
