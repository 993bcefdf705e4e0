/* SPDX-License-Identifier: Apache-2.0 */
/* What is remembered of one loss variable over all trials: a fine histogram and exact sums in coarse bins. */
#ifndef PLIM_STATS_TALLY_H
#define PLIM_STATS_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "plimsoll/status.h"
#include "stats/bucket.h"
#include "stats/bucket_list.h"
#include "stats/exact_sum.h"
#include "stats/tail_sums.h"
#include "stats/tally_set.h"
#include "stats/worst.h"

/* Sums of the values in one coarse bin of octave e: `sum` of their 53-bit significands, in units of 2^(e - 52), and
 * `square` of their offsets from the bin's lower end, in units of 2^(e - 45), rounded before squaring. Offsets
 * instead of values keep a standard deviation right when it is small beside the mean. */
typedef struct plim_tally_bin {
	plim_u128 sum, square;
} plim_tally_bin;

/* Trials in which the variable is 0 are not stored: their number is n less plim_tally_positive. */
typedef struct plim_tally {
	int mantissa_bits;   /* 10, 7 or 5 */
	int shift;           /* 52 - mantissa_bits */
	uint64_t *count;     /* plim_bucket_count(mantissa_bits) + 1: the last is the overflow bucket */
	plim_tally_bin *bin; /* PLIM_BIN_COUNT */
	void *pages;
	size_t bytes;
} plim_tally;

/** An empty tally; its memory is zero pages, touched only where values fall. PLIM_ERROR_MEMORY. */
plim_status plim_tally_init(plim_tally *tally, int mantissa_bits, plim_error *error);

/** Releases everything; the tally may be initialised again. */
void plim_tally_clear(plim_tally *tally);

/** Forgets all values, keeps the memory. */
void plim_tally_reset(plim_tally *tally);

/** The slow end of plim_tally_add: values below 2^-20 (bucket 0), of 2^60 and more (overflow), zero (nothing). */
void plim_tally_add_outside(plim_tally *tally, double x);

/** Adds one trial's value x > 0. */
static inline void plim_tally_add(plim_tally *tally, double x)
{
	const uint64_t bits = plim_double_bits(x);
	const uint64_t offset = bits - PLIM_SUM_FIRST_BITS;
	if (__builtin_expect(offset >= PLIM_SUM_SPAN_BITS, 0)) {
		plim_tally_add_outside(tally, x);
		return;
	}
	enum { BIN_SHIFT = PLIM_DOUBLE_MANTISSA - PLIM_BIN_BITS };
	const uint64_t inside = plim_offset_inside(bits, PLIM_BIN_BITS);
	plim_tally_bin *bin = &tally->bin[offset >> BIN_SHIFT];
	tally->count[offset >> tally->shift]++;
	bin->sum += (bits & (PLIM_DOUBLE_HIDDEN - 1)) | PLIM_DOUBLE_HIDDEN;
	bin->square += (plim_u128)inside * inside;
}

/** Adds the values of a tally of as many mantissa bits or more: the same bits as if each had been added. */
void plim_tally_add_finer(plim_tally *into, const plim_tally *finer);

/** Adds the tail sums that the total has of itself: those of the bins of its tally, to the same bits. */
void plim_tally_add_tail(const plim_tally *total, plim_tail_sums *tail);

/** Asks for the memory that plim_tally_add(tally, x) will touch, some adds ahead. */
static inline void plim_tally_prefetch(const plim_tally *tally, double x)
{
	const uint64_t offset = plim_double_bits(x) - PLIM_SUM_FIRST_BITS;
	if (offset < PLIM_SUM_SPAN_BITS) {
		__builtin_prefetch(&tally->count[offset >> tally->shift], 1);
		__builtin_prefetch(&tally->bin[offset >> (PLIM_DOUBLE_MANTISSA - PLIM_BIN_BITS)], 1);
	}
}

/** The slow end of plim_tally_take. */
void plim_tally_take_outside(plim_tally *tally, double x);

/** Takes one trial's value x > 0 out again. A tally may go below zero on the way (all its numbers wrap) as long as it
 * is whole again before it is read: so a variable that mostly equals another can be kept as its difference from it. */
static inline void plim_tally_take(plim_tally *tally, double x)
{
	const uint64_t bits = plim_double_bits(x);
	const uint64_t offset = bits - PLIM_SUM_FIRST_BITS;
	if (__builtin_expect(offset >= PLIM_SUM_SPAN_BITS, 0)) {
		plim_tally_take_outside(tally, x);
		return;
	}
	enum { BIN_SHIFT = PLIM_DOUBLE_MANTISSA - PLIM_BIN_BITS };
	const uint64_t inside = plim_offset_inside(bits, PLIM_BIN_BITS);
	plim_tally_bin *bin = &tally->bin[offset >> BIN_SHIFT];
	tally->count[offset >> tally->shift]--;
	bin->sum -= (bits & (PLIM_DOUBLE_HIDDEN - 1)) | PLIM_DOUBLE_HIDDEN;
	bin->square -= (plim_u128)inside * inside;
}

/** Adds `n` trials' values >= 0. */
void plim_tally_add_many(plim_tally *tally, const double *values, size_t n);

/** Adds `from` into `into`; both have the same mantissa_bits. Looks only at bins with a sum, so `from` must be whole. */
void plim_tally_merge(plim_tally *into, const plim_tally *from);

/** The same when `from` is a difference of tallies, which may hold counts under a sum of 0. */
void plim_tally_merge_difference(plim_tally *into, const plim_tally *from);

/** Digests non-empty buckets and bins in order: the same for the same values however they came together. */
void plim_tally_digest(const plim_tally *tally, plim_digest *digest);

/** Trials with a value above 0. */
uint64_t plim_tally_positive(const plim_tally *tally);

/** Trials whose value lies in the coarse bin `bin`. */
uint64_t plim_tally_bin_positive(const plim_tally *tally, uint32_t bin);

/** The sum of all values, correctly rounded; +inf if any was 2^60 or more. */
double plim_tally_sum(const plim_tally *tally);

/** Finds the first non-empty bucket from *bucket on (the overflow bucket comes last) and its count:
 *  `for (uint32_t b = 0; plim_tally_next(t, &b, &count); b++)`. */
bool plim_tally_next(const plim_tally *tally, uint32_t *bucket, uint64_t *count);

/** One coarse bin as it is stored. */
typedef struct plim_tally_bin_record {
	uint32_t bin;
	uint64_t sum_hi, sum_lo, square_hi, square_lo;
} plim_tally_bin_record;

/** Finds the first non-empty coarse bin from *bin on: `for (uint32_t b = 0; plim_tally_next_bin(t, &b, &r); b++)`. */
bool plim_tally_next_bin(const plim_tally *tally, uint32_t *bin, plim_tally_bin_record *record);

/** Adds what a file holds; false (and nothing done) when the index is out of range. Call plim_tally_is_sound after. */
bool plim_tally_put_bucket(plim_tally *tally, uint32_t bucket, uint64_t count);
bool plim_tally_put_bin(plim_tally *tally, const plim_tally_bin_record *record);

/** True if every bin's sum can come from the counts of its buckets: the guard for what was read from a file. */
bool plim_tally_is_sound(const plim_tally *tally);

/** The tally as a sorted list for the statistics in percentile.h; release with plim_bucket_list_clear. */
plim_status plim_tally_list(const plim_tally *tally, plim_bucket_list *list, plim_error *error);

#endif
