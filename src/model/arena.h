/* SPDX-License-Identifier: Apache-2.0 */
/* Memory that is released all at once, and one copy of every text. */
#ifndef PLIM_MODEL_ARENA_H
#define PLIM_MODEL_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Start from {0}; release with plim_arena_clear. `failed` is set once memory has run short: the owner looks at it
 *  at the end, so that readers need not. */
typedef struct plim_arena {
	struct plim_chunk *chunk; /* the one being filled; older ones behind it */
	char **slot;              /* hash table of the texts kept, open addressing, a power of two long */
	size_t slots, texts;
	bool failed;
} plim_arena;

void plim_arena_clear(plim_arena *arena);

/** `count` zeroed objects of `size` bytes, aligned for any type; NULL (and arena->failed) when memory is short. */
void *plim_arena_alloc(plim_arena *arena, size_t count, size_t size);

/** The arena's one copy of the text: equal texts have equal pointers. Never NULL ("" when memory is short). */
char *plim_arena_text(plim_arena *arena, const char *text);
char *plim_arena_text_n(plim_arena *arena, const char *text, size_t length);

/** Index of names: text -> number. Start from {0}; release with plim_names_clear. Names are not copied. */
typedef struct plim_names {
	const char **name;
	uint32_t *number;
	size_t slots, count;
} plim_names;

void plim_names_clear(plim_names *names);

/** Adds a name. Returns 1 when done, 0 when it is there already (*number becomes its number), -1 when memory is
 *  short. */
int plim_names_add(plim_names *names, const char *name, uint32_t *number);

/** False if there is no such name. */
bool plim_names_find(const plim_names *names, const char *name, uint32_t *number);

#endif
