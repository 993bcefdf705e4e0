/* SPDX-License-Identifier: Apache-2.0 */
#include "model/arena.h"

#include <string.h>

#include "base/memory.h"

#define CHUNK_BYTES (256u << 10)
#define ALIGNMENT 16u /* enough for long double */

struct plim_chunk {
	struct plim_chunk *older;
	size_t used, size;
};

#define HEAD_BYTES ((sizeof(struct plim_chunk) + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT)

void plim_arena_clear(plim_arena *arena)
{
	while (arena->chunk) {
		struct plim_chunk *older = arena->chunk->older;
		plim_mem_free(arena->chunk);
		arena->chunk = older;
	}
	plim_mem_free(arena->slot);
	*arena = (plim_arena){0};
}

static bool add_chunk(plim_arena *arena, size_t bytes)
{
	size_t size = bytes > CHUNK_BYTES - HEAD_BYTES ? bytes : CHUNK_BYTES - HEAD_BYTES;
	struct plim_chunk *chunk = plim_mem_alloc(1, HEAD_BYTES + size);
	if (!chunk)
		return false;
	chunk->older = arena->chunk;
	chunk->size = size;
	arena->chunk = chunk;
	return true;
}

static void *take(plim_arena *arena, size_t bytes, size_t alignment)
{
	struct plim_chunk *chunk = arena->chunk;
	size_t at = chunk ? (chunk->used + alignment - 1) / alignment * alignment : 0;
	if (!chunk || at > chunk->size || chunk->size - at < bytes) {
		if (!add_chunk(arena, bytes)) {
			arena->failed = true;
			return NULL;
		}
		chunk = arena->chunk;
		at = 0;
	}
	chunk->used = at + bytes;
	return (char *)chunk + HEAD_BYTES + at;
}

void *plim_arena_alloc(plim_arena *arena, size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX / 2) {
		arena->failed = true;
		return NULL;
	}
	return take(arena, bytes ? bytes : 1, ALIGNMENT);
}

/* FNV-1a with a final mix, so that the low bits that index the table depend on every byte. */
static uint64_t hash_of(const char *text, size_t length)
{
	uint64_t hash = 0xcbf29ce484222325u;
	for (size_t i = 0; i < length; i++)
		hash = (hash ^ (unsigned char)text[i]) * 0x100000001b3u;
	hash ^= hash >> 32;
	hash *= 0xd6e8feb86659fd93u;
	return hash ^ (hash >> 32);
}

/* Slot of a text, or the free slot where it belongs. */
static size_t slot_of(char *const *slot, size_t slots, const char *text, size_t length)
{
	size_t at = hash_of(text, length) & (slots - 1);
	while (slot[at] && (strncmp(slot[at], text, length) != 0 || slot[at][length] != '\0'))
		at = (at + 1) & (slots - 1);
	return at;
}

static bool widen_texts(plim_arena *arena)
{
	if (arena->texts * 2 < arena->slots)
		return true;
	size_t slots = arena->slots ? arena->slots * 2 : 256;
	char **slot = plim_mem_alloc(slots, sizeof *slot);
	if (!slot)
		return false;
	for (size_t i = 0; i < arena->slots; i++)
		if (arena->slot[i])
			slot[slot_of(slot, slots, arena->slot[i], strlen(arena->slot[i]))] = arena->slot[i];
	plim_mem_free(arena->slot);
	arena->slot = slot;
	arena->slots = slots;
	return true;
}

/* What text functions return when memory is short, and for no text; a writable type without a writable object. */
static char *no_text(void)
{
	return (char *)(uintptr_t) "";
}

char *plim_arena_text_n(plim_arena *arena, const char *text, size_t length)
{
	if (length == 0)
		return no_text();
	if (!widen_texts(arena)) {
		arena->failed = true;
		return no_text();
	}
	size_t at = slot_of(arena->slot, arena->slots, text, length);
	if (arena->slot[at])
		return arena->slot[at];
	char *copy = take(arena, length + 1, 1);
	if (!copy)
		return no_text();
	memcpy(copy, text, length);
	copy[length] = '\0';
	arena->slot[at] = copy;
	arena->texts++;
	return copy;
}

char *plim_arena_text(plim_arena *arena, const char *text)
{
	return plim_arena_text_n(arena, text, strlen(text));
}

/* ---- index of names ---- */

void plim_names_clear(plim_names *names)
{
	plim_mem_free(names->name);
	plim_mem_free(names->number);
	*names = (plim_names){0};
}

static size_t name_slot(const char *const *name, size_t slots, const char *text)
{
	size_t at = hash_of(text, strlen(text)) & (slots - 1);
	while (name[at] && strcmp(name[at], text) != 0)
		at = (at + 1) & (slots - 1);
	return at;
}

static bool widen_names(plim_names *names)
{
	if (names->count * 2 < names->slots)
		return true;
	size_t slots = names->slots ? names->slots * 2 : 64;
	const char **name = plim_mem_alloc(slots, sizeof *name);
	uint32_t *number = plim_mem_alloc(slots, sizeof *number);
	if (!name || !number) {
		plim_mem_free(name);
		plim_mem_free(number);
		return false;
	}
	for (size_t i = 0; i < names->slots; i++) {
		if (!names->name[i])
			continue;
		size_t at = name_slot(name, slots, names->name[i]);
		name[at] = names->name[i];
		number[at] = names->number[i];
	}
	plim_names_clear(&(plim_names){names->name, names->number, 0, 0});
	names->name = name;
	names->number = number;
	names->slots = slots;
	return true;
}

int plim_names_add(plim_names *names, const char *name, uint32_t *number)
{
	if (!widen_names(names))
		return -1;
	size_t at = name_slot(names->name, names->slots, name);
	if (names->name[at]) {
		*number = names->number[at];
		return 0;
	}
	names->name[at] = name;
	names->number[at] = *number;
	names->count++;
	return 1;
}

bool plim_names_find(const plim_names *names, const char *name, uint32_t *number)
{
	if (!names->count)
		return false;
	size_t at = name_slot(names->name, names->slots, name);
	if (!names->name[at])
		return false;
	*number = names->number[at];
	return true;
}
