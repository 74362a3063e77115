// SPDX-License-Identifier: GPL-2.0
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "kernels.h"
#include "test.h"

void sample_kernel(uint8_t image[SAMPLE_KERNEL_BYTES], uint64_t flags)
{
	const uint64_t header[8] = { 0, 0, 1 << 20, flags, 0, 0, 0, 0x644d5241 };

	memset(image, 0, SAMPLE_KERNEL_BYTES);
	memcpy(image, header, sizeof(header));
}

size_t pack_gzip(uint8_t *out, const void *data, size_t size)
{
	z_stream stream = { .next_in = (Bytef *)data, .avail_in = (uInt)size };
	size_t packed;

	deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
	stream.next_out = out;
	stream.avail_out = SAMPLE_KERNEL_BYTES;
	CHECK(deflate(&stream, Z_FINISH) == Z_STREAM_END);
	packed = SAMPLE_KERNEL_BYTES - stream.avail_out;
	deflateEnd(&stream);
	return packed;
}

size_t pack_zstd(uint8_t *out, const void *data, size_t size)
{
	size_t packed = ZSTD_compress(out, SAMPLE_KERNEL_BYTES, data, size, 3);

	CHECK(!ZSTD_isError(packed));
	return packed;
}

size_t pack_zboot(uint8_t *out, const void *packed, size_t size)
{
	const uint32_t where[2] = { 64, (uint32_t)size };

	memset(out, 0, 64);
	memcpy(out, "MZ\0\0zimg", 8);
	memcpy(out + 8, where, sizeof(where));
	memcpy(out + 24, "gzip", 5);
	memcpy(out + 64, packed, size);
	return 64 + size;
}

void sample_kernel_with_options(uint8_t image[SAMPLE_KERNEL_BYTES], const char *options)
{
	uint8_t packed[SAMPLE_KERNEL_BYTES];
	size_t size = pack_gzip(packed, options, strlen(options));

	sample_kernel(image, 0);
	memcpy(image + 1024, "IKCFG_ST", 8);
	memcpy(image + 1032, packed, size);
	memcpy(image + 1032 + size, "IKCFG_ED", 8);
}
