/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/held.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

plim_status plim_held_init(plim_held *held, uint32_t slots, uint32_t components, uint32_t scenarios, plim_error *error)
{
	*held = (plim_held){.slots = slots, .components = components, .scenarios = scenarios};
	held->base = plim_mem_alloc(components, sizeof *held->base);
	held->factor = plim_mem_alloc(slots, sizeof *held->factor);
	held->days = plim_mem_alloc(slots, sizeof *held->days);
	held->interruption = plim_mem_alloc(scenarios, sizeof *held->interruption);
	held->substitution = plim_mem_alloc(scenarios, sizeof *held->substitution);
	if (!held->base || !held->factor || !held->days || !held->interruption || !held->substitution) {
		plim_held_clear(held);
		return plim_error_memory(error, "the outages of a block");
	}
	return PLIM_OK;
}

/* Calls `visit` for every array and its element size; stops at the first false. */
static bool each_array(plim_held *held, bool (*visit)(void **array, size_t size, void *context), void *context)
{
	double ***lists[] = {&held->base, &held->factor, &held->days, &held->interruption, &held->substitution};
	uint32_t counts[] = {held->components, held->slots, held->slots, held->scenarios, held->scenarios};
	bool ok = visit((void **)&held->source, sizeof *held->source, context) &&
			  visit((void **)&held->trial, sizeof *held->trial, context) &&
			  visit((void **)&held->event, sizeof *held->event, context) &&
			  visit((void **)&held->day, sizeof *held->day, context) &&
			  visit((void **)&held->sum, sizeof *held->sum, context);
	for (size_t l = 0; ok && l < sizeof lists / sizeof *lists; l++)
		for (uint32_t i = 0; ok && *lists[l] && i < counts[l]; i++)
			ok = visit((void **)&(*lists[l])[i], sizeof(double), context);
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
	plim_mem_free(held->days);
	plim_mem_free(held->interruption);
	plim_mem_free(held->substitution);
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
	return 3 * sizeof(uint32_t) + sizeof(double) * (2 + components + 2 * (size_t)slots + 2 * (size_t)scenarios);
}
