/* SPDX-License-Identifier: Apache-2.0 */
/* Laws of counts and losses behind a monitor, against sums written out and other paths of the code. */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "decide/monitor_law.h"

static plim_model *parse(const char *threats)
{
	char text[4096];
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error = {0};
	gsl_set_error_handler_off();
	snprintf(text, sizeof text,
	         "plimsoll: 1\nname: m\ncurrency: EUR\nnodes: [{id: a, region: x}, {id: b, region: x}, "
	         "{id: c, region: y}]\nthreats:\n%s",
	         threats);
	cr_assert_eq(plim_model_parse(text, strlen(text), NULL, &model, &findings, &error), PLIM_OK, "%s", error.text);
	plim_findings_clear(&findings);
	return model;
}

static void tails(const plim_model *model, double years, uint32_t place, uint64_t events, double *upper, double *lower)
{
	plim_event_law law;
	const plim_scenario *scenario = model->scenarios ? &model->scenario[0] : NULL;
	cr_assert_eq(plim_event_law_build(model, scenario, 0, years, 1, &law, NULL), PLIM_OK);
	cr_assert_eq(plim_event_law_tails(&law, place, events, upper, lower, NULL), PLIM_OK);
	plim_event_law_clear(&law);
}

/* P(N >= k) of one law. */
static double upper_of(plim_count law, uint64_t k)
{
	long double below = 0;
	for (uint64_t i = 0; i < k; i++)
		below += plim_count_pmf(&law, i);
	return (double)(1 - below);
}

/* The law of a year convolved with itself, thinned by a binomial: all written out. */
static void slow(plim_count law, double p, int copies, double rest, double *out, size_t length)
{
	double sum[64] = {1};
	cr_assert_leq(length, 64u);
	for (int copy = 0; copy <= copies; copy++) {
		double q = copy < copies ? p : p * rest, one[64] = {0}, next[64] = {0};
		for (uint64_t n = 0; n < 400; n++)
			for (size_t k = 0; k < 64 && k <= n; k++)
				one[k] += (double)plim_count_pmf(&law, n) *
				          exp(lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1)) *
				          pow(q, (double)k) * pow(1 - q, (double)(n - k));
		for (size_t i = 0; i < 64; i++)
			for (size_t k = 0; i + k < 64; k++)
				next[i + k] += sum[i] * one[k];
		memcpy(sum, next, sizeof sum);
	}
	memcpy(out, sum, length * sizeof *out);
}

Test(decide_monitor, every_count_law)
{
	gsl_set_error_handler_off();
	const uint64_t counts[] = {0, 2, 5};
	const double weights[] = {3, 2, 1};
	const plim_count laws[] = {
	    {.law = PLIM_COUNT_FIXED, .n = 3},
	    {.law = PLIM_COUNT_BERNOULLI, .p = 0.5},
	    {.law = PLIM_COUNT_BINOMIAL, .n = 6, .p = 0.3},
	    {.law = PLIM_COUNT_POISSON, .mean = 1.7},
	    {.law = PLIM_COUNT_NEGATIVE_BINOMIAL, .mean = 2, .dispersion = 0.7},
	    {.law = PLIM_COUNT_GEOMETRIC, .p = 0.4},
	    {.law = PLIM_COUNT_ZERO_INFLATED_POISSON, .mean = 2, .p = 0.3},
	    {.law = PLIM_COUNT_TABLE, .counts = counts, .weights = weights, .length = 3},
	};
	for (size_t i = 0; i < sizeof laws / sizeof *laws; i++)
		for (int whole = 0; whole < 2;
		     whole++) { /* p = 1 is the law itself, and holds zeros of its generating function */
			double expected[40], p = whole ? 1 : 0.6, mean = 0, square = 0;
			plim_count_sum sum;
			const plim_count_part part = {laws[i], p, 1, 2.25};
			slow(laws[i], p, 2, 0.25, expected, 40);
			cr_assert(plim_count_sum_init(&sum, 256));
			plim_count_sum_add(&sum, &part, 1);
			cr_assert(plim_count_sum_finish(&sum));
			for (size_t k = 0; k < 40; k++)
				cr_assert_float_eq(sum.probability[k], expected[k], 1e-12, "%s %d: P(%zu) = %g, not %g",
				                   plim_count_law_name(laws[i].law), whole, k, sum.probability[k], expected[k]);
			double by_parts, variance;
			plim_count_parts_moments(&part, 1, &by_parts, &variance);
			for (size_t k = 0; k < 256; k++) {
				mean += (double)k * sum.probability[k];
				square += (double)(k * k) * sum.probability[k];
			}
			cr_assert_float_eq(mean, by_parts, 1e-9);
			cr_assert_float_eq(square - mean * mean, variance, 1e-8);
			plim_count_sum_clear(&sum);
		}
}

Test(decide_monitor, places_and_years)
{
	double upper, lower;
	plim_model *model = parse("  - {id: t, where: {nodes: {id: [a, b, c]}}, loss: 5, vulnerability: 0.5,\n"
	                          "     frequency: {negative_binomial: {mean: 2, dispersion: 0.4}}}\n");
	/* six such years are one negative binomial law with a sixth of the dispersion */
	plim_count six = {.law = PLIM_COUNT_NEGATIVE_BINOMIAL, .mean = 6, .dispersion = 0.4 / 6};
	tails(model, 2, PLIM_ALL_PLACES, 9, &upper, &lower);
	cr_assert_float_eq(upper, upper_of(six, 9), 1e-12);
	cr_assert_float_eq(lower, 1 - upper_of(six, 10), 1e-12);
	plim_count two = {.law = PLIM_COUNT_NEGATIVE_BINOMIAL, .mean = 2, .dispersion = 0.2};
	tails(model, 2, model->threat[0].where.place[1], 4, &upper, &lower);
	cr_assert_float_eq(upper, upper_of(two, 4), 1e-12);
	plim_model_free(&model);
}

Test(decide_monitor, uncertain_rate)
{
	double upper, lower;
	plim_model *model = parse("  - {id: t, loss: 5, frequency: {poisson: {rate: {gamma: {shape: 4, scale: 0.5}}}}}\n");
	/* a gamma rate, one for all five years: negative binomial; 512 slices of it are near */
	plim_count mixed = {.law = PLIM_COUNT_NEGATIVE_BINOMIAL, .mean = 10, .dispersion = 0.25};
	for (uint64_t k = 5; k < 30; k += 5) {
		tails(model, 5, PLIM_ALL_PLACES, k, &upper, &lower);
		cr_assert_float_eq(upper, upper_of(mixed, k), 1e-3, "%g, not %g", upper, upper_of(mixed, k));
	}
	plim_model_free(&model);
}

Test(decide_monitor, controls_and_shared_events)
{
	double upper, lower;
	plim_model *model =
	    parse("  - {id: t, where: {nodes: {id: [a, b, c]}}, shared_by: region, strike_probability: 0.6,\n"
	          "     frequency: {poisson: {rate: 3}}, loss: 5, vulnerability: 0.8}\n"
	          "controls:\n  - {id: g, category: physical, where: {nodes: {id: a}}, coverage: 0.5,\n"
	          "     reduces: {frequency: 0.4, vulnerability: 0.2}}\n"
	          "scenarios: [{id: s, controls: [g]}]\n");
	double at_a = 0.6 * 0.8 * 0.8 * 0.9, at_b = 0.6 * 0.8;
	/* region x strikes a or b or both, region y strikes c */
	double mean = 3 * (1 - (1 - at_a) * (1 - at_b)) + 3 * at_b;
	tails(model, 1, PLIM_ALL_PLACES, 4, &upper, &lower);
	cr_assert_float_eq(upper, gsl_cdf_poisson_Q(3, mean), 1e-12);
	tails(model, 1, model->threat[0].where.place[0], 2, &upper, &lower);
	cr_assert_float_eq(upper, gsl_cdf_poisson_Q(1, 3 * at_a), 1e-12);
	plim_model_free(&model);
}

/* Draws and the closed form are two ways to one law. With 50,000 draws a share is off by at most 4 sqrt(p q / 50000).
 */
Test(decide_monitor, losses_two_ways)
{
	enum { DRAWS = 50000 };
	static double draw[DRAWS];
	plim_event_law law;
	plim_model *model =
	    parse("  - {id: t, frequency: {poisson: {rate: 3}}, loss: {lognormal: {median: 100, sigma: 1}}}\n"
	          "controls:\n  - {id: g, category: physical, coverage: 0.5, reduces: {loss: 0.4}}\n"
	          "  - {id: h, category: physical, coverage: 0.9, reduces: {loss: 0.7}}\n"
	          "scenarios: [{id: s, controls: [g, h]}]\n");
	cr_assert_eq(plim_event_law_build(model, &model->scenario[0], 0, 1, 1, &law, NULL), PLIM_OK);
	cr_assert(plim_event_draws(&law, false, PLIM_ALL_PLACES, 7, draw, DRAWS));
	double sum = 0;
	for (int i = 0; i < DRAWS; i++)
		sum += draw[i];
	double mean = plim_event_mean_loss(&law, PLIM_ALL_PLACES);
	cr_assert_float_eq(mean, 100 * exp(0.5) * (1 - 0.5 * 0.4) * (1 - 0.9 * 0.7), 1e-6);
	cr_assert_float_eq(sum / DRAWS, mean, 0.05 * mean);
	for (int i = 500; i < DRAWS; i += 4000) {
		double p, share = (i + 0.5) / DRAWS;
		cr_assert(plim_event_cdf(&law, false, PLIM_ALL_PLACES, draw[i], &p));
		cr_assert_float_eq(p, share, 4 * sqrt(share * (1 - share) / DRAWS), "%g, not %g", p, share);
	}
	plim_event_law_clear(&law);
	plim_model_free(&model);
}

/* A control that works with probability 0.7 each year: the law of two and a half years is a mixture over its states.
 * 512 drawn histories of three states are off by at most 4 sqrt(0.25 / 512), scaled by how far the tails lie apart. */
Test(decide_monitor, a_control_may_be_out_of_order)
{
	double upper, lower, exact = 0;
	plim_model *model =
	    parse("  - {id: t, frequency: {poisson: {rate: 4}}, loss: 5}\n"
	          "controls:\n  - {id: g, category: physical, reliability: 0.7, reduces: {frequency: 0.5}}\n"
	          "scenarios: [{id: s, controls: [g]}]\n");
	for (int state = 0; state < 8; state++) {
		double mean = 0, weight = 1, span[] = {1, 1, 0.5};
		for (int year = 0; year < 3; year++) {
			bool works = state >> year & 1;
			mean += 4 * span[year] * (works ? 0.5 : 1);
			weight *= works ? 0.7 : 0.3;
		}
		exact += weight * gsl_cdf_poisson_Q(8, mean);
	}
	tails(model, 2.5, PLIM_ALL_PLACES, 9, &upper, &lower);
	double far = gsl_cdf_poisson_Q(8, 10) - gsl_cdf_poisson_Q(8, 5);
	cr_assert_float_eq(upper, exact, 4 * sqrt(0.25 / 512) * far, "%g, not %g", upper, exact);
	plim_event_law law;
	double mean, between, deviation;
	cr_assert_eq(plim_event_law_build(model, &model->scenario[0], 0, 2.5, 1, &law, NULL), PLIM_OK);
	plim_event_law_mean(&law, PLIM_ALL_PLACES, &mean, &between, &deviation);
	cr_assert_float_eq(mean, 4 * 2.5 * (1 - 0.7 * 0.5), 1e-12);
	plim_event_law_clear(&law);
	plim_model_free(&model);
	/* all or nothing: far from the law of the mean effect, Poisson with half the rate */
	model = parse("  - {id: t, frequency: {poisson: {rate: 4}}, loss: 5}\n"
	              "controls:\n  - {id: g, category: physical, reliability: 0.5, reduces: {frequency: 1}}\n"
	              "scenarios: [{id: s, controls: [g]}]\n");
	tails(model, 1, PLIM_ALL_PLACES, 7, &upper, &lower);
	double whole = gsl_cdf_poisson_Q(6, 4);
	cr_assert_float_eq(upper, whole / 2, 4 * sqrt(0.25 / 512) * whole, "%g, not %g", upper, whole / 2);
	plim_model_free(&model);
}
