/* SPDX-License-Identifier: Apache-2.0 */
/* The one source of all kernels. A file that includes it defines PLIM_KERNEL_NAME and PLIM_KERNEL_CPU and is compiled
 * with the flags of its instruction set. */
#include "dist/quantile_eval.h"
#include "engine/kernel.h"
#include "random/address.h"
#include "random/identity.h"

/* Counters computed side by side: enough for several 512-bit registers, small enough to stay in L1. */
#define LANES 64

/* Ten rounds over LANES counters, word by word in four arrays, so that the compiler turns each step into vectors. */
static inline void philox_lanes(uint32_t *restrict c0, uint32_t *restrict c1, uint32_t *restrict c2,
								uint32_t *restrict c3, uint64_t key)
{
	for (int i = 0; i < LANES; i++) {
		uint32_t c[4] = {c0[i], c1[i], c2[i], c3[i]};
		uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC unroll 10
#else
#pragma clang loop unroll(full)
#endif
		for (int round = 0; round < PLIM_PHILOX_ROUNDS; round++) {
			uint64_t p0 = (uint64_t)PLIM_PHILOX_M0 * c[0], p1 = (uint64_t)PLIM_PHILOX_M1 * c[2];
			uint32_t n0 = (uint32_t)(p1 >> 32) ^ c[1] ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c[3] ^ k1;
			c[1] = (uint32_t)p1;
			c[3] = (uint32_t)p0;
			c[0] = n0;
			c[2] = n2;
			k0 += PLIM_PHILOX_W0;
			k1 += PLIM_PHILOX_W1;
		}
		c0[i] = c[0];
		c1[i] = c[1];
		c2[i] = c[2];
		c3[i] = c[3];
	}
}

typedef struct lanes {
	uint32_t c0[LANES], c1[LANES], c2[LANES], c3[LANES];
} lanes;

static inline void set_counter(lanes *c, size_t lane, uint64_t low, uint64_t high)
{
	c->c0[lane] = (uint32_t)low;
	c->c1[lane] = (uint32_t)(low >> 32);
	c->c2[lane] = (uint32_t)high;
	c->c3[lane] = (uint32_t)(high >> 32);
}

/* A counter gives several draws: as many items as ever share LANES counters. */
#define ITEMS (4 * LANES)

/* The counters of the first of n > 0 items: draw position >> `shift` of an identity. Neighbours that share one get it once:
 * item i's is number slot[i]. Lanes beyond the last hold what they held and are not read. Returns how many items. */
static inline size_t counters(lanes *c, uint64_t base, const uint64_t *identity, const uint32_t *position, size_t n,
                              int shift, uint8_t *slot)
{
	const size_t most = n < ITEMS ? n : ITEMS;
	uint16_t first[LANES + 1]; /* item of each counter; one place to spare */
	size_t count = 1, i = 1;
	uint8_t other[ITEMS];      /* whether it is another one than its left neighbour's */
	for (size_t j = 1; j < most; j++)
		other[j] = ((identity[j] ^ identity[j - 1]) | ((position[j] ^ position[j - 1]) >> shift)) != 0;
	first[0] = slot[0] = 0;
	for (; i < most && count + other[i] <= LANES; i++) {
		first[count] = (uint16_t)i; /* no branch: kept only if the count moves on */
		count += other[i];
		slot[i] = (uint8_t)(count - 1);
	}
	for (size_t k = 0; k < count; k++)
		set_counter(c, k, base + (position[first[k]] >> shift), identity[first[k]]);
	return i;
}

static void join(uint64_t general, const uint64_t *restrict special, size_t n, uint64_t *restrict out)
{
	for (size_t i = 0; i < n; i++)
		out[i] = plim_identity_join(general, special[i]);
}

static void words(uint64_t seed, uint64_t base, const uint64_t *identity, const uint32_t *position, size_t n,
				  uint32_t *out)
{
	lanes c = {{0}, {0}, {0}, {0}};
	uint8_t slot[ITEMS];
	uint32_t word[4 * LANES];
	for (size_t start = 0, m; start < n; start += m) {
		m = counters(&c, base, identity + start, position + start, n - start, 2, slot);
		philox_lanes(c.c0, c.c1, c.c2, c.c3, seed);
		for (size_t k = 0; k < LANES; k++) {
			word[4 * k] = c.c0[k];
			word[4 * k + 1] = c.c1[k];
			word[4 * k + 2] = c.c2[k];
			word[4 * k + 3] = c.c3[k];
		}
		for (size_t i = 0; i < m; i++)
			out[start + i] = word[4 * slot[i] + (position[start + i] & 3)];
	}
}

#ifdef __AVX512F__ /* ten rounds for every draw take less time than finding out which two share them */
static void uniforms(uint64_t seed, uint64_t base, const uint64_t *identity, const uint32_t *position, size_t n,
					 uint64_t *out)
{
	lanes c = {{0}, {0}, {0}, {0}};
	for (size_t start = 0; start < n; start += LANES) {
		const size_t m = n - start < LANES ? n - start : LANES;
		for (size_t i = 0; i < m; i++)
			set_counter(&c, i, base + (position[start + i] >> 1), identity[start + i]);
		philox_lanes(c.c0, c.c1, c.c2, c.c3, seed);
		for (size_t i = 0; i < m; i++) {
			uint32_t odd = 0u - (position[start + i] & 1);
			uint32_t low = (c.c0[i] & ~odd) | (c.c2[i] & odd), high = (c.c1[i] & ~odd) | (c.c3[i] & odd);
			out[start + i] = ((uint64_t)high << 32 | low) >> 12;
		}
	}
}
#else
static void uniforms(uint64_t seed, uint64_t base, const uint64_t *identity, const uint32_t *position, size_t n,
					 uint64_t *out)
{
	lanes c = {{0}, {0}, {0}, {0}};
	uint8_t slot[ITEMS];
	uint64_t pair[2 * LANES];
	for (size_t start = 0, m; start < n; start += m) {
		m = counters(&c, base, identity + start, position + start, n - start, 1, slot);
		philox_lanes(c.c0, c.c1, c.c2, c.c3, seed);
		for (size_t k = 0; k < LANES; k++) {
			pair[2 * k] = ((uint64_t)c.c1[k] << 32 | c.c0[k]) >> 12;
			pair[2 * k + 1] = ((uint64_t)c.c3[k] << 32 | c.c2[k]) >> 12;
		}
		for (size_t i = 0; i < m; i++)
			out[start + i] = pair[2 * slot[i] + (position[start + i] & 1)];
	}
}
#endif

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
