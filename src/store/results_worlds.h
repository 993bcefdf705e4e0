/* SPDX-License-Identifier: Apache-2.0 */
/** Columns and rows of the tables of nested runs, for the list of tables (results_table.h). */
#ifndef PLIM_STORE_RESULTS_WORLDS_H
#define PLIM_STORE_RESULTS_WORLDS_H

#include "store/results_table.h"

#define PLIM_FAN_COLUMNS 12
#define PLIM_IGNORANCE_COLUMNS 11

extern const plim_h5_column plim_fan_column[PLIM_FAN_COLUMNS], plim_ignorance_column[PLIM_IGNORANCE_COLUMNS];

bool plim_fan_get(const plim_results *results, size_t row, plim_h5_cell *cells);
plim_status plim_fan_put(plim_results_loader *loader, const plim_h5_cell *cells);
bool plim_ignorance_get(const plim_results *results, size_t row, plim_h5_cell *cells);
plim_status plim_ignorance_put(plim_results_loader *loader, const plim_h5_cell *cells);

#endif
