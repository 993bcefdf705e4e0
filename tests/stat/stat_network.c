/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Interruption through the whole engine against known laws, within 4.5 standard errors: outages behind a buffer, each alone and
 * solved together; one outage a year; conservation over origin, bearer and component; what controls add.
 */
#include <math.h>

#include "long.h"
#include "run_model.h"
#include "tap.h"

#define ERRORS 4.5

static uint64_t trials_of_run(void)
{
	return test_is_long() ? 4000000 : 400000;
}

static plim_results *run(const char *text)
{
	run_of what = {.trials = trials_of_run(), .seed = 29};
	return run_text(text, &what);
}

static const plim_moments_row *moments(const plim_results *r, const char *scenario, plim_group_kind kind, const char *group)
{
	int32_t g = plim_results_group(r, kind, group);
	return g < 0 ? NULL
				 : plim_results_moments(r, (uint32_t)plim_results_scenario(r, scenario), (uint32_t)g, PLIM_MEASURE_AEP);
}

/* `known` is the standard error of the reference figure, where that was simulated too. */
static void check_mean(const char *name, const plim_results *r, const char *scenario, double exact, double known)
{
	const plim_moments_row *m = moments(r, scenario, PLIM_GROUP_TOTAL, "total");
	double error = sqrt(m->mean_se * m->mean_se + known * known), z = (m->mean - exact) / error;
	tap_ok(fabs(z) < ERRORS, "%s: mean %.5g, law %.5g (%+.2f errors)", name, m->mean, exact, z);
}

static void check_percentile(const char *name, const plim_results *r, double p, double exact, double rounding)
{
	double above = 0, at = 0, n = (double)r->trials, error = sqrt(n * p * (1 - p));
	for (uint64_t i = 0; i < r->trials; i++) {
		above += r->ylt[0][i] > exact + rounding;
		at += r->ylt[0][i] >= exact - rounding;
	}
	tap_ok(above <= n * (1 - p) + ERRORS * error && at >= n * (1 - p) - ERRORS * error,
		   "%s: P%g: %.0f..%.0f trials at or above %.5g, %.0f expected (%+.2f errors)", name, 100 * p, above, at, exact,
		   n * (1 - p), (at - n * (1 - p)) / error);
}

static void chain(char *text, size_t size, const char *overlaps, int restock, const char *frequency)
{
	snprintf(text, size,
			 "plimsoll: 1\nname: chain\ncurrency: EUR\noverlaps: %s\nnodes:\n  - {id: s, kind: supplier}\n"
			 "  - {id: c, kind: customer, margin_per_day: 1}\nlinks:\n"
			 "  - {from: s, to: c, item: x, buffer_days: 10, restock_days: %d}\nthreats:\n"
			 "  - {id: t, where: {nodes: {kind: supplier}}, frequency: {%s}, outage_days: {exponential: {mean: 12}}}\n",
			 overlaps, restock, frequency);
}

/* Poisson(4) outages of mean 12 days behind 10 days of stock. Alone: compound Poisson(4 exp(-10/12)) of Exp(12), mean exact. Together:
 * figures simulated by two independent programs, mean with a standard error of 0.01, percentiles to two decimals. */
static void outages_behind_a_buffer(void)
{
	char text[2048];
	chain(text, sizeof text, "alone", 30, "poisson: {rate: 4}");
	plim_results *r = run(text);
	check_mean("each alone", r, "base", 48 * exp(-10.0 / 12), 0);
	check_percentile("each alone", r, 0.95, 65.516, 5e-4);
	check_percentile("each alone", r, 0.99, 96.375, 5e-4);
	plim_results_free(&r);
	chain(text, sizeof text, "joint", 30, "poisson: {rate: 4}");
	r = run(text);
	check_mean("together, restocking in 30 days", r, "base", 22.74, 0.01);
	check_percentile("together, restocking in 30 days", r, 0.95, 69.23, 0.1);
	check_percentile("together, restocking in 30 days", r, 0.99, 99.47, 0.2);
	plim_results_free(&r);
	chain(text, sizeof text, "joint", 0, "poisson: {rate: 4}");
	r = run(text);
	check_mean("together, full at once", r, "base", 20.941, 0.01);
	check_percentile("together, full at once", r, 0.95, 64.56, 0.1);
	check_percentile("together, full at once", r, 0.99, 93.05, 0.2);
	plim_results_free(&r);
}

/* One outage a year: the loss is (D - 10)+ for D ~ Exp(12). */
static void one_outage(void)
{
	char text[2048];
	chain(text, sizeof text, "joint", 30, "fixed: {count: 1}");
	plim_results *r = run(text);
	const plim_moments_row *m = moments(r, "base", PLIM_GROUP_TOTAL, "total");
	double p_zero = 1 - exp(-10.0 / 12), error = sqrt(p_zero * (1 - p_zero) / (double)r->trials);
	check_mean("one outage", r, "base", 12 * exp(-10.0 / 12), 0);
	tap_ok(fabs(m->p_zero - p_zero) < ERRORS * error, "one outage: P(no loss) %.5f, law %.5f", m->p_zero, p_zero);
	check_percentile("one outage", r, 0.90, 17.6310, 5e-5);
	check_percentile("one outage", r, 0.95, 25.9488, 5e-5);
	check_percentile("one outage", r, 0.99, 45.2620, 5e-5);
	plim_results_free(&r);
}

/* Poisson(6) outages of mean 20 days, no buffer: days inside the year 97.1168 and after it 6.0721. */
static void overlapping_outages(void)
{
	plim_results *r = run("plimsoll: 1\nname: overlap\ncurrency: EUR\nnodes:\n  - {id: s, kind: shop, margin_per_day: 1}\n"
						  "threats:\n  - {id: t, where: {nodes: {kind: shop}}, frequency: {poisson: {rate: 6}}, "
						  "outage_days: {exponential: {mean: 20}}}\n");
	check_mean("overlapping outages without a buffer", r, "base", 97.1168 + 6.0721, 0);
	plim_results_free(&r);
}

/* A control that adds 5 days of stock at a coverage of 0.8, and one that shortens outages by half: both still exponential. */
static void controls(void)
{
	plim_results *r = run("plimsoll: 1\nname: adds\ncurrency: EUR\nnodes:\n  - {id: s, kind: supplier}\n"
						  "  - {id: c, kind: customer, margin_per_day: 1}\nlinks:\n"
						  "  - {from: s, to: c, item: x, buffer_days: 6}\nthreats:\n"
						  "  - {id: t, where: {nodes: {kind: supplier}}, frequency: {fixed: {count: 1}}, outage_days: {exponential: "
						  "{mean: 12}}}\ncontrols:\n"
						  "  - {id: stock, category: procedural, where: {nodes: {id: c}}, adds: {buffer_days: 5}, coverage: 0.8, "
						  "cost: {annual: 1}}\n"
						  "  - {id: quick, category: procedural, reduces: {outage_days: 0.5}, cost: {annual: 1}}\n"
						  "scenarios:\n  - {id: none, controls: []}\n  - {id: stock, controls: [stock]}\n"
						  "  - {id: quick, controls: [quick]}\n");
	check_mean("no control", r, "none", 12 * exp(-6.0 / 12), 0);
	check_mean("a control that adds stock", r, "stock", 12 * exp(-10.0 / 12), 0);
	check_mean("a control that halves outages", r, "quick", 6 * exp(-6.0 / 6), 0);
	plim_results_free(&r);
}

static double sum_of(const plim_results *r, plim_group_kind kind)
{
	double sum = 0;
	for (uint32_t g = 0; g < r->groups; g++)
		if (r->group[g].kind == kind && r->group[g].leaf)
			sum += plim_results_moments(r, 0, g, PLIM_MEASURE_AEP)->mean;
	return sum;
}

/* Direct loss, interruption and the cost of substitution over origins, bearers and components: every kind adds up to the total. */
static void conservation(void)
{
	plim_results *r = run("plimsoll: 1\nname: diamond\ncurrency: EUR\nnodes:\n  - {id: f, kind: plant, region: N}\n"
						  "  - {id: a, kind: port, region: N}\n  - {id: b, kind: port, region: S}\n"
						  "  - {id: c, kind: shop, region: S, margin_per_day: 3}\n  - {id: d, kind: shop, region: S, margin_per_day: 2}\n"
						  "links:\n  - {from: f, to: a, item: x, buffer_days: 2}\n  - {from: f, to: b, item: x, buffer_days: 4}\n"
						  "  - {from: a, to: c, item: x, share: 0.6, buffer_days: 3, substitution: 0.5, switch_days: 2, "
						  "substitution_cost_per_day: 1.5}\n"
						  "  - {from: b, to: c, item: x, share: 0.4, buffer_days: 3}\n  - {from: b, to: d, item: x, mode: road}\n"
						  "threats:\n  - {id: fire, where: {nodes: {kind: [plant, port]}}, frequency: {poisson: {rate: 0.8}}, "
						  "outage_days: {gamma: {mean: 15, cv: 0.8}}, loss: {lognormal: {p5: 1, p95: 40}}}\n"
						  "  - {id: closure, where: {nodes: {kind: [port, shop]}}, shared_by: region, stops: inflow, "
						  "strike_probability: 0.7, severity_correlation: 0.5, frequency: {poisson: {rate: 0.5}}, outage_days: "
						  "{weibull: {shape: 1.2, scale: 20}}}\n"
						  "  - {id: road, where: {links: {mode: road}}, frequency: {poisson: {rate: 2}}, outage_days: {exponential: "
						  "{mean: 4}}, outage_share: 0.5}\n");
	static const plim_group_kind kinds[] = {PLIM_GROUP_THREAT, PLIM_GROUP_NODE, PLIM_GROUP_LINK, PLIM_GROUP_REGION,
											PLIM_GROUP_COMPONENT, PLIM_GROUP_BEARER, PLIM_GROUP_CATEGORY};
	double total = moments(r, "base", PLIM_GROUP_TOTAL, "total")->mean;
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		tap_ok(fabs(sum_of(r, kinds[k]) / total - 1) < 1e-12, "means of kind %s add up to the total: %.10g of %.10g",
			   plim_group_kind_name(kinds[k]), sum_of(r, kinds[k]), total);
	double interruption = moments(r, "base", PLIM_GROUP_COMPONENT, "interruption")->mean;
	double substitution = moments(r, "base", PLIM_GROUP_COMPONENT, "substitution")->mean;
	double borne = moments(r, "base", PLIM_GROUP_BEARER, "c")->mean + moments(r, "base", PLIM_GROUP_BEARER, "d")->mean;
	tap_ok(substitution > 0 && fabs((interruption + substitution) / borne - 1) < 1e-12,
		   "what bearers lose is interruption and substitution: %.10g of %.10g", borne, interruption + substitution);
	plim_results_free(&r);
}

/* A threat without outages keeps its figures whatever happens in the network, and a loss of a trial keeps its direct part. */
static void direct_losses_do_not_depend_on_outages(void)
{
	static const char head[] = "plimsoll: 1\nname: apart\ncurrency: EUR\nnodes:\n  - {id: s, kind: supplier}\n"
							   "  - {id: c, kind: customer, margin_per_day: 1}\nlinks:\n  - {from: s, to: c, item: x}\nthreats:\n"
							   "  - {id: a, where: {nodes: {kind: supplier}}, frequency: {poisson: {rate: 2}}, outage_days: "
							   "{exponential: {mean: 9}}, losses: {goods: {exponential: {mean: 4}}}}\n";
	static const char more[] = "  - {id: b, where: {nodes: {kind: [supplier, customer]}}, frequency: {poisson: {rate: 3}}, outage_days: "
							   "{exponential: {mean: 5}}}\n";
	char text[2048];
	snprintf(text, sizeof text, "%s%s", head, more);
	plim_results *few = run(head), *many = run(text);
	const plim_moments_row *x = moments(few, "base", PLIM_GROUP_COMPONENT, "goods");
	const plim_moments_row *y = moments(many, "base", PLIM_GROUP_COMPONENT, "goods");
	tap_ok(x->mean == y->mean && x->sd == y->sd, "another threat's outages leave direct losses alone");
	tap_ok(moments(few, "base", PLIM_GROUP_THREAT, "a")->events_per_trial == moments(many, "base", PLIM_GROUP_THREAT, "a")->events_per_trial,
		   "... and attempts");
	plim_results_free(&few);
	plim_results_free(&many);
}

int main(void)
{
	outages_behind_a_buffer();
	one_outage();
	overlapping_outages();
	controls();
	conservation();
	direct_losses_do_not_depend_on_outages();
	return tap_done();
}
