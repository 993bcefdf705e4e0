/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/monitor.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "decide/monitor_parts.h"
#include "model/place.h"

plim_monitor_options plim_monitor_options_default(void)
{
	return (plim_monitor_options){.from = 1, .to = 0, .level = 0.05, .seed = 1};
}

/* ---- period and scenario ---- */

static plim_status settle_scenario(const plim_model *model, const plim_monitor_options *options, plim_monitor *monitor,
                                   plim_error *error)
{
	for (size_t s = 0; s < model->scenarios; s++) {
		const plim_scenario *scenario = &model->scenario[s];
		if (options->scenario ? strcmp(scenario->id, options->scenario) == 0 : scenario->position == 0)
			monitor->scenario = scenario;
	}
	if (options->scenario && !monitor->scenario)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--scenario: the model has no scenario '%s'", options->scenario);
	return PLIM_OK;
}

static plim_status settle_period(const plim_log *log, const plim_monitor_options *options, plim_monitor *monitor,
                                 plim_error *error)
{
	monitor->from = options->from;
	monitor->to = options->to;
	if (options->from > options->to) {
		if (!log->incidents)
			return plim_error_set(error, PLIM_ERROR_USAGE,
			                      "the log has no rows; give --from and --to, the days it is complete for");
		monitor->assumed_period = true;
		monitor->from = plim_date_year_start(log->incident[0].day);
		monitor->to = plim_date_next_year(log->incident[log->incidents - 1].day) - 1;
	}
	monitor->years = plim_date_span_years(monitor->from, monitor->to);
	for (size_t i = 0; i < log->incidents; i++)
		monitor->outside += !plim_monitor_is_inside(monitor, &log->incident[i]);
	return PLIM_OK;
}

bool plim_monitor_is_inside(const plim_monitor *monitor, const plim_incident *incident)
{
	return incident->day >= monitor->from && incident->day <= monitor->to;
}

/* ---- rows by threat and place ---- */

static long find_threat(const plim_model *model, const char *id)
{
	for (size_t t = 0; t < model->threats; t++)
		if (strcmp(model->threat[t].id, id) == 0)
			return (long)t;
	return -1;
}

/* The place of the model that a row names, among those of its threat; PLIM_ALL_PLACES if it is none of them. Places
 * are in order of their ids. */
static uint32_t find_place(const plim_model *model, const plim_threat *threat, const char *id)
{
	size_t low = 0, high = threat->where.places;
	while (low < high) {
		size_t middle = (low + high) / 2;
		int order = strcmp(plim_place_id(model, threat->where.kind, threat->where.place[middle]), id);
		if (order == 0)
			return threat->where.place[middle];
		if (order < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return PLIM_ALL_PLACES;
}

static plim_status add_stray(plim_monitor *monitor, const char *format, const char *a, const char *b, plim_error *error)
{
	plim_text text = {0};
	plim_text_add_format(&text, format, a, b);
	bool known = false;
	for (size_t i = 0; !text.failed && i < monitor->strays; i++)
		known |= strcmp(monitor->stray[i], text.data) == 0;
	if (!text.failed && !known)
		monitor->stray[monitor->strays++] = text.data;
	else
		plim_text_free(&text);
	return text.failed ? plim_error_memory(error, "the log") : PLIM_OK;
}

static plim_status sort_rows(const plim_log *log, plim_monitor *monitor, plim_rows *rows, plim_error *error)
{
	const plim_model *model = monitor->model;
	plim_status status = PLIM_OK;
	monitor->stray = plim_mem_alloc(log->incidents + 1, sizeof *monitor->stray);
	rows->row = plim_mem_alloc(log->incidents + 1, sizeof *rows->row);
	if (!rows->row || !monitor->stray)
		return plim_error_memory(error, "the log");
	for (size_t i = 0; status == PLIM_OK && i < log->incidents; i++) {
		const plim_incident *in = &log->incident[i];
		if (!plim_monitor_is_inside(monitor, in))
			continue;
		/* a log without threats is about a model with one */
		long t = *in->threat || model->threats != 1 ? find_threat(model, in->threat) : 0;
		plim_row row = {in, (int32_t)t, PLIM_ALL_PLACES};
		if (t < 0) {
			status = add_stray(monitor, "threat \"%s\"%s", in->threat, "", error);
		} else if (*in->place && model->threat[t].where.kind != PLIM_PLACE_ORGANISATION) {
			row.place = find_place(model, &model->threat[t], in->place);
			if (row.place == PLIM_ALL_PLACES)
				status = add_stray(monitor, "place \"%s\" of threat \"%s\"", in->place, in->threat, error);
		}
		rows->row[rows->rows++] = row;
	}
	return status;
}

/* ---- several tests at a time ---- */

static int by_p(const void *a, const void *b)
{
	double x = (*(plim_monitor_test *const *)a)->p_upper, y = (*(plim_monitor_test *const *)b)->p_upper;
	return (x > y) - (x < y);
}

static int by_low_p(const void *a, const void *b)
{
	double x = (*(plim_monitor_test *const *)a)->p_lower, y = (*(plim_monitor_test *const *)b)->p_lower;
	return (x > y) - (x < y);
}

/* Holm: the i-th smallest of m p-values times (m - i), made to rise. Tests that are not listed have a p-value of 1. */
static void adjust(plim_monitor_test **test, size_t count, size_t family, double share)
{
	double least = 0;
	qsort(test, count, sizeof *test, by_p);
	for (size_t i = 0; i < count; i++) {
		least = fmin(fmax(least, test[i]->p_upper * (double)(family - i)), 1);
		test[i]->adjusted = least;
		test[i]->broken = least <= share;
	}
	size_t lows = 0;
	for (size_t i = 0; i < count; i++)
		if (!isnan(test[i]->p_lower))
			test[lows++] = test[i];
	qsort(test, lows, sizeof *test, by_low_p);
	least = 0;
	for (size_t i = 0; i < lows; i++) {
		least = fmin(fmax(least, test[i]->p_lower * (double)(family - i)), 1);
		test[i]->low = least <= share;
	}
}

static plim_status judge(plim_monitor *monitor, plim_error *error)
{
	plim_monitor_test **list = plim_mem_alloc(monitor->tests + 1, sizeof *list);
	if (!list)
		return plim_error_memory(error, "tests");
	double share = monitor->level / (monitor->family[1] ? 2 : 1);
	for (int family = 0; family < 2; family++) {
		size_t count = 0;
		for (size_t i = 0; i < monitor->tests; i++)
			if ((monitor->test[i].kind == PLIM_MONITOR_PLACE) == family)
				list[count++] = &monitor->test[i];
		adjust(list, count, monitor->family[family], share);
	}
	plim_mem_free(list);
	for (size_t i = 0; i < monitor->tests; i++)
		monitor->broken += monitor->test[i].broken;
	for (size_t i = 0; i < monitor->kpis; i++)
		monitor->broken += monitor->kpi[i].kpi && !monitor->kpi[i].met;
	return PLIM_OK;
}

/* Room for the most tests and places there can be. */
static plim_status make_room(const plim_log *log, const plim_monitor_options *options, plim_monitor *monitor,
                             plim_error *error)
{
	const plim_model *model = monitor->model;
	size_t few = 0, kpis = options->kpis ? options->kpis->count : 0;
	for (size_t t = 0; t < model->threats; t++)
		few += model->threat[t].where.places <= PLIM_MONITOR_FEW ? model->threat[t].where.places : 0;
	size_t places = log->incidents + few + 1;
	monitor->threat = plim_mem_alloc(model->threats + 1, sizeof *monitor->threat);
	monitor->test = plim_mem_alloc(3 * model->threats + model->tolerances + places + 1, sizeof *monitor->test);
	monitor->place = plim_mem_alloc(places, sizeof *monitor->place);
	monitor->kpi = plim_mem_alloc(PLIM_KPI_COUNT + kpis, sizeof *monitor->kpi);
	return monitor->threat && monitor->test && monitor->place && monitor->kpi ? PLIM_OK
	                                                                          : plim_error_memory(error, "the monitor");
}

plim_status plim_monitor_build(const plim_model *model, const plim_log *log, const plim_monitor_options *options,
                               plim_monitor *monitor, plim_error *error)
{
	plim_rows rows = {0};
	*monitor = (plim_monitor){.model = model, .level = options->level};
	plim_status status = settle_scenario(model, options, monitor, error);
	if (status == PLIM_OK)
		status = settle_period(log, options, monitor, error);
	if (status == PLIM_OK)
		status = make_room(log, options, monitor, error);
	if (status == PLIM_OK)
		status = sort_rows(log, monitor, &rows, error);
	for (uint32_t t = 0; status == PLIM_OK && t < model->threats; t++)
		status = plim_monitor_threat_of(monitor, &rows, t, options->seed, error);
	if (status == PLIM_OK)
		status = plim_monitor_policy(monitor, &rows, error);
	if (status == PLIM_OK)
		status = plim_monitor_kpis(monitor, &rows, options->kpis, error);
	if (status == PLIM_OK)
		status = judge(monitor, error);
	plim_mem_free(rows.row);
	return status;
}

void plim_monitor_clear(plim_monitor *monitor)
{
	for (size_t i = 0; i < monitor->strays; i++)
		plim_mem_free(monitor->stray[i]);
	plim_mem_free(monitor->stray);
	plim_mem_free(monitor->threat);
	plim_mem_free(monitor->test);
	plim_mem_free(monitor->place);
	plim_mem_free(monitor->kpi);
	*monitor = (plim_monitor){0};
}
