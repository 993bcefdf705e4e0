/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Controls against their laws, within 4.5 standard errors: working order, which all events of a year share; components
 * cut apart; and the same figures whether strikes are held back (for insurance) or not.
 */
#include <math.h>

#include "long.h"
#include "run_model.h"
#include "tap.h"

#define ERRORS 4.5
enum { SEED = 17 };

static const char head[] = "plimsoll: 1\nname: controls\ncurrency: EUR\n";

static plim_results *run(const char *body)
{
	char text[4096];
	snprintf(text, sizeof text, "%s%s", head, body);
	return run_text(text, &(run_of){.trials = test_is_long() ? 4000000 : 200000, .seed = SEED});
}

static const plim_moments_row *moments(const plim_results *r, uint32_t scenario, plim_group_kind kind,
                                       const char *group)
{
	return plim_results_moments(r, scenario, (uint32_t)plim_results_group(r, kind, group), PLIM_MEASURE_AEP);
}

static void check(const char *name, double value, double law, double error)
{
	double z = (value - law) / error;
	tap_ok(fabs(z) < ERRORS, "%s: %.6g, law %.6g (%+.2f errors)", name, value, law, z);
}

/* A year in which the control is out of order sees the whole rate: the count is a mixture of two Poisson laws. */
static void working_order(void)
{
	const double rate = 2, reduction = 0.9, working = 0.7;
	char text[1024];
	snprintf(text, sizeof text,
	         "threats: [{id: t, frequency: {poisson: {rate: %g}}, loss: {fixed: {value: 1}}}]\n"
	         "controls: [{id: c, reduces: {frequency: %g}, reliability: %g}]\n"
	         "scenarios: [{id: s, controls: [c]}]\n",
	         rate, reduction, working);
	plim_results *r = run(text);
	const plim_moments_row *m = moments(r, 0, PLIM_GROUP_TOTAL, "total");
	double n = (double)r->trials, zero = working * exp(-rate * (1 - reduction)) + (1 - working) * exp(-rate);
	check("reliability: mean count", m->mean, rate * (1 - working * reduction), m->mean_se);
	check("reliability: P(no event)", m->p_zero, zero, sqrt(zero * (1 - zero) / n));
	plim_results_free(&r);
	/* on losses too: either every event of the year is cut or none */
	snprintf(text, sizeof text,
	         "threats: [{id: t, frequency: {fixed: {count: 2}}, loss: {fixed: {value: 1}}}]\n"
	         "controls: [{id: c, reduces: {loss: 1}, reliability: {uniform: {min: 0.4, max: 1}}}]\n"
	         "scenarios: [{id: s, controls: [c]}]\n");
	r = run(text);
	m = moments(r, 0, PLIM_GROUP_TOTAL, "total");
	check("reliability: an unknown one: mean", m->mean, 2 * 0.3, m->mean_se);
	check("reliability: both events or none", m->p_zero, 0.7, sqrt(0.7 * 0.3 / n));
	plim_results_free(&r);
}

static const char parts[] =
    "threats:\n  - {id: t, frequency: {poisson: {rate: 0.9}}, losses: {goods: {exponential: {mean: 10}}, fines: "
    "{gamma: {mean: 4, cv: "
    "2}}, care: {fixed: {value: 3}}}}\n"
    "  - {id: u, frequency: {poisson: {rate: 0.5}}, loss: {exponential: {mean: 6}}}\n"
    "controls:\n  - {id: c, against: [t], reduces: {losses: {goods: 0.5, fines: {uniform: {min: 0.2, max: 0.6}}}}, "
    "coverage: 0.8}\n"
    "  - {id: d, reduces: {loss: 0.25}}\n"
    "scenarios: [{id: none, controls: []}, {id: one, controls: [c]}, {id: two, controls: [c, d]}]\n";

static void components(void)
{
	plim_results *r = run(parts);
	for (uint32_t k = 0; k < 3; k++) {
		double rest = k == 2 ? 0.75 : 1, goods = 9 * (k ? 1 - 0.8 * 0.5 : 1) * rest,
		       fines = 3.6 * (k ? 1 - 0.8 * 0.4 : 1) * rest;
		const plim_moments_row *m = moments(r, k, PLIM_GROUP_COMPONENT, "goods");
		check("components: goods", m->mean, goods, m->mean_se);
		m = moments(r, k, PLIM_GROUP_COMPONENT, "fines");
		check("components: fines", m->mean, fines, m->mean_se);
		m = moments(r, k, PLIM_GROUP_COMPONENT, "care");
		check("components: what is not named stays", m->mean, 2.7 * rest, m->mean_se);
		m = moments(r, k, PLIM_GROUP_TOTAL, "total");
		check("components: total", m->mean, goods + fines + 2.7 * rest + 3 * rest, m->mean_se);
		double sum = 0;
		const char *const names[] = {"goods", "fines", "care", "loss"};
		for (size_t c = 0; c < 4; c++)
			sum += moments(r, k, PLIM_GROUP_COMPONENT, names[c])->mean;
		tap_ok(fabs(sum / m->mean - 1) < 1e-12, "components add up to the total");
	}
	char insured[4096];
	snprintf(insured, sizeof insured, "%sinsurance: [{id: i, covers: [t], deductible: 5}]\n", parts);
	plim_results *held = run(insured);
	bool same = true;
	for (uint32_t k = 0; k < 3; k++)
		for (uint32_t g = 0; g < r->groups; g++) {
			const plim_moments_row *a = plim_results_moments(r, k, g, PLIM_MEASURE_AEP);
			const plim_moments_row *b = plim_results_moments(held, k, g, PLIM_MEASURE_AEP);
			same = same && fabs(a->mean - b->mean) <= 1e-12 * a->mean && a->p_zero == b->p_zero;
		}
	tap_ok(same, "held back or not, every group has the same gross loss");
	plim_results_free(&r);
	plim_results_free(&held);
}

/* Scenarios that differ in a fifth of equal sources: their difference of means has, on the same attempts, less than a
 * fifth of the variance that two seeds would give it. */
static void common_draws(void)
{
	char text[8192];
	size_t at = (size_t)snprintf(text, sizeof text, "threats:\n");
	for (int i = 0; i < 20; i++)
		at +=
		    (size_t)snprintf(text + at, sizeof text - at,
		                     "  - {id: t%d, frequency: {poisson: {rate: 0.5}}, loss: {exponential: {mean: 10}}}\n", i);
	snprintf(text + at, sizeof text - at,
	         "controls: [{id: c, against: [t0, t1, t2, t3], reduces: {frequency: 0.5}}]\n"
	         "scenarios: [{id: without, controls: []}, {id: with, controls: [c]}]\n");
	plim_results *r = run(text);
	const double *a = r->ylt[0], *b = r->ylt[1];
	double n = (double)r->trials, sum = 0, squares = 0;
	for (uint64_t i = 0; i < r->trials; i++) {
		sum += a[i] - b[i];
		squares += (a[i] - b[i]) * (a[i] - b[i]);
	}
	double paired = (squares - sum * sum / n) / (n - 1);
	double apart =
	    pow(moments(r, 0, PLIM_GROUP_TOTAL, "total")->sd, 2) + pow(moments(r, 1, PLIM_GROUP_TOTAL, "total")->sd, 2);
	/* exactly: 4 x 0.25 x 200 = 200 against 20 x 0.5 x 200 + 18 x 0.5 x 200 = 3800 */
	tap_ok(paired * 5 < apart && fabs(apart / paired / 19 - 1) < 0.1,
	       "common draws: variance %.4g instead of %.4g: %.3g times less", paired, apart, apart / paired);
	plim_results_free(&r);
}

int main(void)
{
	working_order();
	components();
	common_draws();
	return tap_done();
}
