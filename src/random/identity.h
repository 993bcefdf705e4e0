/* SPDX-License-Identifier: Apache-2.0 */
/** Identities: 64-bit numbers made from names, so that a draw belongs to what it is named after. */
#ifndef PLIM_RANDOM_IDENTITY_H
#define PLIM_RANDOM_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

/** The first 8 bytes of SHA-256 over the `count` names, each with its length before it. */
uint64_t plim_identity(const char *const *names, size_t count);

/** The identity of something at a place or of a place, from two identities; the first is the more general one. Two rounds
 *  of the finaliser of MurmurHash3, a bijection of each argument with the other held fixed. */
static inline uint64_t plim_identity_join(uint64_t a, uint64_t b)
{
	uint64_t x = a ^ (b * UINT64_C(0x9E3779B97F4A7C15));
	x = (x ^ x >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
	x = (x ^ x >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
	x ^= x >> 33;
	x += b;
	x = (x ^ x >> 33) * UINT64_C(0xFF51AFD7ED558CCD);
	x = (x ^ x >> 33) * UINT64_C(0xC4CEB9FE1A85EC53);
	return x ^ x >> 33;
}

/** True if two of the `count` identities are equal; sorts `identities`. */
int plim_identity_collides(uint64_t *identities, size_t count, uint64_t *which);

#endif
