// SPDX-License-Identifier: GPL-2.0
/* Reference walkers, each written after its manual alone; levels are numbered as there. */
#include "pt_formats.h"
#include "test.h"

static uint64_t load(paddr_t table, uint64_t index)
{
	return ((const uint64_t *)phys_to_ptr(table))[index];
}

/* Bits high..low of an entry or address. */
static uint64_t bits(uint64_t value, unsigned high, unsigned low)
{
	return value << (63 - high) >> (63 - high + low);
}

/* Bits high..low of a value, not shifted; the other bits are 0. */
static uint64_t field(uint64_t value, unsigned high, unsigned low)
{
	return bits(value, high, low) << low;
}

static unsigned rights(bool read, bool write, bool execute, bool device)
{
	return (read ? PT_READ : 0) | (write ? PT_WRITE : 0) | (execute ? PT_EXECUTE : 0) |
	       (device ? PT_DEVICE : 0);
}

/* ---- arm64: DDI 0487 D8.2, D8.3; levels 0 to 3, 4 KiB granule, 48 bits ---- */

/* The leaf's descriptor; *shift: the binary logarithm of what it maps. */
static bool walk_vmsa(paddr_t table, unsigned levels, uint64_t va, unsigned root_bits,
		      uint64_t *leaf, unsigned *shift)
{
	for (unsigned level = 4 - levels; level <= 3; level++) {
		unsigned low = 39 - 9 * level;
		unsigned high = level == 4 - levels ? low + root_bits - 1 : low + 8;
		uint64_t d = load(table, bits(va, high, low));

		if (bits(d, 0, 0) == 0)
			return false;
		if (level == 3 || bits(d, 1, 1) == 0) {
			CHECK_EQ(bits(d, 1, 1), level == 3); /* D8-2: 01 is reserved at level 3 */
			CHECK(level != 0);		     /* no blocks of 512 GiB */
			CHECK_EQ(field(field(d, 47, 12), low - 1, 0), 0);
			CHECK_EQ(bits(d, 10, 10), 1); /* AF: else an access flag fault */
			*leaf = d;
			*shift = low;
			return true;
		}
		CHECK_EQ(bits(d, 63, 59), 0); /* the table restricts no rights of its entries */
		table = field(d, 47, 12);
	}
	return false;
}

/* D8.5.2, D8.5.5: S2AP, XN, MemAttr. Root: up to 16 adjacent tables, here two. */
static bool vmsa_s2(paddr_t root, unsigned levels, uint64_t va, unsigned device,
		    struct pt_found *found)
{
	uint64_t d, type;
	unsigned shift;

	if (!walk_vmsa(root, levels, va, 10, &d, &shift))
		return false;
	type = bits(d, 5, 2);
	CHECK(type == device || type == 15);
	CHECK(type == device || bits(d, 9, 8) == 3);	     /* inner shareable */
	CHECK(bits(d, 54, 53) == 0 || bits(d, 54, 53) == 2); /* EL1 as EL0 */
	found->pa = field(d, 47, shift) | bits(va, shift - 1, 0);
	found->attrs = rights(bits(d, 6, 6), bits(d, 7, 7), !bits(d, 54, 54), type == device);
	return true;
}

/* Devices of cells: Device-nGnRE. */
bool reference_s2(paddr_t root, unsigned levels, uint64_t va, struct pt_found *found)
{
	return vmsa_s2(root, levels, va, 1, found);
}

/* Devices of root: not cacheable, as normal memory. */
bool reference_s2_root(paddr_t root, unsigned levels, uint64_t va, struct pt_found *found)
{
	return vmsa_s2(root, levels, va, 5, found);
}

/* D8.3.2, D8.4.1: one privilege level, so AP[1] is RES1; MAIR_EL2 as layout.h has it. */
bool reference_el2(paddr_t root, unsigned levels, uint64_t va, struct pt_found *found)
{
	static const uint64_t mair = 0x04ff;
	uint64_t d, type;
	unsigned shift;

	if (!walk_vmsa(root, levels, va, 9, &d, &shift))
		return false;
	type = mair >> 8 * bits(d, 4, 2) & 0xff;
	CHECK(type == 0x04 || type == 0xff);
	CHECK_EQ(bits(d, 6, 6), 1);
	CHECK_EQ(bits(d, 9, 8), 3);
	found->pa = field(d, 47, shift) | bits(va, shift - 1, 0);
	found->attrs = rights(true, !bits(d, 7, 7), !bits(d, 54, 54), type == 0x04);
	return true;
}

/* ---- x86-64 ---- */

/* APM volume 2, 5.3 and 15.25.5: long mode's tables; each access is a user's. */
bool reference_npt(paddr_t root, unsigned levels, uint64_t va, struct pt_found *found)
{
	bool write = true, execute = true;

	for (unsigned level = levels;; level--) {
		unsigned low = 12 + 9 * (level - 1);
		uint64_t e = load(root, bits(va, low + 8, low));

		if (bits(e, 0, 0) == 0)
			return false;
		CHECK_EQ(bits(e, 2, 2), 1);
		write &= bits(e, 1, 1);
		execute &= !bits(e, 63, 63);
		root = field(e, 51, 12);
		if (level == 1 || bits(e, 7, 7)) {
			CHECK(level <= 3);
			if (level > 1) /* bit 12 is PAT */
				CHECK_EQ(bits(e, low - 1, 12), 0);
			found->pa = root | bits(va, low - 1, 0);
			found->attrs = rights(true, write, execute, false);
			return true;
		}
	}
}

/* SDM volume 3C, 30.3.2: tables 30-1 to 30-6; misconfigurations: 30.3.3.1. */
bool reference_ept(paddr_t root, unsigned levels, uint64_t va, struct pt_found *found)
{
	uint64_t allowed = 7;

	for (unsigned level = levels;; level--) {
		unsigned low = 12 + 9 * (level - 1);
		uint64_t e = load(root, bits(va, low + 8, low));

		if (bits(e, 2, 0) == 0)
			return false;
		CHECK(bits(e, 2, 0) != 2 && bits(e, 2, 0) != 6);
		allowed &= bits(e, 2, 0);
		root = field(e, 51, 12);
		if (level == 1 || bits(e, 7, 7)) {
			uint64_t type = bits(e, 5, 3);

			CHECK(level <= 3);
			CHECK(type == 0 || type == 6);
			CHECK_EQ(field(root, low - 1, 0), 0);
			found->pa = root | bits(va, low - 1, 0);
			found->attrs = rights(allowed & 1, allowed & 2, allowed & 4, type == 0);
			return true;
		}
		CHECK_EQ(bits(e, 7, 3), 0);
	}
}

/* ---- RISC-V privileged architecture: "Virtual Address Translation Process", with the changes of
 * "Guest Physical Address Translation" ---- */

bool reference_riscv_g(paddr_t root, unsigned levels, uint64_t va, struct pt_found *found)
{
	uint64_t a = root;

	CHECK_EQ(root % 0x4000, 0); /* 16 KiB, aligned to that */
	for (int i = (int)levels - 1; i >= 0; i--) {
		unsigned low = 12 + 9 * (unsigned)i;
		unsigned high = i == (int)levels - 1 ? low + 10 : low + 8;
		uint64_t pte = load(a, bits(va, high, low));
		uint64_t v = bits(pte, 0, 0), r = bits(pte, 1, 1), w = bits(pte, 2, 2);
		uint64_t x = bits(pte, 3, 3), pbmt = bits(pte, 62, 61);
		uint64_t ppn = bits(pte, 53, 10);

		if (!v)
			return false;
		CHECK(r || !w);
		CHECK_EQ(bits(pte, 60, 54), 0);
		CHECK_EQ(bits(pte, 63, 63), 0); /* Svnapot */
		if (r || x) {
			CHECK_EQ(bits(pte, 4, 4), 1);
			CHECK_EQ(bits(pte, 7, 6), 3);
			CHECK(pbmt == 0 || pbmt == 2);
			CHECK_EQ(ppn % (1ull << 9 * i), 0); /* misaligned superpage */
			found->pa = ppn * 4096 + bits(va, low - 1, 0);
			found->attrs = rights(r, w, x, pbmt == 2);
			return true;
		}
		CHECK_EQ(bits(pte, 7, 4), 0);
		CHECK_EQ(pbmt, 0);
		a = ppn * 4096;
	}
	test_fail(__FILE__, __LINE__, "a table at the last level");
}

/* ---- AMD-Vi: 48882, 2.2.3. levels: the mode of the device table entry ---- */

bool reference_amdvi(paddr_t root, unsigned levels, uint64_t va, struct pt_found *found)
{
	bool read = true, write = true;
	unsigned level = levels;

	if (levels < 6 && va >> (12 + 9 * levels))
		return false;
	for (;;) {
		unsigned low = 12 + 9 * (level - 1);
		uint64_t e = load(root, bits(va, low + 8, low));
		unsigned next = (unsigned)bits(e, 11, 9);

		if (bits(e, 0, 0) == 0)
			return false;
		read &= bits(e, 61, 61);
		write &= bits(e, 62, 62);
		root = field(e, 51, 12);
		if (next == 0) {
			CHECK_EQ(bits(e, 58, 52), 0);
			CHECK_EQ(field(root, low - 1, 0), 0);
			found->pa = root | bits(va, low - 1, 0);
			found->attrs = rights(read, write, false, false);
			return true;
		}
		CHECK(next < level); /* 7, a page of another size, is not used */
		CHECK_EQ(bits(e, 60, 52), 0);
		if (next < level - 1 && bits(va, low - 1, 12 + 9 * next))
			return false; /* address bits of skipped levels are zero */
		level = next;
	}
}

/* ---- Intel VT-d, 3.7 and 9.8. With support for execute requests, so X counts ---- */

bool reference_vtd(paddr_t root, unsigned levels, uint64_t va, struct pt_found *found)
{
	uint64_t allowed = 7;

	for (unsigned level = levels;; level--) {
		unsigned low = 12 + 9 * (level - 1);
		uint64_t e = load(root, bits(va, low + 8, low));
		bool leaf = level == 1 || (level <= 3 && bits(e, 7, 7));

		if (bits(e, 1, 0) == 0)
			return false;
		allowed &= bits(e, 2, 0);
		root = field(e, 51, 12);
		CHECK_EQ(bits(e, 62, 62), 0);
		if (leaf) {
			CHECK_EQ(field(root, low - 1, 0), 0);
			found->pa = root | bits(va, low - 1, 0);
			found->attrs = rights(allowed & 1, allowed & 2, allowed & 4, false);
			return true;
		}
		CHECK_EQ(bits(e, 7, 7), 0);
		CHECK_EQ(bits(e, 11, 11), 0);
	}
}
