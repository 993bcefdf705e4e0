/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/monitor_law.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/custody.h"
#include "model/place.h"
#include "random/address.h"
#include "random/identity.h"

#define MOST_DRAWS 512u
#define MOST_LENGTH ((size_t)1 << 20)
#define WORK 2e7 /* terms of a generating function that all draws together may cost */

/* An uncertain number with its draws: quantiles of equally likely slices in random order, so that few of them tell. */
typedef struct plim_drawn {
	const plim_number *number;
	uint64_t identity;
	double *value;
} plim_drawn;

/* One kind of place (or leg): how many there are, and what acts there. */
typedef struct plim_event_source {
	uint32_t place;                 /* of the model; the first of the group */
	uint32_t key;                   /* shared threats: number of the value of the key */
	uint64_t likeness;              /* of the controls that act */
	double exposure, trips, chance; /* trips and chance: of a leg */
	const char *key_text;
} source;

static bool is_custody(const plim_event_law *law)
{
	return law->threat->custody != NULL;
}

/* ---- uncertain numbers ---- */

static plim_status add_number(plim_event_law *law, const plim_number *number, const char *owner, const char *key,
                              plim_error *error)
{
	if (!number->law)
		return PLIM_OK;
	const char *names[] = {"monitor", owner, key};
	plim_drawn *drawn = &law->drawn[law->numbers++];
	drawn->number = number;
	drawn->identity = plim_identity(names, 3);
	drawn->value = plim_mem_alloc(MOST_DRAWS, sizeof *drawn->value);
	law->draws = MOST_DRAWS;
	return drawn->value ? PLIM_OK : plim_error_memory(error, "uncertain numbers");
}

bool plim_control_is_unreliable(const plim_control *control)
{
	return control->reliability.law || control->reliability.value < 1;
}

static void note_reliability(plim_event_law *law, const plim_control *control)
{
	if (!plim_control_is_unreliable(control))
		return;
	law->unreliable = true;
	law->place_states |= control->reliability.per_place;
	law->draws = MOST_DRAWS;
}

static plim_status list_numbers(plim_event_law *law, plim_error *error)
{
	const plim_threat *t = law->threat;
	size_t controls = law->scenario ? law->scenario->controls : 0;
	law->drawn = plim_mem_alloc(8 + 5 * controls, sizeof *law->drawn);
	if (!law->drawn)
		return plim_error_memory(error, "uncertain numbers");
	const struct {
		const plim_number *number;
		const char *key;
	} own[] = {{&t->frequency.mean, "mean"},
	           {&t->frequency.p, "p"},
	           {&t->frequency.dispersion, "dispersion"},
	           {&t->vulnerability, "vulnerability"},
	           {&t->strike_probability, "strike_probability"}};
	plim_status status = PLIM_OK;
	for (size_t i = 0; status == PLIM_OK && i < sizeof own / sizeof *own; i++)
		status = add_number(law, own[i].number, t->id, own[i].key, error);
	for (size_t c = 0; status == PLIM_OK && c < controls; c++) {
		const plim_control *control = &law->model->control[law->scenario->control[c]];
		status = add_number(law, &control->reduces_frequency, control->id, "frequency", error);
		if (status == PLIM_OK)
			status = add_number(law, &control->reduces_vulnerability, control->id, "vulnerability", error);
		if (status == PLIM_OK)
			status = add_number(law, &control->coverage, control->id, "coverage", error);
		if (status == PLIM_OK)
			status = add_number(law, &control->reliability, control->id, "reliability", error);
		note_reliability(law, control);
	}
	return status;
}

/* Slice s of `draws` goes to the place that a shuffle gives it. */
static void draw_number(plim_drawn *drawn, uint32_t draws, uint64_t seed)
{
	uint32_t order[MOST_DRAWS];
	uint64_t base = plim_address_base(PLIM_PURPOSE_REPLICATE, 0);
	for (uint32_t s = 0; s < draws; s++)
		order[s] = s;
	for (uint32_t s = draws; s > 1; s--) {
		double u = plim_uniform_double(plim_address_uniform(seed, drawn->identity, base, s));
		uint32_t k = (uint32_t)(u * s), kept = order[s - 1];
		order[s - 1] = order[k];
		order[k] = kept;
	}
	for (uint32_t s = 0; s < draws; s++) {
		long double p = ((long double)s + 0.5L) / draws;
		drawn->value[order[s]] = (double)plim_amount_quantile(drawn->number->law, p, 1 - p);
	}
}

static double value_of(const plim_event_law *law, const plim_number *number, uint32_t draw)
{
	for (size_t i = 0; number->law && i < law->numbers; i++)
		if (law->drawn[i].number == number)
			return law->drawn[i].value[draw];
	return number->value;
}

/* ---- places ---- */

bool plim_event_control_acts(const plim_event_law *law, uint32_t control, uint32_t place)
{
	return plim_control_acts(&law->model->control[control], law->index, law->threat->where.kind, place);
}

uint64_t plim_event_likeness(const plim_event_law *law, uint32_t place)
{
	uint64_t hash = UINT64_C(1469598103934665603);
	for (size_t c = 0; law->scenario && c < law->scenario->controls; c++)
		if (plim_event_control_acts(law, law->scenario->control[c], place))
			hash = (hash ^ (law->scenario->control[c] + 1)) * UINT64_C(1099511628211);
	return hash;
}

/* Places alike stand together, and so do those of a key. */
static int compare_sources(const void *a, const void *b)
{
	const source *x = a, *y = b;
	int order = strcmp(x->key_text, y->key_text);
	if (order)
		return order;
	if (x->likeness != y->likeness)
		return x->likeness < y->likeness ? -1 : 1;
	if (x->exposure != y->exposure)
		return x->exposure < y->exposure ? -1 : 1;
	return (x->place > y->place) - (x->place < y->place);
}

static size_t leg_count(const plim_model *model)
{
	size_t count = 0;
	for (size_t t = 0; t < model->trips; t++)
		count += model->trip[t].legs;
	return count;
}

static void list_legs(plim_event_law *law)
{
	const plim_model *model = law->model;
	for (size_t t = 0; t < model->trips; t++)
		for (size_t l = 0; l < model->trip[t].legs; l++) {
			source *s = &law->source[law->sources++];
			s->place = model->trip[t].leg[l].link;
			s->trips = (double)model->trip[t].trips_per_year;
			s->chance = plim_custody_chance(law->threat->custody, &model->trip[t], l);
			s->likeness = plim_event_likeness(law, s->place);
			s->key_text = "";
		}
}

static plim_status list_sources(plim_event_law *law, plim_error *error)
{
	const plim_threat *t = law->threat;
	bool organisation = t->where.kind == PLIM_PLACE_ORGANISATION;
	size_t count = is_custody(law) ? leg_count(law->model) : organisation ? 1 : t->where.places;
	law->source = plim_mem_alloc(count + 1, sizeof *law->source);
	if (!law->source)
		return plim_error_memory(error, "the places of a threat");
	if (is_custody(law)) {
		list_legs(law);
		return PLIM_OK;
	}
	for (size_t i = 0; i < count; i++) {
		source *s = &law->source[law->sources++];
		s->place = organisation ? PLIM_ALL_PLACES : t->where.place[i];
		s->exposure = t->exposure_of ? t->exposure_of[i] : 1;
		s->likeness = plim_event_likeness(law, s->place);
		s->key_text = *t->shared_by ? plim_place_shared_key(law->model, t, s->place) : "";
	}
	qsort(law->source, law->sources, sizeof *law->source, compare_sources);
	for (size_t i = 1; i < law->sources; i++)
		law->source[i].key =
		    law->source[i - 1].key + (strcmp(law->source[i].key_text, law->source[i - 1].key_text) != 0);
	return PLIM_OK;
}

/* qsort has no room for a context: pairs of place and index. */
static int compare_pairs(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

static plim_status index_places(plim_event_law *law, plim_error *error)
{
	uint64_t *pair = plim_mem_alloc(law->sources + 1, sizeof *pair);
	law->by_place = plim_mem_alloc(law->sources + 1, sizeof *law->by_place);
	bool good = pair && law->by_place;
	for (size_t i = 0; good && i < law->sources; i++)
		pair[i] = (uint64_t)law->source[i].place << 32 | i;
	if (good && law->sources)
		qsort(pair, law->sources, sizeof *pair, compare_pairs);
	for (size_t i = 0; good && i < law->sources; i++)
		law->by_place[i] = (uint32_t)pair[i];
	plim_mem_free(pair);
	return good ? PLIM_OK : plim_error_memory(error, "the places of a threat");
}

plim_status plim_event_law_build(const plim_model *model, const plim_scenario *scenario, uint32_t threat, double years,
                                 uint64_t seed, plim_event_law *law, plim_error *error)
{
	*law = (plim_event_law){.model = model,
	                        .scenario = scenario,
	                        .threat = &model->threat[threat],
	                        .index = threat,
	                        .years = years,
	                        .draws = 1,
	                        .seed = seed};
	plim_status status = list_numbers(law, error);
	if (status == PLIM_OK)
		status = list_sources(law, error);
	if (status == PLIM_OK)
		status = index_places(law, error);
	while (law->draws > 32 && (double)law->draws * (double)law->sources * 64 > WORK)
		law->draws /= 2;
	for (size_t i = 0; status == PLIM_OK && i < law->numbers; i++)
		draw_number(&law->drawn[i], law->draws, seed);
	return status;
}

void plim_event_law_clear(plim_event_law *law)
{
	for (size_t i = 0; i < law->numbers; i++)
		plim_mem_free(law->drawn[i].value);
	plim_mem_free(law->drawn);
	plim_mem_free(law->source);
	plim_mem_free(law->by_place);
	*law = (plim_event_law){0};
}

/* ---- parts of a sum ---- */

/* Years of a success() that is no year: controls at their mean state, or all that may fail out of order. */
#define MEAN_STATE (-1)
#define WORST_STATE (-2)

/* The chance that a control is in working order, or 0 or 1 as drawn for a year of a draw (and a place). */
static double working(const plim_event_law *law, const plim_control *control, uint32_t place, uint32_t draw, int year)
{
	if (!plim_control_is_unreliable(control))
		return 1;
	if (year == WORST_STATE)
		return 0;
	double chance = value_of(law, &control->reliability, draw);
	if (year == MEAN_STATE)
		return chance;
	const char *names[] = {"monitor", control->id, "working"};
	uint64_t at = control->reliability.per_place ? (uint64_t)place + 1 : 0;
	uint64_t position = (at << 7 | ((uint64_t)year & 127)) & (PLIM_ADDRESS_DRAWS - 1);
	double u = plim_uniform_double(plim_address_uniform(law->seed, plim_identity(names, 3),
	                                                    plim_address_base(PLIM_PURPOSE_REPLICATE, draw), position));
	return u < chance;
}

/* Probability that an attempt of a year becomes an event at a source. */
static double success(const plim_event_law *law, const source *s, uint32_t draw, int year)
{
	double p = value_of(law, &law->threat->vulnerability, draw);
	for (size_t c = 0; law->scenario && c < law->scenario->controls; c++) {
		if (!plim_event_control_acts(law, law->scenario->control[c], s->place))
			continue;
		const plim_control *control = &law->model->control[law->scenario->control[c]];
		double coverage = value_of(law, &control->coverage, draw);
		double left = (1 - coverage * value_of(law, &control->reduces_frequency, draw)) *
		              (1 - coverage * value_of(law, &control->reduces_vulnerability, draw));
		p *= 1 - working(law, control, s->place, draw, year) * (1 - left);
	}
	return p;
}

static plim_count count_of(const plim_event_law *law, const source *s, uint32_t draw)
{
	const plim_frequency *f = &law->threat->frequency;
	if (is_custody(law))
		return (plim_count){.law = PLIM_COUNT_BINOMIAL, .n = (uint64_t)s->trips, .p = s->chance};
	double dispersion = value_of(law, &f->dispersion, draw);
	return (plim_count){.law = f->law,
	                    .n = f->n,
	                    .mean = value_of(law, &f->mean, draw) * s->exposure,
	                    .p = value_of(law, &f->p, draw),
	                    .dispersion = f->dispersion_is_size ? 1 / dispersion : dispersion,
	                    .counts = f->counts,
	                    .weights = f->weights,
	                    .length = f->length};
}

/* A new part, or the one before made larger: Poisson counts add up, and so do sources alike. */
static void add_part(plim_count_part *part, size_t *parts, plim_count count, double p, double years, bool again)
{
	plim_count_part *last = *parts ? &part[*parts - 1] : NULL;
	if (last && again) {
		last->times++;
	} else if (last && last->years == years && count.law == PLIM_COUNT_POISSON && last->law.law == PLIM_COUNT_POISSON) {
		last->law.mean = last->law.mean * last->p * last->times + count.mean * p;
		last->p = last->times = 1;
	} else {
		part[(*parts)++] = (plim_count_part){count, p, 1, years};
	}
}

/* The first source of a place in law->by_place. */
static size_t first_at(const plim_event_law *law, uint32_t place)
{
	size_t low = 0, high = law->sources;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (law->source[law->by_place[middle]].place < place)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* Adds a source of a shared threat to the event of its key: `p` is the chance that no place is struck until the end. */
static void add_strike(plim_count_part *part, size_t *parts, plim_count count, double p, double years, bool same_key)
{
	if (same_key)
		part[*parts - 1].p *= 1 - p;
	else
		part[(*parts)++] = (plim_count_part){count, 1 - p, 1, years};
}

/* Adds the parts of `years` years in one state of the controls. */
static void add_state(const plim_event_law *law, uint32_t place, uint32_t draw, int year, double years,
                      plim_count_part *part, size_t *parts)
{
	bool shared = *law->threat->shared_by != '\0', all = place == PLIM_ALL_PLACES;
	double strike = shared ? value_of(law, &law->threat->strike_probability, draw) : 1, p = 0;
	const source *before = NULL;
	for (size_t i = all ? 0 : first_at(law, place); i < law->sources; i++) {
		const source *s = &law->source[all ? i : law->by_place[i]];
		if (!all && s->place != place)
			break;
		bool alike = before && before->likeness == s->likeness && !(law->place_states && year >= 0);
		if (!alike)
			p = success(law, s, draw, year);
		bool again = alike && !is_custody(law) && before->exposure == s->exposure &&
		             law->threat->frequency.law != PLIM_COUNT_POISSON;
		if (shared && all)
			add_strike(part, parts, count_of(law, s, draw), strike * p, years, before && before->key == s->key);
		else
			add_part(part, parts, count_of(law, s, draw), strike * p, years, again);
		before = s;
	}
}

/* The parts of a draw, at a place or at all; a shared event is one, however many places it strikes. `state` is 0 for
 * what is drawn, or MEAN_STATE or WORST_STATE. */
static size_t fill_parts(const plim_event_law *law, uint32_t place, uint32_t draw, int state, plim_count_part *part)
{
	bool shared = *law->threat->shared_by != '\0' && place == PLIM_ALL_PLACES;
	size_t parts = 0;
	if (!law->unreliable || state < 0)
		add_state(law, place, draw, state ? state : MEAN_STATE, law->years, part, &parts);
	else
		for (int year = 0; year < law->years; year++)
			add_state(law, place, draw, year, fmin(1, law->years - year), part, &parts);
	for (size_t i = 0; shared && i < parts; i++)
		part[i].p = 1 - part[i].p;
	return parts;
}

/* The most parts there can be. */
static size_t room_of(const plim_event_law *law, uint32_t place)
{
	size_t count = 0;
	size_t states = law->unreliable ? (size_t)ceil(law->years) + 1 : 1;
	if (place == PLIM_ALL_PLACES)
		return law->sources * states + 1;
	for (size_t i = first_at(law, place); i < law->sources && law->source[law->by_place[i]].place == place; i++)
		count++;
	return count * states + 1;
}

void plim_event_law_mean(const plim_event_law *law, uint32_t place, double *mean, double *between, double *deviation)
{
	double sum = 0, square = 0, inner = 0;
	*mean = *between = *deviation = NAN;
	plim_count_part *part = plim_mem_alloc(room_of(law, place), sizeof *part);
	if (!part)
		return;
	for (uint32_t d = 0; d < law->draws; d++) {
		double m, v;
		plim_count_parts_moments(part, fill_parts(law, place, d, MEAN_STATE, part), &m, &v);
		sum += m;
		square += m * m;
		inner += v;
	}
	plim_mem_free(part);
	double n = law->draws;
	*mean = sum / n;
	*between = law->draws > 1 ? fmax(square / n - *mean * *mean, 0) : 0;
	*deviation = sqrt(*between + inner / n);
}

plim_status plim_event_law_tails(const plim_event_law *law, uint32_t place, uint64_t events, double *upper,
                                 double *lower, plim_error *error)
{
	double mean, between, deviation;
	plim_event_law_mean(law, place, &mean, &between, &deviation);
	plim_count_part *part = plim_mem_alloc(room_of(law, place), sizeof *part);
	if (!part)
		return plim_error_memory(error, "a law of counts");
	size_t parts = fill_parts(law, place, 0, 0, part), length = 64;
	if (law->draws == 1 && parts == 1 && part->law.law == PLIM_COUNT_POISSON) {
		*upper = events ? gsl_cdf_poisson_Q((unsigned)(events - 1), mean) : 1;
		*lower = gsl_cdf_poisson_P((unsigned)events, mean);
		plim_mem_free(part);
		return PLIM_OK;
	}
	if (law->unreliable) { /* room for years in which nothing works */
		double worst, variance;
		plim_count_parts_moments(part, fill_parts(law, place, 0, WORST_STATE, part), &worst, &variance);
		mean = fmax(mean, worst);
		deviation = fmax(deviation, sqrt(variance));
	}
	while ((double)length < mean + 40 * deviation + (double)events + 64 && length < MOST_LENGTH)
		length *= 2;
	plim_count_sum sum = {0};
	plim_status status = PLIM_OK;
	if (!((double)length >= mean + 10 * deviation + (double)events))
		status = plim_error_set(error, PLIM_ERROR_MODEL,
		                        "threat '%s': more events than can be monitored: %.3g expected", law->threat->id, mean);
	else if (!plim_count_sum_init(&sum, length))
		status = plim_error_memory(error, "a law of counts");
	for (uint32_t d = 0; status == PLIM_OK && d < law->draws; d++)
		plim_count_sum_add(&sum, part, fill_parts(law, place, d, 0, part));
	if (status == PLIM_OK && !plim_count_sum_finish(&sum))
		status = plim_error_memory(error, "a law of counts");
	if (status == PLIM_OK) {
		*upper = plim_count_sum_upper(&sum, events);
		*lower = plim_count_sum_lower(&sum, events);
	}
	plim_count_sum_clear(&sum);
	plim_mem_free(part);
	return status;
}
