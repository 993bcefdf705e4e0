/* SPDX-License-Identifier: Apache-2.0 */
/** The view of a network in each format. Errors of the stream are left to the caller (ferror). */
#ifndef PLIM_CLI_NETWORK_PRINT_H
#define PLIM_CLI_NETWORK_PRINT_H

#include <stdio.h>

#include "decide/network_view.h"

typedef struct plim_network_page {
	const plim_model *model;
	const plim_network_view *view;
	const char *scenario; /* id, NULL: no control */
	bool links;
	size_t top; /* places to show (dot: nodes, and links between them), SIZE_MAX: all */
} plim_network_page;

/* All return false when memory is short. */

/** Definitions, two tables, the single points of failure. */
bool plim_network_print_text(const plim_network_page *page, FILE *file);

/** One table, a row a place. */
bool plim_network_print_csv(const plim_network_page *page, FILE *file);

/** One document: header, definitions, warnings, rows. */
bool plim_network_print_json(const plim_network_page *page, FILE *file);

/** A Graphviz digraph: nodes coloured by their share of the expected loss. */
bool plim_network_print_dot(const plim_network_page *page, FILE *file);

#endif
