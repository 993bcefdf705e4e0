/* SPDX-License-Identifier: Apache-2.0 */
/** Tables for programs as people read them: some of their columns, without those that are empty in every row. */
#ifndef PLIM_REPORT_BUILD_DATA_H
#define PLIM_REPORT_BUILD_DATA_H

#include "report/data.h"
#include "report/page.h"

/** The named columns, at most 40. The first one names the row. */
void plim_build_data(const plim_data_source *source, const plim_data *data, const char *const *names, size_t count,
                     plim_page *page);

/** The same under a heading of level 3, each row once: rows that differ in nothing but their scenario are one, which
 *  names its scenarios, or says "every scenario". Rows that say nothing beside their name and scenario are left out,
 * and with no row left there is no heading either. */
void plim_build_data_once(const plim_data_source *source, const plim_data *data, const char *heading,
                          const char *const *names, size_t count, plim_page *page);

#endif
