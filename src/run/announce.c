/* SPDX-License-Identifier: Apache-2.0 */
/* What this version does not compute of a model: said before every run and kept with its results, never skipped in
 * silence. */
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
	bool outages = false, margins = false;
	for (size_t t = 0; t < model->threats; t++)
		outages |= model->threat[t].outage != NULL;
	for (size_t n = 0; n < model->nodes; n++)
		margins |= model->node[n].in_scope && model->node[n].margin_per_day > 0;
	if (!outages || margins)
		return;
	plim_text text = {0};
	plim_text_add(&text, "No node in scope has a `margin_per_day`: outages lose no margin, whatever they stop.");
	take(c, &text);
}

/* What a control adds to stocks is in force in its scenario from the first day, whatever its start day; an uncertain
 * coverage counts by its mean. */
static void announce_adds(collector *c, const plim_model *model)
{
	plim_text late = {0}, uncertain = {0};
	size_t lates = 0, uncertains = 0;
	for (size_t i = 0; i < model->controls; i++) {
		const plim_control *control = &model->control[i];
		if (control->adds_buffer_days == 0 && control->adds_substitution == 0)
			continue;
		if (control->start_day > 0)
			plim_text_add_format(&late, "%s%s", lates++ ? ", " : "", control->id);
		if (control->coverage.law || control->reliability.law || control->reliability.value != 1)
			plim_text_add_format(&uncertain, "%s%s", uncertains++ ? ", " : "", control->id);
	}
	if (lates) {
		plim_text text = {0};
		plim_text_add_format(&text,
		                     "Buffer and substitution that a control adds count from the first day of a trial, before "
		                     "its `start_day` too: %s.",
		                     late.data);
		take(c, &text);
	}
	if (uncertains) {
		plim_text text = {0};
		plim_text_add_format(&text,
		                     "Buffer and substitution that a control adds are scaled by the mean of its coverage and "
		                     "reliability: they do not fail in single years: %s.",
		                     uncertain.data);
		take(c, &text);
	}
	plim_text_free(&late);
	plim_text_free(&uncertain);
}

static void announce_money(collector *c, const plim_model *model)
{
	if (isnan(model->discount_rate))
		return;
	plim_text text = {0};
	plim_text_add(&text, model->horizon_years > 1
	                         ? "`discount_rate` enters AEP_PV, the present value of the total, and the present values "
	                           "of `compare`; all other figures are undiscounted."
	                         : "`discount_rate` enters the present values of `compare`; losses of a year are "
	                           "undiscounted.");
	take(c, &text);
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
