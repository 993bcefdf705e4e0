/* SPDX-License-Identifier: Apache-2.0 */
/** Draws from a compiled count law, header-only for kernels: integers only, the same bits everywhere. */
#ifndef PLIM_DIST_COUNT_EVAL_H
#define PLIM_DIST_COUNT_EVAL_H

#include <stddef.h>
#include <stdint.h>

#include "dist/count.h"

struct plim_count_table {
	uint64_t zero;        /* x below this gives 0 (zero-inflated laws whose other values lie far from 0), else 0 */
	uint64_t first;       /* the value below the first threshold */
	uint64_t *thresholds; /* ascending, at most 2^52; one more of UINT64_MAX at the end */
	uint64_t *values;     /* law `table`: threshold_count + 1 values; else NULL */
	uint32_t *guide;      /* guide[x >> guide_shift]: the number of thresholds at or below the cell's first x */
	size_t threshold_count;
	size_t guide_count;
	uint32_t guide_shift;
};

/** One count for x < 2^52. */
static inline uint64_t plim_count_eval(const plim_count_table *table, uint64_t x)
{
	size_t i = table->guide[x >> table->guide_shift];
	while (x >= table->thresholds[i])
		i++;
	uint64_t value = table->values ? table->values[i] : table->first + i;
	return x < table->zero ? 0 : value;
}

#endif
