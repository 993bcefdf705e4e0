/* SPDX-License-Identifier: Apache-2.0 */
#include "store/open.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "store/results_table.h"

static plim_status refuse(const plim_h5 *h5, const char *why)
{
	return plim_error_set_at(h5->error, PLIM_ERROR_IO, h5->path, 0, 0, "%s", why);
}

static const char *kind_complaint(const struct stat *info)
{
	if (S_ISDIR(info->st_mode))
		return "this is a folder, not a results file";
	if (!S_ISREG(info->st_mode))
		return "this is no regular file";
	return info->st_size == 0 ? "the file is empty" : NULL;
}

/* Everything that can be said without HDF5. */
static plim_status check_file(plim_h5 *h5)
{
	struct stat info;
	int descriptor = open(h5->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	int why = errno;
	if (descriptor >= 0 && fstat(descriptor, &info) != 0) {
		why = errno;
		close(descriptor);
		descriptor = -1;
	}
	if (descriptor < 0)
		return plim_error_set_at(h5->error, PLIM_ERROR_IO, h5->path, 0, 0, "cannot read the file: %s", strerror(why));
	close(descriptor);
	const char *complaint = kind_complaint(&info);
	if (complaint)
		return refuse(h5, complaint);
	h5->bytes = (uint64_t)info.st_size;
	return H5Fis_hdf5(h5->path) > 0 ? PLIM_OK : refuse(h5, "this is not an HDF5 file, so no results file");
}

static plim_status check_format(plim_h5 *h5)
{
	char *format = NULL;
	int32_t version[2];
	if (H5Aexists(h5->file, "format") <= 0)
		return refuse(h5, "this is an HDF5 file, but not one of Plimsoll's results (no attribute `format`)");
	plim_status status = plim_h5_attribute_read(h5, h5->file, "format", PLIM_H5_TEXT, 1, &format);
	if (status == PLIM_OK && strcmp(format, PLIM_STORE_FORMAT) != 0)
		status = refuse(h5, "this is an HDF5 file, but not one of Plimsoll's results (its `format` is another)");
	plim_mem_free(format);
	if (status == PLIM_OK)
		status = plim_h5_attribute_read(h5, h5->file, "format_version", PLIM_H5_I32, 2, version);
	if (status == PLIM_OK && version[0] > PLIM_STORE_MAJOR)
		return plim_error_set_at(h5->error, PLIM_ERROR_IO, h5->path, 0, 0,
		                         "the file has format %d.%d, and this version reads up to %d.x: use a newer version",
		                         version[0], version[1], PLIM_STORE_MAJOR);
	if (status == PLIM_OK && version[0] < 1)
		status = plim_h5_damaged(h5, "format_version", "there is no such version");
	if (status == PLIM_OK)
		h5->format_major = version[0];
	return status;
}

plim_status plim_store_open(plim_h5 *h5)
{
	plim_status status = check_file(h5);
	if (status == PLIM_OK)
		status = plim_h5_open(h5, h5->path);
	return status == PLIM_OK ? check_format(h5) : status;
}
