/* SPDX-License-Identifier: Apache-2.0 */
/* GraphML as text: what igraph does not tell (where an element stands) or does not mind (what would be lost). */
#ifndef PLIM_MODEL_GRAPHML_H
#define PLIM_MODEL_GRAPHML_H

#include "model/load.h"

typedef struct plim_graphml_place {
	int line, col;
} plim_graphml_place;

/** A declared attribute. */
typedef struct plim_graphml_key {
	const char *id, *name;
	bool of_node, of_edge;
	bool numeric;
	bool skipped; /* not for nodes or edges, or of a type that GraphML does not know: its values are not read */
	plim_graphml_place place;
	size_t last; /* element that had it last: number + 1 */
} plim_graphml_key;

/** Where things stand, in the order of the file, which is igraph's numbering. */
typedef struct plim_graphml {
	plim_graphml_place *node, *edge; /* of the spare arena, as everything here */
	size_t nodes, edges, node_capacity, edge_capacity;
	plim_graphml_key *key;
	size_t keys, key_capacity;
} plim_graphml;

/**
 * Checks a file (which has passed plim_source_guard) for what igraph reads wrongly without a word: undirected graphs,
 * edges to nodes that are not there, numbers that are none, undeclared attributes, several or nested graphs,
 * document types. False: errors have been reported. True does not promise well-formed XML: igraph sees to that.
 */
bool plim_graphml_scan(plim_load *load, size_t source, plim_graphml *out);

/** The attribute of a node or an edge with the name, NULL if none was declared. */
const plim_graphml_key *plim_graphml_find(const plim_graphml *graph, bool of_node, const char *name);

#endif
