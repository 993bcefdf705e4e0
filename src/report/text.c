/* SPDX-License-Identifier: Apache-2.0 */
#include "report/write.h"

#include <string.h>

#include "base/memory.h"
#include "report/escape.h"

#define PAGE_WIDTH 118 /* of tables */
#define LINE_WIDTH 100 /* of running text */
#define GAP 2
#define LABEL_LEAST 30 /* a label column narrower than this gets lines of its own instead */
#define LABEL_MOST 60
#define INDENT 2

static void spaces(FILE *file, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fputc(' ', file);
}

static void line_of(FILE *file, char c, size_t count)
{
	for (size_t i = 0; i < count; i++)
		fputc(c, file);
	fputc('\n', file);
}

/* Bytes of the next line of `text` (already plain) that is at most `width` wide, broken at a blank where there is one;
 * *next is where the line after it begins. */
static size_t next_line(const char *text, size_t width, const char **next)
{
	size_t seen = 0, bytes = 0, blank = 0;
	while (text[bytes] && (seen < width || (text[bytes] & 0xC0) == 0x80)) {
		if (text[bytes] == ' ')
			blank = bytes;
		seen += (text[bytes] & 0xC0) != 0x80;
		bytes++;
	}
	if (text[bytes] && text[bytes] != ' ' && blank)
		bytes = blank;
	*next = text + bytes + strspn(text + bytes, " ");
	return bytes;
}

/* `text` over as many lines as it takes; lines after the first begin with `hang` blanks. The first starts at `column`.
 */
static void wrapped(FILE *file, const char *text, size_t column, size_t hang)
{
	const char *next = text;
	do {
		const char *line = next;
		size_t bytes = next_line(line, LINE_WIDTH - column, &next);
		fprintf(file, "%.*s\n", (int)bytes, line);
		column = hang;
		if (*next)
			spaces(file, hang);
	} while (*next);
}

/* What a cell shows: the text made plain (into *own, to be freed), or the figure. NULL when memory is short. */
static const char *shown(const plim_cell *cell, plim_text *own)
{
	if (cell->kind != PLIM_CELL_TEXT)
		return cell->shown;
	plim_escape_plain(own, cell->text);
	return own->failed ? NULL : own->data ? own->data : "";
}

typedef struct text_layout {
	size_t *width; /* of each column */
	bool stacked;  /* the first column stands on lines of its own */
} text_layout;

static bool measure(const plim_table *table, text_layout *layout)
{
	layout->width = plim_mem_alloc(table->columns + 1, sizeof *layout->width);
	if (!layout->width)
		return false;
	for (size_t c = 0; c < table->columns; c++)
		layout->width[c] = plim_escape_width(table->column[c].title);
	for (size_t r = 0; r < plim_table_rows(table); r++) {
		for (size_t c = 0; c < table->columns; c++) {
			const plim_cell *cell = plim_table_cell(table, r, c);
			plim_text own = {0};
			const char *text = shown(cell, &own);
			size_t width = text ? plim_escape_width(text) + INDENT * cell->indent : 0;
			plim_text_free(&own);
			if (!text)
				return false;
			if (width > layout->width[c])
				layout->width[c] = width;
		}
	}
	return true;
}

/* Makes the first column as wide as the page leaves room, or gives it lines of its own. Any other text column is cut at
 * LABEL_MOST and wrapped by nobody: it keeps its width. */
static void fit(const plim_table *table, text_layout *layout)
{
	size_t rest = 0;
	for (size_t c = 1; c < table->columns; c++)
		rest += layout->width[c] + GAP;
	size_t room = rest < PAGE_WIDTH ? PAGE_WIDTH - rest : 0;
	if (table->column[0].right || (layout->width[0] <= room && layout->width[0] <= LABEL_MOST))
		return;
	if (room < LABEL_LEAST) {
		layout->stacked = true;
		layout->width[0] = 2;
	} else if (layout->width[0] > room || layout->width[0] > LABEL_MOST) {
		layout->width[0] = room < LABEL_MOST ? room : LABEL_MOST;
	}
}

static void place(FILE *file, const char *text, size_t width, bool right, bool last)
{
	size_t used = plim_escape_width(text);
	size_t fill = used < width ? width - used : 0;
	if (right)
		spaces(file, fill);
	fputs(text, file);
	if (!right && !last)
		spaces(file, fill);
}

static void write_titles(const plim_table *table, const text_layout *layout, FILE *file)
{
	size_t total = 0;
	if (layout->stacked)
		fprintf(file, "%s\n", table->column[0].title);
	for (size_t c = 0; c < table->columns; c++) {
		spaces(file, c ? GAP : 0);
		place(file, c == 0 && layout->stacked ? "" : table->column[c].title, layout->width[c], table->column[c].right,
		      c + 1 == table->columns);
		total += layout->width[c] + (c ? GAP : 0);
	}
	fputc('\n', file);
	line_of(file, '-', total);
}

/* The label of a row: all of its lines but the last are written out whole, the last one up to the column's width. */
static void write_label(const char *text, size_t indent, const text_layout *layout, FILE *file)
{
	size_t width = layout->stacked ? PAGE_WIDTH : layout->width[0];
	size_t first = indent;
	const char *next = text;
	for (;;) {
		const char *line = next;
		size_t bytes = next_line(line, width > first ? width - first : 1, &next);
		spaces(file, first);
		fprintf(file, "%.*s", (int)bytes, line);
		if (!*next) {
			size_t used = first;
			for (size_t i = 0; i < bytes; i++)
				used += (line[i] & 0xC0) != 0x80;
			if (!layout->stacked)
				spaces(file, used < width ? width - used : 0);
			break;
		}
		fputc('\n', file);
		first = indent + INDENT < width / 2 ? indent + INDENT : width / 2;
	}
	if (layout->stacked) {
		fputc('\n', file);
		spaces(file, layout->width[0]);
	}
}

static bool write_row(const plim_table *table, const text_layout *layout, size_t row, FILE *file)
{
	for (size_t c = 0; c < table->columns; c++) {
		const plim_cell *cell = plim_table_cell(table, row, c);
		plim_text own = {0};
		const char *text = shown(cell, &own);
		if (!text) {
			plim_text_free(&own);
			return false;
		}
		spaces(file, c ? GAP : 0);
		if (c == 0 && !table->column[0].right)
			write_label(text, INDENT * cell->indent, layout, file);
		else
			place(file, text, layout->width[c], table->column[c].right, c + 1 == table->columns);
		plim_text_free(&own);
	}
	fputc('\n', file);
	return true;
}

static bool write_table(const plim_table *table, FILE *file)
{
	text_layout layout = {0};
	bool good = measure(table, &layout);
	if (good && plim_table_rows(table) == 0)
		fputs("(no rows)\n", file);
	else if (good) {
		fit(table, &layout);
		write_titles(table, &layout, file);
		for (size_t r = 0; good && r < plim_table_rows(table); r++)
			good = write_row(table, &layout, r, file);
	}
	plim_mem_free(layout.width);
	return good;
}

static void write_heading(const char *text, int level, FILE *file)
{
	fputc('\n', file);
	fprintf(file, "%s\n", text);
	size_t width = plim_escape_width(text);
	if (level < 3)
		line_of(file, level == 1 ? '=' : '-', width < LINE_WIDTH ? width : LINE_WIDTH);
}

#define PAIR_LABEL 24

static bool write_part(const plim_part *part, FILE *file)
{
	plim_text plain = {0}, label = {0};
	plim_escape_plain(&plain, part->text);
	plim_escape_plain(&label, part->label);
	bool good = !plain.failed && !label.failed;
	const char *text = plain.data ? plain.data : "", *name = label.data ? label.data : "";
	if (good) {
		switch (part->kind) {
		case PLIM_PART_HEADING: write_heading(text, part->level, file); break;
		case PLIM_PART_NOTICE:
			fputs("\n!! ", file);
			wrapped(file, text, 3, 3);
			break;
		case PLIM_PART_ITEM:
			fputs(" - ", file);
			wrapped(file, text, 3, 3);
			break;
		case PLIM_PART_PAIR: {
			size_t width = plim_escape_width(name) + 2;
			fprintf(file, "%s: ", name);
			spaces(file, width < PAIR_LABEL ? PAIR_LABEL - width : 0);
			wrapped(file, text, width < PAIR_LABEL ? PAIR_LABEL : width < 60 ? width : 60, PAIR_LABEL);
			break;
		}
		case PLIM_PART_PARAGRAPH: wrapped(file, text, 0, 0); break;
		case PLIM_PART_TABLE: good = write_table(&part->table, file); break;
		case PLIM_PART_CHART:
		case PLIM_PART_PICTURE: break; /* what they show stands in tables beside */
		}
	}
	plim_text_free(&plain);
	plim_text_free(&label);
	return good;
}

bool plim_write_text(const plim_page *page, FILE *file)
{
	for (size_t i = 0; i < page->parts; i++)
		if (!write_part(&page->part[i], file))
			return false;
	return true;
}
