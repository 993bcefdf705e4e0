/* SPDX-License-Identifier: Apache-2.0 */
/* Values at one node of an integral over unknowns, and means. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/exact.h"

double plim_exact_value(const plim_exact_env *env, const plim_number *number)
{
	for (size_t i = env->count; i-- > 0;)
		if (env->number[i] == number)
			return env->value[i];
	return number->value;
}

bool plim_exact_walk(const plim_exact_unknown *unknown, size_t count, uint64_t step, plim_exact_env *env,
                     double *weight)
{
	*weight = 1;
	for (size_t i = count; i-- > 0;) {
		const plim_nodes *nodes = &unknown[i].nodes;
		size_t at = (size_t)(step % nodes->count);
		step /= nodes->count;
		env->number[env->count] = unknown[i].number;
		env->value[env->count++] = nodes->value[at];
		*weight *= nodes->weight[at];
	}
	return step == 0;
}

plim_count plim_exact_count(const plim_exact_threat *t, const plim_exact_origin *o, const plim_exact_env *env)
{
	const plim_frequency *f = &t->threat->frequency;
	if (t->threat->custody)
		return (plim_count){.law = PLIM_COUNT_BINOMIAL, .n = o->trips, .p = o->incident};
	double dispersion = plim_exact_value(env, &f->dispersion);
	double intensity = t->threat->intensity ? plim_exact_value(env, t->threat->intensity) : 1;
	return (plim_count){f->law,
	                    f->n,
	                    o->exposure * intensity * plim_exact_value(env, &f->mean),
	                    plim_exact_value(env, &f->p),
	                    dispersion,
	                    f->counts,
	                    f->weights,
	                    f->length};
}

double plim_exact_chance(const plim_exact_threat *t, const plim_exact_type *type, size_t stretch,
                         const plim_exact_env *env)
{
	const uint64_t acting = type->controls & t->stretch_controls[stretch] & ~t->pooled_controls;
	double q = plim_exact_value(env, &t->threat->vulnerability) * plim_exact_value(env, &t->scale[0]) *
	           plim_exact_value(env, &t->scale[1]) * plim_exact_value(env, &t->scale[2]);
	if (type->shared)
		q *= plim_exact_value(env, &t->threat->strike_probability);
	for (size_t c = 0; c < t->controls; c++) {
		if (!(acting >> c & 1))
			continue;
		const plim_control *control = t->control[c];
		double coverage = plim_exact_value(env, &control->coverage) * plim_exact_value(env, &control->reliability);
		q *= (1 - coverage * plim_exact_value(env, &control->reduces_frequency)) *
		     (1 - coverage * plim_exact_value(env, &control->reduces_vulnerability));
	}
	return q;
}

/* Each outcome in two: with chance `chance` times `factor`, else as it is. */
static size_t split(plim_exact_outcome *outcome, size_t count, double chance, double factor, uint64_t bit)
{
	if (!(chance > 0) || (factor == 1 && bit == 0) || 2 * count > PLIM_EXACT_OUTCOMES)
		return count;
	for (size_t i = 0; i < count; i++) {
		outcome[count + i] =
		    (plim_exact_outcome){outcome[i].factor * factor, outcome[i].probability * chance, outcome[i].works | bit};
		outcome[i].probability *= 1 - chance;
	}
	return 2 * count;
}

size_t plim_exact_outcomes(const plim_exact_threat *t, const plim_exact_type *type, size_t stretch,
                           const plim_exact_env *env, plim_exact_outcome *outcome)
{
	size_t count = 1;
	outcome[0] = (plim_exact_outcome){1, 1, 0};
	for (size_t c = 0; c < t->controls; c++) {
		const plim_control *control = t->control[c];
		if ((type->controls & t->stretch_controls[stretch]) >> c & 1)
			count =
			    split(outcome, count,
			          plim_exact_value(env, &control->coverage) * plim_exact_value(env, &control->reliability),
			          1 - plim_exact_value(env, &control->reduces_loss), control->components ? UINT64_C(1) << c : 0);
	}
	if (t->threat->custody)
		count = split(outcome, count, 1 - type->undetected, t->threat->custody->detected_loss, 0);
	return count;
}

double plim_exact_part_left(const plim_exact_threat *t, const plim_exact_outcome *outcome, size_t component,
                            const plim_exact_env *env)
{
	double left = 1;
	for (size_t c = 0; c < t->controls; c++)
		for (size_t p = 0; (outcome->works >> c & 1) && p < t->control[c]->components; p++)
			if (strcmp(t->control[c]->component[p].component, t->threat->loss[component].component) == 0)
				left *= 1 - plim_exact_value(env, &t->control[c]->component[p].share);
	return left;
}

plim_amount plim_exact_amount(const plim_severity *severity, const plim_exact_env *env)
{
	plim_amount amount = severity->amount;
	if (severity->times.law) {
		amount.times = plim_exact_value(env, &severity->times);
		amount.shift = severity->shift;
		amount.cap = severity->cap;
	}
	return amount;
}

/* Years that every stretch lasts, over all its copies, or what they are worth at the start. */
static void find_lengths(const plim_exact_threat *t, bool present, double length[static PLIM_EXACT_STRETCHES])
{
	for (size_t y = 0; y < t->years; y++)
		for (size_t s = t->year[y].first; s < t->year[y].first + t->year[y].stretches; s++)
			length[s] = present ? t->present[s] : t->stretch[s] * t->year[y].copies;
}

/* Expected events of one origin, and the factor on the mean of each component. */
static void origin_mean(const plim_exact_threat *t, const plim_exact_origin *o, const double *length,
                        const plim_exact_env *env, double *events, double *factor)
{
	plim_exact_outcome outcome[PLIM_EXACT_OUTCOMES];
	plim_count law = plim_exact_count(t, o, env);
	double attempts = o->copies * plim_count_mean(&law);
	for (size_t s = 0; s < t->stretches; s++) {
		double none = 1;
		for (size_t i = 0; i < o->parts; i++) {
			const plim_exact_part *part = &t->part[o->first_part + i];
			const plim_exact_type *type = &t->type[part->type];
			const double q = plim_exact_chance(t, type, s, env);
			const double weight = attempts * length[s] * part->count * q * type->loss_times;
			const size_t count = plim_exact_outcomes(t, type, s, env, outcome);
			none *= part->count == 1 ? 1 - q : pow(1 - q, part->count);
			for (size_t k = 0; k < count; k++)
				for (size_t c = 0; c < t->threat->losses; c++)
					factor[c] += weight * outcome[k].probability * outcome[k].factor *
					             plim_exact_part_left(t, &outcome[k], c, env);
		}
		*events += attempts * length[s] * (1 - none);
	}
}

/* The mean of a component at a node; `base` is that of its amount, so that only a cap above an uncertain multiplier
 * asks for another quadrature. */
static double component_mean(const plim_severity *severity, double base, const plim_exact_env *env)
{
	if (!severity->times.law)
		return base;
	if (isinf(severity->cap))
		return plim_exact_value(env, &severity->times) * base + severity->shift;
	plim_amount amount = plim_exact_amount(severity, env);
	return plim_amount_mean(&amount);
}

static void add_node(const plim_exact_threat *t, const double *length, const plim_exact_env *env, double weight,
                     const double *base, double *factor, double *events, double *component)
{
	double own_events = 0;
	memset(factor, 0, t->threat->losses * sizeof *factor);
	for (size_t o = 0; o < t->origins; o++)
		origin_mean(t, &t->origin[o], length, env, &own_events, factor);
	*events += weight * own_events;
	for (size_t c = 0; c < t->threat->losses; c++)
		component[c] += factor[c] > 0 ? weight * factor[c] * component_mean(&t->threat->loss[c], base[c], env) : 0;
}

plim_status plim_exact_mean(const plim_exact_threat *t, bool present, double *events, double *component, double *total,
                            plim_error *error)
{
	double weight[3], length[PLIM_EXACT_STRETCHES] = {0}, *base = plim_mem_alloc(2 * t->threat->losses, sizeof *base);
	if (!base)
		return plim_error_memory(error, "the exact means");
	*events = *total = 0;
	find_lengths(t, present, length);
	for (size_t c = 0; c < t->threat->losses; c++) {
		component[c] = 0;
		base[c] = plim_amount_mean(&t->threat->loss[c].amount);
	}
	plim_exact_env env = {.count = 0};
	for (uint64_t g = 0; plim_exact_walk(t->global, t->globals, g, &env, &weight[0]); g++) {
		const size_t globals = env.count;
		for (uint64_t y = 0; plim_exact_walk(t->yearly, t->yearlies, y, &env, &weight[1]); y++) {
			const size_t outer = env.count;
			for (uint64_t l = 0; plim_exact_walk(t->local, t->locals, l, &env, &weight[2]); l++) {
				add_node(t, length, &env, weight[0] * weight[1] * weight[2], base, base + t->threat->losses, events,
				         component);
				env.count = outer;
			}
			env.count = globals;
		}
		env.count = 0;
	}
	for (size_t c = 0; c < t->threat->losses; c++)
		*total += component[c];
	plim_mem_free(base);
	return PLIM_OK;
}
