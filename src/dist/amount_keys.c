/* SPDX-License-Identifier: Apache-2.0 */
/* Which keys a family takes, and in which combinations. */
#include <ctype.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "dist/amount_law.h"

static const char *const key_names[PLIM_KEY_COUNT] = {
#define X(name, text) [PLIM_KEY_##name] = text,
    PLIM_KEY_LIST(X)
#undef X
};

const char *plim_key_name(plim_key key)
{
	return key_names[key];
}

/* "p99.5" -> 99.5; false unless it is p and a plain decimal between 0 and 100. */
static bool parse_percent(const char *name, double *percent)
{
	if (name[0] != 'p' || !isdigit((unsigned char)name[1]) || strlen(name) > 24)
		return false;
	for (const char *s = name + 1; *s; s++)
		if (!isdigit((unsigned char)*s) && *s != '.')
			return false;
	return plim_text_parse_double(name + 1, percent) && *percent > 0 && *percent < 100;
}

static bool find_key(const char *name, plim_key *key)
{
	for (int i = 0; i < PLIM_KEY_COUNT; i++) {
		if (strcmp(name, key_names[i]) == 0) {
			*key = (plim_key)i;
			return true;
		}
	}
	return false;
}

/* Reads the next word of a form; the length is 0 at its end. */
static const char *next_word(const char **form, size_t *length)
{
	while (**form == ' ')
		(*form)++;
	const char *word = *form;
	*length = strcspn(word, " ");
	*form += *length;
	return word;
}

static bool word_is(const char *word, size_t length, const char *name)
{
	return strlen(name) == length && memcmp(word, name, length) == 0;
}

/* True if the form mentions `name` ("q" for a quantile), optional or not. */
static bool form_mentions(const char *form, const char *name)
{
	size_t length;
	for (const char *word = next_word(&form, &length); length; word = next_word(&form, &length)) {
		if (word[0] == '?')
			word++, length--;
		if (word_is(word, length, name))
			return true;
	}
	return false;
}

static bool law_mentions(const plim_law *law, const char *name)
{
	for (const char *const *form = law->forms; *form; form++)
		if (form_mentions(*form, name))
			return true;
	return false;
}

static bool is_common(const plim_law *law, plim_key key)
{
	if (key == PLIM_KEY_MIN || key == PLIM_KEY_MAX)
		return !law->own_range;
	return key == PLIM_KEY_TIMES || key == PLIM_KEY_SHIFT || key == PLIM_KEY_CAP;
}

bool plim_amount_key_known(plim_family family, const char *name)
{
	const plim_law *law = plim_law_of(family);
	double percent;
	plim_key key;
	if (parse_percent(name, &percent))
		return law_mentions(law, "q");
	return find_key(name, &key) && (is_common(law, key) || law_mentions(law, name));
}

const char *const *plim_amount_keys(plim_family family)
{
	return plim_law_of(family)->keys;
}

/* Puts a quantile in its place by probability. False if there are too many; *same names an equal one. */
static bool add_quantile(plim_reader *reader, const plim_given *given, double percent, const char **same)
{
	if (reader->quantiles == PLIM_READER_QUANTILES)
		return false;
	long double p = (long double)percent / 100, q = (100 - (long double)percent) / 100;
	size_t at = reader->quantiles;
	while (at > 0 && reader->level[at - 1].p > p)
		at--;
	if (at > 0 && reader->level[at - 1].p >= p)
		*same = reader->name[at - 1];
	for (size_t i = reader->quantiles; i > at; i--) {
		reader->level[i] = reader->level[i - 1];
		reader->x[i] = reader->x[i - 1];
		reader->name[i] = reader->name[i - 1];
	}
	reader->level[at] = (plim_prob){p, q};
	reader->x[at] = given->value;
	reader->name[at] = given->name;
	reader->quantiles++;
	return true;
}

static plim_status read_one(plim_reader *reader, const plim_law *law, const plim_given *given, plim_error *error)
{
	double percent;
	plim_key key;
	const char *same = NULL;
	if (!isfinite(given->value))
		return plim_error_set(error, PLIM_ERROR_MODEL, "%s: %s must be a finite number", reader->family, given->name);
	if (parse_percent(given->name, &percent) && law_mentions(law, "q")) {
		if (!add_quantile(reader, given, percent, &same))
			return plim_error_set(error, PLIM_ERROR_MODEL, "%s: %s is one quantile too many", reader->family,
			                      given->name);
	} else if (find_key(given->name, &key) && (is_common(law, key) || law_mentions(law, given->name))) {
		if (reader->has[key])
			same = given->name;
		reader->has[key] = true;
		reader->value[key] = given->value;
	} else {
		return plim_error_set(error, PLIM_ERROR_MODEL, "%s does not take %s", reader->family, given->name);
	}
	if (same)
		return plim_error_set(error, PLIM_ERROR_MODEL, "%s: %s and %s are the same and may be given only once",
		                      reader->family, same, given->name);
	return PLIM_OK;
}

/* True if what was given is exactly what a form asks for. */
static bool form_fits(const plim_law *law, const plim_reader *reader, const char *form)
{
	size_t quantiles = 0, length;
	bool taken[PLIM_KEY_COUNT] = {false};
	for (const char *word = next_word(&form, &length); length; word = next_word(&form, &length)) {
		bool optional = word[0] == '?';
		if (optional)
			word++, length--;
		if (word_is(word, length, "q")) {
			quantiles++;
			continue;
		}
		for (int key = 0; key < PLIM_KEY_COUNT; key++) {
			if (!word_is(word, length, key_names[key]))
				continue;
			if (!optional && !reader->has[key])
				return false;
			taken[key] = true;
		}
	}
	for (int key = 0; key < PLIM_KEY_COUNT; key++)
		if (reader->has[key] && !taken[key] && !is_common(law, (plim_key)key))
			return false;
	return quantiles == reader->quantiles;
}

static void add_word(plim_text *text, size_t count, const char *word, size_t length)
{
	plim_text_add(text, count == 0 ? "" : ", ");
	plim_text_add_n(text, word, length);
}

/* "shape, scale" / "2 quantiles, optional location" */
static void describe_form(plim_text *text, const char *form)
{
	size_t length, count = 0, quantiles = 0;
	const char *again = form;
	for (const char *word = next_word(&form, &length); length; word = next_word(&form, &length)) {
		if (word_is(word, length, "q"))
			quantiles++;
		else if (word[0] != '?')
			add_word(text, count++, word, length);
	}
	if (quantiles)
		plim_text_add_format(text, "%s%zu quantile%s", count++ ? " and " : "", quantiles, quantiles > 1 ? "s" : "");
	for (const char *word = next_word(&again, &length); length; word = next_word(&again, &length)) {
		if (word[0] != '?')
			continue;
		plim_text_add(text, count++ ? ", optional " : "optional ");
		plim_text_add_n(text, word + 1, length - 1);
	}
	if (!count)
		plim_text_add(text, "its lists");
}

static void describe_given(plim_text *text, const plim_law *law, const plim_reader *reader)
{
	size_t count = 0;
	for (int key = 0; key < PLIM_KEY_COUNT; key++)
		if (reader->has[key] && !is_common(law, (plim_key)key))
			add_word(text, count++, key_names[key], strlen(key_names[key]));
	for (size_t i = 0; i < reader->quantiles; i++)
		add_word(text, count++, reader->name[i], strlen(reader->name[i]));
	if (!count)
		plim_text_add(text, "none of these");
}

static plim_status no_form(const plim_law *law, const plim_reader *reader, plim_error *error)
{
	plim_text text = {0};
	plim_text_add_format(&text, "%s needs ", reader->family);
	for (const char *const *form = law->forms; *form; form++) {
		plim_text_add(&text, form == law->forms ? "" : "; or ");
		describe_form(&text, *form);
	}
	plim_text_add(&text, " (a quantile is such as p5 or p99.5); it was given ");
	describe_given(&text, law, reader);
	plim_status status =
	    text.failed ? plim_error_memory(error, "a message") : plim_error_set(error, PLIM_ERROR_MODEL, "%s", text.data);
	plim_text_free(&text);
	return status;
}

plim_status plim_reader_init(plim_reader *reader, const plim_amount *amount, plim_error *error)
{
	const plim_law *law = plim_law_of(amount->family);
	*reader = (plim_reader){.family = plim_family_name(amount->family)};
	for (size_t i = 0; i < amount->given_count; i++) {
		plim_status status = read_one(reader, law, &amount->given[i], error);
		if (status)
			return status;
	}
	for (const char *const *form = law->forms; *form; form++)
		if (form_fits(law, reader, *form))
			return PLIM_OK;
	return no_form(law, reader, error);
}

double plim_reader_get(const plim_reader *reader, plim_key key, double otherwise)
{
	return reader->has[key] ? reader->value[key] : otherwise;
}
