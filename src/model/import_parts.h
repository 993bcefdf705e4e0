/* SPDX-License-Identifier: Apache-2.0 */
/* What the readers of other tools' files share. */
#ifndef PLIM_MODEL_IMPORT_PARTS_H
#define PLIM_MODEL_IMPORT_PARTS_H

#include "model/load.h"

typedef struct plim_importer {
	plim_load *load;
	plim_text *out;
	const char *currency;
} plim_importer;

void plim_import_riskquant(plim_importer *importer, const plim_table *table);
void plim_import_pyfair(plim_importer *importer, const plim_value *root);
void plim_import_crml(plim_importer *importer, const plim_value *root);

/** plimsoll, name, currency, and the line `threats:`. */
void plim_import_head(plim_importer *importer, const char *name, const char *from);
/** A text in quotes, as YAML and JSON have them. */
void plim_import_text(plim_text *out, const char *string);
/** A number as it reads back. */
void plim_import_number(plim_text *out, double value);

#endif
