/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What changed from one model to another, by name: records that came or went, and keys whose values differ.
 *
 * Both models are compared in their canonical form, so that order in the file, spelling of numbers and defaults written
 * out make no difference; record by record, so that large models need no second copy of themselves.
 */
#ifndef PLIM_MODEL_DIFF_H
#define PLIM_MODEL_DIFF_H

#include "model/canonical.h"
#include "model/model.h"

typedef enum plim_change_kind { PLIM_CHANGE_ADDED, PLIM_CHANGE_REMOVED, PLIM_CHANGE_CHANGED } plim_change_kind;

/** "added", "removed", "changed": static. */
const char *plim_change_name(plim_change_kind kind);

/** One change. Texts are owned. */
typedef struct plim_change {
	int list;   /* PLIM_LIST_...; PLIM_MODEL_LISTS: the model itself */
	char *name; /* of the record; "" for the model itself */
	plim_change_kind kind;
	char *key;            /* "frequency.mean"; "" for a record that came or went */
	char *before, *after; /* values in words, at most some hundred bytes; "" for a record that came or went */
} plim_change;

/** Start from {0}; release with plim_diff_clear. */
typedef struct plim_diff {
	plim_change *change; /* the model itself first, then lists and records by name */
	size_t count, capacity;
} plim_diff;

/** PLIM_ERROR_MEMORY. */
plim_status plim_diff_build(const plim_model *before, const plim_model *after, plim_diff *diff, plim_error *error);
void plim_diff_clear(plim_diff *diff);

/** The name of a change's list: "threats"; "model" for the model itself. Static. */
const char *plim_change_list(const plim_change *change);

#endif
