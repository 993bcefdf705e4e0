/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The network in compressed form: nodes, links, and the groups of links that bring one item to one node.
 *
 * Nodes and links keep the caller's indices. Groups are numbered by node, then by item. Nothing changes after building,
 * so that threads may share a graph.
 */
#ifndef PLIM_NETWORK_GRAPH_H
#define PLIM_NETWORK_GRAPH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "plimsoll/status.h"

#define PLIM_GRAPH_NONE UINT32_MAX

/** How far the shares of a group may be from summing to 1. */
#define PLIM_GRAPH_SHARE_TOLERANCE 1e-6

/** What to build a graph from; every array belongs to the caller and is not kept. Days and money a day. */
typedef struct plim_graph_input {
	size_t nodes, links;
	const char *const *names;     /* of nodes, for messages; NULL: indices are printed */
	const double *margin_per_day; /* one a node, >= 0 */
	const bool *inputs_each;      /* one a node: `inputs: each`; NULL: all nodes `all` */
	const uint32_t *from, *to;    /* one a link: node indices */
	const uint32_t *item;         /* one a link: any numbering of the items below PLIM_GRAPH_NONE */
	const double *share;          /* one a link, >= 0 */
	const double *lead_days;      /* one a link, >= 0; NULL: 0 */
	/* Of the group, given at each of its links and equal there; NULL: 0, for restock_days 30. */
	const double *buffer_days, *restock_days;
	const double *substitution; /* in [0, 1] */
	const double *switch_days;
	const double *substitution_cost_per_day; /* at full relative flow */
	/* Weights of items at `each` nodes, as triples; a node without any weighs its items equally. */
	size_t weights;
	const uint32_t *weight_node, *weight_item;
	const double *weight;
} plim_graph_input;

typedef enum plim_graph_finding_kind {
	/* errors */
	PLIM_GRAPH_BAD_VALUE,     /* `node` or `link` holds a number out of range: `what` says which */
	PLIM_GRAPH_BAD_INDEX,     /* `link` (or the weight of `node`) names a node or item that is not there */
	PLIM_GRAPH_SHARE_SUM,     /* the shares of the group of `link` at `node` sum to `value` */
	PLIM_GRAPH_UNEQUAL_GROUP, /* `link` and `other` are of one group but differ in `what` */
	PLIM_GRAPH_WEIGHT_SUM,    /* the item weights of `node` sum to 0 */
	PLIM_GRAPH_CYCLE,         /* through `node`; the whole of it is in findings->cycle */
	/* warnings */
	PLIM_GRAPH_DOUBLE_MARGIN,   /* `node` has a margin and lies upstream of `other`, which has one too */
	PLIM_GRAPH_NO_CUSTOMER,     /* `node` has no margin and no outgoing link */
	PLIM_GRAPH_NO_MARGIN_BELOW, /* no margin is reached from `node`: its outages lose nothing */
	PLIM_GRAPH_ITEM_UNMATCHED,  /* `link` leaves an `each` node that does not receive its item */
} plim_graph_finding_kind;

typedef struct plim_graph_finding {
	plim_graph_finding_kind kind;
	uint32_t node, link, other; /* PLIM_GRAPH_NONE where they do not apply */
	double value;
	const char *what; /* a static string: the name of a column, or "" */
} plim_graph_finding;

/** A list of findings in a fixed order. Start from {0}; release with plim_graph_findings_clear. */
typedef struct plim_graph_findings {
	plim_graph_finding *item;
	size_t count, capacity;
	size_t errors;
	uint32_t *cycle; /* nodes of a cycle in the direction of flow, the first not repeated */
	size_t cycle_length;
} plim_graph_findings;

void plim_graph_findings_clear(plim_graph_findings *findings);

/** True if a finding of this kind stops the building. */
bool plim_graph_finding_is_error(plim_graph_finding_kind kind);

typedef struct plim_graph {
	uint32_t nodes, links, groups;
	/* one a node */
	double *margin;
	bool *each;
	uint32_t *position;                           /* place in the topological order */
	uint32_t *group_start, *out_start, *in_start; /* nodes + 1 each */
	uint32_t *order;                              /* nodes in topological order */
	/* one a group */
	uint32_t *group_node, *group_item;
	double *buffer_days, *restock_days, *substitution, *switch_days, *substitution_cost;
	double *weight; /* of the item in an `each` node's margin; they sum to 1 over the node */
	double *zeros;
	/* one a link */
	uint32_t *link_from, *link_to, *link_group;
	uint32_t *link_carries; /* group of an `each` from-node whose state the link carries, or PLIM_GRAPH_NONE */
	uint32_t *out_link;     /* links by from-node: out_link[out_start[v]] .. */
	uint32_t *in_link;      /* links by to-node */
	double *link_share, *link_lead;
} plim_graph;

/**
 * Builds and checks a graph. Errors and warnings are added to *findings (may not be NULL).
 * On PLIM_OK the caller owns *graph (release with plim_graph_free). PLIM_ERROR_MODEL: *error describes the first error;
 * PLIM_ERROR_MEMORY.
 */
plim_status plim_graph_build(const plim_graph_input *input, plim_graph **graph, plim_graph_findings *findings,
                             plim_error *error);
void plim_graph_free(plim_graph **graph);

/** A sentence for a finding of `input`, written to `out` of `size` bytes. */
void plim_graph_finding_text(const plim_graph_input *input, const plim_graph_findings *findings,
                             const plim_graph_finding *finding, char *out, size_t size);

/** Adds all that bears on results to a digest. */
void plim_graph_digest(const plim_graph *graph, plim_digest *digest);

/** Bytes held. */
size_t plim_graph_bytes(const plim_graph *graph);

/** What a scenario changes: buffers and substitution, one a group. Release with plim_overlay_clear. */
typedef struct plim_overlay {
	double *buffer_days, *substitution;
	uint32_t groups;
} plim_overlay;

/** All buffers and substitution at zero. It borrows from the graph: nothing to release. */
plim_overlay plim_graph_bare(const plim_graph *graph);

/** True if any group pays for its substitution. */
bool plim_graph_pays(const plim_graph *graph);

/** The graph's own buffers and substitution. */
plim_status plim_overlay_init(plim_overlay *overlay, const plim_graph *graph, plim_error *error);

/** Adds days of buffer and a share of substitution (capped at 1) to one group, or to every group of a node. */
void plim_overlay_add(plim_overlay *overlay, uint32_t group, double buffer_days, double substitution);
void plim_overlay_add_node(plim_overlay *overlay, const plim_graph *graph, uint32_t node, double buffer_days,
                           double substitution);
void plim_overlay_clear(plim_overlay *overlay);

#endif
