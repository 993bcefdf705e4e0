/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Philox4x32-10: a counter-based generator. Any 128-bit counter gives four random 32-bit words at once, with no state.
 * Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011; the known-answer vectors of
 * their library are unit tests.
 *
 * Inline on purpose: kernels compile it once for each instruction set.
 */
#ifndef PLIM_RANDOM_PHILOX_H
#define PLIM_RANDOM_PHILOX_H

#include <stdint.h>

#define PLIM_PHILOX_M0 0xD2511F53u
#define PLIM_PHILOX_M1 0xCD9E8D57u
#define PLIM_PHILOX_W0 0x9E3779B9u
#define PLIM_PHILOX_W1 0xBB67AE85u
#define PLIM_PHILOX_ROUNDS 10

/** Replaces the counter c[4] by its random words under the 64-bit key. */
static inline void plim_philox(uint32_t c[4], uint64_t key)
{
	uint32_t k0 = (uint32_t)key, k1 = (uint32_t)(key >> 32);
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
}

#endif
