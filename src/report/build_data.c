/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build_data.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define MOST_NAMES 40

/* The named columns of a table for programs, and which of them they are there. */
typedef struct choice {
	plim_table_column column[MOST_NAMES];
	size_t from[MOST_NAMES], count;
} choice;

static void choose(const plim_data *data, const char *const *names, size_t count, choice *chosen)
{
	assert(count <= MOST_NAMES);
	chosen->count = 0;
	for (size_t k = 0; k < count; k++)
		for (size_t c = 0; c < data->columns; c++)
			if (strcmp(data->column[c].name, names[k]) == 0) {
				chosen->column[chosen->count] = data->column[c];
				chosen->from[chosen->count++] = c;
			}
}

static bool says_something(const plim_cell *cell)
{
	return cell->kind == PLIM_CELL_TEXT ? cell->text[0] != '\0' : cell->kind != PLIM_CELL_EMPTY;
}

/* Without the columns that are empty in every row: on paper they would only push the others aside. The first one names
 * the row and stays. */
static void leave_out_empty(const plim_table *all, choice *chosen)
{
	size_t kept = 0, rows = plim_table_rows(all);
	for (size_t k = 0; k < chosen->count; k++) {
		bool any = k == 0 || rows == 0;
		for (size_t i = 0; i < rows && !any; i++)
			any = says_something(plim_table_cell(all, i, chosen->from[k]));
		if (!any)
			continue;
		chosen->column[kept] = chosen->column[k];
		chosen->from[kept++] = chosen->from[k];
	}
	chosen->count = kept;
}

static void fill(const plim_data_source *source, const plim_data *data, plim_table *all)
{
	plim_table_init(all, data->column, data->columns);
	for (size_t i = 0, rows = data->rows(source); i < rows && !all->failed; i++)
		data->add(source, i, all);
}

void plim_build_data(const plim_data_source *source, const plim_data *data, const char *const *names, size_t count,
                     plim_page *page)
{
	choice chosen;
	plim_table all, spare = {0};
	choose(data, names, count, &chosen);
	fill(source, data, &all);
	if (!all.failed)
		leave_out_empty(&all, &chosen);
	plim_table *table = plim_page_table_of(page, &spare, chosen.column, chosen.count, "");
	table->failed |= all.failed;
	for (size_t i = 0; !table->failed && i < plim_table_rows(&all); i++)
		for (size_t k = 0; k < chosen.count; k++)
			plim_table_copy(table, plim_table_cell(&all, i, chosen.from[k]));
	plim_table_clear(&all);
}

/* ---- each row once ---- */

#define NONE SIZE_MAX

typedef struct line {
	const char *name; /* of the first column */
	size_t row;
	size_t same;  /* the next row that differs in the scenario only, or NONE */
	bool is_told; /* by an earlier one, or says nothing */
} line;

static int by_name(const void *a, const void *b)
{
	const line *x = a, *y = b;
	int name = strcmp(x->name, y->name);
	return name ? name : (x->row > y->row) - (x->row < y->row);
}

static int by_row(const void *a, const void *b)
{
	const line *x = a, *y = b;
	return (x->row > y->row) - (x->row < y->row);
}

static bool is_scenario(const choice *chosen, size_t k)
{
	return strcmp(chosen->column[k].name, "scenario") == 0;
}

static bool same_cell(const plim_cell *a, const plim_cell *b)
{
	if (a->kind != b->kind)
		return false;
	return a->kind == PLIM_CELL_TEXT ? strcmp(a->text, b->text) == 0 : strcmp(a->exact, b->exact) == 0;
}

static bool same_row(const plim_table *all, const choice *chosen, size_t a, size_t b)
{
	for (size_t k = 0; k < chosen->count; k++)
		if (!is_scenario(chosen, k) &&
		    !same_cell(plim_table_cell(all, a, chosen->from[k]), plim_table_cell(all, b, chosen->from[k])))
			return false;
	return true;
}

static bool row_says_something(const plim_table *all, const choice *chosen, size_t row)
{
	for (size_t k = 1; k < chosen->count; k++)
		if (!is_scenario(chosen, k) && says_something(plim_table_cell(all, row, chosen->from[k])))
			return true;
	return false;
}

/* Chains rows of one name that are the same; false if no row has anything to say. */
static bool chain_rows(const plim_table *all, const choice *chosen, line *lines)
{
	size_t rows = plim_table_rows(all), told = 0;
	for (size_t i = 0; i < rows; i++)
		lines[i] = (line){.name = plim_table_cell(all, i, chosen->from[0])->text, .row = i, .same = NONE};
	qsort(lines, rows, sizeof *lines, by_name);
	for (size_t i = 0; i < rows; i++) {
		size_t last = i;
		if (lines[i].is_told)
			continue;
		lines[i].is_told = !row_says_something(all, chosen, lines[i].row);
		told += !lines[i].is_told;
		for (size_t j = i + 1; j < rows && strcmp(lines[j].name, lines[i].name) == 0; j++)
			if (!lines[j].is_told && same_row(all, chosen, lines[i].row, lines[j].row)) {
				lines[last].same = lines[j].row;
				lines[j].is_told = true;
				last = j;
			}
	}
	qsort(lines, rows, sizeof *lines, by_row);
	return told > 0;
}

/* "today", "today; both", or "every scenario". */
static void add_scenarios(const plim_table *all, const choice *chosen, size_t k, const line *lines, size_t row,
                          size_t scenarios, plim_table *table)
{
	plim_text text = {0};
	size_t count = 0;
	for (; row != NONE; row = lines[row].same, count++) {
		plim_text_add(&text, count ? "; " : "");
		plim_text_add(&text, plim_table_cell(all, row, chosen->from[k])->text);
	}
	plim_table_text_copy(table, text.failed ? NULL : count > 1 && count == scenarios ? "every scenario" : text.data);
	table->failed |= text.failed;
	plim_text_free(&text);
}

void plim_build_data_once(const plim_data_source *source, const plim_data *data, const char *heading,
                          const char *const *names, size_t count, plim_page *page)
{
	choice chosen;
	plim_table all, spare = {0};
	size_t scenarios = source->scenario < 0 ? source->results->scenarios : 1;
	choose(data, names, count, &chosen);
	fill(source, data, &all);
	size_t rows = plim_table_rows(&all);
	line *lines = plim_mem_alloc(rows + 1, sizeof *lines);
	if (all.failed || !lines) {
		page->failed = true;
	} else if (chain_rows(&all, &chosen, lines)) {
		leave_out_empty(&all, &chosen);
		plim_page_heading(page, 3, "%s", heading);
		plim_table *table = plim_page_table_of(page, &spare, chosen.column, chosen.count, "");
		for (size_t i = 0; i < rows && !table->failed; i++)
			for (size_t k = 0; k < chosen.count && !lines[i].is_told; k++)
				if (is_scenario(&chosen, k))
					add_scenarios(&all, &chosen, k, lines, i, scenarios, table);
				else
					plim_table_copy(table, plim_table_cell(&all, i, chosen.from[k]));
	}
	plim_mem_free(lines);
	plim_table_clear(&all);
}
