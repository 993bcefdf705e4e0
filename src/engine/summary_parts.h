/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the summary: what its files share. */
#ifndef PLIM_ENGINE_SUMMARY_PARTS_H
#define PLIM_ENGINE_SUMMARY_PARTS_H

#include "engine/summary.h"

/** Adds replicates and worlds of a series, if the run is nested. PLIM_ERROR_MEMORY. */
plim_status plim_summary_merge_nested(plim_summary *into, const plim_summary *from, size_t series, plim_error *error);

#endif
