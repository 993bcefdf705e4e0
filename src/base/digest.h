/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 (FIPS 180-4, by the nettle library) over typed values in one canonical byte order. */
#ifndef PLIM_BASE_DIGEST_H
#define PLIM_BASE_DIGEST_H

#include <nettle/sha2.h>
#include <stddef.h>
#include <stdint.h>

#define PLIM_DIGEST_SIZE 32
#define PLIM_DIGEST_HEX_SIZE 65 /* with the NUL */

typedef struct plim_digest {
	struct sha256_ctx state;
} plim_digest;

void plim_digest_init(plim_digest *digest);
void plim_digest_bytes(plim_digest *digest, const void *bytes, size_t length);

/** A string with its length before it, so that ("ab", "c") and ("a", "bc") differ. */
void plim_digest_string(plim_digest *digest, const char *string);

/** Little-endian whatever the machine. Doubles by their bits, with -0 as +0. */
void plim_digest_u64(plim_digest *digest, uint64_t value);
void plim_digest_double(plim_digest *digest, double value);

/** `count` doubles or integers, each as above. */
void plim_digest_doubles(plim_digest *digest, const double *values, size_t count);
void plim_digest_u64s(plim_digest *digest, const uint64_t *values, size_t count);

void plim_digest_final(plim_digest *digest, uint8_t out[static PLIM_DIGEST_SIZE]);
void plim_digest_hex(const uint8_t digest[static PLIM_DIGEST_SIZE], char out[static PLIM_DIGEST_HEX_SIZE]);

/** The first 8 bytes of a digest as a little-endian number: the 64-bit identity of a name. */
uint64_t plim_digest_head(const uint8_t digest[static PLIM_DIGEST_SIZE]);

#endif
