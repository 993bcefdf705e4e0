/* SPDX-License-Identifier: Apache-2.0 */
/** Reading a model file: text -> constant, checked model. */
#ifndef PLIMSOLL_MODEL_H
#define PLIMSOLL_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

#ifdef __cplusplus
extern "C" {
#endif

/** A model, constant once loaded; may be shared by threads. */
typedef struct plim_model plim_model;

/** One finding about a model: an error, or a warning or note that does not stop a run. */
typedef enum plim_finding_level { PLIM_FINDING_ERROR, PLIM_FINDING_WARNING, PLIM_FINDING_NOTE } plim_finding_level;

typedef struct plim_finding {
	plim_finding_level level;
	char *file; /* "" when it concerns no file */
	int line, col; /* from 1; 0 when unknown */
	char *text;    /* what is wrong and what to do, one or two sentences */
	char *excerpt; /* the line of the file, "" when there is none; the caret belongs under column `col` */
} plim_finding;

/** A list of findings, in order of file and line. Start from {0}; release with plim_findings_clear. */
typedef struct plim_findings {
	plim_finding *item;
	size_t count, capacity;
	size_t errors; /* errors met, also those beyond the first 100, which are not kept */
} plim_findings;

void plim_findings_clear(plim_findings *findings);

/**
 * Reads and checks a model file and the CSV tables it names.
 * All errors of the file (the first 100) are added to *findings, with warnings and notes.
 * On PLIM_OK the caller owns *model (release with plim_model_free). PLIM_ERROR_MODEL: *error sums the findings up;
 * PLIM_ERROR_IO: the file cannot be read; PLIM_ERROR_MEMORY.
 */
plim_status plim_model_load(const char *path, plim_model **model, plim_findings *findings, plim_error *error);

/** The same from memory: `text` of `length` bytes, `folder` for the CSV paths (NULL: the current one). */
plim_status plim_model_parse(const char *text, size_t length, const char *folder, plim_model **model,
							 plim_findings *findings, plim_error *error);

void plim_model_free(plim_model **model);

/** Name and currency: owned by the model. */
const char *plim_model_name(const plim_model *model);
const char *plim_model_currency(const plim_model *model);

/** Years that one trial spans, at least 1. */
uint32_t plim_model_years(const plim_model *model);

/** SHA-256 of the typed model as canonical JSON, 64 hexadecimal digits; owned by the model or static. */
void plim_model_digest_hex(const plim_model *model, char out[65]);

/** Canonical JSON of the model: the caller releases *json with free(). */
plim_status plim_model_to_json(const plim_model *model, char **json, plim_error *error);

/**
 * What the distributions of the model come to: a line of text for each loss, outage and unknown with its mean and its 5, 50
 * and 95 % quantiles; and for each trip what each threat along it comes to. The caller releases *text with free().
 */
plim_status plim_model_describe(const plim_model *model, char **text, plim_error *error);

#ifdef __cplusplus
}
#endif
#endif
