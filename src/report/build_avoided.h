/* SPDX-License-Identifier: Apache-2.0 */
/** What controls avoid, one by one and by clause, as a sheet. */
#ifndef PLIM_REPORT_BUILD_AVOIDED_H
#define PLIM_REPORT_BUILD_AVOIDED_H

#include "decide/avoided.h"
#include "report/sheet.h"

/** Fills an empty sheet: tables `controls` and `clauses`; where attackers are followed `displacement` and
 *  `displaced_threats` too. It must not outlive `avoided`. */
void plim_build_avoided(const plim_avoided *avoided, plim_sheet *sheet);

#endif
