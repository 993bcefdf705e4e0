/* SPDX-License-Identifier: Apache-2.0 */
/* Trips over several links, and threats that strike along them (chain of custody). */
#include <stdlib.h>
#include <string.h>

#include "model/custody.h"
#include "model/load.h"

#define MOST_TRIPS 1000000000u /* a year, as of a count law */
#define MOST_HAND_OVERS 1000000u

/* ---- trips ---- */

/* The link that leg number `leg` names, and what is wrong with it there. */
static bool read_leg(plim_load *load, const plim_value *at, const char *id, plim_trip *trip)
{
	const plim_model *model = load->model;
	uint32_t link;
	char hint[PLIM_HINT_SIZE];
	if (!plim_names_find(&load->link_names, id, &link)) {
		if (!load->links_bad)
			plim_load_error(load, at, "there is no link \"%s\"%s", id,
			                plim_hint(hint, sizeof hint, plim_nearest_name(load, id, &load->link_names)));
		return false;
	}
	if (trip->legs) {
		const plim_link *before = &model->link[trip->leg[trip->legs - 1].link], *here = &model->link[link];
		if (before->to != here->from && before->to < model->nodes && here->from < model->nodes)
			plim_load_error(load, at, "the leg before ends at \"%s\", but this one begins at \"%s\"",
			                model->node[before->to].id, model->node[here->from].id);
	}
	trip->leg[trip->legs++] = (plim_leg){.link = link};
	return true;
}

static bool read_legs(plim_load *load, const plim_value *row, plim_trip *trip)
{
	const plim_value *value = plim_get(load, row, "legs");
	plim_words words;
	if (!value) {
		plim_load_error(load, row, "the trip \"%s\" needs `legs`, the ids of its links in order", trip->id);
		return false;
	}
	if (!plim_is_list(load, value, "`legs`") || !plim_read_words(load, value, "legs", true, &words))
		return false;
	trip->leg = plim_load_keep(load, words.count, sizeof *trip->leg);
	bool good = trip->leg && words.count > 0;
	if (!words.count)
		plim_load_error(load, value, "`legs` is empty; name the links of the trip in order");
	for (size_t i = 0; good && i < words.count; i++)
		good = read_leg(load, words.at[i], words.word[i], trip);
	return good;
}

/* A list with one number a leg; NULL when it is absent, or after an error. */
static const plim_value *leg_list(plim_load *load, const plim_value *row, const char *key, const plim_trip *trip)
{
	const plim_value *value = plim_get(load, row, key);
	if (!value || !plim_is_list(load, value, key))
		return NULL;
	if (value->count == trip->legs)
		return value;
	plim_load_error(load, value, "`%s` has %u numbers, but the trip has %zu legs; give one for each", key, value->count,
	                trip->legs);
	return NULL;
}

static void read_leg_numbers(plim_load *load, const plim_value *row, plim_trip *trip)
{
	const plim_value *moving = leg_list(load, row, "hours_moving", trip);
	const plim_value *resting = leg_list(load, row, "hours_resting", trip);
	const plim_value *hand_overs = leg_list(load, row, "hand_overs", trip);
	const plim_value *checks = leg_list(load, row, "seal_checks", trip);
	if (!plim_get(load, row, "hours_moving"))
		plim_load_error(load, row, "the trip \"%s\" needs `hours_moving`, one number a leg", trip->id);
	for (size_t i = 0; i < trip->legs; i++) {
		plim_leg *leg = &trip->leg[i];
		if (moving)
			plim_read_number(load, moving->item[i], "hours_moving", &plim_range_from_zero, &leg->hours_moving);
		if (resting)
			plim_read_number(load, resting->item[i], "hours_resting", &plim_range_from_zero, &leg->hours_resting);
		if (hand_overs)
			plim_read_whole(load, hand_overs->item[i], "hand_overs", 0, MOST_HAND_OVERS, &leg->hand_overs);
		if (checks)
			plim_read_number(load, checks->item[i], "seal_checks", &plim_range_share, &leg->seal_check);
	}
}

static void read_trip(plim_load *load, const plim_value *row, plim_trip *trip)
{
	static const char *const keys[] = {
	    "id", "title", "legs", "trips_per_year", "hours_moving", "hours_resting", "hand_overs", "seal_checks", NULL};
	plim_check_keys(load, row, keys, "a trip");
	plim_need_id(load, row, "a trip", &trip->id);
	plim_get_text(load, row, "title", &trip->title);
	const plim_value *number = plim_get(load, row, "trips_per_year");
	if (number)
		plim_read_whole(load, number, "trips_per_year", 0, MOST_TRIPS, &trip->trips_per_year);
	else
		plim_load_error(load, row, "the trip \"%s\" needs `trips_per_year`", trip->id);
	if (read_legs(load, row, trip))
		read_leg_numbers(load, row, trip);
}

static int by_id(const void *a, const void *b)
{
	const plim_trip *x = a, *y = b;
	int order = strcmp(x->id, y->id);
	return order ? order : x->position < y->position ? -1 : 1;
}

void plim_read_trips(plim_load *load)
{
	plim_model *model = load->model;
	const plim_value **row;
	size_t count = plim_get_records(load, "trips", "a trip", &row);
	model->trip = plim_load_keep(load, count, sizeof *model->trip);
	if (!model->trip)
		return;
	model->trips = count;
	for (uint32_t i = 0; i < count; i++) {
		model->trip[i].position = i;
		read_trip(load, row[i], &model->trip[i]);
	}
	if (count)
		qsort(model->trip, count, sizeof *model->trip, by_id);
	for (uint32_t i = 0; i < count; i++)
		plim_index_record(load, &load->trip_names, "trip", model->trip[i].id, i, row[model->trip[i].position]);
}

/* ---- threats along trips ---- */

static void refuse_others(plim_load *load, const plim_value *row)
{
	static const char *const others[] = {"where", "frequency", "likelihood", "shared_by", "exposure"};
	for (size_t i = 0; i < sizeof others / sizeof *others; i++) {
		const plim_value *value = plim_get(load, row, others[i]);
		if (value)
			plim_load_error(load, value, "`custody` says where and how often; remove `%s` or `custody`", others[i]);
	}
}

/* All links of the trips that are in scope: what controls, groups and columns of the threat go by. */
static void select_links(plim_load *load, plim_selector *where)
{
	const plim_model *model = load->model;
	bool *taken = plim_load_spare(load, model->links, sizeof *taken);
	size_t count = 0;
	*where = (plim_selector){.kind = PLIM_PLACE_LINK};
	for (size_t t = 0; taken && t < model->trips; t++)
		for (size_t l = 0; l < model->trip[t].legs; l++)
			taken[model->trip[t].leg[l].link] = model->link[model->trip[t].leg[l].link].in_scope;
	for (size_t i = 0; taken && i < model->links; i++)
		count += taken[i];
	where->place = plim_load_keep(load, count, sizeof *where->place);
	for (uint32_t i = 0; where->place && i < model->links; i++)
		if (taken[i])
			where->place[where->places++] = i;
}

void plim_read_custody(plim_load *load, const plim_value *row, const plim_value *value, plim_threat *threat)
{
	static const char *const keys[] = {"moving", "resting", "hand_over", "detected_loss", NULL};
	plim_custody *custody = plim_load_keep(load, 1, sizeof *custody);
	refuse_others(load, row);
	select_links(load, &threat->where);
	if (!custody || !plim_is_map(load, value, "`custody`"))
		return;
	plim_check_keys(load, value, keys, "`custody`");
	custody->detected_loss = 0.5;
	plim_get_number(load, value, "moving", &plim_range_from_zero, &custody->moving);
	plim_get_number(load, value, "resting", &plim_range_from_zero, &custody->resting);
	plim_get_number(load, value, "hand_over", &plim_range_from_zero, &custody->hand_over);
	plim_get_number(load, value, "detected_loss", &plim_range_share, &custody->detected_loss);
	if (!plim_get(load, value, "moving") && !plim_get(load, value, "resting") && !plim_get(load, value, "hand_over"))
		plim_load_error(load, value, "`custody` needs a hazard: `moving` or `resting` per hour, or `hand_over`");
	if (!plim_get(load, load->root, "trips"))
		plim_load_error(load, value, "`custody` strikes trips, but the model has none; add `trips`");
	threat->custody = custody;
}
