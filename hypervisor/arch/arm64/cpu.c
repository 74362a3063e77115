// SPDX-License-Identifier: GPL-2.0
/* CPUs: power through the firmware, start of guests, counters. */
#include <arch/boot.h>
#include <arch/gic.h>
#include <arch/psci.h>
#include <arch/sysreg.h>
#include <hyp/arch.h>
#include <hyp/string.h>

/* Trusted firmware may deny CPU_OFF (DEN0022 5.5.2). Such a CPU counts as off, but waits in EL2. */
enum kept {
	NOT_KEPT = 0,
	KEPT,
	COME_BACK, /* start in its cell */
	TRY_AGAIN, /* call CPU_OFF again */
};

static bool firmware_says_off(const struct percpu *cpu)
{
	return firmware_call(PSCI_AFFINITY_INFO | PSCI_64, cpu->public.hw_id, 0, 0) == AFFINITY_OFF;
}

/* Tell a kept CPU what to do. False: it isn't kept. */
static bool call_kept(struct percpu *cpu, enum kept what)
{
	if (!exchange(&cpu->arch.kept, KEPT, what))
		return false;
	dsb(ish); /* the CPU sees the new value when the event wakes it (D1.6.1) */
	sev();
	return true;
}

bool arch_cpu_start(struct percpu *cpu)
{
	uint64_t entry = ptr_to_phys((const void *)secondary_entry);

	if (call_kept(cpu, COME_BACK))
		return true;
	dsb(ish); /* tables and per-CPU state are visible to the CPU (B2.3.12) */
	return firmware_cpu_on(cpu->public.hw_id, entry, cpu->public.index);
}

/* Switch off, or stay if the firmware denies it: then another CPU sets COME_BACK or TRY_AGAIN. */
static void __noreturn switch_off(struct percpu *cpu)
{
	write_sysreg(root_cell()->arch.vttbr, vttbr_el2); /* its cell's tables may be freed */
	isb();
	do {
		firmware_call(PSCI_CPU_OFF, 0, 0, 0);
		__atomic_store_n(&cpu->arch.kept, KEPT, __ATOMIC_SEQ_CST);
		/* Returns at once if call_kept() has sent its event already (D1.6.1). */
		while (__atomic_load_n(&cpu->arch.kept, __ATOMIC_ACQUIRE) == KEPT)
			wfe();
	} while (cpu->arch.kept == TRY_AGAIN);
	cpu->arch.kept = NOT_KEPT;
	cpu_booted(cpu->public.index);
}

/* Enter the guest with the state after power on, at public.entry with public.argument. */
void __noreturn arch_cpu_restart(struct percpu *cpu)
{
	struct guest_regs *regs = cpu_frame(cpu->public.index);

	cpu->arch.flushed = cpu->arch.faulting = false;
	if (cpu->public.cell == root_cell())
		el2_enter_root(cpu);
	else
		el2_enter_cell(cpu);
	guest_reset(cpu, regs);
	gic_cpu_reset(cpu);
	asm volatile("ic iallu"); /* drop instructions of the CPU's earlier owner */
	dsb(nsh);
	isb();
	/* From here on el2_fault() resumes a guest of root, and other CPUs send kicks. */
	__atomic_store_n(&cpu->public.state, CPU_RUNNING, __ATOMIC_SEQ_CST);
	/* Commands posted before RUNNING came without a kick, or the reset cleared their kick: take
	 * them here. A kick that is sent from now on stays pending until the guest runs. */
	cpu_take_commands(cpu);
	enter_guest(regs);
}

/* From entry.S on a CPU that firmware switched on. */
void __noreturn cpu_booted(unsigned index)
{
	struct percpu *cpu = percpu_of(index);

	write_sysreg((uint64_t)(uintptr_t)cpu, tpidr_el2);
	write_sysreg((uint64_t)(uintptr_t)el2_vectors, vbar_el2);
	if (!cpu_fits()) {
		cpu->public.state = CPU_LOST;
		switch_off(cpu);
	}
	cpu->arch.mpidr = read_sysreg(mpidr_el1);
	el2_find_features(cpu);
	memset(cpu->public.stats, 0, sizeof(*cpu->public.stats)); /* counts of the earlier owner */
	arch_cpu_restart(cpu);
}

void __noreturn arch_cpu_off(struct percpu *cpu)
{
	struct guest_regs *regs = cpu_frame(cpu->public.index);

	gic_cpu_off(cpu);
	guest_reset(cpu, regs); /* the firmware may keep register values */
	/* Release: a CPU that reads CPU_OFF may give this CPU and its resources to another cell. */
	__atomic_store_n(&cpu->public.state, CPU_OFF, __ATOMIC_RELEASE);
	switch_off(cpu);
}

bool arch_cpu_is_gone(struct percpu *cpu)
{
	call_kept(cpu, TRY_AGAIN);
	return firmware_says_off(cpu);
}

bool arch_cpu_is_off(struct percpu *cpu)
{
	return __atomic_load_n(&cpu->arch.kept, __ATOMIC_ACQUIRE) == KEPT || firmware_says_off(cpu);
}

void arch_root_doorbell(void)
{
	if (system_config->platform.arm64.root_doorbell)
		arch_raise_irq(system_config->platform.arm64.root_doorbell);
}

uint64_t arch_ticks(void)
{
	isb(); /* the counter must not be read early (D11.2.2) */
	return read_sysreg(cntpct_el0);
}

uint64_t arch_ticks_per_ms(void)
{
	return read_sysreg(cntfrq_el0) / 1000;
}

/* Doesn't use WFE, because nothing guarantees an event that would end it. */
void arch_relax(void)
{
	asm volatile("yield" : : : "memory");
}

void arch_fill_info(struct bh_info *info)
{
	info->clock_hz = read_sysreg(cntfrq_el0);
	info->gicd_guest = system_config->platform.arm64.gicd_phys;
	info->gicr_guest = system_config->platform.arm64.gicr_phys;
}
