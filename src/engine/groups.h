/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Groups: what losses are added up by. One flat list, sorted by kind and then by name (clauses: in the standard's
 * order), so that an index means the same in every run of a model.
 */
#ifndef PLIM_ENGINE_GROUPS_H
#define PLIM_ENGINE_GROUPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/model.h"
#include "plimsoll/results.h"

/* How a group's losses are gathered in a block. */
typedef enum plim_group_form {
	PLIM_GROUP_FORM_DENSE, /* a vector over the trials of the block */
	PLIM_GROUP_FORM_LIST,  /* threats: flushed one after the other through one vector */
	PLIM_GROUP_FORM_LOGGED, /* many regions: collected and written down like the next, kept like the others */
	PLIM_GROUP_FORM_SPARSE /* nodes and links: collected as (group, trial, loss), then sorted */
} plim_group_form;

typedef struct plim_groups {
	plim_group *item;
	size_t count;
	size_t first[PLIM_GROUP_KIND_COUNT + 1]; /* kind k: first[k] .. first[k + 1] - 1 */
	plim_group_form *form;
	uint32_t *dense; /* index among the dense groups, UINT32_MAX for others */
	uint32_t
	    *alike; /* the first group that has the same values in every trial: itself, unless the plan found another */
	/* See plim_groups_origin: few rows [row][series], and which row holds for a group; NULL: no series has what another
	 * has. */
	uint32_t *origin, *origin_row;
	size_t series, origin_rows;
	uint32_t dense_count, logged_count;
	uint32_t total;
	bool places_shared; /* threads add up places in one summary, for each of theirs would be large */
	/* Of a nested run: worlds, and trials of each, world w the trials from w x world_trials on; 0 where unknowns are
	 * drawn anew in every trial. */
	uint64_t worlds, world_trials;
	uint32_t years;     /* of a trial: the total has a tally of each, if there are several */
	bool present;       /* ... and one of its present value */
} plim_groups;

/** Up to this many nodes, links and bearers, times series, each thread adds them up by itself. */
#define PLIM_GROUPS_OWN_PLACES 2048

/** Builds the list for a model of which `series` are run. PLIM_ERROR_MEMORY. */
plim_status plim_groups_build(const plim_model *model, size_t series, plim_groups *groups, plim_error *error);

/** True if the group's data lie in the sets of the summary, which hold only what occurs: places. */
static inline bool plim_groups_in_set(const plim_groups *groups, size_t group)
{
	return groups->form[group] == PLIM_GROUP_FORM_SPARSE;
}

/** True if blocks keep, of a group that is not in the set, how its OEP differs from its AEP (plim_summary_finish). */
static inline bool plim_groups_by_difference(const plim_groups *groups, size_t group)
{
	return groups->form[group] == PLIM_GROUP_FORM_LIST || groups->form[group] == PLIM_GROUP_FORM_LOGGED;
}

/** Makes those dense groups logged ones that `which` (by group) says, and logged ones dense again that it does not. */
void plim_groups_log(plim_groups *groups, const bool *which);

void plim_groups_clear(plim_groups *groups);

/** The first series in which a group has, in every trial, what it has in `series`: mostly `series` itself, but controls
 *  leave many places as they are. What is added up trial by trial is added up there, and filled in for the others at the
 *  end (plim_summary_finish). */
static inline size_t plim_groups_origin(const plim_groups *groups, size_t series, size_t group)
{
	return groups->origin ? groups->origin[groups->origin_row[group] * groups->series + series] : series;
}

/** Places, in each series that is their origin: those of which histograms are kept. */
size_t plim_groups_own_places(const plim_groups *groups, size_t series);

/** Makes every series its own origin. */
void plim_groups_part_series(plim_groups *groups);

/** Measures of a group: PLIM_MEASURE_AEP, PLIM_MEASURE_OEP and, of the total over several years, up to that of the last
 *  year. One of them may not be kept: */
static inline uint32_t plim_groups_measures(const plim_groups *groups, size_t group)
{
	return group == groups->total && groups->years > 1 ? (uint32_t)PLIM_MEASURE_YEAR + groups->years
	                                                   : (uint32_t)PLIM_MEASURE_OEP + 1;
}

/** True if a measure of a group is kept. */
static inline bool plim_groups_keep(const plim_groups *groups, size_t group, uint32_t measure)
{
	return measure < plim_groups_measures(groups, group) && (measure != PLIM_MEASURE_PRESENT || groups->present);
}

/** Index of a group by name; it must exist. */
uint32_t plim_groups_find(const plim_groups *groups, plim_group_kind kind, const char *name);

/** True if what a dense group has is known from the group it is alike to, which is kept as finely or more so: it need
 * not be added up trial by trial. */
bool plim_groups_follows(const plim_groups *groups, size_t group);

/** Mantissa bits of the group's histograms: 10 for total and clause, 5 for node, link and bearer, else 7. */
int plim_group_mantissa_bits(plim_group_kind kind);

#endif
