/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "store/h5.h"

/* Bytes of a chunk: large enough for deflate, small enough for a chunk cache of 1 MB. */
#define CHUNK_BYTES 262144u

/* Year-loss tables are the bulk of a file, and little is gained on random digits by a higher level. */
#define ARRAY_LEVEL 1u

/* Deflate shrinks nothing by more than 1032 to 1: a data set that claims more elements than that lies. */
#define DEFLATE_MOST 1100u

hid_t plim_h5_set_properties(size_t chunk, unsigned level, bool shuffle)
{
	hsize_t length = chunk;
	hid_t p = H5Pcreate(H5P_DATASET_CREATE);
	if (p < 0)
		return p;
	if (H5Pset_obj_track_times(p, 0) >= 0 && H5Pset_chunk(p, 1, &length) >= 0 && (!shuffle || H5Pset_shuffle(p) >= 0) &&
	    (level == 0 || H5Pset_deflate(p, level) >= 0) && H5Pset_fletcher32(p) >= 0)
		return p;
	H5Pclose(p);
	return H5I_INVALID_HID;
}

plim_status plim_h5_set_create(plim_h5 *h5, hid_t parent, const char *name, hid_t type, size_t count, hid_t properties,
                               hid_t *set)
{
	hsize_t now = count, most = H5S_UNLIMITED;
	hid_t space = H5Screate_simple(1, &now, &most);
	*set = space < 0 ? space : H5Dcreate2(parent, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
	plim_status status = *set < 0 ? plim_h5_fail(h5, "create", name) : PLIM_OK;
	H5Sclose(space);
	return status;
}

plim_status plim_h5_array_write(plim_h5 *h5, hid_t parent, const char *name, plim_h5_type type, size_t count,
                                const void *values, hid_t *set)
{
	size_t chunk = CHUNK_BYTES / H5Tget_size(plim_h5_stored(type));
	if (count < chunk)
		chunk = count ? count : 1;
	hid_t properties = plim_h5_set_properties(chunk, ARRAY_LEVEL, type != PLIM_H5_BYTE);
	plim_status status = plim_h5_set_create(h5, parent, name, plim_h5_stored(type), count, properties, set);
	if (status == PLIM_OK && count > 0 &&
	    H5Dwrite(*set, plim_h5_native(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0)
		status = plim_h5_fail(h5, "write", name);
	H5Pclose(properties);
	return status;
}

/* One dimension, chunked (so neither virtual nor in another file), and not larger than its storage allows. */
static const char *set_complaint(const plim_h5 *h5, hid_t set, hid_t space, hid_t type, hid_t properties,
                                 uint64_t *count)
{
	hsize_t length, chunk;
	if (space < 0 || type < 0 || properties < 0 || H5Sget_simple_extent_ndims(space) != 1 ||
	    H5Sget_simple_extent_dims(space, &length, NULL) != 1)
		return "it has not one dimension";
	if (H5Pget_layout(properties) != H5D_CHUNKED || H5Pget_chunk(properties, 1, &chunk) != 1)
		return "it is not chunked";
	*count = length;
	if (length == 0)
		return NULL;
	uint64_t storage = H5Dget_storage_size(set), size = H5Tget_size(type);
	if (storage > h5->bytes)
		return "it is larger than the file";
	uint64_t most = storage * DEFLATE_MOST;
	if (size == 0 || length > most / size)
		return "it has more elements than it can hold";
	return chunk > most / size ? "its chunks are too large" : NULL;
}

plim_status plim_h5_set_open(plim_h5 *h5, hid_t parent, const char *name, hid_t *set, uint64_t *count)
{
	if (!plim_h5_has(parent, name))
		return plim_h5_damaged(h5, name, "there is no such data set");
	hid_t opened = H5Dopen2(parent, name, H5P_DEFAULT);
	if (opened < 0)
		return plim_h5_fail(h5, "read", name);
	hid_t space = H5Dget_space(opened), type = H5Dget_type(opened), properties = H5Dget_create_plist(opened);
	const char *complaint = set_complaint(h5, opened, space, type, properties, count);
	H5Sclose(space);
	H5Tclose(type);
	H5Pclose(properties);
	if (complaint) {
		H5Dclose(opened);
		return plim_h5_damaged(h5, name, complaint);
	}
	*set = opened;
	return PLIM_OK;
}

static bool same_class(hid_t set, plim_h5_type type)
{
	hid_t stored = H5Dget_type(set);
	bool same = stored >= 0 && H5Tget_class(stored) == (type == PLIM_H5_F64 ? H5T_FLOAT : H5T_INTEGER) &&
	            H5Tget_size(stored) == H5Tget_size(plim_h5_stored(type));
	H5Tclose(stored);
	return same;
}

plim_status plim_h5_array_read(plim_h5 *h5, hid_t parent, const char *name, plim_h5_type type, size_t *count,
                               void **values, hid_t *set)
{
	uint64_t length = 0;
	plim_status status = plim_h5_set_open(h5, parent, name, set, &length);
	if (status != PLIM_OK)
		return status;
	void *read = NULL;
	if (!same_class(*set, type))
		status = plim_h5_damaged(h5, name, "it has another type");
	else if (!(read = plim_mem_alloc(length + 1, H5Tget_size(plim_h5_native(type)))))
		status = plim_error_memory(h5->error, name);
	else if (length && H5Dread(*set, plim_h5_native(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, read) < 0)
		status = plim_h5_fail(h5, "read", name);
	if (status != PLIM_OK) {
		plim_mem_free(read);
		H5Dclose(*set);
		*set = H5I_INVALID_HID;
		return status;
	}
	*values = read;
	*count = length;
	return PLIM_OK;
}
