/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "test_stats.h"

/* The slow truth: a binary number, one byte a bit, in units of 2^-74 so that midpoints between doubles fit too. */
#define BITS 320
#define UNIT (-74)

typedef struct binary {
	uint8_t bit[BITS];
} binary;

static void binary_add(binary *sum, double x)
{
	for (int k = BITS - 1; k >= 0; k--) {
		const double unit = ldexp(1.0, k + UNIT);
		if (x < unit)
			continue;
		x -= unit; /* exact: takes the leading bit off */
		int at = k;
		while (sum->bit[at])
			sum->bit[at++] = 0;
		sum->bit[at] = 1;
	}
}

static int binary_compare(const binary *a, const binary *b)
{
	for (int k = BITS - 1; k >= 0; k--)
		if (a->bit[k] != b->bit[k])
			return a->bit[k] - b->bit[k];
	return 0;
}

/* True if `value` is the double nearest to `sum`, the even one of two equally near. */
static bool is_nearest(const binary *sum, double value)
{
	const bool even = (plim_double_bits(value) & 1) == 0;
	binary low = {0}, high = {0}, twice = {0};
	memcpy(&twice.bit[1], sum->bit, BITS - 1);
	binary_add(&low, value);
	binary_add(&low, nextafter(value, 0.0));
	binary_add(&high, value);
	binary_add(&high, nextafter(value, INFINITY));
	const int above = binary_compare(&twice, &low), below = binary_compare(&high, &twice);
	return even ? above >= 0 && below >= 0 : above > 0 && below > 0;
}

Test(stats, sum_is_correctly_rounded_at_all_magnitudes)
{
	uint64_t state = 11;
	for (int round = 0; round < 300; round++) {
		const int low = -20 + (int)(test_next(&state) % 70), high = low + 1 + (int)(test_next(&state) % 10);
		const int n = 1 + (int)(test_next(&state) % 40);
		plim_exact_sum sum = {0};
		binary truth = {0};
		for (int i = 0; i < n; i++) {
			const double x = round % 3 ? test_wide(&state, low, high) : test_wide(&state, -20, 60);
			plim_exact_sum_add(&sum, x);
			binary_add(&truth, x);
		}
		cr_assert(is_nearest(&truth, plim_exact_sum_value(&sum)), "round %d", round);
	}
}

Test(stats, sum_breaks_ties_to_even)
{
	const struct {
		double x[3], sum;
	} cases[] = {
	    {{0x1p53, 1.0, 0.0}, 0x1p53},
	    {{0x1p53, 3.0, 0.0}, 0x1p53 + 4.0},
	    {{0x1p53, 1.0, 0x1p-20}, 0x1p53 + 2.0},
	    {{0x1p59, 0x1p6, 0.0}, 0x1p59},
	    {{0x1p59, 0x1p6, 0x1p-72}, 0x1.0000000000001p59},
	    {{0x1p59, 0x1.8p7, 0.0}, 0x1.0000000000002p59},
	    {{0x1.fffffffffffffp52, 0.5, 0.0}, 0x1p53},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		plim_exact_sum sum = {0};
		for (int k = 0; k < 3; k++)
			plim_exact_sum_add(&sum, cases[i].x[k]);
		cr_assert_eq(plim_exact_sum_value(&sum), cases[i].sum, "case %zu", i);
	}
}

Test(stats, sum_has_the_same_bits_in_any_order_and_split)
{
	enum { N = 20000 };
	static double x[N];
	uint64_t state = 12;
	for (int i = 0; i < N; i++)
		x[i] = test_wide(&state, -30, 60);
	plim_exact_sum first = {0};
	plim_exact_square_sum first_square = {0};
	for (int i = 0; i < N; i++) {
		plim_exact_sum_add(&first, x[i]);
		plim_exact_square_sum_add(&first_square, x[i]);
	}
	for (int round = 0; round < 5; round++) {
		plim_exact_sum part[7] = {0}, all = {0};
		plim_exact_square_sum part_square[7] = {0}, all_square = {0};
		test_shuffle(x, N, &state);
		for (int i = 0; i < N; i++) {
			const int k = (int)(test_next(&state) % 7);
			plim_exact_sum_add(&part[k], x[i]);
			plim_exact_square_sum_add(&part_square[k], x[i]);
		}
		for (int k = 6; k >= 0; k--) {
			plim_exact_sum_merge(&all, &part[k]);
			plim_exact_square_sum_merge(&all_square, &part_square[k]);
		}
		cr_assert_eq(memcmp(&all, &first, sizeof all), 0);
		cr_assert_eq(memcmp(&all_square, &first_square, sizeof all_square), 0);
	}
}

Test(stats, sum_truncates_small_values_and_counts_large_ones)
{
	plim_exact_sum sum = {0};
	plim_exact_sum_add(&sum, 0.0);
	plim_exact_sum_add(&sum, -0.0);
	plim_exact_sum_add(&sum, 0x1p-73);
	plim_exact_sum_add(&sum, 4.9e-324);
	cr_assert_eq(plim_exact_sum_value(&sum), 0.0);
	plim_exact_sum_add(&sum, 0x1.8p-72);
	cr_assert_eq(plim_exact_sum_value(&sum), 0x1p-72);
	plim_exact_sum_add(&sum, 0x1.0000000000001p-21); /* its last bit is 2^-73 */
	cr_assert_eq(plim_exact_sum_value(&sum), 0x1p-21 + 0x1p-72);
	cr_assert_eq(sum.overflow, 0);
	const double over[] = {0x1p60, INFINITY, (double)NAN, -1.0};
	for (uint64_t i = 0; i < 4; i++) {
		plim_exact_sum_add(&sum, over[i]);
		cr_assert_eq(sum.overflow, i + 1);
	}
	cr_assert_eq(plim_exact_sum_value(&sum), INFINITY);
}

Test(stats, squares_are_within_their_stated_error)
{
	uint64_t state = 13;
	for (int round = 0; round < 200; round++) {
		plim_exact_square_sum sum = {0};
		long double truth = 0.0L;
		for (int i = 0; i < 50; i++) {
			const double x = round % 2 ? test_wide(&state, -20, 60) : test_wide(&state, 10, 12);
			plim_exact_square_sum_add(&sum, x);
			truth += (long double)x * x;
		}
		const long double value = plim_exact_square_sum_value(&sum);
		/* Truncation lowers by up to 2^-30; the sum of 50 long doubles and the rounding to double err by far less. */
		cr_assert(value <= truth * (1.0L + 0x1p-52L) && value >= truth * (1.0L - 0x1p-30L - 0x1p-52L));
	}
	plim_exact_square_sum whole = {0};
	plim_exact_square_sum_add(&whole, 3.0);
	plim_exact_square_sum_add(&whole, 4.0);
	cr_assert_eq(plim_exact_square_sum_value(&whole), 25.0);
}

Test(stats, sum_digest_tells_sums_apart)
{
	uint8_t a[PLIM_DIGEST_SIZE], b[PLIM_DIGEST_SIZE];
	plim_exact_sum sum = {0};
	for (int i = 0; i < 2; i++) {
		plim_digest digest;
		plim_digest_init(&digest);
		plim_exact_sum_digest(&sum, &digest);
		plim_digest_final(&digest, i ? b : a);
		plim_exact_sum_add(&sum, 0x1p-72);
	}
	cr_assert_neq(memcmp(a, b, sizeof a), 0);
}
