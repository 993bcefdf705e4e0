/* SPDX-License-Identifier: Apache-2.0 */
/* Blocks of a model, added up as a run adds them up. */
#ifndef PLIM_TESTS_SUMMARY_CASE_H
#define PLIM_TESTS_SUMMARY_CASE_H

#include "engine/block.h"

/** The plan of a model's text; the caller releases both. */
plim_plan *summary_case_plan(const char *text, plim_model **model);

/** Blocks 0 and 1, whose places are added up before the end, and a part of block 2 in a summary of its own. */
plim_summary *summary_case_run(const plim_plan *plan);

/** Of a finished summary. */
void summary_case_digest(const plim_summary *summary, uint8_t out[static PLIM_DIGEST_SIZE]);

#endif
