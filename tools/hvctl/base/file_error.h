/* SPDX-License-Identifier: GPL-2.0 */
/* What is wrong with a file, or with where its content is to go. */
#ifndef HVCTL_BASE_FILE_ERROR_H
#define HVCTL_BASE_FILE_ERROR_H

#include <stdbool.h>

/* A sentence, or the rest of one that starts with the file's name: the function that fills it in
 * says which. */
struct file_error {
	char text[256];
};

/* Fills it in, and is false: the answer of who found it. */
bool wrong(struct file_error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
