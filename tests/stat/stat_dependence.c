/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rank correlation between what an event costs and how long it stops a place. One event a trial whose loss is a
 * whole number of thousands and whose interruption stays below a thousand, so that the trial's total says both.
 * Spearman's coefficient of n pairs has a standard error of at most 1/sqrt(n - 1); ties of 100 levels weaken it by less
 * than 1e-4; bounds are 4.5 errors and that.
 */
#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

#include "long.h"
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
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i; end < n && list[end].outage == list[i].outage; end++)
			;
		for (size_t j = i; j < end; j++)
			list[j].outage_rank = (double)(i + end - 1) / 2 - middle;
	}
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
	const uint64_t trials = test_is_long() ? 2000000 : 200000;
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

/* ---- a t copula between two places that one event strikes ---- */

/* The losses at both places, whole numbers below 100, in one total: a thousand of the first and one of the second. */
static plim_results *run_places(double rho, double df, uint64_t trials)
{
	char text[16384];
	int at = snprintf(
	    text, sizeof text,
	    "plimsoll: 1\nname: tied\ncurrency: EUR\nnodes:\n  - {id: a, kind: port, region: N, weight: 1000}\n"
	    "  - {id: b, kind: port, region: N, weight: 1}\nthreats:\n  - id: t\n    where: {nodes: {kind: port}}\n"
	    "    shared_by: region\n    loss_times: weight\n    severity_correlation: %g\n    %s%g%s\n"
	    "    frequency: {fixed: 1}\n    loss: {empirical: {values: [",
	    rho, df > 0 ? "severity_copula: {t: {df: " : "notes: \"", df, df > 0 ? "}}" : "\"");
	for (int k = 0; k < LEVELS; k++)
		at += snprintf(text + at, sizeof text - (size_t)at, "%s%d", k ? ", " : "", k);
	snprintf(text + at, sizeof text - (size_t)at, "]}}\n");
	run_of what = {.trials = trials, .seed = 5};
	return run_text(text, &what);
}

/* The quantile of the mixing variable, a chi-square over df. */
static double mixing_at(double u, double df)
{
	return df > 0 ? gsl_cdf_chisq_Pinv(u, df) / df : 1;
}

/* P(both beyond the percentile p) = E[Q((q sqrt(w) - sqrt(rho) F) / sqrt(1 - rho))^2] over w and the factor F:
 * midpoints, for w in v with u = v^4, since small w decide, and for F in steps of 0.02 up to 8 deviations. */
static double joint_tail(double rho, double df, double p)
{
	enum { PARTS = 400, HALF = 400 };
	const double q = df > 0 ? gsl_cdf_tdist_Pinv(p, df) : gsl_cdf_ugaussian_Pinv(p);
	double sum = 0;
	for (int i = 0; i < PARTS; i++) {
		const double v = (i + 0.5) / PARTS, root = sqrt(mixing_at(v * v * v * v, df));
		for (int j = -HALF; j <= HALF; j++) {
			const double f = 0.02 * j;
			const double one = gsl_cdf_ugaussian_Q((q * root - sqrt(rho) * f) / sqrt(1 - rho));
			sum += one * one * gsl_ran_ugaussian_pdf(f) * 0.02 * 4 * v * v * v / PARTS;
		}
	}
	return sum;
}

/* Spearman's coefficient of a scale mixture of normal laws, 6/pi E[asin(rho A / sqrt((A + B) (A + C)))], A, B and C
 * independent with the law of 1 / w: 12 P(X1 > Y1, X2 > Z2) - 3 with Y and Z independent copies, normal given all three
 * scales. */
static double spearman_of(double rho, double df)
{
	enum { PARTS = 120 };
	double scale[PARTS], sum = 0;
	for (int i = 0; i < PARTS; i++)
		scale[i] = 1 / mixing_at((i + 0.5) / PARTS, df);
	for (int a = 0; a < PARTS; a++)
		for (int b = 0; b < PARTS; b++)
			for (int c = 0; c < PARTS; c++)
				sum += asin(rho * scale[a] / sqrt((scale[a] + scale[b]) * (scale[a] + scale[c])));
	return 6 / M_PI * sum / ((double)PARTS * PARTS * PARTS);
}

/* Trials in which both losses are at least `level`. */
static double both_from(const plim_results *r, int level)
{
	double count = 0;
	for (size_t i = 0; i < r->trials; i++)
		count += r->ylt[0][i] >= 1000 * level && fmod(r->ylt[0][i], 1000) >= level;
	return count;
}

static void check_share(const char *what, double rho, double df, double count, double n, double exact, double numeric)
{
	const double off = count / n - exact, slack = 4.5 * sqrt(exact * (1 - exact) / n) + numeric;
	tap_ok(fabs(off) < slack, "%s, rho %.1f, df %g: %.5f, theory %.5f", what, rho, df, count / n, exact);
}

static void test_places(double rho, double df)
{
	const uint64_t trials = test_is_long() ? 2000000 : 200000;
	const double n = (double)trials;
	plim_results *r = run_places(rho, df, trials);
	double mean, levels[2][LEVELS] = {{0}}, statistic = 0;
	/* of any elliptical copula; and beyond P95 and P99, where midpoints err by less than a thousandth */
	check_share("both above the median", rho, df, both_from(r, 50), n, 0.25 + asin(rho) / (2 * M_PI), 0);
	for (int level = 95; level <= 99; level += 4) {
		const double exact = joint_tail(rho, df, level / 100.0);
		check_share(level == 95 ? "both beyond P95" : "both beyond P99", rho, df, both_from(r, level), n, exact,
		            0.01 * exact);
	}
	const double found = spearman(r, &mean), exact = spearman_of(rho, df);
	tap_ok(fabs(found - exact) < 4.5 / sqrt(n) + 5e-4, "Spearman, rho %.1f, df %g: %.4f, theory %.4f", rho, df, found,
	       exact);
	for (size_t i = 0; i < trials; i++) {
		levels[0][(int)(r->ylt[0][i] / 1000)]++;
		levels[1][(int)fmod(r->ylt[0][i], 1000)]++;
	}
	for (int k = 0; k < LEVELS; k++)
		for (int place = 0; place < 2; place++)
			statistic = fmax(statistic, pow(levels[place][k] - n / LEVELS, 2) / (n / LEVELS));
	/* each is a squared normal deviate; 200 of them pass 36 with a chance of 4e-7 */
	tap_ok(statistic < 36, "laws of the places stay, rho %.1f, df %g: worst level %.1f", rho, df, statistic);
	plim_results_free(&r);
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
	test_places(0.5, 0);
	test_places(0.5, 4);
	test_places(0, 3);
	test_places(0.3, 1.5);
	return tap_done();
}
