/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "network/graph.h"

plim_overlay plim_graph_bare(const plim_graph *graph)
{
	return (plim_overlay){graph->zeros, graph->zeros, graph->groups};
}

bool plim_graph_pays(const plim_graph *graph)
{
	for (uint32_t g = 0; g < graph->groups; g++)
		if (graph->substitution_cost[g] > 0)
			return true;
	return false;
}

plim_status plim_overlay_init(plim_overlay *overlay, const plim_graph *graph, plim_error *error)
{
	plim_overlay made = {.groups = graph->groups};
	made.buffer_days = plim_mem_alloc(graph->groups, sizeof *made.buffer_days);
	made.substitution = plim_mem_alloc(graph->groups, sizeof *made.substitution);
	if (!made.buffer_days || !made.substitution) {
		plim_overlay_clear(&made);
		return plim_error_memory(error, "a scenario's buffers");
	}
	if (graph->groups) {
		memcpy(made.buffer_days, graph->buffer_days, graph->groups * sizeof *made.buffer_days);
		memcpy(made.substitution, graph->substitution, graph->groups * sizeof *made.substitution);
	}
	*overlay = made;
	return PLIM_OK;
}

void plim_overlay_add(plim_overlay *overlay, uint32_t group, double buffer_days, double substitution)
{
	double sum = overlay->substitution[group] + substitution;
	overlay->buffer_days[group] += buffer_days;
	overlay->substitution[group] = sum < 1 ? sum : 1;
}

void plim_overlay_add_node(plim_overlay *overlay, const plim_graph *graph, uint32_t node, double buffer_days,
                           double substitution)
{
	for (uint32_t g = graph->group_start[node]; g < graph->group_start[node + 1]; g++)
		plim_overlay_add(overlay, g, buffer_days, substitution);
}

void plim_overlay_clear(plim_overlay *overlay)
{
	plim_mem_free(overlay->buffer_days);
	plim_mem_free(overlay->substitution);
	memset(overlay, 0, sizeof *overlay);
}
