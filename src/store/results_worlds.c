/* SPDX-License-Identifier: Apache-2.0 */
/* The tables that nested runs have. */
#include <string.h>

#include "base/memory.h"
#include "store/results_worlds.h"

typedef const char *name_of(int value);

/* The value below `count` whose name a cell has. */
static bool find(name_of *name, int count, const plim_h5_cell *cell, int *found)
{
	for (*found = 0; *found < count; (*found)++)
		if (strcmp(name(*found), cell->text) == 0)
			return true;
	return false;
}

static const char *perspective_name(int value)
{
	return plim_perspective_name((plim_perspective)value);
}

static const char *measure_name(int value)
{
	return plim_measure_name((plim_measure)value);
}

static const char *ignorance_name(int value)
{
	return plim_ignorance_name((plim_ignorance_what)value);
}

/* Scenario and perspective, in the first two cells. */
static bool find_series(const plim_results *r, const plim_h5_cell *c, uint32_t *scenario, plim_perspective *perspective)
{
	const int32_t row = plim_results_scenario(r, c[0].text);
	int seen;
	if (row < 0 || !find(perspective_name, 3, &c[1], &seen))
		return false;
	*scenario = (uint32_t)row;
	*perspective = (plim_perspective)seen;
	return true;
}

static void get_series(const plim_results *r, uint32_t scenario, plim_perspective perspective, plim_h5_cell *c)
{
	c[0].text = r->scenario[scenario].id;
	c[1].text = plim_perspective_name(perspective);
	c[2].text = c[3].text = plim_group_kind_name(PLIM_GROUP_TOTAL);
}

#define SERIES                                                                                                         \
	{"scenario", PLIM_H5_TEXT}, {"perspective", PLIM_H5_TEXT}, {"group_kind", PLIM_H5_TEXT},                           \
	{                                                                                                                  \
		"group", PLIM_H5_TEXT                                                                                          \
	}

const plim_h5_column plim_fan_column[PLIM_FAN_COLUMNS] = {SERIES,
                                                          {"measure", PLIM_H5_TEXT},
                                                          {"loss", PLIM_H5_F64},
                                                          {"exceedance", PLIM_H5_F64},
                                                          {"worlds", PLIM_H5_F64},
                                                          {"value", PLIM_H5_F64},
                                                          {"lower", PLIM_H5_F64},
                                                          {"upper", PLIM_H5_F64},
                                                          {"noise", PLIM_H5_F64}};

bool plim_fan_get(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_fan_row *from = &r->fan[row];
	const double value[] = {from->loss,  from->exceedance, from->worlds, from->value,
	                        from->lower, from->upper,      from->noise};
	get_series(r, from->scenario, from->perspective, c);
	c[4].text = plim_measure_name(from->measure);
	for (size_t i = 0; i < sizeof value / sizeof *value; i++)
		c[5 + i].f64 = value[i];
	return true;
}

plim_status plim_fan_put(plim_results_loader *l, const plim_h5_cell *c)
{
	plim_results *r = l->results;
	plim_fan_row row = {.loss = c[5].f64,
	                    .exceedance = c[6].f64,
	                    .worlds = c[7].f64,
	                    .value = c[8].f64,
	                    .lower = c[9].f64,
	                    .upper = c[10].f64,
	                    .noise = c[11].f64};
	int measure;
	if (!find_series(r, c, &row.scenario, &row.perspective) || !find(measure_name, 2, &c[4], &measure))
		return PLIM_ERROR_IO;
	row.measure = (plim_measure)measure;
	r->fan[r->fans++] = row;
	return PLIM_OK;
}

const plim_h5_column plim_ignorance_column[PLIM_IGNORANCE_COLUMNS] = {SERIES,
                                                                      {"what", PLIM_H5_TEXT},
                                                                      {"parameter", PLIM_H5_TEXT},
                                                                      {"place", PLIM_H5_TEXT},
                                                                      {"variance", PLIM_H5_F64},
                                                                      {"share", PLIM_H5_F64},
                                                                      {"lower", PLIM_H5_F64},
                                                                      {"upper", PLIM_H5_F64}};

bool plim_ignorance_get(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_ignorance_row *from = &r->ignorance[row];
	get_series(r, from->scenario, from->perspective, c);
	c[4].text = plim_ignorance_name(from->what);
	c[5].text = from->parameter ? from->parameter : "";
	c[6].text = from->place ? from->place : "";
	c[7].f64 = from->variance;
	c[8].f64 = from->share;
	c[9].f64 = from->lower;
	c[10].f64 = from->upper;
	return true;
}

plim_status plim_ignorance_put(plim_results_loader *l, const plim_h5_cell *c)
{
	plim_results *r = l->results;
	plim_ignorance_row row = {.variance = c[7].f64, .share = c[8].f64, .lower = c[9].f64, .upper = c[10].f64};
	int what;
	if (!find_series(r, c, &row.scenario, &row.perspective) ||
	    !find(ignorance_name, PLIM_IGNORANCE_COUNT, &c[4], &what))
		return PLIM_ERROR_IO;
	row.what = (plim_ignorance_what)what;
	row.parameter = plim_mem_string(c[5].text);
	row.place = plim_mem_string(c[6].text);
	r->ignorance[r->ignorances++] = row;
	return row.parameter && row.place ? PLIM_OK : PLIM_ERROR_MEMORY;
}
