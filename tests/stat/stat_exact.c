/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Exact laws against figures that another program computed: five compound laws by fast Fourier transform with amounts
 * rounded down and up (the columns are the bracket and its middle, here as published to their digits), and means in
 * closed form. Two brackets of one quantile must overlap; a tail mean must lie in its bracket and near the middle,
 * whose error is of second order.
 */
#include <math.h>

#include "engine/exact.h"
#include "model/model.h"
#include "run_model.h"
#include "tap.h"

static plim_model *model_of(const char *threat)
{
	char text[2048];
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error = {0};
	snprintf(text, sizeof text, "plimsoll: 1\nname: exact\ncurrency: EUR\nthreats:\n  - {id: t, %s}\n", threat);
	if (plim_model_parse(text, strlen(text), NULL, &model, &findings, &error) != PLIM_OK)
		run_die(&findings, &error, text);
	plim_findings_clear(&findings);
	return model;
}

typedef struct reference {
	double p, least, most, tail_mean;
} reference;

typedef struct compound {
	const char *name, *threat;
	double p_zero, mean;
	reference row[7];
} compound;

static const compound compounds[] = {
    {"lognormal, 0.1 a year",
     "frequency: {poisson: {rate: 0.1}}, loss: {lognormal: {mu: 0, sigma: 2}}",
     0.90483742,
     0.73890561,
     {{0.95, 0.948, 0.95, 14.4836},
      {0.99, 13.076, 13.078, 56.7016},
      {0.995, 27.054, 27.056, 94.7785},
      {0.999, 105.362, 105.364, 275.54}}},
    {"lognormal, 10 a year",
     "frequency: {poisson: {rate: 10}}, loss: {lognormal: {mu: 0, sigma: 2}}",
     4.539993e-05,
     73.890561,
     {{0.5, 40.118, 40.138, 127.065},
      {0.75, 79.022, 79.044, 197.553},
      {0.9, 150.672, 150.696, 333.249},
      {0.95, 229.134, 229.156, 483.221},
      {0.99, 555.746, 555.768, 1094.56},
      {0.995, 797.508, 797.53, 1532.99},
      {0.999, 1779.148, 1779.17, 3242.58}}},
    {"generalised Pareto, 1 a year",
     "frequency: {poisson: {rate: 1}}, loss: {gpd: {shape: 0.5, scale: 1, location: 0}}",
     0.36787944,
     2,
     {{0.5, 0.4355, 0.4365, 3.94609},
      {0.75, 2.0835, 2.0845, 6.76974},
      {0.9, 5.1065, 5.1075, 12.0014},
      {0.95, 8.2085, 8.2095, 17.5914},
      {0.99, 20.0155, 20.0165, 40.1543},
      {0.995, 28.4495, 28.4505, 56.7872},
      {0.999, 63.496, 63.497, 126.707}}},
    {"exponential, 50 a year",
     "frequency: {poisson: {rate: 50}}, loss: {exponential: {mean: 1}}",
     1.9287498e-22,
     50,
     {{0.5, 49.4942, 49.5042, 57.9588},
      {0.75, 56.4496, 56.4604, 63.1086},
      {0.9, 63.0994, 63.1108, 68.6322},
      {0.95, 67.2556, 67.2672, 72.2745},
      {0.99, 75.4084, 75.4218, 79.6901},
      {0.995, 78.5092, 78.5218, 82.5771},
      {0.999, 85.0994, 85.1126, 88.7967}}},
    {"exponential, negative binomial 10 a year",
     "frequency: {negative_binomial: {mean: 10, size: 2}}, loss: {exponential: {mean: 1}}",
     0.027777778,
     10,
     {{0.5, 8.0045, 8.0085, 16.2008},
      {0.75, 14.0425, 14.0495, 21.6499},
      {0.9, 21.2, 21.21, 28.4207},
      {0.95, 26.314, 26.326, 33.3567},
      {0.99, 37.666, 37.6825, 44.4555},
      {0.995, 42.412, 42.4305, 49.1298},
      {0.999, 53.224, 53.247, 59.8197}}},
};

static void check(plim_status status, const plim_error *error)
{
	plim_findings none = {0};
	if (status != PLIM_OK)
		run_die(&none, error, "");
}

/* Adds the curve about a quantile to the steps that reach it so far. */
static void check_quantile(const compound *c, const plim_exact_law *law, const reference *row, plim_exact_steps *steps)
{
	plim_error error = {0};
	plim_exact_curve curve;
	double reach, value, least, most, low, high;
	check(plim_exact_reach(law, row->p, &reach, &error), &error);
	check(plim_exact_curve_build(law, reach, 16, &curve, &error), &error);
	bool found = plim_exact_curve_quantile(&curve, row->p, &value, &least, &most);
	tap_ok(found && least <= row->most && most >= row->least, "%s: P%g in [%.6g, %.6g], reference [%.6g, %.6g]",
	       c->name, 100 * row->p, least, most, row->least, row->most);
	check(plim_exact_steps_add(steps, &curve, most, &error), &error);
	plim_exact_steps_finish(steps);
	/* TVaR = q + (mean - E[min(S, q)]) / (1 - p); the reference is printed with six digits */
	plim_exact_steps_limited(steps, value, &low, &high);
	double tail = value + (law->mean - (low + high) / 2) / (1 - row->p),
	       slack = (high - low) / (1 - row->p) + 1e-5 * tail;
	tap_ok(fabs(tail - row->tail_mean) < fmin(slack, 5e-4 * tail), "%s: TVaR %g is %.6g, reference %.6g", c->name,
	       100 * row->p, tail, row->tail_mean);
	plim_exact_curve_clear(&curve);
}

static void check_compound(const compound *c)
{
	plim_error error = {0};
	plim_model *model = model_of(c->threat);
	plim_exact_law law;
	double p_zero;
	check(plim_exact_law_build(model, 0, UINT32_MAX, PLIM_PLACE_ORGANISATION, PLIM_EXACT_EVERYWHERE, PLIM_EXACT_HORIZON,
	                           &law, &error),
	      &error);
	tap_ok(fabs(law.mean / c->mean - 1) < 1e-7, "%s: mean %.9g, reference %.9g", c->name, law.mean, c->mean);
	check(plim_exact_p_zero(&law, &p_zero, &error), &error);
	tap_ok(fabs(p_zero / c->p_zero - 1) < 1e-7, "%s: P(no loss) %.9g, reference %.9g", c->name, p_zero, c->p_zero);
	plim_exact_steps steps = {.count = 0};
	for (size_t i = 0; i < 7 && c->row[i].p > 0; i++)
		check_quantile(c, &law, &c->row[i], &steps);
	plim_exact_steps_clear(&steps);
	plim_exact_law_clear(&law);
	plim_model_free(&model);
}

/* Places that differ by exposure, by the factor on their losses, and by whether a control (90 % of its effect of 1/2)
 * acts there: which of them are alike for the number of events must make no difference to its law. */
#define PLACES                                                                                                         \
	"plimsoll: 1\nname: events\ncurrency: EUR\nnodes:\n"                                                               \
	"  - {id: a, kind: port, trips: 2, weight: 1}\n  - {id: b, kind: port, trips: 5, weight: 2}\n"                     \
	"  - {id: c, kind: port, trips: 1, weight: 3}\n  - {id: d, kind: port, trips: 3, weight: 2}\n"                     \
	"controls:\n  - {id: guard, category: physical, clause: 4.4.6, against: [t], where: {nodes: {id: [b, c]}}, "       \
	"coverage: 0.9, reduces: {frequency: 0.5}, cost: {annual: 1}}\n"                                                   \
	"scenarios:\n  - {id: guarded, controls: [guard]}\n"                                                               \
	"threats:\n  - {id: t, where: {nodes: {kind: port}}, exposure: trips, loss_times: weight, vulnerability: 0.8,\n"   \
	"     loss: {fixed: 1}, frequency: "

static double by_poisson(double mean, double z)
{
	return exp(mean * (z - 1));
}

static double by_negative_binomial(double mean, double z)
{
	return pow(1 + mean * (1 - z) / 2, -2);
}

static void check_events(const char *name, const char *frequency, double (*of_place)(double mean, double z),
                         size_t origins)
{
	static const double left[] = {2, 5 * 0.55, 1 * 0.55, 3}, at[] = {0, 0.3, 1.1};
	char text[2048];
	plim_error error = {0};
	plim_exact_threat *t = NULL;
	snprintf(text, sizeof text, PLACES "%s}\n", frequency);
	plim_model *model = run_parse(text);
	const uint32_t guarded = (uint32_t)(plim_model_find_scenario(model, "guarded") - model->scenario);
	check(plim_exact_threat_build(model, guarded, 0, PLIM_EXACT_EVERYWHERE, PLIM_EXACT_HORIZON, &t, &error), &error);
	for (size_t i = 0; i < sizeof at / sizeof *at; i++) {
		double complex g = 1;
		double expected = 1;
		check(plim_exact_transform(t, PLIM_EXACT_EVENTS, NULL, at[i], &g, NULL, &error), &error);
		for (size_t p = 0; p < 4; p++)
			expected *= of_place(0.1 * 0.8 * left[p], at[i]);
		tap_ok(fabs(creal(g) / expected - 1) < 1e-12, "%s: E[%g^events] %.15g, closed form %.15g", name, at[i],
		       creal(g), expected);
	}
	tap_ok(t->event_origins == origins, "%s: %zu origins are left of four", name, t->event_origins);
	plim_exact_threat_free(&t);
	plim_model_free(&model);
}

int main(void)
{
	check_events("Poisson at four places", "{poisson: {rate: 0.1}}", by_poisson, 2);
	check_events("negative binomial at four places", "{negative_binomial: {mean: 0.1, size: 2}}", by_negative_binomial,
	             4);
	for (size_t i = 0; i < sizeof compounds / sizeof *compounds; i++)
		check_compound(&compounds[i]);
	return tap_done();
}
