// SPDX-License-Identifier: GPL-2.0
/* kernel_open(): accepted kernels, and messages about other files. */
#include <stdlib.h>

#include "kernels.h"
#include "linux/kernel.h"
#include "test.h"

static uint8_t image[SAMPLE_KERNEL_BYTES], packed[2 * SAMPLE_KERNEL_BYTES];

static void check_good(const void *data, size_t size)
{
	struct file_error error = { "" };
	struct kernel kernel;

	if (!CHECK(kernel_open(&kernel, data, size, KERNEL_MAX, &error))) {
		CHECK_TEXT(error.text, "");
		return;
	}
	CHECK(kernel.size == sizeof(image) && memcmp(kernel.data, image, sizeof(image)) == 0);
	CHECK(kernel.text_offset == 0 && kernel.image_size == 1 << 20);
	kernel_free(&kernel);
}

static void check_bad(const void *data, size_t size, size_t limit, const char *why)
{
	struct file_error error = { "" };
	struct kernel kernel;

	CHECK(!kernel_open(&kernel, data, size, limit, &error));
	CHECK(!kernel.data);
	CHECK_HAS(error.text, why);
}

TEST(kernels_in_every_packing)
{
	uint8_t outer[3 * SAMPLE_KERNEL_BYTES];
	size_t size;

	sample_kernel(image, 2 /* 4 KiB pages */);
	check_good(image, sizeof(image));
	size = pack_gzip(packed, image, sizeof(image));
	check_good(packed, size);
	check_good(outer, pack_zboot(outer, packed, size));
	size = pack_zstd(packed, image, sizeof(image));
	check_good(packed, size);
	check_good(outer, pack_zboot(outer, packed, size));
	check_good(outer, pack_zboot(outer, image, sizeof(image)));
}

TEST(kernels_in_several_gzip_members)
{
	size_t half = sizeof(image) / 2, size;

	sample_kernel(image, 2);
	image[half] = 0x5a;
	size = pack_gzip(packed, image, half);
	size += pack_gzip(packed + size, image + half, half);
	check_good(packed, size);
	check_good(packed, size + 1); /* trailing bytes are ignored */
	check_bad(packed, size - 9, KERNEL_MAX, "is damaged: its gzip data can't be unpacked");
}

TEST(damaged_kernels)
{
	uint8_t outer[3 * SAMPLE_KERNEL_BYTES];
	size_t size, outer_size;

	sample_kernel(image, 0);
	size = pack_gzip(packed, image, sizeof(image));
	check_bad(packed, size / 2, KERNEL_MAX, "is damaged: its gzip data can't be unpacked");
	check_bad(packed, 2, KERNEL_MAX, "is damaged: its gzip data");
	check_bad(packed, size, 4095, "has more than 0 MiB unpacked");
	outer_size = pack_zboot(outer, packed, size);
	check_bad(outer, outer_size - 1, KERNEL_MAX, "goes beyond its end");
	memset(outer + 8, 0xff, 8);
	check_bad(outer, outer_size, KERNEL_MAX,
		  "its packed kernel, 4294967295 bytes from 4294967295 on, goes beyond its end");
	size = pack_zstd(packed, image, sizeof(image));
	check_bad(packed, size - 1, KERNEL_MAX, "is damaged: its zstd data can't be unpacked");
	check_bad(packed, size, 4095, "has more than 0 MiB unpacked");
}

/* Makes the kernel an EFI program with one section of this range. */
static void add_section(uint32_t start, uint32_t size)
{
	const uint32_t pe = 64, where[2] = { size, start };

	memcpy(image + 60, &pe, sizeof(pe));
	memcpy(image + pe, "PE\0\0\x64\xaa\1", 8);
	image[pe + 20] = 160;
	memcpy(image + pe + 24 + 160 + 16, where, sizeof(where));
}

TEST(kernels_that_were_cut_off)
{
	size_t size;

	sample_kernel(image, 0);
	add_section(1024, sizeof(image) - 1024);
	check_good(image, sizeof(image));
	check_bad(image, sizeof(image) - 1, KERNEL_MAX,
		  "is damaged: it was cut off after 4095 of 4096 bytes");
	size = pack_gzip(packed, image, sizeof(image) - 1);
	check_bad(packed, size, KERNEL_MAX, "is damaged: it was cut off after 4095 of 4096");
	add_section(0xffffffff, 0xffffffff);
	check_bad(image, sizeof(image), KERNEL_MAX, "after 4096 of 8589934590 bytes");
	memset(image + 60, 0xff, 4);
	check_good(image, sizeof(image));
}

TEST(what_is_no_kernel_for_us)
{
	sample_kernel(image, 1);
	check_bad(image, sizeof(image), KERNEL_MAX, "is a big-endian kernel");
	sample_kernel(image, 0);
	check_bad(image, 0, KERNEL_MAX, "has 0 bytes: too few for a kernel");
	check_bad(image, 63, KERNEL_MAX, "has 63 bytes: too few for a kernel");
	memset(image + 16, 0, 8);
	check_bad(image, sizeof(image), KERNEL_MAX, "image_size is 0");
	memset(image + 16, 0xff, 8);
	check_bad(image, sizeof(image), KERNEL_MAX,
		  "has a broken header: image_size 0xffffffffffffffff");
	memcpy(image + 56, "RSC\5", 4);
	check_bad(image, sizeof(image), KERNEL_MAX, "is a kernel for riscv");
	memcpy(image + 0x202, "HdrS", 4);
	check_bad(image, sizeof(image), KERNEL_MAX, "is a kernel for x86 (bzImage)");
	memset(image, 0, sizeof(image));
	check_bad(image, sizeof(image), KERNEL_MAX, "byte 56 has 0x00000000, not 0x644d5241");
	check_bad("\177ELF", 4, KERNEL_MAX, "is an ELF file");
	check_bad("\x27\x05\x19\x56", 4, KERNEL_MAX, "is an image for U-Boot");
	check_bad("\xfd"
		  "7zXZ",
		  6, KERNEL_MAX, "is compressed with xz: only gzip and zstd");
}

TEST(memory_for_a_kernel_that_says_too_little)
{
	struct file_error error;
	struct kernel kernel;

	sample_kernel(image, 0);
	memcpy(image + 16, "\1\0\0", 3);
	CHECK(kernel_open(&kernel, image, sizeof(image), KERNEL_MAX, &error));
	CHECK(kernel.image_size == sizeof(image) && kernel.page_size == 0);
	kernel_free(&kernel);
	sample_kernel(image, 6);
	CHECK(kernel_open(&kernel, image, sizeof(image), KERNEL_MAX, &error));
	CHECK(kernel.page_size == 65536);
	kernel_free(&kernel);
}

TEST(options_of_a_kernel)
{
	struct file_error error;
	struct kernel kernel;
	char *options;

	sample_kernel_with_options(image, "# a\nCONFIG_OF=y\nCONFIG_OFX=m\n# CONFIG_X is not set");
	CHECK(kernel_open(&kernel, image, sizeof(image), KERNEL_MAX, &error));
	options = kernel_options(&kernel);
	if (!CHECK(options))
		return;
	CHECK(kernel_option_set(options, "OF"));
	CHECK(!kernel_option_set(options, "OFX") && !kernel_option_set(options, "O"));
	CHECK(!kernel_option_set(options, "X"));
	free(options);
	kernel.data[1040] ^= 0xff;
	kernel.data[1041] ^= 0xff;
	kernel.data[1060] ^= 0xff;
	options = kernel_options(&kernel);
	free(options); /* any result */
	kernel_free(&kernel);
	sample_kernel(image, 0);
	CHECK(kernel_open(&kernel, image, sizeof(image), KERNEL_MAX, &error));
	CHECK(!kernel_options(&kernel));
	kernel_free(&kernel);
}
