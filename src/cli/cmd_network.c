/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "cli/cli.h"
#include "cli/network_print.h"

static const plim_cli_option options[] = {
    {"scenario", 0, "ID", "with the controls of this scenario (default: no control)"},
    {"links", 0, NULL, "rank links beside nodes"},
    {"top", 0, "N", "show the first N places (default: text 20, dot 60, csv and json all)"},
    {"all", 0, NULL, "show all places"},
    {"format", 0, "FORMAT", "text (default), csv, json or dot"},
    {"output", 'o', "FILE", "write to FILE instead of standard output"},
    {"force", 'f', NULL, "replace a file that exists"},
    {NULL, 0, NULL, NULL},
};

static const struct format {
	const char *name;
	size_t top;
	bool (*print)(const plim_network_page *page, FILE *file);
} formats[] = {
    {"text", 20, plim_network_print_text},
    {"csv", SIZE_MAX, plim_network_print_csv},
    {"json", SIZE_MAX, plim_network_print_json},
    {"dot", 60, plim_network_print_dot},
};

static plim_status find_format(const char *name, const struct format **format, plim_error *error)
{
	for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
		*format = &formats[k];
		if (!name || strcmp(name, formats[k].name) == 0)
			return PLIM_OK;
	}
	return plim_error_set(error, PLIM_ERROR_USAGE, "--format: there is no format '%s'; there are text, csv, json, dot",
	                      name);
}

static plim_status parse(const plim_cli_args *args, const struct format **format, size_t *top, plim_error *error)
{
	const char *given = plim_cli_value(args, "top");
	bool all = plim_cli_value(args, "all") != NULL;
	uint64_t count = 0;
	plim_status status = find_format(plim_cli_value(args, "format"), format, error);
	if (status == PLIM_OK && given && all)
		status = plim_error_set(error, PLIM_ERROR_USAGE, "--top and --all exclude each other");
	if (status == PLIM_OK && given)
		status = plim_cli_count("--top", given, 1, UINT32_MAX, &count, error);
	if (status == PLIM_OK)
		*top = all ? SIZE_MAX : given ? (size_t)count : (*format)->top;
	return status;
}

static plim_status write(const struct format *format, const plim_network_page *page, const plim_cli_args *args,
                         plim_error *error)
{
	plim_cli_output output;
	plim_status status =
	    plim_cli_output_open(&output, plim_cli_value(args, "output"), plim_cli_value(args, "force") != NULL, error);
	if (status != PLIM_OK)
		return status;
	if (!format->print(page, output.file))
		status = plim_error_memory(error, "the table of places");
	return plim_cli_output_close(&output, status, error);
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	const struct format *format = NULL;
	plim_model *model = NULL;
	plim_network_view view = {0};
	plim_network_view_options view_options = {.scenario = plim_cli_value(args, "scenario"),
	                                          .links = plim_cli_value(args, "links") != NULL};
	plim_network_page page = {.view = &view, .scenario = view_options.scenario, .links = view_options.links};
	plim_status status = parse(args, &format, &page.top, error);
	if (status == PLIM_OK)
		status = plim_cli_load(args->operand[0], false, &model, error);
	if (status == PLIM_OK)
		status = plim_network_view_build(model, &view_options, &view, error);
	for (size_t k = 0; k < view.warnings; k++)
		plim_cli_warn("%s", view.warning[k]);
	page.model = model;
	if (status == PLIM_OK)
		status = write(format, &page, args, error);
	plim_network_view_clear(&view);
	plim_model_free(&model);
	return status;
}

const plim_cli_command plim_cmd_network = {
    .name = "network",
    .summary = "Rank the places of the network by what their outages cost",
    .operands = "MODEL",
    .least = 1,
    .most = 1,
    .option = options,
    .text =
        "For each node (and link): how long an outage it survives without loss (TTS), how long its outages last\n"
        "(TTR) and whether that is longer, events and expected loss a year, loss per day after 1, 7, 30 and 90\n"
        "days, share of value, betweenness, and whether it is a single point of failure. Computed from means, each\n"
        "outage alone, without simulation: run gives the distribution. dot is for Graphviz, coloured by loss.\n",
    .example = "  plimsoll network first.yaml\n"
               "  plimsoll network first.yaml --links --format csv -o places.csv\n"
               "  plimsoll network first.yaml --format dot | dot -Tsvg -o network.svg\n",
    .run = run,
};
