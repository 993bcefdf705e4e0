/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/pin.h"

#include "base/error.h"
#include "base/memory.h"
#include "decide/parameter.h"
#include "dist/quantile_table.h"
#include "engine/plan.h"
#include "random/address.h"

typedef struct pinned {
	plim_parameter *parameter;
	plim_quantile_table *table;
} pinned;

struct plim_pin {
	plim_parameters *parameters;
	pinned *item;
	size_t items;
};

plim_status plim_pin_new(const plim_model *model, plim_pin **out, plim_error *error)
{
	plim_pin *pin = plim_mem_alloc(1, sizeof *pin);
	if (!pin)
		return plim_error_memory(error, "the worlds");
	plim_status status = plim_parameters_new(model, &pin->parameters, error);
	if (status == PLIM_OK) {
		pin->item = plim_mem_alloc(pin->parameters->items, sizeof *pin->item);
		status = pin->item ? PLIM_OK : plim_error_memory(error, "the worlds");
	}
	for (size_t i = 0; status == PLIM_OK && i < pin->parameters->items; i++) {
		plim_parameter *p = &pin->parameters->item[i];
		if (!plim_parameter_is_unknown(p) || p->role == PLIM_PARAMETER_COST)
			continue;
		pin->item[pin->items].parameter = p;
		status = plim_quantile_table_build(p->was.law, &pin->item[pin->items].table, error);
		pin->items += status == PLIM_OK;
		plim_parameter_pin(p, plim_parameter_mean(p));
	}
	*out = pin;
	if (status != PLIM_OK)
		plim_pin_free(out);
	return status;
}

void plim_pin_free(plim_pin **pin)
{
	plim_pin *p = *pin;
	if (!p)
		return;
	for (size_t i = 0; i < p->items; i++)
		plim_quantile_table_free(&p->item[i].table);
	plim_mem_free(p->item);
	plim_parameters_free(&p->parameters);
	plim_mem_free(p);
	*pin = NULL;
}

size_t plim_pin_count(const plim_pin *pin)
{
	return pin->items;
}

const plim_model *plim_pin_world(plim_pin *pin, uint64_t seed, uint64_t world)
{
	uint64_t base = plim_address_base(PLIM_PURPOSE_UNKNOWN, world >> PLIM_BLOCK_BITS);
	for (size_t i = 0; i < pin->items; i++) {
		plim_parameter *p = pin->item[i].parameter;
		uint64_t x = plim_address_uniform(seed, p->identity, base, world % PLIM_BLOCK_TRIALS);
		plim_parameter_pin(p, plim_quantile_table_at(pin->item[i].table, x));
	}
	return &pin->parameters->model;
}
