/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"
#include "model/arena.h"
#include "model/model.h"

static void clear_number(plim_number *number)
{
	if (number->law)
		plim_amount_clear(number->law);
}

static void clear_severity(plim_severity *severity)
{
	plim_amount_clear(&severity->amount);
	clear_number(&severity->times);
}

static void clear_threat(plim_threat *threat)
{
	clear_number(&threat->strike_probability);
	clear_number(&threat->severity_correlation);
	clear_number(&threat->frequency.mean);
	clear_number(&threat->frequency.p);
	clear_number(&threat->frequency.dispersion);
	clear_number(&threat->vulnerability);
	for (size_t i = 0; i < threat->losses; i++)
		clear_severity(&threat->loss[i]);
	if (threat->outage)
		clear_severity(threat->outage);
}

static void clear_control(plim_control *control)
{
	clear_number(&control->reduces_frequency);
	clear_number(&control->reduces_vulnerability);
	clear_number(&control->reduces_loss);
	clear_number(&control->reduces_outage);
	for (size_t i = 0; i < control->components; i++)
		clear_number(&control->component[i].share);
	clear_number(&control->coverage);
	clear_number(&control->reliability);
	clear_number(&control->friction.hours);
	clear_number(&control->cost_capital);
	clear_number(&control->cost_annual);
}

void plim_model_free(plim_model **model)
{
	if (!model || !*model)
		return;
	plim_model *m = *model;
	for (size_t i = 0; i < m->threats; i++)
		clear_threat(&m->threat[i]);
	for (size_t i = 0; i < m->controls; i++)
		clear_control(&m->control[i]);
	for (size_t i = 0; i < m->intensities; i++)
		clear_number(&m->intensity[i].number);
	for (size_t i = 0; i < m->files; i++)
		plim_mem_free(m->file[i].bytes);
	plim_mem_free(m->file);
	if (m->arena)
		plim_arena_clear(m->arena);
	plim_mem_free(m->arena);
	plim_mem_free(m);
	*model = NULL;
}

const char *plim_model_name(const plim_model *model)
{
	return model->name;
}

const char *plim_model_currency(const plim_model *model)
{
	return model->currency;
}

void plim_model_digest_hex(const plim_model *model, char out[65])
{
	plim_digest_hex(model->digest, out);
}

uint32_t plim_model_years(const plim_model *model)
{
	return model->horizon_years;
}
