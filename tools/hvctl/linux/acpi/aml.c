// SPDX-License-Identifier: GPL-2.0
/* Building blocks of AML (20.2). */
#include "linux/acpi/writer.h"

#define AML_NAME 0x08
#define AML_DWORD 0x0c
#define AML_BUFFER 0x11
#define AML_EXTENDED 0x5b
#define AML_DEVICE 0x82

/* Reserves the three bytes of a package's length, which includes them (20.2.4). */
size_t begin_package(struct writer *w)
{
	put_number(w, 0, 3);
	return w->used - 3;
}

void end_package(struct writer *w, size_t start)
{
	size_t length = w->used - start;

	set(w, start, 2u << 6 | (length & 0xf) | length >> 4 << 8, 3);
}

void put_name(struct writer *w, const char *name)
{
	put_number(w, AML_NAME, 1);
	put(w, name, 4);
}

void put_dword(struct writer *w, uint64_t value)
{
	put_number(w, AML_DWORD, 1);
	put_number(w, value, 4);
}

size_t begin_device(struct writer *w, const char *name)
{
	size_t start;

	put_number(w, AML_EXTENDED, 1);
	put_number(w, AML_DEVICE, 1);
	start = begin_package(w);
	put(w, name, 4);
	put_name(w, "_HID");
	return start;
}

struct resource_list begin_resources(struct writer *w)
{
	struct resource_list list;

	put_name(w, "_CRS");
	put_number(w, AML_BUFFER, 1);
	list.package = begin_package(w);
	put_number(w, 0x0b, 1); /* a word constant: 16 bits follow */
	put_number(w, 0, 2);
	list.first = w->used;
	return list;
}

void end_resources(struct writer *w, struct resource_list list)
{
	put(w, "\x79\x00", 2); /* end tag (6.4.2.9) */
	set(w, list.first - 2, w->used - list.first, 2);
	end_package(w, list.package);
}
