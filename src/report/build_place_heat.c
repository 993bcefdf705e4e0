/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes against threats: from the model, since results have no table of both. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "decide/place_heat.h"
#include "report/build.h"

#define MOST_NODES 20
#define MOST_THREATS 10

/* What is shown: indices in the model, and groups of the results. */
typedef struct choice {
	uint32_t node[MOST_NODES], group[MOST_NODES], threat[MOST_THREATS];
	size_t nodes, threats;
} choice;

static int node_order(const void *key, const void *node)
{
	return strcmp(key, ((const plim_node *)node)->id);
}

static int threat_order(const void *key, const void *threat)
{
	return strcmp(key, ((const plim_threat *)threat)->id);
}

/* The nodes with the largest simulated means. */
static bool choose_nodes(const plim_data_source *source, uint32_t scenario, choice *c)
{
	const plim_model *m = source->model;
	uint32_t *ranked = NULL;
	size_t count = 0, zero = 0;
	if (!plim_lookup_ranked(source->lookup, scenario, PLIM_GROUP_NODE, &ranked, &count, &zero))
		return false;
	for (size_t i = 0; i < count && c->nodes < MOST_NODES; i++) {
		const char *name = source->results->group[ranked[i]].name;
		const plim_node *node = bsearch(name, m->node, m->nodes, sizeof *m->node, node_order);
		if (!node)
			continue; /* (none), (organisation) */
		c->node[c->nodes] = (uint32_t)(node - m->node);
		c->group[c->nodes++] = ranked[i];
	}
	plim_mem_free(ranked);
	return true;
}

static void choose_threats(const plim_data_source *source, uint32_t scenario, choice *c)
{
	const plim_model *m = source->model;
	const plim_lookup *lookup = source->lookup;
	for (size_t i = 0; i < lookup->threats && c->threats < MOST_THREATS; i++) {
		uint32_t group = lookup->threat[scenario * lookup->threats + i];
		const plim_threat *threat =
		    bsearch(source->results->group[group].name, m->threat, m->threats, sizeof *m->threat, threat_order);
		if (threat && threat->where.kind == PLIM_PLACE_NODE && plim_lookup_mean(lookup, scenario, group) > 0)
			c->threat[c->threats++] = (uint32_t)(threat - m->threat);
	}
}

static bool strikes_some(const choice *c, const plim_place_heat *heat, size_t threat)
{
	for (size_t n = 0; n < c->nodes; n++)
		if (!isnan(heat->mean[n * c->threats + threat]))
			return true;
	return false;
}

/* Which of the chosen threats strike one of the chosen nodes: a column of blanks tells nothing. */
static size_t choose_columns(const choice *c, const plim_place_heat *heat, size_t column[static MOST_THREATS])
{
	size_t count = 0;
	for (size_t t = 0; t < c->threats; t++)
		if (strikes_some(c, heat, t))
			column[count++] = t;
	return count;
}

static void add_rows(const plim_data_source *source, uint32_t scenario, const choice *c, const plim_place_heat *heat,
                     const size_t *column, size_t count, plim_table *table)
{
	for (size_t n = 0; n < c->nodes; n++) {
		plim_table_text(table, source->results->group[c->group[n]].name);
		plim_table_money(table, plim_lookup_mean(source->lookup, scenario, c->group[n]));
		for (size_t k = 0; k < count; k++)
			plim_table_number_or_none(table, heat->mean[n * c->threats + column[k]], PLIM_FIGURE_MONEY);
	}
}

static void put_table(const plim_data_source *source, uint32_t scenario, const choice *c, const plim_place_heat *heat,
                      const size_t *column, size_t count, plim_page *page)
{
	plim_table_column columns[MOST_THREATS + 2] = {{"node", "Node", false}, {"simulated", "Simulated", true}};
	for (size_t k = 0; k < count; k++) {
		const char *id = source->model->threat[c->threat[column[k]]].id;
		columns[k + 2] = (plim_table_column){id, id, true};
	}
	plim_table spare = {0};
	plim_page_heading(page, 3, "Nodes against threats (%s, expected of a trial)", source->results->currency);
	plim_table *table = plim_page_table_of(page, &spare, columns, count + 2, "");
	plim_page_style(page, PLIM_TABLE_HEAT);
	add_rows(source, scenario, c, heat, column, count, table);
	page->failed |= table->failed;
	plim_page_paragraph(
	    page,
	    "The nodes with the largest simulated means (%zu), against the threats at nodes with the largest "
	    "means (%zu). Simulated is the mean of all that begins at the node, in this run. The cells come "
	    "from the model without simulation: exact means of direct losses, and interruption of each "
	    "outage alone, from mean frequencies and mean effects of controls, without the cost of "
	    "substitution; where outages meet, or a control starts late, their sum is not the simulated "
	    "mean. An empty cell: the threat is not at that node, or its mean there is not known.",
	    c->nodes, count);
}

void plim_build_place_heat(const plim_data_source *source, uint32_t scenario, plim_page *page)
{
	const plim_model *m = source->model;
	choice c = {.nodes = 0};
	plim_place_heat heat = {0};
	plim_error error;
	if (!m || !m->nodes)
		return;
	if (!choose_nodes(source, scenario, &c)) {
		page->failed = true;
		return;
	}
	choose_threats(source, scenario, &c);
	if (!c.nodes || !c.threats)
		return;
	plim_status status = plim_place_heat_build(m, source->results->scenario[scenario].id, c.node, c.nodes, c.threat,
	                                           c.threats, &heat, &error);
	page->failed |= status == PLIM_ERROR_MEMORY;
	if (status != PLIM_OK)
		return;
	size_t column[MOST_THREATS], count = choose_columns(&c, &heat, column);
	if (count)
		put_table(source, scenario, &c, &heat, column, count, page);
	plim_place_heat_clear(&heat);
}
