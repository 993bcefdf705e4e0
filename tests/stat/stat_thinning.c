/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Thinning: controls on the frequency and vulnerability of a Poisson threat leave the law of a Poisson threat with the
 * thinned rate. Every scenario has an exact law, the run keeps to it, and the law is that of a second model, without
 * controls and vulnerability, whose rates were thinned here by arithmetic. The run keeps to that one too, so a fault
 * that sampler and exact law had in common is seen.
 */
#include <math.h>

#include "base/memory.h"
#include "engine/exact.h"
#include "run/cross_check.h"
#include "long.h"
#include "run_model.h"
#include "tap.h"

enum { PORTS = 3, CONTROLS = 4, SCENARIOS = 6, SEED = 41 };

typedef struct effect {
	const char *id, *where, *against;
	bool at[PORTS], theft, fraud; /* what it acts on: what `where` and `against` say */
	double frequency, vulnerability, coverage, start_day;
} effect;

static const effect control[CONTROLS] = {
    {"fence", "{nodes: {region: N}}", "[theft]", {true, true, false}, true, false, 0.5, 0, 0.8, 0},
    {"watch", "{nodes: {kind: port}}", "[theft]", {true, true, true}, true, false, 0.25, 0.6, 0.5, 0},
    {"audit", "", "[fraud]", {false, false, false}, false, true, 0, 0.75, 1, 0},
    {"late", "{nodes: {id: c}}", "[theft]", {false, false, true}, true, false, 0.9, 0.5, 0.7, 146},
};

/* Bits of the controls that are in force. */
static const struct {
	const char *id;
	unsigned in_force;
} scenario[SCENARIOS] = {{"none", 0}, {"fence", 1}, {"watch", 2}, {"both", 3}, {"audit", 4}, {"all", 15}};

static const double theft_rate = 0.9, fraud_rate = 2.5, theft_chance = 0.6, fraud_chance = 0.8;

static void check(plim_status status, const plim_error *error)
{
	plim_findings none = {0};
	if (status != PLIM_OK)
		run_die(&none, error, "");
}

static const char head[] = "plimsoll: 1\nname: thinning\ncurrency: EUR\n";
static const char loss[] = "loss: {lognormal: {mu: 8, sigma: 1.2}}";
static const char fraud_loss[] = "loss: {gamma: {shape: 0.8, scale: 4000}}";

static void with_controls(char *text, size_t size)
{
	size_t at = (size_t)snprintf(
	    text, size,
	    "%snodes:\n  - {id: a, kind: port, region: N}\n  - {id: b, kind: port, region: N}\n  - {id: c, kind: port, "
	    "region: S}\nthreats:\n"
	    "  - {id: theft, where: {nodes: {kind: port}}, frequency: {poisson: {rate: %g}}, vulnerability: %g, %s}\n"
	    "  - {id: fraud, frequency: {poisson: {rate: %g}}, vulnerability: %g, %s}\ncontrols:\n",
	    head, theft_rate, theft_chance, loss, fraud_rate, fraud_chance, fraud_loss);
	for (size_t c = 0; c < CONTROLS; c++) {
		const effect *e = &control[c];
		at += (size_t)snprintf(text + at, size - at, "  - {id: %s, against: %s, ", e->id, e->against);
		if (!e->fraud)
			at += (size_t)snprintf(text + at, size - at, "where: %s, ", e->where);
		at += (size_t)snprintf(text + at, size - at,
		                       "reduces: {frequency: %g, vulnerability: %g}, coverage: %g, start_day: %g}\n",
		                       e->frequency, e->vulnerability, e->coverage, e->start_day);
	}
	at += (size_t)snprintf(text + at, size - at, "scenarios:\n");
	for (size_t k = 0; k < SCENARIOS; k++) {
		at += (size_t)snprintf(text + at, size - at, "  - {id: %s, controls: [", scenario[k].id);
		bool any = false;
		for (size_t c = 0; c < CONTROLS; c++) {
			if (!(scenario[k].in_force >> c & 1))
				continue;
			at += (size_t)snprintf(text + at, size - at, "%s%s", any ? ", " : "", control[c].id);
			any = true;
		}
		at += (size_t)snprintf(text + at, size - at, "]}\n");
	}
}

/* What is left of a rate of 1; a late control leaves all of it until it starts. Of controls that act at one place no
 * two start late, so that the shares of the year multiply. */
static double left_of(unsigned in_force, bool theft, int port)
{
	double left = theft ? theft_chance : fraud_chance;
	for (size_t c = 0; c < CONTROLS; c++) {
		const effect *e = &control[c];
		if (!(in_force >> c & 1) || !(theft ? e->theft && e->at[port] : e->fraud))
			continue;
		double before = e->start_day / 365;
		left *= before + (1 - before) * (1 - e->coverage * e->frequency) * (1 - e->coverage * e->vulnerability);
	}
	return left;
}

static void without_controls(unsigned in_force, const char *id, char *text, size_t size)
{
	size_t at = (size_t)snprintf(text, size, "%snodes:\n", head);
	for (int port = 0; port < PORTS; port++)
		at += (size_t)snprintf(text + at, size - at, "  - {id: %c, kind: port, region: %c, rate: %.17g}\n", 'a' + port,
		                       port < 2 ? 'N' : 'S', theft_rate * left_of(in_force, true, port));
	snprintf(text + at, size - at,
	         "threats:\n"
	         "  - {id: theft, where: {nodes: {kind: port}}, exposure: rate, frequency: {poisson: {rate: 1}}, %s}\n"
	         "  - {id: fraud, frequency: {poisson: {rate: %.17g}}, %s}\nscenarios:\n  - {id: %s, controls: []}\n",
	         loss, fraud_rate * left_of(in_force, false, 0), fraud_loss, id);
}

/* --- the run --- */

/* How many tests of each quantity a group of a scenario has; whether any is loud or says why there is none. */
typedef struct tested {
	size_t of[PLIM_CHECK_QUANTITY_COUNT], loud, remarks;
} tested;

static tested tested_of(const plim_results *r, uint32_t k, int32_t group)
{
	tested out = {0};
	for (size_t i = 0; i < r->checks; i++) {
		const plim_check_row *row = &r->check[i];
		if (row->scenario != k || (group >= 0 && row->group != (uint32_t)group))
			continue;
		out.of[row->quantity]++;
		out.loud += row->loud;
		/* places come last and may find the work of the check used up */
		out.remarks += row->remark && *row->remark && r->group[row->group].kind != PLIM_GROUP_NODE;
	}
	return out;
}

static bool has_law(const tested *t)
{
	return t->of[PLIM_CHECK_EVENTS] && t->of[PLIM_CHECK_POSITIVE] && t->of[PLIM_CHECK_ABOVE] >= 3 &&
	       t->of[PLIM_CHECK_LIMITED];
}

static void test_run(const plim_results *r)
{
	const int32_t total = plim_results_group(r, PLIM_GROUP_TOTAL, "total");
	for (uint32_t k = 0; k < r->scenarios; k++) {
		const tested t = tested_of(r, k, total), all = tested_of(r, k, -1);
		tap_ok(has_law(&t), "%s: the cross-check has a law for the total: %zu thresholds", r->scenario[k].id,
		       t.of[PLIM_CHECK_ABOVE]);
		tap_ok(all.remarks == 0 && all.loud == 0, "%s: no threat is left out (%zu remarks) and nothing is loud (%zu)",
		       r->scenario[k].id, all.remarks, all.loud);
	}
}

/* --- the same law --- */

static void test_quantile(const char *id, double p, const plim_exact_law *a, const plim_exact_law *b)
{
	plim_error error = {0};
	plim_exact_curve one, other;
	double reach, value[2], least[2], most[2];
	check(plim_exact_reach(a, p, &reach, &error), &error);
	check(plim_exact_curve_build(a, reach, 14, &one, &error), &error);
	check(plim_exact_curve_build(b, reach, 14, &other, &error), &error);
	bool found = plim_exact_curve_quantile(&one, p, &value[0], &least[0], &most[0]) &&
	             plim_exact_curve_quantile(&other, p, &value[1], &least[1], &most[1]);
	/* both on one lattice: what is left is the rounding of the transform, 1e-10 up to two thirds (stats/lattice.h) */
	double worst = 0;
	for (size_t j = 0; j < 2 * one.size / 3 && j < other.size; j++)
		worst = fmax(worst, fmax(fabs(one.low[j] - other.low[j]), fabs(one.high[j] - other.high[j])));
	tap_ok(found && least[0] <= most[1] && least[1] <= most[0] && worst < 1e-9,
	       "%s: P%g of the law is that of the thinned process: [%.9g, %.9g], [%.9g, %.9g], curves within %.1e", id,
	       100 * p, least[0], most[0], least[1], most[1], worst);
	plim_exact_curve_clear(&one);
	plim_exact_curve_clear(&other);
}

static void test_law(const plim_model *model, uint32_t in_model, const plim_model *thinned)
{
	static const double p[] = {0.5, 0.9, 0.99, 0.999};
	plim_error error = {0};
	plim_exact_law a, b;
	double zero[2];
	const char *id = model->scenario[in_model].id;
	check(plim_exact_law_build(model, in_model, UINT32_MAX, PLIM_PLACE_ORGANISATION, PLIM_EXACT_EVERYWHERE,
	                           PLIM_EXACT_HORIZON, &a, &error),
	      &error);
	check(plim_exact_law_build(thinned, 0, UINT32_MAX, PLIM_PLACE_ORGANISATION, PLIM_EXACT_EVERYWHERE,
	                           PLIM_EXACT_HORIZON, &b, &error),
	      &error);
	check(plim_exact_p_zero(&a, &zero[0], &error), &error);
	check(plim_exact_p_zero(&b, &zero[1], &error), &error);
	tap_ok(fabs(a.events / b.events - 1) < 1e-12 && fabs(a.mean / b.mean - 1) < 1e-12 &&
	           fabs(zero[0] / zero[1] - 1) < 1e-12,
	       "%s: events %.12g, mean %.12g and P(no loss) %.12g are those of the thinned process", id, a.events, a.mean,
	       zero[0]);
	for (size_t i = 0; i < sizeof p / sizeof *p; i++)
		test_quantile(id, p[i], &a, &b);
	plim_exact_law_clear(&a);
	plim_exact_law_clear(&b);
}

/* The run of all scenarios beside the thinned model of one, which has no controls and no vulnerability. */
static void test_run_against(plim_results *r, uint32_t k, const plim_model *thinned)
{
	plim_error error = {0};
	size_t loud, tests;
	for (size_t i = 0; i < r->checks; i++)
		plim_mem_free(r->check[i].remark);
	plim_mem_free(r->check);
	r->check = NULL;
	r->checks = 0;
	check(plim_run_beside_model(thinned, r, 2, &error), &error);
	tests = plim_results_checks(r, &loud);
	const tested t = tested_of(r, k, plim_results_group(r, PLIM_GROUP_TOTAL, "total"));
	tap_ok(has_law(&t) && loud == 0, "%s: the run keeps to the thinned process (%zu tests, %zu loud)", scenario[k].id,
	       tests, loud);
}

int main(void)
{
	char text[8192], other[4096];
	with_controls(text, sizeof text);
	plim_results *r = run_text(text, &(run_of){.trials = test_is_long() ? 4000000 : 200000, .seed = SEED});
	plim_model *model = run_parse(text);
	test_run(r);
	for (uint32_t k = 0; k < SCENARIOS; k++) {
		without_controls(scenario[k].in_force, scenario[k].id, other, sizeof other);
		plim_model *thinned = run_parse(other);
		uint32_t in_model = 0;
		while (in_model < model->scenarios && strcmp(model->scenario[in_model].id, scenario[k].id) != 0)
			in_model++;
		test_law(model, in_model, thinned);
		test_run_against(r, k, thinned);
		plim_model_free(&thinned);
	}
	plim_model_free(&model);
	plim_results_free(&r);
	return tap_done();
}
