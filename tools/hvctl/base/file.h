/* SPDX-License-Identifier: GPL-2.0 */
/* Reads whole files into memory. */
#ifndef HVCTL_BASE_FILE_H
#define HVCTL_BASE_FILE_H

#include <stddef.h>

#include "base/say.h"

struct file {
	void *data; /* malloc()ed, never NULL; a 0 byte follows the content */
	size_t size;
};

/* Reads a regular file of at most `limit` bytes. Prints a message on failure. */
enum outcome file_read(struct file *file, const char *path, size_t limit);
void file_free(struct file *file);

#endif
