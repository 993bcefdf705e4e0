/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/network_input.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

/* The arrays of a plim_graph_input, owned. */
typedef struct columns {
	const char **name;
	double *margin;
	bool *each;
	uint32_t *from, *to, *item;
	double *share, *lead, *buffer, *restock, *substitution, *switch_days, *cost;
	uint32_t *weight_node, *weight_item;
	double *weight;
	const char **item_name; /* sorted, each once */
	size_t items, weights;
} columns;

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static uint32_t item_number(const columns *c, const char *name)
{
	const char **found = bsearch(&name, c->item_name, c->items, sizeof *c->item_name, compare_texts);
	return found ? (uint32_t)(found - c->item_name) : PLIM_GRAPH_NONE - 1;
}

static void number_items(columns *c, const plim_model *model)
{
	size_t kept = 0;
	for (size_t i = 0; i < model->links; i++)
		c->item_name[i] = model->link[i].item;
	if (model->links)
		qsort(c->item_name, model->links, sizeof *c->item_name, compare_texts);
	for (size_t i = 0; i < model->links; i++)
		if (kept == 0 || strcmp(c->item_name[kept - 1], c->item_name[i]) != 0)
			c->item_name[kept++] = c->item_name[i];
	c->items = kept;
}

static bool allocate(columns *c, const plim_model *model)
{
	size_t n = model->nodes, m = model->links;
	for (size_t i = 0; i < n; i++)
		c->weights += model->node[i].item_count;
	c->name = plim_mem_alloc(n, sizeof *c->name);
	c->margin = plim_mem_alloc(n, sizeof *c->margin);
	c->each = plim_mem_alloc(n, sizeof *c->each);
	uint32_t **numbers[] = {&c->from, &c->to, &c->item};
	double **values[] = {&c->share, &c->lead, &c->buffer, &c->restock, &c->substitution, &c->switch_days, &c->cost};
	bool ok = c->name && c->margin && c->each;
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		ok &= (*numbers[i] = plim_mem_alloc(m, sizeof **numbers[i])) != NULL;
	for (size_t i = 0; i < sizeof values / sizeof *values; i++)
		ok &= (*values[i] = plim_mem_alloc(m, sizeof **values[i])) != NULL;
	c->item_name = plim_mem_alloc(m, sizeof *c->item_name);
	c->weight_node = plim_mem_alloc(c->weights, sizeof *c->weight_node);
	c->weight_item = plim_mem_alloc(c->weights, sizeof *c->weight_item);
	c->weight = plim_mem_alloc(c->weights, sizeof *c->weight);
	return ok && c->item_name && c->weight_node && c->weight_item && c->weight;
}

static void release(columns *c)
{
	void *arrays[] = {(void *)c->name, c->margin, c->each, c->from, c->to, c->item, c->share, c->lead, c->buffer,
					  c->restock, c->substitution, c->switch_days, c->cost, c->weight_node, c->weight_item, c->weight,
					  (void *)c->item_name};
	for (size_t i = 0; i < sizeof arrays / sizeof *arrays; i++)
		plim_mem_free(arrays[i]);
}

static void fill_nodes(columns *c, const plim_model *model)
{
	size_t w = 0;
	for (uint32_t n = 0; n < model->nodes; n++) {
		const plim_node *node = &model->node[n];
		c->name[n] = node->id;
		c->margin[n] = node->in_scope ? node->margin_per_day : 0;
		c->each[n] = node->inputs_each;
		for (size_t i = 0; i < node->item_count; i++, w++) {
			c->weight_node[w] = n;
			c->weight_item[w] = item_number(c, node->item_names[i]);
			c->weight[w] = node->item_weights[i];
		}
	}
}

static void fill_links(columns *c, const plim_model *model)
{
	for (size_t i = 0; i < model->links; i++) {
		const plim_link *link = &model->link[i];
		c->from[i] = link->from;
		c->to[i] = link->to;
		c->item[i] = item_number(c, link->item);
		c->share[i] = link->share;
		c->lead[i] = link->lead_days;
		c->buffer[i] = link->buffer_days;
		c->restock[i] = link->restock_days;
		c->substitution[i] = link->substitution;
		c->switch_days[i] = link->switch_days;
		c->cost[i] = link->substitution_cost_per_day;
	}
}

plim_status plim_network_graph(const plim_model *model, plim_graph **graph, plim_graph_findings *findings,
							   plim_error *error)
{
	columns c = {0};
	plim_graph_findings own = {0};
	plim_status status = PLIM_OK;
	if (!allocate(&c, model)) {
		status = plim_error_memory(error, "the network");
		goto out;
	}
	number_items(&c, model);
	fill_nodes(&c, model);
	fill_links(&c, model);
	plim_graph_input input = {.nodes = model->nodes, .links = model->links, .names = c.name, .margin_per_day = c.margin,
							  .inputs_each = c.each, .from = c.from, .to = c.to, .item = c.item, .share = c.share,
							  .lead_days = c.lead, .buffer_days = c.buffer, .restock_days = c.restock,
							  .substitution = c.substitution, .switch_days = c.switch_days,
							  .substitution_cost_per_day = c.cost, .weights = c.weights, .weight_node = c.weight_node,
							  .weight_item = c.weight_item, .weight = c.weight};
	status = plim_graph_build(&input, graph, findings ? findings : &own, error);
out:
	plim_graph_findings_clear(&own);
	release(&c);
	return status;
}

void plim_network_apply(const plim_graph *graph, const plim_control *control, plim_overlay *overlay)
{
	double buffer = control->adds_buffer_days * control->coverage.value * control->reliability.value;
	double substitution = control->adds_substitution * control->coverage.value * control->reliability.value;
	if (buffer == 0 && substitution == 0)
		return;
	const plim_selector *where = &control->where;
	for (size_t i = 0; !where->everywhere && where->kind == PLIM_PLACE_NODE && i < where->places; i++)
		plim_overlay_add_node(overlay, graph, where->place[i], buffer, substitution);
	if (where->everywhere) {
		for (uint32_t g = 0; g < graph->groups; g++)
			plim_overlay_add(overlay, g, buffer, substitution);
	} else if (where->kind == PLIM_PLACE_LINK) {
		/* Several links of one group share one buffer, which is added to once: by the first of them that is named. */
		for (size_t i = 0; i < where->places; i++) {
			uint32_t group = graph->link_group[where->place[i]];
			bool first = true;
			for (size_t j = 0; j < i && first; j++)
				first = graph->link_group[where->place[j]] != group;
			if (first)
				plim_overlay_add(overlay, group, buffer, substitution);
		}
	}
}
