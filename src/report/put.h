/* SPDX-License-Identifier: Apache-2.0 */
/** Cells made from lists of the model: texts joined by `;`, as in the cells of the model's own tables. */
#ifndef PLIM_REPORT_PUT_H
#define PLIM_REPORT_PUT_H

#include "base/text.h"
#include "model/model.h"
#include "report/table.h"

/** Adds an item to a list that is being joined. */
void plim_put_item(plim_text *text, const char *item);

/** Puts the text into a cell and releases it. */
void plim_put_text(plim_table *table, plim_text *text);

void plim_put_words(plim_table *table, char *const *words, size_t count);

/** Ids of threats, of controls by index; of the scenarios with a control. */
void plim_put_threats(plim_table *table, const plim_model *model, const uint32_t *threat, size_t count);
void plim_put_controls(plim_table *table, const plim_model *model, const uint32_t *control, size_t count);
void plim_put_scenarios(plim_table *table, const plim_model *model, uint32_t control);

/** The number of a clause (index into the tree of the model's edition); "" for -1. */
void plim_put_clause(plim_table *table, const plim_model *model, int32_t clause);

#endif
