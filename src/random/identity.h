/* SPDX-License-Identifier: Apache-2.0 */
/** Identities: 64-bit numbers made from names, so that a draw belongs to what it is named after. */
#ifndef PLIM_RANDOM_IDENTITY_H
#define PLIM_RANDOM_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

/** The first 8 bytes of SHA-256 over the `count` names, each with its length before it. */
uint64_t plim_identity(const char *const *names, size_t count);

/** True if two of the `count` identities are equal; sorts `identities`. */
int plim_identity_collides(uint64_t *identities, size_t count, uint64_t *which);

#endif
