/* SPDX-License-Identifier: Apache-2.0 */
/* Non-empty buckets in ascending order: the common form of dense and sparse tallies on which statistics are computed.
 */
#ifndef PLIM_STATS_BUCKET_LIST_H
#define PLIM_STATS_BUCKET_LIST_H

#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"
#include "stats/bucket.h"

typedef struct plim_bucket_entry {
	uint32_t bucket; /* never the overflow bucket */
	uint32_t cell;   /* the cell that holds its sums */
	uint64_t count;
	uint64_t below; /* values in lower buckets */
} plim_bucket_entry;

/* A range of 2^-`bits` octaves with exact sums: one coarse bin (bits 3) or one bucket (its mantissa_bits). */
typedef struct plim_bucket_cell {
	uint32_t index; /* among plim_bucket_count(bits) */
	uint32_t first; /* its first entry */
	uint64_t count;
	plim_u128 sum, square; /* as in plim_tally_bin; `square` of the offsets' upper 42 bits */
} plim_bucket_cell;

/* Start from {0}; release with plim_bucket_list_clear. */
typedef struct plim_bucket_list {
	int mantissa_bits, cell_bits;
	plim_bucket_entry *entry;
	size_t entries;
	plim_bucket_cell *cell;
	size_t cells;
	uint64_t positive; /* all values, overflow included */
	uint64_t overflow; /* values of 2^60 or more */
} plim_bucket_list;

/** An empty list with room for `entries` buckets in `cells` cells. PLIM_ERROR_MEMORY. */
plim_status plim_bucket_list_init(plim_bucket_list *list, int mantissa_bits, int cell_bits, size_t entries,
                                  size_t cells, plim_error *error);
void plim_bucket_list_clear(plim_bucket_list *list);

/** Appends a cell, then the buckets in it, both ascending and within the room given to plim_bucket_list_init. */
void plim_bucket_list_add_cell(plim_bucket_list *list, uint32_t index, plim_u128 sum, plim_u128 square);
void plim_bucket_list_add(plim_bucket_list *list, uint32_t bucket, uint64_t count);

/** Counts values of 2^60 and more. */
void plim_bucket_list_add_overflow(plim_bucket_list *list, uint64_t count);

/** Mean of a cell's values, and their variance (0 when it is below what rounded squares resolve). */
double plim_bucket_cell_mean(const plim_bucket_list *list, const plim_bucket_cell *cell);
double plim_bucket_cell_variance(const plim_bucket_list *list, const plim_bucket_cell *cell);

/** The range [*low, *high] over which a bucket's values are taken to be spread evenly: the bucket's own, or, where it
 *  is alone in its cell, the part of it with the cell's mean and variance (a point for a constant). */
void plim_bucket_range(const plim_bucket_list *list, const plim_bucket_entry *entry, double *low, double *high);

#endif
