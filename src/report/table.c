/* SPDX-License-Identifier: Apache-2.0 */
#include "report/table.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

/* Above this, whole units say more than a double knows. */
#define LARGEST_MONEY 1e15

void plim_table_init(plim_table *table, const plim_table_column *column, size_t columns)
{
	*table = (plim_table){.column = column, .columns = columns};
}

void plim_table_empty(plim_table *table)
{
	for (size_t i = 0; i < table->cells; i++)
		plim_mem_free(table->cell[i].owned);
	table->cells = 0;
}

void plim_table_clear(plim_table *table)
{
	plim_table_empty(table);
	plim_mem_free(table->cell);
	*table = (plim_table){0};
}

size_t plim_table_rows(const plim_table *table)
{
	return table->columns ? table->cells / table->columns : 0;
}

const plim_cell *plim_table_cell(const plim_table *table, size_t row, size_t column)
{
	return &table->cell[row * table->columns + column];
}

/* A new cell, or NULL when memory ran short (then the table has failed). */
static plim_cell *add(plim_table *table, plim_cell_kind kind)
{
	if (table->failed)
		return NULL;
	if (plim_mem_grow((void **)&table->cell, &table->capacity, table->cells + 1, sizeof *table->cell)) {
		table->failed = true;
		return NULL;
	}
	plim_cell *cell = &table->cell[table->cells++];
	cell->kind = kind;
	cell->text = "";
	cell->owned = NULL;
	cell->indent = 0;
	cell->value = 0;
	cell->shown[0] = cell->exact[0] = '\0';
	return cell;
}

void plim_table_text_indented(plim_table *table, const char *text, unsigned indent)
{
	plim_cell *cell = add(table, PLIM_CELL_TEXT);
	if (cell) {
		cell->text = text ? text : "";
		cell->indent = indent;
	}
}

void plim_table_text(plim_table *table, const char *text)
{
	plim_table_text_indented(table, text, 0);
}

void plim_table_text_copy(plim_table *table, const char *text)
{
	plim_cell *cell = add(table, PLIM_CELL_TEXT);
	if (!cell)
		return;
	cell->owned = plim_mem_string(text ? text : "");
	if (cell->owned)
		cell->text = cell->owned;
	else
		table->failed = true;
}

/* "1234567" -> "1,234,567", in place; `out` has room. */
static void separate(char *out)
{
	size_t length = strlen(out);
	for (size_t at = length; at > 3; at -= 3) {
		memmove(out + at - 2, out + at - 3, strlen(out + at - 3) + 1);
		out[at - 3] = ',';
	}
}

void plim_count_show(char out[static 40], uint64_t value)
{
	snprintf(out, 40, "%" PRIu64, value);
	separate(out);
}

/* `value` in [0, 1e15) with two decimals, by integers: printf would follow the locale. */
static void show_cents(char *out, double value)
{
	uint64_t cents = (uint64_t)(value * 100 + 0.5);
	snprintf(out, 39, "%" PRIu64 ".%02u", cents / 100, (unsigned)(cents % 100));
}

static void show_money(char out[static 40], double value)
{
	double size = fabs(value);
	if (size >= LARGEST_MONEY) {
		plim_text_digits(out, 40, value, 6);
		return;
	}
	char *at = out;
	if (value < 0)
		*at++ = '-';
	if (size >= 99.995) {
		snprintf(at, 39, "%" PRIu64, (uint64_t)(size + 0.5));
		separate(at);
	} else if (size >= 0.005) {
		show_cents(at, size);
	} else {
		snprintf(out, 40, "%s", value > 0 ? "<0.01" : value < 0 ? ">-0.01" : "0");
	}
}

static void show_share(char out[static 40], double value)
{
	double tenths = fabs(value) * 1000 + 0.5;
	if (tenths >= LARGEST_MONEY) {
		plim_text_digits(out, 40, value * 100, 6);
		return;
	}
	uint64_t whole = (uint64_t)tenths;
	snprintf(out, 40, "%s%" PRIu64 ".%u%%", value < 0 && whole > 0 ? "-" : "", whole / 10, (unsigned)(whole % 10));
}

void plim_figure_show(char out[static 40], double value, plim_figure figure)
{
	if (!isfinite(value)) {
		snprintf(out, 40, "%s", isnan(value) ? "n/a" : value < 0 ? "-inf" : "inf");
		return;
	}
	switch (figure) {
	case PLIM_FIGURE_MONEY: show_money(out, value); break;
	case PLIM_FIGURE_SHARE: show_share(out, value); break;
	case PLIM_FIGURE_PROBABILITY: plim_text_digits(out, 40, value, 4); break;
	case PLIM_FIGURE_PLAIN: plim_text_digits(out, 40, value, 6); break;
	}
}

void plim_table_number(plim_table *table, double value, plim_figure figure)
{
	plim_cell *cell = add(table, PLIM_CELL_NUMBER);
	if (!cell)
		return;
	cell->value = value;
	cell->figure = figure;
	plim_text_double(cell->exact, value);
	plim_figure_show(cell->shown, value, figure);
}

void plim_table_money(plim_table *table, double value)
{
	plim_table_number(table, value, PLIM_FIGURE_MONEY);
}

void plim_table_integer(plim_table *table, uint64_t value)
{
	plim_cell *cell = add(table, PLIM_CELL_COUNT);
	if (!cell)
		return;
	snprintf(cell->exact, sizeof cell->exact, "%" PRIu64, value);
	snprintf(cell->shown, sizeof cell->shown, "%s", cell->exact);
}

void plim_table_count(plim_table *table, uint64_t value)
{
	plim_table_integer(table, value);
	if (!table->failed)
		plim_count_show(table->cell[table->cells - 1].shown, value);
}

void plim_table_bool(plim_table *table, bool value)
{
	plim_cell *cell = add(table, PLIM_CELL_BOOL);
	if (!cell)
		return;
	snprintf(cell->shown, sizeof cell->shown, "%s", value ? "yes" : "no");
	snprintf(cell->exact, sizeof cell->exact, "%s", value ? "true" : "false");
}

void plim_table_none(plim_table *table)
{
	plim_cell *cell = add(table, PLIM_CELL_EMPTY);
	if (cell)
		snprintf(cell->shown, sizeof cell->shown, "-");
}

void plim_table_copy(plim_table *table, const plim_cell *from)
{
	plim_cell *cell;
	if (from->kind == PLIM_CELL_TEXT) {
		plim_table_text_copy(table, from->text);
		return;
	}
	cell = add(table, from->kind);
	if (cell)
		*cell = *from;
}

void plim_table_number_or_none(plim_table *table, double value, plim_figure figure)
{
	if (isnan(value))
		plim_table_none(table);
	else
		plim_table_number(table, value, figure);
}
