// SPDX-License-Identifier: GPL-2.0
#include "cpu.h"
#include "console.h"
#include "data.h"
#include "info.h"
#include "percpu.h"
#include "print.h"
#include "sysreg.h"

int main(void);
void boot_cpu_start(void);
void secondary_cpu_start(void);

struct percpu percpu[MAX_CPUS];
char stacks[MAX_CPUS][STACK_BYTES] __attribute__((aligned(16)));

/* Not in .bss: entry.S writes it before .bss is cleared. */
struct boot_state boot_state __attribute__((section(".boot_state")));

uint64_t machine_argument(void)
{
	return boot_state.regs[0];
}

/* Called by entry.S on the boot CPU. */
void boot_cpu_start(void)
{
	data_init();
	percpu[0].id = sysreg_read(mpidr_el1) & MPIDR_AFFINITY;
	info_init();
	console_init();
	if (boot_state.current_el != 1 << 2)
		printf("FATAL: started at EL%lu, not EL1\n", boot_state.current_el >> 2 & 3);
	else
		main();
	finish();
}

/* Called by entry.S on secondary CPUs. */
void secondary_cpu_start(void)
{
	this_cpu()->function(this_cpu()->argument);
	cpu_off();
}

unsigned int cpu_count(void)
{
	return info()->n_cpus < MAX_CPUS ? info()->n_cpus : MAX_CPUS;
}

unsigned int cpu_index(void)
{
	return this_cpu()->index;
}

void cpu_wait(void)
{
	dsb();
	__asm__ volatile("wfi" ::: "memory");
}

void cpu_relax(void)
{
	__asm__ volatile("yield" ::: "memory");
}

void cpu_irqs_enable(void)
{
	__asm__ volatile("msr daifclr, #2" ::: "memory");
}

void cpu_irqs_disable(void)
{
	__asm__ volatile("msr daifset, #2" ::: "memory");
}

void cpu_sleep(void)
{
	cpu_wait();
	cpu_irqs_enable();
	isb();
	cpu_irqs_disable();
}

void cycles_init(void)
{
	/* PMCCFILTR_EL0.NSH: count at EL2 too, so that traps are measured. */
	sysreg_write(pmccfiltr_el0, 1 << 27);
	sysreg_write(pmcntenset_el0, 1u << 31);
	sysreg_write(pmcr_el0, 1 << 6 | 1 << 2 | 1 << 0); /* LC, C, E */
	isb();
}

uint64_t cycles_now(void)
{
	isb();
	return sysreg_read(pmccntr_el0);
}

void code_sync(const void *start, uint64_t bytes)
{
	for (uint64_t p = (uint64_t)start; p < (uint64_t)start + bytes; p += 4)
		__asm__ volatile("dc cvau, %0" ::"r"(p) : "memory");
	__asm__ volatile("dsb ish" ::: "memory");
	for (uint64_t p = (uint64_t)start; p < (uint64_t)start + bytes; p += 4)
		__asm__ volatile("ic ivau, %0" ::"r"(p) : "memory");
	__asm__ volatile("dsb ish\n\tisb" ::: "memory");
}
