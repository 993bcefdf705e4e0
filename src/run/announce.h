/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLIM_RUN_ANNOUNCE_H
#define PLIM_RUN_ANNOUNCE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/model.h"

/** One sentence or two for each thing of the model that this version does not compute or that narrows the figures.
 *  The caller owns *notes (release with plim_run_announce_free). PLIM_ERROR_MEMORY. */
plim_status plim_run_announce(const plim_model *model, char ***notes, size_t *count, plim_error *error);
void plim_run_announce_free(char **notes, size_t count);

#endif
