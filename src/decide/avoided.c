/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/avoided.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/workspace.h"
#include "model/clause.h"
#include "stats/exact_sum.h"
#include "stats/percentile.h"

/* ---- which controls ---- */

static const plim_scenario *scenario_of(const plim_model *model, const char *id, plim_error *error)
{
	const plim_scenario *found = plim_model_find_scenario(model, id);
	if (!found)
		plim_error_set(error, PLIM_ERROR_USAGE, "the model has no scenario '%s'", id ? id : "");
	return found;
}

/* The ids of what `to` has beyond `from`, NULL-terminated; NULL and an error when that is not all of the difference. */
static const char **difference(const plim_model *model, const plim_avoided_options *options, plim_error *error)
{
	const plim_scenario *from = scenario_of(model, options->from, error);
	const plim_scenario *to = from ? scenario_of(model, options->to, error) : NULL;
	if (!to)
		return NULL;
	for (size_t i = 0; i < from->controls; i++) {
		if (plim_list_has(to->control, to->controls, from->control[i]))
			continue;
		plim_error_set(error, PLIM_ERROR_USAGE,
		               "scenario '%s' lacks the control '%s' of '%s': what is avoided cannot be shared out among the "
		               "controls that it adds",
		               to->id, model->control[from->control[i]].id, from->id);
		return NULL;
	}
	bool same = from->policies == to->policies;
	for (size_t i = 0; same && i < from->policies; i++)
		same = from->policy[i] == to->policy[i];
	if (!same) {
		plim_error_set(error, PLIM_ERROR_USAGE,
		               "the scenarios '%s' and '%s' differ in insurance; plimsoll compare shows what that changes",
		               from->id, to->id);
		return NULL;
	}
	const char **ids = plim_mem_alloc(to->controls + 1, sizeof *ids);
	size_t count = 0;
	if (!ids)
		plim_error_memory(error, "the controls");
	for (size_t i = 0; ids && i < to->controls; i++)
		if (!plim_list_has(from->control, from->controls, to->control[i]))
			ids[count++] = model->control[to->control[i]].id;
	return ids;
}

/* ---- Shapley values ---- */

typedef struct shares {
	plim_portfolio_value *each; /* [control]: what it avoids, in the chosen figure's place */
	double *square;             /* [control]: sum over drawn orders of the squares */
} shares;

static void add(plim_portfolio_value *to, const plim_portfolio_value *more, const plim_portfolio_value *less, int f,
                double weight)
{
	to->all[f] += weight * (less->all[f] - more->all[f]);
	for (size_t r = 0; r < PLIM_REPLICATES; r++)
		to->replicate[f][r] += weight * (less->replicate[f][r] - more->replicate[f][r]);
}

/* All sets: a control comes after k others in one of n C(n - 1, k) equally likely ways. */
static plim_status from_all_sets(plim_avoided *a, shares *s, plim_error *error)
{
	plim_portfolio *pf = a->portfolio;
	const size_t n = pf->candidates, sets = (size_t)1 << n;
	const int f = (int)a->options.figure;
	plim_set *set = plim_mem_alloc(sets, sizeof *set);
	plim_portfolio_value *value = plim_mem_alloc(sets, sizeof *value);
	plim_status status = set && value ? PLIM_OK : plim_error_memory(error, "the sets of controls");
	plim_watch_step(pf->watch, "Shapley values", sets);
	for (size_t k = 0; k < sets && status == PLIM_OK; k++)
		set[k] = plim_portfolio_working(pf, k);
	if (status == PLIM_OK)
		status = plim_portfolio_values(pf, set, sets, f == PLIM_PORTFOLIO_MEAN, value, error);
	double weight[PLIM_AVOIDED_EXACT] = {1.0 / (double)n};
	for (size_t k = 1; k < n; k++)
		weight[k] = weight[k - 1] * (double)k / (double)(n - k);
	for (size_t k = 0; k < sets && status == PLIM_OK; k++)
		for (size_t c = 0; c < n; c++)
			if (!(k >> c & 1))
				add(&s->each[c], &value[k | (size_t)1 << c], &value[k], f, weight[__builtin_popcountll(k)]);
	plim_mem_free(set);
	plim_mem_free(value);
	return status;
}

/* The next order: Fisher and Yates, from a stream of its own. */
static void shuffle(size_t *order, size_t n, uint64_t seed, uint64_t number)
{
	uint64_t state = plim_identity_join(seed, number);
	for (size_t i = 0; i < n; i++)
		order[i] = i;
	for (size_t i = n; i > 1; i--) {
		state = plim_identity_join(state, i);
		size_t j = (size_t)(((plim_u128)state * i) >> 64);
		size_t kept = order[i - 1];
		order[i - 1] = order[j];
		order[j] = kept;
	}
}

static plim_status from_orders(plim_avoided *a, shares *s, plim_error *error)
{
	plim_portfolio *pf = a->portfolio;
	const size_t n = pf->candidates;
	const int f = (int)a->options.figure;
	plim_set set[PLIM_PORTFOLIO_CONTROLS + 1] = {0};
	size_t order[PLIM_PORTFOLIO_CONTROLS];
	plim_portfolio_value *value = plim_mem_alloc(n + 1, sizeof *value);
	plim_status status = value ? PLIM_OK : plim_error_memory(error, "the orders of controls");
	a->orders = a->options.orders;
	plim_watch_step(pf->watch, "Shapley values", a->orders * (n + 1));
	for (size_t m = 0; m < a->orders && status == PLIM_OK; m++) {
		plim_set come = 0;
		shuffle(order, n, a->options.run.seed, m);
		for (size_t i = 0; i < n; i++) {
			come |= (plim_set)1 << order[i];
			set[i + 1] = plim_portfolio_working(pf, come);
		}
		status = plim_portfolio_values(pf, set, n + 1, f == PLIM_PORTFOLIO_MEAN, value, error);
		for (size_t i = 0; i < n && status == PLIM_OK; i++) {
			double gain = value[i].all[f] - value[i + 1].all[f];
			add(&s->each[order[i]], &value[i + 1], &value[i], f, 1.0 / (double)a->orders);
			s->square[order[i]] += gain * gain;
		}
	}
	plim_mem_free(value);
	return status;
}

/* The interval of a sum of shares; `square` 0 without drawn orders. */
static plim_interval share_of(const plim_avoided *a, const plim_portfolio_value *sum, double square)
{
	const int f = (int)a->options.figure;
	plim_interval x = plim_interval_of(sum, NULL, f);
	if (a->orders) {
		double m = (double)a->orders, spread = fmax(square / m - x.value * x.value, 0) / (m - 1);
		double half = hypot(x.upper - x.value, plim_confidence_z() * sqrt(spread));
		x.lower = x.value - half;
		x.upper = x.value + half;
	}
	return x;
}

/* ---- rows ---- */

static plim_status left_and_first(plim_avoided *a, plim_avoided_row *row, size_t rows, plim_error *error)
{
	plim_portfolio *pf = a->portfolio;
	const int f = (int)a->options.figure;
	const plim_set all = ~(plim_set)0 >> (64 - pf->candidates);
	plim_set *set = plim_mem_alloc(2 * rows + 2, sizeof *set);
	plim_portfolio_value *value = plim_mem_alloc(2 * rows + 2, sizeof *value);
	plim_status status = set && value ? PLIM_OK : plim_error_memory(error, "the avoided losses");
	if (status == PLIM_OK) {
		set[1] = plim_portfolio_working(pf, all);
		plim_watch_step(pf->watch, "left out, first", 2 * rows + 2);
		for (size_t i = 0; i < rows; i++) {
			set[2 * i + 2] = plim_portfolio_working(pf, all & ~row[i].set);
			set[2 * i + 3] = plim_portfolio_working(pf, row[i].set);
		}
		status = plim_portfolio_values(pf, set, 2 * rows + 2, f == PLIM_PORTFOLIO_MEAN, value, error);
	}
	for (size_t i = 0; i < rows && status == PLIM_OK; i++) {
		row[i].left_out = plim_interval_of(&value[1], &value[2 * i + 2], f);
		row[i].first_in = plim_interval_of(&value[2 * i + 3], &value[0], f);
		row[i].yearly = plim_select_yearly(pf->candidate, pf->candidates, row[i].set);
	}
	if (status == PLIM_OK) {
		a->before = plim_interval_of(&value[0], NULL, f);
		a->after = plim_interval_of(&value[1], NULL, f);
		a->total = plim_interval_of(&value[1], &value[0], f);
	}
	plim_mem_free(set);
	plim_mem_free(value);
	return status;
}

/* True if `clause` is `number` or lies under it. */
static bool lies_under(const char *clause, const char *number)
{
	size_t length = strlen(number);
	return strncmp(clause, number, length) == 0 && (clause[length] == '\0' || clause[length] == '.');
}

static plim_status list_clauses(plim_avoided *a, plim_error *error)
{
	const plim_portfolio *pf = a->portfolio;
	size_t count;
	const plim_clause *tree = plim_clause_tree(pf->model->edition, &count);
	a->clause = plim_mem_alloc(count + 1, sizeof *a->clause);
	if (!a->clause)
		return plim_error_memory(error, "the clauses");
	for (size_t i = 0; i <= count; i++) {
		plim_avoided_row row = {.id = i < count ? tree[i].number : "(unassigned)",
		                        .title = i < count ? tree[i].title : ""};
		for (size_t c = 0; c < pf->candidates; c++) {
			int32_t own = pf->model->control[pf->candidate[c].control].clause;
			if (i < count ? own >= 0 && lies_under(tree[own].number, row.id) : own < 0)
				row.set |= (plim_set)1 << c;
		}
		if (row.set)
			a->clause[a->clauses++] = row;
	}
	return PLIM_OK;
}

static plim_status list_controls(plim_avoided *a, plim_error *error)
{
	const plim_portfolio *pf = a->portfolio;
	a->control = plim_mem_alloc(pf->candidates, sizeof *a->control);
	if (!a->control)
		return plim_error_memory(error, "the controls");
	for (size_t c = 0; c < pf->candidates; c++) {
		const plim_control *control = &pf->model->control[pf->candidate[c].control];
		a->control[c] = (plim_avoided_row){.id = control->id, .title = control->title, .set = (plim_set)1 << c};
	}
	return PLIM_OK;
}

/* A clause's share is the sum of its controls' in each replicate; the spread of drawn orders is bounded by adding up.
 */
static void share_clauses(plim_avoided *a, const shares *s)
{
	const int f = (int)a->options.figure;
	for (size_t i = 0; i < a->clauses; i++) {
		plim_portfolio_value sum = {0};
		double deviation = 0, m = (double)a->orders;
		for (size_t c = 0; c < a->portfolio->candidates; c++) {
			if (!(a->clause[i].set >> c & 1))
				continue;
			sum.all[f] += s->each[c].all[f];
			for (size_t r = 0; r < PLIM_REPLICATES; r++)
				sum.replicate[f][r] += s->each[c].replicate[f][r];
			if (a->orders)
				deviation += sqrt(fmax(s->square[c] / m - s->each[c].all[f] * s->each[c].all[f], 0));
		}
		a->clause[i].shapley = share_of(a, &sum, m * (deviation * deviation + sum.all[f] * sum.all[f]));
	}
}

static plim_status share_out(plim_avoided *a, plim_error *error)
{
	const size_t n = a->portfolio->candidates;
	shares s = {.each = plim_mem_alloc(n, sizeof *s.each), .square = plim_mem_alloc(n, sizeof *s.square)};
	plim_status status = s.each && s.square ? PLIM_OK : plim_error_memory(error, "the avoided losses");
	if (status == PLIM_OK)
		status = n <= PLIM_AVOIDED_EXACT ? from_all_sets(a, &s, error) : from_orders(a, &s, error);
	for (size_t c = 0; c < n && status == PLIM_OK; c++)
		a->control[c].shapley = share_of(a, &s.each[c], s.square[c]);
	if (status == PLIM_OK)
		share_clauses(a, &s);
	plim_mem_free(s.each);
	plim_mem_free(s.square);
	return status;
}

plim_status plim_avoided_loss(const plim_model *model, const plim_avoided_options *options, plim_avoided *avoided,
                              plim_error *error)
{
	plim_avoided a = {.options = *options};
	const char **ids = options->to ? difference(model, options, error) : NULL;
	if (options->to && !ids)
		return error ? error->status : PLIM_ERROR_USAGE;
	plim_status status = PLIM_OK;
	if (options->figure == PLIM_PORTFOLIO_BREACH && isnan(options->scale.loss))
		status = plim_error_set(error, PLIM_ERROR_USAGE, "a breach needs the loss that is not to be exceeded");
	if (status == PLIM_OK)
		status = plim_portfolio_new(model, options->from, ids ? ids : options->controls, &options->scale, &options->run,
		                            &a.portfolio, error);
	if (status == PLIM_OK) {
		a.portfolio->watch = options->watch;
		status = list_controls(&a, error);
	}
	if (status == PLIM_OK)
		status = list_clauses(&a, error);
	if (status == PLIM_OK)
		status = left_and_first(&a, a.control, a.portfolio->candidates, error);
	if (status == PLIM_OK)
		status = left_and_first(&a, a.clause, a.clauses, error);
	if (status == PLIM_OK)
		status = share_out(&a, error);
	if (status == PLIM_OK && options->displace.shares)
		status = plim_displace(a.portfolio, options->figure, &options->run, &options->displace, &a.displaced, error);
	plim_mem_free((void *)ids);
	if (status != PLIM_OK)
		plim_avoided_clear(&a);
	else
		*avoided = a;
	return status;
}

void plim_avoided_clear(plim_avoided *a)
{
	plim_portfolio_free(&a->portfolio);
	plim_mem_free(a->control);
	plim_mem_free(a->clause);
	plim_displaced_clear(&a->displaced);
	*a = (plim_avoided){0};
}
