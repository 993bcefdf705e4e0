/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cross-check of runs with exact laws: it must find planted faults and keep silent on healthy runs.
 *
 * A fault is planted by running one model and comparing with another, which differs in what a fault would change: so
 * nothing of the product knows of it. Silence is tested over many seeds; a false alarm has a chance below 10^-6 a run.
 * P-values of healthy runs must not be too small: of those that do not lean on one another, the ones below 0.05 are at
 * most binomial, tested at 10^-6.
 */
#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/memory.h"
#include "run/cross_check.h"
#include "long.h"
#include "run_model.h"
#include "tap.h"

#define HEAD "plimsoll: 1\nname: check\ncurrency: EUR\n"
#define NODES                                                                                                          \
	"nodes:\n  - {id: a, kind: port, region: N, trips: 2}\n  - {id: b, kind: port, region: N, trips: 5}\n  - {id: c, " \
	"kind: port, region: S, trips: 1}\n"

/* --- planted faults --- */

typedef struct fault {
	const char *name, *run, *exact; /* the run's model and the one it is held against */
	uint64_t trials;
} fault;

static const fault faults[] = {
    {"a sigma 3 % too small",
     HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: 3}}, loss: {lognormal: {mu: 9, sigma: 1.94}}}\n",
     HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: 3}}, loss: {lognormal: {mu: 9, sigma: 2}}}\n", 100000},
    {"a sigma 3 % too small, heavy tail",
     HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: 3}}, loss: {lognormal: {mu: 9, sigma: 2.91}}}\n",
     HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: 3}}, loss: {lognormal: {mu: 9, sigma: 3}}}\n", 100000},
    {"a rate 2 % too high",
     HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: 1.02}}, loss: {exponential: {mean: 100}}}\n",
     HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: 1}}, loss: {exponential: {mean: 100}}}\n", 100000},
    {"a dropped source",
     HEAD "nodes:\n  - {id: a, kind: port}\n  - {id: b, kind: port}\nthreats:\n  - {id: t, where: {nodes: {kind: "
          "port}}, frequency: {poisson: {rate: 0.02}}, loss: {gamma: {shape: 2, scale: 50}}}\n",
     HEAD "nodes:\n  - {id: a, kind: port}\n  - {id: b, kind: port}\n  - {id: c, kind: port}\nthreats:\n  - {id: t, "
          "where: {nodes: {kind: port}}, frequency: {poisson: {rate: 0.02}}, loss: {gamma: {shape: 2, scale: 50}}}\n",
     40000},
    {"a count off by one",
     HEAD "threats:\n  - {id: t, frequency: {table: {counts: [1, 3, 8], weights: [6, 3, 1]}}, loss: {gamma: {shape: 2, "
          "scale: 50}}}\n",
     HEAD "threats:\n  - {id: t, frequency: {table: {counts: [0, 2, 7], weights: [6, 3, 1]}}, loss: {gamma: {shape: 2, "
          "scale: 50}}}\n",
     20000},
    {"a count off by one in one value of many",
     HEAD "threats:\n  - {id: t, frequency: {table: {counts: [0, 2, 7], weights: [6, 3, 1]}}, loss: {gamma: {shape: 2, "
          "scale: 50}}}\n",
     HEAD "threats:\n  - {id: t, frequency: {table: {counts: [0, 2, 8], weights: [6, 3, 1]}}, loss: {gamma: {shape: 2, "
          "scale: 50}}}\n",
     20000},
    {"a binomial taken for a Poisson",
     HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: 6}}, loss: {fixed: {value: 10}}}\n",
     HEAD "threats:\n  - {id: t, frequency: {binomial: {n: 12, p: 0.5}}, loss: {fixed: {value: 10}}}\n", 20000},
    {"a control forgotten",
     HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: 0.5}}, loss: {exponential: {mean: 100}}}\ncontrols:\n  - "
          "{id: k, category: physical, reduces: {loss: 0.5}, coverage: 0.1, cost: {annual: 1}}\nscenarios:\n  - {id: "
          "s, controls: [k]}\n",
     HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: 0.5}}, loss: {exponential: {mean: 100}}}\ncontrols:\n  - "
          "{id: k, category: physical, reduces: {loss: 0.5}, coverage: 0.2, cost: {annual: 1}}\nscenarios:\n  - {id: "
          "s, controls: [k]}\n",
     200000},
    {"an unknown that does not vary",
     HEAD
     "threats:\n  - {id: t, frequency: {poisson: {rate: 4}}, vulnerability: 0.5, loss: {exponential: {mean: 100}}}\n",
     HEAD "threats:\n  - {id: t, frequency: {poisson: {rate: 4}}, vulnerability: {uniform: {min: 0.1, max: 0.9}}, "
          "loss: {exponential: {mean: 100}}}\n",
     20000},
};

static void test_fault(const fault *f)
{
	run_of what = {.trials = f->trials, .seed = 3};
	plim_error error = {0};
	size_t loud;
	plim_results *results = run_text(f->run, &what);
	plim_model *model = run_parse(f->exact);
	size_t tests = plim_results_checks(results, &loud);
	tap_ok(tests > 0 && loud == 0, "%s: the run agrees with its own model (%zu tests)", f->name, tests);
	for (size_t i = 0; i < results->checks; i++)
		plim_mem_free(results->check[i].remark);
	results->checks = 0;
	plim_mem_free(results->check);
	results->check = NULL;
	if (plim_run_beside_model(model, results, 2, &error) != PLIM_OK)
		run_die(&(plim_findings){0}, &error, f->exact);
	tests = plim_results_checks(results, &loud);
	tap_ok(loud > 0, "%s: found (%zu of %zu tests)", f->name, loud, tests);
	plim_model_free(&model);
	plim_results_free(&results);
}

/* --- healthy runs --- */

static const char *const healthy[] = {
    HEAD "threats:\n  - {id: wide, frequency: {poisson: {rate: 3}}, loss: {lognormal: {mu: 9, sigma: 3}}}\n",
    HEAD "threats:\n  - {id: pareto, frequency: {poisson: {rate: 1}}, loss: {gpd: {shape: 0.5, scale: 1000, location: "
         "0}}}\n",
    HEAD "threats:\n  - {id: geometric, frequency: {geometric: {p: 0.3}}, loss: {fixed: {value: 1000}}}\n"
         "  - {id: rare, frequency: {bernoulli: {p: 0.0002}}, loss: {gamma: {shape: 2, scale: 5000}}}\n",
    HEAD NODES "threats:\n"
               "  - {id: theft, where: {nodes: {kind: port}}, exposure: trips, frequency: {negative_binomial: {mean: "
               "0.2, dispersion: 0.6}}, "
               "vulnerability: {pert: {min: 0.2, mode: 0.5, max: 0.9}}, losses: {goods: {lognormal: {mu: 8, sigma: "
               "1.2}}, fines: {exponential: {mean: 500}}}}\n"
               "  - {id: flood, where: {nodes: {kind: port}}, shared_by: region, strike_probability: 0.7, frequency: "
               "{poisson: {rate: 0.3}}, "
               "loss: {weibull: {shape: 0.8, scale: 9000}}}\n"
               "  - {id: fraud, frequency: {poisson: {rate: {lognormal: {p5: 0.2, p95: 3}}}}, loss: {lognormal: {mu: "
               "7, sigma: 1, times: {uniform: {min: 0.5, max: 2}}}}}\n"
               "controls:\n"
               "  - {id: fence, category: physical, against: [theft], reduces: {frequency: 0.5, loss: 0.3}, coverage: "
               "0.8, start_day: 100, cost: {annual: 1}}\n"
               "  - {id: watch, category: physical, against: [theft, flood], reduces: {vulnerability: 0.4}, coverage: "
               "{uniform: {min: 0.5, max: 1}}, cost: {annual: 1}}\n"
               "scenarios:\n  - {id: today, controls: []}\n  - {id: both, controls: [fence, watch]}\n",
    HEAD NODES "threats:\n"
               "  - {id: theft, where: {nodes: {kind: port}}, exposure: trips, frequency: {poisson: {rate: 0.3}}, "
               "losses: {goods: {lognormal: {mu: 8, "
               "sigma: 1.2}}, fines: {exponential: {mean: 4000}}}}\n"
               "  - {id: fraud, frequency: {negative_binomial: {mean: 2, dispersion: 0.4}}, loss: {gamma: {shape: 2, "
               "scale: 900}}}\n"
               "intensity:\n  - {group: crime, threats: [theft, fraud], regimes: [{weight: 3, factor: 0.6}, {weight: "
               "1, factor: 2.2}]}\n"
               "controls:\n"
               "  - {id: camera, category: physical, against: [theft], reduces: {frequency: 0.4, losses: {goods: "
               "0.7}}, coverage: 0.6, reliability: "
               "0.8, cost: {annual: 1}}\n"
               "  - {id: audit, category: personnel, against: [fraud], reduces: {frequency: 0.5, loss: {uniform: {min: "
               "0.1, max: 0.5}}}, reliability: "
               "{uniform: {min: 0.5, max: 0.9}}, cost: {annual: 1}}\n"
               "scenarios:\n  - {id: today, controls: []}\n  - {id: both, controls: [camera, audit]}\n",
};

typedef struct tally {
	size_t runs, loud, tests, small;
} tally;

static void count(const plim_results *r, tally *t)
{
	size_t loud;
	t->tests += plim_results_checks(r, &loud);
	t->loud += loud > 0;
	t->runs++;
	for (size_t i = 0; i < r->checks; i++)
		t->small += r->check[i].p_value < 0.05;
}

static void test_healthy(const char *text, size_t index)
{
	const uint64_t seeds = test_is_long() ? 200 : 5;
	tally t = {0};
	for (uint64_t seed = 1; seed <= seeds; seed++) {
		run_of what = {.trials = 20000, .seed = 1000 * index + seed};
		plim_results *r = run_text(text, &what);
		count(r, &t);
		plim_results_free(&r);
	}
	tap_ok(t.loud == 0, "model %zu: no alarm in %zu healthy runs", index, t.runs);
	/* the tests of one group lean on one another: some 8 of them count as one */
	double n = (double)t.tests / 8, k = (double)t.small / 8;
	double p = gsl_cdf_binomial_Q((unsigned)k, 0.05, (unsigned)n);
	tap_ok(p > 1e-6 && t.tests >= 6 * t.runs, "model %zu: %zu of %zu p-values below 0.05", index, t.small, t.tests);
}

int main(void)
{
	for (size_t i = 0; i < sizeof faults / sizeof *faults; i++)
		test_fault(&faults[i]);
	for (size_t i = 0; i < sizeof healthy / sizeof *healthy; i++)
		test_healthy(healthy[i], i);
	return tap_done();
}
