/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading a kernel's file: an arm64 Image (Linux, Documentation/arm64/booting.rst), plain,
 * compressed with gzip or zstd, or packed as an EFI program that unpacks itself ("zboot").
 * The bytes come from anywhere: nothing is used before it was checked against the size.
 */
#ifndef HVCTL_LINUX_KERNEL_H
#define HVCTL_LINUX_KERNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/file_error.h"

/* Unpacked, a kernel has at most this many bytes. */
#define KERNEL_MAX (512ul << 20)

struct kernel {
	uint8_t *data; /* the Image, malloc()ed */
	size_t size;
	uint64_t text_offset; /* from an address that is a multiple of 2 MiB */
	uint64_t image_size;  /* bytes that it needs from there; at least size */
	uint32_t page_size;   /* bytes, or 0: it doesn't say */
};

/*
 * Unpacks and checks. limit: KERNEL_MAX, or less. False: *error says why, as
 * the rest of a sentence that starts with the file's name; *kernel is empty.
 */
bool kernel_open(struct kernel *kernel, const void *data, size_t size, size_t limit,
		 struct file_error *error);
void kernel_free(struct kernel *kernel);

/*
 * The options that the kernel was built with, as text ("CONFIG_OF=y\n..."), if it
 * carries them (IKCONFIG): malloc()ed; NULL: it doesn't.
 */
char *kernel_options(const struct kernel *kernel);

/* Is this option built in? */
bool kernel_option_set(const char *options, const char *name);

#endif
