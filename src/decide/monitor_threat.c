/* SPDX-License-Identifier: Apache-2.0 */
/* One threat of a monitor: how often, where, how large. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/monitor_parts.h"
#include "model/place.h"
#include "random/address.h"
#include "random/identity.h"

#define DRAWS 50000u /* of the loss of an event: a rank among them is as fine as 1 / 50,001 */

static bool is_event(const plim_row *row, uint32_t t)
{
	return row->threat == (int32_t)t && plim_incident_is_event(row->incident);
}

static bool is_shared(const plim_threat *threat)
{
	return *threat->shared_by != '\0';
}

static const char *key_of(const plim_model *model, const plim_threat *threat, const plim_row *row)
{
	return is_shared(threat) && row->place != PLIM_ALL_PLACES ? plim_place_shared_key(model, threat, row->place) : "";
}

/* Strikes of one day at places with the same key are one event. Rows are by day. */
static bool is_further_strike(const plim_model *model, const plim_threat *threat, const plim_rows *rows, size_t i,
                              uint32_t t)
{
	if (!is_shared(threat))
		return false;
	for (size_t k = i; k > 0 && rows->row[k - 1].incident->day == rows->row[i].incident->day; k--)
		if (is_event(&rows->row[k - 1], t) &&
		    strcmp(key_of(model, threat, &rows->row[k - 1]), key_of(model, threat, &rows->row[i])) == 0)
			return true;
	return false;
}

static void count_rows(plim_monitor *monitor, const plim_rows *rows, uint32_t t)
{
	plim_monitor_threat *out = &monitor->threat[t];
	for (size_t i = 0; i < rows->rows; i++) {
		const plim_row *row = &rows->row[i];
		if (row->threat != (int32_t)t)
			continue;
		out->near_misses += row->incident->near_miss;
		out->false_alarms += row->incident->false_alarm;
		if (!plim_incident_is_event(row->incident))
			continue;
		out->events += !is_further_strike(monitor->model, &monitor->model->threat[t], rows, i, t);
		out->unplaced +=
		    row->place == PLIM_ALL_PLACES && monitor->model->threat[t].where.kind != PLIM_PLACE_ORGANISATION;
		bool known = !isnan(row->incident->loss);
		out->known += known;
		out->unknown += !known;
		out->loss += known ? row->incident->loss : 0;
	}
}

static plim_monitor_test *add_test(plim_monitor *monitor, plim_monitor_kind kind, uint32_t t)
{
	plim_monitor_test *test = &monitor->test[monitor->tests++];
	*test = (plim_monitor_test){.kind = kind, .threat = t, .place = PLIM_ALL_PLACES, .p_lower = NAN, .p_upper = 1};
	return test;
}

/* ---- counts ---- */

/* The factor by which the rate differs from the model's: gamma before and after. Uncertain numbers of the model are the
 * prior (same mean and variance), else Jeffreys'. */
static void update(plim_monitor_threat *out, double expected, double between, double years)
{
	out->posterior_of_model = between > 0;
	double prior = between > 0 ? expected * expected / between : 0;
	double shape = (between > 0 ? prior : 0.5) + (double)out->events, scale = expected / (prior + expected) / years;
	out->posterior_rate = shape * scale;
	out->posterior_lower = gsl_cdf_gamma_Pinv(0.025, shape, scale);
	out->posterior_upper = gsl_cdf_gamma_Pinv(0.975, shape, scale);
}

static plim_status test_total(plim_monitor *monitor, const plim_event_law *law, uint32_t t, plim_error *error)
{
	plim_monitor_threat *out = &monitor->threat[t];
	double between;
	plim_monitor_test *test = add_test(monitor, PLIM_MONITOR_COUNT, t);
	monitor->family[0]++;
	plim_event_law_mean(law, PLIM_ALL_PLACES, &test->expected, &between, &test->deviation);
	test->actual = (double)out->events;
	out->expected = test->expected;
	if (test->expected > 0)
		update(out, test->expected, between, monitor->years);
	else
		out->posterior_rate = out->posterior_lower = out->posterior_upper = NAN;
	return plim_event_law_tails(law, PLIM_ALL_PLACES, out->events, &test->p_upper, &test->p_lower, error);
}

/* ---- places ---- */

static double times_at(const plim_threat *threat, uint32_t place)
{
	size_t low = 0, high = threat->where.places;
	while (threat->loss_times_of && low < high) {
		size_t middle = (low + high) / 2;
		if (threat->where.place[middle] == place)
			return threat->loss_times_of[middle];
		if (threat->where.place[middle] < place)
			low = middle + 1;
		else
			high = middle;
	}
	return 1;
}

static int by_place(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

/* Places of a threat to show: all when they are few, else those with events. */
static uint32_t *list_places(const plim_monitor *monitor, const plim_rows *rows, uint32_t t, size_t *count)
{
	const plim_threat *threat = &monitor->model->threat[t];
	bool few = threat->where.places <= PLIM_MONITOR_FEW;
	uint32_t *list = plim_mem_alloc((few ? threat->where.places : rows->rows) + 1, sizeof *list);
	*count = 0;
	if (!list)
		return NULL;
	for (size_t i = 0; few && i < threat->where.places; i++)
		list[(*count)++] = threat->where.place[i];
	for (size_t i = 0; !few && i < rows->rows; i++)
		if (is_event(&rows->row[i], t) && rows->row[i].place != PLIM_ALL_PLACES)
			list[(*count)++] = rows->row[i].place;
	if (*count)
		qsort(list, *count, sizeof *list, by_place);
	size_t kept = 0;
	for (size_t i = 0; i < *count; i++)
		if (!kept || list[kept - 1] != list[i])
			list[kept++] = list[i];
	*count = kept;
	return list;
}

static plim_status test_place(plim_monitor *monitor, const plim_event_law *law, const plim_rows *rows, uint32_t t,
                              uint32_t place, bool own, plim_error *error)
{
	plim_monitor_place *out = &monitor->place[monitor->places++];
	double between, deviation;
	*out = (plim_monitor_place){.threat = t, .place = place, .p_upper = NAN};
	plim_event_law_mean(law, place, &out->expected, &between, &deviation);
	out->expected_loss =
	    out->expected > 0 ? out->expected * plim_event_mean_loss(law, place) * times_at(law->threat, place) : 0;
	for (size_t i = 0; i < rows->rows; i++) {
		if (!is_event(&rows->row[i], t) || rows->row[i].place != place)
			continue;
		out->events++;
		out->loss += isnan(rows->row[i].incident->loss) ? 0 : rows->row[i].incident->loss;
	}
	if (!own)
		return PLIM_OK;
	plim_monitor_test *test = add_test(monitor, PLIM_MONITOR_PLACE, t);
	test->place = place;
	test->expected = out->expected;
	test->deviation = deviation;
	test->actual = (double)out->events;
	plim_status status = plim_event_law_tails(law, place, out->events, &test->p_upper, &test->p_lower, error);
	out->p_upper = test->p_upper;
	return status;
}

static plim_status test_places(plim_monitor *monitor, const plim_event_law *law, const plim_rows *rows, uint32_t t,
                               plim_error *error)
{
	size_t count, all = law->threat->where.places;
	/* one place is the threat once more; and an event without a place would be missing at one of them, and lower its
	 * count as if it had not happened */
	bool own = all > 1 && monitor->threat[t].unplaced == 0;
	uint32_t *list = list_places(monitor, rows, t, &count);
	plim_status status = list ? PLIM_OK : plim_error_memory(error, "places");
	monitor->family[1] += own ? all : 0;
	for (size_t i = 0; status == PLIM_OK && i < count; i++)
		status = test_place(monitor, law, rows, t, list[i], own, error);
	plim_mem_free(list);
	return status;
}

static void expect_loss(plim_monitor *monitor, const plim_event_law *law, uint32_t t)
{
	const plim_threat *threat = law->threat;
	plim_monitor_threat *out = &monitor->threat[t];
	if (threat->where.kind == PLIM_PLACE_ORGANISATION) {
		out->expected_loss = out->expected > 0 ? out->expected * plim_event_mean_loss(law, PLIM_ALL_PLACES) : 0;
		return;
	}
	for (size_t i = 0; i < threat->where.places; i++) {
		double mean, between, deviation;
		plim_event_law_mean(law, threat->where.place[i], &mean, &between, &deviation);
		if (mean > 0)
			out->expected_loss += mean * plim_event_mean_loss(law, threat->where.place[i]) *
			                      (threat->loss_times_of ? threat->loss_times_of[i] : 1);
	}
}

/* ---- sizes ---- */

/* Why a size is no independent draw of one law; NULL if it is. */
static const char *untestable(const plim_threat *threat)
{
	if (is_shared(threat) &&
	    (threat->severity_correlation.law || threat->severity_correlation.value > 0 || threat->severity_df > 0))
		return "losses of one event are correlated";
	if (threat->custody && threat->custody->detected_loss < 1)
		return "losses depend on whether a seal check detects the incident";
	return NULL;
}

static double size_of(const plim_row *row, bool outage, const plim_threat *threat)
{
	double times = outage ? 1 : times_at(threat, row->place);
	return (outage ? row->incident->outage_days : row->incident->loss) / times;
}

/* Places number `from` draws below and equal to x: its rank, ties shared out by a uniform. */
static double rank_of(const double *draw, double x, double u)
{
	size_t low = 0, high = DRAWS;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (draw[middle] < x)
			low = middle + 1;
		else
			high = middle;
	}
	size_t end = low;
	while (end < DRAWS && draw[end] == x)
		end++;
	return ((double)low + u * (double)(end - low + 1)) / (DRAWS + 1.0);
}

static plim_status test_sizes(plim_monitor *monitor, const plim_event_law *law, const plim_rows *rows, uint32_t t,
                              bool outage, uint64_t seed, plim_error *error)
{
	const char *names[] = {"monitor", law->threat->id, outage ? "outage rank" : "loss rank"};
	uint64_t identity = plim_identity(names, 3), base = plim_address_base(PLIM_PURPOSE_REPLICATE, 0), likeness = 0;
	double *draw = NULL, upper = 0, lower = 0, sum = 0;
	plim_monitor_test *test = add_test(monitor, outage ? PLIM_MONITOR_OUTAGE : PLIM_MONITOR_LOSS, t);
	monitor->family[0]++;
	test->expected = 0.5;
	test->actual = NAN;
	for (size_t i = 0; i < rows->rows; i++) {
		const plim_row *row = &rows->row[i];
		double x = size_of(row, outage, law->threat);
		if (!is_event(row, t) || isnan(x) || (law->threat->loss_times_of && row->place == PLIM_ALL_PLACES))
			continue;
		double u;
		if (!plim_event_cdf(law, outage, row->place, x, &u)) {
			uint64_t here = plim_event_likeness(law, row->place);
			bool again = !draw || here != likeness;
			if (!draw && !(draw = plim_mem_alloc(DRAWS, sizeof *draw)))
				return plim_error_memory(error, "draws of a loss");
			if (again)
				plim_event_draws(law, outage, row->place, seed, draw, DRAWS);
			likeness = here;
			u = rank_of(draw, x, plim_uniform_double(plim_address_uniform(seed, identity, base, test->values)));
		}
		u = fmin(fmax(u, 1e-16),
		         1 - 1e-16); /* a value that the model cannot have is very unlikely, not infinitely so */
		upper -= 2 * log(1 - u);
		lower -= 2 * log(u);
		sum += u;
		test->values++;
	}
	plim_mem_free(draw);
	if (!test->values)
		return PLIM_OK;
	double n = (double)test->values;
	test->actual = sum / n;
	test->deviation = sqrt(1 / (12 * n));
	test->p_upper = gsl_cdf_chisq_Q(upper, 2 * n);
	test->p_lower = gsl_cdf_chisq_Q(lower, 2 * n);
	return PLIM_OK;
}

plim_status plim_monitor_threat_of(plim_monitor *monitor, const plim_rows *rows, uint32_t t, uint64_t seed,
                                   plim_error *error)
{
	const plim_threat *threat = &monitor->model->threat[t];
	plim_event_law law;
	plim_status status = plim_event_law_build(monitor->model, monitor->scenario, t, monitor->years, seed, &law, error);
	count_rows(monitor, rows, t);
	monitor->threat[t].untested = untestable(threat);
	if (status == PLIM_OK && !monitor->threat[t].untested && !plim_event_sizes_are_plain(&law))
		monitor->threat[t].untested = "a control reduces single components, or may be out of order for a year";
	if (status == PLIM_OK)
		status = test_total(monitor, &law, t, error);
	if (status == PLIM_OK)
		status = test_places(monitor, &law, rows, t, error);
	if (status == PLIM_OK)
		expect_loss(monitor, &law, t);
	if (status == PLIM_OK && threat->losses && !monitor->threat[t].untested)
		status = test_sizes(monitor, &law, rows, t, false, seed, error);
	if (status == PLIM_OK && threat->outage && !monitor->threat[t].untested)
		status = test_sizes(monitor, &law, rows, t, true, seed, error);
	plim_event_law_clear(&law);
	return status;
}
