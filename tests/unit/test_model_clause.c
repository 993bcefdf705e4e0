/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "model/clause.h"

static const plim_clause *tree_of(int edition, size_t *count)
{
	const plim_clause *tree = plim_clause_tree(edition, count);
	cr_assert_not_null(tree, "edition %d", edition);
	return tree;
}

/* Below 0 when `a` stands before `b` in the standard: numbers between the points compare as numbers. */
static int number_order(const char *a, const char *b)
{
	for (;;) {
		char *rest_a, *rest_b;
		long left = strtol(a, &rest_a, 10), right = strtol(b, &rest_b, 10);
		if (left != right)
			return left < right ? -1 : 1;
		if (!*rest_a || !*rest_b)
			return (*rest_a != '\0') - (*rest_b != '\0');
		a = rest_a + 1;
		b = rest_b + 1;
	}
}

Test(model_clause, both_editions_and_no_other)
{
	size_t count = 7;
	tree_of(2007, &count);
	cr_assert_eq(count, 24);
	tree_of(2022, &count);
	cr_assert_eq(count, 68);
	cr_assert_null(plim_clause_tree(2015, &count));
	cr_assert_eq(count, 0);
}

Test(model_clause, rows_are_complete_and_in_order)
{
	const int editions[] = {2007, 2022};
	for (size_t e = 0; e < 2; e++) {
		size_t count;
		const plim_clause *tree = tree_of(editions[e], &count);
		for (size_t i = 0; i < count; i++) {
			cr_assert(*tree[i].number && *tree[i].title && *tree[i].verified);
			cr_assert(tree[i].maps_to_28000_2022 && tree[i].maps_to_14001_2004 && tree[i].maps_to_9001_2000);
			cr_assert(strncmp(tree[i].verified, "title:", 6) == 0, "%s", tree[i].number);
			if (i > 0)
				cr_assert_lt(number_order(tree[i - 1].number, tree[i].number), 0, "%s", tree[i].number);
		}
	}
}

/* The parent of a.b.c is a.b, and stands before it. */
Test(model_clause, parents)
{
	const int editions[] = {2007, 2022};
	for (size_t e = 0; e < 2; e++) {
		size_t count;
		const plim_clause *tree = tree_of(editions[e], &count);
		for (size_t i = 0; i < count; i++) {
			const char *point = strrchr(tree[i].number, '.');
			if (!point) {
				cr_assert_eq(tree[i].parent, -1, "%s", tree[i].number);
				continue;
			}
			cr_assert(tree[i].parent >= 0 && tree[i].parent < (int32_t)i, "%s", tree[i].number);
			const char *parent = tree[tree[i].parent].number;
			cr_assert_eq(strlen(parent), (size_t)(point - tree[i].number), "%s", tree[i].number);
			cr_assert(strncmp(parent, tree[i].number, strlen(parent)) == 0, "%s", tree[i].number);
		}
	}
}

Test(model_clause, roots)
{
	size_t count, tops = 0;
	const plim_clause *tree = tree_of(2007, &count);
	for (size_t i = 0; i < count; i++)
		tops += tree[i].parent < 0;
	cr_assert_eq(tops, 1);
	cr_assert_str_eq(tree[0].number, "4");

	tree = tree_of(2022, &count);
	tops = 0;
	for (size_t i = 0; i < count; i++)
		tops += tree[i].parent < 0;
	cr_assert_eq(tops, 7, "clauses 4 to 10");
	cr_assert_str_eq(tree[count - 1].number, "10.2");
}

Test(model_clause, find)
{
	size_t count;
	const plim_clause *tree = tree_of(2007, &count);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(plim_clause_find(2007, tree[i].number), (int32_t)i);
	tree = tree_of(2022, &count);
	for (size_t i = 0; i < count; i++)
		cr_assert_eq(plim_clause_find(2022, tree[i].number), (int32_t)i);
	cr_assert_eq(plim_clause_find(2007, "4.10"), -1, "4.10 is not 4.1");
	cr_assert_eq(plim_clause_find(2022, "10.10"), -1);
	cr_assert_eq(plim_clause_find(2007, "4.4.6 "), -1);
	cr_assert_eq(plim_clause_find(2007, "4.40"), -1);
	cr_assert_eq(plim_clause_find(2007, ""), -1);
	cr_assert_eq(plim_clause_find(2007, "9.1"), -1, "a clause of the other edition");
	cr_assert_eq(plim_clause_find(1999, "4"), -1);
}

/* The correspondence is of the 2007 edition, and every clause of 2022 that it names exists. */
Test(model_clause, correspondence)
{
	size_t count;
	const plim_clause *tree = tree_of(2007, &count);
	for (size_t i = 1; i < count; i++) { /* row 0 is the whole of it: "4-10" */
		char list[256];
		cr_assert_lt(strlen(tree[i].maps_to_28000_2022), sizeof list);
		strcpy(list, tree[i].maps_to_28000_2022);
		char *rest = NULL;
		size_t named = 0;
		for (char *number = strtok_r(list, ";", &rest); number; number = strtok_r(NULL, ";", &rest), named++)
			cr_assert_geq(plim_clause_find(2022, number), 0, "%s maps to %s", tree[i].number, number);
		cr_assert_gt(named, 0, "%s", tree[i].number);
		cr_assert(*tree[i].maps_to_14001_2004 && *tree[i].maps_to_9001_2000, "%s", tree[i].number);
	}
	int32_t row = plim_clause_find(2007, "4.4.7");
	cr_assert_str_eq(tree[row].title, "Emergency preparedness, response and security recovery");
	cr_assert_str_eq(tree[row].maps_to_14001_2004, "4.4.7 Emergency preparedness and response");
}
