/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The typed model as canonical JSON, and its digest (the JSON itself: plim_model_to_json of plimsoll/model.h).
 *
 * One model has one text: keys sorted in byte order, lists whose members have an identity sorted by it, positional
 * lists (metalog pairs, empirical values, histogram edges, count tables, parts of a mixture) as given, defaults written
 * out, numbers in their shortest form that reads back as the same double, absent numbers null, infinite ones "inf" or
 * "-inf". An amount is what the model file gave, not what was solved from it, so the text does not depend on the CPU.
 * Order in the file, paths of files, and anything resolved from the rest (places of a selector, exposures) stay out.
 */
#ifndef PLIM_MODEL_CANONICAL_H
#define PLIM_MODEL_CANONICAL_H

#include "plimsoll/model.h"

/** Fills model->digest with the SHA-256 of the canonical JSON. The reader calls it last. PLIM_ERROR_MEMORY. */
plim_status plim_model_digest_compute(plim_model *model, plim_error *error);

#endif
