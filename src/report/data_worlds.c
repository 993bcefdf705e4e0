/* SPDX-License-Identifier: Apache-2.0 */
/* What nested runs say of ignorance, as tables for programs. */
#include "report/data.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define SERIES_COLUMNS                                                                                                 \
	{"scenario", "Scenario", false}, {"perspective", "Perspective", false}, {"group_kind", "Kind", false},             \
	{                                                                                                                  \
		"group", "Group", false                                                                                        \
	}

static void add_series(const plim_data_source *source, uint32_t scenario, plim_perspective perspective,
                       plim_table *table)
{
	plim_table_text(table, source->results->scenario[scenario].id);
	plim_table_text(table, plim_perspective_name(perspective));
	plim_table_text(table, plim_group_kind_name(PLIM_GROUP_TOTAL));
	plim_table_text(table, plim_group_kind_name(PLIM_GROUP_TOTAL));
}

static const plim_table_column fan_columns[] = {
    SERIES_COLUMNS,
    {"measure", "Measure", false},
    {"loss", "Loss", true},
    {"exceedance", "Exceedance", true},
    {"worlds", "Worlds", true},
    {"value", "at most", true},
    {"lower", "from", true},
    {"upper", "to", true},
    {"noise", "Noise", true},
};

static size_t fan_rows(const plim_data_source *source)
{
	return source->results->fans;
}

static void add_fan(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_fan_row *row = &source->results->fan[i];
	if (!plim_data_wanted(source, row->scenario))
		return;
	add_series(source, row->scenario, row->perspective, table);
	plim_table_text(table, plim_measure_name(row->measure));
	plim_table_money(table, row->loss);
	plim_table_number(table, row->exceedance, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, row->worlds, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, row->value, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, row->lower, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, row->upper, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, row->noise, PLIM_FIGURE_PROBABILITY);
}

static const plim_table_column ignorance_columns[] = {
    SERIES_COLUMNS,
    {"what", "What", false},
    {"parameter", "Parameter", false},
    {"place", "Place", false},
    {"variance", "Variance", true},
    {"share", "Share", true},
    {"lower", "from", true},
    {"upper", "to", true},
};

static size_t ignorance_rows(const plim_data_source *source)
{
	return source->results->ignorances;
}

static void add_ignorance(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_ignorance_row *row = &source->results->ignorance[i];
	if (!plim_data_wanted(source, row->scenario))
		return;
	add_series(source, row->scenario, row->perspective, table);
	plim_table_text(table, plim_ignorance_name(row->what));
	plim_table_text(table, row->parameter);
	plim_table_text(table, row->place);
	plim_table_number(table, row->variance, PLIM_FIGURE_PLAIN);
	plim_table_number(table, row->share, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, row->lower, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, row->upper, PLIM_FIGURE_PROBABILITY);
}

const plim_data plim_data_fan = {
    .name = "fan", .column = fan_columns, .columns = COUNT(fan_columns), .rows = fan_rows, .add = add_fan};

const plim_data plim_data_ignorance = {.name = "ignorance",
                                       .column = ignorance_columns,
                                       .columns = COUNT(ignorance_columns),
                                       .rows = ignorance_rows,
                                       .add = add_ignorance};
