/* SPDX-License-Identifier: Apache-2.0 */
/** Canonical JSON of amounts and unknowns. */
#ifndef PLIM_MODEL_CANONICAL_LAW_H
#define PLIM_MODEL_CANONICAL_LAW_H

#include "model/json_writer.h"
#include "model/model.h"

/** An amount as an object: its family and what was given for it, with the defaults written out. */
void plim_value_amount(plim_writer *out, const plim_amount *amount);

/** A plain number is a number; an unknown is its law, never the mean computed from it. */
void plim_field_unknown(plim_writer *out, const char *name, const plim_number *number);

#endif
