/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/batch.h"

#include <stdbool.h>

#include "base/error.h"
#include "base/memory.h"

static plim_status allocate_slots(plim_batch *b)
{
	b->probability = plim_mem_alloc(b->slots, sizeof *b->probability);
	b->factor = plim_mem_alloc(b->slots, sizeof *b->factor);
	b->days = plim_mem_alloc(b->slots, sizeof *b->days);
	if (!b->probability || !b->factor || !b->days)
		return PLIM_ERROR_MEMORY;
	for (uint32_t s = 0; s < b->slots; s++) {
		b->probability[s] = plim_mem_room(b->capacity, sizeof **b->probability);
		b->factor[s] = plim_mem_room(b->capacity, sizeof **b->factor);
		b->days[s] = plim_mem_room(b->capacity, sizeof **b->days);
		if (!b->probability[s] || !b->factor[s] || !b->days[s])
			return PLIM_ERROR_MEMORY;
	}
	return PLIM_OK;
}

plim_status plim_batch_init(plim_batch *b, size_t capacity, uint32_t slots, uint32_t components, plim_error *error)
{
	*b = (plim_batch){.capacity = capacity, .slots = slots ? slots : 1, .components = components};
	b->source = plim_mem_room(capacity, sizeof *b->source);
	b->draw = plim_mem_room(capacity, sizeof *b->draw);
	b->trial = plim_mem_room(capacity, sizeof *b->trial);
	b->event = plim_mem_room(capacity, sizeof *b->event);
	b->identity = plim_mem_room(capacity, sizeof *b->identity);
	b->stream = plim_mem_room(capacity, sizeof *b->stream);
	b->chance = plim_mem_room(capacity, sizeof *b->chance);
	b->year = plim_mem_room(capacity, sizeof *b->year);
	b->day = plim_mem_room(capacity, sizeof *b->day);
	b->x = plim_mem_room(capacity, sizeof *b->x);
	b->word = plim_mem_room(capacity, sizeof *b->word);
	b->u = plim_mem_room(capacity, sizeof *b->u);
	b->base = plim_mem_room(capacity * (components ? components : 1), sizeof *b->base);
	b->sum = plim_mem_room(capacity, sizeof *b->sum);
	b->length = plim_mem_room(capacity, sizeof *b->length);
	b->loss = plim_mem_room(capacity, sizeof *b->loss);
	b->run = plim_mem_room(capacity, sizeof *b->run);
	b->stretch_end = plim_mem_room(capacity, sizeof *b->stretch_end);
	if (!b->source || !b->draw || !b->trial || !b->event || !b->identity || !b->stream || !b->chance || !b->year ||
	    !b->day || !b->x || !b->word || !b->u || !b->base || !b->sum || !b->loss || !b->length || !b->run ||
	    !b->stretch_end ||
	    allocate_slots(b) != PLIM_OK) {
		plim_batch_clear(b);
		return plim_error_memory(error, "the workspace of a thread");
	}
	return PLIM_OK;
}

plim_status plim_batch_init_parts(plim_batch *b, plim_error *error)
{
	b->part = plim_mem_alloc(b->slots, sizeof *b->part);
	bool ok = b->part != NULL;
	for (uint32_t s = 0; ok && s < b->slots; s++)
		ok = (b->part[s] = plim_mem_alloc(b->capacity * b->components, sizeof **b->part)) != NULL;
	return ok ? PLIM_OK : plim_error_memory(error, "the workspace of a thread");
}

void plim_batch_clear(plim_batch *b)
{
	for (uint32_t s = 0; s < b->slots; s++) {
		if (b->part)
			plim_mem_free(b->part[s]);
		if (b->probability)
			plim_mem_free(b->probability[s]);
		if (b->factor)
			plim_mem_free(b->factor[s]);
		if (b->days)
			plim_mem_free(b->days[s]);
	}
	void *arrays[] = {
	    b->source,         b->draw,         b->trial,  b->event,       b->identity, b->stream,
	    b->chance,         b->year,         b->day,    b->x,           b->word,     b->u,
	    b->base,           b->sum,          b->loss,   b->run,         b->stretch_end,     (void *)b->probability,
	    (void *)b->factor, (void *)b->days, b->length, (void *)b->part};
	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
		plim_mem_free(arrays[i]);
	*b = (plim_batch){0};
}

size_t plim_batch_bytes(size_t capacity, uint32_t slots, uint32_t components)
{
	return capacity * (4 * 7 + 8 * 9 + sizeof(plim_run_of_class) + 8 * (size_t)components + 24 * (size_t)slots);
}
