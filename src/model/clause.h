/* SPDX-License-Identifier: Apache-2.0 */
/** The clause trees of ISO 28000, editions 2007 and 2022, with their correspondence; embedded in the program. */
#ifndef PLIM_MODEL_CLAUSE_H
#define PLIM_MODEL_CLAUSE_H

#include <stddef.h>
#include <stdint.h>

typedef struct plim_clause {
	const char *number; /* "4.4.6"; text, for 4.10 is not 4.1 */
	const char *title;
	int32_t parent; /* index in the same tree, -1 at the top */
	const char *maps_to_28000_2022, *maps_to_14001_2004, *maps_to_9001_2000; /* "" when there is none */
	const char *verified; /* how well the row is known: the mark V, P, M or A and its note, as in the reference table */
} plim_clause;

/** The tree of an edition (2007 or 2022), parents before children, in the standard's order; *count its length.
 *  NULL for any other edition. Static. */
const plim_clause *plim_clause_tree(int edition, size_t *count);

/** Index of a clause by number, -1 if the edition has none. */
int32_t plim_clause_find(int edition, const char *number);

#endif
