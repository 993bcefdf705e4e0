/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The working folder of a run: an immutable shard for each range of blocks that was committed. Nothing in it is ever
 * written again; a shard that turns out damaged gets another name and its blocks are run again.
 */
#ifndef PLIM_RUN_WORK_H
#define PLIM_RUN_WORK_H

#include "run/collect.h"

typedef struct plim_work {
	const char *folder; /* borrowed */
	int lock;           /* descriptor of the file that keeps other runs out, -1 when there is none yet */
} plim_work;

/* A shard of the folder by its name. */
typedef struct plim_work_shard {
	char *path; /* owned */
	plim_span span;
} plim_work_shard;

typedef struct plim_work_list {
	plim_work_shard *item; /* by first block */
	size_t count, capacity;
} plim_work_list;

/** Makes the folder if it is not there, and keeps other runs out of it until plim_work_close. PLIM_ERROR_IO. */
plim_status plim_work_open(plim_work *work, plim_error *error);
void plim_work_close(plim_work *work);

/** The shards in the folder (none if there is no folder); what a killed process left half-written is removed if
 * `clean`. */
plim_status plim_work_read(const plim_work *work, bool clean, plim_work_list *list, plim_error *error);
void plim_work_list_clear(plim_work_list *list);

/**
 * Commits blocks as a shard: complete or absent. `parts` are those of the run, `summary` is that of the blocks `span`,
 * whose records and year-loss tables stand in parts. PLIM_ERROR_IO, PLIM_ERROR_MEMORY.
 */
plim_status plim_work_commit(const plim_work *work, const plim_run_parts *parts, plim_span span, plim_summary *summary,
                             plim_error *error);

/** Gives a damaged shard another name, so that its blocks can be run and committed again. */
plim_status plim_work_set_aside(const char *path, plim_error *error);

#endif
