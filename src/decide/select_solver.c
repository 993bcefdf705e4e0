/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/select_solver.h"

#include <glpk.h>
#include <math.h>

#include "base/error.h"
#include "base/memory.h"

/* Columns: z, then the controls, then the variants part by part. Terms of a row are gathered from index 1. */
typedef struct program {
	const plim_select *select;
	glp_prob *lp;
	int *column;
	double *factor;
	int terms;
	int *first; /* by part: its first variant's column */
	double scale;
} program;

static int variants(const plim_select *s, size_t part)
{
	return 1 << __builtin_popcountll(s->part[part]);
}

static void put(program *g, int column, double factor)
{
	g->terms++;
	g->column[g->terms] = column;
	g->factor[g->terms] = factor;
}

static void end_row(program *g, int type, double lower, double upper)
{
	int row = glp_add_rows(g->lp, 1);
	glp_set_mat_row(g->lp, row, g->terms, g->column, g->factor);
	glp_set_row_bnds(g->lp, row, type, lower, upper);
	g->terms = 0;
}

static int control_column(size_t i)
{
	return 2 + (int)i;
}

static void add_columns(program *g)
{
	const plim_select *s = g->select;
	glp_add_cols(g->lp, 1 + (int)s->candidates);
	glp_set_col_bnds(g->lp, 1, GLP_FR, 0, 0);
	glp_set_obj_coef(g->lp, 1, 1);
	for (size_t i = 0; i < s->candidates; i++) {
		glp_set_col_kind(g->lp, control_column(i), GLP_BV);
		if (s->candidate[i].excludes >> i & 1)
			glp_set_col_bnds(g->lp, control_column(i), GLP_FX, 0, 0);
	}
	for (size_t p = 0; p < s->parts; p++) {
		g->first[p] = glp_add_cols(g->lp, variants(s, p));
		for (int v = 0; v < variants(s, p); v++)
			glp_set_col_bnds(g->lp, g->first[p] + v, GLP_LO, 0, 0);
	}
}

static void add_budget(program *g, double budget, double (*cost)(const plim_candidate *candidate))
{
	if (isinf(budget))
		return;
	double scale = budget > 0 ? budget : 1;
	for (size_t i = 0; i < g->select->candidates; i++)
		put(g, control_column(i), cost(&g->select->candidate[i]) / scale);
	end_row(g, GLP_UP, 0, budget / scale);
}

static double outlay(const plim_candidate *c)
{
	return c->capital + c->running;
}

static double capital(const plim_candidate *c)
{
	return c->capital;
}

static double running(const plim_candidate *c)
{
	return c->running;
}

static void add_relations(program *g)
{
	const plim_select *s = g->select;
	for (size_t i = 0; i < s->candidates; i++) {
		for (size_t j = 0; j < s->candidates; j++) {
			if (s->candidate[i].requires >> j & 1) {
				put(g, control_column(i), 1);
				put(g, control_column(j), -1);
				end_row(g, GLP_UP, 0, 0);
			}
			if (j > i && s->candidate[i].excludes >> j & 1) {
				put(g, control_column(i), 1);
				put(g, control_column(j), 1);
				end_row(g, GLP_UP, 0, 1);
			}
		}
	}
}

static void add_variants(program *g)
{
	const plim_select *s = g->select;
	for (size_t p = 0; p < s->parts; p++) {
		for (int v = 0; v < variants(s, p); v++)
			put(g, g->first[p] + v, 1);
		end_row(g, GLP_FX, 1, 1);
		int bit = 0;
		for (size_t i = 0; i < s->candidates; i++) {
			if (!(s->part[p] >> i & 1))
				continue;
			for (int v = 0; v < variants(s, p); v++)
				if (v >> bit & 1)
					put(g, g->first[p] + v, 1);
			put(g, control_column(i), -1);
			end_row(g, GLP_FX, 0, 0);
			bit++;
		}
	}
}

static void add_functions(program *g)
{
	const plim_select *s = g->select;
	for (size_t f = 0; f < s->functions; f++) {
		put(g, 1, 1);
		for (size_t p = 0; p < s->parts; p++)
			for (int v = 0; v < variants(s, p); v++)
				put(g, g->first[p] + v, -s->table[f * s->parts + p][v] / g->scale);
		end_row(g, GLP_LO, 0, 0);
	}
}

static void look_up(glp_tree *tree, void *data)
{
	const plim_select *s = data;
	if (s->stop && *s->stop)
		glp_ios_terminate(tree);
}

static plim_status solve(program *g, plim_set *set, plim_error *error)
{
	const plim_select *s = g->select;
	glp_iocp options;
	glp_init_iocp(&options);
	options.presolve = GLP_ON;
	options.msg_lev = GLP_MSG_OFF;
	options.cb_func = look_up;
	options.cb_info = (void *)(uintptr_t)s;
	int failure = glp_intopt(g->lp, &options);
	if (failure == GLP_ESTOP)
		return plim_error_set(error, PLIM_ERROR_INTERRUPTED, "interrupted");
	if (failure || glp_mip_status(g->lp) != GLP_OPT)
		return plim_error_set(error, PLIM_ERROR_INTERNAL, "the solver of the choice of controls failed (GLPK, %d)",
		                      failure);
	*set = 0;
	for (size_t i = 0; i < s->candidates; i++)
		if (glp_mip_col_val(g->lp, control_column(i)) > 0.5)
			*set |= (plim_set)1 << i;
	return PLIM_OK;
}

/* Values are scaled by the largest sum, so that the solver's tolerances, which are absolute, are relative. */
static double scale_of(const plim_select *s)
{
	double scale = fabs(plim_select_value(s, 0));
	return scale > 0 ? scale : 1;
}

plim_status plim_select_solve(const plim_select *select, plim_set *set, plim_error *error)
{
	program g = {.select = select, .scale = scale_of(select)};
	size_t most = select->candidates + 2;
	for (size_t p = 0; p < select->parts; p++)
		most += (size_t)variants(select, p) + 1;
	g.column = plim_mem_alloc(most, sizeof *g.column);
	g.factor = plim_mem_alloc(most, sizeof *g.factor);
	g.first = plim_mem_alloc(select->parts, sizeof *g.first);
	plim_status status = g.column && g.factor && g.first ? PLIM_OK : plim_error_memory(error, "the choice of controls");
	if (status == PLIM_OK) {
		glp_term_out(GLP_OFF);
		g.lp = glp_create_prob();
		glp_set_obj_dir(g.lp, GLP_MIN);
		add_columns(&g);
		add_budget(&g, select->budget.outlay, outlay);
		add_budget(&g, select->budget.capital, capital);
		add_budget(&g, select->budget.running, running);
		add_relations(&g);
		add_variants(&g);
		add_functions(&g);
		status = solve(&g, set, error);
		glp_delete_prob(g.lp);
	}
	if (status == PLIM_OK && !plim_select_allows(select->candidate, select->candidates, &select->budget, *set))
		status = plim_error_set(error, PLIM_ERROR_INTERNAL,
		                        "the solver of the choice of controls went over the budget by its tolerance: give a "
		                        "budget that is a little lower");
	plim_mem_free(g.column);
	plim_mem_free(g.factor);
	plim_mem_free(g.first);
	return status;
}
