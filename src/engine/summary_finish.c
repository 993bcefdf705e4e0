/* SPDX-License-Identifier: Apache-2.0 */
/* What blocks need not add up, filled in once at the end. */
#include "engine/summary_parts.h"

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

/* What a series needs of itself alone: threats' OEP tallies were kept as differences. */
static void finish_tallies(plim_summary *s, size_t k)
{
	for (size_t g = 0; g < s->groups; g++)
		if (plim_groups_by_difference(s->layout, g))
			plim_tally_merge(plim_summary_tally(s, k, g, PLIM_MEASURE_OEP),
			                 plim_summary_tally(s, k, g, PLIM_MEASURE_AEP));
	fill_followers(s, k);
}

/* So were the OEP sets of places. */
static plim_status finish_oep(plim_summary *s, size_t k, plim_error *error)
{
	plim_tally_set *oep = plim_summary_set(s, k, PLIM_MEASURE_OEP);
	const plim_status status = plim_tally_set_merge(oep, plim_summary_set(s, k, PLIM_MEASURE_AEP), error);
	return status == PLIM_OK ? plim_tally_set_settle(oep, error) : status;
}

/* Two pieces of work for each series, of much the same size. */
static plim_status finish_half(plim_summary *s, plim_summary *same, size_t half, plim_error *error)
{
	const size_t k = half / 2;
	(void)same;
	if (half % 2)
		return finish_oep(s, k, error);
	finish_tallies(s, k);
	return plim_tally_set_settle(plim_summary_set(s, k, PLIM_MEASURE_AEP), error);
}

plim_status plim_summary_finish(plim_summary *s, plim_error *error)
{
	plim_status status = plim_summary_take_places(s, s, error);
	if (status == PLIM_OK && !s->finished)
		status = plim_summary_each(s, s, 2 * s->series, finish_half, error);
	for (size_t k = 0; k < s->series && !s->finished && status == PLIM_OK; k++)
		repeat_events(s, k);
	s->finished = true;
	return status;
}
