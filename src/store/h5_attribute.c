/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/h5.h"

static hid_t attribute_type(plim_h5_type type, const void *value)
{
	if (type != PLIM_H5_TEXT)
		return H5Tcopy(plim_h5_stored(type));
	size_t length = strlen(value);
	return plim_h5_text_type(length ? length : 1);
}

plim_status plim_h5_attribute_write(plim_h5 *h5, hid_t object, const char *name, plim_h5_type type, size_t count,
                                    const void *value)
{
	hsize_t length = count;
	hid_t stored = attribute_type(type, value), attribute = H5I_INVALID_HID;
	hid_t space = count == 1 ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &length, NULL);
	if (stored >= 0 && space >= 0)
		attribute = H5Acreate2(object, name, stored, space, H5P_DEFAULT, H5P_DEFAULT);
	hid_t native = type == PLIM_H5_TEXT ? stored : plim_h5_native(type);
	bool written = attribute >= 0 && H5Awrite(attribute, native, value) >= 0;
	plim_status status = written ? PLIM_OK : plim_h5_fail(h5, "write the attribute", name);
	H5Aclose(attribute);
	H5Sclose(space);
	H5Tclose(stored);
	return status;
}

static plim_status read_text(plim_h5 *h5, hid_t attribute, hid_t stored, const char *name, char **out)
{
	size_t size = H5Tget_size(stored);
	if (H5Tget_class(stored) != H5T_STRING || H5Tis_variable_str(stored) != 0 || size == 0 || size > h5->bytes)
		return plim_h5_damaged(h5, name, "the attribute is no fixed-length text");
	char *text = plim_mem_alloc(size + 1, 1);
	if (!text)
		return plim_error_memory(h5->error, "an attribute");
	plim_status status = PLIM_OK;
	if (H5Aread(attribute, stored, text) < 0)
		status = plim_h5_fail(h5, "read the attribute", name);
	else if (!plim_text_is_utf8(text, strlen(text), NULL))
		status = plim_h5_damaged(h5, name, "the attribute is not UTF-8");
	if (status == PLIM_OK)
		*out = text;
	else
		plim_mem_free(text);
	return status;
}

static plim_status read_numbers(plim_h5 *h5, hid_t attribute, hid_t stored, const char *name, plim_h5_type type,
                                void *value)
{
	H5T_class_t class = H5Tget_class(stored);
	if (class != (type == PLIM_H5_F64 ? H5T_FLOAT : H5T_INTEGER))
		return plim_h5_damaged(h5, name, "the attribute has another type");
	return H5Aread(attribute, plim_h5_native(type), value) < 0 ? plim_h5_fail(h5, "read the attribute", name) : PLIM_OK;
}

plim_status plim_h5_attribute_read(plim_h5 *h5, hid_t object, const char *name, plim_h5_type type, size_t count,
                                   void *value)
{
	if (H5Aexists(object, name) <= 0)
		return plim_h5_damaged(h5, name, "there is no such attribute");
	plim_status status;
	hid_t attribute = H5Aopen(object, name, H5P_DEFAULT), space = H5I_INVALID_HID, stored = H5I_INVALID_HID;
	if (attribute < 0)
		return plim_h5_fail(h5, "read the attribute", name);
	space = H5Aget_space(attribute);
	stored = H5Aget_type(attribute);
	if (space < 0 || stored < 0)
		status = plim_h5_fail(h5, "read the attribute", name);
	else if (H5Sget_simple_extent_npoints(space) != (hssize_t)count)
		status = plim_h5_damaged(h5, name, "the attribute has another length");
	else if (type == PLIM_H5_TEXT)
		status = read_text(h5, attribute, stored, name, value);
	else
		status = read_numbers(h5, attribute, stored, name, type, value);
	H5Tclose(stored);
	H5Sclose(space);
	H5Aclose(attribute);
	return status;
}
