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

#include "model/json_writer.h"
#include "plimsoll/model.h"

/** Fills model->digest with the SHA-256 of the canonical JSON. The reader calls it last. PLIM_ERROR_MEMORY. */
plim_status plim_model_digest_compute(plim_model *model, plim_error *error);

/** The lists of records of a model, in the order of their names. */
enum {
	PLIM_LIST_ACTIONS,
	PLIM_LIST_ASSUMPTIONS,
	PLIM_LIST_CONTROLS,
	PLIM_LIST_INSURANCE,
	PLIM_LIST_INTENSITY,
	PLIM_LIST_LEGAL,
	PLIM_LIST_LINKS,
	PLIM_LIST_NODES,
	PLIM_LIST_SCENARIOS,
	PLIM_LIST_THREATS,
	PLIM_LIST_TRIPS,
	PLIM_MODEL_LISTS
};

typedef struct plim_model_list {
	const char *name;
	const void *record; /* `count` of them of `size` bytes, sorted by their names (plim_record_name) */
	size_t count, size;
	void (*write)(plim_writer *out, const void *record); /* one as an object */
	bool late;
} plim_model_list;

void plim_model_lists(const plim_model *model, plim_model_list list[static PLIM_MODEL_LISTS]);

/** The model without its lists of records, as one object. */
void plim_model_write_head(plim_writer *out);

#endif
