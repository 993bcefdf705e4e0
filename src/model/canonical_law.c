/* SPDX-License-Identifier: Apache-2.0 */
#include "model/canonical_law.h"

#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

_Static_assert(offsetof(plim_given, name) == 0, "records begin with their identity");

/* What a key means when it is absent; what holds for one family stands before what holds for all. */
static const struct default_value {
	int family; /* -1: all */
	const char *name;
	double value;
} defaults[] = {
    {PLIM_FAMILY_BETA, "max", 1},
    {PLIM_FAMILY_BETA, "min", 0},
    {PLIM_FAMILY_GPD, "location", 0},
    {PLIM_FAMILY_METALOG, "lower", -INFINITY},
    {PLIM_FAMILY_METALOG, "upper", INFINITY},
    {PLIM_FAMILY_NORMAL, "min", 0},
    {PLIM_FAMILY_PERT, "lambda", 4},
    {-1, "cap", INFINITY},
    {-1, "max", INFINITY},
    {-1, "min", -INFINITY},
    {-1, "shift", 0},
    {-1, "times", 1},
};

static bool has_name(const plim_given *given, size_t count, const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(given[i].name, name) == 0)
			return true;
	return false;
}

/* Three quantiles of a gpd give its location as well. */
static bool location_is_elicited(const plim_amount *amount)
{
	size_t quantiles = 0;
	for (size_t i = 0; i < amount->given_count; i++)
		quantiles += amount->given[i].name[0] == 'p' && isdigit((unsigned char)amount->given[i].name[1]);
	return quantiles > 2;
}

static bool default_applies(const plim_amount *amount, const struct default_value *absent)
{
	if (absent->family >= 0)
		return absent->family == (int)amount->family &&
		       !(amount->family == PLIM_FAMILY_GPD && location_is_elicited(amount));
	bool range = strcmp(absent->name, "min") == 0 || strcmp(absent->name, "max") == 0;
	switch (amount->family) { /* those whose min and max are parameters, given or elicited */
	case PLIM_FAMILY_UNIFORM:
	case PLIM_FAMILY_LOG_UNIFORM:
	case PLIM_FAMILY_TRIANGULAR:
	case PLIM_FAMILY_PERT:
	case PLIM_FAMILY_BETA: return !range;
	default: return true;
	}
}

/* The scalars of an amount with the defaults that were not given. */
static void field_scalars(plim_writer *out, const plim_amount *amount)
{
	enum { DEFAULTS = sizeof defaults / sizeof *defaults };
	plim_given *all = plim_mem_alloc(amount->given_count + DEFAULTS, sizeof *all);
	if (!all) {
		out->text.failed = true;
		return;
	}
	size_t count = amount->given_count;
	if (count)
		memcpy(all, amount->given, count * sizeof *all);
	for (size_t i = 0; i < DEFAULTS; i++)
		if (default_applies(amount, &defaults[i]) && !has_name(all, count, defaults[i].name))
			all[count++] = (plim_given){(char *)(uintptr_t)defaults[i].name, defaults[i].value};
	plim_writer_key(out, "given");
	plim_writer_open(out, "{");
	const void **order = plim_records_sorted(out, all, count, sizeof *all);
	for (size_t i = 0; order && i < count; i++)
		plim_field_number(out, plim_record_name(order[i]), ((const plim_given *)order[i])->value);
	plim_mem_free(order);
	plim_writer_close(out, "}");
	plim_mem_free(all);
}

void plim_value_amount(plim_writer *out, const plim_amount *amount)
{
	size_t weights = amount->count;
	if (amount->family == PLIM_FAMILY_HISTOGRAM && weights)
		weights--;
	if (amount->family == PLIM_FAMILY_MIXTURE)
		weights = amount->parts;
	plim_writer_open(out, "{");
	plim_field_bool(out, "allow_infinite_mean", amount->allow_infinite_mean);
	plim_field_text(out, "family", plim_family_name(amount->family));
	field_scalars(out, amount);
	plim_writer_key(out, "parts");
	plim_writer_open(out, "[");
	for (size_t i = 0; i < amount->parts; i++)
		plim_value_amount(out, &amount->part[i]);
	plim_writer_close(out, "]");
	plim_field_numbers(out, "w", amount->w, weights);
	plim_field_numbers(out, "x", amount->x, amount->count);
	plim_writer_close(out, "}");
}

void plim_field_unknown(plim_writer *out, const char *name, const plim_number *number)
{
	plim_writer_key(out, name);
	if (!number->law) {
		plim_writer_number(out, number->value);
		return;
	}
	plim_writer_open(out, "{");
	plim_writer_key(out, "law");
	plim_value_amount(out, number->law);
	plim_field_bool(out, "per_place", number->per_place);
	plim_writer_close(out, "}");
}
