/* SPDX-License-Identifier: Apache-2.0 */
/* Many models, one after the other. The results files are the state: what is complete is left, what is not goes on. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/batch_list.h"
#include "cli/cli.h"
#include "cli/progress.h"
#include "cli/signals.h"
#include "report/escape.h"
#include "report/report.h"
#include "report/write.h"

static const plim_cli_option options[] = {
    {"output", 'o', "FOLDER", "folder for the results files and summary.csv (needed; made if it is not there)"},
    {"trials", 'n', "N", "trials, where the list has none (default 100k)"},
    {"seed", 's', "N", "seed, where the list has none (default 1)"},
    {"threads", 't', "N", "threads (default: all processors this process may use)"},
    {"checkpoint", 0, "TIME", "commit what is done at this interval: 60s, 5min, 2h (default: when interrupted)"},
    {"quiet", 'q', NULL, "no progress, no warnings"},
    {"force", 'f', NULL, "run again what is complete, and replace it"},
    {NULL, 0, NULL, NULL},
};


static const plim_table_column columns[] = {{"model", "Model", false},
                                            {"output", "Results", false},
                                            {"scenario", "Scenario", false},
                                            {"trials", "Trials", true},
                                            {"seed", "Seed", true},
                                            {"mean", "Mean", true},
                                            {"p99", "P99", true},
                                            {"tvar99", "TVaR 99", true},
                                            {"currency", "Currency", false},
                                            {"tolerance", "Tolerance", false},
                                            {"state", "State", false},
                                            {"result_sha256", "Digest", false},
                                            {"message", "Message", false}};
#define COLUMNS (sizeof columns / sizeof *columns)

/* A line of the table for each scenario; one for what failed or is still to be done. */
typedef struct batch {
	const char *folder;
	plim_run_options options;
	plim_batch_list list;
	bool quiet, force;
	plim_table table;
	char *summary; /* path of summary.csv */
	size_t failed;
	plim_status worst; /* of what failed, the first */
} batch;

static void add_row(batch *b, const plim_batch_item *item, const plim_results *r, size_t scenario, const char *state,
                    const char *message)
{
	plim_table *t = &b->table;
	int32_t total = r ? plim_results_group(r, PLIM_GROUP_TOTAL, "total") : -1;
	const uint32_t k = (uint32_t)scenario, g = (uint32_t)total;
	const plim_moments_row *moments = total >= 0 ? plim_results_moments(r, k, g, PLIM_MEASURE_AEP) : NULL;
	const plim_percentile_row *p99 = total >= 0 ? plim_results_percentile(r, k, g, PLIM_MEASURE_AEP, 0.99) : NULL;
	const plim_percentile_row *tvar = total >= 0 ? plim_results_tvar(r, k, g, PLIM_MEASURE_AEP, 0.99) : NULL;
	const double *figure[] = {moments ? &moments->mean : NULL, p99 ? &p99->value : NULL, tvar ? &tvar->value : NULL};
	plim_table_text_copy(t, item->model);
	plim_table_text_copy(t, item->output);
	plim_table_text_copy(t, r ? r->scenario[scenario].id : item->scenario ? item->scenario : "");
	plim_table_count(t, item->trials);
	plim_table_integer(t, item->seed);
	for (size_t i = 0; i < 3; i++) {
		if (figure[i])
			plim_table_money(t, *figure[i]);
		else
			plim_table_none(t);
	}
	bool lines = false;
	for (size_t i = 0; r && i < r->tolerances; i++)
		lines |= r->tolerance[i].scenario == k;
	plim_table_text_copy(t, r ? r->currency : "");
	plim_table_text(t, !lines ? "" : plim_report_tolerance_met(r, r->scenario[scenario].id, NULL) ? "met" : "broken");
	plim_table_text(t, state);
	plim_table_text_copy(t, r ? r->result_sha256 : "");
	plim_table_text_copy(t, message);
}

/* ---- the summary ---- */

static bool write_line(const plim_table *table, size_t row, FILE *file)
{
	plim_text line = {0};
	for (size_t c = 0; c < table->columns; c++) {
		const plim_cell *cell = plim_table_cell(table, row, c);
		plim_text_add(&line, c ? "," : "");
		if (cell->kind == PLIM_CELL_TEXT)
			plim_escape_csv(&line, cell->text);
		else
			plim_text_add(&line, cell->exact);
	}
	bool good = !line.failed;
	if (good)
		fprintf(file, "%s\n", line.data);
	plim_text_free(&line);
	return good;
}

static plim_status write_csv(const batch *b, plim_error *error)
{
	plim_cli_output out;
	plim_status status = plim_cli_output_open(&out, b->summary, true, error);
	if (status != PLIM_OK)
		return status;
	for (size_t c = 0; c < COLUMNS; c++)
		fprintf(out.file, "%s%s", c ? "," : "", columns[c].name);
	fputc('\n', out.file);
	for (size_t row = 0; row < plim_table_rows(&b->table) && status == PLIM_OK; row++)
		if (!write_line(&b->table, row, out.file))
			status = plim_error_memory(error, "the summary");
	return plim_cli_output_close(&out, status, error);
}

/* For people: without the paths of results and the digests, which summary.csv has. */
static plim_status print_text(const batch *b, plim_error *error)
{
	static const size_t shown[] = {0, 2, 3, 5, 6, 7, 8, 9, 10};
	enum { SHOWN = sizeof shown / sizeof *shown };
	plim_table_column head[SHOWN];
	plim_page page = {0};
	plim_table spare = {0};
	for (size_t c = 0; c < SHOWN; c++)
		head[c] = columns[shown[c]];
	plim_table *to = plim_page_table(&page, &spare, head, SHOWN, "");
	for (size_t row = 0; row < plim_table_rows(&b->table); row++)
		for (size_t c = 0; c < SHOWN; c++) {
			const plim_cell *cell = plim_table_cell(&b->table, row, shown[c]);
			plim_table_text(to, cell->kind == PLIM_CELL_TEXT ? cell->text : cell->shown);
		}
	bool good = !to->failed && !page.failed && plim_write_text(&page, stdout);
	plim_page_clear(&page);
	if (!good)
		return plim_error_memory(error, "the summary");
	plim_cli_output out = {.file = stdout};
	return plim_cli_output_close(&out, PLIM_OK, error);
}

/* ---- one model ---- */

static plim_status simulate(batch *b, const plim_model *model, const plim_run_options *run_options, const char *output,
                            plim_results **results, plim_error *error)
{
	plim_progress progress = plim_progress_begin();
	plim_run_options own = *run_options;
	if (!b->quiet) {
		own.progress = plim_progress_show;
		own.progress_data = &progress;
	}
	plim_status status = plim_run(model, &own, results, error);
	plim_progress_end(&progress);
	if (status == PLIM_OK)
		status = plim_results_write(*results, output, b->force, error);
	if (status == PLIM_OK)
		status = plim_run_work_remove(own.work, error);
	return status;
}

static plim_status run_item(batch *b, const plim_batch_item *item, bool *was_complete, plim_results **results,
                            plim_error *error)
{
	plim_run_options own = b->options;
	plim_model *model = NULL;
	plim_text work = {0};
	plim_text_add_format(&work, "%s.work", item->output);
	own.trials = item->trials;
	own.seed = item->seed;
	own.ylt = item->ylt;
	own.scenario = item->scenario;
	own.work = work.data;
	own.resume = true;
	plim_status status = work.failed ? plim_error_memory(error, "a file name") : PLIM_OK;
	if (status == PLIM_OK)
		status = plim_cli_load(item->model, b->quiet, &model, error);
	if (status == PLIM_OK && !b->force)
		status = plim_run_is_complete(model, &own, item->output, was_complete, error);
	if (status == PLIM_OK && *was_complete)
		status = plim_results_read(item->output, false, results, error);
	else if (status == PLIM_OK)
		status = plim_cli_output_check(item->output, b->force, error);
	if (status == PLIM_OK && !*was_complete)
		status = simulate(b, model, &own, item->output, results, error);
	plim_model_free(&model);
	plim_text_free(&work);
	return status;
}

/* A model that fails is noted, and the next one has its turn; only an interrupt or a full memory ends the batch. */
static plim_status do_item(batch *b, const plim_batch_item *item, plim_error *error)
{
	plim_results *results = NULL;
	plim_error own = {0};
	bool was_complete = false;
	plim_status status = run_item(b, item, &was_complete, &results, &own);
	for (size_t k = 0; status == PLIM_OK && k < results->scenarios; k++)
		add_row(b, item, results, k, was_complete ? "there" : "done", "");
	plim_results_free(&results);
	if (status == PLIM_OK)
		return PLIM_OK;
	add_row(b, item, NULL, 0, status == PLIM_ERROR_INTERRUPTED ? "interrupted" : "failed", own.text);
	if (status == PLIM_ERROR_INTERRUPTED || status == PLIM_ERROR_MEMORY) {
		*error = own;
		return status;
	}
	plim_cli_error(&own);
	b->worst = b->failed++ ? b->worst : status;
	return PLIM_OK;
}

static plim_status do_all(batch *b, plim_error *error)
{
	plim_status status = PLIM_OK;
	plim_error late;
	size_t i = 0;
	while (i < b->list.count && status == PLIM_OK) {
		if (!b->quiet)
			fprintf(stderr, "%zu of %zu: %s\n", i + 1, b->list.count, b->list.item[i].model);
		status = do_item(b, &b->list.item[i++], error);
		if (status == PLIM_OK)
			status = write_csv(b, error);
	}
	if (status == PLIM_OK)
		return PLIM_OK;
	for (; i < b->list.count; i++)
		add_row(b, &b->list.item[i], NULL, 0, "to do", "");
	write_csv(b, &late); /* the first failure is the one to tell */
	return status;
}

static plim_status parse(const plim_cli_args *args, batch *b, plim_error *error)
{
	plim_status status = PLIM_OK;
	const char *text;
	b->folder = plim_cli_value(args, "output");
	b->quiet = plim_cli_value(args, "quiet") != NULL;
	b->force = plim_cli_value(args, "force") != NULL;
	b->options = plim_run_options_default();
	if (!b->folder || !*b->folder)
		return plim_error_set(error, PLIM_ERROR_USAGE, "where to? give a folder: plimsoll batch models.csv -o results");
	if ((text = plim_cli_value(args, "trials")))
		status = plim_cli_count("-n", text, 1, PLIM_RUN_MOST_TRIALS, &b->options.trials, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "seed")))
		status = plim_cli_seed("--seed", text, &b->options.seed, error);
	if (status == PLIM_OK)
		status = plim_cli_threads(args, &b->options.threads, error);
	if (status == PLIM_OK && (text = plim_cli_value(args, "checkpoint")))
		status = plim_cli_duration("--checkpoint", text, &b->options.checkpoint_seconds, error);
	return status;
}

static plim_status prepare(batch *b, const char *path, plim_error *error)
{
	plim_text name = {0};
	plim_status status = plim_batch_list_read(path, b->folder, &b->options, &b->list, error);
	if (status != PLIM_OK)
		return status;
	if (mkdir(b->folder, 0777) != 0 && errno != EEXIST)
		return plim_error_set(error, PLIM_ERROR_IO, "cannot make the folder '%s': %s", b->folder, strerror(errno));
	plim_text_add_format(&name, "%s/summary.csv", b->folder);
	b->summary = name.data;
	plim_table_init(&b->table, columns, COLUMNS);
	return name.failed ? plim_error_memory(error, "a file name") : PLIM_OK;
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	batch b = {.worst = PLIM_OK};
	plim_text command = {0};
	plim_status status = parse(args, &b, error);
	plim_cli_join(args, &command);
	b.options.command = command.failed ? NULL : command.data;
	if (status == PLIM_OK)
		status = prepare(&b, args->operand[0], error);
	if (status == PLIM_OK) {
		b.options.stop = plim_signals_catch();
		status = do_all(&b, error);
	}
	if (status == PLIM_OK)
		status = print_text(&b, error);
	if (status == PLIM_OK && b.failed)
		status =
		    plim_error_set(error, b.worst, "%zu of %zu models failed; see '%s'", b.failed, b.list.count, b.summary);
	plim_table_clear(&b.table);
	plim_batch_list_clear(&b.list);
	plim_mem_free(b.summary);
	plim_text_free(&command);
	return status;
}

const plim_cli_command plim_cmd_batch = {
    .name = "batch",
    .summary = "Run many models, with one summary of all",
    .operands = "LIST",
    .least = 1,
    .most = 1,
    .option = options,
    .text = "LIST is a folder, of which every *.yaml, *.yml and *.json is run, or a CSV with the columns model "
            "(needed), output,\n"
            "trials, seed, scenario and ylt; paths of models are relative to it. Each model gets a results file in "
            "FOLDER, and\n"
            "summary.csv there has a line for each scenario: mean, P99, TVaR, tolerance, digest, state. It is also "
            "printed. A\n"
            "model that fails is noted, and the others are run all the same. The same command again leaves what is "
            "complete and\n"
            "goes on where it was interrupted.\n",
    .example = "  plimsoll batch models/ -n 1M -o results\n"
               "  plimsoll batch list.csv -o results --checkpoint 60s\n",
    .run = run,
};
