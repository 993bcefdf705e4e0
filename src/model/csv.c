/* SPDX-License-Identifier: Apache-2.0 */
/* CSV tables (RFC 4180): the first row names the columns, every other row becomes a map. A blank cell is absent. */
#include <string.h>

#include "model/load.h"

#define MOST_COLUMNS 4096u

typedef struct scanner {
	plim_load *load;
	size_t source;
	const char *bytes;
	size_t at, length;
	int line, col;
	const plim_value *cell[MOST_COLUMNS]; /* of the row at hand; NULL is blank */
	size_t cells;
	plim_table *table;
	size_t row_capacity;
} scanner;

static bool ends_row(const scanner *s)
{
	return s->at >= s->length || s->bytes[s->at] == '\n' ||
	       (s->bytes[s->at] == '\r' && s->at + 1 < s->length && s->bytes[s->at + 1] == '\n');
}

static void step(scanner *s)
{
	char c = s->bytes[s->at++];
	if (c == '\n') {
		s->line++;
		s->col = 1;
	} else if (((unsigned char)c & 0xC0) != 0x80) {
		s->col++;
	}
}

static void complain(scanner *s, int line, int col, const char *text)
{
	plim_load_error_at(s->load, s->source, line, col, "%s", text);
	s->table->good = false;
}

/* Keeps text that was between quotes; doubled quotes become one. */
static const char *unquoted(scanner *s, const char *from, size_t length)
{
	if (!memchr(from, '"', length))
		return plim_arena_text_n(s->load->spare, from, length);
	char *copy = plim_load_spare(s->load, length + 1, 1);
	if (!copy)
		return "";
	size_t used = 0;
	for (size_t i = 0; i < length; i++) {
		copy[used++] = from[i];
		i += from[i] == '"';
	}
	return copy;
}

static const char *quoted_cell(scanner *s)
{
	int line = s->line, col = s->col;
	step(s);
	size_t from = s->at;
	for (;;) {
		if (s->at >= s->length) {
			complain(s, line, col, "the quote that opens here is never closed");
			return "";
		}
		if (s->bytes[s->at] == '"') {
			if (s->at + 1 >= s->length || s->bytes[s->at + 1] != '"')
				break;
			step(s);
		}
		step(s);
	}
	const char *text = unquoted(s, s->bytes + from, s->at - from);
	step(s);
	if (!ends_row(s) && s->bytes[s->at] != ',') {
		complain(s, s->line, s->col,
		         "a comma or the end of the line must follow a closing quote; "
		         "a quote inside quotes is written twice");
		while (!ends_row(s) && s->bytes[s->at] != ',')
			step(s);
	}
	return text;
}

static const char *bare_cell(scanner *s)
{
	size_t from = s->at, end;
	bool good = true;
	while (!ends_row(s) && s->bytes[s->at] != ',') {
		if (good && (s->bytes[s->at] == '"' || s->bytes[s->at] == '\r')) {
			complain(s, s->line, s->col,
			         s->bytes[s->at] == '"'
			             ? "a quote inside a cell: put the whole cell in quotes and write the quote twice"
			             : "a carriage return without a line feed; save the file with LF or CRLF line ends");
			good = false;
		}
		step(s);
	}
	end = s->at;
	while (from < end && (s->bytes[from] == ' ' || s->bytes[from] == '\t'))
		from++;
	while (end > from && (s->bytes[end - 1] == ' ' || s->bytes[end - 1] == '\t'))
		end--;
	return plim_arena_text_n(s->load->spare, s->bytes + from, end - from);
}

static void read_cell(scanner *s)
{
	int line = s->line, col = s->col;
	bool quoted = s->at < s->length && s->bytes[s->at] == '"';
	const char *text = quoted ? quoted_cell(s) : bare_cell(s);
	if (s->cells == MOST_COLUMNS)
		return;
	const plim_value **cell = &s->cell[s->cells++];
	*cell = NULL;
	plim_value *value = *text ? plim_load_spare(s->load, 1, sizeof *value) : NULL;
	if (!value)
		return;
	value->plain = value->cell = true;
	value->file = (uint16_t)s->source;
	value->line = line;
	value->col = col;
	value->nodes = 1;
	value->text = text;
	*cell = value;
}

/* Reads the cells of a row; false at the end of the file. Lines with nothing in them are passed over. */
static bool read_cells(scanner *s, int *line)
{
	while (s->at < s->length && ends_row(s)) {
		if (s->bytes[s->at] == '\r')
			s->at++;
		step(s);
	}
	if (s->at >= s->length)
		return false;
	*line = s->line;
	s->cells = 0;
	read_cell(s);
	while (!ends_row(s)) {
		step(s); /* the comma */
		read_cell(s);
	}
	if (s->at < s->length) {
		if (s->bytes[s->at] == '\r')
			s->at++;
		step(s);
	}
	return true;
}

static bool read_header(scanner *s)
{
	plim_table *table = s->table;
	int line = 1;
	if (!read_cells(s, &line)) {
		complain(s, 1, 1, "the table is empty; its first line must name the columns");
		return false;
	}
	if (s->cells == MOST_COLUMNS) {
		complain(s, line, 1, "the table has 4096 or more columns");
		return false;
	}
	table->header = plim_load_spare(s->load, s->cells, sizeof *table->header);
	if (!table->header)
		return false;
	table->columns = s->cells;
	plim_names seen = {0};
	for (size_t i = 0; i < s->cells; i++) {
		uint32_t first = (uint32_t)i;
		const plim_value *name = s->cell[i];
		table->header[i] = name;
		if (!name)
			plim_load_error_at(s->load, s->source, line, 1, "column %zu has no name; name it or remove it", i + 1);
		else if (!plim_load_name(s->load, &seen, name->text, &first) && first != i)
			plim_load_error(s->load, name, "the column \"%s\" stands here again; rename or remove one", name->text);
		else
			continue;
		table->good = false;
	}
	plim_names_clear(&seen);
	if (s->cells == 1 && s->cell[0] && strchr(s->cell[0]->text, ';'))
		plim_load_error(s->load, s->cell[0],
		                "the cells seem to be separated by semicolons; save the table with commas");
	return table->good;
}

static plim_value *row_as_map(scanner *s, int line)
{
	const plim_table *table = s->table;
	size_t filled = 0;
	for (size_t i = 0; i < table->columns; i++)
		filled += s->cell[i] != NULL;
	plim_value *row = plim_load_spare(s->load, 1, sizeof *row);
	plim_pair *pair = plim_load_spare(s->load, filled, sizeof *pair);
	if (!row || !pair)
		return NULL;
	*row = (plim_value){.kind = PLIM_VALUE_MAP, .cell = true, .file = (uint16_t)s->source, .line = line, .col = 1};
	row->pair = pair;
	for (size_t i = 0; i < table->columns; i++)
		if (s->cell[i])
			pair[row->count++] = (plim_pair){table->header[i], s->cell[i]};
	return row;
}

static bool add_row(scanner *s, const plim_value *row)
{
	plim_table *table = s->table;
	if (table->rows == s->row_capacity) {
		size_t wider = s->row_capacity ? s->row_capacity * 2 : 256;
		const plim_value **rows = plim_load_spare(s->load, wider, sizeof *rows);
		if (!rows)
			return false;
		if (table->rows)
			memcpy(rows, table->row, table->rows * sizeof *rows);
		table->row = rows;
		s->row_capacity = wider;
	}
	table->row[table->rows++] = row;
	return true;
}

static void read_rows(scanner *s)
{
	plim_table *table = s->table;
	int line;
	while (!plim_load_failed(s->load) && read_cells(s, &line)) {
		if (s->cells != table->columns) {
			plim_load_error_at(s->load, s->source, line, 1,
			                   "this row has %zu cells, the header has %zu; add or remove commas, or put text with a "
			                   "comma in quotes",
			                   s->cells, table->columns);
			table->good = false;
			continue;
		}
		plim_value *row = row_as_map(s, line);
		if (!row || !add_row(s, row))
			return;
	}
}

plim_table *plim_csv_read(plim_load *load, size_t source)
{
	plim_table *table = plim_load_spare(load, 1, sizeof *table);
	scanner *s = plim_load_spare(load, 1, sizeof *s);
	if (!table || !s)
		return NULL;
	load->source[source].table = table;
	if (!plim_source_guard(load, source))
		return table;
	table->good = true;
	*s = (scanner){.load = load, .source = source, .table = table, .line = 1, .col = 1};
	s->bytes = load->source[source].bytes;
	s->length = load->source[source].length;
	s->at = s->length >= 3 && memcmp(s->bytes, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;
	if (read_header(s))
		read_rows(s);
	return table;
}

plim_table *plim_csv_open(plim_load *load, const plim_value *path)
{
	long source = plim_source_open(load, path);
	if (source < 0)
		return plim_load_spare(load, 1, sizeof(plim_table));
	if (load->source[source].table)
		return load->source[source].table;
	return plim_csv_read(load, (size_t)source);
}
