/* SPDX-License-Identifier: Apache-2.0 */
#include "models.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const bench_workload bench_workloads[] = {
    {"A", "one source, Poisson(10), lognormal(10, 2)", 1, 10, 10, 2, 0, 0, 0, 10000000, 2000000, NULL, 8},
    {"B", "500 sources, rate 0.05, lognormal sigma 1.5", 500, 0.05, 10, 1.5, 0, 0, 0, 4000000, 80000, NULL, 80},
    {"C", "10,000 sources, rate 0.001, lognormal sigma 1.5", 10000, 0.001, 10, 1.5, 0, 0, 0, 1000000, 6000, NULL, 500},
    {"D", "B with gamma, Weibull, GPD, metalog, empirical", 500, 0.05, 10, 1.5, 1, 0, 0, 4000000, 0, "B", 1.25},
    {"E", "B with 100 groups, AEP, OEP and TVaR for each", 500, 0.05, 10, 1.5, 0, 100, 0, 4000000, 0, "B", 1.6},
    {"F", "B with 20 scenarios", 500, 0.05, 10, 1.5, 0, 0, 19, 4000000, 0, "B", 3},
};
const size_t bench_workload_count = sizeof bench_workloads / sizeof *bench_workloads;

/* Losses of about the size of lognormal(10, 1.5); the empirical one has 40 values. */
static const char *const law[BENCH_LAWS] = {
    "gamma: {shape: 0.7, scale: 90e3}",
    "weibull: {shape: 0.6, scale: 40e3}",
    "gpd: {shape: 0.3, scale: 40e3, location: 1e3}",
    "metalog: {quantiles: [[0.1, 3e3], [0.5, 22e3], [0.9, 150e3]], lower: 0, cap: 50e6}",
    "empirical: {values: [900, 1300, 1700, 2200, 2600, 3100, 3700, 4200, 4900, 5500, 6300, 7100, 7900, 8800, 9800, "
    "10900, 12100, 13400, "
    "14900, 16500, 18300, 20300, 22600, 25200, 28100, 31500, 35400, 39900, 45200, 51500, 59000, 68100, 79300, 93300, "
    "111000, 135000, "
    "169000, 221000, 312000, 530000]}",
};

const bench_workload *bench_workload_get(const char *name)
{
	for (size_t i = 0; i < bench_workload_count; i++)
		if (strcmp(bench_workloads[i].name, name) == 0)
			return &bench_workloads[i];
	fprintf(stderr, "no workload '%s'\n", name);
	exit(EXIT_FAILURE);
}

typedef struct text {
	char *data;
	size_t length, capacity;
} text;

__attribute__((format(printf, 2, 3))) static void add(text *t, const char *format, ...)
{
	va_list arguments;
	char line[1024];
	va_start(arguments, format);
	const size_t n = (size_t)vsnprintf(line, sizeof line, format, arguments);
	va_end(arguments);
	if (n >= sizeof line)
		abort();
	if (t->length + n + 1 > t->capacity) {
		t->capacity = 2 * (t->capacity + sizeof line);
		t->data = realloc(t->data, t->capacity);
		if (!t->data)
			exit(EXIT_FAILURE);
	}
	memcpy(t->data + t->length, line, n + 1);
	t->length += n;
}

static void add_nodes(text *t, const bench_workload *w)
{
	add(t, "nodes:\n");
	for (size_t s = 0; s < w->sources; s++) {
		add(t, "  - {id: n%zu, kind: site, tags: [f%zu, k%zu]", s, s % BENCH_LAWS, s % 20);
		if (w->regions)
			add(t, ", region: r%zu", s % w->regions);
		add(t, "}\n");
	}
}

static void add_threats(text *t, const bench_workload *w)
{
	add(t, "threats:\n");
	for (int i = 0; i < (w->mixed ? BENCH_LAWS : 1); i++) {
		add(t, "  - id: t%d\n    clauses: [4.4.6]\n    frequency: {poisson: {rate: %g}}\n", i, w->rate);
		if (w->mixed)
			add(t, "    where: {nodes: {tag: f%d}}\n    loss: {%s}\n", i, law[i]);
		else
			add(t, "    where: {nodes: {kind: site}}\n    loss: {lognormal: {mu: %g, sigma: %g}}\n", w->mu, w->sigma);
	}
}

/* Each scenario has a control of its own at a fifth of the places. */
static void add_scenarios(text *t, const bench_workload *w)
{
	if (!w->scenarios)
		return;
	add(t, "controls:\n");
	for (size_t k = 0; k < w->scenarios; k++)
		add(t,
		    "  - {id: c%zu, category: physical, where: {nodes: {tag: [k%zu, k%zu, k%zu, k%zu]}}, reduces: {frequency: "
		    "%g}, coverage: 1}\n",
		    k, k % 20, (k + 1) % 20, (k + 2) % 20, (k + 3) % 20, 0.2 + 0.03 * (double)k);
	add(t, "scenarios:\n  - {id: today, controls: []}\n");
	for (size_t k = 0; k < w->scenarios; k++)
		add(t, "  - {id: s%zu, controls: [c%zu]}\n", k, k);
}

char *bench_model_text(const bench_workload *workload, size_t *length)
{
	text t = {0};
	add(&t, "plimsoll: 1\nname: Workload %s\ncurrency: EUR\n", workload->name);
	add_nodes(&t, workload);
	add_threats(&t, workload);
	add_scenarios(&t, workload);
	*length = t.length;
	return t.data;
}
