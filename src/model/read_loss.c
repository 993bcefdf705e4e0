/* SPDX-License-Identifier: Apache-2.0 */
/* What a threat costs: loss components, consequence bands and the outage. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/load.h"

static int by_component(const void *a, const void *b)
{
	return strcmp(((const plim_severity *)a)->component, ((const plim_severity *)b)->component);
}

/* The names under which losses through the network are booked. */
static bool is_reserved(const char *name)
{
	return strcmp(name, "interruption") == 0 || strcmp(name, "substitution") == 0;
}

static void read_components(plim_load *load, const plim_value *map, plim_threat *threat)
{
	if (!plim_is_map(load, map, "`losses`"))
		return;
	threat->loss = plim_load_keep(load, map->count, sizeof *threat->loss);
	if (!threat->loss)
		return;
	for (uint32_t i = 0; i < map->count; i++) {
		const plim_value *key = map->pair[i].key;
		plim_severity *severity = &threat->loss[threat->losses];
		if (!plim_read_id(load, key, "loss component", &severity->component))
			continue;
		threat->losses++;
		if (is_reserved(key->text))
			plim_load_error(load, key, "the component \"%s\" is computed from the network; choose another name",
			                key->text);
		const plim_value *value = plim_get(load, map, key->text);
		if (value)
			plim_read_severity(load, value, severity->component, severity);
	}
	if (!threat->losses)
		plim_load_error(load, map, "`losses` is empty; name a component or remove the key");
	qsort(threat->loss, threat->losses, sizeof *threat->loss, by_component);
}

static plim_severity *one_loss(plim_load *load, plim_threat *threat)
{
	threat->loss = plim_load_keep(load, 1, sizeof *threat->loss);
	if (!threat->loss)
		return NULL;
	threat->losses = 1;
	threat->loss->component = plim_arena_text(load->keep, "loss");
	return threat->loss;
}

static void read_consequence(plim_load *load, const plim_value *value, plim_threat *threat)
{
	const plim_model *model = load->model;
	const plim_band *band = plim_find_band(load, value, "consequence", model->consequence, model->consequences);
	plim_severity *severity = band ? one_loss(load, threat) : NULL;
	if (!severity)
		return;
	threat->consequence = band->name;
	severity->times.value = 1;
	severity->cap = INFINITY;
	plim_band_amount(load, value, band, &severity->amount);
}

static void read_outage(plim_load *load, const plim_value *row, plim_threat *threat)
{
	static const char *const stops[] = {"output", "inflow", NULL};
	static const char *const outage_only[] = {"outage_share", "stops"};
	const plim_value *value = plim_get(load, row, "outage_days");
	threat->outage_share = 1;
	plim_get_number(load, row, "outage_share", &plim_range_share, &threat->outage_share);
	threat->stops_inflow = plim_get_choice(load, row, "stops", stops) == 1;
	for (size_t i = 0; i < 2 && !value; i++) {
		const plim_value *other = plim_get(load, row, outage_only[i]);
		if (other)
			plim_load_error(load, other, "`%s` needs `outage_days`", outage_only[i]);
	}
	if (!value)
		return;
	if (!plim_get(load, row, "where") && !plim_get(load, row, "custody"))
		plim_load_error(load, value, "`outage_days` needs `where`: an outage stops nodes or links");
	else if (threat->where.kind == PLIM_PLACE_LINK && plim_get(load, row, "stops"))
		plim_load_error(load, plim_get(load, row, "stops"),
		                "`stops` is for nodes: an outage of a link always stops what arrives over it");
	threat->outage = plim_load_keep(load, 1, sizeof *threat->outage);
	if (!threat->outage)
		return;
	threat->outage->component = plim_arena_text(load->keep, "");
	plim_read_severity(load, value, "outage_days", threat->outage);
}

static const plim_range correlation = {-1, 1, false, "from -1 to 1"};

void plim_read_losses(plim_load *load, const plim_value *row, plim_threat *threat)
{
	const plim_value *const ways[] = {plim_get(load, row, "loss"), plim_get(load, row, "losses"),
	                                  plim_get(load, row, "consequence")};
	size_t given = 0;
	for (size_t i = 0; i < 3; i++)
		given += ways[i] != NULL;
	threat->consequence = plim_arena_text(load->keep, "");
	if (given > 1) {
		plim_load_error(load, ways[2] ? ways[2] : ways[1],
		                "a threat has one of `loss`, `losses` and `consequence`; remove the others");
	} else if (ways[0]) {
		plim_severity *severity = one_loss(load, threat);
		if (severity)
			plim_read_severity(load, ways[0], "loss", severity);
	} else if (ways[1]) {
		read_components(load, ways[1], threat);
	} else if (ways[2]) {
		read_consequence(load, ways[2], threat);
	}
	read_outage(load, row, threat);
	if (!given && !plim_get(load, row, "outage_days"))
		plim_load_error(load, row,
		                "the threat \"%s\" has no `loss`, `losses`, `consequence` or `outage_days`; give it one",
		                threat->id);
	const plim_value *leans = plim_get(load, row, "loss_outage_correlation");
	if (leans && (!given || !plim_get(load, row, "outage_days")))
		plim_load_error(load, leans, "`loss_outage_correlation` needs both a loss and `outage_days`");
	else if (leans)
		plim_read_number(load, leans, "loss_outage_correlation", &correlation, &threat->loss_outage_correlation);
	const plim_value *times = plim_get(load, row, "loss_times");
	if (times && !given)
		plim_load_error(load, times, "`loss_times` needs a loss to multiply");
}
