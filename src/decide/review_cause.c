/* SPDX-License-Identifier: Apache-2.0 */
/* Why the loss of a threat is another one: what changed of whatever it depends on. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "decide/review.h"
#include "model/place.h"

#define MOST_KEYS 5

/* What is compared: one threat in one pair of scenarios. */
typedef struct cause {
	const plim_review *review;
	const plim_threat *threat[2];
	const plim_scenario *scenario[2];
	plim_text text;
} cause;

static void say(cause *c, const char *what)
{
	plim_text_add(&c->text, c->text.length ? "; " : "");
	plim_text_add(&c->text, what);
}

static bool begins(const char *text, const char *with)
{
	return strncmp(text, with, strlen(with)) == 0;
}

/* Keys that say something about a record and change no loss. */
static bool is_description(const char *key)
{
	static const char *const keys[] = {"title",       "description", "notes",   "owner",    "assumptions", "family",
	                                   "category",    "clauses",     "clause",  "status",   "evidence",    "confidence",
	                                   "consequence", "likelihood",  "cost",    "friction", "roles",       "staff_days",
	                                   "requires",    "excludes",    "premium", "tags"};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		size_t length = strlen(keys[i]);
		if (begins(key, keys[i]) && (key[length] == '\0' || key[length] == '.'))
			return true;
	}
	return false;
}

/* True if a change of the list bears on losses; `name` NULL: of any record. */
static bool matters(const plim_change *change, int list, const char *name)
{
	return change->list == list && (!name || strcmp(change->name, name) == 0) && !is_description(change->key);
}

static bool any(const cause *c, int list, const char *name)
{
	for (size_t i = 0; i < c->review->diff.count; i++)
		if (matters(&c->review->diff.change[i], list, name))
			return true;
	return false;
}

/* "frequency.mean, vulnerability": the keys of a record that changed. */
static void say_keys(cause *c, int list, const char *name, const char *before)
{
	const plim_diff *diff = &c->review->diff;
	plim_text keys = {0};
	size_t count = 0;
	for (size_t i = 0; i < diff->count; i++) {
		if (!matters(&diff->change[i], list, name))
			continue;
		if (count < MOST_KEYS)
			plim_text_add_format(&keys, "%s%s", count ? ", " : before, diff->change[i].key);
		count++;
	}
	if (count > MOST_KEYS)
		plim_text_add_format(&keys, " and %zu more", count - MOST_KEYS);
	if (count)
		say(c, keys.data);
	c->text.failed |= keys.failed;
	plim_text_free(&keys);
}

static bool has_outage(const cause *c)
{
	return c->threat[0]->outage || c->threat[1]->outage;
}

/* ---- controls ---- */

static bool acts_on(const plim_model *model, const plim_control *control, const plim_threat *threat)
{
	if (control->adds_buffer_days > 0 || control->adds_substitution > 0)
		if (threat->outage)
			return true; /* what is in store helps against every outage */
	for (size_t i = 0; i < control->against_count; i++)
		if (control->against[i] == (uint32_t)(threat - model->threat))
			return true;
	return false;
}

/* The control of that id in force in a scenario against the threat, NULL if there is none. */
static const plim_control *in_force(const cause *c, int side, const char *id)
{
	const plim_model *model = c->review->model[side];
	for (size_t i = 0; i < c->scenario[side]->controls; i++) {
		const plim_control *control = &model->control[c->scenario[side]->control[i]];
		if (strcmp(control->id, id) == 0 && acts_on(model, control, c->threat[side]))
			return control;
	}
	return NULL;
}

static void say_controls(cause *c)
{
	for (int side = 0; side < 2; side++)
		for (size_t i = 0; i < c->scenario[side]->controls; i++) {
			const char *id = c->review->model[side]->control[c->scenario[side]->control[i]].id;
			if (!in_force(c, side, id))
				continue;
			plim_text text = {0};
			if (!in_force(c, 1 - side, id))
				plim_text_add_format(&text, "control %s %s", id, side ? "in force" : "no longer in force");
			else if (side)
				plim_text_add_format(&text, "control %s: ", id);
			if (text.failed)
				c->text.failed = true;
			else if (text.data && text.data[text.length - 1] == ' ')
				say_keys(c, PLIM_LIST_CONTROLS, id, text.data);
			else if (text.data)
				say(c, text.data);
			plim_text_free(&text);
		}
}

/* ---- places ---- */

static void say_places(cause *c)
{
	const plim_selector *a = &c->threat[0]->where, *b = &c->threat[1]->where;
	const plim_model *const *model = (const plim_model *const *)c->review->model;
	if (a->kind != b->kind)
		return; /* a change of its own record */
	bool same = a->places == b->places;
	for (size_t i = 0; same && i < a->places; i++)
		same =
		    strcmp(plim_place_id(model[0], a->kind, a->place[i]), plim_place_id(model[1], b->kind, b->place[i])) == 0;
	char text[80];
	snprintf(text, sizeof text, "other places (%zu, before %zu)", b->places, a->places);
	if (!same) {
		say(c, text);
		return;
	}
	bool scaled = false;
	for (size_t i = 0; i < a->places; i++) {
		const plim_threat *x = c->threat[0], *y = c->threat[1];
		scaled |= x->exposure_of && y->exposure_of && x->exposure_of[i] != y->exposure_of[i];
		scaled |= x->loss_times_of && y->loss_times_of && x->loss_times_of[i] != y->loss_times_of[i];
	}
	if (scaled)
		say(c, "exposure of its places");
}

/* ---- the rest of the model ---- */

static void say_surroundings(cause *c)
{
	if (has_outage(c) && (any(c, PLIM_LIST_NODES, NULL) || any(c, PLIM_LIST_LINKS, NULL)))
		say(c, "network");
	if ((c->threat[0]->intensity || c->threat[1]->intensity) && any(c, PLIM_LIST_INTENSITY, NULL))
		say(c, "intensity");
	if ((c->threat[0]->custody || c->threat[1]->custody) && any(c, PLIM_LIST_TRIPS, NULL))
		say(c, "trips");
	for (size_t i = 0; i < c->review->diff.count; i++)
		if (c->review->diff.change[i].list == PLIM_MODEL_LISTS && begins(c->review->diff.change[i].key, "overlaps") &&
		    has_outage(c))
			say(c, "overlaps");
	if ((c->review->before->perspectives > 1 || c->review->after->perspectives > 1) &&
	    (any(c, PLIM_LIST_INSURANCE, NULL) || any(c, PLIM_LIST_SCENARIOS, c->scenario[1]->id)))
		say(c, "insurance");
}

/* Nothing that it depends on changed. */
static const char *what_is_left(const cause *c, const plim_review_pair *pair, double change)
{
	if (!pair->losses.paired)
		return "nothing of it changed: chance (other draws)";
	if (change == 0)
		return "unchanged";
	if (has_outage(c))
		return "nothing of it changed: other outages of the same trials did";
	return "nothing of it changed: what else is insured did";
}

char *plim_review_cause(const plim_review *review, const plim_review_pair *pair, const char *threat, double change)
{
	cause c = {.review = review};
	const uint32_t index[] = {pair->before, pair->after};
	const plim_results *const results[] = {review->before, review->after};
	for (int side = 0; side < 2; side++) {
		c.threat[side] = plim_review_find_threat(review->model[side], threat);
		c.scenario[side] = plim_model_find_scenario(review->model[side], results[side]->scenario[index[side]].id);
	}
	if (!c.threat[0] || !c.threat[1])
		return plim_mem_string(c.threat[1] ? "new in the model" : c.threat[0] ? "no longer in the model" : "");
	say_keys(&c, PLIM_LIST_THREATS, threat, "");
	if (c.scenario[0] && c.scenario[1]) {
		say_controls(&c);
		say_places(&c);
		say_surroundings(&c);
	}
	if (!c.text.length)
		say(&c, what_is_left(&c, pair, change));
	if (c.text.failed)
		plim_text_free(&c.text);
	return c.text.data;
}
