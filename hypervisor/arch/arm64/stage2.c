// SPDX-License-Identifier: GPL-2.0
/* Second stage of translation (DDI 0487 D8.2.4, D8.5): roots and TLB maintenance. */
#include <arch/boot.h>
#include <arch/formats.h>
#include <arch/gic.h>
#include <arch/stage2.h>
#include <arch/sysreg.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/resource.h>
#include <hyp/string.h>

#define IPA_BITS_MAX 40u /* so that walks begin at level 1, in one or two adjacent tables */
#define VMID_SHIFT 48

/* Of all CPUs, since they share the second stage. */
static unsigned pa_range(void)
{
	return MIN(boot_params.pa_range, 5u);
}

/* Size of intermediate physical addresses in bits: the machine's, at most IPA_BITS_MAX. */
static unsigned ipa_bits(void)
{
	static const uint8_t bits[] = { 32, 36, 40, 42, 44, 48 };

	return MIN(bits[pa_range()], IPA_BITS_MAX);
}

uint64_t stage2_vtcr(void)
{
	return 1ull << 31 /* RES1 */ | (uint64_t)pa_range() << 16 | 3ull << 12 /* SH0 inner */ |
	       1ull << 10 | 1ull << 8 /* walks write-back */ | 1ull << 6 /* SL0: level 1 */ |
	       (64 - ipa_bits());
}

uint64_t arch_phys_limit(void)
{
	return BIT(ipa_bits());
}

unsigned arch_root_attrs(paddr_t phys, uint64_t *size, unsigned attrs)
{
	(void)phys, (void)size;
	return attrs;
}

/* Roots of the cell: one, and if kicks withdraw it, a copy for each CPU. The number is a power of
 * two, so that all of them are aligned. */
static unsigned root_count(const struct cell *cell)
{
	unsigned n = 1, wanted = 1;

	if (gic_kick_withdraws(cell))
		wanted += count_bits(cell->config->cpus);
	while (n < wanted)
		n *= 2;
	return n;
}

bool arch_cell_init(struct cell *cell, struct bh_refusal *r)
{
	/* One root entry covers 1 GiB; above 39 bits the root is several adjacent tables. */
	unsigned pages = ipa_bits() > 39 ? 1u << (ipa_bits() - 39) : 1;
	uint64_t *root = take_pages(pages * root_count(cell), r);

	if (!root)
		return false;
	cell->s2 = (struct page_table){
		.format = cell->id == BH_ROOT_CELL ? &s2_root_format : &s2_format,
		.root = root,
		.root_level = 2,
		.max_leaf_level = 2,
		.root_pages = pages,
		.context = cell,
	};
	cell->arch.vttbr = (uint64_t)cell->id << VMID_SHIFT | ptr_to_phys(root);
	return true;
}

void arch_cell_exit(struct cell *cell)
{
	pool_free(cell->s2.root, cell->s2.root_pages * root_count(cell));
}

uint64_t stage2_enter(struct percpu *cpu)
{
	const struct cell *cell = cpu->public.cell;
	size_t size = cell->s2.root_pages * PAGE_SIZE;
	uint64_t before = cell->config->cpus & (BIT(cpu->public.index) - 1), *root = NULL;

	if (gic_kick_withdraws(cell)) {
		root = cell->s2.root + (1 + count_bits(before)) * size / sizeof(*root);
		memcpy(root, cell->s2.root, size);
	}
	cpu->arch.own_root = root;
	/* After the copy: what a kick withdraws from now on stays withdrawn. */
	__atomic_store_n(&cpu->arch.withdrawn, false, __ATOMIC_SEQ_CST);
	dsb(ishst); /* walkers see the copy before it is used (D8.2.6) */
	return (cell->arch.vttbr & ~(BIT(VMID_SHIFT) - 1)) |
	       ptr_to_phys(root ? root : cell->s2.root);
}

void stage2_withdraw(struct percpu *cpu)
{
	const struct page_table *s2 = &cpu->public.cell->s2;

	/* Before the entries, which arch_pt_write() writes in order: the CPU that faults sees it. */
	__atomic_store_n(&cpu->arch.withdrawn, true, __ATOMIC_RELEASE);
	for (size_t i = 0; i < s2->root_pages * PAGE_SIZE / sizeof(uint64_t); i++)
		if (cpu->arch.own_root[i])
			arch_pt_write(&cpu->arch.own_root[i], 0);
	arch_pt_flush(s2, 0, pt_limit(s2));
}

#define FLUSH_PAGES_MAX 16u

/* Invalidate EL2's own translations, of which there are few, on all CPUs. */
static void flush_el2(uint64_t va, uint64_t size)
{
	if (size > PAGE_SIZE)
		tlbi(alle2is);
	else
		tlbi_by(vae2is, va >> PAGE_SHIFT);
	dsb(ish); /* the invalidation has completed on all CPUs (D8.13.5) */
	isb();
}

void arch_pt_flush(const struct page_table *pt, uint64_t va, uint64_t size)
{
	const struct cell *cell = pt->context;
	uint64_t vttbr = read_sysreg(vttbr_el2);

	dsb(ishst); /* walkers see the new entries before the TLBs are invalidated (D8.13.5) */
	isb();	    /* ... and so does this CPU before its next access (D8.13.1) */
	if (!size)
		return;
	if (!cell) { /* EL2 itself */
		flush_el2(va, size);
		return;
	}
	write_sysreg(cell->arch.vttbr, vttbr_el2); /* TLBI by the cell's VMID */
	isb();
	if (size > FLUSH_PAGES_MAX * PAGE_SIZE) {
		tlbi(vmalls12e1is);
	} else {
		for (uint64_t end = va + size; va < end; va += PAGE_SIZE)
			tlbi_by(ipas2e1is, va >> PAGE_SHIFT);
		dsb(ish); /* stage 2 entries are gone before combined ones are (D8.13.5) */
		tlbi(vmalle1is);
	}
	dsb(ish); /* the invalidations have completed on all CPUs (D8.13.5) */
	write_sysreg(vttbr, vttbr_el2);
	isb();
}

void arch_pt_write(uint64_t *entry, uint64_t value)
{
	/* Walkers see the table below and earlier invalidations before this entry (B2.3.12). */
	dmb(ishst);
	*(volatile uint64_t *)entry = value;
}
