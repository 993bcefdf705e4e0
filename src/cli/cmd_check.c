/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/text.h"
#include "cli/cli.h"
#include "plimsoll/run.h"
#include "report/escape.h"
#include "report/table.h"

static const plim_cli_option options[] = {
    {"trials", 'n', "N", "trials for which the memory is stated (default 100k)"},
    {NULL, 0, NULL, NULL},
};

static void line(const char *key, const char *value)
{
	plim_text plain = {0};
	plim_escape_plain(&plain, value);
	printf("%s: %s\n", key, plain.data ? plain.data : "");
	plim_text_free(&plain);
}

static void print_estimate(const plim_run_estimate *estimate, uint64_t trials)
{
	char text[PLIM_TEXT_DOUBLE_SIZE], count[40];
	printf("sources: %" PRIu64 "\n", estimate->sources);
	plim_text_digits(text, sizeof text, estimate->attempts_per_trial, 6);
	printf("expected attempts per trial: %s\n", text);
	printf("scenarios: %" PRIu64 "\ngroups: %" PRIu64 "\n", estimate->scenarios, estimate->groups);
	plim_count_show(count, trials);
	plim_text_digits(text, sizeof text, (double)estimate->memory_bytes / (1024.0 * 1024.0), 4);
	printf("memory: at most %s MiB for %s trials\n", text, count);
}

static void print_model(const plim_model *model)
{
	char digest[65];
	plim_model_digest_hex(model, digest);
	line("model", plim_model_name(model));
	line("currency", plim_model_currency(model));
	line("model sha256", digest);
}

static plim_status print_laws(const plim_model *model, plim_error *error)
{
	char *text = NULL;
	plim_status status = plim_model_describe(model, &text, error);
	if (status == PLIM_OK)
		printf("\n%s", text);
	free(text);
	return status;
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	plim_model *model = NULL;
	plim_run_options run_options = plim_run_options_default();
	plim_run_estimate estimate;
	plim_status status = PLIM_OK;
	const char *trials = plim_cli_value(args, "trials");
	if (trials)
		status = plim_cli_count("-n", trials, 1, PLIM_RUN_MOST_TRIALS, &run_options.trials, error);
	if (status == PLIM_OK)
		status = plim_cli_load(args->operand[0], false, &model, error);
	if (status == PLIM_OK)
		status = plim_run_plan(model, &run_options, &estimate, error);
	if (status == PLIM_OK) {
		print_model(model);
		print_estimate(&estimate, run_options.trials);
		status = print_laws(model, error);
	}
	plim_model_free(&model);
	if (status != PLIM_OK)
		return status;
	plim_cli_output out = {.file = stdout};
	return plim_cli_output_close(&out, status, error);
}

const plim_cli_command plim_cmd_check = {
    .name = "check",
    .summary = "Check a model and say what it means",
    .operands = "MODEL",
    .least = 1,
    .most = 1,
    .option = options,
    .text = "Shows all errors (up to 100), warnings and notes of the model with their place, and what this version\n"
            "does not compute of it. When there is no error: how much a run has to do, and for each loss, outage and\n"
            "unknown the mean and quantiles that its distribution gives. Exit code 2 when there are errors.\n",
    .example = "  plimsoll check first.yaml -n 1M\n",
    .run = run,
};
