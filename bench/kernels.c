/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The kernels of every instruction set this machine has: first that they give the bits of the scalar one, then the time
 * of each, beside the bare operation that bounds it.
 *
 *     bench_kernels [DRAWS]      uniforms compared for each law; default 4,000,000
 *
 * Ends with 1 if a bit differs.
 */
#include <math.h>
#include <plimsoll/plimsoll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "dist/quantile_layout.h"
#include "engine/kernel.h"
#include "engine/plan.h"
#include "measure.h"
#include "random/address.h"

#define MOST 4096 /* a batch that stays in the first cache */
#define EDGES 400 /* sizes from 0 on, around every width of a vector */
#define TRIALS 2048

static const char *const law[] = {
    "fixed: 1000",
    "uniform: {min: 1, max: 9}",
    "lognormal: {mu: 10, sigma: 0.5}",
    "lognormal: {mu: 10, sigma: 1.5}",
    "lognormal: {mu: 10, sigma: 3.07, cap: 50e6}",
    "gamma: {shape: 0.7, scale: 90e3}",
    "weibull: {shape: 0.6, scale: 40e3}",
    "gpd: {shape: 0.3, scale: 40e3, location: 1e3}",
    "pert: {min: 1e3, mode: 5e3, max: 90e3}",
    "metalog: {quantiles: [[0.1, 3e3], [0.5, 22e3], [0.9, 150e3]], lower: 0, cap: 50e6}",
    "empirical: {values: [900, 1300, 1700, 2200, 9000, 12000]}",
    "histogram: {edges: [0, 10, 100, 1000], weights: [5, 3, 1]}",
    "spliced: {body: {lognormal: {median: 2e4, sigma: 1.5}}, tail: {gpd: {shape: 0.4, scale: 3e5}}, at: 5e5}",
};
#define LAWS (sizeof law / sizeof *law)

static uint64_t identity[MOST], uniform[MOST];
static uint32_t position[MOST];

/* A stream of its own for choosing what to compare; which generator does not matter. */
static uint64_t choose(uint64_t i)
{
	return plim_address_uniform(7, 0xbe, 0, i);
}

static plim_plan *make_plan(plim_model **model)
{
	char text[16384];
	size_t n = (size_t)snprintf(text, sizeof text, "plimsoll: 1\nname: Laws\ncurrency: EUR\nthreats:\n");
	plim_findings findings = {0};
	plim_plan *plan = NULL;
	plim_error error;
	for (size_t i = 0; i < LAWS; i++)
		n += (size_t)snprintf(text + n, sizeof text - n,
		                      "  - {id: l%02zu, frequency: {poisson: {rate: 1}}, loss: {%s}}\n", i, law[i]);
	if (plim_model_parse(text, n, NULL, model, &findings, &error) != PLIM_OK ||
	    plim_plan_build(*model, NULL, &plan, &error) != PLIM_OK) {
		fprintf(stderr, "%s\n", error.text);
		exit(EXIT_FAILURE);
	}
	plim_findings_clear(&findings);
	return plan;
}

/* The table of law i: threats are sorted by id in the plan, and in `law` by number. */
static const plim_quantile_table *table_of(const plim_plan *plan, size_t i)
{
	return plan->table[plan->threat[i].component[0].table];
}

static bool same_words(const plim_kernel *k, const plim_kernel *scalar)
{
	static uint32_t a[MOST], b[MOST];
	static uint64_t x[MOST], y[MOST];
	bool same = true;
	for (size_t n = 0; n < EDGES; n++) {
		const uint64_t base = plim_address_base(PLIM_PURPOSE_AMOUNT, n * 104729);
		for (size_t i = 0; i < n; i++) {
			identity[i] = choose(2 * (n * EDGES + i)) << 12;
			position[i] = (uint32_t)choose(2 * (n * EDGES + i) + 1) >> (i % 26);
		}
		k->words(n, base, identity, position, n, a);
		scalar->words(n, base, identity, position, n, b);
		k->uniforms(n, base, identity, position, n, x);
		scalar->uniforms(n, base, identity, position, n, y);
		same &= memcmp(a, b, n * sizeof *a) == 0 && memcmp(x, y, n * sizeof *x) == 0;
		k->join(choose(n), identity, n, x);
		scalar->join(choose(n), identity, n, y);
		same &= memcmp(x, y, n * sizeof *x) == 0;
	}
	return same;
}

static bool same_products(const plim_kernel *k, const plim_kernel *scalar)
{
	static double a[MOST], b[MOST], x[MOST], y[MOST];
	bool same = true;
	for (size_t n = 0; n < EDGES; n++) {
		for (size_t i = 0; i < n; i++) {
			a[i] = i % 5 == 2 ? 0 : exp2((double)(choose(n + i) >> 40) / 16 - 100);
			b[i] = i % 7 == 3 ? 0 : plim_uniform_double(choose(n + 3 * i));
		}
		k->multiply(a, b, n, x);
		scalar->multiply(a, b, n, y);
		same &= memcmp(x, y, n * sizeof *x) == 0 && k->count_positive(x, n) == scalar->count_positive(x, n);
	}
	return same;
}

static bool same_batch(const plim_kernel *k, const plim_kernel *scalar, const plim_quantile_table *table, size_t n)
{
	static double a[MOST], b[MOST];
	k->quantiles(table, uniform, a, n);
	scalar->quantiles(table, uniform, b, n);
	return memcmp(a, b, n * sizeof *a) == 0;
}

/* Uniforms at random, and on both sides of every power of two from both ends: there segments begin. */
static bool same_quantiles(const plim_kernel *k, const plim_kernel *scalar, const plim_quantile_table *table,
                           uint64_t draws)
{
	const uint64_t end = UINT64_C(1) << 52;
	size_t n = 0;
	for (int bit = 0; bit < 52; bit++)
		for (int part = 0; part < 16; part++) {
			const uint64_t at = (UINT64_C(1) << bit) + (((UINT64_C(1) << bit) >> 4) * (uint64_t)part);
			uniform[n++] = at % end;
			uniform[n++] = (at - 1) % end;
			uniform[n++] = end - 1 - at % end;
			uniform[n++] = (end - at) % end;
		}
	bool same = same_batch(k, scalar, table, n);
	for (uint64_t from = 0; from < draws; from += MOST) {
		for (size_t i = 0; i < MOST; i++)
			uniform[i] = choose(from + i);
		same &= same_batch(k, scalar, table, from % 7 ? MOST : MOST - 3);
	}
	return same;
}

static int compare_all(const plim_plan *plan, uint64_t draws)
{
	const plim_kernel *scalar = plim_kernel_get(PLIM_CPU_SCALAR);
	int differ = 0;
	for (int cpu = 1; cpu < PLIM_CPU_COUNT; cpu++) {
		const plim_kernel *k = plim_kernel_get((plim_cpu)cpu);
		if (!k)
			continue;
		bool same = same_words(k, scalar) && same_products(k, scalar);
		printf("%-8s words, uniforms, identities, products: %s\n", plim_cpu_name(k->cpu), same ? "the bits of scalar" : "DIFFER");
		differ += !same;
		for (size_t i = 0; i < LAWS; i++) {
			same = same_quantiles(k, scalar, table_of(plan, i), draws);
			if (!same)
				printf("%-8s quantiles of %s: DIFFER\n", plim_cpu_name(k->cpu), law[i]);
			differ += !same;
		}
		printf("%-8s quantiles of %zu laws, %llu draws each: %s\n", plim_cpu_name(k->cpu), LAWS,
		       (unsigned long long)draws, differ ? "DIFFER" : "the bits of scalar");
	}
	return differ;
}

/* ---- times ---- */

typedef void step(const plim_kernel *k, const plim_quantile_table *table);
static uint32_t word[MOST];
static double amount[MOST], year[TRIALS];
static volatile double kept;

static void do_words(const plim_kernel *k, const plim_quantile_table *table)
{
	(void)table;
	k->words(1, plim_address_base(PLIM_PURPOSE_PLACE, 5), identity, position, MOST, word);
}

static void do_uniforms(const plim_kernel *k, const plim_quantile_table *table)
{
	(void)table;
	k->uniforms(1, plim_address_base(PLIM_PURPOSE_AMOUNT, 5), identity, position, MOST, uniform);
}

static void do_quantiles(const plim_kernel *k, const plim_quantile_table *table)
{
	k->quantiles(table, uniform, amount, MOST);
}

/* A word for the trial, a uniform, its quantile, an addition: all that an event cannot do without. */
static void do_event(const plim_kernel *k, const plim_quantile_table *table)
{
	do_words(k, table);
	do_uniforms(k, table);
	do_quantiles(k, table);
	for (size_t i = 0; i < MOST; i++)
		year[word[i] >> 21] += amount[i];
	kept = year[0];
}

static void do_adding(const plim_kernel *k, const plim_quantile_table *table)
{
	(void)k, (void)table;
	for (size_t i = 0; i < MOST; i++)
		year[word[i] >> 21] += amount[i];
	kept = year[0];
}

/* Nanoseconds an item, the best of many: what the machine can do when nothing else asks for it. */
static double best_time(step *what, const plim_kernel *k, const plim_quantile_table *table)
{
	double best = INFINITY;
	for (int round = 0; round < 200; round++) {
		const double start = bench_now();
		for (int i = 0; i < 8; i++)
			what(k, table);
		const double each = (bench_now() - start) / (8.0 * MOST) * 1e9;
		best = each < best ? each : best;
	}
	return best;
}

static void print_times(const plim_plan *plan)
{
	const plim_quantile_table *table = table_of(plan, 3);
	for (size_t i = 0; i < MOST; i++) {
		identity[i] = 12345;
		position[i] = (uint32_t)i;
	}
	printf("\nns an item   %10s %10s %10s %10s %10s\n", "words", "uniforms", "quantiles", "adding", "event");
	for (int cpu = 0; cpu < PLIM_CPU_COUNT; cpu++) {
		const plim_kernel *k = plim_kernel_get((plim_cpu)cpu);
		if (!k)
			continue;
		const double w = best_time(do_words, k, table), u = best_time(do_uniforms, k, table);
		const double q = best_time(do_quantiles, k, table), a = best_time(do_adding, k, table);
		printf("%-12s %10.3f %10.3f %10.3f %10.3f %10.3f\n", plim_cpu_name(k->cpu), w, u, q, a,
		       best_time(do_event, k, table));
	}
}

/* Bare events of so many processes at once: seconds until all are done. */
static double side_by_side(const plim_kernel *k, const plim_quantile_table *table, int processes)
{
	const double start = bench_now();
	fflush(stdout);
	for (int p = 0; p < processes; p++) {
		const pid_t child = fork();
		if (child < 0)
			exit(EXIT_FAILURE);
		if (child > 0)
			continue;
		for (int i = 0; i < 20000; i++)
			do_event(k, table);
		_exit(EXIT_SUCCESS);
	}
	while (wait(NULL) > 0)
		;
	return bench_now() - start;
}

/* How much faster two processors of this machine are than one, when nothing but the kernel runs: what no run exceeds. */
static void print_two(const plim_kernel *k, const plim_quantile_table *table)
{
	double ratio[5];
	for (int i = 0; i < 5; i++)
		ratio[i] = 2 * side_by_side(k, table, 1) / side_by_side(k, table, 2);
	const double middle = bench_median(ratio, 5);
	printf("bare events on two processors: %.2f times one (%.2f to %.2f in 5 rounds)\n", middle, ratio[0], ratio[4]);
}

/* What a run takes for an event beside the bare event: one source, many events a trial. */
static bench_measure whole_run(const void *what, uint64_t trials, int threads)
{
	static const char text[] =
	    "plimsoll: 1\nname: Bare\ncurrency: EUR\nthreats:\n"
	    "  - {id: t, frequency: {poisson: {rate: 10}}, loss: {lognormal: {mu: 10, sigma: 1.5}}}\n";
	plim_run_options options = plim_run_options_default();
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_results *r = NULL;
	plim_error error;
	(void)what;
	if (plim_model_parse(text, sizeof text - 1, NULL, &model, &findings, &error) != PLIM_OK)
		exit(EXIT_FAILURE);
	options.trials = trials;
	options.threads = (uint32_t)threads;
	options.ylt = 0;
	if (plim_run(model, &options, &r, &error) != PLIM_OK)
		exit(EXIT_FAILURE);
	const double seconds = r->provenance.seconds; /* of the blocks alone */
	plim_results_free(&r);
	plim_model_free(&model);
	plim_findings_clear(&findings);
	return (bench_measure){.seconds = seconds};
}

int main(int argc, char **argv)
{
	plim_model *model = NULL;
	plim_plan *plan = make_plan(&model);
	const uint64_t draws = argc > 1 ? strtoull(argv[1], NULL, 10) : 4000000;
	const int differ = compare_all(plan, draws);
	print_times(plan);
	const plim_kernel *k = plim_kernel_best();
	print_two(k, table_of(plan, 3));
	double share[9];
	for (int i = 0; i < 9; i++) {
		const double bare = best_time(do_event, k, table_of(plan, 3));
		const double run = bench_apart(whole_run, NULL, 2000000, 1).seconds / (2e6 * 10) * 1e9;
		share[i] = bare / run;
	}
	const double middle = bench_median(share, 9);
	printf("the bare event (%s) is %.0f %% of what a run of one thread takes for an event (%.0f to %.0f %% in 9 "
	       "rounds)\n",
	       plim_cpu_name(k->cpu), 100 * middle, 100 * share[0], 100 * share[8]);
	plim_plan_free(&plan);
	plim_model_free(&model);
	return differ ? EXIT_FAILURE : EXIT_SUCCESS;
}
