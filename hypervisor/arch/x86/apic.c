// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC, in xAPIC mode. Interrupts go straight to the guest; its
 * accesses to the registers come here, because some of them reach other CPUs.
 */
#include <arch/apic.h>
#include <arch/asm.h>
#include <arch/boot.h>
#include <hyp/arch.h>
#include <hyp/resource.h>

#define SVR_RESET 0xffu
#define SVR_ENABLED 0x1ffu
#define SHORTHAND_SELF (1u << 18)
#define DRAIN_MAX 512u /* interrupts: each vector can be in service and pending */

static volatile uint32_t *reg(unsigned offset)
{
	return (volatile uint32_t *)((char *)mmu_apic() + offset);
}

static uint32_t apic_read(unsigned offset)
{
	return *reg(offset);
}

static void apic_write(unsigned offset, uint32_t value)
{
	*reg(offset) = value;
}

bool apic_check(const struct bh_x86_platform *platform, struct bh_refusal *r)
{
	uint64_t base = rdmsr(MSR_APIC_BASE);

	return require(platform->apic_phys && !(platform->apic_phys & PAGE_MASK), r, BH_E_ALIGN,
		       BH_F_PLATFORM, offsetof(struct bh_x86_platform, apic_phys),
		       platform->apic_phys) &&
	       require((base & ~PAGE_MASK) == platform->apic_phys, r, BH_E_MACHINE, BH_F_PLATFORM,
		       offsetof(struct bh_x86_platform, apic_phys), base & ~PAGE_MASK) &&
	       require(base & APIC_BASE_ENABLE && !(base & APIC_BASE_EXTD), r, BH_E_UNSUPPORTED,
		       BH_F_PLATFORM, offsetof(struct bh_x86_platform, apic_phys), base);
}

void apic_eoi(void)
{
	apic_write(APIC_EOI, 0);
}

static void send(uint64_t hw_id, uint32_t icr)
{
	while (apic_read(APIC_ICR) & APIC_BUSY)
		arch_relax();
	apic_write(APIC_ICR_HIGH, (uint32_t)hw_id << 24);
	apic_write(APIC_ICR, icr);
}

void apic_send_nmi(const struct percpu *target)
{
	send(target->public.hw_id, APIC_MODE_NMI << 8 | APIC_ASSERT);
}

void apic_send_init(const struct percpu *target)
{
	send(target->public.hw_id, APIC_MODE_INIT << 8 | APIC_ASSERT);
}

void apic_send_fixed(const struct percpu *target, uint32_t vector)
{
	send(target->public.hw_id, vector | APIC_ASSERT);
}

void apic_take(struct percpu *cpu)
{
	cpu->arch.icr = apic_read(APIC_ICR);
	cpu->arch.icr_high = apic_read(APIC_ICR_HIGH);
	cpu->arch.ldr = apic_read(APIC_LDR);
	cpu->arch.dfr = apic_read(APIC_DFR);
}

void apic_give_back(struct percpu *cpu)
{
	while (apic_read(APIC_ICR) & APIC_BUSY)
		arch_relax();
	apic_write(APIC_ICR_HIGH, cpu->arch.icr_high);
}

static bool any_of(unsigned first)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < 8; i++)
		bits |= apic_read(first + 0x10 * i);
	return bits;
}

/* No interrupt of an owner's reaches the next: take what is pending, end what is in service. */
static void drain(void)
{
	apic_write(APIC_SVR, SVR_ENABLED);
	apic_write(APIC_TPR, 0);
	for (unsigned i = 0; i < DRAIN_MAX; i++) {
		if (any_of(APIC_ISR))
			apic_eoi();
		else if (any_of(APIC_IRR))
			apic_vectors_drain(&host_drain_idt);
		else
			break;
	}
}

/* APM 2, 16.3.1 and following: values after reset. */
void apic_reset(struct percpu *cpu)
{
	unsigned lvts = apic_read(0x030) >> 16 & 0xff; /* version register: the last entry */

	apic_write(APIC_TIMER_COUNT, 0);
	for (unsigned i = 0; i <= lvts && APIC_LVT_TIMER + 0x10 * i <= APIC_LVT_ERROR; i++)
		apic_write(APIC_LVT_TIMER + 0x10 * i, APIC_MASKED);
	drain();
	apic_write(APIC_LDR, 0);
	apic_write(APIC_DFR, ~0u);
	apic_write(APIC_SVR, SVR_RESET);
	apic_write(APIC_ESR, 0);
	apic_write(APIC_TIMER_DIVIDE, 0);
	cpu->arch.icr = cpu->arch.icr_high = cpu->arch.ldr = 0;
	cpu->arch.dfr = ~0u;
}

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
		return apic_read((unsigned)offset);
	}
}

/* In hardware only root's CPUs have logical addresses: no device's interrupt of root goes astray. */
static void guest_write(struct percpu *cpu, uint64_t offset, uint32_t value)
{
	bool root = cpu->public.cell->id == BH_ROOT_CELL;

	switch (offset) {
	case APIC_ICR:
		cpu->arch.icr = value;
		ipi_send(cpu, value);
		return;
	case APIC_ICR_HIGH:
		cpu->arch.icr_high = value;
		return;
	case APIC_LDR:
		cpu->arch.ldr = value & 0xff000000;
		if (root)
			apic_write(APIC_LDR, value);
		return;
	case APIC_DFR:
		cpu->arch.dfr = value | 0x0fffffff;
		if (root)
			apic_write(APIC_DFR, value);
		return;
	case APIC_TPR:
	case APIC_SVR:
	case APIC_ESR:
	case APIC_TIMER_COUNT:
	case APIC_TIMER_DIVIDE:
		apic_write((unsigned)offset, value);
		return;
	default:
		if (is_lvt(offset))
			apic_write((unsigned)offset, lvt_allowed(root, value));
	}
}

/* 32-bit registers, 16 bytes apart (16.3.2). What can't be written ignores it. */
static bool apic_mmio(struct cell *cell, struct mmio_access *access, void *context)
{
	(void)cell;
	(void)context;
	if (access->size != 4 || access->offset & 0xf)
		return false;
	if (!access->write)
		access->value = guest_read(this_cpu(), access->offset);
	else if (likely(access->offset == APIC_EOI))
		apic_eoi();
	else
		guest_write(this_cpu(), access->offset, (uint32_t)access->value);
	return true;
}

static bool apic_validate(struct cell *cell, struct bh_refusal *r)
{
	uint64_t apic = system_config->platform.x86.apic_phys;

	/* Nothing of the config may lie there. */
	for (uint32_t i = 0; i < cell->config->n_regions; i++) {
		const struct bh_region *region = &cell->config->regions[i];

		if (ranges_overlap(apic, PAGE_SIZE, region->guest, region->size) ||
		    ranges_overlap(apic, PAGE_SIZE, region->phys, region->size))
			return refuse_owned(r, BH_E_OWNED, BH_F_REGION_PHYS, i, apic,
					    BH_OWNER_HYPERVISOR);
	}
	return require(mmio_add(&cell->mmio, apic, PAGE_SIZE, apic_mmio, NULL, BH_EXIT_APIC), r,
		       BH_E_NO_SLOT, BH_F_PLATFORM, offsetof(struct bh_x86_platform, apic_phys),
		       apic) &&
	       require(!cell->config->n_irqs, r, BH_E_UNSUPPORTED, BH_F_IRQ_COUNT, 0,
		       cell->config->n_irqs);
}

RESOURCE_CLASS(apic_class, .validate = apic_validate);
