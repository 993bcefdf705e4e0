/* SPDX-License-Identifier: Apache-2.0 */
/* What the node and the link table have in common: rows from a list, a CSV table or a GraphML file, and columns of the
 * user's own. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/load.h"

static bool is_known(const char *const *keys, const char *name)
{
	for (; *keys; keys++)
		if (strcmp(*keys, name) == 0)
			return true;
	return false;
}

/* A column name so near to a key that it is taken for a misspelling. Two edits turn a short key into nearly any short
 * word ("to" into "lon"), so those of up to four letters must be one edit away. */
const char *plim_mistaken_for(const char *const *keys, const char *name)
{
	for (; *keys; keys++) {
		int limit = strlen(*keys) > 4 ? 2 : 1;
		if (plim_text_distance(*keys, name, limit) <= limit)
			return *keys;
	}
	return NULL;
}

/* Adds a column unless it is there. */
static void add_column(plim_load *load, const plim_value *key, const char *const *keys, plim_names *columns)
{
	if (is_known(keys, key->text))
		return;
	char *name = plim_arena_text(load->keep, key->text);
	uint32_t number = (uint32_t)columns->count;
	if (!plim_load_name(load, columns, name, &number))
		return;
	const char *near = plim_mistaken_for(keys, name);
	if (near)
		plim_load_error(load, key, "the column \"%s\" is too near to the key `%s`; correct it or give it another name",
		                name, near);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const plim_column *)a)->name, ((const plim_column *)b)->name);
}

/* The columns in order of name, with room for `rows` cells, and their numbers in the index. */
static bool lay_out_columns(plim_load *load, plim_names *columns, size_t rows, plim_column **out)
{
	size_t count = columns->count, at = 0;
	plim_column *column = plim_load_keep(load, count, sizeof *column);
	if (!column)
		return false;
	for (size_t i = 0; i < columns->slots; i++)
		if (columns->name[i])
			column[at++].name = plim_arena_text(load->keep, columns->name[i]);
	qsort(column, count, sizeof *column, by_name);
	plim_names_clear(columns);
	for (uint32_t i = 0; i < count; i++) {
		column[i].text = plim_load_keep(load, rows, sizeof *column[i].text);
		column[i].number = plim_load_keep(load, rows, sizeof *column[i].number);
		uint32_t number = i;
		if (!column[i].text || !column[i].number || !plim_load_name(load, columns, column[i].name, &number))
			return false;
		char *blank = plim_arena_text(load->keep, "");
		for (size_t r = 0; r < rows; r++) {
			column[i].text[r] = blank;
			column[i].number[r] = NAN;
		}
	}
	*out = column;
	return true;
}

/* Maps of a list; what is not a map is an error and left out. */
static bool rows_of_list(plim_load *load, const plim_value *list, const char *key, const char *const *keys,
                         const plim_value ***rows, size_t *count, plim_names *columns)
{
	const plim_value **row = plim_load_spare(load, list->count, sizeof *row);
	if (!row)
		return false;
	size_t used = 0;
	for (uint32_t i = 0; i < list->count; i++) {
		if (!plim_is_map(load, list->item[i], key))
			continue;
		row[used++] = list->item[i];
		for (uint32_t k = 0; k < list->item[i]->count; k++)
			add_column(load, list->item[i]->pair[k].key, keys, columns);
	}
	*rows = row;
	*count = used;
	return used == list->count;
}

/* The table that a text names: CSV, or a GraphML file, which holds both. */
static plim_table *open_table(plim_load *load, const char *key, const plim_value *value)
{
	if (!plim_graphml_is_named(value))
		return plim_csv_open(load, value);
	if (strcmp(key, "nodes") != 0) {
		plim_load_error(load, value, "name the GraphML file under `nodes`: nodes and links are read from it");
		return plim_load_spare(load, 1, sizeof(plim_table));
	}
	load->graph_path = value;
	return plim_graphml_open(load, value, &load->graph_links);
}

static bool rows_of_table(plim_load *load, const plim_table *table, const char *const *keys, const plim_value ***rows,
                          size_t *count, plim_names *columns)
{
	if (!table)
		return false;
	for (size_t i = 0; table->good && i < table->columns; i++)
		add_column(load, table->header[i], keys, columns);
	*rows = table->row;
	*count = table->good ? table->rows : 0;
	return table->good;
}

bool plim_read_rows(plim_load *load, const char *key, const char *const *keys, const plim_value ***rows, size_t *count,
                    plim_names *columns, plim_column **column, size_t *column_count)
{
	const plim_value *value = plim_get(load, load->root, key);
	bool good = true, in_graph = strcmp(key, "links") == 0 && load->graph_path;
	*rows = NULL;
	*count = 0;
	if (value && in_graph)
		plim_load_error(load, value, "`nodes` names the GraphML file \"%s\", which has the links too; remove `links`",
		                load->graph_path->text);
	if (in_graph)
		good = rows_of_table(load, load->graph_links, keys, rows, count, columns);
	else if (value && value->kind == PLIM_VALUE_TEXT)
		good = rows_of_table(load, open_table(load, key, value), keys, rows, count, columns);
	else if (value)
		good = plim_is_list(load, value, key) && rows_of_list(load, value, key, keys, rows, count, columns);
	*column_count = columns->count;
	return lay_out_columns(load, columns, *count, column) && good;
}

static void fill_cell(plim_load *load, const plim_value *value, plim_column *column, uint32_t at)
{
	if (!plim_read_text(load, value, column->name, &column->text[at]))
		return;
	if (value->plain && !plim_text_parse_double(value->text, &column->number[at]))
		column->number[at] = NAN;
}

void plim_fill_columns(plim_load *load, const plim_names *names, plim_column *column, size_t columns,
                       const char *const *keys, const plim_value *const *rows, size_t count, const uint32_t *position)
{
	if (!columns)
		return;
	for (size_t r = 0; r < count; r++) {
		for (uint32_t k = 0; k < rows[r]->count; k++) {
			uint32_t number;
			const plim_pair *pair = &rows[r]->pair[k];
			if (plim_names_find(names, pair->key->text, &number) && !is_known(keys, pair->key->text))
				fill_cell(load, pair->value, &column[number], position[r]);
		}
	}
}
