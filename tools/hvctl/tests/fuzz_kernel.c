// SPDX-License-Identifier: GPL-2.0
/* libFuzzer: any bytes are read as a kernel or refused; offsets of a kernel are within bounds. */
#include <stdlib.h>
#include <string.h>

#include "linux/bzimage.h"

#define LIMIT (1u << 20)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct file_error error;
	struct kernel kernel;
	struct bzimage image;
	char *options;

	if (bzimage_read(&image, data, size, &error)) {
		if (image.code + image.code_size > size || image.init_size > KERNEL_MAX ||
		    image.header + image.header_size > size)
			abort();
	} else if (!memchr(error.text, '\0', sizeof(error.text))) {
		abort();
	}
	if (!kernel_open(&kernel, data, size, LIMIT, &error)) {
		if (kernel.data || !memchr(error.text, '\0', sizeof(error.text)))
			abort();
		return 0;
	}
	if (kernel.image_size < kernel.size || kernel.image_size > KERNEL_MAX)
		abort();
	options = kernel_options(&kernel);
	if (options)
		(void)kernel_option_set(options, "OF");
	free(options);
	kernel_free(&kernel);
	return 0;
}
