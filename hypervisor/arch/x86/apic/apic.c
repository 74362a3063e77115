// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC as the hypervisor uses it: at enable and disable, when a CPU changes its owner,
 * and for messages. Its mode is the one that this CPU's guest chose: xAPIC, as after reset, or
 * x2APIC.
 */
#include <arch/apic.h>
#include <arch/apic_hw.h>
#include <arch/asm.h>
#include <arch/cpu.h>
#include <arch/descriptors.h>
#include <hyp/arch.h>
#include <hyp/resource.h>

#define VECTOR_MIN 16u /* vectors 0 to 15 are illegal (16.4.7) */
#define SVR_RESET 0xffu
#define SVR_ENABLED 0x1ffu
/* Bound of the loop in drain(). Each of the 256 vectors takes at most three steps: end it if it is
 * in service, accept it if it is pending, end it again. */
#define DRAIN_MAX (3 * 256u)

uint32_t apic_read(unsigned offset)
{
	if (this_cpu()->arch.x2apic)
		return (uint32_t)rdmsr(APIC_MSR(offset));
	return apic_hw_read(offset);
}

void apic_write(unsigned offset, uint32_t value)
{
	if (this_cpu()->arch.x2apic)
		wrmsr(APIC_MSR(offset), value);
	else
		apic_hw_write(offset, value);
}

uint8_t apic_index_of[APIC_IDS];

void apic_wait_idle(void)
{
	while (apic_hw_read(APIC_ICR) & APIC_BUSY)
		arch_relax();
}

/* Sends a message. Only xAPIC mode waits until the ICR is idle (16.13). Ids have 8 bits, which the
 * target accepts in both modes. */
static inline void send(const struct percpu *cpu, const struct percpu *target, uint32_t icr)
{
	uint64_t hw_id = target->public.hw_id;

	icr |= APIC_ASSERT;
	if (likely(!cpu->arch.x2apic)) {
		apic_wait_idle();
		apic_hw_write(APIC_ICR_HIGH, (uint32_t)hw_id << 24);
		apic_hw_write(APIC_ICR, icr);
		return;
	}
	/* In x2APIC mode WRMSR doesn't wait for earlier stores, which the target must see. */
	asm volatile("mfence\n\tlfence" : : : "memory");
	wrmsr(APIC_MSR(APIC_ICR), hw_id << 32 | icr);
}

static inline bool may_receive(const struct percpu *target, uint32_t vector)
{
	return vector >= VECTOR_MIN && target->public.state == CPU_RUNNING;
}

void apic_send(const struct percpu *cpu, const struct percpu *target, uint32_t icr)
{
	send(cpu, target, icr);
}

void apic_send_vector(const struct percpu *cpu, const struct percpu *target, uint32_t vector)
{
	if (may_receive(target, vector))
		apic_send(cpu, target, vector);
}

void __fast apic_send_in_cell(const struct percpu *cpu, uint64_t id, uint32_t vector)
{
	unsigned i = apic_index_of[id];

	if (i && cpu->public.cell->cpus & BIT(i - 1) && may_receive(percpu_of(i - 1), vector))
		send(cpu, percpu_of(i - 1), vector);
}

void apic_send_to(uint64_t id, uint32_t vector)
{
	unsigned index = id < APIC_IDS ? apic_index_of[id] : 0;

	if (index)
		apic_send_vector(this_cpu(), percpu_of(index - 1), vector);
}

/* Reads the registers at their xAPIC addresses: root's CPUs are always in xAPIC mode, as
 * check_apic() and apic_set_base() ensure. */
void apic_take(struct percpu *cpu)
{
	apic_index_of[cpu->public.hw_id % APIC_IDS] = (uint8_t)(cpu->public.index + 1);
	cpu->arch.icr = apic_hw_read(APIC_ICR);
	cpu->arch.icr_high = apic_hw_read(APIC_ICR_HIGH);
	cpu->arch.ldr = apic_hw_read(APIC_LDR);
	cpu->arch.dfr = apic_hw_read(APIC_DFR);
}

void apic_give_back(struct percpu *cpu)
{
	apic_wait_idle();
	apic_hw_write(APIC_ICR_HIGH, cpu->arch.icr_high);
}

static bool any_of(unsigned first)
{
	uint32_t bits = 0;

	for (unsigned i = 0; i < 8; i++)
		bits |= apic_read(first + 0x10 * i);
	return bits;
}

/* Accepts pending interrupts and ends those in service: none may reach the CPU's next owner. */
static void drain(void)
{
	apic_write(APIC_SVR, SVR_ENABLED);
	apic_write(APIC_TPR, 0);
	for (unsigned i = 0; i < DRAIN_MAX; i++) {
		if (any_of(APIC_ISR))
			apic_write(APIC_EOI, 0);
		else if (any_of(APIC_IRR))
			interrupts_drain(&drain_idt);
		else
			break;
	}
}

/*
 * The only way out of x2APIC mode disables the APIC for a moment (16.9). A kick that arrives then
 * is lost, so `kicked` is cleared for the next one; requests are served after each reset anyway.
 */
static void leave_x2apic(struct percpu *cpu)
{
	uint64_t base = rdmsr(MSR_APIC_BASE) & ~(APIC_BASE_ENABLE | APIC_BASE_EXTD);

	if (!cpu->arch.x2apic)
		return;
	wrmsr(MSR_APIC_BASE, base);
	wrmsr(MSR_APIC_BASE, base | APIC_BASE_ENABLE);
	cpu->arch.x2apic = false;
	__atomic_store_n(&cpu->arch.kicked, 0, __ATOMIC_SEQ_CST);
}

/* Masks AMD's extended LVT entries; the feature register has their number (APM 2, 16.3.5,
 * 16.3.6). */
static void mask_extended(void)
{
	unsigned n = apic_read(APIC_VERSION) & BIT(31) ? apic_read(APIC_EXTENDED) >> 16 & 0xff : 0;

	for (unsigned i = 0; i < MIN(n, 4u); i++)
		apic_write(APIC_EXTENDED_LVT + 0x10 * i, APIC_MASKED);
}

/* Writes the values that registers have after a reset (APM 2, 16.3.1 and following). */
void apic_reset(struct percpu *cpu)
{
	unsigned lvts = apic_read(APIC_VERSION) >> 16 & 0xff; /* number of the last entry */

	apic_write(APIC_TIMER_COUNT, 0);
	for (unsigned i = 0; i <= lvts && APIC_LVT_TIMER + 0x10 * i <= APIC_LVT_ERROR; i++)
		apic_write(APIC_LVT_TIMER + 0x10 * i, APIC_MASKED);
	mask_extended();
	drain();
	leave_x2apic(cpu);
	apic_write(APIC_LDR, 0);
	apic_write(APIC_DFR, ~0u);
	apic_write(APIC_SVR, SVR_RESET);
	apic_write(APIC_ESR, 0);
	apic_write(APIC_TIMER_DIVIDE, 0);
	cpu->arch.icr = cpu->arch.icr_high = cpu->arch.ldr = 0;
	cpu->arch.dfr = ~0u;
}
