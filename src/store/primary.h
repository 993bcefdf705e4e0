/* SPDX-License-Identifier: Apache-2.0 */
/** The group /primary of a results file: the summary (histograms and exact sums), so that tables can be made anew. */
#ifndef PLIM_STORE_PRIMARY_H
#define PLIM_STORE_PRIMARY_H

#include "engine/summary.h"
#include "store/h5.h"

/* The tables of /primary, by what they hold. */
typedef enum plim_primary_part {
	PLIM_PRIMARY_HISTOGRAM,  /* buckets of the dense groups */
	PLIM_PRIMARY_BINS,       /* exact sums of the dense groups */
	PLIM_PRIMARY_SPARSE,     /* buckets and exact sums of the sparse groups ... */
	PLIM_PRIMARY_ALIKE,      /* ... but of those that have in a scenario what they have in an earlier one */
	PLIM_PRIMARY_TAIL,       /* tail sums of the dense groups */
	PLIM_PRIMARY_PLACE_TAIL, /* tail sums of the sparse groups */
	PLIM_PRIMARY_EVENTS,
	PLIM_PRIMARY_ABOVE, /* tolerance counters */
	PLIM_PRIMARY_WORST,
	PLIM_PRIMARY_DETAIL,     /* what the groups had of the worst trials */
	PLIM_PRIMARY_REPLICATES, /* the groups by replicate, and ... */
	PLIM_PRIMARY_WORLDS,     /* ... the total by world; both of a nested run only */
	PLIM_PRIMARY_PARTS
} plim_primary_part;

typedef struct plim_primary_table {
	const char *name, *title;
	const plim_h5_column *column;
	size_t columns;
} plim_primary_table;

const plim_primary_table *plim_primary_table_of(plim_primary_part part);

/** True if a summary has the part: only nested runs have replicates and worlds. */
static inline bool plim_primary_has(const plim_summary *summary, plim_primary_part part)
{
	return summary->nested || (part != PLIM_PRIMARY_REPLICATES && part != PLIM_PRIMARY_WORLDS);
}

/** Writes /primary. */
plim_status plim_primary_write(plim_h5 *h5, const plim_summary *summary);

/**
 * Reads /primary into a new summary, which borrows `layout`: the groups of the same model. PLIM_ERROR_IO when the file
 * has no primary data, has data of other groups, series or tolerances, or data that contradicts itself.
 */
plim_status plim_primary_read(plim_h5 *h5, const plim_groups *layout, size_t series, size_t tolerances,
                              plim_summary **summary);

/** The same from a results file by its path. */
plim_status plim_summary_read(const char *path, const plim_groups *layout, size_t series, size_t tolerances,
                              plim_summary **summary, plim_error *error);

#endif
