/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A batch: some thousands of strikes of one threat, as arrays side by side, small enough for the cache. A strike is an attempt at
 * one place; without shared events every strike is an attempt of its own.
 */
#ifndef PLIM_ENGINE_BATCH_H
#define PLIM_ENGINE_BATCH_H

#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

#define PLIM_BATCH_STRIKES 8192

/** A stretch of a batch whose sources share an effect class. */
typedef struct plim_run_of_class {
	uint32_t begin, end, effect_class;
} plim_run_of_class;

typedef struct plim_batch {
	size_t count, capacity;
	size_t placed; /* attempts: how many have a trial; the others wait for many to be placed at a time */
	uint32_t *source; /* index in the plan */
	uint32_t *draw;   /* number of the attempt in the block: the position of all its draws */
	uint32_t *trial;  /* within the block */
	uint32_t *event;  /* shared events: number of the attempt in the batch, ascending; else unused */
	uint64_t *identity;
	uint64_t *stream; /* identity of the component at the place */
	double *chance; /* that the attempt comes about at its trial's frequency (thinning of the generator's mean); 1 if sure */
	uint32_t *year; /* scratch while attempts are placed */
	double *day;    /* of the horizon; filled when some control starts during it, or it has several years */
	uint64_t *x;    /* uniforms of the stage at hand */
	uint32_t *word;
	double *u;      /* the thinning uniform */
	double *base;   /* [component][strike]: amounts before controls */
	double *sum;    /* base, over components */
	double **probability; /* [slot][strike]: of being an event */
	double **factor;      /* [slot][strike]: 0 where it is no event, else what controls leave of the loss */
	double **part;        /* [slot][component][strike]: what controls leave of each; NULL unless some differ */
	double *length;       /* of outages, before controls */
	double **days;        /* [slot][strike]: of outages, after controls */
	double *loss;         /* of the scenario at hand */
	plim_run_of_class *run;
	size_t runs;
	uint32_t *stretch_end; /* [strike that begins a stretch of one source]: where the stretch ends */
	uint32_t slots, components;
} plim_batch;

plim_status plim_batch_init(plim_batch *batch, size_t capacity, uint32_t slots, uint32_t components, plim_error *error);

/** Room for `part`, after plim_batch_init. PLIM_ERROR_MEMORY. */
plim_status plim_batch_init_parts(plim_batch *batch, plim_error *error);
void plim_batch_clear(plim_batch *batch);
size_t plim_batch_bytes(size_t capacity, uint32_t slots, uint32_t components);

#endif
