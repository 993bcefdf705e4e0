/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Sobol' indices of a function of independent inputs, each uniform on (0, 1): which share of its variance each input
 * makes alone (first-order), and together with the others (total).
 *
 * A design lists the points at which the caller evaluates the function, in `replicates` independent parts: stretches of
 * GSL's Sobol' sequence, each shifted at random modulo 1 (Cranley and Patterson, SIAM J. Numer. Anal. 13 (1976)).
 * Beyond ten inputs, further groups of ten take the same sequence with its points shuffled in each part (Latin
 * supercube sampling: Owen, ACM Trans. Model. Comput. Simul. 8 (1998)): projections of high dimensions of so few points
 * are poor. The spread of the replicates tells the error. First-order: Saltelli et al., Comput. Phys. Commun. 181
 * (2010), table 2 (b); total: Jansen, Comput. Phys. Commun. 117 (1999). Intervals: jackknife over the replicates.
 */
#ifndef PLIM_STATS_SOBOL_INDEX_H
#define PLIM_STATS_SOBOL_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"
#include "stats/percentile.h"

#define PLIM_SOBOL_MOST_INPUTS 1000

/** Start from {0}; release with plim_sobol_design_clear. */
typedef struct plim_sobol_design {
	size_t inputs;
	uint64_t points; /* base points of a replicate */
	size_t replicates;
	double *base; /* [replicate][point][2 x inputs]: matrices A and B side by side */
} plim_sobol_design;

/** PLIM_ERROR_USAGE for more inputs than PLIM_SOBOL_MOST_INPUTS, PLIM_ERROR_MEMORY. At least 2 replicates, 1 input. */
plim_status plim_sobol_design_make(size_t inputs, uint64_t points, size_t replicates, uint64_t seed,
                                   plim_sobol_design *design, plim_error *error);
void plim_sobol_design_clear(plim_sobol_design *design);

/** Rows: for each replicate, for each of its base points: A, B, then A with input i from B for each i. */
uint64_t plim_sobol_rows(const plim_sobol_design *design);
size_t plim_sobol_replicate(const plim_sobol_design *design, uint64_t row);
void plim_sobol_row(const plim_sobol_design *design, uint64_t row, double *u);

typedef struct plim_sobol_index {
	plim_estimate first, total;
	plim_estimate rank; /* Spearman's rank correlation of input and function over A and B */
} plim_sobol_index;

/** From y[row] the index of each input; all 0 for a function that is constant. PLIM_ERROR_MEMORY. */
plim_status plim_sobol_indices(const plim_sobol_design *design, const double *y, plim_sobol_index *out,
                               plim_error *error);

/** The jackknife interval of a figure known for all data and with each of n replicates left out: t with n - 1 degrees
 *  of freedom. */
plim_estimate plim_jackknife(double value, const double *without, size_t n);

#endif
