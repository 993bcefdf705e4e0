/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The summary: the primary data of a run. Integer histograms, exact integer sums, the worst trials, year-loss tables
 * and a digest for each block, for each series: a scenario seen from one perspective (plim_plan_series). Every part
 * adds up without rounding, so the same trials give the same summary in any order and any split over threads or shards.
 */
#ifndef PLIM_ENGINE_SUMMARY_H
#define PLIM_ENGINE_SUMMARY_H

#include <omp.h>
#include <stddef.h>
#include <stdint.h>

#include "engine/groups.h"
#include "engine/place_log.h"
#include "engine/place_tail.h"
#include "stats/replicates.h"
#include "stats/tally.h"

#define PLIM_MEASURES 2 /* PLIM_MEASURE_AEP, PLIM_MEASURE_OEP: those of every group */

/** What one group had of one trial. */
typedef struct plim_share {
	uint32_t group;
	double value;
} plim_share;

typedef struct plim_worst_detail {
	plim_share *share;
	size_t count, capacity;
} plim_worst_detail;

/* Of a nested run, with the bins of PLIM_BIN_BITS: every group in each replicate (id = group x PLIM_REPLICATES +
 * replicate; world w belongs to replicate w mod PLIM_REPLICATES), and the total in each world (id = world). */
typedef struct plim_nested {
	plim_tally_set replicate, world;
} plim_nested;

typedef struct plim_block_record {
	uint64_t events, digest;
} plim_block_record;

typedef struct plim_summary {
	size_t series, groups, tolerances;
	size_t years, extras;        /* of a trial; measures that only the total has: plim_groups_measures */
	const plim_groups *layout;   /* borrowed, unless ... */
	plim_groups *own_layout;     /* ... the summary owns it */
	plim_tally *tally;           /* [series][group][measure]; those in the set have none (count NULL) */
	plim_tally_set *set;         /* [series][measure]: places, by group, in their origin only */
	plim_tail_sums *tail;        /* [series][group]; those in the set have none (sum NULL) */
	plim_place_tail *place_tail; /* [series]: those in the set */
	plim_place_log *log;         /* [series]: what of places and logged regions is not yet added; empty when finished */
	plim_trial_bins bins;        /* of the trials in the logs */
	size_t log_limit;            /* bytes of logs and bins that make plim_summary_log_is_full true */
	plim_nested *nested;         /* [series][measure]; NULL unless the layout has worlds */
	uint64_t *events;            /* [series][group] */
	plim_tally *extra;           /* [series][measure - 2]: those of the total over several years; else NULL */
	uint64_t *above;             /* [series][tolerance][year]: trials whose total of the year is above the threshold */
	plim_worst *worst;           /* [series] */
	plim_worst_detail *detail;   /* [series][slot of worst] */
	uint64_t trials;             /* trials added */
	uint32_t threads;            /* that may merge and finish it: 0 is 1 */
	bool finished;               /* see plim_summary_finish */
	omp_lock_t *part_lock;       /* [PLIM_CELL_PARTS]: see plim_summary_share_places; else NULL */
} plim_summary;

/** An empty summary for `series` (see plim_plan_series) and the groups of `layout`, which must outlive it. */
plim_status plim_summary_new(size_t series, const plim_groups *layout, size_t tolerances, plim_summary **summary,
                             plim_error *error);
void plim_summary_free(plim_summary **summary);

/** Makes the summary the owner of its layout: *groups (what `layout` points to) is moved and left empty. */
plim_status plim_summary_own_layout(plim_summary *summary, plim_groups *groups, plim_error *error);

/** Adds `from` into `into`. On an error `into` is not usable any more. */
plim_status plim_summary_merge(plim_summary *into, plim_summary *from, plim_error *error);

/** Bytes of what is written down of places, and not yet added. */
size_t plim_summary_log_bytes(const plim_summary *summary);

/** True if that is so much that each place has many values: then it should be added. */
bool plim_summary_log_is_full(const plim_summary *summary);

/** A log's entry tells what a place has in all series whose origin (plim_groups_origin) the log's series is: tallies take
 *  it once, tail sums in each of them. */

/**
 * Adds to the histograms and sums of `into` what `from` has written down of its places, and empties that log; they may
 * be the same. So threads of a large network hold one set together, and not one each. PLIM_ERROR_MEMORY; neither is
 * usable then.
 */
plim_status plim_summary_take_places(plim_summary *into, plim_summary *from, plim_error *error);

/**
 * Makes an empty summary one whose places several threads may add to by plim_summary_take_places at the same time (each
 * `from` its own); nothing else of it may be touched meanwhile. PLIM_ERROR_MEMORY. When they are done, call
 * plim_summary_unshare_places (plim_summary_free does, too).
 */
plim_status plim_summary_share_places(plim_summary *summary, plim_error *error);
void plim_summary_unshare_places(plim_summary *summary);

/**
 * Threats, places and logged regions have one event in most trials that they have any in, so while blocks run the OEP tally of such a
 * group holds only its difference from the AEP tally: half the memory to touch. Groups that have what another has
 * are not added up at all, nor are the tail sums of the total, which its tally knows. This makes all of it whole; only
 * what places have as in an earlier series stays there alone (plim_summary_set). Call it once, after all merging;
 * summaries are merged either all before or all after it. PLIM_ERROR_MEMORY; the summary is then not usable any more.
 */
plim_status plim_summary_finish(plim_summary *summary, plim_error *error);

/** Adds one trial's annual sum and largest event, sum > 0, to the two tallies of a threat or logged region. */
static inline void plim_summary_add_trial(plim_tally *aep, plim_tally *oep, double sum, double largest)
{
	plim_tally_add(aep, sum);
	if (largest != sum) {
		plim_tally_add(oep, largest);
		plim_tally_take(oep, sum);
	}
}

/** The same for a place. There must be room for one add in `aep` and two in `oep`. */
static inline void plim_summary_add_trial_to_set(plim_tally_set *aep, plim_tally_set *oep, uint32_t group, double sum,
                                                 double largest)
{
	plim_tally_set_add(aep, group, sum);
	if (largest != sum) {
		plim_tally_set_add(oep, group, largest);
		plim_tally_set_take(oep, group, sum);
	}
}

/** Adds all primary data to a digest, in canonical order. PLIM_ERROR_MEMORY. */
plim_status plim_summary_digest(const plim_summary *summary, plim_digest *digest, plim_error *error);

/** Bytes that one summary's groups take, but for places: at most, unless losses differ by more than a factor of 10^8. */
size_t plim_summary_bytes(size_t series, const plim_groups *layout);

/** ... and its places, when each has so many values on average; an estimate. */
size_t plim_summary_place_bytes(size_t series, const plim_groups *layout, double values);

/** Bytes of logs and bins that make plim_summary_log_is_full true. */
size_t plim_summary_log_limit(const plim_groups *layout, size_t series);

/** The tally of a measure that is kept (plim_groups_keep). */
static inline plim_tally *plim_summary_tally(const plim_summary *s, size_t series, size_t group, int measure)
{
	if (measure >= PLIM_MEASURES)
		return &s->extra[series * s->extras + (size_t)measure - PLIM_MEASURES];
	return &s->tally[(series * s->groups + group) * PLIM_MEASURES + (size_t)measure];
}

/** Counters of a series: for each threshold one a year. */
static inline size_t plim_summary_counters(const plim_summary *s)
{
	return s->tolerances * s->years;
}

static inline uint64_t *plim_summary_above(const plim_summary *s, size_t series, size_t tolerance, size_t year)
{
	return &s->above[(series * s->tolerances + tolerance) * s->years + year];
}

/** Of places that share a set: what a place has in a series lies in the set of its origin (plim_groups_origin). */
static inline plim_tally_set *plim_summary_set(const plim_summary *s, size_t series, int measure)
{
	return &s->set[series * PLIM_MEASURES + (size_t)measure];
}

static inline plim_nested *plim_summary_nested(const plim_summary *s, size_t series, int measure)
{
	return &s->nested[series * PLIM_MEASURES + (size_t)measure];
}

/** Begins a walk over the set of each series: walk[series]; end each with plim_tally_walk_end, also on an error.
 * PLIM_ERROR_MEMORY. */
plim_status plim_summary_walks(const plim_summary *summary, int measure, plim_tally_walk *walk, plim_error *error);

/** A group's tally as a sorted list, wherever it is kept; release with plim_bucket_list_clear. PLIM_ERROR_MEMORY. */
plim_status plim_summary_list(const plim_summary *summary, size_t series, size_t group, int measure,
                              plim_bucket_list *list, plim_error *error);

#endif
