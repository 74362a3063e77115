// SPDX-License-Identifier: GPL-2.0
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "linux/bzimage.h"

/* Offsets of header fields (boot.rst, "The Real-Mode Kernel Header"). */
#define SETUP_SECTS 0x1f1u /* the first field */
#define SYSSIZE 0x1f4u
#define JUMP 0x200u
#define MAGIC 0x202u
#define VERSION 0x206u
#define LOADFLAGS 0x211u
#define INITRD_ADDR_MAX 0x22cu
#define ALIGNMENT 0x230u
#define RELOCATABLE 0x234u
#define XLOADFLAGS 0x236u
#define CMDLINE_SIZE 0x238u
#define PREF_ADDRESS 0x258u
#define INIT_SIZE 0x260u
#define HEADER_MIN 0x264u
#define HEADER_MAX 0x290u /* limit of the header in struct boot_params */

#define LOADED_HIGH 1u
#define XLF_KERNEL_64 1u
#define VERSION_MIN 0x20cu /* with xloadflags: Linux 3.8 */
#define SECTOR 512u
#define ADDRESS_MAX (1ull << 32)

/* The caller has checked that the header is complete. */
static uint64_t field(const uint8_t *data, size_t offset, size_t bytes)
{
	uint64_t value = 0;

	memcpy(&value, data + offset, bytes);
	return le64toh(value);
}

static bool explain_format(const uint8_t *data, size_t size, struct file_error *error)
{
	if (size >= 4 && memcmp(data, "\177ELF", 4) == 0)
		return wrong(error, "is an ELF file: use the bzImage from the kernel's build "
				    "(arch/x86/boot/bzImage)");
	if (size >= 60 && memcmp(data + 56, "ARM\x64", 4) == 0)
		return wrong(error, "is a kernel for arm64 (Image); this machine is x86-64");
	if (size < HEADER_MIN)
		return wrong(error, "has %zu bytes: too few for a kernel", size);
	return wrong(error, "is not an x86 kernel: it lacks \"HdrS\" at byte %u", MAGIC);
}

static bool check_header(const struct bzimage *image, const uint8_t *data, size_t size,
			 struct file_error *error)
{
	uint64_t version = field(data, VERSION, 2);
	uint64_t end = image->code + image->code_size;

	if (version < VERSION_MIN)
		return wrong(error,
			     "has boot protocol version %" PRIu64 ".%" PRIu64
			     ": 2.12 is needed (Linux 3.8)",
			     version >> 8, version & 0xff);
	if (!(field(data, LOADFLAGS, 1) & LOADED_HIGH))
		return wrong(error, "is a zImage: a bzImage is needed");
	if (!(field(data, XLOADFLAGS, 2) & XLF_KERNEL_64))
		return wrong(error, "is a 32-bit kernel: a 64-bit kernel is needed");
	if (end > size)
		return wrong(error, "is damaged: it was cut off after %zu of %" PRIu64 " bytes",
			     size, end);
	if (!image->code_size || image->init_size < image->code_size ||
	    image->init_size > KERNEL_MAX || image->address >= ADDRESS_MAX - KERNEL_MAX ||
	    image->alignment & (image->alignment - 1))
		return wrong(error,
			     "has a broken header: init_size 0x%" PRIx64 ", pref_address 0x%" PRIx64
			     ", kernel_alignment 0x%" PRIx64,
			     image->init_size, image->address, image->alignment);
	return true;
}

bool bzimage_read(struct bzimage *image, const uint8_t *data, size_t size, struct file_error *error)
{
	size_t sectors, end;

	if (size < HEADER_MIN || memcmp(data + MAGIC, "HdrS", 4) != 0)
		return explain_format(data, size, error);
	sectors = field(data, SETUP_SECTS, 1);
	image->header = SETUP_SECTS;
	end = MAGIC + field(data, JUMP + 1, 1);
	image->header_size = (end < HEADER_MAX ? end : HEADER_MAX) - SETUP_SECTS;
	image->code = ((sectors ? sectors : 4) + 1) * SECTOR;
	image->code_size = field(data, SYSSIZE, 4) * 16;
	image->address = field(data, PREF_ADDRESS, 8);
	image->alignment = field(data, RELOCATABLE, 1) ? field(data, ALIGNMENT, 4) : 0;
	image->init_size = field(data, INIT_SIZE, 4);
	image->initrd_max = field(data, INITRD_ADDR_MAX, 4);
	image->cmdline_size = (uint32_t)field(data, CMDLINE_SIZE, 4);
	return check_header(image, data, size, error);
}
