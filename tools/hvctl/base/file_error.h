/* SPDX-License-Identifier: GPL-2.0 */
/* The text of an error in a file's content, or in the memory it is loaded to. */
#ifndef HVCTL_BASE_FILE_ERROR_H
#define HVCTL_BASE_FILE_ERROR_H

#include <stdbool.h>

/* A whole sentence, or the end of one that starts with the file's name, as documented at the
 * function that fills it in. */
struct file_error {
	char text[256];
};

/* Formats the text. Returns false, so that callers can return its result. */
bool wrong(struct file_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
