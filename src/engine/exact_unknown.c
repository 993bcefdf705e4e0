/* SPDX-License-Identifier: Apache-2.0 */
/* The unknowns that bear on a threat, as dimensions of an integral, and as few of them as will do. */
#include <math.h>

#include "dist/amount_nodes.h"
#include "engine/exact.h"

/* Most nodes of an integral over a chance or a frequency, and over what scales a loss. */
#define NODES_CHANCE 48
#define NODES_OTHER 16

typedef struct reader {
	plim_exact_threat *t;
	plim_error *error;
	size_t nodes; /* of an unknown chance */
} reader;

/* Nodes enough for exp(-z V) with |z| up to twice the number of attempts. */
static size_t nodes_for(const plim_exact_threat *t)
{
	const plim_frequency *f = &t->threat->frequency;
	plim_count law = {f->law, f->n, f->mean.value, f->p.value, f->dispersion.value, f->counts, f->weights, f->length};
	double attempts = 0; /* over all years */
	for (size_t o = 0; o < t->origins; o++)
		attempts += t->origin[o].exposure * t->origin[o].copies *
		            (t->threat->custody ? (double)t->origin[o].trips * t->origin[o].incident : plim_count_mean(&law));
	double nodes = 12 + 4 * sqrt(attempts * t->span);
	return nodes < NODES_CHANCE ? (size_t)nodes : NODES_CHANCE;
}

/* A new dimension for a number, in the list where it belongs: `yearly` if each year draws it anew. NULL when there is
 * no room. */
static plim_exact_unknown *new_unknown(plim_exact_threat *t, const plim_number *number, bool yearly)
{
	yearly &= t->span > 1;
	plim_exact_unknown *list = number->per_place ? t->local : yearly ? t->yearly : t->global;
	size_t *count = number->per_place ? &t->locals : yearly ? &t->yearlies : &t->globals;
	if (*count == PLIM_EXACT_UNKNOWNS - 1) { /* one more may be made of them by pooling */
		const char *why = "more than 15 unknowns bear on it";
		plim_exact_say(t->no_law, why);
		plim_exact_say(t->no_events, why);
		plim_exact_say(t->no_mean, why);
		return NULL;
	}
	return &list[(*count)++];
}

static plim_status add_unknown(reader *r, const plim_number *number, bool severity, bool chance)
{
	plim_exact_threat *t = r->t;
	if (!number->law)
		return PLIM_OK;
	t->uncertain |= number != t->threat->intensity;
	plim_exact_unknown *u = new_unknown(t, number, number == t->threat->intensity);
	if (!u)
		return PLIM_OK;
	*u = (plim_exact_unknown){.number = number, .severity = severity, .chance = chance};
	plim_status status = plim_amount_nodes(number->law, &u->nodes, r->error);
	return status == PLIM_OK ? plim_nodes_compress(&u->nodes, r->nodes, r->error) : status;
}

static bool cuts(const plim_control *control)
{
	return control->reduces_loss.law || control->reduces_loss.value != 0 || control->components > 0;
}

/* Whether a control is in working order is drawn once a year: 1 or 0, with the mean of its reliability as chance,
 * whether that is known or not. */
static plim_status add_reliability(reader *r, const plim_control *control)
{
	const plim_number *number = &control->reliability;
	plim_exact_threat *t = r->t;
	if (!number->law && number->value == 1)
		return PLIM_OK;
	t->uncertain |= number->law != NULL;
	if (t->span > 1 && (number->law || number->per_place)) {
		const char *why = "an unknown reliability, or one of each place, ties the years together";
		plim_exact_say(t->no_law, why);
		plim_exact_say(t->no_events, why);
	}
	plim_exact_unknown *u = new_unknown(t, number, true);
	if (!u)
		return PLIM_OK;
	*u = (plim_exact_unknown){.number = number, .severity = cuts(control), .chance = true};
	plim_status status = plim_nodes_add(&u->nodes, 0, 1 - number->value, r->error);
	return status == PLIM_OK ? plim_nodes_add(&u->nodes, 1, number->value, r->error) : status;
}

static plim_status read_unknowns(reader *r)
{
	const plim_threat *threat = r->t->threat;
	plim_status status = PLIM_OK;
	for (size_t c = 0; c < threat->losses && status == PLIM_OK; c++)
		status = add_unknown(r, &threat->loss[c].times, true, false);
	for (size_t c = 0; c < r->t->controls && status == PLIM_OK; c++) {
		const plim_control *control = r->t->control[c];
		status = add_unknown(r, &control->reduces_loss, true, false);
		for (size_t p = 0; p < control->components && status == PLIM_OK; p++)
			status = add_unknown(r, &control->component[p].share, true, false);
		if (status == PLIM_OK)
			status = add_reliability(r, control);
		if (status == PLIM_OK)
			status = add_unknown(r, &control->coverage, cuts(control), true);
		if (status == PLIM_OK)
			status = add_unknown(r, &control->reduces_frequency, false, true);
		if (status == PLIM_OK)
			status = add_unknown(r, &control->reduces_vulnerability, false, true);
	}
	if (status == PLIM_OK && *threat->shared_by)
		status = add_unknown(r, &threat->strike_probability, false, true);
	if (status == PLIM_OK)
		status = add_unknown(r, &threat->vulnerability, false, true);
	if (status == PLIM_OK && !threat->custody)
		status = add_unknown(r, &threat->frequency.p, false, true);
	if (status == PLIM_OK && !threat->custody)
		status = add_unknown(r, &threat->frequency.mean, false, true);
	if (status == PLIM_OK && threat->intensity)
		status = add_unknown(r, threat->intensity, false, true);
	return status;
}

/* --- pooling: what enters only as a common factor on every chance is one dimension --- */

/* The number of a frequency that thinning scales, or NULL. */
static const plim_number *scaled_number(const plim_frequency *f)
{
	switch (f->law) {
	case PLIM_COUNT_POISSON:
	case PLIM_COUNT_NEGATIVE_BINOMIAL:
	case PLIM_COUNT_ZERO_INFLATED_POISSON: return &f->mean;
	case PLIM_COUNT_BERNOULLI:
	case PLIM_COUNT_BINOMIAL: return &f->p;
	default: return NULL;
	}
}

typedef struct pool {
	reader *r;
	plim_exact_unknown *list;
	size_t *count;
	plim_nodes product; /* of what was pooled so far */
} pool;

static plim_exact_unknown *find_unknown(const pool *p, const plim_number *number)
{
	for (size_t i = 0; number && i < *p->count; i++)
		if (p->list[i].number == number)
			return &p->list[i];
	return NULL;
}

static plim_status multiply(pool *p, const plim_nodes *by)
{
	plim_nodes product = {0};
	plim_status status = p->product.count ? plim_nodes_multiply(&p->product, by, &product, p->r->error) : PLIM_OK;
	for (size_t i = 0; !p->product.count && i < by->count && status == PLIM_OK; i++)
		status = plim_nodes_add(&product, by->value[i], by->weight[i], p->r->error);
	if (status == PLIM_OK)
		status = plim_nodes_compress(&product, p->r->nodes, p->r->error);
	plim_nodes_clear(&p->product);
	p->product = product;
	return status;
}

/* The unknown stays in the list as 1. */
static void settle(plim_exact_unknown *u)
{
	u->nodes.count = 1;
	u->nodes.value[0] = u->nodes.weight[0] = 1;
}

static plim_status pool_number(pool *p, const plim_number *number)
{
	plim_exact_unknown *u = find_unknown(p, number);
	plim_status status = u ? multiply(p, &u->nodes) : PLIM_OK;
	if (u && status == PLIM_OK)
		settle(u);
	return status;
}

/* True if a control does the same to every chance at every place all year, and nothing to a loss. */
static bool is_common(const plim_exact_threat *t, size_t c)
{
	bool common = !cuts(t->control[c]) && !(t->control[c]->start_day > 0);
	for (size_t i = 0; i < t->types; i++)
		common &= t->type[i].controls >> c & 1;
	return common;
}

/* (1 - coverage x frequency) (1 - coverage x vulnerability) over the control's own unknowns. */
static plim_status pool_control(pool *p, size_t c)
{
	const plim_control *control = p->r->t->control[c];
	const plim_number *number[] = {&control->coverage, &control->reduces_frequency, &control->reduces_vulnerability,
	                               &control->reliability};
	plim_exact_unknown own[4], *found[4];
	plim_nodes factor = {0};
	size_t count = 0;
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < 4; i++) {
		found[count] = find_unknown(p, number[i]);
		if ((number[i]->law || (i == 3 && number[i]->value != 1)) && !found[count])
			return PLIM_OK; /* it stands in the other list */
		if (found[count])
			own[count] = *found[count], count++;
	}
	if (count == 0 || !is_common(p->r->t, c))
		return PLIM_OK;
	plim_exact_env env = {.count = 0};
	double weight;
	for (uint64_t i = 0; status == PLIM_OK && plim_exact_walk(own, count, i, &env, &weight); i++) {
		double coverage = plim_exact_value(&env, number[0]) * plim_exact_value(&env, number[3]);
		double left =
		    (1 - coverage * plim_exact_value(&env, number[1])) * (1 - coverage * plim_exact_value(&env, number[2]));
		status = plim_nodes_add(&factor, left, weight, p->r->error);
		env.count = 0;
	}
	if (status == PLIM_OK)
		status = plim_nodes_compress(&factor, p->r->nodes, p->r->error);
	if (status == PLIM_OK)
		status = multiply(p, &factor);
	for (size_t i = 0; status == PLIM_OK && i < count; i++)
		settle(found[i]);
	if (status == PLIM_OK)
		p->r->t->pooled_controls |= UINT64_C(1) << c;
	plim_nodes_clear(&factor);
	return status;
}

static plim_status pool_list(reader *r, plim_exact_unknown *list, size_t *count, plim_number *scale)
{
	const plim_threat *threat = r->t->threat;
	pool p = {.r = r, .list = list, .count = count};
	plim_status status = pool_number(&p, &threat->vulnerability);
	if (status == PLIM_OK && *threat->shared_by)
		status = pool_number(&p, &threat->strike_probability);
	if (status == PLIM_OK && !*threat->shared_by && !threat->custody)
		status = pool_number(&p, scaled_number(&threat->frequency));
	if (status == PLIM_OK && !*threat->shared_by)
		status = pool_number(&p, threat->intensity);
	for (size_t c = 0; c < r->t->controls && status == PLIM_OK; c++)
		status = pool_control(&p, c);
	if (status == PLIM_OK && p.product.count) {
		list[(*count)++] = (plim_exact_unknown){.number = scale, .nodes = p.product, .chance = true};
		p.product = (plim_nodes){0};
	}
	for (size_t i = 0; i < *count && status == PLIM_OK; i++)
		status = plim_nodes_compress(
		    &list[i].nodes, list[i].severity || list[i].number == &threat->strike_probability ? NODES_OTHER : r->nodes,
		    r->error);
	plim_nodes_clear(&p.product);
	return status;
}

plim_status plim_exact_unknowns(plim_exact_threat *t, plim_error *error)
{
	reader r = {.t = t, .error = error, .nodes = nodes_for(t)};
	plim_status status = read_unknowns(&r);
	if (status == PLIM_OK)
		status = pool_list(&r, t->global, &t->globals, &t->scale[0]);
	if (status == PLIM_OK)
		status = pool_list(&r, t->local, &t->locals, &t->scale[1]);
	if (status == PLIM_OK)
		status = pool_list(&r, t->yearly, &t->yearlies, &t->scale[2]);
	return status;
}
