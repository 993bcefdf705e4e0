/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Lets the n-th call of a function of the C library fail, for tests: preload it and set PLIM_FAULT=FUNCTION:N:ERRNO.
 * With PLIM_FAULT_COUNT=FILE the numbers of calls are written there at the end. Only calls that make or change files
 * count, and of allocations only aligned_alloc, which is what the project's own memory comes from.
 */
/* Both names of a call are defined here, so neither may stand for the other. */
#undef _FILE_OFFSET_BITS
#define _LARGEFILE64_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PWRITE, WRITE, FSYNC, RENAME, CREATE, MKDIR, ALLOC, CALLS };
static const char *const names[CALLS] = {"pwrite", "write", "fsync", "rename", "create", "mkdir", "alloc"};
static long calls[CALLS];
static int chosen = -1, error_number;
static long chosen_call;

__attribute__((constructor)) static void begin(void)
{
	char name[32];
	const char *fault = getenv("PLIM_FAULT");
	if (fault && sscanf(fault, "%31[^:]:%ld:%d", name, &chosen_call, &error_number) == 3)
		for (int i = 0; i < CALLS; i++)
			if (strcmp(name, names[i]) == 0)
				chosen = i;
}

__attribute__((destructor)) static void end(void)
{
	const char *path = getenv("PLIM_FAULT_COUNT");
	FILE *file = path ? fopen(path, "w") : NULL;
	for (int i = 0; file && i < CALLS; i++)
		fprintf(file, "%s %ld\n", names[i], calls[i]);
	if (file)
		fclose(file);
}

static bool fails(int which)
{
	long call = __atomic_add_fetch(&calls[which], 1, __ATOMIC_RELAXED);
	if (which != chosen || call != chosen_call)
		return false;
	errno = error_number;
	return true;
}

static void *next(const char *name)
{
	return dlsym(RTLD_NEXT, name);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t at)
{
	static ssize_t (*real)(int, const void *, size_t, off_t);
	real = real ? real : (ssize_t(*)(int, const void *, size_t, off_t))next("pwrite");
	return fails(PWRITE) ? -1 : real(file, bytes, length, at);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t at)
{
	static ssize_t (*real)(int, const void *, size_t, off64_t);
	real = real ? real : (ssize_t(*)(int, const void *, size_t, off64_t))next("pwrite64");
	return fails(PWRITE) ? -1 : real(file, bytes, length, at);
}

ssize_t write(int file, const void *bytes, size_t length)
{
	static ssize_t (*real)(int, const void *, size_t);
	real = real ? real : (ssize_t(*)(int, const void *, size_t))next("write");
	return file > 2 && fails(WRITE) ? -1 : real(file, bytes, length);
}

int fsync(int file)
{
	static int (*real)(int);
	real = real ? real : (int (*)(int))next("fsync");
	return fails(FSYNC) ? -1 : real(file);
}

int rename(const char *from, const char *to)
{
	static int (*real)(const char *, const char *);
	real = real ? real : (int (*)(const char *, const char *))next("rename");
	return fails(RENAME) ? -1 : real(from, to);
}

int renameat2(int a, const char *from, int b, const char *to, unsigned flags)
{
	static int (*real)(int, const char *, int, const char *, unsigned);
	real = real ? real : (int (*)(int, const char *, int, const char *, unsigned))next("renameat2");
	return fails(RENAME) ? -1 : real(a, from, b, to, flags);
}

int mkdir(const char *path, mode_t mode)
{
	static int (*real)(const char *, mode_t);
	real = real ? real : (int (*)(const char *, mode_t))next("mkdir");
	return fails(MKDIR) ? -1 : real(path, mode);
}

int open(const char *path, int flags, ...)
{
	static int (*real)(const char *, int, ...);
	real = real ? real : (int (*)(const char *, int, ...))next("open");
	va_list more;
	va_start(more, flags);
	mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	return flags & O_CREAT && fails(CREATE) ? -1 : real(path, flags, mode);
}

int open64(const char *path, int flags, ...)
{
	static int (*real)(const char *, int, ...);
	real = real ? real : (int (*)(const char *, int, ...))next("open64");
	va_list more;
	va_start(more, flags);
	mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
	va_end(more);
	return flags & (O_CREAT | O_TRUNC) && fails(CREATE) ? -1 : real(path, flags, mode);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	static void *(*real)(size_t, size_t);
	real = real ? real : (void *(*)(size_t, size_t))next("aligned_alloc");
	return fails(ALLOC) ? NULL : real(alignment, size);
}
