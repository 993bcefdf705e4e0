/* SPDX-License-Identifier: Apache-2.0 */
/** Canonical JSON of what is managed beside the figures: policy, assumptions, actions, the legal register, duties. */
#ifndef PLIM_MODEL_CANONICAL_MANAGE_H
#define PLIM_MODEL_CANONICAL_MANAGE_H

#include "model/json_writer.h"
#include "model/model.h"

/** One record. */
void plim_write_assumption(plim_writer *out, const void *record);
void plim_write_action(plim_writer *out, const void *record);
void plim_write_legal(plim_writer *out, const void *record);

/** `policy`. */
void plim_field_policy(plim_writer *out, const plim_model *model);

/** `roles` and `staff_days`, each only where it says something: models without keep their digest. */
void plim_field_duties(plim_writer *out, const plim_control *control);

/** What was decided about a threat, if anything was: models without keep their digest. */
void plim_field_treatment(plim_writer *out, const plim_treatment *treatment);

#endif
