/* SPDX-License-Identifier: GPL-2.0 */
/* Whole files in memory. */
#ifndef HVCTL_BASE_FILE_H
#define HVCTL_BASE_FILE_H

#include <stddef.h>

#include "base/say.h"

struct file {
	void *data; /* malloc()ed: aligned for anything; not NULL, and a 0 byte is behind it */
	size_t size;
};

/* Reads a regular file of at most `limit` bytes. Says what is wrong. */
enum outcome file_read(struct file *file, const char *path, size_t limit);
void file_free(struct file *file);

#endif
