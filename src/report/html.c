/* SPDX-License-Identifier: Apache-2.0 */
/* One HTML file: text escaped, charts as data, scripts and style by their hashes. Everything can be read without the
 * script; it sorts, folds, filters and draws. */
#include "report/html.h"

#include <math.h>
#include <nettle/base64.h>
#include <string.h>

#include "base/memory.h"
#include "report/assets.h"
#include "report/escape.h"
#include "report/write.h"

#define SHADES 6
#define LONG_TEXT 30  /* bytes: from here on a column is not squeezed to a word a line, */
#define LONG_LIST 120 /* and from here on it is given the most room */
#define PAPER_ROWS 30 /* of a long table; as in report.css */

typedef struct writer {
	const plim_results *results;
	const plim_page *page;
	FILE *file;
	size_t charts; /* written so far */
	bool in_section, in_list;
	plim_part_kind list; /* of what */
	bool good;
} writer;

static void put_text(writer *w, const char *string)
{
	plim_text text = {0};
	plim_escape_html(&text, string);
	if (text.failed)
		w->good = false;
	else if (text.data)
		fputs(text.data, w->file);
	plim_text_free(&text);
}

/* "a;b" of a list as "a; b": words that can be told apart, and a place to break the line. */
static void put_list(writer *w, const char *string)
{
	plim_text spaced = {0};
	for (const char *end; (end = strchr(string, ';')); string = end + 1)
		plim_text_add_format(&spaced, "%.*s;%s", (int)(end - string), string, end[1] && end[1] != ' ' ? " " : "");
	plim_text_add(&spaced, string);
	w->good = w->good && !spaced.failed;
	put_text(w, spaced.data ? spaced.data : "");
	plim_text_free(&spaced);
}

/* `word` of our prose as code. */
static void put_prose(writer *w, const char *string)
{
	bool code = false;
	for (const char *end; (end = strchr(string, '`')) && (code || strchr(end + 1, '`')); string = end + 1) {
		plim_text part = {0};
		plim_text_add_format(&part, "%.*s", (int)(end - string), string);
		w->good = w->good && !part.failed;
		put_text(w, part.data ? part.data : "");
		plim_text_free(&part);
		fputs(code ? "</code>" : "<code>", w->file);
		code = !code;
	}
	put_text(w, string);
}

/* ---- tables ---- */

static double largest(const plim_table *table)
{
	double most = 0;
	for (size_t i = 0; i < table->cells; i++)
		if (table->cell[i].kind == PLIM_CELL_NUMBER && isfinite(table->cell[i].value) && i % table->columns > 1)
			most = fmax(most, table->cell[i].value);
	return most;
}

/* Half a decade a shade, SHADES for the largest; the column of sums is not shaded. */
static int shade_of(const plim_cell *cell, size_t column, double most)
{
	if (column < 2 || cell->kind != PLIM_CELL_NUMBER || !(cell->value > 0) || !isfinite(cell->value))
		return 0;
	int step = (int)(2 * log10(most / cell->value));
	return step >= SHADES ? 1 : SHADES - step;
}

static void put_number_cell(writer *w, const plim_part *part, const plim_cell *cell, size_t column, double most)
{
	int shade = part->style & PLIM_TABLE_HEAT ? shade_of(cell, column, most) : 0;
	fputs("<td class=\"n", w->file);
	if (shade)
		fprintf(w->file, " h%d", shade);
	fprintf(w->file, "\" data-v=\"%s\">", cell->exact);
	put_text(w, cell->shown);
	fputs("</td>", w->file);
}

/* 2026-10-01: broken at its hyphens it is hard to read. */
static bool is_date(const char *text)
{
	static const char form[] = "dddd-dd-dd";
	size_t i = 0;
	for (; form[i] && text[i]; i++)
		if (form[i] == '-' ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	return !form[i] && !text[i];
}

/* A text that can be broken is given room, so that it is not. */
static const char *room_of(const char *text, size_t column)
{
	size_t length = strlen(text);
	if (length > LONG_TEXT)
		return column && length > LONG_LIST ? " class=\"x\"" : " class=\"w\"";
	return !column && strchr(text, ' ') ? " class=\"s\"" : "";
}

static void put_text_cell(writer *w, const plim_part *part, const plim_cell *cell, size_t column)
{
	const char *tag = column ? "td" : "th";
	fprintf(w->file, "<%s", tag);
	if (!column)
		fputs(" scope=\"row\"", w->file);
	if (part->style & PLIM_TABLE_TREE && !column)
		fprintf(w->file, " class=\"d%u\"", cell->indent > 9 ? 9 : cell->indent);
	if (part->style & PLIM_TABLE_GRID && cell->indent)
		fprintf(w->file, " class=\"c%u\"", cell->indent - 1);
	else if (column && is_date(cell->text))
		fputs(" class=\"t\"", w->file);
	else if (!(part->style & PLIM_TABLE_TREE))
		fputs(room_of(cell->text, column), w->file);
	fputc('>', w->file);
	put_list(w, cell->text);
	fprintf(w->file, "</%s>", tag);
}

static void put_row(writer *w, const plim_part *part, size_t row, double most)
{
	const plim_table *table = &part->table;
	const plim_cell *first = plim_table_cell(table, row, 0);
	if (part->style & PLIM_TABLE_TREE)
		fprintf(w->file, "<tr data-depth=\"%u\">", first->indent);
	else
		fputs("<tr>", w->file);
	for (size_t c = 0; c < table->columns; c++) {
		const plim_cell *cell = plim_table_cell(table, row, c);
		if (cell->kind == PLIM_CELL_TEXT)
			put_text_cell(w, part, cell, c);
		else
			put_number_cell(w, part, cell, c, most);
	}
	fputs("</tr>\n", w->file);
}

static void put_titles(writer *w, const plim_part *part)
{
	const plim_table *table = &part->table;
	if (part->style & PLIM_TABLE_GRID)
		return; /* its first row is its head */
	fputs("<thead><tr>", w->file);
	for (size_t c = 0; c < table->columns; c++) {
		fprintf(w->file, "<th scope=\"col\"%s data-name=\"", table->column[c].right ? " class=\"n\"" : "");
		put_text(w, table->column[c].name);
		fputs("\">", w->file);
		put_text(w, table->column[c].title);
		fputs("</th>", w->file);
	}
	fputs("</tr></thead>\n", w->file);
}

static const char *class_of(unsigned style)
{
	return style & PLIM_TABLE_TREE   ? "tree"
	       : style & PLIM_TABLE_HEAT ? "heat"
	       : style & PLIM_TABLE_GRID ? "grid"
	                                 : "plain";
}

/* The heading above a table names it for whoever hears the page. */
static const char *name_of(const writer *w, size_t index)
{
	if (*w->page->part[index].text)
		return w->page->part[index].text;
	while (index-- > 0)
		if (w->page->part[index].kind == PLIM_PART_HEADING)
			return w->page->part[index].text;
	return "table";
}

static bool is_cut(const plim_part *part)
{
	return part->style & PLIM_TABLE_LONG && plim_table_rows(&part->table) > PAPER_ROWS;
}

static void put_table(writer *w, size_t index)
{
	const plim_part *part = &w->page->part[index];
	bool behind = part->style & PLIM_TABLE_BEHIND;
	double most = largest(&part->table);
	if (behind) {
		fputs("<details><summary>", w->file);
		put_text(w, part->text);
		fputs("</summary>\n", w->file);
	}
	fputs("<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"", w->file);
	put_text(w, name_of(w, index));
	fprintf(w->file, "\">\n<table class=\"%s%s\">\n", class_of(part->style), is_cut(part) ? " long" : "");
	if (*part->text && !behind) {
		fputs("<caption>", w->file);
		put_text(w, part->text);
		fputs("</caption>\n", w->file);
	}
	put_titles(w, part);
	fputs("<tbody>\n", w->file);
	for (size_t r = 0; w->good && r < plim_table_rows(&part->table); r++)
		put_row(w, part, r, most);
	fputs("</tbody></table></div>\n", w->file);
	if (is_cut(part))
		fprintf(w->file, "<p class=\"paper\">The first %d of %zu rows. The file holds all of them.</p>\n", PAPER_ROWS,
		        plim_table_rows(&part->table));
	fputs(behind ? "</details>\n" : "", w->file);
}

/* ---- the other parts ---- */

static void put_chart(writer *w, const plim_part *part)
{
	fputs("<figure class=\"chart\"><figcaption>", w->file);
	put_text(w, part->text);
	fprintf(w->file, "</figcaption><div class=\"canvas%s\" data-chart=\"%zu\"><canvas role=\"img\" aria-label=\"",
	        part->chart->bars ? " bars" : "", w->charts++);
	put_text(w, part->text);
	fputs(". The figures stand in the table below.\"></canvas></div></figure>\n", w->file);
}

/* As an image: what a program of the machine has drawn can then neither run nor load anything. */
static void put_picture(writer *w, const plim_part *part)
{
	size_t length = strlen(part->label);
	char *encoded = plim_mem_alloc(BASE64_ENCODE_RAW_LENGTH(length) + 1, 1);
	if (!encoded) {
		w->good = false;
		return;
	}
	base64_encode_raw(encoded, length, (const uint8_t *)part->label);
	fputs("<div class=\"scroll picture\" tabindex=\"0\" role=\"region\" aria-label=\"Network\"><img alt=\"", w->file);
	put_text(w, part->text);
	fprintf(w->file, "\" src=\"data:image/svg+xml;base64,%s\"></div>\n", encoded);
	plim_mem_free(encoded);
}

static void end_list(writer *w)
{
	if (w->in_list)
		fputs(w->list == PLIM_PART_PAIR ? "</dl>\n" : "</ul>\n", w->file);
	w->in_list = false;
}

static void begin_list(writer *w, plim_part_kind kind)
{
	if (w->in_list && w->list == kind)
		return;
	end_list(w);
	fputs(kind == PLIM_PART_PAIR ? "<dl>\n" : "<ul>\n", w->file);
	w->in_list = true;
	w->list = kind;
}

typedef void put_function(writer *w, const char *text);

static void put_element(writer *w, const char *open, put_function *put, const char *text, const char *close)
{
	fputs(open, w->file);
	put(w, text);
	fputs(close, w->file);
}

static void put_heading(writer *w, size_t index)
{
	const plim_part *part = &w->page->part[index];
	if (part->level == 2) {
		fputs(w->in_section ? "</section>\n" : "", w->file);
		fprintf(w->file, "<section id=\"s%zu\" aria-labelledby=\"h%zu\"", index, index);
		if (part->scenario >= 0)
			fprintf(w->file, " data-scenario=\"%ld\"", part->scenario);
		fputs(">\n", w->file);
		w->in_section = true;
	}
	fprintf(w->file, "<h%d id=\"h%zu\">", part->level, index);
	put_text(w, part->text);
	fprintf(w->file, "</h%d>\n", part->level);
}

/* True if part i is a table whose chart follows: the chart is put first. */
static bool charted(const plim_page *page, size_t i)
{
	return i + 1 < page->parts && page->part[i + 1].kind == PLIM_PART_CHART;
}

static void put_part(writer *w, size_t i)
{
	const plim_part *part = &w->page->part[i];
	if (part->kind == PLIM_PART_ITEM || part->kind == PLIM_PART_PAIR)
		begin_list(w, part->kind);
	else
		end_list(w);
	switch (part->kind) {
	case PLIM_PART_HEADING: put_heading(w, i); break;
	case PLIM_PART_PARAGRAPH: put_element(w, "<p>", put_prose, part->text, "</p>\n"); break;
	case PLIM_PART_NOTICE: put_element(w, "<p class=\"notice\" role=\"note\">", put_prose, part->text, "</p>\n"); break;
	case PLIM_PART_ITEM: put_element(w, "<li>", put_prose, part->text, "</li>\n"); break;
	case PLIM_PART_PAIR:
		put_element(w, "<div><dt>", put_text, part->label, "</dt>");
		put_element(w, "<dd>", put_list, part->text, "</dd></div>\n");
		break;
	case PLIM_PART_TABLE:
		if (charted(w->page, i))
			put_chart(w, &w->page->part[i + 1]);
		put_table(w, i);
		break;
	case PLIM_PART_CHART: break; /* stands before its table */
	case PLIM_PART_PICTURE: put_picture(w, part); break;
	}
}

static void put_contents(writer *w)
{
	fputs("<nav aria-label=\"Contents\"><ul>\n", w->file);
	for (size_t i = 0; i < w->page->parts; i++) {
		const plim_part *part = &w->page->part[i];
		if (part->kind != PLIM_PART_HEADING || part->level != 2)
			continue;
		fprintf(w->file, "<li><a href=\"#s%zu\"", i);
		if (part->scenario >= 0)
			fprintf(w->file, " data-of=\"%ld\"", part->scenario);
		put_element(w, ">", put_text, part->text, "</a></li>\n");
	}
	fputs("</ul></nav>\n", w->file);
}

static void put_head(writer *w)
{
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", w->file);
	fprintf(w->file, "<meta http-equiv=\"Content-Security-Policy\" content=\"%s\">\n", plim_asset_policy);
	fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
	      "<meta name=\"referrer\" content=\"no-referrer\">\n<meta name=\"color-scheme\" content=\"light "
	      "dark\">\n<title>",
	      w->file);
	put_text(w, w->results->model_name ? w->results->model_name : "");
	fprintf(w->file, " - supply-chain security risk</title>\n<style>%s</style>\n</head>\n<body>\n", plim_asset_style);
	fputs("<a class=\"skip\" href=\"#main\">Skip to the report</a>\n", w->file);
}

bool plim_write_html(const plim_results *results, const plim_page *page, FILE *file)
{
	writer w = {.results = results, .page = page, .file = file, .good = true};
	size_t i = 0;
	put_head(&w);
	fputs("<header>\n", file);
	for (; i < page->parts && !(page->part[i].kind == PLIM_PART_HEADING && page->part[i].level == 2); i++)
		put_part(&w, i);
	end_list(&w);
	fputs("</header>\n", file);
	put_contents(&w);
	fputs("<main id=\"main\">\n", file);
	for (; i < page->parts && w.good; i++)
		put_part(&w, i);
	end_list(&w);
	fputs(w.in_section ? "</section>\n</main>\n" : "</main>\n", file);
	fputs("<script type=\"application/json\" id=\"charts\">", file);
	w.good = w.good && plim_html_charts(page, file);
	fprintf(file, "</script>\n<script>%s</script>\n<script>%s</script>\n</body>\n</html>\n", plim_asset_chart,
	        plim_asset_script);
	return w.good;
}
