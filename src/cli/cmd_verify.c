/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "cli/cli.h"
#include "plimsoll/run.h"

static const plim_cli_option options[] = {
    {"resimulate", 0, "N", "run N blocks, drawn at random, again (default 0)"},
    {NULL, 0, NULL, NULL},
};

#define MOST_BLOCKS 1000000

static void line(const char *what, bool holds)
{
	printf("%s: %s\n", what, holds ? "holds" : "not shown");
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	const char *text = plim_cli_value(args, "resimulate");
	uint64_t wanted = 0;
	plim_verification found;
	if (text) {
		plim_status status = plim_cli_count("--resimulate", text, 1, MOST_BLOCKS, &wanted, error);
		if (status != PLIM_OK)
			return status;
	}
	plim_status status = plim_verify(args->operand[0], wanted, &found, error);
	if (status != PLIM_OK && status != PLIM_ERROR_CHECK)
		return status;
	line("model sha256", found.model);
	line("plan sha256", found.plan);
	line("result sha256", found.result);
	printf("blocks run again: %" PRIu64 " of %" PRIu64 "\n", found.resimulated, found.blocks);
	printf("cells made anew: %" PRIu64 "\n", found.cells);
	plim_cli_output out = {.file = stdout};
	return plim_cli_output_close(&out, status, error);
}

const plim_cli_command plim_cmd_verify = {
    .name = "verify",
    .summary = "Prove that a results file is what it says",
    .operands = "FILE",
    .least = 1,
    .most = 1,
    .option = options,
    .text =
        "Reads the model in the file again and compiles it, computes every digest anew, makes every table anew from "
        "the\n"
        "primary data, and with --resimulate runs some blocks again: then the figures are of this model and seed. "
        "Exit\n"
        "code 6 when something does not hold, and 3 when the file cannot be read: missing, truncated, not a results\n"
        "file, of a newer format.\n",
    .example = "  plimsoll verify first.h5 --resimulate 5\n",
    .run = run,
};
