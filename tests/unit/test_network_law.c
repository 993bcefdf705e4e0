/* SPDX-License-Identifier: Apache-2.0 */
/* A plain simulation over the network against laws that are known exactly, within 4.5 standard errors. */
#include <criterion/criterion.h>
#include <math.h>

#include "network/cluster.h"
#include "network_case.h"

#define BOUND 4.5 /* standard errors; two-sided chance of a false alarm 7e-6 a check */
#define YEAR 365.0
#define OUTAGES_MAX 64

typedef struct law {
	double rate, mean_days, buffer, restock;
	bool alone;
	int trials;
	uint64_t seed;
} law;

typedef struct sample {
	double *loss;
	int trials;
} sample;

static int draw_poisson(test_random *r, double mean)
{
	int count = 0;
	for (double t = -log(random_uniform(r)); t < mean && count < OUTAGES_MAX; t -= log(random_uniform(r)))
		count++;
	return count;
}

static int compare_doubles(const void *left, const void *right)
{
	double a = *(const double *)left, b = *(const double *)right;
	return a < b ? -1 : a > b;
}

static int draw_trial(const law *l, test_random *r, plim_outage *outage)
{
	int count = draw_poisson(r, l->rate);
	for (int k = 0; k < count; k++) {
		double start = YEAR * random_uniform(r);
		outage[k] = (plim_outage){.start = start, .days = -l->mean_days * log(random_uniform(r)), .share = 1};
	}
	return count;
}

/* Yearly losses at one node behind a buffer, sorted. */
static sample simulate(const law *l)
{
	network_case c;
	case_init(&c, 2);
	c.margin[1] = 1;
	c.restock[case_link(&c, 0, 1, 0, 1, l->buffer)] = l->restock;
	plim_graph *graph = case_build(&c);
	plim_cluster_solver *solver = NULL;
	cr_assert_eq(plim_cluster_solver_new(graph, &solver, NULL), PLIM_OK);
	plim_outage_curve *curve = NULL;
	plim_outage like = {.place = 0, .share = 1};
	cr_assert_eq(plim_outage_curve_build(plim_cluster_network(solver), NULL, like, &curve, NULL), PLIM_OK);
	const plim_outage_curve *curves[OUTAGES_MAX];
	for (int k = 0; k < OUTAGES_MAX; k++)
		curves[k] = curve;
	sample s = {calloc((size_t)l->trials, sizeof *s.loss), l->trials};
	test_random r = {l->seed};
	for (int t = 0; t < l->trials; t++) {
		plim_outage outage[OUTAGES_MAX];
		int count = draw_trial(l, &r, outage);
		plim_cluster_input input = {.outages = outage, .curves = curves, .count = (size_t)count, .alone = l->alone};
		while (plim_cluster_solve(solver, &input) == PLIM_NETWORK_GROW)
			cr_assert_eq(plim_cluster_solver_grow(solver, NULL), PLIM_OK);
		for (int k = 0; k < count; k++)
			s.loss[t] += plim_cluster_shares(solver)[k].loss;
	}
	qsort(s.loss, (size_t)l->trials, sizeof *s.loss, compare_doubles);
	plim_outage_curve_free(&curve);
	plim_cluster_solver_free(&solver);
	plim_graph_free(&graph);
	return s;
}

/* `error`: of the expected value itself (one standard error). */
static void check_mean(sample s, double expected, double error)
{
	double sum = 0, squares = 0, n = s.trials;
	for (int k = 0; k < s.trials; k++) {
		sum += s.loss[k];
		squares += s.loss[k] * s.loss[k];
	}
	double mean = sum / n, se = sqrt((squares / n - mean * mean) / n + error * error);
	cr_expect_float_eq(mean, expected, BOUND * se, "mean %g, expected %g, se %g", mean, expected, se);
}

/* The number of trials at or below x is binomial; x is known to `error`, which moves the probability by `slope`. */
static void check_quantile(sample s, double p, double x, double error)
{
	int below = 0, wider = 0;
	for (int k = 0; k < s.trials; k++) {
		below += s.loss[k] <= x;
		wider += s.loss[k] <= x + error;
	}
	double n = s.trials, se = sqrt(p * (1 - p) * n) + (wider - below) / BOUND;
	cr_expect_float_eq(below, p * n, BOUND * se, "P%g: %d of %g at or below %g, se %g", 100 * p, below, n, x, se);
}

Test(network_law, compound_poisson_alone)
{
	sample s = simulate(&(law){4, 12, 10, 30, true, 200000, 1});
	check_mean(s, 20.861, 0);
	check_quantile(s, 0.95, 65.516, 0.0005);
	check_quantile(s, 0.99, 96.375, 0.0005);
	free(s.loss);
}

Test(network_law, compound_poisson_joint_restock_30)
{
	sample s = simulate(&(law){4, 12, 10, 30, false, 200000, 2});
	check_mean(s, 22.74, 0.01);
	check_quantile(s, 0.95, 69.23, 0.05);
	check_quantile(s, 0.99, 99.47, 0.1);
	free(s.loss);
}

Test(network_law, compound_poisson_joint_restock_0)
{
	sample s = simulate(&(law){4, 12, 10, 0, false, 200000, 3});
	check_mean(s, 20.941, 0.01);
	check_quantile(s, 0.95, 64.56, 0.05);
	check_quantile(s, 0.99, 93.05, 0.1);
	free(s.loss);
}

/* Overlapping outages of the node without buffer: the days it is out, whether inside the year or after it. */
Test(network_law, overlap_without_buffer)
{
	sample s = simulate(&(law){6, 20, 0, 30, false, 200000, 4});
	check_mean(s, 97.1168 + 6.0721, 0);
	free(s.loss);
}

Test(network_law, one_outage)
{
	network_case c;
	case_init(&c, 2);
	c.margin[1] = 1;
	case_link(&c, 0, 1, 0, 1, 10);
	plim_graph *graph = case_build(&c);
	plim_network_solver *solver = NULL;
	cr_assert_eq(plim_network_solver_new(graph, &solver, NULL), PLIM_OK);
	plim_outage_curve *curve = NULL;
	cr_assert_eq(plim_outage_curve_build(solver, NULL, (plim_outage){.share = 1}, &curve, NULL), PLIM_OK);
	const int trials = 200000;
	sample s = {calloc((size_t)trials, sizeof *s.loss), trials};
	test_random r = {5};
	for (int t = 0; t < trials; t++)
		s.loss[t] = plim_curve_at(curve, curve->loss, -12 * log(random_uniform(&r)));
	qsort(s.loss, (size_t)trials, sizeof *s.loss, compare_doubles);
	check_mean(s, 5.215179, 0);
	check_quantile(s, 0.565402, 0, 0);
	check_quantile(s, 0.9, 17.6310, 0);
	check_quantile(s, 0.95, 25.9488, 0);
	check_quantile(s, 0.99, 45.2620, 0);
	free(s.loss);
	plim_outage_curve_free(&curve);
	plim_network_solver_free(&solver);
	plim_graph_free(&graph);
}
