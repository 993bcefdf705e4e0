/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "cli/cli.h"
#include "decide/exact_view.h"
#include "report/write.h"

static const plim_cli_option options[] = {
    {"scenario", 0, "ID", "this scenario only (default: all)"},
    {"threats", 0, NULL, "each threat too, not only the totals"},
    {"years", 0, NULL, "each year of a horizon of several too, of the totals"},
    {"format", 0, "FORMAT", "text (default) or csv"},
    {"output", 'o', "FILE", "write to FILE instead of standard output"},
    {"force", 'f', NULL, "replace a file that exists"},
    {NULL, 0, NULL, NULL},
};

static const plim_table_column columns[] = {
    {"scenario", "Scenario", false},
    {"group_kind", "Kind", false},
    {"group", "Group", false},
    {"quantity", "Figure", false},
    {"p", "p", true},
    {"value", "Exact", true},
    {"lower", "from", true},
    {"upper", "to", true},
    {"remark", "Remark", false},
    {"measure", "Measure", false},
};

#define COLUMNS (sizeof columns / sizeof *columns)

/* "mean", or "mean, discounted" where it stands among those of the whole horizon. */
static const char *figure_name(const plim_exact_row *row, bool csv)
{
	return row->measure == PLIM_MEASURE_PRESENT && !csv ? "mean, discounted" : plim_exact_figure_name(row->figure);
}

static void add_figures(plim_table *table, const plim_exact_row *row, bool csv)
{
	plim_figure figure = row->figure == PLIM_EXACT_FIGURE_P_ZERO   ? PLIM_FIGURE_PROBABILITY
	                     : row->figure == PLIM_EXACT_FIGURE_EVENTS ? PLIM_FIGURE_PLAIN
	                                                               : PLIM_FIGURE_MONEY;
	plim_table_text(table, figure_name(row, csv));
	const struct {
		double value;
		plim_figure figure;
	} number[] = {{row->p, PLIM_FIGURE_PROBABILITY}, {row->value, figure}, {row->lower, figure}, {row->upper, figure}};
	for (size_t i = 0; i < sizeof number / sizeof *number; i++) {
		if (isnan(number[i].value))
			plim_table_none(table);
		else
			plim_table_number(table, number[i].value, number[i].figure);
	}
}

/* For people: the rows of one group, and in words what is not known of it. */
static void add_group(plim_page *page, const plim_exact_view *view, size_t first, size_t end)
{
	const plim_exact_row *head = &view->row[first];
	plim_table spare = {0};
	if (head->measure >= PLIM_MEASURE_YEAR)
		plim_page_heading(page, 2, "Scenario %s, %s %s, year %d", head->scenario, plim_group_kind_name(head->kind),
		                  head->group, (int)(head->measure - PLIM_MEASURE_YEAR) + 1);
	else
		plim_page_heading(page, 2, "Scenario %s, %s %s", head->scenario, plim_group_kind_name(head->kind), head->group);
	if (head->figure == PLIM_EXACT_FIGURE_NONE)
		plim_page_paragraph(page, "Its law is not known exactly: %s.", head->remark);
	first += head->figure == PLIM_EXACT_FIGURE_NONE;
	if (first == end)
		return;
	plim_table *table = plim_page_table(page, &spare, columns + 3, COLUMNS - 5, "");
	for (size_t i = first; i < end; i++)
		add_figures(table, &view->row[i], false);
}

static int year_of(const plim_exact_row *row)
{
	return row->measure >= PLIM_MEASURE_YEAR ? (int)row->measure : 0;
}

static bool write_text(const plim_model *model, const plim_exact_view *view, FILE *file)
{
	plim_page page = {0};
	char span[32] = "";
	if (plim_model_years(model) > 1)
		snprintf(span, sizeof span, " of %u years", (unsigned)plim_model_years(model));
	plim_page_heading(&page, 1, "Exact figures: %s (%s)", plim_model_name(model), plim_model_currency(model));
	plim_page_paragraph(
	    &page,
	    "Known without simulation: losses of a trial%s, gross. `from` and `to` hold the exact value between "
	    "amounts rounded down and up; they say nothing of chance.",
	    span);
	for (size_t i = 0, end; i < view->rows; i = end) {
		for (end = i; end < view->rows && view->row[end].scenario == view->row[i].scenario &&
		              view->row[end].group == view->row[i].group && year_of(&view->row[end]) == year_of(&view->row[i]);
		     end++)
			;
		add_group(&page, view, i, end);
	}
	bool good = !page.failed && plim_write_text(&page, file);
	for (size_t i = 0; i < page.parts; i++)
		good &= !page.part[i].table.failed;
	plim_page_clear(&page);
	return good;
}

static bool write_csv(const plim_exact_view *view, FILE *file)
{
	plim_table table;
	plim_table_init(&table, columns, COLUMNS);
	for (size_t i = 0; i < view->rows; i++) {
		const plim_exact_row *row = &view->row[i];
		plim_table_text(&table, row->scenario);
		plim_table_text(&table, plim_group_kind_name(row->kind));
		plim_table_text(&table, row->group);
		add_figures(&table, row, true);
		plim_table_text(&table, row->remark);
		plim_table_text(&table, plim_measure_name(row->measure));
	}
	bool good = plim_write_csv_table(&table, file);
	plim_table_clear(&table);
	return good;
}

static plim_status write(const plim_cli_args *args, const plim_model *model, const plim_exact_view *view, bool csv,
                         plim_error *error)
{
	plim_cli_output output;
	plim_status status =
	    plim_cli_output_open(&output, plim_cli_value(args, "output"), plim_cli_value(args, "force") != NULL, error);
	if (status != PLIM_OK)
		return status;
	if (!(csv ? write_csv(view, output.file) : write_text(model, view, output.file)))
		status = plim_error_memory(error, "the exact figures");
	return plim_cli_output_close(&output, status, error);
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	const char *format = plim_cli_value(args, "format");
	const bool csv = format && strcmp(format, "csv") == 0;
	plim_exact_options exact = {plim_cli_value(args, "scenario"), plim_cli_value(args, "threats") != NULL,
	                            plim_cli_value(args, "years") != NULL};
	plim_model *model = NULL;
	plim_exact_view view = {0};
	if (format && !csv && strcmp(format, "text") != 0)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--format: there is no format '%s'; there are text, csv",
		                      format);
	plim_status status = plim_cli_load(args->operand[0], true, &model, error);
	if (status == PLIM_OK)
		status = plim_exact_view_build(model, &exact, &view, error);
	if (status == PLIM_OK)
		status = write(args, model, &view, csv, error);
	plim_exact_view_clear(&view);
	plim_model_free(&model);
	return status;
}

const plim_cli_command plim_cmd_exact = {
    .name = "exact",
    .summary = "Print what is known of a model without simulation",
    .operands = "MODEL",
    .least = 1,
    .most = 1,
    .option = options,
    .text =
        "Expected events and losses, P(no loss), percentiles and TVaR of a trial's loss, by Fourier transform of the\n"
        "compound laws with amounts rounded down and up, and integrals over the unknowns. Where a law is not known\n"
        "(outages that meet in the network, correlated severities) a row says why; means are given where they are.\n"
        "With a horizon of several years these are figures of the whole horizon.\n",
    .example = "  plimsoll exact first.yaml\n"
               "  plimsoll exact first.yaml --threats --format csv -o exact.csv\n"
               "  plimsoll exact first.yaml --years\n",
    .run = run,
};
