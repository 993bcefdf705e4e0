/* SPDX-License-Identifier: Apache-2.0 */
#include "store/new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

/* A process has one file of a name open at a time; what is in the way was left by another that died. */
#define ATTEMPTS 100

static plim_status fail(const plim_new_file *file, plim_error *error, const char *what)
{
	return plim_error_set_at(error, PLIM_ERROR_IO, file->path, 0, 0, "cannot %s: %s", what, strerror(errno));
}

static plim_status exists(const plim_new_file *file, plim_error *error)
{
	return plim_error_set_at(error, PLIM_ERROR_IO, file->path, 0, 0, "the file exists; --force replaces it");
}

/* What stands at the path: nothing, a file that may be replaced, or something that may not. */
static plim_status check_place(const plim_new_file *file, plim_error *error)
{
	struct stat info;
	if (lstat(file->path, &info) != 0)
		return errno == ENOENT ? PLIM_OK : fail(file, error, "write the file");
	if (S_ISDIR(info.st_mode))
		return plim_error_set_at(error, PLIM_ERROR_IO, file->path, 0, 0, "this is a folder: name a file in it");
	if (!S_ISREG(info.st_mode) && !S_ISLNK(info.st_mode))
		return plim_error_set_at(error, PLIM_ERROR_IO, file->path, 0, 0,
		                         "this is no regular file, and results are written to no other");
	return file->force ? PLIM_OK : exists(file, error);
}

static char *temporary_name(const char *path, int attempt)
{
	plim_text name = {0};
	plim_text_add_format(&name, "%s.tmp-%ld", path, (long)getpid());
	if (attempt > 0)
		plim_text_add_format(&name, "-%d", attempt);
	char *copy = name.failed ? NULL : plim_mem_string(name.data);
	plim_text_free(&name);
	return copy;
}

plim_status plim_new_file_begin(const char *path, bool force, plim_new_file *file, plim_error *error)
{
	plim_new_file begun = {.path = path, .force = force};
	plim_status status = check_place(&begun, error);
	if (status != PLIM_OK)
		return status;
	int descriptor = -1;
	for (int attempt = 0; attempt < ATTEMPTS && descriptor < 0; attempt++) {
		plim_mem_free(begun.temporary);
		begun.temporary = temporary_name(path, attempt);
		if (!begun.temporary)
			return plim_error_memory(error, "a file name");
		descriptor = open(begun.temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (descriptor < 0 && errno != EEXIST)
			break;
	}
	if (descriptor < 0) {
		status = fail(&begun, error, "write the file");
		plim_mem_free(begun.temporary);
		return status;
	}
	close(descriptor);
	*file = begun;
	return PLIM_OK;
}

/* Some file systems cannot flush a folder: nothing to be done, and nothing lost that they would have kept. */
static bool flush(const char *path, int flags, bool folder)
{
	int descriptor = open(path, flags | O_CLOEXEC);
	if (descriptor < 0)
		return folder && errno == EACCES;
	int done = fsync(descriptor), why = errno;
	close(descriptor);
	errno = why;
	return done == 0 || (folder && (why == EINVAL || why == ENOTSUP || why == EROFS));
}

static bool flush_folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');
	char *folder = slash ? plim_mem_string_n(path, (size_t)(slash - path) + 1) : plim_mem_string(".");
	bool done = folder && flush(folder, O_RDONLY | O_DIRECTORY, true);
	int why = errno;
	plim_mem_free(folder);
	errno = why;
	return done;
}

/* renameat2 is refused by file systems that cannot do it; a hard link does the same, and leaves the old name to remove.
 */
static int rename_to_new(const char *from, const char *to)
{
	if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	if (link(from, to) != 0)
		return -1;
	return unlink(from);
}

plim_status plim_new_file_commit(plim_new_file *file, plim_error *error)
{
	if (!flush(file->temporary, O_RDONLY, false))
		return fail(file, error, "write the file to disk");
	if ((file->force ? rename(file->temporary, file->path) : rename_to_new(file->temporary, file->path)) != 0)
		return errno == EEXIST ? exists(file, error) : fail(file, error, "rename the finished file");
	plim_mem_free(file->temporary);
	file->temporary = NULL;
	if (!flush_folder_of(file->path))
		return fail(file, error, "write the folder to disk (the file is complete)");
	return PLIM_OK;
}

void plim_new_file_explain(const plim_new_file *file, plim_error *error)
{
	static const char more[65536];
	int descriptor = open(file->temporary, O_WRONLY | O_APPEND | O_CLOEXEC);
	ssize_t written = descriptor < 0 ? 0 : write(descriptor, more, sizeof more);
	if (written > 0 && written < (ssize_t)sizeof more) /* the rest has the reason */
		written = write(descriptor, more, sizeof more);
	bool full = descriptor < 0 || written < 0 || fsync(descriptor) != 0;
	int why = errno;
	if (descriptor >= 0)
		close(descriptor);
	if (full && why && error && !strstr(error->text, strerror(why)))
		plim_error_set_at(error, PLIM_ERROR_IO, file->path, 0, 0, "cannot write the file: %s", strerror(why));
}

void plim_new_file_end(plim_new_file *file)
{
	if (file->temporary)
		unlink(file->temporary);
	plim_mem_free(file->temporary);
	*file = (plim_new_file){0};
}
