/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A user's own correspondence of clauses with another standard: a CSV table with the columns `number` (a clause of ISO
 * 28000) and `corresponds_to` (free text), both needed, and `verified` (how well the entry is known).
 */
#ifndef PLIM_MODEL_CORRESPONDENCE_H
#define PLIM_MODEL_CORRESPONDENCE_H

#include <stddef.h>

#include "model/arena.h"
#include "plimsoll/status.h"

typedef struct plim_correspondence_row {
	const char *number, *to, *verified; /* "" when not given */
} plim_correspondence_row;

/** Start from {0}; release with plim_correspondence_clear. */
typedef struct plim_correspondence {
	plim_correspondence_row *row; /* in the order of the file */
	size_t rows;
	plim_arena arena; /* owns them */
} plim_correspondence;

/**
 * Reads the table; clauses must be of `edition` (2007 or 2022), each named once. PLIM_ERROR_IO when the file cannot be
 * read, PLIM_ERROR_MODEL with the place of the first error, PLIM_ERROR_MEMORY.
 */
plim_status plim_correspondence_load(const char *path, int edition, plim_correspondence *out, plim_error *error);

void plim_correspondence_clear(plim_correspondence *correspondence);

/** The row of a clause, NULL if there is none. */
const plim_correspondence_row *plim_correspondence_find(const plim_correspondence *correspondence, const char *number);

#endif
