/* SPDX-License-Identifier: Apache-2.0 */
/* The one source of all kernels. A file that includes it defines PLIM_KERNEL_NAME and PLIM_KERNEL_CPU and is compiled
 * with the flags of its instruction set. */
#include <stdbool.h>
#include <string.h>

#include "dist/quantile_eval.h"
#include "engine/kernel.h"
#include "engine/kernel_philox.h"
#include "random/address.h"
#include "random/identity.h"

#if __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "words are read out of pairs of them, and flags eight at a time: the lowest must come first"
#endif

/* A counter gives several draws: as many items as ever share PLIM_LANES counters. */
#define ITEMS (4 * PLIM_LANES)

/* The counters of the first of n > 0 items: draw position >> `shift` of an identity. Neighbours that share one get it
 * once: item i's is number slot[i]. Lanes beyond the last hold what they held and are not read. Returns how many items.
 */
static inline size_t counters(plim_lanes *c, uint64_t base, const uint64_t *identity, const uint32_t *position,
                              size_t n, int shift, uint8_t *slot)
{
	const size_t most = n < ITEMS ? n : ITEMS;
	uint16_t first[PLIM_LANES + 1]; /* item of each counter; one place to spare */
	size_t count = 1, i = 1;
	uint8_t other[ITEMS]; /* whether it is another one than its left neighbour's */
	for (size_t j = 1; j < most; j++)
		other[j] = ((identity[j] ^ identity[j - 1]) | ((position[j] ^ position[j - 1]) >> shift)) != 0;
	first[0] = slot[0] = 0;
	for (; i < most && count + other[i] <= PLIM_LANES; i++) {
		first[count] = (uint16_t)i; /* no branch: kept only if the count moves on */
		count += other[i];
		slot[i] = (uint8_t)(count - 1);
	}
	for (size_t k = 0; k < count; k++) {
		c->low[k] = base + (position[first[k]] >> shift);
		c->high[k] = identity[first[k]];
	}
	return i;
}

/* Successive draws of one identity: `count` items, whose draws are those from number `at` on of the counters' draws. */
typedef struct stretch {
	uint32_t at, count;
} stretch;

/* On average so many items a stretch, and going by stretches costs less than going item by item. */
#define LONG_STRETCH 8

/* begins[j] = whether item j < most is not the draw after item j - 1's; begins[most] and on are 1. Returns whether
 * stretches are long. */
static inline bool find_stretches(const uint64_t *identity, const uint32_t *position, size_t most,
                                  uint8_t begins[ITEMS + 8])
{
	size_t count = 0;
	begins[0] = 1;
	for (size_t j = 1; j < most; j++)
		begins[j] = ((identity[j] ^ identity[j - 1]) | (position[j] ^ (position[j - 1] + 1))) != 0 || position[j] == 0;
	for (size_t j = 0; j < 8; j++)
		begins[most + j] = 1;
	for (size_t j = 0; j < most; j++)
		count += begins[j];
	return count * LONG_STRETCH <= most;
}

/* Where the stretch that item j belongs to ends. */
static inline size_t end_of_stretch(const uint8_t *begins, size_t j)
{
	uint64_t eight;
	for (j++;; j += 8) {
		memcpy(&eight, begins + j, sizeof eight);
		if (eight)
			return j + (size_t)__builtin_ctzll(eight) / 8;
	}
}

/* The same as counters(), by stretches. Returns how many items; the stretches end with one of no items. */
static inline size_t count_up(plim_lanes *c, uint64_t base, const uint64_t *identity, const uint32_t *position,
                              size_t most, int shift, const uint8_t *begins, stretch list[PLIM_LANES + 1])
{
	size_t i = 0, n = 0;
	for (size_t lane = 0; i < most && lane < PLIM_LANES; n++) {
		const uint32_t first = position[i] >> shift, skipped = position[i] - (first << shift);
		const size_t items = end_of_stretch(begins, i) - i;
		const size_t needed = ((skipped + items - 1) >> shift) + 1, room = PLIM_LANES - lane;
		const size_t taken = needed < room ? needed : room, drawn = (taken << shift) - skipped;
		for (size_t k = 0; k < taken; k++) {
			c->low[lane + k] = base + first + k;
			c->high[lane + k] = identity[i];
		}
		list[n] = (stretch){(uint32_t)(lane << shift) + skipped, (uint32_t)(items < drawn ? items : drawn)};
		i += list[n].count;
		lane += taken;
	}
	list[n].count = 0;
	return i;
}

#ifdef __AVX512F__ /* ten rounds for every draw take less time than finding out which two share them */
static inline size_t counters_of_uniforms(plim_lanes *c, uint64_t base, const uint64_t *identity,
                                          const uint32_t *position, size_t n, uint8_t *slot)
{
	const size_t m = n < PLIM_LANES ? n : PLIM_LANES;
	for (size_t i = 0; i < m; i++) {
		c->low[i] = base + (position[i] >> 1);
		c->high[i] = identity[i];
		slot[i] = (uint8_t)i;
	}
	return m;
}
#else
static inline size_t counters_of_uniforms(plim_lanes *c, uint64_t base, const uint64_t *identity,
                                          const uint32_t *position, size_t n, uint8_t *slot)
{
	return counters(c, base, identity, position, n, 1, slot);
}
#endif

static void join(uint64_t general, const uint64_t *restrict special, size_t n, uint64_t *restrict out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = plim_identity_join(general, special[i]);
}

/* What both kinds of draws have in common. */
typedef struct draws {
	plim_lanes counter;
	uint64_t pair[2 * PLIM_LANES];
	uint8_t begins[ITEMS + 8], slot[ITEMS];
	stretch list[PLIM_LANES + 1];
	bool by_stretch;
} draws;

static void words(uint64_t seed, uint64_t base, const uint64_t *identity, const uint32_t *position, size_t n,
                  uint32_t *out)
{
	draws d;
	memset(&d.counter, 0, sizeof d.counter);
	for (size_t start = 0, m; start < n; start += m) {
		const size_t most = n - start < ITEMS ? n - start : ITEMS;
		d.by_stretch = find_stretches(identity + start, position + start, most, d.begins);
		m = d.by_stretch ? count_up(&d.counter, base, identity + start, position + start, most, 2, d.begins, d.list)
		                 : counters(&d.counter, base, identity + start, position + start, most, 2, d.slot);
		plim_philox_lanes(&d.counter, seed, d.pair);
		uint32_t *to = out + start, word[4 * PLIM_LANES];
		memcpy(word, d.pair, sizeof word);
		for (const stretch *s = d.list; d.by_stretch && s->count; to += s++->count)
			memcpy(to, word + s->at, s->count * sizeof *to);
		for (size_t i = 0; !d.by_stretch && i < m; i++)
			to[i] = word[4 * d.slot[i] + (position[start + i] & 3)];
	}
}

static void uniforms(uint64_t seed, uint64_t base, const uint64_t *identity, const uint32_t *position, size_t n,
                     uint64_t *out)
{
	draws d;
	memset(&d.counter, 0, sizeof d.counter);
	for (size_t start = 0, m; start < n; start += m) {
		const size_t most = n - start < 2 * PLIM_LANES ? n - start : 2 * PLIM_LANES;
		d.by_stretch = find_stretches(identity + start, position + start, most, d.begins);
		m = d.by_stretch ? count_up(&d.counter, base, identity + start, position + start, most, 1, d.begins, d.list)
		                 : counters_of_uniforms(&d.counter, base, identity + start, position + start, most, d.slot);
		plim_philox_lanes(&d.counter, seed, d.pair);
		for (size_t k = 0; k < 2 * PLIM_LANES; k++)
			d.pair[k] >>= 12;
		uint64_t *to = out + start;
		for (const stretch *s = d.list; d.by_stretch && s->count; to += s++->count)
			memcpy(to, d.pair + s->at, s->count * sizeof *to);
		for (size_t i = 0; !d.by_stretch && i < m; i++)
			to[i] = d.pair[2 * d.slot[i] + (position[start + i] & 1)];
	}
}

static void quantiles(const plim_quantile_table *table, const uint64_t *x, double *out, size_t n)
{
	plim_quantile_eval(table, x, out, n);
}

static void multiply(const double *restrict a, const double *restrict b, size_t n, double *restrict out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = a[i] * b[i];
}

static uint64_t count_positive(const double *x, size_t n)
{
	uint64_t count = 0;
	for (size_t i = 0; i < n; i++)
		count += x[i] > 0;
	return count;
}

extern const plim_kernel PLIM_KERNEL_NAME;
const plim_kernel PLIM_KERNEL_NAME = {PLIM_KERNEL_CPU, join, words, uniforms, quantiles, multiply, count_positive};
