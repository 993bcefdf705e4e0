/* SPDX-License-Identifier: Apache-2.0 */
#include "model/clause.h"

#include <string.h>

/* Each edition is a function of its own, so that clause 4.1 of one and 4.1 of the other can have the same name. The
 * rows are read twice: once to number the names, once to make the table, whose parents are then those numbers. */
#define TOP (-1)

static const plim_clause *tree_2007(size_t *count)
{
#define ROW(name, parent, number, title, iso28000, iso14001, iso9001, verified) name,
	enum {
#include "model/clause_2007.inc"
		ROWS
	};
#undef ROW
#define ROW(name, parent, number, title, iso28000, iso14001, iso9001, verified)                                        \
	[name] = {number, title, parent, iso28000, iso14001, iso9001, verified},
	static const plim_clause tree[ROWS] = {
#include "model/clause_2007.inc"
	};
#undef ROW
	*count = ROWS;
	return tree;
}

static const plim_clause *tree_2022(size_t *count)
{
#define ROW(name, parent, number, title, iso28000, iso14001, iso9001, verified) name,
	enum {
#include "model/clause_2022.inc"
		ROWS
	};
#undef ROW
#define ROW(name, parent, number, title, iso28000, iso14001, iso9001, verified)                                        \
	[name] = {number, title, parent, iso28000, iso14001, iso9001, verified},
	static const plim_clause tree[ROWS] = {
#include "model/clause_2022.inc"
	};
#undef ROW
	*count = ROWS;
	return tree;
}

const plim_clause *plim_clause_tree(int edition, size_t *count)
{
	switch (edition) {
	case 2007: return tree_2007(count);
	case 2022: return tree_2022(count);
	default: *count = 0; return NULL;
	}
}

int32_t plim_clause_find(int edition, const char *number)
{
	size_t count;
	const plim_clause *tree = plim_clause_tree(edition, &count);
	for (size_t i = 0; i < count; i++)
		if (strcmp(tree[i].number, number) == 0)
			return (int32_t)i;
	return -1;
}
