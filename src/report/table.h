/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A small table: columns, and rows of cells.
 *
 * Every figure is formatted once, when it is put in: `shown` is what people read (text, markdown), `exact` what
 * programs read (CSV, JSON: the shortest decimal that reads back as the same double). The writers only place strings.
 */
#ifndef PLIM_REPORT_TABLE_H
#define PLIM_REPORT_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum plim_cell_kind {
	PLIM_CELL_EMPTY,
	PLIM_CELL_TEXT,
	PLIM_CELL_NUMBER,
	PLIM_CELL_COUNT,
	PLIM_CELL_BOOL
} plim_cell_kind;

/* How a number is shown to people. */
typedef enum plim_figure {
	PLIM_FIGURE_MONEY,       /* whole units with thousands separators; two decimals below 100 */
	PLIM_FIGURE_PROBABILITY, /* four significant digits */
	PLIM_FIGURE_SHARE,       /* per cent, one decimal */
	PLIM_FIGURE_PLAIN        /* six significant digits */
} plim_figure;

typedef struct plim_cell {
	plim_cell_kind kind;
	const char *text; /* TEXT: borrowed, or `owned` */
	char *owned;
	unsigned indent; /* TEXT: depth in a tree */
	double value;    /* NUMBER */
	plim_figure figure;
	char shown[40]; /* all but TEXT; "-" for an empty cell */
	char exact[32]; /* all but TEXT; "" for an empty cell */
} plim_cell;

typedef struct plim_table_column {
	const char *name;  /* for programs: plain, stable */
	const char *title; /* for people */
	bool right;        /* set to the right */
} plim_table_column;

/** Start with plim_table_init; cells are added one by one, row after row. `failed`: memory ran short. */
typedef struct plim_table {
	const plim_table_column *column;
	size_t columns;
	plim_cell *cell;
	size_t cells, capacity;
	bool failed;
} plim_table;

/** `column` stays the caller's (usually static). */
void plim_table_init(plim_table *table, const plim_table_column *column, size_t columns);

/** Forgets the rows, keeps the columns and the memory. */
void plim_table_empty(plim_table *table);
void plim_table_clear(plim_table *table);

size_t plim_table_rows(const plim_table *table);
const plim_cell *plim_table_cell(const plim_table *table, size_t row, size_t column);

/* One cell each. `text` must outlive the table; _copy copies it. NULL text is "". */
void plim_table_text(plim_table *table, const char *text);
void plim_table_text_indented(plim_table *table, const char *text, unsigned indent);
void plim_table_text_copy(plim_table *table, const char *text);
void plim_table_number(plim_table *table, double value, plim_figure figure);
void plim_table_number_or_none(plim_table *table, double value, plim_figure figure); /* empty where it is NAN */
void plim_table_money(plim_table *table, double value);
void plim_table_count(plim_table *table, uint64_t value);
void plim_table_integer(plim_table *table, uint64_t value); /* a name more than an amount: no separators */
void plim_table_bool(plim_table *table, bool value);
void plim_table_none(plim_table *table);

/** A copy of a cell of another table; its text too. */
void plim_table_copy(plim_table *table, const plim_cell *cell);

/** `value` as people read it, into `out`. */
void plim_figure_show(char out[static 40], double value, plim_figure figure);
void plim_count_show(char out[static 40], uint64_t value);

#endif
