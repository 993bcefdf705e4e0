/* SPDX-License-Identifier: Apache-2.0 */
/* Unknowns: drawn anew in every trial (the predictive law) or in every world of a nested run, one value for all places
 * or one for each, and one for all years of the trial. Intensities alone are drawn for each year. */
#include "engine/nested.h"
#include "engine/workspace.h"

/* The address of an unknown's draws: the purpose with its block, and the position of each trial of the block. */
static uint64_t base_of(const plim_workspace *ws, const plim_plan_unknown *u, const uint32_t **position)
{
	const bool nested = ws->plan->groups.worlds > 0 && !u->chance;
	*position = nested ? ws->world : ws->iota;
	return nested ? plim_address_base(PLIM_PURPOSE_WORLD, 0) : plim_address_base(PLIM_PURPOSE_UNKNOWN, ws->block);
}

/* `count` values, a multiple of the block's trials. */
static void fill(plim_workspace *ws, const plim_plan_unknown *u, uint64_t identity, size_t count, double *out)
{
	const uint32_t *position;
	const uint64_t base = base_of(ws, u, &position);
	for (uint32_t i = 0; i < PLIM_BLOCK_TRIALS; i++)
		ws->unknown_identity[i] = identity;
	for (size_t first = 0; first < count; first += PLIM_BLOCK_TRIALS) {
		ws->kernel->uniforms(ws->seed, base, ws->unknown_identity, position + first, PLIM_BLOCK_TRIALS, ws->unknown_x);
		ws->kernel->quantiles(ws->plan->table[u->table], ws->unknown_x, out + first, PLIM_BLOCK_TRIALS);
	}
}

size_t plim_unknown_values(const plim_plan *plan, size_t unknown)
{
	return (size_t)PLIM_BLOCK_TRIALS * (plan->unknown[unknown].chance ? plan->years : 1);
}

const double *plim_unknown_vector(plim_workspace *ws, uint32_t unknown)
{
	const plim_plan_unknown *u = &ws->plan->unknown[unknown];
	if (ws->unknown_block[unknown] != ws->block) {
		fill(ws, u, u->identity, plim_unknown_values(ws->plan, unknown), ws->unknown[unknown]);
		ws->unknown_block[unknown] = ws->block;
	}
	return ws->unknown[unknown];
}

void plim_unknown_of_place(plim_workspace *ws, uint32_t unknown, uint64_t place_identity, double *out)
{
	const plim_plan_unknown *u = &ws->plan->unknown[unknown];
	fill(ws, u, plim_identity_join(u->identity, place_identity), PLIM_BLOCK_TRIALS, out);
}

double plim_param_at(plim_workspace *ws, plim_param param, uint32_t trial, uint64_t place_identity)
{
	if (param.unknown < 0)
		return param.value;
	const plim_plan_unknown *u = &ws->plan->unknown[param.unknown];
	if (!u->per_place)
		return plim_unknown_vector(ws, (uint32_t)param.unknown)[trial];
	const uint32_t *position;
	const uint64_t base = base_of(ws, u, &position);
	uint64_t x = plim_address_uniform(ws->seed, plim_identity_join(u->identity, place_identity), base, position[trial]);
	return plim_quantile_table_at(ws->plan->table[u->table], x);
}
