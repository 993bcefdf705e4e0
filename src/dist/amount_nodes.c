/* SPDX-License-Identifier: Apache-2.0 */
#include "dist/amount_nodes.h"

#include <math.h>

#include "base/memory.h"
#include "dist/amount_breaks.h"
#include "dist/special.h"

/* The tails are followed to e^-38 = 3e-17; panels in t = -ln(tail) lengthen by half each. */
#define DEEPEST 38.0L
#define GROWTH 1.5L

typedef struct rule {
	const plim_amount *amount;
	plim_nodes *nodes;
	plim_error *error;
	long double node[PLIM_GAUSS_POINTS], weight[PLIM_GAUSS_POINTS];
} rule;

/* Tail probabilities from `to` (may be 0) up to `from` <= 1/2. */
static plim_status add_half(rule *r, long double from, long double to, bool upper)
{
	plim_status status = PLIM_OK;
	if (!(to < from))
		return PLIM_OK;
	long double t = -logl(from), end = to > 0 ? fminl(-logl(to), DEEPEST) : DEEPEST;
	while (t < end && status == PLIM_OK) {
		long double next = fminl(t * GROWTH, end), half = (next - t) / 2, middle = (next + t) / 2;
		for (int i = 0; i < PLIM_GAUSS_POINTS && status == PLIM_OK; i++) {
			long double tail = expl(-(middle + half * r->node[i]));
			long double x = plim_amount_quantile(r->amount, upper ? 1 - tail : tail, upper ? tail : 1 - tail);
			status = plim_nodes_add(r->nodes, (double)x, (double)(half * r->weight[i] * tail), r->error);
		}
		t = next;
	}
	return status;
}

static plim_status add_piece(rule *r, const plim_amount_break *from, const plim_amount_break *to)
{
	if (from->atom)
		return plim_nodes_add(r->nodes, from->value, (double)(to->p < 0.5L ? to->p - from->p : from->q - to->q),
		                      r->error);
	plim_status status = PLIM_OK;
	if (from->p < 0.5L)
		status = add_half(r, fminl(to->p, 0.5L), from->p, false);
	if (status == PLIM_OK && to->q < 0.5L)
		status = add_half(r, fminl(from->q, 0.5L), to->q, true);
	return status;
}

plim_status plim_amount_nodes(const plim_amount *amount, plim_nodes *nodes, plim_error *error)
{
	rule r = {.amount = amount, .nodes = nodes, .error = error};
	plim_amount_break *breaks = NULL, last = {.p = 0, .q = 1};
	size_t count = 0;
	plim_gauss_rule(r.node, r.weight);
	plim_status status = plim_amount_breaks(amount, &breaks, &count, error);
	for (size_t i = 0; i < count && status == PLIM_OK; i++) {
		status = add_piece(&r, &last, &breaks[i]);
		last = breaks[i];
	}
	if (status == PLIM_OK)
		status = add_piece(&r, &last, &(plim_amount_break){.p = 1, .q = 0});
	plim_mem_free(breaks);
	return status;
}
