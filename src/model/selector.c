/* SPDX-License-Identifier: Apache-2.0 */
/* Selectors: which places a threat or a control means. */
#include <stdlib.h>
#include <string.h>

#include "model/load.h"

static const char *const node_keys[] = {"id", "kind", "region", "tag", NULL};
static const char *const link_keys[] = {"id", "kind", "region", "tag", "mode", NULL};

enum { BY_KIND, BY_REGION, BY_TAG, BY_MODE };

const char *plim_place_text(const plim_model *model, plim_place_kind kind, uint32_t index, plim_place_key key)
{
	bool link = kind == PLIM_PLACE_LINK;
	switch (key) {
	case PLIM_PLACE_KIND_OF: return link ? model->link[index].kind : model->node[index].kind;
	case PLIM_PLACE_REGION: return link ? model->link[index].region : model->node[index].region;
	default: return link ? model->link[index].mode : "";
	}
}

const char *plim_place_id(const plim_model *model, plim_place_kind kind, uint32_t index)
{
	return kind == PLIM_PLACE_LINK ? model->link[index].id : model->node[index].id;
}

static const char *column_text(const plim_column *columns, size_t count, const char *name, uint32_t row)
{
	for (size_t c = 0; c < count; c++)
		if (strcmp(columns[c].name, name) == 0)
			return columns[c].text[row];
	return "";
}

const char *plim_place_shared_key(const plim_model *model, const plim_threat *threat, uint32_t place)
{
	const char *key = threat->shared_by;
	bool node = threat->where.kind == PLIM_PLACE_NODE;
	if (strcmp(key, "region") == 0)
		return node ? model->node[place].region : model->link[place].region;
	if (strcmp(key, "kind") == 0)
		return node ? model->node[place].kind : model->link[place].kind;
	if (!node && strcmp(key, "mode") == 0)
		return model->link[place].mode;
	if (!node && strcmp(key, "item") == 0)
		return model->link[place].item;
	return node ? column_text(model->node_column, model->node_columns, key, place)
	            : column_text(model->link_column, model->link_columns, key, place);
}

bool plim_list_has(const uint32_t *list, size_t count, uint32_t wanted)
{
	size_t low = 0, high = count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (list[middle] < wanted)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && list[low] == wanted;
}

bool plim_control_is_against(const plim_control *control, uint32_t threat)
{
	return control->against_all || plim_list_has(control->against, control->against_count, threat);
}

bool plim_control_is_at(const plim_control *control, plim_place_kind kind, uint32_t place)
{
	const plim_selector *where = &control->where;
	return where->everywhere || (where->kind == kind && plim_list_has(where->place, where->places, place));
}

bool plim_control_acts(const plim_control *control, uint32_t threat, plim_place_kind kind, uint32_t place)
{
	return plim_control_is_against(control, threat) && plim_control_is_at(control, kind, place);
}

const plim_value *plim_place_row(const plim_load *load, plim_place_kind kind, uint32_t index)
{
	if (kind == PLIM_PLACE_LINK)
		return load->link_row[load->model->link[index].position];
	return load->node_row[load->model->node[index].position];
}

/* ---- words that some place has, for "there is no such region" ---- */

static void add_word(plim_load *load, plim_names *words, const char *word)
{
	uint32_t number = 0;
	if (*word)
		plim_load_name(load, words, word, &number);
}

static void make_vocabulary(plim_load *load)
{
	const plim_model *model = load->model;
	if (load->has_vocabulary)
		return;
	load->has_vocabulary = true;
	for (size_t i = 0; i < model->nodes; i++) {
		const plim_node *node = &model->node[i];
		add_word(load, &load->vocabulary[0][BY_KIND], node->kind);
		add_word(load, &load->vocabulary[0][BY_REGION], node->region);
		for (size_t t = 0; t < node->tag_count; t++)
			add_word(load, &load->vocabulary[0][BY_TAG], node->tags[t]);
	}
	for (size_t i = 0; i < model->links; i++) {
		const plim_link *link = &model->link[i];
		add_word(load, &load->vocabulary[1][BY_KIND], link->kind);
		add_word(load, &load->vocabulary[1][BY_REGION], link->region);
		add_word(load, &load->vocabulary[1][BY_MODE], link->mode);
		for (size_t t = 0; t < link->tag_count; t++)
			add_word(load, &load->vocabulary[1][BY_TAG], link->tags[t]);
	}
}

static bool is_bad(const plim_load *load, bool link)
{
	return load->nodes_bad || (link && load->links_bad);
}

/* Words that no place has: misspelt ids are errors, other words may be there for a place to come. */
static bool check_words(plim_load *load, const char *key, const plim_words *words, bool link, const plim_names *known)
{
	bool good = true, is_id = strcmp(key, "id") == 0;
	for (size_t i = 0; i < words->count && !is_bad(load, link); i++) {
		uint32_t number;
		char hint[PLIM_HINT_SIZE];
		if (plim_names_find(known, words->word[i], &number))
			continue;
		plim_hint(hint, sizeof hint, plim_nearest_name(load, words->word[i], known));
		if (is_id) {
			plim_load_error(load, words->at[i], "there is no %s \"%s\"%s", link ? "link" : "node", words->word[i],
			                hint);
			good = false;
		} else {
			plim_load_warn(load, words->at[i], "no %s has the %s \"%s\"%s", link ? "link" : "node", key, words->word[i],
			               hint);
		}
	}
	return good;
}

static bool read_list(plim_load *load, const plim_value *map, const char *key, bool link, const plim_names *known,
                      char ***out)
{
	plim_words words;
	const plim_value *value = plim_get(load, map, key);
	if (!value)
		return true;
	if (!plim_read_words(load, value, key, true, &words))
		return false;
	if (!words.count) {
		plim_load_error(load, value, "`%s` is empty; name at least one or remove the key", key);
		return false;
	}
	bool good = check_words(load, key, &words, link, known);
	qsort(words.word, words.count, sizeof *words.word, plim_compare_words);
	*out = words.word;
	return good;
}

static bool read_lists(plim_load *load, const plim_value *map, plim_selector *out)
{
	bool link = out->kind == PLIM_PLACE_LINK;
	make_vocabulary(load);
	plim_names *known = load->vocabulary[link];
	bool good = read_list(load, map, "id", link, link ? &load->link_names : &load->node_names, &out->id);
	good &= read_list(load, map, "kind", link, &known[BY_KIND], &out->node_kind);
	good &= read_list(load, map, "region", link, &known[BY_REGION], &out->region);
	good &= read_list(load, map, "tag", link, &known[BY_TAG], &out->tag);
	if (link)
		good &= read_list(load, map, "mode", link, &known[BY_MODE], &out->mode);
	return good;
}

/* ---- matching ---- */

/* Texts of the model are kept once each: equal ones are the same pointer. */
static bool holds(char *const *list, const char *word)
{
	for (; *list; list++)
		if (*list == word)
			return true;
	return false;
}

static bool holds_any(char *const *list, char *const *words, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (holds(list, words[i]))
			return true;
	return false;
}

static bool matches(const plim_model *model, const plim_selector *s, uint32_t index)
{
	bool link = s->kind == PLIM_PLACE_LINK;
	char *const *tags = link ? model->link[index].tags : model->node[index].tags;
	size_t tag_count = link ? model->link[index].tag_count : model->node[index].tag_count;
	return (!s->node_kind || holds(s->node_kind, plim_place_text(model, s->kind, index, PLIM_PLACE_KIND_OF))) &&
	       (!s->region || holds(s->region, plim_place_text(model, s->kind, index, PLIM_PLACE_REGION))) &&
	       (!s->mode || holds(s->mode, plim_place_text(model, s->kind, index, PLIM_PLACE_MODE))) &&
	       (!s->tag || holds_any(s->tag, tags, tag_count));
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return x < y ? -1 : x > y;
}

/* Indices that can match: those of the ids, or NULL for all of them. */
static uint32_t *candidates(plim_load *load, const plim_selector *s, size_t *count)
{
	const plim_names *names = s->kind == PLIM_PLACE_LINK ? &load->link_names : &load->node_names;
	*count = s->kind == PLIM_PLACE_LINK ? load->model->links : load->model->nodes;
	if (!s->id)
		return NULL;
	size_t ids = 0, found = 0;
	while (s->id[ids])
		ids++;
	uint32_t *list = plim_load_spare(load, ids, sizeof *list);
	for (size_t i = 0; list && i < ids; i++)
		if (plim_names_find(names, s->id[i], &list[found]))
			found++;
	*count = list ? found : 0;
	if (list)
		qsort(list, found, sizeof *list, by_number);
	return list;
}

static bool in_scope(const plim_model *model, plim_place_kind kind, uint32_t index)
{
	return kind == PLIM_PLACE_LINK ? model->link[index].in_scope : model->node[index].in_scope;
}

/* Fills the places; returns how many match, those out of scope included. */
static size_t resolve(plim_load *load, plim_selector *s)
{
	size_t count, matched = 0, kept = 0;
	const uint32_t *list = candidates(load, s, &count);
	uint32_t *place = plim_load_spare(load, count, sizeof *place);
	for (size_t i = 0; place && i < count; i++) {
		uint32_t index = list ? list[i] : (uint32_t)i;
		if (!matches(load->model, s, index))
			continue;
		matched++;
		if (in_scope(load->model, s->kind, index))
			place[kept++] = index;
	}
	s->place = plim_load_keep(load, kept, sizeof *place);
	if (s->place && kept) {
		memcpy(s->place, place, kept * sizeof *place);
		s->places = kept;
	}
	return matched;
}

static void resolve_or_complain(plim_load *load, const plim_value *at, const char *what, plim_selector *s)
{
	bool link = s->kind == PLIM_PLACE_LINK;
	size_t matched = resolve(load, s);
	const char *places = link ? "links" : "nodes";
	if (!matched && !is_bad(load, link))
		plim_load_error(load, at, "the selector of %s matches none of the %zu %s; loosen it", what,
		                link ? load->model->links : load->model->nodes, places);
	else if (matched > s->places)
		plim_load_note(load, at, "%zu of the %zu %s that %s selects are out of scope and left out", matched - s->places,
		               matched, places, what);
}

void plim_read_selector(plim_load *load, const plim_value *value, const char *what, bool everywhere, plim_selector *out)
{
	*out = (plim_selector){.kind = PLIM_PLACE_ORGANISATION, .everywhere = everywhere && !value};
	if (!value || (value->kind == PLIM_VALUE_TEXT && strcmp(value->text, "organisation") == 0))
		return;
	if (value->kind != PLIM_VALUE_MAP || value->count != 1) {
		plim_load_error(load, value, "`where` must be {nodes: {...}} or {links: {...}}, one of the two, or absent");
		return;
	}
	static const char *const kinds[] = {"nodes", "links", NULL};
	plim_check_keys(load, value, kinds, "`where`");
	const plim_value *nodes = plim_get(load, value, "nodes"), *inner = nodes ? nodes : plim_get(load, value, "links");
	if (!inner)
		return;
	out->kind = nodes ? PLIM_PLACE_NODE : PLIM_PLACE_LINK;
	if (inner->kind == PLIM_VALUE_TEXT && strcmp(inner->text, "all") == 0) {
		resolve_or_complain(load, value, what, out);
		return;
	}
	if (!plim_is_map(load, inner, nodes ? "`nodes`" : "`links`"))
		return;
	size_t before = load->findings->errors;
	plim_check_keys(load, inner, nodes ? node_keys : link_keys, nodes ? "a selector of nodes" : "a selector of links");
	if (read_lists(load, inner, out) && load->findings->errors == before)
		resolve_or_complain(load, inner, what, out);
}

/* ---- scope ---- */

void plim_read_scope(plim_load *load)
{
	static const char *const keys[] = {"description", "include", NULL};
	plim_model *model = load->model;
	const plim_value *scope = plim_get(load, load->root, "scope");
	if (!scope || !plim_is_map(load, scope, "`scope`"))
		return;
	plim_check_keys(load, scope, keys, "`scope`");
	plim_get_text(load, scope, "description", &model->scope_description);
	const plim_value *include = plim_get(load, scope, "include");
	if (!include || !plim_is_map(load, include, "`include`"))
		return;
	model->scope_filtered = true;
	model->scope.kind = PLIM_PLACE_NODE;
	size_t before = load->findings->errors;
	plim_check_keys(load, include, node_keys, "`include`");
	if (!read_lists(load, include, &model->scope) || load->findings->errors != before)
		return;
	resolve_or_complain(load, include, "`include`", &model->scope);
	for (size_t i = 0; i < model->nodes; i++)
		model->node[i].in_scope = false;
	for (size_t i = 0; i < model->scope.places; i++)
		model->node[model->scope.place[i]].in_scope = true;
	for (size_t i = 0; i < model->links; i++) {
		plim_link *link = &model->link[i];
		link->in_scope = link->from < model->nodes && link->to < model->nodes && model->node[link->from].in_scope &&
		                 model->node[link->to].in_scope;
	}
}

/* ---- references ---- */

bool plim_read_references(plim_load *load, const plim_value *value, const char *key, const char *what,
                          const plim_names *names, uint32_t **out, size_t *count)
{
	plim_words words;
	if (!plim_read_words(load, value, key, true, &words))
		return false;
	uint32_t *list = plim_load_keep(load, words.count, sizeof *list);
	if (!list)
		return false;
	size_t found = 0;
	for (size_t i = 0; i < words.count; i++) {
		char hint[PLIM_HINT_SIZE];
		if (plim_names_find(names, words.word[i], &list[found]))
			found++;
		else
			plim_load_error(load, words.at[i], "there is no %s \"%s\"%s", what, words.word[i],
			                plim_hint(hint, sizeof hint, plim_nearest_name(load, words.word[i], names)));
	}
	qsort(list, found, sizeof *list, by_number);
	*out = list;
	*count = found;
	return found == words.count;
}
