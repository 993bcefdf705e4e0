/* SPDX-License-Identifier: Apache-2.0 */
#include "base/memory.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ALIGNMENT 64u
#define LARGE ((size_t)4 << 20) /* memory that will be filled is asked for in huge pages from here on */
#define PAGE ((size_t)4096)

/* A wish that may stay one: filled from the start, such memory needs few large pages, each of which the system gives at
 * one stroke. */
static void wish_huge(void *memory, size_t bytes)
{
	madvise(memory, bytes, MADV_HUGEPAGE);
}

/* The size of an array in whole cache lines, at least one; 0 if there is no such size. */
static size_t whole_lines(size_t count, size_t size)
{
	size_t bytes;
	if (__builtin_mul_overflow(count, size, &bytes) || bytes > SIZE_MAX - ALIGNMENT)
		return 0;
	return bytes == 0 ? ALIGNMENT : (bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

void *plim_mem_room(size_t count, size_t size)
{
	const size_t bytes = whole_lines(count, size);
	void *memory = bytes ? aligned_alloc(ALIGNMENT, bytes) : NULL;
	const size_t skipped = (PAGE - (uintptr_t)memory % PAGE) % PAGE;
	if (memory && bytes >= LARGE)
		wish_huge((char *)memory + skipped, bytes - skipped);
	return memory;
}

void *plim_mem_alloc(size_t count, size_t size)
{
	void *memory = plim_mem_room(count, size);
	if (memory)
		memset(memory, 0, whole_lines(count, size));
	return memory;
}

int plim_mem_grow(void **array, size_t *capacity, size_t needed, size_t size)
{
	if (needed <= *capacity)
		return 0;
	size_t wanted = *capacity < 8 ? 8 : *capacity;
	while (wanted < needed) {
		if (wanted > SIZE_MAX / 2)
			return -1;
		wanted *= 2;
	}
	if (wanted > SIZE_MAX / 2 / size)
		return -1;
	void *grown = realloc(*array, wanted * size); /* large arrays are moved by the system without a copy */
	if (!grown)
		return -1;
	memset((char *)grown + *capacity * size, 0, (wanted - *capacity) * size);
	*array = grown;
	*capacity = wanted;
	return 0;
}

void plim_mem_free(void *memory)
{
	free(memory);
}

void *plim_mem_pages(size_t bytes)
{
	void *memory =
	    mmap(NULL, bytes ? bytes : 1, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	return memory == MAP_FAILED ? NULL : memory;
}

void plim_mem_pages_free(void *memory, size_t bytes)
{
	if (memory)
		munmap(memory, bytes ? bytes : 1);
}

plim_status plim_mem_pages_grow(void **memory, size_t from, size_t to)
{
	void *grown = *memory ? mremap(*memory, from ? from : 1, to ? to : 1, MREMAP_MAYMOVE) : plim_mem_pages(to);
	if (!grown || grown == MAP_FAILED)
		return PLIM_ERROR_MEMORY;
	if (to >= LARGE)
		wish_huge(grown, to); /* all of it: the system does not move memory of two kinds */
	*memory = grown;
	return PLIM_OK;
}

int plim_mem_pages_reserve(void **array, size_t *capacity, size_t needed, size_t size)
{
	size_t wanted = *capacity < 512 ? 512 : *capacity;
	if (needed <= *capacity)
		return 0;
	while (wanted < needed) {
		if (wanted > SIZE_MAX / 2 / size)
			return -1;
		wanted *= 2;
	}
	if (plim_mem_pages_grow(array, *capacity * size, wanted * size) != PLIM_OK)
		return -1;
	*capacity = wanted;
	return 0;
}

char *plim_mem_string_n(const char *text, size_t length)
{
	char *copy = plim_mem_alloc(length + 1, 1);
	if (copy)
		memcpy(copy, text, length);
	return copy;
}

char *plim_mem_string(const char *text)
{
	return text ? plim_mem_string_n(text, strlen(text)) : NULL;
}
