/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whole runs against a peer in the same run: what counts is the ratio, for machines are noisy and differ.
 *
 *     bench_workloads [--rounds N] [--share S] [--threads N] [NAME...]
 *
 * Names: A to F, `numpy`, `threads`, `growth`; default all.
 *
 * A share of 0.1 does a tenth of the trials. Each line: the median of the rounds, and the least and the most.
 */
#include <math.h>
#include <plimsoll/plimsoll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "measure.h"
#include "models.h"
#include "peer.h"

#define MOST_ROUNDS 99

typedef struct settings {
	int rounds, threads;
	double share;
} settings;

static void complain(const plim_error *error)
{
	fprintf(stderr, "%s\n", error->text);
	exit(EXIT_FAILURE);
}

/* A run as a user gets it: plan, trials, every group's percentiles, cross-check and digests. */
static bench_measure plimsoll(const void *what, uint64_t trials, int threads)
{
	const bench_workload *w = what;
	plim_run_options options = plim_run_options_default();
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_results *r = NULL;
	plim_error error;
	size_t length;
	char *text = bench_model_text(w, &length);
	if (plim_model_parse(text, length, NULL, &model, &findings, &error) != PLIM_OK)
		complain(&error);
	const double start = bench_now();
	options.trials = trials;
	options.threads = (uint32_t)threads;
	if (plim_run(model, &options, &r, &error) != PLIM_OK)
		complain(&error);
	const double seconds = bench_now() - start;
	const uint32_t total = (uint32_t)plim_results_group(r, PLIM_GROUP_TOTAL, "total");
	const double p99 = plim_results_percentile(r, 0, total, PLIM_MEASURE_AEP, 0.99)->value;
	plim_results_free(&r);
	plim_model_free(&model);
	plim_findings_clear(&findings);
	free(text);
	return (bench_measure){.seconds = seconds, .figure = p99};
}

static uint64_t share_of(const settings *s, uint64_t trials)
{
	const double wanted = s->share * (double)trials;
	return wanted < 1000 ? 1000 : (uint64_t)wanted;
}

static void print_ratios(double *ratio, int rounds, const char *unit)
{
	const double middle = bench_median(ratio, (size_t)rounds); /* sorts */
	printf("  ratio %.4g%s (%.4g to %.4g in %d rounds)\n", middle, unit, ratio[0], ratio[rounds - 1], rounds);
}

static void against(const settings *s, const bench_workload *w, bench_work *work, uint64_t peer_trials, int threads)
{
	double ratio[MOST_ROUNDS];
	const uint64_t trials = share_of(s, w->trials);
	for (int i = 0; i < s->rounds; i++) {
		const bench_measure own = bench_apart(plimsoll, w, trials, threads);
		const bench_measure peer = bench_apart(work, w, peer_trials, threads);
		const double speed = (double)trials / own.seconds, peer_speed = (double)peer_trials / peer.seconds;
		ratio[i] = speed / peer_speed;
		printf("  %8.3g M years/s, peer %8.3g M (P99 %.4g, peer %.4g; %.0f MB)\n", speed / 1e6, peer_speed / 1e6,
		       own.figure, peer.figure, own.megabytes);
	}
	print_ratios(ratio, s->rounds, " x the peer");
}

static void against_peer(const settings *s, const bench_workload *w)
{
	against(s, w, bench_peer, share_of(s, w->peer_trials), s->threads);
	printf("  wanted: at least %g\n", w->wanted);
}

static void against_numpy(const settings *s)
{
	const bench_workload *w = bench_workload_get("A");
	printf("numpy: NumPy beside one thread, workload A\n");
	against(s, w, bench_peer_numpy, share_of(s, w->trials), 1);
	printf("  wanted: at least 2\n");
}

static void against_other(const settings *s, const bench_workload *w)
{
	double ratio[MOST_ROUNDS];
	const bench_workload *other = bench_workload_get(w->beside);
	const uint64_t trials = share_of(s, w->trials);
	for (int i = 0; i < s->rounds; i++) {
		const bench_measure own = bench_apart(plimsoll, w, trials, s->threads);
		const bench_measure plain = bench_apart(plimsoll, other, trials, s->threads);
		ratio[i] = own.seconds / plain.seconds;
		printf("  %8.3g s, %s %8.3g s (%.0f MB)\n", own.seconds, other->name, plain.seconds, own.megabytes);
	}
	print_ratios(ratio, s->rounds, " x its time");
	printf("  wanted: at most %g\n", w->wanted);
}

static void threads_against_one(const settings *s)
{
	double ratio[MOST_ROUNDS];
	const bench_workload *w = bench_workload_get("B");
	const uint64_t trials = share_of(s, w->trials);
	printf("threads: two against one, workload B\n");
	for (int i = 0; i < s->rounds; i++) {
		const double one = bench_apart(plimsoll, w, trials, 1).seconds,
		             two = bench_apart(plimsoll, w, trials, 2).seconds;
		ratio[i] = one / two;
	}
	print_ratios(ratio, s->rounds, " x as fast");
	printf("  wanted: at least 1.9\n");
}

/* Slope of log time over log size by least squares. */
static double exponent(const double *size, const double *seconds, size_t count)
{
	double x = 0, y = 0, xx = 0, xy = 0, n = (double)count;
	for (size_t i = 0; i < count; i++) {
		const double a = log(size[i]), b = log(seconds[i]);
		x += a;
		y += b;
		xx += a * a;
		xy += a * b;
	}
	return (n * xy - x * y) / (n * xx - x * x);
}

typedef void grow(bench_workload *w, uint64_t *trials, size_t by);

static void grow_trials(bench_workload *w, uint64_t *trials, size_t by)
{
	(void)w;
	*trials *= by;
}

/* As many events in all, from more places. */
static void grow_sources(bench_workload *w, uint64_t *trials, size_t by)
{
	(void)trials;
	w->sources *= by;
	w->rate /= (double)by;
}

static void grow_groups(bench_workload *w, uint64_t *trials, size_t by)
{
	(void)trials;
	w->regions = 10 * by;
}

static void grow_scenarios(bench_workload *w, uint64_t *trials, size_t by)
{
	(void)trials;
	w->scenarios = by - 1;
}

static void growth(const settings *s)
{
	static const struct {
		const char *name;
		grow *by;
	} axis[] = {
	    {"trials", grow_trials}, {"sources", grow_sources}, {"groups", grow_groups}, {"scenarios", grow_scenarios}};
	enum { STEPS = 5 };
	printf("growth: time over size from workload B, 1 to 16 times; exponent by least squares\n");
	for (size_t a = 0; a < sizeof axis / sizeof *axis; a++) {
		double size[STEPS], seconds[STEPS];
		printf("  %-10s", axis[a].name);
		for (size_t i = 0; i < STEPS; i++) {
			double each[MOST_ROUNDS];
			bench_workload w = *bench_workload_get("B");
			uint64_t trials = share_of(s, w.trials / 8);
			axis[a].by(&w, &trials, (size_t)1 << i);
			for (int round = 0; round < s->rounds; round++)
				each[round] = bench_apart(plimsoll, &w, trials, s->threads).seconds;
			size[i] = (double)((size_t)1 << i);
			seconds[i] = bench_median(each, (size_t)s->rounds);
			printf(" %8.3g s", seconds[i]);
		}
		printf("   exponent %.2f\n", exponent(size, seconds, STEPS));
	}
}

static void measure(const settings *s, const char *name)
{
	if (strcmp(name, "threads") == 0) {
		threads_against_one(s);
		return;
	}
	if (strcmp(name, "numpy") == 0) {
		against_numpy(s);
		return;
	}
	if (strcmp(name, "growth") == 0) {
		growth(s);
		return;
	}
	const bench_workload *w = bench_workload_get(name);
	printf("%s: %s, %llu trials, %d threads\n", w->name, w->title, (unsigned long long)share_of(s, w->trials),
	       s->threads);
	if (w->beside)
		against_other(s, w);
	else
		against_peer(s, w);
}

static void print_model(const char *name)
{
	size_t length;
	char *text = bench_model_text(bench_workload_get(name), &length);
	fwrite(text, 1, length, stdout);
	free(text);
}

int main(int argc, char **argv)
{
	static const char *const all[] = {"A", "B", "C", "D", "E", "F", "numpy", "threads", "growth"};
	settings s = {.rounds = 5, .threads = 2, .share = 1};
	int i = 1;
	if (argc == 3 && strcmp(argv[1], "--model") == 0) {
		print_model(argv[2]);
		return EXIT_SUCCESS;
	}
	for (; i + 1 < argc && argv[i][0] == '-'; i += 2) {
		if (strcmp(argv[i], "--rounds") == 0)
			s.rounds = atoi(argv[i + 1]);
		else if (strcmp(argv[i], "--threads") == 0)
			s.threads = atoi(argv[i + 1]);
		else if (strcmp(argv[i], "--share") == 0)
			s.share = strtod(argv[i + 1], NULL);
		else
			break;
	}
	if ((i < argc && argv[i][0] == '-') || s.rounds < 1 || s.rounds > MOST_ROUNDS || s.threads < 1 || !(s.share > 0)) {
		fprintf(stderr,
		        "usage: bench_workloads [--rounds N] [--share S] [--threads N] [A B C D E F numpy threads growth]\n"
		        "       bench_workloads --model A|B|C|D|E|F\n");
		return EXIT_FAILURE;
	}
	for (int k = i; k < argc; k++)
		measure(&s, argv[k]);
	for (size_t k = 0; i == argc && k < sizeof all / sizeof *all; k++)
		measure(&s, all[k]);
	return EXIT_SUCCESS;
}
