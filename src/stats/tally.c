/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/tally.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "stats/wide.h"

plim_status plim_tally_init(plim_tally *tally, int mantissa_bits, plim_error *error)
{
	assert(mantissa_bits == 10 || mantissa_bits == 7 || mantissa_bits == 5);
	const size_t bins = PLIM_BIN_COUNT * sizeof(plim_tally_bin);
	const size_t bytes = bins + (plim_bucket_count(mantissa_bits) + 1) * sizeof(uint64_t);
	char *pages = plim_mem_pages(bytes);
	if (!pages)
		return plim_error_memory(error, "a histogram of losses");
	*tally =
	    (plim_tally){.mantissa_bits = mantissa_bits, .shift = PLIM_DOUBLE_MANTISSA - mantissa_bits, .bytes = bytes};
	tally->pages = pages;
	tally->bin = (plim_tally_bin *)(void *)pages;
	tally->count = (uint64_t *)(void *)(pages + bins);
	return PLIM_OK;
}

void plim_tally_clear(plim_tally *tally)
{
	plim_mem_pages_free(tally->pages, tally->bytes);
	*tally = (plim_tally){0};
}

/* Buckets of one coarse bin. */
static uint32_t bin_width(const plim_tally *tally)
{
	return UINT32_C(1) << (tally->mantissa_bits - PLIM_BIN_BITS);
}

/* Bin 0 may hold values too small to leave a sum; any other bin with a value has one. */
static bool bin_used(const plim_tally *tally, uint32_t bin)
{
	return bin == 0 || tally->bin[bin].sum != 0;
}

void plim_tally_reset(plim_tally *tally)
{
	/* Writing zeros into untouched pages would claim them. */
	const uint32_t width = bin_width(tally);
	for (uint32_t bin = 0; bin < PLIM_BIN_COUNT; bin++) {
		if (!bin_used(tally, bin))
			continue;
		memset(&tally->count[bin * width], 0, width * sizeof *tally->count);
		tally->bin[bin] = (plim_tally_bin){0};
	}
	tally->count[plim_bucket_count(tally->mantissa_bits)] = 0;
}

void plim_tally_add_outside(plim_tally *tally, double x)
{
	const uint64_t bits = plim_double_bits(x);
	if (bits << 1 == 0)
		return;
	if (bits < PLIM_SUM_FIRST_BITS) {
		tally->count[0]++;
		tally->bin[0].sum += plim_double_below(bits);
	} else {
		tally->count[plim_bucket_count(tally->mantissa_bits)]++;
	}
}

void plim_tally_take_outside(plim_tally *tally, double x)
{
	const uint64_t bits = plim_double_bits(x);
	if (bits << 1 == 0)
		return;
	if (bits < PLIM_SUM_FIRST_BITS) {
		tally->count[0]--;
		tally->bin[0].sum -= plim_double_below(bits);
	} else {
		tally->count[plim_bucket_count(tally->mantissa_bits)]--;
	}
}

void plim_tally_add_many(plim_tally *tally, const double *values, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (values[i] != 0.0)
			plim_tally_add(tally, values[i]);
}

static void merge_bins(plim_tally *into, const plim_tally *from, bool all)
{
	assert(into->mantissa_bits == from->mantissa_bits);
	const uint32_t width = bin_width(into);
	for (uint32_t bin = 0; bin < PLIM_BIN_COUNT; bin++) {
		if (!all && !bin_used(from, bin)) /* most of a tally's pages were never touched, even to read */
			continue;
		for (uint32_t b = bin * width; b < (bin + 1) * width; b++)
			if (from->count[b])
				into->count[b] += from->count[b];
		if (from->bin[bin].sum != 0 || from->bin[bin].square != 0) {
			into->bin[bin].sum += from->bin[bin].sum;
			into->bin[bin].square += from->bin[bin].square;
		}
	}
	const uint32_t last = plim_bucket_count(into->mantissa_bits);
	if (from->count[last])
		into->count[last] += from->count[last];
}

void plim_tally_merge(plim_tally *into, const plim_tally *from)
{
	merge_bins(into, from, false);
}

void plim_tally_merge_difference(plim_tally *into, const plim_tally *from)
{
	merge_bins(into, from, true);
}

void plim_tally_add_finer(plim_tally *into, const plim_tally *finer)
{
	assert(into->mantissa_bits <= finer->mantissa_bits);
	const int drop = finer->mantissa_bits - into->mantissa_bits;
	uint64_t count;
	for (uint32_t b = 0; b < plim_bucket_count(finer->mantissa_bits) && plim_tally_next(finer, &b, &count); b++)
		if (b < plim_bucket_count(finer->mantissa_bits))
			into->count[b >> drop] += count;
	into->count[plim_bucket_count(into->mantissa_bits)] += finer->count[plim_bucket_count(finer->mantissa_bits)];
	for (uint32_t bin = 0; bin < PLIM_BIN_COUNT; bin++) {
		if (finer->bin[bin].sum == 0 && finer->bin[bin].square == 0)
			continue;
		into->bin[bin].sum += finer->bin[bin].sum;
		into->bin[bin].square += finer->bin[bin].square;
	}
}

void plim_tally_add_tail(const plim_tally *total, plim_tail_sums *tail)
{
	for (uint32_t bin = 0; bin < PLIM_BIN_COUNT; bin++) {
		const unsigned order = bin >> PLIM_BIN_BITS; /* of all values in the bin */
		tail->sum[bin].part[order / PLIM_SUM_ORDERS] += total->bin[bin].sum << (order % PLIM_SUM_ORDERS);
	}
	tail->sum[PLIM_BIN_OVERFLOW].overflow += plim_tally_bin_positive(total, PLIM_BIN_OVERFLOW);
}

bool plim_tally_next(const plim_tally *tally, uint32_t *bucket, uint64_t *count)
{
	const uint32_t last = plim_bucket_count(tally->mantissa_bits), width = bin_width(tally);
	uint32_t b = *bucket;
	while (b < last) {
		if (!bin_used(tally, b / width)) {
			b = (b / width + 1) * width;
			continue;
		}
		if (tally->count[b])
			break;
		b++;
	}
	if (b > last || tally->count[b] == 0)
		return false;
	*bucket = b;
	*count = tally->count[b];
	return true;
}

uint64_t plim_tally_bin_positive(const plim_tally *tally, uint32_t bin)
{
	const uint32_t width = bin_width(tally);
	if (bin == PLIM_BIN_OVERFLOW)
		return tally->count[plim_bucket_count(tally->mantissa_bits)];
	if (bin >= PLIM_BIN_COUNT || !bin_used(tally, bin))
		return 0;
	uint64_t count = 0;
	for (uint32_t b = bin * width; b < (bin + 1) * width; b++)
		count += tally->count[b];
	return count;
}

uint64_t plim_tally_positive(const plim_tally *tally)
{
	uint64_t count = 0;
	for (uint32_t bin = 0; bin <= PLIM_BIN_OVERFLOW; bin++)
		count += plim_tally_bin_positive(tally, bin);
	return count;
}

bool plim_tally_next_bin(const plim_tally *tally, uint32_t *bin, plim_tally_bin_record *record)
{
	uint32_t b = *bin;
	while (b < PLIM_BIN_COUNT && tally->bin[b].sum == 0)
		b++;
	if (b >= PLIM_BIN_COUNT)
		return false;
	const plim_tally_bin *from = &tally->bin[b];
	*bin = b;
	*record = (plim_tally_bin_record){.bin = b,
	                                  .sum_hi = (uint64_t)(from->sum >> 64),
	                                  .sum_lo = (uint64_t)from->sum,
	                                  .square_hi = (uint64_t)(from->square >> 64),
	                                  .square_lo = (uint64_t)from->square};
	return true;
}

void plim_tally_digest(const plim_tally *tally, plim_digest *digest)
{
	uint64_t count, used = 0;
	plim_digest_u64(digest, (uint64_t)tally->mantissa_bits);
	for (uint32_t b = 0; plim_tally_next(tally, &b, &count); b++, used++) {
		plim_digest_u64(digest, b);
		plim_digest_u64(digest, count);
	}
	plim_tally_bin_record r;
	for (uint32_t b = 0; plim_tally_next_bin(tally, &b, &r); b++, used++) {
		const uint64_t words[] = {r.bin, r.sum_hi, r.sum_lo, r.square_hi, r.square_lo};
		plim_digest_u64s(digest, words, sizeof words / sizeof *words);
	}
	plim_digest_u64(digest, used);
}

double plim_tally_sum(const plim_tally *tally)
{
	if (tally->count[plim_bucket_count(tally->mantissa_bits)])
		return INFINITY;
	plim_wide wide = {0};
	for (uint32_t bin = 0; bin < PLIM_BIN_COUNT; bin++)
		plim_wide_add(&wide, tally->bin[bin].sum, bin >> PLIM_BIN_BITS);
	return plim_wide_value(&wide, PLIM_SUM_MIN_EXPONENT - PLIM_DOUBLE_MANTISSA);
}

bool plim_tally_put_bucket(plim_tally *tally, uint32_t bucket, uint64_t count)
{
	if (bucket > plim_bucket_count(tally->mantissa_bits))
		return false;
	tally->count[bucket] += count;
	return true;
}

bool plim_tally_put_bin(plim_tally *tally, const plim_tally_bin_record *record)
{
	if (record->bin >= PLIM_BIN_COUNT)
		return false;
	tally->bin[record->bin].sum += (plim_u128)record->sum_hi << 64 | record->sum_lo;
	tally->bin[record->bin].square += (plim_u128)record->square_hi << 64 | record->square_lo;
	return true;
}

/* `count` significands of one coarse bin add up to something in [count x first, count x (first + width)), and their
 * squared offsets to at most count x 2^84. Bin 0 also takes smaller values. */
static bool bin_sound(const plim_tally_bin *sums, uint32_t bin, uint64_t count)
{
	const uint64_t width = PLIM_DOUBLE_HIDDEN >> PLIM_BIN_BITS;
	const uint64_t first = PLIM_DOUBLE_HIDDEN + width * (bin % (1u << PLIM_BIN_BITS));
	if (count == 0)
		return sums->sum == 0 && sums->square == 0;
	if (sums->sum >= (plim_u128)(first + width) * count || (bin > 0 && sums->sum < (plim_u128)first * count))
		return false;
	return sums->square >> (2 * PLIM_OFFSET_BITS) <= count;
}

bool plim_tally_is_sound(const plim_tally *tally)
{
	const uint32_t width = bin_width(tally);
	uint64_t all = tally->count[plim_bucket_count(tally->mantissa_bits)];
	for (uint32_t bin = 0; bin < PLIM_BIN_COUNT; bin++) {
		const uint64_t before = all;
		for (uint32_t b = bin * width; b < (bin + 1) * width; b++)
			if (__builtin_add_overflow(all, tally->count[b], &all))
				return false;
		if (!bin_sound(&tally->bin[bin], bin, all - before))
			return false;
	}
	return true;
}

plim_status plim_tally_list(const plim_tally *tally, plim_bucket_list *list, plim_error *error)
{
	const uint32_t last = plim_bucket_count(tally->mantissa_bits), width = bin_width(tally);
	size_t entries = 0;
	uint64_t count;
	for (uint32_t b = 0; plim_tally_next(tally, &b, &count); b++)
		entries++;
	const plim_status status =
	    plim_bucket_list_init(list, tally->mantissa_bits, PLIM_BIN_BITS, entries, PLIM_BIN_COUNT, error);
	if (status != PLIM_OK)
		return status;
	uint32_t current = UINT32_MAX;
	for (uint32_t b = 0; plim_tally_next(tally, &b, &count) && b < last; b++) {
		if (b / width != current) {
			current = b / width;
			plim_bucket_list_add_cell(list, current, tally->bin[current].sum, tally->bin[current].square);
		}
		plim_bucket_list_add(list, b, count);
	}
	plim_bucket_list_add_overflow(list, tally->count[last]);
	return PLIM_OK;
}
