/* SPDX-License-Identifier: Apache-2.0 */
#include "store/h5_chunk.h"

#include <libdeflate.h>
#include <string.h>

#include "base/memory.h"

#define CHECKSUM_BYTES 4

/* A stored block of a deflate stream (RFC 1951, 3.2.4): a byte, the length twice, the bytes as they are. */
#define STORED_MOST 65535u
#define STORED_HEAD 5
#define ZLIB_TAIL 4

plim_status plim_h5_packer_init(plim_h5_packer *packer, size_t bytes, size_t element, unsigned level, bool shuffle)
{
	*packer = (plim_h5_packer){.bytes = bytes, .element = element, .shuffle = shuffle};
	packer->deflater = libdeflate_alloc_compressor((int)level);
	if (!packer->deflater)
		return PLIM_ERROR_MEMORY;
	packer->room = libdeflate_zlib_compress_bound(packer->deflater, bytes) + (bytes / STORED_MOST + 1) * STORED_HEAD;
	packer->shuffled = plim_mem_room(bytes, 1);
	packer->packed = plim_mem_room(packer->room + CHECKSUM_BYTES, 1);
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

/* True if bytes look like noise, which no deflate makes smaller: a chi-square over their 256 values, of 4,096 of them,
 * is not above its mean of 255 by ten standard deviations of sqrt(510). */
static bool is_noise(const unsigned char *bytes, size_t count)
{
	enum { SAMPLE = 4096, VALUES = 256, LARGEST = 255 + 226 };
	uint32_t seen[VALUES] = {0};
	uint64_t squares = 0;
	if (count < SAMPLE)
		return false;
	for (size_t i = 0; i < SAMPLE; i++)
		seen[bytes[i * (count / SAMPLE)]]++;
	for (size_t v = 0; v < VALUES; v++)
		squares += (uint64_t)seen[v] * seen[v];
	return squares * VALUES / SAMPLE < SAMPLE + LARGEST;
}

/* How much of a shuffled chunk, from its start, is noise: the low digits of sums of losses are, and finding nothing in
 * them takes most of the time of packing year-loss tables. */
static size_t noise_of(const plim_h5_packer *packer, const unsigned char *plain)
{
	const size_t count = packer->bytes / packer->element;
	size_t byte = 0;
	while (packer->shuffle && byte < packer->element && is_noise(plain + byte * count, count))
		byte++;
	return byte * count;
}

static unsigned char *store_blocks(unsigned char *to, const unsigned char *from, size_t bytes)
{
	while (bytes > 0) {
		const size_t now = bytes < STORED_MOST ? bytes : STORED_MOST;
		const unsigned char head[STORED_HEAD] = {0, (unsigned char)now, (unsigned char)(now >> 8), (unsigned char)~now,
		                                         (unsigned char)(~now >> 8)};
		memcpy(to, head, STORED_HEAD);
		memcpy(to + STORED_HEAD, from, now);
		to += STORED_HEAD + now;
		from += now;
		bytes -= now;
	}
	return to;
}

/* A zlib stream (RFC 1950) whose first bytes are stored and whose others are deflated; 0 if there was no room. */
static size_t deflate_rest(plim_h5_packer *packer, const unsigned char *plain, size_t stored)
{
	unsigned char *to = packer->packed;
	*to++ = 0x78; /* deflate, window of 32 KB */
	*to++ = 0x01; /* no dictionary; a check that makes both bytes a multiple of 31 */
	to = store_blocks(to, plain, stored);
	const size_t room = packer->room - (size_t)(to - packer->packed) - ZLIB_TAIL;
	const size_t size = libdeflate_deflate_compress(packer->deflater, plain + stored, packer->bytes - stored, to, room);
	if (size == 0)
		return 0;
	to += size;
	const uint32_t sum = libdeflate_adler32(1, plain, packer->bytes);
	for (int shift = 24; shift >= 0; shift -= 8)
		*to++ = (unsigned char)(sum >> shift);
	return (size_t)(to - packer->packed);
}

void plim_h5_pack(plim_h5_packer *packer, const unsigned char *rows)
{
	const unsigned char *plain = packer->shuffle ? shuffle(packer, rows) : rows;
	const size_t stored = noise_of(packer, plain);
	size_t size = stored
	                  ? deflate_rest(packer, plain, stored)
	                  : libdeflate_zlib_compress(packer->deflater, plain, packer->bytes, packer->packed, packer->room);
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
