/* SPDX-License-Identifier: Apache-2.0 */
/* One threat read from the model: its origins, what is alike among its places, its unknowns, and what is not known of
 * it. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/exact.h"
#include "model/custody.h"

#define YEAR 365.0

#define MOST_NODES 4096.0 /* of one grid */
#define MOST_STEPS 2e7    /* nodes of both grids times places that differ */
#define LOOK_BACK 64      /* places seen lately that a new one is compared with */
#define MOST_CUTS 6       /* controls that cut losses at one place: 2^6 outcomes, twice with a seal check */

typedef struct reader {
	plim_exact_threat *t;
	uint32_t only; /* this place, or PLIM_EXACT_EVERYWHERE */
	plim_error *error;
} reader;

static int by_index(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Lists of the model are sorted. Looked up here and not by plim_list_has, which the compiler of plans uses: a fault in
 * that must show as a contradiction. */
static bool has(const uint32_t *list, size_t count, uint32_t wanted)
{
	return count > 0 && bsearch(&wanted, list, count, sizeof *list, by_index) != NULL;
}

static bool acts_at(const plim_control *control, const plim_threat *threat, uint32_t place)
{
	const plim_selector *where = &control->where;
	return where->everywhere || (where->kind == threat->where.kind && has(where->place, where->places, place));
}

void plim_exact_say(char reason[static PLIM_EXACT_REASON], const char *why)
{
	if (!*reason)
		snprintf(reason, PLIM_EXACT_REASON, "%s", why);
}

static void say_all(plim_exact_threat *t, const char *why)
{
	plim_exact_say(t->no_law, why);
	plim_exact_say(t->no_events, why);
	plim_exact_say(t->no_mean, why);
}

static void find_controls(plim_exact_threat *t, uint32_t threat, const plim_scenario *scenario)
{
	for (uint32_t c = 0; c < t->model->controls; c++) {
		const plim_control *control = &t->model->control[c];
		if (!has(scenario->control, scenario->controls, c) ||
		    !(control->against_all || has(control->against, control->against_count, threat)))
			continue;
		if (t->controls == PLIM_EXACT_CONTROLS) {
			say_all(t, "more than 64 controls act against it");
			return;
		}
		t->control[t->controls] = control;
		t->control_index[t->controls++] = c;
	}
}

static int by_day(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* Present value of one unit a year from day `from` to day `to`. */
static double present_of(const plim_model *model, double from, double to)
{
	const double force = log1p(model->discount_rate);
	if (!(force > 0))
		return (to - from) / YEAR;
	return (exp(-force * from / YEAR) - exp(-force * to / YEAR)) / force;
}

/* The days on which something starts within a year, with its first day before and the first day of the next one behind.
 */
static size_t days_of_year(const plim_exact_threat *t, uint32_t year, double day[static PLIM_EXACT_CONTROLS + 2])
{
	const double from = YEAR * year, to = YEAR * (year + 1);
	size_t days = 1;
	day[0] = from;
	for (size_t c = 0; c < t->controls; c++)
		if (t->control[c]->start_day > from && t->control[c]->start_day < to)
			day[days++] = t->control[c]->start_day;
	qsort(day, days, sizeof *day, by_day);
	day[days] = to;
	return days;
}

/* A year falls into stretches in which the same controls have started; years that are alike are counted. */
static void add_year(plim_exact_threat *t, uint32_t year)
{
	double day[PLIM_EXACT_CONTROLS + 2];
	const size_t days = days_of_year(t, year, day);
	plim_exact_year *last = t->years ? &t->year[t->years - 1] : NULL;
	const size_t first = t->stretches;
	for (size_t d = 0; d < days; d++) {
		if (!(day[d + 1] > day[d]))
			continue;
		uint64_t started = 0;
		for (size_t c = 0; c < t->controls; c++)
			if (t->control[c]->start_day <= day[d])
				started |= UINT64_C(1) << c;
		if (days == 1 && last && last->stretches == 1 && t->stretch_controls[last->first] == started) {
			last->copies++;
			t->present[last->first] += present_of(t->model, day[0], day[1]);
			return;
		}
		if (t->stretches == PLIM_EXACT_STRETCHES) {
			say_all(t, "its controls start on more than 16 days");
			return;
		}
		t->stretch[t->stretches] = (day[d + 1] - day[d]) / YEAR;
		t->present[t->stretches] = present_of(t->model, day[d], day[d + 1]);
		t->stretch_controls[t->stretches++] = started;
	}
	t->year[t->years++] = (plim_exact_year){first, t->stretches - first, 1};
}

static void find_stretches(plim_exact_threat *t, uint32_t year)
{
	const uint32_t horizon = t->model->horizon_years;
	t->span = year == PLIM_EXACT_HORIZON ? horizon : 1;
	for (uint32_t y = 0; y < horizon && !*t->no_mean; y++)
		if (year == PLIM_EXACT_HORIZON || year == y + 1)
			add_year(t, y);
}

/* --- origins --- */

static double of_place(const double *column, size_t i)
{
	return column ? column[i] : 1;
}

static plim_status find_type(reader *r, plim_exact_type wanted, uint32_t *index)
{
	plim_exact_threat *t = r->t;
	for (size_t i = t->types; i > 0 && i + LOOK_BACK > t->types;) {
		const plim_exact_type *known = &t->type[--i];
		if (known->loss_times == wanted.loss_times && known->undetected == wanted.undetected &&
		    known->controls == wanted.controls) {
			*index = (uint32_t)i;
			return PLIM_OK;
		}
	}
	if (plim_mem_grow((void **)&t->type, &t->type_capacity, t->types + 1, sizeof *t->type))
		return plim_error_memory(r->error, "the exact law");
	t->type[t->types] = wanted;
	*index = (uint32_t)t->types++;
	return PLIM_OK;
}

static uint64_t controls_at(const plim_exact_threat *t, uint32_t place)
{
	uint64_t bits = 0;
	for (size_t c = 0; c < t->controls; c++)
		if (acts_at(t->control[c], t->threat, place))
			bits |= UINT64_C(1) << c;
	return bits;
}

/* Adds a place to the origin that is being made, the last one. */
static plim_status add_part(reader *r, uint32_t place, double loss_times, double undetected, bool shared)
{
	plim_exact_threat *t = r->t;
	plim_exact_origin *o = &t->origin[t->origins - 1];
	uint32_t type = 0;
	plim_status status = find_type(r, (plim_exact_type){loss_times, undetected, controls_at(t, place), shared}, &type);
	if (status != PLIM_OK)
		return status;
	for (size_t i = o->first_part + o->parts; i > o->first_part && i + LOOK_BACK > o->first_part + o->parts;) {
		if (t->part[--i].type == type) {
			t->part[i].count++;
			return PLIM_OK;
		}
	}
	if (plim_mem_grow((void **)&t->part, &t->part_capacity, t->parts + 1, sizeof *t->part))
		return plim_error_memory(r->error, "the exact law");
	t->part[t->parts++] = (plim_exact_part){type, 1};
	o->parts++;
	return PLIM_OK;
}

static plim_status begin_origin(reader *r, plim_exact_origin origin)
{
	plim_exact_threat *t = r->t;
	if (plim_mem_grow((void **)&t->origin, &t->origin_capacity, t->origins + 1, sizeof *t->origin))
		return plim_error_memory(r->error, "the exact law");
	origin.copies = 1;
	origin.first_part = t->parts;
	t->origin[t->origins++] = origin;
	return PLIM_OK;
}

/* The key of a shared event at a place, read from the column of that name. */
static const char *key_at(const plim_model *m, const plim_threat *threat, uint32_t place)
{
	const char *key = threat->shared_by;
	const bool node = threat->where.kind == PLIM_PLACE_NODE;
	const plim_column *column = node ? m->node_column : m->link_column;
	const size_t columns = node ? m->node_columns : m->link_columns;
	const struct {
		const char *name, *value;
	} own[] = {
	    {"region", node ? m->node[place].region : m->link[place].region},
	    {"kind", node ? m->node[place].kind : m->link[place].kind},
	    {"mode", node ? NULL : m->link[place].mode},
	    {"item", node ? NULL : m->link[place].item},
	};
	for (size_t i = 0; i < sizeof own / sizeof *own; i++)
		if (own[i].value && strcmp(key, own[i].name) == 0)
			return own[i].value;
	for (size_t c = 0; c < columns; c++)
		if (strcmp(column[c].name, key) == 0)
			return column[c].text[place];
	return "";
}

typedef struct keyed {
	const char *key;
	size_t index;
} keyed;

static int by_key(const void *a, const void *b)
{
	const keyed *x = a, *y = b;
	int order = strcmp(x->key, y->key);
	return order ? order : (x->index > y->index) - (x->index < y->index);
}

static plim_status read_shared(reader *r)
{
	const plim_threat *threat = r->t->threat;
	const plim_selector *where = &threat->where;
	keyed *list = plim_mem_alloc(where->places, sizeof *list);
	plim_status status = list ? PLIM_OK : plim_error_memory(r->error, "the exact law");
	for (size_t i = 0; list && i < where->places; i++)
		list[i] = (keyed){key_at(r->t->model, threat, where->place[i]), i};
	if (list)
		qsort(list, where->places, sizeof *list, by_key);
	for (size_t i = 0; i < where->places && status == PLIM_OK; i++) {
		uint32_t place = where->place[list[i].index];
		if (i == 0 || strcmp(list[i].key, list[i - 1].key) != 0)
			status = begin_origin(r, (plim_exact_origin){.exposure = 1});
		if (status == PLIM_OK && (r->only == PLIM_EXACT_EVERYWHERE || r->only == place))
			status = add_part(r, place, of_place(threat->loss_times_of, list[i].index), 1, true);
		if (status == PLIM_OK && (i + 1 == where->places || strcmp(list[i + 1].key, list[i].key) != 0) &&
		    r->t->origin[r->t->origins - 1].parts == 0)
			r->t->origins--;
	}
	plim_mem_free(list);
	return status;
}

static plim_status read_sources(reader *r)
{
	const plim_threat *threat = r->t->threat;
	const plim_selector *where = &threat->where;
	const bool organisation = where->kind == PLIM_PLACE_ORGANISATION;
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < (organisation ? 1 : where->places) && status == PLIM_OK; i++) {
		uint32_t place = organisation ? 0 : where->place[i];
		double exposure = of_place(threat->exposure_of, i);
		if (!(exposure > 0) || (r->only != PLIM_EXACT_EVERYWHERE && r->only != place))
			continue;
		status = begin_origin(r, (plim_exact_origin){.exposure = exposure});
		if (status == PLIM_OK)
			status = add_part(r, place, of_place(threat->loss_times_of, i), 1, false);
	}
	return status;
}

static plim_status read_legs(reader *r)
{
	const plim_model *m = r->t->model;
	const plim_threat *threat = r->t->threat;
	plim_status status = PLIM_OK;
	for (size_t t = 0; t < m->trips; t++) {
		const plim_trip *trip = &m->trip[t];
		for (size_t l = 0; l < trip->legs && status == PLIM_OK; l++) {
			uint32_t link = trip->leg[l].link;
			double incident = plim_custody_chance(threat->custody, trip, l), times = 1;
			if (!m->link[link].in_scope || !(incident > 0) || (r->only != PLIM_EXACT_EVERYWHERE && r->only != link))
				continue;
			for (size_t i = 0; threat->loss_times_of && i < threat->where.places; i++)
				if (threat->where.place[i] == link)
					times = threat->loss_times_of[i];
			status = begin_origin(
			    r, (plim_exact_origin){.exposure = 1, .trips = trip->trips_per_year, .incident = incident});
			if (status == PLIM_OK)
				status = add_part(r, link, times, plim_custody_undetected(trip, l), false);
		}
	}
	return status;
}

static int by_parts(const void *a, const void *b, void *context)
{
	const plim_exact_origin *x = a, *y = b;
	const plim_exact_part *part = context;
	if (x->parts != y->parts)
		return x->parts > y->parts ? 1 : -1;
	int order = memcmp(part + x->first_part, part + y->first_part, x->parts * sizeof *part);
	if (order)
		return order;
	if (x->trips != y->trips)
		return x->trips > y->trips ? 1 : -1;
	if (x->incident != y->incident)
		return x->incident > y->incident ? 1 : -1;
	return (x->exposure > y->exposure) - (x->exposure < y->exposure);
}

/* Joins origins that are alike; Poisson counts add up whatever their exposures, unless each has unknowns of its own.
 * Returns how many are left. */
static size_t join_alike(const plim_exact_threat *t, plim_exact_origin *origin, size_t origins, plim_exact_part *part)
{
	const bool adds = t->threat->frequency.law == PLIM_COUNT_POISSON && !t->threat->custody && t->locals == 0;
	size_t kept = 0;
	if (origins == 0)
		return 0;
	qsort_r(origin, origins, sizeof *origin, by_parts, part);
	for (size_t i = 0; i < origins; i++) {
		plim_exact_origin *last = kept ? &origin[kept - 1] : NULL, here = origin[i];
		if (last && adds) {
			plim_exact_origin same = here;
			same.exposure = last->exposure;
			if (by_parts(last, &same, part) == 0) {
				last->exposure += here.exposure;
				continue;
			}
		}
		if (last && by_parts(last, &here, part) == 0)
			last->copies += here.copies;
		else
			origin[kept++] = here;
	}
	return kept;
}

/* For each type the first that differs by nothing but the factor on its losses; false if each is its own. */
static bool find_equals(const plim_exact_threat *t, uint32_t *equal)
{
	uint32_t recent[LOOK_BACK];
	size_t known = 0;
	bool any = false;
	for (uint32_t i = 0; i < t->types; i++) {
		const plim_exact_type *type = &t->type[i];
		equal[i] = i;
		for (size_t k = 0; k < known && equal[i] == i; k++) {
			const plim_exact_type *other = &t->type[recent[k]];
			if (other->undetected == type->undetected && other->controls == type->controls &&
			    other->shared == type->shared)
				equal[i] = recent[k];
		}
		any |= equal[i] != i;
		if (equal[i] == i && known < LOOK_BACK)
			recent[known++] = i;
	}
	return any;
}

/* Fills what the number of events hangs on. Parts of one origin that have become alike stay apart, in order. */
static plim_status join_for_events(plim_exact_threat *t, plim_error *error)
{
	uint32_t *equal = plim_mem_alloc(t->types, sizeof *equal);
	if (!equal)
		return plim_error_memory(error, "the exact law");
	const bool joins = find_equals(t, equal);
	plim_status status = PLIM_OK;
	if (joins) {
		t->event_part = plim_mem_alloc(t->parts, sizeof *t->event_part);
		t->event_origin = plim_mem_alloc(t->origins, sizeof *t->event_origin);
		if (!t->event_part || !t->event_origin)
			status = plim_error_memory(error, "the exact law");
	}
	if (joins && status == PLIM_OK) {
		for (size_t i = 0; i < t->parts; i++)
			t->event_part[i] = (plim_exact_part){equal[t->part[i].type], t->part[i].count};
		memcpy(t->event_origin, t->origin, t->origins * sizeof *t->origin);
		t->event_origins = join_alike(t, t->event_origin, t->origins, t->event_part);
	}
	plim_mem_free(equal);
	return status;
}

static bool cuts(const plim_control *control)
{
	return control->reduces_loss.law || control->reduces_loss.value != 0 || control->components > 0;
}

static double grid_size(const plim_exact_unknown *list, size_t count)
{
	double size = 1;
	for (size_t i = 0; i < count; i++)
		size *= (double)list[i].nodes.count;
	return size;
}

/* --- what is not known --- */

/* True if the nodes of what scales a loss stand close beside the width of the loss's own law, so that the sum over
 * them is smooth. */
static bool blurs(const plim_nodes *nodes, const plim_amount *amount)
{
	double low = (double)plim_amount_quantile(amount, 0.05L, 0.95L),
	       high = (double)plim_amount_quantile(amount, 0.95L, 0.05L);
	double before = 0, width = low > 0 ? log(high / low) : INFINITY;
	if (plim_amount_has_atoms(amount))
		return false;
	for (size_t i = 0; i + 1 < nodes->count; i++) {
		before += nodes->weight[i];
		if (before > 1e-3 && before < 1 - 1e-3 && !(log(nodes->value[i + 1] / nodes->value[i]) < width / 3))
			return false;
	}
	return true;
}

static void check_severity_unknowns(plim_exact_threat *t, const plim_exact_unknown *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		bool times = false;
		for (size_t c = 0; c < t->threat->losses; c++) {
			const plim_severity *s = &t->threat->loss[c];
			times |= list[i].number == &s->times;
			if (list[i].number == &s->times && (isfinite(s->cap) || !blurs(&list[i].nodes, &s->amount)))
				plim_exact_say(t->no_law, "an uncertain multiplier moves the jumps of a loss");
		}
		for (size_t c = 0; !times && list[i].severity && c < t->controls; c++) {
			bool moves = list[i].number == &t->control[c]->reduces_loss;
			for (size_t p = 0; p < t->control[c]->components; p++)
				moves |= list[i].number == &t->control[c]->component[p].share;
			if (!moves)
				continue;
			for (size_t l = 0; l < t->threat->losses; l++)
				if (plim_amount_has_atoms(&t->threat->loss[l].amount))
					plim_exact_say(t->no_law, "an uncertain reduction moves the jumps of a loss");
		}
	}
}

static void check_shared(plim_exact_threat *t)
{
	bool several = false;
	for (size_t o = 0; o < t->origins; o++) {
		size_t places = 0;
		for (size_t i = 0; i < t->origin[o].parts; i++)
			places += t->part[t->origin[o].first_part + i].count;
		several |= places > 1;
	}
	if (!several)
		return;
	if (t->threat->severity_correlation.law || t->threat->severity_correlation.value != 0 ||
	    t->threat->severity_df != 0)
		plim_exact_say(t->no_law, "the losses of one event at several places are correlated");
	if (t->locals > 0) {
		plim_exact_say(t->no_law, "an unknown belongs to each of the places that an event strikes together");
		plim_exact_say(t->no_events, "an unknown belongs to each of the places that an event strikes together");
	}
}

static void check_known(plim_exact_threat *t)
{
	if (t->threat->outage)
		plim_exact_say(t->no_law, "its outages may meet others in the network");
	if (t->threat->frequency.dispersion.law)
		say_all(t, "its dispersion is uncertain");
	const double outer = grid_size(t->global, t->globals) * grid_size(t->yearly, t->yearlies);
	if (outer > MOST_NODES || grid_size(t->local, t->locals) > MOST_NODES)
		say_all(t, "too many unknowns bear on it");
	else if (outer * grid_size(t->local, t->locals) * (double)t->parts > MOST_STEPS)
		say_all(t, "too many different places with unknowns");
	for (size_t i = 0; i < t->types; i++) {
		size_t count = 0;
		for (size_t c = 0; c < t->controls; c++)
			count += (t->type[i].controls >> c & 1) && cuts(t->control[c]);
		if (count > MOST_CUTS) {
			plim_exact_say(t->no_law, "more than 6 controls cut its losses at one place");
			plim_exact_say(t->no_mean, "more than 6 controls cut its losses at one place");
		}
	}
	for (size_t c = 0; c < t->threat->losses; c++) {
		double low, high;
		plim_amount_support(&t->threat->loss[c].amount, &low, &high);
		if (low < 0)
			plim_exact_say(t->no_law, "a loss may be negative");
	}
	if (t->yearlies > 0 && t->locals > 0) {
		const char *why = "what years draw anew and what places draw for all years tie them together";
		plim_exact_say(t->no_law, why);
		plim_exact_say(t->no_events, why);
	}
	check_shared(t);
	check_severity_unknowns(t, t->global, t->globals);
	check_severity_unknowns(t, t->local, t->locals);
	t->direct_known = !*t->no_mean;
	if (t->threat->outage)
		plim_exact_say(t->no_mean, "its outages may meet others in the network");
}

plim_status plim_exact_threat_build(const plim_model *model, uint32_t scenario, uint32_t threat, uint32_t place,
                                    uint32_t year, plim_exact_threat **out, plim_error *error)
{
	plim_exact_threat *t = plim_mem_alloc(1, sizeof *t);
	if (!t)
		return plim_error_memory(error, "the exact law");
	reader r = {.t = t, .only = place, .error = error};
	t->model = model;
	t->threat = &model->threat[threat];
	t->scale[0].value = t->scale[1].value = t->scale[2].value = 1;
	find_controls(t, threat, &model->scenario[scenario]);
	find_stretches(t, year);
	plim_status status = t->threat->custody      ? read_legs(&r)
	                     : *t->threat->shared_by ? read_shared(&r)
	                                             : read_sources(&r);
	if (status == PLIM_OK && t->origins > 0)
		status = plim_exact_unknowns(t, error);
	if (status == PLIM_OK) {
		t->origins = join_alike(t, t->origin, t->origins, t->part);
		status = join_for_events(t, error);
	}
	if (status == PLIM_OK) {
		check_known(t);
		*out = t;
	} else {
		plim_exact_threat_free(&t);
	}
	return status;
}

void plim_exact_threat_free(plim_exact_threat **threat)
{
	plim_exact_threat *t = *threat;
	if (!t)
		return;
	for (size_t i = 0; i < PLIM_EXACT_UNKNOWNS; i++) {
		plim_nodes_clear(&t->global[i].nodes);
		plim_nodes_clear(&t->local[i].nodes);
		plim_nodes_clear(&t->yearly[i].nodes);
	}
	plim_mem_free(t->type);
	plim_mem_free(t->origin);
	plim_mem_free(t->part);
	plim_mem_free(t->event_origin);
	plim_mem_free(t->event_part);
	plim_mem_free(t);
	*threat = NULL;
}
