/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build_sensitivity.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Rows of a table shown to people, and of a kind of group. */
#define MOST_ROWS 15
#define MOST_GROUPS 10

static void add_number(plim_table *t, double value, plim_figure figure)
{
	if (isnan(value))
		plim_table_none(t);
	else
		plim_table_number(t, value, figure);
}

static void add_estimate(plim_table *t, plim_estimate e, plim_figure figure)
{
	add_number(t, e.value, figure);
	add_number(t, e.lower, figure);
	add_number(t, e.upper, figure);
}

static void add_parameter(plim_table *t, const plim_sensitivity *s, const plim_parameter *p)
{
	plim_table_text(t, plim_parameter_kind(p));
	plim_table_text(t, plim_parameter_owner(s->parameters, p));
	plim_table_text(t, plim_parameter_name(s->parameters, p));
}

/* One cell for people: "theft: frequency.rate". */
static void add_name(plim_table *t, const plim_sensitivity *s, const plim_parameter *p)
{
	plim_text name = {0};
	plim_text_add_format(&name, "%s: %s", plim_parameter_owner(s->parameters, p),
	                     plim_parameter_name(s->parameters, p));
	plim_table_text_copy(t, name.data);
	t->failed |= name.failed;
	plim_text_free(&name);
}

/* ---- levers ---- */

static const plim_table_column tornado_columns[] = {
    {"kind", "Kind", false},        {"owner", "Of", false},         {"parameter", "Parameter", false},
    {"unknown", "Unknown", false},  {"value", "Value", true},       {"low", "Low", true},
    {"high", "High", true},         {"mean_low", "Mean low", true}, {"mean_high", "Mean high", true},
    {"mean_swing", "Swing", true},  {"mean_lower", "from", true},   {"mean_upper", "to", true},
    {"mean_basis", "Basis", false}, {"tvar_low", "TVaR low", true}, {"tvar_high", "TVaR high", true},
    {"tvar_swing", "Swing", true},  {"tvar_lower", "from", true},   {"tvar_upper", "to", true},
    {"tvar_basis", "Basis", false},
};

static void fill_tornado(const plim_sensitivity *s, plim_table *t)
{
	for (size_t i = 0; i < s->levers; i++) {
		const plim_lever *l = &s->lever[i];
		const plim_lever_figure *const figure[] = {&l->mean, &l->tvar};
		add_parameter(t, s, l->parameter);
		plim_table_bool(t, l->parameter->was.law != NULL);
		plim_table_number(t, l->value, PLIM_FIGURE_PLAIN);
		plim_table_number(t, l->low, PLIM_FIGURE_PLAIN);
		plim_table_number(t, l->high, PLIM_FIGURE_PLAIN);
		for (size_t k = 0; k < COUNT(figure); k++) {
			add_number(t, figure[k]->low, PLIM_FIGURE_MONEY);
			add_number(t, figure[k]->high, PLIM_FIGURE_MONEY);
			add_estimate(t, figure[k]->swing, PLIM_FIGURE_MONEY);
			plim_table_text(t, plim_basis_name(figure[k]->basis));
		}
	}
}

static const plim_table_column slope_columns[] = {
    {"kind", "Kind", false},
    {"owner", "Of", false},
    {"parameter", "Parameter", false},
    {"value", "Value", true},
    {"one_sided", "Down only", false},
    {"mean_slope", "Mean, per unit", true},
    {"mean_lower", "from", true},
    {"mean_upper", "to", true},
    {"mean_elasticity", "Elasticity", true},
    {"tvar_slope", "TVaR, per unit", true},
    {"tvar_lower", "from", true},
    {"tvar_upper", "to", true},
    {"tvar_elasticity", "Elasticity", true},
};

static void fill_slopes(const plim_sensitivity *s, plim_table *t)
{
	for (size_t i = 0; i < s->levers; i++) {
		const plim_lever *l = &s->lever[i];
		add_parameter(t, s, l->parameter);
		plim_table_number(t, l->value, PLIM_FIGURE_PLAIN);
		plim_table_bool(t, l->one_sided);
		add_estimate(t, l->mean.slope, PLIM_FIGURE_MONEY);
		add_number(t, l->mean.elasticity, PLIM_FIGURE_PROBABILITY);
		add_estimate(t, l->tvar.slope, PLIM_FIGURE_MONEY);
		add_number(t, l->tvar.elasticity, PLIM_FIGURE_PROBABILITY);
	}
}

static void say_rest(plim_page *page, size_t count, size_t most)
{
	if (count > most)
		plim_page_paragraph(page, "%zu more in csv and json.", count - most);
}

static void build_tornado(const plim_sensitivity *s, const char *tail, plim_page *page)
{
	static const plim_table_column columns[] = {
	    {"parameter", "Parameter", false}, {"low", "Low", true},           {"high", "High", true},
	    {"mean_low", "Mean at low", true}, {"mean_high", "at high", true}, {"mean_swing", "Swing", true},
	    {"mean_lower", "from", true},      {"mean_upper", "to", true},     {"tvar_swing", "TVaR swing", true},
	    {"tvar_lower", "from", true},      {"tvar_upper", "to", true},
	};
	char step[PLIM_TEXT_DOUBLE_SIZE];
	plim_table spare = {0};
	plim_text_digits(step, sizeof step, 100 * s->step, 4);
	plim_page_heading(page, 2, "Tornado: one parameter at a time (%s of a trial, mean and TVaR %s)", s->model->currency,
	                  tail);
	plim_table *t = plim_page_table(page, &spare, columns, COUNT(columns), "");
	for (size_t i = 0; i < s->levers && i < MOST_ROWS; i++) {
		const plim_lever *l = &s->lever[i];
		add_name(t, s, l->parameter);
		plim_table_number(t, l->low, PLIM_FIGURE_PROBABILITY);
		plim_table_number(t, l->high, PLIM_FIGURE_PROBABILITY);
		add_number(t, l->mean.low, PLIM_FIGURE_MONEY);
		add_number(t, l->mean.high, PLIM_FIGURE_MONEY);
		add_estimate(t, l->mean.swing, PLIM_FIGURE_MONEY);
		add_estimate(t, l->tvar.swing, PLIM_FIGURE_MONEY);
	}
	say_rest(page, s->levers, MOST_ROWS);
	plim_page_paragraph(
	    page,
	    "An unknown goes from its P5 to its P95 while all others stay unknown; a number that is certain, "
	    "and an unknown of each place, by %s %% of itself either way (a probability not above 1). All on the "
	    "same draws.",
	    step);
}

static void build_slopes(const plim_sensitivity *s, const char *tail, plim_page *page)
{
	static const plim_table_column columns[] = {
	    {"parameter", "Parameter", false},
	    {"value", "Value", true},
	    {"mean_slope", "Mean, per unit", true},
	    {"mean_lower", "from", true},
	    {"mean_upper", "to", true},
	    {"mean_elasticity", "Elasticity", true},
	    {"tvar_slope", "TVaR, per unit", true},
	    {"tvar_lower", "from", true},
	    {"tvar_upper", "to", true},
	    {"tvar_elasticity", "Elasticity", true},
	};
	plim_table spare = {0};
	plim_page_heading(page, 2, "Derivatives of mean and TVaR %s (%s)", tail, s->model->currency);
	plim_table *t = plim_page_table(page, &spare, columns, COUNT(columns), "");
	for (size_t i = 0; i < s->levers && i < MOST_ROWS; i++) {
		const plim_lever *l = &s->lever[i];
		add_name(t, s, l->parameter);
		plim_table_number(t, l->value, PLIM_FIGURE_PROBABILITY);
		add_estimate(t, l->mean.slope, PLIM_FIGURE_MONEY);
		add_number(t, l->mean.elasticity, PLIM_FIGURE_PROBABILITY);
		add_estimate(t, l->tvar.slope, PLIM_FIGURE_MONEY);
		add_number(t, l->tvar.elasticity, PLIM_FIGURE_PROBABILITY);
	}
	say_rest(page, s->levers, MOST_ROWS);
	plim_page_paragraph(page,
	                    "Per unit of the parameter (of an unknown: of its mean, its law scaled as a whole), by the "
	                    "difference between a little more and a little less on the same draws. Elasticity: per cent of "
	                    "the figure for each per cent of the parameter.");
}

/* ---- doubts ---- */

static const plim_table_column sobol_columns[] = {
    {"kind", "Kind", false},
    {"owner", "Of", false},
    {"parameter", "Parameter", false},
    {"figure", "Figure", false},
    {"first", "First-order", true},
    {"first_lower", "from", true},
    {"first_upper", "to", true},
    {"total", "Total", true},
    {"total_lower", "from", true},
    {"total_upper", "to", true},
    {"rank_correlation", "Rank correlation", true},
    {"rank_lower", "from", true},
    {"rank_upper", "to", true},
};

static void add_index(plim_table *t, const plim_sobol_index *index)
{
	add_estimate(t, index->first, PLIM_FIGURE_PROBABILITY);
	add_estimate(t, index->total, PLIM_FIGURE_PROBABILITY);
	add_estimate(t, index->rank, PLIM_FIGURE_PROBABILITY);
}

static void fill_sobol(const plim_sensitivity *s, plim_table *t)
{
	for (size_t i = 0; i < s->doubts; i++) {
		for (int figure = 0; figure < 2; figure++) {
			add_parameter(t, s, s->doubt[i].parameter);
			plim_table_text(t, figure ? "tvar" : "mean");
			add_index(t, figure ? &s->doubt[i].tvar : &s->doubt[i].mean);
		}
	}
}

static void build_sobol(const plim_sensitivity *s, const char *tail, plim_page *page)
{
	static const plim_table_column columns[] = {
	    {"parameter", "Unknown", false}, {"first", "First-order", true}, {"first_lower", "from", true},
	    {"first_upper", "to", true},     {"total", "Total", true},       {"total_lower", "from", true},
	    {"total_upper", "to", true},     {"rank", "Rank corr.", true},   {"rank_lower", "from", true},
	    {"rank_upper", "to", true},
	};
	plim_table spare = {0};
	char low[40], middle[40], high[40];
	plim_page_heading(page, 2, "What makes the doubt: unknowns");
	if (s->doubts == 0) {
		plim_page_paragraph(page, s->points ? "Nothing that bears on this scenario is unknown."
		                                    : "Not asked for (--points 0).");
		return;
	}
	plim_figure_show(low, s->world_mean.lower, PLIM_FIGURE_MONEY);
	plim_figure_show(middle, s->world_mean.value, PLIM_FIGURE_MONEY);
	plim_figure_show(high, s->world_mean.upper, PLIM_FIGURE_MONEY);
	plim_page_paragraph(page,
	                    "Over worlds, each one value of every unknown, the expected loss lies between %s and %s %s "
	                    "(central 90 %%), median %s.",
	                    low, high, s->model->currency, middle);
	for (int figure = 0; figure < 2; figure++) {
		plim_page_heading(
		    page, 3, figure ? "Variance of TVaR %s over worlds" : "Variance of the expected loss over worlds", tail);
		plim_table *t = plim_page_table(page, &spare, columns, COUNT(columns), "");
		for (size_t i = 0; i < s->doubts && i < MOST_ROWS; i++) {
			add_name(t, s, s->doubt[i].parameter);
			add_index(t, figure ? &s->doubt[i].tvar : &s->doubt[i].mean);
		}
		say_rest(page, s->doubts, MOST_ROWS);
	}
	plim_page_paragraph(page,
	                    "Sobol' indices: first-order is the share of the variance that would go if the unknown were "
	                    "learned; total is what would stay if all others were. TVaR is of few trials in each world: "
	                    "its indices take chance in, which no unknown explains.");
}

/* ---- tail ---- */

static const plim_table_column tail_columns[] = {
    {"group_kind", "Kind", false}, {"group", "Group", false}, {"value", "Part of TVaR", true},
    {"lower", "from", true},       {"upper", "to", true},     {"share", "Share", true},
};

static void add_part(plim_table *t, const plim_tail_part *part)
{
	add_estimate(t, part->value, PLIM_FIGURE_MONEY);
	plim_table_number(t, part->share, PLIM_FIGURE_SHARE);
}

static void fill_tail(const plim_sensitivity *s, plim_table *t)
{
	for (size_t i = 0; i < s->parts; i++) {
		plim_table_text(t, plim_group_kind_name(s->part[i].kind));
		plim_table_text(t, s->part[i].group);
		add_part(t, &s->part[i]);
	}
}

static void build_tail(const plim_sensitivity *s, const char *tail, plim_page *page)
{
	static const char *const title[PLIM_GROUP_KIND_COUNT] = {[PLIM_GROUP_THREAT] = "Threats",
	                                                         [PLIM_GROUP_NODE] = "Nodes that were struck",
	                                                         [PLIM_GROUP_LINK] = "Links that were struck",
	                                                         [PLIM_GROUP_REGION] = "Regions",
	                                                         [PLIM_GROUP_BEARER] = "Nodes whose margin was lost"};
	plim_page_heading(page, 2, "Who makes up TVaR %s (%s)", tail, s->model->currency);
	for (size_t i = 0, end; i < s->parts; i = end) {
		plim_table spare = {0};
		for (end = i; end < s->parts && s->part[end].kind == s->part[i].kind; end++)
			;
		if (!title[s->part[i].kind])
			continue;
		plim_page_heading(page, 3, "%s", title[s->part[i].kind]);
		plim_table *t = plim_page_table(page, &spare, tail_columns + 1, COUNT(tail_columns) - 1, "");
		for (size_t j = i; j < end && j < i + MOST_GROUPS; j++) {
			plim_text name = {0};
			plim_text_add_format(&name, "%s%s%s", s->part[j].group, *s->part[j].title ? "  " : "", s->part[j].title);
			plim_table_text_copy(t, name.data);
			t->failed |= name.failed;
			plim_text_free(&name);
			add_part(t, &s->part[j]);
		}
		say_rest(page, end - i, MOST_GROUPS);
	}
	plim_page_paragraph(page, "Means over the worst trials: the parts of one kind add up to the TVaR.");
}

/* ---- choices ---- */

static const plim_table_column choice_columns[] = {
    {"choice", "Choice", false},       {"control", "Control", false},       {"avoided", "Avoided a year", true},
    {"avoided_lower", "from", true},   {"avoided_upper", "to", true},       {"cost", "Cost a year", true},
    {"net", "Net a year", true},       {"net_lower", "from", true},         {"net_upper", "to", true},
    {"ratio", "Avoided / cost", true}, {"p_worth_it", "P(worth it)", true}, {"p_lower", "from", true},
    {"p_upper", "to", true},           {"basis", "Basis", false},           {"remark", "Remark", false},
};

static void add_choice(plim_table *t, const plim_sensitivity *s, const plim_choice *c, bool people)
{
	bool weighed = !*c->remark;
	const plim_estimate none = {NAN, NAN, NAN, false};
	plim_table_text(t, c->id);
	if (!people)
		plim_table_text(t, c->control >= 0 ? s->model->control[c->control].id : "");
	add_estimate(t, weighed ? c->avoided : none, PLIM_FIGURE_MONEY);
	add_number(t, weighed ? c->cost : NAN, PLIM_FIGURE_MONEY);
	add_estimate(t, weighed ? c->net : none, PLIM_FIGURE_MONEY);
	add_number(t, weighed && c->cost > 0 ? c->avoided.value / c->cost : NAN, PLIM_FIGURE_PROBABILITY);
	add_estimate(t, c->worth, PLIM_FIGURE_PROBABILITY);
	if (!people)
		plim_table_text(t, weighed ? plim_basis_name(c->basis) : "");
	if (!people)
		plim_table_text(t, c->remark);
}

static void fill_choices(const plim_sensitivity *s, plim_table *t)
{
	for (size_t i = 1; i < s->choices; i++)
		add_choice(t, s, &s->choice[i], false);
}

static void build_choices(const plim_sensitivity *s, plim_page *page)
{
	static const plim_table_column columns[] = {
	    {"choice", "Choice", false}, {"avoided", "Avoided a year", true}, {"lower", "from", true},
	    {"upper", "to", true},       {"cost", "Cost a year", true},       {"net", "Net a year", true},
	    {"net_lower", "from", true}, {"net_upper", "to", true},           {"ratio", "Avoided / cost", true},
	    {"p", "P(worth it)", true},  {"p_lower", "from", true},           {"p_upper", "to", true},
	};
	plim_table spare = {0};
	plim_page_heading(page, 2, "What to do next (%s)", s->model->currency);
	if (s->choices < 2) {
		plim_page_paragraph(page, "The model has one scenario and no further control: there is nothing to choose.");
		return;
	}
	plim_table *t = plim_page_table(page, &spare, columns, COUNT(columns), "");
	for (size_t i = 1; i < s->choices; i++)
		if (!*s->choice[i].remark)
			add_choice(t, s, &s->choice[i], true);
	for (size_t i = 1; i < s->choices; i++)
		if (*s->choice[i].remark)
			plim_page_item(page, "%s: not weighed, %s", s->choice[i].id, s->choice[i].remark);
	if (s->best == 0)
		plim_page_paragraph(page, "Best by expected net benefit: %s, as it is.", s->choice[0].id);
	else
		plim_page_paragraph(page, "Best by expected net benefit: %s.", s->choice[s->best].id);
	plim_page_paragraph(
	    page,
	    "Against %s: each other scenario of the file, and each control that is not in force added by "
	    "itself. P(worth it) is over worlds: expected avoided loss > expected cost. What controls avoid "
	    "is an upper bound: attackers who move elsewhere are not followed.",
	    s->choice[0].id);
}

static const plim_table_column information_columns[] = {
    {"kind", "Kind", false},           {"owner", "Of", false},
    {"parameter", "Parameter", false}, {"value", "Worth a year", true},
    {"lower", "from", true},           {"upper", "to", true},
    {"threshold", "Threshold", true},  {"threshold_lower", "from", true},
    {"threshold_upper", "to", true},   {"below", "Best below", false},
    {"above", "Best above", false},
};

static void add_finding(plim_table *t, const plim_finding_out *f)
{
	add_estimate(t, f->value, PLIM_FIGURE_MONEY);
	add_estimate(t, f->threshold, PLIM_FIGURE_PROBABILITY);
	plim_table_text(t, f->below);
	plim_table_text(t, f->above);
}

static void fill_information(const plim_sensitivity *s, plim_table *t)
{
	for (size_t i = 0; i < s->findings; i++) {
		add_parameter(t, s, s->finding[i].parameter);
		add_finding(t, &s->finding[i]);
	}
}

static void build_information(const plim_sensitivity *s, plim_page *page)
{
	static const plim_table_column columns[] = {
	    {"parameter", "Unknown", false}, {"value", "Worth a year", true},  {"lower", "from", true},
	    {"upper", "to", true},           {"threshold", "Threshold", true}, {"threshold_lower", "from", true},
	    {"threshold_upper", "to", true}, {"below", "Best below", false},   {"above", "Best above", false},
	};
	char value[40], lower[40], upper[40];
	plim_table spare = {0};
	plim_page_heading(page, 2, "What to find out first (%s)", s->model->currency);
	if (s->findings == 0) {
		plim_page_paragraph(page, "Needs a choice, something unknown that bears on it, and --points above 0.");
		return;
	}
	plim_figure_show(value, s->perfect.value, PLIM_FIGURE_MONEY);
	plim_figure_show(lower, s->perfect.lower, PLIM_FIGURE_MONEY);
	plim_figure_show(upper, s->perfect.upper, PLIM_FIGURE_MONEY);
	plim_page_paragraph(page, "To learn all unknowns before choosing would be worth %s a year (%s to %s).", value,
	                    lower, upper);
	plim_table *t = plim_page_table(page, &spare, columns, COUNT(columns), "");
	for (size_t i = 0; i < s->findings && i < MOST_ROWS; i++) {
		add_name(t, s, s->finding[i].parameter);
		add_finding(t, &s->finding[i]);
	}
	say_rest(page, s->findings, MOST_ROWS);
	plim_page_paragraph(page,
	                    "What learning one unknown is worth at most: by how much a choice made with it beats the best "
	                    "choice made without. Beyond the threshold another choice is best; none: the choice "
	                    "does not hang on it.");
}

static void add_facts(const plim_sensitivity *s, const char *tail, plim_sheet *sheet)
{
	static const char *const key[] = {"mean", "tvar"};
	const plim_estimate *const figure[] = {&s->mean, &s->tvar};
	char value[3][40], label[40], hex[65] = "";
	plim_model_digest_hex(s->model, hex);
	plim_sheet_fact(sheet, "model_sha256", NULL, "%s", hex);
	plim_sheet_fact(sheet, "scenario", "Scenario", "%s", s->model->scenario[s->scenario].id);
	plim_sheet_fact(sheet, "currency", "Currency", "%s", s->model->currency);
	plim_sheet_fact(sheet, "perspective", "Losses", s->net ? "net of insurance" : "gross");
	plim_sheet_fact(sheet, "p", NULL, "%s", s->p.text);
	for (size_t i = 0; i < COUNT(figure); i++) {
		plim_figure_show(value[0], figure[i]->value, PLIM_FIGURE_MONEY);
		plim_figure_show(value[1], figure[i]->lower, PLIM_FIGURE_MONEY);
		plim_figure_show(value[2], figure[i]->upper, PLIM_FIGURE_MONEY);
		snprintf(label, sizeof label, i ? "TVaR %s" : "Mean", tail);
		if (i == 0 && s->mean_basis == PLIM_BASIS_EXACT)
			plim_sheet_fact(sheet, key[i], label, "%s (exact)", value[0]);
		else if (isnan(figure[i]->lower))
			plim_sheet_fact(sheet, key[i], label, "%s (too few trials for an interval)", value[0]);
		else
			plim_sheet_fact(sheet, key[i], label, "%s (%s to %s)", value[0], value[1], value[2]);
	}
	plim_sheet_fact(sheet, "trials", "Trials", "%llu", (unsigned long long)s->trials);
	plim_sheet_fact(sheet, "seed", "Seed", "%llu", (unsigned long long)s->seed);
	plim_sheet_fact(sheet, "points", "Worlds", "%llu base points, %llu trials each", (unsigned long long)s->points,
	                (unsigned long long)s->point_trials);
}

void plim_build_sensitivity(const plim_sensitivity *s, plim_sheet *sheet)
{
	char tail[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_digits(tail, sizeof tail, 100 * plim_probability_value(&s->p), 6);
	plim_page_heading(&sheet->page, 1, "Sensitivity: %s", s->model->name);
	add_facts(s, tail, sheet);
	plim_page_paragraph(&sheet->page,
	                    "Losses of a trial (%u year%s), undiscounted. Intervals are 95 %% and measure the number of "
	                    "trials and worlds.",
	                    (unsigned)s->model->horizon_years, s->model->horizon_years == 1 ? "" : "s");
	if (s->infinite_variance)
		plim_page_notice(&sheet->page,
		                 "The variance of this model's losses is infinite: intervals from trials are too narrow, and "
		                 "shares of a variance say little.");
	fill_tornado(s, plim_sheet_add(sheet, "tornado", tornado_columns, COUNT(tornado_columns)));
	fill_slopes(s, plim_sheet_add(sheet, "slopes", slope_columns, COUNT(slope_columns)));
	fill_sobol(s, plim_sheet_add(sheet, "sobol", sobol_columns, COUNT(sobol_columns)));
	fill_tail(s, plim_sheet_add(sheet, "tail", tail_columns, COUNT(tail_columns)));
	fill_choices(s, plim_sheet_add(sheet, "choices", choice_columns, COUNT(choice_columns)));
	fill_information(s, plim_sheet_add(sheet, "information", information_columns, COUNT(information_columns)));
	build_tornado(s, tail, &sheet->page);
	build_slopes(s, tail, &sheet->page);
	build_sobol(s, tail, &sheet->page);
	build_tail(s, tail, &sheet->page);
	build_choices(s, &sheet->page);
	build_information(s, &sheet->page);
}
