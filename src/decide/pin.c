/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/pin.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "dist/quantile_table.h"
#include "engine/plan.h"
#include "random/address.h"
#include "random/identity.h"

typedef struct pinned {
	plim_number *number; /* in the copy */
	plim_quantile_table *table;
	uint64_t identity;
} pinned;

struct plim_pin {
	plim_model model; /* a copy; what is not pinned is the original's */
	plim_severity **loss, *outage;
	plim_component_reduction **component;
	pinned *item;
	size_t items, capacity;
};

/* Pins one number, named as the engine names its unknown. */
static plim_status pin_number(plim_pin *pin, plim_number *number, const char *kind, const char *owner, const char *what,
                              plim_error *error)
{
	if (!number->law || number->per_place)
		return PLIM_OK;
	if (plim_mem_grow((void **)&pin->item, &pin->capacity, pin->items + 1, sizeof *pin->item))
		return plim_error_memory(error, "the worlds");
	const char *const names[] = {"unknown", kind, owner, what};
	pinned *item = &pin->item[pin->items];
	*item = (pinned){.number = number, .identity = plim_identity(names, 4)};
	plim_status status = plim_quantile_table_build(number->law, &item->table, error);
	if (status == PLIM_OK)
		pin->items++;
	number->law = NULL;
	return status;
}

static plim_status pin_severity(plim_pin *pin, plim_severity *severity, const char *threat, bool outage,
                                plim_error *error)
{
	plim_text what = {0};
	plim_text_add_format(&what, outage ? "outage_days.times" : "loss.%s.times", severity->component);
	plim_status status = what.failed ? plim_error_memory(error, "the worlds")
	                                 : pin_number(pin, &severity->times, "threat", threat, what.data, error);
	plim_text_free(&what);
	return status;
}

static plim_status pin_threat(plim_pin *pin, size_t t, plim_error *error)
{
	plim_threat *threat = &pin->model.threat[t];
	struct {
		plim_number *number;
		const char *what;
	} parts[] = {{&threat->frequency.mean, "frequency.mean"},
	             {&threat->frequency.p, "frequency.p"},
	             {&threat->vulnerability, "vulnerability"},
	             {&threat->strike_probability, "strike_probability"},
	             {&threat->severity_correlation, "severity_correlation"}};
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < sizeof parts / sizeof *parts && status == PLIM_OK; i++)
		status = pin_number(pin, parts[i].number, "threat", threat->id, parts[i].what, error);
	pin->loss[t] = plim_mem_alloc(threat->losses, sizeof **pin->loss);
	if (!pin->loss[t])
		return plim_error_memory(error, "the worlds");
	if (threat->losses)
		memcpy(pin->loss[t], threat->loss, threat->losses * sizeof **pin->loss);
	threat->loss = pin->loss[t];
	for (size_t c = 0; c < threat->losses && status == PLIM_OK; c++)
		status = pin_severity(pin, &threat->loss[c], threat->id, false, error);
	if (threat->outage) {
		pin->outage[t] = *threat->outage;
		threat->outage = &pin->outage[t];
		if (status == PLIM_OK)
			status = pin_severity(pin, threat->outage, threat->id, true, error);
	}
	return status;
}

static plim_status pin_components(plim_pin *pin, size_t c, plim_error *error)
{
	plim_control *control = &pin->model.control[c];
	plim_status status = PLIM_OK;
	pin->component[c] = plim_mem_alloc(control->components, sizeof **pin->component);
	if (!pin->component[c])
		return plim_error_memory(error, "the worlds");
	if (control->components)
		memcpy(pin->component[c], control->component, control->components * sizeof **pin->component);
	control->component = pin->component[c];
	for (size_t i = 0; i < control->components && status == PLIM_OK; i++) {
		plim_text what = {0};
		plim_text_add_format(&what, "reduces.losses.%s", control->component[i].component);
		status = what.failed ? plim_error_memory(error, "the worlds")
		                     : pin_number(pin, &control->component[i].share, "control", control->id, what.data, error);
		plim_text_free(&what);
	}
	return status;
}

static plim_status pin_control(plim_pin *pin, size_t c, plim_error *error)
{
	plim_control *control = &pin->model.control[c];
	struct {
		plim_number *number;
		const char *what;
	} parts[] = {{&control->reduces_frequency, "reduces.frequency"},
	             {&control->reduces_vulnerability, "reduces.vulnerability"},
	             {&control->reduces_loss, "reduces.loss"},
	             {&control->reduces_outage, "reduces.outage_days"},
	             {&control->coverage, "coverage"},
	             {&control->reliability, "reliability"}};
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < sizeof parts / sizeof *parts && status == PLIM_OK; i++)
		status = pin_number(pin, parts[i].number, "control", control->id, parts[i].what, error);
	return status == PLIM_OK ? pin_components(pin, c, error) : status;
}

plim_status plim_pin_new(const plim_model *model, plim_pin **out, plim_error *error)
{
	plim_pin *pin = plim_mem_alloc(1, sizeof *pin);
	if (!pin)
		return plim_error_memory(error, "the worlds");
	pin->model = *model;
	pin->model.threat = plim_mem_alloc(model->threats, sizeof *model->threat);
	pin->model.control = plim_mem_alloc(model->controls, sizeof *model->control);
	pin->loss = plim_mem_alloc(model->threats, sizeof *pin->loss);
	pin->outage = plim_mem_alloc(model->threats, sizeof *pin->outage);
	pin->component = plim_mem_alloc(model->controls, sizeof *pin->component);
	bool good = pin->model.threat && pin->model.control && pin->loss && pin->outage && pin->component;
	plim_status status = good ? PLIM_OK : plim_error_memory(error, "the worlds");
	if (good) {
		memcpy(pin->model.threat, model->threat, model->threats * sizeof *model->threat);
		if (model->controls)
			memcpy(pin->model.control, model->control, model->controls * sizeof *model->control);
	}
	for (size_t t = 0; t < model->threats && status == PLIM_OK; t++)
		status = pin_threat(pin, t, error);
	for (size_t c = 0; c < model->controls && status == PLIM_OK; c++)
		status = pin_control(pin, c, error);
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
	for (size_t t = 0; p->loss && t < p->model.threats; t++)
		plim_mem_free(p->loss[t]);
	for (size_t c = 0; p->component && c < p->model.controls; c++)
		plim_mem_free(p->component[c]);
	plim_mem_free(p->item);
	plim_mem_free(p->loss);
	plim_mem_free(p->outage);
	plim_mem_free(p->component);
	plim_mem_free(p->model.threat);
	plim_mem_free(p->model.control);
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
		const pinned *item = &pin->item[i];
		uint64_t x = plim_address_uniform(seed, item->identity, base, world % PLIM_BLOCK_TRIALS);
		item->number->value = plim_quantile_table_at(item->table, x);
	}
	return &pin->model;
}
