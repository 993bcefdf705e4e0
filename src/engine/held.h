/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Held strikes: those that stop something. What they cost is known only when all outages of their trial are, so they wait here until every
 * threat has been drawn, are solved trial by trial, and then go on to be gathered like any others.
 */
#ifndef PLIM_ENGINE_HELD_H
#define PLIM_ENGINE_HELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

typedef struct plim_held_strike {
	uint32_t source, trial;
	uint32_t event; /* number within the block: places struck together share one */
	double day;     /* of the horizon, when the outage begins */
} plim_held_strike;

/* What the solving of a trial touches lies together strike by strike, for trials are scattered over the list; the rest, which only
 * goes through, in columns. */
typedef struct plim_held {
	size_t count, capacity;
	uint32_t slots, components, scenarios;
	plim_held_strike *strike;
	double *days;    /* [strike][slot]: length of the outage; 0 where it is no event */
	double *extra;   /* [strike][scenario][2]: interruption and cost of substitution, money, filled by the network */
	double *sum;     /* direct loss before controls */
	double **base;   /* [component][strike] */
	double **factor; /* [slot][strike] */
	double **part;   /* [slot x components + component][strike]: as in a batch, NULL unless asked for */
} plim_held;

/** Room for nothing yet; `slots`, `components` and `scenarios` at most; `parts`: with `part`. PLIM_ERROR_MEMORY. */
plim_status plim_held_init(plim_held *held, uint32_t slots, uint32_t components, uint32_t scenarios, bool parts,
						   plim_error *error);
void plim_held_clear(plim_held *held);

/** Room for `needed` strikes in all. On failure nothing changes. PLIM_ERROR_MEMORY. */
plim_status plim_held_reserve(plim_held *held, size_t needed, plim_error *error);

/** Bytes for each strike held. */
size_t plim_held_bytes(uint32_t slots, uint32_t components, uint32_t scenarios);

#endif
