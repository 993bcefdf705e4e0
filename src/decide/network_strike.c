/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A law of lengths becomes a set of points: two Gauss points in each of BODY cells of equal probability up to
 * 1 - TAIL, then in cells whose probability shrinks by a constant ratio, so that rare long outages weigh as they should
 * behind a large buffer.
 */
#include "decide/network_strike.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/custody.h"
#include "model/place.h"

#define BODY 500
#define TAIL 0.05L
#define CELLS_PER_OCTAVE 8
#define OCTAVES 40
#define POINTS (2 * BODY + 2 * CELLS_PER_OCTAVE * OCTAVES + 1)
#define RATIO 0.91700404320467123175L /* 2^(-1/8) */
#define GAUSS 0.28867513459481288225L /* 1 / (2 sqrt 3): the points of a cell of length 1, from its middle */
#define RARE 1e-9L
#define HEAVY 1e-4 /* share of the mean beyond all cells from which the last point must bear it */

static double mean_of(const plim_number *number)
{
	return number->law && isnan(number->value) ? plim_amount_mean(number->law) : number->value;
}

/* Quantile of the length at p = 1 - q; `times` is 1 unless it is uncertain, then shift and cap are in the severity. */
static double length_at(const plim_severity *outage, double times, long double p, long double q)
{
	double days = (double)plim_amount_quantile(&outage->amount, p, q);
	if (outage->times.law)
		days = fmin(days * times + outage->shift, outage->cap);
	return days > 0 ? days : 0;
}

static void add_point(plim_outage_law *law, double days, long double weight)
{
	double last = law->points ? law->days[law->points - 1] : 0;
	law->days[law->points] = days > last ? days : last;
	law->weight[law->points++] = (double)weight;
}

/* The probabilities from p = 1 - q on, `width` of them. */
static void add_cell(plim_outage_law *law, const plim_severity *outage, double times, long double q, long double width)
{
	for (int side = -1; side <= 1; side += 2) {
		long double here = q - width * (0.5L + side * GAUSS);
		add_point(law, length_at(outage, times, 1 - here, here), width / 2);
	}
}

static double sum_of(const plim_outage_law *law)
{
	double sum = 0;
	for (size_t k = 0; k < law->points; k++)
		sum += law->weight[k] * law->days[k];
	return sum;
}

/* All that is beyond the cells, of probability q. Of a law with a heavy tail it bears what the cells lack of the mean:
 * a curve is a straight line out there. */
static void add_last(plim_outage_law *law, const plim_severity *outage, double times, long double q)
{
	double exact = outage->times.law ? NAN : plim_amount_mean(&outage->amount), cells = sum_of(law);
	double days = length_at(outage, times, 1 - q / 2, q / 2);
	bool heavy = exact - cells > HEAVY * exact;
	law->longest = heavy ? INFINITY : length_at(outage, times, 1 - RARE, RARE);
	if (heavy)
		days = isinf(exact) ? INFINITY : (exact - cells) / (double)q;
	add_point(law, days, q);
	law->mean = isnan(exact) ? sum_of(law) : exact;
}

static plim_status make_law(const plim_severity *outage, plim_outage_law *law, plim_error *error)
{
	law->days = plim_mem_alloc(POINTS, sizeof *law->days);
	law->weight = plim_mem_alloc(POINTS, sizeof *law->weight);
	if (!law->days || !law->weight)
		return plim_error_memory(error, "the lengths of outages");
	double times = mean_of(&outage->times);
	long double width = (1 - TAIL) / BODY, q = TAIL;
	for (int k = 0; k < BODY; k++)
		add_cell(law, outage, times, 1 - k * width, width);
	for (int k = 0; k < CELLS_PER_OCTAVE * OCTAVES; k++, q *= RATIO)
		add_cell(law, outage, times, q, q * (1 - RATIO));
	add_last(law, outage, times, q);
	return PLIM_OK;
}

double plim_outage_law_loss(const plim_outage_law *law, double shrink, const plim_outage_curve *curve)
{
	const plim_curve_line *line = curve->line + curve->loss.first;
	uint32_t count = curve->loss.count, next = 0;
	double sum = 0;
	for (size_t k = 0; k < law->points && count && shrink > 0; k++) {
		double days = law->days[k] * shrink;
		if (isinf(days) && line[count - 1].slope > 0)
			return INFINITY;
		double bound = plim_curve_bound(days);
		while (next < count && line[next].from <= bound)
			next++;
		if (next == 0 || !(days > 0))
			continue;
		const plim_curve_line *at = &line[next - 1];
		double loss = isinf(days) ? at->value : at->value + at->slope * (days - at->from);
		sum += law->weight[k] * (loss > 0 ? loss : 0);
	}
	return sum;
}

/* Controls act independently: their mean effects multiply. */
static void apply_controls(const plim_model *model, const plim_scenario *scenario, plim_place_kind kind, uint32_t place,
                           plim_strike *strike)
{
	for (size_t c = 0; scenario && c < scenario->controls; c++) {
		const plim_control *control = &model->control[scenario->control[c]];
		if (!plim_control_acts(control, strike->threat, kind, place))
			continue;
		double coverage = mean_of(&control->coverage), working = mean_of(&control->reliability);
		double left = (1 - coverage * mean_of(&control->reduces_frequency)) *
		              (1 - coverage * mean_of(&control->reduces_vulnerability));
		strike->events *= 1 - working * (1 - left);
		strike->shrink *= 1 - working * coverage * mean_of(&control->reduces_outage);
	}
}

/* Attempts a year at a place of exposure 1. */
static double attempts(const plim_frequency *frequency)
{
	plim_count count = {.law = frequency->law,
	                    .n = frequency->n,
	                    .mean = mean_of(&frequency->mean),
	                    .p = mean_of(&frequency->p),
	                    .dispersion = mean_of(&frequency->dispersion),
	                    .counts = frequency->counts,
	                    .weights = frequency->weights,
	                    .length = frequency->length};
	return plim_count_mean(&count);
}

/* Attempts a year on a link, over all trips that use it. */
static double custody_attempts(const plim_model *model, const plim_custody *custody, uint32_t link)
{
	double sum = 0;
	for (size_t t = 0; t < model->trips; t++)
		for (size_t l = 0; l < model->trip[t].legs; l++)
			if (model->trip[t].leg[l].link == link)
				sum += (double)model->trip[t].trips_per_year * plim_custody_chance(custody, &model->trip[t], l);
	return sum;
}

/* Events a year at place number i of its places, without controls. */
static double events_of(const plim_model *model, const plim_threat *threat, size_t i)
{
	double each = threat->custody ? custody_attempts(model, threat->custody, threat->where.place[i])
	                              : attempts(&threat->frequency);
	double shared = *threat->shared_by ? mean_of(&threat->strike_probability) : 1;
	return each * mean_of(&threat->vulnerability) * shared * (threat->exposure_of ? threat->exposure_of[i] : 1);
}

static bool strikes(const plim_threat *threat)
{
	return threat->outage && threat->where.kind != PLIM_PLACE_ORGANISATION;
}

/* Makes the strikes of a threat at its places; at[k] is where the next one of place k goes, or NULL to count only. */
static void spread(const plim_model *model, const plim_scenario *scenario, uint32_t t, plim_strike_table *table,
                   size_t *at)
{
	const plim_threat *threat = &model->threat[t];
	bool link = threat->where.kind == PLIM_PLACE_LINK;
	for (size_t i = 0; i < threat->where.places; i++) {
		uint32_t place = threat->where.place[i];
		size_t slot = (link ? model->nodes : 0) + place;
		plim_strike strike = {t, events_of(model, threat, i), 1};
		apply_controls(model, scenario, threat->where.kind, place, &strike);
		if (!(strike.events > 0))
			continue;
		if (at)
			table->strike[at[slot]++] = strike;
		else
			table->start[slot + 1]++;
	}
}

typedef struct kind_of_stop {
	uint32_t threat;
	bool inflow;
	double share;
} kind_of_stop;

static int compare_stops(const void *a, const void *b)
{
	const kind_of_stop *x = a, *y = b;
	if (x->inflow != y->inflow)
		return x->inflow ? 1 : -1;
	if (x->share != y->share)
		return x->share < y->share ? -1 : 1;
	return x->threat < y->threat ? -1 : x->threat > y->threat;
}

/* The threats that stop something, alike ones side by side. */
static kind_of_stop *sort_threats(const plim_model *model, size_t *count)
{
	kind_of_stop *list = plim_mem_alloc(model->threats, sizeof *list);
	*count = 0;
	for (uint32_t t = 0; list && t < model->threats; t++)
		if (strikes(&model->threat[t]))
			list[(*count)++] = (kind_of_stop){t, model->threat[t].stops_inflow, model->threat[t].outage_share};
	if (list)
		qsort(list, *count, sizeof *list, compare_stops);
	return list;
}

static plim_status fill(const plim_model *model, const plim_scenario *scenario, plim_strike_table *table,
                        plim_error *error)
{
	size_t places = model->nodes + model->links, count = 0;
	kind_of_stop *order = sort_threats(model, &count);
	size_t *at = plim_mem_alloc(places, sizeof *at);
	plim_status status = order && at && table->start ? PLIM_OK : plim_error_memory(error, "the threats of each place");
	for (size_t k = 0; status == PLIM_OK && k < count; k++)
		spread(model, scenario, order[k].threat, table, NULL);
	for (size_t k = 0; status == PLIM_OK && k < places; k++) {
		table->start[k + 1] += table->start[k];
		at[k] = table->start[k];
	}
	if (status == PLIM_OK && !(table->strike = plim_mem_alloc(table->start[places], sizeof *table->strike)))
		status = plim_error_memory(error, "the threats of each place");
	for (size_t k = 0; status == PLIM_OK && k < count; k++)
		spread(model, scenario, order[k].threat, table, at);
	plim_mem_free(order);
	plim_mem_free(at);
	return status;
}

static plim_status make_laws(const plim_model *model, plim_strike_table *table, plim_error *error)
{
	plim_status status = table->law ? PLIM_OK : plim_error_memory(error, "the lengths of outages");
	if (status != PLIM_OK)
		return status;
#pragma omp parallel for schedule(dynamic, 1)
	for (size_t t = 0; t < model->threats; t++) {
		plim_error own_error;
		plim_status own = PLIM_OK;
		if (strikes(&model->threat[t]))
			own = make_law(model->threat[t].outage, &table->law[t], &own_error);
#pragma omp critical(plim_outage_laws)
		if (own != PLIM_OK && status == PLIM_OK) {
			status = own;
			if (error)
				*error = own_error;
		}
	}
	return status;
}

plim_status plim_strike_table_build(const plim_model *model, const plim_scenario *scenario, plim_strike_table *table,
                                    plim_error *error)
{
	*table = (plim_strike_table){.threats = model->threats};
	table->start = plim_mem_alloc(model->nodes + model->links + 1, sizeof *table->start);
	table->law = plim_mem_alloc(model->threats, sizeof *table->law);
	plim_status status = make_laws(model, table, error);
	return status == PLIM_OK ? fill(model, scenario, table, error) : status;
}

void plim_strike_table_clear(plim_strike_table *table)
{
	for (size_t t = 0; table->law && t < table->threats; t++) {
		plim_mem_free(table->law[t].days);
		plim_mem_free(table->law[t].weight);
	}
	plim_mem_free(table->law);
	plim_mem_free(table->strike);
	plim_mem_free(table->start);
	*table = (plim_strike_table){0};
}
