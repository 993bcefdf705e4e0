/* SPDX-License-Identifier: Apache-2.0 */
/** Whole chunks of a data set, packed here and written as they are: the same bytes that the filters of the HDF5 library
 * would make (shuffle, deflate, fletcher32), by a quicker deflate. Any reader unpacks them. */
#ifndef PLIM_STORE_H5_CHUNK_H
#define PLIM_STORE_H5_CHUNK_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>

#include "plimsoll/status.h"

/* Start from {0}. */
typedef struct plim_h5_packer {
	struct libdeflate_compressor *deflater;
	size_t bytes, element; /* of a chunk, of a row */
	bool shuffle;
	unsigned char *shuffled, *packed;
	size_t room, size; /* for a packed chunk, and of the one at hand: 0 if packing failed */
} plim_h5_packer;

/** For chunks of `bytes` in rows of `element` bytes, of a data set whose filters are, in this order, shuffle (if asked
 * for), deflate and fletcher32. Release with plim_h5_packer_clear in any case. PLIM_ERROR_MEMORY. */
plim_status plim_h5_packer_init(plim_h5_packer *packer, size_t bytes, size_t element, unsigned level, bool shuffle);
void plim_h5_packer_clear(plim_h5_packer *packer);

/** Packs a chunk; `rows` has all of it, in the order of bytes that is stored. Packers work side by side. */
void plim_h5_pack(plim_h5_packer *packer, const unsigned char *rows);

/** Writes the packed chunk, whose first row is `first`. False if it could not be packed or the library could not. */
bool plim_h5_packed_write(const plim_h5_packer *packer, hid_t set, hsize_t first);

#endif
