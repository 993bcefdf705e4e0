/* SPDX-License-Identifier: Apache-2.0 */
/* Charts as data: the strings of the table's cells, so that a chart cannot say another number than the table. */
#include <math.h>

#include "report/escape.h"
#include "report/html.h"

static bool put_string(const char *string, FILE *file)
{
	plim_text text = {0};
	plim_escape_json(&text, string);
	bool good = !text.failed;
	if (good)
		fputs(text.data, file);
	plim_text_free(&text);
	return good;
}

/* Logarithmic axes have no place for 0, and JSON none for what is not finite. */
static void put_number(const plim_table *table, size_t row, int column, bool linear, FILE *file)
{
	const plim_cell *cell = column < 0 ? NULL : plim_table_cell(table, row, (size_t)column);
	if (cell && cell->kind == PLIM_CELL_NUMBER && isfinite(cell->value) && (linear || cell->value > 0))
		fputs(cell->exact, file);
	else
		fputs("null", file);
}

static bool put_points(const plim_chart *chart, const plim_table *table, const plim_series *series, FILE *file)
{
	bool good = true;
	for (size_t i = 0; good && i < series->rows && series->first + i < plim_table_rows(table); i++) {
		size_t row = series->first + i;
		fputs(i ? ",[" : "[", file);
		if (chart->bars)
			good = put_string(plim_table_cell(table, row, (size_t)chart->x)->text, file);
		else
			put_number(table, row, chart->x, chart->linear, file);
		fputc(',', file);
		put_number(table, row, chart->y, chart->linear, file);
		fputc(',', file);
		put_number(table, row, chart->lower, chart->linear, file);
		fputc(',', file);
		put_number(table, row, chart->upper, chart->linear, file);
		fputc(']', file);
	}
	return good;
}

static bool put_series(const plim_chart *chart, const plim_table *table, const plim_series *series, FILE *file)
{
	fprintf(file, "{\"colour\":%u,\"dashed\":%s,\"points\":%s,\"name\":", (unsigned)series->colour,
	        series->largest_event ? "true" : "false", series->points ? "true" : "false");
	bool good = put_string(series->name, file);
	fputs(",\"data\":[", file);
	good = good && put_points(chart, table, series, file);
	fputs("]}", file);
	return good;
}

static bool put_chart(const plim_page *page, const plim_part *part, FILE *file)
{
	const plim_chart *chart = part->chart;
	const plim_table *table = &page->part[chart->table].table;
	fprintf(file, "{\"bars\":%s,\"linear\":%s,\"title\":", chart->bars ? "true" : "false",
	        chart->linear ? "true" : "false");
	bool good = put_string(part->text, file);
	fputs(",\"x\":", file);
	good = good && put_string(chart->x_title, file);
	fputs(",\"y\":", file);
	good = good && put_string(chart->y_title, file);
	fputs(",\"series\":[", file);
	for (size_t i = 0; good && i < chart->count; i++) {
		fputs(i ? "," : "", file);
		good = put_series(chart, table, &chart->series[i], file);
	}
	fputs("]}", file);
	return good;
}

bool plim_html_charts(const plim_page *page, FILE *file)
{
	bool first = true, good = true;
	fputc('[', file);
	for (size_t i = 0; good && i < page->parts; i++) {
		if (page->part[i].kind != PLIM_PART_CHART)
			continue;
		fputs(first ? "\n" : ",\n", file);
		first = false;
		good = put_chart(page, &page->part[i], file);
	}
	fputs("]\n", file);
	return good;
}
