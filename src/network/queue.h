/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes that wait for their solution, by their place in the topological order: a binary heap in a pool of uint32_t. */
#ifndef PLIM_NETWORK_QUEUE_H
#define PLIM_NETWORK_QUEUE_H

#include "network/workspace.h"

/** False: the pool is full. */
bool plim_queue_push(plim_pool *pool, uint32_t position);

/** Takes the first out; the queue must not be empty. */
uint32_t plim_queue_pop(plim_pool *pool);

#endif
