/* SPDX-License-Identifier: Apache-2.0 */
/** The model that results were made from. */
#ifndef PLIM_DECIDE_MODEL_OF_H
#define PLIM_DECIDE_MODEL_OF_H

#include "model/model.h"
#include "plimsoll/results.h"

/**
 * Reads the model out of results and proves that it is the one whose digest they name. The caller owns *model.
 * PLIM_ERROR_IO when the text is missing or is another model (written by a version that reads it differently);
 * PLIM_ERROR_MODEL, PLIM_ERROR_MEMORY.
 */
plim_status plim_model_of_results(const plim_results *results, plim_model **model, plim_error *error);

#endif
