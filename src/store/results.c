/* SPDX-License-Identifier: Apache-2.0 */
#include "plimsoll/results.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "engine/summary.h"

const char *plim_group_kind_name(plim_group_kind kind)
{
	static const char *const name[] = {
#define X(value, text) text,
	    PLIM_GROUP_KIND_LIST(X)
#undef X
	};
	return (unsigned)kind < PLIM_GROUP_KIND_COUNT ? name[kind] : "unknown";
}

const char *plim_perspective_name(plim_perspective perspective)
{
	static const char *const name[] = {"gross", "ceded", "net"};
	return (unsigned)perspective < sizeof name / sizeof *name ? name[perspective] : "unknown";
}

/* The names of ten years that begin alike, of a hundred, of all: static like other names, so that rows can borrow them.
 */
#define TEN(first)                                                                                                     \
	first "0", first "1", first "2", first "3", first "4", first "5", first "6", first "7", first "8", first "9"
#define HUNDRED(first)                                                                                                 \
	TEN(first "0"), TEN(first "1"), TEN(first "2"), TEN(first "3"), TEN(first "4"), TEN(first "5"), TEN(first "6"),    \
	    TEN(first "7"), TEN(first "8"), TEN(first "9")
#define Y "AEP_Y"

const char *plim_measure_name(plim_measure measure)
{
	static const char *const name[] = {"AEP", "OEP", "AEP_PV"};
	static const char *const year[] = {
	    TEN(Y),         TEN(Y "1"),     TEN(Y "2"),     TEN(Y "3"),     TEN(Y "4"),     TEN(Y "5"),     TEN(Y "6"),
	    TEN(Y "7"),     TEN(Y "8"),     TEN(Y "9"),     HUNDRED(Y "1"), HUNDRED(Y "2"), HUNDRED(Y "3"), HUNDRED(Y "4"),
	    HUNDRED(Y "5"), HUNDRED(Y "6"), HUNDRED(Y "7"), HUNDRED(Y "8"), HUNDRED(Y "9"), Y "1000",
	};
	if ((unsigned)measure < PLIM_MEASURE_YEAR)
		return name[measure];
	return (unsigned)measure <= PLIM_MEASURE_LAST ? year[measure - PLIM_MEASURE_YEAR + 1] : "unknown";
}

bool plim_measure_parse(const char *text, plim_measure *measure)
{
	for (int m = PLIM_MEASURE_AEP; m <= (int)PLIM_MEASURE_LAST; m++) {
		if (strcmp(text, plim_measure_name((plim_measure)m)) != 0)
			continue;
		*measure = (plim_measure)m;
		return true;
	}
	return false;
}

const char *plim_check_quantity_name(plim_check_quantity quantity)
{
	static const char *const name[] = {
#define X(value, text) text,
	    PLIM_CHECK_QUANTITY_LIST(X)
#undef X
	};
	return (unsigned)quantity < PLIM_CHECK_QUANTITY_COUNT ? name[quantity] : "unknown";
}

const char *plim_ignorance_name(plim_ignorance_what what)
{
	static const char *const name[] = {
#define X(value, text) text,
	    PLIM_IGNORANCE_LIST(X)
#undef X
	};
	return (unsigned)what < PLIM_IGNORANCE_COUNT ? name[what] : "unknown";
}

size_t plim_results_checks(const plim_results *results, size_t *loud)
{
	size_t tests = 0;
	*loud = 0;
	for (size_t i = 0; i < results->checks; i++) {
		tests += isnan(results->check[i].p_value) ? 0 : 1;
		*loud += results->check[i].loud;
	}
	return tests;
}

static void free_head(plim_results *r)
{
	char *const text[] = {r->model_name, r->model_description, r->currency,    r->scope,
	                      r->approver,   r->approved,          r->next_review, r->commitments,
	                      r->until};
	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		plim_mem_free(text[i]);
	for (size_t i = 0; r->notes && i < r->note_count; i++)
		plim_mem_free(r->notes[i]);
	plim_mem_free(r->notes);
}

static void free_lists(plim_results *r)
{
	for (size_t i = 0; r->ylt && i < r->scenarios * (r->perspectives ? r->perspectives : 1); i++)
		plim_mem_free(r->ylt[i]);
	for (size_t i = 0; r->scenario && i < r->scenarios; i++) {
		plim_mem_free(r->scenario[i].id);
		plim_mem_free(r->scenario[i].title);
		plim_mem_free(r->scenario[i].controls);
	}
	for (size_t i = 0; r->group && i < r->groups; i++) {
		plim_mem_free(r->group[i].name);
		plim_mem_free(r->group[i].title);
	}
	for (size_t i = 0; r->model_text && i < r->model_texts; i++) {
		plim_mem_free(r->model_text[i].name);
		plim_mem_free(r->model_text[i].bytes);
	}
	plim_mem_free(r->ylt);
	plim_mem_free(r->scenario);
	plim_mem_free(r->group);
	plim_mem_free(r->model_text);
}

static void free_assumptions(plim_results *r)
{
	for (size_t i = 0; r->assumption && i < r->assumptions; i++) {
		const plim_result_assumption *a = &r->assumption[i];
		char *const text[] = {a->id, a->text, a->source, a->confidence, a->owner, a->date, a->limitation};
		for (size_t t = 0; t < sizeof text / sizeof *text; t++)
			plim_mem_free(text[t]);
	}
	plim_mem_free(r->assumption);
	for (size_t i = 0; r->check && i < r->checks; i++)
		plim_mem_free(r->check[i].remark);
	for (size_t i = 0; r->ignorance && i < r->ignorances; i++) {
		plim_mem_free(r->ignorance[i].parameter);
		plim_mem_free(r->ignorance[i].place);
	}
}

static void free_provenance(plim_provenance *p)
{
	char *const text[] = {p->version, p->stream,  p->host,     p->compiler, p->cpu,
	                      p->kernel,  p->started, p->finished, p->command,  p->user};
	for (size_t i = 0; i < sizeof text / sizeof *text; i++)
		plim_mem_free(text[i]);
}

void plim_results_free(plim_results **results)
{
	plim_results *r = *results;
	if (!r)
		return;
	free_head(r);
	free_lists(r);
	free_assumptions(r);
	free_provenance(&r->provenance);
	void *const table[] = {r->percentile, r->tvar,  r->curve, r->moments, r->tail,     r->tolerance,
	                       r->worst,      r->block, r->check, r->fan,     r->ignorance};
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		plim_mem_free(table[i]);
	plim_summary_free(&r->summary);
	plim_mem_free(r);
	*results = NULL;
}

const double *plim_results_ylt(const plim_results *results, uint32_t scenario, plim_perspective perspective)
{
	return results->ylt && (perspective == PLIM_PERSPECTIVE_GROSS || (uint32_t)perspective < results->perspectives)
			   ? results->ylt[(size_t)perspective * results->scenarios + scenario]
			   : NULL;
}

int32_t plim_results_scenario(const plim_results *results, const char *id)
{
	for (size_t i = 0; i < results->scenarios; i++)
		if (strcmp(results->scenario[i].id, id) == 0)
			return (int32_t)i;
	return -1;
}

int32_t plim_results_group(const plim_results *results, plim_group_kind kind, const char *name)
{
	for (size_t i = 0; i < results->groups; i++)
		if (results->group[i].kind == kind && strcmp(results->group[i].name, name) == 0)
			return (int32_t)i;
	return -1;
}

/* What a row of a percentile or TVaR table is looked up by; insurance tables have rows of other perspectives too. */
static bool same_variable(const plim_percentile_row *a, const plim_percentile_row *b)
{
	return a->group == b->group && a->scenario == b->scenario && a->measure == b->measure &&
	       a->perspective == b->perspective;
}

static const plim_percentile_row *find_from(const plim_percentile_row *row, size_t count,
                                            const plim_percentile_row *wanted)
{
	for (size_t i = 0; i < count; i++)
		if (same_variable(&row[i], wanted) && row[i].p == wanted->p)
			return &row[i];
	return NULL;
}

/* The rows of one variable stand together, as many for each as for the first: look at the heads of such runs, and only
 * if that finds nothing (a file made by others) at every row. */
static const plim_percentile_row *find_row(const plim_percentile_row *row, size_t count,
                                           const plim_percentile_row *wanted)
{
	size_t run = 0;
	while (run < count && same_variable(&row[run], &row[0]))
		run++;
	for (size_t i = 0; i + run <= count && run > 0; i += run) {
		if (!same_variable(&row[i], wanted))
			continue;
		const plim_percentile_row *found = find_from(row + i, run, wanted);
		if (found)
			return found;
	}
	return find_from(row, count, wanted);
}

const plim_percentile_row *plim_results_percentile(const plim_results *results, uint32_t scenario, uint32_t group,
                                                   plim_measure measure, double p)
{
	const plim_percentile_row wanted = {scenario, group, PLIM_PERSPECTIVE_GROSS, measure, p, 0, 0, 0, false};
	return find_row(results->percentile, results->percentiles, &wanted);
}

const plim_percentile_row *plim_results_tvar(const plim_results *results, uint32_t scenario, uint32_t group,
                                             plim_measure measure, double p)
{
	const plim_percentile_row wanted = {scenario, group, PLIM_PERSPECTIVE_GROSS, measure, p, 0, 0, 0, false};
	return find_row(results->tvar, results->tvars, &wanted);
}

const plim_moments_row *plim_results_moments(const plim_results *results, uint32_t scenario, uint32_t group,
                                             plim_measure measure)
{
	for (size_t i = 0; i < results->moments_count; i++) {
		const plim_moments_row *row = &results->moments[i];
		if (row->group == group && row->scenario == scenario && row->measure == measure &&
		    row->perspective == PLIM_PERSPECTIVE_GROSS)
			return row;
	}
	return NULL;
}
