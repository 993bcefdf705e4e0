/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/cpu.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "plimsoll/run.h"
#include "run/comm.h"

static const plim_cli_option options[] = {
    {"trials", 'n', "N", "trials: 100000, 100k, 1M, 1e6 (default 100k)"},
    {"output", 'o', "FILE", "results file to write (needed)"},
    {"seed", 's', "N", "seed (default 1); the same model, seed and trials give the same results"},
    {"worlds", 0, "W",
     "nested: W worlds of n/W trials, each one draw of what is uncertain: ignorance apart from chance"},
    {"threads", 't', "N", "threads (default: all processors this process may use)"},
    {"until", 0, "RULE", "stop when intervals are this narrow: 1%@P99,2%@TVaR99,0.5%@mean; -n is the ceiling"},
    {"scenario", 0, "ID", "run this scenario only"},
    {"blocks", 0, "A:B", "run blocks A to B - 1 of the run only: a shard, for plimsoll merge"},
    {"shard", 0, "K/N", "run part K of N equal parts, K from 0: the blocks are counted for you"},
    {"checkpoint", 0, "TIME", "commit what is done at this interval: 60s, 5min, 2h (default: when interrupted)"},
    {"resume", 0, NULL, "go on from what an interrupted run has committed, on any number of threads"},
    {"work", 0, "FOLDER", "the working folder (default: the results file's name and .work)"},
    {"memory", 0, "SIZE", "refuse a run that may need more than this: 512M, 4G"},
    {"ylt", 0, "yes|no", "keep the total of every trial (default: up to 10^7 trials)"},
    {"cpu", 0, "SET", "instruction set: scalar, avx2, avx512 (default: the widest there is; the results are the same)"},
    {"quiet", 'q', NULL, "no progress, no warnings, no summary"},
    {"force", 'f', NULL, "replace a results file that exists"},
    {NULL, 0, NULL, NULL},
};

static plim_status parse_worlds(const char *text, plim_run_options *out, plim_error *error)
{
	uint64_t worlds = 0;
	plim_status status = plim_cli_count("--worlds", text, 1, UINT32_MAX, &worlds, error);
	if (status == PLIM_OK)
		out->worlds = (uint32_t)worlds;
	return status;
}

/* The blocks of the run, cut into N ranges that differ by one block at most. */
static plim_status parse_shard(const char *text, plim_run_options *out, plim_error *error)
{
	const uint64_t blocks = plim_run_blocks(out->trials);
	uint64_t part = 0, parts = 0;
	plim_status status = plim_cli_part("--shard", text, &part, &parts, error);
	if (status != PLIM_OK)
		return status;
	if (parts > blocks)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--shard: %s: the run has %llu blocks only: use fewer parts", text,
		                      (unsigned long long)blocks);
	out->first_block = blocks / parts * part + blocks % parts * part / parts;
	out->blocks = blocks / parts * (part + 1) + blocks % parts * (part + 1) / parts - out->first_block;
	return PLIM_OK;
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
	plim_status status = plim_cli_keep_inputs(args, error);
	const char *text;
	if (status == PLIM_OK && (text = plim_cli_value(args, "trials")))
		status = plim_cli_count("-n", text, 1, PLIM_RUN_MOST_TRIALS, &out->trials, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "seed")))
		status = plim_cli_seed("--seed", text, &out->seed, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "worlds")))
		status = parse_worlds(text, out, error);
	if (status == PLIM_OK)
		status = plim_cli_threads(args, &out->threads, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "blocks")))
		status = plim_cli_range("--blocks", text, &out->first_block, &out->blocks, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "shard")) && plim_cli_value(args, "blocks"))
		status = plim_error_set(error, PLIM_ERROR_USAGE, "--blocks and --shard both say which blocks: give one of them");
	if (status == PLIM_OK && text)
		status = parse_shard(text, out, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "memory")))
		status = plim_cli_bytes("--memory", text, &out->memory_limit, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "ylt")))
		status = parse_ylt(text, out, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "cpu")))
		status = parse_cpu(text, out, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "checkpoint")))
		status = plim_cli_duration("--checkpoint", text, &out->checkpoint_seconds, error);
	out->resume = plim_cli_value(args, "resume") != NULL;
	out->scenario = plim_cli_value(args, "scenario");
	out->until = plim_cli_value(args, "until");
	if (status == PLIM_OK && !plim_cli_value(args, "output"))
		status = plim_error_set(error, PLIM_ERROR_USAGE,
		                        "where to? give a results file: plimsoll run MODEL -n 1M -o out.h5");
	return status;
}

static void say(bool warning, const char *text, void *data)
{
	(void)data;
	if (warning)
		plim_cli_warn("%s", text);
	else
		fprintf(stderr, "%s\n", text);
}

static plim_status simulate(const plim_model *model, plim_run_options *run_options, bool quiet, plim_results **results,
                            plim_error *error)
{
	plim_progress progress = plim_progress_begin();
	if (!quiet) {
		run_options->progress = plim_progress_show;
		run_options->progress_data = &progress;
		run_options->notice = say;
	}
	run_options->stop = plim_signals_catch();
	plim_status status = plim_run(model, run_options, results, error);
	plim_progress_end(&progress);
	return status;
}

/* The results file that a run is to write, and whether it may. */
typedef struct target {
	const char *path;
	char *work;               /* owned */
	bool quiet, force, first; /* first: this process writes */
} target;

static plim_status name_target(const plim_cli_args *args, target *out, plim_error *error)
{
	const char *work = plim_cli_value(args, "work");
	plim_text name = {0};
	out->path = plim_cli_value(args, "output");
	out->quiet = plim_cli_value(args, "quiet") != NULL;
	out->force = plim_cli_value(args, "force") != NULL;
	plim_text_add_format(&name, "%s%s", work ? work : out->path, work ? "" : ".work");
	out->work = name.data;
	return name.failed ? plim_error_memory(error, "a file name") : PLIM_OK;
}

/* A job that is started again after its end must find out that there is nothing left to do. */
static plim_status check_complete(const plim_model *model, const plim_run_options *run_options, const target *to,
                                  bool *complete, plim_error *error)
{
	plim_error none;
	*complete = false;
	if (!run_options->resume || to->force || plim_cli_output_check(to->path, false, &none) == PLIM_OK)
		return PLIM_OK;
	plim_status status = plim_run_is_complete(model, run_options, to->path, complete, error);
	if (status == PLIM_OK && *complete)
		plim_run_work_remove(to->work, &none);
	if (status == PLIM_OK && *complete && !to->quiet)
		fprintf(stderr, "%s is complete already: nothing to do\n", to->path);
	return status;
}

static plim_status write_results(const plim_results *results, const target *to, plim_error *error)
{
	if (!results) /* another process has them */
		return PLIM_OK;
	plim_status status = plim_results_write(results, to->path, to->force, error);
	if (status == PLIM_OK)
		status = plim_run_work_remove(to->work, error);
	if (status == PLIM_OK && !to->quiet)
		plim_cli_run_summary(results, to->path);
	return status == PLIM_OK ? plim_cli_run_judge(results, to->path, to->quiet, error) : status;
}

static plim_status run_model(const plim_model *model, plim_run_options *run_options, const target *to,
                             plim_error *error)
{
	plim_results *results = NULL;
	bool complete = false;
	plim_status status = PLIM_OK;
	if (to->first)
		status = check_complete(model, run_options, to, &complete, error);
	if (status == PLIM_OK && to->first && !complete)
		status = plim_cli_output_check(to->path, to->force, error);
	status = plim_comm_agree(run_options->comm, status, error);
	plim_comm_share(run_options->comm, &complete, sizeof complete);
	if (status != PLIM_OK || complete)
		return status;
	status = simulate(model, run_options, to->quiet || !to->first, &results, error);
	if (status == PLIM_OK)
		status = write_results(results, to, error);
	plim_results_free(&results);
	return plim_comm_agree(run_options->comm, status, error);
}

/* The first process reads the model and shows what is wrong with it; then the others read it too. */
static plim_status load(const plim_cli_args *args, const target *to, plim_comm *comm, plim_model **model,
                        plim_error *error)
{
	plim_status status = PLIM_OK;
	if (to->first)
		status = plim_cli_load(args->operand[0], to->quiet, model, error);
	status = plim_comm_agree(comm, status, error);
	if (status == PLIM_OK && !to->first)
		status = plim_cli_load(args->operand[0], true, model, error);
	return plim_comm_agree(comm, status, error);
}

static plim_status run_with(const plim_cli_args *args, plim_run_options *run_options, target *to, plim_error *error)
{
	plim_text command = {0};
	plim_model *model = NULL;
	plim_comm *comm = run_options->comm;
	plim_status status = name_target(args, to, error);
	/* before the model is read: nobody should wait for that */
	if (status == PLIM_OK && to->first && !run_options->resume)
		status = plim_cli_output_check(to->path, to->force, error);
	status = plim_comm_agree(comm, status, error);
	plim_cli_join(args, &command);
	run_options->command = command.failed ? NULL : command.data;
	run_options->work = to->work;
	if (status == PLIM_OK)
		status = load(args, to, comm, &model, error);
	if (status == PLIM_OK)
		status = run_model(model, run_options, to, error);
	plim_model_free(&model);
	plim_text_free(&command);
	plim_mem_free(to->work);
	return status;
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	plim_run_options run_options = plim_run_options_default();
	plim_status status = plim_comm_begin(NULL, NULL, &run_options.comm, error);
	if (status != PLIM_OK)
		return status;
	target to = {.first = plim_comm_rank(run_options.comm) == 0};
	status = plim_comm_agree(run_options.comm, parse(args, &run_options, error), error);
	if (status == PLIM_OK)
		status = run_with(args, &run_options, &to, error);
	/* The first process says it for all, and before the end: a launcher ends the others as soon as one has failed. */
	if (status != PLIM_OK && run_options.comm) {
		if (to.first)
			plim_cli_error(error);
		*error->text = '\0';
	}
	plim_comm_end(&run_options.comm);
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
        "written under a temporary name and then renamed. SIGINT, SIGTERM or SIGUSR1 stop the run after the blocks in\n"
        "flight: what is done is committed to the working folder, and --resume goes on from there (exit code 4). A "
        "second\n"
        "one ends it at once. With --checkpoint a run that is killed loses no more than that time. A resumed run gives "
        "the\n"
        "same results as one that was not interrupted; with --resume a run that is complete already is left alone.\n"
        "Where the model has exact laws, the run is compared with them (report --table check); a contradiction ends\n"
        "with exit code 70, and the file is kept as evidence.\n",
    .example = "  plimsoll run first.yaml -n 1M -o first.h5\n"
               "  plimsoll run first.yaml -n 4M --worlds 1000 -o worlds.h5\n"
               "  plimsoll run first.yaml -n 100M --until 1%@P99 -o first.h5\n"
               "  plimsoll run first.yaml -n 1G -o large.h5 --checkpoint 5min --resume\n",
    .together = true,
    .run = run,
};
