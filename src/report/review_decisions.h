/* SPDX-License-Identifier: Apache-2.0 */
/** What a management review has to decide on: everything that is broken, overdue, open without an owner, or worse. */
#ifndef PLIM_REPORT_REVIEW_DECISIONS_H
#define PLIM_REPORT_REVIEW_DECISIONS_H

#include "report/data_review.h"

#define PLIM_DECISION_COLUMNS 5
extern const plim_table_column plim_decision_columns[PLIM_DECISION_COLUMNS];

void plim_decisions_fill(const plim_review_source *source, plim_table *table);

#endif
