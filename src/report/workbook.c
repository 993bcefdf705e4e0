/* SPDX-License-Identifier: Apache-2.0 */
#include "report/workbook.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "base/error.h"
#include "base/memory.h"
#include "report/escape.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define LONGEST_TEXT 32000 /* a cell of the format holds 32,767 characters */
#define LARGEST_WHOLE 9007199254740992.0
#define WIDEST 60.0

typedef struct book {
	lxw_workbook *workbook;
	lxw_format *title, *head, *wrap, *money, *cents, *share, *count, *heading;
	bool failed;
	lxw_error problem;
} book;

static lxw_format *new_format(book *b, const char *number)
{
	lxw_format *format = workbook_add_format(b->workbook);
	if (!format)
		b->failed = true;
	else if (number)
		format_set_num_format(format, number);
	return format;
}

static void make_formats(book *b)
{
	b->title = new_format(b, NULL);
	b->head = new_format(b, NULL);
	b->heading = new_format(b, NULL);
	b->wrap = new_format(b, NULL);
	b->money = new_format(b, "#,##0");
	b->cents = new_format(b, "0.00");
	b->share = new_format(b, "0.0%");
	b->count = new_format(b, "0");
	if (b->failed)
		return;
	format_set_bold(b->title);
	format_set_font_size(b->title, 16);
	format_set_bold(b->heading);
	format_set_font_size(b->heading, 13);
	format_set_bold(b->head);
	format_set_bg_color(b->head, 0xE7ECF1);
	format_set_bottom(b->head, LXW_BORDER_THIN);
	format_set_text_wrap(b->wrap);
	format_set_align(b->wrap, LXW_ALIGN_VERTICAL_TOP);
}

static void note(book *b, lxw_error problem)
{
	if (problem != LXW_NO_ERROR && b->problem == LXW_NO_ERROR)
		b->problem = problem;
}

/* Text as text, whatever it begins with: nothing of a model becomes a formula. */
static void put_text(book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const char *string,
                     lxw_format *format)
{
	plim_text plain = {0};
	plim_escape_plain(&plain, string);
	if (plain.failed) {
		b->failed = true;
	} else if (plain.data) {
		size_t length = plain.length < LONGEST_TEXT ? plain.length : LONGEST_TEXT;
		while (length < plain.length && length && (plain.data[length] & 0xC0) == 0x80)
			length--;
		plain.data[length] = '\0';
		note(b, worksheet_write_string(sheet, row, column, plain.data, format));
	}
	plim_text_free(&plain);
}

static lxw_format *format_of(const book *b, const plim_cell *cell)
{
	switch (cell->figure) {
	case PLIM_FIGURE_MONEY: return fabs(cell->value) >= 99.995 || cell->value == 0 ? b->money : b->cents;
	case PLIM_FIGURE_SHARE: return b->share;
	case PLIM_FIGURE_PROBABILITY:
	case PLIM_FIGURE_PLAIN: break;
	}
	return NULL;
}

/* Non-finite numbers go in as text: the library writes a broken cell for them and reports success. */
static void put_cell(book *b, lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, const plim_cell *cell)
{
	switch (cell->kind) {
	case PLIM_CELL_EMPTY: break;
	case PLIM_CELL_TEXT: put_text(b, sheet, row, column, cell->text, NULL); break;
	case PLIM_CELL_BOOL: note(b, worksheet_write_boolean(sheet, row, column, cell->exact[0] == 't', NULL)); break;
	case PLIM_CELL_NUMBER:
		if (isfinite(cell->value))
			note(b, worksheet_write_number(sheet, row, column, cell->value, format_of(b, cell)));
		else
			put_text(b, sheet, row, column, cell->exact, NULL);
		break;
	case PLIM_CELL_COUNT: {
		double value = strtod(cell->exact, NULL);
		if (value <= LARGEST_WHOLE)
			note(b, worksheet_write_number(sheet, row, column, value, b->count));
		else
			put_text(b, sheet, row, column, cell->exact, NULL); /* a seed may have more digits than a number */
		break;
	}
	}
}

static lxw_worksheet *add_sheet(book *b, const char *name, size_t number)
{
	char full[LXW_SHEETNAME_MAX + 1];
	if (number > 1)
		snprintf(full, sizeof full, "%.20s %u", name, (unsigned)number);
	else
		snprintf(full, sizeof full, "%.31s", name);
	lxw_worksheet *sheet = workbook_add_worksheet(b->workbook, full);
	b->failed |= !sheet;
	return sheet;
}

static void put_head(book *b, lxw_worksheet *sheet, const plim_table_column *column, size_t columns)
{
	for (size_t c = 0; c < columns; c++)
		put_text(b, sheet, 0, (lxw_col_t)c, column[c].name, b->head);
	worksheet_freeze_panes(sheet, 1, 0);
}

static double width_of(const plim_cell *cell)
{
	return (double)plim_escape_width(cell->kind == PLIM_CELL_TEXT ? cell->text : cell->shown) + 2;
}

static void put_row(book *b, lxw_worksheet *sheet, lxw_row_t at, const plim_table *table, size_t row, double *width)
{
	for (size_t c = 0; c < table->columns; c++) {
		const plim_cell *cell = plim_table_cell(table, row, c);
		put_cell(b, sheet, at, (lxw_col_t)c, cell);
		width[c] = fmin(WIDEST, fmax(width[c], width_of(cell)));
	}
}

/* Widths, and arrows to sort and filter by. */
static void finish_sheet(lxw_worksheet *sheet, lxw_row_t rows, size_t columns, const double *width)
{
	for (size_t c = 0; c < columns; c++)
		worksheet_set_column(sheet, (lxw_col_t)c, (lxw_col_t)c, width[c], NULL);
	worksheet_autofilter(sheet, 0, 0, rows ? rows - 1 : 0, (lxw_col_t)(columns - 1));
}

static void head_widths(double *width, const plim_table_column *column, size_t columns)
{
	for (size_t c = 0; c < columns; c++)
		width[c] = (double)strlen(column[c].name) + 5; /* with the arrow of the filter */
}

/* One table over as many sheets as it takes; the last of them, or NULL. */
static void put_data(book *b, const plim_data_source *source, const plim_data *data)
{
	double width[64];
	size_t rows = data->rows(source), number = 0;
	plim_table table;
	lxw_worksheet *sheet = NULL;
	lxw_row_t at = LXW_ROW_MAX;
	head_widths(width, data->column, data->columns);
	plim_table_init(&table, data->column, data->columns);
	for (size_t i = 0; i < rows && !b->failed && b->problem == LXW_NO_ERROR; i++) {
		data->add(source, i, &table);
		b->failed |= table.failed;
		for (size_t r = 0; r < plim_table_rows(&table) && !b->failed; r++) {
			if (at == LXW_ROW_MAX) {
				if (sheet)
					finish_sheet(sheet, at, data->columns, width);
				sheet = add_sheet(b, data->name, ++number);
				if (!sheet)
					break;
				put_head(b, sheet, data->column, data->columns);
				at = 1;
			}
			put_row(b, sheet, at++, &table, r, width);
		}
		plim_table_empty(&table);
	}
	if (sheet)
		finish_sheet(sheet, at, data->columns, width);
	plim_table_clear(&table);
}

/* ---- the curves and their chart ---- */

static const lxw_color_t colours[] = {0x0072B2, 0xD55E00, 0x009E73, 0xCC79A7, 0x8A6D00, 0x56B4E9, 0x7A3DB8, 0x5A5A5A};

static void add_series(lxw_chart *chart, const plim_chart *from, const plim_series *series, const char *sheet)
{
	lxw_chart_series *added = chart_add_series(chart, NULL, NULL);
	if (!added)
		return;
	lxw_row_t first = (lxw_row_t)series->first + 1, last = (lxw_row_t)(series->first + series->rows);
	chart_series_set_categories(added, sheet, first, (lxw_col_t)from->x, last, (lxw_col_t)from->x);
	chart_series_set_values(added, sheet, first, (lxw_col_t)from->y, last, (lxw_col_t)from->y);
	plim_text plain = {0};
	plim_escape_plain(&plain, series->name);
	if (plain.data && *plain.data != '=') /* that would be read as a reference */
		chart_series_set_name(added, plain.data);
	plim_text_free(&plain);
	lxw_color_t colour = series->points ? 0x1B1F24 : colours[series->colour % COUNT(colours)];
	lxw_chart_line line = {.color = colour,
	                       .width = 2,
	                       .none = series->points,
	                       .dash_type = series->largest_event ? LXW_CHART_LINE_DASH_DASH : LXW_CHART_LINE_DASH_SOLID};
	chart_series_set_line(added, &line);
	chart_series_set_marker_type(added, series->points ? LXW_CHART_MARKER_DIAMOND : LXW_CHART_MARKER_NONE);
	if (series->points)
		chart_series_set_marker_size(added, 9);
}

static void add_chart(book *b, lxw_worksheet *sheet, const plim_part *part, const char *name, lxw_col_t column)
{
	const plim_chart *from = part->chart;
	lxw_chart *chart = workbook_add_chart(b->workbook, LXW_CHART_SCATTER_STRAIGHT);
	if (!chart) {
		b->failed = true;
		return;
	}
	for (size_t i = 0; i < from->count; i++)
		add_series(chart, from, &from->series[i], name);
	chart_title_set_name(chart, part->text);
	chart_axis_set_name(chart->x_axis, from->x_title);
	chart_axis_set_name(chart->y_axis, from->y_title);
	chart_axis_set_log_base(chart->x_axis, 10);
	chart_axis_set_log_base(chart->y_axis, 10);
	chart_axis_set_num_format(chart->y_axis, "#,##0");
	lxw_chart_options options = {.x_scale = 2,
	                             .y_scale = 2,
	                             .description = "Loss by return period; the figures stand "
	                                            "in the columns to the left"};
	note(b, worksheet_insert_chart_opt(sheet, 1, column, chart, &options));
}

static void put_curves(book *b, const plim_page *curves)
{
	static const char name[] = "exceedance";
	for (size_t i = 0; i + 1 < curves->parts && !b->failed; i++) {
		const plim_table *table = &curves->part[i].table;
		if (curves->part[i].kind != PLIM_PART_TABLE || curves->part[i + 1].kind != PLIM_PART_CHART)
			continue;
		double width[16];
		lxw_worksheet *sheet = add_sheet(b, name, 1);
		if (!sheet)
			return;
		head_widths(width, table->column, table->columns);
		put_head(b, sheet, table->column, table->columns);
		for (size_t r = 0; r < plim_table_rows(table); r++)
			put_row(b, sheet, (lxw_row_t)r + 1, table, r, width);
		finish_sheet(sheet, (lxw_row_t)plim_table_rows(table) + 1, table->columns, width);
		add_chart(b, sheet, &curves->part[i + 1], name, (lxw_col_t)table->columns + 1);
		return;
	}
}

/* ---- the sheet of text ---- */

static void put_front(book *b, const plim_page *front)
{
	lxw_worksheet *sheet = add_sheet(b, "summary", 1);
	if (!sheet)
		return;
	worksheet_set_column(sheet, 0, 0, 30, NULL);
	worksheet_set_column(sheet, 1, 1, 100, NULL);
	lxw_row_t row = 0;
	for (size_t i = 0; i < front->parts && row < LXW_ROW_MAX; i++, row++) {
		const plim_part *part = &front->part[i];
		if (part->kind == PLIM_PART_HEADING)
			put_text(b, sheet, row, 0, part->text, part->level == 1 ? b->title : b->heading);
		else if (part->kind != PLIM_PART_TABLE)
			put_text(b, sheet, row, 1, part->text, b->wrap);
		if (part->kind == PLIM_PART_PAIR)
			put_text(b, sheet, row, 0, part->label, b->wrap);
	}
}

/* ---- the file ---- */

/* The run's end as the time of the workbook, so that equal results give equal workbooks. */
static void set_properties(book *b, const plim_results *r)
{
	struct tm time = {0};
	lxw_doc_properties properties = {.title = (char *)"Supply-chain security risk", .author = (char *)"Plimsoll"};
	const char *end = r->provenance.finished ? r->provenance.finished : "";
	properties.created = strptime(end, "%Y-%m-%dT%H:%M:%S", &time) ? timegm(&time) : 1;
	note(b, workbook_set_properties(b->workbook, &properties));
}

static plim_status copy_file(int from, FILE *to, plim_error *error)
{
	char part[65536];
	ssize_t got;
	while ((got = read(from, part, sizeof part)) > 0)
		if (fwrite(part, 1, (size_t)got, to) != (size_t)got)
			return PLIM_OK; /* the stream keeps its error for the caller */
	return got == 0 ? PLIM_OK
	                : plim_error_set(error, PLIM_ERROR_IO, "the workbook cannot be read back: %s", strerror(errno));
}

static plim_status write_book(const char *path, const plim_data_source *source, const plim_page *front,
                              const plim_page *curves, plim_error *error)
{
	lxw_workbook_options options = {.constant_memory = LXW_TRUE, .use_zip64 = LXW_FALSE};
	book b = {.workbook = workbook_new_opt(path, &options)};
	if (!b.workbook)
		return plim_error_memory(error, "the workbook");
	make_formats(&b);
	if (!b.failed) {
		set_properties(&b, source->results);
		put_front(&b, front);
		put_curves(&b, curves);
	}
	const plim_data *data;
	for (size_t i = 0; !b.failed && (data = plim_data_at(i)); i++)
		if (!data->csv_only)
			put_data(&b, source, data);
	lxw_error closed = workbook_close(b.workbook);
	note(&b, closed);
	if (b.failed)
		return plim_error_memory(error, "the workbook");
	if (b.problem != LXW_NO_ERROR)
		return plim_error_set(error, PLIM_ERROR_IO, "the workbook cannot be written: %s", lxw_strerror(b.problem));
	return PLIM_OK;
}

plim_status plim_workbook_write(const plim_data_source *source, const plim_page *front, const plim_page *curves,
                                FILE *file, plim_error *error)
{
	const char *folder = getenv("TMPDIR");
	plim_text path = {0};
	plim_text_add_format(&path, "%s/plimsoll-XXXXXX", folder && *folder ? folder : "/tmp");
	if (path.failed) {
		plim_text_free(&path);
		return plim_error_memory(error, "the workbook");
	}
	int made = mkstemp(path.data); /* the library takes a name; the open file outlives it */
	if (made < 0) {
		plim_status status = plim_error_set(error, PLIM_ERROR_IO, "cannot write '%s': %s", path.data, strerror(errno));
		plim_text_free(&path);
		return status;
	}
	plim_status status = write_book(path.data, source, front, curves, error);
	if (status == PLIM_OK)
		status = copy_file(made, file, error);
	close(made);
	unlink(path.data);
	plim_text_free(&path);
	return status;
}
