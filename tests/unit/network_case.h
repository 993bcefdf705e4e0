/* SPDX-License-Identifier: Apache-2.0 */
/* Small networks for tests, written down link by link. */
#ifndef PLIM_TESTS_NETWORK_CASE_H
#define PLIM_TESTS_NETWORK_CASE_H

#include <stdint.h>
#include <stdlib.h>

#include "network/graph.h"
#include "network/propagate.h"

#define CASE_NODES 16
#define CASE_LINKS 48
#define CASE_OUTAGES 16

typedef struct network_case {
	plim_graph_input input;
	double margin[CASE_NODES];
	bool each[CASE_NODES];
	uint32_t from[CASE_LINKS], to[CASE_LINKS], item[CASE_LINKS];
	double share[CASE_LINKS], lead[CASE_LINKS], buffer[CASE_LINKS], restock[CASE_LINKS], substitution[CASE_LINKS],
	    switch_days[CASE_LINKS], cost[CASE_LINKS];
	uint32_t weight_node[CASE_LINKS], weight_item[CASE_LINKS];
	double weight[CASE_LINKS];
	plim_outage outage[CASE_OUTAGES];
	size_t outages;
} network_case;

/** An empty network of `nodes` nodes; must not be moved afterwards. */
void case_init(network_case *c, size_t nodes);

/** A link; restock_days 30, no lead, no substitution. Returns its index. */
uint32_t case_link(network_case *c, uint32_t from, uint32_t to, uint32_t item, double share, double buffer);

/** Sets substitution and switch of the group of a link, restock of all links. */
void case_substitute(network_case *c, uint32_t link, double substitution, double switch_days);
void case_restock(network_case *c, double days);

/** An outage of a node's output from start to end; change it through c->outage. Returns its index. */
size_t case_outage(network_case *c, uint32_t node, double start, double end);

/** The graph; fails the test if it does not build. */
plim_graph *case_build(network_case *c);

/** Total margin lost by all outages together (builds and frees graph and solver). */
double case_loss(network_case *c);

/** A fixed-seed generator for tests: splitmix64. */
typedef struct test_random {
	uint64_t state;
} test_random;
uint64_t random_bits(test_random *r);
double random_uniform(test_random *r);             /* in (0, 1) */
uint32_t random_below(test_random *r, uint32_t n); /* in [0, n) */

/** A random acyclic network with random outages; corner cases are frequent. */
void case_random(network_case *c, test_random *r);

#endif
