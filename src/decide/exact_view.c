/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/exact_view.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/exact.h"
#include "stats/probability.h"

const char *plim_exact_figure_name(plim_exact_figure figure)
{
	static const char *const name[] = {"no exact law", "events", "mean", "P(no loss)", "percentile", "TVaR"};
	return (unsigned)figure < sizeof name / sizeof *name ? name[figure] : "unknown";
}

typedef struct viewer {
	plim_exact_view *view;
	plim_error *error;
	plim_exact_row head; /* what all rows of the variable at hand begin with */
} viewer;

static plim_status add_row(viewer *v, plim_exact_figure figure, double p, double value, double lower, double upper,
                           const char *remark)
{
	plim_exact_view *view = v->view;
	if (plim_mem_grow((void **)&view->row, &view->capacity, view->rows + 1, sizeof *view->row))
		return plim_error_memory(v->error, "the exact figures");
	plim_exact_row *row = &view->row[view->rows++];
	*row = v->head;
	row->figure = figure;
	row->p = p;
	row->value = value;
	row->lower = lower;
	row->upper = upper;
	snprintf(row->remark, sizeof row->remark, "%s", remark);
	return PLIM_OK;
}

static plim_status add_plain(viewer *v, plim_exact_figure figure, double value)
{
	return add_row(v, figure, NAN, value, value, value, "");
}

/* TVaR = q + (mean - E[min(S, q)]) / (1 - p) for any q that has P(S > q) = 1 - p, and for a q beside it to the second
 * order; both ends of the bracket are taken at the middle of the quantile's. */
static void set_tvar(plim_exact_row *row, const plim_exact_steps *steps, double mean)
{
	const double rest = 1 - row->p, q = row->value;
	double least = 0, most = 0;
	plim_exact_steps_limited(steps, q, &least, &most);
	row->lower = isinf(mean) ? mean : fmax(q, q + (mean - most) / rest);
	row->upper = q + (mean - least) / rest;
	row->value = isinf(mean) ? mean : (row->lower + row->upper) / 2;
}

/* Where rounding moves a sum by less than a thousandth of what is asked for, whatever the number of events. */
static unsigned bits_for(const plim_exact_law *law)
{
	unsigned bits = 13;
	while (bits < 17 && ldexp(1, (int)bits) < 16384 * (isfinite(law->events) ? law->events : 1))
		bits++;
	return bits;
}

static plim_status add_quantile(viewer *v, const plim_exact_law *law, double p, double p_zero, plim_exact_steps *steps)
{
	plim_exact_curve curve;
	double reach = 0, value, least, most;
	if (p <= p_zero)
		return add_row(v, PLIM_EXACT_FIGURE_PERCENTILE, p, 0, 0, 0, "");
	plim_status status = plim_exact_reach(law, p, &reach, v->error);
	if (status == PLIM_OK)
		status = plim_exact_curve_build(law, reach, bits_for(law), &curve, v->error);
	if (status != PLIM_OK)
		return status;
	if (plim_exact_curve_quantile(&curve, p, &value, &least, &most)) {
		status = add_row(v, PLIM_EXACT_FIGURE_PERCENTILE, p, value, least, most, "");
		if (status == PLIM_OK)
			status = plim_exact_steps_add(steps, &curve, most, v->error);
	}
	plim_exact_curve_clear(&curve);
	return status;
}

static plim_status add_quantiles(viewer *v, const plim_exact_law *law, double p_zero)
{
	size_t count, first = v->view->rows, end;
	const plim_probability *p = plim_probability_defaults(&count);
	plim_exact_steps steps = {.count = 0};
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		status = add_quantile(v, law, plim_probability_value(&p[i]), p_zero, &steps);
	plim_exact_steps_finish(&steps);
	end = v->view->rows;
	for (size_t i = first; i < end && status == PLIM_OK && !isnan(law->mean); i++) {
		plim_exact_row row = v->view->row[i];
		set_tvar(&row, &steps, law->mean);
		status = add_row(v, PLIM_EXACT_FIGURE_TVAR, row.p, row.value, row.lower, row.upper, "");
	}
	plim_exact_steps_clear(&steps);
	return status;
}

static plim_status add_present(viewer *v, double value)
{
	v->head.measure = PLIM_MEASURE_PRESENT;
	plim_status status = add_plain(v, PLIM_EXACT_FIGURE_MEAN, value);
	v->head.measure = PLIM_MEASURE_AEP;
	return status;
}

static plim_status view_law(viewer *v, const plim_exact_law *law)
{
	double p_zero = 1;
	plim_status status = PLIM_OK;
	if (*law->no_law)
		status = add_row(v, PLIM_EXACT_FIGURE_NONE, NAN, NAN, NAN, NAN, law->no_law);
	if (status == PLIM_OK && !isnan(law->events))
		status = add_plain(v, PLIM_EXACT_FIGURE_EVENTS, law->events);
	if (status == PLIM_OK && !isnan(law->mean))
		status = add_plain(v, PLIM_EXACT_FIGURE_MEAN, law->mean);
	if (status == PLIM_OK && !isnan(law->present))
		status = add_present(v, law->present);
	if (status != PLIM_OK || *law->no_law)
		return status;
	status = plim_exact_p_zero(law, &p_zero, v->error);
	if (status == PLIM_OK)
		status = add_plain(v, PLIM_EXACT_FIGURE_P_ZERO, p_zero);
	return status == PLIM_OK ? add_quantiles(v, law, p_zero) : status;
}

static plim_status view_one(viewer *v, const plim_model *model, uint32_t scenario, uint32_t threat, uint32_t year)
{
	plim_exact_law law;
	v->head = (plim_exact_row){.scenario = model->scenario[scenario].id,
	                           .kind = threat == UINT32_MAX ? PLIM_GROUP_TOTAL : PLIM_GROUP_THREAT,
	                           .group = threat == UINT32_MAX ? "total" : model->threat[threat].id,
	                           .measure = year == PLIM_EXACT_HORIZON ? PLIM_MEASURE_AEP : PLIM_MEASURE_YEAR + year - 1};
	plim_status status = plim_exact_law_build(model, scenario, threat, PLIM_PLACE_ORGANISATION, PLIM_EXACT_EVERYWHERE,
	                                          year, &law, v->error);
	if (status == PLIM_OK)
		status = view_law(v, &law);
	plim_exact_law_clear(&law);
	return status;
}

/* True if nothing starts in the later of two years that follow each other, or within the earlier. */
static bool as_before(const plim_model *model, uint32_t scenario, uint32_t year)
{
	const plim_scenario *s = &model->scenario[scenario];
	bool same = year > 1;
	for (size_t i = 0; i < s->controls; i++) {
		const double start = model->control[s->control[i]].start_day;
		same &= start <= 365.0 * (year - 2) || start >= 365.0 * year;
	}
	return same;
}

/* The rows of the year before once more. */
static plim_status copy_year(viewer *v, size_t first, size_t end, uint32_t year)
{
	plim_status status = PLIM_OK;
	for (size_t i = first; i < end && status == PLIM_OK; i++) {
		const plim_exact_row row = v->view->row[i];
		v->head = row;
		v->head.measure = PLIM_MEASURE_YEAR + year - 1;
		status = add_row(v, row.figure, row.p, row.value, row.lower, row.upper, row.remark);
	}
	return status;
}

static plim_status view_years(viewer *v, const plim_model *model, uint32_t scenario)
{
	plim_status status = PLIM_OK;
	size_t first = 0;
	for (uint32_t y = 1; y <= model->horizon_years && status == PLIM_OK; y++) {
		const size_t end = v->view->rows;
		status =
		    as_before(model, scenario, y) ? copy_year(v, first, end, y) : view_one(v, model, scenario, UINT32_MAX, y);
		first = end;
	}
	return status;
}

plim_status plim_exact_view_build(const plim_model *model, const plim_exact_options *options, plim_exact_view *view,
                                  plim_error *error)
{
	viewer v = {.view = view, .error = error};
	bool found = false;
	plim_status status = PLIM_OK;
	for (uint32_t position = 0; position < model->scenarios; position++)
		for (uint32_t k = 0; k < model->scenarios && status == PLIM_OK; k++) {
			if (model->scenario[k].position != position ||
			    (options->scenario && strcmp(options->scenario, model->scenario[k].id) != 0))
				continue;
			found = true;
			status = view_one(&v, model, k, UINT32_MAX, PLIM_EXACT_HORIZON);
			if (status == PLIM_OK && options->years && model->horizon_years > 1)
				status = view_years(&v, model, k);
			for (uint32_t t = 0; options->threats && t < model->threats && status == PLIM_OK; t++)
				status = view_one(&v, model, k, t, PLIM_EXACT_HORIZON);
		}
	if (status == PLIM_OK && !found)
		status = plim_error_set(error, PLIM_ERROR_USAGE, "the model has no scenario '%s'",
		                        options->scenario ? options->scenario : "");
	return status;
}

void plim_exact_view_clear(plim_exact_view *view)
{
	plim_mem_free(view->row);
	*view = (plim_exact_view){0};
}
