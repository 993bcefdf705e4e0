/* SPDX-License-Identifier: Apache-2.0 */
/** The blocks of a run: those that were committed before are read, the others are run by all ranks, and committed. */
#ifndef PLIM_RUN_SESSION_H
#define PLIM_RUN_SESSION_H

#include "run/collect.h"

/**
 * Fills parts->summary, record and ylt for parts->range; the caller has set the rest, and releases it with
 * plim_collect_end. Collective over parts->options->comm: the same status everywhere, the blocks on rank 0 alone.
 * PLIM_ERROR_INTERRUPTED when a stop was asked for (with a working folder, what was done is committed), PLIM_ERROR_IO,
 * PLIM_ERROR_SHARDS, PLIM_ERROR_MEMORY.
 */
plim_status plim_session_run(plim_run_parts *parts, bool ylt, plim_error *error);

#endif
