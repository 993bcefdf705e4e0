/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "test_stats.h"

static void tally_digest(const plim_tally *tally, uint8_t out[PLIM_DIGEST_SIZE])
{
	plim_digest digest;
	plim_digest_init(&digest);
	plim_tally_digest(tally, &digest);
	plim_digest_final(&digest, out);
}

static double any_value(uint64_t *state)
{
	switch (test_next(state) % 8) {
	case 0: return 0.0;
	case 1: return test_wide(state, -80, -20);
	case 2: return test_wide(state, 58, 62);
	case 3: return ldexp(1.0, (int)(test_next(state) % 80) - 20);
	case 4: return nextafter(ldexp(1.0, (int)(test_next(state) % 80) - 20), 0.0);
	default: return test_wide(state, -20, 60);
	}
}

Test(stats, buckets_hold_what_lies_between_their_ends)
{
	uint64_t state = 21;
	const int bits[] = {10, 7, 5, 3};
	for (int k = 0; k < 4; k++) {
		const uint32_t last = plim_bucket_count(bits[k]);
		cr_assert_eq(last, 80u << bits[k]);
		cr_assert_eq(plim_bucket_lower(bits[k], 0), 0.0);
		cr_assert_eq(plim_bucket_lower(bits[k], last), 0x1p60);
		cr_assert_eq(plim_bucket_upper(bits[k], last), INFINITY);
		for (uint32_t b = 1; b <= last; b++)
			cr_assert_eq(plim_bucket_lower(bits[k], b), plim_bucket_upper(bits[k], b - 1));
		for (int i = 0; i < 20000; i++) {
			const double x = any_value(&state);
			if (x == 0.0)
				continue;
			const uint32_t b = plim_bucket_of(bits[k], x);
			cr_assert(x >= plim_bucket_lower(bits[k], b) && x < plim_bucket_upper(bits[k], b));
		}
	}
	cr_assert_eq(plim_tally_bin_of(0.0), PLIM_BIN_ZERO);
	cr_assert_eq(plim_tally_bin_of(-0.0), PLIM_BIN_ZERO);
	cr_assert_eq(plim_tally_bin_of(0x1p60), PLIM_BIN_OVERFLOW);
	cr_assert_eq(plim_tally_bin_of(1.0), 160);
}

Test(stats, tally_counts_and_sums_exactly)
{
	enum { N = 30000 };
	uint64_t state = 22;
	const int bits[] = {10, 7, 5};
	for (int k = 0; k < 3; k++) {
		plim_tally tally;
		plim_exact_sum sum = {0};
		uint64_t positive = 0;
		cr_assert_eq(plim_tally_init(&tally, bits[k], NULL), PLIM_OK);
		uint64_t *count = calloc(plim_bucket_count(bits[k]) + 1, sizeof *count);
		for (int i = 0; i < N; i++) {
			double x = any_value(&state);
			x = x >= 0x1p60 ? 1.0 : x;
			plim_tally_add_many(&tally, &x, 1);
			plim_exact_sum_add(&sum, x);
			if (x > 0.0) {
				positive++;
				count[plim_bucket_of(bits[k], x)]++;
			}
		}
		cr_assert_eq(plim_tally_sum(&tally), plim_exact_sum_value(&sum));
		cr_assert_eq(plim_tally_positive(&tally), positive);
		cr_assert(plim_tally_is_sound(&tally));
		uint64_t met = 0, here;
		for (uint32_t b = 0; plim_tally_next(&tally, &b, &here); b++, met += here)
			cr_assert_eq(here, count[b]);
		cr_assert_eq(met, positive);
		plim_tally_add(&tally, 0x1p60);
		cr_assert_eq(plim_tally_sum(&tally), INFINITY);
		cr_assert_eq(plim_tally_positive(&tally), positive + 1);
		free(count);
		plim_tally_clear(&tally);
	}
}

Test(stats, tally_is_the_same_in_any_order_and_split)
{
	enum { N = 20000 };
	static double x[N];
	uint8_t first[PLIM_DIGEST_SIZE], other[PLIM_DIGEST_SIZE];
	uint64_t state = 23;
	plim_tally whole, part[4];
	cr_assert_eq(plim_tally_init(&whole, 7, NULL), PLIM_OK);
	for (int k = 0; k < 4; k++)
		cr_assert_eq(plim_tally_init(&part[k], 7, NULL), PLIM_OK);
	for (int i = 0; i < N; i++)
		x[i] = any_value(&state);
	plim_tally_add_many(&whole, x, N);
	tally_digest(&whole, first);
	for (int round = 0; round < 3; round++) {
		test_shuffle(x, N, &state);
		for (int k = 0; k < 4; k++)
			plim_tally_reset(&part[k]);
		for (int i = 0; i < N; i++)
			plim_tally_add_many(&part[test_next(&state) % 4], &x[i], 1);
		for (int k = 1; k < 4; k++)
			plim_tally_merge(&part[0], &part[k]);
		tally_digest(&part[0], other);
		cr_assert_eq(memcmp(first, other, sizeof first), 0);
		cr_assert_eq(memcmp(part[0].pages, whole.pages, whole.bytes), 0);
	}
	plim_tally_add(&part[0], 3.0);
	tally_digest(&part[0], other);
	cr_assert_neq(memcmp(first, other, sizeof first), 0);
	plim_tally_clear(&whole);
	for (int k = 0; k < 4; k++)
		plim_tally_clear(&part[k]);
}

Test(stats, tally_survives_storing)
{
	uint64_t state = 24, count;
	plim_tally from, to;
	cr_assert_eq(plim_tally_init(&from, 10, NULL), PLIM_OK);
	cr_assert_eq(plim_tally_init(&to, 10, NULL), PLIM_OK);
	for (int i = 0; i < 5000; i++) {
		const double x = any_value(&state);
		plim_tally_add_many(&from, &x, 1);
	}
	for (uint32_t b = 0; plim_tally_next(&from, &b, &count); b++)
		cr_assert(plim_tally_put_bucket(&to, b, count));
	plim_tally_bin_record record;
	for (uint32_t b = 0; plim_tally_next_bin(&from, &b, &record); b++)
		cr_assert(plim_tally_put_bin(&to, &record));
	cr_assert(plim_tally_is_sound(&to));
	cr_assert_eq(memcmp(from.pages, to.pages, from.bytes), 0);
	cr_assert_not(plim_tally_put_bucket(&to, plim_bucket_count(10) + 1, 1));
	record.bin = PLIM_BIN_COUNT;
	cr_assert_not(plim_tally_put_bin(&to, &record));
	cr_assert(plim_tally_put_bucket(&to, plim_bucket_of(10, 5.0), 1));
	cr_assert_not(plim_tally_is_sound(&to), "a count without its sum");
	plim_tally_clear(&from);
	plim_tally_clear(&to);
}

Test(stats, tally_counts_values_too_small_to_sum)
{
	uint8_t empty[PLIM_DIGEST_SIZE], tiny[PLIM_DIGEST_SIZE];
	plim_tally tally, other;
	cr_assert_eq(plim_tally_init(&tally, 10, NULL), PLIM_OK);
	cr_assert_eq(plim_tally_init(&other, 10, NULL), PLIM_OK);
	tally_digest(&tally, empty);
	plim_tally_add(&tally, 1e-30);
	plim_tally_merge(&other, &tally);
	tally_digest(&other, tiny);
	cr_assert_eq(plim_tally_positive(&other), 1);
	cr_assert_eq(plim_tally_sum(&other), 0.0);
	cr_assert(plim_tally_is_sound(&other));
	cr_assert_neq(memcmp(empty, tiny, sizeof empty), 0);
	plim_tally_reset(&other);
	tally_digest(&other, tiny);
	cr_assert_eq(memcmp(empty, tiny, sizeof empty), 0);
	plim_tally_clear(&tally);
	plim_tally_clear(&other);
}

static void rows_digest(const plim_tally_set *set, uint8_t out[PLIM_DIGEST_SIZE])
{
	plim_digest digest;
	plim_digest_init(&digest);
	cr_assert_eq(plim_tally_set_digest(set, &digest, NULL), PLIM_OK);
	plim_digest_final(&digest, out);
}

Test(stats, sparse_set_does_not_depend_on_order_split_or_size)
{
	enum { N = 20000 };
	static double x[N];
	static uint32_t id[N];
	uint8_t first[PLIM_DIGEST_SIZE], other[PLIM_DIGEST_SIZE];
	uint64_t state = 25;
	plim_tally_set whole, part[3] = {0};
	cr_assert_eq(plim_tally_set_init(&whole, N, NULL), PLIM_OK);
	cr_assert_eq(plim_cell_map_split(&part[0].map, 900 * 4096, NULL), PLIM_OK); /* merges with those that are not */
	for (int i = 0; i < N; i++) {
		x[i] = any_value(&state);
		id[i] = (uint32_t)(test_next(&state) % 900) * 4096u;
		plim_tally_set_add(&whole, id[i], x[i]);
	}
	rows_digest(&whole, first);
	for (int i = N - 1; i >= 0; i--) {
		plim_tally_set *set = &part[test_next(&state) % 3];
		cr_assert_eq(plim_tally_set_reserve(set, 1, NULL), PLIM_OK); /* grows many times */
		plim_tally_set_add(set, id[i], x[i]);
	}
	cr_assert_eq(plim_tally_set_merge(&part[0], &part[1], NULL), PLIM_OK);
	cr_assert_eq(plim_tally_set_merge(&part[0], &part[2], NULL), PLIM_OK);
	rows_digest(&part[0], other);
	cr_assert_eq(memcmp(first, other, sizeof first), 0);
	plim_tally_set_reset(&part[1]);
	cr_assert_eq(plim_cell_map_stretches(&part[1].map), 0);
	plim_tally_walk walk;
	plim_tally_row row;
	cr_assert_eq(plim_tally_walk_begin(&walk, &whole, NULL), PLIM_OK);
	while (plim_tally_walk_next(&walk, &row))
		cr_assert_eq(plim_tally_set_put(&part[1], &row, NULL), PLIM_OK);
	plim_tally_walk_end(&walk);
	rows_digest(&part[1], other);
	cr_assert_eq(memcmp(first, other, sizeof first), 0);
	plim_tally_row bad = row;
	bad.count += 1;
	bad.sum = 0;
	bad.bucket = 7;
	cr_assert_eq(plim_tally_set_put(&part[1], &bad, NULL), PLIM_ERROR_IO);
	bad.bucket = plim_bucket_count(PLIM_TALLY_SET_BITS) + 1;
	cr_assert_eq(plim_tally_set_put(&part[1], &bad, NULL), PLIM_ERROR_IO);
	plim_tally_set_clear(&whole);
	for (int k = 0; k < 3; k++)
		plim_tally_set_clear(&part[k]);
}

Test(stats, sparse_set_kept_as_a_difference)
{
	enum { N = 3000 };
	uint64_t state = 27;
	plim_tally_set aep = {0}, oep = {0}, plain = {0};
	uint8_t whole[PLIM_DIGEST_SIZE], other[PLIM_DIGEST_SIZE];
	cr_assert_eq(plim_tally_set_reserve(&aep, N, NULL), PLIM_OK);
	cr_assert_eq(plim_tally_set_reserve(&oep, 2 * N, NULL), PLIM_OK);
	cr_assert_eq(plim_tally_set_reserve(&plain, N, NULL), PLIM_OK);
	for (int i = 0; i < N; i++) {
		const uint32_t id = (uint32_t)(test_next(&state) % 7);
		const double sum = any_value(&state), largest = i % 3 ? sum : sum / (double)(1 + i % 5);
		plim_tally_set_add(&aep, id, sum);
		plim_tally_set_add(&plain, id, largest);
		if (largest != sum) {
			plim_tally_set_add(&oep, id, largest);
			plim_tally_set_take(&oep, id, sum);
		}
	}
	cr_assert_eq(plim_tally_set_merge(&oep, &aep, NULL), PLIM_OK);
	rows_digest(&oep, whole);
	rows_digest(&plain, other);
	cr_assert_eq(memcmp(whole, other, sizeof whole), 0);
	plim_tally_set_clear(&aep);
	plim_tally_set_clear(&oep);
	plim_tally_set_clear(&plain);
}

static void cells_apart_and_in_order(uint32_t spread, bool split)
{
	enum { IDS = 300, WIDTH = 700, N = 40000 };
	static uint64_t plain[IDS][WIDTH];
	uint64_t state = 28;
	plim_cell_map map;
	plim_cell_map_init(&map, sizeof(uint64_t));
	memset(plain, 0, sizeof plain);
	if (split)
		cr_assert_eq(plim_cell_map_split(&map, (IDS - 1) * spread + 1, NULL), PLIM_OK);
	for (int i = 0; i < N; i++) { /* ids near and far, and neighbouring indices on both sides of a stretch's end */
		const uint32_t id = (uint32_t)(test_next(&state) % IDS), index = (uint32_t)(test_next(&state) % WIDTH);
		cr_assert_eq(plim_cell_map_reserve_of(&map, id * spread, 1, NULL), PLIM_OK);
		*(uint64_t *)plim_cell_map_at(&map, id * spread, index) += (uint64_t)i;
		plain[id][index] += (uint64_t)i;
		if (i == N / 100) /* an order that is kept too early must not be believed later */
			cr_assert_eq(plim_cell_map_settle(&map, NULL), PLIM_OK);
	}
	plim_cell_order order;
	uint64_t cells = 0, last = 0;
	cr_assert_eq(plim_cell_order_of(&map, &order, NULL), PLIM_OK);
	cr_assert_eq(order.count, plim_cell_map_stretches(&map));
	cr_assert_not_null(order.own);
	for (size_t s = 0; s < order.count; s++) {
		const uint32_t id = plim_cell_map_id(&map, order.stretch[s]) / spread,
		               first = plim_cell_map_first(&map, order.stretch[s]);
		const uint64_t place = (uint64_t)id * WIDTH + first + 1;
		cr_assert_gt(place, last);
		last = place;
		for (uint32_t k = 0; k < PLIM_CELL_STRETCH && first + k < WIDTH; k++, cells++)
			cr_assert_eq(*(const uint64_t *)plim_cell_map_cell(&map, order.stretch[s], k), plain[id][first + k]);
	}
	uint64_t expected = 0;
	for (int id = 0; id < IDS; id++)
		for (int k = 0; k < WIDTH; k++)
			expected += plain[id][k] != 0;
	cr_assert_geq(cells, expected);
	plim_cell_order settled;
	cr_assert_eq(plim_cell_map_settle(&map, NULL), PLIM_OK);
	cr_assert_eq(plim_cell_order_of(&map, &settled, NULL), PLIM_OK);
	cr_assert_null(settled.own);
	cr_assert_eq(memcmp(settled.stretch, order.stretch, order.count * sizeof *order.stretch), 0);
	plim_cell_order_clear(&settled);
	plim_cell_order_clear(&order);
	plim_cell_map_clear(&map);
}

Test(stats, cell_map_keeps_cells_apart_and_in_order)
{
	cells_apart_and_in_order(14000000, false);
	cells_apart_and_in_order(14000000, true);
	cells_apart_and_in_order(1, true); /* fewer parts than there may be */
}

Test(stats, sparse_and_dense_agree)
{
	enum { N = 4000, IDS = 5 };
	uint64_t state = 26;
	plim_tally_set set;
	plim_tally dense[IDS];
	size_t p_count;
	const plim_probability *p = plim_probability_defaults(&p_count);
	cr_assert_eq(plim_tally_set_init(&set, N * IDS, NULL), PLIM_OK);
	for (uint32_t id = 0; id < IDS; id++) {
		cr_assert_eq(plim_tally_init(&dense[id], 5, NULL), PLIM_OK);
		for (int i = 0; i < N; i++) {
			const double x = id == 4 ? 0.0 : test_loss(&state) * (id + 1);
			plim_tally_set_add(&set, 10 * id, x);
			plim_tally_add_many(&dense[id], &x, 1);
		}
	}
	plim_tally_walk walk;
	plim_ranked *ranked;
	cr_assert_eq(plim_ranked_list(p, p_count, N, &ranked, NULL), PLIM_OK);
	cr_assert_eq(plim_tally_walk_begin(&walk, &set, NULL), PLIM_OK);
	for (uint32_t id = 0; id < IDS; id++) {
		plim_bucket_list list;
		plim_moments sparse_moments, dense_moments;
		plim_estimate a[12], b[12];
		cr_assert_eq(plim_tally_walk_list(&walk, 10 * id, &list, NULL), PLIM_OK);
		cr_assert_eq(list.positive == 0, id == 4);
		plim_list_moments(&list, N, &sparse_moments);
		cr_assert_eq(plim_moments_of(&dense[id], N, &dense_moments, NULL), PLIM_OK);
		cr_assert_eq(sparse_moments.mean, dense_moments.mean);
		cr_assert_eq(sparse_moments.positive, dense_moments.positive);
		/* Offsets are truncated at 2^-45 and 2^-47 of an octave; sums of at most 640 cells of 53 bits. */
		cr_assert_float_eq(sparse_moments.sd, dense_moments.sd, 1e-9 * dense_moments.sd);
		cr_assert_eq(plim_list_percentiles(&list, N, NULL, ranked, p_count, a, NULL), PLIM_OK);
		cr_assert_eq(plim_percentiles(&dense[id], N, NULL, p, p_count, b, NULL), PLIM_OK);
		for (size_t i = 0; i < p_count; i++) {
			cr_assert(a[i].lower == b[i].lower && a[i].upper == b[i].upper && a[i].exact == b[i].exact);
			cr_assert_float_eq(a[i].value, b[i].value, b[i].value / 32.0); /* one bucket */
		}
		cr_assert_eq(plim_list_tvars(&list, N, NULL, ranked, p_count, a, NULL), PLIM_OK);
		cr_assert_eq(plim_tvars(&dense[id], N, NULL, p, p_count, b, NULL), PLIM_OK);
		for (size_t i = 0; i < p_count; i++)
			cr_assert_float_eq(a[i].value, b[i].value, b[i].value / 32.0);
		plim_bucket_list_clear(&list);
		plim_tally_clear(&dense[id]);
	}
	for (uint32_t stranger = 5; stranger; stranger = stranger == 5 ? UINT32_MAX : 0) {
		plim_bucket_list none;
		cr_assert_eq(plim_tally_walk_list(&walk, stranger, &none, NULL), PLIM_OK);
		cr_assert_eq(none.positive, 0);
		plim_bucket_list_clear(&none);
	}
	plim_mem_free(ranked);
	plim_tally_walk_end(&walk);
	plim_tally_set_clear(&set);
}

Test(stats, tail_sums_merge_store_and_digest)
{
	uint64_t state = 27;
	uint8_t out[3][PLIM_DIGEST_SIZE];
	plim_tail_sums all, half[2], stored;
	cr_assert_eq(plim_tail_sums_init(&all, NULL), PLIM_OK);
	cr_assert_eq(plim_tail_sums_init(&stored, NULL), PLIM_OK);
	for (int k = 0; k < 2; k++)
		cr_assert_eq(plim_tail_sums_init(&half[k], NULL), PLIM_OK);
	for (int i = 0; i < 5000; i++) {
		const double total = any_value(&state), x = total * 0.25;
		plim_tail_sums_add(&all, plim_tally_bin_of(total), x);
		plim_tail_sums_add(&half[test_next(&state) % 2], plim_tally_bin_of(total), x);
	}
	plim_tail_sums_merge(&half[0], &half[1]);
	const plim_exact_sum *sum;
	for (uint32_t b = 0; plim_tail_sums_next(&all, &b, &sum); b++)
		cr_assert(plim_tail_sums_put(&stored, b, sum));
	cr_assert_not(plim_tail_sums_put(&stored, PLIM_BIN_ALL, &all.sum[0]));
	const plim_tail_sums *same[] = {&all, &half[0], &stored};
	for (int k = 0; k < 3; k++) {
		plim_digest digest;
		plim_digest_init(&digest);
		plim_tail_sums_digest(same[k], &digest);
		plim_digest_final(&digest, out[k]);
	}
	cr_assert_eq(memcmp(out[0], out[1], PLIM_DIGEST_SIZE), 0);
	cr_assert_eq(memcmp(out[0], out[2], PLIM_DIGEST_SIZE), 0);
	plim_tail_sums_reset(&all);
	uint32_t b = 0;
	cr_assert_not(plim_tail_sums_next(&all, &b, &sum));
	plim_tail_sums_clear(&all);
	plim_tail_sums_clear(&stored);
	plim_tail_sums_clear(&half[0]);
	plim_tail_sums_clear(&half[1]);
}

/* A variable kept as its difference from another one, and made whole by a merge: the same digest as added directly. */
Test(stats, tally_of_differences)
{
	plim_tally sum, direct, difference;
	uint64_t state = 9;
	cr_assert_eq(plim_tally_init(&sum, 7, NULL), PLIM_OK);
	cr_assert_eq(plim_tally_init(&direct, 7, NULL), PLIM_OK);
	cr_assert_eq(plim_tally_init(&difference, 7, NULL), PLIM_OK);
	for (int i = 0; i < 20000; i++) {
		const double largest = i == 7 ? 0x1p-30 : test_loss(&state),
		             all = i % 9 ? largest : largest + test_loss(&state);
		plim_tally_add(&sum, all);
		plim_tally_add(&direct, largest);
		if (largest != all) {
			plim_tally_add(&difference, largest);
			plim_tally_take(&difference, all);
		}
	}
	plim_tally_merge(&difference, &sum);
	uint8_t a[PLIM_DIGEST_SIZE], b[PLIM_DIGEST_SIZE];
	plim_digest digest;
	plim_digest_init(&digest);
	plim_tally_digest(&direct, &digest);
	plim_digest_final(&digest, a);
	plim_digest_init(&digest);
	plim_tally_digest(&difference, &digest);
	plim_digest_final(&digest, b);
	cr_assert_arr_eq(a, b, PLIM_DIGEST_SIZE);
	plim_tally_clear(&sum);
	plim_tally_clear(&direct);
	plim_tally_clear(&difference);
}

/* Differences that cancel in the sum of a bin but not in its counts survive a merge. */
Test(stats, tally_of_differences_that_cancel)
{
	plim_tally a, b;
	cr_assert_eq(plim_tally_init(&a, 7, NULL), PLIM_OK);
	cr_assert_eq(plim_tally_init(&b, 7, NULL), PLIM_OK);
	const double low = 1 + 1.0 / 64, middle = 1 + 2.0 / 64, high = 1 + 3.0 / 64;
	plim_tally_add(&b, low);
	plim_tally_add(&b, high);
	plim_tally_take(&b, middle);
	plim_tally_take(&b, middle);
	plim_tally_add(&a, middle);
	plim_tally_add(&a, middle);
	plim_tally_merge_difference(&a, &b);
	cr_assert_eq(plim_tally_positive(&a), 2);
	cr_assert_eq(a.count[plim_bucket_of(7, low)], 1);
	cr_assert_eq(a.count[plim_bucket_of(7, high)], 1);
	cr_assert_eq(a.count[plim_bucket_of(7, middle)], 0);
	plim_tally_clear(&a);
	plim_tally_clear(&b);
}

/* What follows another tally at the end has the bits of one that was added to value by value. */
Test(stats, a_coarser_tally_and_the_tail_follow_from_a_finer_tally)
{
	enum { N = 5000 };
	static const int coarser[] = {10, 7, 5};
	uint64_t state = 31;
	plim_tally fine, coarse[3], filled;
	plim_tail_sums tail, made;
	cr_assert_eq(plim_tally_init(&fine, 10, NULL), PLIM_OK);
	cr_assert_eq(plim_tail_sums_init(&tail, NULL), PLIM_OK);
	cr_assert_eq(plim_tail_sums_init(&made, NULL), PLIM_OK);
	for (int c = 0; c < 3; c++)
		cr_assert_eq(plim_tally_init(&coarse[c], coarser[c], NULL), PLIM_OK);
	for (int i = 0; i < N; i++) { /* from below the smallest bucket to beyond the largest */
		const double x = any_value(&state);
		plim_tally_add_many(&fine, &x, 1);
		for (int c = 0; c < 3; c++)
			plim_tally_add_many(&coarse[c], &x, 1);
		plim_tail_sums_add(&tail, plim_tally_bin_of(x), x);
	}
	for (int c = 0; c < 3; c++) {
		uint8_t expected[PLIM_DIGEST_SIZE], found[PLIM_DIGEST_SIZE];
		cr_assert_eq(plim_tally_init(&filled, coarser[c], NULL), PLIM_OK);
		plim_tally_add_finer(&filled, &fine);
		tally_digest(&coarse[c], expected);
		tally_digest(&filled, found);
		cr_assert_eq(memcmp(expected, found, sizeof found), 0, "%d bits", coarser[c]);
		plim_tally_clear(&filled);
		plim_tally_clear(&coarse[c]);
	}
	plim_tally_add_tail(&fine, &made);
	for (uint32_t bin = 0; bin < PLIM_BIN_ALL; bin++)
		cr_assert_eq(memcmp(&tail.sum[bin], &made.sum[bin], sizeof *made.sum), 0, "bin %u", bin);
	plim_tail_sums_clear(&tail);
	plim_tail_sums_clear(&made);
	plim_tally_clear(&fine);
}
