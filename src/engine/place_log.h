/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What places had, trial by trial, written down as blocks end: one run of values for each place of a block. Histograms
 * of places take tens to hundreds of megabytes: adding each value at once would wait for memory every time. So a
 * stretch of the log is gone through place by place (plim_summary_take_places).
 */
#ifndef PLIM_ENGINE_PLACE_LOG_H
#define PLIM_ENGINE_PLACE_LOG_H

#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

/* A log is added up when it has grown to this, or before; it may outgrow it by what one block brings. */
#define PLIM_PLACE_LOG_BYTES ((size_t)32 << 20)

/* A place's annual sum > 0 of one trial. */
typedef struct plim_place_value {
	double sum;
	uint32_t row;   /* of the trial, in plim_trial_bins */
	uint32_t other; /* 0: the largest event is the sum; else its number + 1 in the log's `largest` */
} plim_place_value;

/* What one place had in one block. */
typedef struct plim_place_run {
	uint32_t group, first, count; /* values first .. first + count - 1 of the log */
} plim_place_run;

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
	double *largest; /* events, where a place had several in a trial */
	size_t largests, largest_capacity;
	plim_place_run *run;
	size_t runs, run_capacity;
} plim_place_log;

void plim_place_log_clear(plim_place_log *log);

/** Forgets what it holds, keeps the memory. */
void plim_place_log_reset(plim_place_log *log);

/** Bytes of what it holds. */
size_t plim_place_log_bytes(const plim_place_log *log);

/** Room for one more run of up to `extra` values, and as many largest events. PLIM_ERROR_MEMORY; the log is then
 *  unchanged. */
plim_status plim_place_log_reserve(plim_place_log *log, size_t extra, plim_error *error);

/** Says what the largest event of a value is that had none of its own so far; there must be room. */
static inline void plim_place_log_note_largest(plim_place_log *log, plim_place_value *value, double largest)
{
	log->largest[log->largests++] = largest;
	value->other = (uint32_t)log->largests;
}

/** Adds another event of the same trial to a value of the log; there must be room. */
static inline void plim_place_log_join(plim_place_log *log, plim_place_value *value, double loss)
{
	if (value->other == 0)
		plim_place_log_note_largest(log, value, value->sum);
	double *largest = &log->largest[value->other - 1];
	*largest = loss > *largest ? loss : *largest;
	value->sum += loss;
}

/** The largest event behind a value. */
static inline double plim_place_log_largest(const plim_place_log *log, const plim_place_value *value)
{
	return value->other ? log->largest[value->other - 1] : value->sum;
}

/** Ends a run: the `count` values after the last are those of a group. */
static inline void plim_place_log_end_run(plim_place_log *log, uint32_t group, size_t count)
{
	log->run[log->runs++] = (plim_place_run){group, (uint32_t)log->count, (uint32_t)count};
	log->count += count;
}

/**
 * The order of the runs by group, of which there are `groups`; within a group as they were written. The caller
 * releases *order (log->runs indices) with plim_mem_free. PLIM_ERROR_MEMORY.
 */
plim_status plim_place_log_order(const plim_place_log *log, size_t groups, uint32_t **order, plim_error *error);

#endif
