/* SPDX-License-Identifier: Apache-2.0 */
/** Tail probabilities of a sum of many independent equal values, from their cumulant generating function. */
#ifndef PLIM_STATS_SADDLEPOINT_H
#define PLIM_STATS_SADDLEPOINT_H

#include <stdbool.h>

/** K(s) = ln E[exp(s X)] of one value and its first derivative, with `second` also the second one; false where K is
 * infinite. */
typedef bool (*plim_cgf)(const void *context, double s, bool second, double k[static 3]);

/**
 * P(sum of n values <= x) and P(sum >= x) for X >= 0, whole numbers if `lattice`, by the saddlepoint formula of
 * Lugannani and Rice (Advances in Applied Probability 12 (1980); lattice form: Daniels, International Statistical
 * Review 55 (1987)). The relative error is of the order of 1/n far into either tail, and a few per cent even where a
 * handful of events is expected. `scale` is a typical size of X.
 */
void plim_saddlepoint_tails(plim_cgf cgf, const void *context, double n, double x, double scale, bool lattice,
                            double *below, double *above);

#endif
