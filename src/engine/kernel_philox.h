/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Philox over many counters side by side, for the kernels. Words of 32 bits lie in the lower halves of 64-bit lanes,
 * where the machine's multiplication of 32 by 32 bits wants them; what the upper halves hold is of no account, so that
 * a round takes six operations: two products, their upper words moved down, two sums modulo 2.
 */
#ifndef PLIM_ENGINE_KERNEL_PHILOX_H
#define PLIM_ENGINE_KERNEL_PHILOX_H

#include <stdint.h>
#include <string.h>

#include "random/philox.h"

#if defined(__SSE2__)
#include <immintrin.h>
#elif defined(__ARM_NEON)
#include <arm_neon.h>
#endif

#if defined(__AVX512F__)
#define PLIM_LANE_BYTES 64
#elif defined(__AVX2__)
#define PLIM_LANE_BYTES 32
#else
#define PLIM_LANE_BYTES 16
#endif
typedef uint64_t plim_words __attribute__((vector_size(PLIM_LANE_BYTES)));

/* Vectors at a time, so that there is something to do while one waits for its product. */
#define PLIM_LANE_VECTORS 4

/* Loops over a few vectors must vanish before registers are given out. */
#if defined(__clang__)
#define PLIM_UNROLL _Pragma("clang loop unroll(full)")
#else
#define PLIM_UNROLL _Pragma("GCC unroll 10")
#endif

/* Counters computed side by side. */
#define PLIM_LANES 64

/* Counters as two halves; each gives two pairs of words: the first word of a pair is its lower half. */
typedef struct plim_lanes {
	uint64_t low[PLIM_LANES], high[PLIM_LANES];
} plim_lanes;

#define PLIM_LOWER_WORD UINT64_C(0xffffffff)

/* The lower words times m. */
static inline plim_words plim_words_times(plim_words a, uint32_t m)
{
#if defined(__AVX512F__)
	return (plim_words)_mm512_mul_epu32((__m512i)a, _mm512_set1_epi64((int64_t)m));
#elif defined(__AVX2__)
	return (plim_words)_mm256_mul_epu32((__m256i)a, _mm256_set1_epi64x((int64_t)m));
#elif defined(__SSE2__)
	return (plim_words)_mm_mul_epu32((__m128i)a, _mm_set1_epi64x((int64_t)m));
#elif defined(__ARM_NEON)
	return (plim_words)vmull_u32(vmovn_u64((uint64x2_t)a), vdup_n_u32(m));
#else
	return (a & PLIM_LOWER_WORD) * m;
#endif
}

/* The vectors from counter `first` on, turned into their pairs of words. */
static inline void plim_philox_vectors(const plim_lanes *c, uint32_t first, uint64_t key, uint64_t *left,
                                       uint64_t *right)
{
	enum { N = PLIM_LANE_VECTORS, WIDTH = PLIM_LANE_BYTES / 8 };
	plim_words word[4][N];
	uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
	PLIM_UNROLL
	for (int v = 0; v < N; v++) {
		memcpy(&word[0][v], c->low + first + v * WIDTH, PLIM_LANE_BYTES);
		memcpy(&word[2][v], c->high + first + v * WIDTH, PLIM_LANE_BYTES);
		word[1][v] = word[0][v] >> 32;
		word[3][v] = word[2][v] >> 32;
	}
	PLIM_UNROLL
	for (int round = 0; round < PLIM_PHILOX_ROUNDS; round++) {
		PLIM_UNROLL
		for (int v = 0; v < N; v++) {
			const plim_words p0 = plim_words_times(word[0][v], PLIM_PHILOX_M0);
			const plim_words p1 = plim_words_times(word[2][v], PLIM_PHILOX_M1);
			word[0][v] = (p1 >> 32) ^ word[1][v] ^ k0;
			word[2][v] = (p0 >> 32) ^ word[3][v] ^ k1;
			word[1][v] = p1;
			word[3][v] = p0;
		}
		k0 += PLIM_PHILOX_W0;
		k1 += PLIM_PHILOX_W1;
	}
	PLIM_UNROLL
	for (int v = 0; v < N; v++) {
		const plim_words a = word[1][v] << 32 | (word[0][v] & PLIM_LOWER_WORD);
		const plim_words b = word[3][v] << 32 | (word[2][v] & PLIM_LOWER_WORD);
		memcpy(left + v * WIDTH, &a, PLIM_LANE_BYTES);
		memcpy(right + v * WIDTH, &b, PLIM_LANE_BYTES);
	}
}

/** The two pairs of words of each counter, one counter's after the other's. */
static inline void plim_philox_lanes(const plim_lanes *c, uint64_t key, uint64_t pair[2 * PLIM_LANES])
{
	enum { STEP = PLIM_LANE_VECTORS * PLIM_LANE_BYTES / 8 };
	uint64_t left[PLIM_LANES], right[PLIM_LANES];
	for (uint32_t first = 0; first < PLIM_LANES; first += STEP)
		plim_philox_vectors(c, first, key, left + first, right + first);
	for (int k = 0; k < PLIM_LANES; k++) {
		pair[2 * k] = left[k];
		pair[2 * k + 1] = right[k];
	}
}

#endif
