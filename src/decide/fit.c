/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/fit.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/memory.h"
#include "decide/fit_severity.h"
#include "random/identity.h"

plim_fit_options plim_fit_options_default(void)
{
	return (plim_fit_options){.from = 1, .to = 0, .prior_weight = 10, .replicates = 400, .seed = 1, .cap = INFINITY};
}

static double threshold_of(const plim_fit_options *options)
{
	return options->deductible > 0 ? options->deductible : options->threshold;
}

/* ---- the period ---- */

static plim_status settle_period(const plim_log *log, const plim_fit_options *options, plim_fit_report *report,
                                 plim_error *error)
{
	report->from = options->from;
	report->to = options->to;
	if (options->from > options->to) {
		if (!log->incidents)
			return plim_error_set(error, PLIM_ERROR_USAGE,
			                      "the log has no rows; give --from and --to, the days it is complete for");
		report->assumed_period = true;
		report->from = plim_date_year_start(log->incident[0].day);
		report->to = plim_date_next_year(log->incident[log->incidents - 1].day) - 1;
	}
	report->years = plim_date_span_years(report->from, report->to);
	return PLIM_OK;
}

/* ---- threats of the log ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const plim_fit_threat *)a)->id, ((const plim_fit_threat *)b)->id);
}

static const char *threat_of(const plim_incident *incident)
{
	return *incident->threat ? incident->threat : "incident";
}

static plim_status list_threats(const plim_log *log, const plim_fit_options *options, plim_fit_report *report,
                                plim_error *error)
{
	plim_names names = {0};
	report->threat = plim_mem_alloc(log->incidents + 1, sizeof *report->threat);
	bool good = report->threat != NULL;
	for (size_t i = 0; good && i < log->incidents; i++) {
		const char *id = threat_of(&log->incident[i]);
		uint32_t number = (uint32_t)report->threats;
		if (options->threat && strcmp(id, options->threat) != 0)
			continue;
		int added = plim_names_add(&names, id, &number);
		good = added >= 0;
		if (added > 0)
			report->threat[report->threats++].id = id;
	}
	plim_names_clear(&names);
	if (!good)
		return plim_error_memory(error, "the threats of the log");
	if (options->threat && !report->threats)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--threat: the log has no threat '%s'", options->threat);
	qsort(report->threat, report->threats, sizeof *report->threat, by_name);
	return PLIM_OK;
}

/* ---- counts ---- */

static plim_status count_attempts(const plim_log *log, const plim_fit_options *options, plim_fit_report *report,
                                  plim_fit_threat *t, plim_error *error)
{
	size_t spans = (size_t)ceil(report->years - 1e-9);
	uint64_t *count = plim_mem_alloc(spans, sizeof *count);
	double *years = plim_mem_alloc(spans, sizeof *years);
	const char *names[] = {"fit", t->id, "count"};
	bool good = count && years;
	for (size_t i = 0; good && i < spans; i++) {
		int32_t from = plim_date_add_years(report->from, (int32_t)i);
		int32_t next = plim_date_add_years(report->from, (int32_t)i + 1);
		years[i] = next - 1 <= report->to ? 1 : (double)(report->to + 1 - from) / (double)(next - from);
		for (size_t k = 0; k < log->incidents; k++) {
			const plim_incident *in = &log->incident[k];
			bool here = in->day >= from && in->day < next && in->day <= report->to && !in->false_alarm;
			bool small = threshold_of(options) > 0 && in->loss <= (options->deductible > 0 ? 0 : options->threshold);
			small |= threshold_of(options) > 0 && in->near_miss;
			count[i] += here && !small && strcmp(threat_of(in), t->id) == 0;
		}
	}
	good = good && plim_fit_count_of(count, years, spans, options->seed, plim_identity(names, 3), options->replicates,
	                                 &t->count);
	plim_mem_free(count);
	plim_mem_free(years);
	t->negative_binomial = good && t->count.spread && t->count.binomial_aic < t->count.poisson_aic;
	return good ? PLIM_OK : plim_error_memory(error, "counts");
}

/* ---- amounts ---- */

static bool make_room(plim_fit_severity *s, size_t rows)
{
	double *memory = plim_mem_alloc(3 * rows + 1, sizeof *memory);
	s->sample.value = memory;
	s->sample.low = memory + rows;
	s->sample.high = memory + 2 * rows;
	return memory != NULL;
}

static void add_value(plim_fit_severity *s, double value)
{
	((double *)s->sample.value)[s->sample.values++] = value;
	s->known++;
}

static void add_bounds(plim_fit_severity *s, double low, double high)
{
	((double *)s->sample.low)[s->sample.bounded] = low;
	((double *)s->sample.high)[s->sample.bounded++] = high;
	s->bounded++;
}

static void add_loss(const plim_fit_options *options, const plim_incident *in, plim_fit_severity *s)
{
	double threshold = s->sample.threshold, shift = options->deductible;
	double low = fmax(in->at_least > 0 ? in->at_least + shift : 0, threshold), high = in->at_most + shift;
	if (isinf(high) && low <= threshold && options->unreported_below > threshold)
		high = options->unreported_below;
	if (!isnan(in->loss) && in->loss + shift > 0)
		add_value(s, in->loss + shift);
	else if (!isnan(in->loss))
		s->zero++;
	else if (high > low && (low > threshold || !isinf(high)))
		add_bounds(s, low, high);
	else
		s->unknown++;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Events, near misses, false alarms, losses and outages of one threat. */
static plim_status gather(const plim_log *log, const plim_fit_options *options, plim_fit_report *report,
                          plim_fit_threat *t, plim_error *error)
{
	if (!make_room(&t->loss, log->incidents) || !make_room(&t->outage, log->incidents))
		return plim_error_memory(error, "the losses of the log");
	t->loss.sample.threshold = threshold_of(options);
	for (size_t k = 0; k < log->incidents; k++) {
		const plim_incident *in = &log->incident[k];
		if (strcmp(threat_of(in), t->id) != 0)
			continue;
		if (in->day < report->from || in->day > report->to) {
			report->outside++;
			continue;
		}
		/* from a log without small losses the share of attempts that succeed cannot be told */
		if (threshold_of(options) > 0)
			report->near_misses_left += in->near_miss;
		else
			t->near_misses += in->near_miss;
		t->false_alarms += in->false_alarm;
		if (!plim_incident_is_event(in))
			continue;
		if (t->loss.sample.threshold > 0 && in->loss + options->deductible <= t->loss.sample.threshold) {
			report->below++;
			continue;
		}
		t->events++;
		add_loss(options, in, &t->loss);
		if (in->outage_days > 0)
			add_value(&t->outage, in->outage_days);
		else if (in->outage_days == 0)
			t->outage.zero++;
		else
			t->outage.unknown++;
	}
	if (t->loss.sample.values)
		qsort((double *)t->loss.sample.value, t->loss.sample.values, sizeof(double), ascending);
	if (t->outage.sample.values)
		qsort((double *)t->outage.sample.value, t->outage.sample.values, sizeof(double), ascending);
	return PLIM_OK;
}

/* ---- beliefs ---- */

static const plim_threat *find_threat(const plim_model *model, const char *id)
{
	for (size_t i = 0; model && i < model->threats; i++)
		if (strcmp(model->threat[i].id, id) == 0)
			return &model->threat[i];
	return NULL;
}

static plim_status update_rate(const plim_fit_options *options, const plim_threat *known, double years,
                               plim_fit_threat *t, plim_error *error)
{
	double low = options->prior_rate[0], high = options->prior_rate[1];
	const plim_amount *law = known && known->frequency.law == PLIM_COUNT_POISSON ? known->frequency.mean.law : NULL;
	if (!(high > 0) && law) {
		t->belief_of_model = true;
		low = (double)plim_amount_quantile(law, 0.05L, 0.95L);
		high = (double)plim_amount_quantile(law, 0.95L, 0.05L);
	}
	if (!(high > 0))
		return PLIM_OK;
	plim_status status = plim_gamma_belief_between(low, high, &t->prior, error);
	if (status != PLIM_OK)
		return status;
	t->has_belief = true;
	t->posterior = plim_gamma_belief_update(t->prior, t->count.events, years * (double)t->places);
	return PLIM_OK;
}

static plim_status update_loss(const plim_fit_options *options, plim_fit_threat *t, plim_error *error)
{
	if (!(options->prior_loss[1] > 0))
		return PLIM_OK;
	if (t->loss.sample.threshold > 0 || t->loss.bounded)
		return plim_error_set(
		    error, PLIM_ERROR_USAGE,
		    "--prior-loss needs losses that are whole: with a threshold, a deductible or losses known "
		    "only within bounds there is no conjugate law; leave it out, or fit without a belief");
	t->has_loss_belief = true;
	t->loss_prior =
	    plim_lognormal_belief_between(options->prior_loss[0], options->prior_loss[1], options->prior_weight);
	t->loss_posterior = plim_lognormal_belief_update(t->loss_prior, t->loss.sample.value, t->loss.sample.values);
	return PLIM_OK;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The places that rows of a threat name. */
static plim_status list_places(const plim_log *log, plim_fit_threat *t, plim_error *error)
{
	plim_names names = {0};
	t->place = plim_mem_alloc(log->incidents + 1, sizeof *t->place);
	bool good = t->place != NULL;
	for (size_t i = 0; good && i < log->incidents; i++) {
		const char *place = log->incident[i].place;
		uint32_t number = (uint32_t)t->place_count;
		if (!*place || strcmp(threat_of(&log->incident[i]), t->id) != 0)
			continue;
		int added = plim_names_add(&names, place, &number);
		good = added >= 0;
		if (added > 0)
			t->place[t->place_count++] = place;
	}
	plim_names_clear(&names);
	if (t->place_count)
		qsort(t->place, t->place_count, sizeof *t->place, compare_names);
	return good ? PLIM_OK : plim_error_memory(error, "the places of the log");
}

static uint64_t places_of(const plim_fit_options *options, const plim_threat *known, const plim_fit_threat *t)
{
	if (options->places)
		return options->places;
	if (known && known->where.places)
		return known->where.places;
	return t->outage.known && t->place_count ? t->place_count : 1;
}

static plim_status fit_threat(const plim_log *log, const plim_fit_options *options, plim_fit_report *report,
                              plim_fit_threat *t, plim_error *error)
{
	const plim_threat *known = find_threat(options->model, t->id);
	plim_status status = gather(log, options, report, t, error);
	if (status == PLIM_OK)
		status = list_places(log, t, error);
	t->places = places_of(options, known, t);
	if (status == PLIM_OK)
		status = count_attempts(log, options, report, t, error);
	if (status == PLIM_OK)
		status = update_rate(options, known, report->years, t, error);
	if (status == PLIM_OK)
		status = update_loss(options, t, error);
	t->loss.chosen = t->outage.chosen = -1;
	if (status == PLIM_OK && t->loss.known)
		status = plim_fit_severity_of(&t->loss, options, t->id, "loss", error);
	if (status == PLIM_OK && t->outage.known)
		status = plim_fit_severity_of(&t->outage, options, t->id, "outage_days", error);
	return status;
}

static plim_status check_options(const plim_fit_options *options, plim_error *error)
{
	if (options->threshold > 0 && options->deductible > 0)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "--threshold and --deductible exclude each other: a deductible hides what is below it");
	if (options->ground_up && options->forced && threshold_of(options) > 0 &&
	    (options->family == PLIM_FAMILY_PARETO || options->family == PLIM_FAMILY_GPD))
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "--ground-up: a %s law begins at the threshold and says nothing of what is below",
		                      plim_family_name(options->family));
	if (options->unreported_below > 0 && options->unreported_below <= threshold_of(options))
		return plim_error_set(error, PLIM_ERROR_USAGE, "--unreported-below must be above the threshold");
	return PLIM_OK;
}

plim_status plim_fit_log(const plim_log *log, const plim_fit_options *options, plim_fit_report *report,
                         plim_error *error)
{
	plim_status status = check_options(options, error);
	if (status == PLIM_OK)
		status = settle_period(log, options, report, error);
	if (status == PLIM_OK)
		status = list_threats(log, options, report, error);
	for (size_t i = 0; status == PLIM_OK && i < report->threats; i++)
		status = fit_threat(log, options, report, &report->threat[i], error);
	return status;
}

bool plim_fit_is_whole(const plim_fit_threat *threat)
{
	return threat->has_loss_belief || threat->loss.chosen >= 0 || threat->outage.chosen >= 0;
}

static void clear_severity(plim_fit_severity *s)
{
	plim_mem_free((double *)s->sample.value);
	plim_amount_clear(&s->law);
}

void plim_fit_report_clear(plim_fit_report *report)
{
	for (size_t i = 0; i < report->threats; i++) {
		clear_severity(&report->threat[i].loss);
		clear_severity(&report->threat[i].outage);
		plim_mem_free(report->threat[i].place);
	}
	plim_mem_free(report->threat);
	*report = (plim_fit_report){0};
}
