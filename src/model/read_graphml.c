/* SPDX-License-Identifier: Apache-2.0 */
/* A network from a GraphML file: its vertices and edges become rows as those of a CSV table.
 *
 * igraph keeps its error handlers and its table of attribute functions in globals of the process (as Debian builds it).
 * They are set here and nowhere else, for the length of one call, and put back: so files are read by one thread at a
 * time, and a program that uses igraph itself must not do so meanwhile in another one. igraph is given what
 * plim_graphml_scan has passed only. */
#include <igraph.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "model/graphml.h"

/* What igraph said last: its handlers take no argument of the caller's. */
static _Thread_local char last_reason[256];

static void keep_reason(const char *reason, const char *file, int line, igraph_error_t code)
{
	(void)file;
	(void)line;
	(void)code;
	snprintf(last_reason, sizeof last_reason, "%s", reason);
	IGRAPH_FINALLY_FREE();
}

static void pass_over_warning(const char *reason, const char *file, int line)
{
	(void)reason;
	(void)file;
	(void)line;
}

typedef struct reader {
	plim_load *load;
	size_t source;
	plim_graphml scan;
	igraph_t graph;
	igraph_strvector_t name[3]; /* attributes of the graph, the nodes, the edges */
	igraph_vector_int_t type[3];
	const plim_value **id; /* of the nodes; NULL where it is blank */
} reader;

#define OF_NODES 1
#define OF_EDGES 2

/* Nodes or edges on the way to a table. */
typedef struct side {
	int of;
	const plim_graphml_place *place;
	size_t rows;
	struct side_column {
		const char *name;
		igraph_integer_t type;
		const plim_value *header;
	} * column;
	size_t columns;
} side;

/* ---- values ---- */

static plim_value *new_value(reader *r, plim_graphml_place place)
{
	plim_value *value = plim_load_spare(r->load, 1, sizeof *value);
	if (!value)
		return NULL;
	*value = (plim_value){.plain = true, .cell = true, .nodes = 1};
	value->file = (uint16_t)r->source;
	value->line = place.line;
	value->col = place.col;
	return value;
}

static const plim_value *new_text(reader *r, plim_graphml_place place, const char *text)
{
	plim_value *value = new_value(r, place);
	if (value)
		value->text = plim_arena_text(r->load->spare, text);
	return value;
}

/* The text of a cell, in `room` or owned by the graph; NULL when it is blank. */
static const char *cell_text(const reader *r, const side *s, const struct side_column *column, size_t row,
                             char room[static PLIM_TEXT_DOUBLE_SIZE])
{
	const igraph_t *g = &r->graph;
	const char *name = column->name;
	igraph_integer_t at = (igraph_integer_t)row;
	bool node = s->of == OF_NODES;
	if (column->type == IGRAPH_ATTRIBUTE_NUMERIC) {
		double value = node ? VAN(g, name, at) : EAN(g, name, at);
		if (isnan(value))
			return NULL;
		plim_text_double(room, value);
		return room;
	}
	if (column->type == IGRAPH_ATTRIBUTE_BOOLEAN)
		return (node ? VAB(g, name, at) : EAB(g, name, at)) ? "true" : "false";
	const char *text = node ? VAS(g, name, at) : EAS(g, name, at);
	return text && *text ? text : NULL;
}

/* ---- columns ---- */

static igraph_integer_t type_of(const reader *r, int of, const char *name)
{
	for (igraph_integer_t i = 0; i < igraph_strvector_size(&r->name[of]); i++)
		if (strcmp(igraph_strvector_get(&r->name[of], i), name) == 0)
			return VECTOR(r->type[of])[i];
	return IGRAPH_ATTRIBUTE_STRING;
}

static void add_column(reader *r, side *s, const char *name, const char *header, plim_graphml_place place)
{
	s->column[s->columns++] = (struct side_column){name, type_of(r, s->of, name), new_text(r, place, header)};
}

/* Nodes take their id from the attribute `id`, else `name`, else the id of the tag, which igraph keeps as `id`. Of
 * edges that one is left out: a program's numbers, not a name. */
static bool lay_out(reader *r, side *s)
{
	bool node = s->of == OF_NODES;
	s->column = plim_load_spare(r->load, r->scan.keys + 1, sizeof *s->column);
	if (!s->column)
		return false;
	bool has_id = plim_graphml_find(&r->scan, true, "id") != NULL;
	bool has_name = plim_graphml_find(&r->scan, true, "name") != NULL;
	if (node && !has_id && !has_name)
		add_column(r, s, "id", "id", (plim_graphml_place){1, 1});
	for (size_t i = 0; i < r->scan.keys; i++) {
		const plim_graphml_key *key = &r->scan.key[i];
		if (key->skipped || key->of_node != node)
			continue;
		if (!node && (strcmp(key->name, "from") == 0 || strcmp(key->name, "to") == 0))
			plim_load_error_at(r->load, r->source, key->place.line, key->place.col,
			                   "an edge has its ends from `source` and `target`; rename the attribute \"%s\"",
			                   key->name);
		else
			add_column(r, s, key->name, node && !has_id && strcmp(key->name, "name") == 0 ? "id" : key->name,
			           key->place);
	}
	return true;
}

/* ---- rows ---- */

static plim_value *new_row(reader *r, const side *s, size_t row)
{
	plim_value *map = new_value(r, s->place[row]);
	plim_pair *pair = plim_load_spare(r->load, s->columns + 2, sizeof *pair);
	if (!map || !pair)
		return NULL;
	map->kind = PLIM_VALUE_MAP;
	map->plain = false;
	map->pair = pair;
	return map;
}

static void add_cell(plim_value *map, const plim_value *header, const plim_value *cell)
{
	if (header && cell)
		map->pair[map->count++] = (plim_pair){header, cell};
}

static bool fill_row(reader *r, const side *s, size_t row, plim_value *map)
{
	char room[PLIM_TEXT_DOUBLE_SIZE];
	for (size_t c = 0; c < s->columns; c++) {
		const char *text = cell_text(r, s, &s->column[c], row, room);
		if (!text)
			continue;
		if (plim_source_control(text, strlen(text)) != strlen(text)) {
			plim_load_error_at(r->load, r->source, s->place[row].line, s->place[row].col,
			                   "%s %zu: `%.80s` has a control character in it; remove it",
			                   s->of == OF_NODES ? "vertex" : "edge", row + 1, s->column[c].name);
			return false;
		}
		const plim_value *cell = new_text(r, s->place[row], text);
		add_cell(map, s->column[c].header, cell);
		if (s->of == OF_NODES && s->column[c].header && strcmp(s->column[c].header->text, "id") == 0)
			r->id[row] = cell;
	}
	return true;
}

static bool make_header(reader *r, const side *s, plim_table *table, size_t room)
{
	table->header = plim_load_spare(r->load, s->columns + room, sizeof *table->header);
	table->row = plim_load_spare(r->load, s->rows, sizeof *table->row);
	if (!table->header || !table->row)
		return false;
	for (size_t c = 0; c < s->columns; c++)
		table->header[table->columns++] = s->column[c].header;
	return true;
}

static bool make_nodes(reader *r, plim_table *table)
{
	side s = {.of = OF_NODES, .place = r->scan.node, .rows = r->scan.nodes};
	r->id = plim_load_spare(r->load, s.rows, sizeof *r->id);
	if (!r->id || !lay_out(r, &s) || !make_header(r, &s, table, 0))
		return false;
	bool good = true;
	for (size_t i = 0; i < s.rows; i++) {
		plim_value *map = new_row(r, &s, i);
		if (!map)
			return false;
		good &= fill_row(r, &s, i, map);
		table->row[table->rows++] = map;
	}
	return good;
}

static bool make_links(reader *r, plim_table *table)
{
	side s = {.of = OF_EDGES, .place = r->scan.edge, .rows = r->scan.edges};
	if (!lay_out(r, &s) || !make_header(r, &s, table, 2))
		return false;
	const plim_value *from = new_text(r, (plim_graphml_place){1, 1}, "from");
	const plim_value *to = new_text(r, (plim_graphml_place){1, 1}, "to");
	table->header[table->columns++] = from;
	table->header[table->columns++] = to;
	bool good = from && to;
	for (size_t i = 0; good && i < s.rows; i++) {
		plim_value *map = new_row(r, &s, i);
		if (!map)
			return false;
		const plim_value *tail = r->id[IGRAPH_FROM(&r->graph, (igraph_integer_t)i)];
		const plim_value *head = r->id[IGRAPH_TO(&r->graph, (igraph_integer_t)i)];
		add_cell(map, from, tail ? new_text(r, s.place[i], tail->text) : NULL);
		add_cell(map, to, head ? new_text(r, s.place[i], head->text) : NULL);
		good = fill_row(r, &s, i, map);
		table->row[table->rows++] = map;
	}
	return good;
}

/* ---- igraph ---- */

static igraph_error_t read_graph(reader *r)
{
	const plim_source *source = &r->load->source[r->source];
	FILE *stream = fmemopen(source->bytes, source->length, "r");
	if (!stream) {
		r->load->failed = true;
		return IGRAPH_ENOMEM;
	}
	/* igraph reads numbers as the locale of the thread says */
	locale_t plain = newlocale(LC_ALL_MASK, "C", (locale_t)0);
	locale_t before = plain ? uselocale(plain) : (locale_t)0;
	igraph_error_t code = plain ? igraph_read_graph_graphml(&r->graph, stream, 0) : IGRAPH_ENOMEM;
	if (plain) {
		uselocale(before);
		freelocale(plain);
	}
	fclose(stream);
	return code;
}

static bool agrees(const reader *r)
{
	return igraph_is_directed(&r->graph) && (size_t)igraph_vcount(&r->graph) == r->scan.nodes &&
	       (size_t)igraph_ecount(&r->graph) == r->scan.edges;
}

/* The first `made` lists of attributes are there: names and types in turn. */
static void clear_lists(reader *r, int made)
{
	for (int i = 0; i < made; i++) {
		if (i % 2)
			igraph_vector_int_destroy(&r->type[i / 2]);
		else
			igraph_strvector_destroy(&r->name[i / 2]);
	}
}

static bool make_tables(reader *r, plim_table *nodes, plim_table *links)
{
	int made = 0;
	bool good = true;
	while (good && made < 6) {
		good =
		    !(made % 2 ? igraph_vector_int_init(&r->type[made / 2], 0) : igraph_strvector_init(&r->name[made / 2], 0));
		made += good;
	}
	good = good && !igraph_cattribute_list(&r->graph, &r->name[0], &r->type[0], &r->name[1], &r->type[1], &r->name[2],
	                                       &r->type[2]);
	r->load->failed |= !good;
	good = good && make_nodes(r, nodes) && make_links(r, links);
	clear_lists(r, made);
	return good;
}

static bool read_tables(reader *r, plim_table *nodes, plim_table *links)
{
	last_reason[0] = '\0';
	if (read_graph(r)) {
		size_t bad;
		if (!plim_text_is_utf8(last_reason, strlen(last_reason), &bad))
			last_reason[bad] = '\0';
		plim_load_error_at(r->load, r->source, 1, 1,
		                   "cannot read this as GraphML; is it well-formed XML? igraph says: %s", last_reason);
		return false;
	}
	bool good = agrees(r);
	if (good)
		good = make_tables(r, nodes, links);
	else
		plim_load_error_at(r->load, r->source, 1, 1,
		                   "this GraphML is not understood: igraph finds other nodes and edges than its tags name");
	igraph_destroy(&r->graph);
	return good;
}

plim_table *plim_graphml_open(plim_load *load, const plim_value *path, plim_table **links)
{
	plim_table *nodes = plim_load_spare(load, 1, sizeof *nodes);
	reader *r = plim_load_spare(load, 1, sizeof *r);
	*links = plim_load_spare(load, 1, sizeof **links);
	if (!nodes || !r || !*links)
		return NULL;
	long source = plim_source_open(load, path);
	if (source < 0)
		return nodes;
	*r = (reader){.load = load, .source = (size_t)source};
	if (!plim_source_guard(load, r->source) || !plim_graphml_scan(load, r->source, &r->scan))
		return nodes;
	igraph_error_handler_t *on_error = igraph_set_error_handler(keep_reason);
	igraph_warning_handler_t *on_warning = igraph_set_warning_handler(pass_over_warning);
	igraph_attribute_table_t *attributes = igraph_set_attribute_table(&igraph_cattribute_table);
	nodes->good = (*links)->good = read_tables(r, nodes, *links);
	igraph_set_attribute_table(attributes);
	igraph_set_warning_handler(on_warning);
	igraph_set_error_handler(on_error);
	return nodes;
}

bool plim_graphml_is_named(const plim_value *path)
{
	static const char ending[] = ".graphml";
	if (path->kind != PLIM_VALUE_TEXT)
		return false;
	size_t length = strlen(path->text);
	return length >= sizeof ending && strcasecmp(path->text + length - (sizeof ending - 1), ending) == 0;
}
