/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The processes ("ranks") of one run. Built with MPI there may be many, on many hosts; without there is one, and every
 * call below returns at once. Nothing else in the program knows of MPI.
 *
 * "Collective" means that every rank must come to the call, in the same order: one that fails comes too, with its
 * failure, so that none is left waiting. All calls are made by one thread at a time. A NULL comm is a process alone.
 */
#ifndef PLIM_RUN_COMM_H
#define PLIM_RUN_COMM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

typedef struct plim_comm plim_comm;

/** Starts the communication of this process if it was started as one of several; otherwise *comm is NULL.
 *  PLIM_ERROR_INTERNAL, PLIM_ERROR_MEMORY; PLIM_ERROR_USAGE when
 *  it was, and is built without MPI. */
plim_status plim_comm_begin(int *argc, char ***argv, plim_comm **comm, plim_error *error);

/** Ends it: collective. */
void plim_comm_end(plim_comm **comm);

uint32_t plim_comm_rank(const plim_comm *comm);
uint32_t plim_comm_size(const plim_comm *comm);

/**
 * Collective: the same status and error for all. PLIM_OK only if all have it; a failure goes before
 * PLIM_ERROR_INTERRUPTED, and the lowest rank's before that of others.
 */
plim_status plim_comm_agree(plim_comm *comm, plim_status status, plim_error *error);

/** Collective: rank 0's bytes for all; `length` is the same everywhere. */
void plim_comm_share(plim_comm *comm, void *bytes, size_t length);

/**
 * Not collective, to be called now and then while blocks run: tells rank 0 how many blocks this rank has done and, if
 * `stop`, all ranks that they should stop. Returns, on rank 0, how many all have done as far as is known (elsewhere
 * `done`); sets *stop when another rank asked for it.
 */
uint64_t plim_comm_report(plim_comm *comm, uint64_t done, bool *stop);

/** Collective, once blocks run no more: ends what plim_comm_report began. The sum of `done` over all ranks, for all. */
uint64_t plim_comm_settle(plim_comm *comm, uint64_t done);

#endif
