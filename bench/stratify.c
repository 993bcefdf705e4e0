/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whether stratified sampling inside blocks pays at P99.5.
 *
 * What can be stratified without changing the law of any trial, the prefix, or weights: the largest loss M of a year
 * of one Poisson source (rate r, distribution function F). P(M <= x) = exp(-r (1 - F(x))), so the 4,096 trials of a
 * block take the uniforms (a random permutation + a uniform) / 4096 as their M; given M the other losses of the year
 * are a Poisson process below it: Poisson(r F(M)) of them, each F^-1(u F(M)). Every trial has the law that it has
 * without, and no trial knows its place in the permutation, so the first ones of a block are as good as any. Trials of
 * a block are no longer independent: they repel each other in the stratified source.
 *
 * Both ways share all code but that: tables, draws, adding up. Variance of P99.5 over replicates of RUN_BLOCKS blocks;
 * efficiency is variance x time of plain sampling over that of the other. Processor time of one thread, not of a clock
 * on the wall.
 *
 *     stratify [REPLICATES]
 */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dist/amount.h"
#include "dist/quantile_table.h"

#define BLOCK 4096
#define RUN_BLOCKS 8
#define TRIALS (BLOCK * RUN_BLOCKS)
#define MOST_SOURCES 200

/* The first source is the one that is stratified; `others` like each other. */
typedef struct portfolio {
	const char *name;
	double rate, mu, sigma;
	int others;
	double other_rate, other_mu, other_sigma;
} portfolio;

static const portfolio portfolios[] = {
    {"one rare heavy source over small ones", 0.05, 14, 1.5, 50, 0.2, 8, 1},
    {"one rare source, fixed loss at the edge", 0.0055, 16, 0.3, 50, 0.2, 8, 1},
    {"one frequent source, sigma 2, over small ones", 3, 10, 2, 50, 0.2, 8, 1},
    {"one source in ten of one kind", 0.1, 11, 1.5, 9, 0.1, 11, 1.5},
    {"one source in 100 of one kind", 0.05, 11, 1.5, 99, 0.05, 11, 1.5},
    {"one frequent light source", 20, 10, 0.5, 0, 0, 0, 0},
};

static double cpu_time(void)
{
	struct timespec t;
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static plim_quantile_table *lognormal(double mu, double sigma)
{
	char mu_name[] = "mu", sigma_name[] = "sigma";
	plim_given given[] = {{.name = mu_name, .value = mu}, {.name = sigma_name, .value = sigma}};
	plim_amount amount = {.family = PLIM_FAMILY_LOGNORMAL, .given = given, .given_count = 2};
	plim_quantile_table *table = NULL;
	plim_error error;
	if (plim_amount_build(&amount, &error) != PLIM_OK ||
	    plim_quantile_table_build(&amount, &table, &error) != PLIM_OK) {
		fprintf(stderr, "%s\n", error.text);
		exit(EXIT_FAILURE);
	}
	free(amount.coef);
	return table;
}

static double quantile(const plim_quantile_table *table, double u)
{
	return plim_quantile_table_at(table, (uint64_t)(u * 0x1p52));
}

static void plain_source(gsl_rng *rng, double rate, const plim_quantile_table *table, double *sum)
{
	const unsigned count = gsl_ran_poisson(rng, rate * BLOCK);
	for (unsigned i = 0; i < count; i++)
		sum[gsl_rng_get(rng) >> 20] += quantile(table, gsl_rng_uniform_pos(rng));
}

static void stratified_source(gsl_rng *rng, double rate, const plim_quantile_table *table, double *sum)
{
	static unsigned order[BLOCK];
	for (unsigned i = 0; i < BLOCK; i++)
		order[i] = i;
	gsl_ran_shuffle(rng, order, BLOCK, sizeof *order);
	const double none = exp(-rate);
	for (unsigned i = 0; i < BLOCK; i++) {
		const double u = (order[i] + gsl_rng_uniform_pos(rng)) / BLOCK;
		if (u <= none)
			continue;
		const double below = 1 + log(u) / rate; /* F(M) */
		const unsigned rest = gsl_ran_poisson(rng, rate * below);
		sum[i] += quantile(table, below);
		for (unsigned k = 0; k < rest; k++)
			sum[i] += quantile(table, below * gsl_rng_uniform_pos(rng));
	}
}

static int ascending(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* What one way comes to: moments of P99.5 over replicates, seconds of a run without the sort, and how often the
 * binomial interval of a run holds `truth` (if it is known yet). */
typedef struct outcome {
	double mean, variance, seconds, covered;
} outcome;

static outcome measure(const portfolio *p, bool stratified, int replicates, double truth, gsl_rng *rng)
{
	plim_quantile_table *first = lognormal(p->mu, p->sigma),
	                    *other = p->others ? lognormal(p->other_mu, p->other_sigma) : NULL;
	double *sum = malloc(TRIALS * sizeof *sum), squares = 0;
	outcome o = {0, 0, 0, 0};
	const double spread = 1.96 * sqrt(TRIALS * 0.995 * 0.005);
	const size_t rank = TRIALS - (size_t)(0.005 * TRIALS) - 1;
	for (int r = 0; sum && r < replicates; r++) {
		const double start = cpu_time();
		memset(sum, 0, TRIALS * sizeof *sum);
		for (int b = 0; b < RUN_BLOCKS; b++) {
			(stratified ? stratified_source : plain_source)(rng, p->rate, first, sum + b * BLOCK);
			for (int s = 0; s < p->others; s++)
				plain_source(rng, p->other_rate, other, sum + b * BLOCK);
		}
		o.seconds += (cpu_time() - start) / replicates;
		qsort(sum, TRIALS, sizeof *sum, ascending);
		o.mean += sum[rank] / replicates;
		squares += sum[rank] * sum[rank] / replicates;
		o.covered +=
		    (sum[rank - (size_t)spread] <= truth && truth <= sum[rank + (size_t)spread + 1]) / (double)replicates;
	}
	o.variance = (squares - o.mean * o.mean) * replicates / (replicates - 1);
	free(sum);
	plim_quantile_table_free(&first);
	if (other)
		plim_quantile_table_free(&other);
	return o;
}

int main(int argc, char **argv)
{
	const int replicates = argc > 1 ? atoi(argv[1]) : 400;
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
	if (replicates < 10 || !rng)
		return EXIT_FAILURE;
	printf("%-46s %8s %8s %10s %9s %9s\n", "portfolio", "variance", "time", "efficiency", "coverage", "coverage");
	printf("%-46s %8s %8s %10s %9s %9s\n", "", "ratio", "ratio", "", "plain", "strat.");
	for (size_t i = 0; i < sizeof portfolios / sizeof *portfolios; i++) {
		const portfolio *p = &portfolios[i];
		gsl_rng_set(rng, 1);
		const outcome before = measure(p, false, replicates, 0, rng);
		const double truth = before.mean; /* of all replicates together: as good as exact beside one run's interval */
		gsl_rng_set(rng, 2);
		const outcome plain = measure(p, false, replicates, truth, rng),
		              other = measure(p, true, replicates, truth, rng);
		const double variance = plain.variance / other.variance, time = other.seconds / plain.seconds;
		printf("%-46s %8.2f %8.2f %10.2f %8.0f%% %8.0f%%   (means differ by %+.1f standard errors)\n", p->name,
		       variance, time, variance / time, 100 * plain.covered, 100 * other.covered,
		       (other.mean - truth) / sqrt((other.variance + before.variance) / replicates));
	}
	gsl_rng_free(rng);
	return EXIT_SUCCESS;
}
