/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A report as a list of parts: headings, paragraphs, lines and tables, in no format yet. The builders fill it, the
 * writers of text and markdown lay it out. Text is as it came (not yet escaped).
 */
#ifndef PLIM_REPORT_PAGE_H
#define PLIM_REPORT_PAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/table.h"

typedef enum plim_part_kind {
	PLIM_PART_HEADING, /* level 1 to 3 */
	PLIM_PART_PARAGRAPH,
	PLIM_PART_NOTICE, /* what nobody should miss */
	PLIM_PART_ITEM,   /* of a list */
	PLIM_PART_PAIR,   /* label: text */
	PLIM_PART_TABLE,  /* text is its caption, may be "" */
	PLIM_PART_CHART,  /* text is its title; drawn by HTML only, beside the table that it shows */
	PLIM_PART_PICTURE /* text is what it shows in words, label an SVG; HTML only */
} plim_part_kind;

/* What HTML makes of a table, or'ed. */
enum {
	PLIM_TABLE_TREE = 1,   /* rows under a less indented one fold */
	PLIM_TABLE_HEAT = 2,   /* figures are shaded by size */
	PLIM_TABLE_BEHIND = 4, /* behind its caption until opened: what a chart shows as figures */
	PLIM_TABLE_GRID = 8,   /* a matrix without titles: the indent of a text is its colour, 1 to 5 */
	PLIM_TABLE_LONG = 16   /* on paper its first rows only: what few will read to its end */
};

/** Rows of the table beside a chart that make one line, or its points. */
typedef struct plim_series {
	char *name;
	uint32_t colour;    /* of a palette; the same for what belongs together */
	bool largest_event; /* OEP: drawn dashed */
	bool points;        /* not joined: a limit */
	size_t first, rows;
} plim_series;

/** Lines over logarithmic or linear axes, or bars. Columns of the table `table` (index of a part); -1: none. */
typedef struct plim_chart {
	bool bars, linear;
	char *x_title, *y_title;
	int x, y, lower, upper;
	size_t table;
	plim_series *series;
	size_t count, capacity;
} plim_chart;

typedef struct plim_part {
	plim_part_kind kind;
	int level;
	unsigned style; /* TABLE: PLIM_TABLE_... */
	long scenario;  /* whose part it is; -1: of all */
	char *label, *text;
	plim_table table;
	plim_table_column *column; /* TABLE: owned columns, when they are not the caller's */
	plim_chart *chart;         /* CHART */
} plim_part;

/** Start from {0}. `failed`: memory ran short. */
typedef struct plim_page {
	plim_part *part;
	size_t parts, capacity;
	bool failed;
	bool rich;    /* for a format with charts, in which long tables do no harm */
	bool narrow;  /* for lines of 120 characters */
	uint32_t own; /* 1 + the scenario that parts are added for; 0: for all */
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

/** The same with a copy of the columns, whose texts stay the caller's. */
plim_table *plim_page_table_of(plim_page *page, plim_table *spare, const plim_table_column *column, size_t columns,
                               const char *caption);

/** The last part's style. */
void plim_page_style(plim_page *page, unsigned style);

/** A chart of the table that was added last; NULL when memory ran short. Columns as in plim_chart. */
plim_chart *plim_page_chart(plim_page *page, const char *title, const char *x_title, const char *y_title);

/** Adds a series to the last part, a chart. The name is copied. */
void plim_page_series(plim_page *page, const plim_series *series);

/** A picture as SVG, with what it shows in words. */
void plim_page_picture(plim_page *page, const char *svg, const char *words);

#endif
