// SPDX-License-Identifier: GPL-2.0
/* CPUID as cells see it: what the table of features lists. Cells read it when they boot. */
#include <arch/asm.h>
#include <arch/features.h>

/* The highest leaves that cells see. */
#define LAST_LEAF 0x1fu
#define LAST_EXTENDED 0x80000021u
#define LAST_OF_7 2u

#define XSAVE_HEADER_END 576u /* legacy region and header (SDM 1, 13.4) */

/*
 * Without interrupt remapping Linux uses x2APIC mode only on hypervisors that it knows to deliver
 * interrupts nonetheless. KVM is one of them; its features are in the next leaf, of which cells see
 * none (Linux, Documentation/virt/kvm/x86/cpuid.rst).
 */
#define CPUID_KVM 0x40000000u
#define CPUID_KVM_FEATURES 0x40000001u

static void set(struct guest_regs *regs, uint32_t a, uint32_t b, uint32_t c, uint32_t d)
{
	regs->r[R_AX] = a;
	regs->r[R_BX] = b;
	regs->r[R_CX] = c;
	regs->r[R_DX] = d;
}

static void at_most(uint64_t *value, uint32_t limit)
{
	*value = MIN(*value, limit);
}

/* Size of an XSAVE area with all components that this CPU has and that cells may enable. */
static uint64_t xsave_size(uint64_t components)
{
	uint64_t size = XSAVE_HEADER_END;

	for (uint32_t i = 2; i < 64; i++) {
		struct cpuid id = cpuid(0xd, i);

		if (components >> i & 1)
			size = MAX(size, id.a + id.b);
	}
	return size;
}

/* Extended state, subleaf 0 and from 2 on (SDM 1, 13.2). EBX of 0 depends on XCR0, the cell's. */
static void cells_xsave(struct guest_regs *regs, uint32_t sub)
{
	if (sub == 0) {
		regs->r[R_AX] &= CELL_XCR0;
		regs->r[R_CX] = xsave_size(regs->r[R_AX]);
		regs->r[R_DX] = 0;
	} else if (sub > 63 || !(CELL_XCR0 >> sub & 1)) {
		set(regs, 0, 0, 0, 0);
	}
}

/* Leaves with feature bits: registers that the table doesn't name are 0. */
static void cells_features(struct guest_regs *regs, uint32_t leaf, uint32_t sub)
{
	static const uint8_t place[] = { R_AX, R_BX, R_CX, R_DX };
	uint32_t seen[4] = { 0 };

	for (unsigned i = 0; i < WORD_COUNT; i++) {
		const struct cpuid_word *word = &cpuid_words[i];

		if (word->leaf == leaf && (word->sub == sub || word->sub == ANY_SUB))
			seen[word->reg] = word->cell;
	}
	for (unsigned i = 0; i < 4; i++)
		regs->r[place[i]] &= seen[i];
}

/* Leaf 13, subleaf 1 is one with feature bits; the size in EBX stays. */
void cpuid_of_cells(struct guest_regs *regs, uint32_t leaf, uint32_t sub)
{
	uint64_t size = regs->r[R_BX];

	if ((leaf & ~BIT(31)) < 32 && cpuid_whole[leaf >> 31] >> (leaf & 31) & 1)
		return;
	if (leaf == 0) {
		at_most(&regs->r[R_AX], LAST_LEAF);
	} else if (leaf == BIT(31)) {
		at_most(&regs->r[R_AX], LAST_EXTENDED);
	} else if (leaf == CPUID_KVM) {
		set(regs, CPUID_KVM_FEATURES, 0x4b4d564b, 0x564b4d56, 0x4d);
	} else if (leaf == 0xd && sub != 1) {
		cells_xsave(regs, sub);
	} else {
		cells_features(regs, leaf, sub);
		if (leaf == 0xd)
			regs->r[R_BX] = size;
		else if (leaf == 7 && sub == 0)
			at_most(&regs->r[R_AX], LAST_OF_7);
	}
}
