/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/monitor_print.h"
#include "report/data_monitor.h"

static const plim_cli_option options[] = {
    {"from", 0, "DATE", "first day that the log is complete for (default: 1 January of its first year)"},
    {"to", 0, "DATE", "last day, included (default: 31 December of its last year)"},
    {"scenario", 0, "ID", "the controls in force (default: the first scenario of the model)"},
    {"kpi", 0, "FILE", "indicators with targets: a CSV table"},
    {"level", 0, "P", "chance of a false alarm, all tests together (default 0.05)"},
    {"seed", 's', "N", "of the draws behind tests of losses (default 1)"},
    {"format", 0, "FORMAT", "text (default), markdown, csv or json"},
    {"table", 0, "TABLE", "csv: threats (default), places, tests, kpis, nonconformities"},
    {"output", 'o', "FILE", "write to FILE instead of standard output"},
    {"force", 'f', NULL, "replace a file that exists"},
    {NULL, 0, NULL, NULL},
};

static const struct format {
	const char *name;
	bool (*print)(const plim_monitor_page *page, FILE *file);
} formats[] = {
    {"text", plim_monitor_print_text},
    {"markdown", plim_monitor_print_markdown},
    {"csv", plim_monitor_print_csv},
    {"json", plim_monitor_print_json},
};

static plim_status find_format(const char *name, const struct format **format, plim_error *error)
{
	for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
		*format = &formats[k];
		if (!name || strcmp(name, formats[k].name) == 0)
			return PLIM_OK;
	}
	return plim_error_set(error, PLIM_ERROR_USAGE,
	                      "--format: there is no format '%s'; there are text, markdown, csv, json", name);
}

static plim_status find_table(const plim_cli_args *args, const struct format *format, const char **table,
                              plim_error *error)
{
	const char *name = plim_cli_value(args, "table");
	*table = plim_data_monitors[0].name;
	if (name && strcmp(format->name, "csv") != 0)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--table goes with --format csv");
	for (size_t k = 0; name && k < PLIM_DATA_MONITORS; k++)
		if (strcmp(plim_data_monitors[k].name, name) == 0) {
			*table = plim_data_monitors[k].name;
			return PLIM_OK;
		}
	if (name)
		return plim_error_set(
		    error, PLIM_ERROR_USAGE,
		    "--table: there is no table '%s'; there are threats, places, tests, kpis, nonconformities", name);
	return PLIM_OK;
}

static plim_status parse(const plim_cli_args *args, plim_monitor_options *o, plim_error *error)
{
	const char *level = plim_cli_value(args, "level"), *seed = plim_cli_value(args, "seed");
	o->scenario = plim_cli_value(args, "scenario");
	plim_status status = plim_cli_period(args, &o->from, &o->to, error);
	if (status == PLIM_OK && level && (!plim_text_parse_double(level, &o->level) || !(o->level > 0 && o->level < 1)))
		status = plim_error_set(error, PLIM_ERROR_USAGE, "--level: '%s' is not a probability between 0 and 1", level);
	if (status == PLIM_OK && seed)
		status = plim_cli_seed("--seed", seed, &o->seed, error);
	return status;
}

static plim_status load_kpis(const char *path, plim_kpis *kpis, plim_error *error)
{
	plim_findings findings = {0};
	plim_status status = plim_kpis_load(path, kpis, &findings, error);
	plim_cli_findings(&findings);
	plim_findings_clear(&findings);
	return status;
}

static plim_status write(const struct format *format, const plim_monitor_page *page, const plim_cli_args *args,
                         plim_error *error)
{
	plim_cli_output output;
	plim_status status =
	    plim_cli_output_open(&output, plim_cli_value(args, "output"), plim_cli_value(args, "force") != NULL, error);
	if (status != PLIM_OK)
		return status;
	if (!format->print(page, output.file))
		status = plim_error_memory(error, "the monitor");
	return plim_cli_output_close(&output, status, error);
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	const struct format *format = NULL;
	const char *kpi_path = plim_cli_value(args, "kpi");
	plim_monitor_options monitor_options = plim_monitor_options_default();
	plim_monitor monitor = {0};
	plim_model *model = NULL;
	plim_log log = {0};
	plim_kpis kpis = {0};
	plim_monitor_page page = {.log = args->operand[1], .monitor = &monitor};
	plim_status status = find_format(plim_cli_value(args, "format"), &format, error);
	if (status == PLIM_OK)
		status = find_table(args, format, &page.table, error);
	if (status == PLIM_OK)
		status = parse(args, &monitor_options, error);
	if (status == PLIM_OK)
		status = plim_cli_load(args->operand[0], true, &model, error);
	if (status == PLIM_OK)
		status = plim_cli_load_log(args->operand[1], &log, error);
	if (status == PLIM_OK && kpi_path)
		status = load_kpis(kpi_path, &kpis, error);
	monitor_options.kpis = &kpis;
	if (status == PLIM_OK)
		status = plim_monitor_build(model, &log, &monitor_options, &monitor, error);
	for (size_t i = 0; status == PLIM_OK && i < monitor.strays; i++)
		plim_cli_warn("in the log, but not in the model: %s", monitor.stray[i]);
	if (status == PLIM_OK)
		status = write(format, &page, args, error);
	if (status == PLIM_OK && monitor.broken)
		status = plim_error_set(error, PLIM_ERROR_CHECK, "%zu limit%s broken", monitor.broken,
		                        monitor.broken == 1 ? " is" : "s are");
	plim_monitor_clear(&monitor);
	plim_kpis_clear(&kpis);
	plim_log_clear(&log);
	plim_model_free(&model);
	return status;
}

const plim_cli_command plim_cmd_monitor = {
    .name = "monitor",
    .summary = "Hold an incident log against a model",
    .operands = "MODEL LOG",
    .least = 2,
    .most = 2,
    .option = options,
    .text =
        "Expected and actual events and losses of each threat and place over the period of the log (fit --help has\n"
        "its columns), with exact tests of the counts, tests of the size of losses and outages, and years beyond\n"
        "the tolerance; what breaks a limit is a nonconformity. The level holds for all tests of one look; who\n"
        "looks four times a year divides it by four. A table of indicators has the columns id, measure, threat,\n"
        "at_most, at_least, owner; measures: near_misses_per_year, near_miss_share, false_alarms_per_year,\n"
        "known_loss_share (leading), events_per_year, loss_per_year, largest_loss, outage_days_per_year (lagging).\n"
        "Exit code 6 when a limit is broken or a target missed.\n",
    .example = "  plimsoll monitor first.yaml incidents.csv --from 2025-01-01 --to 2025-12-31\n"
               "  plimsoll monitor first.yaml incidents.csv --kpi kpis.csv --format csv --table nonconformities\n",
    .run = run,
};
