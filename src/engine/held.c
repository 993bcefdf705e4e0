/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/held.h"

#include <stdbool.h>

#include "base/error.h"
#include "base/memory.h"

plim_status plim_held_init(plim_held *held, uint32_t slots, uint32_t components, uint32_t scenarios, bool parts,
						   plim_error *error)
{
	*held = (plim_held){.slots = slots, .components = components, .scenarios = scenarios};
	held->base = plim_mem_alloc(components, sizeof *held->base);
	held->factor = plim_mem_alloc(slots, sizeof *held->factor);
	held->part = parts ? plim_mem_alloc((size_t)slots * components, sizeof *held->part) : NULL;
	if (!held->base || !held->factor || (parts && !held->part)) {
		plim_held_clear(held);
		return plim_error_memory(error, "the outages of a block");
	}
	return PLIM_OK;
}

/* Calls `visit` for every array with the bytes of one strike in it; stops at the first false. */
static bool each_array(plim_held *held, bool (*visit)(void **array, size_t size, void *context), void *context)
{
	bool ok = visit((void **)&held->strike, sizeof *held->strike, context) &&
	          visit((void **)&held->days, held->slots * sizeof(double), context) &&
	          visit((void **)&held->extra, 2 * held->scenarios * sizeof(double), context) &&
	          visit((void **)&held->sum, sizeof(double), context);
	for (uint32_t c = 0; ok && held->base && c < held->components; c++)
		ok = visit((void **)&held->base[c], sizeof(double), context);
	for (uint32_t s = 0; ok && held->factor && s < held->slots; s++)
		ok = visit((void **)&held->factor[s], sizeof(double), context);
	for (size_t p = 0; ok && held->part && p < (size_t)held->slots * held->components; p++)
		ok = visit((void **)&held->part[p], sizeof(double), context);
	return ok;
}

static bool release(void **array, size_t size, void *context)
{
	const plim_held *held = context;
	plim_mem_pages_free(*array, held->capacity * size);
	*array = NULL;
	return true;
}

void plim_held_clear(plim_held *held)
{
	each_array(held, release, held);
	plim_mem_free(held->base);
	plim_mem_free(held->factor);
	plim_mem_free(held->part);
	*held = (plim_held){0};
}

typedef struct growth {
	size_t from, to;
	size_t done; /* arrays that have grown */
} growth;

static bool grow(void **array, size_t size, void *context)
{
	growth *g = context;
	if (plim_mem_pages_grow(array, g->from * size, g->to * size) != PLIM_OK)
		return false;
	g->done++;
	return true;
}

/* After a failure: an array that did grow goes back to what the others have. */
static bool shrink(void **array, size_t size, void *context)
{
	growth *g = context;
	if (g->done == 0)
		return false;
	g->done--;
	if (g->from > 0)
		return plim_mem_pages_grow(array, g->to * size, g->from * size) == PLIM_OK;
	plim_mem_pages_free(*array, g->to * size);
	*array = NULL;
	return true;
}

plim_status plim_held_reserve(plim_held *held, size_t needed, plim_error *error)
{
	if (needed <= held->capacity)
		return PLIM_OK;
	growth g = {held->capacity, held->capacity ? held->capacity : 4096, 0};
	while (g.to < needed)
		g.to *= 2;
	if (!each_array(held, grow, &g)) {
		each_array(held, shrink, &g);
		return plim_error_memory(error, "the outages of a block");
	}
	held->capacity = g.to;
	return PLIM_OK;
}

size_t plim_held_bytes(uint32_t slots, uint32_t components, uint32_t scenarios)
{
	return sizeof(plim_held_strike) + sizeof(double) * (1 + components + 2 * (size_t)slots + 2 * (size_t)scenarios);
}
