/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/trial_losses.h"

#include "base/error.h"
#include "base/memory.h"
#include "engine/plan.h"
#include "run/blocks.h"

void plim_trial_losses_clear(plim_trial_losses *losses)
{
	plim_summary_free(&losses->summary);
	plim_plan_free(&losses->plan);
	plim_mem_free(losses->loss);
	plim_mem_free(losses->room);
	*losses = (plim_trial_losses){0};
}

static plim_status make_room(const plim_plan *plan, plim_trial_losses *out, plim_error *error)
{
	size_t series = plim_plan_series(plan);
	out->scenarios = plan->scenarios;
	out->loss = plim_mem_alloc(series, sizeof *out->loss);
	out->room = plim_mem_alloc(series * out->trials, sizeof *out->room);
	if (!out->loss || !out->room)
		return plim_error_memory(error, "the losses of all trials");
	for (size_t k = 0; k < series; k++)
		out->loss[k] = out->room + k * out->trials;
	return PLIM_OK;
}

static plim_status run_blocks(const plim_run_options *options, const plim_block_range *range, plim_trial_losses *out,
                              plim_error *error)
{
	plim_block_record *record = plim_mem_alloc(range->count, sizeof *record);
	if (!record)
		return plim_error_memory(error, "the blocks");
	plim_run_options alone = *options;
	alone.comm = NULL;
	plim_blocks_job job = {.plan = out->plan,
	                       .kernel = plim_kernel_best(),
	                       .options = &alone,
	                       .range = *range,
	                       .origin = range->first,
	                       .ylt = out->loss,
	                       .record = record};
	plim_blocks_watch watch = {.blocks = range->count, .trials = range->trials, .started = plim_run_clock()};
	uint64_t done = 0;
	plim_status status = plim_blocks_run(&job, &watch, &done, &out->summary, error);
	if (status == PLIM_OK && done < range->count)
		status = plim_error_set(error, PLIM_ERROR_INTERRUPTED, "interrupted; nothing was kept");
	plim_mem_free(record);
	return status;
}

plim_status plim_trial_losses_run(const plim_model *model, const plim_run_options *options, bool keep_summary,
                                  plim_trial_losses *out, plim_error *error)
{
	plim_block_range range;
	plim_status status = plim_block_range_of(options, &range, error);
	*out = (plim_trial_losses){0};
	if (status == PLIM_OK)
		status = plim_plan_build(model, options->scenario, &out->plan, error);
	if (status == PLIM_OK) {
		out->trials = range.trials;
		status = make_room(out->plan, out, error);
	}
	if (status == PLIM_OK)
		status = run_blocks(options, &range, out, error);
	if (status != PLIM_OK) {
		plim_trial_losses_clear(out);
		return status;
	}
	if (out->plan->perspectives > 1) /* net follows gross and ceded */
		for (size_t k = 0; k < out->scenarios; k++)
			out->loss[k] = out->loss[PLIM_PERSPECTIVE_NET * out->scenarios + k];
	if (!keep_summary) {
		plim_summary_free(&out->summary);
		plim_plan_free(&out->plan);
	}
	return PLIM_OK;
}

double plim_losses_mean(const double *loss, uint64_t n)
{
	double sum = 0;
	for (uint64_t i = 0; i < n; i++)
		sum += loss[i];
	return n ? sum / (double)n : 0;
}

plim_status plim_loss_figures_of(const double *loss, uint64_t n, const plim_probability *p, plim_loss_figures *out,
                                 plim_error *error)
{
	plim_status status = PLIM_OK;
	*out = (plim_loss_figures){.mean = plim_losses_mean(loss, n), .tail = plim_replicates_can(n, p)};
	for (int r = -1; r < PLIM_REPLICATES && status == PLIM_OK; r++) {
		double *sorted = NULL;
		uint64_t count = 0;
		status = plim_losses_sorted(loss, &(const plim_trial_range){.n = n}, r, &sorted, &count, error);
		if (status == PLIM_OK && r < 0)
			out->tvar = plim_sorted_tvar(sorted, count, p);
		if (status == PLIM_OK && r >= 0) {
			out->replicate_mean[r] = plim_losses_mean(sorted, count);
			out->replicate_tvar[r] = out->tail ? plim_sorted_tvar(sorted, count, p) : 0;
		}
		plim_mem_free(sorted);
	}
	return status;
}
