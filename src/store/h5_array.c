/* SPDX-License-Identifier: Apache-2.0 */
#include <omp.h>
#include <string.h>

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

int plim_h5_packing_threads(const plim_h5 *h5, size_t chunks)
{
	size_t threads = h5->threads < chunks ? h5->threads : chunks;
	const size_t there = (size_t)omp_get_num_procs();
	threads = threads < there ? threads : there;
	return threads > 1 ? (int)threads : 1;
}

/* Many chunks of numbers, packed side by side: as many at a time as there are packers. */
typedef struct array_writer {
	plim_h5 *h5;
	hid_t set;
	const unsigned char *values;
	size_t bytes, chunk, element; /* of all, and of a chunk; elements are of `element` bytes */
	plim_h5_packer packer[PLIM_H5_BATCH];
	unsigned char *last; /* the last chunk, zero beyond the values */
} array_writer;

static const unsigned char *chunk_at(const array_writer *w, size_t at)
{
	return w->bytes - at < w->chunk ? w->last : w->values + at;
}

static bool write_batch(array_writer *w, size_t first, size_t chunks)
{
	bool done = true;
#pragma omp parallel for schedule(dynamic) num_threads(plim_h5_packing_threads(w->h5, chunks))
	for (size_t i = 0; i < chunks; i++)
		plim_h5_pack(&w->packer[i], chunk_at(w, first + i * w->chunk));
	for (size_t i = 0; i < chunks && done; i++)
		done = plim_h5_packed_write(&w->packer[i], w->set, (first + i * w->chunk) / w->element);
	return done;
}

static bool begin_packing(array_writer *w)
{
	bool good = (w->last = plim_mem_alloc(w->chunk, 1)) != NULL;
	const size_t rest = w->bytes % w->chunk;
	if (good && rest)
		memcpy(w->last, w->values + (w->bytes - rest), rest);
	for (size_t i = 0; i < PLIM_H5_BATCH && good; i++)
		good = plim_h5_packer_init(&w->packer[i], w->chunk, w->element, ARRAY_LEVEL, true) == PLIM_OK;
	return good;
}

static plim_status write_packed(array_writer *w, const char *name)
{
	const size_t chunks = (w->bytes + w->chunk - 1) / w->chunk;
	bool done = true;
	plim_status status = begin_packing(w) ? PLIM_OK : plim_error_memory(w->h5->error, name);
	for (size_t c = 0; c < chunks && done && status == PLIM_OK; c += PLIM_H5_BATCH)
		done = write_batch(w, c * w->chunk, chunks - c < PLIM_H5_BATCH ? chunks - c : PLIM_H5_BATCH);
	for (size_t i = 0; i < PLIM_H5_BATCH; i++)
		plim_h5_packer_clear(&w->packer[i]);
	plim_mem_free(w->last);
	return done ? status : plim_h5_fail(w->h5, "write", name);
}

plim_status plim_h5_array_write(plim_h5 *h5, hid_t parent, const char *name, plim_h5_type type, size_t count,
                                const void *values, hid_t *set)
{
	const hid_t stored = plim_h5_stored(type), native = plim_h5_native(type);
	const size_t element = H5Tget_size(stored), most = CHUNK_BYTES / element;
	const size_t chunk = count < most ? (count ? count : 1) : most;
	const bool numbers = type != PLIM_H5_BYTE;
	hid_t properties = plim_h5_set_properties(chunk, ARRAY_LEVEL, numbers);
	plim_status status = plim_h5_set_create(h5, parent, name, stored, count, properties, set);
	H5Pclose(properties);
	if (status != PLIM_OK || count == 0)
		return status;
	if (numbers && count > chunk && H5Tequal(stored, native) > 0) {
		array_writer w = {h5, *set, values, count * element, chunk * element, element, {{0}}, NULL};
		return write_packed(&w, name);
	}
	return H5Dwrite(*set, native, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) < 0 ? plim_h5_fail(h5, "write", name)
	                                                                         : PLIM_OK;
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
