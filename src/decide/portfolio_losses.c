/* SPDX-License-Identifier: Apache-2.0 */
/* Simulating the variants that are not known yet, many scenarios at a time. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/portfolio_parts.h"
#include "run/losses.h"
#include "stats/exact_sum.h"

/* Scenarios of one pass over the attempts: what they hold fits the cache, and one plan serves them. */
#define TOGETHER 64

/* ---- scenarios from sets ---- */

static int ascending(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

plim_status plim_scenario_list_make(const plim_portfolio *pf, const plim_set *set, size_t count,
                                    plim_scenario_list *list, plim_error *error)
{
	size_t each = pf->before->controls + pf->candidates;
	list->model = *pf->model;
	list->scenario = plim_mem_alloc(count, sizeof *list->scenario);
	list->control = plim_mem_alloc(count * each, sizeof *list->control);
	list->name = plim_mem_string("portfolio");
	if (!list->scenario || !list->control || !list->name)
		return plim_error_memory(error, "the portfolios");
	list->model.scenario = list->scenario;
	list->model.scenarios = count;
	for (size_t k = 0; k < count; k++) {
		plim_scenario *scenario = &list->scenario[k];
		*scenario = *pf->before;
		scenario->id = list->name;
		scenario->position = (uint32_t)k;
		scenario->control = list->control + k * each;
		if (pf->before->controls)
			memcpy(scenario->control, pf->before->control, pf->before->controls * sizeof *scenario->control);
		for (size_t i = 0; i < pf->candidates; i++)
			if (set[k] >> i & 1)
				scenario->control[scenario->controls++] = pf->candidate[i].control;
		qsort(scenario->control, scenario->controls, sizeof *scenario->control, ascending);
	}
	return PLIM_OK;
}

void plim_scenario_list_clear(plim_scenario_list *list)
{
	plim_mem_free(list->scenario);
	plim_mem_free(list->control);
	plim_mem_free(list->name);
	*list = (plim_scenario_list){0};
}

/* ---- the table of variants ---- */

static size_t place_of(const plim_portfolio_part *part, plim_set set)
{
	size_t at = (size_t)((set * UINT64_C(0x9e3779b97f4a7c15)) >> 32) & (part->places - 1);
	while (part->variant[at].used && part->variant[at].set != set)
		at = (at + 1) & (part->places - 1);
	return at;
}

static plim_status grow(plim_portfolio_part *part, plim_error *error)
{
	plim_portfolio_part old = *part;
	if (2 * (part->variants + 1) <= part->places)
		return PLIM_OK;
	part->places = old.places ? 2 * old.places : 16;
	part->variant = plim_mem_alloc(part->places, sizeof *part->variant);
	if (!part->variant) {
		*part = old;
		return plim_error_memory(error, "the portfolios");
	}
	for (size_t i = 0; i < old.places; i++)
		if (old.variant[i].used)
			part->variant[place_of(part, old.variant[i].set)] = old.variant[i];
	plim_mem_free(old.variant);
	return PLIM_OK;
}

const plim_variant_losses *plim_portfolio_variant(const plim_portfolio *pf, size_t part, plim_set set)
{
	const plim_portfolio_part *p = &pf->part[part];
	if (!p->places)
		return NULL;
	const plim_variant_losses *v = &p->variant[place_of(p, set & p->set)];
	return v->used ? v : NULL;
}

static void drop_losses(const plim_portfolio *pf, plim_variant_losses *v)
{
	for (uint64_t b = 0; v->block && b < pf->blocks; b++) {
		plim_mem_free(v->block[b].trial);
		plim_mem_free(v->block[b].loss);
	}
	plim_mem_free(v->block);
	v->block = NULL;
}

void plim_portfolio_drop(plim_portfolio *pf)
{
	for (size_t p = 0; p < pf->parts; p++)
		for (size_t i = 0; i < pf->part[p].places; i++)
			drop_losses(pf, &pf->part[p].variant[i]);
	pf->bytes = 0;
}

/* ---- one pass ---- */

/* A variant that is to be simulated. */
typedef struct wish {
	uint32_t part;
	plim_set set;
	bool granted;
} wish;

typedef struct sweep {
	plim_portfolio *pf;
	plim_set set[TOGETHER];
	size_t scenarios;
	plim_variant_losses *(*target)[TOGETHER]; /* [part][scenario]: filled; NULL: not wanted */
	uint32_t *part_of_group;                  /* by group of the plan */
} sweep;

/* Puts together scenarios that have one wanted variant of as many parts as they can. */
static size_t pack(const plim_portfolio *pf, wish *list, size_t count, plim_set *set, size_t *wish_of)
{
	size_t scenarios = 0, first = 0;
	while (scenarios < TOGETHER) {
		plim_set chosen = 0, settled = 0;
		bool any = false;
		while (first < count && list[first].granted)
			first++;
		for (size_t p = 0; p < pf->parts; p++)
			wish_of[scenarios * pf->parts + p] = SIZE_MAX;
		for (size_t i = first; i < count; i++) {
			const plim_set own = pf->part[list[i].part].set;
			size_t *slot = &wish_of[scenarios * pf->parts + list[i].part];
			if (list[i].granted || *slot != SIZE_MAX || (list[i].set ^ chosen) & settled & own)
				continue;
			*slot = i;
			list[i].granted = any = true;
			chosen |= list[i].set;
			settled |= own;
		}
		if (!any)
			break;
		set[scenarios++] = chosen;
	}
	return scenarios;
}

static plim_status copy_losses(const sweep *run, uint64_t block, size_t k, uint32_t part, size_t count,
                               const plim_entry_list *losses, plim_error *error)
{
	struct plim_block_losses *to = &run->target[part][k]->block[block];
	to->trial = plim_mem_alloc(count, sizeof *to->trial);
	to->loss = plim_mem_alloc(count, sizeof *to->loss);
	if (!to->trial || !to->loss)
		return plim_error_memory(error, "the losses of the portfolios");
	for (size_t i = 0; i < losses->count; i++) {
		const plim_entry *entry = &losses->item[i];
		if (run->part_of_group[entry->group] != part)
			continue;
		to->trial[to->count] = (uint16_t)entry->trial;
		to->loss[to->count++] = entry->value;
	}
	return PLIM_OK;
}

static plim_status sink(void *data, uint64_t block, size_t k, const plim_entry_list *losses, plim_error *error)
{
	const sweep *run = data;
	plim_status status = PLIM_OK;
	size_t *count = plim_mem_alloc(run->pf->parts, sizeof *count);
	if (!count)
		return plim_error_memory(error, "the losses of the portfolios");
	for (size_t i = 0; i < losses->count; i++)
		count[run->part_of_group[losses->item[i].group]]++;
	for (uint32_t p = 0; p < run->pf->parts && status == PLIM_OK; p++)
		if (run->target[p][k] && count[p] > 0)
			status = copy_losses(run, block, k, p, count[p], losses, error);
	plim_mem_free(count);
	return status;
}

/* Sums of the replicates, exact, so that they depend on no order. */
static void sum_up(plim_portfolio *pf, plim_variant_losses *v)
{
	plim_exact_sum sum[PLIM_REPLICATES];
	memset(sum, 0, sizeof sum);
	for (uint64_t b = 0; b < pf->blocks; b++) {
		const struct plim_block_losses *block = &v->block[b];
		for (uint32_t i = 0; i < block->count; i++) {
			uint64_t trial = b * PLIM_BLOCK_TRIALS + block->trial[i];
			plim_exact_sum_add(&sum[plim_replicate_of(&(const plim_trial_range){.n = pf->options.trials}, trial)],
			                   block->loss[i]);
		}
		pf->bytes += block->count * (sizeof *block->trial + sizeof *block->loss);
	}
	pf->bytes += pf->blocks * sizeof *v->block;
	for (size_t r = 0; r < PLIM_REPLICATES; r++)
		v->sum[r] = plim_exact_sum_value(&sum[r]);
}

/* Makes room for the variants of a pass and says where they are: the tables must not grow after that. */
static plim_status prepare(sweep *run, const wish *list, const size_t *wish_of, plim_error *error)
{
	plim_portfolio *pf = run->pf;
	plim_status status = PLIM_OK;
	for (int round = 0; round < 2; round++) {
		for (size_t i = 0; i < run->scenarios * pf->parts && status == PLIM_OK; i++) {
			size_t p = i % pf->parts, k = i / pf->parts;
			run->target[p][k] = NULL;
			if (wish_of[i] == SIZE_MAX)
				continue;
			plim_portfolio_part *part = &pf->part[p];
			status = round == 0 ? grow(part, error) : PLIM_OK;
			if (status != PLIM_OK)
				break;
			plim_variant_losses *v = &part->variant[place_of(part, list[wish_of[i]].set)];
			part->variants += !v->used;
			v->used = true;
			v->set = list[wish_of[i]].set;
			run->target[p][k] = v;
			if (round == 1 && !(v->block = plim_mem_alloc(pf->blocks, sizeof *v->block)))
				status = plim_error_memory(error, "the losses of the portfolios");
		}
	}
	return status;
}

static void name_groups(sweep *run, const plim_plan *plan, bool *wanted)
{
	for (size_t t = 0; t < plan->threats; t++) {
		uint32_t part = run->pf->part_of[plan->threat[t].model_threat];
		run->part_of_group[plan->threat[t].group] = part;
		for (size_t k = 0; k < run->scenarios; k++)
			wanted[t * run->scenarios + k] = run->target[part][k] != NULL;
	}
}

static plim_status run_plan(sweep *run, const plim_plan *plan, plim_error *error)
{
	bool *wanted = plim_mem_alloc(plan->threats * run->scenarios, sizeof *wanted);
	run->part_of_group = plim_mem_alloc(plan->groups.count, sizeof *run->part_of_group);
	plim_status status = wanted && run->part_of_group ? PLIM_OK : plim_error_memory(error, "the portfolios");
	if (status == PLIM_OK) {
		name_groups(run, plan, wanted);
		plim_run_options options = plim_watch_pass(run->pf->watch, &run->pf->options, run->scenarios);
		plim_losses_job job = {plan, &options, wanted, sink, run};
		status = plim_losses_run(&job, error);
	}
	plim_mem_free(wanted);
	plim_mem_free(run->part_of_group);
	return status;
}

static plim_status run_pass(sweep *run, const wish *list, const size_t *wish_of, plim_error *error)
{
	plim_portfolio *pf = run->pf;
	plim_plan *plan = NULL;
	plim_scenario_list scenarios = {0};
	run->target = plim_mem_alloc(pf->parts, sizeof *run->target);
	plim_status status = run->target ? prepare(run, list, wish_of, error) : plim_error_memory(error, "the portfolios");
	if (status == PLIM_OK)
		status = plim_scenario_list_make(pf, run->set, run->scenarios, &scenarios, error);
	if (status == PLIM_OK)
		status = plim_plan_build(&scenarios.model, NULL, &plan, error);
	if (status == PLIM_OK)
		status = run_plan(run, plan, error);
	for (size_t p = 0; p < pf->parts && status == PLIM_OK; p++)
		for (size_t k = 0; k < run->scenarios; k++)
			if (run->target[p][k])
				sum_up(pf, run->target[p][k]);
	pf->simulated += run->scenarios;
	plim_plan_free(&plan);
	plim_scenario_list_clear(&scenarios);
	plim_mem_free(run->target);
	return status;
}

/* What becomes of the losses when they outgrow the limit of memory. */
typedef enum keeping { KEEP_ALL, KEEP_OR_STOP, KEEP_SUMS } keeping;

static size_t granted(const wish *list, size_t count)
{
	size_t sum = 0;
	for (size_t i = 0; i < count; i++)
		sum += list[i].granted;
	return sum;
}

static plim_status grant(plim_portfolio *pf, wish *list, size_t count, keeping keep, plim_error *error)
{
	/* elsewhere the wishes serve sets that the caller counts */
	plim_watch *watch = keep == KEEP_ALL ? NULL : pf->watch;
	size_t *wish_of = plim_mem_alloc(TOGETHER * pf->parts, sizeof *wish_of), done = 0;
	plim_status status = wish_of ? PLIM_OK : plim_error_memory(error, "the portfolios");
	while (done < count && status == PLIM_OK && !(keep == KEEP_OR_STOP && pf->bytes > pf->limit)) {
		sweep run = {.pf = pf};
		if (keep == KEEP_SUMS && pf->bytes > pf->limit)
			plim_portfolio_drop(pf);
		run.scenarios = pack(pf, list, count, run.set, wish_of);
		const size_t more = granted(list, count) - done;
		plim_watch_take(watch, more);
		status = run_pass(&run, list, wish_of, error);
		plim_watch_done(watch, more);
		done += more;
	}
	plim_mem_free(wish_of);
	return status;
}

/* ---- what callers ask for ---- */

static int by_set(const void *a, const void *b)
{
	const wish *x = a, *y = b;
	if (x->part != y->part)
		return x->part < y->part ? -1 : 1;
	return (x->set > y->set) - (x->set < y->set);
}

plim_status plim_portfolio_simulate(plim_portfolio *pf, const plim_set *set, size_t count, plim_error *error)
{
	wish *list = plim_mem_alloc(count * pf->parts, sizeof *list);
	size_t wishes = 0, kept = 0;
	if (!list)
		return plim_error_memory(error, "the portfolios");
	for (size_t k = 0; k < count; k++) {
		for (uint32_t p = 0; p < pf->parts; p++) {
			const plim_variant_losses *v = plim_portfolio_variant(pf, p, set[k]);
			if (!v || !v->block)
				list[wishes++] = (wish){p, set[k] & pf->part[p].set, false};
		}
	}
	if (wishes)
		qsort(list, wishes, sizeof *list, by_set);
	for (size_t i = 0; i < wishes; i++)
		if (i == 0 || by_set(&list[i], &list[kept - 1]) != 0)
			list[kept++] = list[i];
	plim_status status = kept ? grant(pf, list, kept, KEEP_ALL, error) : PLIM_OK;
	plim_mem_free(list);
	return status;
}

plim_set plim_subset(plim_set set, uint64_t k)
{
	plim_set out = 0;
	for (; set; set &= set - 1, k >>= 1)
		if (k & 1)
			out |= set & -set;
	return out;
}

plim_status plim_portfolio_simulate_all(plim_portfolio *pf, size_t most, bool sums_only, bool *done, plim_error *error)
{
	size_t all = 0;
	*done = false;
	for (size_t p = 0; p < pf->parts; p++) {
		int bits = __builtin_popcountll(pf->part[p].set);
		if (bits > 20 || (all += (size_t)1 << bits) > most)
			return PLIM_OK;
	}
	wish *list = plim_mem_alloc(all, sizeof *list);
	size_t count = 0;
	if (!list)
		return plim_error_memory(error, "the portfolios");
	for (uint32_t p = 0; p < pf->parts; p++) {
		for (size_t k = 0; k < (size_t)1 << __builtin_popcountll(pf->part[p].set); k++) {
			plim_set set = plim_subset(pf->part[p].set, k);
			const plim_variant_losses *v = plim_portfolio_variant(pf, p, set);
			if (!v || !(v->block || sums_only))
				list[count++] = (wish){p, set, false};
		}
	}
	plim_watch_step(pf->watch, "simulation", count);
	plim_status status = grant(pf, list, count, sums_only ? KEEP_SUMS : KEEP_OR_STOP, error);
	*done = status == PLIM_OK && (sums_only || pf->bytes <= pf->limit);
	plim_mem_free(list);
	return status;
}
