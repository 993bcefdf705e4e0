/* SPDX-License-Identifier: Apache-2.0 */
#include "store/tabulate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/nested.h"
#include "engine/tail_parts.h"
#include "stats/percentile.h"

/* Return periods of the curves, in trials. */
static const uint64_t periods[] = {2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2500, 5000, 10000};
#define PERIODS (sizeof periods / sizeof *periods)

/* Where the rows of a variable begin, + 1 (0: not yet made): a place that is alike in several series has the same. */
typedef struct known_rows {
	uint32_t moments, percentile, tvar, curve;
	double mean; /* of the sample, once `has_mean` */
	bool has_mean;
} known_rows;

typedef struct tabulator {
	plim_results *r;
	const plim_summary *s;
	plim_error *error;
	const plim_probability *p;
	size_t p_count;
	plim_ranked *ranked;     /* the same and then the return periods, ranked for the run's trials: p_count + PERIODS */
	plim_estimate *estimate; /* room for as many */
	double *quantile;        /* of the variable at hand, at each p */
	double *total_tvar;      /* of the total of the series at hand, at each p */
	/* Of a nested run: the rows of the series at hand, trials by replicate, and room for ranks of the variable at hand.
	 */
	plim_nested_rows nested;
	uint64_t replicate_trials[PLIM_REPLICATES];
	plim_ranked *own_ranked;
	plim_tally_walk *rows[PLIM_MEASURES]; /* [series]: of places that share sets */
	known_rows *known; /* [series][group][measure], or NULL: no series has what another has */
	size_t percentile_capacity, tvar_capacity, curve_capacity, moments_capacity, tail_capacity, worst_capacity;
} tabulator;

/* One variable's data: dense tallies and sparse rows look alike from here on. */
typedef struct variable {
	uint32_t scenario, group; /* as in the results */
	plim_perspective perspective;
	plim_measure measure;
	plim_bucket_list list;
	const double *losses; /* the year-loss table, for the total */
	plim_replicates replicates; /* of a nested run */
} variable;

/* Index in the primary data of a scenario from a perspective. */
static size_t series_of(const plim_results *r, uint32_t scenario, plim_perspective perspective)
{
	return (size_t)perspective * r->scenarios + r->scenario[scenario].primary;
}

static const double *ylt_of(const tabulator *t, uint32_t scenario, plim_perspective perspective)
{
	return plim_results_ylt(t->r, scenario, perspective);
}

static plim_status no_memory(tabulator *t)
{
	return plim_error_memory(t->error, "the result tables");
}

static bool is_nested(const tabulator *t)
{
	return t->s->nested != NULL;
}

/* The rows of a series of a nested run. */
static plim_status read_nested(tabulator *t, uint32_t scenario, plim_perspective perspective)
{
	if (!is_nested(t))
		return PLIM_OK;
	plim_nested_rows_clear(&t->nested);
	return plim_nested_rows_get(t->s, series_of(t->r, scenario, perspective), &t->nested, t->error);
}

/* The ranks of intervals: in a nested run the trials of a world go together, and count as fewer. */
static const plim_ranked *ranks_of(tabulator *t, const variable *v)
{
	if (!is_nested(t))
		return t->ranked;
	for (size_t i = 0; i < t->p_count + PERIODS; i++) {
		const plim_probability *p = &t->ranked[i].p;
		t->own_ranked[i] = plim_ranked_effective(
		    p, t->r->trials, plim_replicates_effective(&v->replicates, plim_probability_value(p)));
	}
	return t->own_ranked;
}

static void widen_tvars(tabulator *t, const variable *v)
{
	const double factor = plim_replicates_t(&v->replicates);
	for (size_t i = 0; i < t->p_count; i++) {
		plim_estimate *e = &t->estimate[i];
		const double rest = plim_probability_tail(&t->p[i]);
		if (isinf(e->upper)) /* too few trials to know their spread */
			continue;
		const double half = factor * plim_replicates_excess_error(&v->replicates, t->quantile[i]) / rest;
		e->lower = isfinite(half) ? fmax(0, e->value - half) : 0;
		e->upper = e->value + half;
	}
}

static plim_status put_percentiles(tabulator *t, const variable *v)
{
	plim_results *r = t->r;
	if (plim_mem_grow((void **)&r->percentile, &t->percentile_capacity, r->percentiles + t->p_count,
	                  sizeof *r->percentile))
		return no_memory(t);
	for (size_t i = 0; i < t->p_count; i++) {
		const plim_estimate *e = &t->estimate[i];
		t->quantile[i] = e->value;
		r->percentile[r->percentiles++] =
		    (plim_percentile_row){v->scenario, v->group, v->perspective, v->measure, plim_probability_value(&t->p[i]),
		                          e->value,    e->lower, e->upper,       e->exact};
	}
	return PLIM_OK;
}

/* What is infinite of a variable's annual sum. */
static bool no_mean_of(const plim_group *group, plim_perspective perspective)
{
	return perspective == PLIM_PERSPECTIVE_CEDED ? group->ceded_infinite_mean : group->infinite_mean;
}

static bool no_variance_of(const plim_group *group, plim_perspective perspective)
{
	return perspective == PLIM_PERSPECTIVE_CEDED ? group->ceded_infinite_variance : group->infinite_variance;
}

static plim_status add_tvars(tabulator *t, const variable *v, const plim_ranked *ranked)
{
	plim_results *r = t->r;
	plim_status status = plim_list_tvars(&v->list, r->trials, v->losses, ranked, t->p_count, t->estimate, t->error);
	if (status != PLIM_OK)
		return status;
	if (is_nested(t))
		widen_tvars(t, v);
	if (plim_mem_grow((void **)&r->tvar, &t->tvar_capacity, r->tvars + t->p_count, sizeof *r->tvar))
		return no_memory(t);
	bool infinite = no_mean_of(&r->group[v->group], v->perspective);
	for (size_t i = 0; i < t->p_count; i++) {
		plim_estimate e = t->estimate[i];
		if (v->group == t->s->layout->total && v->measure == PLIM_MEASURE_AEP)
			t->total_tvar[i] = e.value;
		if (infinite)
			e = (plim_estimate){INFINITY, INFINITY, INFINITY, false};
		else if (no_variance_of(&r->group[v->group], v->perspective))
			e.upper = INFINITY; /* no finite standard error: the sample's own would be a fiction */
		r->tvar[r->tvars++] =
		    (plim_percentile_row){v->scenario, v->group, v->perspective, v->measure, plim_probability_value(&t->p[i]),
		                          e.value,     e.lower,  e.upper,        e.exact};
	}
	return PLIM_OK;
}

static plim_status put_curves(tabulator *t, const variable *v)
{
	plim_results *r = t->r;
	if (plim_mem_grow((void **)&r->curve, &t->curve_capacity, r->curves + PERIODS, sizeof *r->curve))
		return no_memory(t);
	for (size_t i = 0; i < PERIODS; i++) {
		const plim_estimate *e = &t->estimate[t->p_count + i];
		r->curve[r->curves++] = (plim_curve_row){v->scenario, v->group,           v->perspective,
		                                         v->measure,  (double)periods[i], 1.0 / (double)periods[i],
		                                         e->value,    e->lower,           e->upper};
	}
	return PLIM_OK;
}

/* Percentiles, curves and TVaRs; the first two together, for the losses of many trials are read for them. */
static plim_status add_figures(tabulator *t, const variable *v)
{
	const plim_ranked *ranked = ranks_of(t, v);
	plim_status status = plim_list_percentiles(&v->list, t->r->trials, v->losses, ranked, t->p_count + PERIODS,
	                                           t->estimate, t->error);
	if (status == PLIM_OK)
		status = put_percentiles(t, v);
	if (status == PLIM_OK)
		status = put_curves(t, v);
	return status == PLIM_OK ? add_tvars(t, v, ranked) : status;
}

static plim_status add_moments(tabulator *t, const variable *v)
{
	plim_results *r = t->r;
	const plim_group *group = &r->group[v->group];
	plim_moments m;
	plim_list_moments(&v->list, r->trials, &m);
	if (is_nested(t))
		m.mean_se = plim_replicates_mean_error(&v->replicates);
	if (plim_mem_grow((void **)&r->moments, &t->moments_capacity, r->moments_count + 1, sizeof *r->moments))
		return no_memory(t);
	size_t k = series_of(r, v->scenario, v->perspective);
	double events = (double)t->s->events[k * t->s->groups + v->group] / (double)r->trials;
	if (v->measure >= PLIM_MEASURES) /* counted over the whole horizon only */
		events = NAN;
	bool no_mean = no_mean_of(group, v->perspective), no_sd = no_mean || no_variance_of(group, v->perspective);
	r->moments[r->moments_count++] = (plim_moments_row){v->scenario,
	                                                    v->group,
	                                                    v->perspective,
	                                                    v->measure,
	                                                    no_mean ? INFINITY : m.mean,
	                                                    no_sd ? INFINITY : m.mean_se,
	                                                    no_sd ? INFINITY : m.sd,
	                                                    events,
	                                                    m.p_zero};
	return PLIM_OK;
}

static known_rows *known_of(const tabulator *t, uint32_t scenario, plim_perspective perspective, uint32_t group,
                            uint32_t measure)
{
	const plim_groups *layout = t->s->layout;
	const size_t origin = plim_groups_origin(layout, series_of(t->r, scenario, perspective), group);
	if (!t->known || layout->form[group] != PLIM_GROUP_FORM_SPARSE)
		return NULL;
	return &t->known[(origin * layout->count + group) * PLIM_MEASURES + measure];
}

static plim_status tabulate_variable(tabulator *t, variable *v, bool all)
{
	const plim_results *r = t->r;
	const known_rows at = {.moments = (uint32_t)r->moments_count + 1,
	                       .percentile = (uint32_t)r->percentiles + 1,
	                       .tvar = (uint32_t)r->tvars + 1,
	                       .curve = (uint32_t)r->curves + 1};
	if (is_nested(t))
		v->replicates = plim_nested_group(&t->nested, (int)v->measure, v->group, t->replicate_trials);
	plim_status status = add_moments(t, v);
	if (status == PLIM_OK && all)
		status = add_figures(t, v);
	known_rows *known = known_of(t, v->scenario, v->perspective, v->group, v->measure);
	if (known) {
		known->moments = at.moments;
		known->percentile = all ? at.percentile : known->percentile;
		known->tvar = all ? at.tvar : known->tvar;
		known->curve = all ? at.curve : known->curve;
	}
	return status;
}

/* Copies `count` rows of a table to its end, as those of the variable. */
#define REPEAT(rows, have, capacity, from, count)                                                                      \
	do {                                                                                                               \
		if (plim_mem_grow((void **)&(rows), &(capacity), (have) + (count), sizeof *(rows)))                            \
			return no_memory(t);                                                                                       \
		for (size_t i = 0; i < (count); i++) {                                                                         \
			(rows)[have] = (rows)[(from)-1 + i];                                                                       \
			(rows)[have].scenario = v->scenario;                                                                       \
			(rows)[have].perspective = v->perspective;                                                                 \
			(have)++;                                                                                                  \
		}                                                                                                              \
	} while (0)

static plim_status repeat_variable(tabulator *t, const variable *v, const known_rows *known, bool all)
{
	plim_results *r = t->r;
	REPEAT(r->moments, r->moments_count, t->moments_capacity, known->moments, 1);
	if (!all)
		return PLIM_OK;
	REPEAT(r->percentile, r->percentiles, t->percentile_capacity, known->percentile, t->p_count);
	REPEAT(r->tvar, r->tvars, t->tvar_capacity, known->tvar, t->p_count);
	REPEAT(r->curve, r->curves, t->curve_capacity, known->curve, PERIODS);
	return PLIM_OK;
}

/* Whether the rows of a variable are there already, for a series that is alike. */
static bool is_known(const known_rows *known, bool all)
{
	return known && known->moments && (!all || known->percentile);
}

static plim_status tabulate_dense(tabulator *t, uint32_t scenario, plim_perspective perspective)
{
	const plim_summary *s = t->s;
	size_t k = series_of(t->r, scenario, perspective);
	for (uint32_t g = 0; g < s->groups; g++) {
		if (plim_groups_in_set(s->layout, g))
			continue;
		for (uint32_t m = 0; m < plim_groups_measures(s->layout, g); m++) {
			if (!plim_groups_keep(s->layout, g, m))
				continue;
			variable v = {.scenario = scenario, .group = g, .perspective = perspective, .measure = (plim_measure)m};
			if (g == s->layout->total && m == PLIM_MEASURE_AEP)
				v.losses = ylt_of(t, scenario, perspective);
			const known_rows *known = known_of(t, scenario, perspective, g, m);
			if (is_known(known, true)) {
				if (repeat_variable(t, &v, known, true) != PLIM_OK)
					return PLIM_ERROR_MEMORY;
				continue;
			}
			plim_status status = plim_tally_list(plim_summary_tally(s, k, g, (int)m), &v.list, t->error);
			if (status == PLIM_OK)
				status = tabulate_variable(t, &v, true);
			plim_bucket_list_clear(&v.list);
			if (status != PLIM_OK)
				return status;
		}
	}
	return PLIM_OK;
}

typedef struct ranked {
	double mean;
	uint32_t group;
} ranked;

static int compare_ranked(const void *a, const void *b)
{
	const ranked *x = a, *y = b;
	if (x->mean != y->mean)
		return x->mean > y->mean ? -1 : 1;
	return (x->group > y->group) - (x->group < y->group);
}

/* A place's list in a series. */
static plim_status list_of(tabulator *t, uint32_t scenario, plim_perspective perspective, int measure, uint32_t group,
                           plim_bucket_list *list)
{
	const size_t origin = plim_groups_origin(t->s->layout, series_of(t->r, scenario, perspective), group);
	return plim_tally_walk_list(&t->rows[measure][origin], group, list, t->error);
}

/* The mean of a place's sample. */
static plim_status mean_of(tabulator *t, uint32_t scenario, plim_perspective perspective, uint32_t group, double *mean)
{
	known_rows *known = known_of(t, scenario, perspective, group, PLIM_MEASURE_AEP);
	plim_bucket_list bucket = {0};
	plim_moments m;
	if (known && known->has_mean) {
		*mean = known->mean;
		return PLIM_OK;
	}
	plim_status status = list_of(t, scenario, perspective, PLIM_MEASURE_AEP, group, &bucket);
	if (status != PLIM_OK)
		return status;
	plim_list_moments(&bucket, t->r->trials, &m);
	plim_bucket_list_clear(&bucket);
	*mean = m.mean;
	if (known) {
		known->mean = m.mean;
		known->has_mean = true;
	}
	return PLIM_OK;
}

/* Marks the places of each kind with the largest means. */
static plim_status choose_places(tabulator *t, uint32_t scenario, plim_perspective perspective, bool *chosen)
{
	const plim_summary *s = t->s;
	plim_status status = PLIM_OK;
	ranked *list = plim_mem_alloc(s->groups, sizeof *list);
	if (!list)
		return no_memory(t);
	for (int kind = 0; kind < PLIM_GROUP_KIND_COUNT && status == PLIM_OK; kind++) {
		size_t n = 0;
		for (size_t g = s->layout->first[kind]; g < s->layout->first[kind + 1] && status == PLIM_OK; g++) {
			if (!plim_groups_in_set(s->layout, g))
				continue;
			list[n].group = (uint32_t)g;
			status = mean_of(t, scenario, perspective, (uint32_t)g, &list[n++].mean);
		}
		qsort(list, n, sizeof *list, compare_ranked);
		for (size_t i = 0; i < n && i < PLIM_TABLE_PLACES; i++)
			chosen[list[i].group] = true;
	}
	plim_mem_free(list);
	return status;
}

static plim_status tabulate_rows(tabulator *t, uint32_t scenario, plim_perspective perspective, int measure,
                                 const bool *chosen)
{
	const plim_summary *s = t->s;
	for (uint32_t g = 0; g < s->groups; g++) {
		if (!plim_groups_in_set(s->layout, g))
			continue;
		variable v = {.scenario = scenario, .group = g, .perspective = perspective, .measure = (plim_measure)measure};
		const known_rows *known = known_of(t, scenario, perspective, g, (uint32_t)measure);
		plim_status status;
		if (is_known(known, chosen[g])) {
			status = repeat_variable(t, &v, known, chosen[g]);
		} else {
			status = list_of(t, scenario, perspective, measure, g, &v.list);
			if (status == PLIM_OK)
				status = tabulate_variable(t, &v, chosen[g]);
			plim_bucket_list_clear(&v.list);
		}
		if (status != PLIM_OK)
			return status;
	}
	return PLIM_OK;
}

static plim_status tabulate_sparse(tabulator *t, uint32_t scenario, plim_perspective perspective)
{
	bool *chosen = plim_mem_alloc(t->s->groups, sizeof *chosen);
	plim_status status = chosen ? choose_places(t, scenario, perspective, chosen) : no_memory(t);
	for (int m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++)
		status = tabulate_rows(t, scenario, perspective, m, chosen);
	plim_mem_free(chosen);
	return status;
}

static plim_status add_tail(tabulator *t, uint32_t scenario, plim_perspective perspective, uint32_t group, double p,
                            double value, double tvar)
{
	plim_results *r = t->r;
	if (plim_mem_grow((void **)&r->tail, &t->tail_capacity, r->tails + 1, sizeof *r->tail))
		return no_memory(t);
	bool infinite = no_mean_of(&r->group[t->s->layout->total], perspective);
	r->tail[r->tails++] = (plim_tail_row){
	    scenario, group, perspective, p, infinite ? INFINITY : value, infinite ? NAN : tvar > 0 ? value / tvar : 0};
	return PLIM_OK;
}

/* The parts of all groups in one TVaR; of places, those that have any. */
static plim_status add_parts(tabulator *t, uint32_t scenario, plim_perspective perspective, double p,
                             const double *part, double tvar)
{
	plim_status status = PLIM_OK;
	for (int sparse = 0; sparse < 2; sparse++)
		for (uint32_t g = 0; g < t->s->groups && status == PLIM_OK; g++)
			if (plim_groups_in_set(t->s->layout, g) == sparse && (!sparse || part[g] > 0))
				status = add_tail(t, scenario, perspective, g, p, part[g], tvar);
	return status;
}

static plim_status tabulate_tail(tabulator *t, uint32_t scenario, plim_perspective perspective)
{
	const plim_summary *s = t->s;
	size_t k = series_of(t->r, scenario, perspective);
	const plim_tally *total = plim_summary_tally(s, k, s->layout->total, PLIM_MEASURE_AEP);
	double weight[PLIM_BIN_ALL], *part = plim_mem_alloc(s->groups, sizeof *part);
	plim_tail_parts parts = {0};
	plim_status status = part ? PLIM_OK : no_memory(t);
	if (status == PLIM_OK)
		status = plim_tail_parts_read(&parts, s, k, t->error);
	for (size_t i = 0; i < t->p_count && status == PLIM_OK; i++) {
		const double tvar = t->total_tvar[i];
		status = plim_tail_weights(total, t->r->trials, &t->p[i], tvar, weight, t->error);
		if (status != PLIM_OK)
			break;
		plim_tail_parts_weigh(&parts, weight, part, s->groups);
		status = add_parts(t, scenario, perspective, plim_probability_value(&t->p[i]), part, tvar);
	}
	plim_tail_parts_clear(&parts);
	plim_mem_free(part);
	return status;
}

/* What the firm bears in the end: tolerance is tested on it, and its worst trials are listed. */
static plim_perspective borne(const plim_results *r)
{
	return r->perspectives > 1 ? PLIM_PERSPECTIVE_NET : PLIM_PERSPECTIVE_GROSS;
}

static plim_status tabulate_worst(tabulator *t, uint32_t scenario)
{
	plim_results *r = t->r;
	size_t k = series_of(r, scenario, borne(r));
	const plim_worst *worst = &t->s->worst[k];
	plim_worst_entry *sorted = plim_mem_alloc(worst->count, sizeof *sorted);
	if (!sorted)
		return no_memory(t);
	plim_worst_sort(worst, sorted);
	plim_status status = PLIM_OK;
	for (uint32_t i = 0; i < worst->count && status == PLIM_OK; i++) {
		const plim_worst_detail *detail = &t->s->detail[k * PLIM_WORST_TRIALS + sorted[i].slot];
		if (plim_mem_grow((void **)&r->worst, &t->worst_capacity, r->worsts + detail->count, sizeof *r->worst))
			status = no_memory(t);
		for (size_t j = 0; j < detail->count && status == PLIM_OK; j++)
			r->worst[r->worsts++] =
			    (plim_worst_row){scenario, detail->share[j].group, i + 1, sorted[i].trial, detail->share[j].value};
	}
	plim_mem_free(sorted);
	return status;
}

static plim_estimate exceedance(tabulator *t, uint64_t above)
{
	const plim_results *r = t->r;
	if (!is_nested(t))
		return plim_exceedance(above, r->trials);
	const uint32_t total = t->s->layout->total;
	const plim_replicates all = plim_nested_group(&t->nested, PLIM_MEASURE_AEP, total, t->replicate_trials);
	return plim_exceedance_effective(above, r->trials,
	                                 plim_replicates_effective(&all, 1 - (double)above / (double)r->trials));
}

static plim_status tabulate_tolerance(tabulator *t, const double *loss, const double *tolerated, size_t count)
{
	plim_results *r = t->r;
	r->tolerance = plim_mem_alloc(count * r->scenarios * t->s->years, sizeof *r->tolerance);
	if (!r->tolerance)
		return no_memory(t);
	for (uint32_t scenario = 0; scenario < r->scenarios; scenario++) {
		plim_status status = read_nested(t, scenario, borne(r));
		if (status != PLIM_OK)
			return status;
		for (size_t i = 0; i < count * t->s->years; i++) {
			const size_t line = i / t->s->years, year = i % t->s->years;
			uint64_t above = *plim_summary_above(t->s, series_of(r, scenario, borne(r)), line, year);
			plim_estimate e = exceedance(t, above);
			r->tolerance[r->tolerances++] =
			    (plim_tolerance_row){scenario, borne(r), loss[line], tolerated[line], (uint32_t)year + 1,
			                         above,    e.value,  e.lower,    e.upper,         e.value <= tolerated[line]};
		}
	}
	return PLIM_OK;
}

static plim_status tabulate_series(tabulator *t, uint32_t scenario, plim_perspective perspective)
{
	plim_status status = read_nested(t, scenario, perspective);
	if (status == PLIM_OK)
		status = tabulate_dense(t, scenario, perspective);
	if (status == PLIM_OK)
		status = tabulate_sparse(t, scenario, perspective);
	return status == PLIM_OK ? tabulate_tail(t, scenario, perspective) : status;
}

/* The probabilities of tables, then the return periods of curves. */
static plim_status rank_all(tabulator *t)
{
	plim_ranked *list = NULL;
	plim_status status = plim_ranked_list(t->p, t->p_count, t->r->trials, &list, t->error);
	for (size_t i = 0; i < t->p_count && status == PLIM_OK; i++)
		t->ranked[i] = list[i];
	for (size_t i = 0; i < PERIODS && status == PLIM_OK; i++) {
		plim_probability p;
		status = plim_probability_from_period(periods[i], &p, t->error);
		if (status == PLIM_OK)
			t->ranked[t->p_count + i] = plim_ranked_of(&p, t->r->trials);
	}
	plim_mem_free(list);
	return status;
}

static plim_status make_room(tabulator *t)
{
	const size_t all = t->p_count + PERIODS;
	t->ranked = plim_mem_alloc(all, sizeof *t->ranked);
	t->own_ranked = plim_mem_alloc(all, sizeof *t->own_ranked);
	t->estimate = plim_mem_alloc(all, sizeof *t->estimate);
	t->quantile = plim_mem_alloc(t->p_count, sizeof *t->quantile);
	t->total_tvar = plim_mem_alloc(t->p_count, sizeof *t->total_tvar);
	return t->ranked && t->own_ranked && t->estimate && t->quantile && t->total_tvar ? PLIM_OK : no_memory(t);
}

static void release(tabulator *t)
{
	for (int m = 0; m < PLIM_MEASURES; m++) {
		for (size_t k = 0; t->rows[m] && k < t->s->series; k++)
			plim_tally_walk_end(&t->rows[m][k]);
		plim_mem_free(t->rows[m]);
	}
	plim_mem_free(t->known);
	plim_mem_free(t->ranked);
	plim_mem_free(t->own_ranked);
	plim_mem_free(t->estimate);
	plim_mem_free(t->quantile);
	plim_mem_free(t->total_tvar);
	plim_nested_rows_clear(&t->nested);
}

plim_status plim_results_tabulate(plim_results *results, const double *tolerance_loss,
                                  const double *tolerance_probability, size_t tolerances, plim_error *error)
{
	tabulator t = {.r = results, .s = results->summary, .error = error};
	t.p = plim_probability_defaults(&t.p_count);
	plim_status status = make_room(&t);
	if (status == PLIM_OK && t.s->layout->origin) {
		t.known = plim_mem_alloc(t.s->series * t.s->groups * PLIM_MEASURES, sizeof *t.known);
		status = t.known ? PLIM_OK : no_memory(&t);
	}
	for (int m = 0; m < PLIM_MEASURES; m++) {
		t.rows[m] = plim_mem_alloc(t.s->series, sizeof *t.rows[m]);
		if (status == PLIM_OK)
			status = t.rows[m] ? plim_summary_walks(t.s, m, t.rows[m], error) : no_memory(&t);
	}
	if (is_nested(&t))
		plim_nested_trials(t.s->layout, results->first_block * PLIM_BLOCK_TRIALS, results->trials, t.replicate_trials);
	if (status == PLIM_OK)
		status = rank_all(&t);
	for (uint32_t k = 0; k < results->scenarios && status == PLIM_OK; k++) {
		for (uint32_t p = 0; p < results->perspectives && status == PLIM_OK; p++)
			status = tabulate_series(&t, k, (plim_perspective)p);
		if (status == PLIM_OK)
			status = tabulate_worst(&t, k);
	}
	if (status == PLIM_OK)
		status = tabulate_tolerance(&t, tolerance_loss, tolerance_probability, tolerances);
	release(&t);
	return status;
}
