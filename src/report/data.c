/* SPDX-License-Identifier: Apache-2.0 */
#include "report/data.h"

#include <math.h>
#include <string.h>

#include "report/data_manage.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* The columns that begin most tables. */
#define GROUP_COLUMNS                                                                                                  \
	{"scenario", "Scenario", false}, {"perspective", "Perspective", false}, {"group_kind", "Kind", false},             \
	{                                                                                                                  \
		"group", "Group", false                                                                                        \
	}

size_t plim_data_perspectives(const plim_data_source *source)
{
	return source->results->perspectives > 1 ? source->results->perspectives : 1;
}

bool plim_data_wanted(const plim_data_source *source, uint32_t scenario)
{
	return source->scenario < 0 || (uint32_t)source->scenario == scenario;
}

static bool in_table(const plim_data_source *source, uint32_t scenario, uint32_t group)
{
	return plim_data_wanted(source, scenario) && (!source->shown || source->shown[group]);
}

static void add_group(const plim_data_source *source, plim_table *table, uint32_t scenario,
                      plim_perspective perspective, uint32_t group)
{
	const plim_results *r = source->results;
	plim_table_text(table, r->scenario[scenario].id);
	plim_table_text(table, plim_perspective_name(perspective));
	plim_table_text(table, plim_group_kind_name(r->group[group].kind));
	plim_table_text(table, r->group[group].name);
}

static void add_probability(plim_table *table, double value)
{
	plim_table_number(table, value, PLIM_FIGURE_PROBABILITY);
}

void plim_data_add_share(plim_table *table, double part, double whole)
{
	if (isfinite(part) && isfinite(whole) && whole > 0)
		plim_table_number(table, part / whole, PLIM_FIGURE_SHARE);
	else
		plim_table_none(table);
}

static const plim_table_column percentile_columns[] = {
    GROUP_COLUMNS,           {"measure", "Measure", false}, {"p", "p", true},          {"value", "Loss", true},
    {"lower", "from", true}, {"upper", "to", true},         {"exact", "Exact", false},
};

static void add_percentile_row(const plim_data_source *source, const plim_percentile_row *row, plim_table *table)
{
	if (!in_table(source, row->scenario, row->group))
		return;
	add_group(source, table, row->scenario, row->perspective, row->group);
	plim_table_text(table, plim_measure_name(row->measure));
	add_probability(table, row->p);
	plim_table_money(table, row->value);
	plim_table_money(table, row->lower);
	plim_table_money(table, row->upper);
	plim_table_bool(table, row->exact);
}

static size_t percentile_rows(const plim_data_source *source)
{
	return source->results->percentiles;
}

static void add_percentile(const plim_data_source *source, size_t i, plim_table *table)
{
	add_percentile_row(source, &source->results->percentile[i], table);
}

static size_t tvar_rows(const plim_data_source *source)
{
	return source->results->tvars;
}

static void add_tvar(const plim_data_source *source, size_t i, plim_table *table)
{
	add_percentile_row(source, &source->results->tvar[i], table);
}

static const plim_table_column curve_columns[] = {
    GROUP_COLUMNS,
    {"measure", "Measure", false},
    {"return_period", "Return period", true},
    {"exceedance", "Exceedance", true},
    {"loss", "Loss", true},
    {"lower", "from", true},
    {"upper", "to", true},
};

static size_t curve_rows(const plim_data_source *source)
{
	return source->results->curves;
}

static void add_curve(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_curve_row *row = &source->results->curve[i];
	if (!in_table(source, row->scenario, row->group))
		return;
	add_group(source, table, row->scenario, row->perspective, row->group);
	plim_table_text(table, plim_measure_name(row->measure));
	plim_table_number(table, row->return_period, PLIM_FIGURE_PLAIN);
	add_probability(table, row->exceedance);
	plim_table_money(table, row->loss);
	plim_table_money(table, row->lower);
	plim_table_money(table, row->upper);
}

static const plim_table_column moments_columns[] = {
    GROUP_COLUMNS,
    {"measure", "Measure", false},
    {"mean", "Mean", true},
    {"mean_se", "Standard error", true},
    {"sd", "Standard deviation", true},
    {"events_per_trial", "Events a trial", true},
    {"p_zero", "P(no loss)", true},
};

static size_t moments_rows(const plim_data_source *source)
{
	return source->results->moments_count;
}

static void add_moments(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_moments_row *row = &source->results->moments[i];
	if (!in_table(source, row->scenario, row->group))
		return;
	add_group(source, table, row->scenario, row->perspective, row->group);
	plim_table_text(table, plim_measure_name(row->measure));
	plim_table_money(table, row->mean);
	plim_table_money(table, row->mean_se);
	plim_table_money(table, row->sd);
	plim_table_number(table, row->events_per_trial, PLIM_FIGURE_PLAIN);
	add_probability(table, row->p_zero);
}

static const plim_table_column tail_columns[] = {
    GROUP_COLUMNS,
    {"p", "p", true},
    {"value", "Part of TVaR", true},
    {"share", "Share", true},
};

static size_t tail_rows(const plim_data_source *source)
{
	return source->results->tails;
}

static void add_tail(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_tail_row *row = &source->results->tail[i];
	if (!in_table(source, row->scenario, row->group))
		return;
	add_group(source, table, row->scenario, row->perspective, row->group);
	add_probability(table, row->p);
	plim_table_money(table, row->value);
	plim_table_number(table, row->share, PLIM_FIGURE_SHARE);
}

static const plim_table_column tolerance_columns[] = {
    {"scenario", "Scenario", false},
    {"perspective", "Perspective", false},
    {"loss", "Loss", true},
    {"tolerated", "Tolerated", true},
    {"exceeded", "Trials above", true},
    {"probability", "Observed", true},
    {"lower", "from", true},
    {"upper", "to", true},
    {"met", "Met", false},
    {"year", "Year", true},
};

static size_t tolerance_rows(const plim_data_source *source)
{
	return source->results->tolerances;
}

static void add_tolerance(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_tolerance_row *row = &source->results->tolerance[i];
	if (!plim_data_wanted(source, row->scenario))
		return;
	plim_table_text(table, source->results->scenario[row->scenario].id);
	plim_table_text(table, plim_perspective_name(row->perspective));
	plim_table_money(table, row->loss);
	add_probability(table, row->tolerated);
	plim_table_count(table, row->exceeded);
	add_probability(table, row->probability);
	add_probability(table, row->lower);
	add_probability(table, row->upper);
	plim_table_bool(table, row->met);
	plim_table_integer(table, row->year);
}

static const plim_table_column worst_columns[] = {
    {"scenario", "Scenario", false}, {"rank", "Rank", true},    {"trial", "Trial", true},
    {"group_kind", "Kind", false},   {"group", "Group", false}, {"value", "Loss", true},
};

static size_t worst_rows(const plim_data_source *source)
{
	return source->results->worsts;
}

static void add_worst(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_results *r = source->results;
	const plim_worst_row *row = &r->worst[i];
	if (!in_table(source, row->scenario, row->group) || (source->shown && row->rank > PLIM_DATA_WORST_SHOWN))
		return;
	plim_table_text(table, r->scenario[row->scenario].id);
	plim_table_integer(table, row->rank);
	plim_table_integer(table, row->trial);
	plim_table_text(table, plim_group_kind_name(r->group[row->group].kind));
	plim_table_text(table, r->group[row->group].name);
	plim_table_money(table, row->value);
}

static const double clause_p[] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.995};

static const plim_table_column clause_columns[] = {
    GROUP_COLUMNS,
    {"title", "Title", false},
    {"parent", "Parent", false},
    {"leaf", "Leaf", false},
    {"mean", "Mean", true},
    {"mean_se", "Standard error", true},
    {"p50", "P50", true},
    {"p75", "P75", true},
    {"p90", "P90", true},
    {"p95", "P95", true},
    {"p99", "P99", true},
    {"p99.5", "P99.5", true},
    {"tvar99", "TVaR 99", true},
    {"p_zero", "P(no loss)", true},
    {"share_of_mean", "Share of mean", true},
};

static size_t clause_rows(const plim_data_source *source)
{
	return source->lookup->clauses * source->results->scenarios * plim_data_perspectives(source);
}

static void add_row_value(plim_table *table, const plim_percentile_row *row)
{
	if (row)
		plim_table_money(table, row->value);
	else
		plim_table_none(table);
}

static void add_clause_figures(const plim_lookup *lookup, uint32_t scenario, uint32_t group, plim_table *table)
{
	const plim_moments_row *moments = plim_lookup_moments(lookup, scenario, group, PLIM_MEASURE_AEP);
	plim_table_money(table, moments ? moments->mean : NAN);
	plim_table_money(table, moments ? moments->mean_se : NAN);
	for (size_t i = 0; i < COUNT(clause_p); i++)
		add_row_value(table, plim_lookup_percentile(lookup, scenario, group, PLIM_MEASURE_AEP, clause_p[i]));
	add_row_value(table, plim_lookup_tvar(lookup, scenario, group, PLIM_MEASURE_AEP, 0.99));
	add_probability(table, moments ? moments->p_zero : NAN);
	double total = lookup->total < 0 ? NAN : plim_lookup_mean(lookup, scenario, (uint32_t)lookup->total);
	plim_data_add_share(table, moments ? moments->mean : NAN, total);
}

static void add_clause(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_results *r = source->results;
	size_t clauses = source->lookup->clauses;
	uint32_t scenario = (uint32_t)(i / clauses % r->scenarios), group = source->lookup->clause[i % clauses];
	plim_perspective seen = (plim_perspective)(i / clauses / r->scenarios); /* all gross rows, then ceded, then net */
	if (!plim_data_wanted(source, scenario))
		return;
	const plim_group *clause = &r->group[group];
	bool child = clause->parent >= 0 && (size_t)clause->parent < r->groups;
	add_group(source, table, scenario, seen, group);
	plim_table_text(table, clause->title);
	plim_table_text(table, child ? r->group[clause->parent].name : "");
	plim_table_bool(table, clause->leaf);
	plim_lookup lookup = plim_lookup_from(source->lookup, seen);
	add_clause_figures(&lookup, scenario, group, table);
}

static const plim_table_column check_columns[] = {
    GROUP_COLUMNS,
    {"quantity", "Quantity", false},
    {"at", "at", true},
    {"observed", "Observed", true},
    {"expected", "Expected", true},
    {"lower", "from", true},
    {"upper", "to", true},
    {"p_value", "p-value", true},
    {"loud", "Loud", false},
    {"remark", "Remark", false},
    {"measure", "Measure", false},
};

static size_t check_rows(const plim_data_source *source)
{
	return source->results->checks;
}

static void add_check(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_check_row *row = &source->results->check[i];
	if (!plim_data_wanted(source, row->scenario))
		return;
	add_group(source, table, row->scenario, PLIM_PERSPECTIVE_GROSS, row->group);
	plim_table_text(table, plim_check_quantity_name(row->quantity));
	plim_table_number(table, row->at, PLIM_FIGURE_MONEY);
	plim_table_number(table, row->observed, PLIM_FIGURE_PLAIN);
	plim_table_number(table, row->expected, PLIM_FIGURE_PLAIN);
	plim_table_number(table, row->lower, PLIM_FIGURE_PLAIN);
	plim_table_number(table, row->upper, PLIM_FIGURE_PLAIN);
	plim_table_number(table, row->p_value, PLIM_FIGURE_PROBABILITY);
	plim_table_bool(table, row->loud);
	plim_table_text(table, row->remark);
	plim_table_text(table, plim_measure_name(row->measure));
}

#define DATA(name, columns, rows, add)                                                                                 \
	{                                                                                                                  \
		name, columns, COUNT(columns), rows, add, false                                                                \
	}

static const plim_data own[] = {
    DATA("clauses", clause_columns, clause_rows, add_clause),
    DATA("percentiles", percentile_columns, percentile_rows, add_percentile),
    DATA("tvar", percentile_columns, tvar_rows, add_tvar),
    DATA("curves", curve_columns, curve_rows, add_curve),
    DATA("moments", moments_columns, moments_rows, add_moments),
    DATA("tail", tail_columns, tail_rows, add_tail),
    DATA("tolerance", tolerance_columns, tolerance_rows, add_tolerance),
    DATA("worst", worst_columns, worst_rows, add_worst),
    DATA("check", check_columns, check_rows, add_check),
};

static const plim_data *const others[] = {
    &plim_data_fan,         &plim_data_ignorance, &plim_data_risks,   &plim_data_controls,  &plim_data_policy,
    &plim_data_assumptions, &plim_data_actions,   &plim_data_legal,   &plim_data_resources, &plim_data_standards,
    &plim_data_ord_ept,     &plim_data_ord_plt,   &plim_data_ord_alt, &plim_data_ord_info,
};

const plim_data *plim_data_at(size_t number)
{
	if (number < COUNT(own))
		return &own[number];
	return number - COUNT(own) < COUNT(others) ? others[number - COUNT(own)] : NULL;
}

const plim_data *plim_data_find(const char *name)
{
	const plim_data *data;
	for (size_t i = 0; (data = plim_data_at(i)); i++)
		if (strcmp(data->name, name) == 0)
			return data;
	return NULL;
}
