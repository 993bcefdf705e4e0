/* SPDX-License-Identifier: Apache-2.0 */
/* Tables in the layout of Open Results Data, for insurers' tools: exceedance (EPT), average loss (ALT), period losses
 * (PLT), and what each SummaryId means. Codes as in ktools: EPCalc 2 is full uncertainty; EPType 1 OEP, 2 OEP TVaR, 3
 * AEP, 4 AEP TVaR; SampleType 2 is the mean of samples. */
#include <math.h>

#include "report/data.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define FULL_UNCERTAINTY 2u
#define OF_SAMPLES 2u

enum { OEP = 1, OEP_TVAR = 2, AEP = 3, AEP_TVAR = 4 };

static size_t perspectives(const plim_results *r)
{
	return r->perspectives > 1 ? r->perspectives : 1;
}

/* From 1; perspective by perspective, scenario by scenario, group by group. */
static uint64_t summary_id(const plim_results *r, plim_perspective perspective, uint32_t scenario, uint32_t group)
{
	return ((uint64_t)perspective * r->scenarios + scenario) * r->groups + group + 1;
}

/* ---- what the numbers mean ---- */

static const plim_table_column info_columns[] = {
    {"SummaryId", "SummaryId", true}, {"scenario", "Scenario", false}, {"perspective", "Perspective", false},
    {"group_kind", "Kind", false},    {"group", "Group", false},
};

static size_t info_rows(const plim_data_source *source)
{
	const plim_results *r = source->results;
	return perspectives(r) * r->scenarios * r->groups;
}

static void add_info(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_results *r = source->results;
	uint32_t group = (uint32_t)(i % r->groups), scenario = (uint32_t)(i / r->groups % r->scenarios);
	if (!plim_data_wanted(source, scenario))
		return;
	plim_table_integer(table, i + 1);
	plim_table_text(table, r->scenario[scenario].id);
	plim_table_text(table, plim_perspective_name((plim_perspective)(i / r->groups / r->scenarios)));
	plim_table_text(table, plim_group_kind_name(r->group[group].kind));
	plim_table_text(table, r->group[group].name);
}

const plim_data plim_data_ord_info = {.name = "summaryinfo",
                                      .column = info_columns,
                                      .columns = COUNT(info_columns),
                                      .rows = info_rows,
                                      .add = add_info,
                                      .csv_only = true};

/* ---- EPT ---- */

static const plim_table_column ept_columns[] = {
    {"SummaryId", "SummaryId", true},       {"EPCalc", "EPCalc", true}, {"EPType", "EPType", true},
    {"ReturnPeriod", "ReturnPeriod", true}, {"Loss", "Loss", true},
};

static size_t ept_rows(const plim_data_source *source)
{
	return source->results->curves + source->results->tvars;
}

static void add_ept(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_results *r = source->results;
	bool curve = i < r->curves;
	const plim_curve_row *c = curve ? &r->curve[i] : NULL;
	const plim_percentile_row *t = curve ? NULL : &r->tvar[i - r->curves];
	uint32_t scenario = curve ? c->scenario : t->scenario;
	bool largest = (curve ? c->measure : t->measure) == PLIM_MEASURE_OEP;
	if (!plim_data_wanted(source, scenario) || (curve ? c->measure : t->measure) > PLIM_MEASURE_OEP)
		return;
	plim_table_integer(table,
	                   summary_id(r, curve ? c->perspective : t->perspective, scenario, curve ? c->group : t->group));
	plim_table_integer(table, FULL_UNCERTAINTY);
	plim_table_integer(table, curve ? (largest ? OEP : AEP) : largest ? OEP_TVAR : AEP_TVAR);
	plim_table_number(table, curve ? c->return_period : round(1e6 / (1 - t->p)) / 1e6, PLIM_FIGURE_PLAIN);
	plim_table_money(table, curve ? c->loss : t->value);
}

const plim_data plim_data_ord_ept = {.name = "ept",
                                     .column = ept_columns,
                                     .columns = COUNT(ept_columns),
                                     .rows = ept_rows,
                                     .add = add_ept,
                                     .csv_only = true};

/* ---- ALT ---- */

static const plim_table_column alt_columns[] = {
    {"SummaryId", "SummaryId", true},
    {"SampleType", "SampleType", true},
    {"MeanLoss", "MeanLoss", true},
    {"SDLoss", "SDLoss", true},
};

static size_t alt_rows(const plim_data_source *source)
{
	return source->results->moments_count;
}

static void add_alt(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_moments_row *row = &source->results->moments[i];
	if (!plim_data_wanted(source, row->scenario) || row->measure != PLIM_MEASURE_AEP)
		return;
	plim_table_integer(table, summary_id(source->results, row->perspective, row->scenario, row->group));
	plim_table_integer(table, OF_SAMPLES);
	plim_table_money(table, row->mean);
	plim_table_money(table, row->sd);
}

const plim_data plim_data_ord_alt = {.name = "alt",
                                     .column = alt_columns,
                                     .columns = COUNT(alt_columns),
                                     .rows = alt_rows,
                                     .add = add_alt,
                                     .csv_only = true};

/* ---- PLT: a trial is a period, and its sum one line, for single events are not kept ---- */

static const plim_table_column plt_columns[] = {
    {"Period", "Period", true},       {"PeriodWeight", "PeriodWeight", true},
    {"EventId", "EventId", true},     {"Year", "Year", true},
    {"Month", "Month", true},         {"Day", "Day", true},
    {"Hour", "Hour", true},           {"Minute", "Minute", true},
    {"SummaryId", "SummaryId", true}, {"SampleId", "SampleId", true},
    {"Loss", "Loss", true},           {"ImpactedExposure", "ImpactedExposure", true},
};

static size_t plt_rows(const plim_data_source *source)
{
	const plim_results *r = source->results;
	return r->ylt ? perspectives(r) * r->scenarios * (size_t)r->trials : 0;
}

static void add_plt(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_results *r = source->results;
	size_t trial = i % r->trials, series = i / r->trials;
	uint32_t scenario = (uint32_t)(series % r->scenarios);
	plim_perspective perspective = (plim_perspective)(series / r->scenarios);
	const double *losses = plim_results_ylt(r, scenario, perspective);
	if (!plim_data_wanted(source, scenario) || !losses || !(losses[trial] > 0) || source->lookup->total < 0)
		return;
	plim_table_integer(table, trial + 1);
	plim_table_number(table, 1 / (double)r->trials, PLIM_FIGURE_PLAIN);
	plim_table_integer(table, 1);
	plim_table_integer(table, 1);
	plim_table_integer(table, 1);
	plim_table_integer(table, 1);
	plim_table_integer(table, 0);
	plim_table_integer(table, 0);
	plim_table_integer(table, summary_id(r, perspective, scenario, (uint32_t)source->lookup->total));
	plim_table_integer(table, 1);
	plim_table_money(table, losses[trial]);
	plim_table_integer(table, 0);
}

const plim_data plim_data_ord_plt = {.name = "plt",
                                     .column = plt_columns,
                                     .columns = COUNT(plt_columns),
                                     .rows = plt_rows,
                                     .add = add_plt,
                                     .csv_only = true};
