/* SPDX-License-Identifier: Apache-2.0 */
#include "network/queue.h"

bool plim_queue_push(plim_pool *pool, uint32_t position)
{
	if (!plim_pool_take(pool, 1))
		return false;
	uint32_t *heap = pool->data;
	size_t at = pool->used - 1;
	for (; at > 0 && heap[(at - 1) / 2] > position; at = (at - 1) / 2)
		heap[at] = heap[(at - 1) / 2];
	heap[at] = position;
	return true;
}

uint32_t plim_queue_pop(plim_pool *pool)
{
	uint32_t *heap = pool->data, first = heap[0], last = heap[--pool->used];
	size_t at = 0, count = pool->used;
	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= count)
			break;
		if (child + 1 < count && heap[child + 1] < heap[child])
			child++;
		if (heap[child] >= last)
			break;
		heap[at] = heap[child];
		at = child;
	}
	heap[at] = last;
	return first;
}
