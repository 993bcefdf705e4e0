/* SPDX-License-Identifier: Apache-2.0 */
/** Where the quantile function of an amount is not smooth: jumps, kinks and atoms, for the tables. */
#ifndef PLIM_DIST_AMOUNT_BREAKS_H
#define PLIM_DIST_AMOUNT_BREAKS_H

#include "dist/amount.h"

/** One break: at probability p (q = 1 - p; the smaller of the two is the accurate one). */
typedef struct plim_amount_break {
	long double p, q;
	bool jump;    /* the quantile function jumps here, or an atom begins or ends; else only a derivative may */
	bool atom;    /* from here to the next break the quantile is `value` */
	double value; /* of the atom */
} plim_amount_break;

/**
 * Breaks of a built amount in ascending p: those with 0 < p < 1, and p = 0 when the law begins with an atom.
 * They are the ends and kinks of its parts (the mode of a triangle, edges, atoms, the point of a splice, gaps in
 * the support) and, for a law of both signs, the probability of its sign's change, near which relative accuracy needs
 * a grid of its own. The caller owns *breaks (plim_mem_free). PLIM_ERROR_MEMORY.
 */
plim_status plim_amount_breaks(const plim_amount *amount, plim_amount_break **breaks, size_t *count, plim_error *error);

/** True if cdf and quantile come from + - * / and sqrt alone, so that their last bits are the same on every CPU. */
bool plim_amount_is_algebraic(const plim_amount *amount);

#endif
