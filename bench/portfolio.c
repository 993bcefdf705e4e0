/* SPDX-License-Identifier: Apache-2.0 */
/*
 * 500 Poisson sources of rate 0.05 with lognormal losses (sigma 1.5): years a second of Plimsoll, against the program that a competent
 * C programmer writes with GSL and OpenMP, in the same run. What counts is the ratio: machines here are noisy.
 *
 *     portfolio [TRIALS [PEER_TRIALS [ROUNDS]]]
 */
#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <omp.h>
#include <plimsoll/plimsoll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SOURCES 500
#define RATE 0.05
#define MU 10.0
#define SIGMA 1.5

static double now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* Annual sums trial by trial, then a sort for the percentile. */
static double peer(size_t trials, double *p99)
{
	double *loss = malloc(trials * sizeof *loss), start = now();
	if (!loss)
		exit(EXIT_FAILURE);
#pragma omp parallel
	{
		gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
		gsl_rng_set(rng, 1 + (unsigned long)omp_get_thread_num());
#pragma omp for schedule(static)
		for (size_t t = 0; t < trials; t++) {
			double sum = 0;
			for (int s = 0; s < SOURCES; s++)
				for (unsigned n = gsl_ran_poisson(rng, RATE); n > 0; n--)
					sum += gsl_ran_lognormal(rng, MU, SIGMA);
			loss[t] = sum;
		}
		gsl_rng_free(rng);
	}
	qsort(loss, trials, sizeof *loss, compare);
	*p99 = loss[trials - trials / 100 - 1];
	double seconds = now() - start;
	free(loss);
	return (double)trials / seconds;
}

static plim_model *make_model(void)
{
	size_t size = 200 * SOURCES, at = 0;
	char *text = malloc(size);
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error;
	if (!text)
		exit(EXIT_FAILURE);
	at += (size_t)snprintf(text + at, size - at, "plimsoll: 1\nname: portfolio\ncurrency: EUR\nnodes:\n");
	for (int s = 0; s < SOURCES; s++)
		at += (size_t)snprintf(text + at, size - at, "  - {id: n%d, kind: site}\n", s);
	at += (size_t)snprintf(text + at, size - at,
						   "threats:\n  - {id: t, where: {nodes: {kind: site}}, frequency: {poisson: {rate: %g}}, "
						   "loss: {lognormal: {mu: %g, sigma: %g}}, clauses: [4.4.6]}\n", RATE, MU, SIGMA);
	if (plim_model_parse(text, at, NULL, &model, &findings, &error) != PLIM_OK) {
		fprintf(stderr, "%s\n", error.text);
		exit(EXIT_FAILURE);
	}
	plim_findings_clear(&findings);
	free(text);
	return model;
}

/* The run as a user gets it: plan, trials, every group's percentiles and digests included. */
static double plimsoll(const plim_model *model, uint64_t trials, double *p99)
{
	plim_run_options options = plim_run_options_default();
	plim_results *r = NULL;
	plim_error error;
	double start = now();
	options.trials = trials;
	if (plim_run(model, &options, &r, &error) != PLIM_OK) {
		fprintf(stderr, "%s\n", error.text);
		exit(EXIT_FAILURE);
	}
	double seconds = now() - start;
	*p99 = plim_results_percentile(r, 0, (uint32_t)plim_results_group(r, PLIM_GROUP_TOTAL, "total"), PLIM_MEASURE_AEP, 0.99)->value;
	plim_results_free(&r);
	return (double)trials / seconds;
}

int main(int argc, char **argv)
{
	uint64_t trials = argc > 1 ? strtoull(argv[1], NULL, 10) : 1000000;
	size_t peer_trials = argc > 2 ? strtoull(argv[2], NULL, 10) : 50000;
	int rounds = argc > 3 ? atoi(argv[3]) : 5;
	plim_model *model = make_model();
	printf("500 Poisson(0.05) lognormal sources, %d threads, %llu trials (peer %zu)\n", omp_get_max_threads(),
		   (unsigned long long)trials, peer_trials);
	printf("%14s %14s %8s %12s %12s\n", "years/s", "peer years/s", "ratio", "P99", "peer P99");
	for (int i = 0; i < rounds; i++) {
		double own_p99, peer_p99, own = plimsoll(model, trials, &own_p99), other = peer(peer_trials, &peer_p99);
		printf("%14.0f %14.0f %8.1f %12.5g %12.5g\n", own, other, own / other, own_p99, peer_p99);
	}
	plim_model_free(&model);
	return EXIT_SUCCESS;
}
