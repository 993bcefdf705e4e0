/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "test_stats.h"

Test(stats, probability_reads_exact_rationals)
{
	const struct {
		const char *text, *kept;
		uint64_t num, den;
	} cases[] = {
	    {"0.995", "0.995", 199, 200},
	    {"99.5%", "99.5%", 199, 200},
	    {"1e-3", "1e-3", 1, 1000},
	    {"0.50", "0.50", 1, 2},
	    {"50%", "50%", 1, 2},
	    {" .25 ", ".25", 1, 4},
	    {"99.99 %", "99.99 %", 9999, 10000},
	    {"+0.1", "+0.1", 1, 10},
	    {"2.5E-1", "2.5E-1", 1, 4},
	    {"10e-2", "10e-2", 1, 10},
	    {"0.000000000000001", "0.000000000000001", 1, UINT64_C(1000000000000000)},
	    {"0.1e0", "0.1e0", 1, 10},
	    {"0.05e+1", "0.05e+1", 1, 2},
	    {"0.0010", "0.0010", 1, 1000},
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		plim_probability p;
		cr_assert_eq(plim_probability_parse(cases[i].text, &p, NULL), PLIM_OK, "%s", cases[i].text);
		cr_assert_eq(p.num, cases[i].num, "%s", cases[i].text);
		cr_assert_eq(p.den, cases[i].den, "%s", cases[i].text);
		cr_assert_str_eq(p.text, cases[i].kept);
	}
}

Test(stats, probability_refuses_everything_else)
{
	const char *cases[] = {"",
	                       "0",
	                       "1",
	                       "1.0",
	                       "0.0",
	                       "100%",
	                       "1.5",
	                       "-0.5",
	                       "0,5",
	                       "nan",
	                       "inf",
	                       "0.5x",
	                       "%",
	                       ".",
	                       "1e",
	                       "1e-",
	                       "0..5",
	                       "0x0.8p0",
	                       "1e-99",
	                       "1e-16",
	                       "0%",
	                       "0.5%%",
	                       "e-1",
	                       " ",
	                       "0.12345678901234567890123",
	                       "1/2",
	                       "1e-9999",
	                       "0.5 0.5",
	                       "0.1234567890123456"};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		plim_probability p = {.num = 7, .den = 9, .text = "kept"};
		plim_error error;
		cr_assert_eq(plim_probability_parse(cases[i], &p, &error), PLIM_ERROR_USAGE, "'%s'", cases[i]);
		cr_assert(p.num == 7 && p.den == 9 && strcmp(p.text, "kept") == 0);
		cr_assert_neq(error.text[0], '\0');
	}
}

Test(stats, probability_rank_is_that_of_the_definition)
{
	for (uint64_t den = 2; den <= 30; den++) {
		for (uint64_t num = 1; num < den; num++) {
			const plim_probability p = {.num = num, .den = den};
			for (uint64_t n = 1; n <= 120; n++) {
				uint64_t whole = 0; /* the largest k with k <= (1 - p) n, by counting */
				while ((whole + 1) * den <= (den - num) * n)
					whole++;
				cr_assert_eq(plim_probability_rank(&p, n), n - whole);
				const plim_tail_count tail = plim_probability_tail_count(&p, n);
				cr_assert_eq(tail.whole, whole);
				cr_assert(tail.num < tail.den && whole * den + tail.num * (den / tail.den) == (den - num) * n);
			}
		}
	}
}

Test(stats, probability_rank_does_not_round)
{
	/* With doubles (1 - 0.9) * 10 is 0.99999999999999978, and its floor 0. */
	plim_probability p;
	cr_assert_eq(plim_probability_parse("0.9", &p, NULL), PLIM_OK);
	cr_assert_eq(plim_probability_rank(&p, 10), 9);
	cr_assert_eq(plim_probability_rank(&p, UINT64_C(1000000000000000000)), UINT64_C(900000000000000000));
	cr_assert_eq(plim_probability_parse("0.000000000000001", &p, NULL), PLIM_OK);
	cr_assert_eq(plim_probability_rank(&p, UINT64_MAX), UINT64_C(18447));
}

Test(stats, probability_values_are_the_doubles_of_their_text)
{
	size_t count;
	const plim_probability *list = plim_probability_defaults(&count);
	cr_assert_eq(count, 12);
	for (size_t i = 0; i < count; i++) {
		plim_probability p;
		cr_assert_eq(plim_probability_parse(list[i].text, &p, NULL), PLIM_OK);
		cr_assert(p.num == list[i].num && p.den == list[i].den);
		cr_assert_eq(plim_probability_value(&p), strtod(list[i].text, NULL));
		cr_assert(i == 0 || plim_probability_value(&list[i - 1]) < plim_probability_value(&p));
	}
	uint64_t state = 5;
	for (int i = 0; i < 2000; i++) {
		char text[24];
		plim_probability p;
		snprintf(text, sizeof text, "0.%015llu", (unsigned long long)(1 + test_next(&state) % 999999999999999));
		cr_assert_eq(plim_probability_parse(text, &p, NULL), PLIM_OK);
		cr_assert_eq(plim_probability_value(&p), strtod(text, NULL), "%s", text);
	}
}

Test(stats, probability_from_a_return_period)
{
	plim_probability p;
	cr_assert_eq(plim_probability_from_period(250, &p, NULL), PLIM_OK);
	cr_assert(p.num == 249 && p.den == 250);
	cr_assert_str_eq(p.text, "0.996");
	cr_assert_eq(plim_probability_from_period(3, &p, NULL), PLIM_OK);
	cr_assert_eq(strtod(p.text, NULL), 2.0 / 3.0);
	cr_assert_eq(plim_probability_rank(&p, 300), 200);
	cr_assert_eq(plim_probability_from_period(1, &p, NULL), PLIM_ERROR_USAGE);
}
