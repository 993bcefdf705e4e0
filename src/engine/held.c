/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/held.h"

#include <stdbool.h>
#include <string.h>

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
	(void)size;
	(void)context;
	plim_mem_free(*array);
	*array = NULL;
	return true;
}

void plim_held_clear(plim_held *held)
{
	each_array(held, release, NULL);
	plim_mem_free(held->base);
	plim_mem_free(held->factor);
	plim_mem_free(held->part);
	*held = (plim_held){0};
}

typedef struct growth {
	size_t count, capacity;
} growth;

static bool grow(void **array, size_t size, void *context)
{
	const growth *to = context;
	void *grown = plim_mem_alloc(to->capacity, size);
	if (!grown)
		return false;
	if (to->count)
		memcpy(grown, *array, to->count * size);
	plim_mem_free(*array);
	*array = grown;
	return true;
}

plim_status plim_held_reserve(plim_held *held, size_t needed, plim_error *error)
{
	if (needed <= held->capacity)
		return PLIM_OK;
	growth to = {held->count, held->capacity ? held->capacity : 4096};
	while (to.capacity < needed)
		to.capacity *= 2;
	if (!each_array(held, grow, &to)) /* arrays that did grow are only larger than they need to be */
		return plim_error_memory(error, "the outages of a block");
	held->capacity = to.capacity;
	return PLIM_OK;
}

size_t plim_held_bytes(uint32_t slots, uint32_t components, uint32_t scenarios)
{
	return sizeof(plim_held_strike) + sizeof(double) * (1 + components + 2 * (size_t)slots + 2 * (size_t)scenarios);
}
