// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>
#include <zlib.h>
#include <zstd.h>

#include "base/array.h"
#include "linux/unpack.h"

#define FIRST_ROOM 65536u
#define ZLIB_GZIP (16 + MAX_WBITS) /* inflateInit2(): a gzip header is required */

static const struct {
	enum packing kind;
	const char *name;
	uint8_t size;
	uint8_t magic[6];
} packings[] = {
	{ PACKING_GZIP, "gzip", 2, { 0x1f, 0x8b } },
	{ PACKING_ZSTD, "zstd", 4, { 0x28, 0xb5, 0x2f, 0xfd } },
	{ PACKING_UNKNOWN, "xz", 6, { 0xfd, '7', 'z', 'X', 'Z', 0 } },
	{ PACKING_UNKNOWN, "bzip2", 3, { 'B', 'Z', 'h' } },
	{ PACKING_UNKNOWN, "lz4", 4, { 0x02, 0x21, 0x4c, 0x18 } },
	{ PACKING_UNKNOWN, "lzo", 4, { 0x89, 'L', 'Z', 'O' } },
	{ PACKING_UNKNOWN, "lzma", 3, { 0x5d, 0, 0 } },
};

enum packing unpack_kind(const uint8_t *data, size_t size, const char **name)
{
	unsigned int i;

	for (i = 0; i < COUNT(packings); i++) {
		if (size < packings[i].size || memcmp(data, packings[i].magic, packings[i].size))
			continue;
		*name = packings[i].name;
		return packings[i].kind;
	}
	*name = NULL;
	return PACKING_NONE;
}

/* The data unpacked so far; the allocation has room for a 0 byte more. */
struct output {
	uint8_t *data;
	size_t size, room, limit;
};

static enum unpack_result grow(struct output *output)
{
	size_t room = output->room ? 2 * output->room : FIRST_ROOM;
	uint8_t *data;

	if (output->size < output->room)
		return UNPACK_OK;
	if (output->size >= output->limit)
		return UNPACK_TOO_BIG;
	if (room > output->limit)
		room = output->limit;
	data = realloc(output->data, room + 1);
	if (!data)
		return UNPACK_NO_MEMORY;
	output->data = data;
	output->room = room;
	return UNPACK_OK;
}

/* A gzip file may consist of several members: continues with the next one. */
static bool next_member(z_stream *stream)
{
	const char *name;

	return unpack_kind(stream->next_in, stream->avail_in, &name) == PACKING_GZIP &&
	       inflateReset(stream) == Z_OK;
}

static enum unpack_result gunzip(const uint8_t *data, size_t size, struct output *output)
{
	z_stream stream = { .next_in = (Bytef *)data, .avail_in = (uInt)size };
	enum unpack_result result = UNPACK_OK;
	int status = Z_OK;

	if (inflateInit2(&stream, ZLIB_GZIP) != Z_OK)
		return UNPACK_NO_MEMORY;
	while (status == Z_OK && result == UNPACK_OK) {
		result = grow(output);
		if (result != UNPACK_OK)
			break;
		stream.next_out = output->data + output->size;
		stream.avail_out = (uInt)(output->room - output->size);
		status = inflate(&stream, Z_NO_FLUSH);
		output->size = output->room - stream.avail_out;
		if (status == Z_STREAM_END && next_member(&stream))
			status = Z_OK;
	}
	inflateEnd(&stream);
	if (result == UNPACK_OK && status != Z_STREAM_END)
		result = status == Z_MEM_ERROR ? UNPACK_NO_MEMORY : UNPACK_BROKEN;
	return result;
}

static enum unpack_result unzstd(const uint8_t *data, size_t size, struct output *output)
{
	ZSTD_DStream *stream = ZSTD_createDStream();
	ZSTD_inBuffer in = { data, size, 0 };
	enum unpack_result result = UNPACK_OK;
	size_t left = 1;

	if (!stream)
		return UNPACK_NO_MEMORY;
	while (left && result == UNPACK_OK) {
		ZSTD_outBuffer out;
		size_t taken = in.pos;

		result = grow(output);
		if (result != UNPACK_OK)
			break;
		out = (ZSTD_outBuffer){ output->data, output->room, output->size };
		left = ZSTD_decompressStream(stream, &out, &in);
		if (ZSTD_isError(left) || (in.pos == taken && out.pos == output->size && left))
			result = UNPACK_BROKEN;
		output->size = out.pos;
	}
	ZSTD_freeDStream(stream);
	return result;
}

enum unpack_result unpack(enum packing kind, const uint8_t *data, size_t size, size_t limit,
			  uint8_t **out, size_t *out_size)
{
	struct output output = { .limit = limit };
	enum unpack_result result = UNPACK_BROKEN;

	*out = NULL;
	*out_size = 0;
	if (size > UINT32_MAX) /* zlib counts in 32 bits */
		result = UNPACK_TOO_BIG;
	else if (kind == PACKING_GZIP)
		result = gunzip(data, size, &output);
	else if (kind == PACKING_ZSTD)
		result = unzstd(data, size, &output);
	if (result != UNPACK_OK) {
		free(output.data);
		return result;
	}
	output.data[output.size] = 0;
	*out = output.data;
	*out_size = output.size;
	return UNPACK_OK;
}
