/* SPDX-License-Identifier: Apache-2.0 */
/** What a batch has to run: rows of a CSV list, or the models of a folder. */
#ifndef PLIM_CLI_BATCH_LIST_H
#define PLIM_CLI_BATCH_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "plimsoll/run.h"
#include "plimsoll/status.h"

typedef struct plim_batch_item {
	char *model, *output; /* paths */
	char *scenario;       /* NULL: all */
	uint64_t trials, seed;
	int ylt;
} plim_batch_item;

typedef struct plim_batch_list {
	plim_batch_item *item;
	size_t count, capacity;
} plim_batch_list;

/**
 * Reads `path`: a CSV with the columns model (needed), output, trials, seed, scenario, ylt, or a folder, of which every
 * *.yaml, *.yml and *.json is a model. Paths of models are relative to the list's folder; results go to `folder`, under
 * the model's name (and the scenario's) unless `output` says otherwise. Blank cells take what `defaults` has. Errors
 * are shown on stderr, all in one pass; PLIM_ERROR_MODEL then.
 */
plim_status plim_batch_list_read(const char *path, const char *folder, const plim_run_options *defaults,
                                 plim_batch_list *list, plim_error *error);
void plim_batch_list_clear(plim_batch_list *list);

#endif
