/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/progress.h"
#include "cli/sheet_out.h"
#include "cli/signals.h"
#include "decide/compare.h"
#include "decide/worth.h"
#include "report/build_compare.h"

static const plim_cli_option options[] = {
    {"from", 0, "ID", "the scenario before (default: the first of the first file)"},
    {"to", 0, "ID", "the scenario after (default: the other one, or the same of the second file)"},
    {"years", 0, "N", "years of present values (default: the longest life of what differs)"},
    {"worlds", 0, "W", "simulate W worlds, each one draw of all unknowns, for P(it is worth it)"},
    {"trials", 'n', "N", "trials of each world (default 50k)"},
    PLIM_CLI_SHEET_OPTIONS("losses (default) or value"),
    {"quiet", 'q', NULL, "no progress of worlds"},
    {NULL, 0, NULL, NULL},
};

static plim_status no_scenario(const plim_results *r, const char *option, const char *id, plim_error *error)
{
	plim_text known = {0};
	for (size_t i = 0; i < r->scenarios && i < 20; i++)
		plim_text_add_format(&known, "%s%s", i ? ", " : "", r->scenario[i].id);
	plim_status status =
	    id ? plim_error_set(error, PLIM_ERROR_USAGE, "%s: the results hold no scenario '%s'; they hold: %s", option, id,
	                        known.data ? known.data : "none")
	       : plim_error_set(error, PLIM_ERROR_USAGE, "%s: name the scenario; the results hold: %s", option,
	                        known.data ? known.data : "none");
	plim_text_free(&known);
	return status;
}

static plim_status choose(const plim_results *a, const plim_results *b, const plim_cli_args *args, uint32_t *from,
                          uint32_t *to, plim_error *error)
{
	const char *first = plim_cli_value(args, "from"), *second = plim_cli_value(args, "to");
	int32_t x = first ? plim_results_scenario(a, first) : a->scenarios > 0 ? 0 : -1, y = -1;
	if (x < 0)
		return no_scenario(a, "--from", first, error);
	if (second)
		y = plim_results_scenario(b, second);
	else if (a != b)
		y = b->scenarios == 1 ? 0 : plim_results_scenario(b, a->scenario[x].id);
	else if (b->scenarios == 2)
		y = 1 - x;
	if (y < 0)
		return no_scenario(b, "--to", second, error);
	if (a == b && x == y)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--from and --to name the same scenario of one file");
	*from = (uint32_t)x;
	*to = (uint32_t)y;
	return PLIM_OK;
}

/* The numbers among the options. */
typedef struct numbers {
	uint64_t years, worlds, trials;
} numbers;

static plim_status parse(const plim_cli_args *args, numbers *out, plim_error *error)
{
	const char *years = plim_cli_value(args, "years"), *worlds = plim_cli_value(args, "worlds");
	const char *trials = plim_cli_value(args, "trials");
	*out = (numbers){.trials = 50000};
	plim_status status = years ? plim_cli_count("--years", years, 1, 100, &out->years, error) : PLIM_OK;
	if (status == PLIM_OK && worlds)
		status = plim_cli_count("--worlds", worlds, 20, 100000, &out->worlds, error);
	if (status == PLIM_OK && trials)
		status = plim_cli_count("--trials", trials, 1000, 1000000000, &out->trials, error);
	if (status == PLIM_OK && trials && !worlds)
		status = plim_error_set(error, PLIM_ERROR_USAGE, "--trials goes with --worlds");
	return status;
}

static plim_status weigh_worlds(const plim_cli_args *args, plim_comparison *comparison, const numbers *n,
                                plim_error *error)
{
	plim_progress progress = plim_progress_begin();
	plim_worth_options worth = {.worlds = n->worlds, .trials = n->trials, .stop = plim_signals_catch()};
	if (!plim_cli_value(args, "quiet")) {
		worth.progress = plim_progress_show;
		worth.progress_data = &progress;
	}
	plim_status status = plim_compare_worth(comparison, &worth, error);
	plim_progress_end(&progress);
	return status;
}

static plim_status compare(const plim_cli_args *args, const plim_results *a, const plim_results *b, const numbers *n,
                           plim_report_format format, plim_error *error)
{
	uint32_t from = 0, to = 0;
	plim_comparison comparison = {0};
	plim_sheet sheet = {0};
	plim_status status = choose(a, b, args, &from, &to, error);
	if (status == PLIM_OK)
		status = plim_compare(a, from, b, to, (unsigned)n->years, &comparison, error);
	if (status == PLIM_OK && n->worlds)
		status = weigh_worlds(args, &comparison, n, error);
	if (status == PLIM_OK) {
		if (!comparison.paired)
			plim_cli_warn("not paired: %s; intervals add the variances of both runs", comparison.why_unpaired);
		plim_build_compare(&comparison, &sheet);
		status = plim_cli_sheet_write(args, &sheet, "plimsoll_compare", format, error);
	}
	plim_sheet_clear(&sheet);
	plim_comparison_clear(&comparison);
	return status;
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	plim_results *a = NULL, *b = NULL;
	plim_report_format format = PLIM_REPORT_TEXT;
	numbers n;
	plim_status status = plim_cli_sheet_format(args, &format, error);
	if (status == PLIM_OK)
		status = parse(args, &n, error);
	if (status == PLIM_OK)
		status = plim_results_read(args->operand[0], true, &a, error);
	if (status == PLIM_OK && args->operands > 1)
		status = plim_results_read(args->operand[1], true, &b, error);
	if (status == PLIM_OK)
		status = compare(args, a, b ? b : a, &n, format, error);
	plim_results_free(&a);
	plim_results_free(&b);
	return status;
}

const plim_cli_command plim_cmd_compare = {
    .name = "compare",
    .summary = "Compare two scenarios: what is avoided, what it costs, whether it pays",
    .operands = "FILE [FILE]",
    .least = 1,
    .most = 2,
    .option = options,
    .text =
        "Two scenarios of one results file, or of two. Of one file, or of two with the same seed and trials, they are\n"
        "paired: intervals are of the differences trial by trial. Losses are net with insurance, else gross. Costs "
        "are\n"
        "those of the models in the files: capital by annuity (capital / life without a discount rate), running "
        "costs,\n"
        "friction and premiums. Files that differ in currency, horizon or scope are refused.\n",
    .example = "  plimsoll compare first.h5 --from today --to parking\n"
               "  plimsoll compare before.h5 after.h5 --format csv --table value\n",
    .run = run,
};
