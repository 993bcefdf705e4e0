/* SPDX-License-Identifier: Apache-2.0 */
/* Strikes: which of them are events in which scenario, and what they cost. */
#include <math.h>
#include <string.h>

#include "engine/workspace.h"

/* Stretches of equal effect class: sources come in order, so there are few unless controls single places out. */
void plim_strikes_find_runs(plim_workspace *ws)
{
	plim_batch *b = &ws->batch;
	const plim_plan_source *source = ws->plan->source;
	b->runs = 0;
	if (ws->threat->one_class && b->count > 0) {
		b->run[b->runs++] = (plim_run_of_class){0, (uint32_t)b->count, source[b->source[0]].effect_class};
		return;
	}
	for (uint32_t i = 0; i < b->count; i++) {
		uint32_t class = source[b->source[i]].effect_class;
		if (b->runs == 0 || b->run[b->runs - 1].effect_class != class)
			b->run[b->runs++] = (plim_run_of_class){i, i, class};
		b->run[b->runs - 1].end = i + 1;
	}
}

static uint64_t place_of(const plim_workspace *ws, size_t i)
{
	return ws->plan->source[ws->batch.source[i]].place_identity;
}

/* The cell of strike i: its trial and the year of its day. */
static uint32_t cell_of(const plim_workspace *ws, size_t i)
{
	const plim_batch *b = &ws->batch;
	return ws->plan->years == 1 ? b->trial[i] : plim_plan_cell(ws->plan, b->trial[i], plim_year_of(b->day[i]));
}

/* Whether a control is in working order in a year: at all its places, or (an unknown per place) at each by itself. */
static bool works(plim_workspace *ws, const plim_plan_effect *e, uint32_t cell, uint64_t place)
{
	if (e->reliability.unknown < 0 && e->reliability.value == 1)
		return true;
	bool per_place = e->reliability.unknown >= 0 && ws->plan->unknown[e->reliability.unknown].per_place;
	uint64_t identity = per_place ? plim_identity_join(e->identity, place) : e->identity;
	uint64_t x = plim_address_uniform(ws->seed, identity, plim_address_base(PLIM_PURPOSE_WORKING, ws->block), cell);
	return plim_uniform_double(x) < plim_param_at(ws, e->reliability, cell / ws->plan->years, place);
}

/* What a control leaves of the chance of an event: (1 - coverage x frequency) (1 - coverage x vulnerability). */
static double effect_at(plim_workspace *ws, const plim_plan_effect *e, uint32_t cell, uint64_t place)
{
	const uint32_t trial = cell / ws->plan->years;
	if (!works(ws, e, cell, place))
		return 1;
	double coverage = plim_param_at(ws, e->coverage, trial, place);
	return (1 - coverage * plim_param_at(ws, e->frequency, trial, place)) *
		   (1 - coverage * plim_param_at(ws, e->vulnerability, trial, place));
}

static const double *variant_vector(plim_workspace *ws, uint32_t index)
{
	const plim_variant *v = &ws->plan->variant[index];
	if (ws->variant_block[index] != ws->block) {
		for (uint32_t cell = 0; cell < PLIM_BLOCK_TRIALS * ws->plan->years; cell++) {
			double left = 1;
			for (uint32_t i = 0; i < v->count; i++)
				left *= effect_at(ws, &ws->plan->effect[ws->plan->variant_effect[v->first + i]], cell, 0);
			ws->variant[index][cell] = left;
		}
		ws->variant_block[index] = ws->block;
	}
	return ws->variant[index];
}

/* The general case: some control starts later, or an unknown belongs to the place. */
static double variant_at(plim_workspace *ws, const plim_variant *v, size_t i)
{
	const plim_batch *b = &ws->batch;
	double left = 1;
	for (uint32_t e = 0; e < v->count; e++) {
		const plim_plan_effect *effect = &ws->plan->effect[ws->plan->variant_effect[v->first + e]];
		if (effect->start_day > 0 && b->day[i] < effect->start_day)
			continue;
		left *= effect_at(ws, effect, cell_of(ws, i), place_of(ws, i));
	}
	return left;
}

/* probability[slot] of one stretch, from chance x vulnerability x strike (in `u`). */
static void slot_probability(plim_workspace *ws, const plim_run_of_class *run, uint32_t slot, uint32_t variant)
{
	plim_batch *b = &ws->batch;
	const plim_variant *v = &ws->plan->variant[variant];
	double *p = b->probability[slot];
	if (!v->thins) {
		memcpy(p + run->begin, b->u + run->begin, (run->end - run->begin) * sizeof *p);
	} else if (v->timed || v->per_place) {
		for (uint32_t i = run->begin; i < run->end; i++)
			p[i] = b->u[i] * variant_at(ws, v, i);
	} else if (v->uncertain) {
		const double *left = variant_vector(ws, variant);
		for (uint32_t i = run->begin; i < run->end; i++)
			p[i] = b->u[i] * left[cell_of(ws, i)];
	} else {
		for (uint32_t i = run->begin; i < run->end; i++)
			p[i] = b->u[i] * v->thin;
	}
}

static void times_param(plim_workspace *ws, plim_param param, double *values)
{
	plim_batch *b = &ws->batch;
	if (param.unknown < 0) {
		if (param.value != 1)
			for (size_t i = 0; i < b->count; i++)
				values[i] *= param.value;
	} else if (!ws->plan->unknown[param.unknown].per_place) {
		const double *vector = plim_unknown_vector(ws, (uint32_t)param.unknown);
		for (size_t i = 0; i < b->count; i++)
			values[i] *= vector[b->trial[i]];
	} else {
		for (size_t i = 0; i < b->count; i++)
			values[i] *= plim_param_at(ws, param, b->trial[i], place_of(ws, i));
	}
}

static void probabilities(plim_workspace *ws)
{
	plim_batch *b = &ws->batch;
	const plim_plan_threat *t = ws->threat;
	memcpy(b->u, b->chance, b->count * sizeof *b->u);
	times_param(ws, t->vulnerability, b->u);
	if (t->shared)
		times_param(ws, t->strike, b->u);
	for (size_t r = 0; r < b->runs; r++) {
		const plim_effect_class *class = &ws->plan->effect_class[b->run[r].effect_class];
		for (uint32_t slot = 0; slot < class->slots; slot++)
			slot_probability(ws, &b->run[r], slot, class->variant[slot]);
	}
}

/* Moves strike `from` to `to` <= from; what later stages fill is not moved. */
static void move_strike(plim_batch *b, size_t to, size_t from)
{
	b->source[to] = b->source[from];
	b->draw[to] = b->draw[from];
	b->trial[to] = b->trial[from];
	b->event[to] = b->event[from];
	b->identity[to] = b->identity[from];
	b->day[to] = b->day[from];
}

/* One uniform for each strike: event in a scenario iff it is below the scenario's probability. Keeps strikes that are
 * an event somewhere, with factor[slot] 1 or 0. */
static void thin(plim_workspace *ws)
{
	plim_batch *b = &ws->batch;
	plim_purpose purpose = ws->threat->shared ? PLIM_PURPOSE_STRIKE : PLIM_PURPOSE_THIN;
	ws->kernel->uniforms(ws->seed, plim_address_base(purpose, ws->block), b->identity, b->draw, b->count, b->x);
	size_t kept = 0;
	for (size_t r = 0; r < b->runs; r++) {
		plim_run_of_class *run = &b->run[r];
		uint32_t slots = ws->plan->effect_class[run->effect_class].slots, begin = (uint32_t)kept;
		for (uint32_t i = run->begin; i < run->end; i++) {
			double u = plim_uniform_double(b->x[i]);
			unsigned any = 0;
			for (uint32_t s = 0; s < slots; s++) {
				unsigned event = u < b->probability[s][i];
				b->factor[s][kept] = event;
				any |= event;
			}
			move_strike(b, kept, i);
			kept += any;
		}
		run->begin = begin;
		run->end = (uint32_t)kept;
	}
	b->count = kept;
}

static void all_are_events(plim_batch *b)
{
	for (uint32_t s = 0; s < b->slots; s++)
		for (size_t i = 0; i < b->count; i++)
			b->factor[s][i] = 1;
}

static bool is_correlated(const plim_plan_threat *t)
{
	return t->shared && (t->correlation.unknown >= 0 || t->correlation.value != 0 || t->t_tail);
}

/* What the normal deviates of all places of an event are divided by in a t copula: the root of a chi-square over df. */
static double mixing(plim_workspace *ws, uint64_t factor_identity, uint32_t draw)
{
	const uint64_t x =
	    plim_address_uniform(ws->seed, factor_identity, plim_address_base(PLIM_PURPOSE_MIXING, ws->block), draw);
	const double w = plim_quantile_table_at(ws->plan->table[ws->threat->mixing_table], x);
	return sqrt(w > 0x1p-900 ? w : 0x1p-900);
}

/* Correlated severities: one factor for each component of an event, z = sqrt(rho) F + sqrt(1 - rho) e, u = Phi(z); for
 * a t copula u = T(z / sqrt(w)). */
static void correlate(plim_workspace *ws, uint64_t component, uint64_t *x)
{
	plim_batch *b = &ws->batch;
	const plim_plan_threat *t = ws->threat;
	const plim_plan *plan = ws->plan;
	uint64_t base = plim_address_base(PLIM_PURPOSE_FACTOR, ws->block);
	size_t key = 0;
	for (size_t i = 0; i < b->count; i++) {
		double rho = plim_param_at(ws, t->correlation, b->trial[i], place_of(ws, i));
		while (key > 0 && b->source[i] < t->key[key].first)
			key--;
		while (key + 1 < t->keys && b->source[i] >= t->key[key + 1].first)
			key++;
		uint64_t factor_identity = plim_identity_join(component, t->key[key].identity);
		uint64_t f = plim_address_uniform(ws->seed, factor_identity, base, b->draw[i]);
		double z = sqrt(rho) * plim_quantile_table_at(plan->normal, f) +
				   sqrt(1 - rho) * plim_quantile_table_at(plan->normal, x[i]);
		x[i] = t->t_tail ? plim_t_tail_uniform(t->t_tail, z / mixing(ws, factor_identity, b->draw[i]))
		                 : plim_normal_tail_uniform(plan->normal_tail, z);
	}
}

/* A loss that is correlated with the outage of its event: z = rho z_outage + sqrt(1 - rho^2) z_own. The outage keeps its draw. */
static void lean_on_outage(plim_workspace *ws, uint64_t *x)
{
	plim_batch *b = &ws->batch;
	const plim_plan_threat *t = ws->threat;
	const plim_plan *plan = ws->plan;
	uint64_t base = plim_address_base(PLIM_PURPOSE_AMOUNT, ws->block), *lead = b->stream;
	for (size_t i = 0; i < b->count; i++)
		lead[i] = plim_address_uniform(ws->seed, plim_identity_join(t->outage.identity, b->identity[i]), base, b->draw[i]);
	if (is_correlated(t))
		correlate(ws, t->outage.identity, lead);
	for (size_t i = 0; i < b->count; i++) {
		double z = t->outage_rho * plim_quantile_table_at(plan->normal, lead[i]) +
				   t->outage_rest * plim_quantile_table_at(plan->normal, x[i]);
		x[i] = plim_normal_tail_uniform(plan->normal_tail, z);
	}
}

static void draw_component(plim_workspace *ws, const plim_plan_component *c, double *out)
{
	plim_batch *b = &ws->batch;
	uint64_t *stream = b->stream;
	ws->kernel->join(c->identity, b->identity, b->count, stream);
	ws->kernel->uniforms(ws->seed, plim_address_base(PLIM_PURPOSE_AMOUNT, ws->block), stream, b->draw, b->count, b->x);
	if (is_correlated(ws->threat))
		correlate(ws, c->identity, b->x);
	if (ws->threat->outage_rho != 0 && c != &ws->threat->outage)
		lean_on_outage(ws, b->x);
	ws->kernel->quantiles(ws->plan->table[c->table], b->x, out, b->count);
	if (c->times.unknown >= 0 || c->times.value != 1 || c->shift != 0 || c->cap < INFINITY) {
		times_param(ws, c->times, out);
		for (size_t i = 0; i < b->count; i++) {
			double y = out[i] + c->shift;
			out[i] = y > c->cap ? c->cap : y;
		}
	}
}

/* A seal check that detects an incident leaves a share of its loss, in every scenario: one uniform for each event. */
static void detect(plim_workspace *ws)
{
	plim_batch *b = &ws->batch;
	const plim_plan_threat *t = ws->threat;
	ws->kernel->uniforms(ws->seed, plim_address_base(PLIM_PURPOSE_DETECT, ws->block), b->identity, b->draw, b->count,
						 b->x);
	for (size_t i = 0; i < b->count; i++) {
		if (plim_uniform_double(b->x[i]) < ws->plan->leg[ws->plan->source[b->source[i]].leg].undetected)
			continue;
		for (size_t c = 0; c < t->components; c++)
			b->base[c * b->capacity + i] *= t->detected_loss;
	}
}

static void draw_losses(plim_workspace *ws)
{
	plim_batch *b = &ws->batch;
	const plim_plan_threat *t = ws->threat;
	const plim_plan_source *source = ws->plan->source;
	for (size_t c = 0; c < t->components; c++) {
		double *base = b->base + c * b->capacity;
		draw_component(ws, &t->component[c], base);
		if (t->scaled)
			for (size_t i = 0; i < b->count; i++)
				base[i] *= source[b->source[i]].loss_times;
	}
	if (t->custody)
		detect(ws);
	if (t->components > 0)
		memcpy(b->sum, b->base, b->count * sizeof *b->sum);
	else
		memset(b->sum, 0, b->count * sizeof *b->sum);
	for (size_t c = 1; c < t->components; c++)
		for (size_t i = 0; i < b->count; i++)
			b->sum[i] += b->base[c * b->capacity + i];
}

/* Lengths of the outages: 0 in the slots where the strike is no event. */
static void draw_outages(plim_workspace *ws)
{
	plim_batch *b = &ws->batch;
	draw_component(ws, &ws->threat->outage, b->length);
	for (size_t r = 0; r < b->runs; r++) {
		const plim_run_of_class *run = &b->run[r];
		for (uint32_t slot = 0; slot < ws->plan->effect_class[run->effect_class].slots; slot++)
			for (uint32_t i = run->begin; i < run->end; i++)
				b->days[slot][i] = b->length[i] * b->factor[slot][i]; /* the factor is 0 or 1 here */
	}
}

/* Whether a control that cuts losses works in the event of strike i. */
static bool works_in_event(plim_workspace *ws, const plim_plan_effect *effect, size_t i)
{
	const plim_batch *b = &ws->batch;
	if (effect->start_day > 0 && b->day[i] < effect->start_day)
		return false;
	double coverage = plim_param_at(ws, effect->coverage, b->trial[i], place_of(ws, i));
	uint64_t x = plim_address_uniform(ws->seed, plim_identity_join(effect->identity, b->identity[i]),
									  plim_address_base(PLIM_PURPOSE_COVERAGE, ws->block), b->draw[i]);
	return plim_uniform_double(x) < coverage && works(ws, effect, cell_of(ws, i), place_of(ws, i));
}

/* Lowers the components of strike i that the control singles out. */
static void cut_parts(plim_workspace *ws, const plim_plan_effect *effect, uint32_t slot, size_t i)
{
	plim_batch *b = &ws->batch;
	for (uint32_t p = 0; p < effect->parts; p++)
		for (size_t c = 0; c < ws->threat->components; c++)
			if (ws->threat->component[c].group == effect->part[p].group)
				b->part[slot][c * b->capacity + i] *=
					1 - plim_param_at(ws, effect->part[p].share, b->trial[i], place_of(ws, i));
}

/* What the controls of a variant leave of the loss and of the outage of strike i: (1 - reduction) where the control works in
 * this event. */
static void left_of(plim_workspace *ws, const plim_variant *v, uint32_t slot, size_t i)
{
	plim_batch *b = &ws->batch;
	for (uint32_t e = 0; e < v->count; e++) {
		const plim_plan_effect *effect = &ws->plan->effect[ws->plan->variant_effect[v->first + e]];
		bool cuts = effect->loss.unknown >= 0 || effect->loss.value != 0;
		bool shortens = ws->threat->stops && (effect->outage.unknown >= 0 || effect->outage.value != 0);
		if ((!cuts && !shortens && effect->parts == 0) || !works_in_event(ws, effect, i))
			continue;
		b->factor[slot][i] *= 1 - plim_param_at(ws, effect->loss, b->trial[i], place_of(ws, i));
		if (shortens)
			b->days[slot][i] *= 1 - plim_param_at(ws, effect->outage, b->trial[i], place_of(ws, i));
		if (effect->parts > 0)
			cut_parts(ws, effect, slot, i);
	}
}

static void begin_parts(plim_batch *b, size_t components, uint32_t slot, size_t i)
{
	for (size_t c = 0; c < components; c++)
		b->part[slot][c * b->capacity + i] = 1;
}

/* Turns what controls leave of single components into a factor on their sum; `part` then has all that is left of each. */
static void end_parts(plim_batch *b, size_t components, uint32_t slot, size_t i)
{
	double left = 0;
	for (size_t c = 0; c < components; c++) {
		double *part = &b->part[slot][c * b->capacity + i];
		left += b->base[c * b->capacity + i] * *part;
		*part *= b->factor[slot][i];
	}
	if (b->sum[i] > 0)
		b->factor[slot][i] *= left / b->sum[i];
}

static void cut_losses(plim_workspace *ws)
{
	plim_batch *b = &ws->batch;
	bool parts = ws->threat->by_component;
	for (size_t r = 0; r < b->runs; r++) {
		const plim_run_of_class *run = &b->run[r];
		const plim_effect_class *class = &ws->plan->effect_class[run->effect_class];
		for (uint32_t slot = 0; slot < class->slots; slot++) {
			const plim_variant *v = &ws->plan->variant[class->variant[slot]];
			bool cuts = v->cuts || (v->shortens && ws->threat->stops);
			if (!cuts && !parts)
				continue;
			for (uint32_t i = run->begin; i < run->end; i++) {
				if (parts)
					begin_parts(b, ws->threat->components, slot, i);
				if (cuts && b->factor[slot][i] > 0)
					left_of(ws, v, slot, i);
				if (parts)
					end_parts(b, ws->threat->components, slot, i);
			}
		}
	}
}

/* Strikes that are events, slot by slot: there are fewer slots than scenarios. */
static void count_strikes(plim_workspace *ws)
{
	const plim_batch *b = &ws->batch;
	for (size_t r = 0; r < b->runs; r++) {
		const plim_run_of_class *run = &b->run[r];
		const plim_effect_class *class = &ws->plan->effect_class[run->effect_class];
		for (uint32_t slot = 0; slot < class->slots; slot++) {
			const double *factor = b->factor[slot];
			const uint64_t events = ws->kernel->count_positive(factor + run->begin, run->end - run->begin);
			for (size_t k = 0; k < ws->plan->scenarios; k++)
				ws->threat_events[k] += class->slot_of[k] == slot ? events : 0;
		}
	}
}

/* The places struck together are one event. */
static void count_shared(plim_workspace *ws)
{
	const plim_batch *b = &ws->batch;
	for (size_t k = 0; k < ws->plan->scenarios; k++) {
		uint32_t last = UINT32_MAX;
		for (size_t r = 0; r < b->runs; r++) {
			const plim_run_of_class *run = &b->run[r];
			const double *factor = b->factor[ws->plan->effect_class[run->effect_class].slot_of[k]];
			for (uint32_t i = run->begin; i < run->end; i++) {
				if (!(factor[i] > 0) || b->event[i] == last)
					continue;
				last = b->event[i];
				ws->threat_events[k]++;
			}
		}
	}
}

/* Events in each scenario, before controls on the loss turn the 0 or 1 of `factor` into something between. */
static void count_events(plim_workspace *ws)
{
	const plim_batch *b = &ws->batch;
	(ws->threat->shared ? count_shared : count_strikes)(ws);
	uint32_t last = UINT32_MAX;
	for (size_t i = 0; i < b->count; i++) {
		ws->events += !ws->threat->shared || b->event[i] != last;
		last = b->event[i];
	}
}

void plim_strikes_process(plim_workspace *ws)
{
	plim_batch *b = &ws->batch;
	if (b->count == 0)
		return;
	plim_strikes_find_runs(ws);
	if (ws->threat->thins || ws->threat->shared) {
		probabilities(ws);
		thin(ws);
	} else {
		all_are_events(b);
	}
	if (b->count > 0) {
		if (!ws->wanted)
			count_events(ws);
		draw_losses(ws);
		if (ws->threat->stops)
			draw_outages(ws);
		cut_losses(ws);
		if (ws->threat->held)
			plim_strikes_hold(ws);
		else
			plim_gather_batch(ws);
	}
	b->count = 0;
}
