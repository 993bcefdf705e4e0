/* SPDX-License-Identifier: Apache-2.0 */
#include "random/identity.h"

#include <stdlib.h>

#include "base/digest.h"

uint64_t plim_identity(const char *const *names, size_t count)
{
	plim_digest digest;
	uint8_t bytes[PLIM_DIGEST_SIZE];
	plim_digest_init(&digest);
	for (size_t i = 0; i < count; i++)
		plim_digest_string(&digest, names[i]);
	plim_digest_final(&digest, bytes);
	return plim_digest_head(bytes);
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
	return (x > y) - (x < y);
}

int plim_identity_collides(uint64_t *identities, size_t count, uint64_t *which)
{
	qsort(identities, count, sizeof *identities, compare);
	for (size_t i = 1; i < count; i++) {
		if (identities[i] == identities[i - 1]) {
			*which = identities[i];
			return 1;
		}
	}
	return 0;
}
