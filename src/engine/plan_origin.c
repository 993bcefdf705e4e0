/* SPDX-License-Identifier: Apache-2.0 */
/* In which series a place has just what it has in an earlier one: where controls leave all of its sources alike. */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/plan_build.h"

/* Rows of groups->origin: one of series that are all by themselves, one for each effect class, and one for each place
 * with sources of several classes. */
#define ROW_APART 0
#define ROW_OF_CLASS(c) ((c) + 1)
#define ROW_NONE UINT32_MAX        /* no source seen */
#define ROW_MIXED (UINT32_MAX - 1) /* several classes, and no row yet */

typedef struct finder {
	const plim_plan *plan;
	plim_groups *groups;
	size_t scenarios, series;
	uint32_t *before; /* [series]: scratch */
} finder;

static uint32_t *row_at(const finder *f, size_t row)
{
	return f->groups->origin + row * f->series;
}

static bool is_ceded(const finder *f, size_t series)
{
	return series / f->scenarios == PLIM_PERSPECTIVE_CEDED;
}

/* What is not insured is net as it is gross, and nothing of it is ceded; so before controls are looked at two series
 * are enough. */
static void begin(const finder *f, uint32_t *origin)
{
	for (size_t k = 0; k < f->series; k++)
		origin[k] = is_ceded(f, k) ? (uint32_t)(PLIM_PERSPECTIVE_CEDED * f->scenarios) : 0;
}

/* Whether sources of a class have the same in two series. */
static bool alike(const finder *f, const plim_effect_class *class, size_t j, size_t k)
{
	return is_ceded(f, k) || class->slot_of[j % f->scenarios] == class->slot_of[k % f->scenarios];
}

/* Leaves alike only those series in which sources of the class are, too. */
static void refine(const finder *f, const plim_effect_class *class, uint32_t *origin)
{
	memcpy(f->before, origin, f->series * sizeof *origin);
	for (size_t k = 0; k < f->series; k++)
		while (f->before[origin[k]] != f->before[k] || !alike(f, class, origin[k], k))
			origin[k]++; /* up to k at most */
}

/* Gives every group a row, or says that it needs one of its own. What is held is apart: outages meet those of other
 * places, and insurers look at the whole year, so that such events may cost something else wherever anything changes. */
static void choose_rows(const finder *f)
{
	const plim_plan *plan = f->plan;
	uint32_t *row = f->groups->origin_row;
	for (size_t g = 0; g < f->groups->count; g++)
		row[g] = f->groups->form[g] == PLIM_GROUP_FORM_SPARSE ? ROW_NONE : ROW_APART;
	for (size_t s = 0; s < plan->sources; s++) {
		const plim_plan_source *source = &plan->source[s];
		uint32_t *own = &row[source->place_group];
		if (plan->threat[source->threat].held)
			*own = ROW_APART;
		else if (*own == ROW_NONE)
			*own = ROW_OF_CLASS(source->effect_class);
		else if (*own != ROW_APART && *own != ROW_OF_CLASS(source->effect_class))
			*own = ROW_MIXED;
	}
	f->groups->origin_rows = ROW_OF_CLASS(plan->effect_classes);
	for (size_t g = 0; g < f->groups->count; g++) {
		if (row[g] == ROW_NONE) /* bearers */
			row[g] = ROW_APART;
		else if (row[g] == ROW_MIXED)
			row[g] = (uint32_t)f->groups->origin_rows++;
	}
}

static void fill_rows(const finder *f)
{
	const plim_plan *plan = f->plan;
	for (uint32_t k = 0; k < f->series; k++)
		row_at(f, ROW_APART)[k] = k;
	for (size_t r = ROW_OF_CLASS(0); r < f->groups->origin_rows; r++)
		begin(f, row_at(f, r));
	for (size_t c = 0; c < plan->effect_classes; c++)
		refine(f, &plan->effect_class[c], row_at(f, ROW_OF_CLASS(c)));
	for (size_t s = 0; s < plan->sources; s++) {
		const uint32_t row = f->groups->origin_row[plan->source[s].place_group];
		if (row >= ROW_OF_CLASS(plan->effect_classes))
			refine(f, &plan->effect_class[plan->source[s].effect_class], row_at(f, row));
	}
}

plim_status plim_plan_origins(plim_plan_builder *b)
{
	plim_groups *groups = &b->plan->groups;
	finder f = {b->plan, groups, b->plan->scenarios, plim_plan_series(b->plan), NULL};
	if (f.series == 1)
		return PLIM_OK;
	groups->series = f.series;
	f.before = plim_mem_alloc(f.series, sizeof *f.before);
	groups->origin_row = plim_mem_alloc(groups->count, sizeof *groups->origin_row);
	if (f.before && groups->origin_row) {
		choose_rows(&f);
		groups->origin = plim_mem_alloc(groups->origin_rows * f.series, sizeof *groups->origin);
	}
	if (groups->origin)
		fill_rows(&f);
	plim_mem_free(f.before);
	return groups->origin ? PLIM_OK : plim_error_memory(b->error, "the groups");
}
