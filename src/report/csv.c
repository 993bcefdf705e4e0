/* SPDX-License-Identifier: Apache-2.0 */
#include "report/write.h"

#include "report/escape.h"

bool plim_write_csv_rows(const plim_table *table, FILE *file)
{
	for (size_t r = 0; r < plim_table_rows(table); r++) {
		plim_text line = {0};
		for (size_t c = 0; c < table->columns; c++) {
			const plim_cell *cell = plim_table_cell(table, r, c);
			plim_text_add(&line, c ? "," : "");
			if (cell->kind == PLIM_CELL_TEXT)
				plim_escape_csv(&line, cell->text);
			else
				plim_text_add(&line, cell->exact);
		}
		plim_text_add(&line, "\n");
		bool good = !line.failed;
		if (good)
			fputs(line.data, file);
		plim_text_free(&line);
		if (!good)
			return false;
	}
	return true;
}

void plim_write_csv_head(const plim_table_column *column, size_t columns, FILE *file)
{
	for (size_t c = 0; c < columns; c++)
		fprintf(file, "%s%s", c ? "," : "", column[c].name);
	fputc('\n', file);
}

bool plim_write_csv_table(const plim_table *table, FILE *file)
{
	plim_write_csv_head(table->column, table->columns, file);
	return !table->failed && plim_write_csv_rows(table, file);
}

bool plim_write_csv(const plim_data_source *source, const plim_data *data, FILE *file)
{
	plim_write_csv_head(data->column, data->columns, file);
	plim_table table;
	plim_table_init(&table, data->column, data->columns);
	size_t rows = data->rows(source);
	bool good = true;
	/* A stream that has failed takes nothing more: the rest need not be made. */
	for (size_t i = 0; good && i < rows && !ferror(file); i++) {
		data->add(source, i, &table);
		good = !table.failed && plim_write_csv_rows(&table, file);
		plim_table_empty(&table);
	}
	plim_table_clear(&table);
	return good;
}
