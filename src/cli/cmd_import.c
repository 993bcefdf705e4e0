/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/cli.h"
#include "model/import.h"

static const plim_cli_option options[] = {
    {"from", 0, "FORMAT", "riskquant, pyfair or crml (default by the ending: .csv, .json, .yaml)"},
    {"currency", 0, "CODE", "ISO 4217, of the amounts in the file; needed"},
    {"output", 'o', "FILE", "write to FILE instead of standard output"},
    {"force", 'f', NULL, "replace a file that exists"},
    {NULL, 0, NULL, NULL},
};

static bool ends_with(const char *text, const char *ending)
{
	size_t length = strlen(text), tail = strlen(ending);
	return length >= tail && strcmp(text + length - tail, ending) == 0;
}

static plim_status find_format(const char *given, const char *path, plim_import_format *format, plim_error *error)
{
	for (int k = 0; given && k < PLIM_IMPORT_COUNT; k++) {
		*format = (plim_import_format)k;
		if (strcmp(given, plim_import_format_name(*format)) == 0)
			return PLIM_OK;
	}
	if (given)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--from: '%s' is not known; there are riskquant, pyfair, crml",
		                      given);
	*format = PLIM_IMPORT_RISKQUANT;
	if (ends_with(path, ".json"))
		*format = PLIM_IMPORT_PYFAIR;
	else if (ends_with(path, ".yaml") || ends_with(path, ".yml"))
		*format = PLIM_IMPORT_CRML;
	else if (!ends_with(path, ".csv"))
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "'%s' says nothing of its format; give --from riskquant, pyfair or "
		                      "crml",
		                      path);
	return PLIM_OK;
}

static plim_status check_currency(const char *currency, plim_error *error)
{
	if (currency && strlen(currency) == 3 && strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3)
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_USAGE,
	                      "give --currency, a code of ISO 4217 as EUR: the file does not say it");
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	plim_import_format format = PLIM_IMPORT_RISKQUANT;
	const char *currency = plim_cli_value(args, "currency");
	plim_text text = {0};
	plim_findings findings = {0};
	plim_cli_output output;
	plim_status status = find_format(plim_cli_value(args, "from"), args->operand[0], &format, error);
	if (status == PLIM_OK)
		status = check_currency(currency, error);
	if (status == PLIM_OK)
		status = plim_import(args->operand[0], format, currency, &text, &findings, error);
	plim_cli_findings(&findings);
	plim_findings_clear(&findings);
	if (status == PLIM_OK)
		status =
		    plim_cli_output_open(&output, plim_cli_value(args, "output"), plim_cli_value(args, "force") != NULL, error);
	if (status == PLIM_OK) {
		fputs(text.data, output.file);
		status = plim_cli_output_close(&output, status, error);
	}
	plim_text_free(&text);
	return status;
}

const plim_cli_command plim_cmd_import = {
    .name = "import",
    .summary = "Turn a file of riskquant, pyfair or CRML into a model",
    .operands = "FILE",
    .least = 1,
    .most = 1,
    .option = options,
    .text =
        "What a model can say is taken over; whatever it cannot is an error that names it, and nothing is written.\n"
        "riskquant: CSV of identifier, name, rate a year, low and high loss (a 90 % interval). pyfair: JSON of one\n"
        "FairModel; events come at its rate and each has its own magnitude. CRML 1.0 and 1.1: number of assets,\n"
        "poisson or gamma_poisson, lognormal, gamma or a mixture of them.\n",
    .example = "  plimsoll import scenarios.csv --currency USD -o imported.yaml\n",
    .run = run,
};
