/* SPDX-License-Identifier: Apache-2.0 */
#include "dist/amount_breaks.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* Less than this is no atom but the density within the slack around an end; no run is long enough to see the
 * difference. */
#define MASS_MIN 1e-13L

/* A value at which a law may break, and how far rounding in `times` and `shift` may have moved it. */
typedef struct place {
	double value;
	double slack;
} place;

typedef struct places {
	place *data;
	size_t count;
	size_t capacity;
	bool failed;
} places;

typedef struct breaks {
	plim_amount_break *data;
	size_t count;
	size_t capacity;
	bool failed;
} breaks;

static void places_add(places *list, double value, double slack)
{
	if (!isfinite(value) || list->failed)
		return;
	if (plim_mem_grow((void **)&list->data, &list->capacity, list->count + 1, sizeof(place)) != 0) {
		list->failed = true;
		return;
	}
	list->data[list->count++] = (place){value, fmax(slack, 4 * DBL_EPSILON * fabs(value))};
}

/* Adds a value of the parent law of `amount` unless conditioning or cap take it away. */
static void places_add_parent(places *list, const plim_amount *amount, double value, double slack)
{
	if (value < amount->min || value > amount->max)
		return;
	long double moved = (long double)value * amount->times + amount->shift;
	if (moved < amount->cap)
		places_add(list, (double)moved, slack * fabs(amount->times) + 4 * DBL_EPSILON * fabs(amount->shift));
}

static double given_value(const plim_amount *amount, const char *name)
{
	for (size_t i = 0; i < amount->given_count; i++)
		if (strcmp(amount->given[i].name, name) == 0)
			return amount->given[i].value;
	return NAN;
}

static void places_collect(places *list, const plim_amount *amount);

static void places_collect_parts(places *list, const plim_amount *amount)
{
	places inner = {0};
	for (size_t i = 0; i < amount->parts; i++)
		places_collect(&inner, &amount->part[i]);
	for (size_t i = 0; i < inner.count; i++)
		places_add_parent(list, amount, inner.data[i].value, inner.data[i].slack);
	list->failed = list->failed || inner.failed;
	plim_mem_free(inner.data);
}

static void places_collect(places *list, const plim_amount *amount)
{
	double lowest, highest;
	plim_amount_support(amount, &lowest, &highest);
	places_add(list, lowest, 0);
	places_add(list, highest, 0);
	switch (amount->family) {
	case PLIM_FAMILY_TRIANGULAR: places_add_parent(list, amount, (double)amount->param[1], 0); break;
	case PLIM_FAMILY_EMPIRICAL:
	case PLIM_FAMILY_HISTOGRAM:
		for (size_t i = 0; i < amount->count; i++)
			places_add_parent(list, amount, amount->x[i], 0);
		break;
	case PLIM_FAMILY_SPLICED:
		places_add_parent(list, amount, given_value(amount, "at"), 0);
		places_collect_parts(list, amount);
		break;
	case PLIM_FAMILY_MIXTURE: places_collect_parts(list, amount); break;
	default: break;
	}
}

static int place_compare(const void *a, const void *b)
{
	double x = ((const place *)a)->value;
	double y = ((const place *)b)->value;
	return (x > y) - (x < y);
}

/* Sorts, and joins places that rounding alone may have parted. */
static void places_sort(places *list)
{
	if (list->count == 0)
		return;
	qsort(list->data, list->count, sizeof(place), place_compare);
	size_t kept = 1;
	for (size_t i = 1; i < list->count; i++) {
		place *last = &list->data[kept - 1];
		if (list->data[i].value - last->value <= fmax(last->slack, list->data[i].slack))
			last->slack = fmax(last->slack, list->data[i].slack);
		else
			list->data[kept++] = list->data[i];
	}
	list->count = kept;
}

static void breaks_add(breaks *list, plim_amount_break item)
{
	if (list->failed)
		return;
	if (plim_mem_grow((void **)&list->data, &list->capacity, list->count + 1, sizeof item) != 0) {
		list->failed = true;
		return;
	}
	list->data[list->count++] = item;
}

/* Two values with the same probability have a gap between them: one break, and a jump. */
static bool breaks_join(breaks *list, long double p, long double q)
{
	if (list->count == 0)
		return false;
	plim_amount_break *last = &list->data[list->count - 1];
	long double difference = p < 0.5L ? p - last->p : last->q - q;
	if (difference > 0x1p-56L * fminl(p, q))
		return false;
	last->jump = true;
	return true;
}

/* A mass within the slack around a place counts as an atom: a false one still is right to the last bits of the value.
 */
static void breaks_add_place(breaks *list, const plim_amount *amount, const place *at)
{
	double below = nextafter(at->value - at->slack, -INFINITY);
	double above = nextafter(at->value + at->slack, INFINITY);
	long double p0 = plim_amount_cdf(amount, below), q0 = plim_amount_sf(amount, below);
	long double p1 = plim_amount_cdf(amount, above), q1 = plim_amount_sf(amount, above);
	long double mass = p1 < 0.5L ? p1 - p0 : q0 - q1;
	if (mass > MASS_MIN && mass > 1e-9L * fminl(p1, q0)) {
		/* an atom after a gap begins where the gap's break already is */
		if (breaks_join(list, p0, q0)) {
			plim_amount_break *last = &list->data[list->count - 1];
			last->atom = true;
			last->value = at->value;
		} else {
			breaks_add(list, (plim_amount_break){p0, q0, true, true, at->value});
		}
		if (q1 > 0)
			breaks_add(list, (plim_amount_break){p1, q1, true, false, 0});
	} else if (p1 > 0 && q1 > 0 && p0 > 0 && !breaks_join(list, p0, q0)) {
		breaks_add(list, (plim_amount_break){p1, q1, false, false, 0});
	}
}

plim_status plim_amount_breaks(const plim_amount *amount, plim_amount_break **out, size_t *count, plim_error *error)
{
	places list = {0};
	breaks found = {0};
	double lowest, highest;
	plim_amount_support(amount, &lowest, &highest);
	places_collect(&list, amount);
	if (lowest < 0 && highest > 0)
		places_add(&list, 0, 0);
	places_sort(&list);
	for (size_t i = 0; i < list.count; i++)
		breaks_add_place(&found, amount, &list.data[i]);
	plim_mem_free(list.data);
	if (list.failed || found.failed) {
		plim_mem_free(found.data);
		return plim_error_memory(error, "breaks of an amount");
	}
	*out = found.data;
	*count = found.count;
	return PLIM_OK;
}

bool plim_amount_is_algebraic(const plim_amount *amount)
{
	switch (amount->family) {
	case PLIM_FAMILY_FIXED:
	case PLIM_FAMILY_UNIFORM:
	case PLIM_FAMILY_TRIANGULAR:
	case PLIM_FAMILY_EMPIRICAL:
	case PLIM_FAMILY_HISTOGRAM: return true;
	case PLIM_FAMILY_MIXTURE: break;
	default: return false;
	}
	for (size_t i = 0; i < amount->parts; i++)
		if (!plim_amount_is_algebraic(&amount->part[i]))
			return false;
	return true;
}
