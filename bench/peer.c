/* SPDX-License-Identifier: Apache-2.0 */
#include "peer.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <inttypes.h>
#include <omp.h>
#include <stdio.h>
#include <stdlib.h>

#include "models.h"

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

bench_measure bench_peer(const void *what, uint64_t trials, int threads)
{
	const bench_workload *w = what;
	const double start = bench_now();
	double *loss = malloc(trials * sizeof *loss);
	if (!loss)
		exit(EXIT_FAILURE);
#pragma omp parallel num_threads(threads)
	{
		gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
		gsl_rng_set(rng, 1 + (unsigned long)omp_get_thread_num());
#pragma omp for schedule(static)
		for (uint64_t t = 0; t < trials; t++) {
			double sum = 0;
			for (size_t s = 0; s < w->sources; s++)
				for (unsigned n = gsl_ran_poisson(rng, w->rate); n > 0; n--)
					sum += gsl_ran_lognormal(rng, w->mu, w->sigma);
			loss[t] = sum;
		}
		gsl_rng_free(rng);
	}
	qsort(loss, trials, sizeof *loss, compare);
	const double p99 = loss[trials - trials / 100 - 1];
	free(loss);
	return (bench_measure){.seconds = bench_now() - start, .figure = p99};
}

bench_measure bench_peer_numpy(const void *what, uint64_t trials, int threads)
{
	const bench_workload *w = what;
	bench_measure m = {0};
	char command[4096];
	(void)threads;
	snprintf(command, sizeof command, "OMP_NUM_THREADS=1 '%s' '%s/numpy_peer.py' %g %g %g %" PRIu64, BENCH_PYTHON,
	         BENCH_FOLDER, w->rate, w->mu, w->sigma, trials);
	FILE *peer = popen(command, "r");
	if (!peer || fscanf(peer, "%lf %lf", &m.seconds, &m.figure) != 2 || pclose(peer) != 0) {
		fprintf(stderr, "numpy_peer.py failed: is NumPy there for %s?\n", BENCH_PYTHON);
		exit(EXIT_FAILURE);
	}
	return m;
}
