/* SPDX-License-Identifier: Apache-2.0 */
/* What blocks need not add up, filled in once at the end. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/summary.h"

/* The OEP tallies of threats and places, which were kept as differences. */
static plim_status add_differences(plim_summary *s, size_t k, plim_error *error)
{
	for (size_t g = 0; g < s->groups; g++)
		if (plim_groups_differ(s->layout, g) && !plim_groups_in_set(s->layout, g))
			plim_tally_merge(plim_summary_tally(s, k, g, PLIM_MEASURE_OEP),
			                 plim_summary_tally(s, k, g, PLIM_MEASURE_AEP));
	return plim_tally_set_merge(plim_summary_set(s, k, PLIM_MEASURE_OEP), plim_summary_set(s, k, PLIM_MEASURE_AEP),
	                            error);
}

/* The total's own tail sums, and the groups that follow another. */
static void fill_followers(plim_summary *s, size_t k)
{
	const plim_groups *groups = s->layout;
	plim_tail_sums *tail = &s->tail[k * s->groups];
	plim_tally_add_tail(plim_summary_tally(s, k, groups->total, PLIM_MEASURE_AEP), &tail[groups->total]);
	for (size_t g = 0; g < s->groups; g++) {
		if (!plim_groups_follows(groups, g))
			continue;
		for (int m = 0; m < PLIM_MEASURES; m++)
			plim_tally_add_finer(plim_summary_tally(s, k, g, m), plim_summary_tally(s, k, groups->alike[g], m));
		plim_tail_sums_merge(&tail[g], &tail[groups->alike[g]]);
	}
}

/* Places whose origin is series j, which is whole: tallies of their own ... */
static size_t fill_tallies(plim_summary *s, size_t k, size_t j, bool *in_set)
{
	const plim_groups *groups = s->layout;
	size_t wanted = 0;
	for (size_t g = 0; g < s->groups; g++) {
		const bool same = plim_groups_origin(groups, k, g) == j, set = plim_groups_in_set(groups, g);
		in_set[g] = same && set;
		wanted += in_set[g];
		if (!same)
			continue;
		s->events[k * s->groups + g] = s->events[j * s->groups + g];
		for (int m = 0; m < PLIM_MEASURES && !set; m++)
			plim_tally_merge(plim_summary_tally(s, k, g, m), plim_summary_tally(s, j, g, m));
	}
	return wanted;
}

/* ... and what all places share. Their tail sums are there already: those of one series are not those of another. */
static plim_status fill_repeats(plim_summary *s, size_t k, plim_error *error)
{
	plim_status status = PLIM_OK;
	bool *in_set = plim_mem_alloc(s->groups, sizeof *in_set);
	if (!in_set)
		return plim_error_memory(error, "the summary");
	for (size_t j = 0; j < k && status == PLIM_OK; j++) {
		if (fill_tallies(s, k, j, in_set) == 0)
			continue;
		for (int m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++)
			status = plim_tally_set_merge_some(plim_summary_set(s, k, m), plim_summary_set(s, j, m), in_set, error);
	}
	plim_mem_free(in_set);
	return status;
}

plim_status plim_summary_finish(plim_summary *s, plim_error *error)
{
	plim_status status = plim_summary_take_places(s, s, error);
	for (size_t k = 0; k < s->series && !s->finished && status == PLIM_OK; k++) {
		status = add_differences(s, k, error);
		fill_followers(s, k);
		if (status == PLIM_OK && s->layout->origin)
			status = fill_repeats(s, k, error);
		for (int m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++)
			status = plim_tally_set_settle(plim_summary_set(s, k, m), error);
	}
	s->finished = true;
	return status;
}
