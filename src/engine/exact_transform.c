/* SPDX-License-Identifier: Apache-2.0 */
/* The transform of a threat's annual loss. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/count_pgf.h"
#include "engine/exact.h"
#include "engine/exact_masses.h"

/* One component's loss times a factor, on the lattice: computed once and looked up at every node that asks for it. */
typedef struct scaled {
	size_t component;
	double factor, times;
	double complex *down, *up;
} scaled;

typedef struct transformer {
	const plim_exact_threat *t;
	plim_exact_basis basis;
	const plim_lattice *lattice;
	double complex z;
	size_t points;
	const plim_exact_origin *source; /* origins that matter to the basis, and their parts */
	const plim_exact_part *part;
	size_t sources;
	plim_error *error;
	plim_exact_unknown global[PLIM_EXACT_UNKNOWNS], local[PLIM_EXACT_UNKNOWNS],
	    yearly[PLIM_EXACT_UNKNOWNS]; /* the grid; borrowed */
	size_t globals, locals, yearlies;
	scaled *known;
	size_t knowns, capacity;
	double *mass_down, *mass_up;
	double complex *work;
	double complex *phi[2], *one[2], *psi[2], *origin[2], *year[2], *product[2], *sum[2]; /* down and up */
} transformer;

static plim_status no_memory(const transformer *r)
{
	return plim_error_memory(r->error, "the exact law");
}

static plim_status scaled_loss(transformer *r, size_t c, double factor, const plim_exact_env *env, const scaled **out)
{
	const plim_severity *severity = &r->t->threat->loss[c];
	double times = severity->times.law ? plim_exact_value(env, &severity->times) : 1;
	for (size_t i = r->knowns; i-- > 0;) {
		*out = &r->known[i];
		if ((*out)->component == c && (*out)->factor == factor && (*out)->times == times)
			return PLIM_OK;
	}
	if (plim_mem_grow((void **)&r->known, &r->capacity, r->knowns + 1, sizeof *r->known))
		return no_memory(r);
	scaled *made = &r->known[r->knowns++];
	*made = (scaled){c, factor, times, plim_mem_alloc(r->points, sizeof *made->down),
	                 plim_mem_alloc(r->points, sizeof *made->up)};
	*out = made;
	if (!made->down || !made->up)
		return no_memory(r);
	plim_amount amount = plim_exact_amount(severity, env);
	if (r->basis == PLIM_EXACT_ZERO) {
		made->down[0] = made->up[0] = factor > 0 ? (double)plim_amount_cdf(&amount, 0) : 1;
	} else if (factor > 0) {
		plim_exact_masses(&amount, r->lattice->step / factor, plim_lattice_size(r->lattice), r->mass_down, r->mass_up);
		plim_lattice_forward(r->lattice, r->mass_down, r->mass_up, made->down, made->up, r->work);
	} else {
		for (size_t k = 0; k < r->points; k++)
			made->down[k] = made->up[k] = 1;
	}
	return PLIM_OK;
}

/* phi: the loss of one event at a place. */
static plim_status event_loss(transformer *r, const plim_exact_type *type, size_t stretch, const plim_exact_env *env)
{
	const plim_exact_threat *t = r->t;
	plim_exact_outcome outcome[PLIM_EXACT_OUTCOMES];
	if (r->basis == PLIM_EXACT_EVENTS) {
		r->phi[0][0] = r->phi[1][0] = r->z;
		return PLIM_OK;
	}
	const size_t outcomes = plim_exact_outcomes(t, type, stretch, env, outcome);
	for (int w = 0; w < 2; w++)
		memset(r->phi[w], 0, r->points * sizeof *r->phi[w]);
	for (size_t i = 0; i < outcomes; i++) {
		if (!(outcome[i].probability > 0))
			continue;
		for (size_t k = 0; k < r->points; k++)
			r->one[0][k] = r->one[1][k] = outcome[i].probability;
		for (size_t c = 0; c < t->threat->losses; c++) {
			const scaled *loss = NULL;
			plim_status status = scaled_loss(
			    r, c, outcome[i].factor * plim_exact_part_left(t, &outcome[i], c, env) * type->loss_times, env, &loss);
			if (status != PLIM_OK)
				return status;
			for (size_t k = 0; k < r->points; k++) {
				r->one[0][k] *= loss->down[k];
				r->one[1][k] *= loss->up[k];
			}
		}
		for (int w = 0; w < 2; w++)
			for (size_t k = 0; k < r->points; k++)
				r->phi[w][k] += r->one[w][k];
	}
	return PLIM_OK;
}

static double complex power(double complex x, double n)
{
	return n == 1 ? x : x == 0 ? 0 : cexp(n * clog(x));
}

/* psi: one attempt in a year at all places of the origin; `origin` is free to hold the product over places. */
static plim_status attempt_loss(transformer *r, const plim_exact_origin *o, const plim_exact_year *year,
                                const plim_exact_env *env)
{
	const plim_exact_threat *t = r->t;
	for (int w = 0; w < 2; w++)
		memset(r->psi[w], 0, r->points * sizeof *r->psi[w]);
	for (size_t s = year->first; s < year->first + year->stretches; s++) {
		for (int w = 0; w < 2; w++)
			for (size_t k = 0; k < r->points; k++)
				r->origin[w][k] = t->stretch[s];
		for (size_t i = 0; i < o->parts; i++) {
			const plim_exact_part *part = &r->part[o->first_part + i];
			double q = plim_exact_chance(t, &t->type[part->type], s, env);
			plim_status status = event_loss(r, &t->type[part->type], s, env);
			if (status != PLIM_OK)
				return status;
			for (int w = 0; w < 2; w++)
				for (size_t k = 0; k < r->points; k++)
					r->origin[w][k] *= power(1 - q + q * r->phi[w][k], part->count);
		}
		for (int w = 0; w < 2; w++)
			for (size_t k = 0; k < r->points; k++)
				r->psi[w][k] += r->origin[w][k];
	}
	return PLIM_OK;
}

/* An event here is whatever strikes at least one place: 1 - (1 - z) x its chance. */
static void attempt_events(transformer *r, const plim_exact_origin *o, const plim_exact_year *year,
                           const plim_exact_env *env)
{
	const plim_exact_threat *t = r->t;
	double chance = 0;
	for (size_t s = year->first; s < year->first + year->stretches; s++) {
		double none = 1;
		for (size_t i = 0; i < o->parts; i++) {
			const plim_exact_part *part = &r->part[o->first_part + i];
			none *= pow(1 - plim_exact_chance(t, &t->type[part->type], s, env), part->count);
		}
		chance += t->stretch[s] * (1 - none);
	}
	r->psi[0][0] = r->psi[1][0] = 1 - chance + chance * r->z;
}

static void fill(const transformer *r, double complex *const out[2], double value)
{
	for (int w = 0; w < 2; w++)
		for (size_t k = 0; k < r->points; k++)
			out[w][k] = value;
}

static void add(const transformer *r, double complex *const out[2], double complex *const from[2])
{
	for (int w = 0; w < 2; w++)
		for (size_t k = 0; k < r->points; k++)
			out[w][k] += from[w][k];
}

static void multiply(const transformer *r, double complex *const out[2], double complex *const from[2], double times)
{
	for (int w = 0; w < 2; w++)
		for (size_t k = 0; k < r->points; k++)
			out[w][k] *= power(from[w][k], times);
}

/* Multiplies `out` by the transform of an origin in `times` years that are alike. */
static plim_status multiply_year(transformer *r, const plim_exact_origin *o, const plim_exact_year *year, double times,
                                 const plim_exact_env *env, double complex *const out[2])
{
	plim_count law = plim_exact_count(r->t, o, env);
	plim_status status = PLIM_OK;
	if (r->basis == PLIM_EXACT_EVENTS)
		attempt_events(r, o, year, env);
	else
		status = attempt_loss(r, o, year, env);
	for (int w = 0; w < 2; w++)
		for (size_t k = 0; k < r->points; k++)
			r->psi[w][k] = plim_count_pgf(&law, r->psi[w][k]);
	multiply(r, out, r->psi, times);
	return status;
}

/* Multiplies the product over origins by that of one: the mean over what belongs to its places. */
static plim_status add_origin(transformer *r, const plim_exact_origin *o, const plim_exact_env *outer)
{
	const plim_exact_threat *t = r->t;
	plim_exact_env env = *outer;
	plim_status status = PLIM_OK;
	double weight;
	fill(r, r->sum, 0);
	for (uint64_t l = 0; status == PLIM_OK && plim_exact_walk(r->local, r->locals, l, &env, &weight); l++) {
		fill(r, r->year, weight);
		for (size_t y = 0; y < t->years && status == PLIM_OK; y++)
			status = multiply_year(r, o, &t->year[y], t->year[y].copies, &env, r->year);
		add(r, r->sum, r->year);
		env.count = outer->count;
	}
	multiply(r, r->product, r->sum, o->copies);
	return status;
}

/* What years draw anew: multiplies by the mean over it of the product over origins, in the years of one kind. There are
 * no unknowns of places then (exact_threat.c). */
static plim_status add_year(transformer *r, const plim_exact_year *year, const plim_exact_env *outer)
{
	plim_exact_env env = *outer;
	plim_status status = PLIM_OK;
	double weight;
	fill(r, r->sum, 0);
	for (uint64_t i = 0; status == PLIM_OK && plim_exact_walk(r->yearly, r->yearlies, i, &env, &weight); i++) {
		fill(r, r->year, weight);
		for (size_t o = 0; o < r->sources && status == PLIM_OK; o++)
			status = multiply_year(r, &r->source[o], year, r->source[o].copies, &env, r->year);
		add(r, r->sum, r->year);
		env.count = outer->count;
	}
	multiply(r, r->product, r->sum, year->copies);
	return status;
}

static void choose_origins(transformer *r)
{
	const plim_exact_threat *t = r->t;
	const bool joined = r->basis == PLIM_EXACT_EVENTS && t->event_origin;
	r->source = joined ? t->event_origin : t->origin;
	r->sources = joined ? t->event_origins : t->origins;
	r->part = joined ? t->event_part : t->part;
}

/* What does not bear on the number of events is left out of an integral over it. */
static size_t dimensions(const transformer *r, const plim_exact_unknown *list, size_t count, plim_exact_unknown *out)
{
	size_t kept = 0;
	for (size_t i = 0; i < count; i++)
		if (r->basis != PLIM_EXACT_EVENTS || list[i].chance)
			out[kept++] = list[i];
	return kept;
}

static plim_status integrate(transformer *r, double complex *down, double complex *up)
{
	const plim_exact_threat *t = r->t;
	double complex *total[2] = {plim_mem_alloc(r->points, sizeof *total[0]),
	                            plim_mem_alloc(r->points, sizeof *total[1])};
	plim_status status = total[0] && total[1] ? PLIM_OK : no_memory(r);
	plim_exact_env env = {.count = 0};
	double weight;
	for (uint64_t g = 0; status == PLIM_OK && plim_exact_walk(r->global, r->globals, g, &env, &weight); g++) {
		fill(r, r->product, weight);
		for (size_t y = 0; r->yearlies > 0 && y < t->years && status == PLIM_OK; y++)
			status = add_year(r, &t->year[y], &env);
		for (size_t o = 0; r->yearlies == 0 && o < r->sources && status == PLIM_OK; o++)
			status = add_origin(r, &r->source[o], &env);
		add(r, total, r->product);
		env.count = 0;
	}
	for (size_t k = 0; k < r->points && status == PLIM_OK; k++) {
		down[k] *= total[0][k];
		if (up)
			up[k] *= total[1][k];
	}
	plim_mem_free(total[0]);
	plim_mem_free(total[1]);
	return status;
}

plim_status plim_exact_transform(const plim_exact_threat *t, plim_exact_basis basis, const plim_lattice *lattice,
                                 double complex z, double complex *down, double complex *up, plim_error *error)
{
	transformer r = {.t = t, .basis = basis, .lattice = lattice, .z = z, .error = error};
	choose_origins(&r);
	const bool loss = basis == PLIM_EXACT_LOSS;
	const size_t size = loss ? plim_lattice_size(lattice) : 1;
	double complex **buffer[] = {r.phi, r.one, r.psi, r.origin, r.year, r.product, r.sum};
	bool good = true;
	r.globals = dimensions(&r, t->global, t->globals, r.global);
	r.locals = dimensions(&r, t->local, t->locals, r.local);
	r.yearlies = dimensions(&r, t->yearly, t->yearlies, r.yearly);
	r.points = loss ? plim_lattice_points(lattice) : 1;
	for (size_t i = 0; i < sizeof buffer / sizeof *buffer; i++)
		for (int w = 0; w < 2; w++)
			good &= (buffer[i][w] = plim_mem_alloc(r.points, sizeof **buffer[i])) != NULL;
	r.mass_down = plim_mem_alloc(size, sizeof *r.mass_down);
	r.mass_up = plim_mem_alloc(size, sizeof *r.mass_up);
	r.work = plim_mem_alloc(size, sizeof *r.work);
	plim_status status = good && r.mass_down && r.mass_up && r.work ? integrate(&r, down, up) : no_memory(&r);
	for (size_t i = 0; i < sizeof buffer / sizeof *buffer; i++)
		for (int w = 0; w < 2; w++)
			plim_mem_free(buffer[i][w]);
	for (size_t i = 0; i < r.knowns; i++) {
		plim_mem_free(r.known[i].down);
		plim_mem_free(r.known[i].up);
	}
	plim_mem_free(r.known);
	plim_mem_free(r.mass_down);
	plim_mem_free(r.mass_up);
	plim_mem_free(r.work);
	return status;
}

/* Nodes of a grid, of the unknowns that a step asks for. */
static double grid(const plim_exact_unknown *list, size_t count, bool severity, bool chance)
{
	double size = 1;
	for (size_t i = 0; i < count; i++)
		size *= (severity && list[i].severity) || (chance && list[i].chance) ? (double)list[i].nodes.count : 1;
	return size;
}

static double grids(const plim_exact_threat *t, bool severity, bool chance)
{
	return grid(t->global, t->globals, severity, chance) * grid(t->yearly, t->yearlies, severity, chance) *
	       grid(t->local, t->locals, severity, chance);
}

static double amounts_of(const plim_exact_threat *t)
{
	plim_exact_env env = {.count = 0};
	plim_exact_outcome outcome[PLIM_EXACT_OUTCOMES];
	double amounts = 0;
	for (size_t i = 0; i < t->types; i++)
		for (size_t s = 0; s < t->stretches; s++)
			amounts += (double)(plim_exact_outcomes(t, &t->type[i], s, &env, outcome) * t->threat->losses);
	return amounts * grids(t, true, false);
}

double plim_exact_work(const plim_exact_threat *t, plim_exact_basis basis)
{
	transformer r = {.t = t, .basis = basis};
	const bool events = basis == PLIM_EXACT_EVENTS;
	const size_t losses = events ? 0 : t->threat->losses;
	double steps = 0;
	choose_origins(&r);
	for (size_t o = 0; o < r.sources; o++)
		steps += (double)(1 + r.source[o].parts * t->stretches * (1 + losses));
	steps *= grids(t, !events, true);
	/* a complex step costs about a quarter of a distribution function, twice over half the points */
	return events ? steps : amounts_of(t) + steps / 4;
}
