/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/cli.h"

/* clang-format off */
static const char starter[] =
#include "cli/starter.inc"
    ;
#include "cli/samples.inc"
/* clang-format on */

static const plim_cli_option options[] = {
    {"samples", 0, NULL, "beside it an incident log and indicators for it, incidents.csv and kpis.csv"},
    {"force", 'f', NULL, "replace files that exist"},
    {NULL, 0, NULL, NULL},
};

/* A file to be written. */
typedef struct file {
	plim_text path;
	const char *text;
} file;

static plim_status write(const file *f, bool force, plim_error *error)
{
	plim_cli_output output;
	plim_status status = plim_cli_output_open(&output, f->path.data, force, error);
	if (status != PLIM_OK)
		return status;
	fputs(f->text, output.file);
	status = plim_cli_output_close(&output, status, error);
	if (status == PLIM_OK && strcmp(f->path.data, "-") != 0)
		fprintf(stderr, "wrote %s\n", f->path.data);
	return status;
}

/* Looks at all of them before it writes the first. */
static plim_status write_all(const file *list, size_t count, bool force, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		if (list[i].path.failed)
			status = plim_error_memory(error, "a path");
		else if (count > 1)
			status = plim_cli_output_check(list[i].path.data, force, error);
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		status = write(&list[i], force, error);
	return status;
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	const char *path = args->operands ? args->operand[0] : "model.yaml", *slash = strrchr(path, '/');
	const bool samples = plim_cli_value(args, "samples") != NULL;
	file list[] = {{.text = starter}, {.text = sample_incidents}, {.text = sample_kpis}};
	const char *const beside[] = {"incidents.csv", "kpis.csv"};
	if (samples && strcmp(path, "-") == 0)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--samples needs a FILE to stand beside, not -");
	plim_text_add(&list[0].path, path);
	for (size_t i = 0; i < 2; i++) { /* in the folder of the model */
		plim_text_add_n(&list[i + 1].path, path, slash ? (size_t)(slash - path) + 1 : 0);
		plim_text_add(&list[i + 1].path, beside[i]);
	}
	plim_status status = write_all(list, samples ? 3 : 1, plim_cli_value(args, "force") != NULL, error);
	if (status == PLIM_OK && strcmp(path, "-") != 0)
		fprintf(stderr, "next: plimsoll check %s\n", path);
	for (size_t i = 0; i < 3; i++)
		plim_text_free(&list[i].path);
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
            "--samples adds an incident log and a table of indicators, made up, to try fit and monitor on.\n"
            "\"-\" writes to standard output.\n",
    .example = "  plimsoll init first.yaml\n"
               "  plimsoll init first.yaml --samples --force\n",
    .run = run,
};
