/* SPDX-License-Identifier: Apache-2.0 */
/* What to do next and what to find out first: choices weighed against each other, and what it is worth to learn an
 * unknown before choosing.
 *
 * Expected value of perfect information: E[max over choices of net benefit] - max over choices of E[net benefit]; of
 * one unknown, with the net benefit expected given that unknown, which a regression over the worlds gives (Strong,
 * Oakley and Brennan, Medical Decision Making 34 (2014)). The regression is on 1, the unknown, and its probability and
 * square: where losses are a product of unknowns their expectation given one of them is a straight line in it. */
#include <gsl/gsl_multifit.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "decide/cost.h"
#include "decide/sensitivity_world.h"
#include "decide/trial_losses.h"
#include "engine/plan.h"

#define TERMS 4

static plim_status no_memory(plim_study *study)
{
	return plim_error_memory(study->error, "the choices");
}

/* ---- choices ---- */

/* Why a control cannot be added to a scenario: "" if it can. */
static const char *obstacle(const plim_model *model, const plim_scenario *to, uint32_t c)
{
	const plim_control *control = &model->control[c];
	for (size_t i = 0; i < control->requires_count; i++)
		if (!plim_list_has(to->control, to->controls, control->requires[i]))
			return "needs a control that is not in force";
	for (size_t i = 0; i < to->controls; i++)
		if (plim_list_has(control->excludes, control->excludes_count, to->control[i]) ||
		    plim_list_has(model->control[to->control[i]].excludes, model->control[to->control[i]].excludes_count, c))
			return "excluded by a control in force";
	return "";
}

/* A scenario with its own list of controls, in order, and one more (or none: -1). */
static bool scenario_with(const plim_scenario *from, int64_t control, char *id, plim_scenario *out)
{
	*out = *from;
	out->id = id;
	out->control = plim_mem_alloc(from->controls + 1, sizeof *out->control);
	if (!out->control)
		return false;
	size_t n = 0;
	for (size_t i = 0; i < from->controls; i++) {
		if (control >= 0 && n == i && from->control[i] > (uint64_t)control)
			out->control[n++] = (uint32_t)control;
		out->control[n++] = from->control[i];
	}
	if (control >= 0 && n == from->controls)
		out->control[n++] = (uint32_t)control;
	out->controls = n;
	return true;
}

static plim_status add_choice(plim_study *study, const plim_scenario *from, int64_t control, const char *remark)
{
	plim_sensitivity *s = study->s;
	plim_text id = {0};
	plim_text_add(&id, from->id);
	if (control >= 0)
		plim_text_add_format(&id, " + %s", s->model->control[control].id);
	plim_choice *choice = &s->choice[s->choices];
	*choice = (plim_choice){.id = id.data, .control = control, .remark = remark, .worth = {NAN, NAN, NAN, false}};
	if (id.failed) {
		plim_text_free(&id);
		return no_memory(study);
	}
	s->choices++;
	if (*remark)
		return PLIM_OK;
	if (!scenario_with(from, control, choice->id, &s->chosen[s->chosens]))
		return no_memory(study);
	s->choice_of[s->chosens++] = s->choices - 1;
	return PLIM_OK;
}

plim_status plim_study_list_choices(plim_study *study)
{
	plim_sensitivity *s = study->s;
	const plim_model *model = s->model;
	const plim_scenario *base = &model->scenario[s->scenario];
	size_t most = model->scenarios + model->controls;
	s->choice = plim_mem_alloc(most, sizeof *s->choice);
	s->chosen = plim_mem_alloc(most, sizeof *s->chosen);
	s->choice_of = plim_mem_alloc(most, sizeof *s->choice_of);
	if (!s->choice || !s->chosen || !s->choice_of)
		return no_memory(study);
	plim_status status = add_choice(study, base, -1, "");
	for (uint32_t k = 0; k < model->scenarios && status == PLIM_OK; k++)
		if (k != s->scenario)
			status = add_choice(study, &model->scenario[k], -1, "");
	for (uint32_t c = 0; c < model->controls && status == PLIM_OK; c++)
		if (!plim_list_has(base->control, base->controls, c))
			status = add_choice(study, base, c, obstacle(model, base, c));
	return status;
}

static plim_status cost_of(const plim_model *model, const plim_scenario *scenario, double *yearly, plim_error *error)
{
	plim_cost cost = {0};
	plim_status status = plim_cost_add(&cost, model, scenario, 1, error);
	*yearly = status == PLIM_OK ? plim_cost_yearly(&cost) : NAN;
	plim_cost_clear(&cost);
	return status;
}

/* A copy of the model whose scenarios are the choices. */
static plim_model model_of_choices(const plim_study *study)
{
	plim_model model = *study->s->model;
	model.scenario = study->s->chosen;
	model.scenarios = study->s->chosens;
	return model;
}

static plim_estimate avoided(const plim_loss_figures *base, const plim_loss_figures *with, double years)
{
	double part[PLIM_REPLICATES];
	for (size_t r = 0; r < PLIM_REPLICATES; r++)
		part[r] = (base->replicate_mean[r] - with->replicate_mean[r]) / years;
	double half = plim_replicate_half(part, PLIM_REPLICATES), value = (base->mean - with->mean) / years;
	return (plim_estimate){.value = value, .lower = value - half, .upper = value + half};
}

static plim_status weigh(plim_study *study, const plim_model *model, const plim_trial_losses *losses)
{
	plim_sensitivity *s = study->s;
	plim_loss_figures base, with;
	const double years = model->horizon_years;
	double base_cost = 0, cost, base_mean = NAN, mean;
	plim_status status = plim_loss_figures_of(losses->loss[0], losses->trials, &s->p, &base, study->error);
	for (size_t k = 0; k < s->chosens && status == PLIM_OK; k++) {
		plim_choice *choice = &s->choice[s->choice_of[k]];
		status = plim_loss_figures_of(losses->loss[k], losses->trials, &s->p, &with, study->error);
		if (status == PLIM_OK)
			status = cost_of(model, &model->scenario[k], &cost, study->error);
		if (status == PLIM_OK)
			status = plim_expected_loss(model, (uint32_t)k, &mean, study->error);
		if (status != PLIM_OK)
			return status;
		if (k == 0) {
			base_cost = cost;
			base_mean = mean;
		}
		bool exact = !study->o->simulate && !isnan(mean) && !isnan(base_mean);
		double value = (base_mean - mean) / years;
		choice->cost = cost - base_cost;
		choice->avoided = exact ? (plim_estimate){value, value, value, true} : avoided(&base, &with, years);
		choice->basis = exact ? PLIM_BASIS_EXACT : PLIM_BASIS_REPLICATES;
		choice->net = (plim_estimate){choice->avoided.value - choice->cost, choice->avoided.lower - choice->cost,
		                              choice->avoided.upper - choice->cost, exact};
		if (choice->net.value > s->choice[s->best].net.value)
			s->best = s->choice_of[k];
	}
	return status;
}

plim_status plim_study_choices(plim_study *study)
{
	plim_model model = model_of_choices(study);
	plim_trial_losses losses = {0};
	plim_run_options run = plim_study_run(study, NULL);
	if (study->s->chosens < 2)
		return PLIM_OK;
	plim_status status = plim_trial_losses_run(&model, &run, false, &losses, study->error);
	if (status == PLIM_OK)
		status = weigh(study, &model, &losses);
	plim_study_tell(study, study->o->trials);
	plim_trial_losses_clear(&losses);
	return status;
}

/* ---- worth of learning ---- */

/* Net benefit a year of each choice in one world: minus the expected loss, minus the cost. */
static plim_status net_benefits(plim_world *world, double *y, plim_error *error)
{
	const plim_model *model = world->model;
	double *const *loss, cost;
	plim_status status = PLIM_OK;
	bool known = !world->study->o->simulate;
	for (uint32_t k = 0; k < model->scenarios && known && status == PLIM_OK; k++) {
		status = plim_expected_loss(model, k, &y[k], error);
		known = !isnan(y[k]);
	}
	if (status == PLIM_OK && !known) {
		status = plim_world_losses(world, &loss, error);
		for (size_t k = 0; k < model->scenarios && status == PLIM_OK; k++)
			y[k] = plim_losses_mean(loss[k], world->study->s->point_trials);
	}
	for (size_t k = 0; k < model->scenarios && status == PLIM_OK; k++) {
		status = cost_of(model, &model->scenario[k], &cost, error);
		y[k] = -y[k] / model->horizon_years - cost;
	}
	return status;
}

/* The worlds in hand. */
typedef struct learning {
	plim_study *study;
	size_t worlds, choices, inputs, per_part;
	double *benefit; /* [choice][world], less that of the first choice */
	double *theta;   /* [input][world] */
	double *u;       /* [input][world] */
	double *fit;     /* [choice][world]: expected given one unknown */
	size_t *order;   /* worlds by the unknown in hand */
} learning;

static bool takes(const learning *l, size_t world, size_t without)
{
	return world / l->per_part != without;
}

/* max over choices of the mean over worlds. */
static double best_mean(const learning *l, const double *of, size_t without, size_t *best)
{
	double most = -INFINITY;
	for (size_t k = 0; k < l->choices; k++) {
		double sum = 0, n = 0;
		for (size_t w = 0; w < l->worlds; w++) {
			if (!takes(l, w, without))
				continue;
			sum += of[k * l->worlds + w];
			n++;
		}
		if (sum / n > most) {
			most = sum / n;
			*best = k;
		}
	}
	return most;
}

static size_t best_in(const learning *l, const double *of, size_t world)
{
	size_t best = 0;
	for (size_t k = 1; k < l->choices; k++)
		if (of[k * l->worlds + world] > of[best * l->worlds + world])
			best = k;
	return best;
}

/* E[max] - max E of net benefits by world. */
static double information(const learning *l, const double *of, size_t without)
{
	double sum = 0, n = 0;
	size_t best;
	for (size_t w = 0; w < l->worlds; w++) {
		if (!takes(l, w, without))
			continue;
		sum += of[best_in(l, of, w) * l->worlds + w];
		n++;
	}
	return fmax(0, sum / n - best_mean(l, of, without, &best));
}

static void fill_terms(const learning *l, size_t input, size_t world, double middle, double scale, double *term)
{
	double u = l->u[input * l->worlds + world];
	term[0] = 1;
	term[1] = scale > 0 ? (l->theta[input * l->worlds + world] - middle) / scale : 0;
	term[2] = u - 0.5;
	term[3] = (u - 0.5) * (u - 0.5);
}

/* l->fit: each choice's net benefit as expected given input i, from the worlds of all parts but one. */
static bool regress(learning *l, size_t input, size_t without)
{
	size_t n = 0, row = 0;
	double middle = 0, scale = 0, term[TERMS], chi;
	for (size_t w = 0; w < l->worlds; w++)
		n += takes(l, w, without);
	for (size_t w = 0; w < l->worlds; w++)
		middle += l->theta[input * l->worlds + w] / (double)l->worlds;
	for (size_t w = 0; w < l->worlds; w++)
		scale += fabs(l->theta[input * l->worlds + w] - middle) / (double)l->worlds;
	gsl_matrix *x = gsl_matrix_alloc(n, TERMS), *cov = gsl_matrix_alloc(TERMS, TERMS);
	gsl_vector *y = gsl_vector_alloc(n), *c = gsl_vector_alloc(TERMS);
	gsl_multifit_linear_workspace *work = gsl_multifit_linear_alloc(n, TERMS);
	bool good = x && cov && y && c && work;
	for (size_t k = 0; k < l->choices && good; k++) {
		row = 0;
		for (size_t w = 0; w < l->worlds; w++) {
			if (!takes(l, w, without))
				continue;
			fill_terms(l, input, w, middle, scale, term);
			for (size_t t = 0; t < TERMS; t++)
				gsl_matrix_set(x, row, t, term[t]);
			gsl_vector_set(y, row++, l->benefit[k * l->worlds + w]);
		}
		size_t rank; /* the singular value decomposition does without terms that say the same */
		good = gsl_multifit_linear_tsvd(x, y, 1e-10, c, cov, &chi, &rank, work) == 0;
		for (size_t w = 0; w < l->worlds && good; w++) {
			double sum = 0;
			fill_terms(l, input, w, middle, scale, term);
			for (size_t t = 0; t < TERMS; t++)
				sum += gsl_vector_get(c, t) * term[t];
			l->fit[k * l->worlds + w] = sum;
		}
	}
	gsl_multifit_linear_free(work);
	gsl_matrix_free(x);
	gsl_matrix_free(cov);
	gsl_vector_free(y);
	gsl_vector_free(c);
	return good;
}

/* Where the best choice changes along the unknown, nearest to its median; false if it does not. */
static bool find_threshold(const learning *l, size_t input, double *at, size_t *below, size_t *above)
{
	double nearest = INFINITY;
	const double *theta = l->theta + input * l->worlds, *u = l->u + input * l->worlds;
	for (size_t j = 1; j < l->worlds; j++) {
		size_t v = l->order[j - 1], w = l->order[j], a = best_in(l, l->fit, v), b = best_in(l, l->fit, w);
		double off = fabs((u[v] + u[w]) / 2 - 0.5);
		if (a == b || !(off < nearest))
			continue;
		double left = l->fit[a * l->worlds + v] - l->fit[b * l->worlds + v];
		double right = l->fit[b * l->worlds + w] - l->fit[a * l->worlds + w];
		nearest = off;
		*at = theta[v] + (theta[w] - theta[v]) * (left + right > 0 ? left / (left + right) : 0.5);
		*below = a;
		*above = b;
	}
	return isfinite(nearest);
}

typedef struct key {
	double value;
	size_t at;
} key;

static int by_value(const void *a, const void *b)
{
	const key *x = a, *y = b;
	return x->value != y->value ? (x->value > y->value) - (x->value < y->value) : (x->at > y->at) - (x->at < y->at);
}

static bool sort_worlds(learning *l, size_t input)
{
	key *list = plim_mem_alloc(l->worlds, sizeof *list);
	if (!list)
		return false;
	for (size_t w = 0; w < l->worlds; w++)
		list[w] = (key){l->u[input * l->worlds + w], w};
	qsort(list, l->worlds, sizeof *list, by_value);
	for (size_t w = 0; w < l->worlds; w++)
		l->order[w] = list[w].at;
	plim_mem_free(list);
	return true;
}

static const char *name_of(const learning *l, size_t chosen)
{
	return l->study->s->chosen[chosen].id;
}

static plim_estimate not_below_zero(plim_estimate e)
{
	e.lower = fmax(0, e.lower);
	return e;
}

/* What it is worth to learn one unknown. */
static bool learn(learning *l, size_t input, plim_finding_out *out)
{
	double value[PLIM_WORLD_PARTS], at[PLIM_WORLD_PARTS], whole = 0;
	size_t below = 0, above = 0, other[2];
	bool everywhere = true;
	if (!sort_worlds(l, input))
		return false;
	for (size_t r = 0; r < PLIM_WORLD_PARTS; r++) {
		if (!regress(l, input, r))
			return false;
		value[r] = information(l, l->fit, r);
		everywhere &= find_threshold(l, input, &at[r], &other[0], &other[1]);
	}
	if (!regress(l, input, SIZE_MAX))
		return false;
	out->value = not_below_zero(plim_jackknife(information(l, l->fit, SIZE_MAX), value, PLIM_WORLD_PARTS));
	out->threshold = (plim_estimate){NAN, NAN, NAN, false};
	out->below = out->above = "";
	if (!find_threshold(l, input, &whole, &below, &above))
		return true;
	out->below = name_of(l, below);
	out->above = name_of(l, above);
	out->threshold = everywhere ? plim_jackknife(whole, at, PLIM_WORLD_PARTS) : (plim_estimate){whole, NAN, NAN, false};
	return true;
}

static int by_worth(const void *a, const void *b)
{
	const plim_finding_out *x = a, *y = b;
	if (x->value.value != y->value.value)
		return x->value.value > y->value.value ? -1 : 1;
	return x->parameter < y->parameter ? -1 : x->parameter > y->parameter;
}

/* In how many worlds each choice is better than the studied scenario, and which is best on average. */
static void judge_choices(learning *l)
{
	plim_sensitivity *s = l->study->s;
	size_t best = 0;
	for (size_t k = 1; k < l->choices; k++) {
		uint64_t better = 0;
		for (size_t w = 0; w < l->worlds; w++)
			better += l->benefit[k * l->worlds + w] > 0;
		s->choice[s->choice_of[k]].worth = plim_exceedance(better, l->worlds);
	}
	best_mean(l, l->benefit, SIZE_MAX, &best);
	s->best = s->choice_of[best];
}

static plim_status learn_all(learning *l, const plim_world_inputs *inputs)
{
	plim_sensitivity *s = l->study->s;
	double without[PLIM_WORLD_PARTS];
	s->finding = plim_mem_alloc(inputs->count, sizeof *s->finding);
	if (!s->finding)
		return no_memory(l->study);
	for (size_t r = 0; r < PLIM_WORLD_PARTS; r++)
		without[r] = information(l, l->benefit, r);
	s->perfect = not_below_zero(plim_jackknife(information(l, l->benefit, SIZE_MAX), without, PLIM_WORLD_PARTS));
	for (size_t i = 0; i < inputs->count; i++) {
		s->finding[i].parameter = &s->parameters->item[inputs->parameter[i]];
		if (!learn(l, i, &s->finding[i]))
			return no_memory(l->study);
	}
	s->findings = inputs->count;
	qsort(s->finding, s->findings, sizeof *s->finding, by_worth);
	return PLIM_OK;
}

static bool take_worlds(learning *l, const plim_world_inputs *inputs, const plim_sobol_design *d, const double *y)
{
	double *u = plim_mem_alloc(d->inputs, sizeof *u);
	for (size_t w = 0; w < l->worlds && u; w++) {
		uint64_t row = w * (d->inputs + 2);
		plim_sobol_row(d, row, u);
		for (size_t i = 0; i < d->inputs; i++) {
			l->u[i * l->worlds + w] = u[i];
			l->theta[i * l->worlds + w] = plim_world_value(inputs, i, u[i]);
		}
		for (size_t k = 0; k < l->choices; k++)
			l->benefit[k * l->worlds + w] = y[row * l->choices + k] - y[row * l->choices];
	}
	plim_mem_free(u);
	return u != NULL;
}

static plim_status weigh_worlds(plim_study *study, const plim_world_inputs *inputs, const plim_sobol_design *d,
                                const double *y)
{
	learning l = {.study = study,
	              .worlds = d->replicates * (size_t)d->points,
	              .choices = study->s->chosens,
	              .inputs = d->inputs,
	              .per_part = (size_t)d->points};
	double *room = plim_mem_alloc((2 * l.choices + 2 * l.inputs) * l.worlds, sizeof *room);
	l.order = plim_mem_alloc(l.worlds, sizeof *l.order);
	l.benefit = room;
	l.fit = room + l.choices * l.worlds;
	l.theta = room + 2 * l.choices * l.worlds;
	l.u = room + (2 * l.choices + l.inputs) * l.worlds;
	plim_status status = room && l.order && take_worlds(&l, inputs, d, y) ? PLIM_OK : no_memory(study);
	if (status == PLIM_OK) {
		judge_choices(&l);
		status = learn_all(&l, inputs);
	}
	plim_mem_free(room);
	plim_mem_free(l.order);
	return status;
}

plim_status plim_study_find_out(plim_study *study)
{
	plim_sensitivity *s = study->s;
	plim_world_inputs inputs = {0};
	plim_sobol_design design = {0};
	const plim_world_figures figures = {net_benefits, s->chosens, NULL, s->chosen, s->chosens, true};
	double *y = NULL;
	if (s->chosens < 2)
		return PLIM_OK;
	plim_status status = plim_world_inputs_list(study, s->chosen, s->chosens, true, &inputs);
	if (status == PLIM_OK && inputs.count > 0) {
		status = plim_sobol_design_make(inputs.count, study->o->points / PLIM_WORLD_PARTS, PLIM_WORLD_PARTS,
		                                study->o->seed, &design, study->error);
		if (status == PLIM_OK) {
			y = plim_mem_alloc(plim_sobol_rows(&design) * s->chosens, sizeof *y);
			status = y ? PLIM_OK : no_memory(study);
		}
		if (status == PLIM_OK)
			status = plim_worlds_evaluate(study, &inputs, &design, &figures, y);
		if (status == PLIM_OK)
			status = weigh_worlds(study, &inputs, &design, y);
	}
	plim_mem_free(y);
	plim_sobol_design_clear(&design);
	plim_world_inputs_clear(&inputs);
	return status;
}
