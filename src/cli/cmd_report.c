/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>
#include <time.h>

#include "base/date.h"
#include "base/error.h"
#include "cli/cli.h"
#include "cli/report_review.h"
#include "report/report.h"

static const plim_cli_option options[] = {
    {"format", 0, "FORMAT", "text (default), markdown, csv, json, html or xlsx"},
    {"table", 0, "TABLE",
     "with csv: clauses (default), percentiles, tvar, curves, moments, tail, tolerance, worst, check, risks, controls, "
     "policy, assumptions, actions, legal, resources, correspondence; for insurers' tools ept, plt, alt, summaryinfo; "
     "with "
     "--review decisions (default), changes, losses, threats, tolerance, actions, policy, legal, resources, "
     "nonconformities"},
    {"review", 0, "OLD", "a management review: FILE beside the results file of an earlier run"},
    {"log", 0, "LOG", "with --review: an incident log, whose nonconformities are in the review"},
    {"from", 0, "DATE", "with --log: first day that it is complete for (see monitor)"},
    {"to", 0, "DATE", "with --log: last day, included"},
    {"kpi", 0, "TABLE", "with --log: indicators with targets (see monitor)"},
    {"tornado", 0, "FILE.json", "with text, markdown or html: what sensitivity --format json wrote for this model and seed"},
    {"portfolio", 0, "FILE.json", "with text, markdown or html: what optimize --format json wrote for this model and seed"},
    {"standard", 0, "NAME", "clauses also by 14001, 9001, 28000:2022, 28000:2007, or by your own table FILE.csv"},
    {"today", 0, "DATE", "what lies before YYYY-MM-DD is overdue (default: the date in UTC)"},
    {"scenario", 0, "ID", "report this scenario only"},
    {"output", 'o', "FILE", "write to FILE instead of standard output"},
    {"check", 0, NULL, "exit with 6 when a tolerance of the policy is broken"},
    {"force", 'f', NULL, "replace a file that exists"},
    {NULL, 0, NULL, NULL},
};

static plim_status check_date(const char *date, plim_error *error)
{
	int32_t day;
	if (plim_date_parse(date, &day))
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_USAGE, "--today: '%s' is no date; write it as 2026-10-01", date);
}

static plim_status parse(const plim_cli_args *args, char date[static PLIM_DATE_SIZE], plim_report_options *out,
                         plim_error *error)
{
	const char *format = plim_cli_value(args, "format");
	*out = plim_report_options_default();
	out->table = plim_cli_value(args, "table");
	out->scenario = plim_cli_value(args, "scenario");
	plim_status status = format ? plim_report_format_parse(format, &out->format, error) : PLIM_OK;
	out->standard = plim_cli_value(args, "standard");
	out->portfolio = plim_cli_value(args, "portfolio");
	out->tornado = plim_cli_value(args, "tornado");
	out->today = plim_cli_value(args, "today");
	if (out->today && status == PLIM_OK)
		status = check_date(out->today, error);
	if (!out->today) {
		time_t now = time(NULL);
		struct tm utc;
		strftime(date, PLIM_DATE_SIZE, "%Y-%m-%d", gmtime_r(&now, &utc));
		out->today = date;
	}
	if (status == PLIM_OK && out->table && out->format != PLIM_REPORT_CSV)
		status = plim_error_set(error, PLIM_ERROR_USAGE, "--table goes with --format csv");
	const char *const attached[][2] = {{"portfolio", out->portfolio}, {"tornado", out->tornado}};
	for (size_t i = 0; i < 2 && status == PLIM_OK; i++) {
		if (attached[i][1] && plim_cli_value(args, "review"))
			status = plim_error_set(error, PLIM_ERROR_USAGE, "--%s does not go with --review", attached[i][0]);
		else if (attached[i][1] && out->format != PLIM_REPORT_TEXT && out->format != PLIM_REPORT_MARKDOWN &&
		         out->format != PLIM_REPORT_HTML)
			status = plim_error_set(error, PLIM_ERROR_USAGE, "--%s goes with --format text, markdown or html",
			                        attached[i][0]);
	}
	return status;
}

static plim_status check(const plim_results *results, const char *scenario, plim_error *error)
{
	size_t broken = 0;
	if (plim_report_tolerance_met(results, scenario, &broken))
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_CHECK, "the tolerance is broken in %zu line%s of %s", broken,
	                      broken == 1 ? "" : "s", scenario ? scenario : "the scenarios");
}

static plim_status write(const plim_results *results, const plim_report_options *report_options, const char *path,
                         bool force, plim_error *error)
{
	plim_cli_output output;
	plim_status status = plim_cli_output_open(&output, path, force, error);
	if (status != PLIM_OK)
		return status;
	status = plim_report_write(results, report_options, output.file, error);
	return plim_cli_output_close(&output, status, error);
}

static plim_status report(const plim_cli_args *args, const plim_results *results, const plim_report_options *with,
                          plim_error *error)
{
	if (plim_cli_value(args, "review"))
		return plim_cli_review(args, results, with, error);
	return write(results, with, plim_cli_value(args, "output"), plim_cli_value(args, "force") != NULL, error);
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	bool review = plim_cli_value(args, "review") != NULL;
	plim_report_options report_options;
	char date[PLIM_DATE_SIZE] = "";
	plim_results *results = NULL;
	plim_status status = parse(args, date, &report_options, error);
	if (status == PLIM_OK)
		status = plim_cli_review_alone(args, error);
	if (status == PLIM_OK)
		status =
		    plim_results_read(args->operand[0], review || plim_report_needs_ylt(report_options.table), &results, error);
	if (status == PLIM_OK && !results->tabulated)
		status = plim_error_set(error, PLIM_ERROR_SHARDS,
		                        "'%s' is a shard of a working folder, without tables: plimsoll merge makes them",
		                        args->operand[0]);
	if (status == PLIM_OK)
		status = report(args, results, &report_options, error);
	if (status == PLIM_OK && plim_cli_value(args, "check"))
		status = check(results, report_options.scenario, error);
	plim_results_free(&results);
	return status;
}

const plim_cli_command plim_cmd_report = {
    .name = "report",
    .summary = "Print the tables of a results file",
    .operands = "FILE",
    .least = 1,
    .most = 1,
    .option = options,
    .text =
        "Text and markdown show the whole report: scope, method, totals, tolerance, clauses, threats, places, risks,\n"
        "controls, assumptions. html shows the same as one file with charts that needs no network; xlsx is a workbook\n"
        "with all tables. csv is one table, json one document with all of them; both have full precision. The tables\n"
        "have the column names of the results file. A figure is the same in every format.\n"
        "--portfolio adds what plimsoll optimize chose: the portfolio, the efficient frontier and the roadmap. --tornado\n"
        "adds what plimsoll sensitivity found: how far each number of the model moves the mean.\n"
        "--review makes the pack for a management review: what changed in the model since an earlier run and what "
        "that\n"
        "did to the losses, tolerance, actions, commitments, legal register, resources and roles, and what is to be\n"
        "decided on; the same model keys in one run alone are the tables actions, legal and resources.\n",
    .example = "  plimsoll report first.h5\n"
               "  plimsoll report first.h5 --format html -o first.html\n"
               "  plimsoll report first.h5 --format csv --table percentiles -o percentiles.csv\n"
               "  plimsoll report first.h5 --scenario today --check\n"
               "  plimsoll report first.h5 --format html --portfolio choice.json --tornado moves.json -o first.html\n"
               "  plimsoll report --review last_year.h5 this_year.h5 --format html -o review.html\n",
    .run = run,
};
