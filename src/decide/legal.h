/* SPDX-License-Identifier: Apache-2.0 */
/** What breaking a legal requirement is expected to cost. */
#ifndef PLIM_DECIDE_LEGAL_H
#define PLIM_DECIDE_LEGAL_H

#include "model/model.h"

/**
 * Expected fines in a trial, gross: the exact means of the loss component `fines` over the requirement's threats, with
 * the controls of a scenario (its id) in force. `legal` NULL: over the threats of the whole register, each once though
 * several requirements may name it. NAN where the mean of one of them is not known without simulation.
 * PLIM_ERROR_IO when the model has no such scenario, PLIM_ERROR_MEMORY.
 */
plim_status plim_legal_fines(const plim_model *model, const char *scenario, const plim_legal *legal, double *fines,
                             plim_error *error);

#endif
