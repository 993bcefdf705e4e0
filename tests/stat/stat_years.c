/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Horizons of several years against closed forms. With a loss of 1 for each event the sum of a trial is a count: over
 * independent years Poisson, negative binomial and binomial counts add up within their families, under an unknown rate
 * (one draw for all years) and under an intensity (one for each year) to different negative binomials. Present values
 * against integrals of v^t, aggregate terms of insurance against those of a year, and an outage across the border of
 * two years by hand.
 *
 * Chi-square at 1e-6 over cells of at least 25 expected trials; means within 4.5 standard errors, shares within 4.5
 * binomial ones: with some 80 of them, a false alarm in about 1,700 seeds.
 */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "dist/count.h"
#include "counts.h"
#include "long.h"
#include "run_model.h"
#include "tap.h"

#define ERRORS 4.5
#define CELLS 120

static uint64_t trials_of_run(void)
{
	return test_is_long() ? 4000000 : 100000;
}

static plim_results *run(unsigned years, const char *rest)
{
	char text[4096];
	run_of what = {.trials = trials_of_run(), .seed = 71};
	snprintf(text, sizeof text, "plimsoll: 1\nname: years\ncurrency: EUR\nhorizon_years: %u\n%s", years, rest);
	return run_text(text, &what);
}

static const plim_moments_row *moments(const plim_results *r, uint32_t scenario, plim_perspective perspective,
                                       plim_measure measure)
{
	for (size_t i = 0; i < r->moments_count; i++) {
		const plim_moments_row *row = &r->moments[i];
		if (row->scenario == scenario && r->group[row->group].kind == PLIM_GROUP_TOTAL &&
		    row->perspective == perspective && row->measure == measure)
			return row;
	}
	fprintf(stderr, "no row of %s\n", plim_measure_name(measure));
	exit(EXIT_FAILURE);
}

static void check_mean(const char *name, const plim_moments_row *m, double exact)
{
	tap_ok(fabs(m->mean - exact) <= ERRORS * m->mean_se + 1e-9 * fabs(exact),
	       "%s: %s: mean %.6g, law %.6g (%+.2f errors)", name, plim_measure_name(m->measure), m->mean, exact,
	       (m->mean - exact) / m->mean_se);
}

static void check_share(const char *name, double share, double exact, double n)
{
	tap_ok(fabs(share - exact) <= ERRORS * sqrt(exact * (1 - exact) / n), "%s: %.5f, law %.5f", name, share, exact);
}

/* ---- counts ---- */

static void check_counts(const char *name, const plim_results *r, const double *pmf)
{
	counts_check(name, r->ylt[0], r->trials, pmf, CELLS);
}

/* The horizon's count against `whole`, each year's mean and P(none) against `one`, and the run's own cross-check. */
static void check_law(const char *name, unsigned years, const char *model, const double *whole, const plim_count *one)
{
	plim_results *r = run(years, model);
	size_t loud, tests = plim_results_checks(r, &loud), of_years = 0;
	check_counts(name, r, whole);
	for (unsigned y = 0; y < years; y++) {
		const plim_moments_row *m = moments(r, 0, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_YEAR + y);
		check_mean(name, m, plim_count_mean(one));
		check_share(name, m->p_zero, (double)plim_count_pmf(one, 0), (double)r->trials);
	}
	for (size_t i = 0; i < r->checks; i++)
		of_years += r->check[i].measure >= PLIM_MEASURE_YEAR && !isnan(r->check[i].p_value);
	tap_ok(tests > 0 && loud == 0 && of_years >= 3 * years,
	       "%s: no contradiction in %zu tests against exact laws, %zu of them of years", name, tests, of_years);
	plim_results_free(&r);
}

static void fill_pmf(double *pmf, plim_count law)
{
	for (int k = 0; k < CELLS; k++)
		pmf[k] = (double)plim_count_pmf(&law, (uint64_t)k);
}

static plim_count negative_binomial(double mean, double dispersion)
{
	return (plim_count){.law = PLIM_COUNT_NEGATIVE_BINOMIAL, .mean = mean, .dispersion = dispersion};
}

#define THREAT(frequency) "threats:\n  - {id: t, frequency: " frequency ", loss: {fixed: {value: 1}}}\n"

static void counts(void)
{
	double pmf[CELLS];
	const plim_count rare = {.law = PLIM_COUNT_POISSON, .mean = 0.4};
	fill_pmf(pmf, (plim_count){.law = PLIM_COUNT_POISSON, .mean = 2});
	check_law("Poisson", 5, THREAT("{poisson: {rate: 0.4}}"), pmf, &rare);
	/* drawn by cells, of which few are not zero */
	const plim_count sparse = negative_binomial(0.2, 0.5);
	fill_pmf(pmf, negative_binomial(0.8, 0.125));
	check_law("rare negative binomial", 4, THREAT("{negative_binomial: {mean: 0.2, dispersion: 0.5}}"), pmf, &sparse);
	/* ... of which most are not */
	const plim_count dense = {.law = PLIM_COUNT_BINOMIAL, .n = 3, .p = 0.5};
	fill_pmf(pmf, (plim_count){.law = PLIM_COUNT_BINOMIAL, .n = 15, .p = 0.5});
	check_law("binomial", 5, THREAT("{binomial: {n: 3, p: 0.5}}"), pmf, &dense);
}

/* A gamma-mixed Poisson count is negative binomial in each year; what is shared by the years makes the difference. */
static void mixtures(void)
{
	double pmf[CELLS], year[CELLS] = {0};
	const plim_count one = negative_binomial(1, 0.36);
	fill_pmf(pmf, negative_binomial(3, 0.36));
	check_law("an unknown rate, drawn once for three years", 3,
	          THREAT("{poisson: {rate: {gamma: {mean: 1, cv: 0.6}}}}"), pmf, &one);
	fill_pmf(pmf, negative_binomial(3, 0.12));
	check_law("an intensity, drawn for each of three years", 3,
	          THREAT("{poisson: {rate: 1}}") "intensity:\n  - {group: g, threats: [t], gamma: {cv: 0.6}}\n", pmf, &one);
	/* both: f_y times u, whose second moments multiply; by moments, for the law is none of a known name */
	plim_results *r = run(3, THREAT("{poisson: {rate: {gamma: {mean: 1, cv: 0.6}}}}") "intensity:\n  - {group: g, "
	                                                                                  "threats: [t], gamma: {cv: "
	                                                                                  "0.5}}\n");
	const plim_moments_row *m = moments(r, 0, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_AEP);
	/* E f^2 u^2 = 1.25 x 1.36 in a year, E u^2 = 1.36 between two */
	const double variance = 3 + 3 * 1.25 * 1.36 + 6 * 1.36 - 9;
	size_t loud, tests = plim_results_checks(r, &loud);
	check_mean("both", m, 3);
	double fourth = 0, n = (double)r->trials; /* the error of a variance, by the sample's own fourth moment */
	for (uint64_t i = 0; i < r->trials; i++)
		fourth += pow(r->ylt[0][i] - 3, 4) / n;
	tap_ok(fabs(m->sd * m->sd - variance) < ERRORS * sqrt((fourth - variance * variance) / n),
	       "both: variance %.4f, law %.4f", m->sd * m->sd, variance);
	tap_ok(tests > 0 && loud == 0, "both: no contradiction in %zu tests", tests);
	plim_results_free(&r);
	/* a control in working order in 7 years of 10, each by itself, leaves none of two events a year */
	for (int k = 0; k < 30; k++)
		year[k] = 0.3 * gsl_ran_poisson_pdf((unsigned)k, 2) + (k == 0 ? 0.7 : 0);
	for (int k = 0; k < CELLS; k++) {
		pmf[k] = 0;
		for (int j = 0; j <= k && j < 30; j++)
			pmf[k] += k - j < 30 ? year[j] * year[k - j] : 0;
	}
	r = run(2, THREAT("{poisson: {rate: 2}}") "controls:\n  - {id: c, reduces: {frequency: 1}, reliability: 0.7}\n"
	                                          "scenarios:\n  - {id: s, controls: [c]}\n");
	tests = plim_results_checks(r, &loud);
	check_counts("a control that is out of order in some years", r, pmf);
	tap_ok(tests > 0 && loud == 0, "a control that is out of order in some years: no contradiction in %zu tests",
	       tests);
	plim_results_free(&r);
}

/* ---- money over time ---- */

static void present_values(void)
{
	const double force = log(1.08), rate = 1.5, loss = 100;
	plim_results *r = run(4, "discount_rate: 0.08\nthreats:\n"
	                         "  - {id: t, frequency: {poisson: {rate: 1.5}}, loss: {fixed: {value: 100}}}\n"
	                         "controls:\n  - {id: c, reduces: {frequency: 1}, start_day: 547.5}\n"
	                         "scenarios:\n  - {id: today, controls: []}\n  - {id: later, controls: [c]}\n");
	const plim_moments_row *m = moments(r, 0, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_PRESENT);
	const double n = (double)r->trials, second = rate * loss * loss * (1 - exp(-8 * force)) / (2 * force),
	             fourth = rate * pow(loss, 4) * (1 - exp(-16 * force)) / (4 * force);
	check_mean("discounted over four years", m, rate * loss * (1 - exp(-4 * force)) / force);
	tap_ok(fabs(m->sd * m->sd - second) < ERRORS * sqrt((fourth + 2 * second * second) / n),
	       "discounted over four years: variance %.5g, law %.5g", m->sd * m->sd, second);
	m = moments(r, 1, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_PRESENT);
	check_mean("discounted until a control starts after a year and a half", m,
	           rate * loss * (1 - exp(-1.5 * force)) / force);
	const double year[] = {150, 75, 0, 0};
	for (unsigned y = 0; y < 4; y++)
		check_mean("a control that starts in the second year",
		           moments(r, 1, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_YEAR + y), year[y]);
	size_t loud, tests = plim_results_checks(r, &loud);
	bool found = false;
	for (size_t i = 0; i < r->checks; i++)
		found |= r->check[i].measure == PLIM_MEASURE_PRESENT && r->check[i].scenario == 0 &&
		         fabs(r->check[i].expected / (rate * loss * (1 - exp(-4 * force)) / force) - 1) < 1e-8;
	tap_ok(found && tests > 0 && loud == 0, "the exact present value stands beside it; no contradiction in %zu tests",
	       tests);
	plim_results_free(&r);
}

/* ---- insurance and tolerance, year by year ---- */

static void insurance(void)
{
	plim_results *r = run(3, "policy: {tolerance: [{loss: 25, probability: 0.5}]}\nthreats:\n"
	                         "  - {id: t, frequency: {poisson: {rate: 3}}, loss: {fixed: {value: 10}}}\n"
	                         "insurance: [{id: a, covers: [t], deductible: 2, share: 0.5, aggregate_deductible: 7, "
	                         "aggregate_limit: 11}]\n");
	double mean = 0, above = 0;
	for (unsigned n = 0; n < 60; n++) {
		const double paid = fmin(fmax(4.0 * n - 7, 0), 11);
		mean += gsl_ran_poisson_pdf(n, 3) * paid;
		above += 10.0 * n - paid > 25 ? gsl_ran_poisson_pdf(n, 3) : 0;
	}
	for (unsigned y = 0; y < 3; y++)
		check_mean("aggregates begin anew", moments(r, 0, PLIM_PERSPECTIVE_CEDED, PLIM_MEASURE_YEAR + y), mean);
	check_mean("aggregates begin anew", moments(r, 0, PLIM_PERSPECTIVE_CEDED, PLIM_MEASURE_AEP), 3 * mean);
	check_mean("aggregates begin anew", moments(r, 0, PLIM_PERSPECTIVE_NET, PLIM_MEASURE_AEP), 3 * (30 - mean));
	tap_ok(r->tolerances == 3, "tolerance has a row for each year");
	for (size_t i = 0; i < r->tolerances; i++) {
		const plim_tolerance_row *row = &r->tolerance[i];
		tap_ok(row->perspective == PLIM_PERSPECTIVE_NET && row->year == i + 1, "row %zu is net, of year %u", i + 1,
		       (unsigned)row->year);
		check_share("P(net loss of the year above the tolerated one)", row->probability, above, (double)r->trials);
	}
	plim_results_free(&r);
}

/* ---- outages across the border ---- */

/*
 * One outage in each of two years, a year long each: they overlap if the second begins earlier in its year than the
 * first did. The node is then down for 730 - (U1 - U2) days, U uniform over 365: 730 - 365/6 on average. Both would
 * lose the same by themselves, so each year is charged with half.
 */
static void border(void)
{
	static const char model[] =
	    "nodes:\n  - {id: s, kind: shop, margin_per_day: 1}\nthreats:\n"
	    "  - {id: t, where: {nodes: {kind: shop}}, frequency: {fixed: {count: 1}}, outage_days: "
	    "{fixed: {value: 365}}}\n";
	char alone[512];
	plim_results *r = run(2, model);
	const plim_moments_row *all = moments(r, 0, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_AEP);
	double apart = 0, outside = 0, n = (double)r->trials;
	check_mean("outages that meet across the border", all, 730 - 365.0 / 6);
	for (uint64_t i = 0; i < r->trials; i++) {
		apart += r->ylt[0][i] > 730 - 1e-6;
		outside += r->ylt[0][i] < 365 || r->ylt[0][i] > 730 + 1e-6;
	}
	check_share("outages that do not meet", apart / n, 0.5, n);
	tap_ok(outside == 0, "every trial between one outage and two");
	for (unsigned y = 0; y < 2; y++) {
		const plim_moments_row *m = moments(r, 0, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_YEAR + y);
		tap_ok(fabs(2 * m->mean / all->mean - 1) < 1e-9 && fabs(2 * m->sd / all->sd - 1) < 1e-6,
		       "year %u has half of what is lost: %.6g of %.6g", y + 1, m->mean, all->mean);
	}
	plim_results_free(&r);
	snprintf(alone, sizeof alone, "overlaps: alone\n%s", model);
	r = run(2, alone);
	all = moments(r, 0, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_AEP);
	tap_ok(fabs(all->mean - 730) < 1e-9 && all->sd < 1e-6, "each alone: two years in every trial");
	plim_results_free(&r);
}

/* One event strikes several places: it belongs to one year, wherever it strikes. */
static void shared(void)
{
	plim_results *r =
	    run(3, "nodes:\n  - {id: a, kind: port, region: r}\n  - {id: b, kind: port, region: r}\nthreats:\n"
	           "  - {id: t, where: {nodes: {kind: port}}, shared_by: region, frequency: {poisson: {rate: "
	           "{uniform: {min: 0.2, max: 1}}}}, loss: {fixed: {value: 5}}}\n");
	for (unsigned y = 0; y < 3; y++)
		check_mean("shared events", moments(r, 0, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_YEAR + y), 6);
	check_mean("shared events", moments(r, 0, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_AEP), 18);
	size_t loud, tests = plim_results_checks(r, &loud);
	tap_ok(tests > 0 && loud == 0, "shared events: no contradiction in %zu tests", tests);
	plim_results_free(&r);
}

int main(void)
{
	counts();
	mixtures();
	present_values();
	insurance();
	border();
	shared();
	return tap_done();
}
