// SPDX-License-Identifier: GPL-2.0
/* Flattened device trees (Devicetree Specification 5). All numbers in them are big-endian. */
#include <stdbool.h>

#include "bytes.h"
#include "console.h"
#include "machine.h"
#include "tree.h"

#define FDT_MAGIC 0xd00dfeed
#define FDT_BEGIN_NODE 1
#define FDT_END_NODE 2
#define FDT_PROP 3
#define FDT_END 9

struct header {
	uint32_t magic;
	uint32_t total_size;
	uint32_t structs;
	uint32_t strings;
	uint32_t reservations;
	uint32_t version;
	uint32_t last_compatible_version;
	uint32_t boot_cpu;
	uint32_t strings_size;
	uint32_t structs_size;
};

/* The new properties' names follow the old strings. */
static const char added_strings[] = "method\0compatible\0enable-method\0"
				    "linux,initrd-start\0linux,initrd-end";
#define NAME_METHOD 0
#define NAME_COMPATIBLE 7
#define NAME_ENABLE_METHOD 18
#define NAME_INITRD_START 32
#define NAME_INITRD_END 51

/* A place in the new tree; names: offset of added_strings. */
struct writer {
	uint32_t *at;
	uint32_t names;
};

static uint32_t words_of(uint32_t bytes)
{
	return (bytes + 3) / 4;
}

static void write_word(struct writer *w, uint32_t value)
{
	*w->at++ = be32(value);
}

static void write_bytes(struct writer *w, const void *bytes, uint32_t size)
{
	uint32_t words = words_of(size);

	if ((uint64_t)(w->at + words) >= TREE_END)
		give_up("the device tree is too long", 0);
	if (words)
		w->at[words - 1] = 0; /* the padding */
	copy_bytes(w->at, bytes, size);
	w->at += words;
}

static void write_property(struct writer *w, uint32_t name, const void *value, uint32_t size)
{
	write_word(w, FDT_PROP);
	write_word(w, size);
	write_word(w, w->names + name);
	write_bytes(w, value, size);
}

static void write_psci(struct writer *w)
{
	static const char compatible[] = "arm,psci-1.0\0arm,psci-0.2";

	write_word(w, FDT_BEGIN_NODE);
	write_bytes(w, "psci", 5);
	write_property(w, NAME_COMPATIBLE, compatible, sizeof(compatible));
	write_property(w, NAME_METHOD, "smc", 4);
	write_word(w, FDT_END_NODE);
}

static void write_initrd(struct writer *w, uint32_t bytes)
{
	uint64_t start = be64(INITRD), end = be64(INITRD + bytes);

	write_property(w, NAME_INITRD_START, &start, sizeof(start));
	write_property(w, NAME_INITRD_END, &end, sizeof(end));
}

/* Returns the words of the item at a place: a token with what belongs to it. */
static uint32_t item_words(const uint32_t *at)
{
	switch (be32(*at)) {
	case FDT_BEGIN_NODE:
		return 1 + words_of(text_length((const char *)(at + 1)) + 1);
	case FDT_PROP:
		return 3 + words_of(be32(at[1]));
	default:
		return 1;
	}
}

/* Adds the properties of a node that has just begun. */
static void add_properties(struct writer *w, const char *name, int depth, uint32_t initrd_bytes)
{
	if (depth == 2 && text_equals(name, "chosen") && initrd_bytes)
		write_initrd(w, initrd_bytes);
	if (depth == 3 && text_begins(name, "cpu@"))
		write_property(w, NAME_ENABLE_METHOD, "psci", 5);
}

static void copy_nodes(struct writer *w, const uint32_t *at, uint32_t initrd_bytes)
{
	uint32_t token, words;
	int depth = 0;

	do {
		token = be32(*at);
		words = item_words(at);
		if (token == FDT_END_NODE && --depth == 0)
			write_psci(w);
		write_bytes(w, at, 4 * words);
		if (token == FDT_BEGIN_NODE)
			add_properties(w, (const char *)(at + 1), ++depth, initrd_bytes);
		at += words;
	} while (token != FDT_END);
}

void tree_make(uint32_t initrd_bytes)
{
	const struct header *old = (void *)QEMU_TREE;
	struct header *new = (void *)TREE;
	uint32_t strings_size = be32(old->strings_size);
	struct writer w = { .at = (uint32_t *)new, .names = strings_size };

	if (be32(old->magic) != FDT_MAGIC)
		give_up("no device tree", 0);
	/* The header and the list of reservations precede the nodes. */
	write_bytes(&w, old, be32(old->structs));
	copy_nodes(&w, (void *)(QEMU_TREE + be32(old->structs)), initrd_bytes);
	new->structs_size = be32((uint64_t)w.at - TREE - be32(old->structs));
	new->strings = be32((uint64_t)w.at - TREE);
	new->strings_size = be32(strings_size + sizeof(added_strings));
	new->total_size = be32(be32(new->strings) + be32(new->strings_size));
	if (TREE + be32(new->total_size) > TREE_END)
		give_up("the device tree is too long", 0);
	copy_bytes(w.at, (void *)(QEMU_TREE + be32(old->strings)), strings_size);
	copy_bytes((char *)w.at + strings_size, added_strings, sizeof(added_strings));
}
