/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Incident logs: CSV tables (RFC 4180), one row an incident, a near miss or a false alarm.
 *
 * Columns: `date` (YYYY-MM-DD, needed), `place`, `threat`, `loss` (money), `loss_at_least` and `loss_at_most` (bounds
 * of a loss that is not known), `outage_days`, `near_miss` and `false_alarm` (yes or no). A blank cell is an absent
 * one. Further columns are allowed unless they are nearly one of these.
 */
#ifndef PLIM_MODEL_LOG_H
#define PLIM_MODEL_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/arena.h"
#include "plimsoll/model.h"

typedef struct plim_incident {
	int32_t day;              /* days since 1970-01-01 */
	int line;                 /* of the log, from 1 */
	const char *place;        /* "" when none is named: the organisation */
	const char *threat;       /* "" when none is named */
	double loss;              /* money, 0 or more; NAN when it is not known */
	double at_least, at_most; /* of a loss that is not known: 0 and INFINITY unless the log says better */
	double outage_days;       /* NAN when it is not known */
	bool near_miss;           /* an attempt that did not become an event */
	bool false_alarm;         /* no attempt at all */
} plim_incident;

/** Start from {0}; release with plim_log_clear. */
typedef struct plim_log {
	plim_incident *incident; /* by day, then in the order of the log */
	size_t incidents;
	bool has_threat, has_place, has_loss, has_outage, has_near_miss, has_false_alarm; /* columns */
	plim_arena arena;                                                                 /* owns the rest */
} plim_log;

/** True if a row is an event: neither near miss nor false alarm. */
bool plim_incident_is_event(const plim_incident *incident);

/**
 * Reads a log; *log must be {0}. All errors are added to *findings, each with its place. PLIM_ERROR_IO when the file
 * cannot be read, PLIM_ERROR_MODEL when it has errors (*error sums them up), PLIM_ERROR_MEMORY.
 */
plim_status plim_log_load(const char *path, plim_log *log, plim_findings *findings, plim_error *error);

void plim_log_clear(plim_log *log);

#endif
