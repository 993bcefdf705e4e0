/* SPDX-License-Identifier: Apache-2.0 */
#include "report/sheet.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "report/escape.h"
#include "report/write.h"

/* The major grows when a key goes or changes its meaning. */
#define JSON_VERSION 1

void plim_sheet_clear(plim_sheet *sheet)
{
	plim_page_clear(&sheet->page);
	for (size_t i = 0; i < sheet->tables; i++)
		plim_table_clear(&sheet->table[i].table);
	for (size_t i = 0; i < sheet->facts; i++)
		plim_mem_free(sheet->fact[i].value);
	*sheet = (plim_sheet){0};
}

plim_table *plim_sheet_add(plim_sheet *sheet, const char *name, const plim_table_column *column, size_t columns)
{
	struct plim_sheet_table *added = &sheet->table[sheet->tables++];
	added->name = name;
	plim_table_init(&added->table, column, columns);
	return &added->table;
}

void plim_sheet_fact(plim_sheet *sheet, const char *key, const char *label, const char *format, ...)
{
	char text[512];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	char *copy = plim_mem_string(text);
	sheet->failed |= copy == NULL;
	sheet->fact[sheet->facts++] = (struct plim_sheet_fact){key, copy};
	if (label)
		plim_page_pair(&sheet->page, label, "%s", text);
}

static bool put_string(FILE *file, const char *string)
{
	plim_text text = {0};
	plim_escape_json(&text, string ? string : "");
	bool good = !text.failed;
	if (good)
		fputs(text.data, file);
	plim_text_free(&text);
	return good;
}

/* JSON has no inf and nan: they are strings, an empty cell is null. */
static bool put_cell(FILE *file, const plim_cell *cell)
{
	if (cell->kind == PLIM_CELL_TEXT)
		return put_string(file, cell->text);
	if (cell->kind == PLIM_CELL_EMPTY)
		fputs("null", file);
	else
		fprintf(file, cell->kind == PLIM_CELL_NUMBER && !isfinite(cell->value) ? "\"%s\"" : "%s", cell->exact);
	return true;
}

static bool write_json_table(const struct plim_sheet_table *named, FILE *file)
{
	const plim_table *table = &named->table;
	bool good = true;
	fprintf(file, ",\n  \"%s\": [", named->name);
	for (size_t r = 0; r < plim_table_rows(table) && good && !ferror(file); r++) {
		for (size_t c = 0; c < table->columns && good; c++) {
			fprintf(file, "%s\"%s\": ", c ? ", " : r ? ",\n    {" : "\n    {", table->column[c].name);
			good = put_cell(file, plim_table_cell(table, r, c));
		}
		fputc('}', file);
	}
	fputs("\n  ]", file);
	return good;
}

static bool write_json(const plim_sheet *sheet, const char *kind, FILE *file)
{
	bool good = true;
	fprintf(file, "{\n  \"%s\": %d", kind, JSON_VERSION);
	for (size_t i = 0; i < sheet->facts && good; i++) {
		fprintf(file, ",\n  \"%s\": ", sheet->fact[i].key);
		good = put_string(file, sheet->fact[i].value);
	}
	for (size_t i = 0; i < sheet->tables && good; i++)
		good = write_json_table(&sheet->table[i], file);
	fputs("\n}\n", file);
	return good;
}

static bool write_csv(const plim_table *table, FILE *file)
{
	for (size_t c = 0; c < table->columns; c++)
		fprintf(file, "%s%s", c ? "," : "", table->column[c].name);
	fputc('\n', file);
	return plim_write_csv_rows(table, file);
}

static const plim_table *find_table(const plim_sheet *sheet, const char *name, plim_error *error)
{
	plim_text known = {0};
	for (size_t i = 0; i < sheet->tables; i++) {
		if (!name || strcmp(name, sheet->table[i].name) == 0) {
			plim_text_free(&known);
			return &sheet->table[i].table;
		}
		plim_text_add_format(&known, " %s", sheet->table[i].name);
	}
	plim_error_set(error, PLIM_ERROR_USAGE, "there is no table '%s'; there are:%s", name ? name : "",
	               known.data ? known.data : "");
	plim_text_free(&known);
	return NULL;
}

static bool sheet_failed(const plim_sheet *sheet)
{
	bool failed = sheet->failed || sheet->page.failed;
	for (size_t i = 0; i < sheet->page.parts; i++)
		failed |= sheet->page.part[i].table.failed;
	for (size_t i = 0; i < sheet->tables; i++)
		failed |= sheet->table[i].table.failed;
	return failed;
}

plim_status plim_sheet_write(const plim_sheet *sheet, const char *kind, plim_report_format format, const char *table,
                             FILE *file, plim_error *error)
{
	bool good = false;
	if (table && format != PLIM_REPORT_CSV)
		return plim_error_set(error, PLIM_ERROR_USAGE, "a single table can be had as csv only: ask for --format csv");
	const plim_table *chosen = find_table(sheet, table, error);
	if (!chosen)
		return PLIM_ERROR_USAGE;
	if (sheet_failed(sheet))
		return plim_error_memory(error, "the tables");
	errno = 0;
	switch (format) {
	case PLIM_REPORT_TEXT: good = plim_write_text(&sheet->page, file); break;
	case PLIM_REPORT_MARKDOWN: good = plim_write_markdown(&sheet->page, file); break;
	case PLIM_REPORT_CSV: good = write_csv(chosen, file); break;
	case PLIM_REPORT_JSON: good = write_json(sheet, kind, file); break;
	case PLIM_REPORT_HTML:
		if (sheet->results) {
			good = plim_write_html(sheet->results, &sheet->page, file);
			break;
		}
		__attribute__((fallthrough));
	default: return plim_error_set(error, PLIM_ERROR_USAGE, "this command writes text, markdown, csv or json");
	}
	if (!good)
		return plim_error_memory(error, "the tables");
	if (fflush(file) || ferror(file))
		return plim_error_set(error, PLIM_ERROR_IO, "the tables cannot be written: %s",
		                      errno ? strerror(errno) : "write error");
	return PLIM_OK;
}
