/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What places had, trial by trial, written down in order as blocks end. Their histograms take tens to hundreds of
 * megabytes: adding each value at once would wait for memory every time. So a stretch of the log is sorted by place
 * first, and then added place by place (plim_summary_take_places).
 */
#ifndef PLIM_ENGINE_PLACE_LOG_H
#define PLIM_ENGINE_PLACE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

/* A log is added up when it has grown to this; it may outgrow it by what one block brings. */
#define PLIM_PLACE_LOG_BYTES ((size_t)32 << 20)

/* A place's annual sum > 0 and largest event of one trial. */
typedef struct plim_place_value {
	double sum, largest;
	uint32_t group;
	uint32_t row; /* of the trial, in plim_trial_bins */
} plim_place_value;

/* The bins of the totals (plim_tally_bin_of) of the trials that logs speak of: [row][series]. Kept beside the values,
 * for a value that holds in several series has another total in each. Start from {0}. */
typedef struct plim_trial_bins {
	uint16_t *bin;
	size_t count, capacity; /* of bins */
} plim_trial_bins;

void plim_trial_bins_clear(plim_trial_bins *bins);

/** `extra` more bins, to be filled from *first on. PLIM_ERROR_MEMORY; nothing has changed then. */
plim_status plim_trial_bins_take(plim_trial_bins *bins, size_t extra, uint16_t **first, plim_error *error);

/* Start from {0}. */
typedef struct plim_place_log {
	plim_place_value *value;
	size_t count, capacity;
} plim_place_log;

void plim_place_log_clear(plim_place_log *log);

/** Room for `extra` more values. PLIM_ERROR_MEMORY; the log is then unchanged. */
plim_status plim_place_log_reserve(plim_place_log *log, size_t extra, plim_error *error);

/** Writes down a value; there must be room. */
static inline void plim_place_log_add(plim_place_log *log, plim_place_value value)
{
	log->value[log->count++] = value;
}

/**
 * The order of the values by group, of which there are `groups`; within a group as they were written. The caller
 * releases *order (log->count indices) with plim_mem_free. PLIM_ERROR_MEMORY.
 */
plim_status plim_place_log_order(const plim_place_log *log, size_t groups, uint32_t **order, plim_error *error);

#endif
