/* SPDX-License-Identifier: Apache-2.0 */
/** Finding rows of a results object fast, in whatever order its tables are, from one perspective at a time. */
#ifndef PLIM_REPORT_LOOKUP_H
#define PLIM_REPORT_LOOKUP_H

#include "plimsoll/results.h"

/** Rows of one table by scenario and group: those of key k are row[start[k]] to row[start[k + 1] - 1]. */
typedef struct plim_lookup_index {
	size_t *start, *row;
} plim_lookup_index;

typedef struct plim_lookup {
	const plim_results *results; /* not owned */
	plim_lookup_index percentile, tvar, moments;
	uint32_t *clause; /* the clause groups in the order of the tree, parents first */
	unsigned *depth;  /* of each in the tree, from 0 */
	size_t clauses;
	int32_t total;                /* index of the group of everything, -1 if there is none */
	plim_perspective perspective; /* whose rows are found; gross when built */
	uint32_t *threat;             /* of each scenario the threats' groups, largest mean first */
	size_t threats;               /* in each */
} plim_lookup;

/**
 * Builds the index of `results`, which must outlive it. PLIM_ERROR_IO when a row names a scenario or group that is not
 * there (a damaged file), PLIM_ERROR_MEMORY. Release with plim_lookup_clear.
 */
plim_status plim_lookup_build(plim_lookup *lookup, const plim_results *results, plim_error *error);
void plim_lookup_clear(plim_lookup *lookup);

/** The same index, whose rows are those of another perspective. */
plim_lookup plim_lookup_from(const plim_lookup *lookup, plim_perspective perspective);

/** What the firm bears in the end: net with insurance, else gross. */
plim_perspective plim_lookup_borne(const plim_lookup *lookup);

/** ", gross", ", ceded to insurers" or ", net of insurance"; "" where losses are gross only. Static. */
const char *plim_lookup_seen(const plim_lookup *lookup);

/** The row, or NULL. `p` is matched exactly. */
const plim_percentile_row *plim_lookup_percentile(const plim_lookup *lookup, uint32_t scenario, uint32_t group,
                                                  plim_measure measure, double p);
const plim_percentile_row *plim_lookup_tvar(const plim_lookup *lookup, uint32_t scenario, uint32_t group,
                                            plim_measure measure, double p);
const plim_moments_row *plim_lookup_moments(const plim_lookup *lookup, uint32_t scenario, uint32_t group,
                                            plim_measure measure);

/** Mean of a group's annual sum, NAN when there is none. */
double plim_lookup_mean(const plim_lookup *lookup, uint32_t scenario, uint32_t group);

/**
 * The groups of a kind in a scenario with a mean above 0, largest first (ties: in the order of the results).
 * *groups is to be released with plim_mem_free; *zero counts those without loss. False when memory is short.
 */
bool plim_lookup_ranked(const plim_lookup *lookup, uint32_t scenario, plim_group_kind kind, uint32_t **groups,
                        size_t *count, size_t *zero);

#endif
