/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fits recover what samples were drawn from: over many samples with fixed seeds, intervals of stated 95 % must cover
 * the truth as often as they say, and p-values of the true family must be uniform.
 *
 * Bounds. Of R samples the number whose interval covers is binomial(R, c). Intervals of the profile likelihood are
 * exact only in the limit: c is 0.95 + O(1 / n). The test allows c one percentage point for that unknown constant (two
 * for a family of three parameters and for truncated or censored samples, which tell less), and then 4 standard
 * deviations of the binomial at the allowed c: a false alarm has a chance of at most 6e-5 for each parameter.
 */
#include <gsl/gsl_errno.h>
#include <math.h>
#include <string.h>

#include "random/address.h"
#include "random/identity.h"
#include "stats/fit_amount.h"
#include "stats/fit_count.h"
#include "long.h"
#include "tap.h"

#define SEED 20261

typedef struct law {
	const char *name;
	plim_family family;
	double natural[PLIM_FIT_MOST_PARAMETERS], origin;
	size_t n;
} law;

static const law laws[] = {
    {"lognormal", PLIM_FAMILY_LOGNORMAL, {40e3, 1.3}, 0, 150},
    {"exponential", PLIM_FAMILY_EXPONENTIAL, {25e3}, 0, 100},
    {"gamma", PLIM_FAMILY_GAMMA, {0.7, 60e3}, 0, 150},
    {"weibull", PLIM_FAMILY_WEIBULL, {0.8, 50e3}, 0, 150},
    {"pareto", PLIM_FAMILY_PARETO, {1.7}, 10e3, 100},
    {"lomax", PLIM_FAMILY_LOMAX, {2.2, 80e3}, 0, 400},
    {"gpd", PLIM_FAMILY_GPD, {0.3, 50e3}, 0, 200},
    {"burr", PLIM_FAMILY_BURR, {1.4, 1.8, 60e3}, 0, 500},
    {"log_logistic", PLIM_FAMILY_LOG_LOGISTIC, {1.6, 30e3}, 0, 150},
};

#define MOST 2000

static double uniform(const char *name, uint64_t replicate, uint64_t position)
{
	uint64_t identity = plim_identity(&name, 1);
	return plim_uniform_double(
	    plim_address_uniform(SEED, identity, plim_address_base(PLIM_PURPOSE_REPLICATE, replicate), position));
}

/* n values above the threshold; those below `limit` go to the bounds. */
static plim_fit_sample draw(const law *l, const char *name, uint64_t replicate, double threshold, double limit)
{
	static double value[MOST], low[MOST], high[MOST];
	double c[PLIM_FIT_MOST_PARAMETERS] = {0};
	for (size_t k = 0; k < plim_fit_parameters(l->family); k++)
		c[k] = plim_fit_coordinate(l->family, k, l->natural[k]);
	double above = exp(plim_fit_log_tail(l->family, c, l->origin, threshold));
	plim_fit_sample sample = {.value = value, .low = low, .high = high, .threshold = threshold};
	for (size_t i = 0; i < l->n; i++) {
		double x = plim_fit_tail_quantile(l->family, c, l->origin, above * uniform(name, replicate, i));
		if (x < limit) {
			low[sample.bounded] = threshold;
			high[sample.bounded++] = limit;
		} else {
			value[sample.values++] = x;
		}
	}
	return sample;
}

static void cover(const law *l, const char *what, double threshold, double limit, int replicates, double slack)
{
	char name[80];
	int covered[PLIM_FIT_MOST_PARAMETERS] = {0}, fitted = 0;
	size_t parameters = plim_fit_parameters(l->family);
	snprintf(name, sizeof name, "%s %s", l->name, what);
	for (int r = 0; r < replicates; r++) {
		plim_fit_amount fit;
		plim_fit_sample sample = draw(l, name, (uint64_t)r, threshold, limit);
		if (plim_fit_amount_of(&sample, l->family, &fit, NULL) != PLIM_OK || !fit.good)
			continue;
		fitted++;
		for (size_t k = 0; k < parameters; k++)
			covered[k] += fit.lower[k] <= l->natural[k] && l->natural[k] <= fit.upper[k];
	}
	tap_ok(fitted >= replicates * 0.95, "%s: %d of %d samples have a maximum", name, fitted, replicates);
	for (size_t k = 0; k < parameters; k++) {
		double least = 0.95 - slack, most = fmin(0.95 + slack, 1), n = fitted;
		double low = n * least - 4 * sqrt(n * least * (1 - least)), high = n * most + 4 * sqrt(n * most * (1 - most));
		tap_ok(covered[k] >= low && covered[k] <= high, "%s: %d of %d intervals cover %s (%.1f to %.1f allowed)", name,
		       covered[k], fitted, plim_fit_parameter_name(l->family, k), low, high);
	}
}

/* The threshold below which a law has a probability p. */
static double quantile(const law *l, double p)
{
	double c[PLIM_FIT_MOST_PARAMETERS] = {0};
	for (size_t k = 0; k < plim_fit_parameters(l->family); k++)
		c[k] = plim_fit_coordinate(l->family, k, l->natural[k]);
	return plim_fit_tail_quantile(l->family, c, l->origin, 1 - p);
}

/* Under the true family p-values are uniform: the numbers at or below 0.1 and 0.5 (multiples of 1 / 40) are binomial.
 * The first finds p-values that are too small, the second those that forget that parameters were estimated. */
static void test_p_values(const law *l, int samples)
{
	int ks = 0, ad = 0, ks_half = 0, ad_half = 0;
	for (int r = 0; r < samples; r++) {
		plim_fit_amount fit;
		law small = *l;
		small.n = 60;
		plim_fit_sample sample = draw(&small, "p-values", (uint64_t)r, 0, 0);
		if (plim_fit_amount_of(&sample, l->family, &fit, NULL) != PLIM_OK || !fit.good ||
		    plim_fit_bootstrap(&sample, &fit, SEED, (uint64_t)r, 39, NULL) != PLIM_OK)
			continue;
		ks += fit.ks_p <= 0.1 + 1e-9;
		ad += fit.ad_p <= 0.1 + 1e-9;
		ks_half += fit.ks_p <= 0.5 + 1e-9;
		ad_half += fit.ad_p <= 0.5 + 1e-9;
	}
	double n = samples, deviation = 4 * sqrt(n * 0.1 * 0.9);
	tap_ok(fabs(ks - n * 0.1) <= deviation, "%s: %d of %d p-values of D are at most 0.1", l->name, ks, samples);
	tap_ok(fabs(ad - n * 0.1) <= deviation, "%s: %d of %d p-values of A2 are at most 0.1", l->name, ad, samples);
	tap_ok(fabs(ks_half - n / 2) <= 2 * sqrt(n), "%s: %d of %d p-values of D are at most 0.5", l->name, ks_half,
	       samples);
	tap_ok(fabs(ad_half - n / 2) <= 2 * sqrt(n), "%s: %d of %d p-values of A2 are at most 0.5", l->name, ad_half,
	       samples);
}

/* Another family than the true one is found out. */
static void test_power(void)
{
	plim_fit_amount fit;
	law heavy = laws[4]; /* a Pareto law is no gamma law */
	heavy.n = 300;
	plim_fit_sample sample = draw(&heavy, "power", 0, 0, 0);
	bool good = plim_fit_amount_of(&sample, PLIM_FAMILY_GAMMA, &fit, NULL) == PLIM_OK && fit.good &&
	            plim_fit_bootstrap(&sample, &fit, SEED, 7, 199, NULL) == PLIM_OK;
	tap_ok(good && fit.ks_p <= 0.01 && fit.ad_p <= 0.01, "a gamma law fitted to Pareto values: p = %g, %g", fit.ks_p,
	       fit.ad_p);
}

/* A count of a negative binomial law: Poisson of a gamma rate, by inversion of its probabilities. */
static uint64_t binomial_count(double mean, double dispersion, double u)
{
	double size = 1 / dispersion, p = pow(1 + dispersion * mean, -size), sum = p;
	uint64_t k = 0;
	while (u > sum && k < 100000) {
		p *= ((double)k + size) / ((double)k + 1) * (mean * dispersion / (1 + mean * dispersion));
		sum += p;
		k++;
	}
	return k;
}

static void test_counts(int replicates, double dispersion)
{
	enum { SPANS = 40 };
	const double mean = 6;
	int by_mean = 0, by_dispersion = 0, spread = 0, poisson = 0;
	double years[SPANS];
	for (int r = 0; r < replicates; r++) {
		uint64_t count[SPANS];
		plim_fit_count fit;
		for (int i = 0; i < SPANS; i++) {
			years[i] = i % 4 == 3 ? 0.5 : 1;
			count[i] = binomial_count(mean * years[i], dispersion, uniform("counts", (uint64_t)r, (uint64_t)i));
		}
		if (!plim_fit_count_of(count, years, SPANS, SEED, 1, 0, &fit))
			continue;
		poisson += fit.rate_lower <= mean && mean <= fit.rate_upper;
		spread += fit.spread;
		by_mean += fit.spread && fit.mean_lower <= mean && mean <= fit.mean_upper;
		by_dispersion += fit.spread && fit.dispersion_lower <= dispersion && dispersion <= fit.dispersion_upper;
	}
	double n = replicates, low = n * 0.94 - 4 * sqrt(n * 0.94 * 0.06), high = n * 0.96 + 4 * sqrt(n * 0.96 * 0.04);
	if (dispersion < 1e-6) { /* exact: never below, and not far above */
		tap_ok(poisson >= n * 0.95 - 4 * sqrt(n * 0.95 * 0.05), "poisson: %d of %d intervals cover", poisson,
		       replicates);
		return;
	}
	tap_ok(spread == replicates, "negative binomial: %d of %d fits are spread", spread, replicates);
	tap_ok(by_mean >= low && by_mean <= high, "negative binomial: %d of %d intervals cover the mean", by_mean, spread);
	tap_ok(by_dispersion >= low && by_dispersion <= high, "negative binomial: %d of %d intervals cover the dispersion",
	       by_dispersion, spread);
	if (test_is_long()) /* 40 samples could not tell */
		tap_ok(poisson < low, "a Poisson interval on such counts is too narrow: %d of %d", poisson, replicates);
}

int main(void)
{
	gsl_set_error_handler_off();
	int replicates = test_is_long() ? 1000 : 40;
	for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
		const law *l = &laws[i];
		bool wide = l->family == PLIM_FAMILY_BURR;
		cover(l, "whole", 0, 0, replicates, wide ? 0.02 : 0.01);
		if (wide || l->family == PLIM_FAMILY_LOMAX)
			continue; /* a truncated one of these is too flat for so small a sample */
		law more = *l;
		more.n = 400;
		if (l->family != PLIM_FAMILY_GPD && l->family != PLIM_FAMILY_PARETO) {
			cover(&more, "above a threshold", quantile(l, 0.2), 0, replicates, 0.02);
			cover(&more, "with values unreported", 0, quantile(l, 0.3), replicates, 0.02);
		}
	}
	test_p_values(&laws[0], test_is_long() ? 1000 : 100);
	test_p_values(&laws[3], test_is_long() ? 1000 : 60);
	test_power();
	test_counts(replicates, 0.4);
	test_counts(replicates, 1e-9);
	return tap_done();
}
