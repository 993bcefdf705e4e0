/* SPDX-License-Identifier: Apache-2.0 */
/* Making amounts in a line, for tests. */
#ifndef PLIM_TESTS_DIST_AMOUNT_MAKE_H
#define PLIM_TESTS_DIST_AMOUNT_MAKE_H

#include <criterion/criterion.h>
#include <stdarg.h>
#include <string.h>

#include "base/memory.h"
#include "dist/amount.h"

typedef struct pair {
	const char *name;
	double value;
} pair;

#define GIVEN(...)                                                                                                     \
	(const pair[])                                                                                                     \
	{                                                                                                                  \
		__VA_ARGS__,                                                                                                   \
		{                                                                                                              \
			NULL, 0                                                                                                    \
		}                                                                                                              \
	}
#define NOTHING                                                                                                        \
	(const pair[])                                                                                                     \
	{                                                                                                                  \
		{                                                                                                              \
			NULL, 0                                                                                                    \
		}                                                                                                              \
	}

static inline plim_amount amount_given(plim_family family, const pair *given)
{
	plim_amount amount = {.family = family};
	while (given[amount.given_count].name)
		amount.given_count++;
	amount.given = plim_mem_alloc(amount.given_count, sizeof *amount.given);
	for (size_t i = 0; i < amount.given_count; i++)
		amount.given[i] = (plim_given){plim_mem_string(given[i].name), given[i].value};
	return amount;
}

static inline double *copy_doubles(const double *values, size_t count)
{
	double *copy = plim_mem_alloc(count, sizeof *copy);
	memcpy(copy, values, count * sizeof *copy);
	return copy;
}

static inline void amount_lists(plim_amount *amount, const double *x, size_t xs, const double *w, size_t ws)
{
	amount->x = x ? copy_doubles(x, xs) : NULL;
	amount->w = w ? copy_doubles(w, ws) : NULL;
	amount->count = x ? xs : ws;
}

/* Takes both laws over. */
static inline void amount_parts(plim_amount *amount, plim_amount first, plim_amount second)
{
	amount->part = plim_mem_alloc(2, sizeof *amount->part);
	amount->part[0] = first;
	amount->part[1] = second;
	amount->parts = 2;
}

static inline plim_amount amount_build(plim_amount amount)
{
	plim_error error = {0};
	plim_status status = plim_amount_build(&amount, &error);
	cr_assert_eq(status, PLIM_OK, "%s", error.text);
	return amount;
}

static inline plim_amount amount_make(plim_family family, const pair *given)
{
	return amount_build(amount_given(family, given));
}

/* Builds, expects a refusal whose text contains `part`, and clears. */
static inline void amount_refused(plim_amount amount, const char *part)
{
	plim_error error = {0};
	plim_status status = plim_amount_build(&amount, &error);
	cr_expect_eq(status, PLIM_ERROR_MODEL, "%s was not refused", plim_family_name(amount.family));
	cr_expect(strstr(error.text, part), "'%s' does not say '%s'", error.text, part);
	plim_amount_clear(&amount);
}

#endif
