/* SPDX-License-Identifier: Apache-2.0 */
#include "report/page.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/memory.h"

void plim_page_clear(plim_page *page)
{
	for (size_t i = 0; i < page->parts; i++) {
		plim_mem_free(page->part[i].label);
		plim_mem_free(page->part[i].text);
		plim_table_clear(&page->part[i].table);
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
	*part = (plim_part){.kind = kind, .level = level};
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
