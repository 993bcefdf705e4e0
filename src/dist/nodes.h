/* SPDX-License-Identifier: Apache-2.0 */
/** Discrete laws that stand for others under an integral: values with weights. */
#ifndef PLIM_DIST_NODES_H
#define PLIM_DIST_NODES_H

#include <stddef.h>

#include "plimsoll/status.h"

/* Start from {0}; release with plim_nodes_clear. */
typedef struct plim_nodes {
	double *value, *weight;
	size_t count, capacity;
} plim_nodes;

void plim_nodes_clear(plim_nodes *nodes);
plim_status plim_nodes_add(plim_nodes *nodes, double value, double weight, plim_error *error);

/** The law of a product of two independent values >= 0: every pair. *product starts from {0}. */
plim_status plim_nodes_multiply(const plim_nodes *a, const plim_nodes *b, plim_nodes *product, plim_error *error);

#define PLIM_NODES_MOST 64

/**
 * At most `most` <= PLIM_NODES_MOST nodes instead of many: the Gauss rule of the law of x / (x + m), m the median, for
 * laws of values
 * >= 0. It has the same moments up to the order 2 `most` - 1 in that variable, in which functions such as exp(-x z) are
 * smooth however long the tail (Golub and Welsch, Mathematics of Computation 23 (1969); Lanczos' recurrence, fully
 * orthogonalised). A law of fewer values is kept. *nodes changes in place. PLIM_ERROR_MEMORY, PLIM_ERROR_INTERNAL.
 */
plim_status plim_nodes_compress(plim_nodes *nodes, size_t most, plim_error *error);

#endif
