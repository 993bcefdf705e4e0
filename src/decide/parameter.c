/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/parameter.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "random/identity.h"

/* Whose parameters are being listed. */
typedef struct lister {
	plim_parameters *all;
	bool on_control;
	uint32_t owner;
	const char *id;
	plim_error *error;
} lister;

static plim_status no_memory(plim_error *error)
{
	return plim_error_memory(error, "the parameters of a study");
}

static plim_status add(const lister *l, plim_number *number, double *plain, plim_parameter_role role, const char *what,
                       double highest)
{
	plim_parameters *all = l->all;
	if (plim_mem_grow((void **)&all->item, &all->capacity, all->items + 1, sizeof *all->item))
		return no_memory(l->error);
	plim_parameter *p = &all->item[all->items];
	const char *const names[] = {"unknown", l->on_control ? "control" : "threat", l->id, what};
	*p = (plim_parameter){.number = number,
	                      .plain = plain,
	                      .was = number ? *number : (plim_number){.value = *plain},
	                      .role = role,
	                      .on_control = l->on_control,
	                      .owner = l->owner,
	                      .what = plim_mem_string(what),
	                      .identity = plim_identity(names, 4),
	                      .highest = highest};
	if (!p->what)
		return no_memory(l->error);
	all->items++;
	return PLIM_OK;
}

/* One whose name has the component in it. */
static plim_status add_of_component(const lister *l, plim_number *number, double *plain, plim_parameter_role role,
                                    const char *format, const char *component, double highest)
{
	plim_text what = {0};
	plim_text_add_format(&what, format, component);
	plim_status status = what.failed ? no_memory(l->error) : add(l, number, plain, role, what.data, highest);
	plim_text_free(&what);
	return status;
}

static plim_status list_severity(const lister *l, plim_severity *s, const char *format)
{
	plim_number *number = s->times.law ? &s->times : NULL;
	plim_status status = add_of_component(l, number, number ? NULL : &s->amount.times, PLIM_PARAMETER_SEVERITY, format,
	                                      s->component, INFINITY);
	if (status == PLIM_OK && number) {
		plim_parameter *p = &l->all->item[l->all->items - 1];
		p->severity = s;
		p->shift = s->shift;
		p->cap = s->cap;
	}
	return status;
}

static plim_status list_custody(const lister *l, plim_custody *custody)
{
	const struct {
		double *plain;
		const char *what;
	} parts[] = {{&custody->moving, "custody.moving"},
	             {&custody->resting, "custody.resting"},
	             {&custody->hand_over, "custody.hand_over"}};
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < sizeof parts / sizeof *parts && status == PLIM_OK; i++)
		status = add(l, NULL, parts[i].plain, PLIM_PARAMETER_FREQUENCY, parts[i].what, INFINITY);
	return status;
}

static plim_status list_threat(plim_parameters *all, uint32_t t, plim_error *error)
{
	plim_threat *threat = &all->model.threat[t];
	const lister l = {all, false, t, threat->id, error};
	const struct {
		plim_number *number;
		const char *what;
		plim_parameter_role role;
		double highest;
	} parts[] = {
	    {&threat->frequency.mean, "frequency.mean", PLIM_PARAMETER_FREQUENCY, INFINITY},
	    {&threat->frequency.p, "frequency.p", PLIM_PARAMETER_FREQUENCY, 1},
	    {&threat->vulnerability, "vulnerability", PLIM_PARAMETER_CHANCE, 1},
	    {&threat->strike_probability, "strike_probability", PLIM_PARAMETER_CHANCE, 1},
	    {&threat->severity_correlation, "severity_correlation", PLIM_PARAMETER_CORRELATION, 1},
	};
	plim_status status = PLIM_OK;
	for (size_t i = threat->custody ? 2 : 0; i < sizeof parts / sizeof *parts && status == PLIM_OK; i++)
		status = add(&l, parts[i].number, NULL, parts[i].role, parts[i].what, parts[i].highest);
	if (threat->custody && status == PLIM_OK)
		status = list_custody(&l, threat->custody);
	for (size_t c = 0; c < threat->losses && status == PLIM_OK; c++)
		status = list_severity(&l, &threat->loss[c], "loss.%s.times");
	if (threat->outage && status == PLIM_OK)
		status = list_severity(&l, threat->outage, "outage_days%s.times");
	return status;
}

static plim_status list_control(plim_parameters *all, uint32_t c, plim_error *error)
{
	plim_control *control = &all->model.control[c];
	const lister l = {all, true, c, control->id, error};
	const struct {
		plim_number *number;
		const char *what;
		plim_parameter_role role;
	} parts[] = {{&control->reduces_frequency, "reduces.frequency", PLIM_PARAMETER_EFFECT},
	             {&control->reduces_vulnerability, "reduces.vulnerability", PLIM_PARAMETER_EFFECT},
	             {&control->reduces_loss, "reduces.loss", PLIM_PARAMETER_EFFECT},
	             {&control->reduces_outage, "reduces.outage_days", PLIM_PARAMETER_EFFECT},
	             {&control->coverage, "coverage", PLIM_PARAMETER_EFFECT},
	             {&control->reliability, "reliability", PLIM_PARAMETER_EFFECT},
	             {&control->cost_capital, "cost.capital", PLIM_PARAMETER_COST},
	             {&control->cost_annual, "cost.annual", PLIM_PARAMETER_COST},
	             {&control->friction.hours, "friction.hours_per_passage", PLIM_PARAMETER_COST}};
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < sizeof parts / sizeof *parts && status == PLIM_OK; i++)
		status = add(&l, parts[i].number, NULL, parts[i].role, parts[i].what,
		             parts[i].role == PLIM_PARAMETER_COST ? INFINITY : 1);
	for (size_t i = 0; i < control->components && status == PLIM_OK; i++)
		status = add_of_component(&l, &control->component[i].share, NULL, PLIM_PARAMETER_EFFECT, "reduces.losses.%s",
		                          control->component[i].component, 1);
	return status;
}

/* `count` objects copied; never NULL but when memory is short. */
static void *copy_of(const void *from, size_t count, size_t size)
{
	void *copy = plim_mem_alloc(count, size);
	if (copy && count)
		memcpy(copy, from, count * size);
	return copy;
}

/* Gives the copy its own arrays of what may change. */
static bool own_threats(plim_parameters *all, const plim_model *model)
{
	all->loss = plim_mem_alloc(model->threats, sizeof *all->loss);
	all->outage = plim_mem_alloc(model->threats, sizeof *all->outage);
	all->custody = plim_mem_alloc(model->threats, sizeof *all->custody);
	all->model.threat = copy_of(model->threat, model->threats, sizeof *model->threat);
	if (!all->loss || !all->outage || !all->custody || !all->model.threat)
		return false;
	for (size_t t = 0; t < model->threats; t++) {
		plim_threat *threat = &all->model.threat[t];
		threat->loss = all->loss[t] = copy_of(threat->loss, threat->losses, sizeof *threat->loss);
		if (!threat->loss)
			return false;
		if (threat->outage) {
			all->outage[t] = *threat->outage;
			threat->outage = &all->outage[t];
		}
		if (threat->custody) {
			all->custody[t] = *threat->custody;
			threat->custody = &all->custody[t];
		}
	}
	return true;
}

static bool own_controls(plim_parameters *all, const plim_model *model)
{
	all->component = plim_mem_alloc(model->controls, sizeof *all->component);
	all->model.control = copy_of(model->control, model->controls, sizeof *model->control);
	if (!all->component || !all->model.control)
		return false;
	for (size_t c = 0; c < model->controls; c++) {
		plim_control *control = &all->model.control[c];
		control->component = all->component[c] =
		    copy_of(control->component, control->components, sizeof *control->component);
		if (!control->component)
			return false;
	}
	return true;
}

plim_status plim_parameters_new(const plim_model *model, plim_parameters **out, plim_error *error)
{
	plim_parameters *all = plim_mem_alloc(1, sizeof *all);
	if (!all)
		return no_memory(error);
	all->model = *model;
	all->model.threat = NULL;
	all->model.control = NULL;
	plim_status status = own_threats(all, model) && own_controls(all, model) ? PLIM_OK : no_memory(error);
	for (uint32_t t = 0; t < model->threats && status == PLIM_OK; t++)
		status = list_threat(all, t, error);
	for (uint32_t c = 0; c < model->controls && status == PLIM_OK; c++)
		status = list_control(all, c, error);
	*out = all;
	if (status != PLIM_OK)
		plim_parameters_free(out);
	return status;
}

void plim_parameters_free(plim_parameters **parameters)
{
	plim_parameters *all = *parameters;
	if (!all)
		return;
	for (size_t i = 0; i < all->items; i++)
		plim_mem_free(all->item[i].what);
	for (size_t t = 0; all->loss && t < all->model.threats; t++)
		plim_mem_free(all->loss[t]);
	for (size_t c = 0; all->component && c < all->model.controls; c++)
		plim_mem_free(all->component[c]);
	plim_mem_free(all->item);
	plim_mem_free(all->loss);
	plim_mem_free(all->outage);
	plim_mem_free(all->custody);
	plim_mem_free(all->component);
	plim_mem_free(all->model.threat);
	plim_mem_free(all->model.control);
	plim_mem_free(all);
	*parameters = NULL;
}

const char *plim_parameter_kind(const plim_parameter *p)
{
	return p->on_control ? "control" : "threat";
}

const char *plim_parameter_owner(const plim_parameters *all, const plim_parameter *p)
{
	return p->on_control ? all->model.control[p->owner].id : all->model.threat[p->owner].id;
}

const char *plim_parameter_name(const plim_parameters *all, const plim_parameter *p)
{
	const plim_threat *threat = p->on_control ? NULL : &all->model.threat[p->owner];
	plim_count_law law = threat ? threat->frequency.law : PLIM_COUNT_FIXED;
	if (p->number && threat && p->number == &threat->frequency.mean)
		return *threat->likelihood                                                    ? "likelihood (rate)"
		       : law == PLIM_COUNT_POISSON || law == PLIM_COUNT_ZERO_INFLATED_POISSON ? "frequency.rate"
		                                                                              : "frequency.mean";
	if (p->number && threat && p->number == &threat->frequency.p && law == PLIM_COUNT_ZERO_INFLATED_POISSON)
		return "frequency.p_zero";
	return p->what;
}

bool plim_parameter_is_unknown(const plim_parameter *p)
{
	return p->was.law && !p->was.per_place;
}

double plim_parameter_mean(const plim_parameter *p)
{
	return p->was.value;
}

double plim_parameter_most(const plim_parameter *p)
{
	double lowest, highest = p->was.value;
	if (p->was.law)
		plim_amount_support(p->was.law, &lowest, &highest);
	return highest;
}

/* A multiplier that is known is part of the amount, and what comes after it too. */
static void set_severity(plim_parameter *p, plim_number number)
{
	plim_severity *s = p->severity;
	bool known = number.law == NULL;
	s->times = known ? (plim_number){.value = 1} : number;
	s->amount.times = known ? number.value : 1;
	s->amount.shift = known ? p->shift : 0;
	s->amount.cap = known ? p->cap : INFINITY;
	s->shift = known ? 0 : p->shift;
	s->cap = known ? INFINITY : p->cap;
}

static void set(plim_parameter *p, plim_number number)
{
	if (p->severity)
		set_severity(p, number);
	else if (p->number)
		*p->number = number;
	else
		*p->plain = number.value;
}

void plim_parameter_pin(plim_parameter *p, double value)
{
	set(p, (plim_number){.value = value});
}

void plim_parameter_scale(plim_parameter *p, double factor)
{
	plim_number number = p->was;
	number.value *= factor;
	if (number.law) {
		p->scaled = *number.law;
		p->scaled.times *= factor;
		p->scaled.shift *= factor;
		p->scaled.cap *= factor;
		number.law = &p->scaled;
	}
	set(p, number);
}

void plim_parameter_restore(plim_parameter *p)
{
	set(p, p->was);
}
