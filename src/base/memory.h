/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation with overflow checks. Everything comes zeroed but where it says so; release with plim_mem_free. */
#ifndef PLIM_BASE_MEMORY_H
#define PLIM_BASE_MEMORY_H

#include <stddef.h>

#include "plimsoll/status.h"

/** `count` zeroed objects of `size` bytes, aligned to 64 bytes (a cache line, one AVX-512 register).
 *  NULL when memory is short or count * size overflows; a count of 0 gives a valid pointer. */
void *plim_mem_alloc(size_t count, size_t size);

/** The same, not zeroed: for large arrays of which every element is written before it is read. */
void *plim_mem_room(size_t count, size_t size);

/** Grows `*array` of `*capacity` objects to hold at least `needed`, doubling; new objects are zeroed.
 *  Returns 0 on success; on failure returns -1 and changes nothing. */
int plim_mem_grow(void **array, size_t *capacity, size_t needed, size_t size);

/** Releases what plim_mem_alloc or plim_mem_grow gave; NULL is allowed. */
void plim_mem_free(void *memory);

/** `bytes` of zeroed memory straight from the operating system: pages cost nothing until they are written, so that
 *  large sparse tables can be laid out densely. NULL when memory is short. Release with plim_mem_pages_free. */
void *plim_mem_pages(size_t bytes);

/** Makes *memory (from plim_mem_pages, `from` bytes; or NULL) `to` bytes long; what it held stays, the rest is zero. It
 * may move. PLIM_ERROR_MEMORY; then nothing changes. */
plim_status plim_mem_pages_grow(void **memory, size_t from, size_t to);
/** As plim_mem_grow, for large arrays: what the doubling adds costs nothing until it is written. Release with
 *  plim_mem_pages_free(*array, *capacity * size). */
int plim_mem_pages_reserve(void **array, size_t *capacity, size_t needed, size_t size);

void plim_mem_pages_free(void *memory, size_t bytes);

/** A copy of `text` (NULL gives NULL), to be released with plim_mem_free; NULL when memory is short. */
char *plim_mem_string(const char *text);

/** The same of the first `length` bytes, terminated. */
char *plim_mem_string_n(const char *text, size_t length);

#endif
