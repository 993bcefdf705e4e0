/* SPDX-License-Identifier: Apache-2.0 */
/* YAML text to a tree, from the events of libfyaml. Aliases become shared subtrees; the size of the tree counts them
 * as often as they are used, so a small file cannot stand for a huge model. */
#include <libfyaml.h>
#include <string.h>

#include "model/load.h"

#define DEEPEST 64
#define MOST_NODES 1000000u

/* A list or map that is being read. */
typedef struct level {
	plim_value *value;
	const plim_value **item; /* children so far: of a map keys and values in turn */
	size_t count, capacity;
	plim_value *anchored; /* itself, if it has an anchor that is not defined before it ends */
} level;

typedef struct builder {
	plim_load *load;
	size_t source;
	struct fy_parser *parser;
	level stack[DEEPEST];
	size_t depth;
	plim_value *root;
	plim_value **anchor; /* values with a name, by number */
	size_t anchors, anchor_capacity;
	plim_names anchor_names;
	int line, col; /* of the event at hand */
	int documents;
	bool stop;
} builder;

static void stop_at(builder *b, const char *text)
{
	plim_load_error_at(b->load, b->source, b->line, b->col, "%s", text);
	b->stop = true;
}

static void stop_at_value(builder *b, const plim_value *at, const char *text)
{
	b->line = at->line;
	b->col = at->col;
	stop_at(b, text);
}

/* ---- putting values where they belong ---- */

static bool push_child(builder *b, level *at, const plim_value *child)
{
	if (at->count == at->capacity) {
		size_t wider = at->capacity ? at->capacity * 2 : 8;
		const plim_value **item = plim_load_spare(b->load, wider, sizeof *item);
		if (!item)
			return false;
		if (at->count)
			memcpy(item, at->item, at->count * sizeof *item);
		at->item = item;
		at->capacity = wider;
	}
	at->item[at->count++] = child;
	return true;
}

static void check_key(builder *b, const plim_value *key)
{
	if (key->kind != PLIM_VALUE_TEXT)
		stop_at_value(b, key, "a key must be a text, not a list or a map; put it in quotes if it is meant as a text");
	else if (key->plain && strcmp(key->text, "<<") == 0)
		stop_at_value(b, key, "merge keys (<<) are not read; write the keys out, or use an alias for a whole value");
}

static void place_value(builder *b, const plim_value *value)
{
	if (!b->depth) {
		b->root = (plim_value *)(uintptr_t)value;
		return;
	}
	level *at = &b->stack[b->depth - 1];
	bool is_key = at->value->kind == PLIM_VALUE_MAP && at->count % 2 == 0;
	if (is_key)
		check_key(b, value);
	uint32_t sum;
	if (__builtin_add_overflow(at->value->nodes, value->nodes, &sum) || sum > MOST_NODES * 64u)
		sum = MOST_NODES * 64u;
	at->value->nodes = sum;
	if (value->depth >= at->value->depth)
		at->value->depth = (uint8_t)(value->depth + 1);
	if (at->value->depth + b->depth > DEEPEST + 1 && !b->stop)
		stop_at(b, "lists and maps are nested more than 64 deep");
	if (!push_child(b, at, value))
		b->stop = true;
}

static plim_value *new_value(builder *b, plim_value_kind kind)
{
	plim_value *value = plim_load_spare(b->load, 1, sizeof *value);
	if (!value) {
		b->stop = true;
		return NULL;
	}
	value->kind = (uint8_t)kind;
	value->file = (uint16_t)b->source;
	value->line = b->line;
	value->col = b->col;
	value->nodes = 1;
	return value;
}

/* ---- anchors ---- */

static char *token_text(builder *b, struct fy_token *token, size_t *length)
{
	size_t bytes = 0;
	const char *text = token ? fy_token_get_text(token, &bytes) : NULL;
	*length = bytes;
	return plim_arena_text_n(b->load->spare, text ? text : "", text ? bytes : 0);
}

/* A name may be given again: the last one counts, as in YAML. */
static void name_value(builder *b, struct fy_token *token, plim_value *value)
{
	size_t length;
	if (!token)
		return;
	const char *name = token_text(b, token, &length);
	if (b->anchors == b->anchor_capacity) {
		size_t wider = b->anchors ? b->anchors * 2 : 16;
		plim_value **anchor = plim_load_spare(b->load, wider, sizeof *anchor);
		if (!anchor) {
			b->stop = true;
			return;
		}
		if (b->anchors)
			memcpy(anchor, b->anchor, b->anchors * sizeof *anchor);
		b->anchor = anchor;
		b->anchor_capacity = wider;
	}
	uint32_t number = (uint32_t)b->anchors;
	if (plim_load_name(b->load, &b->anchor_names, name, &number))
		b->anchors++;
	if (plim_load_failed(b->load))
		b->stop = true;
	else
		b->anchor[number] = value;
}

static void on_alias(builder *b, struct fy_token *token)
{
	size_t length;
	uint32_t number;
	const char *name = token_text(b, token, &length);
	b->col -= b->col > 1; /* the mark stands behind the * */
	if (!plim_names_find(&b->anchor_names, name, &number)) {
		stop_at(b, "this alias has no anchor before it");
		return;
	}
	for (size_t i = 0; i < b->depth; i++) {
		if (b->stack[i].value == b->anchor[number]) {
			stop_at(b, "this alias stands inside what it stands for");
			return;
		}
	}
	place_value(b, b->anchor[number]);
}

/* ---- events ---- */

static bool has_bad_control(const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == 0x7f || (c < 0x20 && c != '\n' && c != '\t') ||
		    (c == 0xC2 && i + 1 < length && (unsigned char)text[i + 1] < 0xA0))
			return true;
	}
	return false;
}

static void on_scalar(builder *b, struct fy_event *event)
{
	struct fy_token *token = event->scalar.value;
	size_t length = 0;
	enum fy_scalar_style style = token ? fy_token_scalar_style(token) : FYSS_PLAIN;
	if (style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED)
		b->col -= b->col > 1; /* the mark stands behind the quote */
	plim_value *value = new_value(b, PLIM_VALUE_TEXT);
	if (!value)
		return;
	value->text = token_text(b, token, &length);
	value->plain = style == FYSS_PLAIN;
	if (has_bad_control(value->text, length) || strlen(value->text) != length) {
		stop_at(b, "this text has a control character in it; remove it");
		return;
	}
	name_value(b, event->scalar.anchor, value);
	place_value(b, value);
}

static void on_start(builder *b, plim_value_kind kind, struct fy_token *anchor)
{
	if (b->depth == DEEPEST) {
		stop_at(b, "lists and maps are nested more than 64 deep");
		return;
	}
	plim_value *value = new_value(b, kind);
	if (!value)
		return;
	b->stack[b->depth++] = (level){.value = value};
	name_value(b, anchor, value);
}

static void check_doubles(builder *b, const plim_value *map)
{
	plim_names seen = {0};
	for (uint32_t i = 0; i < map->count; i++) {
		uint32_t first = i;
		if (!plim_load_name(b->load, &seen, map->pair[i].key->text, &first) && first != i)
			plim_load_error(b->load, map->pair[i].key,
			                "the key \"%s\" stands here again (first in line %d); remove one", map->pair[i].key->text,
			                map->pair[first].key->line);
	}
	plim_names_clear(&seen);
}

static void close_map(builder *b, plim_value *map, const level *at)
{
	map->count = (uint32_t)(at->count / 2);
	map->pair = plim_load_spare(b->load, map->count, sizeof *map->pair);
	if (!map->pair) {
		map->count = 0;
		b->stop = true;
		return;
	}
	for (uint32_t i = 0; i < map->count; i++)
		map->pair[i] = (plim_pair){at->item[2 * i], at->item[2 * i + 1]};
	check_doubles(b, map);
}

static void on_end(builder *b)
{
	level at = b->stack[--b->depth];
	if (at.value->kind == PLIM_VALUE_MAP) {
		close_map(b, at.value, &at);
	} else {
		at.value->item = at.item;
		at.value->count = (uint32_t)at.count;
	}
	if (!b->stop)
		place_value(b, at.value);
}

static void on_document(builder *b)
{
	if (++b->documents > 1)
		stop_at(b, "a second document begins here; a model is one document, so remove the line ---");
}

/* Events that stand for nothing in the text have no mark: the place before them serves. */
static void move_to(builder *b, const struct fy_mark *mark)
{
	if (!mark)
		return;
	b->line = mark->line + 1;
	b->col = mark->column + 1;
}

static void on_event(builder *b, struct fy_event *event)
{
	move_to(b, fy_event_start_mark(event));
	struct fy_token *tag = fy_event_get_tag_token(event);
	if (tag) {
		move_to(b, fy_token_start_mark(tag));
		stop_at(b, "tags (a word after !) are not read; remove the tag");
		return;
	}
	switch (event->type) {
	case FYET_DOCUMENT_START: on_document(b); break;
	case FYET_SCALAR: on_scalar(b, event); break;
	case FYET_ALIAS: on_alias(b, event->alias.anchor); break;
	case FYET_SEQUENCE_START: on_start(b, PLIM_VALUE_LIST, event->sequence_start.anchor); break;
	case FYET_MAPPING_START: on_start(b, PLIM_VALUE_MAP, event->mapping_start.anchor); break;
	case FYET_SEQUENCE_END:
	case FYET_MAPPING_END: on_end(b); break;
	default: break;
	}
}

/* ---- the document ---- */

static void report_syntax(builder *b, struct fy_diag *diag)
{
	void *cursor = NULL;
	const struct fy_diag_error *first = fy_diag_errors_iterate(diag, &cursor);
	if (!first) {
		stop_at(b, "this is not YAML");
		return;
	}
	b->line = first->line > 0 ? first->line : 1;
	b->col = first->column > 0 ? first->column : 1;
	plim_load_error_at(b->load, b->source, b->line, b->col, "this is not YAML: %s",
	                   first->msg ? first->msg : "unknown reason");
	b->stop = true;
}

static void parse_events(builder *b, struct fy_diag *diag)
{
	struct fy_event *event;
	while (!b->stop && (event = fy_parser_parse(b->parser))) {
		on_event(b, event);
		fy_parser_event_free(b->parser, event);
	}
	if (!b->stop && (fy_parser_get_stream_error(b->parser) || b->depth))
		report_syntax(b, diag);
	if (b->stop || plim_load_failed(b->load))
		return;
	b->line = b->col = 1;
	if (!b->root)
		stop_at(b, "the file is empty; a model begins with `plimsoll: 1`");
	else if (b->root->nodes > MOST_NODES)
		stop_at(b, "the aliases of this file expand to more than 1,000,000 values; write less of it by alias, or put "
		           "large tables into CSV files");
}

const plim_value *plim_yaml_read(plim_load *load, size_t source)
{
	const plim_source *file = &load->source[source];
	size_t skip = file->length >= 3 && memcmp(file->bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0; /* byte order mark */
	struct fy_diag_cfg quiet;
	fy_diag_cfg_default(&quiet);
	quiet.fp = NULL;
	quiet.level = FYET_ERROR;
	struct fy_diag *diag = fy_diag_create(&quiet);
	builder b = {.load = load, .source = source, .line = 1, .col = 1};
	if (diag) {
		fy_diag_set_collect_errors(diag, true);
		const struct fy_parse_cfg options = {
		    .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE, .diag = diag};
		b.parser = fy_parser_create(&options);
	}
	if (!b.parser || (file->length > skip && fy_parser_set_string(b.parser, file->bytes + skip, file->length - skip)))
		load->failed = b.stop = true;
	if (!b.stop) {
		if (file->length > skip)
			parse_events(&b, diag);
		else
			stop_at(&b, "the file is empty; a model begins with `plimsoll: 1`");
	}
	if (b.parser)
		fy_parser_destroy(b.parser);
	if (diag)
		fy_diag_destroy(diag);
	plim_names_clear(&b.anchor_names);
	return b.stop || plim_load_failed(load) ? NULL : b.root;
}
