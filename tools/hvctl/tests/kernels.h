/* SPDX-License-Identifier: GPL-2.0 */
/* Kernels for the tests: nothing but their headers; and looking at what is made of them. */
#ifndef HVCTL_KERNELS_H
#define HVCTL_KERNELS_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A field of a boot protocol's or ACPI's. */
static inline uint64_t peek(const void *bytes, size_t offset, size_t size)
{
	uint64_t value = 0;

	memcpy(&value, (const uint8_t *)bytes + offset, size);
	return value;
}

#define SAMPLE_KERNEL_BYTES 4096u

/* An Image that needs 1 MiB, with these flags. */
void sample_kernel(uint8_t image[SAMPLE_KERNEL_BYTES], uint64_t flags);

/* The same with its options in it, as text. */
void sample_kernel_with_options(uint8_t image[SAMPLE_KERNEL_BYTES], const char *options);

/* Packed; gives the bytes, of which there is room for SAMPLE_KERNEL_BYTES. */
size_t pack_gzip(uint8_t *out, const void *data, size_t size);
size_t pack_zstd(uint8_t *out, const void *data, size_t size);

/* An EFI program around what is packed; as many bytes as are given. */
size_t pack_zboot(uint8_t *out, const void *packed, size_t size);

#endif
