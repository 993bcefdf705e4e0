/* SPDX-License-Identifier: Apache-2.0 */
/* Nested runs: which trials belong to which replicate, errors from replicates, the split of a variance. */
#include <criterion/criterion.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "run/worlds.h"

Test(nested, trials_of_replicates_are_those_of_their_worlds)
{
	const plim_groups layout = {.worlds = 70, .world_trials = 150};
	static const uint64_t range[][2] = {{0, 70 * 150}, {4096, 4096}, {0, 1}, {149, 2}, {32 * 150, 150}};
	for (size_t i = 0; i < sizeof range / sizeof *range; i++) {
		uint64_t trials[PLIM_REPLICATES], slow[PLIM_REPLICATES] = {0};
		plim_nested_trials(&layout, range[i][0], range[i][1], trials);
		for (uint64_t t = range[i][0]; t < range[i][0] + range[i][1]; t++)
			slow[t / 150 % PLIM_REPLICATES]++;
		for (size_t r = 0; r < PLIM_REPLICATES; r++)
			cr_assert_eq(trials[r], slow[r], "range %zu, replicate %zu", i, r);
	}
}

/* Values in replicates of unequal length, as a set and as they are. */
typedef struct sample {
	plim_tally_set set;
	plim_tally_row *rows;
	size_t count;
	plim_replicates replicates;
	double value[PLIM_REPLICATES][64];
} sample;

static void draw(sample *s)
{
	uint64_t x = 12345;
	memset(s, 0, sizeof *s);
	s->set.coarse = PLIM_TALLY_SET_BITS - PLIM_BIN_BITS;
	cr_assert_eq(plim_tally_set_reserve(&s->set, 5000, NULL), PLIM_OK);
	for (uint32_t r = 0; r < PLIM_REPLICATES; r++) {
		s->replicates.trials[r] = r % 3 == 0 ? 64 : 50;
		for (size_t i = 0; i < s->replicates.trials[r]; i++) {
			x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
			s->value[r][i] = (double)(x >> 40) / 1000 * (1 + r) * (x >> 62 ? 1 : 0);
			plim_tally_set_add(&s->set, r, s->value[r][i]);
		}
	}
	cr_assert_eq(plim_tally_set_rows(&s->set, &s->rows, &s->count, NULL), PLIM_OK);
	for (uint32_t r = 0; r < PLIM_REPLICATES; r++)
		s->replicates.row[r] = plim_tally_rows_find(s->rows, s->count, r, &s->replicates.rows[r]);
}

static void clear(sample *s)
{
	plim_mem_free(s->rows);
	plim_tally_set_clear(&s->set);
}

typedef double value_of(double x, double limit);

static double whole(double x, double limit)
{
	(void)limit;
	return x;
}

static double excess(double x, double limit)
{
	return x > limit ? x - limit : 0;
}

static double limited(double x, double limit)
{
	return x < limit ? x : limit;
}

static double above(double x, double limit)
{
	return x >= limit;
}

/* The definition, written out. */
static double slow_error(const sample *s, value_of *value, double limit)
{
	double n = 0, sum = 0, total[PLIM_REPLICATES] = {0}, squares = 0;
	for (size_t r = 0; r < PLIM_REPLICATES; r++) {
		n += (double)s->replicates.trials[r];
		for (size_t i = 0; i < s->replicates.trials[r]; i++)
			total[r] += value(s->value[r][i], limit);
		sum += total[r];
	}
	for (size_t r = 0; r < PLIM_REPLICATES; r++)
		squares += pow(total[r] - sum * (double)s->replicates.trials[r] / n, 2);
	return sqrt(squares * 32 / 31) / n;
}

static void expect_near(double value, double wanted)
{
	cr_expect(fabs(value - wanted) <= 1e-12 * fabs(wanted), "%.17g, by definition %.17g", value, wanted);
}

Test(nested, errors_of_replicates_follow_their_definition)
{
	static sample s;
	draw(&s);
	expect_near(plim_replicates_mean_error(&s.replicates), slow_error(&s, whole, 0));
	/* a limit is moved to the nearest edge of a bin, 2^13 x 9/8 or so */
	expect_near(plim_replicates_excess_error(&s.replicates, 9300), slow_error(&s, excess, 9216));
	expect_near(plim_replicates_limited_error(&s.replicates, 9300), slow_error(&s, limited, 9216));
	expect_near(plim_replicates_excess_error(&s.replicates, 8900), slow_error(&s, excess, 9216));
	expect_near(plim_replicates_t(&s.replicates), (double)2.0395134f);
	clear(&s);
}

Test(nested, effective_trials_are_those_of_the_design_effect)
{
	static sample s;
	draw(&s);
	double n = 0, best = INFINITY, wanted = 0;
	for (size_t r = 0; r < PLIM_REPLICATES; r++)
		n += (double)s.replicates.trials[r];
	/* the edge whose exceedance is nearest to 0.2, by trying all */
	for (uint32_t b = 1; b < plim_bucket_count(PLIM_BIN_BITS); b++) {
		const double edge = plim_bucket_lower(PLIM_BIN_BITS, b);
		double share = 0;
		for (size_t r = 0; r < PLIM_REPLICATES; r++)
			for (size_t i = 0; i < s.replicates.trials[r]; i++)
				share += above(s.value[r][i], edge) / n;
		const double far = share > 0 ? fabs(log(share / 0.2)) : INFINITY;
		if (far < best - 1e-12) {
			const double error = slow_error(&s, above, edge), t = 2.0395134463964077, z = 1.959963984540054;
			best = far;
			wanted = fmin(n, share * (1 - share) / (error * error) * z * z / t / t);
		}
	}
	const double effective = plim_replicates_effective(&s.replicates, 0.8);
	cr_expect(fabs(effective - wanted) < 1e-6 * wanted, "%g, by trying %g", effective, wanted);
	cr_expect_lt(effective, 0.5 * n); /* replicates differ by their factor */
	clear(&s);
}

Test(nested, ranks_of_fewer_trials_are_scaled_up)
{
	plim_probability p;
	cr_assert_eq(plim_probability_parse("0.9", &p, NULL), PLIM_OK);
	uint64_t lower, upper;
	plim_interval_ranks(&p, 100, &lower, &upper);
	const plim_ranked ranked = plim_ranked_effective(&p, 1000, 100.7);
	cr_expect_eq(ranked.lower, 10 * lower);
	cr_expect_eq(ranked.upper, 10 * upper);
	const plim_ranked all = plim_ranked_effective(&p, 1000, 5000), whole_run = plim_ranked_of(&p, 1000);
	cr_expect_eq(all.lower, whole_run.lower);
	cr_expect_eq(all.upper, whole_run.upper);
	const plim_ranked none = plim_ranked_effective(&p, 1000, 0.5);
	cr_expect_eq(none.lower, 0);
	cr_expect_eq(none.upper, 1001);
}

/* Two values of a parameter, a mean that is linear in it, and noise that is known: all sums by hand. */
Test(nested, a_variance_splits_as_by_hand)
{
	enum { WORLDS = 64, TRIALS = 10 };
	static plim_world_moment moment[WORLDS];
	static double value[WORLDS], uniform[WORLDS];
	double *values[] = {value}, *uniforms[] = {uniform};
	plim_world_split all, *part = NULL;
	for (int w = 0; w < WORLDS; w++) {
		value[w] = w % 2;
		uniform[w] = w % 2 ? 0.75 : 0.25;
		/* means 100 or 300, plus 5 or -5 by turns of two worlds each, which the parameter does not explain */
		moment[w] = (plim_world_moment){100 + 200 * value[w] + (w / 2 % 2 ? 5 : -5), 120};
	}
	cr_assert_eq(plim_world_split_variance(moment, WORLDS, TRIALS, values, uniforms, 1, &all, &part, NULL), PLIM_OK);
	const double means = (10000.0 + 25.0) * WORLDS / (WORLDS - 1), about = 25.0 * WORLDS / (WORLDS - 2);
	const double between = means - 120.0 / TRIALS, by = means - about;
	cr_expect(fabs(all.variance - between) < 1e-9 * between, "%.12g, by hand %.12g", all.variance, between);
	cr_expect(fabs(all.share - between / (between + 120)) < 1e-12);
	cr_expect(fabs(part[0].variance - by) < 1e-9 * by, "%.12g, by hand %.12g", part[0].variance, by);
	cr_expect(fabs(part[1].variance - (between - by)) < 1e-9 * by, "%.12g, by hand %.12g", part[1].variance,
	          between - by);
	cr_expect(all.lower < all.share && all.share < all.upper);
	plim_mem_free(part);
}

Test(nested, an_infinite_variance_has_no_shares)
{
	static plim_world_moment moment[32];
	plim_world_split all, *part = NULL;
	moment[3].variance = INFINITY;
	cr_assert_eq(plim_world_split_variance(moment, 32, 10, NULL, NULL, 0, &all, &part, NULL), PLIM_OK);
	cr_expect(isnan(all.share) && isnan(part[0].share));
	plim_mem_free(part);
}

Test(nested, what_cannot_be_is_refused_with_what_can)
{
	plim_plan plan = {.scenarios = 0};
	plim_error error;
	static const uint64_t bad[][2] = {{1000, 31}, {1000, 600}, {1000, 333}, {UINT64_C(1) << 40, 2000000}};
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		cr_expect_eq(plim_plan_nest(&plan, bad[i][0], bad[i][1], &error), PLIM_ERROR_USAGE, "case %zu", i);
		cr_expect_eq(plan.groups.worlds, 0);
	}
	cr_expect_eq(plim_plan_nest(&plan, 1000, 333, &error), PLIM_ERROR_USAGE);
	cr_expect(strstr(error.text, "999") && strstr(error.text, "1332"), "%s", error.text);
	cr_expect_eq(plim_plan_nest(&plan, 1000, 1, &error), PLIM_OK);
	cr_expect_eq(plan.groups.worlds, 0);
	cr_expect_eq(plim_plan_nest(&plan, 1000, 500, &error), PLIM_OK);
	cr_expect_eq(plan.groups.world_trials, 2);
}
