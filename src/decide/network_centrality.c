/* SPDX-License-Identifier: Apache-2.0 */
#include "decide/network_centrality.h"

#include <igraph.h>

#include "base/error.h"
#include "base/memory.h"

#define PROBES 64 /* sources from which the mean work of one is judged */

/* Links met on the way down from one node. seen[v] == mark: v was met before. */
static double links_below(const plim_graph *graph, uint32_t source, uint32_t mark, uint32_t *seen, uint32_t *queue)
{
	uint32_t first = 0, last = 0;
	double links = 0;
	queue[last++] = source;
	seen[source] = mark;
	while (first < last) {
		uint32_t v = queue[first++];
		for (uint32_t k = graph->out_start[v]; k < graph->out_start[v + 1]; k++, links++) {
			uint32_t w = graph->link_to[graph->out_link[k]];
			if (seen[w] != mark) {
				seen[w] = mark;
				queue[last++] = w;
			}
		}
	}
	return links;
}

static uint32_t evenly(uint32_t k, uint32_t count, uint32_t nodes)
{
	return (uint32_t)((uint64_t)k * nodes / count);
}

/* How many sources may be followed within `visits`; 0 when memory is short. */
static uint32_t affordable(const plim_graph *graph, double visits)
{
	uint32_t probes = graph->nodes < PROBES ? graph->nodes : PROBES;
	uint32_t *seen = plim_mem_alloc(graph->nodes, sizeof *seen), *queue = plim_mem_alloc(graph->nodes, sizeof *queue);
	double links = 0;
	for (uint32_t k = 0; seen && queue && k < probes; k++)
		links += 1 + links_below(graph, evenly(k, probes, graph->nodes), k + 1, seen, queue);
	bool good = seen && queue;
	plim_mem_free(seen);
	plim_mem_free(queue);
	double sources = good ? visits / (links / probes) : 0;
	if (sources >= graph->nodes)
		return graph->nodes;
	return good && sources < 1 ? 1 : (uint32_t)sources;
}

static igraph_error_t make_graph(const plim_graph *graph, igraph_t *made)
{
	igraph_vector_int_t edges;
	igraph_error_t code = igraph_vector_int_init(&edges, 2 * (igraph_integer_t)graph->links);
	if (code)
		return code;
	for (uint32_t k = 0; k < graph->links; k++) {
		VECTOR(edges)[2 * (size_t)k] = graph->link_from[k];
		VECTOR(edges)[2 * (size_t)k + 1] = graph->link_to[k];
	}
	code = igraph_create(made, &edges, graph->nodes, true);
	igraph_vector_int_destroy(&edges);
	if (!code && (code = igraph_simplify(made, true, true, NULL)) != IGRAPH_SUCCESS)
		igraph_destroy(made);
	return code;
}

static igraph_error_t from_sample(const igraph_t *graph, uint32_t sources, uint32_t nodes, igraph_vector_t *result)
{
	igraph_vector_int_t sample;
	igraph_error_t code = igraph_vector_int_init(&sample, sources);
	if (code)
		return code;
	for (uint32_t k = 0; k < sources; k++)
		VECTOR(sample)[k] = evenly(k, sources, nodes);
	code = igraph_betweenness_subset(graph, result, igraph_vss_all(), true, igraph_vss_vector(&sample),
	                                 igraph_vss_all(), NULL);
	igraph_vector_int_destroy(&sample);
	return code;
}

static igraph_error_t measure(const plim_graph *graph, uint32_t sources, double *betweenness)
{
	igraph_t made;
	igraph_vector_t result;
	igraph_error_t code = make_graph(graph, &made);
	if (code)
		return code;
	code = igraph_vector_init(&result, 0);
	if (!code) {
		double nodes = graph->nodes, scale = (nodes / sources) / ((nodes - 1) * (nodes - 2));
		code = sources == graph->nodes ? igraph_betweenness(&made, &result, igraph_vss_all(), true, NULL)
		                               : from_sample(&made, sources, graph->nodes, &result);
		for (uint32_t v = 0; !code && v < graph->nodes; v++)
			betweenness[v] = VECTOR(result)[v] * scale;
		igraph_vector_destroy(&result);
	}
	igraph_destroy(&made);
	return code;
}

plim_status plim_centrality_betweenness(const plim_graph *graph, double visits, double *betweenness, uint32_t *sources,
                                        plim_error *error)
{
	*sources = graph->nodes;
	for (uint32_t v = 0; v < graph->nodes; v++)
		betweenness[v] = 0;
	if (graph->nodes < 3)
		return PLIM_OK;
	*sources = affordable(graph, visits);
	if (*sources == 0)
		return plim_error_memory(error, "the betweenness of nodes");
	igraph_error_handler_t *errors = igraph_set_error_handler(igraph_error_handler_ignore);
	igraph_warning_handler_t *warnings = igraph_set_warning_handler(igraph_warning_handler_ignore);
	igraph_error_t code = measure(graph, *sources, betweenness);
	igraph_set_warning_handler(warnings);
	igraph_set_error_handler(errors);
	if (code == IGRAPH_ENOMEM)
		return plim_error_memory(error, "the betweenness of nodes");
	return code ? plim_error_set(error, PLIM_ERROR_INTERNAL, "betweenness: igraph says '%s'", igraph_strerror(code))
	            : PLIM_OK;
}
