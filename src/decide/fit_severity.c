/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/fit_severity.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "random/identity.h"

double plim_fit_rounded(double value)
{
	char text[40];
	plim_text_digits(text, sizeof text, value, 9);
	return strtod(text, NULL);
}

static bool give(plim_amount *amount, const char *name, double value)
{
	amount->given[amount->given_count].name = plim_mem_string(name);
	if (!amount->given[amount->given_count].name)
		return false;
	amount->given[amount->given_count++].value = plim_fit_rounded(value);
	return true;
}

bool plim_fit_as_amount(const plim_fit_amount *fit, double threshold, bool ground_up, double cap, plim_amount *out)
{
	bool pareto = fit->family == PLIM_FAMILY_PARETO, gpd = fit->family == PLIM_FAMILY_GPD;
	*out = (plim_amount){.family = fit->family};
	out->given = plim_mem_alloc(PLIM_FIT_MOST_PARAMETERS + 3, sizeof *out->given);
	bool good = out->given != NULL;
	for (size_t k = 0; good && k < plim_fit_parameters(fit->family); k++)
		good = give(out, plim_fit_parameter_name(fit->family, k), fit->natural[k]);
	if (good && pareto)
		good = give(out, "minimum", fit->origin);
	if (good && gpd && fit->origin > 0)
		good = give(out, "location", fit->origin);
	if (good && threshold > 0 && !ground_up && !pareto && !gpd)
		good = give(out, "min", threshold);
	if (good && !isinf(cap))
		good = give(out, "cap", cap);
	if (!good)
		plim_amount_clear(out);
	return good;
}

/* A law without an AIC comes last. */
static double aic_of(const plim_fit_amount *fit)
{
	return isnan(fit->aic) ? INFINITY : fit->aic;
}

static void sort_by_aic(plim_fit_severity *s)
{
	int used = 0;
	for (int i = 0; i < PLIM_FIT_FAMILIES; i++)
		s->order[i] = -1;
	for (int i = 0; i < PLIM_FIT_FAMILIES; i++) {
		if (!s->fit[i].good)
			continue;
		int at = used++;
		/* a later family must be better by more than the search can tell */
		while (at > 0 && aic_of(&s->fit[s->order[at - 1]]) > aic_of(&s->fit[i]) + 1e-4) {
			s->order[at] = s->order[at - 1];
			at--;
		}
		s->order[at] = i;
	}
}

/* Builds the law of a fit as it would be written. PLIM_ERROR_MODEL: the engine refuses it. */
static plim_status build(const plim_fit_amount *fit, const plim_fit_severity *s, const plim_fit_options *options,
                         bool loss, plim_amount *law, plim_error *error)
{
	if (!plim_fit_as_amount(fit, s->sample.threshold, options->ground_up, loss ? options->cap : INFINITY, law))
		return plim_error_memory(error, "a law");
	plim_status status = plim_amount_build(law, error);
	if (status == PLIM_OK)
		status = plim_amount_check_mean(law, error);
	if (status != PLIM_OK)
		plim_amount_clear(law);
	return status;
}

static plim_status choose_forced(plim_fit_severity *s, const plim_fit_options *options, const char *threat,
                                 plim_error *error)
{
	plim_error why = {0};
	int k = 0;
	while (k < PLIM_FIT_FAMILIES && plim_fit_family[k] != options->family)
		k++;
	const plim_fit_amount *fit = &s->fit[k];
	if (!fit->good)
		return plim_error_set(error, PLIM_ERROR_MODEL, "--family %s: the losses of '%s' cannot be fitted with it: %s",
		                      plim_family_name(options->family), threat, fit->why ? fit->why : "no fit");
	plim_status status = build(fit, s, options, true, &s->law, &why);
	if (status == PLIM_ERROR_MODEL)
		return plim_error_set(error, PLIM_ERROR_MODEL, "--family %s: the engine does not take the fit of '%s': %s%s",
		                      plim_family_name(options->family), threat, why.text,
		                      isinf(options->cap) ? "; --cap AMOUNT cuts losses off" : "");
	if (status == PLIM_OK)
		s->chosen = k;
	return status;
}

static plim_status choose(plim_fit_severity *s, const plim_fit_options *options, const char *threat, bool loss,
                          plim_error *error)
{
	s->chosen = -1;
	if (loss && options->forced)
		return choose_forced(s, options, threat, error);
	for (int i = 0; i < PLIM_FIT_FAMILIES && s->order[i] >= 0; i++) {
		const plim_fit_amount *fit = &s->fit[s->order[i]];
		if (isnan(fit->aic)) /* better than another or not, it cannot be told */
			continue;
		/* these two begin at the threshold and say nothing of what is below */
		if (options->ground_up && s->sample.threshold > 0 &&
		    (fit->family == PLIM_FAMILY_PARETO || fit->family == PLIM_FAMILY_GPD))
			continue;
		plim_status status = build(fit, s, options, loss, &s->law, error);
		if (status == PLIM_ERROR_MEMORY)
			return status;
		if (status == PLIM_OK) {
			s->chosen = s->order[i];
			break;
		}
		s->note = "the family with the lowest AIC has an infinite mean or is refused by the engine, so the next one is "
		          "written; --cap AMOUNT with --family NAME takes it all the same";
	}
	for (int i = 0; i < PLIM_FIT_FAMILIES && s->chosen >= 0 && !s->note; i++)
		if (s->fit[i].good && isnan(s->fit[i].aic) && s->fit[i].log_likelihood > s->fit[s->chosen].log_likelihood)
			s->note = "a pareto law from the smallest value seen has the larger likelihood, but gives nothing below "
			          "that value, "
			          "so that AIC cannot weigh it; --threshold AMOUNT or --family pareto takes it";
	if (s->chosen < 0)
		s->note = "no family could be fitted that the engine takes; elicit quantiles, or use `empirical`";
	return PLIM_OK;
}

#define MOST_DRAWN 1000000u /* values that the replicates of a family may draw and fit */
#define FEWEST 99u          /* replicates, however large the sample */

/* Large samples get fewer replicates: p = 1 / 100 is as low as it then goes. */
static uint32_t replicates_for(const plim_fit_sample *sample, uint32_t wanted)
{
	size_t size = sample->values + sample->bounded, room = size ? MOST_DRAWN / size : wanted;
	if (room < FEWEST)
		room = FEWEST;
	return room < wanted ? (uint32_t)room : wanted;
}

plim_status plim_fit_severity_of(plim_fit_severity *s, const plim_fit_options *options, const char *threat,
                                 const char *what, plim_error *error)
{
	bool loss = strcmp(what, "loss") == 0;
	plim_status status = PLIM_OK;
	for (int i = 0; status == PLIM_OK && i < PLIM_FIT_FAMILIES; i++) {
		const char *names[] = {"fit", threat, what, plim_family_name(plim_fit_family[i])};
		status = plim_fit_amount_of(&s->sample, plim_fit_family[i], &s->fit[i], error);
		if (status == PLIM_OK)
			status = plim_fit_bootstrap(&s->sample, &s->fit[i], options->seed, plim_identity(names, 4),
			                            replicates_for(&s->sample, options->replicates), error);
	}
	if (status != PLIM_OK)
		return status;
	sort_by_aic(s);
	status = choose(s, options, threat, loss, error);
	s->above = 1;
	if (status == PLIM_OK && s->chosen >= 0) {
		const plim_fit_amount *fit = &s->fit[s->chosen];
		s->above = exp(plim_fit_log_tail(fit->family, fit->coordinate, fit->origin, s->sample.threshold));
	}
	return status;
}
