/* SPDX-License-Identifier: Apache-2.0 */
/* Which share of the doubt each unknown makes: Sobol' indices of the figures of worlds. */
#include "decide/sensitivity_world.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/trial_losses.h"
#include "engine/plan.h"
#include "run/blocks.h"

/* ---- inputs ---- */

static bool is_input(const plim_parameter *p, const plim_scenario *scenario, size_t scenarios, bool costs)
{
	bool bears = false;
	for (size_t k = 0; k < scenarios; k++)
		bears |= plim_parameter_bears(p, &scenario[k]);
	return bears && plim_parameter_is_unknown(p) && (p->role != PLIM_PARAMETER_COST || costs);
}

size_t plim_world_inputs_count(const plim_study *study, const plim_scenario *scenario, size_t scenarios, bool costs)
{
	size_t count = 0;
	for (size_t i = 0; i < study->s->parameters->items; i++)
		count += is_input(&study->s->parameters->item[i], scenario, scenarios, costs);
	return count;
}

plim_status plim_world_inputs_list(plim_study *study, const plim_scenario *scenario, size_t scenarios, bool costs,
                                   plim_world_inputs *inputs)
{
	const plim_parameters *all = study->s->parameters;
	*inputs = (plim_world_inputs){plim_mem_alloc(all->items, sizeof *inputs->parameter),
	                              plim_mem_alloc(all->items, sizeof *inputs->table), 0};
	plim_status status = inputs->parameter && inputs->table ? PLIM_OK : plim_error_memory(study->error, "the worlds");
	for (size_t i = 0; i < all->items && status == PLIM_OK; i++) {
		const plim_parameter *p = &all->item[i];
		if (!is_input(p, scenario, scenarios, costs))
			continue;
		inputs->parameter[inputs->count] = i;
		status = plim_quantile_table_borrow(p->was.law, &inputs->table[inputs->count], study->error);
		inputs->count += status == PLIM_OK;
	}
	if (status != PLIM_OK)
		plim_world_inputs_clear(inputs);
	return status;
}

void plim_world_inputs_clear(plim_world_inputs *inputs)
{
	for (size_t i = 0; i < inputs->count; i++)
		plim_quantile_table_return(&inputs->table[i]);
	plim_mem_free(inputs->parameter);
	plim_mem_free((void *)inputs->table);
	*inputs = (plim_world_inputs){0};
}

double plim_world_value(const plim_world_inputs *inputs, size_t input, double u)
{
	double x = u * 0x1p52;
	return plim_quantile_table_at(inputs->table[input], x < 0x1p52 ? (uint64_t)x : (UINT64_C(1) << 52) - 1);
}

/* ---- worlds ---- */

plim_status plim_world_losses(plim_world *w, double *const **loss, plim_error *error)
{
	const plim_sensitivity *s = w->study->s;
	const uint64_t blocks = s->point_trials / PLIM_BLOCK_TRIALS;
	plim_status status = PLIM_OK;
	if (!w->runner) {
		uint64_t *identity = plim_mem_alloc(w->inputs->count, sizeof *identity);
		if (!identity)
			return plim_error_memory(error, "the worlds");
		for (size_t i = 0; i < w->inputs->count; i++)
			identity[i] = s->parameters->item[w->inputs->parameter[i]].identity;
		status = plim_world_runner_new(&w->whole, w->scenario, s->seed, identity, w->inputs->count, &w->runner, error);
		plim_mem_free(identity);
	}
	return status == PLIM_OK ? plim_world_runner_run(w->runner, w->value, w->part * blocks, blocks, loss, error)
	                         : status;
}

/* What the threads share. */
typedef struct worlds {
	plim_study *study;
	const plim_world_inputs *inputs;
	const plim_sobol_design *design;
	const plim_world_figures *figures;
	double *y;
	plim_status status;
	plim_error error;
} worlds;

static void end_world(worlds *w, plim_status status, const plim_error *error)
{
#pragma omp critical(plim_worlds)
	{
		plim_study_tell(w->study, w->study->s->point_trials);
		if (status != PLIM_OK && w->status == PLIM_OK) {
			w->status = status;
			w->error = *error;
		}
	}
}

static bool goes_on(worlds *w)
{
	bool good;
#pragma omp critical(plim_worlds)
	good = w->status == PLIM_OK;
	return good;
}

static plim_status run_row(worlds *w, plim_parameters *own, plim_world *world, double *u, uint64_t row,
                           plim_error *error)
{
	volatile const int *stop = w->study->o->stop;
	if (stop && *stop)
		return plim_error_set(error, PLIM_ERROR_INTERRUPTED, "interrupted; nothing was kept");
	plim_sobol_row(w->design, row, u);
	for (size_t i = 0; i < w->inputs->count; i++) {
		u[i] = plim_world_value(w->inputs, i, u[i]);
		plim_parameter_pin(&own->item[w->inputs->parameter[i]], u[i]);
	}
	world->value = u;
	world->part = plim_sobol_replicate(w->design, row);
	return w->figures->of(world, w->y + row * w->figures->count, error);
}

/* The model of the figures' scenarios. */
static plim_model with_choices(const worlds *w, plim_model model)
{
	if (w->figures->choice) {
		model.scenario = (plim_scenario *)w->figures->choice;
		model.scenarios = w->figures->choices;
	}
	return model;
}

static void run_thread(worlds *w)
{
	plim_parameters *own = NULL;
	plim_error error = {0};
	double *u = plim_mem_alloc(w->design->inputs, sizeof *u);
	plim_status status = u ? PLIM_OK : plim_error_memory(&error, "the worlds");
	const uint64_t rows = plim_sobol_rows(w->design), step = w->figures->matrix_a_only ? w->design->inputs + 2 : 1;
	if (status == PLIM_OK)
		status = plim_parameters_new(w->study->s->model, &own, &error);
	plim_world world = {.study = w->study,
	                    .scenario = w->figures->scenario,
	                    .inputs = w->inputs,
	                    .whole = with_choices(w, *w->study->s->model)};
	if (status != PLIM_OK) {
		end_world(w, status, &error);
	} else {
		own->model = with_choices(w, own->model);
		world.model = &own->model;
	}
#pragma omp for schedule(dynamic)
	for (uint64_t row = 0; row < rows; row += step) {
		if (status != PLIM_OK || !goes_on(w))
			continue;
		status = run_row(w, own, &world, u, row, &error);
		end_world(w, status, &error);
	}
	plim_world_runner_free(&world.runner);
	plim_parameters_free(&own);
	plim_mem_free(u);
}

plim_status plim_worlds_evaluate(plim_study *study, const plim_world_inputs *inputs, const plim_sobol_design *design,
                                 const plim_world_figures *figures, double *y)
{
	worlds w = {.study = study, .inputs = inputs, .design = design, .figures = figures, .y = y};
	int threads = study->o->threads ? (int)study->o->threads : omp_get_num_procs();
#pragma omp parallel num_threads(threads)
	run_thread(&w);
	if (w.status != PLIM_OK && study->error)
		*study->error = w.error;
	return w.status;
}

/* ---- doubts ---- */

static plim_status mean_and_tvar(plim_world *world, double *y, plim_error *error)
{
	const plim_study *study = world->study;
	double *sorted = NULL, *const * loss, expected = NAN;
	uint64_t n = 0;
	plim_status status = plim_world_losses(world, &loss, error);
	if (status == PLIM_OK && !study->o->simulate)
		status = plim_expected_loss(world->model, study->s->scenario, &expected, error);
	if (status == PLIM_OK)
		status =
		    plim_losses_sorted(loss[0], &(const plim_trial_range){.n = study->s->point_trials}, -1, &sorted, &n, error);
	if (status == PLIM_OK) {
		y[0] = isnan(expected) ? plim_losses_mean(loss[0], n) : expected;
		y[1] = plim_sorted_tvar(sorted, n, &study->o->p);
	}
	plim_mem_free(sorted);
	return status;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

/* P5, median and P95 of the expected loss over the worlds of the matrices A and B. */
static plim_status spread_of_worlds(plim_study *study, const plim_sobol_design *d, const double *mean)
{
	size_t base = d->replicates * (size_t)d->points, n = 2 * base;
	double *list = plim_mem_alloc(n, sizeof *list);
	if (!list)
		return plim_error_memory(study->error, "the worlds");
	for (size_t j = 0; j < n; j++)
		list[j] = mean[j / 2 * (d->inputs + 2) + j % 2];
	qsort(list, n, sizeof *list, ascending);
	study->s->world_mean = (plim_estimate){.value = list[n / 2], .lower = list[n / 20], .upper = list[n - 1 - n / 20]};
	plim_mem_free(list);
	return PLIM_OK;
}

static int by_total(const void *a, const void *b)
{
	const plim_doubt *x = a, *y = b;
	if (x->mean.total.value != y->mean.total.value)
		return x->mean.total.value > y->mean.total.value ? -1 : 1;
	return x->parameter < y->parameter ? -1 : x->parameter > y->parameter;
}

static plim_status make_doubts(plim_study *study, const plim_world_inputs *inputs, const plim_sobol_design *design,
                               const double *y)
{
	const uint64_t rows = plim_sobol_rows(design);
	plim_sensitivity *s = study->s;
	double *one = plim_mem_alloc(rows, sizeof *one);
	plim_sobol_index *index = plim_mem_alloc(inputs->count, sizeof *index);
	s->doubt = plim_mem_alloc(inputs->count, sizeof *s->doubt);
	plim_status status = one && index && s->doubt ? PLIM_OK : plim_error_memory(study->error, "the Sobol' indices");
	for (int figure = 0; figure < 2 && status == PLIM_OK; figure++) {
		for (uint64_t row = 0; row < rows; row++)
			one[row] = y[2 * row + (uint64_t)figure];
		status = plim_sobol_indices(design, one, index, study->error);
		if (status == PLIM_OK && figure == 0)
			status = spread_of_worlds(study, design, one);
		for (size_t i = 0; i < inputs->count && status == PLIM_OK; i++) {
			s->doubt[i].parameter = &s->parameters->item[inputs->parameter[i]];
			*(figure ? &s->doubt[i].tvar : &s->doubt[i].mean) = index[i];
		}
	}
	if (status == PLIM_OK) {
		s->doubts = inputs->count;
		qsort(s->doubt, s->doubts, sizeof *s->doubt, by_total);
	}
	plim_mem_free(one);
	plim_mem_free(index);
	return status;
}

plim_status plim_study_worlds(plim_study *study)
{
	plim_world_inputs inputs = {0};
	plim_sobol_design design = {0};
	const plim_world_figures figures = {
	    .of = mean_and_tvar, .count = 2, .scenario = study->s->model->scenario[study->s->scenario].id};
	double *y = NULL;
	plim_status status =
	    plim_world_inputs_list(study, &study->s->model->scenario[study->s->scenario], 1, false, &inputs);
	if (status == PLIM_OK && inputs.count > 0) {
		status = plim_sobol_design_make(inputs.count, study->o->points / PLIM_WORLD_PARTS, PLIM_WORLD_PARTS,
		                                study->o->seed, &design, study->error);
		if (status == PLIM_OK) {
			y = plim_mem_alloc(2 * plim_sobol_rows(&design), sizeof *y);
			status = y ? PLIM_OK : plim_error_memory(study->error, "the worlds");
		}
		if (status == PLIM_OK)
			status = plim_worlds_evaluate(study, &inputs, &design, &figures, y);
		if (status == PLIM_OK)
			status = make_doubts(study, &inputs, &design, y);
	}
	plim_mem_free(y);
	plim_sobol_design_clear(&design);
	plim_world_inputs_clear(&inputs);
	return status;
}
