/* SPDX-License-Identifier: Apache-2.0 */
/** What `plimsoll monitor` prints. All return false when memory is short. */
#ifndef PLIM_CLI_MONITOR_PRINT_H
#define PLIM_CLI_MONITOR_PRINT_H

#include <stdio.h>

#include "decide/monitor.h"

typedef struct plim_monitor_page {
	const char *log; /* path, for the heading */
	const plim_monitor *monitor;
	const char *table; /* csv: threats, places, tests, kpis or nonconformities */
} plim_monitor_page;

bool plim_monitor_print_text(const plim_monitor_page *page, FILE *file);
bool plim_monitor_print_markdown(const plim_monitor_page *page, FILE *file);
bool plim_monitor_print_csv(const plim_monitor_page *page, FILE *file);
bool plim_monitor_print_json(const plim_monitor_page *page, FILE *file);

#endif
