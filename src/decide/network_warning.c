/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/network_warning.h"

#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"

enum { KINDS = PLIM_GRAPH_ITEM_UNMATCHED + 1 };

static const char *rest_of(plim_graph_finding_kind kind)
{
	switch (kind) {
	case PLIM_GRAPH_DOUBLE_MARGIN: return "have a margin and feed nodes that have one too";
	case PLIM_GRAPH_NO_CUSTOMER: return "have no margin and feed nothing";
	case PLIM_GRAPH_NO_MARGIN_BELOW: return "reach no place with a margin";
	default: return "leave an `inputs: each` node that does not receive their item";
	}
}

static bool add(char ***warning, size_t *warnings, size_t *capacity, const char *text)
{
	if (plim_mem_grow((void **)warning, capacity, *warnings + 1, sizeof **warning))
		return false;
	(*warning)[*warnings] = plim_mem_string(text);
	return (*warning)[(*warnings)++] != NULL;
}

/* What the sentences are made of: names and ends of links. */
static bool name_places(const plim_model *model, const char **names, uint32_t *from, uint32_t *to)
{
	if (!names || !from || !to)
		return false;
	for (size_t n = 0; n < model->nodes; n++)
		names[n] = model->node[n].id;
	for (size_t k = 0; k < model->links; k++) {
		from[k] = model->link[k].from;
		to[k] = model->link[k].to;
	}
	return true;
}

static bool tell(const plim_graph_input *input, const plim_graph_findings *findings, char ***warning, size_t *warnings)
{
	char text[1024];
	size_t count[KINDS] = {0}, capacity = 0;
	for (size_t i = 0; i < findings->count; i++) {
		const plim_graph_finding *finding = &findings->item[i];
		if (++count[finding->kind] > PLIM_NETWORK_WARNINGS)
			continue;
		plim_graph_finding_text(input, findings, finding, text, sizeof text);
		if (!add(warning, warnings, &capacity, text))
			return false;
	}
	for (unsigned kind = 0; kind < KINDS; kind++) {
		if (count[kind] <= PLIM_NETWORK_WARNINGS)
			continue;
		snprintf(text, sizeof text, "%zu more %s %s", count[kind] - PLIM_NETWORK_WARNINGS,
		         kind == PLIM_GRAPH_ITEM_UNMATCHED ? "links" : "nodes", rest_of((plim_graph_finding_kind)kind));
		if (!add(warning, warnings, &capacity, text))
			return false;
	}
	return true;
}

plim_status plim_network_warnings(const plim_model *model, const plim_graph_findings *findings, char ***warning,
                                  size_t *warnings, plim_error *error)
{
	*warning = NULL;
	*warnings = 0;
	const char **names = plim_mem_alloc(model->nodes, sizeof *names);
	uint32_t *from = plim_mem_alloc(model->links, sizeof *from), *to = plim_mem_alloc(model->links, sizeof *to);
	bool good = name_places(model, names, from, to);
	plim_graph_input input = {.nodes = model->nodes, .links = model->links, .names = names, .from = from, .to = to};
	good = good && tell(&input, findings, warning, warnings);
	plim_mem_free((void *)names);
	plim_mem_free(from);
	plim_mem_free(to);
	if (good)
		return PLIM_OK;
	plim_network_warnings_free(warning, warnings);
	return plim_error_memory(error, "the warnings of the network");
}

void plim_network_warnings_free(char ***warning, size_t *warnings)
{
	for (size_t i = 0; *warning && i < *warnings; i++)
		plim_mem_free((*warning)[i]);
	plim_mem_free(*warning);
	*warning = NULL;
	*warnings = 0;
}
