/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A monitor over many years of a model that is right, simulated here anew from what the model file means, and over
 * years in which one rate has doubled.
 *
 * Bounds. A right model breaks a limit with a chance of at most `level` = 0.05 a look; of 500 looks the number that do
 * is then at most binomial(500, 0.05): 25 and 4 standard deviations of 4.9, so a false alarm of this test has a chance
 * below 5e-5. The tests of sizes are exact: their p-values are uniform, and of N the number at or below 0.1 must lie
 * within 4 standard deviations of N / 10. The doubled rate has 43 events a year where 21.6 are expected: the chance
 * that two years stay below what a test at level 0.025 / 16 allows is under 1e-4.
 */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "decide/monitor.h"
#include "long.h"
#include "tap.h"

static const char text[] =
    "plimsoll: 1\n"
    "name: m\n"
    "currency: EUR\n"
    "policy: {tolerance: [{loss: 3e6, probability: 0.05}]}\n"
    "nodes: [{id: a, region: x}, {id: b, region: x}, {id: c, region: y}]\n"
    "threats:\n"
    "  - {id: theft, where: {nodes: {id: [a, b, c]}}, frequency: {poisson: {rate: 15}}, vulnerability: 0.5,\n"
    "     loss: {lognormal: {median: 20e3, sigma: 1}}}\n"
    "  - {id: fraud, frequency: {negative_binomial: {mean: 6, dispersion: 0.3}}, loss: {gamma: {shape: 0.8, scale: "
    "30e3}}}\n"
    "  - {id: closure, where: {nodes: {id: [a, b, c]}}, shared_by: region, strike_probability: 0.7,\n"
    "     frequency: {poisson: {rate: 0.8}}, outage_days: {weibull: {shape: 1.3, scale: 5}}}\n"
    "controls:\n"
    "  - {id: guard, category: physical, where: {nodes: {id: a}}, against: [theft], coverage: 0.8,\n"
    "     reduces: {frequency: 0.15, loss: 0.5}}\n"
    "scenarios: [{id: today, controls: [guard]}]\n";

#define MOST 4000

typedef struct world {
	gsl_rng *rng;
	plim_incident row[MOST];
	plim_log log;
	int32_t from, to;
} world;

static plim_incident *add(world *w, const char *threat, const char *place)
{
	plim_incident *in = &w->row[w->log.incidents++];
	*in = (plim_incident){.threat = threat, .place = place, .loss = NAN, .at_most = INFINITY, .outage_days = NAN};
	in->day = w->from + (int32_t)gsl_rng_uniform_int(w->rng, (unsigned long)(w->to - w->from + 1));
	return in;
}

static int by_day(const void *a, const void *b)
{
	return ((const plim_incident *)a)->day - ((const plim_incident *)b)->day;
}

static void thefts(world *w, double years, double factor)
{
	static const char *const places[] = {"a", "b", "c"};
	for (int p = 0; p < 3; p++) {
		double chance = 0.5 * (p == 0 ? 1 - 0.8 * 0.15 : 1);
		unsigned attempts = gsl_ran_poisson(w->rng, 15 * years * factor);
		for (unsigned i = 0; i < attempts; i++) {
			if (gsl_rng_uniform(w->rng) >= chance)
				continue;
			double loss = gsl_ran_lognormal(w->rng, log(20e3), 1);
			add(w, "theft", places[p])->loss = p == 0 && gsl_rng_uniform(w->rng) < 0.8 ? loss * 0.5 : loss;
		}
	}
}

static void frauds(world *w, int years, double size)
{
	for (int y = 0; y < years; y++) {
		unsigned events = gsl_ran_poisson(w->rng, gsl_ran_gamma(w->rng, 1 / 0.3, 6 * 0.3));
		for (unsigned i = 0; i < events; i++)
			add(w, "fraud", "")->loss = gsl_ran_gamma(w->rng, 0.8, 30e3) * size;
	}
}

static void closures(world *w, double years)
{
	static const char *const places[] = {"a", "b", "c"};
	for (int region = 0; region < 2; region++) {
		unsigned attempts = gsl_ran_poisson(w->rng, 0.8 * years);
		for (unsigned i = 0; i < attempts; i++) {
			int32_t day = 0;
			for (int p = region ? 2 : 0; p < (region ? 3 : 2); p++) {
				if (gsl_rng_uniform(w->rng) >= 0.7)
					continue;
				plim_incident *in = add(w, "closure", places[p]);
				day = day ? day : in->day; /* one event, one day */
				in->day = day;
				in->outage_days = gsl_ran_weibull(w->rng, 5, 1.3);
			}
		}
	}
}

typedef struct tally {
	int alarms, found, sizes,
	    small; /* reports with a limit broken; with the count of thefts; tests of sizes; p <= 0.1 */
	int fraud_sizes;
} tally;

static void look(const plim_model *model, world *w, int years, double factor, double size, tally *sum)
{
	plim_monitor monitor;
	plim_monitor_options options = plim_monitor_options_default();
	w->log = (plim_log){.incident = w->row};
	plim_date_parse("2023-01-01", &w->from);
	w->to = plim_date_add_years(w->from, years) - 1;
	thefts(w, years, factor);
	frauds(w, years, size);
	closures(w, years);
	qsort(w->row, w->log.incidents, sizeof *w->row, by_day);
	options.from = w->from;
	options.to = w->to;
	options.seed = gsl_rng_get(w->rng);
	if (plim_monitor_build(model, &w->log, &options, &monitor, NULL) != PLIM_OK)
		return;
	sum->alarms += monitor.broken > 0;
	for (size_t i = 0; i < monitor.tests; i++) {
		const plim_monitor_test *test = &monitor.test[i];
		const char *id = test->kind == PLIM_MONITOR_POLICY ? "" : model->threat[test->threat].id;
		sum->found += test->kind == PLIM_MONITOR_COUNT && test->broken && strcmp(id, "theft") == 0;
		sum->fraud_sizes += test->kind == PLIM_MONITOR_LOSS && test->broken && strcmp(id, "fraud") == 0;
		if ((test->kind == PLIM_MONITOR_LOSS || test->kind == PLIM_MONITOR_OUTAGE) && test->values) {
			sum->sizes++;
			sum->small += test->p_upper <= 0.1;
		}
	}
	plim_monitor_clear(&monitor);
}

int main(void)
{
	gsl_set_error_handler_off();
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error = {0};
	static world w;
	tally sum = {0};
	bool good = plim_model_parse(text, strlen(text), NULL, &model, &findings, &error) == PLIM_OK;
	plim_findings_clear(&findings);
	if (!tap_ok(good, "the model is read %s", error.text))
		return tap_done();
	w.rng = gsl_rng_alloc(gsl_rng_mt19937);
	gsl_rng_set(w.rng, 20261);
	int healthy = test_is_long() ? 2000 : 500;
	for (int i = 0; i < healthy; i++)
		look(model, &w, 1, 1, 1, &sum);
	double n = healthy, most = n * 0.05 + 4 * sqrt(n * 0.05 * 0.95);
	tap_ok(sum.alarms <= most, "%d of %d healthy years break a limit (at most %.1f)", sum.alarms, healthy, most);
	/* A monitor that never speaks would pass. The three tests of sizes are exact and have 0.025 / 7 each: 5.4 alarms of
	 * 500 are expected of them alone, and none at all has a chance of 0.5 %. */
	tap_ok(sum.alarms > 0, "%d alarms are not none", sum.alarms);
	double sizes = sum.sizes;
	tap_ok(fabs(sum.small - sizes * 0.1) <= 4 * sqrt(sizes * 0.09), "%d of %d p-values of sizes are at most 0.1",
	       sum.small, sum.sizes);
	int tried = test_is_long() ? 200 : 50;
	sum = (tally){0};
	for (int i = 0; i < tried; i++)
		look(model, &w, 2, 2, 1, &sum);
	tap_ok(sum.found == tried, "a doubled rate is found within two years, %d times of %d", sum.found, tried);
	sum = (tally){0};
	for (int i = 0; i < tried; i++)
		look(model, &w, 5, 1, 3, &sum);
	tap_ok(sum.fraud_sizes >= tried * 0.9, "losses three times as large are found, %d times of %d", sum.fraud_sizes,
	       tried);
	gsl_rng_free(w.rng);
	plim_model_free(&model);
	return tap_done();
}
