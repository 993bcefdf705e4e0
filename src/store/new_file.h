/* SPDX-License-Identifier: Apache-2.0 */
/** A file that appears complete or not at all: written beside its place, flushed to disk, then renamed. */
#ifndef PLIM_STORE_NEW_FILE_H
#define PLIM_STORE_NEW_FILE_H

#include <stdbool.h>

#include "plimsoll/status.h"

typedef struct plim_new_file {
	const char *path; /* borrowed */
	char *temporary;  /* path.tmp-PID[-N]: write here */
	bool force;       /* may replace what stands at `path` */
} plim_new_file;

/** Creates the empty temporary file. PLIM_ERROR_IO if `path` exists and `force` is false. */
plim_status plim_new_file_begin(const char *path, bool force, plim_new_file *file, plim_error *error);

/**
 * Flushes the temporary file, which the caller has closed, and gives it its name; then flushes the folder. Without
 * `force` it never replaces a file, not even one that came into being meanwhile.
 */
plim_status plim_new_file_commit(plim_new_file *file, plim_error *error);

/**
 * After a failed write through a library whose own reason may be one of its internals: asks the system by writing a little more to the
 * temporary file, and if that fails (the disk is full, say) puts the system's reason into *error.
 */
void plim_new_file_explain(const plim_new_file *file, plim_error *error);

/** Removes the temporary file if it is still there, and releases the record. */
void plim_new_file_end(plim_new_file *file);

#endif
