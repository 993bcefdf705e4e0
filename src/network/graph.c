/* SPDX-License-Identifier: Apache-2.0 */
#include "network/graph.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "network/graph_check.h"
#include "network/topology.h"

#define NONE PLIM_GRAPH_NONE
#define RESTOCK_DAYS 30

/* A link with its group's identity, to sort links into groups. */
typedef struct member {
	uint32_t to, item, link;
} member;

static int compare_members(const void *left, const void *right)
{
	const member *a = left, *b = right;
	if (a->to != b->to)
		return a->to < b->to ? -1 : 1;
	if (a->item != b->item)
		return a->item < b->item ? -1 : 1;
	return a->link < b->link ? -1 : a->link > b->link;
}

static bool alloc_nodes(plim_graph *graph)
{
	size_t n = graph->nodes;
	graph->margin = plim_mem_alloc(n, sizeof *graph->margin);
	graph->each = plim_mem_alloc(n, sizeof *graph->each);
	graph->position = plim_mem_alloc(n, sizeof *graph->position);
	graph->order = plim_mem_alloc(n, sizeof *graph->order);
	graph->group_start = plim_mem_alloc(n + 1, sizeof *graph->group_start);
	graph->out_start = plim_mem_alloc(n + 1, sizeof *graph->out_start);
	graph->in_start = plim_mem_alloc(n + 1, sizeof *graph->in_start);
	return graph->margin && graph->each && graph->position && graph->order && graph->group_start && graph->out_start &&
	       graph->in_start;
}

static bool alloc_links(plim_graph *graph)
{
	size_t m = graph->links;
	graph->link_from = plim_mem_alloc(m, sizeof *graph->link_from);
	graph->link_to = plim_mem_alloc(m, sizeof *graph->link_to);
	graph->link_group = plim_mem_alloc(m, sizeof *graph->link_group);
	graph->link_carries = plim_mem_alloc(m, sizeof *graph->link_carries);
	graph->out_link = plim_mem_alloc(m, sizeof *graph->out_link);
	graph->in_link = plim_mem_alloc(m, sizeof *graph->in_link);
	graph->link_share = plim_mem_alloc(m, sizeof *graph->link_share);
	graph->link_lead = plim_mem_alloc(m, sizeof *graph->link_lead);
	return graph->link_from && graph->link_to && graph->link_group && graph->link_carries && graph->out_link &&
	       graph->in_link && graph->link_share && graph->link_lead;
}

static bool alloc_groups(plim_graph *graph)
{
	size_t n = graph->groups;
	graph->group_node = plim_mem_alloc(n, sizeof *graph->group_node);
	graph->group_item = plim_mem_alloc(n, sizeof *graph->group_item);
	graph->buffer_days = plim_mem_alloc(n, sizeof *graph->buffer_days);
	graph->restock_days = plim_mem_alloc(n, sizeof *graph->restock_days);
	graph->substitution = plim_mem_alloc(n, sizeof *graph->substitution);
	graph->switch_days = plim_mem_alloc(n, sizeof *graph->switch_days);
	graph->substitution_cost = plim_mem_alloc(n, sizeof *graph->substitution_cost);
	graph->weight = plim_mem_alloc(n, sizeof *graph->weight);
	graph->zeros = plim_mem_alloc(n, sizeof *graph->zeros);
	return graph->group_node && graph->group_item && graph->buffer_days && graph->restock_days && graph->substitution &&
	       graph->switch_days && graph->substitution_cost && graph->weight && graph->zeros;
}

void plim_graph_free(plim_graph **graph)
{
	if (!graph || !*graph)
		return;
	plim_graph *g = *graph;
	void *arrays[] = {g->margin,       g->each,         g->position,     g->group_start, g->out_start,
	                  g->in_start,     g->in_link,      g->order,        g->group_node,  g->group_item,
	                  g->buffer_days,  g->restock_days, g->substitution, g->switch_days, g->substitution_cost,
	                  g->weight,       g->zeros,        g->link_from,    g->link_to,     g->link_group,
	                  g->link_carries, g->out_link,     g->link_share,   g->link_lead};
	for (size_t k = 0; k < sizeof arrays / sizeof *arrays; k++)
		plim_mem_free(arrays[k]);
	plim_mem_free(g);
	*graph = NULL;
}

/* The links by one of their ends: those at v are list[start[v]] .. list[start[v + 1] - 1], in their own order. */
static void list_links(const plim_graph *graph, const uint32_t *node_of, uint32_t *start, uint32_t *list)
{
	for (uint32_t l = 0; l < graph->links; l++)
		start[node_of[l] + 1]++;
	for (uint32_t v = 0; v < graph->nodes; v++)
		start[v + 1] += start[v];
	/* Filling moves each start to its end, so that backwards the starts come out right. */
	for (uint32_t l = graph->links; l-- > 0;) {
		uint32_t *end = &start[node_of[l] + 1];
		list[--*end] = l;
	}
	for (uint32_t v = 0; v < graph->nodes; v++)
		start[v] = start[v + 1];
	start[graph->nodes] = graph->links;
}

/* Nodes and links as given, and the links by either end. */
static void copy_input(plim_graph *graph, const plim_graph_input *input)
{
	for (uint32_t v = 0; v < graph->nodes; v++) {
		graph->margin[v] = input->margin_per_day[v];
		graph->each[v] = input->inputs_each && input->inputs_each[v];
	}
	for (uint32_t l = 0; l < graph->links; l++) {
		graph->link_from[l] = input->from[l];
		graph->link_to[l] = input->to[l];
		graph->link_lead[l] = plim_graph_column(input->lead_days, l, 0);
	}
	list_links(graph, graph->link_from, graph->out_start, graph->out_link);
	list_links(graph, graph->link_to, graph->in_start, graph->in_link);
}

/* Numbers the groups; `members` and `start` (links + 1) receive the links by group. */
static plim_status find_groups(plim_graph *graph, const plim_graph_input *input, uint32_t *members, uint32_t *start)
{
	member *list = plim_mem_alloc(graph->links, sizeof *list);
	if (!list)
		return PLIM_ERROR_MEMORY;
	for (uint32_t l = 0; l < graph->links; l++)
		list[l] = (member){input->to[l], input->item[l], l};
	qsort(list, graph->links, sizeof *list, compare_members);
	for (uint32_t k = 0; k < graph->links; k++) {
		if (k == 0 || list[k].to != list[k - 1].to || list[k].item != list[k - 1].item) {
			start[graph->groups++] = k;
			graph->group_start[list[k].to + 1]++;
		}
		members[k] = list[k].link;
		graph->link_group[list[k].link] = graph->groups - 1;
	}
	start[graph->groups] = graph->links;
	for (uint32_t v = 0; v < graph->nodes; v++)
		graph->group_start[v + 1] += graph->group_start[v];
	plim_mem_free(list);
	return alloc_groups(graph) ? PLIM_OK : PLIM_ERROR_MEMORY;
}

static void fill_groups(plim_graph *graph, const plim_graph_input *input, const uint32_t *members,
                        const uint32_t *start)
{
	for (uint32_t g = 0; g < graph->groups; g++) {
		uint32_t first = members[start[g]];
		graph->group_node[g] = input->to[first];
		graph->group_item[g] = input->item[first];
		graph->buffer_days[g] = plim_graph_column(input->buffer_days, first, 0);
		graph->restock_days[g] = plim_graph_column(input->restock_days, first, RESTOCK_DAYS);
		graph->substitution[g] = plim_graph_column(input->substitution, first, 0);
		graph->switch_days[g] = plim_graph_column(input->switch_days, first, 0);
		graph->substitution_cost[g] = plim_graph_column(input->substitution_cost_per_day, first, 0);
		double sum = 0;
		for (uint32_t k = start[g]; k < start[g + 1]; k++)
			sum += input->share[members[k]];
		for (uint32_t k = start[g]; k < start[g + 1]; k++)
			graph->link_share[members[k]] = sum > 0 ? input->share[members[k]] / sum : 0;
	}
}

/* The group of a node that receives `item`, by bisection. */
static uint32_t group_of_item(const plim_graph *graph, uint32_t node, uint32_t item)
{
	uint32_t low = graph->group_start[node], high = graph->group_start[node + 1];
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (graph->group_item[middle] < item)
			low = middle + 1;
		else
			high = middle;
	}
	return low < graph->group_start[node + 1] && graph->group_item[low] == item ? low : NONE;
}

static plim_status scale_weights(plim_graph *graph, uint32_t node, bool given, plim_graph_findings *findings)
{
	uint32_t first = graph->group_start[node], last = graph->group_start[node + 1];
	double sum = 0;
	for (uint32_t g = first; g < last; g++) {
		if (!given)
			graph->weight[g] = 1;
		sum += graph->weight[g];
	}
	if (first < last && !(sum > 0)) {
		plim_graph_finding finding = {PLIM_GRAPH_WEIGHT_SUM, node, NONE, NONE, sum, "item_weights"};
		return plim_graph_finding_add(findings, finding);
	}
	for (uint32_t g = first; g < last; g++)
		graph->weight[g] /= sum;
	return PLIM_OK;
}

/* Item weights of `each` nodes, and which state each outgoing link carries. */
static plim_status fill_items(plim_graph *graph, const plim_graph_input *input, plim_graph_findings *findings)
{
	bool *given = plim_mem_alloc(graph->nodes, sizeof *given);
	if (!given)
		return PLIM_ERROR_MEMORY;
	plim_status status = PLIM_OK;
	for (size_t w = 0; w < input->weights && !status; w++) {
		uint32_t node = input->weight_node[w];
		uint32_t group = group_of_item(graph, node, input->weight_item[w]);
		given[node] = true;
		if (group != NONE) {
			graph->weight[group] += input->weight[w];
		} else {
			plim_graph_finding finding = {PLIM_GRAPH_BAD_INDEX, node, NONE, NONE, 0, "item_weights"};
			status = plim_graph_finding_add(findings, finding);
		}
	}
	for (uint32_t v = 0; v < graph->nodes && !status; v++)
		status = scale_weights(graph, v, given[v], findings);
	for (uint32_t l = 0; l < graph->links; l++) {
		uint32_t v = graph->link_from[l];
		graph->link_carries[l] = graph->each[v] ? group_of_item(graph, v, input->item[l]) : NONE;
	}
	plim_mem_free(given);
	return status;
}

static plim_status build_groups(plim_graph *graph, const plim_graph_input *input, plim_graph_findings *findings)
{
	uint32_t *members = plim_mem_alloc(graph->links, sizeof *members);
	uint32_t *start = plim_mem_alloc((size_t)graph->links + 1, sizeof *start);
	plim_status status = members && start ? find_groups(graph, input, members, start) : PLIM_ERROR_MEMORY;
	if (!status) {
		fill_groups(graph, input, members, start);
		status = plim_graph_check_groups(input, graph, members, start, findings);
	}
	if (!status)
		status = fill_items(graph, input, findings);
	plim_mem_free(members);
	plim_mem_free(start);
	return status;
}

static plim_status build_order(plim_graph *graph, plim_graph_findings *findings)
{
	uint32_t *cycle = NULL;
	size_t length = 0;
	plim_status status = plim_topology_order(graph, &cycle, &length);
	if (status != PLIM_ERROR_MODEL)
		return status;
	plim_graph_finding finding = {PLIM_GRAPH_CYCLE, cycle[0], NONE, NONE, (double)length, ""};
	status = plim_graph_finding_add(findings, finding);
	plim_mem_free(findings->cycle);
	findings->cycle = cycle;
	findings->cycle_length = length;
	return status;
}

/* All steps; stops after one that leaves errors in *findings. */
static plim_status build(plim_graph *graph, const plim_graph_input *input, plim_graph_findings *findings)
{
	plim_status status = plim_graph_check_input(input, findings);
	if (status || findings->errors)
		return status;
	if (!alloc_nodes(graph) || !alloc_links(graph))
		return PLIM_ERROR_MEMORY;
	copy_input(graph, input);
	status = build_groups(graph, input, findings);
	if (!status)
		status = build_order(graph, findings);
	if (status || findings->errors)
		return status;
	return plim_graph_check_sense(graph, findings);
}

static plim_status first_error(const plim_graph_input *input, const plim_graph_findings *findings, plim_error *error)
{
	char text[1024] = "";
	for (size_t k = 0; k < findings->count; k++) {
		if (!plim_graph_finding_is_error(findings->item[k].kind))
			continue;
		plim_graph_finding_text(input, findings, &findings->item[k], text, sizeof text);
		break;
	}
	return plim_error_set(error, PLIM_ERROR_MODEL, "%s", text);
}

plim_status plim_graph_build(const plim_graph_input *input, plim_graph **graph, plim_graph_findings *findings,
                             plim_error *error)
{
	if (input->nodes >= NONE || input->links >= NONE)
		return plim_error_set(error, PLIM_ERROR_MODEL, "too many nodes or links");
	plim_graph_findings own = {0};
	plim_graph_findings *list = findings ? findings : &own;
	plim_graph *built = plim_mem_alloc(1, sizeof *built);
	plim_status status = PLIM_ERROR_MEMORY;
	if (built) {
		built->nodes = (uint32_t)input->nodes;
		built->links = (uint32_t)input->links;
		status = build(built, input, list);
	}
	if (status)
		status = plim_error_memory(error, "the network");
	else if (list->errors)
		status = first_error(input, list, error);
	if (status)
		plim_graph_free(&built);
	else
		*graph = built;
	plim_graph_findings_clear(&own);
	return status;
}

void plim_graph_digest(const plim_graph *graph, plim_digest *digest)
{
	const double *group_columns[] = {graph->buffer_days, graph->restock_days,      graph->substitution,
	                                 graph->switch_days, graph->substitution_cost, graph->weight};
	plim_digest_u64(digest, graph->nodes);
	plim_digest_u64(digest, graph->links);
	plim_digest_u64(digest, graph->groups);
	plim_digest_doubles(digest, graph->margin, graph->nodes);
	for (uint32_t v = 0; v < graph->nodes; v++)
		plim_digest_u64(digest, graph->each[v]);
	for (uint32_t l = 0; l < graph->links; l++) {
		plim_digest_u64(digest, graph->link_from[l]);
		plim_digest_u64(digest, graph->link_group[l]);
		plim_digest_u64(digest, graph->link_carries[l]);
	}
	for (uint32_t g = 0; g < graph->groups; g++)
		plim_digest_u64(digest, graph->group_node[g]);
	for (size_t k = 0; k < sizeof group_columns / sizeof *group_columns; k++)
		plim_digest_doubles(digest, group_columns[k], graph->groups);
	plim_digest_doubles(digest, graph->link_share, graph->links);
	plim_digest_doubles(digest, graph->link_lead, graph->links);
}

size_t plim_graph_bytes(const plim_graph *graph)
{
	size_t node = 8 + 1 + 5 * 4, group = 2 * 4 + 7 * 8, link = 6 * 4 + 2 * 8;
	return sizeof *graph + graph->nodes * node + graph->groups * group + graph->links * link;
}
