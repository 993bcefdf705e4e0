/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Models of other tools, turned into a model file as text: what can be honoured is, all else is an error that names it.
 *
 *     riskquant   CSV without a header: identifier, name, rate a year, low and high loss (a 90 % interval)
 *     pyfair      JSON of one FairModel: rate, or threat rate and vulnerability; losses in one or two components
 *     crml        YAML or JSON 1.0 and 1.1: assets by number, poisson or gamma_poisson, lognormal, gamma or a mixture
 */
#ifndef PLIM_MODEL_IMPORT_H
#define PLIM_MODEL_IMPORT_H

#include "base/text.h"
#include "plimsoll/model.h"

typedef enum plim_import_format {
	PLIM_IMPORT_RISKQUANT,
	PLIM_IMPORT_PYFAIR,
	PLIM_IMPORT_CRML,
	PLIM_IMPORT_COUNT
} plim_import_format;

/** "riskquant", ...: static. */
const char *plim_import_format_name(plim_import_format format);

/**
 * Reads a file and adds the model to *out (released by the caller). `currency` is an ISO 4217 code. Errors and notes on
 * what is read differently go to *findings. PLIM_ERROR_IO, PLIM_ERROR_MODEL, PLIM_ERROR_MEMORY.
 */
plim_status plim_import(const char *path, plim_import_format format, const char *currency, plim_text *out,
                        plim_findings *findings, plim_error *error);

#endif
