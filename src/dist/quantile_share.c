/* SPDX-License-Identifier: Apache-2.0 */
#include "dist/quantile_share.h"

#include <assert.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"

typedef struct shared {
	uint8_t key[PLIM_DIGEST_SIZE]; /* of the amount */
	plim_quantile_table *table;
	size_t users, bytes;
	uint64_t since; /* when it was last given back */
} shared;

/* All of it is looked at and changed by one thread at a time: in sections named plim_quantile_share. */
static struct {
	shared *item;
	size_t count, capacity, idle, kept; /* tables that nobody holds, and their bytes */
	uint64_t now;
} all;

static void digest_numbers(plim_digest *digest, const double *values, size_t count)
{
	plim_digest_u64(digest, values ? count : 0);
	for (size_t i = 0; values && i < count; i++)
		plim_digest_double(digest, values[i]);
}

/* A long double is told by the nearest double and what that leaves. */
static void digest_long(plim_digest *digest, const long double *values, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		const double near = (double)values[i];
		plim_digest_double(digest, near);
		plim_digest_double(digest, near - near == 0 ? (double)(values[i] - near) : 0);
	}
}

static size_t weights_of(const plim_amount *amount)
{
	switch (amount->family) {
	case PLIM_FAMILY_HISTOGRAM: return amount->count - 1;
	case PLIM_FAMILY_MIXTURE: return amount->parts;
	default: return amount->count;
	}
}

/* What was given and what was made of it: all that a table can depend on. */
static void digest_amount(plim_digest *digest, const plim_amount *amount)
{
	const double built[] = {amount->min, amount->max, amount->times, amount->shift, amount->cap};
	plim_digest_u64(digest, (uint64_t)amount->family);
	plim_digest_u64(digest, amount->given_count);
	for (size_t i = 0; i < amount->given_count; i++) {
		plim_digest_string(digest, amount->given[i].name);
		plim_digest_double(digest, amount->given[i].value);
	}
	digest_numbers(digest, amount->x, amount->count);
	digest_numbers(digest, amount->w, amount->w ? weights_of(amount) : 0);
	digest_numbers(digest, built, sizeof built / sizeof *built);
	digest_long(digest, amount->param, sizeof amount->param / sizeof *amount->param);
	plim_digest_u64(digest, amount->coefs);
	digest_long(digest, amount->coef, amount->coef ? amount->coefs : 0);
	plim_digest_u64(digest, amount->parts);
	for (size_t i = 0; i < amount->parts; i++)
		digest_amount(digest, &amount->part[i]);
}

/* Takes a table that is there already. */
static plim_quantile_table *take(const uint8_t *key)
{
	for (size_t i = 0; i < all.count; i++) {
		shared *s = &all.item[i];
		if (memcmp(s->key, key, sizeof s->key) != 0)
			continue;
		if (s->users++ == 0) {
			all.kept -= s->bytes;
			all.idle--;
		}
		return s->table;
	}
	return NULL;
}

/* Adds a new table, held once; false on lack of memory. */
static bool add(const uint8_t *key, plim_quantile_table *table)
{
	if (plim_mem_grow((void **)&all.item, &all.capacity, all.count + 1, sizeof *all.item))
		return false;
	shared *s = &all.item[all.count++];
	*s = (shared){.table = table, .users = 1, .bytes = plim_quantile_table_bytes(table)};
	memcpy(s->key, key, sizeof s->key);
	return true;
}

/* Forgets the table that nobody has held for longest. */
static void forget_oldest(void)
{
	size_t oldest = SIZE_MAX;
	for (size_t i = 0; i < all.count; i++)
		if (all.item[i].users == 0 && (oldest == SIZE_MAX || all.item[i].since < all.item[oldest].since))
			oldest = i;
	assert(oldest != SIZE_MAX);
	all.kept -= all.item[oldest].bytes;
	all.idle--;
	plim_quantile_table_free(&all.item[oldest].table);
	all.item[oldest] = all.item[--all.count];
}

plim_status plim_quantile_table_borrow(const plim_amount *amount, const plim_quantile_table **table, plim_error *error)
{
	plim_digest digest;
	uint8_t key[PLIM_DIGEST_SIZE];
	plim_quantile_table *found, *made = NULL;
	plim_digest_init(&digest);
	digest_amount(&digest, amount);
	plim_digest_final(&digest, key);
#pragma omp critical(plim_quantile_share)
	found = take(key);
	if (!found) { /* compiled outside, for it takes long; another thread may do the same */
		bool added = true;
		const plim_status status = plim_quantile_table_build(amount, &made, error);
		if (status != PLIM_OK)
			return status;
#pragma omp critical(plim_quantile_share)
		{
			found = take(key);
			if (!found) {
				added = add(key, made);
				found = added ? made : NULL;
			}
		}
		if (found != made)
			plim_quantile_table_free(&made);
		if (!added)
			return plim_error_memory(error, "the quantile tables");
	}
	*table = found;
	return PLIM_OK;
}

static void give_back(const plim_quantile_table *table)
{
	for (size_t i = 0; i < all.count; i++) {
		shared *s = &all.item[i];
		if (s->table != table)
			continue;
		assert(s->users > 0);
		if (--s->users > 0)
			return;
		s->since = ++all.now;
		all.kept += s->bytes;
		all.idle++;
		while (all.kept > PLIM_QUANTILE_SHARE_KEPT || all.idle > PLIM_QUANTILE_SHARE_MOST)
			forget_oldest();
		return;
	}
	assert(false && "a table that was not borrowed");
}

void plim_quantile_table_return(const plim_quantile_table **table)
{
	if (!*table)
		return;
#pragma omp critical(plim_quantile_share)
	give_back(*table);
	*table = NULL;
}
