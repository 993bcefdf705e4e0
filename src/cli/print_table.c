/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/print_table.h"

#include <math.h>

#include "report/escape.h"

void plim_print_json_string(FILE *file, const char *string, bool *good)
{
	plim_text text = {0};
	plim_escape_json(&text, string ? string : "");
	if (text.failed)
		*good = false;
	else
		fputs(text.data, file);
	plim_text_free(&text);
}

static void put_cell(FILE *file, const plim_cell *cell, bool *good)
{
	switch (cell->kind) {
	case PLIM_CELL_TEXT: plim_print_json_string(file, cell->text, good); break;
	case PLIM_CELL_EMPTY: fputs("null", file); break;
	case PLIM_CELL_NUMBER: fprintf(file, isfinite(cell->value) ? "%s" : "\"%s\"", cell->exact); break;
	case PLIM_CELL_COUNT:
	case PLIM_CELL_BOOL: fputs(cell->exact, file); break;
	}
}

bool plim_print_json_row(const plim_table *table, size_t row, FILE *file)
{
	bool good = true;
	for (size_t c = 0; good && c < table->columns; c++) {
		fprintf(file, "%s\"%s\": ", c ? ", " : "{", table->column[c].name);
		put_cell(file, plim_table_cell(table, row, c), &good);
	}
	fputc('}', file);
	return good;
}

bool plim_print_json_rows(const plim_table *table, FILE *file)
{
	bool good = !table->failed;
	fputc('[', file);
	for (size_t r = 0; good && r < plim_table_rows(table); r++) {
		fputs(r ? ",\n    " : "\n    ", file);
		good = plim_print_json_row(table, r, file);
	}
	fputs("\n  ]", file);
	return good;
}
