// SPDX-License-Identifier: GPL-2.0
#include <endian.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "linux/kernel.h"
#include "linux/unpack.h"

/* The header of an Image (booting.rst, "Call the kernel image"). */
struct image_header {
	uint32_t code[2];
	uint64_t text_offset;
	uint64_t image_size;
	uint64_t flags;
	uint64_t reserved[3];
	uint32_t magic;
	uint32_t pe_offset;
};

#define IMAGE_MAGIC 0x644d5241u /* "ARM\x64" */
#define RISCV_MAGIC 0x05435352u /* RISC-V: "RSC\x05" in place of IMAGE_MAGIC */
#define PE_MAGIC 0x4550u	/* "PE\0\0" */
#define FLAG_BIG_ENDIAN 1u
#define FLAG_PAGE_SIZE(flags) ((unsigned int)((flags) >> 1 & 3))

/* The header of a zboot file (Linux, drivers/firmware/efi/libstub/zboot-header.S). */
struct zboot_header {
	char mz[4];
	char zimg[4];
	uint32_t payload_offset;
	uint32_t payload_size;
	uint32_t reserved[2];
	char packing[32];
};

/* x86 header (Linux, Documentation/x86/boot.rst, "The real-mode kernel header"). */
static bool is_bzimage(const uint8_t *data, size_t size)
{
	return size >= 0x206 && memcmp(data + 0x202, "HdrS", 4) == 0;
}

/* Explains what a file is that lacks the magic number of an Image. Returns false. */
static bool explain_format(const uint8_t *data, size_t size, struct file_error *error)
{
	uint32_t magic = 0;

	if (size >= sizeof(struct image_header))
		memcpy(&magic, data + offsetof(struct image_header, magic), sizeof(magic));
	if (is_bzimage(data, size))
		return wrong(error, "is a kernel for x86 (bzImage); this machine is arm64");
	if (le32toh(magic) == RISCV_MAGIC)
		return wrong(error, "is a kernel for riscv; this machine is arm64");
	if (size >= 4 && memcmp(data, "\177ELF", 4) == 0)
		return wrong(error, "is an ELF file: use the Image from the kernel's build "
				    "(arch/arm64/boot/Image)");
	if (size >= 4 && memcmp(data, "\x27\x05\x19\x56", 4) == 0)
		return wrong(error, "is an image for U-Boot (uImage): use the Image in it");
	if (size < sizeof(struct image_header))
		return wrong(error, "has %zu bytes: too few for a kernel", size);
	return wrong(error, "is not an arm64 kernel: byte 56 has 0x%08" PRIx32 ", not 0x%08x",
		     le32toh(magic), IMAGE_MAGIC);
}

static uint32_t field(const struct kernel *kernel, uint64_t offset, size_t bytes)
{
	uint32_t value = 0;

	if (offset < kernel->size && bytes <= kernel->size - offset)
		memcpy(&value, kernel->data + offset, bytes);
	return le32toh(value);
}

/*
 * Returns the minimum size of the file, from its sections: kernels are EFI programs as well
 * (Microsoft's PE format, "COFF File Header", "Section Table"); 0: not an EFI program. image_size
 * is no such minimum, as it includes memory that is only cleared.
 */
static uint64_t end_of_sections(const struct kernel *kernel, uint64_t pe)
{
	uint64_t section = pe + 24 + field(kernel, pe + 20, 2), last = 0;
	uint32_t n = field(kernel, pe + 6, 2);

	if (field(kernel, pe, 4) != PE_MAGIC)
		return 0;
	for (; n; n--, section += 40) {
		uint64_t end =
			(uint64_t)field(kernel, section + 16, 4) + field(kernel, section + 20, 4);

		if (end > last)
			last = end;
	}
	return last;
}

static bool check_image(struct kernel *kernel, struct file_error *error)
{
	struct image_header header;
	uint64_t flags, end;

	if (kernel->size < sizeof(header))
		return explain_format(kernel->data, kernel->size, error);
	memcpy(&header, kernel->data, sizeof(header));
	if (le32toh(header.magic) != IMAGE_MAGIC)
		return explain_format(kernel->data, kernel->size, error);
	flags = le64toh(header.flags);
	kernel->text_offset = le64toh(header.text_offset);
	kernel->image_size = le64toh(header.image_size);
	kernel->page_size = FLAG_PAGE_SIZE(flags) ? 1024u << 2 * FLAG_PAGE_SIZE(flags) : 0;
	if (flags & FLAG_BIG_ENDIAN)
		return wrong(error, "is a big-endian kernel: cells start little-endian");
	if (kernel->image_size == 0)
		return wrong(error, "doesn't say how much memory it needs (image_size is 0): it is "
				    "older than Linux 3.17");
	if (kernel->image_size > KERNEL_MAX || kernel->text_offset >= 2u << 20)
		return wrong(error,
			     "has a broken header: image_size 0x%" PRIx64
			     ", text_offset 0x%" PRIx64,
			     kernel->image_size, kernel->text_offset);
	end = end_of_sections(kernel, le32toh(header.pe_offset));
	if (end > kernel->size)
		return wrong(error, "is damaged: it was cut off after %zu of %" PRIu64 " bytes",
			     kernel->size, end);
	if (kernel->image_size < kernel->size)
		kernel->image_size = kernel->size;
	return true;
}

static bool unpack_into(struct kernel *kernel, enum packing kind, const char *name,
			const uint8_t *data, size_t size, size_t limit, struct file_error *error)
{
	switch (unpack(kind, data, size, limit, &kernel->data, &kernel->size)) {
	case UNPACK_OK:
		return true;
	case UNPACK_TOO_BIG:
		return wrong(error, "has more than %zu MiB unpacked", limit >> 20);
	case UNPACK_NO_MEMORY:
		return wrong(error, "can't be unpacked: no memory");
	default:
		return wrong(error, "is damaged: its %s data can't be unpacked", name);
	}
}

static bool copy_into(struct kernel *kernel, const uint8_t *data, size_t size,
		      struct file_error *error)
{
	kernel->data = malloc(size + 1);
	if (!kernel->data)
		return wrong(error, "can't be read: no memory");
	memcpy(kernel->data, data, size);
	kernel->size = size;
	return true;
}

/* Finds the payload of a self-extracting EFI program; leaves other files unchanged. */
static bool strip_zboot(const uint8_t **data, size_t *size, struct file_error *error)
{
	struct zboot_header header;
	uint32_t offset, bytes;

	if (*size < sizeof(header))
		return true;
	memcpy(&header, *data, sizeof(header));
	if (memcmp(header.mz, "MZ", 2) != 0 || memcmp(header.zimg, "zimg", 4) != 0)
		return true;
	offset = le32toh(header.payload_offset);
	bytes = le32toh(header.payload_size);
	if (offset > *size || bytes > *size - offset)
		return wrong(error,
			     "is damaged: its packed kernel, %" PRIu32 " bytes from %" PRIu32
			     " on, goes beyond its end",
			     bytes, offset);
	*data += offset;
	*size = bytes;
	return true;
}

bool kernel_open(struct kernel *kernel, const void *data, size_t size, size_t limit,
		 struct file_error *error)
{
	const uint8_t *bytes = data;
	enum packing kind;
	const char *name;
	bool ok;

	memset(kernel, 0, sizeof(*kernel));
	if (!strip_zboot(&bytes, &size, error))
		return false;
	kind = unpack_kind(bytes, size, &name);
	if (kind == PACKING_UNKNOWN)
		return wrong(error, "is compressed with %s: only gzip and zstd are supported",
			     name);
	if (kind == PACKING_NONE)
		ok = copy_into(kernel, bytes, size, error);
	else
		ok = unpack_into(kernel, kind, name, bytes, size, limit, error);
	if (ok && check_image(kernel, error))
		return true;
	kernel_free(kernel);
	return false;
}

void kernel_free(struct kernel *kernel)
{
	free(kernel->data);
	memset(kernel, 0, sizeof(*kernel));
}

/* kernel/configs.c: a mark followed by gzip data. */
#define OPTIONS_MARK "IKCFG_ST"
#define GZIP_START "\037\213\010"
#define OPTIONS_MAX (8ul << 20)

char *kernel_options(const struct kernel *kernel)
{
	const uint8_t *mark = memmem(kernel->data, kernel->size, OPTIONS_MARK GZIP_START, 11);
	uint8_t *text;
	size_t size;

	if (!mark)
		return NULL;
	mark += 8;
	if (unpack(PACKING_GZIP, mark, kernel->size - (size_t)(mark - kernel->data), OPTIONS_MAX,
		   &text, &size) != UNPACK_OK)
		return NULL;
	return (char *)text; /* unpack() adds a 0 byte */
}

bool kernel_option_set(const char *options, const char *name)
{
	size_t length = strlen(name);
	const char *line = options;

	while (line) {
		if (strncmp(line, "CONFIG_", 7) == 0 && strncmp(line + 7, name, length) == 0 &&
		    strncmp(line + 7 + length, "=y", 2) == 0)
			return true;
		line = strchr(line, '\n');
		if (line)
			line++;
	}
	return false;
}
