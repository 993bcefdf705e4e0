/* SPDX-License-Identifier: Apache-2.0 */
#include <errno.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/cli.h"

static plim_status cannot_write(const char *path, int number, plim_error *error)
{
	return plim_error_set(error, PLIM_ERROR_IO, "cannot write '%s': %s", path, strerror(number));
}

/* PLIM_OK when a file can be made in the folder of `path`. */
static plim_status check_folder(const char *path, plim_error *error)
{
	char *copy = plim_mem_string(path);
	if (!copy)
		return plim_error_memory(error, "a path");
	const char *folder = dirname(copy);
	plim_status status = PLIM_OK;
	if (access(folder, W_OK | X_OK))
		status =
		    plim_error_set(error, PLIM_ERROR_IO, "cannot write '%s': folder '%s': %s", path, folder, strerror(errno));
	plim_mem_free(copy);
	return status;
}

plim_status plim_cli_output_check(const char *path, bool force, plim_error *error)
{
	struct stat info;
	if (*path == '\0')
		return plim_error_set(error, PLIM_ERROR_USAGE, "the name of the output is empty");
	if (strcmp(path, "-") == 0)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "this output cannot go to standard output: name a file (./- for one called '-')");
	if (stat(path, &info)) {
		if (errno != ENOENT)
			return cannot_write(path, errno, error);
		return check_folder(path, error);
	}
	if (S_ISDIR(info.st_mode))
		return cannot_write(path, EISDIR, error);
	if (!S_ISREG(info.st_mode))
		return plim_error_set(error, PLIM_ERROR_IO, "cannot write '%s': it is not a regular file", path);
	if (!force)
		return plim_error_set(error, PLIM_ERROR_IO, "'%s' exists; --force replaces it", path);
	return check_folder(path, error);
}

static bool is_same_file(const struct stat *a, const char *path)
{
	struct stat b;
	return path && stat(path, &b) == 0 && S_ISREG(b.st_mode) && a->st_dev == b.st_dev && a->st_ino == b.st_ino;
}

plim_status plim_cli_keep_inputs(const plim_cli_args *args, plim_error *error)
{
	static const char *const outputs[] = {"output", "svg"};
	static const char *const inputs[] = {"review", "log", "kpi", "model", "standard"};
	for (size_t o = 0; o < sizeof outputs / sizeof *outputs; o++) {
		const char *path = plim_cli_value(args, outputs[o]);
		struct stat info;
		bool read = false;
		if (!path || stat(path, &info))
			continue;
		for (size_t i = 0; i < args->operands; i++)
			read |= is_same_file(&info, args->operand[i]);
		for (size_t i = 0; i < sizeof inputs / sizeof *inputs; i++)
			read |= is_same_file(&info, plim_cli_value(args, inputs[i]));
		if (read)
			return plim_error_set(error, PLIM_ERROR_USAGE,
			                      "--%s: '%s' is a file that this command reads; name another one", outputs[o], path);
	}
	return PLIM_OK;
}

/* A temporary file beside `path`, with the rights that a new file would have. */
static plim_status open_temporary(plim_cli_output *output, plim_error *error)
{
	plim_text name = {0};
	plim_text_add_format(&name, "%s.XXXXXX", output->path);
	if (name.failed) {
		plim_text_free(&name);
		return plim_error_memory(error, "a path");
	}
	int file = mkstemp(name.data);
	mode_t mask = umask(0);
	umask(mask);
	if (file >= 0 && (fchmod(file, 0666 & ~mask) || !(output->file = fdopen(file, "w")))) {
		int number = errno;
		unlink(name.data);
		close(file);
		plim_text_free(&name);
		return cannot_write(output->path, number, error);
	}
	if (file < 0) {
		plim_text_free(&name);
		return cannot_write(output->path, errno, error);
	}
	output->temporary = name.data;
	return PLIM_OK;
}

plim_status plim_cli_output_open(plim_cli_output *output, const char *path, bool force, plim_error *error)
{
	*output = (plim_cli_output){.file = stdout};
	if (!path || strcmp(path, "-") == 0)
		return PLIM_OK;
	output->path = path;
	struct stat info;
	if (stat(path, &info) == 0 && !S_ISREG(info.st_mode) && !S_ISDIR(info.st_mode)) {
		output->file = fopen(path, "w"); /* a device or a pipe is written as it is */
		return output->file ? PLIM_OK : cannot_write(path, errno, error);
	}
	plim_status status = plim_cli_output_check(path, force, error);
	return status == PLIM_OK ? open_temporary(output, error) : status;
}

/* Flushes and closes; 0 or the number of the error. */
static int finish(plim_cli_output *output)
{
	int number = 0;
	errno = 0;
	if (fflush(output->file) || ferror(output->file))
		number = errno ? errno : EIO;
	if (output->temporary && !number && fsync(fileno(output->file)))
		number = errno;
	/* stdout is closed too: some file systems tell of a full disk only then */
	if (fclose(output->file) && !number)
		number = errno;
	if (output->temporary && !number && rename(output->temporary, output->path))
		number = errno;
	return number;
}

plim_status plim_cli_output_close(plim_cli_output *output, plim_status status, plim_error *error)
{
	bool keep = status == PLIM_OK || status == PLIM_ERROR_CHECK;
	int number = 0;
	if (keep)
		number = finish(output);
	else
		fclose(output->file);
	if (output->temporary && (!keep || number))
		unlink(output->temporary);
	plim_mem_free(output->temporary);
	if (number)
		status = cannot_write(output->path ? output->path : "standard output", number, error);
	*output = (plim_cli_output){0};
	return status;
}
