// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC as a guest sees it. Interrupts go straight to it. In xAPIC
 * mode all its accesses to the registers come here, because some of them reach
 * other CPUs; in x2APIC mode those MSRs only that do.
 */
#include <arch/apic.h>
#include <arch/apic_hw.h>
#include <arch/asm.h>
#include <arch/boot.h>
#include <arch/cpuid.h>
#include <arch/insn_cache.h>
#include <hyp/arch.h>
#include <hyp/resource.h>

static bool is_lvt(uint64_t offset)
{
	return (offset >= APIC_LVT_TIMER && offset <= APIC_LVT_ERROR) || offset == APIC_LVT_CMCI ||
	       (offset >= APIC_EXTENDED_LVT && offset <= APIC_EXTENDED_LVT_LAST);
}

/* What an entry may raise: interrupts, and for root what firmware set up for Linux but SMI and
 * INIT, which leave the hypervisor's reach. Anything else is masked. */
static uint32_t lvt_allowed(bool root, uint32_t value)
{
	unsigned mode = APIC_MODE(value);

	if (mode == APIC_MODE_FIXED || (root && mode != APIC_MODE_SMI && mode != APIC_MODE_INIT))
		return value;
	return (value & ~APIC_MODE_MASK) | APIC_MASKED;
}

static uint32_t guest_read(const struct percpu *cpu, uint64_t offset)
{
	if (offset > APIC_ICR_HIGH) /* the usual one: the timer's count */
		return apic_hw_read((unsigned)offset);
	switch (offset) {
	case APIC_ICR: /* sent when it was written */
		return cpu->arch.icr & ~(uint32_t)APIC_BUSY;
	case APIC_ICR_HIGH:
		return cpu->arch.icr_high;
	case APIC_LDR:
		return cpu->arch.ldr;
	case APIC_DFR:
		return cpu->arch.dfr;
	default:
		return apic_hw_read((unsigned)offset);
	}
}

/* In hardware only root's CPUs have logical addresses: no device's interrupt of root goes astray. */
static void __attribute__((noinline))
store_other(struct percpu *cpu, uint64_t offset, uint32_t value)
{
	bool root = cpu->public.cell->id == BH_ROOT_CELL;

	switch (offset) {
	case APIC_LDR:
		cpu->arch.ldr = value & 0xff000000;
		if (root)
			apic_hw_write(APIC_LDR, value);
		return;
	case APIC_DFR:
		cpu->arch.dfr = value | 0x0fffffff;
		if (root)
			apic_hw_write(APIC_DFR, value);
		return;
	case APIC_TPR:
	case APIC_SVR:
	case APIC_ESR:
	case APIC_TIMER_DIVIDE:
		apic_hw_write((unsigned)offset, value);
		return;
	default:
		if (is_lvt(offset))
			apic_hw_write((unsigned)offset, lvt_allowed(root, value));
	}
}

void __fast apic_store(struct percpu *cpu, uint64_t offset, uint32_t value)
{
	if (likely(offset == APIC_ICR)) {
		cpu->arch.icr = value;
		ipi_send(cpu, cpu->arch.icr_high >> 24, value);
	} else if (offset == APIC_ICR_HIGH) {
		cpu->arch.icr_high = value;
	} else if (offset == APIC_EOI) { /* a value other than 0 is an error */
		apic_hw_write(APIC_EOI, 0);
	} else if (offset == APIC_TIMER_COUNT) {
		apic_hw_write(APIC_TIMER_COUNT, value);
	} else {
		store_other(cpu, offset, value);
	}
}

/* 32-bit registers, 16 bytes apart (16.3.2), which x2APIC mode takes away. What can't be written
 * ignores it. */
static bool apic_mmio(struct cell *cell, struct mmio_access *access, void *context)
{
	struct percpu *cpu = this_cpu();

	(void)cell;
	(void)context;
	if (access->size != 4 || access->offset & 0xf || cpu->arch.x2apic)
		return false;
	if (!access->write)
		access->value = guest_read(cpu, access->offset);
	else
		apic_store(cpu, access->offset, (uint32_t)access->value);
	return true;
}

/* The registers of x2APIC mode (16.11) are the guest's but for those that reach other CPUs. Without
 * that mode the CPU itself raises #GP. */
bool apic_msr_trapped(bool root, uint32_t msr, bool write)
{
	switch (msr) {
	case APIC_MSR(APIC_TPR):
	case APIC_MSR(APIC_EOI):
	case APIC_MSR(APIC_SVR):
	case APIC_MSR(APIC_ESR):
	case APIC_MSR(APIC_LVT_TIMER): /* has no delivery mode */
	case APIC_MSR(APIC_TIMER_COUNT):
	case APIC_MSR(APIC_TIMER_DIVIDE):
	case APIC_MSR(APIC_SELF_IPI):
		return root;
	}
	return root || write;
}

bool apic_wrmsr(struct percpu *cpu, uint32_t msr, uint64_t value)
{
	unsigned offset = (msr - APIC_MSR(0)) << 4;

	if (!cpu->arch.x2apic)
		return false;
	if (msr == APIC_MSR(APIC_ICR))
		ipi_send(cpu, value >> 32, (uint32_t)value);
	else if (is_lvt(offset) && !(value >> 32))
		return wrmsr_safe(msr, lvt_allowed(false, (uint32_t)value));
	else
		return false;
	return true;
}

/* The APIC stays where it is, and on: kicks arrive by it. A cell's CPU may go to x2APIC mode; a
 * reset brings it back (16.9). */
bool apic_set_base(struct percpu *cpu, uint64_t value)
{
	uint64_t old = rdmsr(MSR_APIC_BASE);

	value = (value & ~APIC_BASE_BSP) | (old & APIC_BASE_BSP);
	if (value == old)
		return true;
	if (value != (old | APIC_BASE_EXTD) || cpu->public.cell->id == BH_ROOT_CELL ||
	    !(cpuid(1, 0).c & CPUID_1_C_X2APIC))
		return false;
	wrmsr(MSR_APIC_BASE, value);
	cpu->arch.x2apic = true;
	insn_cache_clear(cpu); /* the page has no registers any more */
	return true;
}

static bool apic_validate(struct cell *cell, struct bh_refusal *r)
{
	uint64_t apic = system_config->platform.x86.apic_phys;

	return trap_range(cell, apic, PAGE_SIZE, apic_mmio, NULL, BH_EXIT_APIC,
			  offsetof(struct bh_x86_platform, apic_phys), r);
}

RESOURCE_CLASS(RANK_IRQ, apic_class, .validate = apic_validate);
