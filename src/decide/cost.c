/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/cost.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/plan.h"
#include "random/address.h"
#include "random/identity.h"

double plim_annuity(double rate, double life_years)
{
	if (rate == 0)
		return 1 / life_years;
	return rate / -expm1(-life_years * log1p(rate));
}

static plim_status take_number(plim_cost *cost, const plim_number *number, const char *control, const char *what,
                               plim_cost_number *out, plim_error *error)
{
	*out = (plim_cost_number){.mean = number->value};
	if (!number->law)
		return PLIM_OK;
	const char *const names[] = {"unknown", "control", control, what};
	out->identity = plim_identity(names, 4);
	cost->uncertain = true;
	return plim_quantile_table_build(number->law, &out->table, error);
}

static bool protects(const plim_control *control, uint32_t link)
{
	const plim_selector *where = &control->where;
	if (where->everywhere)
		return true;
	for (size_t i = 0; where->kind == PLIM_PLACE_LINK && i < where->places; i++)
		if (where->place[i] == link)
			return true;
	return false;
}

static double passages(const plim_model *model, const plim_control *control)
{
	double sum = 0;
	if (!isnan(control->friction.passages_per_year))
		return control->friction.passages_per_year;
	for (size_t t = 0; t < model->trips; t++)
		for (size_t l = 0; l < model->trip[t].legs; l++)
			if (protects(control, model->trip[t].leg[l].link))
				sum += (double)model->trip[t].trips_per_year;
	return sum;
}

static plim_status add_item(plim_cost *cost, plim_cost_item **item, plim_error *error)
{
	plim_cost_item *grown = plim_mem_alloc(cost->items + 1, sizeof *grown);
	if (!grown)
		return plim_error_memory(error, "the costs");
	if (cost->items)
		memcpy(grown, cost->item, cost->items * sizeof *grown);
	plim_mem_free(cost->item);
	cost->item = grown;
	*item = &grown[cost->items++];
	return PLIM_OK;
}

static plim_status add_control(plim_cost *cost, const plim_model *model, const plim_control *control, double sign,
                               plim_error *error)
{
	plim_cost_item *item;
	plim_status status = add_item(cost, &item, error);
	if (status != PLIM_OK)
		return status;
	*item = (plim_cost_item){.id = control->id, .sign = sign};
	item->life_years = isnan(control->life_years) ? model->horizon_years : control->life_years;
	item->cost_per_unit_hour = passages(model, control) * control->friction.cost_per_hour;
	status = take_number(cost, &control->cost_capital, control->id, "cost.capital", &item->capital, error);
	if (status == PLIM_OK)
		status = take_number(cost, &control->cost_annual, control->id, "cost.annual", &item->annual, error);
	if (status == PLIM_OK)
		status =
		    take_number(cost, &control->friction.hours, control->id, "friction.hours_per_passage", &item->hours, error);
	return status;
}

plim_status plim_cost_add(plim_cost *cost, const plim_model *model, const plim_scenario *scenario, double sign,
                          plim_error *error)
{
	plim_status status = PLIM_OK;
	cost->rate = isnan(model->discount_rate) ? 0 : model->discount_rate;
	for (size_t i = 0; i < scenario->controls && status == PLIM_OK; i++)
		status = add_control(cost, model, &model->control[scenario->control[i]], sign, error);
	for (size_t i = 0; i < scenario->policies && status == PLIM_OK; i++) {
		plim_cost_item *item;
		const plim_policy_cover *policy = &model->insurance[scenario->policy[i]];
		status = add_item(cost, &item, error);
		if (status == PLIM_OK)
			*item =
			    (plim_cost_item){.id = policy->id, .sign = sign, .life_years = 1, .annual = {.mean = policy->premium}};
	}
	return status;
}

static bool same_number(const plim_cost_number *a, const plim_cost_number *b)
{
	return a->mean == b->mean && a->identity == b->identity;
}

static bool same_item(const plim_cost_item *a, const plim_cost_item *b)
{
	return strcmp(a->id, b->id) == 0 && a->sign == -b->sign && a->life_years == b->life_years &&
	       a->cost_per_unit_hour == b->cost_per_unit_hour && same_number(&a->capital, &b->capital) &&
	       same_number(&a->annual, &b->annual) && same_number(&a->hours, &b->hours);
}

static void clear_item(plim_cost_item *item)
{
	plim_cost_number *const numbers[] = {&item->capital, &item->annual, &item->hours};
	for (size_t i = 0; i < 3; i++)
		if (numbers[i]->table)
			plim_quantile_table_free(&numbers[i]->table);
}

static void remove_item(plim_cost *cost, size_t i)
{
	clear_item(&cost->item[i]);
	memmove(cost->item + i, cost->item + i + 1, (cost->items - i - 1) * sizeof *cost->item);
	cost->items--;
}

void plim_cost_cancel(plim_cost *cost)
{
	for (size_t i = 0; i < cost->items; i++) {
		for (size_t j = i + 1; j < cost->items; j++) {
			if (!same_item(&cost->item[i], &cost->item[j]))
				continue;
			remove_item(cost, j);
			remove_item(cost, i--);
			break;
		}
	}
	cost->uncertain = false;
	for (size_t i = 0; i < cost->items; i++)
		cost->uncertain |= cost->item[i].capital.table || cost->item[i].annual.table || cost->item[i].hours.table;
}

void plim_cost_clear(plim_cost *cost)
{
	for (size_t i = 0; i < cost->items; i++)
		clear_item(&cost->item[i]);
	plim_mem_free(cost->item);
	*cost = (plim_cost){0};
}

double plim_cost_capital(const plim_cost *cost)
{
	double sum = 0;
	for (size_t i = 0; i < cost->items; i++)
		sum += cost->item[i].sign * cost->item[i].capital.mean;
	return sum;
}

double plim_cost_running(const plim_cost *cost)
{
	double sum = 0;
	for (size_t i = 0; i < cost->items; i++) {
		const plim_cost_item *item = &cost->item[i];
		sum += item->sign * (item->annual.mean + item->hours.mean * item->cost_per_unit_hour);
	}
	return sum;
}

double plim_cost_yearly(const plim_cost *cost)
{
	double sum = plim_cost_running(cost);
	for (size_t i = 0; i < cost->items; i++)
		sum += cost->item[i].sign * cost->item[i].capital.mean * plim_annuity(cost->rate, cost->item[i].life_years);
	return sum;
}

static double drawn(const plim_cost_number *number, uint64_t seed, uint64_t trial)
{
	if (!number->table)
		return number->mean;
	uint64_t base = plim_address_base(PLIM_PURPOSE_UNKNOWN, trial >> PLIM_BLOCK_BITS);
	return plim_quantile_table_at(number->table,
	                              plim_address_uniform(seed, number->identity, base, trial % PLIM_BLOCK_TRIALS));
}

double plim_cost_drawn(const plim_cost *cost, uint64_t seed, uint64_t trial)
{
	double sum = 0;
	for (size_t i = 0; i < cost->items; i++) {
		const plim_cost_item *item = &cost->item[i];
		double yearly = drawn(&item->annual, seed, trial) + drawn(&item->hours, seed, trial) * item->cost_per_unit_hour;
		if (item->capital.mean != 0)
			yearly += drawn(&item->capital, seed, trial) * plim_annuity(cost->rate, item->life_years);
		sum += item->sign * yearly;
	}
	return sum;
}

/* Years below which a replacement is not booked by itself. */
#define SHORT_LIFE 0.01

double plim_cost_present(const plim_cost *cost, unsigned years)
{
	double sum = 0, discount = 1 + cost->rate;
	for (size_t i = 0; i < cost->items; i++) {
		const plim_cost_item *item = &cost->item[i];
		double bought = 0;
		if (item->life_years < SHORT_LIFE) { /* as good as a running cost */
			for (unsigned y = 1; y <= years; y++)
				sum += item->sign * item->capital.mean / item->life_years * pow(discount, -(double)y);
			continue;
		}
		for (; bought < years; bought += item->life_years)
			sum += item->sign * item->capital.mean * pow(discount, -bought);
		sum -= item->sign * item->capital.mean * (bought - years) / item->life_years * pow(discount, -(double)years);
	}
	for (unsigned y = 1; y <= years; y++)
		sum += plim_cost_running(cost) * pow(discount, -(double)y);
	return sum;
}
