/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build_tornado.h"

#include <stdio.h>

#include "base/text.h"
#include "report/attached.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MOST_ROWS 20

plim_status plim_tornado_file_read(const char *path, const plim_results *results, plim_sheet_file *file,
                                   plim_error *error)
{
	static const char *const tables[] = {"tornado", NULL};
	return plim_attached_read(path, "sensitivity", tables, results, file, error);
}

/* "theft: frequency.rate" */
static void put_name(plim_table *table, const plim_sheet_row *row)
{
	plim_text name = {0};
	plim_text_add_format(&name, "%s: %s", plim_sheet_row_cell(row, "owner")->text,
	                     plim_sheet_row_cell(row, "parameter")->text);
	plim_table_text_copy(table, name.failed ? "" : name.data);
	table->failed |= name.failed;
	plim_text_free(&name);
}

enum { NAME, FIGURES_FROM = 1, MEAN_LOW = 4, MEAN_HIGH, SWING };

static const plim_table_column columns[] = {
    {"name", "Number of the model", false},
    {"value", "Value", true},
    {"low", "Low", true},
    {"high", "High", true},
    {"mean_low", "Mean at low", true},
    {"mean_high", "Mean at high", true},
    {"mean_swing", "Swing", true},
    {"mean_lower", "from", true},
    {"mean_upper", "to", true},
};

static size_t fill(plim_table *table, const plim_sheet_rows *rows)
{
	size_t count = rows->rows < MOST_ROWS ? rows->rows : MOST_ROWS;
	for (size_t i = 0; i < count; i++) {
		put_name(table, &rows->row[i]);
		for (size_t c = FIGURES_FROM; c < COUNT(columns); c++)
			plim_attached_put(table, &rows->row[i],
			                  &(plim_attached_column){columns[c].name, PLIM_ATTACHED_FIGURE,
			                                          c < MEAN_LOW ? PLIM_FIGURE_PLAIN : PLIM_FIGURE_MONEY});
	}
	return count;
}

void plim_build_tornado(const plim_sheet_file *file, plim_page *page)
{
	const plim_sheet_rows *rows = plim_sheet_file_table(file, "tornado");
	const char *currency = plim_sheet_file_fact(file, "currency");
	plim_page_heading(page, 2, "What the losses hang on (%.3s)", currency);
	plim_page_pair(page, "Scenario", "%s", plim_sheet_file_fact(file, "scenario"));
	plim_page_pair(page, "Losses", "%s", plim_sheet_file_fact(file, "perspective"));
	plim_page_pair(page, "Mean", "%s", plim_sheet_file_fact(file, "mean"));
	plim_page_pair(page, "Trials", "%s", plim_sheet_file_fact(file, "trials"));
	if (rows->rows == 0) {
		plim_page_paragraph(page, "No number of the model moves the losses.");
		return;
	}
	plim_table spare = {0};
	const size_t count = fill(plim_page_table(page, &spare, columns, COUNT(columns), ""), rows);
	char x_title[64];
	snprintf(x_title, sizeof x_title, "Mean loss of a trial (%.3s)", currency);
	plim_chart *chart =
	    page->rich ? plim_page_chart(page, "Tornado: the mean from low to high of each number", x_title, "") : NULL;
	if (chart) {
		chart->bars = chart->linear = true;
		chart->x = NAME, chart->y = SWING, chart->lower = MEAN_LOW, chart->upper = MEAN_HIGH;
		plim_page_series(page, &(plim_series){.name = (char *)"Mean", .rows = count});
	}
	plim_page_paragraph(page,
	                    "Each number alone goes from its low to its high, all others as they are, on the same draws; "
	                    "an uncertain one from its 5th to its 95th percentile, a certain one by the step asked for. "
	                    "Swing is the difference of the two means, with its 95 %% interval. The %zu with the largest "
	                    "swings of %zu.",
	                    count, rows->rows);
}
