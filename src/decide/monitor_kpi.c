/* SPDX-License-Identifier: Apache-2.0 */
/* Policy and indicators of a monitor: figures of the log alone. */
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "decide/monitor_parts.h"

/* Losses of the n-th whole year of the period. */
static double loss_of_year(const plim_monitor *monitor, const plim_rows *rows, int32_t year)
{
	int32_t from = plim_date_add_years(monitor->from, year), next = plim_date_add_years(monitor->from, year + 1);
	double sum = 0;
	for (size_t i = 0; i < rows->rows; i++) {
		const plim_incident *in = rows->row[i].incident;
		if (in->day >= from && in->day < next && plim_incident_is_event(in) && !isnan(in->loss))
			sum += in->loss;
	}
	return sum;
}

plim_status plim_monitor_policy(plim_monitor *monitor, const plim_rows *rows, plim_error *error)
{
	(void)error;
	int32_t years = (int32_t)floor(monitor->years);
	if (monitor->model->insurances) /* tolerance is about what insurance leaves, the log about all */
		return PLIM_OK;
	for (uint32_t k = 0; k < monitor->model->tolerances; k++) {
		const plim_tolerance *tolerance = &monitor->model->tolerance[k];
		plim_monitor_test *test = &monitor->test[monitor->tests++];
		monitor->family[0]++;
		*test = (plim_monitor_test){.kind = PLIM_MONITOR_POLICY, .place = k, .p_upper = 1, .p_lower = NAN};
		test->values = (size_t)years;
		test->expected = years * tolerance->probability;
		test->deviation = sqrt(test->expected * (1 - tolerance->probability));
		for (int32_t year = 0; year < years; year++)
			test->actual += loss_of_year(monitor, rows, year) > tolerance->loss;
		if (test->actual > 0)
			test->p_upper = gsl_cdf_binomial_Q((unsigned)test->actual - 1, tolerance->probability, (unsigned)years);
	}
	return PLIM_OK;
}

/* Sums of the rows of one threat, or of all. */
typedef struct tally {
	double events, near_misses, false_alarms, known, loss, largest, outage_days, outages;
} tally;

static tally add_up(const plim_monitor *monitor, const plim_rows *rows, const char *threat)
{
	tally sum = {0};
	for (size_t i = 0; i < rows->rows; i++) {
		const plim_row *row = &rows->row[i];
		const plim_incident *in = row->incident;
		if (*threat && (row->threat < 0 || strcmp(monitor->model->threat[row->threat].id, threat) != 0))
			continue;
		sum.near_misses += in->near_miss;
		sum.false_alarms += in->false_alarm;
		if (!plim_incident_is_event(in))
			continue;
		sum.events++;
		sum.known += !isnan(in->loss);
		sum.loss += isnan(in->loss) ? 0 : in->loss;
		sum.largest = fmax(sum.largest, in->loss); /* not a number counts for nothing */
		sum.outage_days += isnan(in->outage_days) ? 0 : in->outage_days;
	}
	return sum;
}

static double value_of(const tally *sum, plim_kpi_measure measure, double years)
{
	switch (measure) {
	case PLIM_KPI_NEAR_MISSES: return sum->near_misses / years;
	case PLIM_KPI_NEAR_MISS_SHARE:
		return sum->near_misses + sum->events > 0 ? sum->near_misses / (sum->near_misses + sum->events) : NAN;
	case PLIM_KPI_FALSE_ALARMS: return sum->false_alarms / years;
	case PLIM_KPI_KNOWN_LOSSES: return sum->events > 0 ? sum->known / sum->events : NAN;
	case PLIM_KPI_EVENTS: return sum->events / years;
	case PLIM_KPI_LOSS: return sum->loss / years;
	case PLIM_KPI_LARGEST_LOSS: return sum->largest;
	default: return sum->outage_days / years;
	}
}

plim_status plim_monitor_kpis(plim_monitor *monitor, const plim_rows *rows, const plim_kpis *kpis, plim_error *error)
{
	tally all = add_up(monitor, rows, "");
	for (int m = 0; m < PLIM_KPI_COUNT; m++)
		monitor->kpi[monitor->kpis++] =
		    (plim_monitor_kpi){NULL, (plim_kpi_measure)m, value_of(&all, (plim_kpi_measure)m, monitor->years), true};
	for (size_t i = 0; kpis && i < kpis->count; i++) {
		const plim_kpi *kpi = &kpis->kpi[i];
		bool known = !*kpi->threat;
		for (size_t t = 0; t < monitor->model->threats; t++)
			known |= strcmp(monitor->model->threat[t].id, kpi->threat) == 0;
		if (!known)
			return plim_error_set(error, PLIM_ERROR_USAGE,
			                      "--kpi: indicator '%s' is about '%s', which is no threat of the "
			                      "model",
			                      kpi->id, kpi->threat);
		tally sum = add_up(monitor, rows, kpi->threat);
		double value = value_of(&sum, kpi->measure, monitor->years);
		bool met = !(value > kpi->at_most) && !(value < kpi->at_least);
		monitor->kpi[monitor->kpis++] = (plim_monitor_kpi){kpi, kpi->measure, value, met};
	}
	return PLIM_OK;
}
