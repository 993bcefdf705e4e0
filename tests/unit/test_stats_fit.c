/* SPDX-License-Identifier: Apache-2.0 */
/* What fits are made of, each against a second way: the engine's own laws, derivatives, definitions written out. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "decide/fit.h"

static const struct {
	plim_family family;
	double natural[PLIM_FIT_MOST_PARAMETERS], origin;
} laws[] = {
    {PLIM_FAMILY_LOGNORMAL, {4000, 1.3}, 0}, {PLIM_FAMILY_EXPONENTIAL, {2500}, 0},
    {PLIM_FAMILY_GAMMA, {0.7, 6000}, 0},     {PLIM_FAMILY_WEIBULL, {0.8, 5000}, 0},
    {PLIM_FAMILY_PARETO, {1.7}, 1000},       {PLIM_FAMILY_LOMAX, {2.2, 8000}, 0},
    {PLIM_FAMILY_GPD, {0.3, 5000}, 700},     {PLIM_FAMILY_GPD, {-0.2, 5000}, 0},
    {PLIM_FAMILY_BURR, {1.4, 1.8, 6000}, 0}, {PLIM_FAMILY_LOG_LOGISTIC, {1.6, 3000}, 0},
};
#define LAWS (sizeof laws / sizeof *laws)

static plim_fit_amount fit_of(size_t i)
{
	plim_fit_amount fit = {.family = laws[i].family, .origin = laws[i].origin, .good = true};
	for (size_t k = 0; k < plim_fit_parameters(fit.family); k++) {
		fit.natural[k] = laws[i].natural[k];
		fit.coordinate[k] = plim_fit_coordinate(fit.family, k, laws[i].natural[k]);
	}
	return fit;
}

Test(stats_fit, laws_are_the_engines)
{
	gsl_set_error_handler_off();
	for (size_t i = 0; i < LAWS; i++) {
		plim_fit_amount fit = fit_of(i);
		plim_amount law;
		cr_assert(plim_fit_as_amount(&fit, 0, false, INFINITY, &law));
		cr_assert_eq(plim_amount_build(&law, NULL), PLIM_OK);
		for (double p = 0.001; p < 1; p += 0.0371) {
			double x = (double)plim_amount_quantile(&law, p, 1 - (long double)p);
			double tail = exp(plim_fit_log_tail(fit.family, fit.coordinate, fit.origin, x));
			double back = plim_fit_tail_quantile(fit.family, fit.coordinate, fit.origin, 1 - p);
			cr_assert_float_eq(tail, 1 - p, 1e-9, "%s: tail %g at %g", plim_family_name(fit.family), tail, p);
			cr_assert_float_eq(back, x, 1e-7 * x, "%s: quantile %g, not %g", plim_family_name(fit.family), back, x);
			double h = 1e-5 * x;
			double slope = (double)(plim_amount_cdf(&law, x + h) - plim_amount_cdf(&law, x - h)) / (2 * h);
			double density = exp(plim_fit_log_density(fit.family, fit.coordinate, fit.origin, x, log(x)));
			if (x - h > laws[i].origin)
				cr_assert_float_eq(density, slope, 1e-4 * slope, "%s: density %g, slope %g at %g",
				                   plim_family_name(fit.family), density, slope, x);
		}
		plim_amount_clear(&law);
	}
}

/* The coordinate that scales with the data does. */
Test(stats_fit, rescaling)
{
	for (size_t i = 0; i < LAWS; i++) {
		plim_fit_amount fit = fit_of(i);
		double before = plim_fit_log_tail(fit.family, fit.coordinate, fit.origin, 9000);
		plim_fit_rescale(fit.family, fit.coordinate, log(1000.0));
		double after = plim_fit_log_tail(fit.family, fit.coordinate, fit.origin * 1000, 9e6);
		cr_assert_float_eq(before, after, 1e-9 * fabs(before), "%s", plim_family_name(fit.family));
	}
}

/* A top is a top, and both ends of an interval lie 1.92 below it where the other coordinates are let go. */
Test(stats_fit, tops_are_tops)
{
	gsl_set_error_handler_off();
	double value[60];
	for (int i = 0; i < 60; i++)
		value[i] = 1000 * exp(1.1 * sin(i * 1.7) + 0.6 * cos(i * 5.3));
	const double low[] = {200, 200}, high[] = {300, 300};
	plim_fit_sample sample = {value, 60, low, high, 2, 200};
	for (int f = 0; f < PLIM_FIT_FAMILIES; f++) {
		plim_fit_amount fit;
		cr_assert_eq(plim_fit_amount_of(&sample, plim_fit_family[f], &fit, NULL), PLIM_OK);
		if (!fit.good)
			continue;
		double top = plim_fit_log_likelihood(&sample, fit.family, fit.coordinate, fit.origin);
		cr_assert_float_eq(top, fit.log_likelihood, 1e-6, "%s: %g", plim_family_name(fit.family), top);
		for (size_t k = 0; k < fit.parameters; k++) {
			for (int side = -1; side <= 1; side += 2) {
				double c[PLIM_FIT_MOST_PARAMETERS];
				memcpy(c, fit.coordinate, sizeof c);
				c[k] += side * 0.01;
				cr_assert_lt(plim_fit_log_likelihood(&sample, fit.family, c, fit.origin), top + 1e-7, "%s",
				             plim_family_name(fit.family));
			}
			cr_assert(fit.lower[k] < fit.natural[k] && fit.natural[k] < fit.upper[k]);
		}
	}
}

Test(stats_fit, distances)
{
	const double z[] = {0.1, 0.4, 0.8};
	/* D: the largest of i/n - z and z - (i-1)/n */
	cr_assert_float_eq(plim_fit_ks(z, 3), 2.0 / 3 - 0.4, 1e-15);
	double sum = log(0.1) + log(0.2) + 3 * (log(0.4) + log(0.6)) + 5 * (log(0.8) + log(0.9));
	cr_assert_float_eq(plim_fit_ad(z, 3), -3 - sum / 3, 1e-14);
}

Test(stats_fit, beliefs)
{
	gsl_set_error_handler_off();
	plim_gamma_belief prior;
	cr_assert_eq(plim_gamma_belief_between(0.2, 3, &prior, NULL), PLIM_OK);
	cr_assert_float_eq(plim_gamma_belief_quantile(prior, 0.05), 0.2, 1e-9);
	cr_assert_float_eq(plim_gamma_belief_quantile(prior, 0.95), 3, 1e-9);
	plim_gamma_belief after = plim_gamma_belief_update(prior, 7, 4);
	cr_assert_float_eq(after.shape - prior.shape, 7, 1e-12);
	cr_assert_float_eq(after.years - prior.years, 4, 1e-12);
	cr_assert_eq(plim_gamma_belief_between(3, 3, &prior, NULL), PLIM_ERROR_MODEL);
	cr_assert_eq(plim_gamma_belief_between(1e-30, 3, &prior, NULL), PLIM_ERROR_MODEL);

	/* one by one is the same as all at once */
	const double value[] = {10, 300, 2000};
	plim_lognormal_belief all = plim_lognormal_belief_between(5, 5000, 8), one = all;
	all = plim_lognormal_belief_update(all, value, 3);
	for (int i = 0; i < 3; i++)
		one = plim_lognormal_belief_update(one, &value[i], 1);
	cr_assert_float_eq(all.centre, one.centre, 1e-12);
	cr_assert_float_eq(all.spread, one.spread, 1e-12);
	cr_assert_float_eq(all.freedom, 11, 1e-12);
	cr_assert_float_eq(plim_lognormal_belief_quantile(all, 0.5), exp(all.centre), 1e-9 * exp(all.centre));
}

Test(stats_fit, counts)
{
	gsl_set_error_handler_off();
	const uint64_t count[] = {0, 9, 1, 12, 2, 0, 7};
	const double years[] = {1, 1, 1, 1, 1, 1, 0.5};
	plim_fit_count fit;
	cr_assert(plim_fit_count_of(count, years, 7, 1, 2, 999, &fit));
	cr_assert_float_eq(fit.rate, 31 / 6.5, 1e-12);
	cr_assert(fit.spread && fit.binomial_aic < fit.poisson_aic && fit.dispersion_p < 0.01);
	/* the likelihood through the engine's own probabilities */
	double sum = 0;
	for (int i = 0; i < 7; i++) {
		plim_count law = {
		    .law = PLIM_COUNT_NEGATIVE_BINOMIAL, .mean = fit.mean * years[i], .dispersion = fit.dispersion};
		sum += log((double)plim_count_pmf(&law, count[i]));
	}
	cr_assert_float_eq(sum, fit.binomial_log_likelihood, 1e-9);
	const uint64_t even[] = {3, 3, 3, 3};
	cr_assert(plim_fit_count_of(even, years, 4, 1, 2, 99, &fit));
	cr_assert(!fit.spread && fit.dispersion_p > 0.9);
	double lower, upper;
	plim_poisson_interval(0, &lower, &upper);
	cr_assert_float_eq(lower, 0, 0);
	cr_assert_float_eq(upper, -log(0.025), 1e-9);
}

Test(base_date, there_and_back)
{
	int32_t day;
	char text[PLIM_DATE_SIZE];
	cr_assert(plim_date_parse("1970-01-01", &day) && day == 0);
	cr_assert(plim_date_parse("2000-03-01", &day) && day == 11017);
	cr_assert(!plim_date_parse("2023-02-29", &day) && !plim_date_parse("2023-2-09", &day));
	cr_assert(plim_date_parse("2024-02-29", &day));
	cr_assert(plim_date_add_years(day, 1) == day + 366); /* 1 March 2025 */
	for (int32_t d = -719162; d <= 2932896; d += 97) {
		int32_t back;
		plim_date_text(text, d);
		cr_assert(plim_date_parse(text, &back) && back == d, "%s", text);
		cr_assert(plim_date_year_start(d) <= d && d < plim_date_next_year(d));
	}
	int32_t from, to;
	plim_date_parse("2016-01-01", &from);
	plim_date_parse("2025-12-31", &to);
	cr_assert_float_eq(plim_date_span_years(from, to), 10, 0);
	cr_assert_float_eq(plim_date_span_years(from, from), 1.0 / 366, 1e-15);
}
