/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reads an x86 kernel file: a bzImage (Linux, Documentation/arch/x86/boot.rst). The bytes are not
 * trusted: offsets and sizes are checked before use.
 */
#ifndef HVCTL_LINUX_BZIMAGE_H
#define HVCTL_LINUX_BZIMAGE_H

#include "linux/kernel.h"

/* The contents of the header. */
struct bzimage {
	size_t header, header_size; /* offset and size of the part copied to struct boot_params */
	size_t code,
		code_size;     /* offset and size of the code; the 32-bit entry is its first byte */
	uint64_t address;      /* the kernel's preferred address */
	uint64_t alignment;    /* of load addresses; 0: not relocatable */
	uint64_t init_size;    /* memory that the kernel needs from its start; at least code_size */
	uint64_t initrd_max;   /* highest address of an initrd */
	uint32_t cmdline_size; /* maximum length of the kernel's arguments */
};

/*
 * Reads the header of a bzImage. False: *error has the end of a sentence that starts with the
 * file's name.
 */
bool bzimage_read(struct bzimage *image, const uint8_t *data, size_t size,
		  struct file_error *error);

#endif
