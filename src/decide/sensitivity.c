/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/sensitivity_world.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/trial_losses.h"
#include "engine/exact.h"
#include "engine/plan.h"
#include "run/announce.h"
#include "run/blocks.h"

plim_sensitivity_options plim_sensitivity_options_default(void)
{
	plim_sensitivity_options o = {
	    .trials = (uint64_t)PLIM_REPLICATES * PLIM_BLOCK_TRIALS, .seed = 1, .step = 0.1, .points = 128};
	o.point_trials = PLIM_BLOCK_TRIALS;
	plim_probability_parse("0.99", &o.p, NULL);
	return o;
}

void plim_study_tell(plim_study *study, uint64_t trials)
{
	study->done += trials;
	plim_run_progress progress = {study->done / PLIM_BLOCK_TRIALS, study->all / PLIM_BLOCK_TRIALS, study->done,
	                              study->all, plim_run_clock() - study->started};
	if (study->o->progress)
		study->o->progress(&progress, study->o->progress_data);
}

plim_run_options plim_study_run(const plim_study *study, const char *scenario)
{
	plim_run_options run = plim_run_options_default();
	run.trials = study->o->trials;
	run.seed = study->o->seed;
	run.threads = study->o->threads;
	run.stop = study->o->stop;
	run.scenario = scenario;
	return run;
}

plim_status plim_expected_loss(const plim_model *model, uint32_t scenario, double *mean, plim_error *error)
{
	plim_exact_law law;
	*mean = NAN;
	if (model->scenario[scenario].policies > 0)
		return PLIM_OK;
	plim_status status = plim_exact_law_build(model, scenario, UINT32_MAX, PLIM_PLACE_ORGANISATION,
	                                          PLIM_EXACT_EVERYWHERE, PLIM_EXACT_HORIZON, &law, error);
	if (status != PLIM_OK)
		return status;
	if (!*law.no_mean)
		*mean = law.mean;
	plim_exact_law_clear(&law);
	return PLIM_OK;
}

bool plim_parameter_bears(const plim_parameter *p, const plim_scenario *scenario)
{
	bool on = !p->on_control;
	for (size_t i = 0; i < scenario->controls; i++)
		on |= p->on_control && scenario->control[i] == p->owner;
	return on;
}

/* ---- levers ---- */

/* Both figures at one setting of the parameters. */
typedef struct setting {
	plim_loss_figures losses;
	double expected; /* NAN: not known */
} setting;

static plim_status look(plim_study *study, setting *out)
{
	const plim_model *model = &study->s->parameters->model;
	plim_trial_losses losses = {0};
	plim_run_options run = plim_study_run(study, model->scenario[study->s->scenario].id);
	out->expected = NAN;
	plim_status status = plim_trial_losses_run(model, &run, false, &losses, study->error);
	if (status == PLIM_OK && !study->o->simulate)
		status = plim_expected_loss(model, study->s->scenario, &out->expected, study->error);
	if (status == PLIM_OK)
		status = plim_loss_figures_of(losses.loss[0], losses.trials, &study->o->p, &out->losses, study->error);
	plim_trial_losses_clear(&losses);
	plim_study_tell(study, study->o->trials);
	return status;
}

/* high - low, divided by `by`. */
static plim_estimate difference(double low, double high, const double *of_low, const double *of_high, double by)
{
	double part[PLIM_REPLICATES];
	for (size_t r = 0; r < PLIM_REPLICATES; r++)
		part[r] = of_high[r] - of_low[r];
	double half = plim_replicate_half(part, PLIM_REPLICATES) / by, value = (high - low) / by;
	return (plim_estimate){.value = value, .lower = value - half, .upper = value + half};
}

static plim_estimate mean_difference(const setting *a, const setting *b, double by, plim_basis *basis)
{
	if (!isnan(a->expected) && !isnan(b->expected)) {
		double value = (b->expected - a->expected) / by;
		*basis = PLIM_BASIS_EXACT;
		return (plim_estimate){.value = value, .lower = value, .upper = value, .exact = true};
	}
	*basis = PLIM_BASIS_REPLICATES;
	return difference(a->losses.mean, b->losses.mean, a->losses.replicate_mean, b->losses.replicate_mean, by);
}

static plim_estimate tvar_difference(const setting *a, const setting *b, double by, plim_basis *basis)
{
	plim_estimate e =
	    difference(a->losses.tvar, b->losses.tvar, a->losses.replicate_tvar, b->losses.replicate_tvar, by);
	*basis = PLIM_BASIS_REPLICATES;
	if (!a->losses.tail) {
		e.lower = e.upper = NAN;
		*basis = PLIM_BASIS_NONE;
	}
	return e;
}

static double mean_of(const setting *a)
{
	return isnan(a->expected) ? a->losses.mean : a->expected;
}

static void fill_swing(plim_lever *lever, const setting *low, const setting *high)
{
	lever->mean.low = mean_of(low);
	lever->mean.high = mean_of(high);
	lever->mean.swing = mean_difference(low, high, 1, &lever->mean.basis);
	lever->tvar.low = low->losses.tvar;
	lever->tvar.high = high->losses.tvar;
	lever->tvar.swing = tvar_difference(low, high, 1, &lever->tvar.basis);
}

static void fill_slope(const plim_study *study, plim_lever *lever, const setting *low, const setting *high, double by)
{
	plim_basis basis;
	lever->mean.slope = mean_difference(low, high, by, &basis);
	lever->tvar.slope = tvar_difference(low, high, by, &basis);
	lever->mean.elasticity =
	    study->s->mean.value > 0 ? lever->mean.slope.value * lever->value / study->s->mean.value : NAN;
	lever->tvar.elasticity =
	    study->s->tvar.value > 0 ? lever->tvar.slope.value * lever->value / study->s->tvar.value : NAN;
}

/* How far up it may be scaled. */
static double most_factor(const plim_study *study, const plim_parameter *p)
{
	double most = plim_parameter_most(p), factor = 1 + study->o->step;
	if (!(most * factor > p->highest))
		return factor;
	return most < p->highest ? p->highest / most : 1;
}

static plim_status look_scaled(plim_study *study, plim_parameter *p, double factor, setting *out)
{
	plim_parameter_scale(p, factor);
	plim_status status = look(study, out);
	plim_parameter_restore(p);
	return status;
}

static plim_status look_pinned(plim_study *study, plim_parameter *p, double value, setting *out)
{
	plim_parameter_pin(p, value);
	plim_status status = look(study, out);
	plim_parameter_restore(p);
	return status;
}

static plim_status pull(plim_study *study, plim_parameter *p, const setting *base)
{
	plim_sensitivity *s = study->s;
	if (plim_mem_grow((void **)&s->lever, &s->lever_capacity, s->levers + 1, sizeof *s->lever))
		return plim_error_memory(study->error, "the levers");
	plim_lever *lever = &s->lever[s->levers++];
	double down = 1 - study->o->step, up = most_factor(study, p);
	setting low, high = *base;
	*lever = (plim_lever){.parameter = p, .value = plim_parameter_mean(p), .one_sided = up == 1};
	lever->low = down * lever->value;
	lever->high = up * lever->value;
	plim_status status = look_scaled(study, p, down, &low);
	if (status == PLIM_OK && up > 1)
		status = look_scaled(study, p, up, &high);
	if (status != PLIM_OK)
		return status;
	fill_slope(study, lever, &low, &high, (up - down) * lever->value);
	if (plim_parameter_is_unknown(p)) {
		lever->low = (double)plim_amount_quantile(p->was.law, 0.05L, 0.95L);
		lever->high = (double)plim_amount_quantile(p->was.law, 0.95L, 0.05L);
		status = look_pinned(study, p, lever->low, &low);
		if (status == PLIM_OK)
			status = look_pinned(study, p, lever->high, &high);
	}
	fill_swing(lever, &low, &high);
	return status;
}

/* What a study of levers turns: all that bears on the scenario but costs, absent effects (0) and certain probabilities
 * that are 1 because nothing was said. */
static bool is_lever(const plim_study *study, const plim_parameter *p)
{
	double mean = plim_parameter_mean(p);
	bool said = p->was.law || !(mean == 1 && p->highest == 1);
	return p->role != PLIM_PARAMETER_COST && mean > 0 && said &&
	       plim_parameter_bears(p, &study->s->model->scenario[study->s->scenario]);
}

static int by_swing(const void *a, const void *b)
{
	const plim_lever *x = a, *y = b;
	double p = fabs(x->mean.swing.value), q = fabs(y->mean.swing.value);
	if (p != q)
		return p > q ? -1 : 1;
	return x->parameter < y->parameter ? -1 : x->parameter > y->parameter;
}

static void fill_base(plim_study *study, const setting *base)
{
	plim_sensitivity *s = study->s;
	plim_loss_figures none = {0};
	setting nothing = {none, isnan(base->expected) ? NAN : 0};
	nothing.losses.tail = base->losses.tail;
	plim_basis basis;
	s->mean = mean_difference(&nothing, base, 1, &s->mean_basis);
	s->tvar = tvar_difference(&nothing, base, 1, &basis);
}

static plim_status study_levers(plim_study *study)
{
	plim_parameters *all = study->s->parameters;
	setting base;
	plim_status status = look(study, &base);
	if (status == PLIM_OK)
		fill_base(study, &base);
	for (size_t i = 0; i < all->items && status == PLIM_OK; i++)
		if (is_lever(study, &all->item[i]))
			status = pull(study, &all->item[i], &base);
	if (status == PLIM_OK)
		qsort(study->s->lever, study->s->levers, sizeof *study->s->lever, by_swing);
	return status;
}

/* ---- the whole ---- */

static uint64_t lever_runs(const plim_study *study)
{
	const plim_parameters *all = study->s->parameters;
	uint64_t runs = 1;
	for (size_t i = 0; i < all->items; i++)
		if (is_lever(study, &all->item[i]))
			runs += (most_factor(study, &all->item[i]) > 1 ? 2u : 1u) +
			        (plim_parameter_is_unknown(&all->item[i]) ? 2u : 0u);
	return runs;
}

static uint64_t all_trials(const plim_study *study)
{
	const plim_sensitivity *s = study->s;
	uint64_t runs = lever_runs(study) + plim_study_tail_runs(study) + (s->chosens > 1);
	uint64_t unknowns = plim_world_inputs_count(study, &s->model->scenario[s->scenario], 1, false);
	uint64_t worlds = unknowns > 0 ? study->o->points * (unknowns + 2) : 0;
	if (s->chosens > 1 && plim_world_inputs_count(study, s->chosen, s->chosens, true) > 0)
		worlds += study->o->points;
	return runs * study->o->trials + worlds * s->point_trials;
}

static plim_status find_scenario(const plim_model *model, const char *id, uint32_t *out, plim_error *error)
{
	const plim_scenario *found = plim_model_find_scenario(model, id);
	if (!found)
		return plim_error_set(error, PLIM_ERROR_USAGE, "the model has no scenario '%s'", id ? id : "");
	*out = (uint32_t)(found - model->scenario);
	return PLIM_OK;
}

/* True if a loss or an outage has no mean; *variance if it has no variance. */
static bool look_for_infinite(const plim_plan *plan, bool *variance)
{
	bool mean = false;
	for (size_t t = 0; t < plan->threats; t++) {
		const plim_plan_threat *threat = &plan->threat[t];
		*variance |= threat->infinite_variance;
		for (size_t c = 0; c <= threat->components; c++) {
			const plim_plan_component *part = c < threat->components ? &threat->component[c] : &threat->outage;
			bool counts = threat->sources > 0 && (c < threat->components || threat->stops);
			mean |= counts && part->infinite_mean;
			*variance |= counts && (part->infinite_mean || part->infinite_variance);
		}
	}
	return mean;
}

/* Refuses what would be a fiction; notes what makes intervals doubtful. */
static plim_status check(plim_study *study)
{
	plim_plan *plan = NULL;
	plim_status status = plim_plan_build(study->s->model, NULL, &plan, study->error);
	if (status != PLIM_OK)
		return status;
	study->s->net = plan->perspectives > 1;
	if (look_for_infinite(plan, &study->s->infinite_variance))
		status =
		    plim_error_set(study->error, PLIM_ERROR_MODEL,
		                   "the mean loss of this model is infinite, so that nothing can be said of what moves it: "
		                   "give its heaviest loss a `cap`");
	plim_plan_free(&plan);
	return status;
}

plim_status plim_sensitivity_build(const plim_model *model, const plim_sensitivity_options *o, plim_sensitivity *out,
                                   plim_error *error)
{
	plim_study study = {.s = out, .o = o, .started = plim_run_clock(), .error = error};
	*out = (plim_sensitivity){.model = model,
	                          .trials = o->trials,
	                          .seed = o->seed,
	                          .points = o->points,
	                          .step = o->step,
	                          .p = o->p,
	                          .perfect = {NAN, NAN, NAN, false}};
	out->point_trials = plim_run_blocks(o->point_trials) * PLIM_BLOCK_TRIALS;
	plim_status status = find_scenario(model, o->scenario, &out->scenario, error);
	if (status == PLIM_OK)
		status = check(&study);
	if (status == PLIM_OK)
		status = plim_parameters_new(model, &out->parameters, error);
	if (status == PLIM_OK)
		status = plim_study_list_choices(&study);
	if (status == PLIM_OK)
		study.all = all_trials(&study);
	if (status == PLIM_OK)
		status = study_levers(&study);
	if (status == PLIM_OK)
		status = plim_study_tail(&study);
	if (status == PLIM_OK)
		status = plim_study_choices(&study);
	if (status == PLIM_OK && o->points)
		status = plim_study_worlds(&study);
	if (status == PLIM_OK && o->points)
		status = plim_study_find_out(&study);
	if (status != PLIM_OK)
		plim_sensitivity_clear(out);
	return status;
}

void plim_sensitivity_clear(plim_sensitivity *s)
{
	for (size_t i = 0; i < s->parts; i++) {
		plim_mem_free(s->part[i].group);
		plim_mem_free(s->part[i].title);
	}
	for (size_t i = 0; i < s->choices; i++)
		plim_mem_free(s->choice[i].id);
	for (size_t i = 0; i < s->chosens; i++)
		plim_mem_free(s->chosen[i].control);
	plim_mem_free(s->lever);
	plim_mem_free(s->doubt);
	plim_mem_free(s->part);
	plim_mem_free(s->choice);
	plim_mem_free(s->chosen);
	plim_mem_free(s->choice_of);
	plim_mem_free(s->finding);
	plim_parameters_free(&s->parameters);
	*s = (plim_sensitivity){0};
}
