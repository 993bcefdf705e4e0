/* SPDX-License-Identifier: Apache-2.0 */
#include "network/graph_check.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "network/topology.h"

void plim_graph_findings_clear(plim_graph_findings *findings)
{
	if (!findings)
		return;
	plim_mem_free(findings->item);
	plim_mem_free(findings->cycle);
	memset(findings, 0, sizeof *findings);
}

bool plim_graph_finding_is_error(plim_graph_finding_kind kind)
{
	return kind <= PLIM_GRAPH_CYCLE;
}

plim_status plim_graph_finding_add(plim_graph_findings *findings, plim_graph_finding finding)
{
	void *items = findings->item;
	if (plim_mem_grow(&items, &findings->capacity, findings->count + 1, sizeof *findings->item))
		return PLIM_ERROR_MEMORY;
	findings->item = items;
	findings->item[findings->count++] = finding;
	if (plim_graph_finding_is_error(finding.kind))
		findings->errors++;
	return PLIM_OK;
}

static plim_status add(plim_graph_findings *findings, plim_graph_finding_kind kind, size_t node, size_t link,
                       size_t other, double value, const char *what)
{
	plim_graph_finding finding = {kind, (uint32_t)node, (uint32_t)link, (uint32_t)other, value, what};
	return plim_graph_finding_add(findings, finding);
}

#define NONE PLIM_GRAPH_NONE
#define LARGEST 1e300 /* a number beyond this is taken for a mistake, so that sums stay finite */

/* Comparisons are false for NaN, so that it is refused too. */
static plim_status check_column(const double *column, const char *name, size_t count, double largest, bool of_nodes,
                                plim_graph_findings *findings)
{
	if (!column)
		return PLIM_OK;
	for (size_t k = 0; k < count; k++) {
		if (column[k] >= 0 && column[k] <= largest)
			continue;
		plim_status status =
		    add(findings, PLIM_GRAPH_BAD_VALUE, of_nodes ? k : NONE, of_nodes ? NONE : k, NONE, column[k], name);
		if (status)
			return status;
	}
	return PLIM_OK;
}

static plim_status check_indices(const plim_graph_input *input, plim_graph_findings *findings)
{
	plim_status status = PLIM_OK;
	for (size_t l = 0; l < input->links && !status; l++)
		if (input->from[l] >= input->nodes || input->to[l] >= input->nodes || input->item[l] == NONE)
			status = add(findings, PLIM_GRAPH_BAD_INDEX, NONE, l, NONE, 0, "from, to, item");
	for (size_t w = 0; w < input->weights && !status; w++) {
		if (input->weight_node[w] >= input->nodes)
			status = add(findings, PLIM_GRAPH_BAD_INDEX, input->weight_node[w], NONE, NONE, 0, "item_weights");
		else if (!(input->weight[w] >= 0 && input->weight[w] <= LARGEST))
			status = add(findings, PLIM_GRAPH_BAD_VALUE, input->weight_node[w], NONE, NONE, input->weight[w],
			             "item_weights");
	}
	return status;
}

plim_status plim_graph_check_input(const plim_graph_input *input, plim_graph_findings *findings)
{
	const struct {
		const double *column;
		const char *name;
		double largest;
	} columns[] = {
	    {input->share, "share", LARGEST},
	    {input->lead_days, "lead_days", LARGEST},
	    {input->buffer_days, "buffer_days", LARGEST},
	    {input->restock_days, "restock_days", LARGEST},
	    {input->substitution, "substitution", 1},
	    {input->switch_days, "switch_days", LARGEST},
	    {input->substitution_cost_per_day, "substitution_cost_per_day", LARGEST},
	};
	plim_status status = check_column(input->margin_per_day, "margin_per_day", input->nodes, LARGEST, true, findings);
	for (size_t k = 0; k < sizeof columns / sizeof *columns && !status; k++)
		status = check_column(columns[k].column, columns[k].name, input->links, columns[k].largest, false, findings);
	return status ? status : check_indices(input, findings);
}

/* A group's own columns must be the same at each of its links. */
static plim_status check_equal(const plim_graph_input *input, uint32_t first, uint32_t link,
                               plim_graph_findings *findings)
{
	const struct {
		const double *column;
		const char *name;
	} columns[] = {
	    {input->buffer_days, "buffer_days"},
	    {input->restock_days, "restock_days"},
	    {input->substitution, "substitution"},
	    {input->switch_days, "switch_days"},
	    {input->substitution_cost_per_day, "substitution_cost_per_day"},
	};
	for (size_t k = 0; k < sizeof columns / sizeof *columns; k++) {
		const double *column = columns[k].column;
		if (!column || column[first] == column[link])
			continue;
		plim_status status =
		    add(findings, PLIM_GRAPH_UNEQUAL_GROUP, input->to[link], link, first, column[link], columns[k].name);
		if (status)
			return status;
	}
	return PLIM_OK;
}

plim_status plim_graph_check_groups(const plim_graph_input *input, const plim_graph *graph, const uint32_t *members,
                                    const uint32_t *member_start, plim_graph_findings *findings)
{
	plim_status status = PLIM_OK;
	for (uint32_t g = 0; g < graph->groups && !status; g++) {
		uint32_t first = members[member_start[g]];
		double sum = 0;
		for (uint32_t k = member_start[g]; k < member_start[g + 1] && !status; k++) {
			sum += input->share[members[k]];
			status = check_equal(input, first, members[k], findings);
		}
		double off = sum > 1 ? sum - 1 : 1 - sum;
		if (!status && !(off <= PLIM_GRAPH_SHARE_TOLERANCE))
			status = add(findings, PLIM_GRAPH_SHARE_SUM, graph->group_node[g], first, NONE, sum, "share");
	}
	return status;
}

static plim_status warn_margins(const plim_graph *graph, const uint32_t *nearest, plim_graph_findings *findings)
{
	plim_status status = PLIM_OK;
	for (uint32_t v = 0; v < graph->nodes && !status; v++)
		if (graph->margin[v] > 0 && nearest[v] != NONE)
			status = add(findings, PLIM_GRAPH_DOUBLE_MARGIN, v, NONE, nearest[v], graph->margin[v], "margin_per_day");
	for (uint32_t v = 0; v < graph->nodes && !status; v++)
		if (graph->margin[v] == 0 && graph->out_start[v] == graph->out_start[v + 1])
			status = add(findings, PLIM_GRAPH_NO_CUSTOMER, v, NONE, NONE, 0, "");
	for (uint32_t v = 0; v < graph->nodes && !status; v++)
		if (graph->margin[v] == 0 && nearest[v] == NONE && graph->out_start[v] < graph->out_start[v + 1])
			status = add(findings, PLIM_GRAPH_NO_MARGIN_BELOW, v, NONE, NONE, 0, "");
	return status;
}

plim_status plim_graph_check_sense(const plim_graph *graph, plim_graph_findings *findings)
{
	uint32_t *nearest = plim_mem_alloc(graph->nodes, sizeof *nearest);
	if (!nearest)
		return PLIM_ERROR_MEMORY;
	plim_topology_margins(graph, nearest);
	plim_status status = warn_margins(graph, nearest, findings);
	for (uint32_t l = 0; l < graph->links && !status; l++) {
		uint32_t v = graph->link_from[l];
		bool receives = graph->group_start[v] < graph->group_start[v + 1];
		if (graph->each[v] && receives && graph->link_carries[l] == NONE)
			status = add(findings, PLIM_GRAPH_ITEM_UNMATCHED, v, l, graph->link_to[l], 0, "item");
	}
	plim_mem_free(nearest);
	return status;
}
