/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Nested runs: W worlds of m trials each. A world is one draw of all unknowns; inside it the trials are the chance
 * part. Trial t belongs to world t / m, world w to replicate w mod PLIM_REPLICATES. An unknown's value in world w
 * depends on seed, identity and w alone. What changes from year to year (common intensities, whether a control is in
 * working order) is drawn in every trial as ever.
 */
#ifndef PLIM_ENGINE_NESTED_H
#define PLIM_ENGINE_NESTED_H

#include "engine/workspace.h"
#include "stats/replicates.h"

#define PLIM_NESTED_MOST_WORLDS 1000000

/**
 * Makes the runs of a plan nested: `worlds` of trials / worlds each; 0 or 1 leaves it as it is. Before any summary or
 * workspace is made. PLIM_ERROR_USAGE when the worlds are fewer than PLIM_REPLICATES or too many, or do not divide the
 * trials into at least two each.
 */
plim_status plim_plan_nest(plim_plan *plan, uint64_t trials, uint64_t worlds, plim_error *error);

/** Trials of each replicate among trials first .. first + count - 1. */
void plim_nested_trials(const plim_groups *layout, uint64_t first, uint64_t count,
                        uint64_t trials[static PLIM_REPLICATES]);

/** The value of an unknown in a world, at a place if it is one of each place; *uniform is its probability. */
double plim_nested_unknown(const plim_plan *plan, uint64_t seed, const plim_plan_unknown *unknown,
                           uint64_t place_identity, uint64_t world, double *uniform);

/** Notes which worlds the trials of the block at hand belong to. Call it first in every block. */
void plim_nested_begin(plim_workspace *ws);

/** Adds a group's values in the block, in `count` trials (those of `trial`, or the first for NULL), to its replicates,
 *  and those of the total to its worlds. Does nothing when the run is not nested. On lack of memory sets ws->status. */
void plim_nested_add(plim_workspace *ws, plim_summary *summary, size_t series, uint32_t group, const plim_vectors *v,
                     const uint32_t *trial, size_t count);

/** All rows of a series, by measure, sorted. Start from {0}. */
typedef struct plim_nested_rows {
	plim_tally_row *replicate[PLIM_MEASURES], *world[PLIM_MEASURES];
	size_t replicates[PLIM_MEASURES], worlds[PLIM_MEASURES];
} plim_nested_rows;

/** PLIM_ERROR_MEMORY. Release with plim_nested_rows_clear, in any case. */
plim_status plim_nested_rows_get(const plim_summary *summary, size_t series, plim_nested_rows *rows, plim_error *error);
void plim_nested_rows_clear(plim_nested_rows *rows);

/** One group in all replicates; borrows the rows. */
plim_replicates plim_nested_group(const plim_nested_rows *rows, int measure, uint32_t group,
                                  const uint64_t trials[static PLIM_REPLICATES]);

#endif
