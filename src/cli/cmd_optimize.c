/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>

#include "base/error.h"
#include "cli/portfolio_args.h"
#include "cli/sheet_out.h"
#include "decide/optimize.h"
#include "report/build_optimize.h"

static const plim_cli_option options[] = {
    {"objective", 0, "FIGURE", "what is to be least: mean (default), tvar99 (any percentage) or breach"},
    {"budget", 0, "MONEY", "most that the first year may cost: capital and running costs together"},
    {"capital", 0, "MONEY", "most capital at the start"},
    {"running", 0, "MONEY", "most running costs a year"},
    {"from", 0, "ID", "the scenario that is in force (default: the first of the file)"},
    PLIM_CLI_PORTFOLIO_OPTIONS,
    {"steps", 0, "N", "budgets of the frontier, from nothing to all controls (default 10; 0: none)"},
    {"phase", 0, "MONEY", "what can be spent in each phase of the roadmap"},
    PLIM_CLI_SHEET_OPTIONS("portfolios (default), roadmap or controls"),
    {NULL, 0, NULL, NULL},
};

static plim_status read_money(const plim_cli_args *args, const char *name, const char *option, double *money,
                              plim_error *error)
{
	const char *text = plim_cli_value(args, name);
	return text ? plim_cli_money(option, text, money, error) : PLIM_OK;
}

static plim_status parse(const plim_cli_args *args, plim_optimize_options *out, plim_error *error)
{
	const char *steps = plim_cli_value(args, "steps");
	uint64_t count = 10;
	out->budget = (plim_budget){INFINITY, INFINITY, INFINITY};
	out->phase = NAN;
	out->from = plim_cli_value(args, "from");
	plim_status status = read_money(args, "budget", "--budget", &out->budget.outlay, error);
	if (status == PLIM_OK)
		status = read_money(args, "capital", "--capital", &out->budget.capital, error);
	if (status == PLIM_OK)
		status = read_money(args, "running", "--running", &out->budget.running, error);
	if (status == PLIM_OK)
		status = read_money(args, "phase", "--phase", &out->phase, error);
	if (status == PLIM_OK && out->phase == 0)
		status = plim_error_set(error, PLIM_ERROR_USAGE, "--phase: nothing can be bought with 0 in each phase");
	if (status == PLIM_OK && steps)
		status = plim_cli_count("--steps", steps, 0, 100, &count, error);
	out->steps = (unsigned)count;
	return status;
}

static plim_status optimize(const plim_cli_args *args, const plim_model *model, plim_optimize_options *how,
                            plim_report_format format, plim_error *error)
{
	plim_cli_portfolio portfolio;
	plim_optimum optimum = {0};
	plim_sheet sheet = {0};
	plim_status status =
	    plim_cli_portfolio_read(args, "--objective", plim_cli_value(args, "objective"), model, &portfolio, error);
	if (status == PLIM_OK) {
		how->objective = portfolio.figure;
		how->scale = portfolio.scale;
		how->run = portfolio.run;
		how->controls = portfolio.controls;
		how->fresh_seed = ~portfolio.run.seed; /* any other seed is another sample */
		how->watch = portfolio.watch;
		status = plim_optimize(model, how, &optimum, error);
		plim_progress_end(&portfolio.progress);
	}
	if (status == PLIM_OK) {
		plim_build_optimize(&optimum, &sheet);
		status = plim_cli_sheet_write(args, &sheet, "plimsoll_optimize", format, error);
	}
	plim_sheet_clear(&sheet);
	plim_optimum_clear(&optimum);
	plim_cli_portfolio_clear(&portfolio);
	return status;
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	plim_model *model = NULL;
	plim_report_format format = PLIM_REPORT_TEXT;
	plim_optimize_options how = {0};
	plim_status status = plim_cli_sheet_format(args, &format, error);
	if (status == PLIM_OK)
		status = parse(args, &how, error);
	if (status == PLIM_OK)
		status = plim_cli_load(args->operand[0], true, &model, error);
	if (status == PLIM_OK)
		status = optimize(args, model, &how, format, error);
	plim_model_free(&model);
	return status;
}

const plim_cli_command plim_cmd_optimize = {
    .name = "optimize",
    .summary = "Choose controls under a budget: best portfolio, frontier, roadmap",
    .operands = "MODEL",
    .least = 1,
    .most = 1,
    .option = options,
    .text =
        "Finds the set of controls that leaves the least loss for the money, on one sample that all sets share, and\n"
        "says whether that is proven. All figures printed are then of a fresh sample with another seed. Costs are\n"
        "expected ones; `requires` and `excludes` are kept to. Beside the answer stand what is in force, and the same\n"
        "money spread over all controls alike.\n",
    .example = "  plimsoll optimize first.yaml --budget 100k\n"
               "  plimsoll optimize first.yaml --objective tvar99 --capital 2M --running 200k --phase 500k\n",
    .run = run,
};
