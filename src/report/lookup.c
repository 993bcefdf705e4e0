/* SPDX-License-Identifier: Apache-2.0 */
#include "report/lookup.h"

#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"

/* The key of row i of a table: scenario x groups + group. */
typedef size_t key_of(const plim_results *r, size_t i);

static size_t key(const plim_results *r, uint32_t scenario, uint32_t group)
{
	return (size_t)scenario * r->groups + group;
}

static size_t percentile_key(const plim_results *r, size_t i)
{
	return key(r, r->percentile[i].scenario, r->percentile[i].group);
}

static size_t tvar_key(const plim_results *r, size_t i)
{
	return key(r, r->tvar[i].scenario, r->tvar[i].group);
}

static size_t moments_key(const plim_results *r, size_t i)
{
	return key(r, r->moments[i].scenario, r->moments[i].group);
}

/* A counting sort: rows of a key stay in their order. */
static bool build_index(plim_lookup_index *index, const plim_results *r, size_t rows, key_of *of)
{
	size_t keys = r->scenarios * r->groups;
	index->start = plim_mem_alloc(keys + 2, sizeof *index->start);
	index->row = plim_mem_alloc(rows + 1, sizeof *index->row);
	if (!index->start || !index->row)
		return false;
	for (size_t i = 0; i < rows; i++)
		index->start[of(r, i) + 2]++;
	for (size_t k = 2; k < keys + 2; k++)
		index->start[k] += index->start[k - 1];
	for (size_t i = 0; i < rows; i++)
		index->row[index->start[of(r, i) + 1]++] = i; /* start[k + 1] ends where key k does */
	return true;
}

static void clear_index(plim_lookup_index *index)
{
	plim_mem_free(index->start);
	plim_mem_free(index->row);
}

void plim_lookup_clear(plim_lookup *lookup)
{
	clear_index(&lookup->percentile);
	clear_index(&lookup->tvar);
	clear_index(&lookup->moments);
	plim_mem_free(lookup->clause);
	plim_mem_free(lookup->depth);
	plim_mem_free(lookup->threat);
	*lookup = (plim_lookup){0};
}

/* True if every row of a table names a scenario and a group that exist, and its enums are in range. */
#define ROWS_ARE_GOOD(r, table, count)                                                                                 \
	for (size_t i = 0; i < (r)->count; i++)                                                                            \
		if ((r)->table[i].scenario >= (r)->scenarios || (r)->table[i].group >= (r)->groups)                            \
			return #table;

static const char *bad_table(const plim_results *r)
{
	ROWS_ARE_GOOD(r, percentile, percentiles)
	ROWS_ARE_GOOD(r, tvar, tvars)
	ROWS_ARE_GOOD(r, curve, curves)
	ROWS_ARE_GOOD(r, moments, moments_count)
	ROWS_ARE_GOOD(r, tail, tails)
	ROWS_ARE_GOOD(r, worst, worsts)
	for (size_t i = 0; i < r->tolerances; i++)
		if (r->tolerance[i].scenario >= r->scenarios)
			return "tolerance";
	for (size_t i = 0; i < r->groups; i++)
		if (r->group[i].kind >= PLIM_GROUP_KIND_COUNT)
			return "groups";
	return NULL;
}

/* Parent of a clause group, -1 at the top (and when what stands there is no clause group). */
static int32_t parent_of(const plim_results *r, size_t group)
{
	int32_t parent = r->group[group].parent;
	bool good = parent >= 0 && (size_t)parent < r->groups && r->group[parent].kind == PLIM_GROUP_CLAUSE &&
	            (size_t)parent != group;
	return good ? parent : -1;
}

/* Depth-first from the tops. `next` chains the children of a group, `first` begins the chain; both hold index + 1. */
static void walk_clauses(plim_lookup *lookup, const size_t *first, const size_t *next, size_t *stack)
{
	const plim_results *r = lookup->results;
	for (size_t top = 0; top < r->groups; top++) {
		if (r->group[top].kind != PLIM_GROUP_CLAUSE || parent_of(r, top) >= 0)
			continue;
		size_t height = 0;
		stack[height++] = top + 1;
		while (height) {
			size_t at = stack[height - 1];
			lookup->clause[lookup->clauses] = (uint32_t)(at - 1);
			lookup->depth[lookup->clauses++] = (unsigned)height - 1;
			if (first[at - 1]) {
				stack[height++] = first[at - 1];
				continue;
			}
			while (height && !next[stack[height - 1] - 1])
				height--;
			if (height)
				stack[height - 1] = next[stack[height - 1] - 1];
		}
	}
}

/* Clauses of a tree with a circle (a damaged file) hang on no top and are left out. */
static bool order_clauses(plim_lookup *lookup)
{
	const plim_results *r = lookup->results;
	size_t *first = plim_mem_alloc(r->groups + 1, sizeof *first);
	size_t *next = plim_mem_alloc(r->groups + 1, sizeof *next);
	size_t *stack = plim_mem_alloc(r->groups + 1, sizeof *stack);
	lookup->clause = plim_mem_alloc(r->groups + 1, sizeof *lookup->clause);
	lookup->depth = plim_mem_alloc(r->groups + 1, sizeof *lookup->depth);
	bool good = first && next && stack && lookup->clause && lookup->depth;
	if (good) {
		for (size_t i = r->groups; i-- > 0;) {
			int32_t parent = r->group[i].kind == PLIM_GROUP_CLAUSE ? parent_of(r, i) : -1;
			if (parent < 0)
				continue;
			next[i] = first[parent];
			first[parent] = i + 1;
		}
		walk_clauses(lookup, first, next, stack);
	}
	plim_mem_free(first);
	plim_mem_free(next);
	plim_mem_free(stack);
	return good;
}

static int32_t find_total(const plim_results *r)
{
	for (size_t i = 0; i < r->groups; i++)
		if (r->group[i].kind == PLIM_GROUP_TOTAL)
			return (int32_t)i;
	return -1;
}

typedef struct ranked {
	double mean;
	uint32_t group;
} ranked;

static int by_mean(const void *a, const void *b)
{
	const ranked *x = a, *y = b;
	if (x->mean != y->mean)
		return x->mean > y->mean ? -1 : 1;
	return x->group < y->group ? -1 : x->group > y->group;
}

static bool order_threats(plim_lookup *lookup)
{
	const plim_results *r = lookup->results;
	for (size_t g = 0; g < r->groups; g++)
		lookup->threats += r->group[g].kind == PLIM_GROUP_THREAT;
	ranked *list = plim_mem_alloc(lookup->threats + 1, sizeof *list);
	lookup->threat = plim_mem_alloc(lookup->threats * r->scenarios + 1, sizeof *lookup->threat);
	bool good = list && lookup->threat;
	for (uint32_t s = 0; good && s < r->scenarios; s++) {
		size_t at = 0;
		for (uint32_t g = 0; g < r->groups; g++) {
			if (r->group[g].kind != PLIM_GROUP_THREAT)
				continue;
			double mean = plim_lookup_mean(lookup, s, g);
			list[at++] = (ranked){mean > 0 ? mean : 0, g};
		}
		qsort(list, at, sizeof *list, by_mean);
		for (size_t i = 0; i < at; i++)
			lookup->threat[s * lookup->threats + i] = list[i].group;
	}
	plim_mem_free(list);
	return good;
}

plim_status plim_lookup_build(plim_lookup *lookup, const plim_results *results, plim_error *error)
{
	const char *bad = bad_table(results);
	if (bad)
		return plim_error_set(error, PLIM_ERROR_IO,
		                      "the results are damaged: table '%s' names a scenario or group that is not there", bad);
	size_t keys;
	if (__builtin_mul_overflow(results->scenarios, results->groups + 1, &keys))
		return plim_error_memory(error, "the index of the results");
	plim_lookup built = {.results = results, .total = find_total(results)};
	if (!build_index(&built.percentile, results, results->percentiles, percentile_key) ||
	    !build_index(&built.tvar, results, results->tvars, tvar_key) ||
	    !build_index(&built.moments, results, results->moments_count, moments_key) || !order_clauses(&built) ||
	    !order_threats(&built)) {
		plim_lookup_clear(&built);
		return plim_error_memory(error, "the index of the results");
	}
	*lookup = built;
	return PLIM_OK;
}

plim_lookup plim_lookup_from(const plim_lookup *lookup, plim_perspective perspective)
{
	plim_lookup other = *lookup;
	other.perspective = perspective;
	return other;
}

plim_perspective plim_lookup_borne(const plim_lookup *lookup)
{
	return lookup->results->perspectives > 1 ? PLIM_PERSPECTIVE_NET : PLIM_PERSPECTIVE_GROSS;
}

const char *plim_lookup_seen(const plim_lookup *lookup)
{
	static const char *const seen[] = {", gross", ", ceded to insurers", ", net of insurance"};
	return lookup->results->perspectives > 1 ? seen[lookup->perspective] : "";
}

static const plim_percentile_row *find(const plim_lookup_index *index, const plim_percentile_row *rows, size_t at,
                                       plim_measure measure, double p, plim_perspective perspective)
{
	for (size_t i = index->start[at]; i < index->start[at + 1]; i++) {
		const plim_percentile_row *row = &rows[index->row[i]];
		if (row->p == p && row->measure == measure && row->perspective == perspective)
			return row;
	}
	return NULL;
}

const plim_percentile_row *plim_lookup_percentile(const plim_lookup *lookup, uint32_t scenario, uint32_t group,
                                                  plim_measure measure, double p)
{
	const plim_results *r = lookup->results;
	return find(&lookup->percentile, r->percentile, key(r, scenario, group), measure, p, lookup->perspective);
}

const plim_percentile_row *plim_lookup_tvar(const plim_lookup *lookup, uint32_t scenario, uint32_t group,
                                            plim_measure measure, double p)
{
	const plim_results *r = lookup->results;
	return find(&lookup->tvar, r->tvar, key(r, scenario, group), measure, p, lookup->perspective);
}

const plim_moments_row *plim_lookup_moments(const plim_lookup *lookup, uint32_t scenario, uint32_t group,
                                            plim_measure measure)
{
	const plim_results *r = lookup->results;
	size_t at = key(r, scenario, group);
	for (size_t i = lookup->moments.start[at]; i < lookup->moments.start[at + 1]; i++) {
		const plim_moments_row *row = &r->moments[lookup->moments.row[i]];
		if (row->measure == measure && row->perspective == lookup->perspective)
			return row;
	}
	return NULL;
}

double plim_lookup_mean(const plim_lookup *lookup, uint32_t scenario, uint32_t group)
{
	const plim_moments_row *row = plim_lookup_moments(lookup, scenario, group, PLIM_MEASURE_AEP);
	return row ? row->mean : NAN;
}

bool plim_lookup_ranked(const plim_lookup *lookup, uint32_t scenario, plim_group_kind kind, uint32_t **groups,
                        size_t *count, size_t *zero)
{
	const plim_results *r = lookup->results;
	ranked *list = plim_mem_alloc(r->groups + 1, sizeof *list);
	uint32_t *out = plim_mem_alloc(r->groups + 1, sizeof *out);
	if (!list || !out) {
		plim_mem_free(list);
		plim_mem_free(out);
		return false;
	}
	size_t found = 0, without = 0;
	for (uint32_t g = 0; g < r->groups; g++) {
		if (r->group[g].kind != kind)
			continue;
		double mean = plim_lookup_mean(lookup, scenario, g);
		if (mean > 0)
			list[found++] = (ranked){mean, g};
		else
			without++;
	}
	qsort(list, found, sizeof *list, by_mean);
	for (size_t i = 0; i < found; i++)
		out[i] = list[i].group;
	plim_mem_free(list);
	*groups = out;
	*count = found;
	*zero = without;
	return true;
}
