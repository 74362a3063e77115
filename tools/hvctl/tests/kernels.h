/* SPDX-License-Identifier: GPL-2.0 */
/* Sample kernels for tests, which have headers but no code, and access to their fields. */
#ifndef HVCTL_KERNELS_H
#define HVCTL_KERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Reads a little-endian field of boot parameters or ACPI tables. */
static inline uint64_t peek(const void *bytes, size_t offset, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, (const uint8_t *)bytes + offset, size);
	return value;
}

#define SAMPLE_KERNEL_BYTES 4096u

/* Makes an Image that needs 1 MiB, with these flags in its header. */
void sample_kernel(uint8_t image[SAMPLE_KERNEL_BYTES], uint64_t flags);

/* Makes an Image that contains build options, given as text. */
void sample_kernel_with_options(uint8_t image[SAMPLE_KERNEL_BYTES], const char *options);

/* Compress data; return the size. out must have room for SAMPLE_KERNEL_BYTES. */
size_t pack_gzip(uint8_t *out, const void *data, size_t size);
size_t pack_zstd(uint8_t *out, const void *data, size_t size);

/* Wraps a compressed kernel in an EFI program; returns the size. */
size_t pack_zboot(uint8_t *out, const void *packed, size_t size);

#endif
