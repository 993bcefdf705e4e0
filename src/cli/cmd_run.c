/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cpu.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "plimsoll/run.h"

static const plim_cli_option options[] = {
    {"trials", 'n', "N", "trials: 100000, 100k, 1M, 1e6 (default 100k)"},
    {"output", 'o', "FILE", "results file to write (needed)"},
    {"seed", 's', "N", "seed (default 1); the same model, seed and trials give the same results"},
    {"threads", 't', "N", "threads (default: all processors this process may use)"},
    {"scenario", 0, "ID", "run this scenario only"},
    {"blocks", 0, "A:B", "run blocks A to B - 1 of the run only"},
    {"memory", 0, "SIZE", "refuse a run that may need more than this: 512M, 4G"},
    {"ylt", 0, "yes|no", "keep the total of every trial (default: up to 10^7 trials)"},
    {"cpu", 0, "SET", "instruction set: scalar, avx2, avx512 (default: the widest there is; the results are the same)"},
    {"quiet", 'q', NULL, "no progress, no warnings, no summary"},
    {"force", 'f', NULL, "replace a results file that exists"},
    {NULL, 0, NULL, NULL},
};

#define MOST_TRIALS 1000000000000 /* 10^12, the library's bound */

static plim_status parse_threads(const char *text, plim_run_options *out, plim_error *error)
{
	uint64_t threads = 0;
	plim_status status = plim_cli_count("--threads", text, 1, PLIM_RUN_MOST_THREADS, &threads, error);
	if (status == PLIM_OK)
		out->threads = (uint32_t)threads;
	return status;
}

static plim_status parse_ylt(const char *text, plim_run_options *out, plim_error *error)
{
	if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--ylt: '%s' is neither yes nor no", text);
	out->ylt = *text == 'y';
	return PLIM_OK;
}

static plim_status parse_cpu(const char *text, plim_run_options *out, plim_error *error)
{
	plim_cpu cpu;
	if (!plim_cpu_parse(text, &cpu))
		return plim_error_set(error, PLIM_ERROR_USAGE, "--cpu: '%s' is not one of scalar, avx2, avx512", text);
	if (!plim_cpu_has(cpu))
		return plim_error_set(error, PLIM_ERROR_USAGE, "--cpu: this machine has no %s", text);
	out->cpu = text;
	return PLIM_OK;
}

static plim_status parse(const plim_cli_args *args, plim_run_options *out, plim_error *error)
{
	plim_status status = PLIM_OK;
	const char *text;
	if ((text = plim_cli_value(args, "trials")))
		status = plim_cli_count("-n", text, 1, MOST_TRIALS, &out->trials, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "seed")))
		status = plim_cli_seed("--seed", text, &out->seed, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "threads")))
		status = parse_threads(text, out, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "blocks")))
		status = plim_cli_range("--blocks", text, &out->first_block, &out->blocks, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "memory")))
		status = plim_cli_bytes("--memory", text, &out->memory_limit, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "ylt")))
		status = parse_ylt(text, out, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "cpu")))
		status = parse_cpu(text, out, error);
	out->scenario = plim_cli_value(args, "scenario");
	if (status == PLIM_OK && !plim_cli_value(args, "output"))
		status = plim_error_set(error, PLIM_ERROR_USAGE,
		                        "where to? give a results file: plimsoll run MODEL -n 1M -o out.h5");
	return status;
}

static plim_status simulate(const plim_model *model, plim_run_options *run_options, bool quiet, plim_results **results,
                            plim_error *error)
{
	plim_progress progress = plim_progress_begin();
	if (!quiet) {
		run_options->progress = plim_progress_show;
		run_options->progress_data = &progress;
	}
	run_options->stop = plim_signals_catch();
	plim_status status = plim_run(model, run_options, results, error);
	plim_progress_end(&progress);
	if (status == PLIM_ERROR_INTERRUPTED)
		plim_error_set(error, status, "interrupted; nothing was written");
	return status;
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	plim_run_options run_options = plim_run_options_default();
	plim_status status = parse(args, &run_options, error);
	if (status != PLIM_OK)
		return status;
	const char *path = plim_cli_value(args, "output");
	bool quiet = plim_cli_value(args, "quiet") != NULL, force = plim_cli_value(args, "force") != NULL;
	status = plim_cli_output_check(path, force, error);
	if (status != PLIM_OK)
		return status;

	plim_text command = {0};
	plim_model *model = NULL;
	plim_results *results = NULL;
	plim_cli_join(args, &command);
	run_options.command = command.failed ? NULL : command.data;
	status = plim_cli_load(args->operand[0], quiet, &model, error);
	if (status == PLIM_OK)
		status = simulate(model, &run_options, quiet, &results, error);
	if (status == PLIM_OK)
		status = plim_results_write(results, path, force, error);
	if (status == PLIM_OK && !quiet)
		plim_cli_run_summary(results, path);
	plim_results_free(&results);
	plim_model_free(&model);
	plim_text_free(&command);
	return status;
}

const plim_cli_command plim_cmd_run = {
    .name = "run",
    .summary = "Simulate a model and write a results file",
    .operands = "MODEL",
    .least = 1,
    .most = 1,
    .option = options,
    .text =
        "Warnings, progress and a short summary go to standard error. The results file is complete or absent: it is\n"
        "written under a temporary name and then renamed. An interrupt stops the run; nothing is written then.\n",
    .example = "  plimsoll run first.yaml -n 1M -o first.h5\n",
    .run = run,
};
