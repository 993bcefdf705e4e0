/* SPDX-License-Identifier: Apache-2.0 */
/* What places (and logged regions) had in a block, from their lists to the summary's logs. */
#include <string.h>

#include "base/error.h"
#include "engine/nested.h"
#include "engine/workspace.h"

/* One place of a list that is sorted. */
typedef struct place {
	const plim_place_list *list;
	const plim_place_stretch *stretch; /* `stretches` of them */
	size_t stretches, count;           /* of losses */
} place;

/* What the place had of a trial, to all series that have it so and list the trial among the worst. */
static void note_marked(plim_workspace *ws, size_t k, uint32_t group, uint32_t t, double sum)
{
	for (size_t i = k; i < plim_plan_series(ws->plan); i++)
		if (ws->mark[i * PLIM_BLOCK_TRIALS + t] && plim_groups_origin(&ws->plan->groups, i, group) == k)
			plim_entry_add(ws, &ws->merged[i], (plim_entry){group, t, sum});
}

/* A nested run wants the place's values by trial. */
static void nest_place(plim_workspace *ws, plim_summary *summary, size_t k, const plim_place_run *run, uint32_t first)
{
	const plim_place_log *log = &summary->log[k];
	for (size_t j = 0; j < run->count; j++) {
		const plim_place_value *v = &log->value[run->first + j];
		ws->touched[j] = v->row - first;
		ws->place.sum[v->row - first] = v->sum;
		ws->place.largest[v->row - first] = plim_place_log_largest(log, v);
	}
	plim_nested_add(ws, summary, k, run->group, &ws->place, ws->touched, run->count);
}

/* A new stamp for the place at hand. When they run out, no trial has any. */
static uint32_t next_stamp(plim_workspace *ws)
{
	if (ws->place_stamp == UINT32_MAX >> PLIM_BLOCK_BITS) {
		memset(ws->place_seen, 0, PLIM_BLOCK_TRIALS * sizeof *ws->place_seen);
		ws->place_stamp = 0;
	}
	return ++ws->place_stamp;
}

/* Writes one place's losses down, events of a trial added up in order. A trial was met already if its stamp is this
 * place's. Returns the number of trials. */
static uint32_t log_place(plim_workspace *ws, plim_place_log *log, const place *p, uint32_t first)
{
	plim_place_value *value = log->value + log->count;
	const uint32_t stamp = next_stamp(ws);
	uint32_t *seen = ws->place_seen, n = 0;
	for (size_t s = 0; s < p->stretches; s++) {
		const uint32_t *trial = p->list->trial + p->stretch[s].first;
		const double *loss = p->list->loss + p->stretch[s].first;
		for (size_t i = 0; i < p->stretch[s].count; i++) {
			const uint32_t t = trial[i], mark = seen[t];
			if (mark >> PLIM_BLOCK_BITS == stamp) {
				plim_place_log_join(log, &value[mark % PLIM_BLOCK_TRIALS], loss[i]);
				continue;
			}
			seen[t] = stamp << PLIM_BLOCK_BITS | n;
			value[n++] = (plim_place_value){loss[i], first + t, 0};
		}
	}
	return n;
}

/* The same of at least as many events as a block has trials: most have several, which are added up in vectors. */
static uint32_t log_full_place(plim_workspace *ws, plim_place_log *log, const place *p, uint32_t first)
{
	const plim_vectors *v = &ws->place;
	plim_place_value *value = log->value + log->count;
	uint32_t n = 0;
	memset(v->sum, 0, PLIM_BLOCK_TRIALS * sizeof *v->sum);
	memset(v->largest, 0, PLIM_BLOCK_TRIALS * sizeof *v->largest);
	for (size_t s = 0; s < p->stretches; s++)
		for (size_t i = p->stretch[s].first; i < (size_t)p->stretch[s].first + p->stretch[s].count; i++)
			plim_vectors_add(v, p->list->trial[i], p->list->loss[i]);
	for (uint32_t t = 0; t < ws->trials; t++) {
		if (!(v->sum[t] > 0))
			continue;
		value[n] = (plim_place_value){v->sum[t], first + t, 0};
		if (v->largest[t] < v->sum[t])
			plim_place_log_note_largest(log, &value[n], v->largest[t]);
		n++;
	}
	return n;
}

/* Of the place just logged, what it had of the trials that are marked: few of them are looked up, else all of the place's
 * values are gone through. */
static void note_all_marked(plim_workspace *ws, size_t k, const plim_place_log *log, uint32_t first, bool stamped)
{
	const plim_place_run *run = &log->run[log->runs - 1];
	const plim_place_value *value = &log->value[run->first];
	if (!stamped || ws->marked_alls >= run->count) {
		for (size_t j = 0; j < run->count; j++)
			if (ws->marked_in[value[j].row - first])
				note_marked(ws, k, run->group, value[j].row - first, value[j].sum);
		return;
	}
	for (size_t j = 0; j < ws->marked_alls; j++) {
		const uint32_t t = ws->marked_all[j], mark = ws->place_seen[t];
		if (mark >> PLIM_BLOCK_BITS == ws->place_stamp)
			note_marked(ws, k, run->group, t, value[mark % PLIM_BLOCK_TRIALS].sum);
	}
}

/* Trial 0 has row `first` in the bins of the log. */
static void finish_place(plim_workspace *ws, plim_summary *summary, size_t k, uint32_t first, const place *p)
{
	plim_place_log *log = &summary->log[k];
	const uint32_t group = p->stretch[0].group;
	const bool full = p->count >= PLIM_BLOCK_TRIALS;
	ws->status = plim_place_log_reserve(log, p->count, ws->error);
	if (ws->status != PLIM_OK)
		return;
	summary->events[k * summary->groups + group] += p->count;
	plim_place_log_end_run(log, group, (full ? log_full_place : log_place)(ws, log, p, first));
	if (summary->nested)
		nest_place(ws, summary, k, &log->run[log->runs - 1], first);
	if (ws->marked_alls > 0)
		note_all_marked(ws, k, log, first, !full);
}

void plim_finish_places(plim_workspace *ws, plim_summary *summary, size_t k, plim_place_list *list, uint32_t first)
{
	const plim_groups *groups = &ws->plan->groups;
	if (!plim_place_list_sort(list, groups->first[PLIM_GROUP_NODE], groups->count, ws->place_count))
		ws->status = plim_error_memory(ws->error, "the losses of a block");
	for (size_t i = 0; ws->status == PLIM_OK && i < list->stretches;) {
		place p = {.list = list, .stretch = &list->stretch[i]};
		for (; i < list->stretches && list->stretch[i].group == p.stretch->group; i++) {
			p.stretches++;
			p.count += list->stretch[i].count;
		}
		finish_place(ws, summary, k, first, &p);
	}
	plim_place_list_reset(list);
}
