/* SPDX-License-Identifier: Apache-2.0 */
/** The size of a run, before it begins. */
#ifndef PLIM_RUN_ESTIMATE_H
#define PLIM_RUN_ESTIMATE_H

#include <stdbool.h>

#include "engine/plan.h"
#include "plimsoll/run.h"
#include "run/blocks.h"

/** Fills *estimate for the blocks of `range`. The memory is an estimate from above: what losses touch depends on how much
 *  they differ (plim_summary_bytes). */
void plim_run_estimate_of(const plim_plan *plan, const plim_run_options *options, const plim_block_range *range,
                          bool keeps_ylt, plim_run_estimate *estimate);

#endif
