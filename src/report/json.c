/* SPDX-License-Identifier: Apache-2.0 */
#include "report/write.h"

#include <inttypes.h>
#include <math.h>

#include "report/build.h"
#include "report/escape.h"

/* The major grows when a key goes or changes its meaning. */
#define JSON_VERSION 1

static void put_string(FILE *file, const char *string, bool *good)
{
	plim_text text = {0};
	plim_escape_json(&text, string ? string : "");
	if (text.failed)
		*good = false;
	else
		fputs(text.data, file);
	plim_text_free(&text);
}

/* JSON has no inf and nan: they are strings, an empty cell is null. */
static void put_cell(FILE *file, const plim_cell *cell, bool *good)
{
	switch (cell->kind) {
	case PLIM_CELL_TEXT: put_string(file, cell->text, good); break;
	case PLIM_CELL_EMPTY: fputs("null", file); break;
	case PLIM_CELL_NUMBER: fprintf(file, isfinite(cell->value) ? "%s" : "\"%s\"", cell->exact); break;
	case PLIM_CELL_COUNT:
	case PLIM_CELL_BOOL: fputs(cell->exact, file); break;
	}
}

static void put_field(FILE *file, const char *key, const char *value, const char *end, bool *good)
{
	fprintf(file, "\"%s\": ", key);
	put_string(file, value, good);
	fputs(end, file);
}

static bool write_header(const plim_results *r, FILE *file)
{
	plim_table table;
	plim_build_header_table(r, &table);
	bool good = !table.failed;
	fputs("  \"header\": {", file);
	for (size_t i = 0; good && i < plim_table_rows(&table); i++) {
		fprintf(file, "%s\n    \"%s\": ", i ? "," : "", plim_table_cell(&table, i, 0)->text);
		put_cell(file, plim_table_cell(&table, i, 2), &good);
	}
	fputs("\n  },\n", file);
	plim_table_clear(&table);
	return good;
}

static bool write_texts(const plim_results *r, FILE *file)
{
	bool good = true;
	fputs("  \"notes\": [", file);
	for (size_t i = 0; i < r->note_count; i++) {
		fputs(i ? ", " : "", file);
		put_string(file, r->notes[i], &good);
	}
	fputs("],\n  \"definitions\": {", file);
	size_t count;
	const plim_definition *definition = plim_build_definitions(&count);
	for (size_t i = 0; i < count; i++) {
		fputs(i ? ",\n    " : "\n    ", file);
		put_field(file, definition[i].key, plim_build_meaning(r, &definition[i]), "", &good);
	}
	fputs("\n  },\n", file);
	return good;
}

static bool write_scenarios(const plim_data_source *source, FILE *file)
{
	const plim_results *r = source->results;
	bool good = true, first = true;
	fputs("  \"scenarios\": [", file);
	for (size_t i = 0; i < r->scenarios; i++) {
		if (source->scenario >= 0 && (size_t)source->scenario != i)
			continue;
		fputs(first ? "\n    {" : ",\n    {", file);
		put_field(file, "id", r->scenario[i].id, ", ", &good);
		put_field(file, "title", r->scenario[i].title, ", ", &good);
		put_field(file, "controls", r->scenario[i].controls, "}", &good);
		first = false;
	}
	fputs("\n  ],\n", file);
	return good;
}

static bool write_groups(const plim_results *r, FILE *file)
{
	bool good = true;
	fputs("  \"groups\": [", file);
	for (size_t i = 0; i < r->groups; i++) {
		const plim_group *group = &r->group[i];
		fputs(i ? ",\n    {" : "\n    {", file);
		put_field(file, "kind", plim_group_kind_name(group->kind), ", ", &good);
		put_field(file, "name", group->name, ", ", &good);
		put_field(file, "title", group->title, ", ", &good);
		fprintf(file, "\"parent\": %" PRId32 ", \"leaf\": %s}", group->parent, group->leaf ? "true" : "false");
	}
	fputs("\n  ],\n", file);
	return good;
}

static void write_rows(const plim_table *table, bool *first, FILE *file, bool *good)
{
	for (size_t r = 0; r < plim_table_rows(table); r++) {
		fputs(*first ? "\n      {" : ",\n      {", file);
		*first = false;
		for (size_t c = 0; c < table->columns; c++) {
			fprintf(file, "%s\"%s\": ", c ? ", " : "", table->column[c].name);
			put_cell(file, plim_table_cell(table, r, c), good);
		}
		fputc('}', file);
	}
}

static bool write_data(const plim_data_source *source, const plim_data *data, FILE *file)
{
	plim_table table;
	plim_table_init(&table, data->column, data->columns);
	bool good = true, first = true;
	size_t rows = data->rows(source);
	for (size_t i = 0; good && i < rows && !ferror(file); i++) {
		data->add(source, i, &table);
		write_rows(&table, &first, file, &good);
		good &= !table.failed;
		plim_table_empty(&table);
	}
	plim_table_clear(&table);
	return good;
}

static bool write_tables(const plim_data_source *source, FILE *file)
{
	bool good = true;
	const plim_data *data;
	fputs("  \"tables\": {", file);
	for (size_t i = 0; good && (data = plim_data_at(i)); i++) {
		if (data->csv_only)
			continue;
		fprintf(file, "%s\n    \"%s\": [", i ? "," : "", data->name);
		good = write_data(source, data, file);
		fputs("]", file);
	}
	fputs("\n  },\n", file);
	return good;
}

static bool write_assumptions(const plim_results *r, FILE *file)
{
	bool good = true;
	fputs("  \"assumptions\": [", file);
	for (size_t i = 0; i < r->assumptions; i++) {
		const plim_result_assumption *a = &r->assumption[i];
		fputs(i ? ",\n    {" : "\n    {", file);
		put_field(file, "id", a->id, ", ", &good);
		put_field(file, "text", a->text, ", ", &good);
		put_field(file, "source", a->source, ", ", &good);
		put_field(file, "confidence", a->confidence, ", ", &good);
		put_field(file, "owner", a->owner, ", ", &good);
		put_field(file, "date", a->date, ", ", &good);
		put_field(file, "limitation", a->limitation, "}", &good);
	}
	fputs("],\n", file);
	return good;
}

static bool write_provenance(const plim_provenance *p, FILE *file)
{
	bool good = true;
	char seconds[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_double(seconds, isfinite(p->seconds) ? p->seconds : 0);
	fputs("  \"provenance\": {", file);
	put_field(file, "version", p->version, ", ", &good);
	put_field(file, "stream", p->stream, ", ", &good);
	put_field(file, "host", p->host, ", ", &good);
	put_field(file, "compiler", p->compiler, ", ", &good);
	put_field(file, "cpu", p->cpu, ", ", &good);
	put_field(file, "kernel", p->kernel, ", ", &good);
	put_field(file, "started", p->started, ", ", &good);
	put_field(file, "finished", p->finished, ", ", &good);
	put_field(file, "command", p->command, ", ", &good);
	put_field(file, "user", p->user, ", ", &good);
	fprintf(file, "\"threads\": %" PRIu32 ", \"seconds\": %s}\n", p->threads, seconds);
	return good;
}

bool plim_write_json(const plim_data_source *source, FILE *file)
{
	const plim_results *r = source->results;
	fprintf(file, "{\n  \"plimsoll_report\": %d,\n", JSON_VERSION);
	bool good = write_header(r, file) && write_texts(r, file) && write_scenarios(source, file) &&
	            write_groups(r, file) && write_tables(source, file) && write_assumptions(r, file) &&
	            write_provenance(&r->provenance, file);
	fputs("}\n", file);
	return good;
}
