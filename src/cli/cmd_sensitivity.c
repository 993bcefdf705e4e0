/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/error.h"
#include "cli/progress.h"
#include "cli/sheet_out.h"
#include "cli/signals.h"
#include "decide/sensitivity.h"
#include "report/build_sensitivity.h"
#include "run/comm.h"

/* Trials whose losses are kept, for every choice. */
#define MOST_TRIALS UINT64_C(10000000)

static const plim_cli_option options[] = {
    {"scenario", 0, "ID", "the scenario studied (default: the first of the file)"},
    {"trials", 'n', "N", "trials of each change (default 131,072; at most 10M)"},
    {"seed", 's', "SEED", "as of run (default 1)"},
    {"threads", 't', "T", "threads (default: all processors)"},
    {"p", 0, "P", "TVaR of the worst 1 - P (default 0.99)"},
    {"step", 0, "SHARE", "how far a certain number goes either way: 0.1 or 10% (default)"},
    {"points", 0, "N", "base points of worlds, for Sobol' indices and the worth of learning (default 128; 0: none)"},
    {"point-trials", 0, "N", "trials of each world, in blocks of 4,096 (default one block)"},
    PLIM_CLI_SHEET_OPTIONS("tornado (default), slopes, sobol, tail, choices or information"),
    {"quiet", 'q', NULL, "no progress"},
    {NULL, 0, NULL, NULL},
};

static plim_status parse_share(const char *text, double *out, plim_error *error)
{
	plim_probability p;
	plim_status status = plim_probability_parse(text, &p, error);
	if (status == PLIM_OK)
		*out = plim_probability_value(&p);
	if (status != PLIM_OK || *out > 0.5)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--step: '%s' is not a share above 0 and up to 0.5", text);
	return PLIM_OK;
}

static plim_status count_option(const plim_cli_args *args, const char *name, uint64_t least, uint64_t most,
                                uint64_t *out, plim_error *error)
{
	char option[32];
	const char *text = plim_cli_value(args, name);
	snprintf(option, sizeof option, "--%s", name);
	return text ? plim_cli_count(option, text, least, most, out, error) : PLIM_OK;
}

static plim_status parse(const plim_cli_args *args, plim_sensitivity_options *o, plim_error *error)
{
	const char *p = plim_cli_value(args, "p"), *seed = plim_cli_value(args, "seed"),
	           *step = plim_cli_value(args, "step");
	*o = plim_sensitivity_options_default();
	o->scenario = plim_cli_value(args, "scenario");
	plim_status status = count_option(args, "trials", 1000, MOST_TRIALS, &o->trials, error);
	if (status == PLIM_OK)
		status = plim_cli_threads(args, &o->threads, error);
	if (status == PLIM_OK)
		status = count_option(args, "points", 0, 1000000, &o->points, error);
	if (status == PLIM_OK)
		status = count_option(args, "point-trials", 1, MOST_TRIALS, &o->point_trials, error);
	if (status == PLIM_OK && seed)
		status = plim_cli_seed("--seed", seed, &o->seed, error);
	if (status == PLIM_OK && p)
		status = plim_probability_parse(p, &o->p, error);
	if (status == PLIM_OK && step)
		status = parse_share(step, &o->step, error);
	if (o->points > 0) /* as many in each part, at least a handful */
		o->points = o->points < 4 * PLIM_WORLD_PARTS
		                ? 4 * PLIM_WORLD_PARTS
		                : (o->points + PLIM_WORLD_PARTS - 1) / PLIM_WORLD_PARTS * PLIM_WORLD_PARTS;
	return status;
}

/* Started as one of several processes, each would do all of the work. */
static plim_status refuse_processes(plim_error *error)
{
	plim_comm *comm = NULL;
	plim_status status = plim_comm_begin(NULL, NULL, &comm, error);
	if (status == PLIM_OK && plim_comm_size(comm) > 1)
		status = plim_error_set(error, PLIM_ERROR_USAGE,
		                        "sensitivity is not shared between processes: start it once, with --threads");
	plim_comm_end(&comm);
	return status;
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	plim_report_format format = PLIM_REPORT_TEXT;
	plim_sensitivity_options o;
	plim_sensitivity s = {0};
	plim_sheet sheet = {0};
	plim_model *model = NULL;
	plim_progress progress = plim_progress_begin();
	plim_status status = plim_cli_sheet_format(args, &format, error);
	if (status == PLIM_OK)
		status = parse(args, &o, error);
	if (status == PLIM_OK)
		status = refuse_processes(error);
	if (status == PLIM_OK)
		status = plim_cli_load(args->operand[0], true, &model, error);
	if (status == PLIM_OK) {
		o.stop = plim_signals_catch();
		if (!plim_cli_value(args, "quiet")) {
			o.progress = plim_progress_show;
			o.progress_data = &progress;
		}
		status = plim_sensitivity_build(model, &o, &s, error);
		plim_progress_end(&progress);
	}
	if (status == PLIM_OK) {
		plim_build_sensitivity(&s, &sheet);
		status = plim_cli_sheet_write(args, &sheet, "plimsoll_sensitivity", format, error);
	}
	plim_sheet_clear(&sheet);
	plim_sensitivity_clear(&s);
	plim_model_free(&model);
	return status;
}

const plim_cli_command plim_cmd_sensitivity = {
    .name = "sensitivity",
    .summary = "Show what the losses hang on, what to find out first and what to do next",
    .operands = "MODEL",
    .least = 1,
    .most = 1,
    .option = options,
    .text =
        "Of one scenario: how far mean and TVaR move with each frequency, size and effect (tornado), their "
        "derivatives,\n"
        "which unknown makes which share of the doubt (rank correlations, Sobol' indices), who makes up the tail, "
        "what\n"
        "each further control or other scenario is worth, and what it is worth to learn an unknown before choosing.\n"
        "All on the same draws as run with the same seed. Means are exact where they are known without simulation.\n"
        "The scenario must have a control in force for its effects to be among the parameters.\n",
    .example = "  plimsoll sensitivity first.yaml\n"
               "  plimsoll sensitivity first.yaml --scenario parking --format csv --table sobol -o sobol.csv\n",
    .run = run,
};
