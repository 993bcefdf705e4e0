/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a block: what its groups had goes into the summary, and the workspace is empty again. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/block.h"
#include "engine/nested.h"

uint64_t plim_block_digest(uint64_t digest, const double *values, size_t n)
{
	enum { LANES = 8 }; /* chains side by side: each waits for itself alone */
	uint64_t lane[LANES] = {0}, bits;
	for (size_t i = 0; i < n; i++) {
		memcpy(&bits, &values[i], sizeof bits);
		lane[i % LANES] = plim_identity_join(lane[i % LANES], bits);
	}
	for (size_t l = 0; l < LANES; l++)
		digest = plim_identity_join(digest, lane[l]);
	return digest;
}

static void tail_entries(plim_summary *summary, size_t k, const plim_entry_list *list, const uint16_t *bin)
{
	for (size_t i = 0; i < list->count; i++) {
		const plim_entry *e = &list->item[i];
		plim_tail_sums_add(&summary->tail[k * summary->groups + e->group], bin[e->trial], e->value);
	}
}

static bool in_order(const plim_entry_list *list)
{
	for (size_t i = 1; i < list->count; i++)
		if (list->item[i].group < list->item[i - 1].group)
			return false;
	return true;
}

/* Entries of places by group, the order within a group kept: a counting sort, unless they are in order. */
static const plim_entry *sort_entries(plim_workspace *ws, plim_entry_list *list)
{
	const plim_groups *groups = &ws->plan->groups;
	uint32_t *start = ws->place_count, next = 0;
	if (in_order(list))
		return list->item;
	size_t sparse_first = groups->first[PLIM_GROUP_NODE], sparse_end = groups->count;
	if (plim_mem_pages_reserve((void **)&ws->sorted, &ws->sorted_capacity, list->count, sizeof *ws->sorted)) {
		ws->status = plim_error_memory(ws->error, "the losses of a block");
		return NULL;
	}
	memset(start + sparse_first, 0, (sparse_end - sparse_first) * sizeof *start);
	for (size_t i = 0; i < list->count; i++)
		start[list->item[i].group]++;
	for (size_t g = sparse_first; g < sparse_end; g++) {
		uint32_t count = start[g];
		start[g] = next;
		next += count;
	}
	for (size_t i = 0; i < list->count; i++)
		ws->sorted[start[list->item[i].group]++] = list->item[i];
	return ws->sorted;
}

/* The vectors that hold a dense group's block, NULL if it had nothing. */
static const plim_vectors *vectors_of(const plim_workspace *ws, size_t k, size_t g)
{
	const plim_groups *groups = &ws->plan->groups;
	if (groups->form[g] != PLIM_GROUP_FORM_DENSE)
		return NULL;
	size_t index = k * groups->dense_count + groups->dense[groups->alike[g]];
	return ws->dense_used[index] ? &ws->dense[index] : NULL;
}

/* One dense group's trials with a loss, which are listed first: whether one has any is a toss-up. */
static void add_dense(plim_workspace *ws, plim_summary *summary, size_t k, size_t g, const plim_vectors *v)
{
	plim_tally *sum = plim_summary_tally(summary, k, g, PLIM_MEASURE_AEP);
	plim_tally *largest = plim_summary_tally(summary, k, g, PLIM_MEASURE_OEP);
	plim_tail_sums *tail = &summary->tail[k * summary->groups + g];
	uint32_t *list = ws->touched, count = 0;
	for (uint32_t t = 0; t < ws->trials; t++) {
		list[count] = t;
		count += v->sum[t] != 0;
	}
	for (uint32_t i = 0; i < count; i++) {
		plim_tally_add(sum, v->sum[list[i]]);
		plim_tally_add(largest, v->largest[list[i]]);
	}
	for (uint32_t i = 0; i < count && g != ws->plan->groups.total; i++) /* the total's follow from its tally */
		plim_tail_sums_add(tail, ws->total_bin[list[i]], v->sum[list[i]]);
}

static void finish_dense(plim_workspace *ws, plim_summary *summary, size_t k)
{
	const plim_groups *groups = &ws->plan->groups;
	for (size_t g = 0; g < groups->count; g++) {
		const plim_vectors *v = vectors_of(ws, k, g);
		if (!v)
			continue;
		plim_nested_add(ws, summary, k, (uint32_t)g, v, NULL, ws->trials);
		if (plim_groups_follows(groups, g)) /* what follows another is filled in at the end */
			continue;
		add_dense(ws, summary, k, g, v);
	}
}

static void clear_dense(plim_workspace *ws, size_t k)
{
	size_t first = k * ws->plan->groups.dense_count;
	for (size_t i = first; i < first + ws->plan->groups.dense_count; i++) {
		if (ws->dense_used[i]) {
			memset(ws->dense[i].sum, 0, PLIM_BLOCK_TRIALS * sizeof(double));
			memset(ws->dense[i].largest, 0, PLIM_BLOCK_TRIALS * sizeof(double));
			ws->dense_used[i] = false;
		}
	}
}

static void add_share(plim_workspace *ws, plim_worst_detail *detail, uint32_t group, double value)
{
	if (plim_mem_grow((void **)&detail->share, &detail->capacity, detail->count + 1, sizeof *detail->share))
		ws->status = plim_error_memory(ws->error, "the worst trials");
	else
		detail->share[detail->count++] = (plim_share){group, value};
}

static void add_list_shares(plim_workspace *ws, plim_worst_detail *detail, const uint32_t *mark,
                            const plim_entry *entry, size_t count)
{
	for (size_t i = 0; entry && i < count; i++) {
		uint32_t slot = mark[entry[i].trial];
		if (slot)
			add_share(ws, &detail[slot - 1], entry[i].group, entry[i].value);
	}
}

/* Marks the trials of this block that enter the worst so far, so that what groups had of them is kept on the way. */
static void mark_worst(plim_workspace *ws, plim_summary *summary, size_t k, const double *total)
{
	uint64_t slot, begin = ws->block << PLIM_BLOCK_BITS;
	uint32_t *mark = ws->mark + k * PLIM_BLOCK_TRIALS, *marked = ws->marked + k * PLIM_BLOCK_TRIALS;
	size_t count = 0;
	for (uint32_t t = 0; t < ws->trials; t++) {
		if (total[t] > 0 && plim_worst_offer(&summary->worst[k], total[t], begin + t, &slot)) {
			for (size_t i = 0; i < count; i++) /* a trial of this same block may have been pushed out again */
				if (mark[marked[i]] == slot + 1)
					mark[marked[i]] = 0;
			mark[t] = (uint32_t)slot + 1;
			marked[count++] = t;
			ws->marked_all[ws->marked_alls] = t; /* kept only if it is new */
			ws->marked_alls += !ws->marked_in[t];
			ws->marked_in[t] = true;
			summary->detail[k * PLIM_WORST_TRIALS + slot].count = 0;
		}
	}
	ws->marked_count[k] = count;
}

static void unmark(plim_workspace *ws, size_t k)
{
	for (size_t i = 0; i < ws->marked_count[k]; i++) {
		uint32_t t = ws->marked[k * PLIM_BLOCK_TRIALS + i];
		ws->mark[k * PLIM_BLOCK_TRIALS + t] = 0;
		ws->marked_in[t] = false;
	}
	ws->threats[k].count = ws->merged[k].count = 0;
}

/* What each group had of the marked trials. */
static void finish_worst(plim_workspace *ws, plim_summary *summary, size_t k)
{
	const plim_groups *groups = &ws->plan->groups;
	plim_worst_detail *detail = summary->detail + k * PLIM_WORST_TRIALS;
	const uint32_t *mark = ws->mark + k * PLIM_BLOCK_TRIALS, *marked = ws->marked + k * PLIM_BLOCK_TRIALS;
	for (size_t g = 0; ws->marked_count[k] > 0 && g < groups->count; g++) {
		const plim_vectors *v = vectors_of(ws, k, g);
		for (size_t i = 0; v && i < ws->marked_count[k]; i++) {
			uint32_t t = marked[i];
			if (mark[t] && v->sum[t] > 0)
				add_share(ws, &detail[mark[t] - 1], (uint32_t)g, v->sum[t]);
		}
	}
	if (ws->marked_count[k] > 0) {
		add_list_shares(ws, detail, mark, ws->threats[k].item, ws->threats[k].count);
		add_list_shares(ws, detail, mark, sort_entries(ws, &ws->merged[k]), ws->merged[k].count);
	}
	unmark(ws, k);
}

/* Tolerance is about a year: each year of the trial by itself. */
static void count_above(const plim_workspace *ws, plim_summary *summary, size_t k, const double *total)
{
	const plim_plan *plan = ws->plan;
	for (size_t i = 0; i < plan->tolerances; i++) {
		for (uint32_t y = 0; y < plan->years; y++) {
			const double *loss = ws->year_sum ? ws->year_sum[k] + (size_t)y * PLIM_BLOCK_TRIALS : total;
			uint64_t *above = plim_summary_above(summary, k, i, y);
			for (uint32_t t = 0; t < ws->trials; t++)
				*above += loss[t] > plan->tolerance[i];
		}
	}
}

/* The total of each year, and its present value. */
static void finish_years(plim_workspace *ws, plim_summary *summary, size_t k)
{
	const plim_plan *plan = ws->plan;
	double *year = ws->year_sum[k];
	for (uint32_t y = 0; y < plan->years; y++)
		plim_tally_add_many(plim_summary_tally(summary, k, plan->groups.total, PLIM_MEASURE_YEAR + (int)y),
		                    year + (size_t)y * PLIM_BLOCK_TRIALS, ws->trials);
	memset(year, 0, (size_t)PLIM_BLOCK_TRIALS * plan->years * sizeof *year);
	if (!ws->present_sum)
		return;
	plim_tally_add_many(plim_summary_tally(summary, k, plan->groups.total, PLIM_MEASURE_PRESENT), ws->present_sum[k],
	                    ws->trials);
	memset(ws->present_sum[k], 0, PLIM_BLOCK_TRIALS * sizeof *ws->present_sum[k]);
}

static void finish_series(plim_workspace *ws, plim_summary *summary, size_t k, double *ylt, uint16_t *bins)
{
	const plim_plan *plan = ws->plan;
	const double *total = plim_workspace_dense(ws, k, plan->groups.total)->sum;
	for (uint32_t t = 0; t < ws->trials; t++)
		ws->total_bin[t] = (uint16_t)plim_tally_bin_of(total[t]);
	count_above(ws, summary, k, total);
	if (ws->year_sum)
		finish_years(ws, summary, k);
	if (ylt)
		memcpy(ylt, total, ws->trials * sizeof *ylt);
	mark_worst(ws, summary, k, total);
	finish_dense(ws, summary, k);
	tail_entries(summary, k, &ws->threats[k], ws->total_bin);
	for (uint32_t t = 0; bins && t < ws->trials; t++)
		bins[t * plim_plan_series(plan) + k] = ws->total_bin[t];
}

/* Room for the bins of the block's totals, if its places have anything, and the row of its first trial. */
static uint16_t *begin_log(plim_workspace *ws, plim_summary *summary, uint32_t *first)
{
	const size_t series = plim_plan_series(ws->plan);
	uint16_t *bins = NULL;
	size_t entries = 0;
	for (size_t k = 0; k < series; k++)
		entries += ws->places[k].count + ws->regions[k].count;
	*first = (uint32_t)(summary->bins.count / series);
	if (entries > 0 && ws->status == PLIM_OK)
		ws->status = plim_trial_bins_take(&summary->bins, ws->trials * series, &bins, ws->error);
	return bins;
}

void plim_finish_block(plim_workspace *ws, plim_summary *summary, double *const *ylt, plim_block_record *record)
{
	const size_t series = plim_plan_series(ws->plan);
	uint64_t digest = 0;
	uint32_t first;
	uint16_t *bins = begin_log(ws, summary, &first);
	for (size_t k = 0; k < series; k++)
		finish_series(ws, summary, k, ylt ? ylt[k] : NULL, bins);
	for (size_t k = 0; k < series && bins; k++) { /* when all totals are known */
		plim_finish_places(ws, summary, k, &ws->places[k], first);
		plim_finish_places(ws, summary, k, &ws->regions[k], first);
	}
	for (size_t k = 0; k < series; k++) {
		finish_worst(ws, summary, k);
		digest = plim_block_digest(digest, plim_workspace_dense(ws, k, ws->plan->groups.total)->sum, ws->trials);
		clear_dense(ws, k);
	}
	ws->marked_alls = 0;
	summary->trials += ws->trials;
	*record = (plim_block_record){ws->events, digest};
}
