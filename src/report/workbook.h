/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLIM_REPORT_WORKBOOK_H
#define PLIM_REPORT_WORKBOOK_H

#include <stdio.h>

#include "report/data.h"
#include "report/page.h"

/**
 * Writes a workbook (Office Open XML): a sheet of text, the exceedance curves with a native chart, and a sheet for each
 * table for programs, with numbers as numbers (16 digits, what the library writes). Infinite figures are text. A table
 * longer than a sheet goes on in the next.
 * `front` holds the text; `curves` a table with its chart (may be empty). PLIM_ERROR_IO, PLIM_ERROR_MEMORY.
 */
plim_status plim_workbook_write(const plim_data_source *source, const plim_page *front, const plim_page *curves,
                                FILE *file, plim_error *error);

#endif
