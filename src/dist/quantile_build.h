/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the files that build quantile tables; nothing outside src/dist includes this. */
#ifndef PLIM_DIST_QUANTILE_BUILD_H
#define PLIM_DIST_QUANTILE_BUILD_H

#include <stdbool.h>

#include "dist/amount.h"
#include "dist/quantile_layout.h"

/* The finest BITS grid: 2^9 segments an octave. */
#define QUANTILE_SPREAD_MAX 9

typedef struct quantile_builder {
	plim_amount law;  /* a shallow copy of the amount without its cap, which the clamp supplies: no kink to resolve */
	double low, high; /* the clamp */
	double ceiling;   /* knots are cut here, far above a cap, so that a wild tail that is never seen stays finite */
	double floor;     /* errors are relative to max(|x|, floor) */
	bool algebraic;   /* no libm in the law: knots need no rounding */
	bool failed;      /* a knot was not finite */
	plim_quantile_segment *segments;
	size_t count;
	size_t capacity;
} quantile_builder;

/* A range of x to be covered, and what is known about it. */
typedef struct quantile_range {
	uint64_t first;
	uint64_t length;
	long double inset_first; /* knots keep this far (in x) from the ends: what rounding may have moved a jump, */
	long double inset_last;  /* or 0 where the law goes on smoothly */
	bool constant;
	double value;
} quantile_range;

/* Fits one piece to a range, appending its segments. PLIM_ERROR_MODEL if no grid meets the bound. */
plim_status quantile_fit_piece(quantile_builder *builder, const quantile_range *range, plim_quantile_piece *piece,
                               plim_error *error);

/* Cubic through four values at four places in [0, 1]; + - * / only. */
void quantile_cubic_fit(const double t[static 4], const double y[static 4], plim_quantile_segment *segment);

/* The empirical law as sorted values and starts: exact, no interpolation. */
plim_status quantile_build_discrete(const plim_amount *amount, struct plim_quantile_table *table, plim_error *error);

/* The first x whose uniform lies above probability p (q = 1 - p): rounded in the smaller of the two tails. */
uint64_t quantile_start_of(long double p, long double q, bool rounded);

/* Fills table->guide from table->starts and table->count. */
plim_status quantile_build_guide(struct plim_quantile_table *table, plim_error *error);

#endif
