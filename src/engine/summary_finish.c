/* SPDX-License-Identifier: Apache-2.0 */
/* What blocks need not add up, filled in once at the end. */
#include "engine/summary_parts.h"

/* The OEP tallies of threats, and the sets of places, which were kept as differences. */
static plim_status add_differences(plim_summary *s, size_t k, plim_error *error)
{
	for (size_t g = 0; g < s->groups; g++)
		if (s->layout->form[g] == PLIM_GROUP_FORM_LIST)
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

/* Events of places that have what they have in an earlier series. Their tail sums are there already, for those of one
 * series are not those of another; their histograms are looked up in the earlier series. */
static void repeat_events(plim_summary *s, size_t k)
{
	for (size_t g = 0; g < s->groups; g++)
		s->events[k * s->groups + g] = s->events[plim_groups_origin(s->layout, k, g) * s->groups + g];
}

/* What a series needs of itself alone. */
static plim_status finish_series(plim_summary *s, plim_summary *same, size_t k, plim_error *error)
{
	(void)same;
	plim_status status = add_differences(s, k, error);
	fill_followers(s, k);
	for (int m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++)
		status = plim_tally_set_settle(plim_summary_set(s, k, m), error);
	return status;
}

plim_status plim_summary_finish(plim_summary *s, plim_error *error)
{
	plim_status status = plim_summary_take_places(s, s, error);
	if (status == PLIM_OK && !s->finished)
		status = plim_summary_each_series(s, s, finish_series, error);
	for (size_t k = 0; k < s->series && !s->finished && status == PLIM_OK; k++)
		repeat_events(s, k);
	s->finished = true;
	return status;
}
