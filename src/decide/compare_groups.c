/* SPDX-License-Identifier: Apache-2.0 */
/* Groups, and the total where no year-loss table was kept: differences of what the tables hold. The file has no losses
 * of groups trial by trial, so the interval of a difference of means adds both variances: with shared draws that is
 * wider than need be, and labelled so. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "decide/compare.h"
#include "stats/replicates.h"

/* What the tables say of each group of one scenario, as the firm bears it. */
typedef struct known {
	const plim_moments_row *mean;
	const plim_percentile_row *var95, *var99, *tvar99;
} known;

static known *look_up(const plim_results *r, uint32_t scenario, plim_error *error)
{
	known *all = plim_mem_alloc(r->groups, sizeof *all);
	plim_perspective borne = r->perspectives > 1 ? PLIM_PERSPECTIVE_NET : PLIM_PERSPECTIVE_GROSS;
	if (!all) {
		plim_error_memory(error, "the comparison");
		return NULL;
	}
#define WANTED(row) ((row)->scenario == scenario && (row)->perspective == borne && (row)->measure == PLIM_MEASURE_AEP)
	for (size_t i = 0; i < r->moments_count; i++)
		if (WANTED(&r->moments[i]))
			all[r->moments[i].group].mean = &r->moments[i];
	for (size_t i = 0; i < r->percentiles; i++) {
		const plim_percentile_row *row = &r->percentile[i];
		if (WANTED(row) && row->p == 0.95)
			all[row->group].var95 = row;
		if (WANTED(row) && row->p == 0.99)
			all[row->group].var99 = row;
	}
	for (size_t i = 0; i < r->tvars; i++)
		if (WANTED(&r->tvar[i]) && r->tvar[i].p == 0.99)
			all[r->tvar[i].group].tvar99 = &r->tvar[i];
#undef WANTED
	return all;
}

static plim_status add_mean(plim_comparison *c, const plim_group *group, const plim_moments_row *a,
                            const plim_moments_row *b, plim_error *error)
{
	double before = a ? a->mean : 0, after = b ? b->mean : 0;
	const bool nested = c->before->worlds > 1 || c->after->worlds > 1;
	const double factor = nested ? plim_replicates_factor(PLIM_REPLICATES) : plim_confidence_z();
	double half = factor * hypot(a ? a->mean_se : 0, b ? b->mean_se : 0);
	bool same =
	    a && b && before == after && (c->before == c->after || c->paired) && a->sd == b->sd && a->p_zero == b->p_zero;
	plim_compare_row row = {"mean", NAN, group->kind, group->name, group->title, before, after, before - after, 0,
	                        0,      0};
	if (isinf(before) || isinf(after))
		row.avoided = before == after ? NAN : row.avoided;
	row.lower = row.avoided - (same ? 0 : half);
	row.upper = row.avoided + (same ? 0 : half);
	row.basis = same ? PLIM_BASIS_EXACT : c->paired ? PLIM_BASIS_BOUND : PLIM_BASIS_UNPAIRED;
	return plim_compare_add(c, &row, error);
}

static plim_status add_tail(plim_comparison *c, const plim_group *group, const char *figure, double p,
                            const plim_percentile_row *a, const plim_percentile_row *b, plim_error *error)
{
	if (!a && !b)
		return PLIM_OK;
	double before = a ? a->value : 0, after = b ? b->value : 0;
	plim_compare_row row = {figure, p, group->kind, group->name, group->title, before, after, before - after, NAN,
	                        NAN,    0};
	return plim_compare_add(c, &row, error);
}

static plim_status add_group(plim_comparison *c, const plim_group *group, const known *a, const known *b,
                             plim_error *error)
{
	static const known none = {0};
	a = a ? a : &none;
	b = b ? b : &none;
	bool nothing = (!a->mean || a->mean->mean == 0) && (!b->mean || b->mean->mean == 0);
	if (nothing && group->kind != PLIM_GROUP_TOTAL)
		return PLIM_OK;
	plim_status status = add_mean(c, group, a->mean, b->mean, error);
	if (status == PLIM_OK)
		status = add_tail(c, group, "var", 0.95, a->var95, b->var95, error);
	if (status == PLIM_OK)
		status = add_tail(c, group, "var", 0.99, a->var99, b->var99, error);
	if (status == PLIM_OK)
		status = add_tail(c, group, "tvar", 0.99, a->tvar99, b->tvar99, error);
	return status;
}

static int by_name(const void *a, const void *b)
{
	const plim_group *x = *(const plim_group *const *)a, *y = *(const plim_group *const *)b;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return strcmp(x->name, y->name);
}

/* The groups by kind and name: a large network has hundreds of thousands. The caller releases it. */
static const plim_group **sorted_groups(const plim_results *r, plim_error *error)
{
	const plim_group **list = plim_mem_alloc(r->groups, sizeof *list);
	for (size_t g = 0; list && g < r->groups; g++)
		list[g] = &r->group[g];
	if (list)
		qsort(list, r->groups, sizeof *list, by_name);
	else
		plim_error_memory(error, "the comparison");
	return list;
}

/* The group of the same kind and name in `r`, whose groups are `sorted`; NULL if it has none. */
static const plim_group *namesake(const plim_results *r, const plim_group **sorted, const plim_group *group)
{
	const plim_group **found = bsearch(&group, sorted, r->groups, sizeof *sorted, by_name);
	return found ? *found : NULL;
}

plim_status plim_compare_groups(plim_comparison *c, plim_error *error)
{
	const plim_results *r = c->before, *s = c->after;
	known *a = look_up(r, c->before_scenario, error), *b = a ? look_up(s, c->after_scenario, error) : NULL;
	const plim_group **of_r = b ? sorted_groups(r, error) : NULL, **of_s = of_r ? sorted_groups(s, error) : NULL;
	plim_status status = of_s ? PLIM_OK : PLIM_ERROR_MEMORY;
	bool has_total = c->rows > 0;
	for (size_t g = 0; g < r->groups && status == PLIM_OK; g++) {
		const plim_group *other = r == s ? &r->group[g] : namesake(s, of_s, &r->group[g]);
		if (r->group[g].kind != PLIM_GROUP_TOTAL || !has_total)
			status = add_group(c, &r->group[g], &a[g], other ? &b[other - s->group] : NULL, error);
	}
	for (size_t g = 0; g < s->groups && status == PLIM_OK && r != s; g++)
		if (!namesake(r, of_r, &s->group[g]))
			status = add_group(c, &s->group[g], NULL, &b[g], error);
	plim_mem_free(of_r);
	plim_mem_free(of_s);
	plim_mem_free(a);
	plim_mem_free(b);
	return status;
}
