/* SPDX-License-Identifier: Apache-2.0 */
/* What each distribution of a model comes to: for `check`, so that a slip in a parameter is seen before the run. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "model/custody.h"

#define NAME_WIDTH 44

static const long double shown_p[] = {0.05L, 0.5L, 0.95L};

static void add_figure(plim_text *out, double value)
{
	char digits[PLIM_TEXT_DOUBLE_SIZE];
	if (isfinite(value))
		plim_text_digits(digits, sizeof digits, value, 5);
	else
		snprintf(digits, sizeof digits, "%s", isnan(value) ? "-" : value < 0 ? "-inf" : "inf");
	plim_text_add_format(out, "%13s", digits);
}

/* "owner: what", filled up to the column of the first figure. */
static void add_name(plim_text *out, const char *owner, const char *what)
{
	plim_text name = {0};
	plim_text_add_format(&name, "%s: %s", owner, what);
	size_t width = 0;
	for (size_t i = 0; i < name.length; i++)
		width += (name.data[i] & 0xC0) != 0x80;
	plim_text_add(out, name.data ? name.data : "");
	out->failed |= name.failed;
	plim_text_free(&name);
	plim_text_add_format(out, "%*s", width < NAME_WIDTH ? (int)(NAME_WIDTH - width) : 1, "");
}

/* A line: name, mean and quantiles of `law`. */
static void add_law(plim_text *out, const char *owner, const char *what, const plim_amount *law)
{
	add_name(out, owner, what);
	add_figure(out, plim_amount_mean(law));
	for (size_t i = 0; i < sizeof shown_p / sizeof *shown_p; i++)
		add_figure(out, (double)plim_amount_quantile(law, shown_p[i], 1.0L - shown_p[i]));
	plim_text_add_format(out, "  %s\n", plim_family_name(law->family));
}

static void add_number(plim_text *out, const char *owner, const char *what, const plim_number *number)
{
	char name[256];
	if (!number->law)
		return;
	snprintf(name, sizeof name, "%s (unknown%s)", what, number->per_place ? " of each place" : "");
	add_law(out, owner, name, number->law);
}

static void add_severity(plim_text *out, const char *owner, const char *what, const plim_severity *severity)
{
	char name[192];
	bool named = *severity->component && strcmp(severity->component, what) != 0;
	snprintf(name, sizeof name, "%s%s%s", what, named ? " " : "", named ? severity->component : "");
	add_law(out, owner, name, &severity->amount);
	snprintf(name, sizeof name, "times of %s", *severity->component ? severity->component : what);
	add_number(out, owner, name, &severity->times);
}

static void add_threat(plim_text *out, const plim_threat *t)
{
	add_number(out, t->id, "frequency", &t->frequency.mean);
	add_number(out, t->id, "frequency p", &t->frequency.p);
	add_number(out, t->id, t->frequency.dispersion_is_size ? "size" : "dispersion", &t->frequency.dispersion);
	add_number(out, t->id, "vulnerability", &t->vulnerability);
	add_number(out, t->id, "strike_probability", &t->strike_probability);
	add_number(out, t->id, "severity_correlation", &t->severity_correlation);
	for (size_t i = 0; i < t->losses; i++)
		add_severity(out, t->id, "loss", &t->loss[i]);
	if (t->outage)
		add_severity(out, t->id, "outage_days", t->outage);
}

static void add_control(plim_text *out, const plim_control *c)
{
	add_number(out, c->id, "reduces frequency", &c->reduces_frequency);
	add_number(out, c->id, "reduces vulnerability", &c->reduces_vulnerability);
	add_number(out, c->id, "reduces loss", &c->reduces_loss);
	add_number(out, c->id, "reduces outage_days", &c->reduces_outage);
	for (size_t i = 0; i < c->components; i++)
		add_number(out, c->id, c->component[i].component, &c->component[i].share);
	add_number(out, c->id, "coverage", &c->coverage);
	add_number(out, c->id, "reliability", &c->reliability);
	add_number(out, c->id, "friction hours", &c->friction.hours);
	add_number(out, c->id, "capital cost", &c->cost_capital);
	add_number(out, c->id, "annual cost", &c->cost_annual);
}

/* What a threat does to each trip before vulnerability and controls. */
static void add_custody(plim_text *out, const plim_model *model, const plim_threat *t)
{
	for (size_t i = 0; i < model->trips; i++) {
		const plim_trip *trip = &model->trip[i];
		plim_custody_sum sum = plim_custody_add_up(t->custody, trip);
		add_name(out, t->id, trip->id);
		add_figure(out, sum.hazard);
		add_figure(out, sum.incident);
		add_figure(out, sum.undetected);
		add_figure(out, sum.per_year);
		plim_text_add_format(out, "  %llu trips a year\n", (unsigned long long)trip->trips_per_year);
	}
}

static void add_trips(plim_text *out, const plim_model *model)
{
	bool any = false;
	for (size_t i = 0; i < model->threats; i++) {
		if (!model->threat[i].custody)
			continue;
		if (!any)
			plim_text_add_format(out, "\n%-*s%13s%13s%13s%13s\n", NAME_WIDTH, "threat: trip", "hazard", "P(incident)",
			                     "undetected", "a year");
		any = true;
		add_custody(out, model, &model->threat[i]);
	}
}

plim_status plim_model_describe(const plim_model *model, char **text, plim_error *error)
{
	plim_text out = {0};
	plim_text_add_format(&out, "%-*s%13s%13s%13s%13s\n", NAME_WIDTH, "distribution", "mean", "p5", "p50", "p95");
	for (size_t i = 0; i < model->threats; i++)
		add_threat(&out, &model->threat[i]);
	for (size_t i = 0; i < model->intensities; i++)
		add_number(&out, model->intensity[i].group, "intensity", &model->intensity[i].number);
	for (size_t i = 0; i < model->controls; i++)
		add_control(&out, &model->control[i]);
	add_trips(&out, model);
	char *copy = out.failed ? NULL : strdup(out.data);
	plim_text_free(&out);
	if (!copy)
		return plim_error_memory(error, "the description of the model");
	*text = copy;
	return PLIM_OK;
}
