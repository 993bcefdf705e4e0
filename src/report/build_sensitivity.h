/* SPDX-License-Identifier: Apache-2.0 */
/** A study of sensitivity as a sheet. */
#ifndef PLIM_REPORT_BUILD_SENSITIVITY_H
#define PLIM_REPORT_BUILD_SENSITIVITY_H

#include "decide/sensitivity.h"
#include "report/sheet.h"

/** Fills an empty sheet: tables `tornado`, `slopes`, `sobol`, `tail`, `choices` and `information`. The study must
 * outlive it. */
void plim_build_sensitivity(const plim_sensitivity *sensitivity, plim_sheet *sheet);

#endif
