/* SPDX-License-Identifier: Apache-2.0 */
#include "base/digest.h"

#include <string.h>

void plim_digest_init(plim_digest *digest)
{
	sha256_init(&digest->state);
}

void plim_digest_bytes(plim_digest *digest, const void *bytes, size_t length)
{
	if (length)
		sha256_update(&digest->state, length, bytes);
}

static void to_little(uint64_t value, uint8_t out[static 8])
{
	for (int i = 0; i < 8; i++)
		out[i] = (uint8_t)(value >> (8 * i));
}

void plim_digest_u64(plim_digest *digest, uint64_t value)
{
	uint8_t bytes[8];
	to_little(value, bytes);
	sha256_update(&digest->state, sizeof bytes, bytes);
}

void plim_digest_string(plim_digest *digest, const char *string)
{
	size_t length = strlen(string);
	plim_digest_u64(digest, length);
	plim_digest_bytes(digest, string, length);
}

void plim_digest_double(plim_digest *digest, double value)
{
	uint64_t bits;
	value += 0.0; /* -0 becomes +0 */
	memcpy(&bits, &value, sizeof bits);
	plim_digest_u64(digest, bits);
}

void plim_digest_doubles(plim_digest *digest, const double *values, size_t count)
{
	for (size_t i = 0; i < count; i++)
		plim_digest_double(digest, values[i]);
}

void plim_digest_u64s(plim_digest *digest, const uint64_t *values, size_t count)
{
	enum { TOGETHER = 32 }; /* the library's call costs as much as hashing some of them */
	uint8_t bytes[8 * TOGETHER];
	for (size_t first = 0; first < count; first += TOGETHER) {
		const size_t n = count - first < TOGETHER ? count - first : TOGETHER;
		for (size_t i = 0; i < n; i++)
			to_little(values[first + i], bytes + 8 * i);
		plim_digest_bytes(digest, bytes, 8 * n);
	}
}

void plim_digest_final(plim_digest *digest, uint8_t out[static PLIM_DIGEST_SIZE])
{
	sha256_digest(&digest->state, PLIM_DIGEST_SIZE, out);
}

void plim_digest_hex(const uint8_t digest[static PLIM_DIGEST_SIZE], char out[static PLIM_DIGEST_HEX_SIZE])
{
	static const char hex[] = "0123456789abcdef";
	for (size_t i = 0; i < PLIM_DIGEST_SIZE; i++) {
		out[2 * i] = hex[digest[i] >> 4];
		out[2 * i + 1] = hex[digest[i] & 15];
	}
	out[2 * PLIM_DIGEST_SIZE] = '\0';
}

uint64_t plim_digest_head(const uint8_t digest[static PLIM_DIGEST_SIZE])
{
	uint64_t head = 0;
	for (int i = 0; i < 8; i++)
		head |= (uint64_t)digest[i] << (8 * i);
	return head;
}
