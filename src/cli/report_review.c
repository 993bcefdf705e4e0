/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/report_review.h"

#include <string.h>

#include "base/error.h"
#include "cli/sheet_out.h"
#include "report/build_review.h"

plim_status plim_cli_review_alone(const plim_cli_args *args, plim_error *error)
{
	static const char *const options[] = {"log", "from", "to", "kpi"};
	for (size_t i = 0; i < sizeof options / sizeof *options; i++)
		if (plim_cli_value(args, options[i]) && !plim_cli_value(args, "review"))
			return plim_error_set(error, PLIM_ERROR_USAGE, "--%s goes with --review", options[i]);
	return PLIM_OK;
}

/* What the log is held against must outlive the monitor. */
typedef struct watch {
	plim_log log;
	plim_kpis kpis;
	plim_monitor monitor;
	bool given;
} watch;

static void clear_watch(watch *w)
{
	plim_monitor_clear(&w->monitor);
	plim_kpis_clear(&w->kpis);
	plim_log_clear(&w->log);
}

static plim_status watch_log(const plim_cli_args *args, const plim_review *review, watch *w, plim_error *error)
{
	const char *path = plim_cli_value(args, "log"), *kpis = plim_cli_value(args, "kpi");
	plim_monitor_options options = plim_monitor_options_default();
	plim_findings findings = {0};
	if (!path && (kpis || plim_cli_value(args, "from") || plim_cli_value(args, "to")))
		return plim_error_set(error, PLIM_ERROR_USAGE, "--from, --to and --kpi go with --log");
	if (!path)
		return PLIM_OK;
	plim_status status = plim_cli_period(args, &options.from, &options.to, error);
	if (status == PLIM_OK)
		status = plim_cli_load_log(path, &w->log, error);
	if (status == PLIM_OK && kpis) {
		status = plim_kpis_load(kpis, &w->kpis, &findings, error);
		plim_cli_findings(&findings);
		plim_findings_clear(&findings);
	}
	options.kpis = &w->kpis;
	options.scenario = review->after->scenario[review->pair[0].after].id;
	if (status == PLIM_OK)
		status = plim_monitor_build(review->model[1], &w->log, &options, &w->monitor, error);
	for (size_t i = 0; status == PLIM_OK && i < w->monitor.strays; i++)
		plim_cli_warn("in the log, but not in the model: %s", w->monitor.stray[i]);
	w->given = status == PLIM_OK;
	return status;
}

static plim_status write(const plim_cli_args *args, const plim_review *review, const watch *w,
                         const plim_report_options *options, plim_error *error)
{
	plim_sheet sheet = {
	    .page = {.rich = options->format == PLIM_REPORT_HTML, .narrow = options->format == PLIM_REPORT_TEXT}};
	const char *log = plim_cli_value(args, "log");
	plim_review_source source = {
	    .review = review, .today = options->today, .monitor = w->given ? &w->monitor : NULL, .log = log ? log : ""};
	plim_build_review(&source, &sheet);
	plim_status status = plim_cli_sheet_write(args, &sheet, "plimsoll_review", options->format, error);
	plim_sheet_clear(&sheet);
	return status;
}

plim_status plim_cli_review(const plim_cli_args *args, const plim_results *after, const plim_report_options *options,
                            plim_error *error)
{
	plim_results *before = NULL;
	plim_review review = {0};
	watch w = {0};
	if (options->format == PLIM_REPORT_XLSX)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--review writes text, markdown, csv, json or html");
	if (options->standard)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--standard does not go with --review");
	plim_status status = plim_results_read(plim_cli_value(args, "review"), true, &before, error);
	if (status == PLIM_OK && !before->tabulated)
		status = plim_error_set(error, PLIM_ERROR_SHARDS,
		                        "'%s' is a shard of a working folder, without tables: plimsoll merge makes them",
		                        plim_cli_value(args, "review"));
	if (status == PLIM_OK)
		status = plim_review_build(before, after, options->scenario, &review, error);
	if (status == PLIM_OK && !review.same_scope)
		plim_cli_warn("the scopes of both models differ: part of every difference is what is in the model");
	if (status == PLIM_OK)
		status = watch_log(args, &review, &w, error);
	if (status == PLIM_OK)
		status = write(args, &review, &w, options, error);
	clear_watch(&w);
	plim_review_clear(&review);
	plim_results_free(&before);
	return status;
}
