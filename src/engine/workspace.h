/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What one thread needs to run blocks: batches, vectors over the trials of a block, and the lists of what small groups
 * had. Nothing in it outlives a block except memory, so any thread may run any block.
 */
#ifndef PLIM_ENGINE_WORKSPACE_H
#define PLIM_ENGINE_WORKSPACE_H

#include <stdbool.h>

#include "engine/batch.h"
#include "engine/day_sort.h"
#include "engine/held.h"
#include "engine/insure.h"
#include "engine/kernel.h"
#include "engine/place_list.h"
#include "engine/plan.h"
#include "engine/summary.h"
#include "random/address.h"
#include "random/identity.h"

/** What one group had of one trial of the block (or of one event of it). */
typedef struct plim_entry {
	uint32_t group, trial;
	double value;
} plim_entry;

typedef struct plim_entry_list {
	plim_entry *item;
	size_t count, capacity;
} plim_entry_list;

/** Two vectors over trials: annual sum and largest event. */
typedef struct plim_vectors {
	double *sum, *largest;
} plim_vectors;

/** Adds an event to a trial. */
static inline void plim_vectors_add(const plim_vectors *v, uint32_t trial, double loss)
{
	v->sum[trial] += loss;
	v->largest[trial] = loss > v->largest[trial] ? loss : v->largest[trial];
}

/** What one event costs at one node. */
typedef struct plim_borne {
	uint32_t node, event;
	double loss;
} plim_borne;

/** One outage of the trial at hand, before a scenario says how long it is. */
typedef struct plim_trial_outage {
	plim_outage outage;
	const uint32_t *slot_of;         /* by scenario */
	plim_outage_curve *const *curve; /* of overlay 0; of overlay o: plan->curves x o further on */
	const plim_outage_curve *bare;
	const double *days; /* by slot */
	double *extra;      /* [scenario][2]: where its losses go */
	uint32_t event;
	bool shared; /* with other outages of the trial, perhaps */
} plim_trial_outage;

/** What solving the outages of a block needs. */
typedef struct plim_interruption {
	plim_cluster_solver *solver;
	uint32_t *order; /* held strikes by trial ... */
	size_t order_capacity;
	uint32_t *start;        /* ... those of trial t from start[t] to start[t + 1] - 1 */
	plim_trial_outage *all; /* of the trial at hand ... */
	size_t all_capacity;
	plim_outage *outage; /* ... and of these, in the scenario at hand: */
	size_t outage_capacity;
	const plim_outage_curve **curve;
	size_t curve_capacity;
	const plim_outage_curve **bare;
	size_t bare_capacity;
	uint32_t *strike; /* which of `all` */
	size_t strike_capacity;
	plim_borne *borne;
	size_t borne_capacity;
} plim_interruption;

typedef struct plim_workspace {
	const plim_plan *plan;
	const plim_kernel *kernel;
	uint64_t seed, block;
	uint32_t trials; /* of this block that count: all but in the last block of a run */

	plim_batch attempts; /* shared events: attempts before they are spread over places */
	plim_batch batch;
	const plim_plan_threat *threat; /* at hand */

	/* unknowns: values in each trial (of intensities in each cell), valid when `unknown_block` says so */
	double **unknown;
	uint64_t *unknown_block;
	double **variant; /* thinning factor of an uncertain variant in each cell */
	uint64_t *variant_block;
	double *source_mean; /* an unknown mean of the place at hand, or of all places in each cell under an intensity */
	const double *common_mean; /* an unknown mean of all places of the threat at hand: borrowed */
	uint32_t *iota;            /* 0, 1, 2 .. up to the cells */
	uint32_t *world;          /* of each trial of the block, in a nested run (nested.h) */
	uint64_t *same;           /* an identity repeated */
	uint64_t *draw;           /* uniforms of the above */
	uint64_t *cell;           /* bits: non-zero cells of a sparse source */
	uint64_t *count_identity; /* block counts of many sources at a time */
	uint32_t *count_position;
	uint64_t *unknown_identity, *unknown_x; /* while an unknown is drawn, which may happen in the midst of the above */

	/* threat at hand, by series; `touched` lists the trials it has struck */
	plim_vectors *of_threat;
	uint32_t *touched;
	size_t touched_count;
	uint8_t *is_touched;
	bool touched_unlisted; /* some are not in the list yet */
	uint64_t *threat_events; /* by series */
	double *event_loss;      /* shared events: sum over places */
	double *event_day;
	uint32_t *event_trial;
	double *region_loss; /* by region group: the event at hand */
	uint32_t *region_list;
	uint64_t *region_events; /* [series][group]: events with a loss in the region */

	/* dense groups: [series][dense] */
	plim_vectors *dense;
	bool *dense_used;
	void *dense_pages;
	size_t dense_bytes;

	/* the total of a horizon of several years: [series] of each year, year by year, and its present value; else NULL */
	double **year_sum, **present_sum;

	plim_entry_list *threats; /* by series: (threat group, trial, annual sum) */
	plim_place_list *places;  /* by series: events of places whose origin it is */
	plim_place_list *regions; /* by series: events of regions that are logged */
	plim_entry_list *merged;  /* by series: (group, trial, annual sum) of these, in the marked trials */
	plim_entry *sorted;       /* scratch for sorting the last */
	size_t sorted_capacity;
	uint32_t *place_count; /* by group: counting sort */
	uint32_t *place_seen; /* by trial: stamp of the last place that had it, and in the lower PLIM_BLOCK_BITS which of the
	                         place's values it is */
	uint32_t place_stamp; /* a new one for each place of a block */
	plim_vectors place;          /* a place's values by trial, of a nested run or of many events; of other trials anything */
	uint16_t *total_bin;  /* of the series at hand */
	uint32_t *mark;       /* [series][trial]: slot + 1 of those that enter the worst, else 0 */
	uint32_t *marked;     /* [series][trial]: ... which they are, from the first of the series on */
	size_t *marked_count; /* by series */
	bool *marked_in;      /* by trial: whether it is marked in any series, or was */
	uint32_t *marked_all; /* ... those trials, with one place to spare */
	size_t marked_alls;

	plim_held held;        /* strikes of threats with `held` */
	plim_day_sorter by_day;
	uint32_t held_events;  /* events among them */
	uint64_t *held_counts; /* [threat][series]: their events; ceded: those paid for; net: those that leave a loss, or
	                          had none */
	plim_insure insure;
	size_t *held_first;         /* [threat]: its first held strike, and in [threats + threat] the end of them */
	const plim_held *releasing; /* &held while held strikes are gathered, else NULL */
	size_t held_at;             /* then: the held strike that the batch's first is */
	plim_interruption interruption;

	/* [threat][scenario], or NULL: a lean block, which gathers only what threats cost in the scenarios named here, as the
	 * firm bears it, and nothing else (plim_block_losses); borrowed */
	const bool *wanted;

	uint64_t events; /* of the block: attempts that are an event in some scenario */
	plim_error *error;
	plim_status status; /* first failure inside the block (memory only) */
} plim_workspace;

/** A workspace for a plan; the plan and the kernel must outlive it. PLIM_ERROR_MEMORY. */
plim_status plim_workspace_new(const plim_plan *plan, const plim_kernel *kernel, uint64_t seed, plim_workspace **ws,
                               plim_error *error);
void plim_workspace_free(plim_workspace **ws);

/** Bytes that one workspace takes for a plan (upper bound for an average block). */
size_t plim_workspace_bytes(const plim_plan *plan);

/** Appends; on lack of memory sets ws->status and drops the entry. */
static inline void plim_entry_add(plim_workspace *ws, plim_entry_list *list, plim_entry entry);

bool plim_entry_grow(plim_workspace *ws, plim_entry_list *list);

/** Room for `extra` more: where the next one goes, NULL (and ws->status) on lack of memory. */
plim_entry *plim_entries_reserve(plim_workspace *ws, plim_entry_list *list, size_t extra);

static inline void plim_entry_add(plim_workspace *ws, plim_entry_list *list, plim_entry entry)
{
	if (list->count == list->capacity && !plim_entry_grow(ws, list))
		return;
	list->item[list->count++] = entry;
}

/** Appends one event of a place; on lack of memory sets ws->status and drops it. */
void plim_workspace_list(plim_workspace *ws, plim_place_list *list, uint32_t group, uint32_t trial, double loss);

static inline plim_vectors *plim_workspace_dense(plim_workspace *ws, size_t series, uint32_t group)
{
	size_t index = series * ws->plan->groups.dense_count + ws->plan->groups.dense[group];
	ws->dense_used[index] = true;
	return &ws->dense[index];
}

/** True unless a lean block leaves out what the threat at hand costs in a scenario. */
static inline bool plim_workspace_wants(const plim_workspace *ws, size_t scenario)
{
	size_t threat = (size_t)(ws->threat - ws->plan->threat);
	return !ws->wanted || ws->wanted[threat * ws->plan->scenarios + scenario];
}

/** True unless a lean block needs no held strikes in a scenario. */
bool plim_workspace_holds(const plim_workspace *ws, size_t scenario);

/* unknowns (unknown.c) */

/** Values of a shared unknown in all trials of the block: drawn anew in each, or in each world of a nested run. */
const double *plim_unknown_vector(plim_workspace *ws, uint32_t unknown);

/** How many values that vector has: one for each trial of the block, or for each cell. */
size_t plim_unknown_values(const plim_plan *plan, size_t unknown);

/** Values of an unknown of one place in all trials, into out[PLIM_BLOCK_TRIALS]. */
void plim_unknown_of_place(plim_workspace *ws, uint32_t unknown, uint64_t place_identity, double *out);

/** A parameter in one trial at one place (the identity of the source there). */
double plim_param_at(plim_workspace *ws, plim_param param, uint32_t trial, uint64_t place_identity);

/* stages */

/** Generates all attempts of ws->threat in the block and passes them on (attempt.c). */
void plim_attempts_generate(plim_workspace *ws);

/** Thins, prices and gathers ws->batch, then empties it (strike.c). */
void plim_strikes_process(plim_workspace *ws);

/** Around the attempts of a threat, number `index` in the plan, whose strikes are held (hold.c). */
void plim_strikes_begin_hold(plim_workspace *ws, size_t index);
void plim_strikes_end_hold(plim_workspace *ws, size_t index);

/** Puts the strikes of ws->batch aside until the outages of the block are solved (hold.c). */
void plim_strikes_hold(plim_workspace *ws);

/** Solves the outages of every trial of the block and puts their losses on the held strikes (interruption.c). */
void plim_interruption_solve(plim_workspace *ws);

/** Gathers the held strikes of ws->threat, number `index` in the plan (hold.c). */
void plim_strikes_release(plim_workspace *ws, size_t index);

/** Fills batch->run from batch->source. */
void plim_strikes_find_runs(plim_workspace *ws);

/** Adds the batch's losses to the vectors of the threat and its groups (gather.c). */
void plim_gather_batch(plim_workspace *ws);

/** Passes the threat's vectors on to its groups and to the summary, and clears them (gather.c). */
void plim_gather_threat(plim_workspace *ws, plim_summary *summary);

/** Writes a list of the block's events at places down in the summary's log of series k, and empties it; trial 0 has row
 *  `first` in the log's bins (finish_places.c). */
void plim_finish_places(plim_workspace *ws, plim_summary *summary, size_t k, plim_place_list *list, uint32_t first);

/** Ends the block: groups to the summary, worst trials, year-loss table, digest (finish.c).
 *  `ylt[series]` points to where the block's totals go, or is NULL. */
void plim_finish_block(plim_workspace *ws, plim_summary *summary, double *const *ylt, plim_block_record *record);

#endif
