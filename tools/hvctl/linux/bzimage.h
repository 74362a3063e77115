/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Reading an x86 kernel's file: a bzImage (Linux, Documentation/arch/x86/boot.rst). The bytes
 * come from anywhere: nothing is used before it was checked against the size.
 */
#ifndef HVCTL_LINUX_BZIMAGE_H
#define HVCTL_LINUX_BZIMAGE_H

#include "linux/kernel.h"

/* What its header says; offsets into the file's bytes. */
struct bzimage {
	size_t header, header_size; /* the part that struct boot_params takes over */
	size_t code, code_size;	    /* what is loaded; entered at its first byte, in 32 bits */
	uint64_t address;	    /* where it prefers to be */
	uint64_t alignment;	    /* of other addresses, above that; 0: it can't be there */
	uint64_t init_size;	    /* bytes that it needs from there; at least code_size */
	uint64_t initrd_max;	    /* the last address that an initrd may have */
	uint32_t cmdline_size;	    /* characters, at most */
};

/* False: *error says why. */
bool bzimage_read(struct bzimage *image, const uint8_t *data, size_t size,
		  struct file_error *error);

#endif
