/* SPDX-License-Identifier: Apache-2.0 */
/** What groups had in the trials of each size of total, read out of a summary once for their parts of several TVaRs. */
#ifndef PLIM_ENGINE_TAIL_PARTS_H
#define PLIM_ENGINE_TAIL_PARTS_H

#include "engine/summary.h"

typedef struct plim_tail_value {
	uint32_t group, bin; /* of the total: plim_tally_bin_of */
	double value;        /* what the group had in the trials of that bin, > 0 */
} plim_tail_value;

/* Start from {0}. */
typedef struct plim_tail_parts {
	plim_tail_value *value; /* within a group by bin ascending */
	size_t count, capacity;
} plim_tail_parts;

/** Reads a finished summary's series; release with plim_tail_parts_clear. PLIM_ERROR_MEMORY. */
plim_status plim_tail_parts_read(plim_tail_parts *parts, const plim_summary *summary, size_t series, plim_error *error);
void plim_tail_parts_clear(plim_tail_parts *parts);

/** part[group] = each group's part of a TVaR, with weights from plim_tail_weights: the sum over bins of weight x value.
 */
void plim_tail_parts_weigh(const plim_tail_parts *parts, const double weight[static PLIM_BIN_ALL], double *part,
                           size_t groups);

#endif
