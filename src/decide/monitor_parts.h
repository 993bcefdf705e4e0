/* SPDX-License-Identifier: Apache-2.0 */
/** The parts of a monitor: threats, policy, indicators. */
#ifndef PLIM_DECIDE_MONITOR_PARTS_H
#define PLIM_DECIDE_MONITOR_PARTS_H

#include "decide/monitor.h"
#include "decide/monitor_law.h"

/** Threats with up to so many places show all of them. */
#define PLIM_MONITOR_FEW 20

/** A row of the log within the period, with what it means in the model. */
typedef struct plim_row {
	const plim_incident *incident;
	int32_t threat; /* index, -1: not in the model */
	uint32_t place; /* of the model, PLIM_ALL_PLACES: none */
} plim_row;

typedef struct plim_rows {
	plim_row *row; /* by day */
	size_t rows;
} plim_rows;

bool plim_monitor_is_inside(const plim_monitor *monitor, const plim_incident *incident);

/** Counts, losses and outages of one threat: fills monitor->threat[t], adds tests and places. */
plim_status plim_monitor_threat_of(plim_monitor *monitor, const plim_rows *rows, uint32_t t, uint64_t seed,
                                   plim_error *error);

/** Years beyond each tolerance. */
plim_status plim_monitor_policy(plim_monitor *monitor, const plim_rows *rows, plim_error *error);

/** Indicators without and with targets. PLIM_ERROR_USAGE when one names a threat that is not there. */
plim_status plim_monitor_kpis(plim_monitor *monitor, const plim_rows *rows, const plim_kpis *kpis, plim_error *error);

#endif
