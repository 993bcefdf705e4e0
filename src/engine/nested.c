/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/nested.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"

plim_status plim_plan_nest(plim_plan *plan, uint64_t trials, uint64_t worlds, plim_error *error)
{
	if (worlds <= 1)
		return PLIM_OK;
	if (plan->years > 1) /* the replicates of a nested run hold no single years */
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "worlds of a horizon of %u years are not computed by this version: run without worlds, or "
		                      "set horizon_years to 1",
		                      (unsigned)plan->years);
	if (worlds < PLIM_REPLICATES)
		return plim_error_set(
		    error, PLIM_ERROR_USAGE,
		    "%llu worlds are too few: intervals come from the spread of %d parts of them, so that it takes "
		    "at least %d, and a thousand are better",
		    (unsigned long long)worlds, PLIM_REPLICATES, PLIM_REPLICATES);
	if (worlds > PLIM_NESTED_MOST_WORLDS)
		return plim_error_set(error, PLIM_ERROR_USAGE, "%llu worlds are too many: at most %d",
		                      (unsigned long long)worlds, PLIM_NESTED_MOST_WORLDS);
	if (trials < 2 * worlds)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "%llu trials are too few for %llu worlds: each needs two, and thousands are better",
		                      (unsigned long long)trials, (unsigned long long)worlds);
	if (trials % worlds != 0)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "%llu trials do not divide into %llu worlds of equal length: take %llu trials or %llu",
		                      (unsigned long long)trials, (unsigned long long)worlds,
		                      (unsigned long long)(trials - trials % worlds),
		                      (unsigned long long)(trials - trials % worlds + worlds));
	plim_groups_part_series(&plan->groups); /* replicates are added up in every series by itself */
	plan->groups.worlds = worlds;
	plan->groups.world_trials = trials / worlds;
	return PLIM_OK;
}

/* Trials below `end` that belong to a replicate. */
static uint64_t trials_below(uint64_t world_trials, uint64_t replicate, uint64_t end)
{
	const uint64_t world = end / world_trials, turn = world / PLIM_REPLICATES, at = world % PLIM_REPLICATES;
	uint64_t whole = turn + (at > replicate);
	return whole * world_trials + (at == replicate ? end % world_trials : 0);
}

void plim_nested_trials(const plim_groups *layout, uint64_t first, uint64_t count,
                        uint64_t trials[static PLIM_REPLICATES])
{
	for (uint64_t r = 0; r < PLIM_REPLICATES; r++)
		trials[r] = trials_below(layout->world_trials, r, first + count) - trials_below(layout->world_trials, r, first);
}

double plim_nested_unknown(const plim_plan *plan, uint64_t seed, const plim_plan_unknown *unknown,
                           uint64_t place_identity, uint64_t world, double *uniform)
{
	const uint64_t identity =
	    unknown->per_place ? plim_identity_join(unknown->identity, place_identity) : unknown->identity;
	const uint64_t x = plim_address_uniform(seed, identity, plim_address_base(PLIM_PURPOSE_WORLD, 0), world);
	*uniform = plim_uniform_double(x);
	return plim_quantile_table_at(plan->table[unknown->table], x);
}

void plim_nested_begin(plim_workspace *ws)
{
	const uint64_t m = ws->plan->groups.world_trials, first = ws->block << PLIM_BLOCK_BITS;
	if (m == 0)
		return;
	uint64_t world = first / m, left = m - first % m;
	for (uint32_t t = 0; t < PLIM_BLOCK_TRIALS; t++) {
		ws->world[t] = (uint32_t)world;
		if (--left == 0) {
			world++;
			left = m;
		}
	}
}

static bool reserve(plim_workspace *ws, plim_tally_set *set, size_t count)
{
	if (ws->status == PLIM_OK)
		ws->status = plim_tally_set_reserve(set, count, ws->error);
	return ws->status == PLIM_OK;
}

static void add_measure(plim_workspace *ws, plim_nested *nested, uint32_t group, const double *value,
                        const uint32_t *trial, size_t count)
{
	const bool total = group == ws->plan->groups.total;
	if (!reserve(ws, &nested->replicate, count) || (total && !reserve(ws, &nested->world, count)))
		return;
	for (size_t i = 0; i < count; i++) {
		const uint32_t t = trial ? trial[i] : (uint32_t)i;
		plim_tally_set_add(&nested->replicate, group * PLIM_REPLICATES + ws->world[t] % PLIM_REPLICATES, value[t]);
		if (total)
			plim_tally_set_add(&nested->world, ws->world[t], value[t]);
	}
}

void plim_nested_add(plim_workspace *ws, plim_summary *summary, size_t series, uint32_t group, const plim_vectors *v,
                     const uint32_t *trial, size_t count)
{
	if (!summary->nested)
		return;
	add_measure(ws, plim_summary_nested(summary, series, PLIM_MEASURE_AEP), group, v->sum, trial, count);
	add_measure(ws, plim_summary_nested(summary, series, PLIM_MEASURE_OEP), group, v->largest, trial, count);
}

plim_status plim_nested_rows_get(const plim_summary *summary, size_t series, plim_nested_rows *rows, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (int m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++) {
		const plim_nested *nested = plim_summary_nested(summary, series, m);
		status = plim_tally_set_rows(&nested->replicate, &rows->replicate[m], &rows->replicates[m], error);
		if (status == PLIM_OK)
			status = plim_tally_set_rows(&nested->world, &rows->world[m], &rows->worlds[m], error);
	}
	return status;
}

void plim_nested_rows_clear(plim_nested_rows *rows)
{
	for (int m = 0; m < PLIM_MEASURES; m++) {
		plim_mem_free(rows->replicate[m]);
		plim_mem_free(rows->world[m]);
	}
	*rows = (plim_nested_rows){0};
}

plim_replicates plim_nested_group(const plim_nested_rows *rows, int measure, uint32_t group,
                                  const uint64_t trials[static PLIM_REPLICATES])
{
	plim_replicates out = {.trials = {0}};
	for (uint32_t r = 0; r < PLIM_REPLICATES; r++) {
		out.trials[r] = trials[r];
		out.row[r] = plim_tally_rows_find(rows->replicate[measure], rows->replicates[measure],
		                                  group * PLIM_REPLICATES + r, &out.rows[r]);
	}
	return out;
}
