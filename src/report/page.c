/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"

static void free_chart(plim_chart *chart)
{
	if (!chart)
		return;
	for (size_t i = 0; i < chart->count; i++)
		plim_mem_free(chart->series[i].name);
	plim_mem_free(chart->series);
	plim_mem_free(chart->x_title);
	plim_mem_free(chart->y_title);
	plim_mem_free(chart);
}

void plim_page_clear(plim_page *page)
{
	for (size_t i = 0; i < page->parts; i++) {
		free_chart(page->part[i].chart);
		plim_mem_free(page->part[i].label);
		plim_mem_free(page->part[i].text);
		plim_table_clear(&page->part[i].table);
		plim_mem_free(page->part[i].column);
	}
	plim_mem_free(page->part);
	*page = (plim_page){0};
}

static char *format_text(const char *format, va_list args)
{
	va_list again;
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	char *text = length < 0 ? NULL : plim_mem_alloc((size_t)length + 1, 1);
	if (text)
		vsnprintf(text, (size_t)length + 1, format, args);
	return text;
}

static plim_part *add(plim_page *page, plim_part_kind kind, int level, const char *label, const char *format,
                      va_list args)
{
	if (page->failed || plim_mem_grow((void **)&page->part, &page->capacity, page->parts + 1, sizeof *page->part)) {
		page->failed = true;
		return NULL;
	}
	plim_part *part = &page->part[page->parts];
	*part = (plim_part){.kind = kind, .level = level, .scenario = (long)page->own - 1};
	part->label = plim_mem_string(label);
	part->text = format_text(format, args);
	page->parts++;
	if (!part->label || !part->text)
		page->failed = true;
	return part;
}

__attribute__((format(printf, 3, 4))) static plim_part *add_plain(plim_page *page, plim_part_kind kind,
                                                                  const char *format, ...)
{
	va_list args;
	va_start(args, format);
	plim_part *part = add(page, kind, 0, "", format, args);
	va_end(args);
	return part;
}

void plim_page_heading(plim_page *page, int level, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(page, PLIM_PART_HEADING, level, "", format, args);
	va_end(args);
}

void plim_page_paragraph(plim_page *page, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(page, PLIM_PART_PARAGRAPH, 0, "", format, args);
	va_end(args);
}

void plim_page_notice(plim_page *page, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(page, PLIM_PART_NOTICE, 0, "", format, args);
	va_end(args);
}

void plim_page_item(plim_page *page, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(page, PLIM_PART_ITEM, 0, "", format, args);
	va_end(args);
}

void plim_page_pair(plim_page *page, const char *label, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add(page, PLIM_PART_PAIR, 0, label, format, args);
	va_end(args);
}

plim_table *plim_page_table(plim_page *page, plim_table *spare, const plim_table_column *column, size_t columns,
                            const char *caption)
{
	plim_part *part = add_plain(page, PLIM_PART_TABLE, "%s", caption);
	plim_table *table = part ? &part->table : spare;
	plim_table_init(table, column, columns);
	table->failed = !part;
	return table;
}

plim_table *plim_page_table_of(plim_page *page, plim_table *spare, const plim_table_column *column, size_t columns,
                               const char *caption)
{
	plim_table_column *copy = plim_mem_alloc(columns, sizeof *copy);
	if (!copy) {
		page->failed = true;
		plim_table_init(spare, column, columns);
		spare->failed = true;
		return spare;
	}
	memcpy(copy, column, columns * sizeof *copy);
	plim_table *table = plim_page_table(page, spare, copy, columns, caption);
	if (table == spare)
		plim_mem_free(copy);
	else
		page->part[page->parts - 1].column = copy;
	return table;
}

void plim_page_style(plim_page *page, unsigned style)
{
	if (page->parts)
		page->part[page->parts - 1].style = style;
}

plim_chart *plim_page_chart(plim_page *page, const char *title, const char *x_title, const char *y_title)
{
	size_t table = page->parts - 1;
	plim_part *part = add_plain(page, PLIM_PART_CHART, "%s", title);
	plim_chart *chart = part ? plim_mem_alloc(1, sizeof *chart) : NULL;
	if (!chart) {
		page->failed = true;
		return NULL;
	}
	part->chart = chart;
	*chart = (plim_chart){.lower = -1, .upper = -1, .table = table};
	chart->x_title = plim_mem_string(x_title);
	chart->y_title = plim_mem_string(y_title);
	if (!chart->x_title || !chart->y_title)
		page->failed = true;
	return chart;
}

void plim_page_series(plim_page *page, const plim_series *series)
{
	plim_chart *chart = page->parts ? page->part[page->parts - 1].chart : NULL;
	char *name = plim_mem_string(series->name);
	if (!chart || !name ||
	    plim_mem_grow((void **)&chart->series, &chart->capacity, chart->count + 1, sizeof *chart->series)) {
		plim_mem_free(name);
		page->failed = true;
		return;
	}
	chart->series[chart->count] = *series;
	chart->series[chart->count++].name = name;
}

void plim_page_picture(plim_page *page, const char *svg, const char *words)
{
	plim_part *part = add_plain(page, PLIM_PART_PICTURE, "%s", words);
	char *copy = part ? plim_mem_string(svg) : NULL;
	if (!copy) {
		page->failed = true;
		return;
	}
	plim_mem_free(part->label);
	part->label = copy;
}
