/* SPDX-License-Identifier: Apache-2.0 */
/** The tornado of sensitivity, from its JSON document, as a section of the report. */
#ifndef PLIM_REPORT_BUILD_TORNADO_H
#define PLIM_REPORT_BUILD_TORNADO_H

#include "model/sheet_file.h"
#include "plimsoll/results.h"
#include "report/page.h"

/** Reads it, as plim_attached_read. Release with plim_sheet_file_clear in any case. */
plim_status plim_tornado_file_read(const char *path, const plim_results *results, plim_sheet_file *file,
                                   plim_error *error);

/** How far each number of the model moves the mean, largest swing first, with its chart. The file must outlive the page. */
void plim_build_tornado(const plim_sheet_file *file, plim_page *page);

#endif
