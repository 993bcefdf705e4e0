/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nested runs against figures worked out by hand. A Poisson count whose rate is an unknown gamma is negative binomial
 * over all worlds and Poisson within each: its mean, its fan and the split of its variance are known in closed form.
 */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "long.h"
#include "run_model.h"
#include "tap.h"

#define HEAD "plimsoll: 1\nname: worlds\ncurrency: EUR\n"
#define LIMIT 5.0 /* standard errors: a false alarm in 1.7 million tests of normal variables */

/* ---- the gamma-mixed Poisson ---- */

#define SHAPE 2.0
#define LOSS 1000.0
#define GAMMA_POISSON                                                                                                  \
	HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: {gamma: {shape: 2, scale: 1}}}}, loss: {fixed: {value: "   \
	     "1000}}}\n"

/* P(N >= k) in a world of that rate. */
static double poisson_from(double k, double rate)
{
	return k > 0 ? gsl_cdf_poisson_Q((unsigned)k - 1, rate) : 1;
}

/* A fan row lies where the quantile of the rate puts it: the rank among the worlds and the trials within each err by
 * chance. */
static void check_fan_row(const plim_fan_row *row, double worlds, double m, unsigned *bad)
{
	const double k = ceil(row->loss / LOSS), spread = LIMIT * sqrt(row->worlds * (1 - row->worlds) / worlds);
	const double low_rate = row->worlds > spread ? gsl_cdf_gamma_Pinv(row->worlds - spread, SHAPE, 1) : 0;
	const double high_rate = row->worlds + spread < 1 ? gsl_cdf_gamma_Pinv(row->worlds + spread, SHAPE, 1) : INFINITY;
	const double low = poisson_from(k, low_rate), high = isinf(high_rate) ? 1 : poisson_from(k, high_rate);
	const double least = low - LIMIT * sqrt(low * (1 - low) / m) - 1 / m,
	             most = high + LIMIT * sqrt(high * (1 - high) / m) + 1 / m;
	*bad += !(row->value >= least && row->value <= most);
	*bad += !(row->lower <= row->value && row->value <= row->upper);
}

static void test_fan(const plim_results *r, double worlds, double m)
{
	unsigned rows = 0, bad = 0, off = 0;
	for (size_t i = 0; i < r->fans; i++) {
		const plim_fan_row *row = &r->fan[i];
		if (row->measure != PLIM_MEASURE_AEP)
			continue;
		rows++;
		check_fan_row(row, worlds, m, &bad);
		/* over all worlds: negative binomial; its error has the worlds' variance, at most p (1 - p), over their number
		 */
		const double k = ceil(row->loss / LOSS);
		const double p = 1 - gsl_cdf_negative_binomial_P((unsigned)k - 1, 0.5, SHAPE);
		off += !(fabs(row->exceedance - p) < LIMIT * sqrt(p * (1 - p) / worlds));
	}
	tap_ok(rows >= 25 && rows % 5 == 0, "the fan has %u rows", rows);
	tap_ok(bad == 0, "%u of %u rows are not where the rate's quantiles put them", bad, rows);
	tap_ok(off == 0, "%u of %u are off the negative binomial law", off, rows);
}

static const plim_ignorance_row *find(const plim_results *r, plim_ignorance_what what, const char *parameter,
                                      const char *place)
{
	for (size_t i = 0; i < r->ignorances; i++) {
		const plim_ignorance_row *row = &r->ignorance[i];
		if (row->scenario == 0 && row->what == what && strcmp(row->parameter, parameter) == 0 &&
		    strcmp(row->place, place) == 0)
			return row;
	}
	fprintf(stderr, "no row for '%s' '%s'\n", parameter, place);
	exit(EXIT_FAILURE);
}

static void test_gamma_poisson(void)
{
	const uint32_t worlds = 1000, m = 500;
	plim_results *r = run_text(GAMMA_POISSON, &(run_of){.trials = worlds * m, .seed = 7, .worlds = worlds});
	const plim_ignorance_row *all = find(r, PLIM_IGNORANCE_ALL, "", ""),
	                         *rate = find(r, PLIM_IGNORANCE_PARAMETER, "threat t: frequency.mean", ""),
	                         *rest = find(r, PLIM_IGNORANCE_REST, "", "");
	test_fan(r, worlds, m);
	/* Var(N) = 4: 2 of the rate, 2 of chance. The sample variance of a gamma of shape 2 has the relative error
	 * sqrt((kurtosis - 1) / worlds), kurtosis 3 + 6 / shape. */
	const double error = sqrt((3 + 6 / SHAPE - 1) / worlds);
	tap_ok(fabs(all->variance / (2 * LOSS * LOSS) - 1) < LIMIT * error, "variance between worlds %g, by hand 2e6",
	       all->variance);
	/* share = B / (B + W): its error is share (1 - share) times the relative ones of both */
	tap_ok(fabs(all->share - 0.5) < LIMIT * 0.25 * error * 1.2, "ignorance is %.4f of the variance, by hand 0.5",
	       all->share);
	tap_ok(fabs(rate->share - all->share) < 0.002, "and the rate is all of it (%.4f)", rate->share);
	tap_ok(rest->lower <= 0 && rest->upper >= 0, "with nothing left (%.4f .. %.4f)", rest->lower, rest->upper);
	plim_results_free(&r);
}

/* ---- parts, and the absence of bias, over many seeds ---- */

/* Mean loss 1000 r v + 2000 s with r uniform on [1, 3], v on [0.2, 0.8], s fixed at 1 (count Poisson, loss fixed). */
#define PARTS                                                                                                          \
	HEAD "threats:\n"                                                                                                  \
	     "  - {id: a, frequency: {poisson: {rate: {uniform: {min: 1, max: 3}}}}, vulnerability: {uniform: {min: 0.2, " \
	     "max: 0.8}}, loss: {fixed: {value: 1000}}}\n"                                                                 \
	     "  - {id: b, frequency: {poisson: {rate: 1}}, loss: {fixed: {value: 2000}}}\n"

typedef struct figure {
	const char *name, *parameter;
	plim_ignorance_what what;
	double truth, sum, squares;
	unsigned held;
} figure;

static void test_parts(void)
{
	/* in units of 10^6: within E[r v] + 4 = 1 + 4 = 5; r: Var(r) E[v]^2 = 1/3 x 1/4; v: Var(v) E[r]^2 = 0.03 x 4;
	 * both together Var(r) Var(v) */
	const double r_part = 1.0 / 12, v_part = 0.12, both = 0.01, whole = 5 + r_part + v_part + both;
	figure f[] = {{"all", "", PLIM_IGNORANCE_ALL, (r_part + v_part + both) / whole, 0, 0, 0},
	              {"rate", "threat a: frequency.mean", PLIM_IGNORANCE_PARAMETER, r_part / whole, 0, 0, 0},
	              {"vulnerability", "threat a: vulnerability", PLIM_IGNORANCE_PARAMETER, v_part / whole, 0, 0, 0},
	              {"interplay", "", PLIM_IGNORANCE_REST, both / whole, 0, 0, 0}};
	const unsigned seeds = test_is_long() ? 400 : 20;
	for (unsigned seed = 1; seed <= seeds; seed++) {
		/* so few trials a world that chance is nearly all that differs between the worlds' means */
		plim_results *r = run_text(PARTS, &(run_of){.trials = 8000, .seed = seed, .worlds = 400});
		for (size_t i = 0; i < sizeof f / sizeof *f; i++) {
			const plim_ignorance_row *row = find(r, f[i].what, f[i].parameter, "");
			f[i].sum += row->share;
			f[i].squares += row->share * row->share;
			f[i].held += row->lower <= f[i].truth && f[i].truth <= row->upper;
		}
		plim_results_free(&r);
	}
	for (size_t i = 0; i < sizeof f / sizeof *f; i++) {
		const double mean = f[i].sum / seeds, error = sqrt((f[i].squares / seeds - mean * mean) / (seeds - 1));
		tap_ok(fabs(mean - f[i].truth) < LIMIT * error, "%s: %.4f on average, by hand %.4f (standard error %.4f)",
		       f[i].name, mean, f[i].truth, error);
		tap_ok(gsl_cdf_binomial_P(f[i].held, 0.95, seeds) > 1e-5 && (!test_is_long() || f[i].held >= 0.92 * seeds),
		       "%s: held in %u of %u", f[i].name, f[i].held, seeds);
	}
}

/* ---- what is no ignorance, and what belongs to places ---- */

/* A common intensity changes from year to year: chance, in every world. */
static void test_intensity(void)
{
	plim_results *r =
	    run_text(HEAD "intensity:\n  - {group: crime, gamma: {cv: 1}, threats: [t]}\n"
	                  "threats:\n  - {id: t, frequency: {poisson: {rate: 2}}, loss: {fixed: {value: 1000}}}\n",
	             &(run_of){.trials = 100000, .seed = 1, .worlds = 500});
	const plim_ignorance_row *all = find(r, PLIM_IGNORANCE_ALL, "", "");
	/* with nothing between worlds F = MSB / MSW scatters about 1 by sqrt(2 / worlds), and the share is (F - 1) / m */
	tap_ok(fabs(all->share) < LIMIT * sqrt(2.0 / 500) / 200, "a common intensity is no ignorance (%g)", all->share);
	size_t loud, tests = plim_results_checks(r, &loud);
	tap_ok(tests > 0 && loud == 0, "without unknowns all trials are independent, and are checked (%zu tests)", tests);
	plim_results_free(&r);
}

static void test_skipped_checks(void)
{
	plim_results *r = run_text(PARTS, &(run_of){.trials = 100000, .seed = 1, .worlds = 100});
	unsigned of_a = 0, of_b = 0;
	for (size_t i = 0; i < r->checks; i++) {
		const plim_check_row *row = &r->check[i];
		of_a += strcmp(r->group[row->group].name, "a") == 0 && !isnan(row->p_value);
		of_b += strcmp(r->group[row->group].name, "b") == 0 && !isnan(row->p_value);
	}
	tap_ok(of_a == 0 && of_b > 0, "what is uncertain is not compared with independent trials (%u), the rest is (%u)",
	       of_a, of_b);
	plim_results_free(&r);
}

static void test_places(void)
{
	plim_results *r =
	    run_text(HEAD "nodes:\n  - {id: x}\n  - {id: y}\n"
	                  "threats:\n  - {id: t, where: {nodes: {}}, frequency: {poisson: {rate: 2}}, vulnerability: "
	                  "{uniform: {min: 0.2, max: 0.8}, per_place: true}, loss: {fixed: {value: 1000}}}\n",
	             &(run_of){.trials = 400000, .seed = 3, .worlds = 1000});
	const plim_ignorance_row *x = find(r, PLIM_IGNORANCE_PARAMETER, "threat t: vulnerability", "x"),
	                         *y = find(r, PLIM_IGNORANCE_PARAMETER, "threat t: vulnerability", "y");
	/* each Var(2 v) = 0.12 of 2 x 0.12 + 2 (the latter the Poisson part); the uniform's kurtosis is 1.8 */
	const double truth = 0.12 / 2.24, error = truth * sqrt(0.8 / 1000) + sqrt(2.0 / 1000) / 400;
	tap_ok(fabs(x->share - truth) < LIMIT * error && fabs(y->share - truth) < LIMIT * error,
	       "one number for each place is one part for each: %.4f and %.4f, by hand %.4f", x->share, y->share, truth);
	plim_results_free(&r);
}

int main(void)
{
	test_gamma_poisson();
	test_parts();
	test_intensity();
	test_skipped_checks();
	test_places();
	return tap_done();
}
