/* SPDX-License-Identifier: Apache-2.0 */
#include "store/results_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "store/results_worlds.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *text_of(const char *text)
{
	return text ? text : "";
}

/* Keeps a copy of a cell's text; all copies of a row are checked at once. */
static char *keep(const plim_h5_cell *cell, bool *failed)
{
	char *copy = plim_mem_string(cell->text);
	*failed |= copy == NULL;
	return copy;
}

static bool find_word(const char *const *word, size_t count, const char *text, unsigned *found)
{
	for (unsigned i = 0; i < count; i++) {
		if (strcmp(word[i], text) == 0) {
			*found = i;
			return true;
		}
	}
	return false;
}

static bool find_scenario(const plim_results_loader *l, const char *id, uint32_t *scenario)
{
	int32_t found = plim_results_scenario(l->results, id);
	*scenario = (uint32_t)found;
	return found >= 0;
}

static bool find_kind(const char *text, plim_group_kind *kind)
{
	static const char *const word[] = {
#define X(name, text) text,
	    PLIM_GROUP_KIND_LIST(X)
#undef X
	};
	unsigned found = 0;
	bool known = find_word(word, COUNT(word), text, &found);
	*kind = (plim_group_kind)found;
	return known;
}

static bool find_perspective(const char *text, plim_perspective *perspective)
{
	static const char *const word[] = {"gross", "ceded", "net"};
	unsigned found = 0;
	bool known = find_word(word, COUNT(word), text, &found);
	*perspective = (plim_perspective)found;
	return known;
}

static int compare_group(const plim_group *a, plim_group_kind kind, const char *name)
{
	return a->kind != kind ? (a->kind < kind ? -1 : 1) : strcmp(a->name, name);
}

static bool find_named(plim_results_loader *l, plim_group_kind kind, const char *name, uint32_t *group)
{
	const plim_results *r = l->results;
	size_t low = 0, high = r->groups;
	*group = l->last_group;
	if (l->last_group < r->groups && compare_group(&r->group[l->last_group], kind, name) == 0)
		return true;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_group(&r->group[l->group_order[middle]], kind, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == r->groups || compare_group(&r->group[l->group_order[low]], kind, name) != 0)
		return false;
	*group = l->last_group = l->group_order[low];
	return true;
}

static bool find_group(plim_results_loader *l, const plim_h5_cell *kind_and_name, uint32_t *group)
{
	plim_group_kind kind;
	return find_kind(kind_and_name[0].text, &kind) && find_named(l, kind, kind_and_name[1].text, group);
}

static const plim_h5_column scenario_column[] = {
    {"id", PLIM_H5_TEXT}, {"title", PLIM_H5_TEXT}, {"controls", PLIM_H5_TEXT}, {"primary", PLIM_H5_U32}};

static bool get_scenario(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_result_scenario *s = &r->scenario[row];
	c[0].text = text_of(s->id);
	c[1].text = text_of(s->title);
	c[2].text = text_of(s->controls);
	c[3].u32 = s->primary;
	return true;
}

static plim_status put_scenario(plim_results_loader *l, const plim_h5_cell *c)
{
	plim_results *r = l->results;
	if (plim_results_scenario(r, c[0].text) >= 0)
		return PLIM_ERROR_IO;
	bool failed = false;
	r->scenario[r->scenarios++] =
	    (plim_result_scenario){keep(&c[0], &failed), keep(&c[1], &failed), keep(&c[2], &failed), c[3].u32};
	return failed ? PLIM_ERROR_MEMORY : PLIM_OK;
}

static plim_status settle_scenarios(plim_results_loader *l)
{
	const plim_results *r = l->results;
	for (size_t i = 0; i < r->scenarios; i++)
		if (r->scenario[i].primary >= r->scenarios)
			return PLIM_ERROR_IO;
	return r->scenarios ? PLIM_OK : PLIM_ERROR_IO;
}

static const plim_h5_column group_column[] = {
    {"group_kind", PLIM_H5_TEXT},       {"group", PLIM_H5_TEXT}, {"title", PLIM_H5_TEXT},
    {"parent", PLIM_H5_TEXT},           {"leaf", PLIM_H5_BOOL},  {"infinite_mean", PLIM_H5_BOOL},
    {"infinite_variance", PLIM_H5_BOOL}};

static const char *parent_name(const plim_results *r, const plim_group *group)
{
	return group->parent >= 0 && (size_t)group->parent < r->groups ? r->group[group->parent].name : "";
}

static bool get_group(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_group *g = &r->group[row];
	c[0].text = plim_group_kind_name(g->kind);
	c[1].text = g->name;
	c[2].text = text_of(g->title);
	c[3].text = parent_name(r, g);
	c[4].yes = g->leaf;
	c[5].yes = g->infinite_mean;
	c[6].yes = g->infinite_variance;
	return true;
}

static plim_status put_group(plim_results_loader *l, const plim_h5_cell *c)
{
	plim_results *r = l->results;
	plim_group_kind kind;
	if (!find_kind(c[0].text, &kind) || r->groups >= INT32_MAX)
		return PLIM_ERROR_IO;
	if (plim_mem_grow((void **)&l->parent, &l->parents, r->groups + 1, sizeof *l->parent))
		return PLIM_ERROR_MEMORY;
	bool failed = false;
	l->parent[r->groups] = keep(&c[3], &failed);
	r->group[r->groups++] =
	    (plim_group){kind, keep(&c[1], &failed), keep(&c[2], &failed), -1, c[4].yes, c[5].yes, c[6].yes, false, false};
	return failed ? PLIM_ERROR_MEMORY : PLIM_OK;
}

static int compare_order(const void *a, const void *b, void *groups)
{
	const plim_group *group = groups, *y = &group[*(const uint32_t *)b];
	return compare_group(&group[*(const uint32_t *)a], y->kind, y->name);
}

/* A parent stands before its children, so there are no circles. */
static plim_status settle_parents(plim_results_loader *l)
{
	plim_results *r = l->results;
	for (uint32_t g = 0; g < r->groups; g++) {
		uint32_t parent;
		if (!*l->parent[g])
			continue;
		if (!find_named(l, r->group[g].kind, l->parent[g], &parent) || parent >= g)
			return PLIM_ERROR_IO;
		r->group[g].parent = (int32_t)parent;
	}
	return PLIM_OK;
}

static plim_status settle_groups(plim_results_loader *l)
{
	plim_results *r = l->results;
	l->group_order = plim_mem_alloc(r->groups, sizeof *l->group_order);
	if (!l->group_order)
		return PLIM_ERROR_MEMORY;
	for (uint32_t g = 0; g < r->groups; g++)
		l->group_order[g] = g;
	qsort_r(l->group_order, r->groups, sizeof *l->group_order, compare_order, r->group);
	for (size_t i = 1; i < r->groups; i++)
		if (compare_order(&l->group_order[i - 1], &l->group_order[i], r->group) == 0)
			return PLIM_ERROR_IO;
	l->last_group = UINT32_MAX;
	return plim_results_group(r, PLIM_GROUP_TOTAL, "total") < 0 ? PLIM_ERROR_IO : settle_parents(l);
}

static const plim_h5_column clause_column[] = {
    {"number", PLIM_H5_TEXT}, {"title", PLIM_H5_TEXT}, {"parent", PLIM_H5_TEXT}, {"leaf", PLIM_H5_BOOL}};

static bool get_clause(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_group *g = &r->group[row];
	c[0].text = g->name;
	c[1].text = text_of(g->title);
	c[2].text = parent_name(r, g);
	c[3].yes = g->leaf;
	return g->kind == PLIM_GROUP_CLAUSE;
}

static const plim_h5_column block_column[] = {{"block", PLIM_H5_U64}, {"events", PLIM_H5_U64}, {"digest", PLIM_H5_U64}};

static bool get_block(const plim_results *r, size_t row, plim_h5_cell *c)
{
	c[0].u64 = r->block[row].block;
	c[1].u64 = r->block[row].events;
	c[2].u64 = r->block[row].digest;
	return true;
}

static plim_status put_block(plim_results_loader *l, const plim_h5_cell *c)
{
	plim_results *r = l->results;
	r->block[r->block_rows++] = (plim_block_row){c[0].u64, c[1].u64, c[2].u64};
	return PLIM_OK;
}

/* The five columns that say whose value a row holds. */
#define KEYS                                                                                                           \
	{"scenario", PLIM_H5_TEXT}, {"perspective", PLIM_H5_TEXT}, {"group_kind", PLIM_H5_TEXT}, {"group", PLIM_H5_TEXT},  \
	{                                                                                                                  \
		"measure", PLIM_H5_TEXT                                                                                        \
	}

typedef struct keys {
	uint32_t scenario, group;
	plim_perspective perspective;
	plim_measure measure;
} keys;

static void get_keys(const plim_results *r, keys k, plim_h5_cell *c)
{
	c[0].text = r->scenario[k.scenario].id;
	c[1].text = plim_perspective_name(k.perspective);
	c[2].text = plim_group_kind_name(r->group[k.group].kind);
	c[3].text = r->group[k.group].name;
	c[4].text = plim_measure_name(k.measure);
}

static bool put_keys(plim_results_loader *l, const plim_h5_cell *c, keys *k)
{
	return find_scenario(l, c[0].text, &k->scenario) && find_perspective(c[1].text, &k->perspective) &&
	       find_group(l, &c[2], &k->group) && plim_measure_parse(c[4].text, &k->measure);
}

static const plim_h5_column percentile_column[] = {KEYS,
                                                   {"p", PLIM_H5_F64},
                                                   {"value", PLIM_H5_F64},
                                                   {"lower", PLIM_H5_F64},
                                                   {"upper", PLIM_H5_F64},
                                                   {"exact", PLIM_H5_BOOL}};

static bool get_percentile_row(const plim_results *r, const plim_percentile_row *row, plim_h5_cell *c)
{
	get_keys(r, (keys){row->scenario, row->group, row->perspective, row->measure}, c);
	c[5].f64 = row->p;
	c[6].f64 = row->value;
	c[7].f64 = row->lower;
	c[8].f64 = row->upper;
	c[9].yes = row->exact;
	return true;
}

static plim_status put_percentile_row(plim_results_loader *l, const plim_h5_cell *c, plim_percentile_row *row)
{
	keys k;
	if (!put_keys(l, c, &k))
		return PLIM_ERROR_IO;
	*row = (plim_percentile_row){k.scenario, k.group,  k.perspective, k.measure, c[5].f64,
	                             c[6].f64,   c[7].f64, c[8].f64,      c[9].yes};
	return PLIM_OK;
}

static bool get_percentile(const plim_results *r, size_t row, plim_h5_cell *c)
{
	return get_percentile_row(r, &r->percentile[row], c);
}

static plim_status put_percentile(plim_results_loader *l, const plim_h5_cell *c)
{
	return put_percentile_row(l, c, &l->results->percentile[l->results->percentiles++]);
}

static bool get_tvar(const plim_results *r, size_t row, plim_h5_cell *c)
{
	return get_percentile_row(r, &r->tvar[row], c);
}

static plim_status put_tvar(plim_results_loader *l, const plim_h5_cell *c)
{
	return put_percentile_row(l, c, &l->results->tvar[l->results->tvars++]);
}

static const plim_h5_column curve_column[] = {KEYS,
                                              {"return_period", PLIM_H5_F64},
                                              {"exceedance", PLIM_H5_F64},
                                              {"loss", PLIM_H5_F64},
                                              {"lower", PLIM_H5_F64},
                                              {"upper", PLIM_H5_F64}};

static bool get_curve(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_curve_row *from = &r->curve[row];
	get_keys(r, (keys){from->scenario, from->group, from->perspective, from->measure}, c);
	c[5].f64 = from->return_period;
	c[6].f64 = from->exceedance;
	c[7].f64 = from->loss;
	c[8].f64 = from->lower;
	c[9].f64 = from->upper;
	return true;
}

static plim_status put_curve(plim_results_loader *l, const plim_h5_cell *c)
{
	keys k;
	if (!put_keys(l, c, &k))
		return PLIM_ERROR_IO;
	l->results->curve[l->results->curves++] = (plim_curve_row){k.scenario, k.group,  k.perspective, k.measure, c[5].f64,
	                                                           c[6].f64,   c[7].f64, c[8].f64,      c[9].f64};
	return PLIM_OK;
}

static const plim_h5_column moments_column[] = {KEYS,
                                                {"mean", PLIM_H5_F64},
                                                {"mean_se", PLIM_H5_F64},
                                                {"sd", PLIM_H5_F64},
                                                {"events_per_trial", PLIM_H5_F64},
                                                {"p_zero", PLIM_H5_F64}};

static bool get_moments(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_moments_row *from = &r->moments[row];
	get_keys(r, (keys){from->scenario, from->group, from->perspective, from->measure}, c);
	c[5].f64 = from->mean;
	c[6].f64 = from->mean_se;
	c[7].f64 = from->sd;
	c[8].f64 = from->events_per_trial;
	c[9].f64 = from->p_zero;
	return true;
}

static plim_status put_moments(plim_results_loader *l, const plim_h5_cell *c)
{
	keys k;
	if (!put_keys(l, c, &k))
		return PLIM_ERROR_IO;
	l->results->moments[l->results->moments_count++] = (plim_moments_row){
	    k.scenario, k.group, k.perspective, k.measure, c[5].f64, c[6].f64, c[7].f64, c[8].f64, c[9].f64};
	return PLIM_OK;
}

static const plim_h5_column tail_column[] = {
    {"scenario", PLIM_H5_TEXT}, {"perspective", PLIM_H5_TEXT}, {"group_kind", PLIM_H5_TEXT}, {"group", PLIM_H5_TEXT},
    {"p", PLIM_H5_F64},         {"value", PLIM_H5_F64},        {"share", PLIM_H5_F64}};

static bool get_tail(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_tail_row *from = &r->tail[row];
	get_keys(r, (keys){from->scenario, from->group, from->perspective, PLIM_MEASURE_AEP}, c);
	c[4].f64 = from->p; /* in the place of the measure */
	c[5].f64 = from->value;
	c[6].f64 = from->share;
	return true;
}

static plim_status put_tail(plim_results_loader *l, const plim_h5_cell *c)
{
	plim_tail_row row = {.p = c[4].f64, .value = c[5].f64, .share = c[6].f64};
	if (!find_scenario(l, c[0].text, &row.scenario) || !find_perspective(c[1].text, &row.perspective) ||
	    !find_group(l, &c[2], &row.group))
		return PLIM_ERROR_IO;
	l->results->tail[l->results->tails++] = row;
	return PLIM_OK;
}

static const plim_h5_column tolerance_column[] = {
    {"scenario", PLIM_H5_TEXT}, {"perspective", PLIM_H5_TEXT}, {"loss", PLIM_H5_F64},  {"tolerated", PLIM_H5_F64},
    {"exceeded", PLIM_H5_U64},  {"probability", PLIM_H5_F64},  {"lower", PLIM_H5_F64}, {"upper", PLIM_H5_F64},
    {"met", PLIM_H5_BOOL},      {"year", PLIM_H5_U32}};

static bool get_tolerance(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_tolerance_row *from = &r->tolerance[row];
	c[0].text = r->scenario[from->scenario].id;
	c[1].text = plim_perspective_name(from->perspective);
	c[2].f64 = from->loss;
	c[3].f64 = from->tolerated;
	c[4].u64 = from->exceeded;
	c[5].f64 = from->probability;
	c[6].f64 = from->lower;
	c[7].f64 = from->upper;
	c[8].yes = from->met;
	c[9].u32 = from->year;
	return true;
}

static plim_status put_tolerance(plim_results_loader *l, const plim_h5_cell *c)
{
	/* files of before the column are of one year */
	plim_tolerance_row row = {0,        0,        c[2].f64, c[3].f64, c[9].u32 ? c[9].u32 : 1,
	                          c[4].u64, c[5].f64, c[6].f64, c[7].f64, c[8].yes};
	if (!find_scenario(l, c[0].text, &row.scenario) || !find_perspective(c[1].text, &row.perspective))
		return PLIM_ERROR_IO;
	l->results->tolerance[l->results->tolerances++] = row;
	return PLIM_OK;
}

static const plim_h5_column worst_column[] = {{"scenario", PLIM_H5_TEXT}, {"rank", PLIM_H5_U32},
                                              {"trial", PLIM_H5_U64},     {"group_kind", PLIM_H5_TEXT},
                                              {"group", PLIM_H5_TEXT},    {"value", PLIM_H5_F64}};

static bool get_worst(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_worst_row *from = &r->worst[row];
	c[0].text = r->scenario[from->scenario].id;
	c[1].u32 = from->rank;
	c[2].u64 = from->trial;
	c[3].text = plim_group_kind_name(r->group[from->group].kind);
	c[4].text = r->group[from->group].name;
	c[5].f64 = from->value;
	return true;
}

static plim_status put_worst(plim_results_loader *l, const plim_h5_cell *c)
{
	plim_worst_row row = {.rank = c[1].u32, .trial = c[2].u64, .value = c[5].f64};
	if (!find_scenario(l, c[0].text, &row.scenario) || !find_group(l, &c[3], &row.group))
		return PLIM_ERROR_IO;
	l->results->worst[l->results->worsts++] = row;
	return PLIM_OK;
}

static const plim_h5_column check_column[] = {
    {"scenario", PLIM_H5_TEXT}, {"perspective", PLIM_H5_TEXT}, {"group_kind", PLIM_H5_TEXT}, {"group", PLIM_H5_TEXT},
    {"quantity", PLIM_H5_TEXT}, {"at", PLIM_H5_F64},           {"observed", PLIM_H5_F64},    {"expected", PLIM_H5_F64},
    {"lower", PLIM_H5_F64},     {"upper", PLIM_H5_F64},        {"p_value", PLIM_H5_F64},     {"loud", PLIM_H5_BOOL},
    {"remark", PLIM_H5_TEXT},   {"measure", PLIM_H5_TEXT}};

static bool get_check(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_check_row *from = &r->check[row];
	c[0].text = r->scenario[from->scenario].id;
	c[1].text = plim_perspective_name(PLIM_PERSPECTIVE_GROSS);
	c[2].text = plim_group_kind_name(r->group[from->group].kind);
	c[3].text = r->group[from->group].name;
	c[4].text = plim_check_quantity_name(from->quantity);
	c[5].f64 = from->at;
	c[6].f64 = from->observed;
	c[7].f64 = from->expected;
	c[8].f64 = from->lower;
	c[9].f64 = from->upper;
	c[10].f64 = from->p_value;
	c[11].yes = from->loud;
	c[12].text = text_of(from->remark);
	c[13].text = plim_measure_name(from->measure);
	return true;
}

static plim_status put_check(plim_results_loader *l, const plim_h5_cell *c)
{
	static const char *const word[] = {
#define X(name, text) text,
	    PLIM_CHECK_QUANTITY_LIST(X)
#undef X
	};
	plim_check_row row = {.at = c[5].f64,
	                      .observed = c[6].f64,
	                      .expected = c[7].f64,
	                      .lower = c[8].f64,
	                      .upper = c[9].f64,
	                      .p_value = c[10].f64,
	                      .loud = c[11].yes};
	unsigned quantity;
	bool failed = false;
	if (!find_scenario(l, c[0].text, &row.scenario) || !find_group(l, &c[2], &row.group) ||
	    !find_word(word, COUNT(word), c[4].text, &quantity) ||
	    (*c[13].text && !plim_measure_parse(c[13].text, &row.measure)))
		return PLIM_ERROR_IO;
	row.quantity = (plim_check_quantity)quantity;
	row.remark = keep(&c[12], &failed);
	l->results->check[l->results->checks++] = row;
	return failed ? PLIM_ERROR_MEMORY : PLIM_OK;
}

static const plim_h5_column assumption_column[] = {
    {"id", PLIM_H5_TEXT},    {"text", PLIM_H5_TEXT}, {"source", PLIM_H5_TEXT},    {"confidence", PLIM_H5_TEXT},
    {"owner", PLIM_H5_TEXT}, {"date", PLIM_H5_TEXT}, {"limitation", PLIM_H5_TEXT}};

static bool get_assumption(const plim_results *r, size_t row, plim_h5_cell *c)
{
	const plim_result_assumption *a = &r->assumption[row];
	const char *const text[] = {a->id, a->text, a->source, a->confidence, a->owner, a->date, a->limitation};
	for (size_t i = 0; i < COUNT(text); i++)
		c[i].text = text_of(text[i]);
	return true;
}

static plim_status put_assumption(plim_results_loader *l, const plim_h5_cell *c)
{
	bool failed = false;
	l->results->assumption[l->results->assumptions++] =
	    (plim_result_assumption){keep(&c[0], &failed), keep(&c[1], &failed), keep(&c[2], &failed), keep(&c[3], &failed),
	                             keep(&c[4], &failed), keep(&c[5], &failed), keep(&c[6], &failed)};
	return failed ? PLIM_ERROR_MEMORY : PLIM_OK;
}

static const plim_h5_column note_column[] = {{"text", PLIM_H5_TEXT}};

static bool get_note(const plim_results *r, size_t row, plim_h5_cell *c)
{
	c[0].text = r->notes[row];
	return true;
}

static plim_status put_note(plim_results_loader *l, const plim_h5_cell *c)
{
	bool failed = false;
	l->results->notes[l->results->note_count++] = keep(&c[0], &failed);
	return failed ? PLIM_ERROR_MEMORY : PLIM_OK;
}

/* `later`: how many of the last columns files of an older format may lack. */
#define WIDER(name, title, column, rows, count, get, put, settle, later)                                               \
	{                                                                                                                  \
		name, title, column, COUNT(column), offsetof(plim_results, rows), offsetof(plim_results, count),               \
		    sizeof *((plim_results *)0)->rows, get, put, settle, false, later                                          \
	}
#define TABLE(name, title, column, rows, count, get, put, settle)                                                      \
	WIDER(name, title, column, rows, count, get, put, settle, 0)
/* A table that files before its time lack. */
#define LATER(name, title, column, rows, count, get, put, later)                                                       \
	{                                                                                                                  \
		name, title, column, COUNT(column), offsetof(plim_results, rows), offsetof(plim_results, count),               \
		    sizeof *((plim_results *)0)->rows, get, put, NULL, true, later                                             \
	}

const plim_results_table *plim_results_tables(size_t *count)
{
	static const plim_results_table table[] = {
	    TABLE("scenarios", "Scenarios", scenario_column, scenario, scenarios, get_scenario, put_scenario,
	          settle_scenarios),
	    TABLE("groups", "What losses are added up by", group_column, group, groups, get_group, put_group,
	          settle_groups),
	    TABLE("clauses", "Clauses of ISO 28000", clause_column, group, groups, get_clause, NULL, NULL),
	    TABLE("blocks", "Blocks of trials", block_column, block, block_rows, get_block, put_block, NULL),
	    TABLE("percentiles", "Percentiles", percentile_column, percentile, percentiles, get_percentile, put_percentile,
	          NULL),
	    TABLE("tvar", "Means of the worst trials", percentile_column, tvar, tvars, get_tvar, put_tvar, NULL),
	    TABLE("curves", "Exceedance curves", curve_column, curve, curves, get_curve, put_curve, NULL),
	    TABLE("moments", "Means and standard deviations", moments_column, moments, moments_count, get_moments,
	          put_moments, NULL),
	    TABLE("tail", "Parts of the total's tail", tail_column, tail, tails, get_tail, put_tail, NULL),
	    WIDER("tolerance", "Risk tolerance", tolerance_column, tolerance, tolerances, get_tolerance, put_tolerance,
	          NULL, 1),
	    TABLE("worst", "The worst trials", worst_column, worst, worsts, get_worst, put_worst, NULL),
	    LATER("check", "The run beside what is known exactly", check_column, check, checks, get_check, put_check, 1),
	    LATER("fan", "Exceedance in shares of the worlds", plim_fan_column, fan, fans, plim_fan_get, plim_fan_put, 0),
	    LATER("ignorance", "Shares of the variance", plim_ignorance_column, ignorance, ignorances, plim_ignorance_get,
	          plim_ignorance_put, 0),
	    TABLE("assumptions", "Assumptions", assumption_column, assumption, assumptions, get_assumption, put_assumption,
	          NULL),
	    TABLE("notes", "Notes", note_column, notes, note_count, get_note, put_note, NULL),
	};
	*count = COUNT(table);
	return table;
}
