/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Insurance against closed forms: layers of lognormal and Pareto losses (limited expected values), aggregate terms of
 * compound counts, waiting days, towers; and what must hold in every single trial: gross = ceded + net, the same bits
 * on any threads, the first trials of a longer run.
 *
 * Means are held to 4.5 standard errors of the run itself: with some 30 of them, a false alarm in about 5,000 seeds.
 */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>

#include "long.h"
#include "run_model.h"
#include "tap.h"

#define ERRORS 4.5
enum { SEED = 41 };

static uint64_t trials_of_run(void)
{
	return test_is_long() ? 4000000 : 200000;
}

static plim_results *run_some(const char *text, uint64_t trials, uint32_t threads)
{
	return run_text(text, &(run_of){.trials = trials, .seed = SEED, .threads = threads});
}

static const plim_moments_row *moments(const plim_results *r, plim_perspective perspective, plim_group_kind kind,
                                       const char *group)
{
	int32_t g = plim_results_group(r, kind, group);
	for (size_t i = 0; i < r->moments_count; i++) {
		const plim_moments_row *row = &r->moments[i];
		if (row->scenario == 0 && row->perspective == perspective && row->measure == PLIM_MEASURE_AEP &&
		    (int32_t)row->group == g)
			return row;
	}
	return NULL;
}

static void check_mean(const char *name, const plim_results *r, plim_perspective perspective, plim_group_kind kind,
                       const char *group, double exact)
{
	const plim_moments_row *m = moments(r, perspective, kind, group);
	double z = (m->mean - exact) / m->mean_se;
	tap_ok(fabs(z) < ERRORS || fabs(m->mean - exact) <= 1e-12 * fabs(exact),
	       "%s: %s of %s: mean %.6g, law %.6g (%+.2f errors)", name, plim_perspective_name(perspective), group, m->mean,
	       exact, z);
}

static void check_total(const char *name, const plim_results *r, plim_perspective perspective, double exact)
{
	check_mean(name, r, perspective, PLIM_GROUP_TOTAL, "total", exact);
}

/* ---- layers ---- */

static const char head[] = "plimsoll: 1\nname: insured\ncurrency: EUR\n";

/* E min(X, d) of a lognormal law (Klugman, Panjer and Willmot, Loss Models, appendix A). */
static double limited_lognormal(double mu, double sigma, double d)
{
	return exp(mu + sigma * sigma / 2) * gsl_cdf_ugaussian_P((log(d) - mu - sigma * sigma) / sigma) +
	       d * gsl_cdf_ugaussian_Q((log(d) - mu) / sigma);
}

/* ... and of a Pareto law from `minimum` on, for d above it. */
static double limited_pareto(double shape, double minimum, double d)
{
	return shape * minimum / (shape - 1) - pow(minimum, shape) / ((shape - 1) * pow(d, shape - 1));
}

static void layers(void)
{
	char text[1024];
	const double mu = 3, sigma = 1.2, rate = 1.5;
	snprintf(text, sizeof text,
	         "%sthreats:\n  - {id: t, frequency: {poisson: {rate: %g}}, loss: {lognormal: {mu: %g, sigma: %g}}}\n"
	         "insurance:\n  - {id: a, covers: [t], deductible: 15, limit: 40, share: 0.8}\n"
	         "  - {id: b, covers: [t], deductible: 55, limit: 200, share: 1}\n",
	         head, rate, mu, sigma);
	plim_results *r = run_some(text, trials_of_run(), 0);
	double lower = limited_lognormal(mu, sigma, 55) - limited_lognormal(mu, sigma, 15);
	double upper = limited_lognormal(mu, sigma, 255) - limited_lognormal(mu, sigma, 55);
	check_total("two layers of lognormal losses", r, PLIM_PERSPECTIVE_CEDED, rate * (0.8 * lower + upper));
	check_total("two layers of lognormal losses", r, PLIM_PERSPECTIVE_NET,
	            rate * (exp(mu + sigma * sigma / 2) - 0.8 * lower - upper));
	const plim_moments_row *ceded = moments(r, PLIM_PERSPECTIVE_CEDED, PLIM_GROUP_TOTAL, "total");
	double paid = rate * gsl_cdf_ugaussian_Q((log(15) - mu) / sigma), error = sqrt(paid / (double)r->trials);
	tap_ok(fabs(ceded->events_per_trial - paid) < ERRORS * error, "events above the deductible: %.5g a trial, law %.5g",
	       ceded->events_per_trial, paid);
	plim_results_free(&r);
	snprintf(text, sizeof text,
	         "%sthreats:\n  - {id: t, frequency: {negative_binomial: {mean: 2, dispersion: 0.7}}, loss: {pareto: "
	         "{shape: 2.6, "
	         "minimum: 10}}}\ninsurance: [{id: a, covers: [t], deductible: 20, limit: 300, share: 0.75}]\n",
	         head);
	r = run_some(text, trials_of_run(), 0);
	double layer = limited_pareto(2.6, 10, 320) - limited_pareto(2.6, 10, 20);
	check_total("a layer of Pareto losses", r, PLIM_PERSPECTIVE_CEDED, 2 * 0.75 * layer);
	plim_results_free(&r);
}

/* A retention is kept to the last bit, or thresholds at it would be tested on rounding. */
static void exact_retention(void)
{
	char text[1024];
	snprintf(text, sizeof text,
	         "%spolicy: {tolerance: [{loss: 50e3, probability: 0.1}]}\n"
	         "threats:\n  - {id: t, frequency: {fixed: {count: 1}}, loss: {lognormal: {mu: 11, sigma: 1}}}\n"
	         "insurance: [{id: a, covers: [t], deductible: 50e3}]\n",
	         head);
	plim_results *r = run_some(text, 20000, 0);
	const double *gross = plim_results_ylt(r, 0, PLIM_PERSPECTIVE_GROSS),
	             *net = plim_results_ylt(r, 0, PLIM_PERSPECTIVE_NET);
	bool exact = true;
	size_t above = 0;
	for (size_t i = 0; i < r->trials; i++) {
		exact = exact && net[i] == fmin(gross[i], 50e3);
		above += gross[i] > 50e3;
	}
	tap_ok(exact && above > 1000, "%zu of 20000 losses above the deductible leave just the deductible", above);
	tap_ok(r->tolerances == 1 && r->tolerance[0].perspective == PLIM_PERSPECTIVE_NET && r->tolerance[0].exceeded == 0 &&
	           r->tolerance[0].met,
	       "tolerance is tested on net: no trial above the deductible");
	plim_results_free(&r);
}

/* ---- aggregates ---- */

static void aggregates(void)
{
	char text[1024];
	snprintf(
	    text, sizeof text,
	    "%sthreats:\n  - {id: t, frequency: {poisson: {rate: 3}}, loss: {fixed: {value: 10}}}\n"
	    "insurance: [{id: a, covers: [t], deductible: 2, share: 0.5, aggregate_deductible: 7, aggregate_limit: 11}]\n",
	    head);
	plim_results *r = run_some(text, trials_of_run(), 0);
	double mean = 0;
	for (unsigned n = 0; n < 60; n++)
		mean += gsl_ran_poisson_pdf(n, 3) * fmin(fmax(4.0 * n - 7, 0), 11);
	check_total("aggregate deductible and limit", r, PLIM_PERSPECTIVE_CEDED, mean);
	const double *ceded = plim_results_ylt(r, 0, PLIM_PERSPECTIVE_CEDED),
	             *gross = plim_results_ylt(r, 0, PLIM_PERSPECTIVE_GROSS);
	size_t wrong = 0;
	for (size_t i = 0; i < r->trials; i++)
		wrong += ceded[i] != fmin(fmax(4 * (gross[i] / 10) - 7, 0), 11);
	tap_ok(wrong == 0, "aggregate terms hold in every trial (%zu of %llu do not)", wrong,
	       (unsigned long long)r->trials);
	plim_results_free(&r);
}

/* Whose loss meets an aggregate limit first is a matter of days: either of two like threats in half of the years. */
static void time_order(void)
{
	char text[1024];
	snprintf(text, sizeof text,
	         "%sthreats:\n  - {id: a, frequency: {fixed: {count: 1}}, loss: {fixed: {value: 100}}}\n"
	         "  - {id: b, frequency: {fixed: {count: 1}}, loss: {fixed: {value: 100}}}\n"
	         "insurance: [{id: p, covers: [a, b], aggregate_limit: 100}]\n",
	         head);
	plim_results *r = run_some(text, trials_of_run(), 0);
	check_mean("first come, first served", r, PLIM_PERSPECTIVE_CEDED, PLIM_GROUP_THREAT, "a", 50);
	check_mean("first come, first served", r, PLIM_PERSPECTIVE_CEDED, PLIM_GROUP_THREAT, "b", 50);
	check_total("the limit is used up in every year", r, PLIM_PERSPECTIVE_CEDED, 100);
	plim_results_free(&r);
	/* A claim of the first day must count before one of the last, whichever threat is drawn first: b is stopped from
	 * day 73 on. */
	snprintf(text, sizeof text,
	         "%sthreats:\n  - {id: a, frequency: {fixed: {count: 1}}, loss: {fixed: {value: 100}}}\n"
	         "  - {id: b, frequency: {fixed: {count: 1}}, loss: {fixed: {value: 100}}}\n"
	         "controls: [{id: c, against: [b], reduces: {frequency: 1}, start_day: 73}]\nscenarios: [{id: s, controls: "
	         "[c]}]\n"
	         "insurance: [{id: p, covers: [a, b], aggregate_limit: 100}]\n",
	         head);
	r = run_some(text, trials_of_run(), 0);
	/* b comes about with probability 0.2, and then precedes a unless a falls into the days before it: 1 - 0.1 */
	check_mean("an early claim comes first", r, PLIM_PERSPECTIVE_CEDED, PLIM_GROUP_THREAT, "b", 100 * 0.2 * 0.9);
	check_mean("an early claim comes first", r, PLIM_PERSPECTIVE_CEDED, PLIM_GROUP_THREAT, "a", 100 * (1 - 0.2 * 0.9));
	plim_results_free(&r);
}

/* ---- side by side ---- */

static void side_by_side(void)
{
	char text[1024];
	snprintf(text, sizeof text,
	         "%sthreats:\n  - {id: t, frequency: {poisson: {rate: 2}}, losses: {goods: {lognormal: {mu: 2, sigma: 1}}, "
	         "fines: {gamma: "
	         "{mean: 3, cv: 1}}}}\ninsurance: [{id: a, covers: [t]}, {id: b, covers: [t], share: 0.5, aggregate_limit: "
	         "3}]\n",
	         head);
	plim_results *r = run_some(text, 20000, 0);
	const double *gross = plim_results_ylt(r, 0, PLIM_PERSPECTIVE_GROSS),
	             *ceded = plim_results_ylt(r, 0, PLIM_PERSPECTIVE_CEDED);
	const double *net = plim_results_ylt(r, 0, PLIM_PERSPECTIVE_NET);
	bool none = true, all = true;
	for (size_t i = 0; i < r->trials; i++) {
		none = none && net[i] == 0;
		all = all && ceded[i] == gross[i];
	}
	tap_ok(none && all, "insured more than once: paid in full, never more, and nothing is left");
	tap_ok(moments(r, PLIM_PERSPECTIVE_NET, PLIM_GROUP_COMPONENT, "goods")->p_zero == 1 &&
	           moments(r, PLIM_PERSPECTIVE_NET, PLIM_GROUP_TOTAL, "total")->events_per_trial == 0,
	       "... neither of a component nor of events");
	plim_results_free(&r);
	snprintf(text, sizeof text,
	         "%sthreats:\n  - {id: t, frequency: {fixed: {count: 2}}, loss: {fixed: {value: 12}}}\n"
	         "insurance: [{id: a, covers: [t]}, {id: b, covers: [t], share: 0.5, aggregate_limit: 6}]\n"
	         "scenarios: [{id: s, controls: []}, {id: t, controls: [], insurance: [b]}, {id: u, controls: [], "
	         "insurance: []}]\n",
	         head);
	r = run_some(text, 100, 0);
	bool right = true;
	for (size_t i = 0; i < r->trials; i++)
		right = right && plim_results_ylt(r, 0, PLIM_PERSPECTIVE_NET)[i] == 0 &&
		        plim_results_ylt(r, 1, PLIM_PERSPECTIVE_CEDED)[i] == 6 &&
		        plim_results_ylt(r, 2, PLIM_PERSPECTIVE_CEDED)[i] == 0 &&
		        plim_results_ylt(r, 2, PLIM_PERSPECTIVE_NET)[i] == 24;
	tap_ok(right, "scenarios name the insurance in force: both, one, none");
	plim_results_free(&r);
	/* Of the first loss of 12, offered for at rates 1 and 1/2, a bears 8 and b 4; that leaves 6 and 2 for the second.
	 */
	snprintf(text, sizeof text,
	         "%sthreats:\n  - {id: t, frequency: {fixed: {count: 2}}, loss: {fixed: {value: 12}}}\n"
	         "insurance: [{id: a, covers: [t], aggregate_limit: 14}, {id: b, covers: [t], share: 0.5, aggregate_limit: "
	         "6}]\n",
	         head);
	r = run_some(text, 100, 0);
	right = true;
	for (size_t i = 0; i < r->trials; i++)
		right = right && fabs(plim_results_ylt(r, 0, PLIM_PERSPECTIVE_CEDED)[i] - 20) < 1e-9;
	tap_ok(right, "aggregate limits are used up by what is paid: 12 and 8, not 24 (%.6g)",
	       plim_results_ylt(r, 0, PLIM_PERSPECTIVE_CEDED)[0]);
	plim_results_free(&r);
}

/* The places that one event strikes are one loss to an insurer. */
static void shared_events(void)
{
	char text[1024];
	snprintf(
	    text, sizeof text,
	    "%snodes: [{id: x, kind: port, region: N}, {id: y, kind: port, region: N}, {id: z, kind: port, region: N}]\n"
	    "threats:\n  - {id: t, where: {nodes: {kind: port}}, shared_by: region, strike_probability: 0.5, frequency: "
	    "{fixed: "
	    "{count: 1}}, loss: {fixed: {value: 10}}}\ninsurance: [{id: a, covers: [t], deductible: 15}]\n",
	    head);
	plim_results *r = run_some(text, 40000, 0);
	const double *gross = plim_results_ylt(r, 0, PLIM_PERSPECTIVE_GROSS),
	             *net = plim_results_ylt(r, 0, PLIM_PERSPECTIVE_NET);
	bool right = true;
	for (size_t i = 0; i < r->trials; i++)
		right = right && net[i] == fmin(gross[i], 15);
	tap_ok(right, "a shared event meets one deductible, not one a place");
	/* two places: 5 of 20 ceded with 3/8; three: 15 of 30 with 1/8; each place's part is a third of it on average */
	check_mean("a shared event's places", r, PLIM_PERSPECTIVE_CEDED, PLIM_GROUP_NODE, "y", (5 * 3 + 15) / 24.0);
	plim_results_free(&r);
}

/* ---- waiting days ---- */

static void waiting_days(const char *overlaps)
{
	char text[2048];
	const double mean = 12, waiting = 4, buffer = 3;
	snprintf(
	    text, sizeof text,
	    "%soverlaps: %s\nnodes:\n  - {id: s, kind: supplier}\n  - {id: c, kind: customer, margin_per_day: 2}\nlinks:\n"
	    "  - {from: s, to: c, item: x, buffer_days: %g, restock_days: 0}\nthreats:\n"
	    "  - {id: t, where: {nodes: {id: s}}, frequency: {bernoulli: {p: 0.4}}, outage_days: {exponential: {mean: "
	    "%g}}, loss: "
	    "{fixed: {value: 5}}}\ninsurance: [{id: a, covers: [t], waiting_days: %g}]\n",
	    head, overlaps, buffer, mean, waiting);
	plim_results *r = run_some(text, trials_of_run(), 0);
	double insured = 0.4 * 2 * mean * exp(-(waiting + buffer) / mean), lost = 0.4 * 2 * mean * exp(-buffer / mean);
	check_mean("waiting days", r, PLIM_PERSPECTIVE_CEDED, PLIM_GROUP_COMPONENT, "interruption", insured);
	check_mean("waiting days", r, PLIM_PERSPECTIVE_NET, PLIM_GROUP_COMPONENT, "interruption", lost - insured);
	check_mean("waiting days", r, PLIM_PERSPECTIVE_CEDED, PLIM_GROUP_BEARER, "c", insured);
	check_mean("waiting days", r, PLIM_PERSPECTIVE_CEDED, PLIM_GROUP_COMPONENT, "loss", 0.4 * 5);
	check_mean("waiting days", r, PLIM_PERSPECTIVE_NET, PLIM_GROUP_COMPONENT, "loss", 0);
	plim_results_free(&r);
}

/* ---- what always holds ---- */

/* Two controls, shared and single events, outages that overlap, two policies with aggregates; one threat without
 * insurance. */
static const char rich[] =
    "plimsoll: 1\nname: rich\ncurrency: EUR\npolicy: {tolerance: [{loss: 100, probability: 0.1}]}\n"
    "nodes:\n  - {id: s, kind: supplier, region: N}\n  - {id: u, kind: supplier, region: S}\n"
    "  - {id: c, kind: customer, region: S, margin_per_day: 7}\n  - {id: d, kind: customer, region: N, margin_per_day: "
    "3}\n"
    "links:\n  - {from: s, to: c, item: x, buffer_days: 2, substitution: 0.3, switch_days: 1, "
    "substitution_cost_per_day: 1}\n"
    "  - {from: u, to: c, item: y, buffer_days: 1}\n  - {from: u, to: d, item: y}\n"
    "threats:\n  - {id: stop, category: physical, where: {nodes: {kind: supplier}}, frequency: {poisson: {rate: 1.2}}, "
    "outage_days: "
    "{gamma: {mean: 20, cv: 1}}, losses: {goods: {lognormal: {p5: 1, p95: 90}}, response: {fixed: {value: 4}}}, "
    "clauses: {4.4.6: 0.7, "
    "4.4.2: 0.3}}\n"
    "  - {id: storm, where: {nodes: {kind: [supplier, customer]}}, shared_by: region, strike_probability: 0.7, "
    "frequency: {poisson: "
    "{rate: 0.5}}, outage_days: {exponential: {mean: 9}}, loss: {weibull: {shape: 0.8, scale: 40}}, clauses: [4.4.7]}\n"
    "  - {id: theft, where: {nodes: {kind: customer}}, frequency: {poisson: {rate: 0.8}}, loss: {pareto: {shape: 2.5, "
    "minimum: 5}}}\n"
    "  - {id: fraud, frequency: {poisson: {rate: 0.6}}, loss: {exponential: {mean: 30}}}\n"
    "controls:\n  - {id: guard, against: [theft, stop], reduces: {frequency: 0.4, loss: 0.3}, coverage: 0.8, "
    "start_day: 100}\n"
    "  - {id: spare, adds: {buffer_days: 3}, against: [stop]}\n"
    "scenarios: [{id: today, controls: []}, {id: more, controls: [guard, spare]}, {id: bare, controls: [guard], "
    "insurance: []}]\n"
    "insurance:\n  - {id: big, covers: [stop, storm], deductible: 20, limit: 200, share: 0.9, waiting_days: 2, "
    "aggregate_limit: 300}\n"
    "  - {id: small, covers: [stop, storm, theft], deductible: 5, limit: 60, aggregate_deductible: 10}\n";

static void every_trial(void)
{
	plim_results *r = run_some(rich, 60000, 0);
	double worst = 0, ceded_sum = 0;
	bool ordered = true;
	for (uint32_t k = 0; k < r->scenarios; k++) {
		const double *gross = plim_results_ylt(r, k, PLIM_PERSPECTIVE_GROSS);
		const double *ceded = plim_results_ylt(r, k, PLIM_PERSPECTIVE_CEDED),
		             *net = plim_results_ylt(r, k, PLIM_PERSPECTIVE_NET);
		for (size_t i = 0; i < r->trials; i++) {
			worst =
			    gross[i] > 0 ? fmax(worst, fabs((ceded[i] + net[i]) / gross[i] - 1)) : fmax(worst, ceded[i] + net[i]);
			ordered = ordered && net[i] >= 0 && ceded[i] >= 0 && net[i] <= gross[i] * (1 + 1e-12);
			ceded_sum += ceded[i];
		}
	}
	tap_ok(worst < 1e-12 && ordered && ceded_sum > 0, "gross = ceded + net in every trial (worst %.1e)", worst);
	worst = 0;
	for (size_t i = 0; i < r->moments_count; i++) {
		const plim_moments_row *gross = &r->moments[i];
		double sum = 0, means = 0;
		if (gross->perspective != PLIM_PERSPECTIVE_GROSS || gross->measure != PLIM_MEASURE_AEP)
			continue;
		for (size_t j = 0; j < r->moments_count; j++) {
			const plim_moments_row *other = &r->moments[j];
			if (other->scenario != gross->scenario || other->group != gross->group || other->measure != gross->measure)
				continue;
			sum += other->perspective == PLIM_PERSPECTIVE_GROSS ? 0 : other->mean;
			means += 1;
		}
		worst = means == 3 ? fmax(worst, gross->mean > 0 ? fabs(sum / gross->mean - 1) : sum) : INFINITY;
	}
	tap_ok(worst < 1e-9, "gross = ceded + net for the mean of every group (worst %.1e)", worst);
	plim_results_free(&r);
}

/* The groups of a kind add up to the total from every perspective; with few trials all with a loss are among the worst.
 */
static void groups_add_up(void)
{
	plim_results *r = run_some(rich, 30000, 0);
	double worst = 0;
	for (int kind = PLIM_GROUP_CLAUSE; kind <= PLIM_GROUP_BEARER; kind++)
		for (plim_perspective p = PLIM_PERSPECTIVE_GROSS; p <= PLIM_PERSPECTIVE_NET; p++)
			for (uint32_t k = 0; k < r->scenarios; k++) {
				double sum = 0, total = 0;
				for (size_t i = 0; i < r->moments_count; i++) {
					const plim_moments_row *row = &r->moments[i];
					const plim_group *group = &r->group[row->group];
					if (row->scenario != k || row->perspective != p || row->measure != PLIM_MEASURE_AEP)
						continue;
					sum += group->kind == (plim_group_kind)kind && group->leaf ? row->mean : 0;
					total += group->kind == PLIM_GROUP_TOTAL ? row->mean : 0;
				}
				worst = fmax(worst, total > 0 ? fabs(sum / total - 1) : sum);
			}
	tap_ok(worst < 1e-9, "groups of every kind add up to the total gross, ceded and net (worst %.1e)", worst);
	plim_results_free(&r);
}

static void same_bits(void)
{
	plim_results *one = run_some(rich, 30000, 1), *three = run_some(rich, 30000, 3), *few = run_some(rich, 9000, 2);
	tap_ok(strcmp(one->result_sha256, three->result_sha256) == 0, "one thread or three: %.16s", one->result_sha256);
	bool prefix = true;
	for (size_t s = 0; s < 9; s++)
		prefix = prefix && memcmp(one->ylt[s], few->ylt[s], 9000 * sizeof(double)) == 0;
	tap_ok(prefix, "9000 trials are the first of 30000, from every perspective");
	char bare[sizeof rich];
	snprintf(bare, sizeof bare, "%.*s", (int)(strstr(rich, "scenarios:") - rich), rich);
	strcat(bare, "scenarios: [{id: today, controls: []}, {id: more, controls: [guard, spare]}, {id: bare, controls: "
	             "[guard]}]\n");
	plim_results *without = run_some(bare, 9000, 2);
	bool same = without->perspectives == 1;
	for (size_t s = 0; s < 3; s++) /* insured threats are added later: the last bits of a sum may differ */
		for (size_t i = 0; i < 9000; i++)
			same = same && fabs(without->ylt[s][i] - few->ylt[s][i]) <= 1e-12 * without->ylt[s][i];
	tap_ok(same, "gross losses are those of the model without insurance");
	tap_ok(memcmp(few->ylt[2], few->ylt[8], 9000 * sizeof(double)) == 0, "a scenario without insurance: net is gross");
	plim_results_free(&one);
	plim_results_free(&three);
	plim_results_free(&few);
	plim_results_free(&without);
}

int main(void)
{
	layers();
	exact_retention();
	aggregates();
	time_order();
	side_by_side();
	shared_events();
	waiting_days("joint");
	waiting_days("alone");
	every_trial();
	groups_add_up();
	same_bits();
	return tap_done();
}
