/* SPDX-License-Identifier: Apache-2.0 */
/* What the commands that write results say of them. */
#include <stdio.h>
#include <string.h>

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

void plim_cli_run_summary(const plim_results *r, const char *path)
{
	int32_t total = plim_results_group(r, PLIM_GROUP_TOTAL, "total");
	char trials[40];
	for (uint32_t s = 0; s < r->scenarios && total >= 0; s++)
		print_scenario(r, s, (uint32_t)total);
	plim_count_show(trials, r->trials);
	fprintf(stderr, "wrote %s: %s trials, result sha256 %s\n", path, trials, r->result_sha256);
}
