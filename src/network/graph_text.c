/* SPDX-License-Identifier: Apache-2.0 */
/* Findings about a graph as sentences. */
#include <stdio.h>

#include "base/text.h"
#include "network/graph.h"

#define CYCLE_SHOWN 12 /* nodes of a cycle that are printed before it is cut */

static void add_node(plim_text *text, const plim_graph_input *input, uint32_t node)
{
	if (input->names && node < input->nodes)
		plim_text_add(text, input->names[node]);
	else
		plim_text_add_format(text, "node %u", node);
}

static void add_link(plim_text *text, const plim_graph_input *input, uint32_t link)
{
	if (link >= input->links) {
		plim_text_add_format(text, "link %u", link);
		return;
	}
	add_node(text, input, input->from[link]);
	plim_text_add(text, " > ");
	add_node(text, input, input->to[link]);
}

static void add_place(plim_text *text, const plim_graph_input *input, const plim_graph_finding *finding)
{
	if (finding->link != PLIM_GRAPH_NONE)
		add_link(text, input, finding->link);
	else
		add_node(text, input, finding->node);
}

static void add_cycle(plim_text *text, const plim_graph_input *input, const plim_graph_findings *findings)
{
	plim_text_add(text, "the links form a cycle: ");
	for (size_t k = 0; k < findings->cycle_length; k++) {
		if (k == CYCLE_SHOWN) {
			plim_text_add_format(text, "... (%zu nodes) > ", findings->cycle_length);
			break;
		}
		add_node(text, input, findings->cycle[k]);
		plim_text_add(text, " > ");
	}
	add_node(text, input, findings->cycle_length ? findings->cycle[0] : 0);
}

static void add_error(plim_text *text, const plim_graph_input *input, const plim_graph_findings *findings,
                      const plim_graph_finding *finding)
{
	char number[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_digits(number, sizeof number, finding->value, 9);
	switch (finding->kind) {
	case PLIM_GRAPH_BAD_VALUE:
		add_place(text, input, finding);
		plim_text_add_format(text, ": %s is %s, out of range", finding->what, number);
		break;
	case PLIM_GRAPH_BAD_INDEX:
		add_place(text, input, finding);
		plim_text_add_format(text, ": %s names what is not there", finding->what);
		break;
	case PLIM_GRAPH_SHARE_SUM:
		plim_text_add(text, "the shares of the item of ");
		add_link(text, input, finding->link);
		plim_text_add_format(text, " sum to %s instead of 1", number);
		break;
	case PLIM_GRAPH_UNEQUAL_GROUP:
		add_link(text, input, finding->link);
		plim_text_add(text, " and ");
		add_link(text, input, finding->other);
		plim_text_add_format(text, " bring the same item but differ in %s", finding->what);
		break;
	case PLIM_GRAPH_WEIGHT_SUM:
		add_node(text, input, finding->node);
		plim_text_add(text, ": item_weights of the items that it receives sum to 0");
		break;
	default: add_cycle(text, input, findings); break;
	}
}

static void add_warning(plim_text *text, const plim_graph_input *input, const plim_graph_finding *finding)
{
	switch (finding->kind) {
	case PLIM_GRAPH_DOUBLE_MARGIN:
		add_node(text, input, finding->node);
		plim_text_add(text, " has a margin and feeds ");
		add_node(text, input, finding->other);
		plim_text_add(text, ", which has one too: is the same flow counted twice?");
		break;
	case PLIM_GRAPH_NO_CUSTOMER:
		add_node(text, input, finding->node);
		plim_text_add(text, " has no margin and feeds nothing: its outages lose nothing");
		break;
	case PLIM_GRAPH_NO_MARGIN_BELOW:
		add_node(text, input, finding->node);
		plim_text_add(text, " reaches no place with a margin: its outages lose nothing");
		break;
	default:
		add_link(text, input, finding->link);
		plim_text_add(text, ": its from-node has `inputs: each` and does not receive this item, "
		                    "so that only the node's own outages stop it");
		break;
	}
}

void plim_graph_finding_text(const plim_graph_input *input, const plim_graph_findings *findings,
                             const plim_graph_finding *finding, char *out, size_t size)
{
	plim_text text = {0};
	if (plim_graph_finding_is_error(finding->kind))
		add_error(&text, input, findings, finding);
	else
		add_warning(&text, input, finding);
	snprintf(out, size, "%s", text.data && !text.failed ? text.data : "");
	plim_text_free(&text);
}
