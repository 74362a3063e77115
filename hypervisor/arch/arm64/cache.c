// SPDX-License-Identifier: GPL-2.0
/* Cache maintenance by address, wiping and copying of guests' memory, set/way operations. */
#include <arch/boot.h>
#include <arch/el2.h>
#include <arch/iss.h>
#include <arch/mmu.h>
#include <arch/sysreg.h>
#include <arch/trap.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/string.h>

#define SCTLR_C BIT(2)

/* Size of the smallest data cache line of all CPUs in bytes: an operation by address affects one
 * line in each CPU's caches. */
static uint64_t line_size(void)
{
	return BIT(boot_params.line_shift);
}

/* Clean and invalidate to the point of coherency, for observers with caches off (D7.5.9). */
void arch_clean(const void *start, size_t size)
{
	uint64_t step = line_size();
	uint64_t end = (uintptr_t)start + size;

	for (uint64_t p = ALIGN_DOWN((uintptr_t)start, step); p < end; p += step)
		asm volatile("dc civac, %0" : : "r"(p) : "memory");
	dsb(sy);
}

void arch_wipe(paddr_t phys, uint64_t size)
{
	for (paddr_t end = phys + size; phys < end; phys += PAGE_SIZE) {
		void *page = window_open(0, phys);

		memset(page, 0, PAGE_SIZE);
		arch_clean(page, PAGE_SIZE);
		window_close(0);
	}
}

void arch_copy(paddr_t to, paddr_t from, uint64_t size)
{
	for (paddr_t end = from + size; from < end; from += PAGE_SIZE, to += PAGE_SIZE) {
		void *target = window_open(0, to);

		memcpy(target, window_open(1, from), PAGE_SIZE);
		window_close(1);
		arch_clean(target, PAGE_SIZE);
		window_close(0);
	}
}

/* Clean and invalidate all RAM of the cell, by address. */
static void flush_cell(const struct cell *cell)
{
	for (unsigned i = 0; i < cell->config->n_regions; i++) {
		const struct bh_region *region = &cell->config->regions[i];

		if (region->type == BH_REGION_MMIO)
			continue;
		for (uint64_t done = 0; done < region->size; done += PAGE_SIZE) {
			arch_clean(window_open(0, region->phys + done), PAGE_SIZE);
			window_close(0);
			cpu_take_commands(this_cpu()); /* the loop is long */
		}
	}
}

/*
 * Guests clean by set/way before they switch caches on or off. The first such
 * operation cleans all RAM of the cell by address and sets HCR_EL2.TVM; later
 * ones do nothing, until a write toggles SCTLR_EL1.C. That write cleans once
 * more and clears HCR_EL2.TVM.
 */
void handle_set_way(struct percpu *cpu)
{
	if (cpu->arch.flushed)
		return;
	flush_cell(cpu->public.cell);
	cpu->arch.flushed = true;
	write_sysreg(read_sysreg(hcr_el2) | HCR_TVM, hcr_el2);
}

#define PASS_ON(crn, crm, op2, reg)                  \
	case ISS_OF(3u, 0u, crn##u, crm##u, op2##u): \
		write_sysreg(value, reg);            \
		return true

bool handle_vm_register(struct percpu *cpu, struct guest_regs *regs, uint64_t esr)
{
	uint64_t value = reg_read(regs, ISS_RT(esr));

	switch (esr & ISS_REGISTER) {
	case ISS_SCTLR:
		if ((value ^ read_sysreg(sctlr_el1)) & SCTLR_C) {
			flush_cell(cpu->public.cell);
			cpu->arch.flushed = false;
			write_sysreg(read_sysreg(hcr_el2) & ~HCR_TVM, hcr_el2);
		}
		write_sysreg(value, sctlr_el1);
		return true;
		PASS_ON(2, 0, 0, ttbr0_el1);
		PASS_ON(2, 0, 1, ttbr1_el1);
		PASS_ON(2, 0, 2, tcr_el1);
		PASS_ON(5, 1, 0, afsr0_el1);
		PASS_ON(5, 1, 1, afsr1_el1);
		PASS_ON(5, 2, 0, esr_el1);
		PASS_ON(6, 0, 0, far_el1);
		PASS_ON(10, 2, 0, mair_el1);
		PASS_ON(10, 3, 0, amair_el1);
		PASS_ON(13, 0, 1, contextidr_el1);
	default:
		return false;
	}
}
