/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads a kernel file: an arm64 Image (Linux, Documentation/arm64/booting.rst), plain, compressed
 * with gzip or zstd, or in a self-extracting EFI program ("zboot"). The bytes are not trusted:
 * offsets and sizes are checked before use.
 */
#ifndef HVCTL_LINUX_KERNEL_H
#define HVCTL_LINUX_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file_error.h"

/* Limit of the size of an unpacked kernel. */
#define KERNEL_MAX (512ul << 20)

struct kernel {
	uint8_t *data; /* the Image, malloc()ed */
	size_t size;
	uint64_t text_offset; /* offset of the kernel from a multiple of 2 MiB */
	uint64_t image_size;  /* memory that the kernel needs from its start; at least size */
	uint32_t page_size;   /* bytes of the kernel's pages; 0: not specified */
};

/*
 * Unpacks and checks a kernel. limit: KERNEL_MAX, or less. False: *error has the end of a sentence
 * that starts with the file's name; *kernel is empty.
 */
bool kernel_open(struct kernel *kernel, const void *data, size_t size, size_t limit,
		 struct file_error *error);
void kernel_free(struct kernel *kernel);

/*
 * Returns the kernel's build options as text ("CONFIG_OF=y\n..."), malloc()ed; NULL: the kernel
 * does not contain them (IKCONFIG).
 */
char *kernel_options(const struct kernel *kernel);

/* Is the option y? */
bool kernel_option_set(const char *options, const char *name);

#endif
