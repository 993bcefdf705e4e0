/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/fit_prior.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/error.h"

#define Z95 1.6448536269514722

plim_status plim_gamma_belief_between(double p5, double p95, plim_gamma_belief *out, plim_error *error)
{
	/* the ratio of the quantiles falls as the shape grows */
	double low = log(0.1), high = log(1e6), wanted = log(p95 / p5);
	if (!(p5 > 0 && p95 > p5))
		return plim_error_set(error, PLIM_ERROR_MODEL, "a belief about a rate needs 0 < p5 < p95");
	for (int i = 0; i < 200; i++) {
		double middle = (low + high) / 2, shape = exp(middle);
		double ratio = log(gsl_cdf_gamma_Pinv(0.95, shape, 1) / gsl_cdf_gamma_Pinv(0.05, shape, 1));
		if (ratio > wanted)
			low = middle;
		else
			high = middle;
	}
	if (low > log(1e6) - 1e-6 || high < log(0.1) + 1e-6)
		return plim_error_set(
		    error, PLIM_ERROR_MODEL,
		    "no gamma law with a shape from 0.1 to 10^6 has the quantiles p5 = %.6g and p95 = %.6g; %s", p5, p95,
		    high < log(0.1) + 1e-6 ? "narrow them" : "widen them");
	double shape = exp((low + high) / 2);
	*out = (plim_gamma_belief){shape, gsl_cdf_gamma_Pinv(0.95, shape, 1) / p95};
	return PLIM_OK;
}

plim_gamma_belief plim_gamma_belief_update(plim_gamma_belief prior, uint64_t events, double years)
{
	return (plim_gamma_belief){prior.shape + (double)events, prior.years + years};
}

double plim_gamma_belief_quantile(plim_gamma_belief belief, double p)
{
	return gsl_cdf_gamma_Pinv(p, belief.shape, 1 / belief.years);
}

plim_lognormal_belief plim_lognormal_belief_between(double p5, double p95, double weight)
{
	return (plim_lognormal_belief){
	    .centre = (log(p5) + log(p95)) / 2, .spread = log(p95 / p5) / (2 * Z95), .weight = weight, .freedom = weight};
}

plim_lognormal_belief plim_lognormal_belief_update(plim_lognormal_belief prior, const double *value, size_t count)
{
	double n = (double)count, sum = 0, square = 0;
	if (!count)
		return prior;
	for (size_t i = 0; i < count; i++)
		sum += log(value[i]);
	double mean = sum / n, weight = prior.weight + n, freedom = prior.freedom + n, off = mean - prior.centre;
	for (size_t i = 0; i < count; i++)
		square += (log(value[i]) - mean) * (log(value[i]) - mean);
	double total = prior.freedom * prior.spread * prior.spread + square + prior.weight * n / weight * off * off;
	return (plim_lognormal_belief){.centre = (prior.weight * prior.centre + sum) / weight,
	                               .spread = sqrt(total / freedom),
	                               .weight = weight,
	                               .freedom = freedom};
}

double plim_lognormal_belief_quantile(plim_lognormal_belief belief, double p)
{
	double t = gsl_cdf_tdist_Pinv(p, belief.freedom);
	return exp(belief.centre + t * belief.spread * sqrt(1 + 1 / belief.weight));
}
