/* SPDX-License-Identifier: Apache-2.0 */
/* Unknowns: drawn anew in every trial (the predictive law), one value for all places or one for each. */
#include "engine/workspace.h"

uint64_t plim_identity_join(uint64_t a, uint64_t b)
{
	/* Two rounds of the finaliser of MurmurHash3 (a bijection of each argument with the other held fixed). */
	uint64_t x = a ^ (b * UINT64_C(0x9E3779B97F4A7C15));
	x = (x ^ x >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
	x = (x ^ x >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
	x ^= x >> 33;
	x += b;
	x = (x ^ x >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
	x = (x ^ x >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
	return x ^ x >> 33;
}

static void fill(plim_workspace *ws, uint64_t identity, const plim_quantile_table *table, double *out)
{
	for (uint32_t i = 0; i < PLIM_BLOCK_TRIALS; i++)
		ws->unknown_identity[i] = identity;
	ws->kernel->uniforms(ws->seed, plim_address_base(PLIM_PURPOSE_UNKNOWN, ws->block), ws->unknown_identity, ws->iota,
						 PLIM_BLOCK_TRIALS, ws->unknown_x);
	ws->kernel->quantiles(table, ws->unknown_x, out, PLIM_BLOCK_TRIALS);
}

const double *plim_unknown_vector(plim_workspace *ws, uint32_t unknown)
{
	const plim_plan_unknown *u = &ws->plan->unknown[unknown];
	if (ws->unknown_block[unknown] != ws->block) {
		fill(ws, u->identity, ws->plan->table[u->table], ws->unknown[unknown]);
		ws->unknown_block[unknown] = ws->block;
	}
	return ws->unknown[unknown];
}

void plim_unknown_of_place(plim_workspace *ws, uint32_t unknown, uint64_t place_identity, double *out)
{
	const plim_plan_unknown *u = &ws->plan->unknown[unknown];
	fill(ws, plim_identity_join(u->identity, place_identity), ws->plan->table[u->table], out);
}

double plim_param_at(plim_workspace *ws, plim_param param, uint32_t trial, uint64_t place_identity)
{
	if (param.unknown < 0)
		return param.value;
	const plim_plan_unknown *u = &ws->plan->unknown[param.unknown];
	if (!u->per_place)
		return plim_unknown_vector(ws, (uint32_t)param.unknown)[trial];
	uint64_t x = plim_address_uniform(ws->seed, plim_identity_join(u->identity, place_identity),
									  plim_address_base(PLIM_PURPOSE_UNKNOWN, ws->block), trial);
	return plim_quantile_table_at(ws->plan->table[u->table], x);
}
