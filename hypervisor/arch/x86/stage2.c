// SPDX-License-Identifier: GPL-2.0
/* Second stage: a cell's page tables, and invalidation of translations when they change. */
#include <arch/asm.h>
#include <arch/formats.h>
#include <arch/vm.h>
#include <hyp/arch.h>
#include <hyp/resource.h>

#define GUEST_BITS_MAX 48u

/* CPUID 8000_0008, EAX bits 7:0, is the number of bits of physical addresses. */
uint64_t arch_phys_limit(void)
{
	return BIT(MIN(cpuid(0x80000008, 0).a & 0xff, GUEST_BITS_MAX));
}

/*
 * Root executes firmware's run-time code, which is in no RAM that Linux lists. SVM's entries have no
 * type (npt.c); in VMX's, root's memory has the type that the MTRRs said at enable.
 */
unsigned arch_root_attrs(paddr_t phys, uint64_t *size, unsigned attrs)
{
	if (attrs & PT_DEVICE)
		attrs |= PT_EXECUTE;
	if (vm->format == &ept_format)
		attrs = (attrs & ~PT_DEVICE) | ept_type(phys, size);
	return attrs;
}

bool arch_cell_init(struct cell *cell, struct bh_refusal *r)
{
	uint64_t *root = take_pages(1, r);

	if (!root)
		return false;
	cell->s2 = (struct page_table){
		.format = vm->format,
		.max_leaf_level = vm_max_leaf_level,
		.root = root,
		.root_level = vm->s2_as_host && read_cr(4) & CR4_LA57 ? 4 : 3,
		.root_pages = 1,
		.context = cell,
	};
	/* Cells may share an ASID: translations are invalidated when a CPU changes its owner. 0 is
	 * the hypervisor's. */
	cell->arch.asid = 1 + cell->id % (vm_asids - 1);
	return true;
}

void arch_cell_exit(struct cell *cell)
{
	pool_free(cell->s2.root, 1);
}

/* Needs no barrier: page-table walkers see stores in program order, as CPUs do (APM 2, 7.2). */
void arch_pt_write(uint64_t *entry, uint64_t value)
{
	*(volatile uint64_t *)entry = value;
}

/*
 * While a cell's tables change, its CPUs are off or held in the hypervisor: it is enough that each
 * one invalidates its translations before it enters the guest again. pt_cut_off() is the exception;
 * its caller waits for the CPUs.
 */
static void flush_cpus(const struct cell *cell)
{
	unsigned i;

	for_each_cpu (i, cell->cpus) {
		struct percpu *cpu = percpu_of(i);

		if (cpu == this_cpu()) {
			vm_flush(cpu);
			continue;
		}
		__atomic_store_n(&cpu->arch.flush, 1, __ATOMIC_SEQ_CST);
		if (cpu->public.state == CPU_RUNNING)
			arch_kick(cpu);
	}
}

void arch_pt_flush(const struct page_table *pt, uint64_t va, uint64_t size)
{
	(void)va;
	if (size)
		flush_cpus(pt->context);
}
