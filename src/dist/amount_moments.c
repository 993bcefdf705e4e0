/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Moments by quadrature of the quantile function.
 *
 * E[g(X)] is the integral of g(Q(u)) over u. Each half is taken in t = -ln(tail probability), where every family here
 * is smooth and grows at most exponentially, on panels whose length grows like t: 20 Gauss points on each of some 45
 * panels reach from the median to a tail of e^-11000, the end of the long double range. What lies beyond of a power
 * tail with index xi is Q^k e^-t / (1 - k xi). So even a Pareto law of shape 1.001 comes out to the last digits of a
 * double.
 */
#include <math.h>

#include "dist/amount_law.h"
#include "dist/special.h"

#define PANEL_GROWTH 1.25L
#define DEEPEST 11000.0L

typedef struct quadrature {
	const plim_amount *amount;
	const plim_law *law;
	long double centre;
	long double node[PLIM_GAUSS_POINTS], weight[PLIM_GAUSS_POINTS];
	plim_partial sum;
} quadrature;

static void add_point(quadrature *rule, long double t, long double weight, bool upper)
{
	long double tail = expl(-t), rest = -expm1l(-t);
	long double x = rule->law->quantile(rule->amount, upper ? rest : tail, upper ? tail : rest) - rule->centre;
	long double mass = weight * tail;
	rule->sum.m0 += mass;
	rule->sum.m1 += mass * x;
	rule->sum.m2 += mass * x * x;
}

/* The tail beyond t = DEEPEST of a law whose tail has this index. */
static void add_rest(quadrature *rule, long double index, bool upper)
{
	if (index <= 0)
		return;
	long double tail = expl(-DEEPEST);
	long double x = rule->law->quantile(rule->amount, upper ? 1 : tail, upper ? tail : 1) - rule->centre;
	rule->sum.m1 += index < 1 ? tail * x / (1 - index) : copysignl(INFINITY, x);
	rule->sum.m2 += index < 0.5L ? tail * x * x / (1 - 2 * index) : INFINITY;
}

/* Adds tail probabilities from `to` (may be 0) up to `from`, of the upper or lower half. */
static void add_half(quadrature *rule, long double from, long double to, bool upper)
{
	if (!(to < from))
		return;
	long double t = -logl(from), end = to > 0 ? -logl(to) : DEEPEST;
	while (t < end) {
		long double next = fminl(t * PANEL_GROWTH, end), half = 0.5L * (next - t), middle = 0.5L * (next + t);
		for (int i = 0; i < PLIM_GAUSS_POINTS; i++)
			add_point(rule, middle + half * rule->node[i], half * rule->weight[i], upper);
		t = next;
	}
	if (to <= 0) {
		long double lower_index = 0, upper_index = 0;
		if (rule->law->tails)
			rule->law->tails(rule->amount, &lower_index, &upper_index);
		add_rest(rule, upper ? upper_index : lower_index, upper);
	}
}

static void add_range(quadrature *rule, plim_prob from, plim_prob to)
{
	if (from.p < 0.5L)
		add_half(rule, fminl(to.p, 0.5L), from.p, false);
	if (to.q < 0.5L)
		add_half(rule, fminl(from.q, 0.5L), to.q, true);
}

static plim_partial law_partial(const plim_amount *amount, long double lo, long double hi, long double centre)
{
	const plim_law *law = plim_law_of(amount->family);
	if (law->partial)
		return law->partial(amount, lo, hi, centre);
	quadrature rule = {.amount = amount, .law = law, .centre = centre};
	plim_gauss_rule(rule.node, rule.weight);
	plim_prob from = law->split(amount, lo, true), to = law->split(amount, hi, true);
	/* the mode of a triangle is the one kink that a law of its own has */
	long double kink = amount->family == PLIM_FAMILY_TRIANGULAR ? amount->param[1] : lo;
	if (kink > lo && kink < hi) {
		plim_prob at = law->split(amount, kink, true);
		add_range(&rule, from, at);
		from = at;
	}
	add_range(&rule, from, to);
	return rule.sum;
}

plim_partial plim_amount_partial(const plim_amount *amount, long double lo, long double hi, long double centre)
{
	/* the parent's range: min itself belongs to it, what the cap gathers does not */
	long double least = isinf(amount->min) ? -INFINITY : nextafterl(amount->min, -INFINITY);
	long double from = fmaxl(plim_amount_parent_value(amount, lo), least);
	bool capped = isfinite(amount->cap) && lo < amount->cap && hi >= amount->cap;
	long double to = plim_amount_parent_value(amount, fminl(hi, amount->cap));
	to = fminl(capped ? nextafterl(to, -INFINITY) : to, amount->max);
	plim_partial sum = {0, 0, 0};
	if (from < to) {
		long double times = amount->times;
		sum = law_partial(amount, from, to, (centre - amount->shift) / times);
		sum.m0 /= amount->inside;
		sum.m1 *= times / amount->inside;
		sum.m2 *= times * times / amount->inside;
	}
	if (capped) {
		long double mass = plim_amount_split(amount, amount->cap, false).q, gap = amount->cap - centre;
		sum.m0 += mass;
		sum.m1 += mass * gap;
		sum.m2 += mass * gap * gap;
	}
	return sum;
}

void plim_amount_tails(const plim_amount *amount, long double *lower, long double *upper)
{
	const plim_law *law = plim_law_of(amount->family);
	*lower = *upper = 0;
	if (law->tails)
		law->tails(amount, lower, upper);
	if (isfinite(amount->min))
		*lower = 0;
	if (isfinite(amount->max) || isfinite(amount->cap))
		*upper = 0;
}

bool plim_amount_has_mean(const plim_amount *amount)
{
	long double lower, upper;
	plim_amount_tails(amount, &lower, &upper);
	return lower < 1 && upper < 1;
}

bool plim_amount_has_variance(const plim_amount *amount)
{
	long double lower, upper;
	plim_amount_tails(amount, &lower, &upper);
	return lower < 0.5L && upper < 0.5L;
}

double plim_amount_mean(const plim_amount *amount)
{
	if (!plim_amount_has_mean(amount))
		return INFINITY;
	/* about a middle value, so that a small spread on a large shift keeps its digits */
	long double centre = plim_amount_quantile(amount, 0.5L, 0.5L);
	double mean = (double)(centre + plim_amount_partial(amount, -INFINITY, INFINITY, centre).m1);
	return isnan(mean) ? INFINITY : mean; /* sums beyond the largest number */
}

double plim_amount_variance(const plim_amount *amount)
{
	if (!plim_amount_has_variance(amount))
		return INFINITY;
	long double centre = plim_amount_quantile(amount, 0.5L, 0.5L);
	centre += plim_amount_partial(amount, -INFINITY, INFINITY, centre).m1;
	double variance = (double)plim_amount_partial(amount, -INFINITY, INFINITY, centre).m2;
	return isnan(variance) ? INFINITY : variance;
}

double plim_amount_second_moment(const plim_amount *amount)
{
	if (!plim_amount_has_variance(amount))
		return INFINITY;
	return (double)plim_amount_partial(amount, -INFINITY, INFINITY, 0).m2;
}

double plim_amount_unseen(const plim_amount *amount, double q)
{
	double all = plim_amount_second_moment(amount);
	if (!(q < 1) || isinf(all) || isnan(all))
		return 1;
	if (!(all > 0))
		return 0;
	long double from = plim_amount_quantile(amount, 1 - (long double)q, q);
	return (double)plim_amount_partial(amount, from, INFINITY, 0).m2 / all;
}
