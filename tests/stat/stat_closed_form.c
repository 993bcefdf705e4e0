/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The closed-form models against their known answers (models/closed_form/expected.csv), at a fixed seed and 4.5 standard errors:
 * with some 200 figures a healthy engine fails one of them in about 700 seeds.
 *
 * An annual percentile is tested by counting: of n trials, those above the exact quantile are Binomial(n, 1 - p). Other
 * figures use their own standard error (half the 95 % interval over 1.96). The bracket of the exact value is added.
 */
#include <math.h>

#include "long.h"
#include "run_model.h"
#include "tap.h"

#define ERRORS 4.5

typedef struct expected {
	char file[128], scenario[64], kind[32], group[64], measure[32], p[24];
	double value, lower, upper;
} expected;

/* The next cell of a line without quoted commas before its last column. */
static char *cell(char **line)
{
	char *begin = *line, *end = strchr(begin, ',');
	if (end) {
		*end = '\0';
		*line = end + 1;
	} else {
		*line = begin + strlen(begin);
	}
	return begin;
}

static void parse(char *line, expected *e)
{
	snprintf(e->file, sizeof e->file, "%s", cell(&line));
	snprintf(e->scenario, sizeof e->scenario, "%s", cell(&line));
	snprintf(e->kind, sizeof e->kind, "%s", cell(&line));
	snprintf(e->group, sizeof e->group, "%s", cell(&line));
	snprintf(e->measure, sizeof e->measure, "%s", cell(&line));
	snprintf(e->p, sizeof e->p, "%s", cell(&line));
	e->value = atof(cell(&line));
	const char *lower = cell(&line), *upper = cell(&line);
	e->lower = *lower ? atof(lower) : e->value;
	e->upper = *upper ? atof(upper) : e->value;
}

static plim_group_kind kind_of(const char *name)
{
	for (int k = 0; k < PLIM_GROUP_KIND_COUNT; k++)
		if (strcmp(plim_group_kind_name((plim_group_kind)k), name) == 0)
			return (plim_group_kind)k;
	return PLIM_GROUP_KIND_COUNT;
}

static void check(const expected *e, const char *what, double value, double error)
{
	double slack = ERRORS * error + 5e-6 * fabs(e->value); /* answers are given with six digits */
	tap_ok(value >= e->lower - slack && value <= e->upper + slack, "%s %s %s %s %s: %.9g, exact %.9g (%+.2f errors)", e->file,
		   e->scenario, e->group, what, e->p, value, e->value, error > 0 ? (value - e->value) / error : 0.0);
}

/* Trials above the exact quantile against the binomial. */
static void check_by_count(const expected *e, const plim_results *r, uint32_t scenario, double p)
{
	uint64_t at_lower = 0, above_upper = 0;
	for (uint64_t i = 0; i < r->trials; i++) {
		at_lower += r->ylt[scenario][i] >= e->lower;
		above_upper += r->ylt[scenario][i] > e->upper;
	}
	double n = (double)r->trials, error = sqrt(n * p * (1 - p)), mean = n * (1 - p);
	/* P(X > x) <= 1 - p <= P(X >= x), also where the law has an atom at its quantile. */
	bool ok = (double)at_lower >= mean - ERRORS * error && (double)above_upper <= mean + ERRORS * error;
	tap_ok(ok, "%s %s AEP %s: %llu..%llu trials at or above %.9g, %.1f expected (%+.2f errors)", e->file, e->scenario, e->p,
		   (unsigned long long)above_upper, (unsigned long long)at_lower, e->value, mean,
		   ((double)at_lower - mean) / error);
}

static void check_row(const expected *e, const plim_results *r)
{
	int32_t scenario = plim_results_scenario(r, e->scenario), group = plim_results_group(r, kind_of(e->kind), e->group);
	if (scenario < 0 || group < 0) {
		tap_ok(false, "%s: no scenario %s or group %s %s", e->file, e->scenario, e->kind, e->group);
		return;
	}
	uint32_t s = (uint32_t)scenario, g = (uint32_t)group;
	const plim_moments_row *m = plim_results_moments(r, s, g, PLIM_MEASURE_AEP);
	double n = (double)r->trials, p = *e->p ? atof(e->p) : 0;
	if (strcmp(e->measure, "mean") == 0) {
		check(e, "mean", m->mean, m->mean_se);
	} else if (strcmp(e->measure, "p_zero") == 0) {
		check(e, "P(no loss)", m->p_zero, sqrt(e->value * (1 - e->value) / n));
	} else if (strcmp(e->measure, "events_per_trial") == 0) {
		/* Counts of these models are at most overdispersed by a factor of 6 (the negative binomial). */
		check(e, "events", m->events_per_trial, sqrt(6 * e->value / n));
	} else if (strcmp(e->measure, "AEP") == 0 && strcmp(e->kind, "total") == 0) {
		check_by_count(e, r, s, p);
	} else if (strcmp(e->measure, "AEP") == 0 || strcmp(e->measure, "OEP") == 0) {
		const plim_percentile_row *row = plim_results_percentile(
			r, s, g, strcmp(e->measure, "OEP") == 0 ? PLIM_MEASURE_OEP : PLIM_MEASURE_AEP, p);
		if (!row) /* not among the percentiles that a run tabulates */
			return;
		check(e, e->measure, row->value, (row->upper - row->lower) / (2 * 1.96));
	} else if (strcmp(e->measure, "tvar") == 0) {
		const plim_percentile_row *row = plim_results_tvar(r, s, g, PLIM_MEASURE_AEP, p);
		if (!row)
			return;
		check(e, "TVaR", row->value, (row->upper - row->lower) / (2 * 1.96));
	} else if (strcmp(e->measure, "sd") != 0) { /* its standard error needs a fourth moment that some laws lack */
		tap_ok(false, "%s: unknown measure %s", e->file, e->measure);
	}
}

int main(int argc, char **argv)
{
	char path[1024], line[1024], last[128] = "";
	plim_results *results = NULL;
	run_of what = {.trials = test_is_long() ? 4000000 : 1000000, .seed = 20261123};
	if (argc < 2)
		return EXIT_FAILURE;
	snprintf(path, sizeof path, "%s/expected.csv", argv[1]);
	FILE *file = fopen(path, "r");
	if (!file || !fgets(line, sizeof line, file))
		return EXIT_FAILURE;
	while (fgets(line, sizeof line, file)) {
		expected e;
		parse(line, &e);
		if (strcmp(last, e.file) != 0) {
			plim_results_free(&results);
			snprintf(path, sizeof path, "%s/%s", argv[1], e.file);
			results = run_file(path, &what);
			memcpy(last, e.file, sizeof last);
		}
		check_row(&e, results);
	}
	fclose(file);
	plim_results_free(&results);
	return tap_done();
}
