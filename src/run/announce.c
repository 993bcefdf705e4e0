/* SPDX-License-Identifier: Apache-2.0 */
/* What this version does not compute of a model: said before every run and kept with its results, never skipped in silence. */
#include "run/announce.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

typedef struct collector {
	char **note;
	size_t count, capacity;
	bool failed;
} collector;

static void take(collector *c, plim_text *text)
{
	if (text->failed || plim_mem_grow((void **)&c->note, &c->capacity, c->count + 1, sizeof *c->note)) {
		c->failed = true;
		plim_text_free(text);
		return;
	}
	c->note[c->count++] = text->data;
}

static void announce_outages(collector *c, const plim_model *model)
{
	plim_text text = {0};
	size_t outages = 0, only = 0;
	for (size_t t = 0; t < model->threats; t++) {
		outages += model->threat[t].outage != NULL;
		only += model->threat[t].outage && model->threat[t].losses == 0;
	}
	if (outages == 0)
		return;
	plim_text_add_format(&text,
						 "Interruption is not computed by this version: the outages of %zu of %zu threats cost nothing here, "
						 "and buffers, substitution and margins have no effect.",
						 outages, model->threats);
	if (only)
		plim_text_add_format(&text, " %zu of them have no direct loss either and add nothing to any figure:", only);
	for (size_t t = 0; t < model->threats; t++)
		if (model->threat[t].outage && model->threat[t].losses == 0)
			plim_text_add_format(&text, " %s", model->threat[t].id);
	if (only)
		plim_text_add(&text, ".");
	take(c, &text);
}

static void announce_adds(collector *c, const plim_model *model)
{
	plim_text text = {0};
	size_t count = 0;
	for (size_t i = 0; i < model->controls; i++) {
		const plim_control *control = &model->control[i];
		if (control->adds_buffer_days != 0 || control->adds_substitution != 0 || control->reduces_outage.law ||
			control->reduces_outage.value != 0)
			plim_text_add_format(&text, "%s%s", count++ ? ", " : "", control->id);
	}
	if (count) {
		plim_text all = {0};
		plim_text_add_format(&all, "Without interruption these controls show only part of their effect, or none: %s.", text.data);
		take(c, &all);
	}
	plim_text_free(&text);
}

static void announce_money(collector *c, const plim_model *model)
{
	if (model->insurances) {
		plim_text text = {0};
		plim_text_add_format(&text,
							 "Insurance is not computed by this version: all losses are gross, before the %zu policies of "
							 "the model; tolerance is tested on gross losses too.",
							 model->insurances);
		take(c, &text);
	}
	if (!isnan(model->discount_rate)) {
		plim_text text = {0};
		plim_text_add(&text, "Discounting is not computed by this version: all figures are undiscounted.");
		take(c, &text);
	}
}

static void announce_scope(collector *c, const plim_model *model)
{
	if (!model->scope_filtered)
		return;
	size_t nodes = 0, links = 0;
	for (size_t i = 0; i < model->nodes; i++)
		nodes += model->node[i].in_scope;
	for (size_t i = 0; i < model->links; i++)
		links += model->link[i].in_scope;
	plim_text text = {0};
	plim_text_add_format(&text,
						 "The scope takes in %zu of %zu nodes and %zu of %zu links; threats to the whole organisation "
						 "count in full.",
						 nodes, model->nodes, links, model->links);
	take(c, &text);
}

plim_status plim_run_announce(const plim_model *model, char ***notes, size_t *count, plim_error *error)
{
	collector c = {0};
	announce_outages(&c, model);
	announce_adds(&c, model);
	announce_money(&c, model);
	announce_scope(&c, model);
	if (c.failed) {
		plim_run_announce_free(c.note, c.count);
		return plim_error_memory(error, "the notes on the run");
	}
	*notes = c.note;
	*count = c.count;
	return PLIM_OK;
}

void plim_run_announce_free(char **notes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		plim_mem_free(notes[i]);
	plim_mem_free(notes);
}

plim_status plim_run_refuse(const plim_model *model, plim_error *error)
{
	if (model->horizon_years > 1)
		return plim_error_set(error, PLIM_ERROR_MODEL,
							  "horizon_years: %u: this version computes one year; set it to 1 or leave it out",
							  (unsigned)model->horizon_years);
	return PLIM_OK;
}
