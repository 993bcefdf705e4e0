/* SPDX-License-Identifier: Apache-2.0 */
/* Quantile tables that are shared. */
#include <criterion/criterion.h>
#include <math.h>

#include "dist/quantile_share.h"

/* A normal law with a factor on top, built; nothing of it is on the heap but what the build makes. */
static plim_amount normal(plim_given *given, double mean, double times)
{
	static char mean_name[] = "mean", sd_name[] = "sd";
	given[0] = (plim_given){.name = mean_name, .value = mean};
	given[1] = (plim_given){.name = sd_name, .value = 1};
	plim_amount amount = {.family = PLIM_FAMILY_NORMAL, .given = given, .given_count = 2};
	cr_assert_eq(plim_amount_build(&amount, NULL), PLIM_OK);
	amount.times *= times;
	return amount;
}

static const plim_quantile_table *borrow(const plim_amount *amount)
{
	const plim_quantile_table *table = NULL;
	cr_assert_eq(plim_quantile_table_borrow(amount, &table, NULL), PLIM_OK);
	return table;
}

Test(quantile_share, equal_amounts_share_a_table)
{
	plim_given room[3][2];
	const plim_amount one = normal(room[0], 10, 1), same = normal(room[1], 10, 1), other = normal(room[2], 11, 1);
	const plim_quantile_table *a = borrow(&one), *b = borrow(&same), *c = borrow(&other);
	cr_expect_eq(a, b);
	cr_expect_neq(a, c);
	const double median = plim_quantile_table_at(a, UINT64_C(1) << 51);
	plim_quantile_table_return(&a);
	cr_expect_null(a);
	cr_expect_eq(plim_quantile_table_at(b, UINT64_C(1) << 51), median, "still held by another");
	plim_quantile_table_return(&b);
	plim_quantile_table_return(&c);
	a = borrow(&one);
	cr_expect_eq(plim_quantile_table_at(a, UINT64_C(1) << 51), median, "kept for the next");
	plim_quantile_table_return(&a);
}

/* A study scales an amount that was built: what was given stays as it was. */
Test(quantile_share, what_was_made_of_an_amount_counts)
{
	plim_given room[2][2];
	const plim_amount as_given = normal(room[0], 10, 1), scaled = normal(room[1], 10, 1.5);
	const plim_quantile_table *a = borrow(&as_given), *b = borrow(&scaled);
	cr_expect_neq(a, b);
	cr_expect_float_eq(plim_quantile_table_at(b, UINT64_C(1) << 51) / plim_quantile_table_at(a, UINT64_C(1) << 51), 1.5,
	                   1e-5);
	plim_quantile_table_return(&a);
	plim_quantile_table_return(&b);
}

/* Far more than is kept: what is held stays, and what was forgotten is made again. */
Test(quantile_share, keeps_what_is_held)
{
	plim_given first_room[2];
	const plim_amount first = normal(first_room, 1, 1);
	const plim_quantile_table *held = borrow(&first);
	const double at = plim_quantile_table_at(held, 12345);
	const size_t many = 2 * PLIM_QUANTILE_SHARE_KEPT / plim_quantile_table_bytes(held);
	cr_assert_gt(many, 10);
	for (size_t i = 0; i < many && i < 3 * PLIM_QUANTILE_SHARE_MOST; i++) {
		plim_given room[2];
		const plim_amount amount = normal(room, 2 + (double)i, 1);
		const plim_quantile_table *table = borrow(&amount);
		cr_expect_neq(table, held);
		plim_quantile_table_return(&table);
	}
	cr_expect_eq(borrow(&first), held);
	cr_expect_eq(plim_quantile_table_at(held, 12345), at);
}
