/* SPDX-License-Identifier: Apache-2.0 */
/* Checks of the network as a whole: cycles, and margins counted twice. */
#include <string.h>

#include "base/text.h"
#include "model/load.h"

#define NOBODY UINT32_MAX

/* Links by the node they leave: those of node n are link[first[n]] .. link[first[n + 1] - 1]. */
typedef struct outgoing {
	uint32_t *first, *link;
} outgoing;

static bool make_outgoing(plim_load *load, outgoing *out)
{
	const plim_model *model = load->model;
	out->first = plim_load_spare(load, model->nodes + 2, sizeof *out->first);
	out->link = plim_load_spare(load, model->links, sizeof *out->link);
	if (!out->first || !out->link)
		return false;
	for (size_t i = 0; i < model->links; i++)
		out->first[model->link[i].from + 2]++;
	for (size_t n = 2; n <= model->nodes + 1; n++)
		out->first[n] += out->first[n - 1];
	for (uint32_t i = 0; i < model->links; i++)
		out->link[out->first[model->link[i].from + 1]++] = i;
	return true;
}

/* Nodes from the sources on; fewer than all of them if there is a cycle. `missing` are inputs not yet seen. */
static size_t sort_nodes(plim_load *load, const outgoing *out, uint32_t *order, uint32_t *missing)
{
	const plim_model *model = load->model;
	size_t done = 0;
	for (size_t i = 0; i < model->links; i++)
		missing[model->link[i].to]++;
	for (uint32_t n = 0; n < model->nodes; n++)
		if (!missing[n])
			order[done++] = n;
	for (size_t at = 0; at < done; at++) {
		uint32_t node = order[at];
		for (uint32_t k = out->first[node]; k < out->first[node + 1]; k++) {
			uint32_t to = model->link[out->link[k]].to;
			if (--missing[to] == 0)
				order[done++] = to;
		}
	}
	return done;
}

/* A node that still misses inputs has one that misses inputs too: going back along those must come round. */
static void report_cycle(plim_load *load, const uint32_t *missing)
{
	const plim_model *model = load->model;
	uint32_t *back = plim_load_spare(load, model->nodes, sizeof *back); /* link, plus 1 */
	bool *seen = plim_load_spare(load, model->nodes, sizeof *seen);
	if (!back || !seen)
		return;
	uint32_t node = 0;
	for (uint32_t i = (uint32_t)model->links; i-- > 0;)
		if (missing[model->link[i].from] && missing[model->link[i].to])
			back[model->link[i].to] = i + 1;
	while (!missing[node])
		node++;
	for (; !seen[node]; node = model->link[back[node] - 1].from)
		seen[node] = true;
	plim_text path = {0};
	uint32_t start = node;
	/* backwards, so the text is put together from its end */
	uint32_t *round = plim_load_spare(load, model->nodes + 1, sizeof *round);
	size_t length = 0;
	if (!round)
		return;
	do {
		round[length++] = node;
		node = model->link[back[node] - 1].from;
	} while (node != start);
	plim_text_add(&path, model->node[start].id);
	for (size_t i = length; i-- > 0 && path.length < 700;) {
		plim_text_add(&path, " > ");
		plim_text_add(&path, model->node[round[i]].id);
	}
	const plim_link *link = &model->link[back[start] - 1];
	plim_load_error(load, load->link_row[link->position],
	                "the links go round in a cycle: %s; goods must flow one way, so remove one of these links",
	                path.data ? path.data : "");
	load->failed |= path.failed;
	plim_text_free(&path);
}

/* Output lost upstream is lost again downstream: two margins on one path count one outage twice. */
static void warn_of_margins(plim_load *load, const outgoing *out, const uint32_t *order)
{
	const plim_model *model = load->model;
	uint32_t *above = plim_load_spare(load, model->nodes, sizeof *above); /* a node with a margin upstream, plus 1 */
	size_t pairs = 0;
	uint32_t first = NOBODY;
	for (size_t at = 0; above && at < model->nodes; at++) {
		uint32_t node = order[at];
		bool earns = model->node[node].margin_per_day > 0;
		if (earns && above[node]) {
			pairs++;
			if (first == NOBODY || model->node[node].position < model->node[first].position)
				first = node;
		}
		uint32_t mark = earns ? node + 1 : above[node];
		for (uint32_t k = out->first[node]; mark && k < out->first[node + 1]; k++)
			above[model->link[out->link[k]].to] = mark;
	}
	if (pairs)
		plim_load_warn(
		    load, load->node_row[model->node[first].position],
		    "\"%s\" has a `margin_per_day`, and so has \"%s\" upstream of it (%zu such %s in all): an outage may be "
		    "counted twice",
		    model->node[first].id, model->node[above[first] - 1].id, pairs, pairs == 1 ? "node" : "nodes");
}

void plim_check_network(plim_load *load)
{
	const plim_model *model = load->model;
	outgoing out;
	uint32_t *order = plim_load_spare(load, model->nodes, sizeof *order);
	uint32_t *missing = plim_load_spare(load, model->nodes, sizeof *missing);
	if (!model->nodes || !order || !missing || !make_outgoing(load, &out))
		return;
	if (sort_nodes(load, &out, order, missing) < model->nodes)
		report_cycle(load, missing);
	else
		warn_of_margins(load, &out, order);
}
