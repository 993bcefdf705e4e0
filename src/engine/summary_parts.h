/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the summary: what its files share. */
#ifndef PLIM_ENGINE_SUMMARY_PARTS_H
#define PLIM_ENGINE_SUMMARY_PARTS_H

#include "engine/summary.h"

/** Adds replicates and worlds of a series, if the run is nested. PLIM_ERROR_MEMORY. */
plim_status plim_summary_merge_nested(plim_summary *into, const plim_summary *from, size_t series, plim_error *error);

/** One of several pieces of work on a summary, with another summary perhaps. */
typedef plim_status plim_summary_work(plim_summary *into, plim_summary *from, size_t piece, plim_error *error);

/** Does all `pieces`, by as many threads as `into` may have. The status of one that failed. */
plim_status plim_summary_each(plim_summary *into, plim_summary *from, size_t pieces, plim_summary_work *work,
                              plim_error *error);

#endif
