/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The stop rule: one that fires gives the bits of a run of that many trials, on any number of threads; one that must
 * not fire goes to the ceiling; the interval it promised is as narrow as promised, and was not at the look before.
 */
#include <math.h>

#include "run/until.h"
#include "run_model.h"
#include "tap.h"

#define HEAD "plimsoll: 1\nname: until\ncurrency: EUR\n"

static const char light[] = HEAD
    "nodes:\n  - {id: a, kind: port}\n  - {id: b, kind: port}\n"
    "threats:\n"
    "  - {id: t, frequency: {poisson: {rate: 3}}, loss: {gamma: {shape: 2, scale: 500}}, clauses: [4.4.6]}\n"
    "  - {id: u, where: {nodes: {kind: port}}, frequency: {poisson: {rate: 0.2}}, loss: {exponential: {mean: 2000}}}\n"
    "controls:\n  - {id: k, category: physical, reduces: {frequency: 0.5}, cost: {annual: 1}}\n"
    "scenarios:\n  - {id: today, controls: []}\n  - {id: half, controls: [k]}\n";
static const char heavy[] =
    HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: 3}}, loss: {gpd: {shape: 0.6, scale: 100, location: 0}}}\n";

static plim_results *run(const char *text, uint64_t trials, const char *until, uint32_t threads, int ylt)
{
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error = {0};
	plim_results *results = NULL;
	plim_run_options options = plim_run_options_default();
	options.trials = trials;
	options.until = until;
	options.threads = threads;
	options.ylt = ylt;
	if (plim_model_parse(text, strlen(text), NULL, &model, &findings, &error) != PLIM_OK ||
	    plim_run(model, &options, &results, &error) != PLIM_OK)
		run_die(&findings, &error, text);
	plim_findings_clear(&findings);
	plim_model_free(&model);
	return results;
}

static bool same_tables(const plim_results *a, const plim_results *b)
{
	bool same =
	    a->percentiles == b->percentiles && a->tvars == b->tvars && a->checks == b->checks && !a->ylt == !b->ylt;
	for (size_t i = 0; same && i < a->percentiles; i++)
		same = a->percentile[i].value == b->percentile[i].value && a->percentile[i].upper == b->percentile[i].upper &&
		       a->percentile[i].exact == b->percentile[i].exact;
	for (size_t i = 0; same && i < a->tvars; i++)
		same = a->tvar[i].value == b->tvar[i].value && a->tvar[i].lower == b->tvar[i].lower;
	for (size_t k = 0; same && a->ylt && k < a->scenarios; k++)
		same = memcmp(a->ylt[k], b->ylt[k], a->trials * sizeof(double)) == 0;
	return same;
}

static double half_width(const plim_results *r, uint32_t scenario)
{
	const plim_percentile_row *row = plim_results_percentile(
	    r, scenario, (uint32_t)plim_results_group(r, PLIM_GROUP_TOTAL, "total"), PLIM_MEASURE_AEP, 0.99);
	return (row->upper - row->lower) / 2 / row->value;
}

static bool wide(const plim_results *r, double share)
{
	return half_width(r, 0) > share || half_width(r, 1) > share;
}

static void test_fires(int ylt)
{
	plim_results *stopped = run(light, 400000, "1.5%@P99,1%@mean,2%@TVaR99", 2, ylt);
	plim_results *again = run(light, 1000000, "1.5%@P99,1%@mean,2%@TVaR99", 1, ylt);
	plim_results *plain = run(light, stopped->trials, NULL, 2, ylt);
	uint64_t before = 0, blocks = stopped->trials / 4096;
	for (uint64_t b = 0; b < blocks; b = plim_until_next(b, UINT64_MAX))
		before = b;
	plim_results *earlier = run(light, before * 4096, NULL, 2, ylt);
	tap_ok(stopped->until_met && stopped->trials < 400000 && stopped->trials % 4096 == 0,
	       "it fires (after %llu trials)", (unsigned long long)stopped->trials);
	tap_ok(strcmp(stopped->result_sha256, plain->result_sha256) == 0 && same_tables(stopped, plain),
	       "with the bits of a plain run");
	tap_ok(strcmp(stopped->result_sha256, again->result_sha256) == 0, "whatever the ceiling and the threads");
	tap_ok(!wide(stopped, 0.015), "P99 is as narrow as asked for in both scenarios (%.4f, %.4f)",
	       half_width(stopped, 0), half_width(stopped, 1));
	tap_ok(before >= 4 && wide(earlier, 0.015), "and was not at the look before, after %llu blocks",
	       (unsigned long long)before);
	plim_results_free(&stopped);
	plim_results_free(&again);
	plim_results_free(&plain);
	plim_results_free(&earlier);
}

static void test_does_not_fire(const char *name, const char *text, const char *until)
{
	plim_results *r = run(text, 70001, until, 2, -1), *plain = run(text, 70001, NULL, 1, -1);
	tap_ok(!r->until_met && r->trials == 70001, "%s: not met, and all trials are run", name);
	tap_ok(strcmp(r->result_sha256, plain->result_sha256) == 0 && same_tables(r, plain), "%s: the bits of a plain run",
	       name);
	tap_ok(r->until_ceiling == 70001 && strcmp(r->until, until) == 0, "%s: the results say so", name);
	plim_results_free(&r);
	plim_results_free(&plain);
}

static void test_reading(void)
{
	static const char *const wrong[] = {"",          "1%",       "P99",      "1@P99",         "1%@P",    "1%@P100",
	                                    "1%@P0",     "0%@P99",   "-1%@P99",  "1%@Q99",        "1%@P99,", ",1%@P99",
	                                    "101%@mean", "1%@mean5", "nan%@P99", "1%@P99;1%@mean"};
	plim_until until;
	plim_error error;
	for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++)
		tap_ok(plim_until_parse(wrong[i], &until, &error) == PLIM_ERROR_USAGE, "'%s' is refused", wrong[i]);
	bool read = plim_until_parse("0.5%@P99.5, 2%@tvar99,1%@mean", &until, &error) == PLIM_OK && until.targets == 3;
	tap_ok(read && until.target[0].figure == PLIM_UNTIL_PERCENTILE && until.target[0].p.num == 199 &&
	           until.target[0].p.den == 200 && until.target[0].share == 0.005 &&
	           until.target[1].figure == PLIM_UNTIL_TVAR && until.target[2].figure == PLIM_UNTIL_MEAN,
	       "three targets are read");
}

int main(void)
{
	test_reading();
	test_fires(-1);
	test_fires(0);
	test_does_not_fire("far too narrow", light, "0.01%@P99");
	/* the sample's own error of an infinite variance would soon look small enough */
	test_does_not_fire("a mean without variance", heavy, "60%@mean");
	return tap_done();
}
