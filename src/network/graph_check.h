/* SPDX-License-Identifier: Apache-2.0 */
/* What a graph must satisfy, and what its author should be warned of. Used by graph.c alone. */
#ifndef PLIM_NETWORK_GRAPH_CHECK_H
#define PLIM_NETWORK_GRAPH_CHECK_H

#include "network/graph.h"

/** A value of an optional column. */
static inline double plim_graph_column(const double *column, size_t at, double absent)
{
	return column ? column[at] : absent;
}

/** Adds a finding; PLIM_ERROR_MEMORY. */
plim_status plim_graph_finding_add(plim_graph_findings *findings, plim_graph_finding finding);

/** Numbers in range and indices that exist. */
plim_status plim_graph_check_input(const plim_graph_input *input, plim_graph_findings *findings);

/** Groups whose links agree and whose shares sum to 1; `members` are the graph's links sorted by group,
 *  `member_start` (groups + 1) where each group begins. */
plim_status plim_graph_check_groups(const plim_graph_input *input, const plim_graph *graph, const uint32_t *members,
                                    const uint32_t *member_start, plim_graph_findings *findings);

/** The warnings, in order of kind and node. */
plim_status plim_graph_check_sense(const plim_graph *graph, plim_graph_findings *findings);

#endif
