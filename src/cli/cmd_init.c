/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/cli.h"

/* clang-format off */
static const char starter[] =
#include "cli/starter.inc"
    ;
/* clang-format on */

static const plim_cli_option options[] = {
    {"force", 'f', NULL, "replace a file that exists"},
    {NULL, 0, NULL, NULL},
};

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	const char *path = args->operands ? args->operand[0] : "model.yaml";
	plim_cli_output output;
	plim_status status = plim_cli_output_open(&output, path, plim_cli_value(args, "force") != NULL, error);
	if (status != PLIM_OK)
		return status;
	fputs(starter, output.file);
	status = plim_cli_output_close(&output, status, error);
	if (status == PLIM_OK)
		fprintf(stderr, "wrote %s; next: plimsoll check %s\n", path, path);
	return status;
}

const plim_cli_command plim_cmd_init = {
    .name = "init",
    .summary = "Write a small commented model to start from",
    .operands = "[FILE]",
    .least = 0,
    .most = 1,
    .option = options,
    .text = "Writes FILE (default model.yaml): three places, three threats, a control and two scenarios.\n"
            "\"-\" writes to standard output.\n",
    .example = "  plimsoll init first.yaml\n",
    .run = run,
};
