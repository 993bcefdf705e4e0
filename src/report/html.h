/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLIM_REPORT_HTML_H
#define PLIM_REPORT_HTML_H

#include <stdio.h>

#include "report/page.h"

/** The charts of a page as JSON, in the order of their parts. False when memory is short. */
bool plim_html_charts(const plim_page *page, FILE *file);

#endif
