/* SPDX-License-Identifier: Apache-2.0 */
/** The tables of an incident log held against a model. */
#ifndef PLIM_REPORT_DATA_MONITOR_H
#define PLIM_REPORT_DATA_MONITOR_H

#include "decide/monitor.h"
#include "report/table.h"

enum {
	PLIM_DATA_MONITOR_THREATS,
	PLIM_DATA_MONITOR_PLACES,
	PLIM_DATA_MONITOR_TESTS,
	PLIM_DATA_MONITOR_KPIS,
	PLIM_DATA_MONITOR_FAULTS, /* nonconformities: broken limits and missed targets */
	PLIM_DATA_MONITORS
};

#define PLIM_FAULT_COLUMNS 9
extern const plim_table_column plim_fault_columns[PLIM_FAULT_COLUMNS];

typedef struct plim_data_monitor {
	const char *name;
	const plim_table_column *column;
	size_t columns;
	void (*fill)(const plim_monitor *monitor, plim_table *table);
} plim_data_monitor;

extern const plim_data_monitor plim_data_monitors[PLIM_DATA_MONITORS];

#endif
