// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs: start and stop, kicks, and the requests that kicks announce.
 *
 * A CPU that is off is parked in the hypervisor, as hardware waits for SIPI, and holds no state of
 * any guest. A kick is an NMI: no guest can mask it.
 */
#include <arch/apic.h>
#include <arch/cpu.h>
#include <arch/image.h>
#include <arch/vm.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/string.h>

/*
 * True if an NMI arrived since the last call and was no kick. A sender sets `kicked`, then sends
 * one NMI, and only the NMI's arrival clears `kicked` (but see leave_x2apic()): so kicks and other
 * NMIs can be told apart.
 */
static bool strange_nmi(struct percpu *cpu)
{
	volatile struct guest_regs *regs = cpu_frame(cpu->public.index);

	if (!regs->nmi_taken)
		return false;
	regs->nmi_taken = 0;
	return !__atomic_exchange_n(&cpu->arch.kicked, 0, __ATOMIC_SEQ_CST);
}

void __noreturn arch_cpu_restart(struct percpu *cpu)
{
	struct guest_regs *regs = cpu_frame(cpu->public.index);

	vm_reset(cpu, regs);
	apic_reset(cpu);
	/* The reset may have consumed the kick of a stop or hold. Later kicks stay pending. */
	take_commands(cpu);
	vm->enter(regs);
}

static uint32_t leaving; /* atomic: disable has begun */

bool cpu_begin_leave(void)
{
	return __atomic_exchange_n(&leaving, 1, __ATOMIC_SEQ_CST);
}

/* Waits until the CPU is started. A pending INIT is complete by then. */
static void __noreturn wait_for_start(struct percpu *cpu)
{
	while (__atomic_load_n(&cpu->public.state, __ATOMIC_SEQ_CST) != CPU_STARTING) {
		park_wait();
		strange_nmi(cpu);
		if (vm->release && __atomic_load_n(&leaving, __ATOMIC_SEQ_CST))
			vm->release(cpu);
	}
	__atomic_store_n(&cpu->arch.init, 0, __ATOMIC_SEQ_CST);
	memset(cpu->public.stats, 0, sizeof(*cpu->public.stats)); /* the next owner counts from 0 */
	__atomic_store_n(&cpu->public.state, CPU_RUNNING, __ATOMIC_SEQ_CST);
	arch_cpu_restart(cpu);
}

void __noreturn arch_cpu_off(struct percpu *cpu)
{
	apic_reset(cpu);
	vm_reset(cpu, cpu_frame(cpu->public.index));
	/* Last: CPUs that read OFF may give this CPU and its memory to another cell. */
	__atomic_store_n(&cpu->public.state, CPU_OFF, __ATOMIC_SEQ_CST);
	wait_for_start(cpu);
}

bool arch_cpu_is_off(struct percpu *cpu)
{
	(void)cpu;
	return true; /* no firmware takes part: state OFF means that the CPU is parked */
}

bool arch_cpu_is_gone(struct percpu *cpu)
{
	(void)cpu;
	return true;
}

/* Kicks the CPU, which is parked or about to park. Then it finds its state STARTING. */
bool arch_cpu_start(struct percpu *cpu)
{
	arch_kick(cpu);
	return true;
}

void arch_kick(struct percpu *cpu)
{
	/* One pending NMI is enough: the target clears `kicked` before it reads the requests. */
	if (!__atomic_exchange_n(&cpu->arch.kicked, 1, __ATOMIC_SEQ_CST))
		apic_send(this_cpu(), cpu, APIC_MODE_NMI << 8);
}

void take_commands(struct percpu *cpu)
{
	/* An NMI that is no kick comes from the machine, such as a watchdog, and goes to root. */
	if (strange_nmi(cpu) && cpu->public.cell == root_cell())
		vm->inject_nmi(cpu);
	cpu_take_commands(cpu);
	if (__atomic_exchange_n(&cpu->arch.init, 0, __ATOMIC_SEQ_CST))
		arch_cpu_off(cpu);
	if (__atomic_exchange_n(&cpu->arch.flush, 0, __ATOMIC_SEQ_CST))
		vm_flush(cpu);
}

void take_nmi(struct percpu *cpu)
{
	count_exit(cpu, BH_EXIT_KICK);
	/* SVM keeps the NMI pending while GIF is clear (APM 2, 15.17). VMX has acknowledged it, but
	 * blocks the next one until an IRET, of the handler that INT calls (SDM 3C, 27.2). */
	if (vm_holds_nmis)
		asm volatile("stgi\n\tnop\n\tclgi" : : : "memory");
	else
		asm volatile("int $2" : : : "memory");
	take_commands(cpu);
}

void __noreturn cpu_park(struct percpu *cpu)
{
	for (;;) {
		park_wait();
		take_commands(cpu);
	}
}

void cpu_init(struct percpu *target)
{
	uint64_t start = arch_ticks(), limit = CPU_TIMEOUT_MS * arch_ticks_per_ms();

	__atomic_store_n(&target->arch.init, 1, __ATOMIC_SEQ_CST);
	if (target == this_cpu())
		take_commands(target);
	if (target->public.state != CPU_RUNNING)
		return;
	arch_kick(target);
	/* This CPU serves its requests while it waits: the target may be waiting for it. */
	while (__atomic_load_n(&target->public.state, __ATOMIC_SEQ_CST) == CPU_RUNNING &&
	       arch_ticks() - start < limit) {
		take_commands(this_cpu());
		arch_relax();
	}
}

/* A second SIPI finds the CPU running and has no effect, as on hardware. */
void cpu_sipi(struct percpu *target, unsigned vector)
{
	cpu_start(target, (uint64_t)vector << PAGE_SHIFT, 0);
}

void arch_fill_info(struct bh_info *info)
{
	info->clock_hz = arch_ticks_per_ms() * 1000;
}

/* Caches are coherent for every guest, with caching disabled, too (APM 2, 7.1). */
void arch_clean(const void *start, size_t size)
{
	(void)start;
	(void)size;
}
