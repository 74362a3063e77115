// SPDX-License-Identifier: GPL-2.0
/*
 * CPUs: parked, started, kicked, timed.
 *
 * A CPU that is off waits in the hypervisor, as hardware waits for SIPI, with
 * nothing of any guest in it. The kick is an NMI, which no guest can hold off.
 */
#include <arch/apic.h>
#include <arch/boot.h>
#include <arch/cpu.h>
#include <arch/image.h>
#include <arch/vm.h>
#include <bulkhead/image.h>
#include <hyp/arch.h>
#include <hyp/string.h>

/*
 * An NMI arrived since the last look, and it was none of ours. Who kicks sets
 * the flag, then sends one NMI; only its arrival clears the flag, so each NMI is
 * accounted for, wherever this CPU takes it.
 */
static bool strange_nmi(struct percpu *cpu)
{
	volatile struct guest_regs *regs = cpu_frame(cpu->public.index);

	if (!regs->nmi_taken)
		return false;
	regs->nmi_taken = 0;
	return !__atomic_exchange_n(&cpu->arch.kicked, 0, __ATOMIC_SEQ_CST);
}

/* Into the guest as after power on: public.entry, public.argument. */
void __noreturn arch_cpu_restart(struct percpu *cpu)
{
	struct guest_regs *regs = cpu_frame(cpu->public.index);

	vm_reset(cpu, regs);
	apic_reset(cpu);
	/* A stop or hold from before the reset: its kick is gone. Later kicks stay pending. */
	take_commands(cpu);
	vm->enter(regs);
}

static uint32_t leaving; /* atomic: disable has begun */

bool cpu_begin_leave(void)
{
	return __atomic_exchange_n(&leaving, 1, __ATOMIC_SEQ_CST);
}

/* Off until somebody starts it: INIT has been taken, nothing else is wanted of it. */
static void __noreturn wait_for_start(struct percpu *cpu)
{
	while (__atomic_load_n(&cpu->public.state, __ATOMIC_SEQ_CST) != CPU_STARTING) {
		park_wait();
		strange_nmi(cpu);
		if (__atomic_load_n(&leaving, __ATOMIC_SEQ_CST))
			vm->release(cpu);
	}
	__atomic_store_n(&cpu->arch.init, 0, __ATOMIC_SEQ_CST);
	memset(cpu->public.stats, 0, sizeof(*cpu->public.stats)); /* counts are its owner's */
	__atomic_store_n(&cpu->public.state, CPU_RUNNING, __ATOMIC_SEQ_CST);
	arch_cpu_restart(cpu);
}

void __noreturn arch_cpu_off(struct percpu *cpu)
{
	apic_reset(cpu);
	vm_reset(cpu, cpu_frame(cpu->public.index));
	/* Who sees OFF may give the CPU and what it used to somebody else. */
	__atomic_store_n(&cpu->public.state, CPU_OFF, __ATOMIC_SEQ_CST);
	wait_for_start(cpu);
}

bool arch_cpu_is_off(struct percpu *cpu)
{
	(void)cpu;
	return true; /* parked in here, which is what its state says */
}

/* It is parked, or on its way there: its next look finds the state. */
bool arch_cpu_start(struct percpu *cpu)
{
	arch_kick(cpu);
	return true;
}

void arch_kick(struct percpu *cpu)
{
	/* One on its way is enough: its handler clears this before it looks at what is wanted. */
	if (!__atomic_exchange_n(&cpu->arch.kicked, 1, __ATOMIC_SEQ_CST))
		apic_send(this_cpu(), cpu, APIC_MODE_NMI << 8);
}

void take_commands(struct percpu *cpu)
{
	/* The machine's own NMIs, like a watchdog's, are root's. */
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
	vm->take_nmi();
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
	if (target == this_cpu()) /* doesn't return */
		take_commands(target);
	if (target->public.state != CPU_RUNNING)
		return;
	arch_kick(target);
	/* Meanwhile others may want something of this CPU, too. */
	while (__atomic_load_n(&target->public.state, __ATOMIC_SEQ_CST) == CPU_RUNNING &&
	       arch_ticks() - start < limit) {
		take_commands(this_cpu());
		arch_relax();
	}
}

/* A second SIPI finds the CPU running, and is ignored as by hardware. */
void cpu_sipi(struct percpu *target, unsigned vector)
{
	cpu_start(target, (uint64_t)vector << PAGE_SHIFT, 0);
}

/* To a CPU of root that runs; one that is asleep wakes. */
void arch_root_doorbell(void)
{
	uint32_t vector = system_config->platform.x86.root_doorbell;
	unsigned i;

	if (!vector)
		return;
	for_each_cpu (i, root_cell()->cpus) {
		if (percpu_of(i)->public.state == CPU_RUNNING) {
			apic_send(this_cpu(), percpu_of(i), vector);
			return;
		}
	}
}

void arch_fill_info(struct bh_info *info)
{
	info->clock_hz = arch_ticks_per_ms() * 1000;
}

/* Caches are coherent for every guest: what was written is seen (APM 2, 7.1). */
void arch_clean(const void *start, size_t size)
{
	(void)start;
	(void)size;
}
