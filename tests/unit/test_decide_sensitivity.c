/* SPDX-License-Identifier: Apache-2.0 */
/* Sensitivity against closed forms, and one way of finding a figure against another. */
#include <criterion/criterion.h>
#include <gsl/gsl_errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "decide/pin.h"
#include "decide/sensitivity.h"
#include "decide/trial_losses.h"
#include "decide/world_runner.h"
#include "engine/plan.h"

/* Of each change: enough for the bounds below, at a tenth of a second. */
#define TRIALS (8 * PLIM_BLOCK_TRIALS)

#define HEAD "plimsoll: 1\nname: s\ncurrency: EUR\n"

static plim_model *parse(const char *text)
{
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error = {0};
	gsl_set_error_handler_off();
	plim_status status = plim_model_parse(text, strlen(text), NULL, &model, &findings, &error);
	cr_assert_eq(status, PLIM_OK, "%s", findings.count ? findings.item[0].text : error.text);
	plim_findings_clear(&findings);
	return model;
}

static plim_sensitivity study(const plim_model *model, const char *scenario, uint64_t points, bool simulate)
{
	plim_sensitivity s = {0};
	plim_error error = {0};
	plim_sensitivity_options o = plim_sensitivity_options_default();
	o.scenario = scenario;
	o.points = points;
	o.simulate = simulate;
	o.trials = TRIALS;
	o.threads = 1;
	cr_assert_eq(plim_sensitivity_build(model, &o, &s, &error), PLIM_OK, "%s", error.text);
	return s;
}

static const plim_lever *lever(const plim_sensitivity *s, const char *owner, const char *what)
{
	for (size_t i = 0; i < s->levers; i++)
		if (strcmp(plim_parameter_owner(s->parameters, s->lever[i].parameter), owner) == 0 &&
		    strcmp(plim_parameter_name(s->parameters, s->lever[i].parameter), what) == 0)
			return &s->lever[i];
	cr_assert(false, "no lever %s %s", owner, what);
	return NULL;
}

/* Within three times the half interval (t of 31 degrees: once in 10^6), which must say something. */
static void near(plim_estimate e, double exact, double widest, const char *what)
{
	double half = (e.upper - e.lower) / 2;
	cr_expect_lt(half, widest * fabs(exact), "%s: +- %g of %g", what, half, exact);
	cr_expect_leq(fabs(e.value - exact), 3 * half + 1e-6 * fabs(exact), "%s: %g +- %g, exactly %g", what, e.value, half,
	              exact);
}

static const char compound[] =
    HEAD "threats:\n"
         "  - {id: theft, frequency: {poisson: {rate: 2}}, vulnerability: 0.4, loss: {exponential: {mean: 100}}}\n"
         "  - {id: fire, frequency: {negative_binomial: {mean: 0.5, dispersion: 1}}, loss: {fixed: {value: 300}}}\n"
         "controls: [{id: lock, against: [theft], reduces: {frequency: 0.25, loss: 0.2}, coverage: 0.8}]\n"
         "scenarios: [{id: bare, controls: []}, {id: locked, controls: [lock]}]\n";

/* Mean = 2 x 0.4 x (1 - 0.8 x 0.25) x 100 x (1 - 0.8 x 0.2) + 0.5 x 300, derived by each of its factors. */
Test(sensitivity, derivatives_of_a_compound_mean)
{
	for (int simulate = 0; simulate < 2; simulate++) {
		plim_model *model = parse(compound);
		plim_sensitivity s = study(model, "locked", 0, simulate);
		double theft = 2 * 0.4 * 0.8 * 100 * 0.84;
		near(s.mean, theft + 150, 0.02, "mean");
		near(lever(&s, "theft", "frequency.rate")->mean.slope, theft / 2, 0.1, "rate");
		near(lever(&s, "theft", "vulnerability")->mean.slope, theft / 0.4, 0.1, "vulnerability");
		near(lever(&s, "theft", "loss.loss.times")->mean.slope, theft, 0.1, "size");
		near(lever(&s, "fire", "frequency.mean")->mean.slope, 300, 0.2, "mean of a negative binomial");
		near(lever(&s, "lock", "reduces.frequency")->mean.slope, -theft / 0.8 * 0.8, 0.2, "effect on frequency");
		near(lever(&s, "lock", "reduces.loss")->mean.slope, -theft / 0.84 * 0.8, 0.2, "effect on loss");
		near(lever(&s, "lock", "coverage")->mean.slope, -theft * (0.25 / 0.8 + 0.2 / 0.84), 0.2, "coverage");
		cr_expect_eq(lever(&s, "theft", "frequency.rate")->mean.basis,
		             simulate ? PLIM_BASIS_REPLICATES : PLIM_BASIS_EXACT);
		cr_expect_float_eq(lever(&s, "theft", "frequency.rate")->mean.elasticity, theft / (theft + 150), 0.02);
		cr_expect_eq(s.levers, 8u); /* coverage 1 and vulnerability 1 that nobody gave are not among them */
		plim_sensitivity_clear(&s);
		plim_model_free(&model);
	}
}

/* Two threats whose rates are as unsure, by one law: each has its own derivative, the mean of its losses. */
Test(sensitivity, numbers_of_one_law_are_told_apart)
{
	static const char alike[] =
	    HEAD "threats:\n"
	         "  - {id: theft, frequency: {poisson: {rate: {uniform: {min: 1, max: 3}}}}, loss: {exponential: {mean: 100}}}\n"
	         "  - {id: fire, frequency: {poisson: {rate: {uniform: {min: 1, max: 3}}}}, loss: {exponential: {mean: 300}}}\n";
	for (int simulate = 0; simulate < 2; simulate++) {
		plim_model *model = parse(alike);
		plim_sensitivity s = study(model, NULL, 0, simulate);
		near(lever(&s, "theft", "frequency.rate")->mean.slope, 100, 0.1, "theft");
		near(lever(&s, "fire", "frequency.rate")->mean.slope, 300, 0.1, "fire");
		plim_sensitivity_clear(&s);
		plim_model_free(&model);
	}
}

static double tvar_of_run(const char *format, double rate, uint64_t seed, double *error)
{
	char text[600];
	plim_probability p;
	plim_trial_losses losses = {0};
	plim_loss_figures figures;
	plim_run_options run = plim_run_options_default();
	snprintf(text, sizeof text, format, rate);
	plim_model *model = parse(text);
	run.trials = 200000;
	run.seed = seed;
	cr_assert_eq(plim_probability_parse("0.99", &p, NULL), PLIM_OK);
	cr_assert_eq(plim_trial_losses_run(model, &run, false, &losses, NULL), PLIM_OK);
	cr_assert_eq(plim_loss_figures_of(losses.loss[0], losses.trials, &p, &figures, NULL), PLIM_OK);
	*error = plim_replicate_half(figures.replicate_tvar, PLIM_REPLICATES);
	plim_trial_losses_clear(&losses);
	plim_model_free(&model);
	return figures.tvar;
}

/* The derivative of TVaR by a rate against two independent runs of models that differ in it. */
Test(sensitivity, derivative_of_tvar_is_a_finite_difference)
{
	static const char format[] =
	    HEAD "threats: [{id: theft, frequency: {poisson: {rate: %g}}, loss: {exponential: {mean: 100}}}]\n";
	char text[600];
	double error[2], low = tvar_of_run(format, 1.5, 11, &error[0]), high = tvar_of_run(format, 2.5, 12, &error[1]);
	snprintf(text, sizeof text, format, 2.0);
	plim_model *model = parse(text);
	plim_sensitivity s = study(model, NULL, 0, false);
	const plim_lever *rate = lever(&s, "theft", "frequency.rate"), *size = lever(&s, "theft", "loss.loss.times");
	double half = (rate->tvar.slope.upper - rate->tvar.slope.lower) / 2;
	/* half intervals add in squares; three of them; and 1 % for the curvature between 1.5 and 2.5 */
	cr_expect_leq(fabs(rate->tvar.slope.value - (high - low)), 3 * hypot(half, hypot(error[0], error[1])) + 0.01 * high,
	              "%g and %g", rate->tvar.slope.value, high - low);
	cr_expect_lt(half, 0.2 * rate->tvar.slope.value);
	/* TVaR grows in proportion with all losses */
	cr_expect_float_eq(size->tvar.slope.value, s.tvar.value, 1e-5 * s.tvar.value);
	cr_expect_float_eq(size->tvar.elasticity, 1, 1e-5);
	plim_sensitivity_clear(&s);
	plim_model_free(&model);
}

/* Benefit of the control 50 x rate - 40, rate uniform on (0, 2): learning it is worth 18 - 10, and 0.8 divides. Two of
 * three unknowns say nothing of the choice. */
static const char learnable[] =
    HEAD "threats:\n"
         "  - {id: theft, frequency: {poisson: {rate: {uniform: {min: 0, max: 2}}}}, loss: {fixed: {value: 100}}}\n"
         "  - {id: fire, frequency: {poisson: {rate: {uniform: {min: 1, max: 3}}}}, loss: {fixed: {value: 50}}}\n"
         "controls: [{id: lock, against: [theft], reduces: {frequency: 0.5}, cost: {annual: {uniform: {min: 39, max: "
         "41}}}},\n"
         "  {id: dog, requires: [lock], against: [theft], reduces: {frequency: 0.5}}]\n"
         "scenarios: [{id: bare, controls: []}]\n";

Test(sensitivity, worth_of_learning)
{
	for (int simulate = 0; simulate < 2; simulate++) {
		plim_model *model = parse(learnable);
		plim_sensitivity s = study(model, NULL, 128, simulate);
		cr_assert_eq(s.findings, 3u);
		cr_expect_str_eq(plim_parameter_owner(s.parameters, s.finding[0].parameter), "theft");
		near(s.finding[0].value, 8, 0.25, "learning the rate");
		near(s.perfect, 8, 0.25, "learning all");
		near(s.finding[0].threshold, 0.8, 0.1, "threshold");
		cr_expect_str_eq(s.finding[0].below, "bare");
		cr_expect_str_eq(s.finding[0].above, "bare + lock");
		for (size_t i = 1; i < 3; i++)
			cr_expect_lt(s.finding[i].value.value, 0.1);
		cr_assert_eq(s.choices, 3u);
		cr_expect_str_eq(s.choice[1].id, "bare + dog");
		cr_expect_str_eq(s.choice[1].remark, "needs a control that is not in force");
		near(s.choice[2].avoided, 50, 0.05, "avoided");
		cr_expect_float_eq(s.choice[2].cost, 40, 1e-9);
		near(s.choice[2].worth, 0.6, 0.2, "worth it");
		cr_expect_eq(s.best, 2u);
		/* variance over worlds of 100 x rate and 50 x rate: 4 to 1, no interaction */
		cr_assert_eq(s.doubts, 2u);
		near(s.doubt[0].mean.first, 0.8, 0.3, "first of theft");
		near(s.doubt[1].mean.total, 0.2, 0.6, "total of fire");
		plim_sensitivity_clear(&s);
		plim_model_free(&model);
	}
}

/* The threats' parts add up to the TVaR of the same trials, and the base figures are a run's. */
Test(sensitivity, tail_and_base)
{
	plim_model *model = parse(compound);
	plim_sensitivity s = study(model, "locked", 0, true);
	plim_results *r = NULL;
	plim_run_options run = plim_run_options_default();
	double sum = 0;
	run.trials = s.trials;
	run.scenario = "locked";
	cr_assert_eq(plim_run(model, &run, &r, NULL), PLIM_OK);
	uint32_t total = (uint32_t)plim_results_group(r, PLIM_GROUP_TOTAL, "total");
	cr_expect_float_eq(s.mean.value, plim_results_moments(r, 0, total, PLIM_MEASURE_AEP)->mean, 1e-9);
	cr_expect_float_eq(s.tvar.value, plim_results_tvar(r, 0, total, PLIM_MEASURE_AEP, 0.99)->value, 1e-9);
	for (size_t i = 0; i < s.parts; i++)
		sum += s.part[i].kind == PLIM_GROUP_THREAT ? s.part[i].value.value : 0;
	cr_expect_float_eq(sum, s.tvar.value, 1e-6 * s.tvar.value);
	for (size_t i = 0; i < r->tails; i++) {
		const plim_tail_row *row = &r->tail[i];
		for (size_t k = 0; k < s.parts && row->p == 0.99; k++)
			if (s.part[k].kind == r->group[row->group].kind && strcmp(s.part[k].group, r->group[row->group].name) == 0)
				cr_expect_float_eq(s.part[k].value.value, row->value, 1e-9 * s.tvar.value);
	}
	plim_results_free(&r);
	plim_sensitivity_clear(&s);
	plim_model_free(&model);
}

/* A runner of worlds and a model with the same values pinned agree: one multiplies losses by a world's value, the other
 * has it in its table. */
Test(sensitivity, runner_of_worlds)
{
	plim_model *model = parse(
	    HEAD "threats: [{id: theft, frequency: {poisson: {rate: 3}}, vulnerability: {uniform: {min: 0.1, max: 0.9}}, "
	         "loss: {exponential: {mean: 100, times: {uniform: {min: 1, max: 4}}, cap: 300}}}]\n"
	         "controls: [{id: lock, reduces: {frequency: {uniform: {min: 0, max: 1}}}}]\n"
	         "scenarios: [{id: bare, controls: []}, {id: locked, controls: [lock]}]\n");
	plim_parameters *all = NULL;
	plim_world_runner *runner = NULL;
	cr_assert_eq(plim_parameters_new(model, &all, NULL), PLIM_OK);
	double value[3] = {0};
	uint64_t identity[3];
	plim_parameter *pinned[3];
	size_t n = 0;
	for (size_t i = 0; i < all->items; i++) {
		if (!plim_parameter_is_unknown(&all->item[i]))
			continue;
		cr_assert_lt(n, 3u);
		pinned[n] = &all->item[i];
		identity[n++] = all->item[i].identity;
	}
	cr_assert_eq(n, 3u);
	cr_assert_eq(plim_world_runner_new(model, NULL, 5, identity, 3, &runner, NULL), PLIM_OK);
	for (int world = 0; world < 3; world++) {
		double *const *loss;
		plim_trial_losses other = {0};
		plim_run_options run = plim_run_options_default();
		for (size_t i = 0; i < 3; i++) {
			value[i] = plim_parameter_mean(pinned[i]) * (1 - 0.2 * world);
			plim_parameter_pin(pinned[i], value[i]);
		}
		run.trials = 3 * PLIM_BLOCK_TRIALS;
		run.seed = 5;
		cr_assert_eq(plim_world_runner_run(runner, value, 0, 3, &loss, NULL), PLIM_OK);
		cr_assert_eq(plim_trial_losses_run(&all->model, &run, false, &other, NULL), PLIM_OK);
		for (size_t k = 0; k < 2; k++)
			for (size_t i = 0; i < run.trials; i++)
				cr_assert(fabs(loss[k][i] - other.loss[k][i]) <= 1e-5 * other.loss[k][i], "world %d, trial %zu: %g, %g",
				          world, i, loss[k][i], other.loss[k][i]);
		plim_trial_losses_clear(&other);
	}
	plim_world_runner_free(&runner);
	plim_parameters_free(&all);
	plim_model_free(&model);
}

/* What is pinned and scaled comes back. */
Test(sensitivity, parameters_come_back)
{
	plim_model *model = parse(learnable);
	plim_parameters *all = NULL;
	cr_assert_eq(plim_parameters_new(model, &all, NULL), PLIM_OK);
	for (size_t i = 0; i < all->items; i++) {
		plim_parameter *p = &all->item[i];
		if (!p->number)
			continue;
		plim_number was = *p->number;
		plim_parameter_scale(p, 1.5);
		cr_expect_float_eq(p->number->value, 1.5 * was.value, 1e-12);
		if (was.law)
			cr_expect_float_eq(plim_amount_mean(p->number->law), 1.5 * was.value, 1e-9);
		plim_parameter_pin(p, 7);
		cr_expect(p->number->value == 7 && !p->number->law);
		plim_parameter_restore(p);
		cr_expect(p->number->value == was.value && p->number->law == was.law);
	}
	plim_parameters_free(&all);
	plim_model_free(&model);
}

Test(sensitivity, refuses)
{
	plim_model *model = parse(HEAD "threats: [{id: x, frequency: {poisson: {rate: 1}}, loss: {pareto: {shape: 0.9, "
	                               "minimum: 1, allow_infinite_mean: true}}}]\n");
	plim_sensitivity s = {0};
	plim_error error = {0};
	plim_sensitivity_options o = plim_sensitivity_options_default();
	cr_expect_eq(plim_sensitivity_build(model, &o, &s, &error), PLIM_ERROR_MODEL);
	cr_expect(strstr(error.text, "infinite"));
	o.scenario = "nowhere";
	cr_expect_eq(plim_sensitivity_build(model, &o, &s, &error), PLIM_ERROR_USAGE);
	plim_model_free(&model);
}
