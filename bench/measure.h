/* SPDX-License-Identifier: Apache-2.0 */
/** Timing in processes of their own: nothing that one measurement leaves behind (threads, memory) touches the next, and
 * the most memory a process had is known. */
#ifndef BENCH_MEASURE_H
#define BENCH_MEASURE_H

#include <stddef.h>
#include <stdint.h>

typedef struct bench_measure {
	double seconds, figure; /* what was timed; a figure of the result, to show that it was computed */
	double megabytes;       /* most memory resident */
} bench_measure;

typedef bench_measure bench_work(const void *what, uint64_t trials, int threads);

double bench_now(void);

/** Runs `work` in a child process; ends the program if that fails. */
bench_measure bench_apart(bench_work *work, const void *what, uint64_t trials, int threads);

/** Sorts `values` and gives the one in the middle. */
double bench_median(double *values, size_t count);

#endif
