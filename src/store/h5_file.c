/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/error.h"
#include "store/h5.h"

/* What HDF5 says is best at its innermost level. */
static herr_t keep_first(unsigned n, const H5E_error2_t *entry, void *context)
{
	static const char said[] = "error message = '";
	if (n > 0 || !entry->desc)
		return 0;
	/* of a failed system call it says much more than anybody needs */
	const char *message = strstr(entry->desc, said), *end = message ? strchr(message + strlen(said), '\'') : NULL;
	if (end)
		snprintf(context, 300, "%.*s", (int)(end - message - (long)strlen(said)), message + strlen(said));
	else
		snprintf(context, 300, "%s", entry->desc);
	return 0;
}

plim_status plim_h5_fail(const plim_h5 *h5, const char *action, const char *object)
{
	char reason[300] = "";
	H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, keep_first, reason);
	return plim_error_set_at(h5->error, PLIM_ERROR_IO, h5->path, 0, 0, "cannot %s %s%s%s", action, object,
	                         *reason ? ": " : "", reason);
}

plim_status plim_h5_damaged(const plim_h5 *h5, const char *object, const char *what)
{
	return plim_error_set_at(h5->error, PLIM_ERROR_IO, h5->path, 0, 0, "the file is damaged: %s: %s", object, what);
}

/* The 1.10 format: every piece of metadata carries a checksum. Strong closing leaves nothing open behind an error. */
static hid_t access_properties(void)
{
	hid_t access = H5Pcreate(H5P_FILE_ACCESS);
	if (access < 0)
		return access;
	if (H5Pset_libver_bounds(access, H5F_LIBVER_V110, H5F_LIBVER_V110) < 0 ||
	    H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) < 0) {
		H5Pclose(access);
		return H5I_INVALID_HID;
	}
#if (H5_VERS_MINOR == 10 && H5_VERS_RELEASE >= 7) || H5_VERS_MINOR > 12 || H5_VERS_MAJOR > 1
	/* Files are never changed in place, so there is nothing to lock; locks fail on many network file systems. */
	H5Pset_file_locking(access, 0, 1);
#endif
	return access;
}

/* No times in the root group: equal data gives equal bytes. */
static hid_t creation_properties(void)
{
	hid_t creation = H5Pcreate(H5P_FILE_CREATE);
	if (creation >= 0 && H5Pset_obj_track_times(creation, 0) < 0) {
		H5Pclose(creation);
		return H5I_INVALID_HID;
	}
	return creation;
}

plim_status plim_h5_create(plim_h5 *h5, const char *at)
{
	hid_t creation = creation_properties(), access = access_properties();
	h5->file = creation < 0 || access < 0 ? H5I_INVALID_HID : H5Fcreate(at, H5F_ACC_TRUNC, creation, access);
	plim_status status = h5->file < 0 ? plim_h5_fail(h5, "create", "the file") : PLIM_OK;
	H5Pclose(creation);
	H5Pclose(access);
	return status;
}

plim_status plim_h5_open(plim_h5 *h5, const char *at)
{
	hid_t access = access_properties();
	h5->file = access < 0 ? H5I_INVALID_HID : H5Fopen(at, H5F_ACC_RDONLY, access);
	plim_status status = h5->file < 0 ? plim_h5_fail(h5, "read", "the file: it is truncated or damaged") : PLIM_OK;
	H5Pclose(access);
	return status;
}

plim_status plim_h5_finish(plim_h5 *h5)
{
	return H5Fflush(h5->file, H5F_SCOPE_GLOBAL) < 0 ? plim_h5_fail(h5, "write", "the file") : PLIM_OK;
}

void plim_h5_abandon(plim_h5 *h5)
{
	void *handle = NULL;
	int sink = memfd_create("plimsoll", MFD_CLOEXEC);
	if (h5->file >= 0 && sink >= 0 && H5Fget_vfd_handle(h5->file, H5P_DEFAULT, &handle) >= 0 && handle)
		dup2(sink, *(const int *)handle);
	if (sink >= 0)
		close(sink);
	plim_h5_close(h5);
}

plim_status plim_h5_close(plim_h5 *h5)
{
	hid_t file = h5->file;
	h5->file = H5I_INVALID_HID;
	return file >= 0 && H5Fclose(file) < 0 ? plim_h5_fail(h5, "write", "the file") : PLIM_OK;
}

plim_status plim_h5_group_create(plim_h5 *h5, const char *name, hid_t *group)
{
	hid_t creation = H5Pcreate(H5P_GROUP_CREATE);
	*group = H5I_INVALID_HID;
	if (creation >= 0 && H5Pset_obj_track_times(creation, 0) >= 0)
		*group = H5Gcreate2(h5->file, name, H5P_DEFAULT, creation, H5P_DEFAULT);
	plim_status status = *group < 0 ? plim_h5_fail(h5, "create", name) : PLIM_OK;
	H5Pclose(creation);
	return status;
}

bool plim_h5_has(hid_t parent, const char *name)
{
	H5L_info_t info;
	return H5Lexists(parent, name, H5P_DEFAULT) > 0 && H5Lget_info(parent, name, &info, H5P_DEFAULT) >= 0 &&
	       info.type == H5L_TYPE_HARD;
}

plim_status plim_h5_group_open(plim_h5 *h5, const char *name, hid_t *group)
{
	*group = plim_h5_has(h5->file, name) ? H5Gopen2(h5->file, name, H5P_DEFAULT) : H5I_INVALID_HID;
	return *group < 0 ? plim_h5_damaged(h5, name, "there is no such group") : PLIM_OK;
}

hid_t plim_h5_native(plim_h5_type type)
{
	switch (type) {
	case PLIM_H5_F64: return H5T_NATIVE_DOUBLE;
	case PLIM_H5_U64: return H5T_NATIVE_UINT64;
	case PLIM_H5_U32: return H5T_NATIVE_UINT32;
	case PLIM_H5_I32: return H5T_NATIVE_INT32;
	case PLIM_H5_BOOL: return H5T_NATIVE_INT8;
	case PLIM_H5_BYTE: return H5T_NATIVE_UINT8;
	case PLIM_H5_TEXT: break;
	}
	return H5I_INVALID_HID;
}

hid_t plim_h5_stored(plim_h5_type type)
{
	switch (type) {
	case PLIM_H5_F64: return H5T_IEEE_F64LE;
	case PLIM_H5_U64: return H5T_STD_U64LE;
	case PLIM_H5_U32: return H5T_STD_U32LE;
	case PLIM_H5_I32: return H5T_STD_I32LE;
	case PLIM_H5_BOOL: return H5T_STD_I8LE;
	case PLIM_H5_BYTE: return H5T_STD_U8LE;
	case PLIM_H5_TEXT: break;
	}
	return H5I_INVALID_HID;
}

hid_t plim_h5_text_type(size_t size)
{
	hid_t type = H5Tcopy(H5T_C_S1);
	if (type < 0)
		return type;
	if (H5Tset_size(type, size) >= 0 && H5Tset_strpad(type, H5T_STR_NULLPAD) >= 0 &&
	    H5Tset_cset(type, H5T_CSET_UTF8) >= 0)
		return type;
	H5Tclose(type);
	return H5I_INVALID_HID;
}
