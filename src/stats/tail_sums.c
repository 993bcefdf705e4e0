/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/tail_sums.h"

#include "base/error.h"
#include "base/memory.h"

#define TAIL_BYTES (PLIM_BIN_ALL * sizeof(plim_exact_sum))

plim_status plim_tail_sums_init(plim_tail_sums *tail, plim_error *error)
{
	plim_exact_sum *sum = plim_mem_pages(TAIL_BYTES);
	if (!sum)
		return plim_error_memory(error, "sums of the tail");
	tail->sum = sum;
	return PLIM_OK;
}

void plim_tail_sums_clear(plim_tail_sums *tail)
{
	plim_mem_pages_free(tail->sum, TAIL_BYTES);
	tail->sum = NULL;
}

static bool is_empty(const plim_exact_sum *sum)
{
	return sum->part[0] == 0 && sum->part[1] == 0 && sum->part[2] == 0 && sum->overflow == 0;
}

void plim_tail_sums_reset(plim_tail_sums *tail)
{
	/* Only what was used: writing zeros into untouched pages would claim them. */
	const plim_exact_sum *sum;
	for (uint32_t bin = 0; plim_tail_sums_next(tail, &bin, &sum); bin++)
		tail->sum[bin] = (plim_exact_sum){0};
}

void plim_tail_sums_merge(plim_tail_sums *into, const plim_tail_sums *from)
{
	const plim_exact_sum *sum;
	for (uint32_t bin = 0; plim_tail_sums_next(from, &bin, &sum); bin++)
		plim_exact_sum_merge(&into->sum[bin], sum);
}

void plim_tail_sums_digest(const plim_tail_sums *tail, plim_digest *digest)
{
	const plim_exact_sum *sum;
	uint64_t used = 0;
	for (uint32_t bin = 0; plim_tail_sums_next(tail, &bin, &sum); bin++, used++) {
		plim_digest_u64(digest, bin);
		plim_exact_sum_digest(sum, digest);
	}
	plim_digest_u64(digest, used);
}

bool plim_tail_sums_next(const plim_tail_sums *tail, uint32_t *bin, const plim_exact_sum **sum)
{
	for (uint32_t b = *bin; b < PLIM_BIN_ALL; b++) {
		if (is_empty(&tail->sum[b]))
			continue;
		*bin = b;
		*sum = &tail->sum[b];
		return true;
	}
	return false;
}

bool plim_tail_sums_put(plim_tail_sums *tail, uint32_t bin, const plim_exact_sum *sum)
{
	if (bin >= PLIM_BIN_ALL)
		return false;
	plim_exact_sum_merge(&tail->sum[bin], sum);
	return true;
}
