/* SPDX-License-Identifier: GPL-2.0 */
/* Unpacking what was compressed with gzip or zstd, by libraries. */
#ifndef HVCTL_LINUX_UNPACK_H
#define HVCTL_LINUX_UNPACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum packing {
	PACKING_NONE, /* none that is known */
	PACKING_GZIP,
	PACKING_ZSTD,
	PACKING_UNKNOWN, /* a known one that isn't understood */
};

/* By its first bytes. *name: of the packing, or NULL. */
enum packing unpack_kind(const uint8_t *data, size_t size, const char **name);

enum unpack_result {
	UNPACK_OK,
	UNPACK_BROKEN,	/* the data is damaged or ends too soon */
	UNPACK_TOO_BIG, /* more than limit bytes come out */
	UNPACK_NO_MEMORY,
};

/* *out: malloc()ed, with a 0 byte behind its *out_size bytes. Where it fails, NULL. */
enum unpack_result unpack(enum packing kind, const uint8_t *data, size_t size, size_t limit,
			  uint8_t **out, size_t *out_size);

#endif
