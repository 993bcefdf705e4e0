/* SPDX-License-Identifier: Apache-2.0 */
/** An amount as a discrete law under an integral. */
#ifndef PLIM_DIST_AMOUNT_NODES_H
#define PLIM_DIST_AMOUNT_NODES_H

#include "dist/amount.h"
#include "dist/nodes.h"

/** Adds the nodes of a built amount to *nodes (from {0}): Gauss points in the logarithm of the smaller tail, between
 * the law's breaks; atoms as they are. Integrals of smooth functions are right to about 1e-12. PLIM_ERROR_MEMORY. */
plim_status plim_amount_nodes(const plim_amount *amount, plim_nodes *nodes, plim_error *error);

#endif
