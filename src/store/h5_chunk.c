/* SPDX-License-Identifier: Apache-2.0 */
#include "store/h5_chunk.h"

#include <libdeflate.h>
#include <string.h>

#include "base/memory.h"

#define CHECKSUM_BYTES 4

plim_status plim_h5_packer_init(plim_h5_packer *packer, size_t bytes, size_t element, unsigned level, bool shuffle)
{
	*packer = (plim_h5_packer){.bytes = bytes, .element = element, .shuffle = shuffle};
	packer->deflater = libdeflate_alloc_compressor((int)level);
	if (!packer->deflater)
		return PLIM_ERROR_MEMORY;
	packer->room = libdeflate_zlib_compress_bound(packer->deflater, bytes);
	packer->shuffled = plim_mem_alloc(bytes, 1);
	packer->packed = plim_mem_alloc(packer->room + CHECKSUM_BYTES, 1);
	return packer->shuffled && packer->packed ? PLIM_OK : PLIM_ERROR_MEMORY;
}

void plim_h5_packer_clear(plim_h5_packer *packer)
{
	if (packer->deflater)
		libdeflate_free_compressor(packer->deflater);
	plim_mem_free(packer->shuffled);
	plim_mem_free(packer->packed);
	*packer = (plim_h5_packer){0};
}

/* First bytes of all elements, then second bytes of all, and so on. */
static const unsigned char *shuffle(const plim_h5_packer *packer, const unsigned char *from)
{
	const size_t size = packer->element, count = packer->bytes / size;
	unsigned char *to = packer->shuffled;
	for (size_t byte = 0; byte < size; byte++)
		for (size_t i = 0; i < count; i++)
			*to++ = from[i * size + byte];
	return packer->shuffled;
}

/* Fletcher's checksum over words of 16 bits, high byte first, as the format keeps it (H5Z "fletcher32"). Sums of 360
 * words stay within 32 bits. */
static uint32_t fletcher32(const unsigned char *data, size_t bytes)
{
	uint32_t sum1 = 0, sum2 = 0;
	for (size_t words = bytes / 2; words > 0;) {
		const size_t now = words > 360 ? 360 : words;
		words -= now;
		for (size_t i = 0; i < now; i++, data += 2) {
			sum1 += (uint32_t)data[0] << 8 | data[1];
			sum2 += sum1;
		}
		sum1 = (sum1 & 0xffff) + (sum1 >> 16);
		sum2 = (sum2 & 0xffff) + (sum2 >> 16);
	}
	if (bytes % 2) {
		sum1 += (uint32_t)data[0] << 8;
		sum2 += sum1;
		sum1 = (sum1 & 0xffff) + (sum1 >> 16);
		sum2 = (sum2 & 0xffff) + (sum2 >> 16);
	}
	sum1 = (sum1 & 0xffff) + (sum1 >> 16);
	sum2 = (sum2 & 0xffff) + (sum2 >> 16);
	return sum2 << 16 | sum1;
}

void plim_h5_pack(plim_h5_packer *packer, const unsigned char *rows)
{
	const unsigned char *plain = packer->shuffle ? shuffle(packer, rows) : rows;
	size_t size = libdeflate_zlib_compress(packer->deflater, plain, packer->bytes, packer->packed, packer->room);
	packer->size = 0;
	if (size == 0)
		return;
	const uint32_t sum = fletcher32(packer->packed, size);
	for (size_t i = 0; i < CHECKSUM_BYTES; i++)
		packer->packed[size++] = (unsigned char)(sum >> (8 * i));
	packer->size = size;
}

bool plim_h5_packed_write(const plim_h5_packer *packer, hid_t set, hsize_t first)
{
	return packer->size > 0 && H5Dwrite_chunk(set, H5P_DEFAULT, 0, &first, packer->size, packer->packed) >= 0;
}
