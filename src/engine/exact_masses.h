/* SPDX-License-Identifier: Apache-2.0 */
/** The law of one amount on a lattice. */
#ifndef PLIM_ENGINE_EXACT_MASSES_H
#define PLIM_ENGINE_EXACT_MASSES_H

#include <stddef.h>

#include "dist/amount.h"

/**
 * Probabilities of X >= 0 rounded down to (`down`) and up to (`up`) each of the points 0, unit .. unit x (size - 1);
 * `size` is a power of two. What lies beyond the last point is left out.
 *
 * Away from atoms and from the ends of its pieces a distribution function is smooth, so that most of its values come
 * from a polynomial through a few (Newton's, at thirteen points near Chebyshev's), wherever that is right at three
 * others: to 2^-46 of the stretch's largest value, or to 2^-80.
 */
void plim_exact_masses(const plim_amount *amount, double unit, size_t size, double *down, double *up);

#endif
