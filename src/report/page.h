/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A report as a list of parts: headings, paragraphs, lines and tables, in no format yet. The builders fill it, the
 * writers of text and markdown lay it out. Text is as it came (not yet escaped).
 */
#ifndef PLIM_REPORT_PAGE_H
#define PLIM_REPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "report/table.h"

typedef enum plim_part_kind {
	PLIM_PART_HEADING, /* level 1 to 3 */
	PLIM_PART_PARAGRAPH,
	PLIM_PART_NOTICE, /* what nobody should miss */
	PLIM_PART_ITEM,   /* of a list */
	PLIM_PART_PAIR,   /* label: text */
	PLIM_PART_TABLE   /* text is its caption, may be "" */
} plim_part_kind;

typedef struct plim_part {
	plim_part_kind kind;
	int level;
	char *label, *text;
	plim_table table;
} plim_part;

/** Start from {0}. `failed`: memory ran short. */
typedef struct plim_page {
	plim_part *part;
	size_t parts, capacity;
	bool failed;
} plim_page;

void plim_page_clear(plim_page *page);

void plim_page_heading(plim_page *page, int level, const char *format, ...) __attribute__((format(printf, 3, 4)));
void plim_page_paragraph(plim_page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void plim_page_notice(plim_page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void plim_page_item(plim_page *page, const char *format, ...) __attribute__((format(printf, 2, 3)));
void plim_page_pair(plim_page *page, const char *label, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** A new table to be filled by the caller: valid until the next part is added. Never NULL: when memory ran short it is
 *  `spare`, which the caller gives empty and need not clear. */
plim_table *plim_page_table(plim_page *page, plim_table *spare, const plim_table_column *column, size_t columns,
                            const char *caption);

#endif
