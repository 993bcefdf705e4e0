/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <string.h>

#include "test_stats.h"

#define MAX_P 12

static plim_probability prob(const char *text)
{
	plim_probability p;
	cr_assert_eq(plim_probability_parse(text, &p, NULL), PLIM_OK);
	return p;
}

static void fill(plim_tally *tally, int mantissa_bits, const double *losses, size_t n)
{
	cr_assert_eq(plim_tally_init(tally, mantissa_bits, NULL), PLIM_OK);
	plim_tally_add_many(tally, losses, n);
}

/* TVaR by its definition, from sorted losses. */
static double tvar_of(const double *sorted, uint64_t n, const plim_probability *p)
{
	const plim_tail_count tail = plim_probability_tail_count(p, n);
	const long double part = (long double)tail.num / (long double)tail.den;
	long double sum = part * (long double)sorted[n - tail.whole - 1];
	for (uint64_t i = n - tail.whole; i < n; i++)
		sum += (long double)sorted[i];
	return (double)(sum / ((long double)tail.whole + part));
}

/* Shapes that bring out corners: heavy tail, a constant, two atoms, tiny and huge values, all in one bucket. */
static double shaped_loss(int shape, uint64_t *state)
{
	const double u = test_uniform(state);
	switch (shape) {
	case 0: return test_loss(state);
	case 1: return 1234567.89;
	case 2: return u < 0.5 ? 0.0 : u < 0.98 ? 100.0 : 5e6;
	case 3: return test_wide(state, -30, 60);
	case 4: return 1.0 + u * 0x1p-12;
	case 5: return 0.0;
	default: return u < 0.3 ? 0.0 : 1000.0 * u;
	}
}

Test(stats, percentiles_with_losses_are_the_order_statistics)
{
	static double losses[5000], sorted[5000];
	uint64_t state = 41;
	size_t count;
	const plim_probability *p = plim_probability_defaults(&count);
	const uint64_t sizes[] = {1, 2, 9, 10, 250, 1000, 5000};
	for (int shape = 0; shape < 7; shape++) {
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
			const uint64_t n = sizes[s];
			plim_estimate var[MAX_P], tvar[MAX_P];
			plim_tally tally;
			for (uint64_t i = 0; i < n; i++)
				losses[i] = shaped_loss(shape, &state);
			memcpy(sorted, losses, n * sizeof *losses);
			qsort(sorted, n, sizeof *sorted, test_ascending);
			fill(&tally, shape % 2 ? 7 : 10, losses, n);
			cr_assert_eq(plim_percentiles(&tally, n, losses, p, count, var, NULL), PLIM_OK);
			cr_assert_eq(plim_tvars(&tally, n, losses, p, count, tvar, NULL), PLIM_OK);
			for (size_t i = 0; i < count; i++) {
				uint64_t lower, upper;
				plim_interval_ranks(&p[i], n, &lower, &upper);
				cr_assert(var[i].exact && tvar[i].exact);
				cr_assert_eq(var[i].value, sorted[plim_probability_rank(&p[i], n) - 1]);
				cr_assert_eq(var[i].lower, lower ? sorted[lower - 1] : 0.0);
				cr_assert_eq(var[i].upper, upper <= n ? sorted[upper - 1] : INFINITY);
				/* The oracle adds at most 2500 long doubles: far below an ulp or two of the double. */
				const double truth = tvar_of(sorted, n, &p[i]);
				cr_assert_float_eq(tvar[i].value, truth, 4e-16 * truth, "shape %d n %d p %s: %.17g %.17g", shape,
				                   (int)n, p[i].text, tvar[i].value, truth);
				cr_assert(tvar[i].lower <= tvar[i].value && tvar[i].value <= tvar[i].upper);
			}
			plim_tally_clear(&tally);
		}
	}
}

Test(stats, percentiles_from_buckets_lie_within_a_bucket)
{
	enum { N = 20000 };
	static double losses[N], sorted[N];
	uint64_t state = 42;
	size_t count;
	const plim_probability *p = plim_probability_defaults(&count);
	const int bits[] = {10, 7, 5};
	for (int shape = 0; shape < 7; shape++) {
		for (int i = 0; i < N; i++)
			sorted[i] = losses[i] = shaped_loss(shape, &state);
		qsort(sorted, N, sizeof *sorted, test_ascending);
		for (int k = 0; k < 3; k++) {
			plim_tally tally;
			plim_estimate var[MAX_P], tvar[MAX_P], exact[MAX_P];
			fill(&tally, bits[k], losses, N);
			cr_assert_eq(plim_percentiles(&tally, N, NULL, p, count, var, NULL), PLIM_OK);
			cr_assert_eq(plim_percentiles(&tally, N, losses, p, count, exact, NULL), PLIM_OK);
			cr_assert_eq(plim_tvars(&tally, N, NULL, p, count, tvar, NULL), PLIM_OK);
			for (size_t i = 0; i < count; i++) {
				const double truth = sorted[plim_probability_rank(&p[i], N) - 1];
				const uint32_t bucket = truth > 0.0 ? plim_bucket_of(bits[k], truth) : 0;
				const double low = plim_bucket_lower(bits[k], bucket), high = plim_bucket_upper(bits[k], bucket);
				const double width = truth > 0.0 ? high - low : 0.0;
				cr_assert_float_eq(var[i].value, truth, width);
				cr_assert(truth == 0.0 || (var[i].value >= low && var[i].value <= high));
				cr_assert_eq(var[i].exact, truth == 0.0);
				cr_assert(var[i].lower <= exact[i].lower && var[i].upper >= exact[i].upper);
				/* Only the boundary's coarse bin is estimated; there a bucket's trials are off by half its width at
				 * most, which is 2^-m of the value. */
				const double mean = tvar_of(sorted, N, &p[i]);
				cr_assert_float_eq(tvar[i].value, mean, ldexp(mean, -bits[k]), "shape %d p %s", shape, p[i].text);
				cr_assert(tvar[i].value >= var[i].value * (1.0 - 1e-15));
			}
			plim_tally_clear(&tally);
		}
	}
}

Test(stats, constants_come_out_of_buckets_as_themselves)
{
	/* A fixed loss of any size, with or without trials at 0, also from the coarsest histogram. */
	const double x = 1234567.89;
	plim_tally tally;
	plim_moments m;
	plim_estimate e;
	const plim_probability p = prob("0.99");
	cr_assert_eq(plim_tally_init(&tally, 5, NULL), PLIM_OK);
	for (int i = 0; i < 300; i++)
		plim_tally_add(&tally, x);
	cr_assert_eq(plim_percentiles(&tally, 1000, NULL, &p, 1, &e, NULL), PLIM_OK);
	cr_assert_float_eq(e.value, x, 1e-15 * x);
	cr_assert_eq(plim_tvars(&tally, 1000, NULL, &p, 1, &e, NULL), PLIM_OK);
	cr_assert_float_eq(e.value, x, 1e-15 * x);
	cr_assert_eq(plim_moments_of(&tally, 300, &m, NULL), PLIM_OK);
	cr_assert_eq(m.sd, 0.0);
	cr_assert_float_eq(m.mean, x, 1e-15 * x);
	plim_tally_clear(&tally);
}

Test(stats, tvar_by_hand)
{
	const double one = 7.0, ten[] = {3, 10, 1, 9, 2, 8, 4, 7, 5, 6};
	const struct {
		const char *p;
		double var, tvar;
	} cases[] = {
	    {"0.5", 5, (6 + 7 + 8 + 9 + 10) / 5.0}, {"0.85", 9, (10 + 0.5 * 9) / 1.5}, {"0.9", 9, 10}, {"0.95", 10, 10},
	    {"0.75", 8, (10 + 9 + 0.5 * 8) / 2.5},  {"0.01", 1, (54 + 0.9 * 1) / 9.9},
	};
	plim_tally tally;
	plim_estimate e;
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		const plim_probability p = prob(cases[i].p);
		fill(&tally, 10, ten, 10);
		cr_assert_eq(plim_percentiles(&tally, 10, ten, &p, 1, &e, NULL), PLIM_OK);
		cr_assert_eq(e.value, cases[i].var, "p %s", cases[i].p);
		cr_assert_eq(plim_tvars(&tally, 10, ten, &p, 1, &e, NULL), PLIM_OK);
		cr_assert_float_eq(e.value, cases[i].tvar, 4e-16 * cases[i].tvar, "p %s", cases[i].p);
		plim_tally_clear(&tally);
		fill(&tally, 10, &one, 1);
		cr_assert_eq(plim_tvars(&tally, 1, &one, &p, 1, &e, NULL), PLIM_OK);
		cr_assert_float_eq(e.value, 7.0, 1e-15);
		cr_assert_eq(e.upper, INFINITY);
		plim_tally_clear(&tally);
	}
}

Test(stats, values_do_not_depend_on_what_else_is_asked)
{
	enum { N = 3000 };
	static double losses[N];
	uint64_t state = 43;
	size_t count;
	const plim_probability *p = plim_probability_defaults(&count);
	plim_estimate all[MAX_P], one;
	plim_tally tally;
	for (int i = 0; i < N; i++)
		losses[i] = test_loss(&state);
	fill(&tally, 10, losses, N);
	cr_assert_eq(plim_tvars(&tally, N, losses, p, count, all, NULL), PLIM_OK);
	test_shuffle(losses, N, &state);
	for (size_t i = 0; i < count; i++) {
		cr_assert_eq(plim_tvars(&tally, N, losses, &p[i], 1, &one, NULL), PLIM_OK);
		cr_assert(one.value == all[i].value && one.lower == all[i].lower && one.upper == all[i].upper);
	}
	plim_tally_clear(&tally);
}

Test(stats, losses_of_another_tally_are_refused)
{
	double losses[] = {1.0, 2.0, 3.0, 4.0};
	const plim_probability p = prob("0.5");
	plim_tally tally;
	plim_estimate e = {.value = -1.0};
	plim_error error;
	fill(&tally, 10, losses, 4);
	losses[1] = 2.5;
	cr_assert_eq(plim_percentiles(&tally, 4, losses, &p, 1, &e, &error), PLIM_ERROR_INTERNAL);
	cr_assert_eq(plim_tvars(&tally, 4, losses, &p, 1, &e, &error), PLIM_ERROR_INTERNAL);
	losses[1] = 0.0;
	cr_assert_eq(plim_percentiles(&tally, 4, losses, &p, 1, &e, &error), PLIM_ERROR_INTERNAL);
	cr_assert_eq(plim_percentiles(&tally, 3, NULL, &p, 1, &e, &error), PLIM_ERROR_INTERNAL);
	cr_assert_eq(plim_percentiles(&tally, 0, NULL, &p, 1, &e, &error), PLIM_ERROR_INTERNAL);
	cr_assert_eq(e.value, -1.0, "changed on error");
	plim_tally_clear(&tally);
}

Test(stats, overflow_is_infinite_and_only_where_it_lies)
{
	const double losses[] = {1.0, 2.0, 3.0, 4.0, 0x1p61, 5.0, 6.0, 7.0, 8.0, INFINITY};
	const plim_probability p[] = {prob("0.5"), prob("0.85"), prob("0.95")};
	plim_tally tally;
	plim_estimate e[3];
	plim_moments m;
	fill(&tally, 7, losses, 10);
	cr_assert_eq(plim_percentiles(&tally, 10, losses, p, 3, e, NULL), PLIM_OK);
	cr_assert(e[0].value == 5.0 && e[1].value == 0x1p61 && e[2].value == INFINITY);
	cr_assert_eq(plim_percentiles(&tally, 10, NULL, p, 3, e, NULL), PLIM_OK);
	cr_assert(e[0].value >= 5.0 && e[0].value < 5.1 && e[1].value == INFINITY && e[2].value == INFINITY);
	cr_assert_eq(plim_tvars(&tally, 10, NULL, p, 3, e, NULL), PLIM_OK);
	cr_assert_eq(e[0].value, INFINITY);
	cr_assert_eq(plim_tvars(&tally, 10, losses, p, 3, e, NULL), PLIM_OK);
	cr_assert(e[0].value == INFINITY && e[0].upper == INFINITY && isfinite(e[0].lower));
	cr_assert_eq(plim_moments_of(&tally, 10, &m, NULL), PLIM_OK);
	cr_assert(m.mean == INFINITY && m.sd == INFINITY && m.mean_se == INFINITY && m.mean_lower == 0.0);
	plim_tally_clear(&tally);
}

/* P(lower <= B < upper) as exact sums of binomial weights in long double, from the mode outwards. */
static long double coverage(long double n, long double p, long double lower, long double upper)
{
	const long double mode = floorl((n + 1) * p), q = 1 - p;
	long double all = 0, in = 0, w = 1;
	for (long double k = mode; k >= 0 && w > 1e-22L; k--) {
		all += w;
		in += k >= lower && k < upper ? w : 0;
		w *= k * q / ((n - k + 1) * p);
	}
	w = (n - mode) * p / ((mode + 1) * q);
	for (long double k = mode + 1; k <= n && w > 1e-22L; k++) {
		all += w;
		in += k >= lower && k < upper ? w : 0;
		w *= (n - k) * p / ((k + 1) * q);
	}
	return in / all;
}

Test(stats, interval_ranks_cover_and_are_tight)
{
	const char *text[] = {"0.01", "0.2", "0.5", "0.75", "0.9", "0.99", "0.995", "0.9999"};
	const uint64_t sizes[] = {1, 2, 3, 10, 57, 200, 1000, 30000, 50000, 1000000, 20000000};
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		const plim_probability p = prob(text[i]);
		const long double share = (long double)p.num / (long double)p.den;
		for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
			const long double n = (long double)sizes[s], variance = n * share * (1 - share);
			uint64_t lower, upper;
			plim_interval_ranks(&p, sizes[s], &lower, &upper);
			cr_assert(lower <= plim_probability_rank(&p, sizes[s]) && upper > lower && upper <= sizes[s] + 1);
			cr_assert(coverage(n, share, (long double)lower, n + 2) >= 0.975L - 1e-12L);
			cr_assert(coverage(n, share, 0, (long double)upper) >= 0.975L - 1e-12L);
			/* One rank tighter would not hold; the expansion for large n may give away one more. */
			const long double slack = variance > 1e4L ? 2 : 1;
			cr_assert(lower == sizes[s] || coverage(n, share, (long double)lower + slack, n + 2) < 0.975L);
			cr_assert(upper == 1 || coverage(n, share, 0, (long double)upper - slack) < 0.975L);
		}
	}
}

Test(stats, interval_ranks_cover_for_many_numbers_of_trials)
{
	/* Where the expansion begins (a variance of 10^4), over all positions of the bounds between two ranks. */
	const char *text[] = {"0.1", "0.5", "0.9", "0.99", "0.999"};
	const uint64_t sizes[] = {111200, 40100, 111200, 1011000, 10020000};
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		const plim_probability p = prob(text[i]);
		const long double share = (long double)p.num / (long double)p.den;
		for (uint64_t n = sizes[i]; n < sizes[i] + sizes[i] / 50; n += sizes[i] / 8000 + 1) {
			uint64_t lower, upper;
			plim_interval_ranks(&p, n, &lower, &upper);
			cr_assert(coverage((long double)n, share, (long double)lower, (long double)n + 2) >= 0.975L);
			cr_assert(coverage((long double)n, share, 0, (long double)upper) >= 0.975L);
			cr_assert(coverage((long double)n, share, (long double)(lower + 3), (long double)n + 2) < 0.975L);
			cr_assert(coverage((long double)n, share, 0, (long double)(upper - 3)) < 0.975L);
		}
	}
}

Test(stats, percentile_intervals_cover_the_quantile)
{
	/* Uniform losses: the 0.9-quantile is 0.9. The number of misses is binomial with the exact coverage of the ranks;
	 * 5 standard deviations of it. */
	enum { N = 200, ROUNDS = 4000 };
	static double losses[N];
	uint64_t state = 44, lower, upper, met = 0;
	const plim_probability p = prob("0.9");
	plim_interval_ranks(&p, N, &lower, &upper);
	const double truth =
	    gsl_cdf_binomial_P((unsigned)upper - 1, 0.9, N) - gsl_cdf_binomial_P((unsigned)lower - 1, 0.9, N);
	plim_tally tally;
	cr_assert_eq(plim_tally_init(&tally, 10, NULL), PLIM_OK);
	for (int round = 0; round < ROUNDS; round++) {
		plim_estimate e;
		for (int i = 0; i < N; i++)
			losses[i] = test_uniform(&state);
		plim_tally_reset(&tally);
		plim_tally_add_many(&tally, losses, N);
		cr_assert_eq(plim_percentiles(&tally, N, losses, &p, 1, &e, NULL), PLIM_OK);
		met += e.lower <= 0.9 && 0.9 <= e.upper;
	}
	cr_assert_geq(truth, 0.95);
	cr_assert_float_eq((double)met / ROUNDS, truth, 5.0 * sqrt(truth * (1.0 - truth) / ROUNDS));
	plim_tally_clear(&tally);
}

Test(stats, tvar_intervals_cover_the_tail_mean)
{
	/* Exponential losses: TVaR_p = 1 - ln(1 - p). The interval is asymptotic, so its coverage is near 0.95, not at it:
	 * a standard error wrong by sqrt(2) would give 0.83 or 0.994, either outside these bounds by many deviations
	 * (0.005). */
	enum { N = 2000, ROUNDS = 2000 };
	static double losses[N];
	uint64_t state = 45, met = 0;
	const plim_probability p = prob("0.9");
	const double truth = 1.0 - log(0.1);
	plim_tally tally;
	cr_assert_eq(plim_tally_init(&tally, 10, NULL), PLIM_OK);
	for (int round = 0; round < ROUNDS; round++) {
		plim_estimate e;
		for (int i = 0; i < N; i++)
			losses[i] = -log(test_uniform(&state));
		plim_tally_reset(&tally);
		plim_tally_add_many(&tally, losses, N);
		cr_assert_eq(plim_tvars(&tally, N, round % 2 ? losses : NULL, &p, 1, &e, NULL), PLIM_OK);
		met += e.lower <= truth && truth <= e.upper;
	}
	cr_assert((double)met / ROUNDS > 0.915 && (double)met / ROUNDS < 0.975, "%g", (double)met / ROUNDS);
	plim_tally_clear(&tally);
}

Test(stats, moments_are_right_when_the_spread_is_small)
{
	enum { N = 10000 };
	static double losses[N];
	uint64_t state = 46;
	const double bases[] = {0.0, 1e3, 1e6, 1e7};
	for (int k = 0; k < 4; k++) {
		long double sum = 0, square = 0;
		plim_tally tally;
		plim_moments m;
		for (int i = 0; i < N; i++) {
			losses[i] = bases[k] + (bases[k] > 0.0 ? 10.0 * test_uniform(&state) : test_loss(&state));
			sum += (long double)losses[i];
		}
		for (int i = 0; i < N; i++)
			square += ((long double)losses[i] - sum / N) * ((long double)losses[i] - sum / N);
		const double sd = (double)sqrtl(square / (N - 1)), mean = (double)(sum / N);
		fill(&tally, 7, losses, N);
		cr_assert_eq(plim_moments_of(&tally, N, &m, NULL), PLIM_OK);
		cr_assert_float_eq(m.mean, mean, 4e-16 * mean);
		/* A variance within a bin errs by twice the mean of offset x rounding: both below 1/8 of the value, the latter
		 * uniform in +-2^-43 of that, 10,000 of them; 5 deviations. A standard deviation errs by half as much over sd.
		 */
		const double error = bases[k] / 8.0 * (bases[k] / 8.0 * 0x1p-42 / sqrt(12.0 * N)) * 5.0 / sd;
		cr_assert_float_eq(m.sd, sd, 1e-9 * sd + error, "base %g: %.12g %.12g", bases[k], m.sd, sd);
		cr_assert_float_eq(m.mean_se, m.sd / 100.0, 1e-15 * sd);
		cr_assert_float_eq(m.mean_upper - m.mean, 1.959963985 * m.mean_se, 1e-6 * sd);
		plim_tally_clear(&tally);
	}
}

Test(stats, moments_of_no_loss_and_of_one_trial)
{
	plim_tally tally;
	plim_moments m;
	cr_assert_eq(plim_tally_init(&tally, 10, NULL), PLIM_OK);
	cr_assert_eq(plim_moments_of(&tally, 50, &m, NULL), PLIM_OK);
	cr_assert(m.mean == 0.0 && m.sd == 0.0 && m.mean_upper == 0.0 && m.p_zero == 1.0);
	plim_tally_add(&tally, 5.0);
	cr_assert_eq(plim_moments_of(&tally, 1, &m, NULL), PLIM_OK);
	cr_assert(m.mean == 5.0 && m.sd == 0.0 && m.mean_se == INFINITY && m.p_zero == 0.0);
	plim_tally_clear(&tally);
}

Test(stats, exceedance_intervals_invert_the_binomial)
{
	const unsigned sizes[] = {1, 10, 100, 5000};
	for (size_t s = 0; s < 4; s++) {
		const unsigned n = sizes[s], step = n > 100 ? 97 : 1;
		for (unsigned k = 0; k <= n && (k < 1000 || n - k < 1000); k += step) {
			const plim_estimate e = plim_exceedance(k, n);
			cr_assert_eq(e.value, (double)k / n);
			if (k == 0)
				cr_assert_eq(e.lower, 0.0);
			else
				cr_assert_float_eq(gsl_cdf_binomial_Q(k - 1, e.lower, n), 0.025, 1e-8);
			if (k == n)
				cr_assert_eq(e.upper, 1.0);
			else
				cr_assert_float_eq(gsl_cdf_binomial_P(k, e.upper, n), 0.025, 1e-8);
		}
	}
	/* The rule of three, for a trillion trials too: -ln(0.025) / n. */
	cr_assert_float_eq(plim_exceedance(0, UINT64_C(1000000000000)).upper * 1e12, 3.688879454, 1e-6);
	cr_assert_float_eq(1.0 - plim_exceedance(1000000, 1000000).lower, 3.688879454e-6, 1e-10);
	/* Where the method changes, both agree: Wilson's continuity correction stands off by well under 1 % of the width.
	 */
	const plim_estimate below = plim_exceedance(999, 10000000), above = plim_exceedance(1000, 10000000);
	cr_assert_float_eq(above.lower - below.lower, 1e-7, 0.02 * (above.upper - above.lower));
	cr_assert_float_eq(above.upper - below.upper, 1e-7, 0.02 * (above.upper - above.lower));
}

static double part_of(const plim_tail_sums *tail, const double *weight)
{
	const plim_exact_sum *sum;
	double part = 0;
	for (uint32_t bin = 0; plim_tail_sums_next(tail, &bin, &sum); bin++)
		part += weight[bin] * plim_exact_sum_value(sum);
	return part;
}

Test(stats, parts_of_the_tail_add_up_to_the_tvar)
{
	enum { N = 8000, GROUPS = 3 };
	static double losses[N];
	uint64_t state = 47;
	size_t count;
	const plim_probability *p = plim_probability_defaults(&count);
	plim_tally tally;
	plim_tail_sums group[GROUPS];
	for (int g = 0; g < GROUPS; g++)
		cr_assert_eq(plim_tail_sums_init(&group[g], NULL), PLIM_OK);
	for (int i = 0; i < N; i++) {
		double x[GROUPS];
		losses[i] = 0.0;
		for (int g = 0; g < GROUPS; g++)
			losses[i] += x[g] = g == 2 && losses[i] > 5000.0 ? 0.0 : test_loss(&state);
		for (int g = 0; g < GROUPS; g++)
			plim_tail_sums_add(&group[g], plim_tally_bin_of(losses[i]), x[g]);
	}
	fill(&tally, 10, losses, N);
	const plim_probability low = prob("0.01"); /* the boundary is a trial of no loss */
	for (size_t i = 0; i <= count; i++) {
		const plim_probability *q = i < count ? &p[i] : &low;
		for (int exact = 0; exact < 2; exact++) {
			double weight[PLIM_BIN_ALL], sum = 0.0;
			plim_estimate tvar;
			cr_assert_eq(plim_tvars(&tally, N, exact ? losses : NULL, q, 1, &tvar, NULL), PLIM_OK);
			cr_assert_eq(plim_tail_weights(&tally, N, q, tvar.value, weight, NULL), PLIM_OK);
			for (int g = 0; g < GROUPS; g++)
				sum += part_of(&group[g], weight);
			/* The parts of a trial add up to its total to a rounding; sums of 640 bins. */
			cr_assert_float_eq(sum, tvar.value, 1e-12 * tvar.value, "p %s: %.15g %.15g", q->text, sum, tvar.value);
		}
	}
	for (int g = 0; g < GROUPS; g++)
		plim_tail_sums_clear(&group[g]);
	plim_tally_clear(&tally);
}
