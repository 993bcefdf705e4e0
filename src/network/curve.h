/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Outage-loss curves: what one outage at a place loses, as an exact piecewise linear function of its length D.
 *
 * A curve is made by the network solver itself, once for each place, share and scenario; afterwards a lone outage costs
 * a look-up. Curves may jump and fall: where two gaps join, the clock of substitution goes on.
 */
#ifndef PLIM_NETWORK_CURVE_H
#define PLIM_NETWORK_CURVE_H

#include "network/propagate.h"

/** From `from` days on: value + slope * (D - from). At a jump the value is that of the right side. */
typedef struct plim_curve_line {
	double from, value, slope;
} plim_curve_line;

/** A run of lines in plim_outage_curve.line, sorted by `from`; before the first it is 0. */
typedef struct plim_curve {
	uint32_t first, count;
} plim_curve;

/** What one node loses. */
typedef struct plim_curve_bearer {
	uint32_t node;
	double onset; /* shorter outages cost it nothing */
	plim_curve loss, substitution;
} plim_curve_bearer;

/** Its arrays lie behind it, in the same piece of memory. */
typedef struct plim_outage_curve {
	plim_curve_line *line;
	size_t lines;
	plim_curve_bearer *bearer; /* nodes that can lose anything, sorted by onset, then by index */
	size_t bearers;
	plim_curve loss, substitution; /* over all bearers */
	plim_curve recovery;           /* days from the start until all has recovered */
	double time_to_survive;        /* the longest D that loses no margin; INFINITY if none does */
} plim_outage_curve;

/**
 * Builds the curve of outages like `outage` (start and days have no meaning here) under `overlay` (NULL: the graph's
 * own buffers). Enlarges the solver if it must. PLIM_ERROR_MEMORY; PLIM_ERROR_MODEL if the curve has more than
 * PLIM_CURVE_PIECES pieces. The caller owns *curve; release with plim_outage_curve_free.
 */
#define PLIM_CURVE_PIECES 4000000
plim_status plim_outage_curve_build(plim_network_solver *solver, const plim_overlay *overlay, plim_outage outage,
                                    plim_outage_curve **curve, plim_error *error);

/**
 * The same for those who ask for no D beyond `longest` (INFINITY: for any): up to there it gives the same bits, beyond
 * it nothing of the curve means anything, nor does time_to_survive if it lies there.
 */
plim_status plim_outage_curve_build_to(plim_network_solver *solver, const plim_overlay *overlay, plim_outage outage,
                                       double longest, plim_outage_curve **curve, plim_error *error);
void plim_outage_curve_free(plim_outage_curve **curve);

/** An empty curve with room for so many bearers and lines; NULL: no memory. */
plim_outage_curve *plim_outage_curve_new(size_t bearers, size_t lines);

/** Lines that begin up to here count at D = days: moments that tie in the solver tie in a look-up too. */
static inline double plim_curve_bound(double days)
{
	return days * (1 + 2 * PLIM_MOMENT_TIE);
}

/** The value of one of a curve's functions at D = days; 0 for days <= 0. */
double plim_curve_at(const plim_outage_curve *curve, plim_curve function, double days);

/** Asks for the memory that a look-up in a curve of few pieces needs. */
static inline void plim_outage_curve_prefetch(const plim_outage_curve *curve)
{
	for (int line = 0; line < 4; line++)
		__builtin_prefetch((const char *)curve + 64 * line);
}

/** Adds all that bears on results to a digest. */
void plim_outage_curve_digest(const plim_outage_curve *curve, plim_digest *digest);

/** Bytes held. */
size_t plim_outage_curve_bytes(const plim_outage_curve *curve);

#endif
