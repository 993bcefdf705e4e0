/* SPDX-License-Identifier: Apache-2.0 */
/* Confidence intervals of ranks and of probabilities. */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "stats/percentile.h"
#include "stats/replicates.h"

#define ALPHA_HALF ((1.0 - PLIM_CONFIDENCE) / 2.0)

/* Up to this variance binomial quantiles are summed term by term (a few hundred terms); beyond it the expansion below
 * errs by less than a tenth of a rank. */
#define SUMMED_VARIANCE 1e4

/* Counts below which Clopper-Pearson bounds are found by inverting the beta law. */
#define INVERTED_COUNT 1000

double plim_confidence_z(void)
{
	return gsl_cdf_ugaussian_Pinv(1.0 - ALPHA_HALF);
}

/* Binomial weights relative to that of the mode; `value` walks along them. */
typedef struct binomial_walk {
	double n, odds; /* odds = p / (1 - p) */
	double k, weight;
} binomial_walk;

static void step_down(binomial_walk *walk)
{
	walk->weight *= walk->k / ((walk->n - walk->k + 1.0) * walk->odds);
	walk->k -= 1.0;
}

static void step_up(binomial_walk *walk)
{
	walk->weight *= (walk->n - walk->k) / (walk->k + 1.0) * walk->odds;
	walk->k += 1.0;
}

/* Sum of the weights from the mode to one end, the mode included, until they vanish beside it. */
static double side(binomial_walk walk, void (*step)(binomial_walk *))
{
	double sum = 0.0;
	while (walk.k >= 0.0 && walk.k <= walk.n && walk.weight > 1e-18) {
		sum += walk.weight;
		step(&walk);
	}
	return sum;
}

/* P(B < l) <= alpha and P(B >= u) <= alpha by taking weights off the sums on either side of the mode. */
static void summed_ranks(double n, double p, double q, double *lower, double *upper)
{
	const binomial_walk mode = {.n = n, .odds = p / q, .k = fmin(n, floor((n + 1.0) * p)), .weight = 1.0};
	double below = side(mode, step_down), above = side(mode, step_up);
	const double limit = ALPHA_HALF * (below + above - 1.0);
	binomial_walk walk = mode;
	while (walk.k > 0.0 && below - walk.weight > limit) {
		below -= walk.weight;
		step_down(&walk);
	}
	*lower = walk.k;
	walk = mode;
	while (walk.k <= n && above > limit) {
		above -= walk.weight;
		step_up(&walk);
	}
	*upper = walk.k;
}

/* Cornish and Fisher's expansion to the skewness, rounded outwards. */
static void expanded_ranks(double n, double p, double q, double *lower, double *upper)
{
	const double z = plim_confidence_z(), spread = z * sqrt(n * p * q), skew = (q - p) * (z * z - 1.0) / 6.0;
	*lower = fmax(0.0, floor(n * p - spread + skew - 0.5));
	*upper = fmin(n + 1.0, ceil(n * p + spread + skew + 1.0));
}

void plim_interval_ranks(const plim_probability *p, uint64_t n, uint64_t *lower, uint64_t *upper)
{
	const double trials = (double)n, share = plim_probability_value(p), rest = plim_probability_tail(p);
	double low, high;
	if (trials * share * rest <= SUMMED_VARIANCE)
		summed_ranks(trials, share, rest, &low, &high);
	else
		expanded_ranks(trials, share, rest, &low, &high);
	*lower = (uint64_t)low;
	*upper = high > trials ? n + 1 : (uint64_t)high;
}

/* The x with P(Beta(a, b) <= x) = target. Bisection: it cannot fail, as GSL's own inverse can for large b. */
static double beta_quantile(double target, double a, double b)
{
	double low = 0.0, high = 1.0;
	for (int i = 0; i < 200 && high - low > 1e-12 * high; i++) {
		/* Geometric steps once the scale is known, for quantiles near 0. */
		const double middle = low > 0.0 ? sqrt(low * high) : high / 16.0;
		if (gsl_cdf_beta_P(middle, a, b) < target)
			low = middle;
		else
			high = middle;
	}
	return high;
}

/* Bounds for a probability from k of n, k <= n / 2 or at least small. */
static void clopper_pearson(double k, double n, double *lower, double *upper)
{
	*lower = k > 0.0 ? beta_quantile(ALPHA_HALF, k, n - k + 1.0) : 0.0;
	*upper = k < n ? beta_quantile(1.0 - ALPHA_HALF, k + 1.0, n - k) : 1.0;
}

/* Newcombe, Statistics in Medicine 17 (1998), method 4. */
static void wilson(double k, double n, double *lower, double *upper)
{
	const double z = plim_confidence_z(), zz = z * z, p = k / n, q = 1.0 - p, scale = 2.0 * (n + zz);
	*lower = (2.0 * k + zz - 1.0 - z * sqrt(zz - 2.0 - 1.0 / n + 4.0 * p * (n * q + 1.0))) / scale;
	*upper = (2.0 * k + zz + 1.0 + z * sqrt(zz + 2.0 - 1.0 / n + 4.0 * p * (n * q - 1.0))) / scale;
}

/* `k` of `trials`, which need not be whole numbers. */
static plim_estimate exceedance(double k, double trials)
{
	plim_estimate out = {.value = k / trials, .exact = true};
	if (k < INVERTED_COUNT) {
		clopper_pearson(k, trials, &out.lower, &out.upper);
	} else if (trials - k < INVERTED_COUNT) {
		double low, high;
		clopper_pearson(trials - k, trials, &low, &high);
		out.lower = 1.0 - high;
		out.upper = 1.0 - low;
	} else {
		wilson(k, trials, &out.lower, &out.upper);
	}
	return out;
}

plim_estimate plim_exceedance(uint64_t above, uint64_t n)
{
	return exceedance((double)above, (double)n);
}

plim_estimate plim_exceedance_effective(uint64_t above, uint64_t n, double effective)
{
	const double share = (double)above / (double)n;
	plim_estimate out = {.lower = 0, .upper = 1, .exact = true};
	if (effective >= 1)
		out = exceedance(share * effective, effective);
	out.value = share;
	return out;
}
