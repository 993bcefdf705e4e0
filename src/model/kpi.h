/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Key performance indicators with their targets: a CSV table with the columns `id`, `measure`, `threat` (blank: all),
 * `at_most` and `at_least` (one or both), `owner`.
 */
#ifndef PLIM_MODEL_KPI_H
#define PLIM_MODEL_KPI_H

#include "model/arena.h"
#include "plimsoll/model.h"

/* measure, its name, whether it leads (is seen before a loss) */
#define PLIM_KPI_LIST(X)                                                                                               \
	X(NEAR_MISSES, "near_misses_per_year", true)                                                                       \
	X(NEAR_MISS_SHARE, "near_miss_share", true)                                                                        \
	X(FALSE_ALARMS, "false_alarms_per_year", true)                                                                     \
	X(KNOWN_LOSSES, "known_loss_share", true)                                                                          \
	X(EVENTS, "events_per_year", false)                                                                                \
	X(LOSS, "loss_per_year", false)                                                                                    \
	X(LARGEST_LOSS, "largest_loss", false)                                                                             \
	X(OUTAGE_DAYS, "outage_days_per_year", false)

typedef enum plim_kpi_measure {
#define X(name, text, leads) PLIM_KPI_##name,
	PLIM_KPI_LIST(X)
#undef X
	    PLIM_KPI_COUNT
} plim_kpi_measure;

const char *plim_kpi_measure_name(plim_kpi_measure measure);
bool plim_kpi_measure_leads(plim_kpi_measure measure);

typedef struct plim_kpi {
	const char *id, *threat, *owner; /* "" when absent */
	plim_kpi_measure measure;
	double at_most, at_least; /* NAN when absent */
} plim_kpi;

/** Start from {0}; release with plim_kpis_clear. */
typedef struct plim_kpis {
	plim_kpi *kpi;
	size_t count;
	plim_arena arena;
} plim_kpis;

/** As plim_log_load. */
plim_status plim_kpis_load(const char *path, plim_kpis *kpis, plim_findings *findings, plim_error *error);
void plim_kpis_clear(plim_kpis *kpis);

#endif
