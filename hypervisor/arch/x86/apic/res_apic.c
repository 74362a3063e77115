// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC as guests see it. It delivers interrupts to the guest directly. Registers that
 * reach other CPUs are emulated: in xAPIC mode all accesses to the page are trapped, in x2APIC mode
 * only accesses to the MSRs in question.
 */
#include <arch/apic.h>
#include <arch/apic_hw.h>
#include <arch/asm.h>
#include <arch/features.h>
#include <arch/insn_cache.h>
#include <hyp/arch.h>
#include <hyp/resource.h>

static bool is_lvt(uint64_t offset)
{
	return (offset >= APIC_LVT_TIMER && offset <= APIC_LVT_ERROR) || offset == APIC_LVT_CMCI ||
	       (offset >= APIC_EXTENDED_LVT && offset <= APIC_EXTENDED_LVT_LAST);
}

/* An LVT entry may deliver interrupts; root's also other modes, as firmware sets up NMI and ExtINT,
 * except SMI and INIT, which the hypervisor can't handle. Other entries are masked. */
static uint32_t lvt_allowed(bool root, uint32_t value)
{
	unsigned mode = APIC_MODE(value);

	if (mode == APIC_MODE_FIXED || (root && mode != APIC_MODE_SMI && mode != APIC_MODE_INIT))
		return value;
	return (value & ~APIC_MODE_MASK) | APIC_MASKED;
}

static uint32_t guest_read(const struct percpu *cpu, uint64_t offset)
{
	if (offset > APIC_ICR_HIGH) /* the usual case: the timer's count */
		return apic_hw_read((unsigned)offset);
	switch (offset) {
	case APIC_ICR: /* never busy: a write sends at once */
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

/* Only root's CPUs have logical ids in hardware, so that logical destinations of root's devices
 * match no cell's CPU. */
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
	} else if (offset == APIC_EOI) { /* values other than 0 are an error */
		apic_hw_write(APIC_EOI, 0);
	} else if (offset == APIC_TIMER_COUNT) {
		apic_hw_write(APIC_TIMER_COUNT, value);
	} else {
		store_other(cpu, offset, value);
	}
}

/* 32-bit registers, 16 bytes apart (16.3.2). In x2APIC mode the page has none. */
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

/* A cell accesses registers of x2APIC mode (16.11) directly unless they reach other CPUs; in xAPIC
 * mode the CPU raises #GP. Root has no x2APIC mode. */
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

/* The APIC must stay enabled and at its address: kicks arrive through it. A cell's CPU may enter
 * x2APIC mode; a reset ends it (16.9). */
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
	insn_cache_clear(cpu); /* stores to the page must fault again */
	return true;
}

static bool apic_validate(struct cell *cell, struct bh_refusal *r)
{
	uint64_t apic = system_config->platform.x86.apic_phys;

	return trap_range(cell, apic, PAGE_SIZE, apic_mmio, NULL, BH_EXIT_APIC,
			  offsetof(struct bh_x86_platform, apic_phys), r);
}

RESOURCE_CLASS(RANK_IRQ, apic_class, .validate = apic_validate);
