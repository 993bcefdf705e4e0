/* SPDX-License-Identifier: Apache-2.0 */
#include "run/worlds.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

/* Parameters that a table names, of those with the largest parts. */
#define NAMED 100

typedef struct teller {
	const plim_run_parts *parts;
	plim_results *r;
	size_t fan_capacity, ignorance_capacity;
	plim_error *error;
} teller;

/* The parameters of a scenario with their values in every world. */
typedef struct drawn {
	plim_world_parameter *parameter;
	size_t count;
	double **value, **uniform, *store;
} drawn;

static void clear_drawn(drawn *d)
{
	plim_mem_free(d->parameter);
	plim_mem_free((void *)d->value);
	plim_mem_free((void *)d->uniform);
	plim_mem_free(d->store);
}

static plim_status draw(teller *t, uint32_t scenario, drawn *d)
{
	const plim_plan *plan = t->parts->plan;
	const uint64_t worlds = t->r->worlds, seed = t->r->seed;
	plim_status status = plim_world_parameters(plan, scenario, &d->parameter, &d->count, t->error);
	if (status != PLIM_OK)
		return status;
	d->value = plim_mem_alloc(d->count, sizeof *d->value);
	d->uniform = plim_mem_alloc(d->count, sizeof *d->uniform);
	d->store = plim_mem_alloc(2 * d->count * worlds, sizeof *d->store);
	if (!d->value || !d->uniform || !d->store)
		return plim_error_memory(t->error, "the worlds");
	for (size_t i = 0; i < d->count; i++) {
		const plim_world_parameter *p = &d->parameter[i];
		d->value[i] = d->store + 2 * i * worlds;
		d->uniform[i] = d->value[i] + worlds;
		for (uint64_t w = 0; w < worlds; w++)
			d->value[i][w] = plim_nested_unknown(plan, seed, p->unknown, p->place_identity, w, &d->uniform[i][w]);
	}
	return PLIM_OK;
}

static plim_status add_row(teller *t, plim_ignorance_row row, const char *parameter, const char *place,
                           const plim_world_split *split)
{
	plim_results *r = t->r;
	if (plim_mem_grow((void **)&r->ignorance, &t->ignorance_capacity, r->ignorances + 1, sizeof *r->ignorance))
		return plim_error_memory(t->error, "the worlds");
	row.parameter = plim_mem_string(parameter);
	row.place = plim_mem_string(place);
	row.variance = split->variance;
	row.share = split->share;
	row.lower = split->lower;
	row.upper = split->upper;
	r->ignorance[r->ignorances++] = row;
	return row.parameter && row.place ? PLIM_OK : plim_error_memory(t->error, "the worlds");
}

typedef struct ranked {
	double share;
	size_t index;
} ranked;

static int by_share(const void *a, const void *b)
{
	const ranked *x = a, *y = b;
	if (x->share != y->share)
		return x->share > y->share ? -1 : 1;
	return (x->index > y->index) - (x->index < y->index);
}

static plim_status add_parameters(teller *t, plim_ignorance_row row, const drawn *d, const plim_world_split *part)
{
	ranked *order = plim_mem_alloc(d->count, sizeof *order);
	plim_status status = order ? PLIM_OK : plim_error_memory(t->error, "the worlds");
	for (size_t i = 0; order && i < d->count; i++)
		order[i] = (ranked){isnan(part[i].share) ? 0 : part[i].share, i};
	if (order)
		qsort(order, d->count, sizeof *order, by_share);
	row.what = PLIM_IGNORANCE_PARAMETER;
	for (size_t i = 0; i < d->count && i < NAMED && status == PLIM_OK; i++) {
		const plim_world_parameter *p = &d->parameter[order[i].index];
		status = add_row(t, row, p->unknown->name, p->place, &part[order[i].index]);
	}
	plim_mem_free(order);
	return status;
}

static plim_status split_series(teller *t, uint32_t scenario, plim_perspective perspective, const drawn *d,
                                const plim_nested_rows *rows)
{
	const plim_results *r = t->r;
	const uint64_t m = r->run_trials / r->worlds;
	plim_world_moment *moments = NULL;
	plim_world_split all, *part = NULL;
	plim_ignorance_row row = {.scenario = scenario, .perspective = perspective, .what = PLIM_IGNORANCE_ALL};
	plim_status status = plim_world_moments(rows, r->worlds, m, &moments, t->error);
	for (size_t g = 0; status == PLIM_OK && g < r->groups; g++) /* a sample's variance would be a fiction */
		if (r->group[g].kind == PLIM_GROUP_TOTAL && (r->group[g].infinite_mean || r->group[g].infinite_variance))
			moments[0].variance = INFINITY;
	if (status == PLIM_OK)
		status =
		    plim_world_split_variance(moments, r->worlds, m, d->value, d->uniform, d->count, &all, &part, t->error);
	if (status == PLIM_OK)
		status = add_row(t, row, "", "", &all);
	if (status == PLIM_OK)
		status = add_parameters(t, row, d, part);
	row.what = PLIM_IGNORANCE_REST;
	if (status == PLIM_OK)
		status = add_row(t, row, "", "", &part[d->count]);
	plim_mem_free(part);
	plim_mem_free(moments);
	return status;
}

static plim_status tell_series(teller *t, uint32_t scenario, plim_perspective perspective, const drawn *d)
{
	plim_results *r = t->r;
	plim_nested_rows rows = {.worlds = {0}};
	const size_t series = perspective * r->scenarios + r->scenario[scenario].primary;
	plim_status status = plim_nested_rows_get(r->summary, series, &rows, t->error);
	if (status == PLIM_OK)
		status = plim_fan_add(r, scenario, perspective, &rows, &t->fan_capacity, t->error);
	if (status == PLIM_OK)
		status = split_series(t, scenario, perspective, d, &rows);
	plim_nested_rows_clear(&rows);
	return status;
}

plim_status plim_run_worlds(const plim_run_parts *parts, plim_results *results, plim_error *error)
{
	teller t = {.parts = parts, .r = results, .error = error};
	plim_status status = PLIM_OK;
	if (results->worlds <= 1 || results->trials != results->run_trials)
		return PLIM_OK;
	for (uint32_t s = 0; s < results->scenarios && status == PLIM_OK; s++) {
		drawn d = {.count = 0};
		status = draw(&t, results->scenario[s].primary, &d);
		for (uint32_t p = 0; p < results->perspectives && status == PLIM_OK; p++)
			status = tell_series(&t, s, (plim_perspective)p, &d);
		clear_drawn(&d);
	}
	return status;
}
