/* SPDX-License-Identifier: Apache-2.0 */
/* Who makes up the tail: each group's part of the total's TVaR, and how sure that is. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/sensitivity.h"
#include "decide/trial_losses.h"
#include "engine/plan.h"
#include "engine/tail_parts.h"
#include "stats/percentile.h"

/* Least number of parts that an interval is made from. */
#define LEAST_PARTS 8

/* Each group's part of the TVaR of these trials; *tvar in all. */
static plim_status parts_of(const plim_trial_losses *l, const plim_probability *p, double *part, plim_error *error)
{
	const plim_summary *s = l->summary;
	size_t k = l->plan->perspectives > 1 ? PLIM_PERSPECTIVE_NET * l->scenarios : 0;
	const plim_tally *total = plim_summary_tally(s, k, s->layout->total, PLIM_MEASURE_AEP);
	double weight[PLIM_BIN_ALL];
	plim_estimate tvar;
	plim_tail_parts parts = {0};
	plim_status status = plim_tvars(total, l->trials, l->loss[0], p, 1, &tvar, error);
	if (status == PLIM_OK)
		status = plim_tail_weights(total, l->trials, p, tvar.value, weight, error);
	if (status == PLIM_OK)
		status = plim_tail_parts_read(&parts, s, k, error);
	if (status == PLIM_OK)
		plim_tail_parts_weigh(&parts, weight, part, s->groups);
	plim_tail_parts_clear(&parts);
	return status;
}

static plim_status run_part(plim_study *study, uint64_t first, uint64_t blocks, plim_trial_losses *out)
{
	const plim_model *model = study->s->model;
	plim_run_options run = plim_study_run(study, model->scenario[study->s->scenario].id);
	run.first_block = first;
	run.blocks = blocks;
	return plim_trial_losses_run(model, &run, true, out, study->error);
}

static bool is_told(plim_group_kind kind)
{
	return kind == PLIM_GROUP_THREAT || kind == PLIM_GROUP_NODE || kind == PLIM_GROUP_LINK ||
	       kind == PLIM_GROUP_REGION || kind == PLIM_GROUP_BEARER;
}

static int by_kind_and_value(const void *a, const void *b)
{
	const plim_tail_part *x = a, *y = b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->value.value != y->value.value)
		return x->value.value > y->value.value ? -1 : 1;
	return strcmp(x->group, y->group);
}

/* `of` holds the part of each group in each replicate: [replicate][group]. */
static plim_status add_part(plim_study *study, const plim_groups *groups, size_t g, const double *all, const double *of,
                            size_t replicates)
{
	plim_sensitivity *s = study->s;
	double value[PLIM_REPLICATES];
	if (plim_mem_grow((void **)&s->part, &s->part_capacity, s->parts + 1, sizeof *s->part))
		return plim_error_memory(study->error, "the parts of the tail");
	for (size_t r = 0; r < replicates; r++)
		value[r] = of[r * groups->count + g];
	double half = plim_replicate_half(value, replicates >= LEAST_PARTS ? replicates : 0), total = all[groups->total];
	plim_tail_part *part = &s->part[s->parts];
	*part = (plim_tail_part){.kind = groups->item[g].kind,
	                         .group = plim_mem_string(groups->item[g].name),
	                         .title = plim_mem_string(groups->item[g].title),
	                         .value = {all[g], all[g] - half, all[g] + half, false},
	                         .share = total > 0 ? all[g] / total : 0};
	s->parts++;
	return part->group && part->title ? PLIM_OK : plim_error_memory(study->error, "the parts of the tail");
}

static plim_status list_parts(plim_study *study, const plim_groups *groups, const double *all, const double *of,
                              size_t replicates)
{
	plim_status status = PLIM_OK;
	for (size_t g = 0; g < groups->count && status == PLIM_OK; g++)
		if (is_told(groups->item[g].kind) && all[g] > 0)
			status = add_part(study, groups, g, all, of, replicates);
	if (status == PLIM_OK)
		qsort(study->s->part, study->s->parts, sizeof *study->s->part, by_kind_and_value);
	return status;
}

/* The parts of the blocks, in as many replicates as there are blocks for. */
static plim_status replicate_parts(plim_study *study, size_t groups, size_t replicates, double *of)
{
	uint64_t blocks = plim_run_blocks(study->o->trials);
	plim_status status = PLIM_OK;
	for (size_t r = 0; r < replicates && status == PLIM_OK; r++) {
		plim_trial_losses part = {0};
		uint64_t first = blocks * r / replicates, end = blocks * (r + 1) / replicates;
		status = run_part(study, first, end - first, &part);
		if (status == PLIM_OK)
			status = parts_of(&part, &study->o->p, of + r * groups, study->error);
		plim_study_tell(study, part.trials);
		plim_trial_losses_clear(&part);
	}
	return status;
}

/* In how many parts of the blocks the tail is looked at: 0 when there are too few. */
static size_t tail_replicates(const plim_study *study)
{
	const uint64_t blocks = plim_run_blocks(study->o->trials);
	if (blocks < LEAST_PARTS)
		return 0;
	return blocks < PLIM_REPLICATES ? (size_t)blocks : PLIM_REPLICATES;
}

unsigned plim_study_tail_runs(const plim_study *study)
{
	return tail_replicates(study) > 0 ? 2 : 1;
}

plim_status plim_study_tail(plim_study *study)
{
	plim_trial_losses all = {0};
	uint64_t blocks = plim_run_blocks(study->o->trials);
	plim_status status = run_part(study, 0, blocks, &all);
	if (status != PLIM_OK)
		return status;
	const size_t groups = all.summary->groups, replicates = tail_replicates(study);
	double *part = plim_mem_alloc((replicates + 1) * groups, sizeof *part);
	status = part ? parts_of(&all, &study->o->p, part, study->error)
	              : plim_error_memory(study->error, "the parts of the tail");
	plim_study_tell(study, all.trials);
	if (status == PLIM_OK)
		status = replicate_parts(study, groups, replicates, part + groups);
	if (status == PLIM_OK)
		status = list_parts(study, all.summary->layout, part, part + groups, replicates);
	plim_mem_free(part);
	plim_trial_losses_clear(&all);
	return status;
}
