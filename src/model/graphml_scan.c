/* SPDX-License-Identifier: Apache-2.0 */
/* igraph reads GraphML generously: an edge to an unknown node makes that node, "0,5" is the number 0, an undeclared
 * attribute is passed over. Each of these would change a model in silence, so the tags are checked first. */
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "model/graphml.h"

#define DEEPEST 64
#define MOST_KEYS 4096u
#define NAMESPACE "http://graphml.graphdrawing.org/xmlns"

typedef enum element { TOP, GRAPHML, KEY, DEFAULT, GRAPH, NODE, EDGE, DATA, OTHER } element;

typedef struct level {
	element kind;
	size_t name, length; /* of its name */
	size_t content;      /* behind its tag */
} level;

typedef struct scanner {
	plim_load *load;
	size_t source;
	const char *bytes;
	size_t at, length;
	int line, col;
	size_t tag, end;          /* the tag at hand: its name, its > */
	plim_graphml_place place; /* its < */
	level stack[DEEPEST];
	size_t depth;
	plim_graphml *out;
	plim_graphml_key *key; /* of the <key> or <data> at hand, NULL if its values are not read */
	plim_names node_names;
	size_t graphs;
	bool good, stop;
} scanner;

static void complain(scanner *s, const char *text)
{
	plim_load_error_at(s->load, s->source, s->place.line, s->place.col, "%s", text);
	s->good = false;
}

static void give_up(scanner *s, const char *text)
{
	complain(s, text);
	s->stop = true;
}

static void advance(scanner *s, size_t to)
{
	for (; s->at < to; s->at++) {
		if (s->bytes[s->at] == '\n') {
			s->line++;
			s->col = 1;
		} else if (((unsigned char)s->bytes[s->at] & 0xC0) != 0x80) {
			s->col++;
		}
	}
}

static bool starts(const scanner *s, size_t at, const char *word)
{
	size_t length = strlen(word);
	return at + length <= s->length && memcmp(s->bytes + at, word, length) == 0;
}

/* Passes over text up to and with the word. */
static void pass(scanner *s, const char *word)
{
	const char *found = memmem(s->bytes + s->at, s->length - s->at, word, strlen(word));
	if (found)
		advance(s, (size_t)(found - s->bytes) + strlen(word));
	else
		give_up(s, "what opens here is never closed; this is not well-formed XML");
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool ends_name(char c)
{
	return is_space(c) || c == '/' || c == '>' || c == '=' || c == '<';
}

static size_t name_end(const scanner *s, size_t at)
{
	while (at < s->length && !ends_name(s->bytes[at]))
		at++;
	return at;
}

/* ---- attributes of the tag at hand ---- */

/* The text of an attribute, NULL if it is not there. An entity in it is an error: igraph and this scanner must mean the
 * same text. */
static const char *attribute(scanner *s, const char *name)
{
	size_t at = name_end(s, s->tag);
	while (at < s->end) {
		while (at < s->end && (is_space(s->bytes[at]) || s->bytes[at] == '/'))
			at++;
		size_t from = at, to = name_end(s, at);
		for (at = to; at < s->end && s->bytes[at] != '"' && s->bytes[at] != '\'';)
			at++;
		const char *close = at < s->end ? memchr(s->bytes + at + 1, s->bytes[at], s->end - at - 1) : NULL;
		if (!close)
			return NULL;
		const char *value = s->bytes + at + 1;
		at = (size_t)(close - s->bytes) + 1;
		if (to - from != strlen(name) || memcmp(s->bytes + from, name, to - from) != 0)
			continue;
		for (const char *c = value; c < close; c++) {
			if (*c == '&' || *c == '\n' || *c == '\t') {
				complain(s, "names and ids in tags must be plain text without &, tabs and line breaks");
				break;
			}
		}
		return plim_arena_text_n(s->load->spare, value, (size_t)(close - value));
	}
	return NULL;
}

static bool grow(scanner *s, void **array, size_t *capacity, size_t count, size_t size)
{
	if (count < *capacity)
		return true;
	size_t wider = *capacity ? *capacity * 2 : 64;
	void *copy = plim_load_spare(s->load, wider, size);
	if (!copy) {
		s->stop = true;
		return false;
	}
	if (count)
		memcpy(copy, *array, count * size);
	*array = copy;
	*capacity = wider;
	return true;
}

/* ---- elements ---- */

static void on_graphml(scanner *s)
{
	const char *space = attribute(s, "xmlns");
	if (space && strcmp(space, NAMESPACE) != 0)
		give_up(s, "the namespace (xmlns) of GraphML is " NAMESPACE);
}

static bool is_one_of(const char *word, const char *const *words)
{
	for (; *words; words++)
		if (strcmp(*words, word) == 0)
			return true;
	return false;
}

static void check_key(scanner *s, const plim_graphml_key *key, const char *of)
{
	static const char *const targets[] = {"node", "edge", "graph", "graphml", "hyperedge", "port", "endpoint", NULL};
	if (!of || !is_one_of(of, targets))
		complain(s, "a <key> must say what it is for: write for=\"node\" or for=\"edge\"");
	for (size_t i = 0; i < s->out->keys; i++) {
		const plim_graphml_key *other = &s->out->key[i];
		if (strcmp(other->id, key->id) == 0)
			complain(s, "the id of this <key> stands here again; give it another one");
		else if (!key->skipped && !other->skipped && key->of_node == other->of_node &&
		         strcmp(other->name, key->name) == 0)
			complain(s, "the attribute of this <key> is declared twice; remove one");
	}
}

static void on_key(scanner *s)
{
	static const char *const numbers[] = {"int", "long", "float", "double", NULL};
	static const char *const others[] = {"boolean", "string", NULL};
	const char *id = attribute(s, "id"), *name = attribute(s, "attr.name"), *of = attribute(s, "for");
	const char *type = attribute(s, "attr.type");
	s->key = NULL;
	if (!id || !*id) {
		complain(s, "a <key> needs `id`");
		return;
	}
	if (s->out->keys == MOST_KEYS) {
		give_up(s, "the file declares more than 4096 attributes");
		return;
	}
	if (!grow(s, (void **)&s->out->key, &s->out->key_capacity, s->out->keys, sizeof *s->out->key))
		return;
	plim_graphml_key key = {.id = id, .name = name ? name : id, .place = s->place};
	key.of_node = of && strcmp(of, "node") == 0;
	key.of_edge = of && strcmp(of, "edge") == 0;
	key.numeric = type && is_one_of(type, numbers);
	/* without a type: the drawing that editors keep in their own elements */
	key.skipped = !type || !(key.of_node || key.of_edge);
	check_key(s, &key, of);
	if (type && !key.numeric && !is_one_of(type, others))
		complain(s, "`attr.type` must be one of boolean, int, long, float, double and string");
	s->out->key[s->out->keys] = key;
	s->key = key.skipped ? NULL : &s->out->key[s->out->keys];
	s->out->keys++;
}

static void on_graph(scanner *s)
{
	const char *direction = attribute(s, "edgedefault");
	if (s->graphs++)
		give_up(s, "the file has a second graph; one graph makes a network");
	else if (!direction || strcmp(direction, "directed") != 0)
		give_up(s, "the graph is not directed: a link leads from a node to a node (edgedefault=\"directed\")");
}

static void on_node(scanner *s)
{
	plim_graphml *out = s->out;
	const char *id = attribute(s, "id");
	uint32_t number = (uint32_t)out->nodes;
	if (!grow(s, (void **)&out->node, &out->node_capacity, out->nodes, sizeof *out->node))
		return;
	if (!id || !*id) {
		complain(s, "a <node> needs `id`");
	} else if (!plim_load_name(s->load, &s->node_names, id, &number)) {
		plim_load_error_at(s->load, s->source, s->place.line, s->place.col,
		                   "the node \"%.80s\" stands here again (first in line %d); rename or remove one", id,
		                   number < out->nodes ? out->node[number].line : 0);
		s->good = false;
	}
	out->node[out->nodes++] = s->place;
}

static void check_end(scanner *s, const char *key)
{
	const char *id = attribute(s, key);
	uint32_t number;
	if (id && plim_names_find(&s->node_names, id, &number))
		return;
	plim_load_error_at(s->load, s->source, s->place.line, s->place.col,
	                   "edge %zu: its `%s` \"%.80s\" is no node that stands before it", s->out->edges + 1, key,
	                   id ? id : "");
	s->good = false;
}

static void on_edge(scanner *s)
{
	plim_graphml *out = s->out;
	const char *directed = attribute(s, "directed");
	check_end(s, "source");
	check_end(s, "target");
	if (directed && strcmp(directed, "true") != 0)
		complain(s, "this edge is not directed: a link leads from a node to a node");
	if (grow(s, (void **)&out->edge, &out->edge_capacity, out->edges, sizeof *out->edge))
		out->edge[out->edges++] = s->place;
}

/* Returns what the element is to be taken for. */
static element on_data(scanner *s, element parent)
{
	const char *id = attribute(s, "key");
	plim_graphml *out = s->out;
	size_t element_number = parent == NODE ? out->nodes : out->edges;
	s->key = NULL;
	for (size_t i = 0; id && i < out->keys; i++) {
		plim_graphml_key *key = &out->key[i];
		if (strcmp(key->id, id) != 0)
			continue;
		if (key->skipped)
			return OTHER;
		if (parent == NODE ? !key->of_node : !key->of_edge)
			complain(s, parent == NODE ? "this attribute is declared, but not for nodes"
			                           : "this attribute is declared, but not for edges");
		else if (key->last == element_number)
			complain(s, "this attribute has a value already; remove one");
		key->last = element_number;
		s->key = key;
		return DATA;
	}
	plim_load_error_at(s->load, s->source, s->place.line, s->place.col,
	                   "the attribute \"%.80s\" is not declared; add a <key> for it before the graph", id ? id : "");
	s->good = false;
	return OTHER;
}

static bool is_named(const scanner *s, const char *name)
{
	size_t length = name_end(s, s->tag) - s->tag;
	return length == strlen(name) && memcmp(s->bytes + s->tag, name, length) == 0;
}

static element in_graph(scanner *s)
{
	if (is_named(s, "node"))
		return on_node(s), NODE;
	if (is_named(s, "edge"))
		return on_edge(s), EDGE;
	if (!is_named(s, "desc") && !is_named(s, "data"))
		give_up(s, "a graph holds <node> and <edge>; hyperedges and others are not read");
	return OTHER;
}

static element in_graphml(scanner *s)
{
	if (is_named(s, "key"))
		return on_key(s), KEY;
	if (is_named(s, "graph"))
		return on_graph(s), GRAPH;
	return OTHER;
}

/* What an element within `parent` is. */
static element classify(scanner *s, element parent)
{
	switch (parent) {
	case TOP:
		if (!is_named(s, "graphml"))
			give_up(s, "this is not GraphML: the outermost element must be <graphml>");
		else
			on_graphml(s);
		return GRAPHML;
	case GRAPHML: return in_graphml(s);
	case KEY: return s->key && is_named(s, "default") ? DEFAULT : OTHER;
	case GRAPH: return in_graph(s);
	case NODE:
	case EDGE:
		if (is_named(s, "data"))
			return on_data(s, parent);
		give_up(s,
		        "a node or an edge holds <data> and nothing else; graphs within nodes, ports and <desc> are not read");
		return OTHER;
	case DATA:
	case DEFAULT: give_up(s, "a value must be plain text"); return OTHER;
	default: return OTHER;
	}
}

/* The text of a number between its tags: igraph would take the first digits of whatever stands there. */
static void check_number(scanner *s, size_t from, size_t to)
{
	char text[64];
	double value;
	while (from < to && is_space(s->bytes[from]))
		from++;
	while (to > from && is_space(s->bytes[to - 1]))
		to--;
	size_t length = to - from < sizeof text ? to - from : sizeof text - 1;
	memcpy(text, s->bytes + from, length);
	text[length] = '\0';
	if (!length || strcasecmp(text, "nan") == 0 || (to - from < sizeof text && plim_text_parse_double(text, &value)))
		return;
	plim_load_error_at(s->load, s->source, s->line, s->col,
	                   "`%.80s` must be a number as 1500000 or 1.5e6, found \"%.60s\"", s->key->name, text);
	s->good = false;
}

/* ---- tags ---- */

/* Sets s->end; false if the tag does not end. */
static bool find_end(scanner *s)
{
	char quote = '\0';
	for (s->end = s->tag; s->end < s->length; s->end++) {
		char c = s->bytes[s->end];
		if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '>')
			return true;
		else if (c == '<')
			break;
	}
	give_up(s, "this tag is never closed; this is not well-formed XML");
	return false;
}

static void close_element(scanner *s, size_t content_end)
{
	const level *top = &s->stack[--s->depth];
	if ((top->kind == DATA || top->kind == DEFAULT) && s->key && s->key->numeric)
		check_number(s, top->content, content_end);
	if (top->kind != DEFAULT)
		s->key = NULL;
}

static void on_end_tag(scanner *s)
{
	size_t opening = s->tag - 2;
	const level *top = s->depth ? &s->stack[s->depth - 1] : NULL;
	size_t length = name_end(s, s->tag) - s->tag;
	if (!top || length != top->length || memcmp(s->bytes + s->tag, s->bytes + top->name, length) != 0) {
		give_up(s, "this tag closes what was not opened; this is not well-formed XML");
		return;
	}
	close_element(s, opening);
	advance(s, s->end + 1);
}

static void on_start_tag(scanner *s)
{
	size_t length = name_end(s, s->tag) - s->tag;
	element parent = s->depth ? s->stack[s->depth - 1].kind : TOP;
	if (s->depth == DEEPEST) {
		give_up(s, "elements are nested more than 64 deep");
		return;
	}
	if (parent != OTHER && memchr(s->bytes + s->tag, ':', length))
		give_up(s, "elements with a prefix are not read; make GraphML the default namespace");
	else if (parent != OTHER && parent != TOP && attribute(s, "xmlns"))
		give_up(s, "a namespace (xmlns) may be named at <graphml> only");
	if (s->stop)
		return;
	element kind = classify(s, parent);
	s->stack[s->depth++] = (level){kind, s->tag, length, s->end + 1};
	if (s->bytes[s->end - 1] == '/')
		close_element(s, s->end + 1);
	advance(s, s->end + 1);
}

/* The bytes are UTF-8, as everywhere: a declaration of anything else would have them read as other characters. */
static void on_declaration(scanner *s)
{
	s->tag = s->at + 2;
	if (!find_end(s))
		return;
	const char *encoding = starts(s, s->at, "<?xml ") ? attribute(s, "encoding") : NULL;
	if (encoding && strcasecmp(encoding, "utf-8") != 0 && strcasecmp(encoding, "us-ascii") != 0)
		give_up(s, "the file must have the encoding UTF-8, and say so");
	pass(s, "?>");
}

static void on_markup(scanner *s)
{
	s->place = (plim_graphml_place){s->line, s->col};
	if (starts(s, s->at, "<!--")) {
		pass(s, "-->");
	} else if (starts(s, s->at, "<![CDATA[")) {
		pass(s, "]]>");
	} else if (starts(s, s->at, "<?")) {
		on_declaration(s);
	} else if (starts(s, s->at, "<!")) {
		give_up(s, "document types (<!DOCTYPE ...>) are not read; remove it");
	} else {
		bool closes = starts(s, s->at, "</");
		s->tag = s->at + (closes ? 2 : 1);
		if (find_end(s))
			(closes ? on_end_tag : on_start_tag)(s);
	}
}

bool plim_graphml_scan(plim_load *load, size_t source, plim_graphml *out)
{
	scanner s = {.load = load, .source = source, .line = 1, .col = 1, .place = {1, 1}, .out = out, .good = true};
	s.bytes = load->source[source].bytes;
	s.length = load->source[source].length;
	if (s.length >= 3 && memcmp(s.bytes, "\xEF\xBB\xBF", 3) == 0)
		s.at = 3;
	while (!s.stop && !plim_load_failed(load)) {
		const char *next = memchr(s.bytes + s.at, '<', s.length - s.at);
		if (!next)
			break;
		advance(&s, (size_t)(next - s.bytes));
		on_markup(&s);
	}
	s.place = (plim_graphml_place){1, 1};
	if (!s.stop && !s.graphs)
		complain(&s, "this is not GraphML: it has no <graph>");
	plim_names_clear(&s.node_names);
	return s.good && !plim_load_failed(load);
}

const plim_graphml_key *plim_graphml_find(const plim_graphml *graph, bool of_node, const char *name)
{
	for (size_t i = 0; i < graph->keys; i++) {
		const plim_graphml_key *key = &graph->key[i];
		if (!key->skipped && key->of_node == of_node && strcmp(key->name, name) == 0)
			return key;
	}
	return NULL;
}
