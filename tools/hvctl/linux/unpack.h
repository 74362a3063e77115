/* SPDX-License-Identifier: GPL-2.0 */
/* Unpacks gzip and zstd, with zlib and libzstd. */
#ifndef HVCTL_LINUX_UNPACK_H
#define HVCTL_LINUX_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum packing {
	PACKING_NONE, /* no known format */
	PACKING_GZIP,
	PACKING_ZSTD,
	PACKING_UNKNOWN, /* a known format that is not supported */
};

/* Detects the format from the first bytes. *name: of the format, or NULL. */
enum packing unpack_kind(const uint8_t *data, size_t size, const char **name);

enum unpack_result {
	UNPACK_OK,
	UNPACK_BROKEN,	/* the data is damaged or ends too soon */
	UNPACK_TOO_BIG, /* the result has more than limit bytes */
	UNPACK_NO_MEMORY,
};

/* *out: malloc()ed, *out_size bytes followed by a 0 byte; NULL on failure. */
enum unpack_result unpack(enum packing kind, const uint8_t *data, size_t size, size_t limit,
			  uint8_t **out, size_t *out_size);

#endif
