/* SPDX-License-Identifier: Apache-2.0 */
/* Values with a meaning: texts, ids, words, dates, lists. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "model/load.h"

static const plim_value *find(const plim_value *map, const char *key)
{
	for (uint32_t i = 0; i < map->count; i++) {
		const char *name = map->pair[i].key->text;
		if (name[0] == key[0] && strcmp(name, key) == 0)
			return map->pair[i].value;
	}
	return NULL;
}

static bool is_null(const plim_value *value)
{
	return value->kind == PLIM_VALUE_TEXT && value->plain && !value->cell &&
	       (!*value->text || strcmp(value->text, "~") == 0 || strcmp(value->text, "null") == 0);
}

const plim_value *plim_get(plim_load *load, const plim_value *map, const char *key)
{
	const plim_value *value = find(map, key);
	if (value && is_null(value)) {
		plim_load_error(load, value, "`%s` has no value; give it one or remove the key", key);
		return NULL;
	}
	return value;
}

bool plim_is_map(plim_load *load, const plim_value *value, const char *what)
{
	if (value->kind == PLIM_VALUE_MAP)
		return true;
	plim_load_error(load, value, "%s must be a map (key: value), found %s", what,
	                value->kind == PLIM_VALUE_LIST ? "a list" : "a text or number");
	return false;
}

bool plim_is_list(plim_load *load, const plim_value *value, const char *what)
{
	if (value->kind == PLIM_VALUE_LIST)
		return true;
	plim_load_error(load, value, "%s must be a list, found %s", what,
	                value->kind == PLIM_VALUE_MAP ? "a map" : "a text or number");
	return false;
}

void plim_check_keys(plim_load *load, const plim_value *map, const char *const *keys, const char *what)
{
	size_t count = 0;
	while (keys[count])
		count++;
	for (uint32_t i = 0; i < map->count; i++) {
		const plim_value *key = map->pair[i].key;
		size_t at = 0;
		while (at < count && strcmp(keys[at], key->text) != 0)
			at++;
		if (at < count)
			continue;
		char hint[PLIM_HINT_SIZE];
		const char *near = plim_nearest(load, key->text, keys, count);
		plim_text all = {0};
		for (size_t k = 0; !near && k < count; k++) {
			plim_text_add(&all, k ? ", " : "; its keys are ");
			plim_text_add(&all, keys[k]);
		}
		plim_load_error(load, key, "%s has no key \"%s\"%s%s", what, key->text, plim_hint(hint, sizeof hint, near),
		                all.data ? all.data : "");
		plim_text_free(&all);
	}
}

/* ---- texts ---- */

bool plim_read_text(plim_load *load, const plim_value *value, const char *key, char **out)
{
	if (value->kind != PLIM_VALUE_TEXT) {
		plim_load_error(load, value, "`%s` must be a text, found %s; a text with : or # in it belongs in quotes", key,
		                value->kind == PLIM_VALUE_LIST ? "a list" : "a map");
		return false;
	}
	*out = plim_arena_text(load->keep, value->text);
	return true;
}

void plim_get_text(plim_load *load, const plim_value *map, const char *key, char **out)
{
	const plim_value *value = plim_get(load, map, key);
	*out = plim_arena_text(load->keep, "");
	if (value)
		plim_read_text(load, value, key, out);
}

void plim_need_text(plim_load *load, const plim_value *map, const char *key, const char *what, char **out)
{
	plim_get_text(load, map, key, out);
	const plim_value *value = find(map, key);
	if (!value)
		plim_load_error(load, map, "%s needs `%s`", what, key);
	else if (value->kind == PLIM_VALUE_TEXT && !**out && !is_null(value))
		plim_load_error(load, value, "`%s` must not be empty", key);
}

bool plim_read_id(plim_load *load, const plim_value *value, const char *key, char **out)
{
	if (!plim_read_text(load, value, key, out))
		return false;
	const char *id = *out;
	const char *wrong = NULL;
	if (!*id)
		wrong = "must not be empty";
	else if (strchr("=+-@", *id))
		wrong = "must not begin with = + - or @, which a spreadsheet takes for a formula";
	else if (strcmp(id, "(none)") == 0 || strcmp(id, "(organisation)") == 0 || strcmp(id, "(unassigned)") == 0)
		wrong = "must not be (none), (organisation) or (unassigned), which reports use for what has no such name";
	else if (isspace((unsigned char)*id) || isspace((unsigned char)id[strlen(id) - 1]))
		wrong = "must not begin or end with a space";
	else if (strpbrk(id, "\n\r\t"))
		wrong = "must not hold tabs or line breaks";
	else if (strlen(id) > 255)
		wrong = "must not be longer than 255 bytes";
	if (wrong)
		plim_load_error(load, value, "`%s` %s", key, wrong);
	return !wrong;
}

void plim_need_id(plim_load *load, const plim_value *map, const char *what, char **out)
{
	const plim_value *value = plim_get(load, map, "id");
	*out = plim_arena_text(load->keep, "");
	if (value)
		plim_read_id(load, value, "id", out);
	else if (!find(map, "id"))
		plim_load_error(load, map, "%s needs `id`", what);
}

int plim_get_choice(plim_load *load, const plim_value *map, const char *key, const char *const *words)
{
	const plim_value *value = plim_get(load, map, key);
	char *word;
	if (!value)
		return 0;
	if (!plim_read_text(load, value, key, &word))
		return -1;
	int count = 0;
	for (; words[count]; count++)
		if (strcmp(words[count], word) == 0)
			return count;
	plim_text all = {0};
	for (int i = 0; i < count; i++) {
		plim_text_add(&all, i == 0 ? "" : i == count - 1 ? " or " : ", ");
		plim_text_add(&all, words[i]);
	}
	char hint[PLIM_HINT_SIZE];
	const char *near = plim_nearest(load, word, words, (size_t)count);
	plim_load_error(load, value, "`%s` must be one of %s; found \"%s\"%s", key, all.data ? all.data : "", word,
	                plim_hint(hint, sizeof hint, near));
	plim_text_free(&all);
	return -1;
}

bool plim_get_flag(plim_load *load, const plim_value *map, const char *key, bool absent)
{
	const plim_value *value = plim_get(load, map, key);
	if (!value)
		return absent;
	if (value->kind == PLIM_VALUE_TEXT && value->plain) {
		if (strcmp(value->text, "true") == 0)
			return true;
		if (strcmp(value->text, "false") == 0)
			return false;
	}
	plim_load_error(load, value, "`%s` must be true or false", key);
	return absent;
}

/* ---- dates ---- */

void plim_get_date(plim_load *load, const plim_value *map, const char *key, char **out)
{
	int32_t day;
	plim_get_text(load, map, key, out);
	if (**out && !plim_date_parse(*out, &day))
		plim_load_error(load, find(map, key), "`%s` must be a date as YYYY-MM-DD, found \"%s\"", key, *out);
}

/* ---- lists of texts ---- */

const plim_value *const *plim_items(const plim_value *value, const plim_value *const *self, size_t *count)
{
	if (value->kind == PLIM_VALUE_LIST) {
		*count = value->count;
		return value->item;
	}
	*count = 1;
	return self;
}

/* Cuts a cell at its semicolons; blank parts are dropped. */
static bool split_cell(plim_load *load, const plim_value *cell, plim_words *out)
{
	size_t parts = 1;
	for (const char *s = cell->text; *s; s++)
		parts += *s == ';';
	out->word = plim_load_keep(load, parts + 1, sizeof *out->word);
	out->at = plim_load_spare(load, parts, sizeof *out->at);
	if (!out->word || !out->at)
		return false;
	for (const char *s = cell->text;; s++) {
		size_t length = strcspn(s, ";");
		const char *from = s, *to = s + length;
		while (from < to && isspace((unsigned char)*from))
			from++;
		while (to > from && isspace((unsigned char)to[-1]))
			to--;
		if (to > from) {
			out->at[out->count] = cell;
			out->word[out->count++] = plim_arena_text_n(load->keep, from, (size_t)(to - from));
		}
		s += length;
		if (!*s)
			return true;
	}
}

static bool take_items(plim_load *load, const plim_value *value, const char *key, plim_words *out)
{
	size_t count;
	const plim_value *const *item = plim_items(value, &value, &count);
	out->word = plim_load_keep(load, count + 1, sizeof *out->word);
	out->at = plim_load_spare(load, count, sizeof *out->at);
	if (!out->word || !out->at)
		return false;
	bool good = true;
	for (size_t i = 0; i < count; i++) {
		char *word;
		if (!plim_read_text(load, item[i], key, &word)) {
			good = false;
		} else if (!*word) {
			plim_load_error(load, item[i], "`%s` has an empty text in it; remove it", key);
			good = false;
		} else {
			out->at[out->count] = item[i];
			out->word[out->count++] = word;
		}
	}
	return good;
}

bool plim_read_words(plim_load *load, const plim_value *value, const char *key, bool distinct, plim_words *out)
{
	*out = (plim_words){0};
	bool good = value->cell ? split_cell(load, value, out) : take_items(load, value, key, out);
	if (!distinct)
		return good;
	plim_names seen = {0};
	for (size_t i = 0; i < out->count; i++) {
		uint32_t first = (uint32_t)i;
		if (!plim_load_name(load, &seen, out->word[i], &first)) {
			plim_load_error(load, out->at[i], "`%s` names \"%s\" twice; remove one", key, out->word[i]);
			good = false;
		}
	}
	plim_names_clear(&seen);
	return good;
}

bool plim_get_words(plim_load *load, const plim_value *map, const char *key, plim_words *out)
{
	const plim_value *value = plim_get(load, map, key);
	*out = (plim_words){0};
	return value && plim_read_words(load, value, key, true, out);
}
