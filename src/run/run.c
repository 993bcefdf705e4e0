/* SPDX-License-Identifier: Apache-2.0 */
#include "plimsoll/run.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "engine/nested.h"
#include "model/finding.h"
#include "run/announce.h"
#include "run/assemble.h"
#include "run/blocks.h"
#include "run/estimate.h"
#include "run/session.h"
#include "run/until.h"
#include "store/shard.h"

/* Year-loss tables are kept up to this many trials unless the caller decides. */
#define YLT_TRIALS UINT64_C(10000000)

plim_run_options plim_run_options_default(void)
{
	return (plim_run_options){.trials = 100000, .seed = 1, .ylt = -1};
}

static bool keeps_ylt(const plim_run_options *options)
{
	return options->ylt < 0 ? options->trials <= YLT_TRIALS : options->ylt > 0;
}

static plim_status choose_kernel(const plim_run_options *options, const plim_kernel **kernel, plim_error *error)
{
	plim_cpu cpu;
	*kernel = plim_kernel_best();
	if (!options->cpu)
		return PLIM_OK;
	if (!plim_cpu_parse(options->cpu, &cpu))
		return plim_error_set(error, PLIM_ERROR_USAGE, "cpu '%s': there are scalar, avx2 and avx512", options->cpu);
	*kernel = plim_kernel_get(cpu);
	if (!*kernel)
		return plim_error_set(error, PLIM_ERROR_USAGE, "this machine has no %s", options->cpu);
	return PLIM_OK;
}

static plim_status build_plan(const plim_model *model, const plim_run_options *options, plim_plan **plan,
                              plim_error *error)
{
	plim_plan *built = NULL;
	plim_status status = plim_plan_build(model, options->scenario, &built, error);
	if (status == PLIM_OK)
		status = plim_plan_nest(built, options->trials, options->worlds, error);
	if (status != PLIM_OK)
		plim_plan_free(&built);
	*plan = built;
	return status;
}

plim_status plim_run_plan(const plim_model *model, const plim_run_options *options, plim_run_estimate *estimate,
                          plim_error *error)
{
	plim_plan *plan = NULL;
	plim_block_range range;
	plim_status status = plim_block_range_of(options, &range, error);
	if (status == PLIM_OK)
		status = build_plan(model, options, &plan, error);
	if (status == PLIM_OK)
		plim_run_estimate_of(plan, options, &range, keeps_ylt(options), estimate);
	plim_plan_free(&plan);
	return status;
}

/* Before any work is done. */
static plim_status check_until(const plim_run_options *options, plim_error *error)
{
	plim_until until;
	if (!options->until)
		return PLIM_OK;
	if (options->worlds > 1)
		return plim_error_set(
		    error, PLIM_ERROR_USAGE,
		    "a stop rule ends a run at any block, and worlds need to be whole: give the number of trials");
	if (options->blocks || options->first_block)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "a stop rule looks at the whole run: it does not go with a range of blocks");
	if (plim_comm_size(options->comm) > 1 || options->resume || options->checkpoint_seconds > 0)
		return plim_error_set(
		    error, PLIM_ERROR_USAGE,
		    "a stop rule does not go with checkpoints, --resume or several processes: run it in one piece, or "
		    "give the number of trials");
	return plim_until_parse(options->until, &until, error);
}

/* What would take less memory, of that which this run could do without; else that it needs more. */
static void what_lowers(const plim_plan *plan, uint64_t threads, bool ylt, char *text, size_t size)
{
	char fewer[48];
	snprintf(fewer, sizeof fewer, "use fewer threads (now %u)", (unsigned)threads);
	const char *way[] = {threads > 1 ? fewer : NULL, ylt ? "do without year-loss tables" : NULL,
	                     plan->scenarios > 1 ? "run one scenario at a time" : NULL};
	size_t n = 0;
	for (size_t i = 0; i < sizeof way / sizeof *way; i++)
		if (way[i])
			n += (size_t)snprintf(text + n, size - n, "%s%s", n ? ", or " : "", way[i]);
	if (n == 0)
		snprintf(text, size, "it takes no less; allow it more (--memory)");
}

static plim_status check_memory(const plim_plan *plan, const plim_run_options *options, const plim_block_range *range,
                                plim_error *error)
{
	plim_run_estimate e;
	plim_run_estimate_of(plan, options, range, keeps_ylt(options), &e);
	if (options->memory_limit == 0 || e.memory_bytes <= options->memory_limit)
		return PLIM_OK;
	char lower[128];
	what_lowers(plan, plim_block_threads(options, range), keeps_ylt(options), lower, sizeof lower);
	return plim_error_set(error, PLIM_ERROR_USAGE, "the run may need %.4g MB and the limit is %.4g MB: %s",
	                      (double)e.memory_bytes / 1e6, (double)options->memory_limit / 1e6, lower);
}

/* Runs as many blocks as the stop rule asks for; *as has the options of a run of just so many trials, which these
 * results are. */
static plim_status run_until(plim_run_parts *parts, plim_run_options *as, plim_error *error)
{
	const plim_run_options *options = parts->options;
	plim_block_range ceiling = parts->range;
	plim_until until;
	plim_until_run run = {.model = parts->model, .plan = parts->plan, .kernel = parts->kernel, .options = options};
	plim_status status = plim_until_parse(options->until, &until, error);
	run.ylt_trials = options->ylt < 0 ? YLT_TRIALS : UINT64_MAX;
	/* it may end within what has year-loss tables, so that there is room for them */
	if (options->ylt < 0 && parts->range.trials > YLT_TRIALS)
		parts->range.trials = YLT_TRIALS;
	if (status == PLIM_OK)
		status = plim_collect_begin(parts, options->ylt != 0, error);
	run.range = ceiling;
	run.ylt = parts->ylt;
	run.record = parts->record;
	if (status == PLIM_OK)
		status = plim_until_blocks(&until, &run, error);
	parts->ylt = run.ylt;
	parts->summary = run.summary;
	parts->range = run.range;
	parts->until_met = run.met;
	parts->until_ceiling = options->trials;
	*as = *options;
	as->trials = run.range.trials;
	parts->options = as;
	return status;
}

static plim_status run_plan(const plim_model *model, plim_plan *plan, const plim_kernel *kernel,
                            const plim_run_options *options, plim_results **results, plim_error *error)
{
	plim_run_parts parts = {.model = model, .plan = plan, .kernel = kernel, .options = options};
	plim_run_options as;
	plim_status status = plim_block_range_of(options, &parts.range, error);
	if (status == PLIM_OK)
		status = check_memory(plan, options, &parts.range, error);
	parts.started = time(NULL);
	double start = plim_run_clock();
	status = plim_comm_agree(options->comm, status, error);
	if (status == PLIM_OK)
		status = options->until ? run_until(&parts, &as, error) : plim_session_run(&parts, keeps_ylt(options), error);
	parts.finished = time(NULL);
	parts.seconds = plim_run_clock() - start;
	*results = NULL;
	if (status == PLIM_OK && plim_comm_rank(options->comm) == 0)
		status = plim_run_assemble(&parts, results, error);
	status = plim_comm_agree(options->comm, status, error);
	if (status != PLIM_OK)
		plim_results_free(results);
	plim_collect_end(&parts);
	return status;
}

plim_status plim_run(const plim_model *model, const plim_run_options *options, plim_results **results,
                     plim_error *error)
{
	plim_plan *plan = NULL;
	const plim_kernel *kernel = NULL;
	plim_block_range range;
	plim_status status = plim_block_range_of(options, &range, error);
	if (status == PLIM_OK)
		status = check_until(options, error);
	if (status == PLIM_OK)
		status = choose_kernel(options, &kernel, error);
	if (status == PLIM_OK)
		status = build_plan(model, options, &plan, error);
	status = plim_comm_agree(options->comm, status, error);
	if (status == PLIM_OK)
		status = run_plan(model, plan, kernel, options, results, error);
	plim_plan_free(&plan);
	return status;
}

static plim_status compare_file(const plim_run_parts *parts, const char *path, bool will_keep_ylt, bool *complete)
{
	plim_results *file = NULL;
	plim_error why;
	bool keeps_ylt;
	plim_span span;
	plim_status status = plim_shard_read(path, 0, &file, &keeps_ylt, &why);
	if (status == PLIM_OK)
		status = plim_shard_span(file, path, &span, &why);
	if (status == PLIM_OK) {
		plim_shard_key is = plim_shard_key_of_file(file, keeps_ylt), wanted = plim_shard_key_of_run(parts);
		wanted.keeps_ylt = will_keep_ylt;
		*complete = plim_shard_key_check(&is, &wanted, path, "the run", &why) == PLIM_OK &&
		            span.first == parts->range.first && span.end == parts->range.first + parts->range.count;
	}
	plim_results_free(&file);
	return status == PLIM_ERROR_MEMORY ? status : PLIM_OK;
}

plim_status plim_run_is_complete(const plim_model *model, const plim_run_options *options, const char *path,
                                 bool *complete, plim_error *error)
{
	plim_run_parts parts = {.model = model, .options = options};
	*complete = false;
	plim_status status = plim_block_range_of(options, &parts.range, error);
	if (status == PLIM_OK)
		status = build_plan(model, options, &parts.plan, error);
	if (status == PLIM_OK)
		status = compare_file(&parts, path, keeps_ylt(options), complete);
	plim_plan_free(&parts.plan);
	return status;
}

plim_status plim_run_check(const plim_model *model, plim_findings *findings, plim_error *error)
{
	char **notes = NULL;
	size_t count = 0;
	plim_status status = plim_run_announce(model, &notes, &count, error);
	if (status != PLIM_OK)
		return status;
	bool added = true;
	for (size_t i = 0; i < count && added; i++)
		added = plim_findings_add(findings, PLIM_FINDING_WARNING, "", 0, 0, "", notes[i]);
	plim_run_announce_free(notes, count);
	return added ? PLIM_OK : plim_error_memory(error, "the findings");
}
