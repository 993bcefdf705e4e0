/* SPDX-License-Identifier: Apache-2.0 */
/** Reading a model again from the texts that a results file keeps: nothing is read from disk. */
#ifndef PLIM_MODEL_REREAD_H
#define PLIM_MODEL_REREAD_H

#include "model/model.h"
#include "plimsoll/results.h"

/**
 * Reads the model of `count` texts, of which the one named "" is the model and the others the files that it names.
 * A file that is not among them is missing, whatever lies on disk. The texts are copied. The caller owns *model.
 * PLIM_ERROR_MODEL when the texts hold no model (or one that this version refuses), PLIM_ERROR_MEMORY.
 */
plim_status plim_model_reread(const plim_model_text *text, size_t count, plim_model **model, plim_error *error);

#endif
