/* SPDX-License-Identifier: Apache-2.0 */
/** One block of trials, from draws to the summary. */
#ifndef PLIM_ENGINE_BLOCK_H
#define PLIM_ENGINE_BLOCK_H

#include "engine/workspace.h"

/**
 * Runs block `block` (trials block x PLIM_BLOCK_TRIALS on) and adds its first `trials` trials to the summary. The whole block is drawn
 * whatever `trials` is, so that N trials are the first N of more.
 * `ylt[series]` is where the totals of this block's trials go (room for `trials`), or ylt is NULL.
 * PLIM_ERROR_MEMORY is the only failure; the summary is then not usable any more.
 */
plim_status plim_block_run(plim_workspace *ws, uint64_t block, uint32_t trials, plim_summary *summary,
						   double *const *ylt, plim_block_record *record, plim_error *error);

/**
 * A lean block: what threats cost in the first `trials` trials, as the firm bears it, and no summary. `wanted` says in which
 * scenarios each is wanted: [threat of the plan][scenario]. A workspace runs either lean blocks or whole ones, never
 * both. PLIM_ERROR_MEMORY.
 */
plim_status plim_block_losses(plim_workspace *ws, uint64_t block, uint32_t trials, const bool *wanted,
                              plim_error *error);

/** The losses of one scenario of that block: an entry for each threat (by its group) and trial of a loss; valid until
 *  the next block. */
const plim_entry_list *plim_block_losses_of(const plim_workspace *ws, size_t scenario);

/**
 * The digest of a block, one series after the other from digest 0: the totals' bits are mixed in one by one, so any program
 * can recompute it from the year-loss tables.
 */
uint64_t plim_block_digest(uint64_t digest, const double *totals, size_t count);

#endif
