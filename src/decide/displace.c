/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/displace.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/trial_losses.h"
#include "model/place.h"

#define YEAR 365.0
#define NAME_SIZE 48

/* Where the attempts of one threat go. */
typedef struct flow {
	bool moves;
	const char *remark;
	double turned_away, elsewhere; /* attempts a year */
	double more;                   /* rates at the open places are raised by this share when all are displaced */
	uint32_t *open;                /* places, sorted */
	bool *is_open;                 /* by place of the threat's selector */
	size_t opens, covered;
} flow;

typedef struct shifter {
	const plim_portfolio *pf;
	const plim_displace_options *options;
	plim_portfolio_figure figure;
	const plim_run_options *run;
	flow *flow;         /* by threat of the model */
	uint32_t *controls; /* scratch: indices in the model */
	double *day;        /* scratch */
	bool deliberate;
	plim_error *error;
} shifter;

static plim_status no_memory(const shifter *s)
{
	return plim_error_memory(s->error, "the displaced losses");
}

/* ---- which threats move ---- */

static bool is_deliberate(const plim_threat *threat)
{
	return strcmp(threat->family, "malicious") == 0;
}

static const char *obstacle(const shifter *s, const plim_threat *threat)
{
	if (s->deliberate && !is_deliberate(threat))
		return "not deliberate";
	if (threat->custody)
		return "not followed: it runs along trips";
	if (*threat->shared_by)
		return "not followed: its events are shared by places";
	switch (threat->frequency.law) {
	case PLIM_COUNT_POISSON:
	case PLIM_COUNT_NEGATIVE_BINOMIAL:
	case PLIM_COUNT_ZERO_INFLATED_POISSON: return "";
	default: return "not followed: its law of counts cannot be scaled";
	}
}

/* ---- what passes ---- */

static bool not_zero(const plim_number *number)
{
	return number->law || number->value != 0;
}

/* True if the control keeps attempts of the threat at the place from becoming events. */
static bool turns_away(const plim_control *control, const plim_threat *threat, uint32_t index, uint32_t place)
{
	return plim_control_acts(control, index, threat->where.kind, place) &&
	       (not_zero(&control->reduces_frequency) || not_zero(&control->reduces_vulnerability));
}

static int by_day(const void *a, const void *b)
{
	const double *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* The share of attempts that controls let pass, over the horizon: between two days on which one starts it is constant.
 */
static double share_passing(const shifter *s, const uint32_t *control, size_t count)
{
	const plim_control *all = s->pf->model->control;
	const double end = YEAR * s->pf->model->horizon_years;
	double sum = 0;
	size_t days = 0;
	s->day[days++] = 0;
	for (size_t i = 0; i < count; i++)
		if (all[control[i]].start_day > 0 && all[control[i]].start_day < end)
			s->day[days++] = all[control[i]].start_day;
	qsort(s->day, days, sizeof *s->day, by_day);
	for (size_t d = 0; d < days; d++) {
		double part = ((d + 1 < days ? s->day[d + 1] : end) - s->day[d]) / end;
		for (size_t i = 0; i < count; i++) {
			const plim_control *c = &all[control[i]];
			const double meets = c->coverage.value * c->reliability.value;
			if (c->start_day <= s->day[d])
				part *= (1 - meets * c->reduces_frequency.value) * (1 - meets * c->reduces_vulnerability.value);
		}
		sum += part;
	}
	return sum;
}

/* ---- where attempts go ---- */

static double attempts_of(const plim_threat *threat)
{
	const plim_frequency *f = &threat->frequency;
	const plim_count law = {.law = f->law, .mean = f->mean.value, .p = f->p.value, .dispersion = f->dispersion.value};
	return plim_count_mean(&law);
}

static void look_at_place(shifter *s, uint32_t t, plim_set set, size_t at, uint32_t place)
{
	const plim_portfolio *pf = s->pf;
	const plim_threat *threat = &pf->model->threat[t];
	const double attempts = attempts_of(threat) * (threat->exposure_of ? threat->exposure_of[at] : 1);
	size_t before = 0, after;
	if (!(attempts > 0))
		return;
	for (size_t i = 0; i < pf->before->controls; i++)
		if (turns_away(&pf->model->control[pf->before->control[i]], threat, t, place))
			s->controls[before++] = pf->before->control[i];
	after = before;
	for (size_t i = 0; i < pf->candidates; i++)
		if (set >> i & 1 && turns_away(&pf->model->control[pf->candidate[i].control], threat, t, place))
			s->controls[after++] = pf->candidate[i].control;
	if (after > before) {
		s->flow[t].covered++;
		s->flow[t].turned_away +=
		    attempts * (share_passing(s, s->controls, before) - share_passing(s, s->controls, after));
	} else {
		s->flow[t].is_open[at] = true;
		s->flow[t].open[s->flow[t].opens++] = place;
		s->flow[t].elsewhere += attempts;
	}
}

static void forget(shifter *s)
{
	for (size_t t = 0; t < s->pf->model->threats; t++) {
		plim_mem_free(s->flow[t].open);
		plim_mem_free(s->flow[t].is_open);
		s->flow[t] = (flow){0};
	}
}

static plim_status follow(shifter *s, plim_set set)
{
	const plim_model *model = s->pf->model;
	double pool = 0, room = 0;
	for (uint32_t t = 0; t < model->threats; t++) {
		const plim_threat *threat = &model->threat[t];
		const bool organisation = threat->where.kind == PLIM_PLACE_ORGANISATION;
		const size_t places = organisation ? 1 : threat->where.places;
		flow *f = &s->flow[t];
		f->remark = obstacle(s, threat);
		f->moves = !*f->remark;
		f->open = plim_mem_alloc(places, sizeof *f->open);
		f->is_open = plim_mem_alloc(places, sizeof *f->is_open);
		if (!f->open || !f->is_open)
			return no_memory(s);
		for (size_t at = 0; at < places && f->moves; at++)
			look_at_place(s, t, set, at, organisation ? 0 : threat->where.place[at]);
		if (f->elsewhere > 0) {
			f->more = f->turned_away / f->elsewhere;
			room += f->elsewhere;
		} else if (f->turned_away > 0) {
			f->remark = s->options->to_threats ? "no open place: goes to other threats" : "no open place: goes nowhere";
			pool += f->turned_away;
		}
	}
	for (size_t t = 0; s->options->to_threats && room > 0 && t < model->threats; t++)
		if (s->flow[t].elsewhere > 0)
			s->flow[t].more += pool / room;
	return PLIM_OK;
}

/* ---- the model in which they go there ---- */

/* A copy of a model: rates at open places raised for the largest share, and for each share controls that thin them to
 * what it wants. */
typedef struct raised {
	plim_model model;
	double **exposure; /* by threat; owned */
	uint32_t *threat;  /* 0, 1, 2 ..: what the lists of threats point to */
	char (*name)[NAME_SIZE];
	uint32_t *listed; /* controls of the scenarios */
} raised;

static void clear(raised *r, size_t threats)
{
	for (size_t t = 0; r->exposure && t < threats; t++)
		plim_mem_free(r->exposure[t]);
	plim_mem_free(r->exposure);
	plim_mem_free(r->threat);
	plim_mem_free(r->name);
	plim_mem_free(r->listed);
	plim_mem_free(r->model.threat);
	plim_mem_free(r->model.control);
	plim_mem_free(r->model.scenario);
}

static double largest_share(const shifter *s)
{
	double most = 0;
	for (size_t i = 0; i < s->options->shares; i++)
		most = s->options->share[i] > most ? s->options->share[i] : most;
	return most;
}

static bool raise_rates(const shifter *s, raised *r)
{
	const double most = largest_share(s);
	for (size_t t = 0; t < r->model.threats; t++) {
		plim_threat *threat = &r->model.threat[t];
		const size_t places = threat->where.kind == PLIM_PLACE_ORGANISATION ? 1 : threat->where.places;
		if (!(s->flow[t].more > 0))
			continue;
		double *exposure = r->exposure[t] = plim_mem_alloc(places, sizeof *exposure);
		if (!exposure)
			return false;
		for (size_t at = 0; at < places; at++)
			exposure[at] = (threat->exposure_of ? threat->exposure_of[at] : 1) *
			               (s->flow[t].is_open[at] ? 1 + most * s->flow[t].more : 1);
		threat->exposure_of = exposure;
	}
	return true;
}

/* The control that leaves of raised rates what `share` wants. */
static void add_thinning(const shifter *s, raised *r, uint32_t t, double share)
{
	const plim_threat *threat = &r->model.threat[t];
	const bool organisation = threat->where.kind == PLIM_PLACE_ORGANISATION;
	plim_control *control = &r->model.control[r->model.controls];
	snprintf(r->name[r->model.controls - s->pf->model->controls], NAME_SIZE, "(displacement %zu)", r->model.controls);
	*control = (plim_control){
	    .id = r->name[r->model.controls - s->pf->model->controls],
	    .clause = -1,
	    .where = {.kind = threat->where.kind,
	              .everywhere = organisation,
	              .place = s->flow[t].open,
	              .places = organisation ? 0 : s->flow[t].opens},
	    .against = &r->threat[t],
	    .against_count = 1,
	    .reduces_frequency.value = 1 - (1 + share * s->flow[t].more) / (1 + largest_share(s) * s->flow[t].more),
	    .coverage.value = 1,
	    .reliability.value = 1,
	};
	r->model.controls++;
}

static int ascending(const void *a, const void *b)
{
	const uint32_t *x = a, *y = b;
	return (*x > *y) - (*x < *y);
}

/* What is in force, the set, and what thins for `share`. */
static void add_scenario(const shifter *s, raised *r, plim_set set, double share)
{
	const plim_portfolio *pf = s->pf;
	const size_t each = pf->before->controls + pf->candidates + r->model.threats, k = r->model.scenarios++;
	plim_scenario *scenario = &r->model.scenario[k];
	uint32_t *list = r->listed + k * each;
	*scenario = *pf->before;
	scenario->position = (uint32_t)k;
	scenario->control = list;
	scenario->controls = 0;
	for (size_t i = 0; i < pf->before->controls; i++)
		list[scenario->controls++] = pf->before->control[i];
	for (size_t i = 0; i < pf->candidates; i++)
		if (set >> i & 1)
			list[scenario->controls++] = pf->candidate[i].control;
	for (uint32_t t = 0; t < r->model.threats; t++) {
		if (!(s->flow[t].more > 0))
			continue;
		list[scenario->controls++] = (uint32_t)r->model.controls;
		add_thinning(s, r, t, share);
	}
	qsort(list, scenario->controls, sizeof *list, ascending);
}

static plim_status raise(const shifter *s, plim_set set, raised *r)
{
	const plim_portfolio *pf = s->pf;
	const plim_model *model = pf->model;
	const size_t scenarios = s->options->shares + 2, more = scenarios * model->threats;
	*r = (raised){.model = *model};
	r->model.threat = plim_mem_alloc(model->threats, sizeof *r->model.threat);
	r->model.control = plim_mem_alloc(model->controls + more, sizeof *r->model.control);
	r->model.scenario = plim_mem_alloc(scenarios, sizeof *r->model.scenario);
	r->model.scenarios = 0;
	r->exposure = plim_mem_alloc(model->threats, sizeof *r->exposure);
	r->threat = plim_mem_alloc(model->threats, sizeof *r->threat);
	r->name = plim_mem_alloc(more, sizeof *r->name);
	r->listed = plim_mem_alloc(scenarios * (pf->before->controls + pf->candidates + model->threats), sizeof *r->listed);
	if (!r->model.threat || !r->model.control || !r->model.scenario || !r->exposure || !r->threat || !r->name ||
	    !r->listed)
		return no_memory(s);
	memcpy(r->model.threat, model->threat, model->threats * sizeof *r->model.threat);
	memcpy(r->model.control, model->control, model->controls * sizeof *r->model.control);
	for (uint32_t t = 0; t < model->threats; t++)
		r->threat[t] = t;
	if (!raise_rates(s, r))
		return no_memory(s);
	add_scenario(s, r, 0, 0);
	add_scenario(s, r, set, 0);
	for (size_t i = 0; i < s->options->shares; i++)
		add_scenario(s, r, set, s->options->share[i]);
	return PLIM_OK;
}

/* ---- figures ---- */

static plim_status weigh(const shifter *s, plim_set set, const plim_trial_losses *losses, plim_displaced *out)
{
	plim_portfolio_value *value = plim_mem_alloc(losses->scenarios, sizeof *value);
	plim_status status = value ? PLIM_OK : no_memory(s);
	const int f = (int)s->figure;
	for (size_t k = 0; k < losses->scenarios && status == PLIM_OK; k++)
		status = plim_portfolio_value_of(s->pf, losses->loss[k], &value[k], s->error);
	for (size_t i = 0; i < s->options->shares && status == PLIM_OK; i++)
		out->row[out->rows++] = (plim_displaced_row){
		    .set = set,
		    .share = s->options->share[i],
		    .avoided = plim_interval_of(&value[1], &value[0], f),
		    .displaced = plim_interval_of(&value[1], &value[i + 2], f),
		    .net = plim_interval_of(&value[i + 2], &value[0], f),
		};
	plim_mem_free(value);
	return status;
}

static plim_status displace(shifter *s, plim_set set, plim_displaced *out)
{
	raised r = {0};
	plim_trial_losses losses = {0};
	plim_run_options run = plim_watch_pass(s->pf->watch, s->run, s->options->shares + 2);
	run.scenario = NULL;
	plim_watch_take(s->pf->watch, 1);
	plim_status status = raise(s, plim_portfolio_working(s->pf, set), &r);
	if (status == PLIM_OK)
		status = plim_trial_losses_run(&r.model, &run, false, &losses, s->error);
	if (status == PLIM_OK)
		status = weigh(s, set, &losses, out);
	plim_watch_done(s->pf->watch, 1);
	plim_trial_losses_clear(&losses);
	clear(&r, s->pf->model->threats);
	return status;
}

/* True if some candidate is there to turn attempts of the threat away, wherever. */
static bool is_opposed(const plim_portfolio *pf, uint32_t t)
{
	for (size_t i = 0; i < pf->candidates; i++) {
		const plim_control *c = &pf->model->control[pf->candidate[i].control];
		if (plim_control_is_against(c, t) && (not_zero(&c->reduces_frequency) || not_zero(&c->reduces_vulnerability)))
			return true;
	}
	return false;
}

static void tell_threats(const shifter *s, plim_displaced *out)
{
	for (uint32_t t = 0; t < s->pf->model->threats; t++) {
		const flow *f = &s->flow[t];
		if ((!f->moves && is_opposed(s->pf, t)) || f->turned_away > 0 || f->more > 0)
			out->threat[out->threats++] = (plim_displaced_threat){
			    .id = s->pf->model->threat[t].id,
			    .remark = f->remark,
			    .covered = f->covered,
			    .open = f->opens,
			    .turned_away = f->turned_away,
			    .elsewhere = f->elsewhere,
			    .factor = 1 + f->more,
			};
	}
}

static plim_status displace_each(shifter *s, plim_displaced *out)
{
	const plim_portfolio *pf = s->pf;
	const plim_set all = ~(plim_set)0 >> (64 - pf->candidates);
	plim_status status = PLIM_OK;
	plim_watch_step(pf->watch, "displacement", pf->candidates > 1 ? pf->candidates + 1 : 1);
	for (size_t i = 0; i <= pf->candidates && status == PLIM_OK; i++) {
		const plim_set set = i ? (plim_set)1 << (i - 1) : all;
		if (i && pf->candidates == 1)
			break; /* together is alone */
		status = follow(s, plim_portfolio_working(pf, set));
		if (status == PLIM_OK && i == 0)
			tell_threats(s, out);
		if (status == PLIM_OK)
			status = displace(s, set, out);
		forget(s);
	}
	return status;
}

plim_status plim_displace(const plim_portfolio *pf, plim_portfolio_figure figure, const plim_run_options *run,
                          const plim_displace_options *options, plim_displaced *out, plim_error *error)
{
	const plim_model *model = pf->model;
	shifter s = {.pf = pf, .options = options, .figure = figure, .run = run, .error = error};
	for (size_t t = 0; t < model->threats; t++)
		s.deliberate |= is_deliberate(&model->threat[t]);
	*out = (plim_displaced){.deliberate = s.deliberate};
	out->row = plim_mem_alloc((pf->candidates + 1) * options->shares, sizeof *out->row);
	out->threat = plim_mem_alloc(model->threats, sizeof *out->threat);
	s.flow = plim_mem_alloc(model->threats, sizeof *s.flow);
	s.controls = plim_mem_alloc(model->controls, sizeof *s.controls);
	s.day = plim_mem_alloc(model->controls + 1, sizeof *s.day);
	plim_status status = out->row && out->threat && s.flow && s.controls && s.day ? PLIM_OK : no_memory(&s);
	if (status == PLIM_OK)
		status = displace_each(&s, out);
	if (s.flow)
		forget(&s);
	plim_mem_free(s.flow);
	plim_mem_free(s.controls);
	plim_mem_free(s.day);
	if (status != PLIM_OK)
		plim_displaced_clear(out);
	return status;
}

void plim_displaced_clear(plim_displaced *displaced)
{
	plim_mem_free(displaced->row);
	plim_mem_free(displaced->threat);
	*displaced = (plim_displaced){0};
}
