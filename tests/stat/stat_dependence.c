/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rank correlation between what an event costs and how long it stops a place. One event a trial whose loss is a
 * whole number of thousands and whose interruption stays below a thousand, so that the trial's total says both.
 * Spearman's coefficient of n pairs has a standard error of at most 1/sqrt(n - 1); ties of 100 levels weaken it by less
 * than 1e-4; bounds are 4.5 errors and that.
 */
#include <math.h>
#include <stdlib.h>

#include "run_model.h"
#include "tap.h"

#define LEVELS 100

static plim_results *run(const char *extra, const char *more_losses, uint64_t trials)
{
	char text[16384];
	int at = snprintf(text, sizeof text,
	                  "plimsoll: 1\nname: lean\ncurrency: EUR\nnodes:\n  - {id: a, kind: port, region: N, "
	                  "margin_per_day: 9.99}\nthreats:\n"
	                  "  - id: t\n    where: {nodes: {kind: port}}\n    frequency: {fixed: 1}\n    outage_days: "
	                  "{uniform: {min: 0, max: 100}}\n"
	                  "    %s\n    losses:\n      goods: {empirical: {values: [",
	                  extra);
	for (int k = 0; k < LEVELS; k++)
		at += snprintf(text + at, sizeof text - (size_t)at, "%s%d000", k ? ", " : "", k);
	snprintf(text + at, sizeof text - (size_t)at, "]}}\n%s", more_losses);
	run_of what = {.trials = trials, .seed = 11};
	return run_text(text, &what);
}

typedef struct pair {
	double loss, outage, loss_rank, outage_rank;
} pair;

static int by_loss(const void *a, const void *b)
{
	const pair *x = a, *y = b;
	return (x->loss > y->loss) - (x->loss < y->loss);
}

static int by_outage(const void *a, const void *b)
{
	const pair *x = a, *y = b;
	return (x->outage > y->outage) - (x->outage < y->outage);
}

/* Ranks, ties sharing their middle. */
static double spearman(const plim_results *r, double *mean_outage)
{
	size_t n = r->trials;
	pair *list = malloc(n * sizeof *list);
	double product = 0, loss_squares = 0, outage_squares = 0, middle = ((double)n - 1) / 2;
	*mean_outage = 0;
	for (size_t i = 0; i < n; i++) {
		double total = r->ylt[0][i], loss = 1000 * floor(total / 1000);
		list[i] = (pair){loss, total - loss, 0, 0};
		*mean_outage += list[i].outage / (double)n;
	}
	qsort(list, n, sizeof *list, by_loss);
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && list[end].loss == list[i].loss; end++)
			;
		for (size_t j = i; j < end; j++)
			list[j].loss_rank = (double)(i + end - 1) / 2 - middle;
	}
	qsort(list, n, sizeof *list, by_outage);
	for (size_t i = 0; i < n; i++)
		list[i].outage_rank = (double)i - middle;
	for (size_t i = 0; i < n; i++) {
		product += list[i].loss_rank * list[i].outage_rank;
		loss_squares += list[i].loss_rank * list[i].loss_rank;
		outage_squares += list[i].outage_rank * list[i].outage_rank;
	}
	free(list);
	return product / sqrt(loss_squares * outage_squares);
}

static void test_correlation(const char *name, const char *extra, const char *more, double exact)
{
	const uint64_t trials = tap_long() ? 2000000 : 200000;
	double mean;
	plim_results *r = run(extra, more, trials);
	double found = spearman(r, &mean), slack = 4.5 / sqrt((double)trials) + 2e-4;
	tap_ok(fabs(found - exact) < slack, "%s: Spearman %.4f, theory %.4f", name, found, exact);
	/* marginals do not change: a uniform interruption has the mean 499.5 and the deviation 999 / sqrt(12) */
	double z = (mean - 499.5) / (999 / sqrt(12 * (double)trials));
	tap_ok(fabs(z) < 4.5, "%s: mean interruption %.3f (%+.2f errors)", name, mean, z);
	plim_results_free(&r);
}

/* The law of the losses stays, and so do the outages themselves: only who meets whom changes. */
static void outages_stay(void)
{
	enum { N = 20000 };
	plim_results *with = run("loss_outage_correlation: 0.7", "", N), *without = run("", "", N);
	bool same = true;
	double levels[LEVELS] = {0}, statistic = 0;
	for (size_t i = 0; i < N; i++) {
		same &= fabs(fmod(with->ylt[0][i], 1000) - fmod(without->ylt[0][i], 1000)) < 1e-6;
		levels[(int)(with->ylt[0][i] / 1000)]++;
	}
	for (int k = 0; k < LEVELS; k++)
		statistic += (levels[k] - N / LEVELS) * (levels[k] - N / LEVELS) / (N / LEVELS);
	tap_ok(same, "outages keep their draws");
	/* chi-square on 99: beyond 192 with a chance of 5e-8 */
	tap_ok(statistic < 192, "losses keep their law: chi-square %.1f on %d", statistic, LEVELS - 1);
	plim_results_free(&with);
	plim_results_free(&without);
}

int main(void)
{
	test_correlation("none", "", "", 0);
	test_correlation("0.6", "loss_outage_correlation: 0.6", "", 0.6);
	test_correlation("-0.8", "loss_outage_correlation: -0.8", "", -0.8);
	test_correlation("as one", "loss_outage_correlation: 1", "", 1);
	test_correlation("two components", "loss_outage_correlation: 0.5", "      fines: {fixed: {value: 0}}\n", 0.5);
	test_correlation("a shared event",
	                 "shared_by: region\n    severity_correlation: 0.4\n    loss_outage_correlation: 0.5", "", 0.5);
	outages_stay();
	return tap_done();
}
