/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/place_log.h"

#include "base/error.h"
#include "base/memory.h"

void plim_place_log_clear(plim_place_log *log)
{
	plim_mem_pages_free(log->value, log->capacity * sizeof *log->value);
	plim_mem_pages_free(log->largest, log->largest_capacity * sizeof *log->largest);
	plim_mem_pages_free(log->run, log->run_capacity * sizeof *log->run);
	*log = (plim_place_log){0};
}

void plim_place_log_reset(plim_place_log *log)
{
	log->count = log->largests = log->runs = 0;
}

size_t plim_place_log_bytes(const plim_place_log *log)
{
	return log->count * sizeof *log->value + log->largests * sizeof *log->largest + log->runs * sizeof *log->run;
}

void plim_trial_bins_clear(plim_trial_bins *bins)
{
	plim_mem_pages_free(bins->bin, bins->capacity * sizeof *bins->bin);
	*bins = (plim_trial_bins){0};
}

plim_status plim_trial_bins_take(plim_trial_bins *bins, size_t extra, uint16_t **first, plim_error *error)
{
	if (extra > UINT32_MAX - bins->count ||
	    plim_mem_pages_reserve((void **)&bins->bin, &bins->capacity, bins->count + extra, sizeof *bins->bin))
		return plim_error_memory(error, "the losses at places");
	*first = bins->bin + bins->count;
	bins->count += extra;
	return PLIM_OK;
}

plim_status plim_place_log_reserve(plim_place_log *log, size_t extra, plim_error *error)
{
	if (extra > UINT32_MAX - 1 - log->count ||
	    plim_mem_pages_reserve((void **)&log->value, &log->capacity, log->count + extra, sizeof *log->value) ||
	    plim_mem_pages_reserve((void **)&log->largest, &log->largest_capacity, log->largests + extra,
	                           sizeof *log->largest) ||
	    plim_mem_pages_reserve((void **)&log->run, &log->run_capacity, log->runs + 1, sizeof *log->run))
		return plim_error_memory(error, "the losses at places");
	return PLIM_OK;
}

plim_status plim_place_log_order(const plim_place_log *log, size_t groups, uint32_t **order, plim_error *error)
{
	uint32_t *sorted = plim_mem_alloc(log->runs, sizeof *sorted);
	uint32_t *start = plim_mem_alloc(groups + 1, sizeof *start), next = 0;
	if (!sorted || !start) {
		plim_mem_free(sorted);
		plim_mem_free(start);
		return plim_error_memory(error, "the losses at places");
	}
	for (size_t i = 0; i < log->runs; i++)
		start[log->run[i].group]++;
	for (size_t g = 0; g < groups; g++) {
		const uint32_t count = start[g];
		start[g] = next;
		next += count;
	}
	for (size_t i = 0; i < log->runs; i++)
		sorted[start[log->run[i].group]++] = (uint32_t)i;
	plim_mem_free(start);
	*order = sorted;
	return PLIM_OK;
}
