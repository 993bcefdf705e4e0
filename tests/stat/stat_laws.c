/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Laws that a run must reproduce, each against its own formula, with a loss of 1 so that annual sums are counts:
 * every count law on every road (Poisson candidates, sparse and dense years), exposures, unknowns, thinning by controls in several
 * scenarios, shared events and their copula. Chi-square at 1e-6 over cells of at least 25 expected trials; means at 4.5 errors.
 */
#include <math.h>

#include "counts.h"
#include "dist/count.h"
#include "long.h"
#include "run_model.h"
#include "tap.h"

#define ERRORS 4.5
#define CELLS 400

static uint64_t trials_of_run(void)
{
	return test_is_long() ? 4000000 : 400000;
}

static const double *ylt(const plim_results *r, const char *scenario)
{
	return r->ylt[plim_results_scenario(r, scenario)];
}

static void check_counts(const char *name, const plim_results *r, const char *scenario, const double *pmf)
{
	char text[160];
	snprintf(text, sizeof text, "%s (%s)", name, scenario);
	counts_check(text, ylt(r, scenario), r->trials, pmf, CELLS);
}

static void check_mean(const char *name, const plim_results *r, const char *scenario, double exact)
{
	const plim_moments_row *m = plim_results_moments(r, (uint32_t)plim_results_scenario(r, scenario),
													 (uint32_t)plim_results_group(r, PLIM_GROUP_TOTAL, "total"),
													 PLIM_MEASURE_AEP);
	double z = (m->mean - exact) / m->mean_se;
	tap_ok(fabs(z) < ERRORS, "%s (%s): mean %.6g, exact %.6g (%+.2f errors)", name, scenario, m->mean, exact, z);
}

static plim_results *run(const char *head, const char *threat, const char *tail)
{
	char text[4096];
	run_of what = {.trials = trials_of_run(), .seed = 7};
	snprintf(text, sizeof text, "plimsoll: 1\nname: law\ncurrency: EUR\n%s\nthreats:\n  - {id: t, loss: {fixed: {value: 1}}, %s}\n%s\n",
			 head, threat, tail);
	return run_text(text, &what);
}

static void law_pmf(const plim_count *law, double *pmf)
{
	for (int k = 0; k < CELLS; k++)
		pmf[k] = (double)plim_count_pmf(law, (uint64_t)k);
}

static void test_law(const char *text, const plim_count *law)
{
	double pmf[CELLS];
	char frequency[512];
	law_pmf(law, pmf);
	snprintf(frequency, sizeof frequency, "frequency: {%s}", text);
	plim_results *r = run("", frequency, "");
	check_counts(text, r, "base", pmf);
	plim_results_free(&r);
}

static void count_laws(void)
{
	static const uint64_t counts[] = {0, 2, 7, 50};
	static const double weights[] = {70, 20, 9, 1};
	test_law("poisson: {rate: 0.001}", &(plim_count){.law = PLIM_COUNT_POISSON, .mean = 0.001});
	test_law("poisson: {rate: 3.7}", &(plim_count){.law = PLIM_COUNT_POISSON, .mean = 3.7});
	test_law("poisson: {rate: 120}", &(plim_count){.law = PLIM_COUNT_POISSON, .mean = 120});
	test_law("bernoulli: {p: 0.02}", &(plim_count){.law = PLIM_COUNT_BERNOULLI, .p = 0.02});
	test_law("bernoulli: {p: 0.6}", &(plim_count){.law = PLIM_COUNT_BERNOULLI, .p = 0.6});
	test_law("binomial: {n: 12, p: 0.01}", &(plim_count){.law = PLIM_COUNT_BINOMIAL, .n = 12, .p = 0.01});
	test_law("binomial: {n: 30, p: 0.3}", &(plim_count){.law = PLIM_COUNT_BINOMIAL, .n = 30, .p = 0.3});
	test_law("negative_binomial: {mean: 0.2, dispersion: 3}",
			 &(plim_count){.law = PLIM_COUNT_NEGATIVE_BINOMIAL, .mean = 0.2, .dispersion = 3});
	test_law("negative_binomial: {mean: 9, size: 2}",
			 &(plim_count){.law = PLIM_COUNT_NEGATIVE_BINOMIAL, .mean = 9, .dispersion = 0.5});
	test_law("geometric: {p: 0.9}", &(plim_count){.law = PLIM_COUNT_GEOMETRIC, .p = 0.9});
	test_law("geometric: {p: 0.2}", &(plim_count){.law = PLIM_COUNT_GEOMETRIC, .p = 0.2});
	test_law("zero_inflated_poisson: {rate: 4, p_zero: 0.8}",
			 &(plim_count){.law = PLIM_COUNT_ZERO_INFLATED_POISSON, .mean = 4, .p = 0.8});
	test_law("zero_inflated_poisson: {rate: 4, p_zero: 0.1}",
			 &(plim_count){.law = PLIM_COUNT_ZERO_INFLATED_POISSON, .mean = 4, .p = 0.1});
	test_law("table: {counts: [0, 2, 7, 50], weights: [70, 20, 9, 1]}",
			 &(plim_count){.law = PLIM_COUNT_TABLE, .counts = counts, .weights = weights, .length = 4});
}

/* A law whose `mean` (or p) is uniform on [low, high]: the mixture by the midpoint rule over 2,000 steps, whose error is far
 * below what the trials can see. */
static void mixed_pmf(plim_count law, bool mixes_p, double low, double high, double *pmf)
{
	enum { STEPS = 2000 };
	memset(pmf, 0, CELLS * sizeof *pmf);
	for (int s = 0; s < STEPS; s++) {
		*(mixes_p ? &law.p : &law.mean) = low + (high - low) * (s + 0.5) / STEPS;
		for (int k = 0; k < CELLS; k++)
			pmf[k] += (double)plim_count_pmf(&law, (uint64_t)k) / STEPS;
	}
}

static void test_mixed(const char *text, plim_count law, bool mixes_p, double low, double high)
{
	double pmf[CELLS];
	char frequency[512];
	mixed_pmf(law, mixes_p, low, high, pmf);
	snprintf(frequency, sizeof frequency, "frequency: {%s}", text);
	plim_results *r = run("", frequency, "");
	check_counts(text, r, "base", pmf);
	plim_results_free(&r);
}

static void unknown_frequencies(void)
{
	test_mixed("poisson: {rate: {uniform: {min: 0.2, max: 5}}}", (plim_count){.law = PLIM_COUNT_POISSON}, false, 0.2, 5);
	test_mixed("poisson: {rate: {uniform: {min: 0.2, max: 5}, per_place: true}}", (plim_count){.law = PLIM_COUNT_POISSON},
			   false, 0.2, 5);
	test_mixed("negative_binomial: {mean: {uniform: {min: 0.1, max: 4}}, dispersion: 0.7}",
			   (plim_count){.law = PLIM_COUNT_NEGATIVE_BINOMIAL, .dispersion = 0.7}, false, 0.1, 4);
	test_mixed("bernoulli: {p: {uniform: {min: 0.05, max: 0.9}}}", (plim_count){.law = PLIM_COUNT_BERNOULLI}, true, 0.05,
			   0.9);
	test_mixed("binomial: {n: 9, p: {uniform: {min: 0, max: 0.5}}}", (plim_count){.law = PLIM_COUNT_BINOMIAL, .n = 9}, true,
			   0, 0.5);
	test_mixed("geometric: {p: {uniform: {min: 0.3, max: 0.95}}}", (plim_count){.law = PLIM_COUNT_GEOMETRIC}, true, 0.3,
			   0.95);
	test_mixed("zero_inflated_poisson: {rate: 3, p_zero: {uniform: {min: 0.1, max: 0.9}}}",
			   (plim_count){.law = PLIM_COUNT_ZERO_INFLATED_POISSON, .mean = 3}, true, 0.1, 0.9);
	test_mixed("zero_inflated_poisson: {rate: {uniform: {min: 1, max: 6}}, p_zero: 0.4}",
			   (plim_count){.law = PLIM_COUNT_ZERO_INFLATED_POISSON, .p = 0.4}, false, 1, 6);
}

/* A likelihood band is a Poisson rate, log-uniform: mean (b - a) / ln(b / a). */
static void bands(void)
{
	plim_results *r = run("bands: {likelihood: {likely: [0.5, 2]}}", "likelihood: likely", "");
	check_mean("a likelihood band", r, "base", 1.5 / log(4));
	plim_results_free(&r);
}

/* Exposure scales the mean and leaves dispersion and p_zero alone; an exposure of 0 has no source. */
static void exposures(void)
{
	static const char head[] = "nodes:\n  - {id: a, kind: port, trips: 2.5}\n  - {id: b, kind: port, trips: 0}";
	double pmf[CELLS];
	law_pmf(&(plim_count){.law = PLIM_COUNT_NEGATIVE_BINOMIAL, .mean = 1.5, .dispersion = 0.7}, pmf);
	plim_results *r = run(head, "where: {nodes: {kind: port}}, exposure: trips, "
								"frequency: {negative_binomial: {mean: 0.6, dispersion: 0.7}}", "");
	check_counts("exposure of a negative binomial", r, "base", pmf);
	plim_results_free(&r);
	law_pmf(&(plim_count){.law = PLIM_COUNT_ZERO_INFLATED_POISSON, .mean = 5, .p = 0.3}, pmf);
	r = run(head, "where: {nodes: {kind: port}}, exposure: trips, "
				  "frequency: {zero_inflated_poisson: {rate: 2, p_zero: 0.3}}", "");
	check_counts("exposure of a zero-inflated Poisson", r, "base", pmf);
	plim_results_free(&r);
}

/* Thinned Poisson is Poisson in every scenario; uncertain reductions and coverage enter by their means. */
static void controls(void)
{
	static const char tail[] =
		"controls:\n"
		"  - {id: fence, category: physical, reduces: {frequency: 0.5, vulnerability: 0.2}, coverage: 0.8, cost: {annual: 1}}\n"
		"  - {id: late, category: physical, reduces: {frequency: 1}, start_day: 146, cost: {annual: 1}}\n"
		"  - {id: maybe, category: physical, reduces: {loss: {uniform: {min: 0.2, max: 0.6}}}, coverage: 0.5, cost: {annual: 1}}\n"
		"scenarios:\n  - {id: today, controls: []}\n  - {id: one, controls: [fence]}\n  - {id: two, controls: [fence, late]}\n"
		"  - {id: cut, controls: [maybe]}\n";
	double pmf[CELLS], fence = (1 - 0.8 * 0.5) * (1 - 0.8 * 0.2), rate = 6 * 0.7;
	plim_results *r = run("", "frequency: {poisson: {rate: 6}}, vulnerability: 0.7", tail);
	law_pmf(&(plim_count){.law = PLIM_COUNT_POISSON, .mean = rate}, pmf);
	check_counts("vulnerability", r, "today", pmf);
	law_pmf(&(plim_count){.law = PLIM_COUNT_POISSON, .mean = rate * fence}, pmf);
	check_counts("a control on frequency and vulnerability", r, "one", pmf);
	law_pmf(&(plim_count){.law = PLIM_COUNT_POISSON, .mean = rate * fence * 146 / 365}, pmf);
	check_counts("a control that starts on day 146 and stops all", r, "two", pmf);
	check_mean("a control on the loss", r, "cut", rate * (1 - 0.5 * 0.4));
	bool below = true;
	for (uint64_t i = 0; i < r->trials; i++)
		below = below && ylt(r, "one")[i] <= ylt(r, "today")[i] && ylt(r, "two")[i] <= ylt(r, "one")[i] &&
				ylt(r, "cut")[i] <= ylt(r, "today")[i];
	tap_ok(below, "controls never add an event: all scenarios see the same attempts");
	plim_results_free(&r);
}

static double choose(int n, int k)
{
	return exp(lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0));
}

/* One attempt a year strikes each of four ports with probability 0.6; each region is a Bernoulli of its own. */
static void shared_events(void)
{
	static const char head[] = "nodes:\n  - {id: a, kind: port, region: N}\n  - {id: b, kind: port, region: N}\n"
							   "  - {id: c, kind: port, region: N}\n  - {id: d, kind: port, region: N}";
	double pmf[CELLS] = {0};
	for (int k = 0; k <= 4; k++)
		pmf[k] = 0.3 * choose(4, k) * pow(0.6, k) * pow(0.4, 4 - k) + (k == 0 ? 0.7 : 0);
	plim_results *r = run(head, "where: {nodes: {kind: port}}, shared_by: region, strike_probability: 0.6, "
								"frequency: {bernoulli: {p: 0.3}}", "");
	check_counts("places struck by a shared event", r, "base", pmf);
	uint32_t total = (uint32_t)plim_results_group(r, PLIM_GROUP_TOTAL, "total");
	bool one = true;
	for (size_t i = 0; i < r->percentiles; i++) {
		const plim_percentile_row *row = &r->percentile[i];
		if (row->group == total && row->measure == PLIM_MEASURE_OEP)
			one = one && row->value == plim_results_percentile(r, 0, total, PLIM_MEASURE_AEP, row->p)->value;
	}
	tap_ok(one, "all places struck together are one event: OEP equals AEP with one event a year");
	plim_results_free(&r);
}

/* Two uniforms under a Gaussian copula: correlation (6 / pi) asin(rho / 2) (Pearson of the uniforms, Kruskal 1958), so the variance
 * of the sum is 2 (1 + correlation) / 12; its standard error by the fourth moment of the sample. */
static void copula(double rho)
{
	char threat[512];
	snprintf(threat, sizeof threat,
			 "where: {nodes: {kind: port}}, shared_by: region, severity_correlation: %.2f, frequency: {fixed: {count: 1}}", rho);
	char text[2048];
	run_of what = {.trials = trials_of_run(), .seed = 11};
	snprintf(text, sizeof text,
			 "plimsoll: 1\nname: copula\ncurrency: EUR\nnodes:\n  - {id: a, kind: port, region: N}\n"
			 "  - {id: b, kind: port, region: N}\nthreats:\n  - {id: t, loss: {uniform: {min: 0, max: 1}}, %s}\n",
			 threat);
	plim_results *r = run_text(text, &what);
	double n = (double)r->trials, second = 0, fourth = 0;
	for (uint64_t i = 0; i < r->trials; i++) {
		double d = ylt(r, "base")[i] - 1;
		second += d * d;
		fourth += d * d * d * d;
	}
	double variance = second / n, error = sqrt((fourth / n - variance * variance) / n);
	double exact = (1 + 6 / M_PI * asin(rho / 2)) / 6;
	tap_ok(fabs(variance - exact) < ERRORS * error, "copula of correlation %.2f: variance of the sum %.6f, exact %.6f (%+.2f errors)",
		   rho, variance, exact, (variance - exact) / error);
	plim_results_free(&r);
}

/* An uncertain `times` for each place: mean factor 2, then shift and cap after it. */
static void severity_unknowns(void)
{
	char text[2048];
	run_of what = {.trials = trials_of_run(), .seed = 5};
	snprintf(text, sizeof text,
			 "plimsoll: 1\nname: times\ncurrency: EUR\nthreats:\n  - {id: t, frequency: {fixed: {count: 1}}, "
			 "loss: {uniform: {min: 0, max: 1, times: {uniform: {min: 1, max: 3}}, shift: 10, cap: 12}}}\n");
	plim_results *r = run_text(text, &what);
	/* E[min(U T, 2)] with T uniform on [1, 3]: T / 2 for T < 2; 2 - 2 / T for T >= 2. */
	double exact = 10 + 0.5 * (0.75 + 2 - 2 * log(1.5));
	check_mean("an uncertain `times` before shift and cap", r, "base", exact);
	plim_results_free(&r);
}

/* A control's unknown is one for each place, whichever threat strikes it there: at one place two threats see the same reduction U, so
 * the loss 2 (1 - U) has the variance 4 / 12; at two places 2 / 12. */
static void unknowns_of_a_place(void)
{
	for (int places = 1; places <= 2; places++) {
		char text[2048];
		run_of what = {.trials = trials_of_run(), .seed = 13};
		snprintf(text, sizeof text,
				 "plimsoll: 1\nname: place\ncurrency: EUR\nnodes:\n  - {id: a, kind: port}\n  - {id: b, kind: port}\nthreats:\n"
				 "  - {id: s, where: {nodes: {id: a}}, frequency: {fixed: 1}, loss: {fixed: {value: 1}}}\n"
				 "  - {id: t, where: {nodes: {id: %s}}, frequency: {fixed: 1}, loss: {fixed: {value: 1}}}\ncontrols:\n"
				 "  - {id: c, category: physical, reduces: {loss: {uniform: {min: 0, max: 1}, per_place: true}}, cost: {annual: 1}}\n"
				 "scenarios:\n  - {id: with, controls: [c]}\n",
				 places == 1 ? "a" : "b");
		plim_results *r = run_text(text, &what);
		double n = (double)r->trials, second = 0, fourth = 0;
		for (uint64_t i = 0; i < r->trials; i++) {
			double d = r->ylt[0][i] - 1;
			second += d * d;
			fourth += d * d * d * d;
		}
		double variance = second / n, error = sqrt((fourth / n - variance * variance) / n), exact = (places == 1 ? 4 : 2) / 12.0;
		tap_ok(fabs(variance - exact) < ERRORS * error, "an unknown of each place, two threats at %d: variance %.5f, exact %.5f",
			   places, variance, exact);
		plim_results_free(&r);
	}
}

static bool infinite(const plim_results *r, plim_group_kind kind, const char *group)
{
	return isinf(plim_results_moments(r, 0, (uint32_t)plim_results_group(r, kind, group), PLIM_MEASURE_AEP)->mean);
}

/* Means that do not exist read inf, in the groups they belong to and in no others. */
static void infinite_means(void)
{
	run_of what = {.trials = 2000, .seed = 3};
	plim_results *r = run_text(
		"plimsoll: 1\nname: inf\ncurrency: EUR\nnodes:\n  - {id: k, kind: shop, margin_per_day: 1}\nthreats:\n"
		"  - {id: long, category: physical, where: {nodes: {id: k}}, frequency: {fixed: 1}, losses: {w: {uniform: {min: 1, max: 2}}}, "
		"outage_days: {lomax: {shape: 0.8, scale: 1, allow_infinite_mean: true}}}\n"
		"  - {id: times, category: personnel, frequency: {fixed: 1}, losses: {v: {uniform: {min: 0, max: 1, times: {pareto: {shape: "
		"0.9, minimum: 1, allow_infinite_mean: true}}, cap: 100}}}}\n"
		"  - {id: never, category: procedural, frequency: {poisson: {rate: 0}}, losses: {u: {pareto: {shape: 0.9, minimum: 1, "
		"allow_infinite_mean: true}}}}\n",
		&what);
	tap_ok(infinite(r, PLIM_GROUP_COMPONENT, "interruption") && infinite(r, PLIM_GROUP_BEARER, "k") &&
			   infinite(r, PLIM_GROUP_THREAT, "long") && infinite(r, PLIM_GROUP_TOTAL, "total"),
		   "an outage without a mean: interruption, bearer, threat and total read inf");
	tap_ok(!infinite(r, PLIM_GROUP_COMPONENT, "w") && !infinite(r, PLIM_GROUP_BEARER, "(none)"),
		   "... and the direct loss beside it does not");
	tap_ok(!infinite(r, PLIM_GROUP_COMPONENT, "v") && !infinite(r, PLIM_GROUP_THREAT, "times"),
		   "an unknown `times` without a mean is finite under a cap");
	tap_ok(!infinite(r, PLIM_GROUP_COMPONENT, "u") && !infinite(r, PLIM_GROUP_CATEGORY, "procedural"),
		   "a threat that never strikes makes nothing infinite");
	plim_results_free(&r);
}

/* ---- chain of custody ---- */

/* Two trips over one road and one sea link. Hazards of a leg: (moving + resting) hours x hazard + hand-overs x hazard. */
#define CUSTODY_HEAD                                                                                                   \
	"nodes: [{id: a}, {id: b}, {id: c}]\nlinks: [{id: road, from: a, to: b, mode: road}, {id: sea, from: b, to: c}]\n"    \
	"trips:\n  - {id: x, legs: [road, sea], trips_per_year: 40, hours_moving: [10, 50], hours_resting: [5, 0], "       \
	"hand_overs: [1, 2], seal_checks: [0.5, 0.4]}\n"                                                                  \
	"  - {id: y, legs: [road, sea], trips_per_year: 3, hours_moving: [20, 80], hand_overs: [0, 1], seal_checks: [0, 0.7]}"

/* p_l of leg l of a trip and the chance u_l that nobody sees it, written out again from the requirement. */
static void legs_of(bool second, double moving, double resting, double hand_over, double p[2], double u[2])
{
	double one = second ? 20 * moving : 10 * moving + 5 * resting + hand_over;
	double two = second ? 80 * moving + hand_over : 50 * moving + 2 * hand_over;
	p[0] = 1 - exp(-one);
	p[1] = exp(-one) * (1 - exp(-two));
	u[1] = second ? 0.3 : 0.6;
	u[0] = second ? u[1] : 0.5 * u[1];
}

/* to[] becomes the law of its sum with an independent binomial. */
static void add_binomial(double *to, uint64_t n, double p)
{
	double old[CELLS], pmf[CELLS];
	memcpy(old, to, sizeof old);
	law_pmf(&(plim_count){.law = PLIM_COUNT_BINOMIAL, .n = n, .p = p}, pmf);
	for (int k = 0; k < CELLS; k++) {
		to[k] = 0;
		for (int j = 0; j <= k; j++)
			to[k] += old[j] * pmf[k - j];
	}
}

/* The law of all incidents of a year, each counted with its chance: of `keep_road` on the road, and of being undetected if `thin`. */
static void custody_pmf(double moving, double resting, double hand_over, double keep_road, bool thin, double *pmf)
{
	static const uint64_t n[] = {40, 3};
	memset(pmf, 0, CELLS * sizeof *pmf);
	pmf[0] = 1;
	for (int trip = 0; trip < 2; trip++) {
		double p[2], u[2];
		legs_of(trip, moving, resting, hand_over, p, u);
		add_binomial(pmf, n[trip], p[0] * keep_road * (thin ? u[0] : 1));
		add_binomial(pmf, n[trip], p[1] * (thin ? u[1] : 1));
	}
}

static void custody_counts(const char *hazards, double moving, double resting, double hand_over)
{
	static const char tail[] = "controls:\n  - {id: guard, where: {links: {mode: road}}, reduces: {frequency: 0.8}}\n"
							   "scenarios:\n  - {id: today}\n  - {id: guarded, controls: [guard]}\n";
	char threat[256];
	double pmf[CELLS];
	snprintf(threat, sizeof threat, "custody: {%s, detected_loss: 1}", hazards);
	plim_results *r = run(CUSTODY_HEAD, threat, tail);
	custody_pmf(moving, resting, hand_over, 1, false, pmf);
	check_counts("incidents along trips", r, "today", pmf);
	custody_pmf(moving, resting, hand_over, 0.2, false, pmf);
	check_counts("incidents along trips, a control on the road", r, "guarded", pmf);
	plim_results_free(&r);
	/* a detected incident costs nothing: what is left is thinned by the checks that come after it */
	snprintf(threat, sizeof threat, "custody: {%s, detected_loss: 0}", hazards);
	r = run(CUSTODY_HEAD, threat, "");
	custody_pmf(moving, resting, hand_over, 1, true, pmf);
	check_counts("incidents that no seal check sees", r, "base", pmf);
	plim_results_free(&r);
}

static void check_link_mean(const plim_results *r, const char *link, double exact)
{
	const plim_moments_row *m = plim_results_moments(r, 0, (uint32_t)plim_results_group(r, PLIM_GROUP_LINK, link),
													 PLIM_MEASURE_AEP);
	double z = (m->mean - exact) / m->mean_se;
	tap_ok(fabs(z) < ERRORS, "loss on the link %s: mean %.6g, exact %.6g (%+.2f errors)", link, m->mean, exact, z);
}

/* Mean = sum of n p (u + (1 - u) detected_loss) x mean of the loss; trips over one link add up there. Both loss components of a
 * detected incident are cut. */
static void custody_loss(void)
{
	static const uint64_t n[] = {40, 3};
	char text[4096];
	run_of what = {.trials = trials_of_run(), .seed = 13};
	snprintf(text, sizeof text,
			 "plimsoll: 1\nname: custody\ncurrency: EUR\n%s\nthreats:\n  - {id: t, losses: {goods: {fixed: {value: 500}}, "
			 "recall: {exponential: {mean: 1000}}}, custody: {moving: 1e-4, resting: 1e-3, hand_over: 5e-3, detected_loss: 0.3}}\n",
			 CUSTODY_HEAD);
	plim_results *r = run_text(text, &what);
	double on[2] = {0};
	for (int trip = 0; trip < 2; trip++) {
		double p[2], u[2];
		legs_of(trip, 1e-4, 1e-3, 5e-3, p, u);
		for (int l = 0; l < 2; l++)
			on[l] += (double)n[trip] * p[l] * (u[l] + (1 - u[l]) * 0.3) * 1500;
	}
	check_mean("loss along trips with detection", r, "base", on[0] + on[1]);
	check_link_mean(r, "road", on[0]);
	check_link_mean(r, "sea", on[1]);
	plim_results_free(&r);
}

int main(void)
{
	count_laws();
	unknown_frequencies();
	bands();
	exposures();
	controls();
	shared_events();
	copula(0);
	copula(0.6);
	copula(0.95);
	severity_unknowns();
	unknowns_of_a_place();
	infinite_means();
	custody_counts("moving: 1e-4, resting: 1e-3, hand_over: 5e-3", 1e-4, 1e-3, 5e-3); /* sparse years */
	custody_counts("moving: 0.01, resting: 0.02, hand_over: 0.1", 0.01, 0.02, 0.1);   /* dense years */
	custody_loss();
	return tap_done();
}
