/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands that write results say of them. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "cli/cli.h"
#include "report/report.h"
#include "report/table.h"

void plim_cli_join(const plim_cli_args *args, plim_text *out)
{
	plim_text_add(out, "plimsoll");
	for (int i = 1; i < args->argc; i++) {
		const char *word = args->argv[i];
		bool bare = *word && strspn(word, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
		                                  "-_./:=,+@%") == strlen(word);
		plim_text_add(out, bare ? " " : " '");
		for (const char *c = word; *c; c++)
			plim_text_add_n(out, *c == '\'' ? "'\\''" : c, *c == '\'' ? 4 : 1);
		plim_text_add(out, bare ? "" : "'");
	}
}

static void print_scenario(const plim_results *r, uint32_t scenario, uint32_t total)
{
	char mean[40] = "?", p99[40] = "?";
	const plim_moments_row *moments = plim_results_moments(r, scenario, total, PLIM_MEASURE_AEP);
	const plim_percentile_row *row = plim_results_percentile(r, scenario, total, PLIM_MEASURE_AEP, 0.99);
	if (moments)
		plim_figure_show(mean, moments->mean, PLIM_FIGURE_MONEY);
	if (row)
		plim_figure_show(p99, row->value, PLIM_FIGURE_MONEY);
	fprintf(stderr, "scenario %s: mean %s %s, P99 %s %s", r->scenario[scenario].id, mean, r->currency, p99,
	        r->currency);
	size_t lines = 0, broken = 0;
	for (size_t i = 0; i < r->tolerances; i++)
		lines += r->tolerance[i].scenario == scenario;
	plim_report_tolerance_met(r, r->scenario[scenario].id, &broken);
	if (lines)
		fprintf(stderr, ", tolerance %s (%zu of %zu lines)", broken ? "broken" : "met", broken ? broken : lines, lines);
	fputc('\n', stderr);
}

/* The cross-check in a line or two for each scenario's total, or every row that contradicts the model. */
static void print_check_row(const plim_results *r, const plim_check_row *row)
{
	char at[40] = "", observed[40], expected[40], p_value[40];
	if (!isnan(row->at))
		plim_figure_show(at, row->at, PLIM_FIGURE_PLAIN);
	plim_figure_show(observed, row->observed, PLIM_FIGURE_PLAIN);
	plim_figure_show(expected, row->expected, PLIM_FIGURE_PLAIN);
	plim_figure_show(p_value, row->p_value, PLIM_FIGURE_PROBABILITY);
	const bool whole = row->measure == PLIM_MEASURE_AEP;
	fprintf(stderr, "  %s %s %s%s%s: %s%s%s %s, exact %s (p %s)%s\n", r->scenario[row->scenario].id,
	        plim_group_kind_name(r->group[row->group].kind), r->group[row->group].name, whole ? "" : " ",
	        whole ? "" : plim_measure_name(row->measure), plim_check_quantity_name(row->quantity), *at ? " " : "", at,
	        observed, expected, p_value, row->loud ? "  CONTRADICTION" : "");
}

static void print_check(const plim_results *r, bool quiet)
{
	size_t loud, tests = plim_results_checks(r, &loud);
	double smallest = 1;
	for (size_t i = 0; i < r->checks; i++)
		if (r->check[i].p_value < smallest)
			smallest = r->check[i].p_value;
	if (loud) {
		fprintf(stderr, "cross-check FAILED: %zu of %zu tests against exact laws contradict the model:\n", loud, tests);
		for (size_t i = 0; i < r->checks; i++)
			if (r->check[i].loud)
				print_check_row(r, &r->check[i]);
	} else if (!quiet && tests) {
		char p_value[40];
		plim_figure_show(p_value, smallest, PLIM_FIGURE_PROBABILITY);
		fprintf(stderr, "cross-check: %zu tests against exact laws, none contradicts (smallest p %s)\n", tests,
		        p_value);
		for (size_t i = 0; i < r->checks; i++) {
			const plim_check_row *row = &r->check[i];
			if (row->scenario == 0 && r->group[row->group].kind == PLIM_GROUP_TOTAL &&
			    row->measure == PLIM_MEASURE_AEP && !isnan(row->p_value))
				print_check_row(r, row);
		}
		for (size_t i = 0; i < r->checks; i++) {
			const plim_check_row *row = &r->check[i];
			if (row->quantity == PLIM_CHECK_UNSEEN && r->group[row->group].kind == PLIM_GROUP_TOTAL)
				plim_cli_warn(
				    "scenario %s: by the model's tails %.0f %% of the total's variance is too rare for this many "
				    "trials: %s",
				    r->scenario[row->scenario].id, 100 * row->observed, row->remark);
		}
	} else if (!quiet) {
		fputs(r->worlds > 1 ? "cross-check: no law was compared: trials of a world share what is uncertain\n"
		                    : "cross-check: no law of this model is known exactly\n",
		      stderr);
	}
}

/* A run that contradicts its own model is our fault, and nobody should miss it; the file is kept as evidence. */
plim_status plim_cli_run_judge(const plim_results *r, const char *path, bool quiet, plim_error *error)
{
	size_t loud;
	plim_results_checks(r, &loud);
	if (quiet)
		print_check(r, true);
	if (loud == 0)
		return PLIM_OK;
	return plim_error_set(
	    error, PLIM_ERROR_INTERNAL,
	    "the run contradicts exact laws of its own model (see above): do not use its figures; %s is kept "
	    "as evidence, please report it",
	    path);
}

void plim_cli_run_summary(const plim_results *r, const char *path)
{
	int32_t total = plim_results_group(r, PLIM_GROUP_TOTAL, "total");
	char trials[40];
	for (uint32_t s = 0; s < r->scenarios && total >= 0; s++)
		print_scenario(r, s, (uint32_t)total);
	plim_count_show(trials, r->trials);
	if (r->until && *r->until)
		fprintf(stderr, "stop rule %s: %s after %s trials\n", r->until, r->until_met ? "met" : "NOT met", trials);
	print_check(r, false);
	fprintf(stderr, "wrote %s: %s trials, result sha256 %s\n", path, trials, r->result_sha256);
}
