/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLIM_MODEL_FINDING_H
#define PLIM_MODEL_FINDING_H

#include "plimsoll/model.h"

#define PLIM_FINDINGS_KEPT 100 /* of each level */

/** Adds a finding; errors beyond the first 100 are counted only, warnings and notes beyond theirs dropped. `file` and
 *  `excerpt` are copied. Returns false when memory is short. */
bool plim_findings_add(plim_findings *findings, plim_finding_level level, const char *file, int line, int col,
                       const char *excerpt, const char *text);

/** Puts the findings from `first` on in order of file, line and column; equal ones keep their order. */
void plim_findings_sort(plim_findings *findings, size_t first);

#endif
