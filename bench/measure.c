/* SPDX-License-Identifier: Apache-2.0 */
#include "measure.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

double bench_now(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void fail(const char *what)
{
	perror(what);
	exit(EXIT_FAILURE);
}

bench_measure bench_apart(bench_work *work, const void *what, uint64_t trials, int threads)
{
	bench_measure m = {0};
	struct rusage usage;
	int ends[2], state;
	fflush(stdout);
	if (pipe(ends) != 0)
		fail("pipe");
	const pid_t child = fork();
	if (child < 0)
		fail("fork");
	if (child == 0) {
#ifdef __GLIBC__ /* as the program does */
		(void)mallopt(M_MMAP_THRESHOLD, 8 << 20);
		(void)mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
		m = work(what, trials, threads);
		_exit(write(ends[1], &m, sizeof m) == (ssize_t)sizeof m ? 0 : 1);
	}
	close(ends[1]);
	const int whole = read(ends[0], &m, sizeof m) == (ssize_t)sizeof m;
	close(ends[0]);
	if (wait4(child, &state, 0, &usage) != child || !whole || !WIFEXITED(state) || WEXITSTATUS(state) != 0) {
		fprintf(stderr, "a measurement failed\n");
		exit(EXIT_FAILURE);
	}
	m.megabytes = (double)usage.ru_maxrss * 1024 / 1e6;
	return m;
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

double bench_median(double *values, size_t count)
{
	qsort(values, count, sizeof *values, compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}
