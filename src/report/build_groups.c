/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/memory.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* A table for people ends here; the rest is a line that says where to find it. */
#define MOST_ROWS 50
#define MOST_PLACES 10
#define MOST_RICH 200 /* where a filter finds the row */
#define MOST_TAIL_ROWS 20
#define MOST_WORST 10

static const plim_table_column clause_columns[] = {
    {"clause", "Clause", false},
    {"mean", "Mean", true},
    {"p50", "P50", true},
    {"p75", "P75", true},
    {"p90", "P90", true},
    {"p95", "P95", true},
    {"p99", "P99", true},
    {"p99.5", "P99.5", true},
    {"tvar99", "TVaR 99", true},
    {"p_zero", "P(no loss)", true},
    {"share_of_mean", "Share", true},
};

static const plim_table_column group_columns[] = {
    {"group", "Group", false},
    {"mean", "Mean", true},
    {"p90", "P90", true},
    {"p95", "P95", true},
    {"p99", "P99", true},
    {"tvar99", "TVaR 99", true},
    {"events_per_trial", "Events", true},
    {"p_zero", "P(no loss)", true},
    {"share_of_mean", "Share", true},
};

/* "4.4.6 Operational control"; just the name where there is no title. */
static void add_name(plim_table *table, const plim_group *group, unsigned indent)
{
	plim_text name = {0};
	plim_text_add(&name, group->name);
	if (group->title && *group->title) {
		plim_text_add(&name, "  ");
		plim_text_add(&name, group->title);
	}
	plim_table_text_copy(table, name.failed ? NULL : name.data);
	table->failed |= name.failed;
	plim_text_free(&name);
	if (!table->failed)
		table->cell[table->cells - 1].indent = indent;
}

static void add_percentiles(const plim_lookup *lookup, uint32_t scenario, uint32_t group, const double *p, size_t count,
                            plim_table *table)
{
	for (size_t i = 0; i < count; i++)
		plim_build_add_value(table, plim_lookup_percentile(lookup, scenario, group, PLIM_MEASURE_AEP, p[i]));
	plim_build_add_value(table, plim_lookup_tvar(lookup, scenario, group, PLIM_MEASURE_AEP, 0.99));
}

static double total_mean(const plim_lookup *lookup, uint32_t scenario)
{
	return lookup->total < 0 ? NAN : plim_lookup_mean(lookup, scenario, (uint32_t)lookup->total);
}

void plim_build_clauses(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	static const double p[] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.995};
	const plim_results *r = lookup->results;
	plim_page_heading(page, 3, "Clauses of ISO 28000:%d%s (%s, AEP)", r->edition, plim_lookup_seen(lookup), r->currency);
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, clause_columns, COUNT(clause_columns), "");
	plim_page_style(page, PLIM_TABLE_TREE);
	for (size_t i = 0; i < lookup->clauses; i++) {
		uint32_t group = lookup->clause[i];
		const plim_moments_row *row = plim_lookup_moments(lookup, scenario, group, PLIM_MEASURE_AEP);
		add_name(table, &r->group[group], lookup->depth[i]);
		plim_table_money(table, row ? row->mean : NAN);
		add_percentiles(lookup, scenario, group, p, COUNT(p), table);
		plim_table_number(table, row ? row->p_zero : NAN, PLIM_FIGURE_PROBABILITY);
		plim_data_add_share(table, row ? row->mean : NAN, total_mean(lookup, scenario));
	}
	plim_page_paragraph(
	    page, "A parent clause is the sum of its children trial by trial: its percentile is that of the "
	          "sum, not the sum of its children's percentiles. Leaf clauses add up to the total. "
	          "Where the mean is 0, no threat of the model bears on the clause, or none struck. "
	          "Percentiles of groups are read from histograms; their intervals (tables percentiles and tvar as csv) "
	          "hold the width of the buckets.");
}

static void add_group_row(const plim_lookup *lookup, uint32_t scenario, uint32_t group, plim_table *table)
{
	static const double p[] = {0.9, 0.95, 0.99};
	const plim_moments_row *row = plim_lookup_moments(lookup, scenario, group, PLIM_MEASURE_AEP);
	add_name(table, &lookup->results->group[group], 0);
	plim_table_money(table, row ? row->mean : NAN);
	add_percentiles(lookup, scenario, group, p, COUNT(p), table);
	plim_table_number(table, row ? row->events_per_trial : NAN, PLIM_FIGURE_PLAIN);
	plim_table_number(table, row ? row->p_zero : NAN, PLIM_FIGURE_PROBABILITY);
	plim_data_add_share(table, row ? row->mean : NAN, total_mean(lookup, scenario));
}

/* A single "(none)" or "(organisation)" is the total once more. */
static bool is_all(const plim_lookup *lookup, const uint32_t *groups, size_t count)
{
	return count == 1 && lookup->results->group[groups[0]].name[0] == '(';
}

static void build_kind(const plim_lookup *lookup, uint32_t scenario, plim_group_kind kind, const char *title,
                       size_t most, plim_page *page)
{
	uint32_t *groups = NULL;
	size_t count = 0, zero = 0;
	if (!plim_lookup_ranked(lookup, scenario, kind, &groups, &count, &zero)) {
		page->failed = true;
		return;
	}
	if (page->rich)
		most = MOST_RICH;
	if (count + zero && !is_all(lookup, groups, count + zero)) {
		plim_page_heading(page, 3, "%s%s (%s, AEP, by mean)", title, plim_lookup_seen(lookup),
		                  lookup->results->currency);
		plim_table spare = {0};
		plim_table *table = plim_page_table(page, &spare, group_columns, COUNT(group_columns), "");
		for (size_t i = 0; i < count && i < most; i++)
			add_group_row(lookup, scenario, groups[i], table);
		if (kind != PLIM_GROUP_THREAT)
			plim_page_style(page, PLIM_TABLE_LONG);
		else if (page->rich)
			plim_build_bars(lookup, scenario, "The largest mean losses", page);
		if (count > most || zero)
			plim_page_paragraph(page, "Not shown: %zu with a smaller mean, %zu without loss.",
			                    count > most ? count - most : 0, zero);
	}
	plim_mem_free(groups);
}

void plim_build_groups(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	build_kind(lookup, scenario, PLIM_GROUP_THREAT, "Threats", MOST_ROWS, page);
	build_kind(lookup, scenario, PLIM_GROUP_CATEGORY, "Categories", MOST_ROWS, page);
	build_kind(lookup, scenario, PLIM_GROUP_COMPONENT, "Loss components", MOST_ROWS, page);
	build_kind(lookup, scenario, PLIM_GROUP_REGION, "Regions", MOST_ROWS, page);
	build_kind(lookup, scenario, PLIM_GROUP_NODE, "Nodes", MOST_PLACES, page);
	build_kind(lookup, scenario, PLIM_GROUP_LINK, "Links", MOST_PLACES, page);
	build_kind(lookup, scenario, PLIM_GROUP_BEARER, "Bearers", MOST_ROWS, page);
}

static const plim_table_column tail_columns[] = {
    {"group", "Group", false},
    {"value", "Part of TVaR 99", true},
    {"share", "Share", true},
};

static int by_part(const void *a, const void *b)
{
	const plim_tail_row *x = *(const plim_tail_row *const *)a, *y = *(const plim_tail_row *const *)b;
	if (x->value != y->value)
		return x->value > y->value ? -1 : 1;
	return x->group < y->group ? -1 : x->group > y->group;
}

static void build_tail_kind(const plim_lookup *lookup, uint32_t scenario, plim_group_kind kind, const char *title,
                            plim_page *page)
{
	const plim_results *r = lookup->results;
	const plim_tail_row **rows = plim_mem_alloc(r->tails + 1, sizeof *rows);
	size_t count = 0;
	if (!rows) {
		page->failed = true;
		return;
	}
	for (size_t i = 0; i < r->tails; i++) {
		const plim_tail_row *row = &r->tail[i];
		const plim_group *group = &r->group[row->group];
		if (row->scenario == scenario && row->p == 0.99 && group->kind == kind && group->leaf && row->value > 0 &&
		    row->perspective == lookup->perspective)
			rows[count++] = row;
	}
	if (count) {
		qsort(rows, count, sizeof *rows, by_part);
		plim_page_heading(page, 3, "%s in the worst 1 %% of trials%s (%s)", title, plim_lookup_seen(lookup), r->currency);
		plim_table spare = {0};
		plim_table *table = plim_page_table(page, &spare, tail_columns, COUNT(tail_columns), "");
		for (size_t i = 0; i < count && i < MOST_TAIL_ROWS; i++) {
			add_name(table, &r->group[rows[i]->group], 0);
			plim_table_money(table, rows[i]->value);
			plim_table_number(table, rows[i]->share, PLIM_FIGURE_SHARE);
		}
	}
	plim_mem_free(rows);
}

void plim_build_tail(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	build_tail_kind(lookup, scenario, PLIM_GROUP_THREAT, "Threats", page);
	build_tail_kind(lookup, scenario, PLIM_GROUP_CLAUSE, "Leaf clauses", page);
}

static const plim_table_column worst_columns[] = {
    {"rank", "Rank", true},      {"trial", "Trial", true},
    {"total", "Total", true},    {"threat", "Largest threat", false},
    {"value", "of which", true},
};

typedef struct worst_trial {
	const plim_worst_row *total, *threat;
} worst_trial;

static void collect_worst(const plim_lookup *lookup, uint32_t scenario, worst_trial worst[static MOST_WORST])
{
	const plim_results *r = lookup->results;
	for (size_t i = 0; i < r->worsts; i++) {
		const plim_worst_row *row = &r->worst[i];
		if (row->scenario != scenario || row->rank < 1 || row->rank > MOST_WORST)
			continue;
		worst_trial *at = &worst[row->rank - 1];
		plim_group_kind kind = r->group[row->group].kind;
		if (kind == PLIM_GROUP_TOTAL)
			at->total = row;
		else if (kind == PLIM_GROUP_THREAT && (!at->threat || row->value > at->threat->value))
			at->threat = row;
	}
}

void plim_build_worst(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	const plim_results *r = lookup->results;
	worst_trial worst[MOST_WORST] = {{0}};
	collect_worst(lookup, scenario, worst);
	if (!worst[0].total)
		return;
	plim_page_heading(page, 3, "The worst trials%s (%s)", plim_lookup_seen(lookup), r->currency);
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, worst_columns, COUNT(worst_columns), "");
	for (size_t i = 0; i < MOST_WORST && worst[i].total; i++) {
		plim_table_integer(table, worst[i].total->rank);
		plim_table_integer(table, worst[i].total->trial);
		plim_table_money(table, worst[i].total->value);
		plim_table_text(table, worst[i].threat ? r->group[worst[i].threat->group].name : "");
		if (worst[i].threat)
			plim_table_money(table, worst[i].threat->value);
		else
			plim_table_none(table);
	}
}
